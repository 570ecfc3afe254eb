//! The files of `--out`, one per message.

use super::letter::Letter;
use crate::commands::failure::{Exit, Failure};
use crate::domain::ids::RefundId;
use crate::environment::output_file::{IfThere, OutputError, OutputFile, Protected};
use std::fs;
use std::io::{self, Write};
use std::path::{Path, PathBuf};

/// Files that are written, but not yet in place.
pub(super) struct Files {
    each: Vec<(OutputFile, PathBuf)>,
}

impl Files {
    /// Writes the files. If existing ones are kept, all of them are reported, and none is written.
    pub fn begin(
        folder: &Path,
        extension: &str,
        letters: &[Letter],
        if_there: IfThere,
        protected: &Protected,
    ) -> Result<Self, Failure> {
        let place = |letter: &Letter| folder.join(name(letter.view.refund(), extension));
        let taken: Vec<PathBuf> = letters.iter().map(place).filter(|path| path.exists()).collect();
        if if_there == IfThere::Keep && !taken.is_empty() {
            return Err(not_overwritten(&taken));
        }
        if folder.is_file() {
            return Err(unwritable(folder, io::ErrorKind::NotADirectory.into()));
        }
        fs::create_dir_all(folder).map_err(|error| unwritable(folder, error))?;
        let each = letters.iter().map(|letter| {
            let mut file = OutputFile::begin(&place(letter), if_there, protected)?;
            let text = letter.draft.clone().unwrap_or_else(|| letter.view.text());
            file.write_all(text.as_bytes()).map_err(|error| unwritable(&place(letter), error))?;
            Ok((file, place(letter)))
        });
        Ok(Self { each: each.collect::<Result<_, Failure>>()? })
    }

    /// Puts all files in place, or none: a customer counts as told only once the message is there.
    pub fn put_in_place(self) -> Result<PlacedFiles, Failure> {
        let mut placed = PlacedFiles { paths: Vec::new() };
        for (file, path) in self.each {
            if let Err(error) = file.finish() {
                placed.remove();
                return Err(unwritable(&path, error));
            }
            placed.paths.push(path);
        }
        Ok(placed)
    }
}

/// Files that are in place.
pub(super) struct PlacedFiles {
    pub paths: Vec<PathBuf>,
}

impl PlacedFiles {
    /// The notices could not be recorded, so the messages must not be sent.
    pub fn remove(self) {
        for path in self.paths {
            // What cannot be removed stays; the error that led here is the one to report.
            _ = fs::remove_file(path);
        }
    }
}

fn unwritable(path: &Path, error: io::Error) -> Failure {
    OutputError::Unwritable { path: path.to_owned(), error }.into()
}

/// The refund's ID without characters that a file name cannot have: platform IDs are any text.
fn name(refund: &RefundId, extension: &str) -> String {
    let is_plain = |sign: char| sign.is_ascii_alphanumeric() || "-_".contains(sign);
    let id = refund.to_string();
    let id: String = id.chars().map(|sign| if is_plain(sign) { sign } else { '_' }).collect();
    format!("{id}.{extension}")
}

fn not_overwritten(taken: &[PathBuf]) -> Failure {
    let shown: Vec<String> = taken.iter().map(|path| path.display().to_string()).collect();
    let message = match shown.as_slice() {
        [only] => format!("{only} already exists and is not overwritten"),
        several => format!("{} of the files already exist and are not overwritten", several.len()),
    };
    let mut failure = Failure::new(Exit::Failed, "file_exists", message);
    failure.facts = if shown.len() > 1 { shown } else { Vec::new() };
    failure.hint("nothing was written or recorded; move the files, or choose another folder: --out DIR")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_stays_in_its_folder_for_every_platform_id() {
        for (id, file) in [("R-42", "R-000042.txt"), ("../../etc/x", "______etc_x.txt"), ("dda4", "dda4.txt")] {
            assert_eq!(name(&RefundId::new(id).unwrap(), "txt"), file);
        }
    }
}
