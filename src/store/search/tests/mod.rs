//! Every plan of a search finds the same rows, and its cost does not grow with the store.

mod cost;
mod plans;
mod random;

use super::TransactionFilter;
use crate::store::tests::Bench;
use std::ops::ControlFlow;

fn query(text: &str) -> TransactionFilter {
    TransactionFilter { query: Some(text.to_owned()), ..TransactionFilter::default() }
}

/// The first IDs that a search finds, and its cost in VM steps.
fn found(bench: &Bench, filter: &TransactionFilter, limit: usize) -> (Vec<String>, u64) {
    let connection = &bench.store.connection;
    let mut rows = Vec::new();
    let steps = bench.store.find(filter, &mut |row| {
        if rows.len() == limit {
            return Ok(ControlFlow::Break(()));
        }
        rows.push(row.0);
        Ok(ControlFlow::Continue(()))
    });
    let mut ids = connection.prepare_cached("SELECT transaction_id FROM transactions WHERE row = ?1").unwrap();
    let ids = rows.into_iter().map(|row| ids.query_row([row], |row| row.get(0)).unwrap()).collect();
    (ids, steps.unwrap())
}
