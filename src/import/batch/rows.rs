//! A batch file's text → its rows, in one of three formats. A file that could be two of them is an error.

use crate::domain::suggestion::nearest;
use crate::import::batch::json_lines;
use crate::import::batch::mistake::{BatchFileError, Mistakes};
use crate::import::batch::row::{BatchRow, Cells, column};
use crate::import::column::Column;
use crate::import::error::ImportError;
use crate::import::fault::{Fault, FaultCode, shown};
use crate::import::table::dialect::{LONGEST_ROW, is_comment, without_comments};
use crate::import::table::headers::Header;
use crate::import::table::records::Records;
use csv::StringRecord;

/// What may separate the cells.
const DELIMITERS: [u8; 3] = *b",;\t";

/// The rows of a file, made each time they are read, because those of a large file need more memory than its lines.
pub enum Rows<'a> {
    Ids(&'a str),
    JsonLines(&'a str),
    /// `text` is without comments.
    Table {
        text: Vec<u8>,
        delimiter: u8,
        header: Box<Header>,
    },
}

impl<'a> Rows<'a> {
    /// Recognises the format; mistakes in a header go to `mistakes`.
    pub fn open(text: &'a str, mistakes: &mut Mistakes) -> Result<Self, BatchFileError> {
        let Some((line, first)) = lines(text).next().transpose()? else {
            return Err(BatchFileError::NoLines);
        };
        if first.starts_with('[') {
            return Err(BatchFileError::JsonArray { line });
        }
        let names_id = |delimiter: &u8| header_cells(first, *delimiter).is_ok_and(|cells| cells.contains(&id_name()));
        if first.starts_with('{') {
            Ok(Self::JsonLines(text))
        } else if let Some(delimiter) = DELIMITERS.into_iter().find(names_id) {
            Ok(table(without_comments(text, delimiter)?, delimiter, mistakes))
        } else if is_like_a_header(first) {
            Err(no_id_column(line, first))
        } else {
            Ok(Self::Ids(text))
        }
    }

    /// Hands over each row, in the file's order.
    pub fn each(&self, mut take: impl FnMut(BatchRow)) -> Result<(), ImportError> {
        match self {
            Self::Ids(text) => lines(text).try_for_each(|line| line.map(|line| take(plain(line)))),
            Self::JsonLines(text) => lines(text).try_for_each(|line| line.map(|line| take(json_lines::row(line)))),
            Self::Table { text, delimiter, header } => {
                let mut records = Records::new(text, *delimiter);
                records.advance();
                while let Some((line, record)) = records.advance() {
                    take(table_row(line, record, header, *delimiter));
                }
                Ok(())
            }
        }
    }
}

/// The lines that are neither blank nor comments, with their numbers from 1, trimmed.
fn lines(text: &str) -> impl Iterator<Item = Result<(u64, &str), ImportError>> {
    let ended = text.split('\n').flat_map(|line| line.strip_suffix('\r').unwrap_or(line).split('\r'));
    let rows = (1..).zip(ended).filter(|(_, line)| !is_comment(line) && !line.trim().is_empty());
    rows.map(|(line, row)| match row.trim() {
        long if long.len() > LONGEST_ROW => Err(ImportError::RowTooLong { line, most: LONGEST_ROW }),
        row => Ok((line, row)),
    })
}

fn plain((line, text): (u64, &str)) -> BatchRow {
    if has_delimiter(text) {
        let message = "this is more than an ID: a list has one ID per line, a table begins with a header";
        return BatchRow::broken(line, Fault::of_row(FaultCode::BadRow, message));
    }
    let mut cells = Cells::default();
    cells.set(Column::TransactionId, text);
    BatchRow::new(line, cells)
}

fn table<'a>(text: Vec<u8>, delimiter: u8, mistakes: &mut Mistakes) -> Rows<'a> {
    let mut header = Header::new(Vec::new());
    if let Some((line, record)) = Records::new(&text, delimiter).advance() {
        header.cells = record.iter().map(|cell| cell.trim().to_owned()).collect();
        mistakes.extend(line, name_columns(&mut header));
    }
    Rows::Table { text, delimiter, header: Box::new(header) }
}

fn table_row(line: u64, record: &StringRecord, header: &Header, delimiter: u8) -> BatchRow {
    match header.check_count(record) {
        Ok(()) => BatchRow::new(line, cells(record, header)),
        Err(fault) => BatchRow::broken(line, with_advice(fault, record.len() > header.cells.len(), delimiter)),
    }
}

/// Finds each column, and the names that are wrong.
fn name_columns(header: &mut Header) -> Vec<Fault> {
    let mut faults = Vec::new();
    for (position, name) in header.cells.clone().iter().enumerate() {
        match column(name) {
            _ if name.is_empty() => {
                let message = format!("column {} has no name", position + 1);
                faults.push(Fault::of_row(FaultCode::UnknownColumn, message));
            }
            Ok(column) if header.position(column).is_some() => {
                let message = format!("the column `{column}` appears twice");
                faults.push(Fault::of_field(FaultCode::DuplicateColumn, column.word(), message));
            }
            Ok(column) => header.set(column, Some(position)),
            Err(fault) => faults.push(fault),
        }
    }
    faults
}

fn cells(record: &StringRecord, header: &Header) -> Cells {
    let mut cells = Cells::default();
    for column in Column::BATCH {
        if let Some(text) = header.cell(record, column) {
            cells.set(column, text.trim());
        }
    }
    cells
}

fn with_advice(fault: Fault, is_longer: bool, delimiter: u8) -> Fault {
    let could_be_an_amount = is_longer && delimiter == b',';
    let advice = if could_be_an_amount { "; an amount with a decimal comma needs quotes here" } else { "" };
    Fault { message: fault.message + advice, ..fault }
}

fn header_cells(line: &str, delimiter: u8) -> Result<Vec<String>, ImportError> {
    Ok(Records::new(without_comments(line, delimiter)?, delimiter).header())
}

fn id_name() -> String {
    Column::TransactionId.word().to_owned()
}

fn has_delimiter(text: &str) -> bool {
    text.bytes().any(|byte| DELIMITERS.contains(&byte))
}

/// A line that cannot be an ID: it has several cells, or is a misspelt column name.
fn is_like_a_header(line: &str) -> bool {
    let letters = |text: &str| -> String {
        text.chars().filter(|letter| letter.is_alphanumeric()).flat_map(char::to_lowercase).collect()
    };
    has_delimiter(line) || Column::BATCH.iter().any(|column| letters(column.word()) == letters(line))
}

fn no_id_column(line: u64, first: &str) -> BatchFileError {
    let readings = DELIMITERS.map(|delimiter| header_cells(first, delimiter));
    let cells = readings.iter().flatten().max_by_key(|cells| cells.len()).cloned().unwrap_or_default();
    // An unclosed quote hides the columns.
    if cells.len() < 2 && readings.iter().any(Result::is_err) {
        return ImportError::UnclosedQuote { line }.into();
    }
    let names: Vec<String> = cells.iter().map(|cell| shown(cell)).collect();
    let names: Vec<&str> = names.iter().map(String::as_str).collect();
    let nearest = nearest(Column::TransactionId.word(), &names).map(str::to_owned);
    BatchFileError::NoIdColumn { line, header: shown(first), nearest }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn blank_lines_and_comments_are_skipped_and_counted() {
        for end in ["\n", "\r\n", "\r"] {
            let text = ["# a", "", " b ", "  # c", "d#", "  ", "e"].join(end);
            let found: Vec<_> = lines(&text).map(Result::unwrap).collect();
            assert_eq!(found, [(3, "b"), (5, "d#"), (7, "e")], "{end:?}");
        }
    }

    #[test]
    fn the_longest_row_is_accepted_and_a_longer_one_is_not() {
        let last = |length| lines(&format!("a\n{}\n", "x".repeat(length))).last().unwrap().map(drop);
        assert_eq!(last(LONGEST_ROW), Ok(()));
        assert_eq!(last(LONGEST_ROW + 1), Err(ImportError::RowTooLong { line: 2, most: LONGEST_ROW }));
        let table = |length| without_comments(&format!("a\n#{0}{0}\n\"{0}\"\n", "x".repeat(length)), b',').map(drop);
        assert_eq!(table(LONGEST_ROW - 2), Ok(()));
        assert_eq!(table(LONGEST_ROW - 1), Err(ImportError::RowTooLong { line: 3, most: LONGEST_ROW }));
    }
}
