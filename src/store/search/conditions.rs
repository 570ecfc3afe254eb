//! What a row must meet to be found, as SQL over `transactions t`. It is the same for every source of rows.

use crate::domain::names::{self, Word};
use crate::store::columns::RowNumber;
use crate::store::search::filter::{OpenPeriod, TransactionFilter};
use chrono::TimeDelta;
use rusqlite::types::Value;
use std::ops::Range;

/// SQL with the values of its parameters, in their order.
pub(super) type Condition = (String, Vec<Value>);

/// Row numbers.
pub(super) type Span = Range<i64>;

/// The row once had this generated ID.
pub(super) const HAD_ID: &str = "EXISTS (SELECT 1 FROM former_ids f WHERE f.payment = t.row AND f.transaction_id = ?)";

/// The row covers this product.
pub(super) const COVERS: &str = "EXISTS (SELECT 1 FROM products WHERE payment = t.row AND product_id = ?)";

/// A condition over `transactions t`, and the values of its parameters in their order.
#[derive(Debug, Clone)]
pub(super) struct Conditions {
    pub sql: String,
    pub values: Vec<Value>,
    /// The row numbers to search. Not part of `sql`: each source applies it to the rows it reads.
    pub span: Span,
}

impl Conditions {
    /// The whole filter except the words of its query.
    pub fn of(filter: &TransactionFilter) -> Self {
        let mut all = Self { sql: "t.is_test = ?".into(), values: vec![filter.test.into()], span: i64::MIN..i64::MAX };
        if let Some(id) = &filter.transaction {
            all.and(&format!("(t.transaction_id = ? OR {HAD_ID})"), [id.to_string(), id.to_string()]);
        }
        if let Some(id) = &filter.order {
            all.and("t.order_id = ?", [id.to_string()]);
        }
        if let Some(id) = &filter.product {
            all.and(COVERS, [id.to_string()]);
        }
        for word in customer_words(filter) {
            let (sql, values) = in_names(&word);
            all.and(&sql, values);
        }
        if let Some(country) = &filter.country {
            all.and("t.customer_country = ? COLLATE NOCASE", [country.clone()]);
        }
        all.and_times(filter);
        all.and_amounts(filter);
        if let Some(period) = filter.open_period {
            all.and_open_period(period);
        }
        all.and_one_of("t.kind", filter.kinds.iter().map(|kind| kind.word()));
        all.and_one_of("t.method", filter.methods.iter().map(|method| method.word()));
        all.and_one_of("t.plan", filter.plans.iter().map(|plan| plan.word()));
        let shown = "CASE t.status WHEN 'charged_back' THEN 'paid' ELSE t.status END";
        all.and_one_of(shown, filter.statuses.iter().map(String::as_str));
        all
    }

    pub fn and<V: Into<Value>>(&mut self, sql: &str, values: impl IntoIterator<Item = V>) {
        self.sql.push_str(" AND ");
        self.sql.push_str(sql);
        self.values.extend(values.into_iter().map(Into::into));
    }

    /// The same for fewer rows.
    pub fn within(&self, span: Span) -> Self {
        let span = span.start.max(self.span.start)..span.end.min(self.span.end);
        Self { span, ..self.clone() }
    }

    fn and_times(&mut self, filter: &TransactionFilter) {
        if let Some(since) = filter.since {
            self.span.start = RowNumber::first_of(since).0;
            self.and("t.paid_at >= ?", [since.timestamp_millis()]);
        }
        if let Some(before) = filter.before {
            self.span.end = RowNumber::first_of(before + TimeDelta::seconds(1)).0;
            self.and("t.paid_at < ?", [before.timestamp_millis()]);
        }
    }

    /// A payment's own period takes precedence over the configured one. One day is added for the change to summer time.
    fn and_open_period(&mut self, period: OpenPeriod) {
        let since = period.since.map(|since| since.timestamp_millis());
        self.and(
            "t.kind = 'sale' AND t.status = 'paid' AND max(t.paid_at, coalesce(t.ordered_at, t.paid_at))
              >= CASE WHEN t.return_period IS NULL THEN ? ELSE ? - (t.return_period + 1) * 86400000 END",
            [since.into(), Value::from(period.counted_to.timestamp_millis())],
        );
    }

    fn and_amounts(&mut self, filter: &TransactionFilter) {
        let currency = filter.currency.or(filter.min.or(filter.max).map(|amount| amount.currency()));
        if let Some(currency) = currency {
            self.and("t.currency = ?", [currency.code().to_owned()]);
        }
        if let Some(min) = filter.min {
            self.and("t.amount_minor >= ?", [min.minor()]);
        }
        if let Some(max) = filter.max {
            self.and("t.amount_minor <= ?", [max.minor()]);
        }
    }

    fn and_one_of<'a>(&mut self, column: &str, words: impl Iterator<Item = &'a str>) {
        let values: Vec<Value> = words.map(|word| Value::from(word.to_owned())).collect();
        if !values.is_empty() {
            let parameters = vec!["?"; values.len()].join(", ");
            self.and(&format!("{column} IN ({parameters})"), values);
        }
    }
}

/// The words of `--customer` and `--email`, which are searched in names and addresses only.
pub(super) fn customer_words(filter: &TransactionFilter) -> Vec<Word> {
    let texts = [&filter.customer, &filter.email].into_iter().flatten();
    texts.flat_map(|text| names::query_words(text)).collect()
}

/// The row's search text contains all pieces of one of the word's spellings. A word that folds to nothing is in no
/// text.
pub(super) fn in_names(word: &Word) -> Condition {
    if word.alternatives.is_empty() {
        // A literal 0 would make SQLite reject the INDEXED BY of a source: it finds no plan for a constant condition.
        return ("?".to_owned(), vec![false.into()]);
    }
    let each = |pieces: &Vec<String>| vec!["instr(t.searchable, ?) > 0"; pieces.len()].join(" AND ");
    let spellings: Vec<String> = word.alternatives.iter().map(each).collect();
    let pieces = word.alternatives.iter().flatten().map(|piece| Value::from(piece.clone()));
    (format!("({})", spellings.join(" OR ")), pieces.collect())
}
