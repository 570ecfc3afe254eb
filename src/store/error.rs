//! Why a store cannot be used, whatever SQLite calls it.

use rusqlite::ErrorCode;
use std::path::PathBuf;

#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    #[error("there is no store at {}", .0.display())]
    Missing(PathBuf),
    #[error("{} is not a retour store", .0.display())]
    NotAStore(PathBuf),
    #[error("the store has schema version {found}; this program supports versions up to {known}")]
    Newer { found: i64, known: i64 },
    #[error("the store has schema version {found}; this program needs version {needed}")]
    Older { found: i64, needed: i64 },
    #[error("another program is writing to the store")]
    Locked,
    #[error("the store is damaged: {0}")]
    Damaged(String),
    #[error("cannot write to the store: {0}")]
    ReadOnly(String),
    #[error("the disk is full")]
    DiskFull,
    /// A constraint or trigger of the schema refused the write.
    #[error("the store refused the change: {0}")]
    MoneyRule(String),
    #[error("cannot use the store: {0}")]
    Unusable(String),
    /// The disk failed while a change was made durable: the next program to open the store may find it or not.
    #[error("the disk failed while the change was saved, so it may be recorded or not: {0}")]
    CommitUnknown(String),
    /// A file that SQLite kept beside another store of this name; a new store would take it for its own.
    #[error("{} is left over from another store", .0.display())]
    LeftOver(PathBuf),
}

impl StoreError {
    /// Why a commit failed.
    pub(in crate::store) fn of_commit(error: rusqlite::Error) -> Self {
        match error.sqlite_error_code() {
            // The last page may be in the file although writing or syncing it failed.
            Some(ErrorCode::SystemIoFailure) | None => Self::CommitUnknown(error.to_string()),
            Some(_) => error.into(),
        }
    }
}

impl From<rusqlite::Error> for StoreError {
    fn from(error: rusqlite::Error) -> Self {
        let text = |message: &Option<String>| message.clone().unwrap_or_else(|| error.to_string());
        match &error {
            rusqlite::Error::SqliteFailure(failure, message) => match failure.code {
                ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked => Self::Locked,
                ErrorCode::DatabaseCorrupt | ErrorCode::NotADatabase => Self::Damaged(text(message)),
                ErrorCode::ReadOnly | ErrorCode::PermissionDenied => Self::ReadOnly(text(message)),
                ErrorCode::DiskFull => Self::DiskFull,
                ErrorCode::ConstraintViolation => Self::MoneyRule(text(message)),
                _ => Self::Unusable(text(message)),
            },
            rusqlite::Error::FromSqlConversionFailure(_, _, why) => Self::Damaged(why.to_string()),
            rusqlite::Error::InvalidColumnType(_, column, _) => Self::Damaged(format!("column {column}")),
            _ => Self::Unusable(error.to_string()),
        }
    }
}
