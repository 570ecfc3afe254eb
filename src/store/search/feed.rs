//! Rows from several places at once, each in the order of its rows, as one sequence without repetition.

use crate::store::StoreError;
use crate::store::columns::RowNumber;
use crate::store::search::Direction;
use crate::store::search::conditions::Conditions;
use crate::store::search::meeting::{self, Meeting, Met};
use crate::store::search::place::Place;
use rusqlite::types::Value;
use rusqlite::{Connection, OptionalExtension, Row, Rows, Statement, StatementStatus, params_from_iter};
use std::ops::ControlFlow;
use std::vec::IntoIter;

/// A row with what puts it in order within its second.
#[derive(Debug)]
pub(super) struct InSecond {
    pub row: RowNumber,
    pub paid_at: i64,
    pub id: String,
}

/// What yields rows in their order.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Source {
    Place(Place),
    Meeting(Meeting),
}

impl From<Place> for Source {
    fn from(place: Place) -> Self {
        Self::Place(place)
    }
}

/// Hands the rows of all sources to `take`, each once and in their order, until that breaks off. Returns the steps of
/// SQLite's machine, too.
pub(super) fn run(
    connection: &Connection,
    sources: &[Source],
    conditions: &Conditions,
    direction: Direction,
    take: &mut dyn FnMut(InSecond) -> Result<ControlFlow<()>, StoreError>,
) -> Result<(ControlFlow<()>, u64), StoreError> {
    let prepared = sources.iter().map(|source| Prepared::of(connection, source, conditions, direction));
    let mut prepared = prepared.collect::<rusqlite::Result<Vec<_>>>()?;
    let mut feeds = Vec::with_capacity(sources.len());
    for prepared in &mut prepared {
        let mut feed = Feed { rows: prepared.rows(conditions, direction)?, next: None };
        feed.advance()?;
        feeds.push(feed);
    }
    let flow = merge(&mut feeds, direction, take)?;
    drop(feeds);
    let steps = prepared.iter().map(Prepared::steps).sum::<i64>();
    Ok((flow, steps.unsigned_abs()))
}

fn merge(
    feeds: &mut [Feed<'_, '_>],
    direction: Direction,
    take: &mut dyn FnMut(InSecond) -> Result<ControlFlow<()>, StoreError>,
) -> Result<ControlFlow<()>, StoreError> {
    loop {
        let heads = feeds.iter().filter_map(|feed| feed.next.as_ref()).map(|next| next.row);
        let first = match direction {
            Direction::Usual => heads.max(),
            Direction::Reversed => heads.min(),
        };
        let Some(first) = first else { return Ok(ControlFlow::Continue(())) };
        let mut found = None;
        for feed in feeds.iter_mut().filter(|feed| feed.is_at(first)) {
            found = feed.next.take();
            feed.advance()?;
            // A source may hold a row more than once.
            while feed.is_at(first) {
                feed.advance()?;
            }
        }
        if let Some(found) = found
            && take(found)?.is_break()
        {
            return Ok(ControlFlow::Break(()));
        }
    }
}

/// A source whose questions are ready to be asked.
enum Prepared<'s, 'c> {
    Place(&'s Place, Statement<'c>),
    /// What yields the numbers, with its values; and one row.
    Numbers(Statement<'c>, &'s [Value], Statement<'c>),
    Meeting(&'s Meeting, meeting::Questions<'c>),
}

impl<'s, 'c> Prepared<'s, 'c> {
    fn of(
        connection: &'c Connection,
        source: &'s Source,
        conditions: &Conditions,
        direction: Direction,
    ) -> rusqlite::Result<Self> {
        Ok(match source {
            Source::Place(place) => match place.numbers() {
                Some((select, values)) => {
                    let [_, row] = Meeting::sql(conditions, direction);
                    Self::Numbers(connection.prepare(select)?, values, connection.prepare(&row)?)
                }
                None => Self::Place(place, connection.prepare(&place.sql(conditions, direction))?),
            },
            Source::Meeting(meeting) => {
                Self::Meeting(meeting, meeting.prepare(connection, conditions, direction)?)
            }
        })
    }

    fn rows<'r>(
        &'r mut self,
        conditions: &'r Conditions,
        direction: Direction,
    ) -> rusqlite::Result<InOrder<'r, 'c>> {
        Ok(match self {
            Self::Place(place, statement) => {
                InOrder::Place(statement.query(params_from_iter(place.values(conditions)))?)
            }
            Self::Numbers(select, values, row) => {
                let numbers = select.query_map(params_from_iter(*values), |row| row.get(0))?;
                let mut numbers = numbers.collect::<rusqlite::Result<Vec<i64>>>()?;
                numbers.retain(|number| conditions.span.contains(number));
                numbers.sort_unstable();
                if direction == Direction::Usual {
                    numbers.reverse();
                }
                InOrder::Numbers(numbers.into_iter(), row, conditions)
            }
            Self::Meeting(meeting, questions) => {
                InOrder::Meeting(Met::of(questions, meeting, conditions, direction)?)
            }
        })
    }

    fn steps(&self) -> i64 {
        match self {
            Self::Place(_, statement) => statement.get_status(StatementStatus::VmStep).into(),
            Self::Numbers(select, _, row) => [select, row]
                .map(|statement| i64::from(statement.get_status(StatementStatus::VmStep)))
                .iter()
                .sum(),
            Self::Meeting(_, questions) => questions.steps(),
        }
    }
}

/// The rows of a source, in their order.
enum InOrder<'r, 'c> {
    Place(Rows<'r>),
    Numbers(IntoIter<i64>, &'r mut Statement<'c>, &'r Conditions),
    Meeting(Met<'r, 'c>),
}

struct Feed<'r, 'c> {
    rows: InOrder<'r, 'c>,
    next: Option<InSecond>,
}

impl Feed<'_, '_> {
    fn advance(&mut self) -> Result<(), StoreError> {
        self.next = match &mut self.rows {
            InOrder::Place(rows) => rows.next()?.map(read).transpose()?,
            InOrder::Numbers(numbers, row, conditions) => next_of(numbers, row, conditions)?,
            InOrder::Meeting(met) => met.next()?,
        };
        Ok(())
    }

    fn is_at(&self, row: RowNumber) -> bool {
        self.next.as_ref().is_some_and(|next| next.row == row)
    }
}

/// The next of the rows with these numbers that meets the conditions.
fn next_of(
    numbers: &mut IntoIter<i64>,
    row: &mut Statement<'_>,
    conditions: &Conditions,
) -> rusqlite::Result<Option<InSecond>> {
    for number in numbers {
        let values = [Value::from(number)].into_iter().chain(conditions.values.iter().cloned());
        if let Some(found) = row.query_row(params_from_iter(values), read).optional()? {
            return Ok(Some(found));
        }
    }
    Ok(None)
}

/// The columns of every source's rows.
pub(super) fn read(row: &Row<'_>) -> rusqlite::Result<InSecond> {
    Ok(InSecond { row: row.get(0)?, paid_at: row.get(1)?, id: row.get(2)? })
}
