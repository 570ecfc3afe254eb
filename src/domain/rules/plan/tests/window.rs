//! The settlement window of a plan: counted from today, "if carried out today", on the bank calendar.

use super::*;
use crate::domain::fixtures::day;
use crate::domain::rules::calendar::Calendar;
use crate::domain::rules::window::SettlementRule;

fn window_on(now: Now, method: Method) -> String {
    let paid = sale().by(method).paid_at(now.at);
    let window = planned_on(now, &request(), &paid).unwrap().window.unwrap();
    assert_eq!((window.basis, window.counted_from), (RefundStatus::Marked, now.today));
    format!("{} .. {}", window.from, window.by)
}

fn card(today: &str) -> String {
    window_on(on(today), Method::Card)
}

fn debit(today: &str) -> String {
    window_on(on(today), Method::Sepa)
}

#[test]
fn a_debit_arrives_from_the_first_to_the_fifth_business_day_and_all_else_from_today_to_the_tenth() {
    assert_eq!(debit("2026-03-10"), "2026-03-11 .. 2026-03-17");
    assert_eq!(card("2026-03-10"), "2026-03-10 .. 2026-03-24");
    assert_eq!(window_on(today(), Method::Unknown), "2026-03-10 .. 2026-03-24");
}

#[test]
fn good_friday_and_easter_monday_do_not_count() {
    assert_eq!(debit("2026-04-02"), "2026-04-07 .. 2026-04-13"); // Maundy Thursday
    assert_eq!(debit("2026-04-03"), "2026-04-07 .. 2026-04-13"); // Good Friday
    assert_eq!(card("2026-04-02"), "2026-04-02 .. 2026-04-20");
    assert_eq!(card("2026-04-05"), "2026-04-05 .. 2026-04-20"); // Easter Sunday
}

#[test]
fn may_day_does_not_count() {
    assert_eq!(debit("2026-04-30"), "2026-05-04 .. 2026-05-08");
    assert_eq!(card("2026-04-30"), "2026-04-30 .. 2026-05-15");
}

#[test]
fn christmas_and_new_year_do_not_count() {
    assert_eq!(debit("2026-12-24"), "2026-12-28 .. 2027-01-04");
    assert_eq!(debit("2026-12-31"), "2027-01-04 .. 2027-01-08");
    assert_eq!(card("2026-12-23"), "2026-12-23 .. 2027-01-08");
}

#[test]
fn the_leap_day_counts() {
    assert_eq!(debit("2028-02-28"), "2028-02-29 .. 2028-03-06");
    assert_eq!(debit("2027-02-26"), "2027-03-01 .. 2027-03-05");
}

#[test]
fn on_the_days_of_the_time_change_the_day_is_the_local_one() {
    let debit = |now| window_on(at(instant(now)), Method::Sepa);
    // Sunday 29 March 2026 ends at 22:00 UTC; it had begun at 23:00 UTC.
    assert_eq!(debit("2026-03-28T22:59:59Z"), "2026-03-30 .. 2026-04-07");
    assert_eq!(debit("2026-03-29T21:59:59Z"), "2026-03-30 .. 2026-04-07");
    assert_eq!(debit("2026-03-29T22:00:00Z"), "2026-03-31 .. 2026-04-08");
    // Sunday 25 October 2026 has 25 hours.
    assert_eq!(debit("2026-10-25T22:59:59Z"), "2026-10-26 .. 2026-10-30");
    assert_eq!(debit("2026-10-25T23:00:00Z"), "2026-10-27 .. 2026-11-02");
}

#[test]
fn configured_holidays_and_rules_count() {
    let mut policy = Policy { calendar: Calendar::new([day("2026-03-11")]), ..Policy::default() };
    policy.settlement.by_method.insert(Method::Paypal, SettlementRule { from: 0, by: 3 });
    let by = |method| plan(&request(), &sale().by(method), &policy, &today()).unwrap().window.unwrap().by;
    assert_eq!(by(Method::Paypal), day("2026-03-16"));
    assert_eq!(by(Method::Sepa), day("2026-03-18"));
}
