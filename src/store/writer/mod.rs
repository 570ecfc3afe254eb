//! The only way to write to the store: by intent, under one lock, each change with its event.

mod done;
mod import;
mod refund;
mod unread;

use crate::domain::audit_log::{NewEvent, Signature};
use crate::store::audit_log::{self, Head};
use crate::store::{Store, StoreError};
use import::ImportState;
pub use import::Reconciliation;
use rusqlite::{Transaction, TransactionBehavior};

/// A write in progress. Dropped without [`Writer::commit`], it changes nothing.
pub struct Writer<'s> {
    /// For reading under the lock.
    pub store: &'s Store,
    tx: Transaction<'s>,
    signature: Signature,
    log_head: Head,
    import: ImportState<'s>,
}

impl Store {
    /// Takes the write lock. Waits for another writer for the time given when the store was opened.
    pub fn write(&self, signature: Signature) -> Result<Writer<'_>, StoreError> {
        let tx = Transaction::new_unchecked(&self.connection, TransactionBehavior::Immediate)?;
        let log_head = Head::read(&tx)?;
        Ok(Writer { store: self, tx, signature, log_head, import: ImportState::default() })
    }
}

impl Writer<'_> {
    /// Makes all changes durable. After an error they are not recorded, unless it is [`StoreError::CommitUnknown`].
    pub fn commit(self) -> Result<(), StoreError> {
        self.tx.commit().map_err(StoreError::of_commit)
    }

    /// Undoes all changes.
    pub fn roll_back(self) -> Result<(), StoreError> {
        Ok(self.tx.rollback()?)
    }

    fn append(&mut self, event: NewEvent) -> Result<(), StoreError> {
        Ok(audit_log::append(&self.tx, &mut self.log_head, &self.signature, &event)?)
    }
}
