//! Where rows can be read in the order of their numbers: the table, an index, or the index of names.

use crate::domain::sale::record::Flag;
use crate::domain::sale::transaction::{KindAndStatus, SaleStatus};
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

    /// Every row that may have the flag.
    pub fn flagged(flag: Flag, is_test: bool) -> Vec<Self> {
        // Indexes of sales, in the order of the rows.
        let of_sales = |from, row, condition| {
            let join = "CROSS JOIN transactions t ON t.row = s.sale";
            Self { from, join, row, condition, values: vec![] }
        };
        let of_orders = |from, condition| {
            let join = "CROSS JOIN transactions t INDEXED BY transactions_by_order
                                ON t.order_id = o.order_id COLLATE NOCASE";
            Self { from, join, row: "t.row", condition, values: vec![] }
        };
        match flag {
            Flag::PaidTwice | Flag::ChargedBack | Flag::RefundOpen | Flag::Refunded | Flag::PartlyRefunded => vec![
                of_sales("refunds s INDEXED BY refunds_by_sale", "s.sale", "1"),
                of_sales("links s INDEXED BY links_by_sale", "s.sale", "s.sale IS NOT NULL"),
                Self {
                    join: "CROSS JOIN transactions t ON t.row = s.settled_sale",
                    ..of_sales(
                        "unread_reports s INDEXED BY unread_reports_by_sale",
                        "s.settled_sale",
                        "s.settled_sale IS NOT NULL",
                    )
                },
                Self::not_live_paid(is_test, KindAndStatus::Sale(SaleStatus::Refunded)),
                Self::not_live_paid(is_test, KindAndStatus::Sale(SaleStatus::ChargedBack)),
            ],
            Flag::UnmatchedRefund => vec![
                of_sales("candidates s INDEXED BY candidates_by_sale", "s.sale", "1"),
                of_orders("unread_reports o INDEXED BY unread_reports_by_order", "o.order_id IS NOT NULL"),
                Self {
                    from: "unread_reports u",
                    join: "CROSS JOIN transactions t ON t.transaction_id = u.transaction_id",
                    row: "t.row",
                    condition: "u.transaction_id IS NOT NULL",
                    values: vec![],
                },
            ],
            Flag::DisputeOpen => vec![of_orders("disputes o", "o.state = 'open'")],
            Flag::PlanCancelled => vec![of_orders("plan_cancellations o", "1")],
            Flag::IdMadeUp => vec![Self {
                from: "transactions t INDEXED BY transactions_with_made_up_ids",
                join: "",
                row: "t.row",
                condition: "t.id_is_made_up = 1",
                values: vec![],
            }],
        }
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
