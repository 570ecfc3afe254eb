//! Creates and opens stores, and reads the facts of `store info`.

use crate::domain::audit_log::{EventKind, EventSubject, NewEvent, Signature};
use crate::domain::store_health::StoreFacts;
use crate::store::audit_log::{self, Head};
use crate::store::columns::to_instant;
use crate::store::migrate::{self, APPLICATION_ID, NEWEST, migrate};
use crate::store::{Store, StoreError};
use rusqlite::config::DbConfig;
use rusqlite::{Connection, ErrorCode, OpenFlags};
use std::ffi::OsString;
use std::fs::{self, File};
use std::io::ErrorKind;
use std::path::{Path, PathBuf};
use std::time::Duration;
use tempfile::NamedTempFile;

/// What [`Store::create`] did.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Created {
    New,
    /// The store existed and is unchanged.
    Existing,
}

/// A store of this or an older schema version. An older one must be upgraded before it is read.
#[derive(Debug)]
pub struct FoundStore {
    pub(in crate::store) store: Store,
    pub(in crate::store) version: i64,
}

impl FoundStore {
    pub fn is_rehearsal(&self) -> bool {
        self.store.is_rehearsal
    }

    /// The store, unless it is an older one.
    pub fn current(self) -> Result<Store, StoreError> {
        match self.version {
            NEWEST => Ok(self.store),
            found => Err(StoreError::Older { found, needed: NEWEST }),
        }
    }
}

impl Store {
    /// Creates an empty store that only its owner can read. An existing store stays as it is.
    ///
    /// `wait` is how long to wait for another program's lock.
    pub fn create(
        path: &Path,
        signature: &Signature,
        is_rehearsal: bool,
        wait: Duration,
    ) -> Result<Created, StoreError> {
        if path.exists() {
            return Self::locate(path, wait).map(|_| Created::Existing);
        }
        no_left_overs(path)?;
        let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
        fs::create_dir_all(folder).map_err(|error| unusable(folder, &error))?;
        // Created in a temporary file that is then renamed: no program ever sees half a store, and of two programs that
        // create it at once, one wins. It keeps the permissions of a temporary file: only its owner can read it.
        let temporary = NamedTempFile::new_in(folder).map_err(|error| unusable(folder, &error.kind().into()))?;
        create_in(temporary.path(), signature, is_rehearsal, wait)?;
        temporary.as_file().sync_all().map_err(|error| unusable(temporary.path(), &error))?;
        match temporary.persist_noclobber(path) {
            Err(error) if error.error.kind() == ErrorKind::AlreadyExists => {
                return Self::locate(path, wait).map(|_| Created::Existing);
            }
            Err(error) => return Err(unusable(path, &error.error)),
            Ok(_) => {}
        }
        // The store is whole; only whether its name lasts is uncertain.
        let synced = File::open(folder).and_then(|folder| folder.sync_all());
        synced.map_err(|error| StoreError::CommitUnknown(error.to_string()))?;
        Ok(Created::New)
    }

    /// Opens an existing store of this program's schema version.
    pub fn open(path: &Path, wait: Duration) -> Result<Self, StoreError> {
        Self::locate(path, wait)?.current()
    }

    /// Opens an existing store of this or an older schema version, and changes nothing in it.
    pub fn locate(path: &Path, wait: Duration) -> Result<FoundStore, StoreError> {
        match fs::metadata(path) {
            Err(error) if error.kind() == ErrorKind::NotFound => {
                return Err(StoreError::Missing(path.to_owned()));
            }
            Err(error) => return Err(unusable(path, &error)),
            Ok(metadata) if !metadata.is_file() => return Err(StoreError::NotAStore(path.to_owned())),
            Ok(_) => {}
        }
        let connection = connect(path, wait).map_err(|error| not_opened(path, error))?;
        let application_id = migrate::application_id(&connection).map_err(|error| not_opened(path, error))?;
        if application_id != APPLICATION_ID {
            return Err(StoreError::NotAStore(path.to_owned()));
        }
        let found = migrate::version(&connection)?;
        if found > NEWEST {
            return Err(StoreError::Newer { found, known: NEWEST });
        }
        let is_rehearsal = connection.query_row("SELECT is_rehearsal FROM desk", [], |row| row.get(0))?;
        Ok(FoundStore { store: Self { connection, path: path.to_owned(), is_rehearsal }, version: found })
    }

    /// The facts of `store info`.
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
            unread: count("SELECT count(*) FROM unread_reports WHERE settled_as IS NULL")?,
            marked_refunds: count("SELECT count(*) FROM refunds")?,
            events: count("SELECT count(*) FROM events")?,
            newest_payment_at: newest.and_then(to_instant),
        })
    }
}

pub(in crate::store) fn unusable(path: &Path, error: &std::io::Error) -> StoreError {
    match error.kind() {
        ErrorKind::StorageFull => StoreError::DiskFull,
        _ => StoreError::Unusable(format!("{}: {error}", path.display())),
    }
}

/// A file that is not a database was never a store, so it is not a damaged one.
fn not_opened(path: &Path, error: rusqlite::Error) -> StoreError {
    match error.sqlite_error_code() {
        Some(ErrorCode::NotADatabase) => StoreError::NotAStore(path.to_owned()),
        _ => error.into(),
    }
}

pub(in crate::store) fn connect(path: &Path, wait: Duration) -> rusqlite::Result<Connection> {
    let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let connection = Connection::open_with_flags(path, flags)?;
    connection.busy_timeout(wait)?;
    // Touching new memory costs more than reading a page again, so a small cache makes a search a quarter faster.
    // Commands that read thousands of rows ask for a larger one.
    connection.execute_batch(
        "PRAGMA synchronous = FULL; PRAGMA foreign_keys = ON; PRAGMA trusted_schema = OFF; PRAGMA cache_size = 100;",
    )?;
    // Without this, SQLite prepares a statement on a table with a partial index again for each bound value.
    connection.set_db_config(DbConfig::SQLITE_DBCONFIG_ENABLE_QPSG, true)?;
    connection.set_prepared_statement_cache_capacity(64);
    Ok(connection)
}

fn create_in(path: &Path, signature: &Signature, is_rehearsal: bool, wait: Duration) -> Result<(), StoreError> {
    let mut connection = connect(path, wait)?;
    migrate(&mut connection, NEWEST, || Ok(()))?;
    let tx = connection.transaction()?;
    tx.execute(
        "INSERT INTO desk (only_row, made_at, is_rehearsal) VALUES (1, ?1, ?2)",
        (signature.at.timestamp_millis(), is_rehearsal),
    )?;
    let event = NewEvent {
        kind: EventKind::StoreMade,
        subject: EventSubject::default(),
        facts: format!("{{\"schema\":{NEWEST},\"rehearsal\":{is_rehearsal}}}"),
    };
    audit_log::append(&tx, &mut Head::read(&tx)?, signature, &event)?;
    // Last, so an unfinished file is not taken for a store.
    tx.pragma_update(None, "application_id", APPLICATION_ID)?;
    tx.commit()?;
    // Only now: until here all is in the one file that is renamed, and nothing in a log beside it.
    connection.pragma_update(None, "journal_mode", "WAL")?;
    connection.close().map_err(|(_, error)| error.into())
}

/// The path with an ending: the name of a file beside it.
pub(in crate::store) fn beside(path: &Path, ending: &str) -> PathBuf {
    let mut name = OsString::from(path);
    name.push(ending);
    name.into()
}

/// Files that SQLite keeps beside a store; after a crash they hold changes of that store.
fn no_left_overs(path: &Path) -> Result<(), StoreError> {
    let siblings = ["-wal", "-shm", "-journal"].map(|ending| beside(path, ending));
    let left_over = siblings.into_iter().find(|file| file.symlink_metadata().is_ok());
    left_over.map_or(Ok(()), |file| Err(StoreError::LeftOver(file)))
}
