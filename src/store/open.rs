//! Making a store, opening one, and what `store info` tells of it.

use crate::domain::audit_log::{EventKind, NewEvent, Signature, Subject};
use crate::domain::store_health::StoreFacts;
use crate::store::columns::to_instant;
use crate::store::migrate::{self, APPLICATION_ID, NEWEST, migrate};
use crate::store::{Store, StoreError, chain};
use rusqlite::config::DbConfig;
use rusqlite::{Connection, ErrorCode, OpenFlags};
use std::fs;
use std::io::ErrorKind;
use std::path::Path;
use std::time::Duration;
use tempfile::NamedTempFile;

/// What `init` found.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Created {
    New,
    WasThere,
}

impl Store {
    /// Makes an empty store, readable by its owner only; one that is there already stays as it is.
    ///
    /// `wait` is how long to wait for another program's lock.
    pub fn create(
        path: &Path,
        signature: &Signature,
        is_rehearsal: bool,
        wait: Duration,
    ) -> Result<Created, StoreError> {
        if path.exists() {
            return Self::open(path, wait).map(|_| Created::WasThere);
        }
        let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
        fs::create_dir_all(folder).map_err(|error| unusable(folder, &error))?;
        // Laid out beside its place and then put there: nobody ever meets half a store, and of two first days at
        // once one wins. A temporary file is its owner's alone, which a store is to be too.
        let beside = NamedTempFile::new_in(folder).map_err(|error| unusable(folder, &error.kind().into()))?;
        lay_out(beside.path(), signature, is_rehearsal, wait)?;
        match beside.persist_noclobber(path) {
            Err(error) if error.error.kind() == ErrorKind::AlreadyExists => {
                return Self::open(path, wait).map(|_| Created::WasThere);
            }
            Err(error) => return Err(unusable(path, &error.error)),
            Ok(_) => {}
        }
        Ok(Created::New)
    }

    /// Opens a store that is there, and migrates an older one.
    pub fn open(path: &Path, wait: Duration) -> Result<Self, StoreError> {
        match fs::metadata(path) {
            Err(error) if error.kind() == ErrorKind::NotFound => {
                return Err(StoreError::Missing(path.to_owned()));
            }
            Err(error) => return Err(unusable(path, &error)),
            Ok(metadata) if !metadata.is_file() => return Err(StoreError::NotADesk(path.to_owned())),
            Ok(_) => {}
        }
        let mut connection = connect(path, wait).map_err(|error| not_opened(path, error))?;
        let application_id = migrate::application_id(&connection).map_err(|error| not_opened(path, error))?;
        if application_id != APPLICATION_ID {
            return Err(StoreError::NotADesk(path.to_owned()));
        }
        let found = migrate::version(&connection)?;
        if found > NEWEST {
            return Err(StoreError::Newer { found, known: NEWEST });
        }
        migrate(&mut connection)?;
        let is_rehearsal = connection.query_row("SELECT is_rehearsal FROM desk", [], |row| row.get(0))?;
        Ok(Self { connection, path: path.to_owned(), is_rehearsal })
    }

    /// The figures of `store info`.
    pub fn facts(&self) -> Result<StoreFacts, StoreError> {
        let count = |sql: &str| -> rusqlite::Result<u64> { self.connection.query_row(sql, [], |row| row.get(0)) };
        let made_at = self.connection.query_row("SELECT made_at FROM desk", [], |row| row.get(0))?;
        let newest: Option<i64> =
            self.connection.query_row("SELECT max(paid_at) FROM transactions", [], |row| row.get(0))?;
        Ok(StoreFacts {
            schema: migrate::version(&self.connection)?,
            made_at: to_instant(made_at).ok_or_else(|| StoreError::Damaged("desk.made_at".into()))?,
            is_rehearsal: self.is_rehearsal,
            bytes: fs::metadata(&self.path).map_err(|error| unusable(&self.path, &error))?.len(),
            sales: count("SELECT count(*) FROM transactions WHERE kind = 'sale'")?,
            platform_rows: count("SELECT count(*) FROM transactions WHERE kind <> 'sale'")?,
            unmatched: count("SELECT count(*) FROM links WHERE sale IS NULL AND is_set_aside = 0")?,
            marked_refunds: count("SELECT count(*) FROM refunds")?,
            events: count("SELECT count(*) FROM events")?,
            newest_payment_at: newest.and_then(to_instant),
        })
    }
}

fn unusable(path: &Path, error: &std::io::Error) -> StoreError {
    match error.kind() {
        ErrorKind::StorageFull => StoreError::DiskFull,
        _ => StoreError::Unusable(format!("{}: {error}", path.display())),
    }
}

/// A file that is no database at all is somebody else's, not a damaged store.
fn not_opened(path: &Path, error: rusqlite::Error) -> StoreError {
    match error.sqlite_error_code() {
        Some(ErrorCode::NotADatabase) => StoreError::NotADesk(path.to_owned()),
        _ => error.into(),
    }
}

fn connect(path: &Path, wait: Duration) -> rusqlite::Result<Connection> {
    let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let connection = Connection::open_with_flags(path, flags)?;
    connection.busy_timeout(wait)?;
    // Memory that is touched for the first time costs more than a page that is read again: few pages, used over and
    // over, spare a search a quarter of its time. What reads thousands of rows asks for more.
    connection.execute_batch(
        "PRAGMA synchronous = FULL; PRAGMA foreign_keys = ON; PRAGMA trusted_schema = OFF; PRAGMA cache_size = 100;",
    )?;
    // Where a table has a partial index, SQLite would prepare a statement anew for each value that is bound to it.
    connection.set_db_config(DbConfig::SQLITE_DBCONFIG_ENABLE_QPSG, true)?;
    connection.set_prepared_statement_cache_capacity(64);
    Ok(connection)
}

fn lay_out(path: &Path, signature: &Signature, is_rehearsal: bool, wait: Duration) -> Result<(), StoreError> {
    let mut connection = connect(path, wait)?;
    connection.pragma_update(None, "journal_mode", "WAL")?;
    migrate(&mut connection)?;
    let made = connection.transaction()?;
    made.execute(
        "INSERT INTO desk (only_row, made_at, is_rehearsal) VALUES (1, ?1, ?2)",
        (signature.at.timestamp_millis(), is_rehearsal),
    )?;
    let what = NewEvent {
        kind: EventKind::StoreMade,
        subject: Subject::default(),
        facts: format!("{{\"schema\":{NEWEST},\"rehearsal\":{is_rehearsal}}}"),
    };
    chain::append(&made, &mut chain::End::found(&made)?, signature, &what)?;
    // Last, so that a store that was never finished is not a desk's.
    made.pragma_update(None, "application_id", APPLICATION_ID)?;
    made.commit()?;
    Ok(())
}
