//! Rows that an index yields in no order: all their numbers are read and sorted before any row is looked at. SQLite
//! would look up every row first.

use crate::store::search::Direction;
use crate::store::search::candidate::{Candidate, OneRow};
use crate::store::search::conditions::Conditions;
use rusqlite::types::Value;
use rusqlite::{Connection, Statement, params_from_iter};
use std::vec::IntoIter;

/// The rows whose numbers `select` yields.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Numbers {
    pub select: String,
    pub values: Vec<Value>,
}

/// The questions of [`Numbers`], ready to be asked.
pub(super) struct Questions<'c> {
    select: Statement<'c>,
    row: OneRow<'c>,
}

impl Numbers {
    /// Rows of the table that `condition` finds by `index`.
    pub fn of_index(index: &str, condition: &str, values: Vec<Value>) -> Self {
        let select = format!("SELECT row FROM transactions INDEXED BY {index} WHERE {condition}");
        Self { select, values }
    }

    pub fn prepare<'c>(&self, connection: &'c Connection, conditions: &Conditions) -> rusqlite::Result<Questions<'c>> {
        Ok(Questions { select: connection.prepare(&self.select)?, row: OneRow::prepare(connection, conditions)? })
    }
}

impl<'c> Questions<'c> {
    pub fn statements(&self) -> impl Iterator<Item = &Statement<'c>> {
        [&self.select, self.row.statement()].into_iter()
    }
}

/// The rows of [`Numbers`], one after the other.
pub(super) struct Sorted<'s, 'c> {
    numbers: IntoIter<i64>,
    row: &'s mut OneRow<'c>,
    conditions: &'s Conditions,
}

impl<'s, 'c> Sorted<'s, 'c> {
    pub fn of(
        questions: &'s mut Questions<'c>,
        of: &Numbers,
        conditions: &'s Conditions,
        direction: Direction,
    ) -> rusqlite::Result<Self> {
        let numbers = questions.select.query_map(params_from_iter(&of.values), |row| row.get(0))?;
        let mut numbers = numbers.collect::<rusqlite::Result<Vec<i64>>>()?;
        numbers.retain(|number| conditions.span.contains(number));
        numbers.sort_unstable();
        if direction == Direction::Usual {
            numbers.reverse();
        }
        Ok(Self { numbers: numbers.into_iter(), row: &mut questions.row, conditions })
    }

    pub fn next(&mut self) -> rusqlite::Result<Option<Candidate>> {
        for number in self.numbers.by_ref() {
            if let Some(found) = self.row.find(number, self.conditions)? {
                return Ok(Some(found));
            }
        }
        Ok(None)
    }
}
