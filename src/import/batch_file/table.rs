//! A table with a header: its columns, and its records with quotes, comments and blank rows understood.

use crate::import::batch_file::lines::{LONGEST_LINE, is_comment, too_long};
use crate::import::batch_file::problem::{BatchFileError, Problem, ProblemCode, Problems};
use crate::import::batch_file::row::{Cells, Column, Faults, Row};
use crate::import::error::ImportError;
use crate::import::lines::LineCounter;
use std::borrow::Cow;

/// What may part the cells.
pub const DELIMITERS: [char; 3] = [',', ';', '\t'];

/// A table whose delimiter and columns are known.
#[derive(Debug)]
pub struct Table<'a> {
    /// What each cell is; `None` where its name is not known.
    columns: Vec<Option<Column>>,
    /// Those below the header.
    records: Records<'a>,
}

impl<'a> Table<'a> {
    /// Reads the header; what is wrong with it goes to `problems`.
    pub fn open(text: &'a str, delimiter: char, problems: &mut Problems) -> Result<Self, BatchFileError> {
        let mut records = Records { rest: text, line: 1, delimiter };
        let (line, header) = records.next().transpose()?.unwrap_or_default();
        let mut columns = Vec::new();
        for (at, name) in header.iter().enumerate() {
            let column = named(line, at, name.trim()).map_err(|problem| problems.add(problem)).ok();
            let is_twice = column.is_some() && columns.contains(&column);
            if let Some(twice) = column.filter(|_| is_twice) {
                let message = format!("the column `{twice}` is there twice");
                let code = ProblemCode::DuplicateColumn;
                problems.add(Problem::of_column(line, twice.word(), code, message));
            }
            columns.push(column.filter(|_| !is_twice));
        }
        Ok(Self { columns, records })
    }

    pub fn rows(&self) -> impl Iterator<Item = Result<Row<'a>, BatchFileError>> {
        self.records.clone().map(|record| record.map(|(line, cells)| self.row(line, cells)))
    }

    fn row(&self, line: u64, texts: Vec<Cow<'a, str>>) -> Row<'a> {
        let (found, expected) = (texts.len(), self.columns.len());
        if found != expected {
            let could_be_a_sum = found > expected && self.records.delimiter == ',';
            let advice = if could_be_a_sum { "; a sum with a decimal comma needs quotes here" } else { "" };
            let message = format!("cells in this row: {found}, in the header: {expected}{advice}");
            return Row::broken(line, ProblemCode::BadRow, message);
        }
        let mut cells = Cells::default();
        for (column, text) in self.columns.iter().zip(texts) {
            if let Some(column) = column {
                cells.set(*column, text);
            }
        }
        Row { line, cells: Some(cells), faults: Faults::new(line) }
    }
}

fn named(line: u64, at: usize, name: &str) -> Result<Column, Problem> {
    if name.is_empty() {
        let message = format!("column {} has no name", at + 1);
        return Err(Problem::of_row(line, ProblemCode::UnknownColumn, message));
    }
    name.parse().map_err(|_| Column::unknown(line, name))
}

/// The cells of one line.
pub fn cells_of(text: &str, line: u64, delimiter: char) -> Result<Vec<Cow<'_, str>>, BatchFileError> {
    let record = Records { rest: text, line, delimiter }.next().transpose()?;
    Ok(record.map(|(_, cells)| cells).unwrap_or_default())
}

/// Where a record begins, and its cells.
type Record<'a> = (u64, Vec<Cow<'a, str>>);

/// The records of a table, one at a time. A comment is one only where a record could begin, so that a quoted cell
/// may have lines of its own; blanks around quotes are forgiven. Records whose cells are all blank, as spreadsheets
/// leave them below a table, are none.
#[derive(Debug, Clone)]
struct Records<'a> {
    rest: &'a str,
    /// Of `rest`, from 1.
    line: u64,
    delimiter: char,
}

impl<'a> Iterator for Records<'a> {
    type Item = Result<Record<'a>, BatchFileError>;

    fn next(&mut self) -> Option<Self::Item> {
        while !self.rest.is_empty() {
            if is_comment(self.rest) {
                let end = self.rest.find(LINE_ENDS).unwrap_or(self.rest.len());
                self.end_line(self.rest.get(end..).unwrap_or_default());
                continue;
            }
            match self.record() {
                Ok((_, cells)) if cells.iter().all(|cell| cell.trim().is_empty()) => {}
                record => return Some(record),
            }
        }
        None
    }
}

const LINE_ENDS: [char; 2] = ['\n', '\r'];

impl<'a> Records<'a> {
    fn record(&mut self) -> Result<Record<'a>, BatchFileError> {
        let (start, line) = (self.rest.len(), self.line);
        let mut cells = Vec::new();
        loop {
            let (cell, behind) = self.cell()?;
            if start - behind.len() > LONGEST_LINE {
                return Err(too_long(line));
            }
            cells.push(cell);
            let Some(next) = behind.strip_prefix(self.delimiter) else {
                self.end_line(behind);
                return Ok((line, cells));
            };
            self.rest = next;
        }
    }

    /// Goes on behind the line end with which `behind` begins.
    fn end_line(&mut self, behind: &'a str) {
        self.rest = behind.strip_prefix("\r\n").or_else(|| behind.strip_prefix(LINE_ENDS)).unwrap_or(behind);
        self.line += 1;
    }

    /// The cell that begins here, and the text from its delimiter or line end on.
    fn cell(&mut self) -> Result<(Cow<'a, str>, &'a str), BatchFileError> {
        if let Some(quoted) = self.rest.trim_start_matches(' ').strip_prefix('"') {
            return self.quoted(quoted);
        }
        // A line without end is not searched to its end.
        let enough = self.rest.floor_char_boundary(LONGEST_LINE + 4);
        let window = self.rest.get(..enough).unwrap_or(self.rest);
        let end = window.find([self.delimiter, '\n', '\r']).unwrap_or(window.len());
        let (cell, behind) = self.rest.split_at_checked(end).unwrap_or((self.rest, ""));
        Ok((Cow::Borrowed(cell), behind))
    }

    /// The same behind an opening quote; a doubled quote is one.
    fn quoted(&mut self, text: &'a str) -> Result<(Cow<'a, str>, &'a str), BatchFileError> {
        let unclosed = ImportError::UnclosedQuote { line: self.line };
        let Some((cell, behind)) = closing_quote(text).and_then(|end| text.split_at_checked(end)) else {
            return Err(unclosed.into());
        };
        let behind = behind.strip_prefix('"').unwrap_or(behind).trim_start_matches(' ');
        if !behind.is_empty() && !behind.starts_with([self.delimiter, '\n', '\r']) {
            return Err(unclosed.into());
        }
        self.line += LineCounter::default().line_at(cell.as_bytes(), cell.len()) - 1;
        let is_doubled = cell.contains('"');
        Ok((if is_doubled { cell.replace("\"\"", "\"").into() } else { cell.into() }, behind))
    }
}

/// Where the first quote stands that is not doubled.
fn closing_quote(text: &str) -> Option<usize> {
    let mut quotes = text.match_indices('"').map(|(at, _)| at).peekable();
    while let Some(at) = quotes.next() {
        if quotes.next_if_eq(&(at + 1)).is_none() {
            return Some(at);
        }
    }
    None
}
