//! The desk's one SQLite file: all SQL of the program.
//!
//! *Locking.* Reads take no lock that a writer waits for (WAL). A write is one `BEGIN IMMEDIATE` transaction, held by
//! a [`Writer`] and never across a question or a file; another desk waits for it as long as it was told to, and
//! then says so. *Durability.* `synchronous=FULL`: what was committed survives the power cord. *Compatibility.* The
//! schema version is in `user_version`; older stores are migrated when opened, newer ones are refused. *Rules.* The
//! schema says the money rules again, so that a mistake above it stops here.

mod audit_log;
mod bulk_import;
mod chain;
mod check;
mod columns;
mod due;
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
mod writer;

pub use audit_log::EventFilter;
pub use incoming::{TakeError, Taken};
pub use migrate::NEWEST;
pub use notices::NewNotice;
pub use open::Created;
pub use refund_report::Paid;
pub use refunds::{NewRefund, Recorded, RefundFilter};
pub use search::{Direction, Filter, Reach, SortOrder};
pub use transactions::Searchable;
pub use writer::{Moved, Settled, Writer};

use rusqlite::{Connection, ErrorCode, Transaction};
use std::path::{Path, PathBuf};

/// An open store. Writing goes through [`Store::write`].
#[derive(Debug)]
pub struct Store {
    connection: Connection,
    path: PathBuf,
    is_rehearsal: bool,
}

/// Why a store cannot be used. The path is the caller's to name.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    #[error("there is no store at {}", .0.display())]
    Missing(PathBuf),
    #[error("{} is not a desk's store", .0.display())]
    NotADesk(PathBuf),
    #[error("the store has schema version {found}, this program knows {known}")]
    Newer { found: i64, known: i64 },
    #[error("another program is writing to the store")]
    Locked,
    #[error("the store is damaged: {0}")]
    Damaged(String),
    #[error("the store cannot be written: {0}")]
    ReadOnly(String),
    #[error("the disk is full")]
    DiskFull,
    #[error("the store refused: {0}")]
    MoneyRule(String),
    #[error("the store cannot be used: {0}")]
    Unusable(String),
}

impl From<rusqlite::Error> for StoreError {
    fn from(error: rusqlite::Error) -> Self {
        let said = |message: &Option<String>| message.clone().unwrap_or_else(|| error.to_string());
        match &error {
            rusqlite::Error::SqliteFailure(failure, message) => match failure.code {
                ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked => Self::Locked,
                ErrorCode::DatabaseCorrupt | ErrorCode::NotADatabase => Self::Damaged(said(message)),
                ErrorCode::ReadOnly | ErrorCode::PermissionDenied => Self::ReadOnly(said(message)),
                ErrorCode::DiskFull => Self::DiskFull,
                ErrorCode::ConstraintViolation => Self::MoneyRule(said(message)),
                _ => Self::Unusable(said(message)),
            },
            rusqlite::Error::FromSqlConversionFailure(_, _, why) => Self::Damaged(why.to_string()),
            rusqlite::Error::InvalidColumnType(_, column, _) => Self::Damaged(format!("column {column}")),
            _ => Self::Unusable(error.to_string()),
        }
    }
}

impl Store {
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// It was made while the clock stood, for trying things out: a standing clock may write only here.
    pub fn is_rehearsal(&self) -> bool {
        self.is_rehearsal
    }

    /// For thousands of reads and writes: pages that are needed again and again stay in memory, at most 32 MiB of
    /// them, and so does what SQLite keeps to undo a single statement.
    pub fn expect_many(&self) -> Result<(), StoreError> {
        Ok(self.connection.execute_batch("PRAGMA cache_size = -32768; PRAGMA temp_store = MEMORY;")?)
    }

    /// For an import. What is sorted for an index goes to files: as a whole in memory it takes longer, too.
    pub fn expect_import(&self) -> Result<(), StoreError> {
        Ok(self.connection.execute_batch("PRAGMA cache_size = -32768; PRAGMA temp_store = FILE;")?)
    }

    /// As long as the answer lives, the store is read as it is now, and no reading needs a lock of its own. Within a
    /// write it stands still already.
    fn standing_still(&self) -> Result<Option<Transaction<'_>>, StoreError> {
        let is_reading_alone = self.connection.is_autocommit();
        Ok(is_reading_alone.then(|| self.connection.unchecked_transaction()).transpose()?)
    }

    /// Changes whenever another connection has written, and only then.
    pub fn version(&self) -> Result<i64, StoreError> {
        Ok(self.connection.pragma_query_value(None, "data_version", |row| row.get(0))?)
    }
}
