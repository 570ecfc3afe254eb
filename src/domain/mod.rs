//! What refunds are: values and rules. No I/O, no clock, no SQL, no argument parsing.
//!
//! - May this be refunded? [`rules::plan`]
//! - When does the money arrive? [`rules::window`]
//! - What must the vendor know? [`rules::cautions`]
//! - Which sale does the platform's refund belong to? [`sale::matching`]
//! - Which of two notifications is right? [`sale::merge`]
//! - What does the customer get to read? [`notice`]

pub mod audit_log;
pub mod batch;
#[cfg(test)]
pub mod dice;
pub mod digest;
pub mod done;
pub mod due;
#[cfg(test)]
pub mod fixtures;
pub mod ids;
pub mod money;
pub mod names;
pub mod notice;
pub mod paid_twice;
pub mod product;
pub mod refund;
pub mod refund_report;
pub mod request;
pub mod return_period;
pub mod rules;
pub mod sale;
pub mod store_health;
pub mod string_enum;
pub mod suggestion;
pub mod time;
pub mod unread;
