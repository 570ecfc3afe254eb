//! Two calendars. Money arrives on bank business days: those of TARGET (ECB, since 2002), less the holidays in the
//! configuration. A period ends on a working day: a bank business day that is not a public holiday either.

use crate::domain::time::{days_after, days_before};
use chrono::{Datelike, NaiveDate, Weekday};
use std::collections::BTreeSet;

/// TARGET's closing days, the vendor's own holidays, and the public holidays that extend a period.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Calendar {
    holidays: BTreeSet<NaiveDate>,
    legal: LegalHolidays,
}

/// The public holidays on which no period ends. They never move a settlement window.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum LegalHolidays {
    Germany,
    France,
    Days(BTreeSet<NaiveDate>),
}

impl Default for LegalHolidays {
    /// None beside TARGET's.
    fn default() -> Self {
        Self::Days(BTreeSet::new())
    }
}

impl LegalHolidays {
    fn has(&self, day: NaiveDate) -> bool {
        match self {
            Self::Germany => GERMANY.has(day),
            Self::France => FRANCE.has(day),
            Self::Days(days) => days.contains(&day),
        }
    }
}

/// The holidays of every year.
struct Holidays {
    /// Month and day.
    fixed: &'static [(u32, u32)],
    /// Days after Easter Sunday.
    after_easter: &'static [i64],
}

/// 1 January, Good Friday, Easter Monday, 1 May, 25 and 26 December.
const TARGET: Holidays = Holidays { fixed: &[(1, 1), (5, 1), (12, 25), (12, 26)], after_easter: &[-2, 1] };

/// The nine of all sixteen states: also Ascension Day, Whit Monday and 3 October (Einigungsvertrag art. 2(2), and the
/// holiday acts of the states).
const GERMANY: Holidays =
    Holidays { fixed: &[(1, 1), (5, 1), (10, 3), (12, 25), (12, 26)], after_easter: &[-2, 1, 39, 50] };

/// The eleven of Code du travail L3133-1: also 8 May, 14 July, 15 August, 1 and 11 November, Ascension Day and Whit
/// Monday.
const FRANCE: Holidays = Holidays {
    fixed: &[(1, 1), (5, 1), (5, 8), (7, 14), (8, 15), (11, 1), (11, 11), (12, 25)],
    after_easter: &[1, 39, 50],
};

impl Holidays {
    fn has(&self, day: NaiveDate) -> bool {
        if self.fixed.contains(&(day.month(), day.day())) {
            return true;
        }
        // From Good Friday, at the earliest on 20 March, to Whit Monday, at the latest on 14 June.
        matches!(day.month(), 3..=6)
            && easter(day.year()).is_some_and(|sunday| self.after_easter.contains(&(day - sunday).num_days()))
    }
}

impl Calendar {
    /// The calendar of banks that are closed on these days too.
    pub fn new(holidays: impl IntoIterator<Item = NaiveDate>) -> Self {
        Self { holidays: holidays.into_iter().collect(), legal: LegalHolidays::default() }
    }

    pub fn with_legal_holidays(self, legal: LegalHolidays) -> Self {
        Self { legal, ..self }
    }

    /// Whether banks settle on this day.
    pub fn is_business_day(&self, day: NaiveDate) -> bool {
        let weekend = matches!(day.weekday(), Weekday::Sat | Weekday::Sun);
        !weekend && !TARGET.has(day) && !self.holidays.contains(&day)
    }

    /// Whether a period can end on this day.
    fn is_working_day(&self, day: NaiveDate) -> bool {
        self.is_business_day(day) && !self.legal.has(day)
    }

    /// The last day of a period that is counted to `day`: if that is no working day, the next one (Regulation 1182/71
    /// art. 3(4), § 193 BGB, Code de la consommation L221-19).
    pub fn rolled_over(&self, day: NaiveDate) -> NaiveDate {
        let mut last = day;
        while !self.is_working_day(last) && last < NaiveDate::MAX {
            last = days_after(last, 1);
        }
        last
    }

    /// The earliest day to which a period can be counted that is not over on `day`.
    pub fn earliest_open_on(&self, day: NaiveDate) -> NaiveDate {
        let mut earliest = day;
        while !self.is_working_day(days_before(earliest, 1)) && earliest > NaiveDate::MIN {
            earliest = days_before(earliest, 1);
        }
        earliest
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
