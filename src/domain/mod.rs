//! What refunds are: values and rules. No I/O, no clock, no SQL, no argument parsing.
//!
//! "May this be refunded?" is answered in [`plan`]; "when does the money arrive?" in [`deadline`]; "which sale
//! does the platform's refund belong to?" in [`matching`]; "which of two notifications is right?" in [`merge`];
//! "what is the customer told?" in [`notice`].

pub mod adoption;
pub mod batch;
pub mod calendar;
pub mod deadline;
#[cfg(test)]
pub(crate) mod dice;
pub mod dispute;
pub mod dossier;
pub mod due;
pub mod event;
pub mod figures;
#[cfg(test)]
pub(crate) mod fixtures;
pub mod ids;
pub mod matching;
pub mod merge;
pub mod moment;
pub mod money;
pub mod names;
pub mod nearest;
pub mod notice;
pub mod paid_twice;
pub mod period;
pub mod plan;
pub mod policy;
pub mod product;
pub mod refund;
pub mod report;
pub mod transaction;
pub mod upkeep;
pub mod vocabulary;
