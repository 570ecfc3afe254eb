//! Importing exports and notifications: one run is one write with one event, or nothing.

mod chunk;

use crate::desk::{ProgressObserver, Session};
use crate::domain::digest::sha256;
use crate::domain::sale::incoming::{Evidence, ImportCounts, Located, PaymentReport, Reject, Row, RowNote};
use crate::domain::time::Zone;
use crate::domain::unread::{NewUnread, Rejected, UnreadId, UnreadReport, alike};
use crate::import::settings::ImportSettings;
use crate::import::{self, File, FileRows, ImportError, Provider};
use crate::store::{Reconciliation, RowError, RowOutcome, SearchText, StatusChange, StoreError, Writer};
use chunk::{PreparedChunk, PreparedRow};
use serde_json::{Value, json};
use std::collections::{BTreeMap, BTreeSet};

/// How a run is carried out.
#[derive(Debug, Clone, Copy, Default)]
pub struct ImportOptions {
    /// Without it each file is recognised.
    pub from: Option<Provider>,
    /// One rejected row or unknown word undoes the run.
    pub strict: bool,
    /// The real run, rolled back.
    pub dry_run: bool,
}

/// What a run did, or would do.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Imported {
    pub counts: ImportCounts,
    /// In the order of the files and their lines.
    pub rejects: Vec<Rejected>,
    /// The reports made of the rejects, as they are after the run.
    pub unread: Vec<UnreadReport>,
    /// Words without a known meaning, by column and as written, with the number of rows.
    pub unknown_words: BTreeMap<(String, String), u64>,
    /// Optional columns that were left out or replaced, by file, column and reason.
    pub left_out: BTreeMap<(String, String, &'static str), LeftOut>,
    /// The reasons for which rows were set aside, with the number of rows.
    pub set_aside: BTreeMap<String, u64>,
    /// Refunds whose status changed.
    pub moved: Vec<StatusChange>,
    /// A plan's cancellation was news.
    pub has_news_of_plans: bool,
    /// Nothing was kept: it was a dry run, or strict with rejects or unknown words.
    pub is_undone: bool,
}

/// The rows in which an optional column was left out.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct LeftOut {
    pub first_line: u64,
    pub count: u64,
}

impl Imported {
    /// The rejects that need a person: all but those whose report is settled.
    pub fn open_rejects(&self) -> usize {
        let settled: BTreeSet<UnreadId> =
            self.unread.iter().filter(|report| !report.is_open()).map(|report| report.id).collect();
        let is_open = |rejected: &&Rejected| rejected.unread.is_none_or(|id| !settled.contains(&id));
        self.rejects.iter().filter(is_open).count()
    }

    /// Everything in the files was understood.
    pub fn is_clean(&self) -> bool {
        self.open_rejects() == 0 && self.unknown_words.is_empty()
    }

    fn note(&mut self, note: &RowNote, file: &str, line: u64) {
        match note {
            RowNote::UnknownWord { column, word } => {
                *self.unknown_words.entry((column.clone(), word.clone())).or_default() += 1;
            }
            RowNote::LeftOut { column, why } => {
                let new = LeftOut { first_line: line, count: 0 };
                let left_out = self.left_out.entry((file.to_owned(), column.clone(), why)).or_insert(new);
                left_out.first_line = left_out.first_line.min(line);
                left_out.count += 1;
            }
        }
    }
}

/// Why a run failed. Nothing was kept.
#[derive(Debug, thiserror::Error)]
pub enum RunError {
    #[error("{file}: {error}")]
    Source { file: String, error: ImportError },
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// Imports every file. Rejected rows are listed in the answer and do not affect the others, unless the run is strict.
pub fn import(
    session: &Session<'_>,
    files: Vec<File>,
    options: ImportOptions,
    settings: &ImportSettings,
) -> Result<Imported, RunError> {
    let signature = session.signature(session.now());
    // Everything that can be wrong with a file as a whole is known before the lock is taken.
    let opened: Vec<FileRows<'_>> =
        files.iter().map(|file| open(file, options, settings)).collect::<Result<_, RunError>>()?;
    session.store.expect_import()?;
    let mut writer = session.store.write(signature)?;
    let ids_made_of = check_made_up_ids(session, &files, &opened)?;
    let zone = session.policy.zone;
    writer.begin_import(files.iter().map(|file| file.bytes.len() as u64).sum(), zone)?;
    let observer = session.observer;
    let mut run = Run { writer: &mut writer, imported: Imported::default(), observer, total: 0, zone };
    for (file, rows) in files.iter().zip(opened) {
        run.take_file(&file.name, rows)?;
    }
    let mut imported = run.imported;
    let digests: Vec<Value> = files.iter().map(digest).collect();
    // Settling the import can use the memory of the files.
    drop(files);
    session.observer.begin("matching refunds and updating the search index");
    imported.counts.rejected = imported.rejects.len() as u64;
    let has_news = imported.has_news_of_plans || writer.has_new_unread() || writer.has_settled_unread();
    let reconciliation =
        writer.finish_import(|reconciliation| facts(&imported, reconciliation, has_news, &digests, &ids_made_of))?;
    imported.counts.matched = reconciliation.matched;
    imported.counts.unmatched = reconciliation.unmatched;
    imported.moved = reconciliation.status_changes;
    imported.unread = reports_of(session, &imported.rejects)?;
    imported.is_undone = options.dry_run || options.strict && !imported.is_clean();
    if imported.is_undone {
        writer.roll_back()?;
    } else {
        session.guard.close();
        writer.commit()?;
    }
    Ok(imported)
}

/// The columns of which the run's IDs are made, in words. They are those of the imports before: under other IDs, the
/// same payments would be imported a second time.
fn check_made_up_ids(
    session: &Session<'_>,
    files: &[File],
    opened: &[FileRows<'_>],
) -> Result<Vec<&'static str>, RunError> {
    let making = files.iter().zip(opened).find(|(_, rows)| !rows.ids_made_of.is_empty());
    let Some((file, FileRows { ids_made_of: now, .. })) = making else { return Ok(Vec::new()) };
    let words: Vec<&str> = now.iter().map(|column| column.word()).collect();
    let before = session.store.ids_made_of()?;
    if before.is_empty() || before == words {
        return Ok(words);
    }
    let before = before.iter().filter_map(|word| word.parse().ok()).collect();
    let error = ImportError::OtherMakeIds { before, now: now.to_vec() };
    Err(RunError::Source { file: file.name.clone(), error })
}

fn open<'a>(file: &'a File, options: ImportOptions, settings: &'a ImportSettings) -> Result<FileRows<'a>, RunError> {
    import::read(file, options.from, settings).map_err(|error| RunError::Source { file: file.name.clone(), error })
}

/// A run in progress.
struct Run<'r, 'w> {
    writer: &'r mut Writer<'w>,
    imported: Imported,
    observer: &'r dyn ProgressObserver,
    /// The number of rows of the files so far, if it is known.
    total: u64,
    zone: Zone,
}

/// The rejects of one file.
#[derive(Default)]
struct Rejects {
    by_line: BTreeMap<u64, Vec<Rejected>>,
    /// How many rows so far are the same report, apart from their number.
    alike: BTreeMap<String, u64>,
}

impl Run<'_, '_> {
    fn take_file(&mut self, name: &str, rows: FileRows<'_>) -> Result<(), StoreError> {
        self.total += rows.count;
        let mut rejects = Rejects::default();
        let are_new = self.writer.is_first_import();
        chunk::each(rows.chunks, are_new, &mut |chunk| self.take_chunk(chunk, name, &mut rejects))?;
        self.imported.rejects.extend(rejects.by_line.into_values().flatten());
        Ok(())
    }

    fn take_chunk(&mut self, chunk: PreparedChunk, file: &str, rejects: &mut Rejects) -> Result<(), StoreError> {
        for row in chunk {
            let read = &mut self.imported.counts.read;
            *read += 1;
            self.observer.report("imported", *read, self.total.max(*read));
            let rejected = match row {
                Ok(row) => self.take(&row, file)?,
                Err(reject) => {
                    reject.notes.iter().for_each(|note| self.imported.note(note, file, reject.line));
                    Some(reject)
                }
            };
            if let Some(reject) = rejected {
                let unread = self.take_evidence(&reject, &mut rejects.alike)?;
                rejects.by_line.entry(reject.line).or_default().push(Rejected { reject, unread });
            }
        }
        Ok(())
    }

    /// Keeps what a rejected row says about money that went back.
    fn take_evidence(
        &mut self,
        reject: &Reject,
        alike_so_far: &mut BTreeMap<String, u64>,
    ) -> Result<Option<UnreadId>, StoreError> {
        let Some(evidence) = &reject.evidence else { return Ok(None) };
        let count = alike_so_far.entry(alike(evidence)).or_default();
        let new = NewUnread::of(reject, evidence, *count);
        *count += 1;
        self.writer.take_unread(&new).map(Some)
    }

    /// Stores a row, unless the store rejects it.
    fn take(&mut self, row: &PreparedRow, file: &str) -> Result<Option<Reject>, StoreError> {
        let PreparedRow { located, search_text } = row;
        located.notes.iter().for_each(|note| self.imported.note(note, file, located.line));
        let identity = located.identity.as_ref();
        if let Some(event) = identity
            && self.writer.has_taken(event)?
        {
            self.imported.counts.unchanged += 1;
            return Ok(None);
        }
        let Some(taken) = self.take_row(&located.row, search_text.as_ref())? else { return Ok(None) };
        if let (Ok(_), Some(event)) = (&taken, identity) {
            self.writer.remember_event(event)?;
        }
        let counts = &mut self.imported.counts;
        match taken {
            Ok(RowOutcome::Added) => counts.added += 1,
            Ok(RowOutcome::Updated) => counts.updated += 1,
            Ok(RowOutcome::Unchanged) => counts.unchanged += 1,
            Err(RowError::Store(error)) => return Err(error),
            Err(RowError::Ambiguous(why)) => {
                return Ok(Some(self.reject(file, located, "transaction_id", "ambiguous_sale", why.to_string())));
            }
            Err(RowError::Conflict(why)) => {
                return Ok(Some(self.reject(file, located, why.field, "conflicts", why.to_string())));
            }
        }
        Ok(None)
    }

    fn reject(&self, file: &str, located: &Located, column: &str, code: &'static str, message: String) -> Reject {
        let evidence = match &located.row {
            Row::Payment(report) => evidence(report, self.zone).map(Box::new),
            _ => None,
        };
        let column = Some(column.to_owned());
        Reject { file: file.to_owned(), line: located.line, column, code, message, evidence, notes: Vec::new() }
    }

    /// `None` for a row that is set aside.
    fn take_row(
        &mut self,
        row: &Row,
        search_text: Option<&SearchText>,
    ) -> Result<Option<Result<RowOutcome, RowError>>, StoreError> {
        Ok(Some(match row {
            Row::Payment(report) => self.writer.take_report(report, search_text),
            Row::Dispute(dispute) => Ok(self.writer.take_dispute(dispute)?),
            Row::Reversed(reversal) => self.writer.take_reversal(reversal),
            Row::PlanCancelled(cancellation) => {
                // A cancellation is recorded, but it is not a payment.
                self.imported.counts.set_aside += 1;
                self.imported.has_news_of_plans |=
                    self.writer.take_cancellation(cancellation)? != RowOutcome::Unchanged;
                return Ok(None);
            }
            Row::SetAside(why) => {
                self.imported.counts.set_aside += 1;
                *self.imported.set_aside.entry(why.clone()).or_default() += 1;
                return Ok(None);
            }
        }))
    }
}

/// What a payment that the store rejects says about money that went back.
fn evidence(report: &PaymentReport, zone: Zone) -> Option<Evidence> {
    let payment = &report.transaction;
    (payment.entry.takes_money() && !payment.is_test).then(|| Evidence {
        refund_of: payment.refund_of.clone(),
        source: "payment",
        word: format!("{} {}", payment.entry.kind(), payment.entry.shown()),
        order: Some(payment.order.clone()),
        transaction: (!payment.id_is_made_up).then(|| payment.id.clone()),
        amount: Some(payment.amount),
        on: Some(zone.day_of(payment.paid_at)),
    })
}

/// The reports made of the rejects, each once, by number.
fn reports_of(session: &Session<'_>, rejects: &[Rejected]) -> Result<Vec<UnreadReport>, StoreError> {
    let ids: BTreeSet<UnreadId> = rejects.iter().filter_map(|rejected| rejected.unread).collect();
    ids.into_iter().filter_map(|id| session.store.unread_report(id).transpose()).collect()
}

/// The event's facts; `None` if the run changed nothing and leaves no event. `has_news`: there is news of plans or of
/// unread reports.
fn facts(
    imported: &Imported,
    reconciliation: &Reconciliation,
    has_news: bool,
    digests: &[Value],
    ids_made_of: &[&str],
) -> Option<String> {
    let counts = imported.counts;
    let is_nothing = counts.added + counts.updated == 0 && !has_news && reconciliation.status_changes.is_empty();
    (!is_nothing).then(|| {
        let mut facts = json!({
            "sources": digests,
            "read": counts.read,
            "added": counts.added,
            "updated": counts.updated,
            "unchanged": counts.unchanged,
            "rejected": counts.rejected,
            "set_aside": counts.set_aside,
            "matched": reconciliation.matched,
            "unmatched": reconciliation.unmatched,
        });
        if !ids_made_of.is_empty() && counts.added + counts.updated > 0 {
            facts["make_ids"] = json!(ids_made_of);
        }
        facts.to_string()
    })
}

fn digest(file: &File) -> Value {
    json!({ "sha256": sha256(&file.bytes), "bytes": file.bytes.len() })
}

#[cfg(test)]
mod tests;
