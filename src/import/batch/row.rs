//! A row of a batch file before its texts are checked.

use crate::domain::suggestion::nearest;
use crate::import::column::Column;
use crate::import::fault::{Fault, FaultCode, shown};

/// The texts of a row with their columns: few enough to look through.
#[derive(Debug, Default)]
pub struct Cells(Vec<(Column, String)>);

impl Cells {
    /// Keeps the first of several texts.
    pub fn set(&mut self, column: Column, text: impl Into<String>) {
        if !self.has(column) {
            self.0.push((column, text.into()));
        }
    }

    pub fn has(&self, column: Column) -> bool {
        self.columns().any(|known| known == column)
    }

    pub fn columns(&self) -> impl Iterator<Item = Column> {
        self.0.iter().map(|(column, _)| *column)
    }

    /// The text, trimmed; empty if there is none.
    pub fn text(&self, column: Column) -> &str {
        self.0.iter().find(|(known, _)| *known == column).map_or("", |(_, text)| text.trim())
    }
}

/// A row with its line, and with the faults of its syntax.
#[derive(Debug)]
pub struct BatchRow {
    /// From 1, where it begins.
    pub line: u64,
    /// `None` if it is unclear which text belongs to which column.
    pub cells: Option<Cells>,
    pub faults: Faults,
}

impl BatchRow {
    pub fn new(line: u64, cells: Cells) -> Self {
        Self { line, cells: Some(cells), faults: Faults::default() }
    }

    /// A row that cannot be split into columns.
    pub fn broken(line: u64, fault: Fault) -> Self {
        Self { line, cells: None, faults: Faults(vec![fault]) }
    }
}

/// The faults of one row: at most one per column, because the first causes the next.
#[derive(Debug, Default)]
pub struct Faults(pub Vec<Fault>);

impl Faults {
    pub fn add(&mut self, fault: Fault) {
        let is_known = fault.column.is_some() && self.0.iter().any(|known| known.column == fault.column);
        if !is_known {
            self.0.push(fault);
        }
    }

    /// The value; a fault is kept.
    pub fn keep<T>(&mut self, read: Result<T, Fault>) -> Option<T> {
        read.map_err(|fault| self.add(fault)).ok()
    }
}

/// The column of a batch file with this name, else a fault that suggests one.
pub fn column(name: &str) -> Result<Column, Fault> {
    let known = Column::BATCH.map(Column::word);
    Column::BATCH.into_iter().find(|column| column.word() == name).ok_or_else(|| {
        let advice = match nearest(&shown(name), &known) {
            Some(near) => format!("did you mean `{near}`?"),
            None => format!("the columns are {}", known.join(", ")),
        };
        let message = format!("`{}` is not a column of a batch file: {advice}", shown(name));
        Fault::of_field(FaultCode::UnknownColumn, &shown(name), message)
    })
}
