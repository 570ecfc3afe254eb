//! One file or folder for each noun: its text, its JSON and its columns.

pub mod batch;
mod caution;
pub mod dispute;
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
pub mod unread;

#[cfg(test)]
pub(in crate::output) mod fixtures;
