//! The answer of `--explain`: how a file would be read, what it lacks, and which settings would help.

use crate::domain::sale::incoming::{Located, Reject, Row};
use crate::import::column::Column;
use crate::import::container::json::Layout;
use crate::import::error::{ImportError, settings_for};
use crate::import::fault::shown;
use crate::import::settings::{DateForm, DecimalSign, Encoding};
use std::collections::BTreeMap;

/// How a file is understood.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Explanation {
    /// The provider's word.
    pub format: &'static str,
    pub content: Content,
    /// Why it cannot be imported as it is; each names the setting that would decide it.
    pub problems: Vec<ImportError>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Content {
    Table(TableSummary),
    /// JSON, always UTF-8.
    Notifications {
        layout: Layout,
        count: u64,
        /// What they become, ordered by type.
        events: Vec<EventCount>,
        /// Those without a known meaning.
        words: WordCounts,
    },
}

/// The number of notifications of one type with the same result.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EventCount {
    /// As the platform writes it; empty if there is none.
    pub event: String,
    pub becomes: String,
    pub count: u64,
}

/// What a row becomes, in a few words.
pub fn becomes(row: &Result<Located, Reject>) -> String {
    let row = match row {
        Ok(located) => &located.row,
        Err(reject) => return format!("rejected: {} ({})", reject.message, reject.code),
    };
    match row {
        Row::Payment(report) => report.transaction.entry.kind().to_string(),
        Row::PlanCancelled(_) => "set aside, and the plan is recorded as cancelled".to_owned(),
        Row::Dispute(dispute) => format!("dispute, {}", dispute.state),
        Row::Reversed(reversal) => format!("{}, reversed", reversal.of),
        Row::SetAside(why) => format!("set aside: {why}"),
    }
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TableSummary {
    /// Without the header.
    pub rows: u64,
    pub encoding: Encoding,
    pub delimiter: u8,
    /// `None` if no amount decides it, or if that is a problem.
    pub decimal: Option<DecimalSign>,
    /// `None` if no date could be read in two ways, or if that is a problem.
    pub dates: Option<DateForm>,
    /// The file's columns in their order.
    pub columns: Vec<FileColumn>,
    /// The columns that the file does not have and no setting replaces.
    pub missing: Vec<Column>,
    pub words: WordCounts,
}

/// A word of a kind, status, method or plan.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Word {
    /// The file's own name for the column or field.
    pub column: String,
    /// As it is written, shortened.
    pub word: String,
    /// `None` if the desk does not know the word.
    pub meaning: Option<&'static str>,
}

/// The number of rows that have each word.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct WordCounts(BTreeMap<(String, String, Option<&'static str>), u64>);

impl WordCounts {
    pub fn add(&mut self, column: &str, word: &str, meaning: Option<&'static str>) {
        *self.0.entry((column.to_owned(), shown(word.trim()), meaning)).or_default() += 1;
    }

    /// The unknown words first, then by column, the most frequent first.
    pub fn sorted(&self) -> Vec<(Word, u64)> {
        let word = |((column, word, meaning), count): (&(String, String, Option<&'static str>), &u64)| {
            (Word { column: column.clone(), word: word.clone(), meaning: *meaning }, *count)
        };
        let mut words: Vec<(Word, u64)> = self.0.iter().map(word).collect();
        words.sort_by(|(one, one_count), (other, other_count)| {
            let by_column = (one.meaning.is_some(), &one.column).cmp(&(other.meaning.is_some(), &other.column));
            by_column.then(other_count.cmp(one_count))
        });
        words
    }
}

/// A column of the file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FileColumn {
    pub header: String,
    /// Empty if it is ignored.
    pub read_as: Vec<Column>,
}

/// Something that the desk cannot do because a column is missing.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Lack {
    /// Its word is the code.
    pub column: Column,
    pub sentence: &'static str,
}

impl Explanation {
    /// What the desk cannot do with this file, in the order of the columns.
    pub fn lacks(&self) -> Vec<Lack> {
        let lack = |column: &Column| Some(Lack { column: *column, sentence: column.lost_without()? });
        match &self.content {
            Content::Table(table) => table.missing.iter().filter_map(lack).collect(),
            Content::Notifications { .. } => Vec::new(),
        }
    }

    pub fn words(&self) -> Vec<(Word, u64)> {
        match &self.content {
            Content::Table(TableSummary { words, .. }) | Content::Notifications { words, .. } => words.sorted(),
        }
    }

    /// The lines of the configuration that would decide what is ambiguous and replace what is missing, each section
    /// once; `…` is for the vendor to fill in.
    pub fn settings(&self) -> Vec<String> {
        let ambiguous = self.problems.iter().filter(|problem| !matches!(problem, ImportError::MissingColumns(_)));
        let mut settings: Vec<String> = ambiguous.filter_map(ImportError::setting).collect();
        let missing: Vec<Column> = self.lacks().into_iter().map(|lack| lack.column).collect();
        if !missing.is_empty() {
            settings.push(settings_for(&missing));
        }
        settings
    }
}
