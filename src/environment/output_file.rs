//! A file that the user named for the program to write: `--results`, `--rejects`, `--out`, `--keep`.
//!
//! What is at the place decides how it is written. A regular file is written beside its place and renamed, so that a
//! reader never sees half of it. A device or a pipe is written into. A link is followed. The store, the configuration
//! and the inputs of the same run are never written over. All of this is checked, and an old file is removed, before
//! the program does anything else.

use std::ffi::OsString;
use std::fs::{self, File, Metadata, OpenOptions, Permissions};
use std::io::{self, Write, stdout};
use std::path::{Path, PathBuf};
use tempfile::NamedTempFile;

/// The files of SQLite beside a store, and its copy from before an upgrade, by what is appended to its name.
const SIBLINGS: [&str; 4] = ["-wal", "-shm", "-journal", ".before-upgrade"];

/// What a file to be written must not replace.
#[derive(Debug, Clone, Default)]
pub struct Protected {
    files: Vec<(PathBuf, &'static str)>,
}

impl Protected {
    /// The store and the files that SQLite keeps beside it, there or not.
    pub fn store(&mut self, path: &Path) {
        self.files.push((path.to_owned(), "the store"));
        for sibling in SIBLINGS {
            let mut name = OsString::from(path);
            name.push(sibling);
            self.files.push((name.into(), "a file of the store"));
        }
    }

    pub fn configuration(&mut self, path: &Path) {
        self.files.push((path.to_owned(), "the configuration"));
    }

    /// A file that this run reads; `-` is none.
    pub fn input(&mut self, path: &Path) {
        if path.as_os_str() != "-" {
            self.files.push((path.to_owned(), "an input of this run"));
        }
    }

    /// What the file is, if it is one of these, under whichever name.
    fn what(&self, path: &Path, metadata: Option<&Metadata>) -> Option<&'static str> {
        let place = resolved(path);
        let is_it = |known: &Path| match (metadata, fs::metadata(known)) {
            (Some(one), Ok(other)) => is_same_file(one, &other),
            _ => resolved(known) == place,
        };
        self.files.iter().find(|(known, _)| is_it(known)).map(|(_, what)| *what)
    }
}

/// What to do with a regular file that is at the place.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum IfThere {
    /// It is of an earlier run: it goes before this one begins.
    Replace,
    /// It stays, and nothing is written.
    Keep,
}

/// Why a file cannot be written.
#[derive(Debug, thiserror::Error)]
pub enum OutputError {
    #[error("{} is {what}, which is never written over", path.display())]
    Protected { path: PathBuf, what: &'static str },
    #[error("{} already exists", .0.display())]
    Exists(PathBuf),
    #[error("{} cannot be written: {error}", path.display())]
    Unwritable { path: PathBuf, error: io::Error },
}

impl OutputError {
    /// Stable, for programs.
    pub fn code(&self) -> &'static str {
        match self {
            Self::Protected { .. } => "protected_file",
            Self::Exists(_) => "file_exists",
            Self::Unwritable { .. } => "unwritable",
        }
    }
}

/// A file that is being written. Dropped without [`OutputFile::finish`] it leaves nothing at its place.
#[derive(Debug)]
pub struct OutputFile {
    path: PathBuf,
    to: Destination,
}

#[derive(Debug)]
enum Destination {
    /// Written beside its place.
    Beside(NamedTempFile, IfThere),
    /// A device or a pipe.
    Into(File),
    Stdout,
}

impl OutputFile {
    /// Makes the place ready. From here on only a full disk, or a folder that changes meanwhile, can fail.
    pub fn begin(named: &Path, if_there: IfThere, protected: &Protected) -> Result<Self, OutputError> {
        if named.as_os_str() == "-" {
            return Ok(Self { path: named.to_owned(), to: Destination::Stdout });
        }
        let path = resolved(named);
        let unwritable = |error| OutputError::Unwritable { path: named.to_owned(), error };
        let there = metadata(&path).map_err(unwritable)?;
        if let Some(what) = protected.what(&path, there.as_ref()) {
            return Err(OutputError::Protected { path: named.to_owned(), what });
        }
        let to = match there {
            Some(there) if there.is_dir() => return Err(unwritable(io::ErrorKind::IsADirectory.into())),
            Some(there) if !there.is_file() => Destination::Into(writable(&path).map_err(unwritable)?),
            Some(_) if if_there == IfThere::Keep => return Err(OutputError::Exists(named.to_owned())),
            there => Destination::Beside(beside(&path, there.as_ref()).map_err(unwritable)?, if_there),
        };
        Ok(Self { path, to })
    }

    /// Puts the file in its place, durably.
    pub fn finish(self) -> io::Result<()> {
        match self.to {
            Destination::Beside(file, if_there) => {
                file.as_file().sync_all()?;
                match if_there {
                    IfThere::Replace => file.persist(&self.path).map_err(|error| error.error)?,
                    IfThere::Keep => file.persist_noclobber(&self.path).map_err(|error| error.error)?,
                };
                File::open(folder(&self.path))?.sync_all()
            }
            Destination::Into(mut file) => file.flush(),
            Destination::Stdout => stdout().flush(),
        }
    }
}

impl Write for OutputFile {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        match &mut self.to {
            Destination::Beside(file, _) => file.write(bytes),
            Destination::Into(file) => file.write(bytes),
            Destination::Stdout => stdout().write(bytes),
        }
    }

    fn flush(&mut self) -> io::Result<()> {
        match &mut self.to {
            Destination::Beside(file, _) => file.flush(),
            Destination::Into(file) => file.flush(),
            Destination::Stdout => stdout().flush(),
        }
    }
}

/// A new file in the folder of `path`. What was at the place is removed, and the new one has its permissions.
fn beside(path: &Path, there: Option<&Metadata>) -> io::Result<NamedTempFile> {
    // The error would name the temporary file.
    let file = NamedTempFile::new_in(folder(path)).map_err(|error| io::Error::from(error.kind()))?;
    if let Some(there) = there {
        let permissions: Permissions = there.permissions();
        file.as_file().set_permissions(permissions)?;
        fs::remove_file(path)?;
    }
    Ok(file)
}

fn writable(path: &Path) -> io::Result<File> {
    OpenOptions::new().write(true).open(path)
}

fn metadata(path: &Path) -> io::Result<Option<Metadata>> {
    match fs::metadata(path) {
        Ok(found) => Ok(Some(found)),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
        Err(error) => Err(error),
    }
}

/// Where the path leads, through all links; the last of them may lead to where nothing is yet.
fn resolved(path: &Path) -> PathBuf {
    if let Ok(found) = fs::canonicalize(path) {
        return found;
    }
    let path = match fs::read_link(path) {
        Ok(target) => folder(path).join(target),
        Err(_) => path.to_owned(),
    };
    match (fs::canonicalize(folder(&path)), path.file_name()) {
        (Ok(folder), Some(name)) => folder.join(name),
        _ => path,
    }
}

fn folder(path: &Path) -> &Path {
    path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."))
}

#[cfg(unix)]
fn is_same_file(one: &Metadata, other: &Metadata) -> bool {
    use std::os::unix::fs::MetadataExt;
    (one.dev(), one.ino()) == (other.dev(), other.ino())
}

#[cfg(test)]
mod tests;
