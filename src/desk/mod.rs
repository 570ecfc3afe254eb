//! What the desk does for a vendor: read → plan → confirm → write. The only callers of the store's writer.
//!
//! Use cases return values; the question to ask is handed to them, and so is the clock.

pub mod batch;
pub mod due;
pub mod find;
pub mod follow;
pub mod import;
pub mod matching;
pub mod notice;
#[cfg(test)]
mod random;
pub mod refund;
pub mod report;

#[cfg(test)]
mod tests;

use crate::domain::dossier::Dossier;
use crate::domain::event::Signature;
use crate::domain::moment::{Clock, Moment};
use crate::domain::policy::Policy;
use crate::domain::refund::Refund;
use crate::store::Store;
#[cfg(test)]
use crate::store::StoreError;

/// The desk with its store open, its rules known and its clock at hand.
pub struct Room<'a> {
    pub store: &'a Store,
    pub policy: &'a Policy,
    /// Whom the audit trail names.
    pub actor: &'a str,
    /// Asked again after every question.
    pub clock: &'a dyn Clock,
    pub gate: &'a dyn Gate,
    pub watch: &'a dyn Watch,
}

/// What stands between an interrupt and a commit.
pub trait Gate {
    /// Called right before a commit: from then on an interrupt waits until the answer is out.
    fn close(&self);
}

/// Somebody who is told how far a long piece of work is.
pub trait Watch {
    /// What is being done, how much of it, and of how much.
    fn tell(&self, what: &str, done: u64, total: u64);

    /// What is being done now, nobody knows for how long.
    fn turn_to(&self, what: &str);
}

/// Nobody watches.
pub struct Unwatched;

impl Watch for Unwatched {
    fn tell(&self, _: &str, _: u64, _: u64) {}
    fn turn_to(&self, _: &str) {}
}

/// A refund as the store has it now, with its sale's dossier.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Filed {
    pub refund: Refund,
    pub dossier: Dossier,
}

impl Room<'_> {
    /// Now, in the desk's time zone.
    fn moment(&self) -> Moment {
        Moment::new(self.clock.now(), self.policy.zone)
    }

    fn signature(&self, moment: Moment) -> Signature {
        Signature { actor: self.actor.to_owned(), at: moment.now }
    }
}
