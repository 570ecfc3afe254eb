//! Which payments are the same sale, and which are not.

use super::*;
use crate::domain::fixtures::{cents, id, noon, product, sale};
use crate::domain::money::Money;
use crate::domain::product::Product;
use crate::domain::sale::transaction::{KindAndStatus, PlatformStatus};

/// A row of the export: no ID, and only the product's name.
fn row() -> Transaction {
    let mut row = sale().payment;
    row.id = id("Order001-1");
    row.id_is_made_up = true;
    row.rate_number = Some(1);
    row.products = vec![Product { is_addon: false, id: None, name: "Yoga".into() }];
    row
}

fn notified(name: &str) -> Transaction {
    let mut notified = row();
    notified.id = id(name);
    notified.id_is_made_up = false;
    notified.products = vec![Product { name: "Yoga".into(), ..product("e232d769") }];
    notified
}

fn same<'a>(
    reported: &Transaction,
    order: impl IntoIterator<Item = &'a Transaction>,
) -> Result<Option<&'a Transaction>, AmbiguousSale> {
    same_sale(reported, order.into_iter().map(|sale| KnownSale { sale, is_recognised: false }), Zone::BERLIN)
}

fn is_one(known: &Transaction) -> bool {
    let (forth, back) = (same(&row(), [known]).unwrap().is_some(), same(known, [&row()]).unwrap().is_some());
    assert_eq!(forth, back, "in either order");
    forth
}

#[test]
fn equal_order_product_instalment_amount_and_currency_are_one_sale() {
    assert!(is_one(&notified("a")));
    let with = |change: fn(&mut Transaction)| {
        let mut other = notified("a");
        change(&mut other);
        is_one(&other)
    };
    assert!(!with(|other| other.order = "order001".parse().unwrap()));
    assert!(!with(|other| other.rate_number = Some(2)));
    assert!(!with(|other| other.amount = cents(4901)));
    assert!(!with(|other| other.amount = Money::new(4900, "USD".parse().unwrap())));
    assert!(!with(|other| other.products = vec![Product { is_addon: false, id: None, name: "Chess".into() }]));
    assert!(!with(|other| other.is_test = true));
    assert!(with(|other| other.paid_at = noon("2026-03-04")), "an export can have another day");
    assert!(with(|other| other.products.clear()), "a field that one side leaves empty is not compared");
}

#[test]
fn a_payment_without_a_number_is_the_first() {
    let mut unnumbered = notified("a");
    unnumbered.rate_number = None;
    assert!(is_one(&unnumbered));
}

#[test]
fn a_failed_attempt_is_not_the_payment_that_succeeded() {
    let mut failed = notified("a");
    failed.entry = KindAndStatus::Sale(SaleStatus::Failed);
    assert!(!is_one(&failed));
    let mut attempt = row();
    attempt.entry = KindAndStatus::Sale(SaleStatus::Failed);
    for status in [SaleStatus::Paid, SaleStatus::ChargedBack, SaleStatus::Refunded] {
        let mut paid = notified("a");
        paid.entry = KindAndStatus::Sale(status);
        assert_eq!(same(&attempt, [&paid]), Ok(None), "{status}");
    }
    failed.entry = KindAndStatus::Sale(SaleStatus::Pending);
    assert!(is_one(&failed), "a pending payment can be paid by now");
}

#[test]
fn refunds_are_never_the_same() {
    let mut refund = notified("a");
    refund.entry = KindAndStatus::Refund(PlatformStatus::Succeeded);
    assert!(!is_one(&refund));
}

#[test]
fn two_ids_of_the_same_kind_are_two_sales() {
    assert_eq!(same(&notified("a"), [&notified("b")]), Ok(None));
    assert_eq!(same(&row(), [&row()]), Ok(None));
}

#[test]
fn several_are_named_and_none_is_chosen() {
    let error = same(&row(), [&notified("a"), &notified("b")]).unwrap_err();
    let said = "this row has no ID and matches 2 sales of order Order001: a, b";
    assert_eq!(error.to_string(), said);
}

#[test]
fn without_a_product_the_day_counts() {
    let nameless = |day| Transaction { products: vec![], paid_at: noon(day), ..notified("a") };
    assert!(is_one(&nameless("2026-03-02")));
    assert!(!is_one(&nameless("2026-03-03")));
}

#[test]
fn a_sale_is_recognised_once() {
    let (march, april) = (notified("a"), Transaction { paid_at: noon("2026-04-02"), ..notified("b") });
    let recognised = |sale| KnownSale { sale, is_recognised: true };
    let free = |sale| KnownSale { sale, is_recognised: false };
    assert_eq!(same_sale(&row(), [recognised(&april)], Zone::BERLIN), Ok(None), "another payment of the plan");
    assert!(same_sale(&row(), [recognised(&march)], Zone::BERLIN).is_err(), "perhaps the same payment");
    assert!(same_sale(&row(), [recognised(&march), free(&april)], Zone::BERLIN).is_err());
    assert_eq!(same_sale(&row(), [recognised(&april), free(&march)], Zone::BERLIN), Ok(Some(&march)));
}

#[test]
fn a_sale_without_a_readable_instalment_is_the_one_of_its_day() {
    let unnumbered = |day: &str| {
        let paid_at = noon(day);
        Transaction { rate_number: None, paid_at, ..notified("a") }
    };
    let second = Transaction { rate_number: Some(2), paid_at: noon("2026-03-02"), ..row() };
    assert!(same(&unnumbered("2026-03-02"), [&second]).unwrap().is_some());
    assert!(same(&unnumbered("2026-03-03"), [&second]).unwrap().is_none());
}
