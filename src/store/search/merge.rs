//! Rows from several places at once, each in the order of its rows, as one sequence without repetition.

use crate::store::StoreError;
use crate::store::columns::RowNumber;
use crate::store::search::Direction;
use crate::store::search::candidate::Candidate;
use crate::store::search::conditions::Conditions;
use crate::store::search::intersection::{self, Meeting, Met};
use crate::store::search::row_numbers::{self, Numbers, Sorted};
use crate::store::search::row_source::Place;
use rusqlite::{Connection, Rows, Statement, StatementStatus, params_from_iter};
use std::ops::ControlFlow;

/// What yields rows in their order.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Source {
    Place(Place),
    Numbers(Numbers),
    Meeting(Meeting),
}

impl From<Place> for Source {
    fn from(place: Place) -> Self {
        Self::Place(place)
    }
}

impl From<Numbers> for Source {
    fn from(numbers: Numbers) -> Self {
        Self::Numbers(numbers)
    }
}

/// Hands the rows of all sources to `take`, each once and in their order, until that breaks off. Returns the steps of
/// SQLite's machine, too.
pub(super) fn run(
    connection: &Connection,
    sources: &[Source],
    conditions: &Conditions,
    direction: Direction,
    take: &mut dyn FnMut(Candidate) -> Result<ControlFlow<()>, StoreError>,
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
    take: &mut dyn FnMut(Candidate) -> Result<ControlFlow<()>, StoreError>,
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
    Numbers(&'s Numbers, row_numbers::Questions<'c>),
    Meeting(&'s Meeting, intersection::Questions<'c>),
}

impl<'s, 'c> Prepared<'s, 'c> {
    fn of(
        connection: &'c Connection,
        source: &'s Source,
        conditions: &Conditions,
        direction: Direction,
    ) -> rusqlite::Result<Self> {
        Ok(match source {
            Source::Place(place) => Self::Place(place, connection.prepare(&place.sql(conditions, direction))?),
            Source::Numbers(numbers) => Self::Numbers(numbers, numbers.prepare(connection, conditions)?),
            Source::Meeting(meeting) => Self::Meeting(meeting, meeting.prepare(connection, conditions, direction)?),
        })
    }

    fn rows<'r>(&'r mut self, conditions: &'r Conditions, direction: Direction) -> rusqlite::Result<InOrder<'r, 'c>> {
        Ok(match self {
            Self::Place(place, statement) => {
                InOrder::Place(statement.query(params_from_iter(place.values(conditions)))?)
            }
            Self::Numbers(numbers, questions) => {
                InOrder::Numbers(Sorted::of(questions, numbers, conditions, direction)?)
            }
            Self::Meeting(meeting, questions) => InOrder::Meeting(Met::of(questions, meeting, conditions, direction)?),
        })
    }

    fn steps(&self) -> i64 {
        match self {
            Self::Place(_, statement) => steps_of([statement]),
            Self::Numbers(_, questions) => steps_of(questions.statements()),
            Self::Meeting(_, questions) => steps_of(questions.statements()),
        }
    }
}

fn steps_of<'s, 'c: 's>(statements: impl IntoIterator<Item = &'s Statement<'c>>) -> i64 {
    statements.into_iter().map(|statement| i64::from(statement.get_status(StatementStatus::VmStep))).sum()
}

/// The rows of a source, in their order.
enum InOrder<'r, 'c> {
    Place(Rows<'r>),
    Numbers(Sorted<'r, 'c>),
    Meeting(Met<'r, 'c>),
}

struct Feed<'r, 'c> {
    rows: InOrder<'r, 'c>,
    next: Option<Candidate>,
}

impl Feed<'_, '_> {
    fn advance(&mut self) -> rusqlite::Result<()> {
        self.next = match &mut self.rows {
            InOrder::Place(rows) => rows.next()?.map(Candidate::read).transpose()?,
            InOrder::Numbers(sorted) => sorted.next()?,
            InOrder::Meeting(met) => met.next()?,
        };
        Ok(())
    }

    fn is_at(&self, row: RowNumber) -> bool {
        self.next.as_ref().is_some_and(|next| next.row == row)
    }
}
