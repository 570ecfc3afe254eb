//! Which way leads to the rows of a search.
//!
//! Each way is bounded by what it finds and not by the store: by an index where one is narrow, by the letters of
//! names, and by a walk from the newest row only as far as is affordable before something better has to be asked.

use crate::domain::names;
use crate::domain::sale::transaction::{Kind, PlatformStatus, SaleStatus};
use crate::store::StoreError;
use crate::store::columns::WITHIN_SECOND;
use crate::store::search::candidate::Candidate;
use crate::store::search::conditions::{self, Conditions};
use crate::store::search::ids::{self, WordIds};
use crate::store::search::intersection::{Meeting, Part};
use crate::store::search::merge::{self, Source};
use crate::store::search::row_source::{KindAndStatus, Place};
use crate::store::search::trigrams;
use crate::store::search::{Direction, Filter};
use rusqlite::types::Value;
use rusqlite::{Connection, OptionalExtension};
use std::ops::{ControlFlow, Range};

/// So many rows are walked, and so many more where that was in vain, before a way by index is taken that may lead past
/// many old rows. Tests get past them in small stores.
const WALKS: [i64; 2] = if cfg!(test) { [20, 40] } else { [500, 19_500] };

/// How the rows of a search are found: tiers that go one before the other.
pub(super) struct Plan {
    tiers: Vec<Stage>,
}

/// Rows that meet `conditions`, in their order.
pub(super) struct Stage {
    conditions: Conditions,
    route: Route,
    direction: Direction,
}

/// Where all rows of a tier are.
enum Route {
    /// Anywhere: every row is looked at.
    Walk,
    Sources(Vec<Source>),
    /// Likely among the newest, which are looked at first; the rest comes from these sources, and from where names
    /// have a piece of too few letters.
    WalkFirst(Vec<Source>, Vec<names::Word>),
}

impl Plan {
    pub fn of(connection: &Connection, filter: &Filter) -> Result<Self, StoreError> {
        let words = filter.query.as_deref().map(names::query_words).unwrap_or_default();
        let words = words.into_iter().map(|word| WordIds::of(connection, word)).collect::<Result<Vec<_>, _>>()?;
        let mut conditions = Conditions::of(filter);
        for word in &words {
            conditions.word(word);
        }
        let narrow = narrow(connection, filter)?;
        let tier = |conditions, route| Stage { conditions, route, direction: filter.direction };
        let mut tiers = Vec::new();
        if let Some((sql, values)) = ids::is_exact(&words) {
            let exact = words.iter().flat_map(WordIds::exact_sources).collect();
            let mut first = conditions.clone();
            first.and(&sql, values.clone());
            conditions.and(&format!("NOT {sql}"), values);
            tiers.push(tier(first, Route::Sources(narrow.clone().unwrap_or(exact))));
        }
        let route = match narrow {
            Some(sources) => Route::Sources(sources),
            None if words.is_empty() => by_filter(connection, filter)?,
            None => by_words(connection, words, filter)?,
        };
        tiers.push(tier(conditions, route));
        Ok(Self { tiers })
    }

    pub fn tiers(&self) -> &[Stage] {
        &self.tiers
    }

    /// The condition over all rows, where nothing narrows the search down.
    pub fn over_everything(self) -> Option<(String, Vec<Value>)> {
        let [Stage { mut conditions, route: Route::Walk, .. }] = <[Stage; 1]>::try_from(self.tiers).ok()? else {
            return None;
        };
        let Range { start, end } = conditions.span;
        conditions.and("t.row >= ? AND t.row < ?", [start, end]);
        Some((conditions.sql, conditions.values))
    }
}

/// Places that a filter alone leads to, with few rows.
fn narrow(connection: &Connection, filter: &Filter) -> Result<Option<Vec<Source>>, StoreError> {
    if let Some(id) = &filter.transaction {
        return Ok(Some(vec![ids::transaction(id.as_str()).into()]));
    }
    if let Some(id) = &filter.order {
        return Ok(Some(vec![ids::order(id.as_str()).into()]));
    }
    let Some(id) = &filter.product else { return Ok(None) };
    Ok(ids::covers_few(connection, id.as_str())?.then(|| vec![Place::product(id.as_str()).into()]))
}

/// Without a query.
fn by_filter(connection: &Connection, filter: &Filter) -> Result<Route, StoreError> {
    if let Some(source) = by_letters(connection, &conditions::texts(filter), filter)? {
        return Ok(Route::Sources(vec![source]));
    }
    if let Some(id) = &filter.product {
        return Ok(Route::Sources(vec![Place::product(id.as_str()).into()]));
    }
    Ok(unusual(filter).map_or(Route::Walk, |are| {
        Route::Sources(are.into_iter().map(|are| Place::unusual(filter.test, are).into()).collect())
    }))
}

fn by_letters(connection: &Connection, words: &[names::Word], filter: &Filter) -> Result<Option<Source>, StoreError> {
    let Some(expression) = trigrams::expression(connection, words)? else { return Ok(None) };
    let with = match (unusual(filter), &filter.product) {
        (Some(are), _) => are.into_iter().map(|are| Part::Unusual { is_test: filter.test, are }).collect(),
        (None, Some(id)) => vec![Part::Product(id.to_string())],
        (None, None) => return Ok(Some(Place::names(expression).into())),
    };
    Ok(Some(Source::Meeting(Meeting { expression, with })))
}

/// A row has all words in its names, or one of them begins an ID of it.
fn by_words(connection: &Connection, words: Vec<WordIds>, filter: &Filter) -> Result<Route, StoreError> {
    let mut sources: Vec<Source> = words.iter().flat_map(WordIds::sources).collect();
    let has_many = words.iter().any(WordIds::has_many);
    let words: Vec<names::Word> = words.into_iter().map(|word| word.word).collect();
    if words.iter().any(|word| word.alternatives.is_empty()) {
        return Ok(if has_many { Route::WalkFirst(sources, Vec::new()) } else { Route::Sources(sources) });
    }
    let Some(by_letters) = by_letters(connection, &words, filter)? else {
        return Ok(Route::WalkFirst(sources, words));
    };
    sources.push(by_letters);
    Ok(if has_many { Route::WalkFirst(sources, Vec::new()) } else { Route::Sources(sources) })
}

/// The kinds with the statuses that are asked for, where live paid sales are not among them: all other rows have an
/// index of their own.
fn unusual(filter: &Filter) -> Option<Vec<KindAndStatus>> {
    let kinds = if filter.kinds.is_empty() { Kind::ALL } else { &filter.kinds };
    let is_asked_for = |status: &&str| {
        let shown = if *status == SaleStatus::ChargedBack.word() { SaleStatus::Paid.word() } else { status };
        filter.statuses.is_empty() || filter.statuses.iter().any(|word| word == shown)
    };
    let mut are = Vec::new();
    for kind in kinds {
        let words: Vec<&str> = match kind {
            Kind::Sale => SaleStatus::ALL.iter().map(|status| status.word()).collect(),
            Kind::Refund | Kind::Chargeback => PlatformStatus::ALL.iter().map(|status| status.word()).collect(),
        };
        are.extend(words.into_iter().filter(is_asked_for).map(|status| (kind.word(), status)));
    }
    let usual = (Kind::Sale.word(), SaleStatus::Paid.word());
    (filter.test || !are.contains(&usual)).then_some(are)
}

/// The row so many rows from an end.
pub(super) fn border(direction: Direction) -> String {
    let order = direction.sql();
    format!("SELECT row FROM transactions WHERE row >= ?1 AND row < ?2 ORDER BY row {order} LIMIT 1 OFFSET ?3")
}

/// The rows to be walked, and those behind them.
type NearAndFar = (Range<i64>, Range<i64>);

impl Stage {
    /// Hands its rows to `take`, until that breaks off. Returns the steps of SQLite's machine, too.
    pub fn run(
        &self,
        connection: &Connection,
        take: &mut dyn FnMut(Candidate) -> Result<ControlFlow<()>, StoreError>,
    ) -> Result<(ControlFlow<()>, u64), StoreError> {
        let mut run = |sources: &[Source], conditions: &Conditions| {
            merge::run(connection, sources, conditions, self.direction, take)
        };
        match &self.route {
            Route::Walk => run(&[Place::table().into()], &self.conditions),
            Route::Sources(sources) => run(sources, &self.conditions),
            Route::WalkFirst(sources, words) => {
                let table = [Place::table().into()];
                let (mut rest, mut steps) = (self.conditions.span.clone(), 0);
                for walk in WALKS {
                    let Some((near, far)) = self.parted(connection, &rest, walk)? else {
                        let (flow, walked) = run(&table, &self.conditions.within(rest))?;
                        return Ok((flow, steps + walked));
                    };
                    let (flow, walked) = run(&table, &self.conditions.within(near))?;
                    steps += walked;
                    if flow.is_break() {
                        return Ok((flow, steps));
                    }
                    rest = far;
                }
                let short = trigrams::places_of_short(connection, words)?;
                let sources: Vec<Source> = sources.iter().cloned().chain(short.into_iter().map(Source::from)).collect();
                let (flow, went) = run(&sources, &self.conditions.within(rest))?;
                Ok((flow, steps + went))
            }
        }
    }

    /// `None` where no rows are behind those to be walked. No second is parted.
    fn parted(&self, connection: &Connection, rows: &Range<i64>, walk: i64) -> Result<Option<NearAndFar>, StoreError> {
        let Range { start, end } = *rows;
        let mut statement = connection.prepare_cached(&border(self.direction))?;
        let row: Option<i64> = statement.query_row((start, end, walk), |row| row.get(0)).optional()?;
        Ok(row.map(|row| {
            let second = row >> WITHIN_SECOND;
            match self.direction {
                Direction::Usual => {
                    let border = second << WITHIN_SECOND;
                    (border..end, start..border)
                }
                Direction::Reversed => {
                    let border = (second + 1) << WITHIN_SECOND;
                    (start..border, border..end)
                }
            }
        }))
    }
}
