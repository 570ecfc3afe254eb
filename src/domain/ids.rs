//! IDs, keys and references. They are texts, never numbers, and each kind has its own type.

use std::fmt;
use std::str::FromStr;

/// The longest ID, key or reference, in bytes.
pub const LONGEST: usize = 200;

/// A text that cannot be an ID.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum BadId {
    #[error("the {0} is empty")]
    Empty(&'static str),
    #[error("the {0} is longer than {LONGEST} bytes")]
    TooLong(&'static str),
    #[error("the {0} contains a control character")]
    Control(&'static str),
}

macro_rules! text_id {
    ($(#[$meta:meta])* $name:ident, $what:literal) => {
        $(#[$meta])*
        #[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
        pub struct $name(String);

        impl $name {
            /// Trims spaces; refuses empty and overlong texts and control characters.
            pub fn new(text: &str) -> Result<Self, BadId> {
                let text = text.trim();
                if text.is_empty() {
                    return Err(BadId::Empty($what));
                }
                if text.len() > LONGEST {
                    return Err(BadId::TooLong($what));
                }
                if text.chars().any(char::is_control) {
                    return Err(BadId::Control($what));
                }
                Ok(Self(text.to_owned()))
            }

            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl FromStr for $name {
            type Err = BadId;
            fn from_str(text: &str) -> Result<Self, BadId> {
                Self::new(text)
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.pad(&self.0)
            }
        }
    };
}

text_id!(
    /// The ID of a payment: 16 hex digits on CopeCart, any text in other exports.
    TransactionId, "transaction ID"
);
text_id!(
    /// The ID of an order, which all its payments share: 8 base62 characters on CopeCart, case-sensitive.
    OrderId, "order ID"
);
text_id!(
    /// The ID of a product: 8 hex digits on CopeCart, which can look like a number (`12345e67`).
    ProductId, "product ID"
);
text_id!(
    /// An idempotency key: used again, it replays the refund that was recorded under it.
    Key, "key"
);
text_id!(
    /// The name of a batch.
    Reference, "reference"
);

/// The store's number of a refund, short enough for the phone: `R-000042`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct RefundNumber(pub i64);

impl RefundNumber {
    /// Reads `R-000042` or `r-42`; `None` for any other text.
    pub fn parse(text: &str) -> Option<Self> {
        let digits = text.strip_prefix(['R', 'r'])?.strip_prefix('-')?;
        let is_number = !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit());
        is_number.then(|| digits.parse().ok().map(Self)).flatten()
    }
}

impl fmt::Display for RefundNumber {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&format!("R-{:06}", self.0))
    }
}

/// The ID of a refund: the desk numbers its own refunds; the platform's keep their transaction ID.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum RefundId {
    Desk(RefundNumber),
    Platform(TransactionId),
}

impl RefundId {
    pub fn new(text: &str) -> Result<Self, BadId> {
        match RefundNumber::parse(text.trim()) {
            Some(number) => Ok(Self::Desk(number)),
            None => TransactionId::new(text).map(Self::Platform),
        }
    }
}

impl FromStr for RefundId {
    type Err = BadId;
    fn from_str(text: &str) -> Result<Self, BadId> {
        Self::new(text)
    }
}

impl fmt::Display for RefundId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Desk(number) => number.fmt(f),
            Self::Platform(id) => id.fmt(f),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_id_stays_text_even_when_it_looks_like_a_number() {
        assert_eq!(ProductId::new("12345e67").unwrap().as_str(), "12345e67");
        assert_eq!(OrderId::new(" 00012345 ").unwrap().as_str(), "00012345");
    }

    #[test]
    fn empty_overlong_and_control_characters_are_refused() {
        assert_eq!(OrderId::new(" "), Err(BadId::Empty("order ID")));
        assert_eq!(OrderId::new(&"x".repeat(201)), Err(BadId::TooLong("order ID")));
        assert_eq!(OrderId::new("a\u{1b}b"), Err(BadId::Control("order ID")));
    }

    #[test]
    fn a_refund_is_named_by_its_number_or_by_the_platform() {
        assert_eq!(RefundId::new("r-42").unwrap(), RefundId::Desk(RefundNumber(42)));
        assert_eq!(RefundId::new("R-000042").unwrap().to_string(), "R-000042");
        for text in ["R-", "R-1x", "dda4378643f3115d", "R42", "R-99999999999999999999"] {
            assert!(matches!(RefundId::new(text), Ok(RefundId::Platform(_))), "{text}");
        }
    }
}
