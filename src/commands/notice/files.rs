//! One file per message: written beside its final place, and renamed after the notice is recorded.

use super::letter::Letter;
use crate::commands::failure::{Exit, Failure};
use crate::domain::ids::RefundId;
use crate::output::views::notice::NoticeView;
use std::fs;
use std::io::{ErrorKind, Write};
use std::path::{Path, PathBuf};
use tempfile::NamedTempFile;

/// Files that are written, but not yet renamed.
pub(super) struct Files {
    each: Vec<(NamedTempFile, PathBuf)>,
}

impl Files {
    /// Writes the files. Existing files are kept, and all of them are reported.
    pub fn begin(folder: &Path, are_drafts: bool, letters: &[Letter]) -> Result<Self, Failure> {
        let extension = if are_drafts { "eml" } else { "txt" };
        let place = |letter: &Letter| folder.join(name(letter.view.refund(), extension));
        let taken: Vec<PathBuf> = letters.iter().map(place).filter(|path| path.exists()).collect();
        if !taken.is_empty() {
            return Err(not_overwritten(&taken));
        }
        let unwritable = |error: std::io::Error| {
            let message = format!("cannot write to {}: {error}", folder.display());
            Failure::new(Exit::Failed, "unwritable", message)
        };
        if folder.is_file() {
            return Err(unwritable(ErrorKind::NotADirectory.into()));
        }
        fs::create_dir_all(folder).map_err(unwritable)?;
        let each = letters.iter().map(|letter| {
            let mut file = NamedTempFile::new_in(folder)?;
            let text = letter.draft.clone().unwrap_or_else(|| letter.view.text());
            file.write_all(text.as_bytes())?;
            file.as_file().sync_all()?;
            Ok((file, place(letter)))
        });
        Ok(Self { each: each.collect::<Result<_, _>>().map_err(unwritable)? })
    }

    /// Renames the files, and adds their paths to the views.
    pub fn rename(self, views: Vec<NoticeView>) -> std::io::Result<Vec<NoticeView>> {
        let mut placed = Vec::new();
        for (view, (file, path)) in views.into_iter().zip(self.each) {
            file.persist_noclobber(&path).map_err(|error| error.error)?;
            placed.push(view.written_to(path.display().to_string()));
        }
        Ok(placed)
    }
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
