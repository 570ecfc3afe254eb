//! Rows that are in the index of names and also in another index, by status or product. Both indexes are in the order
//! of the rows, so they are read side by side, and a row that is in one only is never looked up. If one of them is far
//! ahead, the other skips to it.

use crate::store::search::candidate::{Candidate, RowLookup};
use crate::store::search::conditions::{Conditions, Span};
use crate::store::search::filter::Direction;
use crate::store::search::row_source::RowSource;
use rusqlite::types::Value;
use rusqlite::{Connection, Rows, Statement, params_from_iter};
use std::vec::IntoIter;

/// How many row numbers of the other index are read at a time.
const PAGE: usize = if cfg!(test) { 4 } else { 64 };

/// The rows of `names` that are also in one of `others`.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Intersection {
    pub names: RowSource,
    pub others: Vec<RowSource>,
}

/// A page of another index.
pub(super) fn page_sql(source: &RowSource, direction: Direction) -> String {
    format!("{} LIMIT {PAGE}", source.numbers_sql(direction))
}

/// Reads the rows of an [`Intersection`].
pub(super) struct CommonRows<'r, 'c> {
    names: Rows<'r>,
    others: Vec<Pages<'c>>,
    lookup: RowLookup<'c>,
}

impl<'r, 'c> CommonRows<'r, 'c> {
    /// `names` is the prepared statement for the row numbers of `of.names`.
    pub fn open(
        of: &Intersection,
        names: &'r mut Statement<'_>,
        connection: &'c Connection,
        conditions: &Conditions,
        direction: Direction,
    ) -> rusqlite::Result<Self> {
        let span = &conditions.span;
        let names = names.query(params_from_iter(of.names.values().chain([span.start.into(), span.end.into()])))?;
        let others = of.others.iter().map(|source| Pages::of(source, connection, span, direction));
        let lookup = RowLookup::of(connection, conditions)?;
        Ok(Self { names, others: others.collect::<rusqlite::Result<_>>()?, lookup })
    }

    pub fn next(&mut self) -> rusqlite::Result<Option<Candidate>> {
        while let Some(row) = self.names.next()? {
            let row = row.get(0)?;
            let mut is_common = false;
            for other in &mut self.others {
                is_common |= other.has(row)?;
            }
            if is_common && let Some(found) = self.lookup.find(row)? {
                return Ok(Some(found));
            }
            if self.others.iter().all(Pages::is_over) {
                break;
            }
        }
        Ok(None)
    }

    /// All statements except the one of the names.
    pub fn statements(&self) -> impl Iterator<Item = &Statement<'c>> {
        self.others.iter().map(|other| &other.statement).chain([&self.lookup.0])
    }
}

/// Reads the row numbers of a source, a page at a time.
struct Pages<'c> {
    statement: Statement<'c>,
    values: Vec<Value>,
    span: Span,
    direction: Direction,
    page: IntoIter<i64>,
    head: Option<i64>,
    /// Nothing follows `page`.
    is_last: bool,
}

impl<'c> Pages<'c> {
    fn of(source: &RowSource, connection: &'c Connection, span: &Span, direction: Direction) -> rusqlite::Result<Self> {
        Ok(Self {
            statement: connection.prepare(&page_sql(source, direction))?,
            values: source.values().collect(),
            span: span.clone(),
            direction,
            page: Vec::new().into_iter(),
            head: None,
            is_last: false,
        })
    }

    /// Whether this row is in the source. Call it with rows in their order.
    fn has(&mut self, row: i64) -> rusqlite::Result<bool> {
        loop {
            while let Some(head) = self.head {
                if head == row || self.comes_after(head, row) {
                    return Ok(head == row);
                }
                self.head = self.page.next();
            }
            if self.is_last {
                return Ok(false);
            }
            self.read_from(row)?;
        }
    }

    fn is_over(&self) -> bool {
        self.is_last && self.head.is_none()
    }

    fn comes_after(&self, one: i64, other: i64) -> bool {
        match self.direction {
            Direction::Usual => one < other,
            Direction::Reversed => one > other,
        }
    }

    fn read_from(&mut self, row: i64) -> rusqlite::Result<()> {
        let (first, end) = match self.direction {
            Direction::Usual => (self.span.start, row + 1),
            Direction::Reversed => (row, self.span.end),
        };
        let values = self.values.iter().cloned().chain([first.into(), end.into()]);
        let rows = self.statement.query_map(params_from_iter(values), |row| row.get(0))?;
        let rows = rows.collect::<rusqlite::Result<Vec<i64>>>()?;
        self.is_last = rows.len() < PAGE;
        self.page = rows.into_iter();
        self.head = self.page.next();
        Ok(())
    }
}
