//! The answer of `--explain`: how a file would be read, what it lacks, and which settings would help.

use crate::domain::sale::incoming::{Located, Row};
use crate::import::column::Column;
use crate::import::container::json::Layout;
use crate::import::error::{ImportError, settings_for};
use crate::import::fault::Fault;
use crate::import::settings::{DateForm, DecimalSign, Encoding};

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
pub fn becomes(row: &Result<Located, Fault>) -> String {
    let row = match row {
        Ok(located) => &located.row,
        Err(fault) => return format!("rejected: {} ({})", fault.message, fault.code),
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
