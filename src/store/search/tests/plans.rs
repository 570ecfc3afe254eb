//! Every question that a search can put to SQLite, with the way SQLite takes.

use super::*;
use crate::domain::ids::{OrderId, ProductId};
use crate::domain::sale::transaction::Kind;
use crate::store::Direction;
use crate::store::search::candidate::OneRow;
use crate::store::search::conditions::Conditions;
use crate::store::search::intersection::{Meeting, Part};
use crate::store::search::row_numbers::Numbers;
use crate::store::search::row_source::Place;
use crate::store::search::{ids, planner, trigrams};

fn plan_of(bench: &Bench, sql: &str) -> String {
    let mut statement = bench.store.connection.prepare(&format!("EXPLAIN QUERY PLAN {sql}")).unwrap();
    // Nothing is bound: the way does not depend on the values.
    let lines = statement.raw_query().mapped(|row| row.get::<_, String>("detail"));
    lines.map(|line| format!("  {}\n", line.unwrap())).collect()
}

/// What each question takes, turned round too where that differs.
fn plans(bench: &Bench, questions: &[(&str, &dyn Fn(Direction) -> String)]) -> String {
    let mut plans = String::new();
    for (what, sql) in questions {
        let [usual, reversed] =
            [Direction::Usual, Direction::Reversed].map(|direction| plan_of(bench, &sql(direction)));
        plans.push_str(&format!("{what}\n{usual}"));
        if reversed != usual {
            plans.push_str(&format!(" turned round\n{reversed}"));
        }
    }
    plans
}

#[test]
fn no_way_scans_what_it_could_seek() {
    let conditions = Conditions::of(&query("x"));
    let of = |place: Place| {
        let conditions = &conditions;
        move |direction| place.sql(conditions, direction)
    };
    let plans = plans(
        &Bench::new(),
        &[
            ("the table", &of(Place::table())),
            ("a product", &of(Place::product("x"))),
            ("a product but exactly", &of(Place::product_but_exactly("x"))),
            ("unusual rows", &of(Place::unusual(false, ("sale", "failed")))),
            ("names", &of(Place::names("\"abc\"".into()))),
            ("a meeting's names", &Meeting::sql),
            ("a meeting's unusual rows", &|direction| {
                Part::Unusual { is_test: false, are: ("sale", "failed") }.sql(direction)
            }),
            ("a meeting's product", &|direction| Part::Product("x".into()).sql(direction)),
            ("a row by its number", &|_| OneRow::sql(&conditions)),
            ("the end of a walk", &planner::border),
        ],
    );
    insta::assert_snapshot!(plans, @"
    the table
      SEARCH t USING INTEGER PRIMARY KEY (rowid>? AND rowid<?)
    a product
      SEARCH p USING COVERING INDEX products_by_id (product_id=? AND payment>? AND payment<?)
      SEARCH t USING INTEGER PRIMARY KEY (rowid=?)
    a product but exactly
      SEARCH p USING COVERING INDEX products_by_id (product_id=? AND payment>? AND payment<?)
      SEARCH t USING INTEGER PRIMARY KEY (rowid=?)
    unusual rows
      SEARCH t USING INDEX transactions_unusual (is_test=? AND kind=? AND status=? AND rowid>? AND rowid<?)
    names
      SCAN names VIRTUAL TABLE INDEX 192:M1><
      SEARCH t USING INTEGER PRIMARY KEY (rowid=?)
     turned round
      SCAN names VIRTUAL TABLE INDEX 64:M1><
      SEARCH t USING INTEGER PRIMARY KEY (rowid=?)
    a meeting's names
      SCAN names VIRTUAL TABLE INDEX 192:M1><
     turned round
      SCAN names VIRTUAL TABLE INDEX 64:M1><
    a meeting's unusual rows
      SEARCH t USING COVERING INDEX transactions_unusual (is_test=? AND kind=? AND status=? AND rowid>? AND rowid<?)
    a meeting's product
      SEARCH p USING COVERING INDEX products_by_id (product_id=? AND payment>? AND payment<?)
    a row by its number
      SEARCH t USING INTEGER PRIMARY KEY (rowid=?)
    the end of a walk
      SEARCH transactions USING INTEGER PRIMARY KEY (rowid>? AND rowid<?)
    ");
}

#[test]
fn no_look_at_the_ids_scans_what_it_could_seek() {
    let raw = || vec!["0b".to_owned().into(), "0c".to_owned().into()];
    let of = |numbers: Numbers| move |_| numbers.select.clone();
    let plans = plans(
        &Bench::new(),
        &[
            ("transaction IDs", &of(Numbers::of_index("transactions_by_id", ids::TRANSACTION_BEGINS, raw()))),
            ("orders", &of(Numbers::of_index("transactions_by_order", ids::ORDER_BEGINS, raw()))),
            ("one transaction", &of(ids::transaction("x"))),
            ("one order", &of(ids::order("x"))),
            ("many products", &of(ids::begun_products("x"))),
            ("what a word begins", &|_| ids::how_many_begin()),
            ("a word that is a transaction", &|_| ids::IS_TRANSACTION.to_owned()),
            ("a word that is an order", &|_| ids::IS_ORDER.to_owned()),
            ("a word that is a product", &|_| ids::IS_PRODUCT.to_owned()),
            ("the first product of a word", &|_| ids::next_product(">=")),
            ("the next product of a word", &|_| ids::next_product(">")),
            ("who covers a product", &|_| ids::how_many_cover()),
            ("the threes of a letter", &|_| trigrams::BEGUN.to_owned()),
            ("the newest names", &|_| trigrams::NEWEST.to_owned()),
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
    who covers a product
      CO-ROUTINE (subquery-1)
      SEARCH products USING COVERING INDEX products_by_id (product_id=?)
      SCAN (subquery-1)
    the threes of a letter
      SCAN names_pieces VIRTUAL TABLE INDEX 1537:
    the newest names
      SCAN transactions
    ");
}

#[test]
fn a_filter_that_names_one_thing_goes_straight_to_it() {
    let bench = Bench::new();
    for filter in [
        Filter { transaction: Some(crate::domain::fixtures::id("x")), ..query("anna") },
        Filter { order: Some(OrderId::new("x").unwrap()), ..query("an") },
        Filter { product: Some(ProductId::new("x").unwrap()), kinds: vec![Kind::Sale], ..Filter::default() },
    ] {
        assert!(found(&bench, &filter, 50).1 < 60, "{filter:?}");
    }
}
