//! What exports and notifications say about money that went back: words, signs, columns and made-up IDs.

use serde_json::{Value, json};

use crate::harness::Desk;
use crate::shop::rehearsal;

/// A desk that imported this text; the import ended with this status.
fn imported(name: &str, text: &str, status: i32) -> Desk {
    let desk = rehearsal();
    desk.write(name, text);
    desk.quietly(&format!("import {name}")).exit(status);
    desk
}

/// The columns of every payment, ordered by ID.
fn payments(desk: &Desk, columns: &str) -> Vec<String> {
    let listed = desk.quietly(&format!("transactions search --format csv --columns {columns}"));
    let mut lines: Vec<String> = listed.ok().stdout().lines().skip(1).map(str::to_owned).collect();
    lines.sort();
    lines
}

const GERMAN: &str = "Transaktions-ID;Bestell-ID;Status;Bruttopreis;Währung;Produktname;Datum\n";

#[test]
fn a_chargeback_or_refund_that_failed_or_was_lifted_leaves_the_sale_refundable() {
    let rows = "w1;O1;Stornierung der Rückbuchung;49,00;EUR;Yoga;24.03.2026\n\
        w2;O2;Chargeback storniert;49,00;EUR;Yoga;24.03.2026\n\
        w3;O3;Erstattung fehlgeschlagen;49,00;EUR;Yoga;24.03.2026\n\
        w4;O4;Rückbuchung erfolgreich;49,00;EUR;Yoga;24.03.2026\n\
        w5;O5;Erfolgreich erstattet;49,00;EUR;Yoga;24.03.2026\n\
        w6;O6;Rücklastschrift;49,00;EUR;Yoga;24.03.2026\n\
        w7;O7;Fertig;49,00;EUR;Yoga;24.03.2026\n";
    let desk = imported("export.csv", &format!("{GERMAN}{rows}"), 0);
    assert_eq!(
        payments(&desk, "transaction_id,status,refundable,refundable_code"),
        [
            "w1,paid,yes,",
            "w2,paid,yes,",
            "w3,paid,yes,",
            "w4,paid,no,charged_back",
            "w5,refunded,no,already_refunded",
            "w6,paid,no,charged_back",
            "w7,unknown,no,status_unknown",
        ]
    );
}

#[test]
fn a_minus_with_a_word_is_the_refund_of_the_order_s_sale() {
    let rows = "w1;O1;Bezahlt;49,00;EUR;Yoga;20.03.2026\nw2;O1;Erfolgreich erstattet;-10,00;EUR;Yoga;24.03.2026\n\
        w3;O2;Bezahlt;49,00;EUR;Yoga;20.03.2026\nw4;O2;Rückbuchung erfolgreich;-49,00;EUR;Yoga;24.03.2026\n";
    let desk = imported("export.csv", &format!("{GERMAN}{rows}"), 0);
    assert_eq!(
        payments(&desk, "transaction_id,kind,left"),
        ["w1,sale,39.00", "w2,refund,0.00", "w3,sale,0.00", "w4,chargeback,0.00"]
    );
}

#[test]
fn the_total_that_went_back_in_the_sale_s_own_row_is_not_refunded_again() {
    let text = "transaction_id,order_id,amount,Amount Refunded,currency,paid_at,status\n\
        w1,O1,49.00,10.00,EUR,2026-03-24,Paid\n\
        w2,O2,49.00,49.00,EUR,2026-03-24,Paid\n\
        w3,O3,49.00,0.00,EUR,2026-03-24,Paid\n";
    let desk = imported("sales.csv", text, 0);
    let expected = ["w1,49.00,39.00", "w1-refunded,10.00,0.00", "w2,49.00,0.00", "w3,49.00,49.00"];
    assert_eq!(payments(&desk, "transaction_id,amount,left"), expected);
    let again = desk.quietly("import sales.csv --json").ok().json();
    assert_eq!((again["import"]["added"].as_u64(), again["import"]["updated"].as_u64()), (Some(0), Some(0)));
}

#[test]
fn words_that_are_not_known_are_listed_with_their_counts_and_strict_refuses_them() {
    let text = "transaction_id,order_id,amount,currency,paid_at,status,method\n\
        w1,O1,49.00,EUR,2026-03-24,Fertig,Muscheln\nw2,O2,49.00,EUR,2026-03-24,Fertig,card\n";
    let desk = imported("sales.csv", text, 0);
    let words = desk.quietly("import sales.csv --json").ok().json()["import"]["unknown_words"].clone();
    let word = |column: &str, word: &str, count: u64| json!({ "column": column, "word": word, "count": count });
    assert_eq!(words, json!([word("method", "Muscheln", 1), word("status", "Fertig", 2)]));
    let noted = desk.retour("import sales.csv");
    assert!(noted.ok().stderr().contains("note: unknown word in status, 2 rows: Fertig\n"), "{}", noted.stderr());
    let strict = desk.quietly("import sales.csv --strict");
    assert!(strict.exit(4).stderr().contains("2 words are unknown"), "{}", strict.stderr());
    desk.write("kinds.csv", "transaction_id,order_id,amount,currency,paid_at,kind\nw3,O3,49.00,EUR,2026-03-24,Gabe\n");
    let kinds = desk.quietly("import kinds.csv --json").exit(3).json()["import"]["unknown_words"].clone();
    assert_eq!(kinds, json!([word("kind", "Gabe", 1)]));
    let explained = desk.quietly("import kinds.csv --explain --json").ok().json()["explanation"]["words"].clone();
    assert_eq!(explained, json!([{ "column": "kind", "word": "Gabe", "meaning": null, "count": 1 }]));
}

#[test]
fn made_up_ids_stay_made_of_the_same_columns() {
    let desk = rehearsal();
    desk.write("sales.csv", "order_id,amount,currency,paid_at,status\nO1,49.00,EUR,2026-03-20,paid\n");
    desk.config("[import.csv]\nmake_ids = true\n");
    desk.quietly("import sales.csv").ok();
    desk.config("[import.csv]\nmake_ids = [\"order_id\", \"kind\"]\n");
    let refused = desk.quietly("import sales.csv --json").exit(2).stderr().to_owned();
    let refused = serde_json::from_str::<Value>(&refused).unwrap()["error"].clone();
    assert_eq!((&refused["code"], &refused["recorded"]), (&json!("make_ids_changed"), &json!(false)));
    let hint = refused["hints"][0].as_str().unwrap();
    assert!(hint.ends_with("[import.csv]\nmake_ids = [\"order_id\", \"rate_number\"]"), "{hint}");
    assert_eq!(payments(&desk, "transaction_id"), ["O1-1"]);
    desk.config("[import.csv]\nmake_ids = [\"order_id\", \"rate_number\"]\n");
    assert_eq!(desk.quietly("import sales.csv --json").ok().json()["import"]["unchanged"], 1);
}

#[test]
fn rows_that_share_a_made_up_id_are_rejected_until_a_column_tells_them_apart() {
    let text = "order_id,amount,currency,paid_at,status\nO1,49.00,EUR,2026-03-20,paid\n\
        O1,-10.00,EUR,2026-03-24,refunded\n";
    let desk = rehearsal();
    desk.write("sales.csv", text);
    desk.config("[import.csv]\nmake_ids = true\n");
    let rejected = desk.quietly("import sales.csv");
    assert!(rejected.exit(3).stdout().contains("(same_made_up_id)"), "{}", rejected.stdout());
    desk.config("[import.csv]\nmake_ids = [\"order_id\", \"kind\"]\n");
    desk.quietly("import sales.csv").ok();
    assert_eq!(payments(&desk, "transaction_id,left"), ["O1-refund,0.00", "O1-sale,39.00"]);
}

#[test]
fn an_id_that_a_spreadsheet_rewrote_stops_the_import() {
    let desk = rehearsal();
    desk.write("sales.csv", "transaction_id,order_id,amount,currency,paid_at\n1.23457E+15,O1,49.00,EUR,2026-03-24\n");
    let stopped = desk.quietly("import sales.csv --json");
    assert!(stopped.exit(2).snapshot().contains("spreadsheet_id"), "{}", stopped.snapshot());
}

#[test]
fn a_platform_s_test_message_costs_only_itself_wherever_it_is() {
    let sale = crate::cope::sale("w1", "O1", 4900, "2026-03-24T10:00:00Z").to_string();
    let test = json!({ "message": "This is a test webhook" }).to_string();
    for text in [format!("{test}\n{sale}\n"), format!("{sale}\n{test}\n")] {
        let desk = imported("events.jsonl", &text, 0);
        assert_eq!(payments(&desk, "transaction_id,left"), ["w1,49.00"]);
    }
    assert!(payments(&imported("test.json", &test, 0), "transaction_id").is_empty());
}

const PAYPAL: &str = "Transaction ID,Invoice Number,Type,Gross,Currency,Date,Reference Txn ID\n";

/// A desk that knows the columns of PayPal's export, with these rows imported one file after the other.
fn paypal(files: &[&str]) -> Desk {
    let desk = rehearsal();
    desk.config(
        "[import]\nstatus = \"paid\"\n[import.csv]\ndecimal = \".\"\n[import.csv.columns]\n\
         transaction_id = \"Transaction ID\"\norder_id = \"Invoice Number\"\nkind = \"Type\"\namount = \"Gross\"\n\
         currency = \"Currency\"\npaid_at = \"Date\"\nrefund_of = \"Reference Txn ID\"\n",
    );
    for rows in files {
        desk.write("paypal.csv", format!("{PAYPAL}{rows}"));
        desk.quietly("import paypal.csv").ok();
    }
    desk
}

const SALES: &str = "s1,I1,sale,49.00,EUR,2026-03-20,\ns2,I1,sale,49.00,EUR,2026-03-20,\n";

#[test]
fn a_refund_that_names_its_payment_belongs_to_it_in_whichever_order_they_come() {
    let refund = "r1,I1,refund,-10.00,EUR,2026-03-21,s2\n";
    let elsewhere = "r1,I9,refund,-10.00,EUR,2026-03-21,s2\n";
    let expected = ["s1,yes,49.00,", "s2,yes,39.00,refund_open"];
    for files in [[SALES, refund], [refund, SALES], [SALES, elsewhere], [elsewhere, SALES]] {
        let desk = paypal(&files);
        let sales = payments(&desk, "transaction_id,refundable,left,flags");
        assert_eq!(sales.iter().filter(|line| line.starts_with('s')).collect::<Vec<_>>(), expected, "{files:?}");
        desk.quietly("store check").ok();
    }
}

#[test]
fn a_refund_of_a_payment_that_is_not_in_the_store_blocks_its_order_until_a_person_decides() {
    let desk = paypal(&[SALES, "r1,I1,refund,-10.00,EUR,2026-03-21,gone\n"]);
    let columns = "transaction_id,refundable_code,left,flags";
    let blocked = ["s1,unmatched_refund,49.00,unmatched_refund", "s2,unmatched_refund,49.00,unmatched_refund"];
    assert_eq!(payments(&desk, columns)[1..], blocked);
    desk.quietly("refunds match r1 s1").ok();
    assert_eq!(payments(&desk, columns)[1..], ["s1,,39.00,refund_open", "s2,,49.00,"]);
    desk.quietly("refunds match r1 --undo").ok();
    assert_eq!(payments(&desk, columns)[1..], blocked);
}

#[test]
fn a_person_decides_against_the_payment_that_a_refund_names() {
    let desk = paypal(&[SALES, "r1,I9,refund,-10.00,EUR,2026-03-21,s2\n"]);
    let columns = "transaction_id,left";
    desk.quietly("refunds match r1 --none").ok();
    assert_eq!(payments(&desk, columns)[1..], ["s1,49.00", "s2,49.00"]);
    desk.quietly("refunds match r1 --undo").ok();
    assert_eq!(payments(&desk, columns)[1..], ["s1,49.00", "s2,39.00"]);
    desk.quietly("store check").ok();
}

#[test]
fn a_reference_of_another_row_than_a_refund_says_nothing() {
    let rows = "s3,I3,sale,20.00,EUR,2026-03-20,s1\nh1,I1,hold,-49.00,EUR,2026-03-20,s1\n";
    let desk = paypal(&[SALES, rows]);
    let expected = ["s1,49.00,", "s2,49.00,", "s3,20.00,"];
    assert_eq!(payments(&desk, "transaction_id,left,flags"), expected);
}

#[test]
fn a_total_that_grew_counts_what_went_back_since_and_an_older_export_nothing() {
    let desk = Desk::new();
    desk.quietly("init").ok();
    let take = |total: &str| {
        let header = "transaction_id,order_id,amount,currency,paid_at,status,kind,refunded_amount";
        let file = desk.write("sales.csv", format!("{header}\ns1,o1,49.00,EUR,2026-03-20,paid,sale,{total}\n"));
        desk.quietly(&format!("import {}", file.display())).ok();
        let left = desk.quietly("transactions search s1 --kind sale --format csv --no-header --columns left,flags");
        left.ok().stdout().to_owned()
    };
    assert_eq!(take("10.00"), "39.00,partly_refunded\n");
    assert_eq!(take("25.00"), "24.00,partly_refunded\n");
    assert_eq!(take("10.00"), "24.00,partly_refunded\n");
    assert_eq!(take("30.00"), "19.00,partly_refunded\n");
    let refunds = desk.quietly("refunds list --format csv --no-header --columns refund_id,amount");
    let mut refunds: Vec<&str> = refunds.ok().stdout().lines().collect();
    refunds.sort_unstable();
    assert_eq!(refunds, ["s1-refunded,10.00", "s1-refunded-2,15.00", "s1-refunded-3,5.00"]);
    assert_eq!(take("49.00"), "0.00,refunded\n");
}

const ROW: &str = "transaction_id,order_id,product_name,amount,currency,paid_at,status,kind";

fn take(desk: &Desk, rows: &str) {
    let file = desk.write("rows.csv", format!("{ROW}\n{rows}\n"));
    desk.quietly(&format!("import {}", file.display()));
}

fn verdicts(desk: &Desk) -> String {
    let search = "transactions search --kind sale --format csv --no-header --columns transaction_id,refundable";
    desk.quietly(search).ok().stdout().lines().collect::<Vec<_>>().join(" ")
}

#[test]
fn a_refund_of_an_unknown_product_blocks_every_paid_sale_of_its_order() {
    let desk = Desk::new();
    desk.quietly("init").ok();
    take(&desk, "s1,o1,Kurs,49.00,EUR,2026-03-20,paid,sale\ns2,o1,Addon,9.00,EUR,2026-03-20,paid,sale");
    assert_eq!(verdicts(&desk), "s1,yes s2,yes");
    take(&desk, "r1,o1,Kurs + Addon,-9.00,EUR,2026-03-21,,refund");
    assert_eq!(verdicts(&desk), "s1,no s2,no");
}

#[test]
fn a_refund_that_is_larger_than_its_sale_may_be_of_several_and_blocks_them() {
    let desk = Desk::new();
    desk.quietly("init").ok();
    take(&desk, "s1,o1,Kurs,49.00,EUR,2026-03-20,paid,sale\ns2,o1,Addon,9.00,EUR,2026-03-20,paid,sale");
    take(&desk, "r1,o1,Kurs,-58.00,EUR,2026-03-21,,refund");
    assert_eq!(verdicts(&desk), "s1,no s2,no");
    assert!(desk.quietly("refunds due --format csv").stdout().contains("unmatched"));
}

#[test]
fn a_marked_refund_that_the_platform_reports_without_a_status_is_with_the_platform() {
    let desk = Desk::new();
    desk.quietly("init").ok();
    take(&desk, "s1,o1,Kurs,49.00,EUR,2026-03-20,paid,sale");
    desk.quietly("refund s1 --reason returned --yes").ok();
    take(&desk, "r1,o1,Kurs,-49.00,EUR,2026-03-24,,refund");
    let refunds = desk.quietly("refunds list --format csv --no-header --columns refund_id,status,status_on");
    assert_eq!(refunds.stdout(), "R-000001,submitted,2026-03-24\n");
    let due = desk.quietly("refunds due --format csv --columns code,advice");
    assert!(!due.stdout().contains("carry it out"), "{}", due.stdout());
    for step in ["reopen", "fail"] {
        let refused = desk.quietly(&format!("refunds {step} R-000001"));
        assert!(refused.exit(4).stderr().starts_with("error[platform_refund]: the platform reports R-000001 as r1"));
    }
    assert_eq!(desk.quietly("events list --format csv --no-header").stdout().matches("refund_").count(), 2);
    desk.quietly("refunds confirm R-000001").ok();
}

#[test]
fn a_notification_of_an_unknown_type_that_says_refund_is_an_unread_report() {
    let desk = Desk::new();
    desk.quietly("init").ok();
    take(&desk, "s1,o1,Kurs,49.00,EUR,2026-03-20,paid,sale");
    let event = r#"{"event_type":"payment.adjusted","transaction_type":"refund","payment_status":"refunded",
        "transaction_id":"r1","order_id":"o1","transaction_amount":"10.0","transaction_currency":"EUR",
        "transaction_date":"2026-03-22T09:00:00Z"}"#;
    let file = desk.write("events.jsonl", event.replace('\n', ""));
    desk.quietly(&format!("import {}", file.display())).exit(3);
    assert_eq!(verdicts(&desk), "s1,no");
}

#[test]
fn an_unread_refund_without_an_order_blocks_the_order_of_the_payment_that_it_names() {
    let desk = Desk::new();
    desk.quietly("init").ok();
    take(&desk, "s1,o1,Kurs,49.00,EUR,2026-03-20,paid,sale");
    let rows = "transaction_id,order_id,amount,currency,paid_at,kind,refund_of\nr1,,-10.00,EUR,2026-03-21,refund,s1\n";
    let file = desk.write("paypal.csv", rows);
    desk.quietly(&format!("import {}", file.display())).exit(3);
    assert_eq!(verdicts(&desk), "s1,no");
    desk.quietly("refunds match U-000001 s1 --amount 10").ok();
    assert_eq!(verdicts(&desk), "s1,yes");
}

#[test]
fn a_refund_that_names_a_payment_the_store_does_not_have_blocks_its_order_whatever_the_product() {
    let desk = Desk::new();
    desk.quietly("init").ok();
    take(&desk, "s1,o1,Kurs,49.00,EUR,2026-03-20,paid,sale");
    let header = "transaction_id,order_id,product_name,amount,currency,paid_at,kind,refund_of";
    let file = desk.write("paypal.csv", format!("{header}\nr1,o1,Heft,-10.00,EUR,2026-03-21,refund,s0\n"));
    desk.quietly(&format!("import {}", file.display())).ok();
    assert_eq!(verdicts(&desk), "s1,no");
}
