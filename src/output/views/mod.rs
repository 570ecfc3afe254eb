//! One file a noun: its columns, its JSON and its block of text, side by side.

pub mod event;
pub mod order;
pub mod product;
pub mod refund;
pub mod transaction;

#[cfg(test)]
mod fixtures;
