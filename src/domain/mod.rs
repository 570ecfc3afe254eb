//! What refunds are: values and rules. No I/O, no clock, no SQL, no argument parsing.
//!
//! "May this be refunded?" is answered in [`plan`]; "when does the money arrive?" in [`deadline`]; "which sale
//! does the platform's refund belong to?" in [`matching`]; "which of two notifications is right?" in [`merge`];
//! "what is the customer told?" in [`notice`].

pub mod audit_log;
pub mod batch;
#[cfg(test)]
pub mod dice;
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
pub mod return_period;
pub mod rules;
pub mod sale;
pub mod store_health;
pub mod string_enum;
pub mod suggestion;
pub mod time;
