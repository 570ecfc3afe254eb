//! What the first pass over a table finds about IDs: those that a spreadsheet rewrote, and those that two different
//! rows share.

use crate::import::column::Column;
use crate::import::error::{ImportError, list};
use crate::import::fault::{Fault, FaultCode, shown};
use crate::import::table::cells::RowCells;
use std::collections::{HashMap, HashSet};
use std::hash::{DefaultHasher, Hash, Hasher};

/// The columns that can tell two payments of one order apart, the most telling first.
const APART: &[Column] =
    &[Column::RateNumber, Column::ProductId, Column::ProductName, Column::Kind, Column::PaidAt, Column::Amount];

/// The columns in which the rows of one transaction agree, unless they say which is newer. If they do not, they are
/// reports of one payment, in any order, and that is noted. Another amount or kind is a conflict, which the store
/// finds.
const FACTS: &[Column] = &[Column::Status, Column::PaidAt];

/// The IDs of a file.
#[derive(Debug, Default)]
pub struct IdSurvey {
    rewritten: Option<ImportError>,
    /// Digests: a file can have millions of rows.
    seen: Vec<u64>,
}

impl IdSurvey {
    /// An ID such as `1.23457E+15` has lost its digits, so that several payments can share it.
    pub fn see(&mut self, line: u64, row: &RowCells<'_>) {
        for column in [Column::TransactionId, Column::OrderId, Column::ProductId] {
            if self.rewritten.is_none()
                && let Some(cell) = row.cell(column).filter(|cell| is_rewritten(cell))
            {
                let column = row.header.name(column).to_owned();
                self.rewritten = Some(ImportError::SpreadsheetId { line, column, cell: cell.to_owned() });
            }
        }
        self.seen.extend(row.id_of_payment().map(|id| digest(&*id)));
    }

    /// The digests of the IDs that several rows have.
    pub fn decide(mut self) -> Result<HashSet<u64>, ImportError> {
        self.seen.sort_unstable();
        let repeated = self.seen.array_windows().filter(|[one, next]| one == next).map(|[one, _]| *one).collect();
        self.rewritten.map_or(Ok(repeated), Err)
    }
}

/// The IDs that rows with different facts share.
#[derive(Debug, Default)]
pub struct SharedIds {
    first: HashMap<u64, FirstRow>,
    /// The lines of the first two rows, and the column that differs.
    shared: HashMap<u64, (u64, u64, Option<Column>)>,
}

/// A row by its line, with digests of its cells and of the columns that matter.
#[derive(Debug)]
struct FirstRow {
    line: u64,
    cells: u64,
    telling: Vec<u64>,
}

impl SharedIds {
    /// A row whose ID is among the repeated ones.
    pub fn see(&mut self, line: u64, row: &RowCells<'_>, repeated: &HashSet<u64>) {
        let is_repeated = row.id_of_payment().is_some_and(|id| repeated.contains(&digest(&*id)));
        let Some(id) = identity(row).filter(|_| is_repeated) else { return };
        let columns = if row.makes_id() { APART } else { FACTS };
        let telling = columns.iter().map(|column| digest(&row.telling(*column))).collect();
        let this = FirstRow { line, cells: digest(row.record.as_byte_record().as_slice()), telling };
        let Some(first) = self.first.get(&id) else {
            self.first.insert(id, this);
            return;
        };
        let differs = |at: &usize| first.telling.get(*at) != this.telling.get(*at);
        let mut apart = (0..columns.len()).filter(differs).filter_map(|at| columns.get(at).copied());
        let makes = &row.settings.csv.make_ids;
        let apart = apart.find(|column| !row.makes_id() || !makes.contains(column));
        if apart.is_some() || row.makes_id() && first.cells != this.cells {
            self.shared.entry(id).or_insert((first.line, line, apart));
        }
    }

    /// Why a row that shares its made-up ID is not taken. A row that shares a real ID is taken, with a note.
    pub fn fault(&self, row: &RowCells<'_>, line: u64) -> Option<Fault> {
        if self.shared.is_empty() {
            return None;
        }
        let (first, second, apart) = *self.shared.get(&identity(row)?)?;
        if !row.makes_id() {
            let column = row.header.name(apart.unwrap_or(Column::Status));
            row.notes.left_out(column, "differs between rows with this ID: they are taken as reports of one payment");
            return None;
        }
        let id = row.id_of_payment()?;
        let other = if line == first { second } else { first };
        let hint = to_tell_apart(apart, &row.settings.csv.make_ids);
        let message = format!("line {other} has the same made-up ID `{}`: {hint}", shown(&id));
        Some(Fault::of_row(FaultCode::SameMadeUpId, message).with(row.evidence(&row.claims())))
    }
}

/// What two rows have in common if they are one payment; `None` for a row that is none.
fn identity(row: &RowCells<'_>) -> Option<u64> {
    let id = row.id_of_payment().filter(|_| row.is_payment())?;
    let kind = if row.makes_id() { String::new() } else { row.telling(Column::Kind) };
    Some(digest(&(&*id, kind)))
}

fn to_tell_apart(apart: Option<Column>, make_ids: &[Column]) -> String {
    let Some(apart) = apart else { return "no column tells the two apart".to_owned() };
    format!("if they are two payments, set make_ids = {}", list(&[make_ids, &[apart]].concat()))
}

/// Digits, perhaps a decimal mark and digits, `E`, a plus and digits.
fn is_rewritten(cell: &str) -> bool {
    let are_digits = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    let Some((number, power)) = cell.split_once(['E', 'e']) else { return false };
    let (whole, fraction) = number.split_once(['.', ',']).unwrap_or((number, "0"));
    let power = power.strip_prefix('+').unwrap_or_default();
    are_digits(whole) && are_digits(fraction) && are_digits(power)
}

/// The same in every run.
fn digest(value: &(impl Hash + ?Sized)) -> u64 {
    let mut hasher = DefaultHasher::new();
    value.hash(&mut hasher);
    hasher.finish()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_number_with_an_explicit_positive_power_was_an_id() {
        for cell in ["1.23457E+15", "1,23457E+15", "1E+15", "12e+3"] {
            assert!(is_rewritten(cell), "{cell}");
        }
        for cell in ["12345e67", "1.5E15", "1.2E-3", "E+15", "1.E+15", "a1E+15", "1E+", ""] {
            assert!(!is_rewritten(cell), "{cell}");
        }
    }
}
