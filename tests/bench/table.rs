//! The table of goals: each figure beside its rival's, in turn, in the same minutes.
//!
//! ```text
//! cargo bench --bench table -- --sales 1000000
//! cargo bench --bench table -- --sales 10000000 --only search --only cold
//! ```

#![allow(
    clippy::disallowed_methods,
    clippy::expect_used,
    clippy::panic,
    clippy::print_stdout,
    reason = "a benchmark measures time, reads its arguments itself and stops where it cannot go on"
)]

mod room;

use room::row::Row;
use room::shop::Shop;
use room::{Wanted, row, rows};

/// What makes some rows of the table.
type RowsOf = fn(&Shop) -> Vec<Row>;

fn main() {
    let wanted = Wanted::or(&[1_000_000], 9);
    for sales in &wanted.sizes {
        let shop = Shop::of(*sales);
        // Imports take minutes, and the longer something takes the less chance has a part in it.
        let (runs, fewer) = (wanted.runs, wanted.runs.div_ceil(3));
        println!("\n{sales} sales, {runs} runs each in turn, of imports {fewer}; the medians");
        row::print_header();
        let groups: [(RowsOf, usize); 5] = [
            (rows::small, runs),
            (rows::searches, runs),
            (rows::cold, runs),
            (rows::whole_store, runs),
            (rows::imports, fewer),
        ];
        for (rows, runs) in groups {
            for row in rows(&shop).into_iter().filter(|row| wanted.has(&row.what)) {
                row.print(runs);
            }
        }
    }
    println!("\nThe rival of the import is tests/bench/import.sql.");
}
