//! The payments that the store leaves out early are payments that the rules would exclude.

use super::*;
use crate::desk::find::{Screen, Search};
use crate::domain::fixtures::{day, id};
use crate::domain::ids::OrderId;
use crate::domain::return_period::ReturnPeriod;
use crate::domain::rules::period::PeriodStarts;
use crate::domain::rules::plan::{Verdict, verdict};
use crate::domain::sale::transaction::{KindAndStatus, SaleStatus};
use crate::domain::time::days_before;
use crate::store::TransactionFilter;
use std::ops::ControlFlow;

/// A week after the switch to summer time.
const TODAY: &str = "2026-04-05";

/// Payments around every boundary: paid and ordered some days ago, early and late in the day, in all states that
/// matter, with and without their own return period. Every third belongs to the order of the one before.
fn payments() -> Vec<Transaction> {
    let mut payments = Vec::new();
    let early_and_late = ["00:00:00", "23:59:59"].map(|time| time.parse::<chrono::NaiveTime>().unwrap());
    let periods = [None, Some(ReturnPeriod::Disabled), Some(ReturnPeriod::Days(0)), Some(ReturnPeriod::Days(30))];
    for paid in [0, 1, 13, 14, 15, 30, 31] {
        for ordered in [None, Some(paid), Some(paid + 20), Some(14)] {
            for return_period in periods {
                for time in early_and_late {
                    for status in [SaleStatus::Paid, SaleStatus::Refunded, SaleStatus::Trial] {
                        let number = payments.len();
                        let at = |ago| Zone::BERLIN.at(days_before(day(TODAY), ago).and_time(time));
                        payments.push(Transaction {
                            id: id(&format!("{number:016x}")),
                            order: OrderId::new(&format!("order-{}", number - usize::from(number % 3 == 2))).unwrap(),
                            entry: KindAndStatus::Sale(status),
                            ordered_at: ordered.map(at),
                            paid_at: at(paid),
                            return_period,
                            ..sale().payment
                        });
                    }
                }
            }
        }
    }
    payments
}

fn found(bench: &Bench, screen: Screen, mut is_wanted: impl FnMut(&SaleRecord) -> bool) -> Vec<String> {
    let (filter, now) = (TransactionFilter::default(), noon_of(TODAY));
    let search = Search { store: &bench.store, filter: &filter, screen, policy: &bench.policy, now: &now };
    let mut found = Vec::new();
    let mut each = |record: SaleRecord| {
        if is_wanted(&record) {
            found.push(record.payment.id.to_string());
        }
        ControlFlow::Continue(())
    };
    search.run(None, &mut each).unwrap();
    found
}

#[test]
fn the_refundable_payments_are_those_whose_verdict_is_yes() {
    let mut bench = Bench::new();
    let signature = Signature { actor: "tester".into(), at: noon(TODAY) };
    let mut writer = bench.store.write(signature).unwrap();
    for transaction in payments() {
        writer.take_report(&PaymentReport { transaction, as_of: None }, None).unwrap();
    }
    writer.finish_import(|_| None).unwrap();
    writer.commit().unwrap();
    for (default, of_the_product, starts) in [
        (ReturnPeriod::Days(14), None, PeriodStarts::Order),
        (ReturnPeriod::Days(14), None, PeriodStarts::Payment),
        (ReturnPeriod::Disabled, None, PeriodStarts::Order),
        (ReturnPeriod::Days(1), Some(ReturnPeriod::Days(30)), PeriodStarts::Payment),
    ] {
        bench.policy.periods.default = default;
        bench.policy.periods.starts = starts;
        bench.policy.periods.by_product =
            of_the_product.into_iter().map(|period| ("e232d769".to_owned(), period)).collect();
        let policy = bench.policy.clone();
        let expected = found(&bench, Screen::default(), |record| verdict(record, &policy, day(TODAY)) == Verdict::Yes);
        assert!(expected.len() > 20, "{default:?}: {}", expected.len());
        assert_eq!(
            found(&bench, Screen { refundable: true, ..Screen::default() }, |_| true),
            expected,
            "{default:?} {of_the_product:?} {starts:?}"
        );
    }
}
