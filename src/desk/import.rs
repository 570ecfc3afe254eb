//! Taking in exports and notifications: one run is one write with one event, or nothing at all.

use crate::desk::Room;
use crate::domain::event::Signature;
use crate::domain::report::{Located, Reject, Row};
use crate::import::{self, From, ImportError, ImportSettings, Source};
use crate::store::{Settled, Store, StoreError, TakeError, Taken, Writer};
use serde_json::json;

/// How a run is meant.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Manner {
    /// The format; recognised where it is not given.
    pub from: Option<From>,
    /// One rejected row keeps everything out.
    pub strict: bool,
    /// The real run, rolled back.
    pub dry_run: bool,
}

/// What a run did, or would do.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Imported {
    pub read: u64,
    pub added: u64,
    pub updated: u64,
    pub unchanged: u64,
    pub set_aside: u64,
    pub settled: Settled,
    pub rejects: Vec<Reject>,
    /// Nothing was kept: it was a dry run, or strict and not clean.
    pub is_undone: bool,
}

/// Why a run could not be made. Nothing of it was kept.
#[derive(Debug, thiserror::Error)]
pub enum RunError {
    #[error("{file}: {error}")]
    Source { file: String, error: ImportError },
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// Takes in every source. Rejected rows are named in the answer and keep nothing else out, unless the run is strict.
pub fn import(
    room: &Room<'_>,
    sources: &[Source<'_>],
    manner: Manner,
    settings: &ImportSettings,
) -> Result<Imported, RunError> {
    let signature = room.signature((room.moment)());
    // Everything that can be wrong with a file as a whole is known before the lock is taken.
    for source in sources {
        rows(source, manner, settings)?;
    }
    let mut writer = room.store.write(signature)?;
    let mut imported = Imported::default();
    for source in sources {
        for row in rows(source, manner, settings)? {
            take(&mut writer, source.name, row, &mut imported)?;
        }
    }
    let digests: Vec<String> = sources.iter().map(|source| digest(source)).collect();
    imported.settled = writer.settle_import(|settled| facts(&imported, settled, &digests))?;
    imported.is_undone = manner.dry_run || manner.strict && !imported.rejects.is_empty();
    if imported.is_undone {
        writer.roll_back()?;
    } else {
        (room.before_commit)();
        writer.commit()?;
    }
    Ok(imported)
}
