//! The rules of refunds: whether one is allowed and until when, when the money arrives, and what the vendor must know.

pub mod calendar;
pub mod cautions;
pub mod period;
pub mod plan;
pub mod policy;
pub mod window;
