//! Made-up payments and refunds for the tests of the views. Today is Wednesday 2026-03-25.

use chrono::{DateTime, NaiveDate};

use crate::domain::ids::{Key, OrderId, ProductId, Reference, RefundId, RefundNumber, TransactionId};
use crate::domain::money::{Currency, Money};
use crate::domain::refund::{Author, Ground, Mark, Reason, Refund, RefundKey, RefundState};
use crate::domain::return_period::ReturnPeriod;
use crate::domain::rules::policy::Policy;
use crate::domain::sale::record::{OrderPayment, OrderPayments, SaleRecord};
use crate::domain::sale::transaction::{
    Customer, KindAndStatus, Method, PaymentPlan, Product, SaleStatus, Transaction,
};
use crate::domain::time::{Now, Timestamp, Zone};
use crate::output::listing::{Layout, Listed, Listing};
use crate::output::ui::Format;
use crate::output::ui::tests::ui;

pub fn day(text: &str) -> NaiveDate {
    text.parse().unwrap()
}

pub fn instant(text: &str) -> Timestamp {
    DateTime::parse_from_rfc3339(text).unwrap().to_utc()
}

pub fn today() -> Now {
    Now::new(instant("2026-03-25T09:00:00Z"), Zone::BERLIN)
}

pub fn later(day: &str) -> Now {
    Now::new(instant(&format!("{day}T09:00:00Z")), Zone::BERLIN)
}

/// 30 days for `e232d769`, none for `00000001`, 14 for everything else.
pub fn policy() -> Policy {
    let mut policy = Policy::default();
    policy.periods.by_product.insert("e232d769".to_owned(), ReturnPeriod::Days(30));
    policy.periods.by_product.insert("00000001".to_owned(), ReturnPeriod::Disabled);
    policy
}

pub fn euros(minor: i64) -> Money {
    Money::new(minor, Currency::EUR)
}

pub fn sale_id() -> TransactionId {
    TransactionId::new("3f9a0c11d2e4b567").unwrap()
}

pub fn order_id() -> OrderId {
    OrderId::new("Zk3xY81a").unwrap()
}

/// Without an ID if it is empty.
pub fn product(id: &str, name: &str) -> Product {
    Product { is_addon: false, id: ProductId::new(id).ok(), name: name.to_owned() }
}

pub fn customer(name: &str) -> Customer {
    Customer { name: name.to_owned(), email: "anna@example.org".to_owned(), country: "DE".to_owned() }
}

/// 49.00 EUR, paid by SEPA on Friday 2026-03-20 for a product with 30 days.
pub fn sale() -> SaleRecord {
    let payment = Transaction {
        id: sale_id(),
        id_is_made_up: false,
        order: order_id(),
        products: vec![product("e232d769", "Yoga for Beginners")],
        customer: customer("Anna Beispiel"),
        amount: euros(4900),
        method: Method::Sepa,
        plan: PaymentPlan::OneTime,
        entry: KindAndStatus::Sale(SaleStatus::Paid),
        ordered_at: Some(instant("2026-03-20T10:00:00Z")),
        paid_at: instant("2026-03-20T10:00:05.500Z"),
        rate_number: Some(1),
        return_period: None,
        is_test: false,
        refund_of: None,
    };
    let first = OrderPayment { paid_on: day("2026-03-20"), rate_number: Some(1), has_money: true };
    SaleRecord {
        payment,
        confirmed_at: None,
        refunds: Vec::new(),
        planned: Vec::new(),
        chargebacks: Vec::new(),
        disputes: Vec::new(),
        unmatched: Vec::new(),
        unread: Vec::new(),
        order: OrderPayments { payments: vec![first] },
        plan_is_cancelled: false,
        customer_notified_on: None,
        paid_twice_done: None,
    }
}

pub fn mark() -> Mark {
    Mark {
        actor: "anna".to_owned(),
        at: instant("2026-03-25T09:00:00Z"),
        on: day("2026-03-25"),
        reason: Reason::CustomerRequest,
        note: Some("wrote twice".to_owned()),
        ground: Ground::Policy,
        asked_on: Some(day("2026-03-24")),
        asked: None,
        key: Some(RefundKey { key: Key::new("april-1").unwrap(), is_derived: false }),
        reference: Some(Reference::new("april").unwrap()),
    }
}

/// R-000042 of [`sale`], marked on 2026-03-25.
pub fn refund(state: RefundState) -> Refund {
    Refund {
        id: RefundId::Desk(RefundNumber(42)),
        sale: sale_id(),
        order: order_id(),
        amount: euros(4900),
        state,
        author: Author::Desk(mark()),
        reported_as: None,
    }
}

/// A refund that support made in the vendor's name.
pub fn platform_refund(on: &str) -> Refund {
    let id = TransactionId::new("dda4378643f3115d").unwrap();
    let (at, on) = (instant(&format!("{on}T08:00:00Z")), day(on));
    Refund {
        id: RefundId::Platform(id.clone()),
        author: Author::Platform { at, on },
        reported_as: Some(id),
        amount: euros(1900),
        ..refund(RefundState::Succeeded { on, carried_out_on: on })
    }
}

/// What a listing of these rows writes to stdout.
pub fn listed<R: Listed>(format: Format, width: Option<usize>, rows: &[R]) -> String {
    let (mut ui, out, _) = ui(format, width);
    let mut listing = Listing::begin(&mut ui, Layout::default()).unwrap();
    rows.iter().for_each(|row| listing.row(row).unwrap());
    listing.finish(false).unwrap();
    out.text()
}
