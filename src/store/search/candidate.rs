//! One row of a search, and the look at a row whose number is known.

use crate::store::columns::RowNumber;
use crate::store::search::conditions::Conditions;
use rusqlite::types::Value;
use rusqlite::{Connection, OptionalExtension, Row, Statement, params_from_iter};

/// A row with what puts it in order within its second.
#[derive(Debug)]
pub(super) struct Candidate {
    pub row: RowNumber,
    pub paid_at: i64,
    pub id: String,
}

impl Candidate {
    /// Reads the columns that every question for rows has.
    pub fn read(row: &Row<'_>) -> rusqlite::Result<Self> {
        Ok(Self { row: row.get(0)?, paid_at: row.get(1)?, id: row.get(2)? })
    }
}

/// The row with a number, where it meets the conditions.
pub(super) struct OneRow<'c> {
    statement: Statement<'c>,
}

impl<'c> OneRow<'c> {
    pub fn sql(conditions: &Conditions) -> String {
        let all = &conditions.sql;
        format!("SELECT t.row, t.paid_at, t.transaction_id FROM transactions t WHERE t.row = ? AND {all}")
    }

    pub fn prepare(connection: &'c Connection, conditions: &Conditions) -> rusqlite::Result<Self> {
        Ok(Self { statement: connection.prepare(&Self::sql(conditions))? })
    }

    pub fn find(&mut self, number: i64, conditions: &Conditions) -> rusqlite::Result<Option<Candidate>> {
        let values = [Value::from(number)].into_iter().chain(conditions.values.iter().cloned());
        self.statement.query_row(params_from_iter(values), Candidate::read).optional()
    }

    pub fn statement(&self) -> &Statement<'c> {
        &self.statement
    }
}
