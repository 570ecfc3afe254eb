//! Where the tour's store is.

use crate::commands::failure::{Exit, Failure};
use crate::environment::interrupt::OnInterrupt;
use anyhow::Context as _;
use std::path::{Path, PathBuf};
use tempfile::TempDir;

pub enum Location {
    /// A folder that is removed at the end.
    Temporary(TempDir, PathBuf),
    Kept(PathBuf),
}

impl Location {
    pub fn new(keep: Option<PathBuf>) -> Result<Self, Failure> {
        if let Some(file) = keep {
            return match file.symlink_metadata() {
                Ok(_) => Err(exists(&file)),
                Err(_) => Ok(Self::Kept(file)),
            };
        }
        let folder = tempfile::Builder::new().prefix("retour-demo-").tempdir();
        let folder = folder.context("a temporary folder cannot be created")?;
        let store = folder.path().join("store.db");
        Ok(Self::Temporary(folder, store))
    }

    pub fn store(&self) -> &Path {
        match self {
            Self::Temporary(_, store) | Self::Kept(store) => store,
        }
    }

    /// What an interrupt prints, and the folder that it removes.
    pub fn farewell(&self) -> OnInterrupt {
        let (message, folder) = match self {
            Self::Temporary(folder, _) => {
                ("interrupted: the tour's store is removed".to_owned(), Some(folder.path().to_owned()))
            }
            Self::Kept(file) => (format!("interrupted: the tour's store {} is kept", file.display()), None),
        };
        OnInterrupt { message, exit_code: Exit::Interrupted as u8, folder }
    }

    /// Removes a temporary store; fails if something of it remains.
    pub fn clear(self) -> Result<(), Failure> {
        match self {
            Self::Temporary(folder, _) => Ok(folder.close().context("the tour's store could not be removed")?),
            Self::Kept(_) => Ok(()),
        }
    }
}

pub fn exists(file: &Path) -> Failure {
    let message = format!("{} already exists, and the tour's store must be a new file", file.display());
    Failure::new(Exit::Failed, "file_exists", message).hint("choose another: retour demo --keep FILE")
}
