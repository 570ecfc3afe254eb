//! The one search field and its filters, as a walk over the rows from the newest.
//!
//! Rows are in the order of their payments' seconds, so the newest fifty are the end of the table. Within a second
//! they are put in order here: by the payment time, then by ID.

use crate::domain::dossier::Dossier;
use crate::domain::ids::{OrderId, ProductId, TransactionId};
use crate::domain::moment::{Instant, Zone};
use crate::domain::money::{Currency, Money};
use crate::domain::names::{self, Word};
use crate::domain::transaction::{Kind, Method, PaymentPlan};
use crate::store::columns::{self, RowNumber};
use crate::store::{Store, StoreError, dossiers, transactions};
use rusqlite::types::Value;
use rusqlite::{Row, params_from_iter};
use std::ops::ControlFlow;

/// What a listing is sorted by.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Order {
    /// The newest payment first, then by ID.
    #[default]
    Paid,
    /// The largest sum first, currency by currency.
    Amount,
    /// By the customer's name.
    Customer,
}

/// Whether the order is turned round.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Direction {
    #[default]
    Usual,
    Reversed,
}

/// Which payments to find. Empty lists and `None` do not filter.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Filter {
    pub query: Option<String>,
    pub transaction: Option<TransactionId>,
    pub order: Option<OrderId>,
    pub product: Option<ProductId>,
    pub customer: Option<String>,
    pub email: Option<String>,
    pub kinds: Vec<Kind>,
    pub methods: Vec<Method>,
    pub plans: Vec<PaymentPlan>,
    /// Words of either status vocabulary, as they are shown.
    pub statuses: Vec<String>,
    pub since: Option<Instant>,
    /// The first instant that is too late.
    pub before: Option<Instant>,
    pub min: Option<Money>,
    pub max: Option<Money>,
    pub currency: Option<Currency>,
    /// Test payments instead of live ones.
    pub test: bool,
    pub sorted: Order,
    pub direction: Direction,
}

impl Store {
    /// Hands every payment that the filter finds to `each`, until that breaks off.
    pub fn search(
        &self,
        filter: &Filter,
        zone: Zone,
        each: &mut dyn FnMut(Dossier) -> ControlFlow<()>,
    ) -> Result<(), StoreError> {
        let mut by_row = |row: RowNumber| -> Result<ControlFlow<()>, StoreError> {
            let stored = transactions::by_row(&self.connection, row)?;
            if !has_texts(filter, &stored.transaction.customer) {
                return Ok(ControlFlow::Continue(()));
            }
            Ok(each(dossiers::of(&self.connection, stored, zone)?))
        };
        let found = Conditions::of(filter);
        // A payment whose ID is exactly what was typed goes before those whose ID only begins so.
        for tier in found.tiers() {
            let flow = match filter.sorted {
                Order::Paid => self.walk(&tier, filter.direction, &mut by_row)?,
                Order::Amount | Order::Customer => self.sorted(&tier, filter, &mut by_row)?,
            };
            if flow.is_break() {
                break;
            }
        }
        Ok(())
    }

    /// How many payments the filter finds.
    pub fn count(&self, filter: &Filter, zone: Zone) -> Result<u64, StoreError> {
        let mut count = 0;
        if filter.customer.is_none() && filter.email.is_none() {
            let found = Conditions::of(filter);
            let sql = format!("SELECT count(*) FROM transactions t WHERE {}", found.sql);
            return Ok(self.connection.query_row(&sql, params_from_iter(found.values), |row| row.get(0))?);
        }
        self.search(filter, zone, &mut |_| {
            count += 1;
            ControlFlow::Continue(())
        })?;
        Ok(count)
    }

    /// The currencies of the store's payments.
    pub fn currencies(&self) -> Result<Vec<Currency>, StoreError> {
        let mut statement =
            self.connection.prepare("SELECT DISTINCT currency FROM transactions ORDER BY 1")?;
        let currencies = statement.query_map([], |row| columns::parsed(row, "currency"))?;
        Ok(currencies.collect::<rusqlite::Result<_>>()?)
    }

    fn walk(
        &self,
        tier: &Conditions,
        direction: Direction,
        each: &mut dyn FnMut(RowNumber) -> Result<ControlFlow<()>, StoreError>,
    ) -> Result<ControlFlow<()>, StoreError> {
        let order = if direction == Direction::Usual { "DESC" } else { "ASC" };
        let sql = format!(
            "SELECT t.row, t.paid_at, t.transaction_id FROM transactions t WHERE {} ORDER BY t.row {order}",
            tier.sql
        );
        let mut statement = self.connection.prepare(&sql)?;
        let mut rows = statement.query(params_from_iter(&tier.values))?;
        let mut second: Vec<InSecond> = Vec::new();
        while let Some(row) = rows.next()? {
            let next = InSecond::read(row)?;
            if second.first().is_some_and(|first| first.row.second() != next.row.second()) {
                let flow = flush(&mut second, direction, each)?;
                if flow.is_break() {
                    return Ok(flow);
                }
            }
            second.push(next);
        }
        flush(&mut second, direction, each)
    }

    fn sorted(
        &self,
        tier: &Conditions,
        filter: &Filter,
        each: &mut dyn FnMut(RowNumber) -> Result<ControlFlow<()>, StoreError>,
    ) -> Result<ControlFlow<()>, StoreError> {
        let order = match (filter.sorted, filter.direction) {
            (Order::Amount, Direction::Usual) => "t.currency, t.amount_minor DESC, t.row DESC",
            (Order::Amount, Direction::Reversed) => "t.currency, t.amount_minor, t.row",
            (_, Direction::Usual) => "t.searchable, t.row DESC",
            (_, Direction::Reversed) => "t.searchable DESC, t.row",
        };
        let sql =
            format!("SELECT t.row FROM transactions t WHERE {} ORDER BY {order}, t.transaction_id", tier.sql);
        let mut statement = self.connection.prepare(&sql)?;
        let mut rows = statement.query(params_from_iter(&tier.values))?;
        while let Some(row) = rows.next()? {
            let flow = each(row.get(0)?)?;
            if flow.is_break() {
                return Ok(flow);
            }
        }
        Ok(ControlFlow::Continue(()))
    }
}

/// A row of the second that the walk is in.
struct InSecond {
    row: RowNumber,
    paid_at: i64,
    id: String,
}

impl InSecond {
    fn read(row: &Row<'_>) -> rusqlite::Result<Self> {
        Ok(Self { row: row.get(0)?, paid_at: row.get(1)?, id: row.get(2)? })
    }
}

fn flush(
    second: &mut Vec<InSecond>,
    direction: Direction,
    each: &mut dyn FnMut(RowNumber) -> Result<ControlFlow<()>, StoreError>,
) -> Result<ControlFlow<()>, StoreError> {
    second.sort_by(|one, other| other.paid_at.cmp(&one.paid_at).then_with(|| one.id.cmp(&other.id)));
    if direction == Direction::Reversed {
        second.reverse();
    }
    for found in second.drain(..) {
        let flow = each(found.row)?;
        if flow.is_break() {
            return Ok(flow);
        }
    }
    Ok(ControlFlow::Continue(()))
}

/// `--customer` and `--email` look into one field each, which the folded text holds side by side.
fn has_texts(filter: &Filter, customer: &crate::domain::transaction::Customer) -> bool {
    let has = |wanted: &Option<String>, text: &str| {
        wanted.as_ref().is_none_or(|wanted| {
            let folded = names::searchable(text);
            names::query_words(wanted).iter().all(|word| word.found_in(&folded))
        })
    };
    has(&filter.customer, &customer.name) && has(&filter.email, &customer.email)
}

/// A condition over `transactions t`, and the values of its parameters in their order.
#[derive(Debug, Clone)]
struct Conditions {
    sql: String,
    values: Vec<Value>,
    /// The condition of an ID that is exactly a word of the query; empty where there is no query.
    exact: String,
    exact_values: Vec<Value>,
}

impl Conditions {
    fn of(filter: &Filter) -> Self {
        let mut all = Self {
            sql: "t.is_test = ?".into(),
            values: vec![filter.test.into()],
            exact: String::new(),
            exact_values: vec![],
        };
        if let Some(id) = &filter.transaction {
            all.and("t.transaction_id = ?", [id.to_string()]);
        }
        if let Some(id) = &filter.order {
            all.and("t.order_id = ? COLLATE NOCASE AND t.order_id = ?", [id.to_string(), id.to_string()]);
        }
        if let Some(id) = &filter.product {
            let has = "EXISTS (SELECT 1 FROM products WHERE payment = t.row AND product_id = ?)";
            all.and(has, [id.to_string()]);
        }
        all.words_and_times(filter);
        all.sums(filter);
        all.one_of("t.kind", filter.kinds.iter().map(|kind| kind.word()));
        all.one_of("t.method", filter.methods.iter().map(|method| method.word()));
        all.one_of("t.plan", filter.plans.iter().map(|plan| plan.word()));
        let shown = "CASE t.status WHEN 'charged_back' THEN 'paid' ELSE t.status END";
        all.one_of(shown, filter.statuses.iter().map(String::as_str));
        all
    }

    fn words_and_times(&mut self, filter: &Filter) {
        for text in [&filter.customer, &filter.email].into_iter().flatten() {
            for word in names::query_words(text) {
                let found = in_names(&word);
                self.and(&found.0, found.1);
            }
        }
        for word in filter.query.as_deref().map(names::query_words).unwrap_or_default() {
            self.word(&word);
        }
        // Filters on the row are ranges of the walk itself.
        if let Some(since) = filter.since {
            self.and(
                "t.row >= ? AND t.paid_at >= ?",
                [RowNumber::first_of(since).0, since.timestamp_millis()],
            );
        }
        if let Some(before) = filter.before {
            let end = RowNumber::first_of(before + chrono::TimeDelta::seconds(1)).0;
            self.and("t.row < ? AND t.paid_at < ?", [end, before.timestamp_millis()]);
        }
    }

    fn sums(&mut self, filter: &Filter) {
        let currency = filter.currency.or(filter.min.or(filter.max).map(Money::currency));
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

    /// The beginning of an ID, letters' case forgiven, or a part of the customer's name or address.
    fn word(&mut self, word: &Word) {
        let length = i64::try_from(word.raw.chars().count()).unwrap_or(i64::MAX);
        let begins = |column: &str| format!("substr({column}, 1, ?) = ? COLLATE NOCASE");
        let raw = || Value::from(word.raw.clone());
        let product = begins("product_id");
        let (in_names, pieces) = in_names(word);
        let sql = format!(
            "({} OR {} OR EXISTS (SELECT 1 FROM products WHERE payment = t.row AND {product}) OR {in_names})",
            begins("t.transaction_id"),
            begins("t.order_id"),
        );
        let mut values: Vec<Value> = Vec::new();
        for _ in 0..3 {
            values.extend([length.into(), raw()]);
        }
        values.extend(pieces);
        self.and(&sql, values);
        let or = if self.exact.is_empty() { "" } else { " OR " };
        self.exact.push_str(or);
        // By index, so that no walk is needed to learn that no ID is exactly so. NOCASE finds, BINARY decides.
        self.exact.push_str(
            "t.row IN (SELECT row FROM transactions WHERE transaction_id = ?
                       UNION ALL
                       SELECT row FROM transactions WHERE order_id = ? COLLATE NOCASE AND order_id = ? COLLATE BINARY
                       UNION ALL
                       SELECT payment FROM products
                        WHERE product_id = ? COLLATE NOCASE AND product_id = ? COLLATE BINARY)",
        );
        self.exact_values.extend([raw(), raw(), raw(), raw(), raw()]);
    }

    fn one_of<'a>(&mut self, column: &str, words: impl Iterator<Item = &'a str>) {
        let values: Vec<Value> = words.map(|word| Value::from(word.to_owned())).collect();
        if !values.is_empty() {
            let marks = vec!["?"; values.len()].join(", ");
            self.and(&format!("{column} IN ({marks})"), values);
        }
    }

    fn and<V: Into<Value>>(&mut self, sql: &str, values: impl IntoIterator<Item = V>) {
        self.sql.push_str(" AND ");
        self.sql.push_str(sql);
        self.values.extend(values.into_iter().map(Into::into));
    }

    fn tiers(self) -> Vec<Self> {
        if self.exact.is_empty() {
            return vec![self];
        }
        let tier = |condition: String| {
            let mut tier = self.clone();
            let values = tier.exact_values.clone();
            tier.and(&condition, values);
            tier
        };
        vec![tier(format!("({})", self.exact)), tier(format!("NOT coalesce(({}), 0)", self.exact))]
    }
}

/// All pieces of one of the word's transcriptions; a word that folds to nothing is in no name.
fn in_names(word: &Word) -> (String, Vec<Value>) {
    let mut alternatives = Vec::new();
    let mut values = Vec::new();
    for pieces in word.alternatives.iter().filter(|pieces| !pieces.is_empty()) {
        let each = vec!["instr(t.searchable, ?) > 0"; pieces.len()].join(" AND ");
        alternatives.push(format!("({each})"));
        values.extend(pieces.iter().map(|piece| Value::from(piece.clone())));
    }
    match alternatives.is_empty() {
        true => ("0".to_owned(), values),
        false => (format!("({})", alternatives.join(" OR ")), values),
    }
}
