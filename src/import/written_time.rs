//! Dates and times as exports write them. Only real dates of the years 1970 to 9999 are read.

use crate::domain::time::{Timestamp, Zone};
use chrono::format::{self, Parsed, StrftimeItems};
use chrono::{Datelike, FixedOffset, NaiveDate, NaiveTime, SubsecRound, Timelike};

/// A date as it was written, with its time and offset if it has them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct WrittenTime {
    pub day: NaiveDate,
    pub time: Option<NaiveTime>,
    pub offset: Option<FixedOffset>,
}

impl WrittenTime {
    /// `2026-03-25`, `2026-03-25T14:30:00.000+01:00`, `2026-03-25 14:30`.
    pub fn iso(text: &str) -> Option<Self> {
        let (day, time) = split(text);
        Self::new(iso_day(day)?, time)
    }

    /// A date, and the text of its time.
    pub fn new(day: NaiveDate, time: Option<&str>) -> Option<Self> {
        let Some(time) = time else {
            return Some(Self { day, time: None, offset: None });
        };
        let (clock, offset) = split_offset(time);
        let offset = if offset.is_empty() { None } else { Some(offset_of(offset)?) };
        Some(Self { day, time: Some(clock_of(clock.trim_end())?), offset })
    }

    /// The instant; `zone` applies to a date without a time and to a time without an offset.
    pub fn instant(self, zone: Zone) -> Option<Timestamp> {
        let at = match (self.time, self.offset) {
            (None, _) => zone.start_of(self.day),
            (Some(time), None) => zone.at(self.day.and_time(time)),
            (Some(time), Some(offset)) => self.day.and_time(time).and_local_timezone(offset).single()?.to_utc(),
        };
        (1970..=9999).contains(&at.year()).then_some(at)
    }
}

/// The texts of the date and the time, which a `T` or blanks separate.
pub fn split(text: &str) -> (&str, Option<&str>) {
    let text = text.trim();
    match text.split_once(|c: char| c == 'T' || c.is_whitespace()) {
        Some((day, time)) => (day, Some(time.trim_start())),
        None => (text, None),
    }
}

fn iso_day(text: &str) -> Option<NaiveDate> {
    let mut parts = text.split('-');
    let (year, month, day) = (parts.next()?, parts.next()?, parts.next()?);
    if parts.next().is_some() || year.len() != 4 || month.len() != 2 || day.len() != 2 {
        return None;
    }
    day_of(year, month, day)
}

/// A real date, with a year of four digits.
pub fn day_of(year: &str, month: &str, day: &str) -> Option<NaiveDate> {
    let year = digits(year, 4..=4)?;
    NaiveDate::from_ymd_opt(i32::try_from(year).ok()?, digits(month, 1..=2)?, digits(day, 1..=2)?)
}

fn split_offset(text: &str) -> (&str, &str) {
    let start = text.find(['Z', '+', '-']).unwrap_or(text.len());
    text.split_at_checked(start).unwrap_or((text, ""))
}

/// `14:30`, `14:30:00`, `14:30:00.000`; anything finer than a millisecond is dropped.
fn clock_of(text: &str) -> Option<NaiveTime> {
    let read = |form| NaiveTime::parse_from_str(text, form).ok();
    let clock = read("%H:%M:%S%.f").or_else(|| read("%H:%M"))?;
    // Second 60 is read as a leap second.
    (clock.nanosecond() < 1_000_000_000).then(|| clock.trunc_subsecs(3))
}

/// `Z`, `+01:00`, `+0100`, `+01`.
fn offset_of(text: &str) -> Option<FixedOffset> {
    let mut parsed = Parsed::new();
    format::parse(&mut parsed, text, StrftimeItems::new("%#z")).ok()?;
    parsed.to_fixed_offset().ok()
}

fn digits(text: &str, count: std::ops::RangeInclusive<usize>) -> Option<u32> {
    let is_number = count.contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_digit());
    is_number.then(|| text.parse().ok()).flatten()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Option<String> {
        let at = WrittenTime::iso(text)?.instant(Zone::BERLIN)?;
        Some(at.format("%Y-%m-%dT%H:%M:%S%.fZ").to_string())
    }

    #[test]
    fn iso_dates_are_read_with_and_without_time_and_offset() {
        for (text, expected) in [
            ("2026-03-25", "2026-03-24T23:00:00Z"),
            (" 2026-03-25 ", "2026-03-24T23:00:00Z"),
            ("2026-03-25T14:30", "2026-03-25T13:30:00Z"),
            ("2026-03-25 14:30:05", "2026-03-25T13:30:05Z"),
            ("2026-03-25 9:30", "2026-03-25T08:30:00Z"),
            ("2026-03-25T14:30:05Z", "2026-03-25T14:30:05Z"),
            ("2026-03-25T14:30:05.1234567+01:00", "2026-03-25T13:30:05.123Z"),
            ("2026-03-25 14:30:05.5 -0230", "2026-03-25T17:00:05.500Z"),
            ("2026-03-25T14:30+01", "2026-03-25T13:30:00Z"),
        ] {
            assert_eq!(read(text).as_deref(), Some(expected), "{text}");
        }
    }

    #[test]
    fn a_text_that_is_not_a_real_time_is_none() {
        for text in [
            "",
            "2026-02-30",
            "2026-13-01",
            "26-03-25",
            "2026-3-25",
            "2026-03-25T",
            "2026-03-25T24:00",
            "2026-03-25T12",
            "2026-03-25T12:00:60",
            "2026-03-25T12:00:00.",
            "2026-03-25T12:00+25:00",
            "2026-03-25T12:00+1",
            "2026-03-25T12:00:00:00",
            "2026-03-25 12:00 Uhr",
            "٢٠٢٦-03-25",
            "2026-03-25T12:00+ä1",
        ] {
            assert_eq!(read(text), None, "{text}");
        }
    }

    #[test]
    fn years_outside_1970_to_9999_are_refused() {
        assert!(read("1970-01-02").is_some() && read("9999-12-31").is_some());
        for text in ["1969-12-31", "0001-01-01", "10000-01-01", "9999-12-31T23:59-12:00"] {
            assert_eq!(read(text), None, "{text}");
        }
    }
}
