//! Rows that have their letters in the index of names and their status or product in another index, found without a
//! look at any other row: both hold their rows in order, so the two are walked side by side, and where one is far ahead
//! the other is entered again from there.

use crate::store::search::Direction;
use crate::store::search::candidate::{Candidate, OneRow};
use crate::store::search::conditions::Conditions;
use crate::store::search::row_source::{KindAndStatus, UNUSUAL};
use rusqlite::types::Value;
use rusqlite::{Connection, Rows, Statement, params_from_iter};
use std::vec::IntoIter;

/// So many rows of the other index are read at a time.
const AT_ONCE: usize = if cfg!(test) { 4 } else { 64 };

/// The rows that `expression` finds, in the language of FTS5, and that are in one of these parts of an index.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Meeting {
    pub expression: String,
    pub with: Vec<Part>,
}

/// The part of an index that has its rows in order.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Part {
    Unusual {
        is_test: bool,
        are: KindAndStatus,
    },
    /// Payments that cover it, letters' case forgiven.
    Product(String),
}

impl Part {
    /// Its rows from one to another.
    pub fn sql(&self, direction: Direction) -> String {
        let order = direction.sql();
        match self {
            Self::Unusual { .. } => format!(
                "SELECT t.row FROM transactions t INDEXED BY transactions_unusual
                  WHERE t.is_test = ? AND t.kind = ? AND t.status = ? AND {UNUSUAL} AND t.row >= ? AND t.row < ?
                  ORDER BY t.row {order} LIMIT {AT_ONCE}"
            ),
            Self::Product(_) => format!(
                "SELECT p.payment FROM products p INDEXED BY products_by_id
                  WHERE p.product_id = ? COLLATE NOCASE AND p.payment >= ? AND p.payment < ?
                  ORDER BY p.payment {order} LIMIT {AT_ONCE}"
            ),
        }
    }

    fn values(&self) -> Vec<Value> {
        match self {
            Self::Unusual { is_test, are: (kind, status) } => {
                vec![(*is_test).into(), (*kind).to_owned().into(), (*status).to_owned().into()]
            }
            Self::Product(id) => vec![id.clone().into()],
        }
    }
}

/// The questions of a [`Meeting`], ready to be asked.
pub(super) struct Questions<'c> {
    names: Statement<'c>,
    with: Vec<Statement<'c>>,
    row: OneRow<'c>,
}

impl Meeting {
    /// The names' rows.
    pub fn sql(direction: Direction) -> String {
        format!(
            "SELECT names.rowid FROM names
              WHERE names MATCH ? AND names.rowid >= ? AND names.rowid < ? ORDER BY names.rowid {}",
            direction.sql()
        )
    }

    pub fn prepare<'c>(
        &self,
        connection: &'c Connection,
        conditions: &Conditions,
        direction: Direction,
    ) -> rusqlite::Result<Questions<'c>> {
        let with = self.with.iter().map(|part| connection.prepare(&part.sql(direction)));
        Ok(Questions {
            names: connection.prepare(&Self::sql(direction))?,
            with: with.collect::<rusqlite::Result<_>>()?,
            row: OneRow::prepare(connection, conditions)?,
        })
    }
}

impl<'c> Questions<'c> {
    pub fn statements(&self) -> impl Iterator<Item = &Statement<'c>> {
        self.with.iter().chain([&self.names, self.row.statement()])
    }
}

/// The rows of a [`Meeting`], one after the other.
pub(super) struct Met<'s, 'c> {
    names: Rows<'s>,
    with: Vec<Rest<'s, 'c>>,
    row: &'s mut OneRow<'c>,
    conditions: &'s Conditions,
}

impl<'s, 'c> Met<'s, 'c> {
    pub fn of(
        questions: &'s mut Questions<'c>,
        meeting: &Meeting,
        conditions: &'s Conditions,
        direction: Direction,
    ) -> rusqlite::Result<Self> {
        let span = &conditions.span;
        let names = questions.names.query((&meeting.expression, span.start, span.end))?;
        let with = questions.with.iter_mut().zip(&meeting.with).map(|(statement, part)| Rest {
            statement,
            values: part.values(),
            conditions,
            direction,
            rows: Vec::new().into_iter(),
            head: None,
            is_last: false,
        });
        Ok(Self { names, with: with.collect(), row: &mut questions.row, conditions })
    }

    pub fn next(&mut self) -> rusqlite::Result<Option<Candidate>> {
        while let Some(found) = self.names.next()? {
            let row = found.get(0)?;
            let mut is_met = false;
            for rest in &mut self.with {
                is_met |= rest.has(row)?;
            }
            if is_met && let Some(met) = self.row.find(row, self.conditions)? {
                return Ok(Some(met));
            }
            if self.with.iter().all(Rest::is_over) {
                break;
            }
        }
        Ok(None)
    }
}

/// What is still to come of a part, a few rows at a time.
struct Rest<'s, 'c> {
    statement: &'s mut Statement<'c>,
    values: Vec<Value>,
    conditions: &'s Conditions,
    direction: Direction,
    rows: IntoIter<i64>,
    head: Option<i64>,
    /// Nothing comes after `rows`.
    is_last: bool,
}

impl Rest<'_, '_> {
    /// Whether this row is among them. Rows are asked for in their order.
    fn has(&mut self, row: i64) -> rusqlite::Result<bool> {
        loop {
            while let Some(head) = self.head {
                if head == row || self.comes_after(head, row) {
                    return Ok(head == row);
                }
                self.head = self.rows.next();
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
        let span = &self.conditions.span;
        let (first, end) = match self.direction {
            Direction::Usual => (span.start, row + 1),
            Direction::Reversed => (row, span.end),
        };
        let values = self.values.iter().cloned().chain([first.into(), end.into()]);
        let rows = self.statement.query_map(params_from_iter(values), |row| row.get(0))?;
        let rows = rows.collect::<rusqlite::Result<Vec<i64>>>()?;
        self.is_last = rows.len() < AT_ONCE;
        self.rows = rows.into_iter();
        self.head = self.rows.next();
        Ok(())
    }
}
