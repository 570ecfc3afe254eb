//! What the desk does for a vendor: read → plan → confirm → write. The only callers of the store's writer.
//!
//! Use cases return values; the question to ask is handed to them, and so is the clock.

pub mod advance;
pub mod batch;
pub mod due;
pub mod find;
pub mod import;
pub mod matching;
pub mod notice;
#[cfg(test)]
mod random;
pub mod refund;
pub mod report;

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

/// The desk with its store open, its rules known and its clock at hand.
pub struct Session<'a> {
    pub store: &'a Store,
    pub policy: &'a Policy,
    /// Whom the audit trail names.
    pub actor: &'a str,
    /// Asked again after every question.
    pub clock: &'a dyn Clock,
    pub guard: &'a dyn InterruptGuard,
    pub observer: &'a dyn ProgressObserver,
}

/// What stands between an interrupt and a commit.
pub trait InterruptGuard {
    /// Called right before a commit: from then on an interrupt waits until the answer is out.
    fn close(&self);
}

/// Somebody who is told how far a long piece of work is.
pub trait ProgressObserver {
    /// What is being done, how much of it, and of how much.
    fn tell(&self, what: &str, done: u64, total: u64);

    /// What is being done now, nobody knows for how long.
    fn turn_to(&self, what: &str);
}

/// Nobody watches.
pub struct Unobserved;

impl ProgressObserver for Unobserved {
    fn tell(&self, _: &str, _: u64, _: u64) {}
    fn turn_to(&self, _: &str) {}
}

/// A refund as the store has it now, with its sale's record.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Filed {
    pub refund: Refund,
    pub record: SaleRecord,
}

impl Session<'_> {
    /// Now, in the desk's time zone.
    fn now(&self) -> Now {
        Now::new(self.clock.now(), self.policy.zone)
    }

    fn signature(&self, now: Now) -> Signature {
        Signature { actor: self.actor.to_owned(), at: now.at }
    }
}
