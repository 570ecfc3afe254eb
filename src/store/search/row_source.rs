//! Where rows can be read in the order of their numbers: the table, an index, or the index of names.

use crate::domain::sale::transaction::KindAndStatus;
use crate::store::search::candidate::Candidate;
use crate::store::search::filter::Direction;
use rusqlite::types::Value;

/// Reads rows in order, as the `FROM` and `WHERE` of a statement.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct RowSource {
    from: &'static str,
    /// Joins `transactions t`, if `from` is another table.
    join: &'static str,
    /// The column of `from` that holds the row's number.
    row: &'static str,
    condition: &'static str,
    values: Vec<Value>,
}

impl RowSource {
    /// The table itself, from one end.
    pub fn table() -> Self {
        Self { from: "transactions t", join: "", row: "t.row", condition: "1", values: vec![] }
    }

    /// Rows of this kind and status that are not live paid sales. The last condition is the one of the partial index,
    /// in the same words, or SQLite does not use the index.
    pub fn not_live_paid(is_test: bool, entry: KindAndStatus) -> Self {
        let (kind, status) = (entry.kind().word(), entry.status_word());
        Self {
            from: "transactions t INDEXED BY transactions_unusual",
            join: "",
            row: "t.row",
            condition: "t.is_test = ? AND t.kind = ? AND t.status = ?
                    AND (t.is_test = 1 OR t.kind <> 'sale' OR t.status <> 'paid')",
            values: vec![is_test.into(), kind.to_owned().into(), status.to_owned().into()],
        }
    }

    /// Payments that cover this product, ignoring case.
    pub fn product(id: &str) -> Self {
        Self {
            from: "products p INDEXED BY products_by_id",
            join: "CROSS JOIN transactions t ON t.row = p.payment",
            row: "p.payment",
            condition: "p.product_id = ? COLLATE NOCASE",
            values: vec![id.to_owned().into()],
        }
    }

    /// The same without those that cover exactly this product.
    pub fn product_in_other_case(id: &str) -> Self {
        let condition = "p.product_id = ? COLLATE NOCASE AND p.product_id <> ? COLLATE BINARY";
        Self { condition, values: vec![id.to_owned().into(), id.to_owned().into()], ..Self::product(id) }
    }

    /// Rows whose search text matches `expression`, in FTS5's query language.
    pub fn names(expression: String) -> Self {
        Self {
            from: "names",
            join: "CROSS JOIN transactions t ON t.row = names.rowid",
            row: "names.rowid",
            condition: "names MATCH ?",
            values: vec![expression.into()],
        }
    }

    /// The candidates. Parameters: those of the source, the first row number, the end of the row numbers, those of
    /// `conditions`.
    pub fn sql(&self, conditions: &str, direction: Direction) -> String {
        let Self { from, join, row, condition, .. } = self;
        format!(
            "SELECT {} FROM {from} {join}
              WHERE {condition} AND {row} >= ? AND {row} < ? AND {conditions} ORDER BY {row} {}",
            Candidate::COLUMNS,
            direction.sql()
        )
    }

    /// The row numbers alone, without a look at the table. Parameters: those of the source, the first row number, the
    /// end of the row numbers.
    pub fn numbers_sql(&self, direction: Direction) -> String {
        let Self { from, row, condition, .. } = self;
        let order = direction.sql();
        format!("SELECT {row} FROM {from} WHERE {condition} AND {row} >= ? AND {row} < ? ORDER BY {row} {order}")
    }

    /// The values of the source's own parameters.
    pub fn values(&self) -> impl Iterator<Item = Value> {
        self.values.iter().cloned()
    }
}
