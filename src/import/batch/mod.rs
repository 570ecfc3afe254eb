//! A file of refund requests → the lines of a batch.
//!
//! All mistakes of a file are named at once, each with its line and column, and a file with a mistake gives no lines.
//! Checks that need the sale are made later. Time and memory are proportional to the file's size.

mod json_lines;
mod line;
mod mistake;
mod row;
mod rows;
#[cfg(test)]
mod tests;

pub use mistake::{BatchFileError, Mistake, Mistakes};

use crate::domain::batch::BatchLine;
use crate::domain::digest::sha256;
use crate::domain::refund::Reason;
use crate::import::batch::line::Reader;
use crate::import::batch::row::BatchRow;
use crate::import::batch::rows::Rows;
use crate::import::column::Column;
use crate::import::container::readable;
use crate::import::container::text::utf8;
use chrono::NaiveDate;
use std::collections::BTreeSet;

/// A batch file without a mistake.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BatchFile {
    /// In the file's order, each with its line there.
    pub lines: Vec<BatchLine>,
    /// It has an amount column: every line has an amount, possibly `all`.
    pub has_amounts: bool,
    /// Every line with an amount names its currency, in a column or after the number.
    pub has_currency: bool,
    /// The SHA-256 of its bytes, in hex.
    pub sha256: String,
}

/// The values of the command line, for lines without their own.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Defaults {
    pub reason: Option<Reason>,
    pub note: Option<String>,
    pub asked_on: Option<NaiveDate>,
    pub goodwill: bool,
    pub again: bool,
}

/// Reads plain IDs, a table with a header, or JSON Lines; the first line that is neither blank nor a comment decides.
/// `today` is the desk's day: no request can be later.
pub fn read(bytes: &[u8], defaults: &Defaults, today: NaiveDate) -> Result<BatchFile, BatchFileError> {
    let text = utf8(readable(bytes)?)?;
    let mut mistakes = Mistakes::default();
    let rows = Rows::open(text, &mut mistakes)?;
    let mut survey = Survey::default();
    rows.each(|row| survey.see(&row))?;
    if !survey.has_rows && mistakes.is_empty() {
        return Err(BatchFileError::NoLines);
    }
    if !survey.has_reasons && defaults.reason.is_none() && mistakes.is_empty() {
        // One mistake, however many lines have it. If a column is misspelt, that is the mistake.
        mistakes.add(Mistake::no_reasons());
    }
    let reader = Reader { defaults, today, survey: &survey };
    let mut lines = Vec::new();
    rows.each(|row| {
        let number = row.line;
        match reader.line(row) {
            Ok(line) => lines.push(line),
            Err(faults) => mistakes.extend(number, faults),
        }
    })?;
    if !mistakes.is_empty() {
        return Err(BatchFileError::Mistakes(mistakes));
    }
    let mut amounts = lines.iter().filter_map(|line| line.request.amount.as_ref());
    let has_currency = amounts.all(|amount| amount.currency().is_some());
    Ok(BatchFile { has_amounts: survey.has(Column::Amount), has_currency, lines, sha256: sha256(bytes) })
}

/// What the rows have in common. If one line has an amount, every line needs one.
#[derive(Debug, Default)]
pub struct Survey {
    has_rows: bool,
    /// Those that some row has, even if it is empty there.
    columns: BTreeSet<Column>,
    /// Some row has a reason.
    has_reasons: bool,
}

impl Survey {
    fn see(&mut self, row: &BatchRow) {
        self.has_rows = true;
        if let Some(cells) = &row.cells {
            self.columns.extend(cells.columns());
            self.has_reasons |= !cells.text(Column::Reason).is_empty();
        }
    }

    fn has(&self, column: Column) -> bool {
        self.columns.contains(&column)
    }
}
