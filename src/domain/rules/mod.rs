//! The law of refunds: whether one is allowed, until when, when the money arrives, and what the vendor has to know.

pub mod calendar;
pub mod period;
pub mod plan;
pub mod policy;
pub mod window;
