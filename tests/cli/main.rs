//! The program, from outside: what it says on both streams, how it ends, and what it leaves behind.
//!
//! One test binary, so that it links once. [`harness`] is the fixture, [`terminal`] the same on a real terminal,
//! [`tidy`] the source tree's own test; beside them stands one file a command.

#![allow(
    clippy::expect_used,
    clippy::panic,
    clippy::unwrap_used,
    reason = "a fixture that breaks stops the test that leans on it"
)]

#[allow(dead_code, reason = "a fixture offers more than any one state of the tests needs")]
mod batch;
mod demo;
mod harness;
mod hostile;
mod import;
#[allow(dead_code, reason = "as the harness")]
mod refund;
mod refunds;
mod scripts;
#[allow(dead_code, reason = "as the harness")]
mod shop;
mod terminal;
mod tidy;
mod transactions;
