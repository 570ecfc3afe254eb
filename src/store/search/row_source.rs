//! A place that rows come from: the table, an index, or the index of names.

use crate::store::search::Direction;
use crate::store::search::conditions::Conditions;
use rusqlite::types::Value;

/// A kind with one of its statuses, as the store's words.
pub(super) type KindAndStatus = (&'static str, &'static str);

/// The condition of the index of unusual rows, letter by letter, or SQLite does not take it.
pub(super) const UNUSUAL: &str = "(t.is_test = 1 OR t.kind <> 'sale' OR t.status <> 'paid')";

/// A place that rows come from, as the `FROM` of a statement over `transactions t`.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Place {
    from: String,
    /// The column of the place that holds the row's number.
    row: &'static str,
    condition: String,
    values: Vec<Value>,
}

impl Place {
    /// The table itself, from one end.
    pub fn table() -> Self {
        Self { from: "transactions t".into(), row: "t.row", condition: "1".into(), values: vec![] }
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
            from: "products p INDEXED BY products_by_id CROSS JOIN transactions t ON t.row = p.payment".into(),
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

    pub fn sql(&self, conditions: &Conditions, direction: Direction) -> String {
        let Self { from, row, condition, .. } = self;
        let (all, order) = (&conditions.sql, direction.sql());
        format!(
            "SELECT t.row, t.paid_at, t.transaction_id FROM {from}
              WHERE {condition} AND {row} >= ? AND {row} < ? AND {all} ORDER BY {row} {order}"
        )
    }

    pub fn values(&self, conditions: &Conditions) -> impl Iterator<Item = Value> {
        let span = [conditions.span.start.into(), conditions.span.end.into()];
        self.values.clone().into_iter().chain(span).chain(conditions.values.clone())
    }
}
