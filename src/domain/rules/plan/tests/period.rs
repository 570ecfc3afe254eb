//! The return period: its first and last day, and which of several applies.

use super::*;
use crate::domain::fixtures::{day, product};
use crate::domain::rules::period::{PeriodStart, PeriodStarts};

/// The period of a plan made today, whether or not it is over.
fn period(record: &SaleRecord) -> Period {
    planned(&request().with_goodwill(), record).unwrap().period
}

fn ordered(record: SaleRecord, on: &str) -> SaleRecord {
    let payment = Transaction { ordered_at: Some(noon(on)), ..record.payment };
    SaleRecord { payment, ..record }
}

fn instalment(mut record: SaleRecord, number: u32) -> SaleRecord {
    record.payment.rate_number = Some(number);
    let paid_at = record.payment.paid_at;
    record.paid_at(paid_at)
}

#[test]
fn the_last_day_is_included_and_the_day_after_is_refused() {
    assert_eq!(said(planned_on(on("2026-03-16"), &request(), &sale())), "49.00 EUR");
    let refusal = planned_on(on("2026-03-17"), &request(), &sale()).unwrap_err();
    assert_eq!(refusal.to_string(), "the return period of 14 days, counted from 2026-03-02, ended on 2026-03-16");
}

#[test]
fn a_period_of_no_days_is_the_day_of_the_payment() {
    let same_day = sale().returnable(ReturnPeriod::Days(0));
    assert_eq!(said(planned_on(on("2026-03-02"), &request(), &same_day)), "49.00 EUR");
    assert_eq!(said(planned_on(on("2026-03-03"), &request(), &same_day)), "period_expired");
}

#[test]
fn the_period_ends_at_midnight_in_the_desk_s_time_zone() {
    let asked = |now| said(planned_on(at(instant(now)), &request(), &sale()));
    assert_eq!(asked("2026-03-16T22:59:59Z"), "49.00 EUR");
    assert_eq!(asked("2026-03-16T23:00:00Z"), "period_expired");
}

#[test]
fn a_payment_near_midnight_starts_its_period_on_the_day_in_the_desk_s_time_zone() {
    let late = sale().paid_at(instant("2026-03-01T23:30:00Z"));
    assert_eq!(period(&late).last_day(), Some(day("2026-03-16")));
    let early = sale().paid_at(instant("2026-03-01T22:59:59Z"));
    assert_eq!(period(&early).ends.map(|ends| ends.counted), Some(day("2026-03-15")));
}

#[test]
fn a_period_is_counted_in_days_over_the_time_change_and_the_leap_day() {
    let spring = sale().paid("2026-03-19");
    assert_eq!(period(&SaleRecord { ..spring }).last_day(), Some(day("2026-04-02")));
    let late = |now| said(planned_on(at(instant(now)), &request(), &sale().paid("2026-03-19")));
    assert_eq!(late("2026-04-02T21:59:59Z"), "49.00 EUR");
    assert_eq!(late("2026-04-02T22:00:00Z"), "period_expired");
    let leap = sale().paid("2028-02-16");
    assert_eq!(said(planned_on(on("2028-03-01"), &request(), &leap)), "49.00 EUR");
    assert_eq!(said(planned_on(on("2028-03-02"), &request(), &leap)), "period_expired");
}

#[test]
fn the_period_is_judged_on_the_day_the_customer_asked() {
    let asked = |day| said(planned_on(on("2026-05-01"), &request().asked_on(day), &sale()));
    assert_eq!(asked("2026-03-16"), "49.00 EUR");
    assert_eq!(asked("2026-03-17"), "period_expired");
}

#[test]
fn the_customer_cannot_have_asked_before_the_order_or_in_the_future() {
    let asked = |day| answer(&request().asked_on(day), &ordered(sale(), "2026-03-01"));
    assert_eq!(asked("2026-02-28"), "asked_before_order");
    assert_eq!(asked("2026-03-01"), "49.00 EUR");
    assert_eq!(asked("2026-03-10"), "49.00 EUR");
    assert_eq!(asked("2026-03-11"), "asked_in_future");
    let refusal = planned(&request().asked_on("2026-03-11"), &sale()).unwrap_err();
    assert_eq!(refusal.to_string(), "the request date 2026-03-11 is in the future: today is 2026-03-10");
}

#[test]
fn the_period_starts_with_the_order_s_first_payment() {
    let second = instalment(sale(), 2).beside("2026-02-02", Some(1), true);
    assert_eq!(period(&second).start, PeriodStart::FirstPayment(day("2026-02-02")));
    assert_eq!(answer(&request(), &second), "period_expired");
}

#[test]
fn each_payment_starts_its_own_period_if_so_configured() {
    let second = instalment(sale(), 2).beside("2026-02-02", Some(1), true);
    let mut policy = Policy::default();
    policy.periods.starts = PeriodStarts::Payment;
    let planned = plan(&request(), &second, &policy, &today()).unwrap();
    assert_eq!(planned.period.start, PeriodStart::ThisPayment(day("2026-03-02")));
}

#[test]
fn a_trial_starts_no_period_and_the_first_real_payment_does() {
    let real = instalment(sale(), 2).beside("2026-02-02", Some(1), false);
    assert_eq!(period(&real).start, PeriodStart::FirstPayment(day("2026-03-02")));
    assert_eq!(answer(&request(), &real), "49.00 EUR");
}

#[test]
fn without_the_first_payment_the_order_s_day_counts_else_this_payment_s() {
    let third = instalment(sale(), 3).beside("2026-02-02", Some(2), true);
    assert_eq!(period(&third).start, PeriodStart::ThisPayment(day("2026-03-02")));
    let known = ordered(third, "2026-01-02");
    assert_eq!(period(&known).start, PeriodStart::OrderDay(day("2026-01-02")));
    assert_eq!(answer(&request(), &known), "period_expired");
}

/// 30 days for `aaaa0000`, 7 for `bbbb0000`, none for `cccc0000`, 14 for all others.
fn configured() -> Policy {
    let mut policy = Policy::default();
    policy.periods.by_product = [
        ("aaaa0000".to_owned(), ReturnPeriod::Days(30)),
        ("bbbb0000".to_owned(), ReturnPeriod::Days(7)),
        ("cccc0000".to_owned(), ReturnPeriod::Disabled),
    ]
    .into();
    policy
}

fn of_products(products: &[&str], day: &str) -> String {
    let payment = Transaction { products: products.iter().map(|id| product(id)).collect(), ..sale().payment };
    said(plan(&request(), &SaleRecord { payment, ..sale() }, &configured(), &on(day)))
}

#[test]
fn the_strictest_period_of_several_products_decides() {
    assert_eq!(of_products(&["aaaa0000"], "2026-04-01"), "49.00 EUR");
    assert_eq!(of_products(&["aaaa0000"], "2026-04-02"), "period_expired");
    assert_eq!(of_products(&["aaaa0000", "bbbb0000"], "2026-03-09"), "49.00 EUR");
    assert_eq!(of_products(&["aaaa0000", "bbbb0000"], "2026-03-10"), "period_expired");
    assert_eq!(of_products(&["aaaa0000", "ffff0000"], "2026-03-17"), "period_expired");
    assert_eq!(of_products(&["aaaa0000", "cccc0000"], "2026-03-02"), "period_disabled");
}

#[test]
fn a_period_from_the_import_wins_over_the_configuration() {
    let payment = Transaction { products: vec![product("cccc0000")], ..sale().payment };
    let disabled = SaleRecord { payment, ..sale() };
    let imported = disabled.clone().returnable(ReturnPeriod::Days(8));
    let judged = |record: &SaleRecord, day| said(plan(&request(), record, &configured(), &on(day)));
    assert_eq!(judged(&disabled, "2026-03-10"), "period_disabled");
    assert_eq!(judged(&imported, "2026-03-10"), "49.00 EUR");
    assert_eq!(judged(&imported, "2026-03-11"), "period_expired");
}

#[test]
fn goodwill_is_recorded_only_if_it_was_needed() {
    let asked = |day| planned_on(on(day), &request().with_goodwill(), &sale()).unwrap().ground;
    assert_eq!(asked("2026-03-16"), Ground::Withdrawal);
    assert_eq!(asked("2026-03-17"), Ground::Goodwill);
}
