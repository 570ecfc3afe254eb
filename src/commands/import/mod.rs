//! `retour import`: sales, refunds and chargebacks from exports and notifications.

mod explain;
mod verify;

use crate::commands::context::{self, Context};
use crate::commands::error::imported_but_undelivered;
use crate::commands::failure::{Exit, Failure};
use crate::commands::import::verify::Verify;
use crate::commands::progress::Progress;
use crate::commands::{CommandResult, Done, word};
use crate::desk::import::{self, Manner};
use crate::import::{File, ImportError, Source, SourceFormat};
use crate::output::ui::Undelivered;
use crate::output::views::import as view;

use clap::Args;

use std::io::Write;
use std::path::{Path, PathBuf};
use tempfile::NamedTempFile;

/// Take in sales, refunds and chargebacks from exports and notifications
///
/// The same file again changes nothing. A row that cannot be taken is named, and the others are kept.
#[derive(Args)]
pub struct Import {
    /// Files, or - for what comes in on stdin
    #[arg(value_name = "FILE", required = true)]
    files: Vec<PathBuf>,
    /// Only say what is recognised in the files, what is missing, and what the desk therefore cannot do
    #[arg(long)]
    explain: bool,
    /// The format, where it is not to be recognised
    #[arg(long, value_name = "FORMAT", value_parser = word::<SourceFormat>())]
    from: Option<SourceFormat>,
    /// Keep nothing at all when a row is rejected
    #[arg(long)]
    strict: bool,
    /// Say what the import would do, and do nothing
    #[arg(long)]
    dry_run: bool,
    /// Write the rejected rows to this file, one JSON object a line
    #[arg(long, value_name = "FILE")]
    rejects: Option<PathBuf>,
    #[command(flatten)]
    verify: Verify,
}

impl Import {
    pub fn run(mut self, context: &mut Context) -> CommandResult {
        self.from = self.verify.format(self.from)?;
        let read = |path: &PathBuf| -> Result<File, Failure> {
            Ok(File { name: path.display().to_string(), bytes: context::read_file(path)? })
        };
        let files = self.files.iter().map(read).collect::<Result<Vec<_>, _>>()?;
        self.verify.check(&files, context)?;
        if self.explain {
            let sources: Vec<Source<'_>> = files.iter().map(File::source).collect();
            return self.explain(&sources, context);
        }
        let rejects = self.rejects.as_deref().map(Rejects::beside).transpose()?;
        let store = context::open_to_write(context)?;
        let progress = Progress::of(context);
        let manner = Manner { from: self.from, strict: self.strict, dry_run: self.dry_run };
        let settings = context.config.import_settings();
        let (session, ..) = context::session(context, &store, &progress);
        let imported = import::import(&session, files, manner, &settings);
        drop(progress);
        let imported = imported?;
        let told = |error| match imported.is_undone {
            true => Failure::from(error),
            false => imported_but_undelivered(&error),
        };
        if let Some(rejects) = rejects {
            rejects.write(&view::reject_lines(&imported.rejects)).map_err(told)?;
        }
        if self.strict && !imported.rejects.is_empty() {
            return Err(not_clean(&imported));
        }
        view::answer(&mut context.ui, &imported.counts, &imported.rejects, imported.is_undone).map_err(told)?;
        for note in view::set_aside(&imported.set_aside) {
            context.ui.note(&note);
        }
        Ok(if imported.rejects.is_empty() { Done::Fully } else { Done::Partly })
    }

    fn explain(&self, sources: &[Source<'_>], context: &mut Context) -> CommandResult {
        let settings = context.config.import_settings();
        for source in sources {
            let explained = crate::import::explain(*source, self.from, &settings).or_else(|error| match error {
                // A table without one known header is what the configuration's mapping is for: say what is in it.
                ImportError::UnknownTable { .. } => crate::import::explain(*source, Some(SourceFormat::Csv), &settings),
                other => Err(other),
            });
            let explained = explained.map_err(|error| not_explained(source, error))?;
            explain::answer(&mut context.ui, source.name, &explained)?;
        }
        Ok(Done::Fully)
    }
}

/// A place for the rejected rows that is known to be writable before anything is kept.
struct Rejects {
    file: PathBuf,
    beside: NamedTempFile,
}

impl Rejects {
    fn beside(file: &Path) -> Result<Self, Failure> {
        let folder = file.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
        let beside = NamedTempFile::new_in(folder).map_err(|error| {
            // The file beside it has a name of its own, which would say nothing to anybody.
            let why = std::io::Error::from(error.kind());
            Failure::new(Exit::Failed, "unwritable", format!("{} cannot be written: {why}", file.display()))
        })?;
        Ok(Self { file: file.to_owned(), beside })
    }

    fn write(mut self, lines: &str) -> Result<(), Undelivered> {
        self.beside.write_all(lines.as_bytes())?;
        self.beside.persist(&self.file).map_err(|error| error.error)?;
        Ok(())
    }
}

/// As for an import, without the advice to ask for an explanation.
fn not_explained(source: &Source<'_>, error: ImportError) -> Failure {
    let mut failure = Failure::from(import::RunError::Source { file: source.name.to_owned(), error });
    failure.hints.retain(|hint| !hint.contains("--explain"));
    failure
}

/// Strict, and not clean: nothing was kept, and every reject is named.
fn not_clean(imported: &import::Imported) -> Failure {
    let rejected = imported.rejects.len();
    let message = format!("{rejected} of {} rows were rejected, and nothing was kept (--strict)", imported.counts.read);
    let mut failure = Failure::new(Exit::Refused, "rejected", message);
    failure.facts = imported.rejects.iter().map(view::place_and_reason).collect();
    failure
}
