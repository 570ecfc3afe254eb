//! Upgrades a store of an older schema version, after a copy of it was put beside it.

use crate::store::migrate::{NEWEST, migrate};
use crate::store::open::{FoundStore, beside, connect, unusable};
use crate::store::{Store, StoreError};
use rusqlite::Connection;
use rusqlite::backup::{Backup, StepResult};
use std::fs::{self, File};
use std::io::ErrorKind;
use std::path::{Path, PathBuf};
use std::time::Duration;
use tempfile::Builder;

/// A store was upgraded.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Upgrade {
    /// The schema version that it had.
    pub from: i64,
    /// The store as it was; kept until the next upgrade.
    pub copy: PathBuf,
}

impl FoundStore {
    /// The store, upgraded if it is an older one. If anything fails, it stays as it is.
    ///
    /// `wait` is how long to wait for another program that writes.
    pub fn upgraded(self, wait: Duration) -> Result<(Store, Option<Upgrade>), StoreError> {
        let Self { mut store, version } = self;
        if version == NEWEST {
            return Ok((store, None));
        }
        // SQLite resolves links too: the copy is beside the file itself.
        let path = fs::canonicalize(&store.path).map_err(|error| unusable(&store.path, &error))?;
        let copy = beside(&path, ".before-upgrade");
        let from = migrate(&mut store.connection, NEWEST, || put_copy(&path, &copy, wait))?;
        let upgrade = (from < NEWEST).then_some(Upgrade { from, copy });
        Ok((store, upgrade))
    }
}

/// Copies the store that another connection has locked for writing. The copy of the upgrade before is replaced once
/// this one is whole and on the disk.
fn put_copy(path: &Path, copy: &Path, wait: Duration) -> Result<(), StoreError> {
    let unusable = |error: &std::io::Error| unusable(copy, error);
    let folder = copy.parent().unwrap_or(Path::new("/"));
    // Always the same name, so that a killed upgrade leaves at most one, which the next upgrade removes.
    let unfinished = beside(copy, ".unfinished");
    match fs::remove_file(&unfinished) {
        Err(error) if error.kind() != ErrorKind::NotFound => return Err(unusable(&error)),
        _ => {}
    }
    let name = unfinished.file_name().unwrap_or_default();
    // A temporary file is one that only its owner can read.
    let file = Builder::new().prefix(name).rand_bytes(0).tempfile_in(folder);
    let file = file.map_err(|error| unusable(&error.kind().into()))?;
    copy_pages(&connect(path, wait)?, file.path())?;
    file.as_file().sync_all().map_err(|error| unusable(&error))?;
    file.persist(copy).map_err(|error| unusable(&error.error))?;
    File::open(folder).and_then(|folder| folder.sync_all()).map_err(|error| unusable(&error))
}

fn copy_pages(from: &Connection, to: &Path) -> Result<(), StoreError> {
    let mut to = Connection::open(to)?;
    let copied = Backup::new(from, &mut to)?.step(-1)?;
    match copied {
        StepResult::Done => Ok(()),
        _ => Err(StoreError::Locked),
    }
}
