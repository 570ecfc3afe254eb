//! `retour import`: sales, refunds and chargebacks from exports and notifications.

mod explain;
mod verify;

use crate::commands::context::{self, Context, protected};
use crate::commands::error::imported_but_undelivered;
use crate::commands::failure::{Exit, Failure, Hint};
use crate::commands::import::verify::Verify;
use crate::commands::progress::Progress;
use crate::commands::{CommandResult, Done, word};
use crate::desk::import::{self, ImportOptions};
use crate::domain::unread::Rejected;
use crate::environment::output_file::{IfThere, OutputFile};
use crate::import::{File, ImportError, Provider};
use crate::output::ui::Undelivered;
use crate::output::views::import::{self as view, ImportView};
use clap::Args;
use std::io::Write;
use std::path::PathBuf;

/// Import sales, refunds and chargebacks from exports and notifications
///
/// Importing a file again changes nothing. Rejected rows are listed, and the others are kept.
#[derive(Args)]
pub struct Import {
    /// Files, or - for stdin
    #[arg(value_name = "FILE", required = true)]
    files: Vec<PathBuf>,
    /// Only explain what is recognised in the files, what is missing, and what the desk cannot do without it
    #[arg(long)]
    explain: bool,
    /// Use this format instead of detecting it
    #[arg(long, value_name = "FORMAT", value_parser = word::<Provider>())]
    from: Option<Provider>,
    /// Keep nothing if a row is rejected or a word is unknown
    #[arg(long)]
    strict: bool,
    /// Show what the import would do, without doing it
    #[arg(long)]
    dry_run: bool,
    /// Write the rejected rows to this file, one JSON object per line
    #[arg(long, value_name = "FILE")]
    rejects: Option<PathBuf>,
    #[command(flatten)]
    verify: Verify,
}

impl Import {
    pub fn run(mut self, context: &mut Context) -> CommandResult {
        self.from = self.verify.provider(self.from)?;
        let rejects = self.rejects(context)?;
        let read = |path: &PathBuf| -> Result<File, Failure> {
            Ok(File { name: path.display().to_string(), bytes: context::read_file(path)? })
        };
        let files = self.files.iter().map(read).collect::<Result<Vec<_>, _>>()?;
        self.verify.check(&files, context)?;
        if self.explain {
            return self.explain(&files, context);
        }
        let store = match self.dry_run {
            true => context::open(context)?,
            false => context::open_to_write(context)?,
        };
        let progress = Progress::of(context);
        let options = ImportOptions { from: self.from, strict: self.strict, dry_run: self.dry_run };
        let settings = context.config.import_settings();
        let (session, ..) = context::session(context, &store, &progress);
        let imported = import::import(&session, files, options, &settings);
        drop(progress);
        let imported = imported?;
        let undelivered = |error| match imported.is_undone {
            true => Failure::from(error),
            false => imported_but_undelivered(&error),
        };
        if let Some(rejects) = rejects {
            write(rejects, &imported.rejects).map_err(undelivered)?;
        }
        if self.strict && !imported.is_clean() {
            return Err(has_rejects(&imported));
        }
        let import::Imported { counts, rejects, unread, unknown_words, is_undone, .. } = &imported;
        let answer = ImportView { counts, rejects, unread, unknown_words, is_undone: *is_undone };
        view::answer(&mut context.ui, &answer).map_err(undelivered)?;
        for note in notes(&imported) {
            context.ui.note(&note);
        }
        Ok(if imported.open_rejects() == 0 { Done::Fully } else { Done::Partly })
    }

    /// The file for the rejected rows. It is known to be writable before anything is stored.
    fn rejects(&self, context: &Context) -> Result<Option<OutputFile>, Failure> {
        let inputs = || self.files.iter().map(PathBuf::as_path);
        let begin = |path: &PathBuf| OutputFile::begin(path, IfThere::Replace, &protected(context, inputs()));
        Ok(self.rejects.as_ref().filter(|_| !self.explain).map(begin).transpose()?)
    }

    fn explain(&self, files: &[File], context: &mut Context) -> CommandResult {
        let settings = context.config.import_settings();
        for file in files {
            let explained = crate::import::explain(file, self.from, &settings);
            let explained = explained.map_err(|error| not_explained(file, error))?;
            explain::answer(&mut context.ui, &file.name, &explained)?;
        }
        Ok(Done::Fully)
    }
}

fn write(mut file: OutputFile, rejects: &[Rejected]) -> Result<(), Undelivered> {
    file.write_all(&view::reject_lines(rejects)?)?;
    Ok(file.finish()?)
}

/// As for an import, without the hint to use `--explain`.
fn not_explained(file: &File, error: ImportError) -> Failure {
    let mut failure = Failure::from(import::RunError::Source { file: file.name.clone(), error });
    failure.hints.retain(|hint| !matches!(hint, Hint::Text(text) if text.contains("--explain")));
    failure
}

/// What the import did not understand, and did not reject.
fn notes(imported: &import::Imported) -> Vec<String> {
    let left_out = imported
        .left_out
        .iter()
        .map(|((file, column, why), rows)| view::left_out(file, rows.first_line, column, why, rows.count));
    let words = view::unknown_words(&imported.unknown_words);
    left_out.chain(words).chain(view::set_aside(&imported.set_aside)).collect()
}

/// The run was strict: nothing was kept, and every reject and unknown word is listed.
fn has_rejects(imported: &import::Imported) -> Failure {
    let (rejected, words) = (imported.rejects.len(), imported.unknown_words.len());
    let read = imported.counts.read;
    let (code, message) = match (rejected, words) {
        (0, 1) => ("unknown_words", "1 word is unknown, and nothing was kept (--strict)".to_owned()),
        (0, _) => ("unknown_words", format!("{words} words are unknown, and nothing was kept (--strict)")),
        _ => ("rejected", format!("{rejected} of {read} rows were rejected, and nothing was kept (--strict)")),
    };
    let mut failure = Failure::new(Exit::Refused, code, message);
    failure.facts = imported.rejects.iter().map(view::place_and_reason).collect();
    failure.facts.extend(view::unknown_words(&imported.unknown_words));
    failure
}
