//! What would send a careless search past every row of a store: old matches, rare ones, and none at all. A store that
//! is four times as large costs hardly more.

use super::*;
use crate::domain::ids::ProductId;
use crate::domain::sale::transaction::{Kind, Method};

/// The newest rows are all alike; what a test looks for is only in the fifty oldest, or nowhere.
fn store_of(rows: u32) -> Bench {
    let bench = Bench::new();
    let fill = format!(
        "WITH RECURSIVE n (n, is_old) AS (
             SELECT 1, 1 UNION ALL SELECT n + 1, n < 50 FROM n WHERE n < {rows}
         )
         INSERT INTO transactions
         SELECT (1700000000 + n) << 24, printf(iif(is_old, 'f%015d', 'a%015d'), n), 0,
                printf(iif(is_old, 'Old%05d', 'New%05d'), n), 'sale', iif(n = 7, 'failed', 'paid'), 4900, 'EUR',
                iif(n = 9, 'sequra', 'card'), 'one_time', '', '', 'DE',
                iif(is_old, 'quentin xylander qx@example.org', 'anna muller guest@example.org') || char(10, 10),
                NULL, (1700000000 + n) * 1000, NULL, NULL, n = 8, NULL, NULL
           FROM n;
         INSERT INTO products
         SELECT row, 0, iif(transaction_id LIKE 'f%', '0000beef', '0000cafe'), 'A course' FROM transactions;"
    );
    bench.store.connection.execute_batch(&fill).unwrap();
    bench
}

#[test]
fn nothing_that_is_only_in_old_rows_or_nowhere_costs_what_the_store_weighs() {
    let (small, large) = (store_of(500), store_of(2_000));
    let filtered = |text: &str| Filter { query: Some(text.to_owned()), ..Filter::default() };
    let searches = [
        ("an old name", filtered("xylander")),
        ("no name", filtered("nobody")),
        ("a piece of an old name", filtered("entin")),
        ("two letters of old names", filtered("qx")),
        ("a letter of old names", filtered("q")),
        ("two letters of no name", filtered("zz")),
        ("old transactions", filtered("f0")),
        ("no transactions", filtered("e0")),
        ("old orders", filtered("old")),
        ("an old product", filtered("0000b")),
        ("an old product, whole", filtered("0000beef")),
        ("a name of all and one of none", filtered("anna nobody")),
        ("a name of all and one of old rows", filtered("muller xylander")),
        ("an old ID's name of all", filtered("f0 anna")),
        ("a status", Filter { statuses: vec!["failed".into()], ..Filter::default() }),
        ("a kind", Filter { kinds: vec![Kind::Chargeback], ..Filter::default() }),
        ("tests", Filter { test: true, ..Filter::default() }),
        ("a product", Filter { product: Some(ProductId::new("0000beef").unwrap()), ..Filter::default() }),
        ("an address", Filter { email: Some("qx@".into()), ..Filter::default() }),
        ("a customer", Filter { customer: Some("xylander".into()), ..Filter::default() }),
        ("all, the newest", Filter::default()),
        ("a name of all", filtered("anna")),
        ("a letter of all", filtered("a")),
        ("new orders", filtered("new")),
    ];
    for (what, filter) in searches {
        let cost = |bench| found(bench, &filter, 50).1;
        let (less, more) = (cost(&small), cost(&large));
        assert!(more < less + less / 4 + 100, "{what}: {less} steps for 500 rows, {more} for 2000");
    }
}

/// Said in the help: what such a filter finds is looked for among all that the query finds.
#[test]
fn a_filter_without_an_index_costs_what_the_query_finds() {
    let bench = store_of(2_000);
    let by_method = Filter { methods: vec![Method::Sequra], ..query("xylander") };
    let (ids, steps) = found(&bench, &by_method, 50);
    assert_eq!((ids.len(), steps < 3_000), (1, true), "{steps}");
    let by_status = Filter { statuses: vec!["failed".into()], ..query("anna") };
    assert_eq!(found(&bench, &by_status, 50).0, [""; 0]);
}
