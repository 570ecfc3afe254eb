//! What the reports of one payment end in, in any order.

use super::*;
use crate::domain::dice::Dice;
use crate::domain::ids::{OrderId, ProductId, TransactionId};
use crate::domain::money::{Currency, Money};
use crate::domain::sale::transaction::Customer;
use chrono::{DateTime, TimeDelta};

fn instant(minute: i64) -> Timestamp {
    DateTime::from_timestamp(1_770_000_000, 0).unwrap() + TimeDelta::minutes(minute)
}

fn report(status: SaleStatus, minute: Option<i64>) -> PaymentReport {
    let transaction = Transaction {
        id: TransactionId::new("aaaa000000000001").unwrap(),
        id_is_made_up: false,
        order: OrderId::new("Order001").unwrap(),
        products: vec![],
        customer: Customer::default(),
        amount: Money::new(4900, Currency::EUR),
        method: Method::Unknown,
        plan: PaymentPlan::Unknown,
        entry: KindAndStatus::Sale(status),
        ordered_at: None,
        paid_at: instant(minute.unwrap_or(0)),
        rate_number: None,
        refund_of: None,
        return_period: None,
        is_test: false,
    };
    PaymentReport::undated(transaction, minute.map(instant))
}

fn named(name: &str, status: SaleStatus, minute: Option<i64>) -> PaymentReport {
    let mut report = report(status, minute);
    report.transaction.customer.name = name.into();
    report
}

fn of_product(id: &str, name: &str, minute: i64) -> PaymentReport {
    let mut report = report(SaleStatus::Paid, Some(minute));
    report.transaction.products = vec![Product { is_addon: false, id: ProductId::new(id).ok(), name: name.into() }];
    report
}

/// What the store knows after these reports, one after the other.
fn after(reports: &[PaymentReport]) -> (Transaction, Sources) {
    let (first, rest) = reports.split_first().unwrap();
    let mut known = (first.transaction.clone(), Sources::of(first));
    for report in rest {
        if let Merged::Updated(transaction, sources) = merge(&known.0, &known.1, report).unwrap() {
            known = (*transaction, sources);
        }
    }
    known
}

fn permutations(reports: &[PaymentReport]) -> Vec<Vec<PaymentReport>> {
    if reports.is_empty() {
        return vec![vec![]];
    }
    let mut all = vec![];
    for (index, first) in reports.iter().enumerate() {
        let mut rest = reports.to_vec();
        rest.remove(index);
        all.extend(permutations(&rest).into_iter().map(|mut tail| {
            tail.insert(0, first.clone());
            tail
        }));
    }
    all
}

fn same_in_any_order(reports: &[PaymentReport]) -> Transaction {
    let expected = after(reports);
    for report in reports {
        assert_eq!(merge(&expected.0, &expected.1, report), Ok(Merged::Unchanged));
    }
    for order in permutations(reports) {
        let twice: Vec<PaymentReport> = order.iter().chain(&order).cloned().collect();
        assert_eq!(after(&order), expected);
        assert_eq!(after(&twice), expected);
    }
    expected.0
}

#[test]
fn the_newest_status_wins_in_any_order() {
    let reports = [
        report(SaleStatus::Pending, Some(0)),
        report(SaleStatus::ChargedBack, Some(9)),
        report(SaleStatus::Paid, Some(5)),
        report(SaleStatus::Paid, Some(20)),
    ];
    assert_eq!(same_in_any_order(&reports).entry, KindAndStatus::Sale(SaleStatus::Paid));
}

#[test]
fn of_equally_new_reports_the_higher_status_wins() {
    let reports = [report(SaleStatus::Paid, Some(5)), report(SaleStatus::Pending, Some(5))];
    assert_eq!(same_in_any_order(&reports).entry, KindAndStatus::Sale(SaleStatus::Paid));
}

#[test]
fn a_report_without_a_time_stamp_can_only_raise_the_status() {
    let reports = [
        report(SaleStatus::Paid, Some(5)),
        report(SaleStatus::Refunded, None),
        report(SaleStatus::Pending, None),
        report(SaleStatus::Paid, Some(9)),
    ];
    assert_eq!(same_in_any_order(&reports).entry, KindAndStatus::Sale(SaleStatus::Refunded));
}

#[test]
fn an_unknown_status_changes_nothing() {
    let reports = [report(SaleStatus::Paid, Some(5)), report(SaleStatus::Unknown, Some(9))];
    assert_eq!(same_in_any_order(&reports).entry, KindAndStatus::Sale(SaleStatus::Paid));
}

#[test]
fn each_field_is_from_the_newest_report_that_has_it() {
    let reports = [
        named("Old", SaleStatus::Pending, Some(0)),
        named("New", SaleStatus::Paid, Some(5)),
        named("", SaleStatus::Paid, Some(9)),
        named("Nameless", SaleStatus::Unknown, None),
    ];
    assert_eq!(same_in_any_order(&reports).customer.name, "New");
}

#[test]
fn the_newest_notification_that_says_paid_dates_the_debit() {
    let notified = |status, minute, method| {
        let PaymentReport { mut transaction, as_of, .. } = report(status, Some(minute));
        transaction.method = method;
        PaymentReport::notified(transaction, as_of, as_of)
    };
    let reports = [
        notified(SaleStatus::Pending, 0, Method::Sepa),
        notified(SaleStatus::Paid, 5, Method::Unknown),
        notified(SaleStatus::Paid, 9, Method::Sepa),
        notified(SaleStatus::Refunded, 20, Method::Sepa),
        report(SaleStatus::Paid, Some(30)),
    ];
    same_in_any_order(&reports);
    assert_eq!(after(&reports).1.confirmed_at, Some(instant(9)));
    assert_eq!(notified(SaleStatus::Paid, 5, Method::Card).confirmed_at, None);
}

#[test]
fn of_equally_new_reports_neither_wins_by_coming_first() {
    let mut earlier = named("Ann", SaleStatus::Paid, Some(5));
    let later = named("Anna", SaleStatus::Paid, Some(5));
    earlier.transaction.paid_at = instant(-60);
    earlier.transaction.method = Method::Sepa;
    let merged = same_in_any_order(&[earlier, later, named("", SaleStatus::Pending, Some(0))]);
    assert_eq!((merged.customer.name.as_str(), merged.paid_at), ("Ann", instant(-60)));
    assert_eq!(merged.method, Method::Sepa);
}

#[test]
fn a_report_without_a_time_stamp_fills_empty_fields_and_replaces_none() {
    let reports = [named("", SaleStatus::Paid, None), named("First", SaleStatus::Paid, None)];
    assert_eq!(same_in_any_order(&reports).customer.name, "First");
    let known = after(&reports);
    let later = named("Second", SaleStatus::Paid, None);
    assert_eq!(merge(&known.0, &known.1, &later), Ok(Merged::Unchanged));
}

#[test]
fn notifications_of_one_payment_s_products_are_joined() {
    let reports =
        [of_product("bbbb0000", "Add-on", 0), of_product("aaaa0000", "Course", 0), of_product("aaaa0000", "", 3)];
    let merged = same_in_any_order(&reports);
    let names: Vec<_> = merged.products.iter().map(|product| product.name.as_str()).collect();
    assert_eq!(names, ["Course", "Add-on"]);
}

#[test]
fn the_products_of_a_payment_have_the_same_order_in_any_order_of_reports() {
    let mut both = of_product("bbbb0000", "Add-on", 0);
    both.transaction.products.extend(of_product("aaaa0000", "Course", 0).transaction.products);
    same_in_any_order(&[both, of_product("aaaa0000", "Course", 3)]);
    let mut nameless = of_product("aaaa0000", "Yoga", 0);
    nameless.transaction.products[0].id = None;
    let others = [of_product("cccc0000", "Yoga", 1), of_product("bbbb0000", "Zen", 2), nameless];
    assert_eq!(same_in_any_order(&others).products.len(), 2);
}

/// With or without an ID, and one of a few names.
fn some_product(dice: &mut Dice) -> Product {
    let id = dice.one_of(&["aaaa0000", "bbbb0000", ""]);
    let names: &[&str] = if id.is_empty() { &["Yoga", "Zen"] } else { &["", "Yoga", "Yoga Zen", "Zen"] };
    Product { is_addon: dice.one_of(&[false, true]), id: ProductId::new(id).ok(), name: dice.one_of(names).into() }
}

/// Four reports of one payment with few different values, so that ties and gaps are common. Reports without a time
/// stamp have only a status, since the first of them would fill empty fields.
fn some_reports(seed: u64) -> Vec<PaymentReport> {
    let mut dice = Dice(seed.wrapping_mul(0x9e37_79b9_7f4a_7c15) | 1);
    let mut some_report = || {
        let minute = dice.one_of(&[None, Some(1), Some(2), Some(3)]);
        let mut report = report(dice.one_of(SaleStatus::ALL), minute);
        report.transaction.paid_at = instant(0);
        if minute.is_none() {
            return report;
        }
        let transaction = &mut report.transaction;
        transaction.customer.name = dice.one_of(&["", "Ann", "Bo"]).into();
        transaction.method = dice.one_of(&[Method::Unknown, Method::Sepa, Method::Card]);
        transaction.rate_number = dice.one_of(&[None, Some(1), Some(2)]);
        transaction.ordered_at = dice.one_of(&[None, Some(instant(7)), Some(instant(8))]);
        transaction.paid_at = instant(dice.one_of(&[0, 1]));
        transaction.products = (0..dice.one_of(&[0, 1, 1, 2])).map(|_| some_product(&mut dice)).collect();
        report
    };
    (0..4).map(|_| some_report()).collect()
}

#[test]
fn reports_in_any_order_and_any_repetition_end_in_the_same_state() {
    for seed in 1..=400 {
        same_in_any_order(&some_reports(seed));
    }
}

#[test]
fn a_report_that_differs_in_a_field_that_never_changes_is_a_conflict() {
    let (known, sources) = after(&[report(SaleStatus::Paid, Some(0))]);
    let conflict = |change: fn(&mut Transaction)| {
        let mut later = report(SaleStatus::Paid, Some(5));
        change(&mut later.transaction);
        merge(&known, &sources, &later).unwrap_err().field
    };
    assert_eq!(conflict(|t| t.amount = Money::new(4901, Currency::EUR)), "amount");
    assert_eq!(conflict(|t| t.amount = Money::new(4900, "USD".parse().unwrap())), "currency");
    assert_eq!(conflict(|t| t.order = OrderId::new("order001").unwrap()), "order_id");
    assert_eq!(conflict(|t| t.entry = KindAndStatus::Refund(PlatformStatus::Succeeded)), "kind");
    assert_eq!(conflict(|t| t.is_test = true), "test");
}
