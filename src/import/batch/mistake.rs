//! The mistakes of a batch file, and why one cannot be read at all.

use crate::import::error::ImportError;
use crate::import::fault::{Fault, FaultCode};
use std::fmt;

/// A mistake in a batch file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Mistake {
    /// From 1, where the row begins; 0 for the whole file.
    pub line: u64,
    pub fault: Fault,
}

impl Mistake {
    pub(super) fn no_reasons() -> Self {
        let message = "no line has a reason, and there is no reason for all of them";
        Self { line: 0, fault: Fault::of_row(FaultCode::MissingReason, message) }
    }
}

impl fmt::Display for Mistake {
    /// `line 3, amount: …`
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Fault { column, message, .. } = &self.fault;
        match (self.line, column) {
            (0, _) => write!(f, "{message}"),
            (line, None) => write!(f, "line {line}: {message}"),
            (line, Some(column)) => write!(f, "line {line}, {column}: {message}"),
        }
    }
}

/// The most mistakes that are listed; more are only counted.
pub const MOST_LISTED: usize = 1000;

/// The mistakes of a file, in its order.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Mistakes {
    pub listed: Vec<Mistake>,
    /// The number of others.
    pub more: u64,
}

impl Mistakes {
    pub(super) fn add(&mut self, mistake: Mistake) {
        if self.listed.len() < MOST_LISTED { self.listed.push(mistake) } else { self.more += 1 }
    }

    pub(super) fn extend(&mut self, line: u64, faults: Vec<Fault>) {
        faults.into_iter().for_each(|fault| self.add(Mistake { line, fault }));
    }

    pub fn is_empty(&self) -> bool {
        self.listed.is_empty()
    }

    pub fn count(&self) -> u64 {
        self.listed.len() as u64 + self.more
    }
}

/// Why no line of a batch file is taken.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum BatchFileError {
    /// At least one.
    #[error("the file has {} {}", .0.count(), if .0.count() == 1 { "mistake" } else { "mistakes" })]
    Mistakes(Mistakes),
    #[error(transparent)]
    Unreadable(#[from] ImportError),
    #[error("the file names no sale: it has only comments or a header")]
    NoLines,
    #[error(
        "line {line} is neither an ID nor a header with the column `transaction_id`: it is `{header}`{}",
        .nearest.as_ref().map(|near| format!(" (is `{near}` a misspelling?)")).unwrap_or_default()
    )]
    NoIdColumn { line: u64, header: String, nearest: Option<String> },
    #[error("line {line} begins a JSON array: a batch file has one JSON object per line")]
    JsonArray { line: u64 },
}

impl BatchFileError {
    /// Stable.
    pub fn code(&self) -> &'static str {
        match self {
            Self::Mistakes(_) => "bad_batch_file",
            Self::Unreadable(error) => error.code(),
            Self::NoLines => "empty_file",
            Self::NoIdColumn { .. } => "missing_columns",
            Self::JsonArray { .. } => "bad_json",
        }
    }
}
