//! The payments that the store leaves out early are payments that the rules would exclude.

use super::*;
use crate::desk::find::{Screen, Search};
use crate::desk::random::RandomStore;
use crate::domain::dice::Dice;
use crate::domain::fixtures::{day, id};
use crate::domain::ids::OrderId;
use crate::domain::return_period::ReturnPeriod;
use crate::domain::rules::calendar::{Calendar, LegalHolidays};
use crate::domain::rules::period::{PeriodStarts, Periods};
use crate::domain::rules::plan::{Verdict, verdict};
use crate::domain::sale::transaction::{KindAndStatus, SaleStatus};
use crate::domain::time::{days_after, days_before};
use crate::store::TransactionFilter;
use std::collections::BTreeSet;
use std::ops::ControlFlow;

/// Easter Sunday, a week after the switch to summer time; a day on which periods end that were counted to one of four
/// closed days; the day after; and a Monday that is a holiday in Germany and France only.
const TODAYS: [&str; 4] = ["2026-04-05", "2026-04-07", "2026-04-08", "2026-05-25"];

/// Payments around every boundary: paid and ordered some days ago, early and late in the day, in all states that
/// matter, with and without their own return period. Every third belongs to the order of the one before.
fn payments(today: &str) -> Vec<Transaction> {
    let mut payments = Vec::new();
    let early_and_late = ["00:00:00", "23:59:59"].map(|time| time.parse::<chrono::NaiveTime>().unwrap());
    let periods = [None, Some(ReturnPeriod::Disabled), Some(ReturnPeriod::Days(0)), Some(ReturnPeriod::Days(30))];
    for paid in [0, 1, 14, 15, 17, 18, 30, 31, 34] {
        for ordered in [None, Some(paid), Some(paid + 20), Some(14)] {
            for return_period in periods {
                for time in early_and_late {
                    for status in [SaleStatus::Paid, SaleStatus::Trial] {
                        let number = payments.len();
                        let at = |ago| Zone::BERLIN.at(days_before(day(today), ago).and_time(time));
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

fn found(bench: &Bench, today: &str, screen: Screen, mut is_wanted: impl FnMut(&SaleRecord) -> bool) -> Vec<String> {
    let (filter, now) = (TransactionFilter::default(), noon_of(today));
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

/// A store with the payments around this day.
fn bench(today: &str) -> Bench {
    let bench = Bench::new();
    let signature = Signature { actor: "tester".into(), at: noon(today) };
    let mut writer = bench.store.write(signature).unwrap();
    for transaction in payments(today) {
        writer.take_report(&PaymentReport::undated(transaction, None), None).unwrap();
    }
    writer.finish_import(|_| None).unwrap();
    writer.commit().unwrap();
    bench
}

/// Policies that differ in what decides the last day.
fn policies() -> Vec<Policy> {
    let mut policies = Vec::new();
    for (default, of_the_product, starts, roll_over, legal) in [
        (ReturnPeriod::Days(14), None, PeriodStarts::Order, true, LegalHolidays::default()),
        (ReturnPeriod::Days(14), None, PeriodStarts::Payment, true, LegalHolidays::Germany),
        (ReturnPeriod::Days(14), None, PeriodStarts::Order, false, LegalHolidays::France),
        (ReturnPeriod::Disabled, None, PeriodStarts::Order, true, LegalHolidays::Germany),
        (ReturnPeriod::Days(1), Some(ReturnPeriod::Days(30)), PeriodStarts::Payment, true, LegalHolidays::France),
        (ReturnPeriod::Days(30), None, PeriodStarts::Order, false, LegalHolidays::default()),
    ] {
        let by_product = of_the_product.into_iter().map(|period| ("e232d769".to_owned(), period)).collect();
        let periods = Periods { by_product, default, starts, roll_over, waived: BTreeSet::new() };
        let calendar = Calendar::default().with_legal_holidays(legal);
        policies.push(Policy { periods, calendar, ..Policy::default() });
    }
    policies
}

#[test]
fn the_refundable_payments_are_those_whose_verdict_is_yes() {
    for today in TODAYS {
        let mut bench = bench(today);
        for policy in policies() {
            bench.policy = policy.clone();
            let is_yes = |record: &SaleRecord| verdict(record, &policy, day(today)) == Verdict::Yes;
            let expected = found(&bench, today, Screen::default(), is_yes);
            assert!(expected.len() > 20, "{today} {policy:?}: {}", expected.len());
            let screen = Screen { refundable: true, ..Screen::default() };
            assert_eq!(found(&bench, today, screen, |_| true), expected, "{today} {policy:?}");
        }
    }
}

#[test]
fn the_periods_that_end_soon_are_those_whose_last_day_is_near() {
    for today in ["2026-04-05", "2026-05-25"] {
        let mut bench = bench(today);
        for policy in policies() {
            bench.policy = policy.clone();
            for days in [0, 16] {
                let ends_soon = |record: &SaleRecord| {
                    let last_day = policy.period_of(record).last_day();
                    verdict(record, &policy, day(today)) == Verdict::Yes
                        && last_day.is_some_and(|last| last <= days_after(day(today), days))
                };
                let expected = found(&bench, today, Screen::default(), ends_soon);
                let screen = Screen { period_ends_within: Some(days), ..Screen::default() };
                assert_eq!(found(&bench, today, screen, |_| true), expected, "{today} {days} {policy:?}");
            }
        }
    }
}

#[test]
fn in_random_stores_the_refundable_payments_are_those_whose_verdict_is_yes() {
    let mut dice = Dice(0x0a57_e500);
    let mut count = 0;
    for _ in 0..3 {
        let random = RandomStore::new(&mut dice);
        for policy in policies() {
            let today = days_after(day("2026-03-20"), u32::try_from(dice.below(30)).unwrap());
            let now = Now::new(noon(&today.to_string()), policy.zone);
            let filter = TransactionFilter::default();
            let found = |screen, is_wanted: &dyn Fn(&SaleRecord) -> bool| {
                let mut found = Vec::new();
                let search = Search { store: &random.store, filter: &filter, screen, policy: &policy, now: &now };
                let mut each = |record: SaleRecord| {
                    found.extend(is_wanted(&record).then(|| record.payment.id.to_string()));
                    ControlFlow::Continue(())
                };
                search.run(None, &mut each).unwrap();
                found
            };
            let expected = found(Screen::default(), &|record| verdict(record, &policy, today) == Verdict::Yes);
            count += expected.len();
            let screen = Screen { refundable: true, ..Screen::default() };
            assert_eq!(found(screen, &|_| true), expected, "{today} {policy:?}");
        }
    }
    assert!(count > 50, "only {count} payments were refundable");
}
