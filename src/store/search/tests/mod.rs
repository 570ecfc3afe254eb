//! Every way to a search's rows finds the same ones, and none of them costs what the store weighs.

mod cost;
mod plans;
mod random;

use super::Filter;
use crate::store::tests::Bench;
use std::ops::ControlFlow;

fn query(text: &str) -> Filter {
    Filter { query: Some(text.to_owned()), ..Filter::default() }
}

/// The IDs that a search finds, at most so many, and what it cost in steps of SQLite's machine.
fn found(bench: &Bench, filter: &Filter, limit: usize) -> (Vec<String>, u64) {
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
