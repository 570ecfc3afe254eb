//! `retour import`: sales, refunds and chargebacks from exports and notifications.

mod explain;

use crate::commands::{Answer, Done, word};
use crate::context::{self, Context};
use crate::desk::import::{self, Manner};
use crate::desk::{Room, Unwatched};
use crate::error::{Exit, Failure};
use crate::import::{Source, SourceFormat};
use crate::output::views::import as view;
use anyhow::Context as _;
use clap::Args;
use std::fs;
use std::path::PathBuf;

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
}

impl Import {
    pub fn run(self, context: &mut Context) -> Answer {
        let contents =
            self.files.iter().map(|file| context::read_file(file)).collect::<Result<Vec<_>, _>>()?;
        let named: Vec<(String, &Vec<u8>)> =
            self.files.iter().map(|file| file.display().to_string()).zip(&contents).collect();
        let sources: Vec<Source<'_>> = named.iter().map(|(name, bytes)| Source { name, bytes }).collect();
        if self.explain {
            return self.explain(&sources, context);
        }
        let store = context::open_to_write(context)?;
        let room = Room {
            store: &store,
            policy: &context.policy,
            actor: &context.actor,
            clock: &*context.clock,
            gate: &context.gate,
            watch: &Unwatched,
        };
        let manner = Manner { from: self.from, strict: self.strict, dry_run: self.dry_run };
        let imported = import::import(&room, &sources, manner, &context.config.import_settings())?;
        if let Some(file) = &self.rejects {
            let lines = view::reject_lines(&imported.rejects);
            fs::write(file, lines).with_context(|| format!("{} cannot be written", file.display()))?;
        }
        if self.strict && !imported.rejects.is_empty() {
            return Err(not_clean(&imported));
        }
        view::answer(&mut context.ui, &imported.counts, &imported.rejects, imported.is_undone)?;
        Ok(if imported.rejects.is_empty() { Done::Fully } else { Done::Partly })
    }

    fn explain(&self, sources: &[Source<'_>], context: &mut Context) -> Answer {
        let settings = context.config.import_settings();
        for source in sources {
            let explained = crate::import::explain(*source, self.from, &settings);
            let explained = explained.map_err(|error| {
                Failure::from(import::RunError::Source { file: source.name.to_owned(), error })
            })?;
            explain::answer(&mut context.ui, source.name, &explained)?;
        }
        Ok(Done::Fully)
    }
}

/// Strict, and not clean: nothing was kept, and every reject is named.
fn not_clean(imported: &import::Imported) -> Failure {
    let rejected = imported.rejects.len();
    let message =
        format!("{rejected} of {} rows were rejected, and nothing was kept (--strict)", imported.counts.read);
    let mut failure = Failure::new(Exit::Refused, "rejected", message);
    failure.facts = imported.rejects.iter().map(view::place_and_reason).collect();
    failure
}
