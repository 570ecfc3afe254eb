//! How each figure grows with the store: one column a size.
//!
//! ```text
//! cargo bench --bench growth -- --sales 10000 --sales 100000 --sales 1000000 --sales 10000000
//! ```

#![allow(
    clippy::disallowed_methods,
    clippy::expect_used,
    clippy::panic,
    clippy::print_stdout,
    reason = "a benchmark measures time, reads its arguments itself and stops where it cannot go on"
)]

#[allow(dead_code, reason = "the room offers what the other benchmarks need, too")]
mod room;

use room::row::{Row, millis};
use room::shop::Shop;
use room::{Wanted, rows};

fn main() {
    let wanted = Wanted::or(&[10_000, 100_000, 1_000_000], 9);
    let mut lines: Vec<String> = Vec::new();
    for sales in &wanted.sizes {
        let shop = Shop::of(*sales);
        for (index, row) in timed(&shop).filter(|row| wanted.has(&row.what)).enumerate() {
            let row = Row { rivals: Vec::new(), ..row };
            let (taken, _) = row.medians(wanted.runs);
            if lines.len() == index {
                lines.push(format!("{:<44}", row.what));
            }
            lines[index].push_str(&format!("{:>14}", millis(taken)));
        }
    }
    let sizes: String = wanted.sizes.iter().map(|sales| format!("{sales:>14}")).collect();
    println!("\n{:<44}{sizes}", "sales");
    println!("{}", lines.join("\n"));
}

/// The rows that are a time of ours.
fn timed(shop: &Shop) -> impl Iterator<Item = Row> {
    let all = [rows::small, rows::searches, rows::cold, rows::whole_store, rows::imports];
    all.into_iter().flat_map(move |rows| rows(shop)).filter(Row::is_timed)
}
