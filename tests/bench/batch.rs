//! Many full refunds as one batch, beside set-based SQL that checks nothing.
//!
//! ```text
//! cargo bench --bench batch -- --sales 1000000
//! ```
//!
//! A tenth of the sales is refunded. The rival, `batch.sql`, writes the same rows into the same tables and indexes.

#![allow(
    clippy::disallowed_methods,
    clippy::expect_used,
    clippy::panic,
    clippy::print_stdout,
    reason = "a benchmark measures time, reads its arguments itself and stops where it cannot go on"
)]

#[allow(dead_code, reason = "the room offers what the other benchmarks need, too")]
mod room;

use room::Wanted;
use room::row::{Goal, Row, print_header};
use room::rows::fresh;
use room::shop::Shop;
use room::side::{Side, retour};
use std::collections::HashSet;
use std::fs;
use std::time::Duration;

const SQL: &str = concat!(".read '", env!("CARGO_MANIFEST_DIR"), "/tests/bench/batch.sql'");

fn main() {
    let wanted = Wanted::or(&[1_000_000], 9);
    for sales in wanted.sizes {
        let shop = Shop::of(sales);
        let count = sales / 10;
        let cents = list(&shop, count as usize);
        let ours = || {
            // Words are parted at blanks: the total has none.
            let total = format!("{}.{:02}EUR", cents / 100, cents % 100);
            let line =
                format!("refund --from-file list.csv --reference bench --reason returned --yes --expect-total {total}");
            retour(&shop, "batch.db", &line)
                .with("RETOUR_CONFIG", shop.path("wide.toml").display().to_string())
                .after(fresh(&shop, "store.db", "batch.db"))
        };
        let rival =
            Side::sqlite3(&shop, "rival.db", SQL, "sqlite3 batch.sql").after(fresh(&shop, "store.db", "rival.db"));
        println!("\n{count} refunds of {sales} sales, {} runs each in turn, the medians", wanted.runs);
        print_header();
        let goal = Goal::OfRival { hundredths: 200, and: Duration::ZERO };
        let row = Row::new("a batch of full refunds", goal, ours(), vec![rival]);
        let (ours_took, rivals) = row.print(wanted.runs);
        for (name, taken) in [("ours", ours_took)].into_iter().chain(rivals) {
            println!("{name}: {} refunds a second", each_second(count, taken));
        }
        Row::new("memory of the batch", Goal::Memory(220), ours(), vec![]).print(1);
    }
}

/// Writes `list.csv` with this many sales that can be refunded whole, in no order of the store's, and gives their
/// sum in cents.
fn list(shop: &Shop, count: usize) -> u64 {
    let (mut touched, mut sales) = (HashSet::new(), Vec::new());
    shop.each(|fields| {
        let [id, order, _, _, _, _, _, amount, _, method, _, kind, status, ..] = fields else { return };
        match (*kind, *status) {
            ("sale", "paid") if *method != "sepa" => {
                sales.push(((*id).to_owned(), (*order).to_owned(), cents(amount)));
            }
            ("sale", _) => {}
            _ => _ = touched.insert((*order).to_owned()),
        }
    });
    sales.retain(|(_, order, _)| !touched.contains(order));
    sales.sort();
    sales.truncate(count);
    assert_eq!(sales.len(), count, "the shop is too small");
    let ids: String = sales.iter().map(|(id, _, _)| format!("{id}\n")).collect();
    fs::write(shop.path("list.csv"), format!("transaction_id\n{ids}")).expect("a file under target");
    sales.iter().map(|(_, _, minor)| minor).sum()
}

fn cents(amount: &str) -> u64 {
    amount.replace('.', "").parse().expect("an amount with two decimals")
}

/// So many in that time.
fn each_second(count: u64, taken: Duration) -> u128 {
    u128::from(count) * 1_000_000 / taken.as_micros().max(1)
}
