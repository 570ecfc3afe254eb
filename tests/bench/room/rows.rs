//! The rows of the table.

use crate::room::row::{Goal, Row};
use crate::room::shop::{Shop, copy};
use crate::room::side::{Side, retour};
use std::fs::File;
use std::time::Duration;

/// What `.import` and plain SQL make of the same file; the script says what it does and what it leaves out.
const IMPORT: &str = concat!(".read '", env!("CARGO_MANIFEST_DIR"), "/tests/bench/import.sql'");

fn of_rival(hundredths: u128) -> Goal {
    Goal::OfRival { hundredths, and: Duration::ZERO }
}

fn ms(millis: u64) -> Goal {
    Goal::Within(Duration::from_millis(millis))
}

/// A search's goal: it may grow with the store, a little. A rare status of a common name and an unlucky piece may more.
fn search(shop: &Shop, what: &str) -> Goal {
    let is_large = shop.sales > 1_000_000;
    let is_unlucky = what == "a piece of a word" || what.ends_with("a status");
    match what {
        "one character" | "two characters" => ms(30),
        _ if is_large && is_unlucky => Goal::WithinAndRival(Duration::from_millis(80)),
        _ if is_large => Goal::WithinAndRival(Duration::from_millis(15)),
        _ => Goal::WithinAndRival(Duration::from_millis(12)),
    }
}

/// Start, one sale, and what a search takes at most.
pub fn small(shop: &Shop) -> Vec<Row> {
    let id = &shop.row_at(50)[0];
    let start = Goal::OfRival { hundredths: 150, and: Duration::from_millis(1) };
    let select = format!("SELECT * FROM transactions WHERE transaction_id = '{id}'");
    let show = retour(shop, "store.db", &format!("transactions show {id}")).back_then();
    let common = || retour(shop, "store.db", "transactions search Müller").back_then();
    vec![
        Row::new("start", start, retour(shop, "store.db", "--version"), vec![Side::plain(shop, "true")]),
        Row::new("one sale", of_rival(90), show, vec![Side::sqlite3(shop, "store.db", &select, "sqlite3 SELECT")]),
        Row::new("memory of a search", Goal::Memory(30), common(), vec![]),
        Row::new("the program on the disk", Goal::Size(env!("CARGO_BIN_EXE_retour").into(), 6), common(), vec![]),
    ]
}

/// Every kind of query, fifty rows each; the first ones once more with each kind of filter.
pub fn searches(shop: &Shop) -> Vec<Row> {
    let queries = queries(shop);
    let filters = [
        ("status", "--status failed", ",failed,"),
        ("method", "--method sepa", ",sepa,"),
        ("product", "--product 77777777", ",77777777,"),
        ("date", "--until 2026-01-31", ",2026-01-"),
    ];
    let mut rows: Vec<Row> = queries.iter().map(|(what, query)| found(shop, what, query, None)).collect();
    for (what, query) in queries.iter().take(4) {
        for (filter, option, text) in filters {
            rows.push(found(shop, &format!("{what}, and a {filter}"), query, Some((option, text))));
        }
    }
    rows
}

fn queries(shop: &Shop) -> [(&'static str, String); 10] {
    let (middle, old) = (shop.row_at(50), shop.row_at(99));
    let word = |text: &str, nth: usize| text.split([' ', '@']).nth(nth).unwrap_or_default().to_owned();
    [
        ("a whole ID", middle[0].clone()),
        ("the beginning of an ID", middle[0][..6].to_owned()),
        ("a common name", "Müller".to_owned()),
        ("a rare name", word(&middle[4], 1)),
        ("two words", "anna müller".to_owned()),
        ("a piece of a word", "chmid".to_owned()),
        ("in old rows only", word(&old[5], 0)),
        ("in no row", "xylophonist".to_owned()),
        ("one character", "w".to_owned()),
        ("two characters", "zu".to_owned()),
    ]
}

/// Rivals look through the file line by line: from its end, which is what one does with a file that grows, or from its
/// beginning.
fn found(shop: &Shop, what: &str, query: &str, filter: Option<(&str, &str)>) -> Row {
    let (option, and) = match filter {
        Some((option, text)) => (format!(" {option}"), format!(" | rg -- '{text}'")),
        None => (String::new(), String::new()),
    };
    // Each word of the query narrows what the words before it found.
    let words: Vec<String> = query.split(' ').skip(1).map(|word| format!(" | rg -i -- '{word}'")).collect();
    let first = query.split(' ').next().unwrap_or_default();
    let narrowed = format!("{}{and}", words.concat());
    let from_the_end = format!("tac sales.csv | rg -i -- '{first}'{narrowed} | head -n 50");
    let whole = format!("rg -i -- '{first}' sales.csv{narrowed} | tail -n 50");
    Row::new(
        format!("search: {what}"),
        search(shop, what),
        retour(shop, "store.db", &format!("transactions search {query}{option}")).back_then(),
        vec![Side::shell(shop, &from_the_end, &["tac", "rg"]), Side::shell(shop, &whole, &["rg"])],
    )
}

/// The same queries, after the system was told to forget what it has in memory of the store.
pub fn cold(shop: &Shop) -> Vec<Row> {
    let queries =
        queries(shop).into_iter().filter(|(what, _)| !what.ends_with("character") && !what.ends_with("characters"));
    let row = |(what, query): (&str, String)| {
        let ours = retour(shop, "store.db", &format!("transactions search {query}")).back_then();
        Row::new(format!("cold: {what}"), ms(40), ours.after(forgotten(shop, "store.db")), vec![])
    };
    queries.map(row).collect()
}

/// What looks at more than fifty rows.
pub fn whole_store(shop: &Shop) -> Vec<Row> {
    let ours = |options: &str| retour(shop, "store.db", &format!("transactions search {options}")).back_then();
    let duckdb = "duckdb -c \"SELECT count(*) FROM 'sales.csv' WHERE customer_name ILIKE '%müller%'\"";
    vec![
        Row::new("--refundable", ms(1000), ours("--refundable"), vec![]),
        Row::new("--refundable, counted", ms(1000), ours("--refundable --count"), vec![]),
        Row::new("all, counted", ms(1000), ours("--count"), vec![]),
        Row::new(
            "a common name, counted",
            ms(1000),
            ours("Müller --count"),
            vec![Side::shell(shop, duckdb, &["duckdb"])],
        ),
    ]
}

/// Imports, each into a store of its own.
pub fn imports(shop: &Shop) -> Vec<Row> {
    let first = || first_import(shop);
    let again = retour(shop, "store.db", "import sales.csv");
    let more = retour(shop, "more.db", "import ten-thousand-more.csv").after(fresh(shop, "store.db", "more.db"));
    let rival = Side::sqlite3(shop, "rival.db", IMPORT, "sqlite3 .import, INSERT … SELECT")
        .after(fresh(shop, "empty.db", "rival.db"));
    vec![
        Row::new("import into an empty store", of_rival(50), first(), vec![rival]),
        Row::new("the same file again, beside the first time", of_rival(33), again, vec![first()]),
        Row::new("10,000 new rows more", ms(1500), more, vec![]),
        Row::new("memory of the import", Goal::Memory(300), first(), vec![]),
        Row::new("memory of an import of 10,000 rows", Goal::Memory(60), first_import(&Shop::of(10_000)), vec![]),
    ]
}

fn first_import(shop: &Shop) -> Side {
    retour(shop, "first.db", "import sales.csv").after(fresh(shop, "empty.db", "first.db"))
}

/// Copies one of the shop's stores, before each run.
pub fn fresh(shop: &Shop, from: &'static str, to: &'static str) -> impl Fn() + 'static {
    let folder = shop.folder().to_owned();
    move || copy(&folder, from, to)
}

/// Has the system forget what it keeps in memory of a store, before each run.
fn forgotten(shop: &Shop, store: &str) -> impl Fn() + 'static {
    let path = shop.path(store);
    move || {
        let file = File::open(&path).expect("the shop's store");
        file.sync_all().expect("a store that is on the disk");
        rustix::fs::fadvise(&file, 0, None, rustix::fs::Advice::DontNeed).expect("a system that can forget");
    }
}
