//! The search field finds what a comparison with every payment finds, in the same order.

use super::*;
use crate::domain::names;
use crate::store::{Direction, SortOrder, TransactionFilter};
use std::ops::ControlFlow;

const NAMES: &[&str] = &[
    "Anna Müller",
    "Jörg Mueller",
    "Zoé Lefèvre",
    "Søren Straße",
    "Ciarán O’Connor",
    "Anne-Marie Weiß",
    "王小明",
    "Νίκος Παπαδόπουλος",
    "Đặng Thị Ngọc",
    "100% Sure",
    "_",
    "",
];

/// Sales with several in one second, IDs that begin other IDs, and names in many scripts.
fn sales() -> Vec<PaymentReport> {
    (0_usize..120)
        .map(|n| {
            let mut report = report(SaleStatus::Paid, DAY_2);
            let payment = &mut report.transaction;
            payment.id = id(&format!(
                "{:x}{}",
                (n * 7919) % 256,
                if n % 3 == 0 { "" } else { "Ab" }.to_owned() + &n.to_string()
            ));
            payment.order = crate::domain::ids::OrderId::new(&format!("Ord{}", n % 40)).unwrap();
            payment.products = vec![product(&format!("{:08x}", n % 9))];
            payment.customer.name = NAMES[n % NAMES.len()].to_owned();
            payment.customer.email = format!("guest{n}@example.org");
            payment.paid_at = noon("2026-03-02") + chrono::TimeDelta::milliseconds((n as i64 * 613) % 9_000);
            report
        })
        .collect()
}

fn found(store: &Store, filter: &TransactionFilter) -> Vec<String> {
    let mut found = Vec::new();
    let each = &mut |record: crate::domain::sale::record::SaleRecord| {
        found.push(record.payment.id.to_string());
        ControlFlow::Continue(())
    };
    store.search(filter, Zone::BERLIN, each).unwrap();
    found
}

fn query(text: &str) -> TransactionFilter {
    TransactionFilter { query: Some(text.to_owned()), ..TransactionFilter::default() }
}

/// The expected result, from a comparison with every payment.
fn expected(reports: &[PaymentReport], text: &str) -> Vec<String> {
    let words = names::query_words(text);
    let begins = |id: &str, raw: &str| id.to_lowercase().starts_with(&raw.to_lowercase());
    let ids = |report: &PaymentReport| {
        let payment = &report.transaction;
        let product = payment.products[0].id.as_ref().unwrap().to_string();
        [payment.id.to_string(), payment.order.to_string(), product]
    };
    let matches = |report: &&PaymentReport| {
        let customer = &report.transaction.customer;
        let folded = names::searchable(&format!("{} {}", customer.name, customer.email));
        words.iter().all(|word| ids(report).iter().any(|id| begins(id, &word.raw)) || word.found_in(&folded))
    };
    let mut all: Vec<&PaymentReport> = reports.iter().filter(matches).collect();
    let is_exact = |report: &PaymentReport| words.iter().any(|word| ids(report).contains(&word.raw));
    all.sort_by_key(|report| {
        let payment = &report.transaction;
        (!is_exact(report), std::cmp::Reverse(payment.paid_at), payment.id.clone())
    });
    all.iter().map(|report| report.transaction.id.to_string()).collect()
}

#[test]
fn the_search_field_finds_what_a_comparison_with_every_payment_finds() {
    let bench = Bench::new();
    let reports = sales();
    bench.take(&reports);
    for text in [
        "müller",
        "mueller",
        "MULLER",
        "anna muller",
        "muller anna",
        "lefevre",
        "strasse",
        "oconnor",
        "o'connor",
        "marie anne",
        "anne-marie",
        "小明",
        "παπαδοπουλος",
        "dang",
        "%",
        "_",
        "*",
        "\"",
        "-",
        ":",
        "a",
        "guest1",
        "Ord1",
        "ord1",
        "ORD12",
        "00000003",
        "0",
        "noone here",
        "müller guest3",
        "' OR 1=1 --",
    ] {
        assert_eq!(found(&bench.store, &query(text)), expected(&reports, text), "{text}");
        assert_eq!(bench.store.count(&query(text), Zone::BERLIN).unwrap(), expected(&reports, text).len() as u64);
    }
}

#[test]
fn reversed_the_oldest_payment_comes_first() {
    let bench = Bench::new();
    bench.take(&sales());
    let mut newest = found(&bench.store, &TransactionFilter::default());
    newest.reverse();
    let reversed = TransactionFilter { direction: Direction::Reversed, ..TransactionFilter::default() };
    assert_eq!(found(&bench.store, &reversed), newest);
}

#[test]
fn filters_narrow_the_result_and_sorting_orders_it() {
    let bench = Bench::new();
    let mut reports = sales();
    for (n, report) in reports.iter_mut().enumerate() {
        report.transaction.amount = cents(1000 + (n as i64 * 37) % 500);
    }
    bench.take(&reports);
    let count = |filter: TransactionFilter| found(&bench.store, &filter).len();
    assert_eq!(count(TransactionFilter { test: true, ..TransactionFilter::default() }), 0);
    assert_eq!(count(TransactionFilter { customer: Some("guest1".into()), ..TransactionFilter::default() }), 0);
    assert_eq!(count(TransactionFilter { email: Some("guest1@".into()), ..TransactionFilter::default() }), 1);
    assert_eq!(count(TransactionFilter { kinds: vec![Kind::Refund], ..TransactionFilter::default() }), 0);
    assert_eq!(count(TransactionFilter { statuses: vec!["paid".into()], ..TransactionFilter::default() }), 120);
    let second = noon("2026-03-02") + chrono::TimeDelta::seconds(3);
    let early = count(TransactionFilter { before: Some(second), ..TransactionFilter::default() });
    let late = count(TransactionFilter { since: Some(second), ..TransactionFilter::default() });
    assert_eq!(early + late, 120);
    let by_amount =
        found(&bench.store, &TransactionFilter { sorted: SortOrder::Amount, ..TransactionFilter::default() });
    let amounts: Vec<i64> = by_amount
        .iter()
        .map(|found| bench.store.record(&id(found), Zone::BERLIN).unwrap().unwrap().payment.amount.minor())
        .collect();
    assert!(amounts.is_sorted_by(|one, other| one >= other));
    let dear = TransactionFilter { min: Some(cents(1400)), ..TransactionFilter::default() };
    assert_eq!(count(dear), amounts.iter().filter(|minor| **minor >= 1400).count());
}

#[test]
fn a_bulk_import_into_a_store_with_payments_is_found_and_so_are_its_updates() {
    let bench = Bench::new();
    bench.take(&sales()[..60]);
    let mut reports = sales();
    let mut renamed = reports[70].clone();
    renamed.transaction.customer.name = "Quentin Xylander".into();
    renamed.as_of = Some(noon("2026-03-20"));
    reports.push(renamed);
    let mut writer = bench.store.write(signature(noon("2026-03-21"))).unwrap();
    writer.begin_import(u64::MAX, Zone::BERLIN).unwrap();
    for report in &reports {
        writer.take_report(report, None).unwrap();
    }
    writer.finish_import(|_| Some("{}".into())).unwrap();
    writer.commit().unwrap();
    let renamed = reports[70].transaction.id.to_string();
    assert_eq!(found(&bench.store, &query("xylander")), [renamed]);
    assert_eq!(found(&bench.store, &query("guest119")).len(), 1);
    assert_eq!(
        found(&bench.store, &query("müller")).len(),
        expected(&sales(), "müller").len() - usize::from(NAMES[70 % NAMES.len()].contains("ller"))
    );
    assert!(bench.findings().is_empty(), "{:?}", bench.findings());
}

#[test]
fn a_payment_whose_time_changes_during_a_first_import_takes_no_other_payments_row() {
    let bench = Bench::new();
    let [mut first, mut second] = [sales()[0].clone(), sales()[1].clone()];
    first.transaction.paid_at = noon("2026-03-02");
    let mut moved = first.clone();
    moved.transaction.paid_at = noon("2026-03-03");
    moved.as_of = Some(noon("2026-03-20"));
    second.transaction.paid_at = noon("2026-03-03");
    let mut writer = bench.store.write(signature(noon("2026-03-21"))).unwrap();
    writer.begin_import(u64::MAX, Zone::BERLIN).unwrap();
    let outcomes = [&first, &moved, &second].map(|report| writer.take_report(report, None).unwrap());
    assert_eq!(outcomes, [RowOutcome::Added, RowOutcome::Updated, RowOutcome::Added]);
    writer.finish_import(|_| Some("{}".into())).unwrap();
    writer.commit().unwrap();
    assert_eq!(found(&bench.store, &TransactionFilter::default()).len(), 2);
    assert!(bench.findings().is_empty(), "{:?}", bench.findings());
}
