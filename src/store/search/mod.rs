//! The one search field and its filters.
//!
//! Rows are in the order of their payments' seconds, so the newest fifty are the end of the table, and every way to
//! find some of them yields them in that order: [`ways`] chooses, [`feed`] merges. Within a second they are put in
//! order here: by the payment time, then by ID.

mod candidate;
mod conditions;
mod ids;
mod intersection;
mod merge;
mod planner;
mod row_numbers;
mod row_source;
#[cfg(test)]
mod tests;
mod trigrams;

use crate::domain::ids::{OrderId, ProductId, TransactionId};
use crate::domain::money::{Currency, Money};
use crate::domain::names;
use crate::domain::sale::record::SaleRecord;
use crate::domain::sale::transaction::{Customer, Kind, Method, PaymentPlan};
use crate::domain::time::{Timestamp, Zone};
use crate::store::columns::{self, RowNumber};
use crate::store::{Store, StoreError, sale_records, transactions};
use candidate::Candidate;
use planner::Plan;
use rusqlite::params_from_iter;
use std::ops::ControlFlow;

/// What a listing is sorted by.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum SortOrder {
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

impl Direction {
    fn sql(self) -> &'static str {
        match self {
            Self::Usual => "DESC",
            Self::Reversed => "ASC",
        }
    }
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
    /// Words of either status string_enum, as they are shown.
    pub statuses: Vec<String>,
    pub since: Option<Timestamp>,
    /// The first instant that is too late.
    pub before: Option<Timestamp>,
    pub min: Option<Money>,
    pub max: Option<Money>,
    pub currency: Option<Currency>,
    /// Test payments instead of live ones.
    pub test: bool,
    /// Paid sales that a return period may still reach.
    pub reach: Option<Reach>,
    pub sorted: SortOrder,
    pub direction: Direction,
}

/// Leaves out what no return period reaches any more, counted from the payment or from its order. What it lets through
/// has still to be judged.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Reach {
    /// The beginning of today.
    pub today: Timestamp,
    /// The beginning of the first day that the longest configured period reaches; `None` where none is configured.
    pub since: Option<Timestamp>,
}

/// What is done with each row that is found; it may break the search off.
type Each<'e> = &'e mut dyn FnMut(RowNumber) -> Result<ControlFlow<()>, StoreError>;

impl Store {
    /// Hands every payment that the filter finds to `each`, until that breaks off.
    pub fn search(
        &self,
        filter: &Filter,
        zone: Zone,
        each: &mut dyn FnMut(SaleRecord) -> ControlFlow<()>,
    ) -> Result<(), StoreError> {
        let mut by_row = |row: RowNumber| -> Result<ControlFlow<()>, StoreError> {
            let stored = transactions::by_row(&self.connection, row)?;
            if !has_texts(filter, &stored.transaction.customer) {
                return Ok(ControlFlow::Continue(()));
            }
            Ok(each(sale_records::of(&self.connection, stored, zone)?))
        };
        match filter.sorted {
            SortOrder::Paid => self.find(filter, &mut by_row).map(drop),
            SortOrder::Amount | SortOrder::Customer => self.sorted(filter, &mut by_row),
        }
    }

    /// How many payments the filter finds.
    pub fn count(&self, filter: &Filter, zone: Zone) -> Result<u64, StoreError> {
        let mut count = 0;
        if filter.customer.is_some() || filter.email.is_some() {
            self.search(filter, zone, &mut |_| {
                count += 1;
                ControlFlow::Continue(())
            })?;
            return Ok(count);
        }
        if let Some((condition, values)) = Plan::of(&self.connection, filter)?.over_everything() {
            let sql = format!("SELECT count(*) FROM transactions t WHERE {condition}");
            return Ok(self.connection.query_row(&sql, params_from_iter(values), |row| row.get(0))?);
        }
        self.find(filter, &mut |_| {
            count += 1;
            Ok(ControlFlow::Continue(()))
        })?;
        Ok(count)
    }

    /// The currencies of the store's payments.
    pub fn currencies(&self) -> Result<Vec<Currency>, StoreError> {
        let mut statement = self.connection.prepare("SELECT DISTINCT currency FROM transactions ORDER BY 1")?;
        let currencies = statement.query_map([], |row| columns::parsed(row, "currency"))?;
        Ok(currencies.collect::<rusqlite::Result<_>>()?)
    }

    /// The rows that are found, in the order of their payments. Returns how many steps of SQLite's machine it took:
    /// what a search costs, on whatever computer.
    fn find(&self, filter: &Filter, each: Each<'_>) -> Result<u64, StoreError> {
        let way = Plan::of(&self.connection, filter)?;
        let mut second = SameSecond { direction: filter.direction, rows: Vec::new() };
        let mut steps = 0;
        // A payment whose ID is exactly what was typed goes before those whose ID only begins so.
        for tier in way.tiers() {
            let mut take = |found: Candidate| second.take(found, &mut *each);
            let (flow, took) = tier.run(&self.connection, &mut take)?;
            steps += took;
            if flow.is_break() || second.flush(&mut *each)?.is_break() {
                break;
            }
        }
        Ok(steps)
    }

    fn sorted(&self, filter: &Filter, each: Each<'_>) -> Result<(), StoreError> {
        let order = match (filter.sorted, filter.direction) {
            (SortOrder::Amount, Direction::Usual) => "t.currency, t.amount_minor DESC, t.row DESC",
            (SortOrder::Amount, Direction::Reversed) => "t.currency, t.amount_minor, t.row",
            (_, Direction::Usual) => "t.searchable, t.row DESC",
            (_, Direction::Reversed) => "t.searchable DESC, t.row",
        };
        let everything = Plan::of(&self.connection, filter)?.over_everything();
        let (condition, values) = if let Some(everything) = everything {
            everything
        } else {
            let mut rows = Vec::new();
            self.find(filter, &mut |row| {
                rows.push(row.0);
                Ok(ControlFlow::Continue(()))
            })?;
            let rows = serde_json::json!(rows).to_string();
            ("t.row IN (SELECT value FROM json_each(?))".to_owned(), vec![rows.into()])
        };
        let sql = format!("SELECT t.row FROM transactions t WHERE {condition} ORDER BY {order}, t.transaction_id");
        let mut statement = self.connection.prepare(&sql)?;
        let mut rows = statement.query(params_from_iter(values))?;
        while let Some(row) = rows.next()? {
            if each(row.get(0)?)?.is_break() {
                break;
            }
        }
        Ok(())
    }
}

/// The rows of the second that the search is in.
struct SameSecond {
    direction: Direction,
    rows: Vec<Candidate>,
}

impl SameSecond {
    fn take(&mut self, found: Candidate, each: Each<'_>) -> Result<ControlFlow<()>, StoreError> {
        let is_another = self.rows.first().is_some_and(|first| first.row.second() != found.row.second());
        if is_another && self.flush(each)?.is_break() {
            return Ok(ControlFlow::Break(()));
        }
        self.rows.push(found);
        Ok(ControlFlow::Continue(()))
    }

    fn flush(&mut self, each: Each<'_>) -> Result<ControlFlow<()>, StoreError> {
        self.rows.sort_by(|one, other| other.paid_at.cmp(&one.paid_at).then_with(|| one.id.cmp(&other.id)));
        if self.direction == Direction::Reversed {
            self.rows.reverse();
        }
        for found in self.rows.drain(..) {
            let flow = each(found.row)?;
            if flow.is_break() {
                return Ok(flow);
            }
        }
        Ok(ControlFlow::Continue(()))
    }
}

/// `--customer` and `--email` look into one field each, which the folded text holds side by side.
fn has_texts(filter: &Filter, customer: &Customer) -> bool {
    let has = |wanted: &Option<String>, text: &str| {
        wanted.as_ref().is_none_or(|wanted| {
            let folded = names::searchable(text);
            names::query_words(wanted).iter().all(|word| word.found_in(&folded))
        })
    };
    has(&filter.customer, &customer.name) && has(&filter.email, &customer.email)
}
