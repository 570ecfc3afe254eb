//! JSON and CSV have the documented fields, and text from customers is neither lost nor run.

use serde_json::Value;

use crate::shop::{CARD, shop};

/// The object has these keys: more may be added, none removed.
#[track_caller]
fn has(object: &Value, names: &str) {
    let found = object.as_object().unwrap_or_else(|| panic!("{object}"));
    let missing: Vec<_> = names.split(' ').filter(|name| !found.contains_key(*name)).collect();
    assert!(missing.is_empty(), "{missing:?} of {object}");
}

const TRANSACTION: &str = "transaction_id order_id products product_id product_name customer amount method plan kind status ordered_at ordered_on paid_at paid_on rate_number test refundable flags";
const REFUND: &str = "refund_id transaction_id order_id customer amount reason note goodwill status origin actor marked_at marked_on asked_on settlement overdue cautions key reference replayed dry_run";

#[track_caller]
fn is_transaction(value: &Value) {
    has(value, TRANSACTION);
    has(&value["customer"], "name email country");
    has(&value["amount"], "minor currency text");
    has(&value["refundable"], "verdict code until left");
    has(&value["products"][0], "product_id name");
    assert!(["yes", "goodwill", "no"].contains(&value["refundable"]["verdict"].as_str().unwrap()));
    assert!(value["paid_at"].as_str().unwrap().ends_with('Z'));
    assert_eq!(value["paid_on"].as_str().unwrap().len(), 10);
}

#[track_caller]
fn is_refund(value: &Value) {
    has(value, REFUND);
    has(&value["amount"], "minor currency text");
    has(&value["settlement"], "from by basis rule");
    for caution in value["cautions"].as_array().unwrap() {
        has(caution, "code message on");
    }
}

#[test]
fn every_document_has_its_version_and_the_documented_fields() {
    let desk = shop();
    let json = |line: &str| desk.quietly(&format!("{line} --json")).ok().json();
    let marked = json(&format!("refund {CARD} --reason returned --asked-on 2026-03-24 --yes"));
    is_refund(&marked["refund"]);
    let dry = json("refund 5a1e000000000002 --reason returned --dry-run");
    is_refund(&dry["refund"]);
    assert_eq!((&dry["refund"]["refund_id"], &dry["refund"]["dry_run"]), (&Value::Null, &true.into()));

    let found = json("transactions search");
    found["transactions"].as_array().unwrap().iter().for_each(is_transaction);
    let shown = json(&format!("transactions show {CARD}"));
    is_transaction(&shown["transaction"]);
    shown["refunds"].as_array().unwrap().iter().for_each(is_refund);
    assert!(shown["disputes"].is_array());
    let order = json("orders show Subs0005");
    order["order"]["transactions"].as_array().unwrap().iter().for_each(is_transaction);
    let listed = json("refunds list");
    listed["refunds"].as_array().unwrap().iter().for_each(is_refund);
    // An unmatched row has the keys of a refund too.
    let due = json("refunds due");
    due["refunds"].as_array().unwrap().iter().for_each(|each| {
        has(each, REFUND);
        has(&each["due"], "code on next advice also paid_twice candidates");
    });
    let report = json("report refunds");
    has(&report["report"], "by since until unmatched groups totals");
    let imported = json("import shop.csv");
    has(&imported["import"], "read added updated unchanged rejected set_aside matched unmatched");
    assert!(imported["rejects"].is_array());
    for (document, name) in [
        (&found, "transactions"),
        (&shown, "transaction"),
        (&order, "order"),
        (&listed, "refunds"),
        (&imported, "import"),
        (&json("products list"), "products"),
        (&due, "refunds"),
        (&report, "report"),
        (&json("events list"), "events"),
        (&json("transactions search --count"), "count"),
        (&marked, "refund"),
    ] {
        assert_eq!(document["schema_version"], 1, "{name}");
        assert!(!document[name].is_null(), "{name}");
    }
}

#[test]
fn a_dispute_is_listed_with_its_sale() {
    let shown = shop().quietly("transactions show 5a1e000000000012 --json").ok().json();

    assert_eq!(shown["disputes"].as_array().unwrap().len(), 1, "{}", shown["disputes"]);
}

#[test]
fn every_line_of_json_lines_is_an_object_with_its_version() {
    let desk = shop();
    desk.mark(CARD);

    for line in ["transactions search", "refunds list", "refunds due", "products list", "events list"] {
        let lines = desk.quietly(&format!("{line} --format jsonl")).ok().json_lines();
        assert!(!lines.is_empty() && lines.iter().all(|line| line["schema_version"] == 1), "{line}");
    }
}

#[test]
fn data_formats_are_never_cut_and_tables_say_when_they_are() {
    let desk = crate::shop::rehearsal();
    let rows: String = (0..60).map(|row| format!("t{row},O{row},1.00,EUR,2026-03-24,paid\n")).collect();
    desk.write("many.csv", format!("transaction_id,order_id,amount,currency,paid_at,status\n{rows}"));
    desk.retour("import many.csv").ok();

    let table = desk.retour("transactions search");
    assert_eq!(table.ok().stdout().lines().count(), 52);
    assert!(table.stderr().contains("there are more"), "{}", table.stderr());
    assert_eq!(desk.quietly("transactions search --json").json()["transactions"].as_array().unwrap().len(), 60);
    assert_eq!(desk.quietly("transactions search --format csv").stdout().lines().count(), 61);
    assert_eq!(desk.quietly("transactions search --all").stdout().lines().count(), 62);
    let lines = desk.quietly("transactions search --format jsonl --limit 3").ok().json_lines();
    assert_eq!(lines.len(), 3);
}

#[test]
fn errors_are_one_line_of_json_if_answers_are_json() {
    let desk = shop();
    for (line, exit, code) in [
        ("refund 5a1e000000000003 --reason returned --yes --json", 4, "period_expired"),
        ("refund nobody --reason returned --yes --format jsonl", 5, "unknown_sale"),
        ("refund 5a1e000000000001 --reason returned --format=json", 7, "not_confirmed"),
        ("transactions show --json", 2, "usage"),
        ("import missing.csv --json", 1, "unreadable"),
        ("transactions search --store none.db --json", 6, "store_missing"),
    ] {
        let ended = desk.quietly(line);
        let error: Value = serde_json::from_str(ended.exit(exit).stderr())
            .unwrap_or_else(|error| panic!("{error}: {}", ended.snapshot()));
        has(&error["error"], "code message hints recorded");
        assert_eq!((&error["error"]["code"], &error["error"]["recorded"]), (&code.into(), &false.into()));
        assert!(ended.stdout().is_empty());
    }
    let ended = desk.run_with(["refund", "nobody", "--reason", "returned", "--yes", "-q"], |call| {
        call.env("RETOUR_FORMAT", "json");
    });
    assert!(ended.exit(5).stderr().starts_with("{\"error\""), "{}", ended.snapshot());
}

#[test]
fn the_option_overrides_the_environment_which_overrides_the_configuration() {
    let desk = shop();
    desk.config("format = \"csv\"\n");
    let first = |format: Option<&str>, option: &str| {
        let args = ["products", "list", "-q"].into_iter().chain(option.split_whitespace()).collect::<Vec<_>>();
        let ended = desk.run_with(args, |call| {
            if let Some(format) = format {
                call.env("RETOUR_FORMAT", format);
            }
        });
        ended.ok().stdout().lines().next().unwrap().chars().take(9).collect::<String>()
    };

    assert_eq!(first(None, ""), "product_i");
    assert_eq!(first(Some("tsv"), "").len(), 9);
    assert_eq!(first(Some("json"), ""), "{\"schema_");
    assert_eq!(first(Some("json"), "--format table"), "PRODUCT  ");
}

#[test]
fn customer_text_cannot_control_a_terminal_in_any_format() {
    let desk = crate::shop::rehearsal();
    desk.write(
        "hostile.csv",
        concat!(
            "transaction_id,order_id,customer_name,amount,currency,paid_at,status\n",
            "h1,O1,\"\u{1b}[31mAnna\u{202e}gro\u{7}\",49.00,EUR,2026-03-24,paid\n",
        ),
    );
    desk.retour("import hostile.csv").ok();

    for format in ["table", "json", "jsonl", "csv", "tsv"] {
        for line in
            ["transactions search", "transactions show h1", "orders show O1", "refund h1 --reason returned --dry-run"]
        {
            let said = desk.quietly(&format!("{line} --format {format}")).ok().stdout().to_owned();
            let hidden = said.chars().find(|c| "\u{1b}\u{7}\u{202e}".contains(*c));
            assert!(hidden.is_none(), "{hidden:?} in {format} of {line}");
        }
    }
}
