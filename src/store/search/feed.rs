//! Rows from several places at once, each in the order of its rows, as one sequence without repetition.

use crate::store::StoreError;
use crate::store::columns::RowNumber;
use crate::store::search::Direction;
use crate::store::search::conditions::Conditions;
use rusqlite::types::Value;
use rusqlite::{Connection, Row, Rows, Statement, StatementStatus, params_from_iter};
use std::ops::ControlFlow;

/// A row with what puts it in order within its second.
#[derive(Debug)]
pub(super) struct InSecond {
    pub row: RowNumber,
    pub paid_at: i64,
    pub id: String,
}

/// A place that rows come from, as the `FROM` of a statement over `transactions t`.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Place {
    from: String,
    /// The column of the place that holds the row's number.
    row: &'static str,
    condition: String,
    values: Vec<Value>,
}

/// A kind with one of its statuses, as the store's words.
pub(super) type KindAndStatus = (&'static str, &'static str);

/// The condition of the index of unusual rows, letter by letter, or SQLite does not take it.
const UNUSUAL: &str = "(t.is_test = 1 OR t.kind <> 'sale' OR t.status <> 'paid')";

impl Place {
    /// The table itself, from one end.
    pub fn table() -> Self {
        Self { from: "transactions t".into(), row: "t.row", condition: "1".into(), values: vec![] }
    }

    /// Rows of the table that `condition` finds by `index`, which does not hold them in their order.
    pub fn index(index: &str, condition: &str, values: Vec<Value>) -> Self {
        let found = format!("SELECT row FROM transactions INDEXED BY {index} WHERE {condition}");
        Self::sorted(&found, values)
    }

    /// Rows that `select` yields in any order, as a column `row`.
    pub fn sorted(select: &str, values: Vec<Value>) -> Self {
        // Only numbers are sorted, before any row is looked at.
        let from = format!("({select}) c CROSS JOIN transactions t ON t.row = c.row");
        Self { from, row: "c.row", condition: "1".into(), values }
    }

    /// Rows of this kind and status that are not live paid sales.
    pub fn unusual(is_test: bool, (kind, status): KindAndStatus) -> Self {
        Self {
            from: "transactions t INDEXED BY transactions_unusual".into(),
            row: "t.row",
            condition: format!("t.is_test = ? AND t.kind = ? AND t.status = ? AND {UNUSUAL}"),
            values: vec![is_test.into(), kind.to_owned().into(), status.to_owned().into()],
        }
    }

    /// Payments that cover this product, letters' case forgiven.
    pub fn product(id: &str) -> Self {
        Self {
            from: "products p INDEXED BY products_by_id CROSS JOIN transactions t ON t.row = p.payment"
                .into(),
            row: "p.payment",
            condition: "p.product_id = ? COLLATE NOCASE".into(),
            values: vec![id.to_owned().into()],
        }
    }

    /// The same without those that are exactly so.
    pub fn product_but_exactly(id: &str) -> Self {
        let condition = "p.product_id = ? COLLATE NOCASE AND p.product_id <> ? COLLATE BINARY".into();
        Self { condition, values: vec![id.to_owned().into(), id.to_owned().into()], ..Self::product(id) }
    }

    /// Rows whose folded text has what `expression` says, in the language of FTS5.
    pub fn names(expression: String) -> Self {
        Self {
            from: "names CROSS JOIN transactions t ON t.row = names.rowid".into(),
            row: "names.rowid",
            condition: "names MATCH ?".into(),
            values: vec![expression.into()],
        }
    }

    /// The same, of such kinds and statuses that no live paid sale is among them: the index of unusual rows tells
    /// before a row is looked at.
    pub fn unusual_names(expression: String, is_test: bool, are: &[KindAndStatus]) -> Self {
        let marks = vec!["?"; are.len()].join(", ");
        let index_s_own = UNUSUAL.replace("t.", "u.");
        let mut place = Self::names(expression);
        place.from = "names CROSS JOIN transactions u INDEXED BY transactions_unusual ON u.row = names.rowid
                      CROSS JOIN transactions t ON t.row = u.row"
            .into();
        place.condition.push_str(&format!(
            " AND u.is_test = ? AND u.kind IN ({marks}) AND u.status IN ({marks}) AND {index_s_own}"
        ));
        let (kinds, statuses) = (are.iter().map(|(kind, _)| *kind), are.iter().map(|(_, status)| *status));
        place.values.push(is_test.into());
        place.values.extend(kinds.chain(statuses).map(|word| word.to_owned().into()));
        place
    }

    pub fn sql(&self, conditions: &Conditions, direction: Direction) -> String {
        let Self { from, row, condition, .. } = self;
        let (all, order) = (&conditions.sql, direction.sql());
        format!(
            "SELECT t.row, t.paid_at, t.transaction_id FROM {from}
              WHERE {condition} AND {row} >= ? AND {row} < ? AND {all} ORDER BY {row} {order}"
        )
    }

    fn values(&self, conditions: &Conditions) -> impl Iterator<Item = Value> {
        let span = [conditions.span.start.into(), conditions.span.end.into()];
        self.values.clone().into_iter().chain(span).chain(conditions.values.clone())
    }
}

/// Hands the rows of all places to `take`, each once and in their order, until that breaks off. Returns the steps of
/// SQLite's machine, too.
pub(super) fn run(
    connection: &Connection,
    places: &[Place],
    conditions: &Conditions,
    direction: Direction,
    take: &mut dyn FnMut(InSecond) -> Result<ControlFlow<()>, StoreError>,
) -> Result<(ControlFlow<()>, u64), StoreError> {
    let prepared = places.iter().map(|place| connection.prepare(&place.sql(conditions, direction)));
    let mut statements = prepared.collect::<rusqlite::Result<Vec<Statement<'_>>>>()?;
    let flow = merge(&mut statements, places, conditions, direction, take)?;
    let steps = statements.iter().map(|statement| statement.get_status(StatementStatus::VmStep));
    Ok((flow, steps.map(i64::from).map(i64::unsigned_abs).sum()))
}

fn merge(
    statements: &mut [Statement<'_>],
    places: &[Place],
    conditions: &Conditions,
    direction: Direction,
    take: &mut dyn FnMut(InSecond) -> Result<ControlFlow<()>, StoreError>,
) -> Result<ControlFlow<()>, StoreError> {
    let mut feeds = Vec::with_capacity(places.len());
    for (statement, place) in statements.iter_mut().zip(places) {
        let mut feed =
            Feed { rows: statement.query(params_from_iter(place.values(conditions)))?, next: None };
        feed.advance()?;
        feeds.push(feed);
    }
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
            // A place may hold a row more than once.
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

struct Feed<'s> {
    rows: Rows<'s>,
    next: Option<InSecond>,
}

impl Feed<'_> {
    fn advance(&mut self) -> rusqlite::Result<()> {
        self.next = self.rows.next()?.map(read).transpose()?;
        Ok(())
    }

    fn is_at(&self, row: RowNumber) -> bool {
        self.next.as_ref().is_some_and(|next| next.row == row)
    }
}

fn read(row: &Row<'_>) -> rusqlite::Result<InSecond> {
    Ok(InSecond { row: row.get(0)?, paid_at: row.get(1)?, id: row.get(2)? })
}
