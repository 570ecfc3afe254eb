//! The time of day, asked for in one place and handed down from there.

use crate::domain::time::{Clock, Timestamp};
use chrono::{DateTime, Utc};

/// The machine's own clock.
#[derive(Debug, Clone, Copy)]
pub struct SystemClock;

impl Clock for SystemClock {
    #[expect(clippy::disallowed_methods, reason = "the one place that asks the machine for the time")]
    fn now(&self) -> Timestamp {
        Utc::now()
    }
}

/// A clock that stands.
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

/// A `RETOUR_NOW` that is no instant. A bare day or a time without its offset could be meant in two zones.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("RETOUR_NOW is `{0}`, not an instant with its offset such as 2026-03-25T10:00:00+01:00")]
pub struct BadNow(pub String);

/// The clock that `RETOUR_NOW` sets (RFC 3339), or the machine's own where it is not set.
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
    fn a_set_clock_stands_and_says_so() {
        let clock = from_setting(Some("2026-03-25T10:00:00+01:00")).unwrap();
        assert_eq!((clock.now(), clock.is_frozen()), (at("2026-03-25T09:00:00Z"), true));
        assert_eq!(clock.now(), at("2026-03-25T09:00:00Z"));
        assert!(!from_setting(None).unwrap().is_frozen());
    }

    #[test]
    fn a_time_without_its_offset_is_refused() {
        let refused = ["", "now", "2026-03-25", "2026-03-25T10:00:00", "2026-03-25T10:00", "1774432800"];
        for text in refused {
            assert!(from_setting(Some(text)).is_err(), "{text}");
        }
        let error = from_setting(Some("2026-03-25")).map(|clock| clock.now()).unwrap_err();
        assert_eq!(
            error.to_string(),
            "RETOUR_NOW is `2026-03-25`, not an instant with its offset such as 2026-03-25T10:00:00+01:00"
        );
    }
}
