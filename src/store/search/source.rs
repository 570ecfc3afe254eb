//! Everything that a search can read rows from, behind one type.

use crate::store::search::candidate::Candidate;
use crate::store::search::conditions::Conditions;
use crate::store::search::filter::Direction;
use crate::store::search::intersection::{CommonRows, Intersection};
use crate::store::search::row_numbers::{RowNumbers, SortedRows};
use crate::store::search::row_source::RowSource;
use rusqlite::{Connection, Rows, Statement, StatementStatus, params_from_iter};

/// Yields rows in the order of their numbers.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Source {
    Rows(RowSource),
    Numbers(RowNumbers),
    Intersection(Intersection),
}

impl From<RowSource> for Source {
    fn from(source: RowSource) -> Self {
        Self::Rows(source)
    }
}

impl From<RowNumbers> for Source {
    fn from(numbers: RowNumbers) -> Self {
        Self::Numbers(numbers)
    }
}

impl Source {
    /// The statement that [`Source::open`] reads.
    pub fn prepare<'c>(
        &self,
        connection: &'c Connection,
        conditions: &Conditions,
        direction: Direction,
    ) -> rusqlite::Result<Statement<'c>> {
        connection.prepare(&match self {
            Self::Rows(source) => source.sql(&conditions.sql, direction),
            Self::Numbers(numbers) => numbers.select.clone(),
            Self::Intersection(intersection) => intersection.names.numbers_sql(direction),
        })
    }

    pub fn open<'r, 'c>(
        &self,
        statement: &'r mut Statement<'_>,
        connection: &'c Connection,
        conditions: &Conditions,
        direction: Direction,
    ) -> rusqlite::Result<Reader<'r, 'c>> {
        Ok(match self {
            Self::Rows(source) => {
                let span = [conditions.span.start.into(), conditions.span.end.into()];
                let values = source.values().chain(span).chain(conditions.values.iter().cloned());
                Reader::Rows(statement.query(params_from_iter(values))?)
            }
            Self::Numbers(numbers) => {
                Reader::Numbers(SortedRows::open(numbers, statement, connection, conditions, direction)?)
            }
            Self::Intersection(of) => {
                Reader::Intersection(CommonRows::open(of, statement, connection, conditions, direction)?)
            }
        })
    }
}

/// Reads the rows of a [`Source`].
pub(super) enum Reader<'r, 'c> {
    Rows(Rows<'r>),
    Numbers(SortedRows<'c>),
    Intersection(CommonRows<'r, 'c>),
}

impl Reader<'_, '_> {
    pub fn next(&mut self) -> rusqlite::Result<Option<Candidate>> {
        match self {
            Self::Rows(rows) => rows.next()?.map(Candidate::read).transpose(),
            Self::Numbers(rows) => rows.next(),
            Self::Intersection(rows) => rows.next(),
        }
    }

    /// The VM steps of its statements, except the one that [`Source::prepare`] made.
    pub fn steps(&self) -> u64 {
        match self {
            Self::Rows(_) => 0,
            Self::Numbers(rows) => steps([&rows.lookup.0]),
            Self::Intersection(rows) => steps(rows.statements()),
        }
    }
}

/// How many VM steps the statements took: what they cost, on any computer.
pub(super) fn steps<'s, 'c: 's>(statements: impl IntoIterator<Item = &'s Statement<'c>>) -> u64 {
    let of = |statement: &Statement<'_>| statement.get_status(StatementStatus::VmStep).unsigned_abs();
    statements.into_iter().map(|statement| u64::from(of(statement))).sum()
}
