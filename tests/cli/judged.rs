//! What an import says about a sale changes what may still happen to its refunds.

use crate::harness::Desk;
use serde_json::{Value, json};

const SALE: &str = "7a00000000000001";

/// A desk with a sale of 60.00 EUR by debit, paid on 20 March, and refunds without a return period in the way.
fn desk() -> Desk {
    let desk = Desk::new();
    desk.quietly("init").ok();
    notify(&desk, &[json!({})]);
    desk
}

/// Imports notifications of the sale with these changes.
fn notify(desk: &Desk, changes: &[Value]) {
    let lines = changes.iter().map(|changes| {
        let mut event = json!({
            "event_type": "payment.made", "transaction_type": "sale", "payment_status": "paid",
            "transaction_id": SALE, "order_id": "Or7a0001", "product_id": "e232d769", "product_name": "Yoga",
            "transaction_amount": "60.0", "transaction_currency": "EUR", "payment_method": "credit_card",
            "payment_plan": "one_time_payment", "rate_number": 1,
            "transaction_date": "2026-03-20T09:00:00Z", "transaction_processed_at": "2026-03-20T09:00:00Z"
        });
        for (key, value) in changes.as_object().unwrap() {
            event[key] = value.clone();
        }
        format!("{event}\n")
    });
    let file = desk.write("events.jsonl", lines.collect::<String>());
    desk.quietly(&format!("import {}", file.display())).ok();
}

fn failed() -> Value {
    json!({ "payment_status": "failed", "event_type": "payment.failed",
            "transaction_processed_at": "2026-03-24T09:00:00Z" })
}

fn refunded() -> Value {
    json!({ "payment_status": "refunded", "transaction_processed_at": "2026-03-24T09:00:00Z" })
}

fn refund_row(id: &str, amount: &str) -> Value {
    json!({ "transaction_id": id, "transaction_type": "refund", "event_type": "payment.refunded",
            "payment_status": "successed_refunded", "transaction_amount": amount,
            "transaction_date": "2026-03-24T09:00:00Z", "transaction_processed_at": "2026-03-24T09:00:00Z" })
}

fn mark(desk: &Desk, options: &str) {
    desk.quietly(&format!("refund {SALE} --reason returned --yes {options}")).ok();
}

/// The codes of what is due.
fn due(desk: &Desk) -> String {
    let due = desk.quietly("refunds due --format csv --no-header --columns code,refund_id");
    due.ok().stdout().lines().collect::<Vec<_>>().join(" ")
}

fn status(desk: &Desk, refund: &str) -> String {
    let shown = desk.quietly(&format!("refunds show {refund} --json"));
    shown.ok().json()["refund"]["status"].as_str().unwrap().to_owned()
}

fn flags(desk: &Desk) -> String {
    let found =
        desk.quietly("transactions search --format csv --no-header --columns transaction_id,refundable_code,flags");
    found.ok().stdout().trim().to_owned()
}

/// The code with which the command is refused.
fn refusal(desk: &Desk, command: &str) -> String {
    let refused = desk.quietly(command);
    let error: Value = serde_json::from_str(refused.exit(4).stderr()).unwrap();
    error["error"]["code"].as_str().unwrap().to_owned()
}

#[test]
fn a_refund_of_a_payment_that_failed_is_stopped() {
    let desk = desk();
    mark(&desk, "");

    notify(&desk, &[failed()]);

    assert_eq!(due(&desk), "stop,R-000001");
    let item = &desk.quietly("refunds due --json").ok().json()["refunds"][0];
    assert_eq!(item["due"]["stop"]["code"], "not_paid");
    assert_eq!(item["due"]["next"], "retour refunds cancel R-000001");
    for refused in ["refunds submit R-1 --json", "notice R-1 --lang en --json"] {
        assert_eq!(refusal(&desk, refused), "no_longer_right");
    }
    assert_eq!(status(&desk, "R-1"), "marked");
    let cancelled = desk.retour("refunds cancel R-1");
    assert!(cancelled.ok().stderr().contains("R-000001 would not be marked today"), "{}", cancelled.stderr());
    assert_eq!(due(&desk), "");
}

#[test]
fn several_refunds_are_submitted_together_or_not_at_all() {
    let desk = desk();
    let other = json!({ "transaction_id": "7a00000000000002", "order_id": "Or7a0002" });
    notify(&desk, &[other]);
    mark(&desk, "");
    desk.quietly("refund 7a00000000000002 --reason returned --yes").ok();
    notify(&desk, &[failed()]);

    desk.quietly("refunds submit R-1 R-2").exit(4);
    assert_eq!((status(&desk, "R-1"), status(&desk, "R-2")), ("marked".into(), "marked".into()));
    desk.quietly("refunds submit R-1 R-2 --accept no_longer_right").ok();

    assert_eq!(due(&desk), "stop,R-000001");
    desk.quietly("refunds confirm R-1").ok();
    assert_eq!(due(&desk), "paid_twice,R-000001");
    assert!(flags(&desk).contains("paid_twice"));
}

#[test]
fn on_a_normal_day_the_report_of_the_refund_confirms_it() {
    for report in [vec![refunded()], vec![refund_row("9a00000000000001", "60.0")]] {
        let all = [report.clone(), vec![refunded(), refund_row("9a00000000000001", "60.0")]].concat();
        for submit in [false, true] {
            let desk = desk();
            mark(&desk, "");
            if submit {
                desk.quietly("refunds submit R-1").ok();
            }
            notify(&desk, &report);
            assert_eq!((status(&desk, "R-1").as_str(), due(&desk).as_str()), ("succeeded", ""));
            notify(&desk, &all);
            assert_eq!((status(&desk, "R-1").as_str(), due(&desk).as_str()), ("succeeded", ""));
            assert_eq!(flags(&desk).lines().filter(|line| line.ends_with(",refunded")).count(), 1);
            let report = desk.quietly("report refunds --format csv --no-header --columns sales,refunds,refunded");
            assert_eq!(report.ok().stdout().trim(), "1,1,60.00");
            desk.quietly("store check").ok();
        }
    }
}

#[test]
fn an_export_that_says_refunded_confirms_two_refunds_that_add_up() {
    let desk = desk();
    mark(&desk, "--amount 20");
    mark(&desk, "--amount 40");
    let row = format!(
        "transaction_id,order_id,amount,currency,paid_at,status\n{SALE},Or7a0001,60.00,EUR,2026-03-20,refunded\n"
    );
    let file = desk.write("export.csv", row);

    let imported = desk.quietly(&format!("import {}", file.display()));

    assert_eq!(
        (status(&desk, "R-1"), status(&desk, "R-2")),
        ("succeeded".into(), "succeeded".into()),
        "{}",
        imported.stdout()
    );
    assert_eq!(due(&desk), "");
}

#[test]
fn a_refund_beside_what_the_platform_refunded_is_stopped() {
    let desk = desk();
    mark(&desk, "--amount 20");

    notify(&desk, &[refunded()]);

    assert_eq!(due(&desk), "stop,R-000001");
    assert_eq!(refusal(&desk, "refunds submit R-1 --json"), "no_longer_right");
}

#[test]
fn a_failed_attempt_is_no_candidate_of_a_refund() {
    let desk = desk();
    let again = json!({ "transaction_id": "7a00000000000003", "transaction_date": "2026-03-22T09:00:00Z" });
    let pending = json!({ "transaction_id": "7a00000000000004", "payment_status": "pending" });
    let later = json!({ "transaction_id": "7a00000000000005", "transaction_date": "2026-03-25T09:00:00Z" });
    let mut attempt = failed();
    attempt["transaction_id"] = "7a00000000000002".into();
    // The first was paid, and bounced later: the refund may be of it.
    notify(&desk, &[failed(), attempt.clone(), pending, later, again, refund_row("9a00000000000001", "60.0")]);

    let unmatched = &desk.quietly("refunds due --json").ok().json()["refunds"][0];
    assert_eq!(unmatched["due"]["candidates"], json!([SALE, "7a00000000000003"]));
    let choice = desk.quietly("refunds match 9a00000000000001");
    assert!(choice.ok().stdout().contains("7a00000000000002: a sale of 60.00 EUR, failed on"), "{}", choice.stdout());
}

#[test]
fn a_refunded_row_beside_a_paid_sale_blocks_it_until_a_person_decides() {
    let rows = "transaction_id,order_id,product_name,amount,currency,paid_at,status\n\
                8a00000000000001,Or8a0001,Chess,49.00,EUR,2026-03-16,paid\n\
                8a00000000000002,Or8a0001,CHESS,10.00,EUR,2026-03-18,refunded\n\
                8a00000000000003,Or8a0003,Chess,30.00,EUR,2026-03-18,refunded\n";
    let desk = Desk::new();
    desk.quietly("init").ok();
    let file = desk.write("export.csv", rows);
    desk.quietly(&format!("import {}", file.display())).ok();
    let left = || {
        let found = desk.quietly("transactions search 8a00000000000001 --format csv --no-header --columns left");
        found.ok().stdout().trim().to_owned()
    };
    let sales = || {
        desk.quietly("report refunds --by plan --format csv --no-header --columns sales,refunds")
            .ok()
            .stdout()
            .trim()
            .to_owned()
    };

    assert_eq!(due(&desk), "unmatched,8a00000000000002");
    assert_eq!(refusal(&desk, "refund 8a00000000000001 --reason returned --yes --json"), "unmatched_refund");
    assert_eq!(sales(), "2,1");

    desk.quietly("refunds match 8a00000000000002 8a00000000000001").ok();
    assert_eq!((left().as_str(), due(&desk).as_str(), sales().as_str()), ("39.00", "", "2,2"));
    desk.quietly("refunds match 8a00000000000002 --none").ok();
    assert_eq!((left().as_str(), due(&desk).as_str(), sales().as_str()), ("49.00", "", "3,2"));
    desk.quietly("refunds match 8a00000000000002 --undo").ok();
    assert_eq!(due(&desk), "unmatched,8a00000000000002");
    desk.quietly("store check").ok();
}

#[test]
fn a_free_order_has_nothing_to_refund() {
    let desk = Desk::new();
    desk.quietly("init").ok();
    notify(&desk, &[json!({ "transaction_amount": "0.0" })]);
    assert_eq!(refusal(&desk, &format!("refund {SALE} --reason returned --yes --json")), "not_paid");
    assert_eq!(flags(&desk), format!("{SALE},not_paid,"));
}

#[test]
fn a_refund_with_another_key_that_looks_repeated_says_so() {
    let desk = desk();
    mark(&desk, "--amount 10 --key first");
    let has_caution = |args: &str| {
        let answer = desk.quietly(&format!("refund {SALE} --reason returned --amount 10 --json {args}")).ok().json();
        answer["refund"]["cautions"].as_array().unwrap().iter().any(|each| each["code"] == "looks_repeated")
    };
    assert!(has_caution("--key second --dry-run"));
    assert!(has_caution("--key second --yes"));
    assert!(has_caution("--key second --yes"), "the replay says so, too");
    assert!(!has_caution("--key first --yes"));
}

#[test]
fn the_products_of_a_payment_do_not_depend_on_the_order_of_its_reports() {
    let named = |hour: u32, product: Value| {
        let mut event = json!({ "transaction_processed_at": format!("2026-03-20T{hour:02}:00:00Z"),
                                "product_id": null, "product_name": null });
        event.as_object_mut().unwrap().extend(product.as_object().unwrap().clone());
        event
    };
    let reports = [
        named(9, json!({ "product_id": "zz", "product_name": "Yoga" })),
        named(10, json!({ "product_name": "Yoga" })),
        named(11, json!({ "product_id": "zz", "product_name": "Yoga Zen" })),
        named(12, json!({ "product_id": "aa", "product_name": "Tea", "is_addon": true })),
    ];
    for [a, b, c, d] in [[0, 1, 2, 3], [3, 2, 1, 0], [0, 2, 1, 3], [3, 0, 2, 1], [1, 0, 3, 2]] {
        let desk = Desk::new();
        desk.quietly("init").ok();
        for each in [a, b, c, d] {
            notify(&desk, &reports[each..=each]);
        }
        let events = || desk.quietly("events list --json").ok().json()["events"].as_array().unwrap().len();
        let before = events();
        notify(&desk, &reports);
        assert_eq!(events(), before, "{a}{b}{c}{d}");
        let shown = desk.quietly(&format!("transactions show {SALE}")).ok().stdout().to_owned();
        assert!(shown.contains("Yoga Zen (zz), Tea (aa)\n") || shown.contains("Yoga Zen (zz)\n"), "{shown}");
        let main = desk.quietly("transactions search --format csv --no-header --columns product_id");
        assert_eq!(main.ok().stdout().trim(), "zz");
    }
}

#[test]
fn a_charged_back_row_beside_a_paid_sale_blocks_it_until_a_person_decides() {
    let desk = desk();
    desk.write(
        "export.csv",
        "Transaktions-ID;Bestell-ID;Produktname;Kundenname;Bruttopreis;Währung;Zahlungsart;Rate Nr.;Status;Datum\n\
         c1;Bank0001;Kurs;Cora Muster;49,00;EUR;Lastschrift;1;Bezahlt;20.03.2026\n\
         c2;Bank0001;Kurs;Cora Muster;49,00;EUR;Lastschrift;1;Rückbuchung erfolgreich;23.03.2026\n",
    );
    desk.quietly("import export.csv").ok();
    assert_eq!(
        refusal(&desk, "refund c1 --reason returned --yes --accept debit_may_still_bounce --json"),
        "unmatched_refund"
    );
    assert_eq!(due(&desk), "unmatched,c2");
    desk.quietly("refunds match c2 c1").ok();
    assert_eq!(
        refusal(&desk, "refund c1 --reason returned --yes --accept debit_may_still_bounce --json"),
        "already_refunded"
    );
    desk.quietly("refunds match c2 --none").ok();
    desk.quietly("refund c1 --reason returned --yes --accept debit_may_still_bounce").ok();
    desk.quietly("store check").ok();
}
