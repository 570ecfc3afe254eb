//! What the first pass over a table finds about IDs: those that a spreadsheet rewrote, and made-up ones that two
//! different rows share.

use crate::import::column::Column;
use crate::import::error::ImportError;
use crate::import::fault::Fault;
use crate::import::table::headers::Header;
use crate::import::table::row::TableRow;
use csv::StringRecord;
use std::collections::HashMap;
use std::hash::{DefaultHasher, Hash, Hasher};

/// The columns that can tell two payments of one order apart, the most telling first.
const APART: [Column; 6] =
    [Column::RateNumber, Column::ProductId, Column::ProductName, Column::Kind, Column::PaidAt, Column::Amount];

/// What the IDs of a file show.
#[derive(Debug, Default)]
pub struct IdSurvey {
    rewritten: Option<ImportError>,
    /// By made-up ID: the first row that has it.
    first: HashMap<u64, FirstRow>,
    shared: SharedIds,
}

/// A row by its line, and digests of its cells and of those in [`APART`].
#[derive(Debug)]
struct FirstRow {
    line: u64,
    cells: u64,
    apart: [u64; APART.len()],
}

/// Made-up IDs that rows with different facts share: the lines of the first two, and the column that differs.
#[derive(Debug, Default)]
pub struct SharedIds(HashMap<u64, (u64, u64, Option<Column>)>);

impl IdSurvey {
    /// An ID such as `1.23457E+15` has lost its digits, so that several payments can share it.
    pub fn see_cells(&mut self, line: u64, record: &StringRecord, header: &Header) {
        for column in [Column::TransactionId, Column::OrderId, Column::ProductId] {
            if self.rewritten.is_none()
                && let Some(cell) = header.cell(record, column).map(str::trim)
                && is_rewritten(cell)
            {
                let column = header.name(column).to_owned();
                self.rewritten = Some(ImportError::SpreadsheetId { line, column, cell: cell.to_owned() });
            }
        }
    }

    /// A row whose ID is made up.
    pub fn see(&mut self, line: u64, row: &TableRow<'_>) {
        let Some(id) = row.made_up_id() else { return };
        let this = FirstRow {
            line,
            cells: digest(row.record.as_byte_record().as_slice()),
            apart: APART.map(|column| digest(&row.value(column))),
        };
        let Some(first) = self.first.get(&digest(&id)) else {
            self.first.insert(digest(&id), this);
            return;
        };
        if first.cells != this.cells {
            let makes = &row.settings.csv.make_ids;
            let differs = |at: &usize| first.apart.get(*at) != this.apart.get(*at);
            let mut apart = (0..APART.len()).filter(differs).filter_map(|at| APART.get(at).copied());
            let apart = apart.find(|column| !makes.contains(column));
            self.shared.0.entry(digest(&id)).or_insert((first.line, line, apart));
        }
    }

    pub fn decide(self) -> Result<SharedIds, ImportError> {
        self.rewritten.map_or(Ok(self.shared), Err)
    }
}

impl SharedIds {
    /// Why a row that shares its made-up ID is not taken.
    pub fn fault(&self, row: &TableRow<'_>, line: u64) -> Option<Fault> {
        if self.0.is_empty() {
            return None;
        }
        let id = row.made_up_id()?;
        let (first, second, apart) = *self.0.get(&digest(&id))?;
        Some(row.same_made_up_id(&id, if line == first { second } else { first }, apart))
    }
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
