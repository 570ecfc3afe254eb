//! Thousands of random searches, each compared with a look at every payment.

use super::*;
use crate::domain::dice::Dice;
use crate::domain::fixtures::{id, instant, product};
use crate::domain::ids::{OrderId, ProductId};
use crate::domain::names;
use crate::domain::sale::incoming::PaymentReport;
use crate::domain::sale::transaction::{Kind, KindAndStatus, Method, PlatformStatus, SaleStatus, Transaction};
use crate::store::Direction;
use crate::store::tests::report;
use chrono::TimeDelta;

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
    "김민준",
    "がくと",
    "Иван Щукин",
    "Li",
    "X",
    "",
    "_",
];

const WORDS: &[&str] = &[
    "anna",
    "müller",
    "mueller",
    "mul",
    "ann",
    "nn",
    "n",
    "ü",
    "é",
    "lefevre",
    "strasse",
    "oconnor",
    "anne-marie",
    "王",
    "小明",
    "김",
    "παπα",
    "dang",
    "щукин",
    "li",
    "x",
    "%",
    "_",
    "-",
    "guest",
    "guest1",
    "e.org",
    ".",
    "rg",
    "g",
    "0",
    "00",
    "a",
    "ab",
    "ord",
    "Ord1",
    "ORD2",
    "ord33",
    "0000000",
    "00000003",
    "0000000a",
    "c0ffee",
    "'",
    "\"",
    "*",
    "zzz",
    "qq",
];

fn payment(dice: &mut Dice, n: u64) -> PaymentReport {
    let mut report = report(SaleStatus::Paid, "2026-03-02T12:00:00Z");
    let payment = &mut report.transaction;
    payment.id = id(&format!("{:x}{}{n}", dice.below(256), dice.one_of(&["", "Ab", "aB"])));
    payment.order = OrderId::new(&format!("{}{}", dice.one_of(&["Ord", "ord", "New"]), dice.below(60))).unwrap();
    let products = (0..=dice.below(2)).map(|_| {
        product(&match dice.once_in(9) {
            true => dice.one_of(&["C0FFEE00", "c0ffee00"]).to_owned(),
            false => format!("{:08x}", dice.below(12)),
        })
    });
    payment.products = products.collect();
    payment.customer.name = dice.one_of(NAMES).to_owned();
    payment.customer.email = format!("guest{}@example.org", dice.below(40));
    payment.method = dice.one_of(&[Method::Card, Method::Card, Method::Sepa]);
    payment.is_test = dice.once_in(12);
    payment.entry = match dice.below(12) {
        0 => KindAndStatus::Refund(dice.one_of(PlatformStatus::ALL)),
        1 => KindAndStatus::Sale(dice.one_of(SaleStatus::ALL)),
        _ => KindAndStatus::Sale(SaleStatus::Paid),
    };
    payment.paid_at = now(dice);
    report
}

/// Within 90 seconds, so that many payments share a second.
fn now(dice: &mut Dice) -> crate::domain::time::Timestamp {
    instant("2026-03-02T12:00:00Z") + TimeDelta::milliseconds(i64::try_from(dice.below(90_000)).unwrap())
}

fn filter(dice: &mut Dice) -> TransactionFilter {
    let mut filter = TransactionFilter::default();
    let words: Vec<&str> = (0..dice.below(4)).map(|_| dice.one_of(WORDS)).collect();
    filter.query = (!words.is_empty()).then(|| words.join(" "));
    if dice.once_in(6) {
        filter.kinds = vec![dice.one_of(Kind::ALL)];
    }
    if dice.once_in(6) {
        filter.statuses = vec![dice.one_of(&["paid", "failed", "succeeded", "unknown", "trial"]).to_owned()];
    }
    if dice.once_in(6) {
        filter.methods = vec![Method::Sepa];
    }
    if dice.once_in(6) {
        filter.product = ProductId::new(&format!("{:08x}", dice.below(12))).ok();
    }
    if dice.once_in(8) {
        filter.customer = Some(dice.one_of(WORDS).to_owned());
    }
    if dice.once_in(8) {
        filter.order = OrderId::new(&format!("Ord{}", dice.below(60))).ok();
    }
    filter.since = dice.once_in(5).then(|| now(dice));
    filter.before = dice.once_in(5).then(|| now(dice));
    filter.test = dice.once_in(6);
    filter.direction = if dice.once_in(4) { Direction::Reversed } else { Direction::Usual };
    filter
}

/// The expected result, from a look at every payment.
fn expected_ids(payments: &[Transaction], filter: &TransactionFilter) -> Vec<String> {
    let words = filter.query.as_deref().map(names::query_words).unwrap_or_default();
    let ids = |payment: &Transaction| {
        let products = payment.products.iter().filter_map(|product| product.id.as_ref()).map(ToString::to_string);
        [payment.id.to_string(), payment.order.to_string()].into_iter().chain(products).collect::<Vec<_>>()
    };
    let begins = |id: &String, raw: &str| id.to_ascii_lowercase().starts_with(&raw.to_ascii_lowercase());
    let folded =
        |payment: &Transaction| names::searchable(&format!("{} {}", payment.customer.name, payment.customer.email));
    let matches = |payment: &&Transaction| {
        let shown = match payment.entry {
            KindAndStatus::Sale(SaleStatus::ChargedBack) => "paid",
            entry => entry.status_word(),
        };
        let text = folded(payment);
        words.iter().all(|word| ids(payment).iter().any(|id| begins(id, &word.raw)) || word.found_in(&text))
            && filter
                .customer
                .iter()
                .all(|customer| names::query_words(customer).iter().all(|word| word.found_in(&text)))
            && (filter.kinds.is_empty() || filter.kinds.contains(&payment.entry.kind()))
            && (filter.statuses.is_empty() || filter.statuses.iter().any(|status| status == shown))
            && (filter.methods.is_empty() || filter.methods.contains(&payment.method))
            && filter.product.iter().all(|id| payment.products.iter().any(|product| product.id.as_ref() == Some(id)))
            && filter.order.iter().all(|id| payment.order == *id)
            && filter.since.is_none_or(|since| payment.paid_at >= since)
            && filter.before.is_none_or(|before| payment.paid_at < before)
            && filter.test == payment.is_test
    };
    let mut all: Vec<&Transaction> = payments.iter().filter(matches).collect();
    let is_exact = |payment: &Transaction| words.iter().any(|word| ids(payment).contains(&word.raw));
    all.sort_by_key(|payment| (std::cmp::Reverse(payment.paid_at), payment.id.clone()));
    if filter.direction == Direction::Reversed {
        all.reverse();
    }
    all.sort_by_key(|payment| !is_exact(payment));
    all.iter().map(|payment| payment.id.to_string()).collect()
}

fn check(bench: &Bench, reports: &[PaymentReport], dice: &mut Dice, searches: u64) -> u64 {
    let payments: Vec<Transaction> = reports.iter().map(|report| report.transaction.clone()).collect();
    let mut hits = 0;
    for _ in 0..searches {
        let filter = filter(dice);
        let expected = expected_ids(&payments, &filter);
        hits += u64::from(!expected.is_empty());
        assert_eq!(found(bench, &filter, usize::MAX).0, expected, "{filter:?}");
        if filter.customer.is_none() {
            let count = bench.store.count(&filter, crate::domain::time::Zone::BERLIN).unwrap();
            assert_eq!(count, expected.len() as u64, "{filter:?}");
        }
    }
    hits
}

#[test]
fn every_search_finds_what_a_look_at_every_payment_finds_before_and_after_updates() {
    let mut hits = 0;
    for seed in 1..=5 {
        let mut dice = Dice(seed * 0x9e37_79b9);
        let bench = Bench::new();
        let mut reports: Vec<PaymentReport> = (0..200).map(|n| payment(&mut dice, n)).collect();
        bench.take(&reports);
        hits += check(&bench, &reports, &mut dice, 250);
        // Names and payment times change, and with the times the row numbers.
        for report in &mut reports {
            report.as_of = Some(instant("2026-03-03T12:00:00Z"));
            if dice.once_in(3) {
                report.transaction.customer.name = format!("{} neu", dice.one_of(NAMES));
            }
            if dice.once_in(3) {
                report.transaction.paid_at = now(&mut dice);
            }
        }
        bench.take(&reports);
        hits += check(&bench, &reports, &mut dice, 250);
        assert_eq!(bench.store.check().unwrap(), []);
    }
    assert!(hits > 800, "{hits} of 2500 searches found something");
}
