//! Business days over weekends, Easter, Christmas and leap years.

use super::*;

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
