//! The clock: the system's, or the fixed time in `RETOUR_NOW`.

use crate::domain::time::{Clock, Timestamp};
use chrono::{DateTime, Utc};

/// The system clock.
#[derive(Debug, Clone, Copy)]
pub struct SystemClock;

impl Clock for SystemClock {
    #[expect(clippy::disallowed_methods, reason = "the only place that reads the system clock")]
    fn now(&self) -> Timestamp {
        Utc::now()
    }
}

/// A clock that always shows this time.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct FrozenClock(pub Timestamp);

impl Clock for FrozenClock {
    fn now(&self) -> Timestamp {
        self.0
    }

    fn is_frozen(&self) -> bool {
        true
    }
}

/// A `RETOUR_NOW` that is not a point in time. A date, or a time without an offset, depends on a time zone.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("RETOUR_NOW is `{0}`, not a time with an offset such as 2026-03-25T10:00:00+01:00")]
pub struct BadNow(pub String);

/// A clock fixed at `RETOUR_NOW` (RFC 3339), or the system clock if that is not set.
pub fn from_setting(now: Option<&str>) -> Result<Box<dyn Clock>, BadNow> {
    let Some(text) = now else { return Ok(Box::new(SystemClock)) };
    let at = DateTime::parse_from_rfc3339(text).map_err(|_| BadNow(text.to_owned()))?;
    Ok(Box::new(FrozenClock(at.to_utc())))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(text: &str) -> Timestamp {
        DateTime::parse_from_rfc3339(text).unwrap().to_utc()
    }

    #[test]
    fn a_fixed_clock_stays_and_says_that_it_is_frozen() {
        let clock = from_setting(Some("2026-03-25T10:00:00+01:00")).unwrap();
        assert_eq!((clock.now(), clock.is_frozen()), (at("2026-03-25T09:00:00Z"), true));
        assert_eq!(clock.now(), at("2026-03-25T09:00:00Z"));
        assert!(!from_setting(None).unwrap().is_frozen());
    }

    #[test]
    fn a_time_without_an_offset_is_refused() {
        let refused = ["", "now", "2026-03-25", "2026-03-25T10:00:00", "2026-03-25T10:00", "1774432800"];
        for text in refused {
            assert!(from_setting(Some(text)).is_err(), "{text}");
        }
        let error = from_setting(Some("2026-03-25")).map(|clock| clock.now()).unwrap_err();
        assert_eq!(
            error.to_string(),
            "RETOUR_NOW is `2026-03-25`, not a time with an offset such as 2026-03-25T10:00:00+01:00"
        );
    }
}
