//! A row as its form gives it: texts by column, before anybody judges them.

use crate::domain::string_enum::string_enum;
use crate::domain::suggestion::nearest;
use crate::import::batch_file::problem::{BatchFileError, Problem, ProblemCode};
use crate::import::fault::shown;
use std::borrow::Cow;

string_enum! {
    /// A column of a table, or a field of an object.
    Column, "column of a batch" {
        TransactionId = "transaction_id",
        Amount = "amount",
        Currency = "currency",
        Reason = "reason",
        Note = "note",
        AskedOn = "asked_on",
        Goodwill = "goodwill",
        Key = "key",
    }
}

impl Column {
    /// A name that is not one of them, with the one that may be meant.
    pub fn unknown(line: u64, name: &str) -> Problem {
        let known: Vec<&str> = Self::ALL.iter().map(|column| column.word()).collect();
        let advice = match nearest(&shown(name), &known) {
            Some(near) => format!("`{near}` may be meant"),
            None => format!("known are {}", known.join(", ")),
        };
        let message = format!("`{}` is not known: {advice}", shown(name));
        Problem::of_column(line, name, ProblemCode::UnknownColumn, message)
    }
}

/// The texts of a row, without the blanks around them.
#[derive(Debug, Default)]
pub struct Cells<'a>([Option<Cow<'a, str>>; Column::ALL.len()]);

impl<'a> Cells<'a> {
    /// The first of several stays.
    pub fn set(&mut self, column: Column, text: Cow<'a, str>) {
        if let Some(cell) = self.0.get_mut(column as usize) {
            cell.get_or_insert(text);
        }
    }

    pub fn has(&self, column: Column) -> bool {
        self.0.get(column as usize).is_some_and(Option::is_some)
    }

    /// Empty where there is none.
    pub fn text(&self, column: Column) -> &str {
        self.0.get(column as usize).and_then(Option::as_deref).unwrap_or_default().trim()
    }
}

/// What is wrong with one row: at most one mistake a column, since the first is the cause of the next.
#[derive(Debug)]
pub struct Faults {
    line: u64,
    found: Vec<Problem>,
}

impl Faults {
    pub fn new(line: u64) -> Self {
        Self { line, found: Vec::new() }
    }

    pub fn add(&mut self, problem: Problem) {
        let is_told = problem.column.is_some() && self.found.iter().any(|told| told.column == problem.column);
        if !is_told {
            self.found.push(problem);
        }
    }

    /// The value, or its mistake kept.
    pub fn keep<T>(&mut self, column: Column, judged: Result<T, (ProblemCode, String)>) -> Option<T> {
        let kept = |(code, message)| self.add(Problem::of_column(self.line, column.word(), code, message));
        judged.map_err(kept).ok()
    }

    pub fn is_empty(&self) -> bool {
        self.found.is_empty()
    }

    pub fn into_problems(self) -> Vec<Problem> {
        self.found
    }
}

/// A row with its place and with what its form found wrong.
#[derive(Debug)]
pub struct Row<'a> {
    /// From 1, where it begins.
    pub line: u64,
    /// `None` where nobody can tell which text is which column's.
    pub cells: Option<Cells<'a>>,
    pub faults: Faults,
}

impl Row<'_> {
    /// A row that cannot be told apart into columns.
    pub fn broken(line: u64, code: ProblemCode, message: impl Into<String>) -> Self {
        let mut faults = Faults::new(line);
        faults.add(Problem::of_row(line, code, message));
        Self { line, cells: None, faults }
    }
}

/// The rows of a file; an error ends it.
pub type Rows<'f> = Box<dyn Iterator<Item = Result<Row<'f>, BatchFileError>> + 'f>;
