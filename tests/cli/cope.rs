//! COPE's webhooks, from the file to the refund. All events are made up, in the shape that the platform documents.

use insta::assert_snapshot;
use serde_json::{Value, json};

use crate::harness::Desk;
use crate::shop::rehearsal;

/// An event in its envelope; its type and subject are its ID.
pub fn event(kind: &str, subject: &str, time: &str, data: Value) -> Value {
    json!({
        "specversion": "1.0",
        "type": kind,
        "source": "cope.payment",
        "id": format!("{kind}:{subject}"),
        "idempotency_key": format!("{kind}:{subject}"),
        "subject": subject,
        "time": time,
        "datacontenttype": "application/json",
        "data": data,
    })
}

/// What an event says about an order, with an amount.
fn data(order: &str, cents: i64) -> Value {
    json!({
        "order": { "uuid": order, "created_at": "2026-03-19T10:00:00.000Z", "currency": "EUR", "source": "web" },
        "buyer": { "email": "zoe@example.org", "first_name": "Zoë", "last_name": "Müller" },
        "line_items": [{ "product": { "uuid": "prod-1", "name": "Yoga" }, "payment_number": 1, "is_trial": false,
                         "quantity": 1, "amounts": { "gross_cents": cents } }],
        "payment_method": { "type": "card" },
        "totals": { "total": { "gross_cents": cents } },
    })
}

pub fn sale(id: &str, order: &str, cents: i64, time: &str) -> Value {
    let mut data = data(order, cents);
    data["payment_uuid"] = id.into();
    event("payment.sale.succeeded", &format!("payment:{id}"), time, data)
}

pub fn refund(id: &str, order: &str, cents: i64, time: &str) -> Value {
    event("payment.refund.created", &format!("refund:{id}"), time, data(order, cents))
}

pub fn undone(id: &str, time: &str) -> Value {
    event("payment.refund.reversed", &format!("refund:{id}"), time, json!({ "chunks": [{}] }))
}

fn chargeback(kind: &str, id: &str, order: Option<&str>, time: &str) -> Value {
    let mut data = json!({ "amount_cents": 4900, "currency": "EUR", "chunks": [{}] });
    if let Some(order) = order {
        data["chunks"][0]["order_uuid"] = order.into();
    }
    event(&format!("payment.chargeback.{kind}"), &format!("chargeback:{id}"), time, data)
}

pub fn dispute(state: &str, order: &str, sale: &str, time: &str) -> Value {
    let mut data = data(order, 4900);
    data["dispute"] = json!({ "dispute_uuid": "dp-1", "original_payment_uuid": sale, "amount_cents": 4900,
                              "currency": "EUR", "state": state });
    event(&format!("payment.dispute.{state}"), "dispute:dp-1", time, data)
}

impl Desk {
    /// Imports these events, one a line, and gives the counts.
    pub fn take(&self, events: &[Value]) -> Value {
        let lines: Vec<String> = events.iter().map(Value::to_string).collect();
        self.write("events.jsonl", lines.join("\n"));
        self.retour("import events.jsonl --json").ok().json()["import"].clone()
    }

    fn shown(&self, sale: &str) -> Value {
        self.retour(&format!("transactions show {sale} --json")).ok().json()
    }
}

/// A sale of 49.00 EUR that the desk took from its event.
fn sold() -> Desk {
    let desk = rehearsal();
    desk.take(&[sale("pay-1", "ord-1", 4900, "2026-03-20T10:00:00Z")]);
    desk
}

#[test]
fn an_open_dispute_is_a_serious_caution_until_it_is_decided() {
    let desk = sold();
    desk.take(&[dispute("opened", "ord-1", "pay-1", "2026-03-23T10:00:00Z")]);

    assert_snapshot!(desk.quietly("refund pay-1 --reason returned --yes").snapshot(), @"
    $ retour refund pay-1 --reason returned --yes -q
    status: 4
    -- stdout --
    -- stderr --
    error[dispute_open]: without a prompt, the caution must be accepted explicitly: --accept dispute_open
      49.00 EUR of Zoë Müller <zoe@example.org>, paid on Fri 2026-03-20
    hint: to accept it: retour refund pay-1 --reason returned --yes -q --accept dispute_open
    ");
    assert_snapshot!(desk.shown("pay-1")["disputes"], @r#"[{"amount":{"currency":"EUR","minor":4900,"text":"49.00 EUR"},"id":"dp-1","kind":"dispute","on":"2026-03-23","status":"open"}]"#);
    assert_eq!(desk.retour("events list --kind refund_marked --format jsonl").stdout(), "", "nothing was recorded");
    let marked = desk.retour("refund pay-1 --reason returned --yes --accept dispute_open --json").ok().json();
    let codes: Vec<&str> =
        marked["refund"]["cautions"].as_array().unwrap().iter().map(|each| each["code"].as_str().unwrap()).collect();
    assert!(codes.contains(&"dispute_open"), "{codes:?}");
}

#[test]
fn a_dispute_that_was_won_is_not_a_caution_whichever_event_came_first() {
    let (opened, won) = (
        dispute("opened", "ord-1", "pay-1", "2026-03-23T10:00:00Z"),
        dispute("won", "ord-1", "pay-1", "2026-03-24T10:00:00Z"),
    );
    for events in [[opened.clone(), won.clone()], [won, opened]] {
        let desk = sold();
        desk.take(&events);
        assert_eq!(desk.shown("pay-1")["disputes"][0]["status"], "won");
        desk.retour("refund pay-1 --reason returned --yes").ok();
    }
}

#[test]
fn a_dispute_of_an_unknown_payment_warns_about_every_payment_of_its_order() {
    let desk = sold();
    desk.take(&[dispute("opened", "ord-1", "pay-9", "2026-03-23T10:00:00Z")]);
    assert_eq!(desk.shown("pay-1")["transaction"]["flags"], json!(["dispute_open"]));

    desk.take(&[sale("pay-9", "ord-1", 900, "2026-03-20T11:00:00Z")]);
    assert_eq!(desk.shown("pay-1")["transaction"]["flags"], json!([]), "now it is known whose it is");
    assert_eq!(desk.shown("pay-9")["transaction"]["flags"], json!(["dispute_open"]));
}

#[test]
fn the_platform_confirms_a_marked_refund_and_can_reverse_it() {
    let desk = sold();
    let number = desk.mark("pay-1");
    desk.retour(&format!("refunds submit {number}")).ok();
    let status = || desk.retour("refunds list --json").ok().json()["refunds"][0]["status"].clone();

    desk.take(&[refund("re-1", "ord-1", 4900, "2026-03-24T10:00:00Z")]);
    assert_eq!(status(), "succeeded");
    desk.take(&[undone("re-1", "2026-03-24T12:00:00Z")]);
    assert_eq!(status(), "reversed");
    assert_eq!(desk.shown("pay-1")["transaction"]["refundable"]["left"]["minor"], 4900);
}

#[test]
fn a_refund_that_was_reversed_before_it_was_imported_arrives_as_reversed() {
    let (created, reversed) =
        (refund("re-1", "ord-1", 4900, "2026-03-24T10:00:00Z"), undone("re-1", "2026-03-24T12:00:00Z"));
    let (forth, back) = (sold(), sold());

    forth.take(&[created.clone(), reversed.clone()]);
    assert_eq!(back.take(&[reversed])["added"], 1);
    back.take(&[created]);

    assert_eq!(forth.shown("pay-1"), back.shown("pay-1"));
    assert_eq!(forth.shown("pay-1")["refunds"][0]["status"], "reversed");
}

#[test]
fn a_chargeback_refuses_the_refund_until_it_is_lifted() {
    let desk = sold();
    desk.take(&[chargeback("created", "cb-1", Some("ord-1"), "2026-03-22T10:00:00Z")]);
    let refused = desk.retour("refund pay-1 --reason returned --yes --json");
    assert!(refused.exit(4).stderr().contains(r#""code":"charged_back""#), "{}", refused.snapshot());

    desk.take(&[chargeback("reversed", "cb-1", None, "2026-03-23T10:00:00Z")]);
    assert_eq!(desk.shown("pay-1")["disputes"][0]["status"], "lifted");
    desk.retour("refund pay-1 --reason returned --yes").ok();
}

#[test]
fn the_same_event_twice_changes_nothing_even_with_another_content() {
    let desk = sold();
    let before = desk.everything();
    let again = sale("pay-1", "ord-1", 4900, "2026-03-20T10:00:00Z");
    let mut other = again.clone();
    other["time"] = "2026-03-25T08:00:00Z".into();
    other["data"]["totals"]["total"]["gross_cents"] = 9900.into();

    assert_eq!(desk.take(&[again.clone(), again, other])["unchanged"], 3);
    assert_eq!(desk.everything(), before);
}

#[test]
fn one_event_flat_and_in_its_envelope_is_one_payment() {
    let desk = sold();
    let mut flat = sale("pay-1", "ord-1", 4900, "2026-03-20T10:00:00Z")["data"].clone();
    flat["event_type"] = "payment.sale.succeeded".into();
    flat["idempotency_key"] = "payment.sale.succeeded:1".into();
    flat["occurred_at"] = "2026-03-20T10:00:00Z".into();

    assert_eq!(desk.take(&[flat])["unchanged"], 1);
    assert_eq!(desk.retour("transactions search --count").stdout(), "1\n");
}

#[test]
fn an_event_that_was_set_aside_or_rejected_is_taken_when_it_comes_complete() {
    let desk = rehearsal();
    let whole = sale("pay-1", "ord-1", 4900, "2026-03-20T10:00:00Z");
    let mut hollow = whole.clone();
    hollow["data"]["totals"] = json!({});
    assert_eq!(desk.take(&[hollow])["set_aside"], 1);
    assert_eq!(desk.take(&[whole])["added"], 1);
}

#[test]
fn no_documented_example_is_rejected_unless_it_takes_money_from_no_order() {
    let desk = rehearsal();
    let empty = json!({ "chunks": [{}] });
    let time = "2026-03-05T12:00:00.000Z";
    let mut won = dispute("won", "example_uuid", "00000000-0000-4000-8000-000000000000", time);
    for field in ["buyer", "payment_method"] {
        won["data"][field] = json!({});
    }
    won["data"]["line_items"] = json!([{ "amounts": { "gross_cents": 1000 }, "is_trial": true,
                                         "payment_number": 1000, "product": {}, "quantity": 1000 }]);
    let flat = json!({ "event_type": "payment.sale.succeeded", "idempotency_key": "local-1",
                       "buyer": { "email": "buyer@example.com" }, "order": { "uuid": "ord_local" },
                       "line_items": [{ "product": { "uuid": "prod_local" } }] });
    let counts = desk.take(&[event("payment.refund.reversed", "refund:example", time, empty), won, flat, json!({})]);
    assert_eq!(
        counts,
        json!({ "read": 4, "added": 2, "updated": 0, "unchanged": 0, "rejected": 0, "set_aside": 2,
                "matched": 0, "unmatched": 0, "unknown_words": [] })
    );
}

#[test]
fn events_that_are_set_aside_are_named_with_their_reason() {
    let desk = rehearsal();
    desk.write(
        "events.jsonl",
        format!(
            "{}\n{}\n{}\n",
            chargeback("created", "cb-1", None, "2026-03-22T10:00:00Z"),
            chargeback("created", "cb-2", None, "2026-03-22T10:00:00Z"),
            event("payment.unheard_of", "x:1", "2026-03-22T10:00:00Z", json!({})),
        ),
    );
    assert_snapshot!(desk.retour("import events.jsonl").snapshot(), @"
    $ retour import events.jsonl
    status: 3
    -- stdout --
    3 rows read: 1 set aside, 2 rejected.
      events.jsonl:1: payment.chargeback.created does not state the order (missing_field)
      events.jsonl:2: payment.chargeback.created does not state the order (missing_field)
    2 unread reports: money may have gone back, and the sales it may belong to are blocked until it is matched.
      U-000001: 49.00 EUR on 2026-03-22 (events.jsonl:1)
      U-000002: 49.00 EUR on 2026-03-22 (events.jsonl:2)
      all of them: retour refunds due
    -- stderr --
    note: the clock is fixed at 2026-03-25T09:00:00Z (RETOUR_NOW): today is 2026-03-25
    note: set aside, 1 row: the event type `payment.unheard_of` is unknown
    ");
    assert_snapshot!(desk.quietly("import events.jsonl --explain").snapshot(), @"
    $ retour import events.jsonl --explain -q
    status: 0
    -- stdout --
    file     events.jsonl
    format   cope
    content  3 notifications, one per line

    Notifications, and what they become:

    payment.chargeback.created  rejected: payment.chargeback.created does not state the order (missing_field) (2 times)
    payment.unheard_of          set aside: the event type `payment.unheard_of` is unknown
    -- stderr --
    ");
    assert_snapshot!(desk.quietly("import events.jsonl --explain --json").stdout(), @r#"{"schema_version":1,"explanation":{"events":[{"becomes":"rejected: payment.chargeback.created does not state the order (missing_field)","count":2,"event":"payment.chargeback.created"},{"becomes":"set aside: the event type `payment.unheard_of` is unknown","count":1,"event":"payment.unheard_of"}],"file":"events.jsonl","format":"cope","missing":[],"problems":[],"rows":3,"settings":[],"words":[]}}"#);
}

#[test]
fn a_cancelled_subscription_is_remembered() {
    let desk = sold();
    let mut data = data("ord-1", 4900);
    data.as_object_mut().unwrap().remove("totals");
    let cancelled = event("subscription.cancelled", "subscription:sub-1", "2026-03-24T10:00:00Z", data);
    assert_eq!(desk.take(&[cancelled])["set_aside"], 1);
    assert_eq!(desk.shown("pay-1")["transaction"]["flags"], json!(["plan_cancelled"]));
}

#[test]
fn one_file_may_hold_notifications_of_both_platforms() {
    let desk = rehearsal();
    let classic = json!({ "event_type": "payment.made", "transaction_id": "1d00000000000009", "order_id": "Ipn00009",
                          "payment_status": "paid", "transaction_amount": "49.00", "transaction_currency": "EUR",
                          "transaction_date": "2026-03-20T10:00:00Z" });
    let counts = desk.take(&[classic, sale("pay-1", "ord-1", 4900, "2026-03-20T10:00:00Z")]);
    assert_eq!((&counts["added"], &counts["rejected"]), (&json!(2), &json!(0)));
}

#[test]
fn an_amount_that_is_not_in_cents_rejects_only_its_event() {
    let desk = rehearsal();
    let mut broken = sale("pay-2", "ord-2", 1, "2026-03-20T10:00:00Z");
    broken["data"]["totals"]["total"]["gross_cents"] = json!(49.5);
    desk.write("events.jsonl", format!("{broken}\n{}\n", sale("pay-1", "ord-1", 4900, "2026-03-20T10:00:00Z")));
    assert_snapshot!(desk.quietly("import events.jsonl").snapshot(), @"
    $ retour import events.jsonl -q
    status: 3
    -- stdout --
    2 rows read: 1 added, 1 rejected.
      events.jsonl:1: totals.total.gross_cents: `49.5` is not a whole number of cents (bad_value)
    -- stderr --
    ");
}
