//! How long a product can be returned: a number of days, or "none".

use std::fmt;
use std::str::FromStr;

/// The longest return period, in days: ten years.
pub const LONGEST_DAYS: u32 = 3650;

/// A return period. The smallest is the strictest: `Disabled`, then the fewest days.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum ReturnPeriod {
    Disabled,
    Days(u32),
}

/// A text that is not a return period.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{0}` is not a return period: write a number of days up to {LONGEST_DAYS}, or \"none\"")]
pub struct BadReturnPeriod(pub String);

impl FromStr for ReturnPeriod {
    type Err = BadReturnPeriod;
    fn from_str(text: &str) -> Result<Self, BadReturnPeriod> {
        if text == "none" {
            return Ok(Self::Disabled);
        }
        let is_number = !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
        let days = is_number.then(|| text.parse().ok()).flatten().filter(|days| *days <= LONGEST_DAYS);
        days.map(Self::Days).ok_or_else(|| BadReturnPeriod(text.to_owned()))
    }
}

impl fmt::Display for ReturnPeriod {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Disabled => f.pad("none"),
            Self::Days(days) => f.pad(&days.to_string()),
        }
    }
}
