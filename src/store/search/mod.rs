//! Searches payments by one search field and by filters.
//!
//! Row numbers are in the order of the payments' seconds (see [`RowNumber`]), so the newest fifty payments are at the
//! end of the table. [`planner`] decides where to read, each [`source`] yields rows in the order of their numbers, and
//! [`merge`] makes one sequence of them.

mod candidate;
mod conditions;
mod filter;
mod ids;
mod intersection;
mod merge;
mod planner;
mod row_numbers;
mod row_source;
mod source;
#[cfg(test)]
mod tests;
mod trigrams;

use crate::domain::money::Currency;
use crate::domain::names;
use crate::domain::sale::record::SaleRecord;
use crate::domain::sale::transaction::Customer;
use crate::domain::time::Zone;
use crate::store::columns::{self, RowNumber};
use crate::store::{Store, StoreError, sale_records, transactions};
pub use filter::{Direction, OpenPeriod, SortOrder, TransactionFilter};
use merge::Merge;
use planner::Plan;
use rusqlite::params_from_iter;
use std::ops::ControlFlow;

/// Receives the row of each payment that is found. It may end the search.
type Each<'e> = &'e mut dyn FnMut(RowNumber) -> Result<ControlFlow<()>, StoreError>;

impl Store {
    /// Calls `each` with every payment that the filter finds, in order, until it breaks.
    pub fn search(
        &self,
        filter: &TransactionFilter,
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
            SortOrder::Amount | SortOrder::Customer => self.find_sorted(filter, &mut by_row),
        }
    }

    /// How many payments the filter finds.
    pub fn count(&self, filter: &TransactionFilter, zone: Zone) -> Result<u64, StoreError> {
        let mut count = 0;
        if filter.customer.is_some() || filter.email.is_some() {
            self.search(filter, zone, &mut |_| {
                count += 1;
                ControlFlow::Continue(())
            })?;
            return Ok(count);
        }
        if let Some((condition, values)) = Plan::of(&self.connection, filter)?.whole_table() {
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

    /// The rows that the filter finds, newest payment first. Returns how many VM steps of SQLite it took, the cost of a
    /// search on any computer.
    fn find(&self, filter: &TransactionFilter, each: Each<'_>) -> Result<u64, StoreError> {
        let mut plan = Plan::of(&self.connection, filter)?;
        let mut steps = 0;
        while let Some(stage) = plan.next(&self.connection)? {
            let mut statements = stage.prepare(&self.connection)?;
            let mut rows = stage.open(&self.connection, &mut statements)?;
            let flow = hand_over(&mut rows, each)?;
            steps += rows.steps();
            drop(rows);
            steps += source::steps(&statements);
            if flow.is_break() {
                break;
            }
        }
        Ok(steps)
    }

    fn find_sorted(&self, filter: &TransactionFilter, each: Each<'_>) -> Result<(), StoreError> {
        let order = match (filter.sorted, filter.direction) {
            (SortOrder::Amount, Direction::Usual) => "t.currency, t.amount_minor DESC, t.row DESC",
            (SortOrder::Amount, Direction::Reversed) => "t.currency, t.amount_minor, t.row",
            (_, Direction::Usual) => "t.searchable, t.row DESC",
            (_, Direction::Reversed) => "t.searchable DESC, t.row",
        };
        let (condition, values) = match Plan::of(&self.connection, filter)?.whole_table() {
            Some(condition) => condition,
            None => {
                let mut rows = Vec::new();
                self.find(filter, &mut |row| {
                    rows.push(row.0);
                    Ok(ControlFlow::Continue(()))
                })?;
                let rows = serde_json::json!(rows).to_string();
                ("t.row IN (SELECT value FROM json_each(?))".to_owned(), vec![rows.into()])
            }
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

fn hand_over(rows: &mut Merge<'_, '_>, each: Each<'_>) -> Result<ControlFlow<()>, StoreError> {
    loop {
        let second = rows.next_second()?;
        if second.is_empty() {
            return Ok(ControlFlow::Continue(()));
        }
        for found in second {
            if each(found.row)?.is_break() {
                return Ok(ControlFlow::Break(()));
            }
        }
    }
}

/// `--customer` and `--email` search one field each; the search text has both.
fn has_texts(filter: &TransactionFilter, customer: &Customer) -> bool {
    let has = |wanted: &Option<String>, text: &str| {
        wanted.as_ref().is_none_or(|wanted| {
            let folded = names::searchable(text);
            names::query_words(wanted).iter().all(|word| word.found_in(&folded))
        })
    };
    has(&filter.customer, &customer.name) && has(&filter.email, &customer.email)
}
