//! The bank calendar: TARGET business days (ECB, since 2002), less the holidays in the configuration.

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

    /// Whether banks settle on this day.
    pub fn is_business_day(&self, day: NaiveDate) -> bool {
        let weekend = matches!(day.weekday(), Weekday::Sat | Weekday::Sun);
        !weekend && !is_target_holiday(day) && !self.holidays.contains(&day)
    }

    /// The `n`th business day after `day`, not counting `day` itself. The 0th is `day`, even if it is no business day.
    pub fn business_day_after(&self, day: NaiveDate, n: u32) -> NaiveDate {
        let mut reached = day;
        for _ in 0..n {
            reached = self.next_business_day(reached);
        }
        reached
    }

    fn next_business_day(&self, day: NaiveDate) -> NaiveDate {
        let mut next = days_after(day, 1);
        // If the configuration closes every day, the loop must still end.
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
mod tests;
