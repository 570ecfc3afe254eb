//! The program, from outside: what it says on both streams, how it ends, and what it leaves behind.
//!
//! One test binary, so that it links once. [`harness`] is the fixture, [`terminal`] the same on a real terminal,
//! [`shop`] the made-up sales that most tests ask, [`tidy`] the
//! source tree's own test. Beside them stands one file a command, and one for each promise that all commands keep:
//! [`formats`], [`frozen`], [`store`], [`two_desks`]; [`asked`] is `retour refund` in front of a person.

#![allow(
    clippy::expect_used,
    clippy::panic,
    clippy::unwrap_used,
    reason = "a fixture that breaks stops the test that leans on it"
)]

mod adoption;
mod asked;
mod batch;
mod cope;
mod demo;
mod disputes;
mod due;
mod formats;
mod frozen;
#[allow(dead_code, reason = "a fixture offers more than any one state of the tests needs")]
mod harness;
mod help;
mod hostile;
mod import;
mod judged;
mod money_back;
mod month;
mod notice;
mod output_files;
mod refund;
mod refunds;
#[allow(dead_code, reason = "as the harness")]
mod refusals;
mod report;
mod scripts;
mod shop;
mod signatures;
mod store;
#[allow(dead_code, reason = "as the harness")]
mod terminal;
mod tidy;
mod transactions;
mod two_desks;
mod unread;
mod upgrade;
