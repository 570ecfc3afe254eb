//! Rows that an index yields in no order: all their numbers are read and sorted before any row is looked up. SQLite
//! would look up every row first.

use crate::store::search::candidate::{Candidate, RowLookup};
use crate::store::search::conditions::Conditions;
use crate::store::search::filter::Direction;
use rusqlite::types::Value;
use rusqlite::{Connection, Statement, params_from_iter};
use std::vec::IntoIter;

/// The rows whose numbers `select` yields.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct RowNumbers {
    pub select: String,
    pub values: Vec<Value>,
}

impl RowNumbers {
    /// Rows of the table that `condition` finds by `index`.
    pub fn of_index(index: &str, condition: &str, values: Vec<Value>) -> Self {
        let select = format!("SELECT row FROM transactions INDEXED BY {index} WHERE {condition}");
        Self { select, values }
    }
}

/// Reads the rows of [`RowNumbers`].
pub(super) struct SortedRows<'c> {
    numbers: IntoIter<i64>,
    pub lookup: RowLookup<'c>,
}

impl<'c> SortedRows<'c> {
    /// `select` is the prepared statement of `of`.
    pub fn open(
        of: &RowNumbers,
        select: &mut Statement<'_>,
        connection: &'c Connection,
        conditions: &Conditions,
        direction: Direction,
    ) -> rusqlite::Result<Self> {
        let numbers = select.query_map(params_from_iter(&of.values), |row| row.get(0))?;
        let mut numbers = numbers.collect::<rusqlite::Result<Vec<i64>>>()?;
        numbers.retain(|number| conditions.span.contains(number));
        numbers.sort_unstable();
        if direction == Direction::Usual {
            numbers.reverse();
        }
        Ok(Self { numbers: numbers.into_iter(), lookup: RowLookup::of(connection, conditions)? })
    }

    pub fn next(&mut self) -> rusqlite::Result<Option<Candidate>> {
        for number in self.numbers.by_ref() {
            if let Some(found) = self.lookup.find(number)? {
                return Ok(Some(found));
            }
        }
        Ok(None)
    }
}
