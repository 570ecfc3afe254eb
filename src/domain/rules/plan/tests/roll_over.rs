//! The last day of a period over weekends and holidays, compared with an independent calendar.

use super::*;
use crate::domain::fixtures::{closed_days, day};
use crate::domain::rules::calendar::{Calendar, LegalHolidays};
use crate::domain::rules::policy::Policy;
use crate::domain::time::{Zone, days_after, days_before};
use std::collections::BTreeSet;

const ZONES: [&str; 6] =
    ["Europe/Berlin", "Pacific/Kiritimati", "Pacific/Pago_Pago", "America/New_York", "Asia/Kathmandu", "Africa/Cairo"];

fn policy(zone: &str, legal: LegalHolidays) -> Policy {
    let calendar = Calendar::default().with_legal_holidays(legal);
    Policy { zone: zone.parse().unwrap(), calendar, ..Policy::default() }
}

/// The verdict in the first and in the last millisecond of a day.
fn verdicts(record: &SaleRecord, policy: &Policy, on: NaiveDate) -> [Verdict; 2] {
    let first = policy.zone.start_of(on);
    let last = policy.zone.start_of(days_after(on, 1)) - TimeDelta::milliseconds(1);
    [first, last].map(|at| verdict(record, policy, Now::new(at, policy.zone).today))
}

fn check(policy: &Policy, closed: &BTreeSet<NaiveDate>) {
    let first = day("2024-03-29");
    for counted in first.iter_days().take_while(|each| *each < day("2029-04-20")) {
        let last = counted.iter_days().find(|each| !closed.contains(each)).unwrap();
        let mut record = sale().paid_at(policy.zone.start_of(days_before(counted, 14)));
        record.order.payments[0].paid_on = record.paid_on(policy.zone);
        let before = days_before(last, 1);
        assert_eq!(verdicts(&record, policy, before), [Verdict::Yes, Verdict::Yes], "{before}");
        assert_eq!(verdicts(&record, policy, last), [Verdict::Yes, Verdict::Yes], "{last}");
        let is_over = |verdict: Verdict| {
            matches!(verdict, Verdict::Goodwill(Refusal::PeriodExpired { ends, .. })
            if ends.counted == counted && ends.last == last)
        };
        assert_eq!(verdicts(&record, policy, days_after(last, 1)).map(is_over), [true, true], "{last}");
    }
}

#[test]
fn in_every_zone_a_period_ends_on_the_next_working_day_of_an_independent_calendar() {
    let german = closed_days(&["weekend", "TARGET", "DE"]);
    for zone in ZONES {
        check(&policy(zone, LegalHolidays::Germany), &german);
    }
    check(&policy("Europe/Paris", LegalHolidays::France), &closed_days(&["weekend", "TARGET", "FR"]));
    check(&policy("Europe/Vienna", LegalHolidays::default()), &closed_days(&["weekend", "TARGET"]));
}

#[test]
fn the_refusal_says_both_days() {
    let refusal = planned_on(on("2026-04-08"), &request(), &sale().paid("2026-03-20")).unwrap_err();
    let message = "the return period of 14 days, counted from 2026-03-20, ended on Tue 2026-04-07; \
                   the 14 days end on Fri 2026-04-03";
    assert_eq!(refusal.to_string(), message);
    let asked = request().asked_on("2026-04-07");
    assert_eq!(said(planned_on(on("2026-05-01"), &asked, &sale().paid("2026-03-20"))), "49.00 EUR");
}

/// The last day of a period that is counted from 20 March 2026, without roll-over.
fn without_roll_over(days: u32) -> String {
    let mut policy = Policy::default();
    policy.periods.roll_over = false;
    let record = sale().paid("2026-03-20").returnable(ReturnPeriod::Days(days));
    policy.period_of(&record).last_day().unwrap().to_string()
}

#[test]
fn without_roll_over_a_period_ends_as_counted_but_never_before_the_right_of_withdrawal() {
    // 2 April is Maundy Thursday, 3 April Good Friday.
    let last_days = [1, 13, 14, 15, 18, 19, 22].map(without_roll_over);
    assert_eq!(
        last_days,
        ["2026-03-21", "2026-04-02", "2026-04-07", "2026-04-07", "2026-04-07", "2026-04-08", "2026-04-11"]
    );
}

#[test]
fn a_vendor_s_own_holiday_extends_a_period_too() {
    let policy = Policy { calendar: Calendar::new([day("2026-03-16")]), ..Policy::default() };
    assert_eq!(policy.period_of(&sale()).last_day(), Some(day("2026-03-17")));
    assert_eq!(policy.zone, Zone::BERLIN);
}
