//! What the desk does for a vendor: read → plan → confirm → write. No other room calls the store's writer.
//!
//! Use cases return values. The question to ask is passed in, and so is the clock.

pub mod advance;
pub mod batch;
pub mod choose_payment;
pub mod done;
pub mod due;
pub mod find;
pub mod import;
pub mod matching;
pub mod notice;
#[cfg(test)]
mod random;
pub mod refund;
pub mod report;
pub mod unread;

#[cfg(test)]
mod tests;

use crate::domain::audit_log::Signature;
use crate::domain::refund::Refund;
use crate::domain::rules::policy::Policy;
use crate::domain::sale::record::SaleRecord;
use crate::domain::time::{Clock, Now};
use crate::store::Store;
#[cfg(test)]
use crate::store::StoreError;

/// What the use cases of one command share.
pub struct Session<'a> {
    pub store: &'a Store,
    pub policy: &'a Policy,
    /// The name in the audit log.
    pub actor: &'a str,
    /// Read again after every question.
    pub clock: &'a dyn Clock,
    pub guard: &'a dyn InterruptGuard,
    pub observer: &'a dyn ProgressObserver,
}

/// Protects a commit and its answer from interrupts.
pub trait InterruptGuard {
    /// Called right before a commit: from then on an interrupt waits until the answer is written.
    fn close(&self);
}

/// Receives the progress of long operations.
pub trait ProgressObserver {
    /// `done` of `total` items are finished; `what` says how, as in "imported 5000 of 10000".
    fn report(&self, what: &str, done: u64, total: u64);

    /// Starts a phase whose duration is not known.
    fn begin(&self, what: &str);
}

/// Ignores all progress.
pub struct Unobserved;

impl ProgressObserver for Unobserved {
    fn report(&self, _: &str, _: u64, _: u64) {}
    fn begin(&self, _: &str) {}
}

/// A refund as the store has it, with the record of its sale.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StoredRefund {
    pub refund: Refund,
    pub record: SaleRecord,
}

impl Session<'_> {
    /// The current time, in the desk's time zone.
    fn now(&self) -> Now {
        Now::new(self.clock.now(), self.policy.zone)
    }

    fn signature(&self, now: Now) -> Signature {
        Signature { actor: self.actor.to_owned(), at: now.at }
    }
}
