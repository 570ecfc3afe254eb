//! Builders for tests: a plain refundable sale, and a method for each thing that can differ.

use crate::domain::ids::{OrderId, ProductId, RefundId, RefundNumber, TransactionId};
use crate::domain::money::{Currency, Money};
use crate::domain::refund::{Author, Ground, Mark, Reason, Refund, RefundState, RefundStatus};
use crate::domain::request::Request;
use crate::domain::return_period::ReturnPeriod;
use crate::domain::sale::dispute::{Chargeback, Dispute, DisputeState};
use crate::domain::sale::record::{OrderPayment, OrderPayments, SaleRecord, Unmatched};
use crate::domain::sale::transaction::{
    Customer, KindAndStatus, Method, PaymentPlan, PlatformStatus, Product, SaleStatus, Transaction,
};
use crate::domain::time::{Now, Timestamp, Zone};
use chrono::{DateTime, NaiveDate, NaiveTime};
use std::collections::BTreeSet;

pub fn day(text: &str) -> NaiveDate {
    text.parse().unwrap()
}

pub fn instant(text: &str) -> Timestamp {
    DateTime::parse_from_rfc3339(text).unwrap().to_utc()
}

/// Noon of that day in Berlin.
pub fn noon(text: &str) -> Timestamp {
    Zone::BERLIN.at(day(text).and_time(NaiveTime::from_hms_opt(12, 0, 0).unwrap()))
}

pub fn at(instant: Timestamp) -> Now {
    Now::new(instant, Zone::BERLIN)
}

pub fn cents(minor: i64) -> Money {
    Money::new(minor, Currency::EUR)
}

pub fn id(text: &str) -> TransactionId {
    TransactionId::new(text).unwrap()
}

pub fn order() -> OrderId {
    OrderId::new("Order001").unwrap()
}

pub fn product(id: &str) -> Product {
    Product { is_addon: false, id: ProductId::new(id).ok(), name: String::new() }
}

/// The days that an independent calendar lists as `weekend`, `TARGET`, `DE` or `FR`, from March 2024 to April 2029.
pub fn closed_days(lists: &[&str]) -> BTreeSet<NaiveDate> {
    let mut closed = BTreeSet::new();
    for line in include_str!("rules/calendar/closed_days.txt").lines().filter(|line| !line.starts_with('#')) {
        let (month, lists_of_month) = line.split_at(7);
        for list in lists_of_month.split('|') {
            let mut words = list.split_whitespace();
            if words.next().is_some_and(|name| lists.contains(&name)) {
                closed.extend(words.map(|number| day(&format!("{month}-{number:0>2}"))));
            }
        }
    }
    closed
}

/// All that is left, at the customer's request.
pub fn request() -> Request {
    Request { amount: None, reason: Reason::CustomerRequest, note: None, asked_on: None, goodwill: false, again: false }
}

impl Request {
    pub fn of(self, amount: &str) -> Self {
        Self { amount: Some(amount.parse().unwrap()), ..self }
    }

    pub fn with_goodwill(self) -> Self {
        Self { goodwill: true, note: Some("promised on the phone".into()), ..self }
    }

    pub fn because(self, reason: Reason, note: &str) -> Self {
        Self { reason, note: Some(note.to_owned()).filter(|note| !note.is_empty()), ..self }
    }

    pub fn once_more(self) -> Self {
        Self { again: true, ..self }
    }

    pub fn asked_on(self, on: &str) -> Self {
        Self { asked_on: Some(day(on)), ..self }
    }
}

/// 49.00 EUR by card, once, on Monday 2 March 2026 at noon: 14 days from then, nothing refunded.
pub fn sale() -> SaleRecord {
    let payment = Transaction {
        id: id("aaaa000000000001"),
        id_is_made_up: false,
        order: order(),
        products: vec![product("e232d769")],
        customer: Customer::default(),
        amount: cents(4900),
        method: Method::Card,
        plan: PaymentPlan::OneTime,
        entry: KindAndStatus::Sale(SaleStatus::Paid),
        ordered_at: None,
        paid_at: noon("2026-03-02"),
        rate_number: None,
        return_period: None,
        is_test: false,
        refund_of: None,
    };
    let bare = SaleRecord {
        payment,
        confirmed_at: None,
        refunds: vec![],
        chargebacks: vec![],
        disputes: vec![],
        planned: vec![],
        unmatched: vec![],
        unread: vec![],
        order: OrderPayments::default(),
        plan_is_cancelled: false,
        customer_notified_on: None,
        paid_twice_done: None,
    };
    bare.paid_at(noon("2026-03-02"))
}

impl SaleRecord {
    /// The only payment of its order.
    pub fn paid_at(mut self, at: Timestamp) -> Self {
        self.payment.paid_at = at;
        let paid_on = Zone::BERLIN.day_of(at);
        let only = OrderPayment { paid_on, rate_number: self.payment.rate_number, has_money: true };
        self.order = OrderPayments { payments: vec![only] };
        self
    }

    pub fn paid(self, on: &str) -> Self {
        self.paid_at(noon(on))
    }

    pub fn by(mut self, method: Method) -> Self {
        self.payment.method = method;
        self
    }

    /// A notification of this day says that the money was taken.
    pub fn confirmed(mut self, on: &str) -> Self {
        self.confirmed_at = Some(noon(on));
        self
    }

    pub fn on_plan(mut self, plan: PaymentPlan) -> Self {
        self.payment.plan = plan;
        self
    }

    pub fn with_status(mut self, status: SaleStatus) -> Self {
        self.payment.entry = KindAndStatus::Sale(status);
        self
    }

    pub fn returnable(mut self, period: ReturnPeriod) -> Self {
        self.payment.return_period = Some(period);
        self
    }

    /// A refund of the desk, marked on 3 March.
    pub fn with_refund(self, status: RefundStatus, minor: i64) -> Self {
        self.with_refund_at(status, minor, noon("2026-03-03"))
    }

    pub fn with_refund_at(mut self, status: RefundStatus, minor: i64, at: Timestamp) -> Self {
        let number = RefundNumber(self.refunds.len() as i64 + 1);
        let mark = Mark {
            actor: "anna".into(),
            at,
            on: Zone::BERLIN.day_of(at),
            reason: Reason::CustomerRequest,
            note: None,
            ground: Ground::Policy,
            asked_on: None,
            asked: None,
            key: None,
            reference: None,
        };
        self.refunds.push(self.refund(RefundId::Desk(number), status, minor, Author::Desk(mark)));
        self
    }

    /// A refund that only the platform knows.
    pub fn with_platform_refund_at(mut self, minor: i64, at: Timestamp) -> Self {
        let name = RefundId::Platform(id(&format!("bbbb00000000000{}", self.refunds.len())));
        let author = Author::Platform { at, on: Zone::BERLIN.day_of(at) };
        self.refunds.push(self.refund(name, RefundStatus::Succeeded, minor, author));
        self
    }

    fn refund(&self, name: RefundId, status: RefundStatus, minor: i64, author: Author) -> Refund {
        Refund {
            id: name,
            sale: self.payment.id.clone(),
            order: self.payment.order.clone(),
            amount: Money::new(minor, self.payment.amount.currency()),
            state: state(status),
            author,
            reported_as: None,
        }
    }

    pub fn with_chargeback(mut self, status: PlatformStatus, minor: i64) -> Self {
        let id = id(&format!("cccc00000000000{}", self.chargebacks.len()));
        self.chargebacks.push(Chargeback { id, amount: cents(minor), status, on: day("2026-03-05") });
        self
    }

    pub fn with_dispute(mut self, state: DisputeState) -> Self {
        self.disputes.push(Dispute {
            id: id("dispute-1"),
            order: order(),
            sale: None,
            amount: None,
            state,
            at: noon("2026-03-05"),
        });
        self
    }

    pub fn with_unmatched(mut self, minor: i64) -> Self {
        let id = id("dddd000000000001");
        self.unmatched.push(Unmatched { id, amount: cents(minor), on: day("2026-03-05") });
        self
    }

    /// Another payment of the order: its day, its instalment, and whether it took money.
    pub fn beside(mut self, paid_on: &str, rate_number: Option<u32>, has_money: bool) -> Self {
        self.order.payments.push(OrderPayment { paid_on: day(paid_on), rate_number, has_money });
        self
    }
}

fn state(status: RefundStatus) -> RefundState {
    let on = day("2026-03-03");
    match status {
        RefundStatus::Marked => RefundState::Marked,
        RefundStatus::Submitted => RefundState::Submitted { on },
        RefundStatus::Succeeded => RefundState::Succeeded { on, carried_out_on: on },
        RefundStatus::Failed => RefundState::Failed { on },
        RefundStatus::Cancelled => RefundState::Cancelled { on },
        RefundStatus::Reversed => RefundState::Reversed { on },
    }
}
