//! The desk's time: instants are UTC to the millisecond, days are those of the desk's time zone.

use chrono::{
    DateTime, Days, MappedLocalTime, NaiveDate, NaiveDateTime, NaiveTime, SubsecRound, TimeDelta, Utc,
};
use chrono_tz::Tz;
use std::str::FromStr;

/// A point in time, UTC, to the millisecond.
pub type Instant = DateTime<Utc>;

/// The desk's time zone, an IANA name such as `Europe/Berlin`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Zone(Tz);

/// A name that is no time zone.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{0}` is not a time zone such as Europe/Berlin")]
pub struct UnknownZone(pub String);

impl FromStr for Zone {
    type Err = UnknownZone;
    fn from_str(text: &str) -> Result<Self, UnknownZone> {
        text.parse().map(Self).map_err(|_| UnknownZone(text.to_owned()))
    }
}

impl Zone {
    /// The platform's own: CopeCart is in Berlin.
    pub const BERLIN: Self = Self(Tz::Europe__Berlin);

    pub fn name(self) -> &'static str {
        self.0.name()
    }

    /// The day on which `at` falls here.
    pub fn day_of(self, at: Instant) -> NaiveDate {
        at.with_timezone(&self.0).date_naive()
    }

    /// The first instant of `day` here, which is not midnight where the clocks skip it.
    pub fn start_of(self, day: NaiveDate) -> Instant {
        self.at(day.and_time(NaiveTime::MIN))
    }

    /// The instant of a local time. Where the clocks go back the earlier of the two is meant; a time that the
    /// clocks skip is the first one after the gap.
    pub fn at(self, local: NaiveDateTime) -> Instant {
        let mut candidate = local;
        // No gap in the tz database is longer than a day.
        for _ in 0..=(24 * 4) {
            match candidate.and_local_timezone(self.0) {
                MappedLocalTime::Single(at) | MappedLocalTime::Ambiguous(at, _) => return at.to_utc(),
                MappedLocalTime::None => match candidate.checked_add_signed(TimeDelta::minutes(15)) {
                    Some(later) => candidate = later,
                    None => break,
                },
            }
        }
        local.and_utc()
    }
}

/// Tells the time. A rule never asks it: it is given a [`Moment`].
pub trait Clock {
    fn now(&self) -> Instant;

    /// It stands still, by `RETOUR_NOW`: a rehearsal, and people are told so.
    fn is_frozen(&self) -> bool {
        false
    }
}

/// Now, as the desk sees it: taken once a run and handed down.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Moment {
    pub now: Instant,
    pub today: NaiveDate,
    pub zone: Zone,
}

impl Moment {
    pub fn new(now: Instant, zone: Zone) -> Self {
        let now = now.trunc_subsecs(3);
        Self { now, today: zone.day_of(now), zone }
    }
}

/// `day` and so many calendar days more.
pub fn days_after(day: NaiveDate, days: u32) -> NaiveDate {
    day.checked_add_days(Days::new(u64::from(days))).unwrap_or(NaiveDate::MAX)
}

/// `day` and so many calendar days less.
pub fn days_before(day: NaiveDate, days: u32) -> NaiveDate {
    day.checked_sub_days(Days::new(u64::from(days))).unwrap_or(NaiveDate::MIN)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn instant(text: &str) -> Instant {
        DateTime::parse_from_rfc3339(text).unwrap().to_utc()
    }

    fn day(text: &str) -> NaiveDate {
        text.parse().unwrap()
    }

    #[test]
    fn near_midnight_the_day_is_the_desk_s_and_not_greenwich_s() {
        let late = instant("2026-03-24T23:30:00Z");
        assert_eq!(Zone::BERLIN.day_of(late), day("2026-03-25"));
        assert_eq!("America/New_York".parse::<Zone>().unwrap().day_of(late), day("2026-03-24"));
        assert_eq!(Moment::new(late, Zone::BERLIN).today, day("2026-03-25"));
    }

    #[test]
    fn the_days_of_the_time_change_begin_and_end_at_local_midnight() {
        let berlin = Zone::BERLIN;
        assert_eq!(berlin.start_of(day("2026-03-29")), instant("2026-03-29T00:00:00+01:00"));
        assert_eq!(berlin.start_of(day("2026-03-30")), instant("2026-03-30T00:00:00+02:00"));
        assert_eq!(berlin.start_of(day("2026-10-26")), instant("2026-10-26T00:00:00+01:00"));
        assert_eq!(berlin.day_of(instant("2026-03-29T21:59:59Z")), day("2026-03-29"));
        assert_eq!(berlin.day_of(instant("2026-03-29T22:00:00Z")), day("2026-03-30"));
    }

    #[test]
    fn a_skipped_local_time_is_the_first_after_the_gap_and_a_doubled_one_the_earlier() {
        let at = |text: &str| Zone::BERLIN.at(text.parse().unwrap());
        assert_eq!(at("2026-03-29T02:30:00"), instant("2026-03-29T03:00:00+02:00"));
        assert_eq!(at("2026-10-25T02:30:00"), instant("2026-10-25T02:30:00+02:00"));
        // Beirut skips midnight itself.
        let beirut: Zone = "Asia/Beirut".parse().unwrap();
        assert_eq!(beirut.day_of(beirut.start_of(day("2026-03-29"))), day("2026-03-29"));
    }
}
