//! One file a noun: its columns, its JSON and its block of text, side by side.

pub mod batch;
pub mod due;
pub mod event;
pub mod import;
pub mod notice;
pub mod order;
pub mod product;
pub mod refund;
pub mod report;
pub mod store;
pub mod transaction;

#[cfg(test)]
pub(in crate::output) mod fixtures;
