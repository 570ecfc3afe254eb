//! Taking in exports and notifications: one run is one write with one event, or nothing at all.

mod chunk;

use crate::desk::{ProgressObserver, Session};
use crate::domain::sale::incoming::{ImportCounts, Reject, Row};
use crate::import::settings::ImportSettings;
use crate::import::{self, File, ImportError, Rows, SourceFormat};
use crate::store::{Reconciliation, RowError, RowOutcome, StatusChange, StoreError, Writer};
use chunk::Ready;
use serde_json::{Value, json};
use sha2::{Digest, Sha256};
use std::collections::BTreeMap;

/// How a run is meant.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Manner {
    /// The format; recognised where it is not given.
    pub from: Option<SourceFormat>,
    /// One rejected row keeps everything out.
    pub strict: bool,
    /// The real run, rolled back.
    pub dry_run: bool,
}

/// What a run did, or would do.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Imported {
    pub counts: ImportCounts,
    pub rejects: Vec<Reject>,
    /// Why rows were set aside, and how many for each reason.
    pub set_aside: BTreeMap<String, u64>,
    /// Refunds that stand elsewhere than before.
    pub moved: Vec<StatusChange>,
    /// A plan's cancellation was news.
    pub has_news_of_plans: bool,
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

/// Takes in every file. Rejected rows are named in the answer and keep nothing else out, unless the run is strict.
pub fn import(
    session: &Session<'_>,
    files: Vec<File>,
    manner: Manner,
    settings: &ImportSettings,
) -> Result<Imported, RunError> {
    let signature = session.signature(session.now());
    // Everything that can be wrong with a file as a whole is known before the lock is taken.
    let opened = files.iter().map(|file| Ok((file, rows(file, manner, settings)?)));
    let opened = opened.collect::<Result<Vec<_>, RunError>>()?;
    session.store.expect_import()?;
    let mut writer = session.store.write(signature)?;
    writer.begin_import(files.iter().map(|file| file.bytes.len() as u64).sum())?;
    let mut imported = Imported::default();
    let mut progress = Progress { observer: session.observer, done: 0, total: 0 };
    for (file, rows) in opened {
        progress.total += rows.size_hint().0 as u64;
        let rejected_before = imported.rejects.len();
        chunk::each(rows, writer.is_first_import(), &mut |chunk| {
            chunk.into_iter().try_for_each(|row| {
                progress.add_one();
                take(&mut writer, &file.name, row, &mut imported)
            })
        })?;
        imported.rejects[rejected_before..].sort_by_key(|reject| reject.line);
    }
    let digests: Vec<Value> = files.iter().map(digest).collect();
    // What is still to be built can use the room that the files take.
    drop(files);
    session.observer.begin("matching refunds and making all of it searchable");
    imported.counts.rejected = imported.rejects.len() as u64;
    let reconciliation = writer.finish_import(|reconciliation| facts(&imported, reconciliation, &digests))?;
    imported.counts.matched = reconciliation.matched;
    imported.counts.unmatched = reconciliation.unmatched;
    imported.moved = reconciliation.status_changes;
    imported.is_undone = manner.dry_run || manner.strict && !imported.rejects.is_empty();
    if imported.is_undone {
        writer.roll_back()?;
    } else {
        session.guard.close();
        writer.commit()?;
    }
    Ok(imported)
}

/// How many rows of how many are taken.
struct Progress<'a> {
    observer: &'a dyn ProgressObserver,
    done: u64,
    total: u64,
}

impl Progress<'_> {
    fn add_one(&mut self) {
        self.done += 1;
        self.observer.report("imported", self.done, self.total.max(self.done));
    }
}

fn rows<'a>(file: &'a File, manner: Manner, settings: &'a ImportSettings) -> Result<Rows<'a>, RunError> {
    import::read(file.source(), manner.from, settings)
        .map_err(|error| RunError::Source { file: file.name.clone(), error })
}

fn take(
    writer: &mut Writer<'_>,
    file: &str,
    row: Result<Ready, Reject>,
    imported: &mut Imported,
) -> Result<(), StoreError> {
    imported.counts.read += 1;
    let Ready { located, search_text } = match row {
        Ok(ready) => ready,
        Err(reject) => {
            imported.rejects.push(reject);
            return Ok(());
        }
    };
    if let Some(event) = &located.identity
        && writer.has_taken(event)?
    {
        imported.counts.unchanged += 1;
        return Ok(());
    }
    let taken = match &located.row {
        Row::Payment(report) => writer.take_report(report, search_text.as_ref()),
        Row::PlanCancelled(cancellation) => {
            // A cancellation is remembered, and is no payment.
            imported.counts.set_aside += 1;
            imported.has_news_of_plans |= writer.take_cancellation(cancellation)? != RowOutcome::Unchanged;
            return Ok(());
        }
        Row::Dispute(dispute) => Ok(writer.take_dispute(dispute)?),
        Row::Reversed(reversal) => writer.take_reversal(reversal),
        Row::SetAside(why) => {
            imported.counts.set_aside += 1;
            *imported.set_aside.entry(why.clone()).or_default() += 1;
            return Ok(());
        }
    };
    if let (Ok(_), Some(event)) = (&taken, &located.identity) {
        writer.remember_event(event)?;
    }
    match taken {
        Ok(RowOutcome::Added) => imported.counts.added += 1,
        Ok(RowOutcome::Updated) => imported.counts.updated += 1,
        Ok(RowOutcome::Unchanged) => imported.counts.unchanged += 1,
        Err(RowError::Store(error)) => return Err(error),
        Err(RowError::Ambiguous(ambiguous)) => imported.rejects.push(Reject {
            file: file.to_owned(),
            line: located.line,
            column: Some("transaction_id".to_owned()),
            code: "ambiguous_sale",
            message: ambiguous.to_string(),
        }),
        Err(RowError::Conflict(conflict)) => imported.rejects.push(Reject {
            file: file.to_owned(),
            line: located.line,
            column: Some(conflict.field.to_owned()),
            code: "conflicts",
            message: conflict.to_string(),
        }),
    }
    Ok(())
}

/// The event's facts; `None` where the run changed nothing and leaves no event.
fn facts(imported: &Imported, reconciliation: &Reconciliation, digests: &[Value]) -> Option<String> {
    let counts = imported.counts;
    let is_nothing =
        counts.added + counts.updated == 0 && !imported.has_news_of_plans && reconciliation.status_changes.is_empty();
    (!is_nothing).then(|| {
        json!({
            "sources": digests,
            "read": counts.read,
            "added": counts.added,
            "updated": counts.updated,
            "unchanged": counts.unchanged,
            "rejected": counts.rejected,
            "set_aside": counts.set_aside,
            "matched": reconciliation.matched,
            "unmatched": reconciliation.unmatched,
        })
        .to_string()
    })
}

fn digest(file: &File) -> Value {
    let digest: String = Sha256::digest(&file.bytes).iter().map(|byte| format!("{byte:02x}")).collect();
    json!({ "sha256": digest, "bytes": file.bytes.len() })
}
