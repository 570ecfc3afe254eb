//! The query plan of every statement that a search can run.

use super::*;
use crate::domain::ids::{OrderId, ProductId};
use crate::domain::sale::record::Flag;
use crate::domain::sale::transaction::{Kind, KindAndStatus, SaleStatus};
use crate::store::Direction;
use crate::store::search::candidate::RowLookup;
use crate::store::search::conditions::Conditions;
use crate::store::search::row_numbers::RowNumbers;
use crate::store::search::row_source::RowSource;
use crate::store::search::{ids, intersection, planner, trigrams};
use std::collections::BTreeSet;

fn plan_of(bench: &Bench, sql: &str) -> String {
    let mut statement = bench.store.connection.prepare(&format!("EXPLAIN QUERY PLAN {sql}")).unwrap();
    // No values are bound: the plan does not depend on them.
    let lines = statement.raw_query().mapped(|row| row.get::<_, String>("detail"));
    lines.map(|line| format!("  {}\n", line.unwrap())).collect()
}

/// The plan of each statement, and its plan for the reversed direction if that differs.
fn plans(bench: &Bench, statements: &[(&str, &dyn Fn(Direction) -> String)]) -> String {
    let mut plans = String::new();
    for (what, sql) in statements {
        let [usual, reversed] =
            [Direction::Usual, Direction::Reversed].map(|direction| plan_of(bench, &sql(direction)));
        plans.push_str(&format!("{what}\n{usual}"));
        if reversed != usual {
            plans.push_str(&format!(" reversed\n{reversed}"));
        }
    }
    plans
}

#[test]
fn no_source_scans_what_it_could_seek() {
    let conditions = Conditions::of(&query("x"));
    let failed = || RowSource::not_live_paid(false, KindAndStatus::Sale(SaleStatus::Failed));
    let names = || RowSource::names("\"abc\"".into());
    let of = |source: RowSource| {
        let conditions = &conditions.sql;
        move |direction| source.sql(conditions, direction)
    };
    let page = |source: RowSource| move |direction| intersection::page_sql(&source, direction);
    let plans = plans(
        &Bench::new(),
        &[
            ("the table", &of(RowSource::table())),
            ("a product", &of(RowSource::product("x"))),
            ("a product in other case", &of(RowSource::product_in_other_case("x"))),
            ("not live and paid", &of(failed())),
            ("names", &of(names())),
            ("an intersection's names", &|direction| names().numbers_sql(direction)),
            ("an intersection's statuses", &page(failed())),
            ("an intersection's product", &page(RowSource::product("x"))),
            ("a row by its number", &|_| RowLookup::sql(&conditions.sql)),
            ("the row after the newest ones", &planner::row_after),
        ],
    );
    insta::assert_snapshot!(plans, @"
    the table
      SEARCH t USING INTEGER PRIMARY KEY (rowid>? AND rowid<?)
    a product
      SEARCH p USING COVERING INDEX products_by_id (product_id=? AND payment>? AND payment<?)
      SEARCH t USING INTEGER PRIMARY KEY (rowid=?)
    a product in other case
      SEARCH p USING COVERING INDEX products_by_id (product_id=? AND payment>? AND payment<?)
      SEARCH t USING INTEGER PRIMARY KEY (rowid=?)
    not live and paid
      SEARCH t USING INDEX transactions_unusual (is_test=? AND kind=? AND status=? AND rowid>? AND rowid<?)
    names
      SCAN names VIRTUAL TABLE INDEX 192:M1><
      SEARCH t USING INTEGER PRIMARY KEY (rowid=?)
     reversed
      SCAN names VIRTUAL TABLE INDEX 64:M1><
      SEARCH t USING INTEGER PRIMARY KEY (rowid=?)
    an intersection's names
      SCAN names VIRTUAL TABLE INDEX 192:M1><
     reversed
      SCAN names VIRTUAL TABLE INDEX 64:M1><
    an intersection's statuses
      SEARCH t USING COVERING INDEX transactions_unusual (is_test=? AND kind=? AND status=? AND rowid>? AND rowid<?)
    an intersection's product
      SEARCH p USING COVERING INDEX products_by_id (product_id=? AND payment>? AND payment<?)
    a row by its number
      SEARCH t USING INTEGER PRIMARY KEY (rowid=?)
    the row after the newest ones
      SEARCH transactions USING INTEGER PRIMARY KEY (rowid>? AND rowid<?)
    ");
}

#[test]
fn no_source_of_a_flag_scans_the_payments() {
    let conditions = Conditions::of(&query("x"));
    let sources = Flag::ALL
        .iter()
        .flat_map(|flag| RowSource::flagged(*flag, false).into_iter().map(move |source| (flag, source)));
    let mut plans = BTreeSet::new();
    for (flag, source) in sources {
        for line in plan_of(&Bench::new(), &source.sql(&conditions.sql, Direction::Usual)).lines() {
            assert!(!line.contains("SCAN t") || *flag == Flag::IdMadeUp, "{flag}: {line}");
            plans.insert(line.to_owned());
        }
    }
    insta::assert_snapshot!(plans.into_iter().collect::<Vec<_>>().join("\n"), @"
    SCAN o
    SCAN o USING INDEX disputes_open
    SCAN t USING INDEX transactions_with_made_up_ids
    SEARCH o USING COVERING INDEX unread_reports_by_order (order_id>?)
    SEARCH s USING COVERING INDEX candidates_by_sale (sale>? AND sale<?)
    SEARCH s USING COVERING INDEX links_by_sale (sale>? AND sale<?)
    SEARCH s USING COVERING INDEX refunds_by_sale (sale>? AND sale<?)
    SEARCH s USING COVERING INDEX unread_reports_by_sale (settled_sale>? AND settled_sale<?)
    SEARCH t USING INDEX sqlite_autoindex_transactions_1 (transaction_id=? AND rowid>? AND rowid<?)
    SEARCH t USING INDEX transactions_by_order (order_id=? AND rowid>? AND rowid<?)
    SEARCH t USING INDEX transactions_unusual (is_test=? AND kind=? AND status=? AND rowid>? AND rowid<?)
    SEARCH t USING INTEGER PRIMARY KEY (rowid=?)
    SEARCH u USING COVERING INDEX unread_reports_by_transaction (transaction_id>?)
    USE TEMP B-TREE FOR ORDER BY
    ");
}

#[test]
fn no_lookup_of_ids_scans_what_it_could_seek() {
    let raw = || vec!["0b".to_owned().into(), "0c".to_owned().into()];
    let of = |numbers: RowNumbers| move |_| numbers.select.clone();
    let plans = plans(
        &Bench::new(),
        &[
            ("transaction IDs", &of(RowNumbers::of_index("transactions_by_id", ids::TRANSACTION_BEGINS, raw()))),
            ("orders", &of(RowNumbers::of_index("transactions_by_order", ids::ORDER_BEGINS, raw()))),
            ("one transaction", &of(ids::transaction("x"))),
            ("one order", &of(ids::order("x"))),
            ("many products", &of(ids::products_that_begin("x"))),
            ("what a word begins", &|_| ids::how_many_begin()),
            ("a word that is a transaction", &|_| ids::IS_TRANSACTION.to_owned()),
            ("a word that is an order", &|_| ids::IS_ORDER.to_owned()),
            ("a word that is a product", &|_| ids::IS_PRODUCT.to_owned()),
            ("the first product of a word", &|_| ids::next_product(">=")),
            ("the next product of a word", &|_| ids::next_product(">")),
            ("how many cover a product", &|_| ids::how_many_cover()),
            ("the trigrams of a character", &|_| trigrams::TRIGRAMS_BETWEEN.to_owned()),
            ("the newest texts", &|_| trigrams::NEWEST_TEXTS.to_owned()),
        ],
    );
    insta::assert_snapshot!(plans, @"
    transaction IDs
      SEARCH transactions USING COVERING INDEX transactions_by_id (transaction_id>? AND transaction_id<?)
    orders
      SEARCH transactions USING COVERING INDEX transactions_by_order (order_id>? AND order_id<?)
    one transaction
      COMPOUND QUERY
      LEFT-MOST SUBQUERY
      SEARCH transactions USING COVERING INDEX sqlite_autoindex_transactions_1 (transaction_id=?)
      UNION ALL
      SEARCH former_ids USING PRIMARY KEY (transaction_id=?)
    one order
      SEARCH transactions USING COVERING INDEX transactions_by_order (order_id=?)
    many products
      SEARCH products USING COVERING INDEX products_by_id (product_id>? AND product_id<?)
    what a word begins
      SCAN CONSTANT ROW
      SCALAR SUBQUERY 2
      CO-ROUTINE (subquery-1)
      SEARCH transactions USING COVERING INDEX transactions_by_id (transaction_id>? AND transaction_id<?)
      SCAN (subquery-1)
      SCALAR SUBQUERY 4
      CO-ROUTINE (subquery-3)
      SEARCH transactions USING COVERING INDEX transactions_by_order (order_id>? AND order_id<?)
      SCAN (subquery-3)
      SCALAR SUBQUERY 5
      SEARCH former_ids USING PRIMARY KEY (transaction_id=?)
    a word that is a transaction
      SEARCH transactions USING COVERING INDEX sqlite_autoindex_transactions_1 (transaction_id=?)
    a word that is an order
      SEARCH transactions USING COVERING INDEX transactions_by_order (order_id=?)
    a word that is a product
      SEARCH products USING COVERING INDEX products_by_id (product_id=?)
    the first product of a word
      SEARCH products USING COVERING INDEX products_by_id (product_id>? AND product_id<?)
    the next product of a word
      SEARCH products USING COVERING INDEX products_by_id (product_id>? AND product_id<?)
    how many cover a product
      CO-ROUTINE (subquery-1)
      SEARCH products USING COVERING INDEX products_by_id (product_id=?)
      SCAN (subquery-1)
    the trigrams of a character
      SCAN names_pieces VIRTUAL TABLE INDEX 1537:
    the newest texts
      SCAN transactions
    ");
}

#[test]
fn a_filter_by_one_id_reads_only_its_rows() {
    let bench = Bench::new();
    for filter in [
        TransactionFilter { transaction: Some(crate::domain::fixtures::id("x")), ..query("anna") },
        TransactionFilter { order: Some(OrderId::new("x").unwrap()), ..query("an") },
        TransactionFilter {
            product: Some(ProductId::new("x").unwrap()),
            kinds: vec![Kind::Sale],
            ..TransactionFilter::default()
        },
    ] {
        assert!(found(&bench, &filter, 50).1 < 60, "{filter:?}");
    }
}
