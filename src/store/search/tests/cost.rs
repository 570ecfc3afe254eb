//! Searches that could easily read every row: for old matches, for rare ones, and for none at all. In a store that is
//! four times as large they cost hardly more.

use super::*;
use crate::domain::ids::ProductId;
use crate::domain::sale::transaction::{Kind, Method};

/// The newest rows are all alike. What a test searches for is only in the fifty oldest, or nowhere.
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
                NULL, (1700000000 + n) * 1000, NULL, NULL, n = 8, NULL, NULL, NULL, NULL
           FROM n;
         INSERT INTO products
         SELECT row, 0, iif(transaction_id LIKE 'f%', '0000beef', '0000cafe'), 'A course' FROM transactions;"
    );
    bench.store.connection.execute_batch(&fill).unwrap();
    bench
}

#[test]
fn the_cost_of_rows_that_are_old_or_missing_does_not_grow_with_the_store() {
    let (small, large) = (store_of(500), store_of(2_000));
    let filtered = |text: &str| TransactionFilter { query: Some(text.to_owned()), ..TransactionFilter::default() };
    let searches = [
        ("an old name", filtered("xylander")),
        ("no name", filtered("noone")),
        ("a piece of an old name", filtered("entin")),
        ("two characters of old names", filtered("qx")),
        ("a character of old names", filtered("q")),
        ("two characters of no name", filtered("zz")),
        ("old transactions", filtered("f0")),
        ("no transactions", filtered("e0")),
        ("old orders", filtered("old")),
        ("an old product", filtered("0000b")),
        ("an old product, whole", filtered("0000beef")),
        ("a name of all rows and one of none", filtered("anna noone")),
        ("a name of all rows and one of old rows", filtered("muller xylander")),
        ("old IDs and a name of all rows", filtered("f0 anna")),
        ("a status", TransactionFilter { statuses: vec!["failed".into()], ..TransactionFilter::default() }),
        ("a kind", TransactionFilter { kinds: vec![Kind::Chargeback], ..TransactionFilter::default() }),
        ("tests", TransactionFilter { test: true, ..TransactionFilter::default() }),
        (
            "a product",
            TransactionFilter { product: Some(ProductId::new("0000beef").unwrap()), ..TransactionFilter::default() },
        ),
        ("an address", TransactionFilter { email: Some("qx@".into()), ..TransactionFilter::default() }),
        ("a customer", TransactionFilter { customer: Some("xylander".into()), ..TransactionFilter::default() }),
        ("the newest of all", TransactionFilter::default()),
        ("a name of all rows", filtered("anna")),
        ("a character of all names", filtered("a")),
        ("new orders", filtered("new")),
    ];
    for (what, filter) in searches {
        let cost = |bench| found(bench, &filter, 50).1;
        let (less, more) = (cost(&small), cost(&large));
        assert!(more < less + less / 4 + 100, "{what}: {less} VM steps for 500 rows, {more} for 2000");
    }
}

/// The help says so: such a filter is applied to every row that the query finds.
#[test]
fn a_filter_without_an_index_costs_what_the_query_finds() {
    let bench = store_of(2_000);
    let by_method = TransactionFilter { methods: vec![Method::Sequra], ..query("xylander") };
    let (ids, steps) = found(&bench, &by_method, 50);
    assert_eq!((ids.len(), steps < 3_000), (1, true), "{steps}");
    let by_status = TransactionFilter { statuses: vec!["failed".into()], ..query("anna") };
    assert_eq!(found(&bench, &by_status, 50).0, [""; 0]);
}
