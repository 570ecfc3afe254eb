//! A sale from an export without transaction IDs and the platform's notification of the same sale become one sale
//! with the real ID, whichever comes first.

use insta::assert_snapshot;
use serde_json::{Value, json};

use crate::harness::Desk;
use crate::shop::rehearsal;

const EXPORT: &str = "Bestell-ID;Produktname;Kundenname;Bruttopreis;Währung;Status;Rate Nr.;Transaktionsdatum\n\
                      Adopt001;Yoga;Anna Beispiel;49,00;EUR;Bezahlt;1;20.03.2026\n";

/// The platform's notification of the export's sale.
fn notified(id: &str, changes: Value) -> Value {
    let mut whole = json!({
        "event_type": "payment.made", "transaction_type": "sale", "payment_status": "paid",
        "transaction_id": id, "order_id": "Adopt001", "product_id": "e232d769", "product_name": "Yoga",
        "buyer_firstname": "Anna", "buyer_lastname": "Beispiel", "buyer_email": "anna@example.org",
        "payment_method": "credit_card", "payment_plan": "one_time_payment", "rate_number": 1,
        "transaction_amount": "49.00", "transaction_currency": "EUR",
        "transaction_date": "2026-03-20T10:00:00Z", "transaction_processed_at": "2026-03-20T10:00:00Z",
    });
    let (Value::Object(fields), Value::Object(changes)) = (&mut whole, changes) else { panic!("objects") };
    fields.extend(changes);
    whole
}

/// A desk that makes IDs for exports that have none.
fn desk() -> Desk {
    let desk = rehearsal();
    desk.config("[import.csv]\nmake_ids = true\n");
    desk.write("export.csv", EXPORT);
    desk
}

impl Desk {
    fn export(&self) -> Value {
        self.retour("import export.csv --json").ok().json()["import"].clone()
    }

    fn notify(&self, notifications: &[Value]) -> Value {
        let lines: Vec<String> = notifications.iter().map(Value::to_string).collect();
        self.write("notifications.jsonl", lines.join("\n"));
        self.retour("import notifications.jsonl --json").ok().json()["import"].clone()
    }

    fn sales(&self) -> Value {
        self.retour("transactions search --json").ok().json()["transactions"].clone()
    }
}

#[test]
fn the_notification_of_an_exported_sale_gives_it_its_real_id() {
    let desk = desk();
    desk.export();
    assert_eq!(desk.sales()[0]["flags"], json!(["id_made_up"]));

    let counts = desk.notify(&[notified("aaaa000000000001", json!({}))]);

    assert_eq!((&counts["added"], &counts["updated"]), (&json!(0), &json!(1)));
    let sales = desk.sales();
    assert_eq!((&sales[0]["transaction_id"], &sales[0]["flags"]), (&json!("aaaa000000000001"), &json!([])));
    assert_eq!((sales.as_array().unwrap().len(), &sales[0]["method"]), (1, &json!("card")));
    assert_eq!(sales[0]["product_id"], "e232d769");
}

#[test]
fn the_export_that_comes_after_the_notification_ends_in_the_same_state() {
    let (forth, back) = (desk(), desk());
    let notification = [notified("aaaa000000000001", json!({}))];

    forth.export();
    forth.notify(&notification);
    back.notify(&notification);
    assert_eq!(back.export()["updated"], 1);

    assert_eq!(forth.sales(), back.sales());
    for desk in [forth, back] {
        let shown = desk.retour("transactions show Adopt001-1 --json").ok().json();
        assert_eq!(shown["transaction"]["transaction_id"], "aaaa000000000001", "the made-up ID still names it");
        for search in ["Adopt001-1", "--transaction Adopt001-1"] {
            let found = desk.retour(&format!("transactions search {search} --json")).ok().json();
            assert_eq!(found["transactions"][0]["transaction_id"], "aaaa000000000001", "and finds it: {search}");
        }
        let before = desk.everything();
        assert_eq!((&desk.export()["unchanged"], &desk.notify(&notification)["unchanged"]), (&json!(1), &json!(1)));
        assert_eq!(desk.everything(), before, "and all of it again changes nothing");
        desk.retour("store check").ok();
    }
}

#[test]
fn the_adoption_leaves_an_event_that_names_both_ids() {
    let desk = desk();
    desk.export();
    let number = desk.mark("Adopt001-1");
    desk.notify(&[notified("aaaa000000000001", json!({}))]);

    assert_snapshot!(
        desk.quietly("events list --transaction aaaa000000000001 --format tsv --columns kind,transaction_id,order_id,refund_id,facts")
            .stdout(),
        @r#"
    kind	transaction_id	order_id	refund_id	facts
    adopted	aaaa000000000001	Adopt001		{"made_up":"Adopt001-1","real":"aaaa000000000001"}
    refund_marked	Adopt001-1		R-000001	{"amount_minor":4900,"cautions":["notify_customer_first","method_unknown","period_defaulted"],"currency":"EUR","goodwill":false,"ground":"withdrawal","left_minor":0,"reason":"customer-request"}
    "#
    );
    let kinds = desk.retour("events list --transaction Adopt001-1 --format tsv --columns kind --no-header");
    assert_eq!(kinds.ok().stdout(), "adopted\nrefund_marked\n", "the made-up ID finds its old events and its end");
    desk.retour("events verify").ok();
    let refund = desk.retour("refunds list --json").ok().json()["refunds"][0].clone();
    assert_eq!((&refund["refund_id"], &refund["transaction_id"]), (&json!(number), &json!("aaaa000000000001")));
}

#[test]
fn a_refund_under_a_key_is_replayed_by_either_id() {
    let desk = desk();
    desk.export();
    let line = |sale: &str| format!("refund {sale} --reason returned --key ticket-1 --yes --json");
    let first = desk.retour(&line("Adopt001-1")).ok().json()["refund"]["refund_id"].clone();
    desk.notify(&[notified("aaaa000000000001", json!({}))]);

    for sale in ["Adopt001-1", "aaaa000000000001"] {
        let again = desk.retour(&line(sale)).ok().json()["refund"].clone();
        assert_eq!((&again["refund_id"], &again["replayed"]), (&first, &json!(true)));
    }
}

#[test]
fn a_batch_is_replayed_by_either_id_and_never_pays_twice() {
    let desk = desk();
    desk.export();
    let batch = |lines: &str| {
        desk.write("batch.csv", format!("transaction_id,amount,reason\n{lines}"));
        let line = "refund --from-file batch.csv --reference march --again --yes --json --expect-total";
        desk.run(line.split_whitespace().chain(["40.00 EUR"])).ok().json()["counts"].clone()
    };
    let both = "Adopt001-1,30.00,returned\nAdopt001-1,10.00,returned\n";
    assert_eq!(batch(both)["recorded"], 2);
    desk.notify(&[notified("aaaa000000000001", json!({}))]);

    let real = both.replace("Adopt001-1", "aaaa000000000001");
    let mixed = "aaaa000000000001,30.00,returned\nAdopt001-1,10.00,returned\n";
    for lines in [both, &real, mixed] {
        let counts = batch(lines);
        assert_eq!((&counts["recorded"], &counts["replayed"]), (&json!(0), &json!(2)), "{lines}");
    }
    assert_eq!(desk.retour("refunds list --json").ok().json()["refunds"].as_array().unwrap().len(), 2);
}

#[test]
fn two_names_of_one_sale_in_a_batch_are_planned_as_one_sale() {
    let desk = desk();
    desk.export();
    desk.notify(&[notified("aaaa000000000001", json!({}))]);
    desk.write(
        "batch.csv",
        "transaction_id,amount,reason\nAdopt001-1,30.00,returned\naaaa000000000001,30.00,returned\n",
    );

    let line = "refund --from-file batch.csv --reference march --again --dry-run --json";
    let batch = desk.retour(line).exit(4).json();
    assert_eq!(batch["items"][1]["code"], "exceeds_refundable");
}

#[test]
fn pinned_and_linked_matches_follow_the_sale() {
    let desk = desk();
    desk.write("export.csv", format!("{EXPORT}Adopt001;Yoga;Anna Beispiel;49,00;EUR;Bezahlt;2;21.03.2026\n"));
    desk.export();
    let refund = notified(
        "bbbb000000000001",
        json!({ "event_type": "payment.refunded", "transaction_type": "refund", "payment_status": "successed_refunded",
                "rate_number": null, "transaction_amount": "9.00" }),
    );
    desk.notify(&[refund]);
    desk.retour("refunds match bbbb000000000001 Adopt001-2").ok();

    desk.notify(&[
        notified("aaaa000000000002", json!({ "rate_number": 2, "transaction_date": "2026-03-21T10:00:00Z" })),
        notified("aaaa000000000001", json!({})),
    ]);

    let shown = desk.retour("transactions show aaaa000000000002 --json").ok().json();
    assert_eq!(shown["refunds"][0]["refund_id"], "bbbb000000000001");
    assert_eq!(shown["transaction"]["refundable"]["left"]["minor"], 4000);
    desk.retour("refunds match bbbb000000000001 Adopt001-1").ok();
    let shown = desk.retour("transactions show aaaa000000000001 --json").ok().json();
    assert_eq!(shown["refunds"][0]["refund_id"], "bbbb000000000001", "the made-up ID still says which is meant");
    desk.retour("store check").ok();
}

#[test]
fn a_row_that_equals_several_sales_is_rejected() {
    let desk = desk();
    desk.notify(&[
        notified("aaaa000000000001", json!({})),
        notified("aaaa000000000002", json!({ "transaction_date": "2026-03-21T10:00:00Z" })),
    ]);
    assert_snapshot!(desk.quietly("import export.csv").snapshot(), @"
    $ retour import export.csv -q
    status: 3
    -- stdout --
    1 row read: 1 rejected.
      export.csv:2: transaction_id: this row has no ID and matches 2 sales of order Adopt001: aaaa000000000001, aaaa000000000002 (ambiguous_sale)
    -- stderr --
    ");
    assert_eq!(desk.retour("transactions search --count").stdout(), "2\n");
}

#[test]
fn another_product_instalment_or_amount_or_a_failed_attempt_is_another_sale() {
    for changes in [
        json!({ "product_name": "Chess", "product_id": "46210358" }),
        json!({ "rate_number": 2 }),
        json!({ "transaction_amount": "49.01" }),
        json!({ "transaction_currency": "CHF" }),
        json!({ "order_id": "adopt001" }),
        json!({ "test_payment": true }),
        json!({ "event_type": "payment.failed", "payment_status": "failed" }),
    ] {
        let desk = desk();
        desk.export();
        assert_eq!(desk.notify(&[notified("aaaa000000000001", changes.clone())])["added"], 1, "{changes}");
    }
}

#[test]
fn a_dry_run_adopts_nothing() {
    let desk = desk();
    desk.export();
    let before = desk.everything();
    desk.write("one.json", notified("aaaa000000000001", json!({})).to_string());
    assert_eq!(desk.retour("import one.json --dry-run --json").ok().json()["import"]["updated"], 1);
    assert_eq!(desk.everything(), before);
}
