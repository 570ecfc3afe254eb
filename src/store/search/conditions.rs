//! What a row must be, as a condition over `transactions t`: the same for every way that leads to it.

use crate::domain::names::{self, Word};
use crate::store::columns::RowNumber;
use crate::store::search::ids::{FORMERLY, WordIds};
use crate::store::search::{Filter, Reach};
use rusqlite::types::Value;
use std::ops::Range;

/// A condition over `transactions t`, and the values of its parameters in their order.
#[derive(Debug, Clone)]
pub(super) struct Conditions {
    pub sql: String,
    pub values: Vec<Value>,
    /// The rows among which it is looked: a range, which each way applies to the rows it yields.
    pub span: Range<i64>,
}

impl Conditions {
    /// All of the filter but the words of its query.
    pub fn of(filter: &Filter) -> Self {
        let mut all = Self { sql: "t.is_test = ?".into(), values: vec![filter.test.into()], span: i64::MIN..i64::MAX };
        if let Some(id) = &filter.transaction {
            all.and(&format!("(t.transaction_id = ? OR {FORMERLY})"), [id.to_string(), id.to_string()]);
        }
        if let Some(id) = &filter.order {
            all.and("t.order_id = ?", [id.to_string()]);
        }
        if let Some(id) = &filter.product {
            let has = "EXISTS (SELECT 1 FROM products WHERE payment = t.row AND product_id = ?)";
            all.and(has, [id.to_string()]);
        }
        for word in texts(filter) {
            let (sql, values) = in_names(&word);
            all.and(&sql, values);
        }
        all.times(filter);
        all.sums(filter);
        if let Some(reach) = filter.reach {
            all.reached(reach);
        }
        all.one_of("t.kind", filter.kinds.iter().map(|kind| kind.word()));
        all.one_of("t.method", filter.methods.iter().map(|method| method.word()));
        all.one_of("t.plan", filter.plans.iter().map(|plan| plan.word()));
        let shown = "CASE t.status WHEN 'charged_back' THEN 'paid' ELSE t.status END";
        all.one_of(shown, filter.statuses.iter().map(String::as_str));
        all
    }

    pub fn and<V: Into<Value>>(&mut self, sql: &str, values: impl IntoIterator<Item = V>) {
        self.sql.push_str(" AND ");
        self.sql.push_str(sql);
        self.values.extend(values.into_iter().map(Into::into));
    }

    /// A word of the query: a part of the customer's name or address, or the beginning of an ID, letters' case
    /// forgiven.
    pub fn word(&mut self, of: &WordIds) {
        let word = &of.word;
        let length = i64::try_from(word.raw.chars().count()).unwrap_or(i64::MAX);
        let begins = |column: &str| format!("substr({column}, 1, ?) = ? COLLATE NOCASE");
        let (in_names, mut values) = in_names(word);
        let mut ways = vec![in_names, begins("t.transaction_id"), begins("t.order_id")];
        if of.may_begin_a_product() {
            let product = begins("product_id");
            ways.push(format!("EXISTS (SELECT 1 FROM products WHERE payment = t.row AND {product})"));
        }
        for _ in &ways[1..] {
            values.extend([length.into(), word.raw.clone().into()]);
        }
        if of.is_former() {
            ways.push(FORMERLY.to_owned());
            values.push(word.raw.clone().into());
        }
        self.and(&format!("({})", ways.join(" OR ")), values);
    }

    /// The same among fewer rows.
    pub fn within(&self, span: Range<i64>) -> Self {
        let span = span.start.max(self.span.start)..span.end.min(self.span.end);
        Self { span, ..self.clone() }
    }

    fn times(&mut self, filter: &Filter) {
        if let Some(since) = filter.since {
            self.span.start = RowNumber::first_of(since).0;
            self.and("t.paid_at >= ?", [since.timestamp_millis()]);
        }
        if let Some(before) = filter.before {
            self.span.end = RowNumber::first_of(before + chrono::TimeDelta::seconds(1)).0;
            self.and("t.paid_at < ?", [before.timestamp_millis()]);
        }
    }

    /// A payment's own period goes before what is configured. One day more, for the clocks that are put forward.
    fn reached(&mut self, reach: Reach) {
        let since = reach.since.map(|since| since.timestamp_millis());
        self.and(
            "t.kind = 'sale' AND t.status = 'paid' AND max(t.paid_at, coalesce(t.ordered_at, t.paid_at))
              >= CASE WHEN t.return_period IS NULL THEN ? ELSE ? - (t.return_period + 1) * 86400000 END",
            [since.into(), Value::from(reach.today.timestamp_millis())],
        );
    }

    fn sums(&mut self, filter: &Filter) {
        let currency = filter.currency.or(filter.min.or(filter.max).map(|sum| sum.currency()));
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

    fn one_of<'a>(&mut self, column: &str, words: impl Iterator<Item = &'a str>) {
        let values: Vec<Value> = words.map(|word| Value::from(word.to_owned())).collect();
        if !values.is_empty() {
            let marks = vec!["?"; values.len()].join(", ");
            self.and(&format!("{column} IN ({marks})"), values);
        }
    }
}

/// The words of `--customer` and `--email`, which are looked for in names and addresses alone.
pub(super) fn texts(filter: &Filter) -> Vec<Word> {
    let texts = [&filter.customer, &filter.email].into_iter().flatten();
    texts.flat_map(|text| names::query_words(text)).collect()
}

/// All pieces of one of the word's transcriptions; a word that folds to nothing is in no name.
fn in_names(word: &Word) -> (String, Vec<Value>) {
    if word.alternatives.is_empty() {
        // Not a plain 0: SQLite would find no way to carry out what it knows to be in vain.
        return ("?".to_owned(), vec![false.into()]);
    }
    let each = |pieces: &Vec<String>| vec!["instr(t.searchable, ?) > 0"; pieces.len()].join(" AND ");
    let ways: Vec<String> = word.alternatives.iter().map(each).collect();
    let pieces = word.alternatives.iter().flatten().map(|piece| Value::from(piece.clone()));
    (format!("({})", ways.join(" OR ")), pieces.collect())
}
