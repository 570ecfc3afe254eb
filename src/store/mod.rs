//! The desk's SQLite file, and all SQL of the program.
//!
//! # Locking
//!
//! The file is in WAL mode: readers and the writer do not block each other. All changes of a command are one
//! `BEGIN IMMEDIATE` transaction, owned by a [`Writer`], which is never held during a prompt or while a file is read.
//! A second writer waits up to the configured time and then fails with [`StoreError::Locked`].
//!
//! # Durability
//!
//! `synchronous = FULL`: a committed change survives a power failure.
//!
//! # Compatibility
//!
//! `user_version` is the schema version. Reading never migrates: a store with an older schema is refused until it is
//! upgraded, which puts a copy of it beside it and then runs the missing migrations, both under the write lock. A store
//! with a newer schema is refused. To change the schema, add a file to `migrations/` and its line to `migrate.rs`.
//!
//! # Money rules
//!
//! Triggers and constraints of the schema repeat the domain's rules, so a bug in the code above cannot refund more than
//! was paid.

mod audit_log;
mod batch_files;
mod bulk_import;
mod check;
mod columns;
mod disputes;
mod done;
mod due;
mod error;
mod incoming;
mod links;
mod migrate;
mod notices;
mod open;
mod past_ids;
mod products;
mod refund_report;
mod refunds;
mod sale_records;
mod search;
#[cfg(test)]
mod tests;
mod transactions;
mod unread;
mod upgrade;
mod writer;

pub use audit_log::EventFilter;
pub use error::StoreError;
pub use incoming::{RowError, RowOutcome};
pub use migrate::NEWEST;
pub use notices::NewNotice;
pub use open::{Created, FoundStore};
pub use refund_report::PaidBetween;
pub use refunds::{NewRefund, RecordedRefund, RefundFilter, StatusChange};
pub use search::{Direction, OpenPeriod, SortOrder, TransactionFilter};
pub use transactions::SearchText;
pub use upgrade::Upgrade;
pub use writer::{Reconciliation, Writer};

use rusqlite::{Connection, Transaction};
use std::path::{Path, PathBuf};

/// An open store. Writing goes through [`Store::write`].
#[derive(Debug)]
pub struct Store {
    connection: Connection,
    path: PathBuf,
    is_rehearsal: bool,
}

impl Store {
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// Made while RETOUR_NOW fixed the clock, for trying things out. Only such a store may be written with a fixed
    /// clock.
    pub fn is_rehearsal(&self) -> bool {
        self.is_rehearsal
    }

    /// Prepares for thousands of reads and writes: caches up to 32 MiB of pages, and keeps temporary data in memory.
    pub fn expect_many(&self) -> Result<(), StoreError> {
        Ok(self.connection.execute_batch("PRAGMA cache_size = -32768; PRAGMA temp_store = MEMORY;")?)
    }

    /// Prepares for an import. Sorting for an index uses temporary files, which is faster than memory here.
    pub fn expect_import(&self) -> Result<(), StoreError> {
        Ok(self.connection.execute_batch("PRAGMA cache_size = -32768; PRAGMA temp_store = FILE;")?)
    }

    /// Until the answer is dropped, all reads see the same state of the store, and no read takes a lock by itself.
    /// `None` during a write, which has such a snapshot already.
    fn snapshot(&self) -> Result<Option<Transaction<'_>>, StoreError> {
        let is_reading_alone = self.connection.is_autocommit();
        Ok(is_reading_alone.then(|| self.connection.unchecked_transaction()).transpose()?)
    }

    /// Changes whenever another connection has written, and only then.
    pub fn version(&self) -> Result<i64, StoreError> {
        Ok(self.connection.pragma_query_value(None, "data_version", |row| row.get(0))?)
    }
}
