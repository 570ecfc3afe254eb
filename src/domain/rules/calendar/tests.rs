//! Business days over weekends, Easter, Christmas and leap years.

use super::*;
use crate::domain::fixtures::closed_days;

fn day(text: &str) -> NaiveDate {
    text.parse().unwrap()
}

fn after(from: &str, n: u32) -> String {
    Calendar::default().business_day_after(day(from), n).to_string()
}

#[test]
fn easter_sunday_is_the_gregorian_one() {
    let known = ["2000-04-23", "2008-03-23", "2011-04-24", "2024-03-31", "2025-04-20", "2026-04-05", "2038-04-25"];
    for sunday in known {
        assert_eq!(easter(day(sunday).year()), Some(day(sunday)), "{sunday}");
    }
}

#[test]
fn target_closes_on_weekends_and_six_holidays() {
    let calendar = Calendar::default();
    for closed in
        ["2026-03-28", "2026-03-29", "2026-01-01", "2026-04-03", "2026-04-06", "2026-05-01", "2026-12-25", "2028-12-26"]
    {
        assert!(!calendar.is_business_day(day(closed)), "{closed}");
    }
    for open in ["2026-04-02", "2026-04-07", "2026-04-30", "2026-05-04", "2026-12-24", "2026-12-31", "2026-10-26"] {
        assert!(calendar.is_business_day(day(open)), "{open}");
    }
}

#[test]
fn counting_starts_on_the_next_day() {
    assert_eq!(after("2026-03-25", 0), "2026-03-25");
    assert_eq!(after("2026-03-25", 1), "2026-03-26");
    assert_eq!(after("2026-03-27", 1), "2026-03-30"); // Friday to Monday
    assert_eq!(after("2026-03-28", 0), "2026-03-28"); // a Saturday stays one
    assert_eq!(after("2026-03-28", 1), "2026-03-30");
}

#[test]
fn easter_may_day_christmas_and_leap_years_are_counted_over() {
    assert_eq!(after("2026-04-02", 1), "2026-04-07"); // Maundy Thursday
    assert_eq!(after("2026-04-01", 5), "2026-04-10");
    assert_eq!(after("2026-04-30", 1), "2026-05-04"); // 1 May is a Friday
    assert_eq!(after("2026-12-24", 1), "2026-12-28");
    assert_eq!(after("2026-12-23", 5), "2026-12-31");
    assert_eq!(after("2026-12-31", 1), "2027-01-04");
    assert_eq!(after("2028-02-28", 1), "2028-02-29");
    assert_eq!(after("2027-02-26", 1), "2027-03-01");
}

#[test]
fn a_configured_holiday_is_not_a_business_day() {
    let calendar = Calendar::new([day("2026-03-26")]);
    assert_eq!(calendar.business_day_after(day("2026-03-25"), 1), day("2026-03-27"));
}

/// Every day from March 2024 to April 2029, five Easters.
fn all_days() -> impl Iterator<Item = NaiveDate> {
    day("2024-03-01").iter_days().take_while(|each| *each <= day("2029-04-30"))
}

#[test]
fn business_days_are_those_of_an_independent_calendar() {
    let closed = closed_days(&["weekend", "TARGET"]);
    for legal in [LegalHolidays::default(), LegalHolidays::Germany, LegalHolidays::France] {
        let calendar = Calendar::default().with_legal_holidays(legal);
        for each in all_days() {
            assert_eq!(calendar.is_business_day(each), !closed.contains(&each), "{each}");
        }
    }
}

#[test]
fn a_period_rolls_over_to_the_next_working_day_of_an_independent_calendar() {
    let own = LegalHolidays::Days([day("2026-04-07"), day("2026-06-04")].into());
    for (legal, lists) in [
        (LegalHolidays::default(), vec!["weekend", "TARGET"]),
        (LegalHolidays::Germany, vec!["weekend", "TARGET", "DE"]),
        (LegalHolidays::France, vec!["weekend", "TARGET", "FR"]),
        (own, vec!["weekend", "TARGET"]),
    ] {
        let mut closed = closed_days(&lists);
        if let LegalHolidays::Days(days) = &legal {
            closed.extend(days);
        }
        let calendar = Calendar::default().with_legal_holidays(legal);
        for each in all_days().take_while(|each| *each < day("2029-04-21")) {
            let expected = each.iter_days().find(|day| !closed.contains(day)).unwrap();
            assert_eq!(calendar.rolled_over(each), expected, "{each}");
            let earliest = calendar.earliest_open_on(each);
            assert!(calendar.rolled_over(earliest) >= each, "{each}");
            assert!(each < day("2024-03-10") || calendar.rolled_over(days_before(earliest, 1)) < each, "{each}");
        }
    }
}

#[test]
fn a_public_holiday_ends_no_period_and_moves_no_settlement() {
    let germany = Calendar::default().with_legal_holidays(LegalHolidays::Germany);
    let france = Calendar::default().with_legal_holidays(LegalHolidays::France);
    let ends = |calendar: &Calendar, counted| calendar.rolled_over(day(counted)).to_string();
    assert_eq!(ends(&germany, "2025-10-03"), "2025-10-06"); // a Friday
    assert_eq!(ends(&germany, "2026-05-14"), "2026-05-15"); // Ascension Day
    assert_eq!(ends(&germany, "2026-07-14"), "2026-07-14");
    assert_eq!(ends(&france, "2026-07-14"), "2026-07-15");
    assert_eq!(ends(&france, "2026-05-08"), "2026-05-11"); // a Friday
    assert_eq!(ends(&france, "2025-10-03"), "2025-10-03");
    assert_eq!(germany.business_day_after(day("2025-10-02"), 1), day("2025-10-03"));
    assert_eq!(france.business_day_after(day("2026-07-13"), 1), day("2026-07-14"));
}

#[test]
fn a_configuration_that_closes_every_day_still_ends_a_period() {
    let last = NaiveDate::MAX;
    assert_eq!(Calendar::new([last]).rolled_over(last), last);
    assert_eq!(Calendar::new([NaiveDate::MIN]).earliest_open_on(NaiveDate::MIN), NaiveDate::MIN);
}
