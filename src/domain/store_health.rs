//! Facts about a store, and the findings of a check.

use crate::domain::time::Timestamp;

/// What `store info` shows.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StoreFacts {
    pub schema: i64,
    pub made_at: Timestamp,
    /// Created with `RETOUR_NOW` set, for trying things out.
    pub is_rehearsal: bool,
    pub bytes: u64,
    pub sales: u64,
    /// Refunds and chargebacks that the platform reported.
    pub platform_rows: u64,
    pub unmatched: u64,
    /// Open reports that money went back, which could not be read as a payment.
    pub unread: u64,
    pub marked_refunds: u64,
    pub events: u64,
    pub newest_payment_at: Option<Timestamp>,
}

/// A finding of `store check`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Finding {
    /// Stable, such as `foreign_keys`.
    pub code: &'static str,
    /// It can cost money or data; otherwise it is only worth knowing.
    pub is_wrong: bool,
    pub message: String,
}

impl Finding {
    pub fn wrong(code: &'static str, message: impl Into<String>) -> Self {
        Self { code, is_wrong: true, message: message.into() }
    }

    pub fn note(code: &'static str, message: impl Into<String>) -> Self {
        Self { code, is_wrong: false, message: message.into() }
    }
}
