//! The file of `--results`: written beside its final place, and renamed at the end.

use crate::commands::failure::Failure;
use crate::domain::batch::Batch;
use crate::output::views::batch::{self as view, Showing};
use anyhow::Context as _;
use std::path::{Path, PathBuf};
use tempfile::NamedTempFile;

pub struct Results {
    file: NamedTempFile,
    path: PathBuf,
}

impl Results {
    /// Fails before anything is recorded if the file cannot be written.
    pub fn begin(path: &Path) -> Result<Self, Failure> {
        let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
        let shown = || format!("{} cannot be written", path.display());
        if path.is_dir() {
            return Err(anyhow::anyhow!("it is a folder").context(shown()).into());
        }
        let file = NamedTempFile::new_in(folder).with_context(shown)?;
        Ok(Self { file, path: path.to_owned() })
    }

    /// Writes one line per item, and renames the file.
    pub fn end(mut self, batch: &Batch, showing: Showing<'_>) -> std::io::Result<()> {
        view::result_lines(&mut std::io::BufWriter::new(self.file.as_file_mut()), batch, showing)?;
        self.file.as_file().sync_all()?;
        self.file.persist(&self.path).map(drop).map_err(|error| error.error)
    }
}
