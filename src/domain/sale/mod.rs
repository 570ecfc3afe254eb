//! The record of a sale: its payment, how reports of it are merged, and which refunds and chargebacks belong to it.

pub mod dispute;
pub mod done_mark;
pub mod id_reconciliation;
pub mod incoming;
pub mod matching;
pub mod merge;
pub mod products;
pub mod record;
pub mod transaction;
