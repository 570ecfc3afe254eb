//! What the desk does for a vendor: read → plan → confirm → write. The only callers of the store's writer.
//!
//! Use cases return values; the question to ask is handed to them, and so is the clock.

pub mod batch;
pub mod due;
pub mod find;
pub mod follow;
pub mod import;
pub mod matching;
pub mod refund;

#[cfg(test)]
mod tests;

use crate::domain::dossier::Dossier;
use crate::domain::event::Signature;
use crate::domain::moment::Moment;
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
    /// The clock, asked again after every question.
    pub moment: &'a dyn Fn() -> Moment,
    /// Called right before a commit: from then on an interrupt waits until the answer is out.
    pub before_commit: &'a dyn Fn(),
    /// Told how far a long piece of work is: what was done, how many, of how many.
    pub progress: &'a dyn Fn(&str, u64, u64),
}

/// A refund as the store has it now, with its sale's dossier.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Filed {
    pub refund: Refund,
    pub dossier: Dossier,
}

impl Room<'_> {
    fn signature(&self, moment: Moment) -> Signature {
        Signature { actor: self.actor.to_owned(), at: moment.now }
    }
}
