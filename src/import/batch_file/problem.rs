//! What is wrong with a batch file: its mistakes, or why it cannot be read at all.

use crate::domain::string_enum::string_enum;
use crate::import::error::ImportError;
use crate::import::fault::shown;
use std::fmt;

string_enum! {
    /// What kind of mistake; the words are stable.
    ProblemCode, "mistake of a batch file" {
        UnknownColumn = "unknown_column",
        DuplicateColumn = "duplicate_column",
        /// A row with more or fewer cells than the header.
        BadRow = "bad_row",
        BadJson = "bad_json",
        MissingField = "missing_field",
        MissingReason = "missing_reason",
        MissingNote = "missing_note",
        BadId = "bad_id",
        BadKey = "bad_key",
        BadAmount = "bad_amount",
        BadCurrency = "bad_currency",
        /// The figure's currency is not the line's.
        CurrencyMismatch = "currency_mismatch",
        BadDate = "bad_date",
        BadValue = "bad_value",
    }
}

/// A mistake in a batch file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Problem {
    /// From 1, where the row begins; 0 where the whole file is meant.
    pub line: u64,
    /// The column or field at fault, where there is one.
    pub column: Option<String>,
    /// A word of [`ProblemCode`].
    pub code: &'static str,
    pub message: String,
}

impl Problem {
    pub(super) fn of_row(line: u64, code: ProblemCode, message: impl Into<String>) -> Self {
        Self { line, column: None, code: code.word(), message: message.into() }
    }

    pub(super) fn of_column(line: u64, column: &str, code: ProblemCode, message: impl Into<String>) -> Self {
        Self { column: Some(shown(column)), ..Self::of_row(line, code, message) }
    }

    /// Of the whole file.
    pub(super) fn no_reasons() -> Self {
        Self::of_row(0, ProblemCode::MissingReason, "no line says why, and there is no reason for all of them")
    }
}

impl fmt::Display for Problem {
    /// `line 3, amount: …`
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match (self.line, &self.column) {
            (0, _) => write!(f, "{}", self.message),
            (line, None) => write!(f, "line {line}: {}", self.message),
            (line, Some(column)) => write!(f, "line {line}, {column}: {}", self.message),
        }
    }
}

/// So many mistakes are told; the others are counted.
pub const MOST_TOLD: usize = 1000;

/// The mistakes of a file, in its order.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Problems {
    pub told: Vec<Problem>,
    /// How many more there are.
    pub more: u64,
}

impl Problems {
    pub(super) fn add(&mut self, problem: Problem) {
        if self.told.len() < MOST_TOLD { self.told.push(problem) } else { self.more += 1 }
    }

    pub(super) fn extend(&mut self, problems: Vec<Problem>) {
        problems.into_iter().for_each(|problem| self.add(problem));
    }

    pub fn is_empty(&self) -> bool {
        self.told.is_empty()
    }

    /// All of them, told or not.
    pub fn count(&self) -> u64 {
        self.told.len() as u64 + self.more
    }
}

/// Why a batch file is not taken. Nothing of it is.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum BatchFileError {
    /// Never without any.
    #[error("the file has {} {}", .0.count(), if .0.count() == 1 { "mistake" } else { "mistakes" })]
    Problems(Problems),
    #[error(transparent)]
    Unreadable(#[from] ImportError),
    #[error("the file names no sale: it has comments or a header only")]
    NoLines,
    #[error("line {line} is longer than {most} bytes")]
    LineTooLong { line: u64, most: usize },
    #[error(
        "line {line} is neither an ID nor a header with the column `transaction_id`: it is `{header}`{}",
        .nearest.as_ref().map(|near| format!(", where `{near}` may be meant for it")).unwrap_or_default()
    )]
    NoIdColumn { line: u64, header: String, nearest: Option<String> },
    #[error("line {line} begins a JSON array: a batch has one JSON object a line")]
    JsonArray { line: u64 },
}

impl BatchFileError {
    /// Stable.
    pub fn code(&self) -> &'static str {
        match self {
            Self::Problems(_) => "bad_batch_file",
            Self::Unreadable(error) => error.code(),
            Self::NoLines => "empty_file",
            Self::LineTooLong { .. } => "line_too_long",
            Self::NoIdColumn { .. } => "missing_columns",
            Self::JsonArray { .. } => "bad_json",
        }
    }
}
