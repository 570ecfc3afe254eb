//! Which of the three forms a batch file has; what could be meant as two is an error.

use crate::domain::suggestion::nearest;
use crate::import::batch_file::json_lines;
use crate::import::batch_file::lines::lines;
use crate::import::batch_file::problem::{BatchFileError, ProblemCode, Problems};
use crate::import::batch_file::row::{Cells, Column, Faults, Row, Rows};
use crate::import::batch_file::table::{DELIMITERS, Table, cells_of};
use crate::import::fault::shown;
use std::borrow::Cow;

/// A file whose form is known.
#[derive(Debug)]
pub enum Form<'a> {
    /// One ID a line.
    Plain(&'a str),
    Table(Table<'a>),
    JsonLines(&'a str),
}

impl<'a> Form<'a> {
    /// Looks at the first line that has something in it; what is wrong with a header goes to `problems`.
    pub fn recognise(text: &'a str, problems: &mut Problems) -> Result<Self, BatchFileError> {
        let Some((line, first)) = lines(text).next().transpose()? else {
            return Err(BatchFileError::NoLines);
        };
        if first.starts_with('{') {
            return Ok(Self::JsonLines(text));
        }
        if first.starts_with('[') {
            return Err(BatchFileError::JsonArray { line });
        }
        let parted = |delimiter| cells_of(first, line, delimiter).ok().filter(|cells| names_id(cells));
        if let Some(delimiter) = DELIMITERS.into_iter().find(|delimiter| parted(*delimiter).is_some()) {
            return Table::open(text, delimiter, problems).map(Self::Table);
        }
        if !is_like_a_header(first) {
            return Ok(Self::Plain(text));
        }
        Err(no_id_column(line, first))
    }

    pub fn rows(&self) -> Rows<'_> {
        match self {
            Self::Plain(text) => Box::new(lines(text).map(|line| line.map(plain))),
            Self::Table(table) => Box::new(table.rows()),
            Self::JsonLines(text) => Box::new(lines(text).map(|line| line.map(json_lines::row))),
        }
    }
}

fn plain((line, text): (u64, &str)) -> Row<'_> {
    if text.contains(DELIMITERS) {
        let message = "this is more than an ID: a list has one ID a line, a table begins with a header";
        return Row::broken(line, ProblemCode::BadRow, message);
    }
    let mut cells = Cells::default();
    cells.set(Column::TransactionId, Cow::Borrowed(text));
    Row { line, cells: Some(cells), faults: Faults::new(line) }
}

fn names_id(cells: &[Cow<'_, str>]) -> bool {
    cells.iter().any(|cell| cell.trim() == Column::TransactionId.word())
}

/// A line that cannot be meant as an ID: it has several cells, or is a column's name but for its spelling.
fn is_like_a_header(line: &str) -> bool {
    let letters = |text: &str| -> String {
        text.chars().filter(|letter| letter.is_alphanumeric()).flat_map(char::to_lowercase).collect()
    };
    let is_name = |column: &Column| letters(column.word()) == letters(line);
    line.contains(DELIMITERS) || Column::ALL.iter().any(is_name)
}

fn no_id_column(line: u64, first: &str) -> BatchFileError {
    let readings = DELIMITERS.map(|delimiter| cells_of(first, line, delimiter));
    let widest = readings.iter().flatten().max_by_key(|cells| cells.len());
    let cells: Vec<String> = widest.into_iter().flatten().map(|cell| shown(cell.trim())).collect();
    let is_parted = cells.len() > 1;
    // A quote that does not close hides the columns.
    if let Some(error) = readings.into_iter().find_map(Result::err).filter(|_| !is_parted) {
        return error;
    }
    let names: Vec<&str> = cells.iter().map(String::as_str).collect();
    let nearest = nearest(Column::TransactionId.word(), &names).map(str::to_owned);
    BatchFileError::NoIdColumn { line, header: shown(first), nearest }
}
