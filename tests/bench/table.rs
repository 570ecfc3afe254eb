//! The table of goals: each figure beside its rival's, in turn, in the same minutes.
//!
//! ```text
//! cargo bench --bench table -- --sales 1000000
//! ```

#![allow(
    clippy::disallowed_methods,
    clippy::expect_used,
    clippy::panic,
    clippy::print_stdout,
    reason = "a benchmark measures time, reads its arguments itself and stops where it cannot go on"
)]

mod room;

use room::shop::Shop;
use room::{Wanted, row, rows};

fn main() {
    let wanted = Wanted::or(&[1_000_000], 9);
    for sales in wanted.sizes {
        let shop = Shop::of(sales);
        println!("\n{sales} sales, {} runs each in turn, the medians", wanted.runs);
        row::print_header();
        for row in [rows::small, rows::searches, rows::whole_store, rows::imports]
            .iter()
            .flat_map(|rows| rows(&shop))
        {
            row.print(wanted.runs);
        }
    }
    println!("\nThe rival of the import is tests/bench/import.sql.");
}
