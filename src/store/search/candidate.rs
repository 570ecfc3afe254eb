//! A row that a search found, and the lookup of a row whose number is known.

use crate::store::columns::RowNumber;
use crate::store::search::conditions::Conditions;
use rusqlite::{Connection, Row, Statement};

/// A row with the columns that order it within its second.
#[derive(Debug)]
pub(super) struct Candidate {
    pub row: RowNumber,
    pub paid_at: i64,
    pub id: String,
}

impl Candidate {
    /// The columns that [`Candidate::read`] reads.
    pub const COLUMNS: &str = "t.row, t.paid_at, t.transaction_id";

    pub fn read(row: &Row<'_>) -> rusqlite::Result<Self> {
        Ok(Self { row: row.get(0)?, paid_at: row.get(1)?, id: row.get(2)? })
    }
}

/// Looks up rows by their number.
pub(super) struct RowLookup<'c>(pub Statement<'c>);

impl<'c> RowLookup<'c> {
    pub fn sql(conditions: &str) -> String {
        format!("SELECT {} FROM transactions t WHERE t.row = ? AND {conditions}", Candidate::COLUMNS)
    }

    pub fn of(connection: &'c Connection, conditions: &Conditions) -> rusqlite::Result<Self> {
        let mut statement = connection.prepare(&Self::sql(&conditions.sql))?;
        for (parameter, value) in (2..).zip(&conditions.values) {
            statement.raw_bind_parameter(parameter, value)?;
        }
        Ok(Self(statement))
    }

    /// The row with this number, if it meets the conditions.
    pub fn find(&mut self, number: i64) -> rusqlite::Result<Option<Candidate>> {
        self.0.raw_bind_parameter(1, number)?;
        self.0.raw_query().next()?.map(Candidate::read).transpose()
    }
}
