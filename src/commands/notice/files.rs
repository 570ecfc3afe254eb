//! One file for each message: written beside its place first, and put there when it counts.

use super::letter::Letter;
use crate::commands::error::{Exit, Failure};
use crate::domain::ids::RefundId;
use crate::output::views::notice::NoticeView;
use std::fs;
use std::io::{ErrorKind, Write};
use std::path::{Path, PathBuf};
use tempfile::NamedTempFile;

/// Files that are written, and not yet where they belong.
pub(super) struct Files {
    each: Vec<(NamedTempFile, PathBuf)>,
}

impl Files {
    /// Writes them. What is there already is named, all of it, and stays.
    pub fn begin(folder: &Path, are_drafts: bool, letters: &[Letter]) -> Result<Self, Failure> {
        let extension = if are_drafts { "eml" } else { "txt" };
        let place = |letter: &Letter| folder.join(name(letter.view.refund(), extension));
        let taken: Vec<PathBuf> = letters.iter().map(place).filter(|path| path.exists()).collect();
        if !taken.is_empty() {
            return Err(not_overwritten(&taken));
        }
        let unwritable = |error: std::io::Error| {
            let message = format!("{} cannot be written into: {error}", folder.display());
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

    /// Puts them where they belong, and tells the views where that is.
    pub fn put_in_place(self, views: Vec<NoticeView>) -> std::io::Result<Vec<NoticeView>> {
        let mut placed = Vec::new();
        for (view, (file, path)) in views.into_iter().zip(self.each) {
            file.persist_noclobber(&path).map_err(|error| error.error)?;
            placed.push(view.written_to(path.display().to_string()));
        }
        Ok(placed)
    }
}

/// The refund's ID, with nothing in it that a file's name cannot have: the platform's IDs are any text.
fn name(refund: &RefundId, extension: &str) -> String {
    let is_plain = |sign: char| sign.is_ascii_alphanumeric() || "-_".contains(sign);
    let id = refund.to_string();
    let id: String = id.chars().map(|sign| if is_plain(sign) { sign } else { '_' }).collect();
    format!("{id}.{extension}")
}

fn not_overwritten(taken: &[PathBuf]) -> Failure {
    let shown: Vec<String> = taken.iter().map(|path| path.display().to_string()).collect();
    let message = match shown.as_slice() {
        [only] => format!("{only} is there already, and is not overwritten"),
        several => format!("{} of the files are there already, and are not overwritten", several.len()),
    };
    let mut failure = Failure::new(Exit::Failed, "file_exists", message);
    failure.facts = if shown.len() > 1 { shown } else { Vec::new() };
    failure.hint("nothing was written or recorded; move what is there, or name another folder: --out DIR")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_stays_in_its_folder_whatever_the_platform_calls_the_refund() {
        for (id, file) in [("R-42", "R-000042.txt"), ("../../etc/x", "______etc_x.txt"), ("dda4", "dda4.txt")] {
            assert_eq!(name(&RefundId::new(id).unwrap(), "txt"), file);
        }
    }
}
