//! A file of refunds that are asked for → the lines of a batch (contract §1 *refund*).
//!
//! All mistakes of a file are named at once, each with its line and column, and a file with a mistake gives no
//! line at all. What the desk would have to know the sale for is not judged here. A file of any size is read in
//! time and memory that grow with it and no faster.

mod form;
mod json_lines;
mod line;
mod lines;
mod problem;
mod row;
mod table;
#[cfg(test)]
mod tests;

pub use problem::{BatchFileError, Problem, Problems};
pub use row::Column;

use crate::domain::batch::BatchLine;
use crate::domain::refund::Reason;
use crate::import::batch_file::form::Form;
use crate::import::batch_file::line::Judge;
use crate::import::batch_file::row::Row;
use crate::import::error::ImportError;
use crate::import::lines::LineCounter;
use crate::import::readable;
use chrono::NaiveDate;

/// A batch file without a mistake.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BatchFile {
    /// In the file's order, each with its line there.
    pub lines: Vec<BatchLine>,
    /// It has an amount column: every line says how much, be it `all`.
    pub has_amounts: bool,
    /// Every line with a sum names its currency, in a column or behind the figure.
    pub has_currency: bool,
}

/// What the command line says for the lines that do not say it themselves.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Defaults {
    pub reason: Option<Reason>,
    pub note: Option<String>,
    pub asked_on: Option<NaiveDate>,
    pub goodwill: bool,
    pub again: bool,
}

/// Reads plain IDs, a table with a header, or JSON Lines, which the first line with something in it tells apart.
/// `today` is the desk's day, beyond which no customer has asked.
pub fn read(bytes: &[u8], defaults: &Defaults, today: NaiveDate) -> Result<BatchFile, BatchFileError> {
    let text = decoded(bytes)?;
    let mut problems = Problems::default();
    let form = Form::recognise(text, &mut problems)?;
    let survey = Survey::take(&form)?;
    if survey.rows == 0 && problems.is_empty() {
        return Err(BatchFileError::NoLines);
    }
    let has_reasons = survey.has_reasons || defaults.reason.is_some();
    if !has_reasons && problems.is_empty() {
        // Said once: it is one mistake however many lines have it. A misspelt column may be what they miss.
        problems.add(Problem::no_reasons());
    }
    let judge = Judge { defaults, today, survey: &survey };
    let mut lines = Vec::new();
    for row in form.rows() {
        match judge.line(row?) {
            Ok(line) if problems.is_empty() => lines.push(line),
            Ok(_) => {}
            Err(faults) => problems.extend(faults),
        }
    }
    if !problems.is_empty() {
        return Err(BatchFileError::Problems(problems));
    }
    let sums = || lines.iter().filter_map(|line| line.request.amount.as_ref());
    let has_currency = sums().all(|sum| sum.currency().is_some());
    Ok(BatchFile { has_amounts: survey.has(Column::Amount), has_currency, lines })
}

fn decoded(bytes: &[u8]) -> Result<&str, ImportError> {
    let bytes = readable(bytes)?;
    std::str::from_utf8(bytes).map_err(|error| {
        let line = LineCounter::default().line_at(bytes, error.valid_up_to());
        ImportError::NotUtf8 { line }
    })
}

/// What the rows have between them. An amount that one line has, every line needs.
#[derive(Debug, Default)]
struct Survey {
    rows: u64,
    /// By column: some row has it, be it empty.
    columns: [bool; Column::ALL.len()],
    /// Some row says why.
    has_reasons: bool,
}

impl Survey {
    fn take(form: &Form<'_>) -> Result<Self, BatchFileError> {
        let mut survey = Self::default();
        for row in form.rows() {
            survey.see(&row?);
        }
        Ok(survey)
    }

    fn see(&mut self, row: &Row<'_>) {
        self.rows += 1;
        let Some(cells) = &row.cells else { return };
        for (column, has) in Column::ALL.iter().zip(&mut self.columns) {
            *has |= cells.has(*column);
        }
        self.has_reasons |= !cells.text(Column::Reason).is_empty();
    }

    fn has(&self, column: Column) -> bool {
        self.columns.get(column as usize).copied().unwrap_or_default()
    }
}
