//! The bank calendar: TARGET business days (ECB, since 2002), less the holidays the vendor configured.

use crate::domain::time::days_after;
use chrono::{Datelike, NaiveDate, Weekday};
use std::collections::BTreeSet;

/// TARGET's closing days and the vendor's own holidays.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Calendar {
    holidays: BTreeSet<NaiveDate>,
}

impl Calendar {
    pub fn new(holidays: impl IntoIterator<Item = NaiveDate>) -> Self {
        Self { holidays: holidays.into_iter().collect() }
    }

    /// Banks settle on this day.
    pub fn is_business_day(&self, day: NaiveDate) -> bool {
        let weekend = matches!(day.weekday(), Weekday::Sat | Weekday::Sun);
        !weekend && !is_target_holiday(day) && !self.holidays.contains(&day)
    }

    /// The `n`th business day after `day`, which itself does not count. The 0th is `day`, business day or not.
    pub fn business_day_after(&self, day: NaiveDate, n: u32) -> NaiveDate {
        let mut reached = day;
        for _ in 0..n {
            reached = self.next_business_day(reached);
        }
        reached
    }

    fn next_business_day(&self, day: NaiveDate) -> NaiveDate {
        let mut next = days_after(day, 1);
        // A configuration that closes every day must not hang the desk.
        while !self.is_business_day(next) && next < NaiveDate::MAX {
            next = days_after(next, 1);
        }
        next
    }
}

/// 1 January, Good Friday, Easter Monday, 1 May, 25 and 26 December.
fn is_target_holiday(day: NaiveDate) -> bool {
    if matches!((day.month(), day.day()), (1, 1) | (5, 1) | (12, 25 | 26)) {
        return true;
    }
    // Easter falls between 22 March and 25 April.
    matches!(day.month(), 3 | 4) && easter(day.year()).is_some_and(|sunday| matches!((day - sunday).num_days(), -2 | 1))
}

/// Easter Sunday of the Gregorian calendar (Meeus, *Astronomical Algorithms*, chapter 8).
fn easter(year: i32) -> Option<NaiveDate> {
    let a = year % 19;
    let (b, c) = (year / 100, year % 100);
    let (d, e) = (b / 4, b % 4);
    let f = (b + 8) / 25;
    let g = (b - f + 1) / 3;
    let h = (19 * a + b - d - g + 15) % 30;
    let (i, k) = (c / 4, c % 4);
    let l = (32 + 2 * e + 2 * i - h - k) % 7;
    let m = (a + 11 * h + 22 * l) / 451;
    let n = h + l - 7 * m + 114;
    NaiveDate::from_ymd_opt(year, u32::try_from(n / 31).ok()?, u32::try_from(n % 31).ok()? + 1)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(text: &str) -> NaiveDate {
        text.parse().unwrap()
    }

    fn after(from: &str, n: u32) -> String {
        Calendar::default().business_day_after(day(from), n).to_string()
    }

    #[test]
    fn easter_is_where_the_church_has_it() {
        let known = ["2000-04-23", "2008-03-23", "2011-04-24", "2024-03-31", "2025-04-20", "2026-04-05", "2038-04-25"];
        for sunday in known {
            assert_eq!(easter(day(sunday).year()), Some(day(sunday)), "{sunday}");
        }
    }

    #[test]
    fn target_closes_on_weekends_and_six_holidays() {
        let calendar = Calendar::default();
        for closed in [
            "2026-03-28",
            "2026-03-29",
            "2026-01-01",
            "2026-04-03",
            "2026-04-06",
            "2026-05-01",
            "2026-12-25",
            "2028-12-26",
        ] {
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
    fn a_configured_holiday_is_no_business_day() {
        let calendar = Calendar::new([day("2026-03-26")]);
        assert_eq!(calendar.business_day_after(day("2026-03-25"), 1), day("2026-03-27"));
    }
}
