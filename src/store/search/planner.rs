//! Plans where a search reads its rows.
//!
//! The cost of a search depends on what it finds, not on the size of the store. It reads a narrow index or the index of
//! names. If these may yield many old rows, it reads a limited number of the table's newest rows first.

use crate::domain::names::{self, Word};
use crate::domain::sale::transaction::{Kind, KindAndStatus, PlatformStatus, SaleStatus};
use crate::store::StoreError;
use crate::store::columns::RowNumber;
use crate::store::search::conditions::{self, Condition, Conditions, Span};
use crate::store::search::filter::{Direction, TransactionFilter};
use crate::store::search::ids::{self, WordIds};
use crate::store::search::intersection::Intersection;
use crate::store::search::merge::Merge;
use crate::store::search::row_source::RowSource;
use crate::store::search::source::Source;
use crate::store::search::trigrams;
use rusqlite::{Connection, OptionalExtension, Statement};
use std::collections::VecDeque;
use std::ops::Range;

/// How many rows of the table are read first, and how many more if these were not enough. After that, the sources are
/// read, although they may yield many old rows. Small in tests, whose stores are small.
const NEWEST_ROWS: &[i64] = if cfg!(test) { &[20, 40] } else { &[500, 19_500] };

/// The stages of a search, of which the next one is planned when it is needed.
pub(super) struct Plan {
    pending: VecDeque<(Conditions, Route)>,
    direction: Direction,
}

/// Rows that meet `conditions`, read from `sources`. They go before all rows of later stages.
pub(super) struct Stage {
    conditions: Conditions,
    sources: Vec<Source>,
    direction: Direction,
}

/// How to find all rows that meet the conditions.
enum Route {
    /// Read the whole table.
    Table,
    Sources(Vec<Source>),
    /// Read the newest rows of the table first, where some are likely to be found. The rest comes from `sources`, and
    /// from the index of names for `words`, some of which are too short for a trigram.
    NewestFirst {
        newest_rows: &'static [i64],
        sources: Vec<Source>,
        words: Vec<Word>,
    },
}

impl Plan {
    pub fn of(connection: &Connection, filter: &TransactionFilter) -> Result<Self, StoreError> {
        let words = filter.query.as_deref().map(names::query_words).unwrap_or_default();
        let words = words.into_iter().map(|word| WordIds::of(connection, word)).collect::<Result<Vec<_>, _>>()?;
        let mut conditions = Conditions::of(filter);
        for word in &words {
            let (sql, values) = word.condition();
            conditions.and(&sql, values);
        }
        let narrow = narrow(connection, filter)?;
        let mut pending = VecDeque::new();
        // A payment with exactly the typed ID goes before those whose IDs begin with it.
        if let Some((sql, values)) = ids::is_exact(&words) {
            let exact = words.iter().flat_map(WordIds::exact_sources).collect();
            let mut first = conditions.clone();
            first.and(&sql, values.clone());
            conditions.and(&format!("NOT {sql}"), values);
            pending.push_back((first, Route::Sources(narrow.clone().unwrap_or(exact))));
        }
        let route = match narrow {
            Some(sources) => Route::Sources(sources),
            None if words.is_empty() => by_filter(connection, filter)?,
            None => by_words(connection, words, filter)?,
        };
        pending.push_back((conditions, route));
        Ok(Self { pending, direction: filter.direction })
    }

    pub fn next(&mut self, connection: &Connection) -> Result<Option<Stage>, StoreError> {
        let Some((conditions, route)) = self.pending.pop_front() else { return Ok(None) };
        let table = || vec![RowSource::table().into()];
        let (conditions, sources) = match route {
            Route::Table => (conditions, table()),
            Route::Sources(sources) => (conditions, sources),
            Route::NewestFirst { newest_rows: [], mut sources, words } => {
                sources.extend(trigrams::sources_of_short(connection, &words)?.into_iter().map(Source::from));
                (conditions, sources)
            }
            Route::NewestFirst { newest_rows: [rows, newest_rows @ ..], sources, words } => {
                match split(connection, &conditions.span, *rows, self.direction)? {
                    None => (conditions, table()),
                    Some((newest, rest)) => {
                        let route = Route::NewestFirst { newest_rows, sources, words };
                        self.pending.push_front((conditions.within(rest), route));
                        (conditions.within(newest), table())
                    }
                }
            }
        };
        Ok(Some(Stage { conditions, sources, direction: self.direction }))
    }

    /// The condition over all rows, if the plan is to read the whole table.
    pub fn whole_table(mut self) -> Option<Condition> {
        let (Some((mut conditions, Route::Table)), None) = (self.pending.pop_front(), self.pending.pop_front()) else {
            return None;
        };
        let Range { start, end } = conditions.span;
        conditions.and("t.row >= ? AND t.row < ?", [start, end]);
        Some((conditions.sql, conditions.values))
    }
}

impl Stage {
    /// A statement for each source, for [`Stage::open`] to read.
    pub fn prepare<'c>(&self, connection: &'c Connection) -> rusqlite::Result<Vec<Statement<'c>>> {
        let Self { conditions, direction, .. } = self;
        self.sources.iter().map(|source| source.prepare(connection, conditions, *direction)).collect()
    }

    pub fn open<'r, 'c>(
        &self,
        connection: &'c Connection,
        statements: &'r mut [Statement<'_>],
    ) -> rusqlite::Result<Merge<'r, 'c>> {
        let Self { conditions, direction, sources } = self;
        let readers = sources.iter().zip(statements);
        let readers = readers.map(|(source, statement)| source.open(statement, connection, conditions, *direction));
        Merge::of(readers.collect::<rusqlite::Result<_>>()?, *direction)
    }
}

/// The sources of the one ID that the filter names, if it has few rows.
fn narrow(connection: &Connection, filter: &TransactionFilter) -> Result<Option<Vec<Source>>, StoreError> {
    if let Some(id) = &filter.transaction {
        return Ok(Some(vec![ids::transaction(id.as_str()).into()]));
    }
    if let Some(id) = &filter.order {
        return Ok(Some(vec![ids::order(id.as_str()).into()]));
    }
    let Some(id) = &filter.product else { return Ok(None) };
    Ok(ids::covers_few(connection, id.as_str())?.then(|| vec![RowSource::product(id.as_str()).into()]))
}

/// Without a query.
fn by_filter(connection: &Connection, filter: &TransactionFilter) -> Result<Route, StoreError> {
    if let Some(source) = by_names(connection, &conditions::customer_words(filter), filter)? {
        return Ok(Route::Sources(vec![source]));
    }
    if let Some(id) = &filter.product {
        return Ok(Route::Sources(vec![RowSource::product(id.as_str()).into()]));
    }
    if !filter.flags.is_empty() {
        let of_flags = filter.flags.iter().flat_map(|flag| RowSource::flagged(*flag, filter.test));
        return Ok(Route::Sources(of_flags.map(Source::from).collect()));
    }
    Ok(not_live_paid(filter).map_or(Route::Table, |entries| {
        Route::Sources(entries.into_iter().map(|entry| RowSource::not_live_paid(filter.test, entry).into()).collect())
    }))
}

fn by_names(connection: &Connection, words: &[Word], filter: &TransactionFilter) -> Result<Option<Source>, StoreError> {
    let Some(expression) = trigrams::expression(connection, words)? else { return Ok(None) };
    let names = RowSource::names(expression);
    let others = match (not_live_paid(filter), &filter.product) {
        (Some(entries), _) => entries.into_iter().map(|entry| RowSource::not_live_paid(filter.test, entry)).collect(),
        (None, Some(id)) => vec![RowSource::product(id.as_str())],
        (None, None) => return Ok(Some(names.into())),
    };
    Ok(Some(Source::Intersection(Intersection { names, others })))
}

/// A row has all words in its names, or an ID that begins with one of them.
fn by_words(connection: &Connection, words: Vec<WordIds>, filter: &TransactionFilter) -> Result<Route, StoreError> {
    let mut sources: Vec<Source> = words.iter().flat_map(WordIds::sources).collect();
    let has_many = words.iter().any(WordIds::has_many);
    let words: Vec<Word> = words.into_iter().map(|word| word.word).collect();
    let mut words_with_short = Vec::new();
    // A word that folds to nothing is in no name.
    if words.iter().all(|word| !word.alternatives.is_empty()) {
        match by_names(connection, &words, filter)? {
            Some(names) => sources.push(names),
            None => words_with_short = words,
        }
    }
    Ok(match has_many || !words_with_short.is_empty() {
        true => Route::NewestFirst { newest_rows: NEWEST_ROWS, sources, words: words_with_short },
        false => Route::Sources(sources),
    })
}

/// The kinds and statuses that the filter asks for, unless live paid sales are among them: a separate index holds
/// all other rows.
fn not_live_paid(filter: &TransactionFilter) -> Option<Vec<KindAndStatus>> {
    let kinds = if filter.kinds.is_empty() { Kind::ALL } else { &filter.kinds };
    let of_kind = |kind: &Kind| -> Vec<KindAndStatus> {
        match kind {
            Kind::Sale => SaleStatus::ALL.iter().copied().map(KindAndStatus::Sale).collect(),
            Kind::Refund => PlatformStatus::ALL.iter().copied().map(KindAndStatus::Refund).collect(),
            Kind::Chargeback => PlatformStatus::ALL.iter().copied().map(KindAndStatus::Chargeback).collect(),
        }
    };
    let mut entries: Vec<KindAndStatus> = kinds.iter().flat_map(of_kind).collect();
    if !filter.statuses.is_empty() {
        entries.retain(|entry| filter.statuses.iter().any(|word| word == entry.shown()));
    }
    (filter.test || !entries.contains(&KindAndStatus::Sale(SaleStatus::Paid))).then_some(entries)
}

/// The row after this many rows (?3) of a range.
pub(super) fn row_after(direction: Direction) -> String {
    let order = direction.sql();
    format!("SELECT row FROM transactions WHERE row >= ?1 AND row < ?2 ORDER BY row {order} LIMIT 1 OFFSET ?3")
}

/// The first rows of `span` and the rest, between two seconds. `None` if there is no rest.
fn split(
    connection: &Connection,
    span: &Span,
    rows: i64,
    direction: Direction,
) -> Result<Option<(Span, Span)>, StoreError> {
    let Range { start, end } = *span;
    let mut statement = connection.prepare_cached(&row_after(direction))?;
    let row: Option<RowNumber> = statement.query_row((start, end, rows), |row| row.get(0)).optional()?;
    Ok(row.map(|row| match direction {
        Direction::Usual => {
            let border = RowNumber::first_in(row.second()).0;
            (border..end, start..border)
        }
        Direction::Reversed => {
            let border = RowNumber::first_in(row.second() + 1).0;
            (start..border, border..end)
        }
    }))
}
