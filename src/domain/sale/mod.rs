//! The record of a sale: its payments, how reports of them are merged, and what the platform says about them.

pub mod dispute;
pub mod id_reconciliation;
pub mod incoming;
pub mod matching;
pub mod merge;
pub mod record;
pub mod transaction;
