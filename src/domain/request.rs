//! What a customer asked for, as a person or a line of a batch passes it on.

use crate::domain::money::TypedAmount;
use crate::domain::refund::Reason;
use chrono::NaiveDate;

/// A request for a refund of one sale.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Request {
    /// `None` is all that is left.
    pub amount: Option<TypedAmount>,
    pub reason: Reason,
    pub note: Option<String>,
    /// The day the customer asked; the return period is judged on it.
    pub asked_on: Option<NaiveDate>,
    /// Refund although the return period is over or disabled.
    pub goodwill: bool,
    /// Allow a refund that looks like a duplicate.
    pub again: bool,
}
