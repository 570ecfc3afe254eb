//! COPE's events, made up in the shape that its documentation publishes.

use super::*;
use crate::domain::fixtures::{cents, instant};
use crate::domain::ids::TransactionId;
use crate::domain::sale::dispute::DisputeState;
use crate::domain::sale::incoming::{PaymentReport, Reversal, Taking};
use crate::domain::sale::transaction::{Kind, KindAndStatus, Method, PlatformStatus, SaleStatus};
use crate::domain::time::Zone;
use crate::import::settings::CsvSettings;
use serde_json::json;

fn settings() -> ImportSettings {
    ImportSettings { zone: Zone::BERLIN, currency: None, status: None, csv: CsvSettings::default() }
}

fn read(event: &Value) -> Result<Row, Fault> {
    let Value::Object(object) = event else { panic!("{event}") };
    Cope.row(object, &settings(), &Notes::default())
}

fn understood(event: &Value) -> Row {
    read(event).unwrap_or_else(|fault| panic!("{fault:?}\n{event}"))
}

fn payment(event: &Value) -> PaymentReport {
    match understood(event) {
        Row::Payment(report) => *report,
        other => panic!("{other:?}"),
    }
}

fn set_aside(event: &Value) -> String {
    match understood(event) {
        Row::SetAside(why) => why,
        other => panic!("{other:?}"),
    }
}

fn data() -> Value {
    json!({
        "buyer": { "email": "zoe@example.org", "first_name": "Zoë", "last_name": "Müller", "country_code": "DE" },
        "currency": "EUR",
        "line_items": [{
            "amounts": { "gross_cents": 4900, "net_cents": 4118, "tax_cents": 782, "tax_percentage": 19 },
            "is_trial": false,
            "payment_number": 2,
            "product": { "uuid": "prod-1", "name": "Yoga" },
            "quantity": 1,
        }],
        "occurred_at": "2026-03-20T10:00:00.000Z",
        "order": { "uuid": "ord-1", "created_at": "2026-03-19T22:30:00.000Z", "currency": "EUR", "source": "web" },
        "payment": { "uuid": "pay-1" },
        "payment_method": { "type": "sepa_debit" },
        "totals": { "total": { "gross_cents": 4900, "net_cents": 4118, "tax_cents": 782 } },
    })
}

fn event(kind: &str, subject: &str, data: Value) -> Value {
    json!({
        "specversion": "1.0",
        "type": kind,
        "source": "cope.payment",
        "id": format!("{kind}:1"),
        "idempotency_key": format!("{kind}:1"),
        "subject": subject,
        "time": "2026-03-20T10:00:05.000Z",
        "datacontenttype": "application/json",
        "data": data,
    })
}

fn sale(change: impl FnOnce(&mut Value)) -> Value {
    let mut data = data();
    change(&mut data);
    event("payment.sale.succeeded", "payment:pay-1", data)
}

#[test]
fn every_field_of_a_sale_is_read() {
    let PaymentReport { transaction, as_of, confirmed_at } = payment(&sale(|_| {}));
    assert_eq!(confirmed_at, as_of, "the event dates the debit");
    assert_eq!((transaction.id.as_str(), transaction.order.as_str()), ("pay-1", "ord-1"));
    assert_eq!((transaction.amount, transaction.entry), (cents(4900), KindAndStatus::Sale(SaleStatus::Paid)));
    assert_eq!((transaction.rate_number, transaction.method), (Some(2), Method::Sepa));
    assert_eq!((transaction.customer.name.as_str(), transaction.customer.country.as_str()), ("Zoë Müller", "DE"));
    assert_eq!(transaction.products.len(), 1);
    assert_eq!(transaction.paid_at, instant("2026-03-20T10:00:00Z"));
    assert_eq!(transaction.ordered_at, Some(instant("2026-03-19T22:30:00Z")));
    assert_eq!(as_of, Some(instant("2026-03-20T10:00:05Z")), "the envelope's time");
}

#[test]
fn a_flat_event_is_read_like_one_in_an_envelope() {
    let mut flat = data();
    flat["event_type"] = "payment.sale.succeeded".into();
    flat["idempotency_key"] = "k-1".into();
    let (flat, whole) = (payment(&flat), payment(&sale(|_| {})));
    assert_eq!(flat.transaction, whole.transaction);
    assert_eq!(flat.as_of, Some(instant("2026-03-20T10:00:00Z")), "without an envelope, when it happened");
}

#[test]
fn an_event_is_identified_by_its_source_and_id() {
    let Value::Object(whole) = sale(|_| {}) else { panic!() };
    let named = |source: &str, id: &str| Some(Identity { source: source.into(), id: id.into() });
    assert_eq!(Cope.identity(&whole), named("cope.payment", "payment.sale.succeeded:1"));
    let Value::Object(flat) = json!({ "event_type": "x", "idempotency_key": "k-1" }) else { panic!() };
    assert_eq!(Cope.identity(&flat), named("", "k-1"));
    assert_eq!(Cope.identity(&Object::new()), None);
}

#[test]
fn a_payment_is_named_at_the_top_or_in_its_own_object() {
    for named in [json!({ "payment_uuid": "pay-1" }), json!({ "uuid": "pay-1" }), json!({ "id": "pay-1" })] {
        assert_eq!(payment(&sale(|data| data["payment"] = named)).transaction.id.as_str(), "pay-1");
    }
    let top = sale(|data| data["payment_uuid"] = "pay-0".into());
    assert_eq!(payment(&top).transaction.id.as_str(), "pay-0");
}

#[test]
fn a_sale_is_a_trial_only_if_every_item_is() {
    let trial = sale(|data| data["line_items"][0]["is_trial"] = true.into());
    assert_eq!(payment(&trial).transaction.entry, KindAndStatus::Sale(SaleStatus::Trial));
    let half = sale(|data| {
        let mut other = data["line_items"][0].clone();
        other["is_trial"] = true.into();
        data["line_items"].as_array_mut().unwrap().push(other);
    });
    assert_eq!(payment(&half).transaction.entry, KindAndStatus::Sale(SaleStatus::Paid));
}

#[test]
fn an_unknown_word_is_an_unknown_method() {
    let method = |method: Value| payment(&sale(|data| data["payment_method"] = method)).transaction.method;
    assert_eq!(method(json!({ "type": "card" })), Method::Card);
    assert_eq!(method(json!({ "type": "sepa_debit" })), Method::Sepa);
    for other in [json!({ "type": "bank_thing" }), json!({}), Value::Null] {
        assert_eq!(method(other), Method::Unknown);
    }
}

#[test]
fn a_refund_is_a_separate_row_named_by_its_subject() {
    let refund = event("payment.refund.created", "refund:re-1", data());
    let transaction = payment(&refund).transaction;
    assert_eq!((transaction.id.as_str(), transaction.order.as_str()), ("re-1", "ord-1"));
    assert_eq!(transaction.entry, KindAndStatus::Refund(PlatformStatus::Succeeded));
    let mut part = data();
    part["amount_cents"] = (-1000).into();
    let part = event("payment.refund.created", "refund:re-2", part);
    assert_eq!(payment(&part).transaction.amount, cents(1000), "its own amount, without its sign");
}

#[test]
fn a_reversal_is_named_by_its_subject_alone() {
    for (kind, subject, of) in [
        ("payment.refund.reversed", "refund:re-1", Taking::Refund),
        ("payment.chargeback.reversed", "chargeback:re-1", Taking::Chargeback),
    ] {
        let reversal = Reversal { id: TransactionId::new("re-1").unwrap(), of, at: instant("2026-03-20T10:00:05Z") };
        assert_eq!(understood(&event(kind, subject, json!({ "chunks": [{}] }))), Row::Reversed(reversal));
    }
}

#[test]
fn a_chargeback_belongs_to_the_order_that_it_or_its_chunks_name() {
    let created = |data| event("payment.chargeback.created", "chargeback:cb-1", data);
    let chunks = json!({ "amount_cents": 4900, "currency": "EUR", "chunks": [{ "order_uuid": "ord-1" }, {}] });
    let transaction = payment(&created(chunks)).transaction;
    assert_eq!((transaction.entry.kind(), transaction.order.as_str()), (Kind::Chargeback, "ord-1"));
    let torn = json!({ "amount_cents": 1, "currency": "EUR",
                       "chunks": [{ "order_uuid": "a" }, { "order_uuid": "b" }] });
    let fault = read(&created(torn)).unwrap_err();
    assert_eq!(fault.message, "payment.chargeback.created does not state the order");
    let evidence = fault.evidence.unwrap();
    assert_eq!((evidence.order, evidence.amount), (None, Some(cents(1))));
    assert_eq!(evidence.transaction.unwrap().as_str(), "cb-1");
}

#[test]
fn a_dispute_has_its_state_from_the_event_and_names_the_payment() {
    for (kind, state) in [
        ("payment.dispute.opened", DisputeState::Open),
        ("payment.dispute.won", DisputeState::Won),
        ("payment.dispute.lost", DisputeState::Lost),
    ] {
        let mut data = data();
        data["dispute"] = json!({ "dispute_uuid": "dp-1", "original_payment_uuid": "pay-9", "amount_cents": 4900,
                                  "currency": "EUR", "state": "whatever" });
        let Row::Dispute(dispute) = understood(&event(kind, "dispute:dp-1", data)) else { panic!() };
        assert_eq!((dispute.id.as_str(), dispute.state), ("dp-1", state));
        assert_eq!(dispute.sale.unwrap().as_str(), "pay-9");
        assert_eq!(dispute.amount, Some(cents(4900)));
    }
}

#[test]
fn a_cancelled_subscription_ends_the_plan_of_its_product() {
    let cancelled = |data| event("subscription.cancelled", "subscription:sub-1", data);
    let Row::PlanCancelled(plan) = understood(&cancelled(data())) else { panic!() };
    assert_eq!((plan.order.as_str(), plan.product.unwrap().as_str()), ("ord-1", "prod-1"));
    let Row::PlanCancelled(plan) = understood(&cancelled(json!({ "order_uuid": "ord-1" }))) else { panic!() };
    assert_eq!(plan.product, None, "all plans of the order");
    let two = json!({ "order_uuid": "ord-1", "line_items": [{ "product": { "uuid": "a" } },
                                                            { "product": { "uuid": "b" } }] });
    let why = "subscription.cancelled does not state which of its products' plans ended";
    assert_eq!(set_aside(&cancelled(two)), why);
}

#[test]
fn an_event_that_lacks_a_field_is_set_aside_unless_it_takes_money() {
    let without = |field: &str| set_aside(&sale(|data| drop(data.as_object_mut().unwrap().remove(field))));
    let lacks = "payment.sale.succeeded does not state";
    assert_eq!(without("order"), format!("{lacks} the order"));
    assert_eq!(without("payment"), format!("{lacks} the payment"));
    assert_eq!(without("totals"), format!("{lacks} the amount"));
    let no_currency = sale(|data| {
        data.as_object_mut().unwrap().remove("currency");
        data["order"].as_object_mut().unwrap().remove("currency");
    });
    assert_eq!(set_aside(&no_currency), format!("{lacks} the currency"));
    let mut timeless = sale(|data| drop(data.as_object_mut().unwrap().remove("occurred_at")));
    timeless.as_object_mut().unwrap().remove("time");
    assert_eq!(set_aside(&timeless), format!("{lacks} the time"));
    let empty = event("payment.chargeback.created", "chargeback:example", json!({ "chunks": [{}] }));
    let evidence = read(&empty).unwrap_err().evidence.unwrap();
    assert_eq!((evidence.word.as_str(), evidence.amount), ("payment.chargeback.created", None));
    let bare = event("payment.dispute.opened", "dispute:dp-1", json!({ "order": { "uuid": "o" } }));
    assert_eq!(set_aside(&bare), "payment.dispute.opened does not state the dispute");
    let mut hollow = sale(|_| {});
    hollow.as_object_mut().unwrap().remove("data");
    assert_eq!(set_aside(&hollow), format!("{lacks} anything: `data` is missing"));
}

#[test]
fn a_type_with_the_platform_s_prefix_is_known() {
    let prefixed = event("cope.payment.sale.succeeded", "payment:pay-1", data());
    assert_eq!(payment(&prefixed).transaction.id.as_str(), "pay-1");
    assert!(Cope.recognises(prefixed.as_object().unwrap()));
}

#[test]
fn an_event_that_is_not_a_payment_is_set_aside() {
    for kind in ["cart.order.completed", "payment.dispute.counter_fee.created", "subscription.amount_changed"] {
        assert!(!set_aside(&event(kind, "x:1", json!({}))).contains("unknown"), "{kind}");
    }
    assert_eq!(
        set_aside(&event("payment.unheard_of", "x:1", json!({}))),
        "the event type `payment.unheard_of` is unknown"
    );
    for kind in ["payment.refund.updated", "cope.payment.partial_refund.created"] {
        let fault = read(&event(kind, "refund:x", json!({ "order_uuid": "ord-1" }))).unwrap_err();
        assert_eq!((fault.code, fault.evidence.unwrap().order.unwrap().as_str()), (FaultCode::UnknownEvent, "ord-1"));
    }
    assert_eq!(set_aside(&json!({})), "the body is empty");
    assert_eq!(set_aside(&json!({ "specversion": "1.0" })), "the event has no type");
}

#[test]
fn a_wrong_value_is_a_fault_with_its_field() {
    let fault = |event: &Value| {
        let fault = read(event).unwrap_err();
        (fault.code.word(), fault.column.unwrap())
    };
    let totals = |cents: Value| fault(&sale(|data| data["totals"]["total"]["gross_cents"] = cents));
    let place = || "totals.total.gross_cents".to_owned();
    for no_integer in [json!(49.5), json!("4900"), json!("49.00"), json!([])] {
        assert_eq!(totals(no_integer), ("bad_value", place()));
    }
    assert_eq!(totals(json!(-4900)), ("bad_amount", place()));
    assert_eq!(totals(json!(100_000_000_001_i64)), ("bad_amount", place()));
    assert_eq!(totals(json!(i64::MIN)), ("bad_amount", place()));
    assert_eq!(fault(&sale(|data| data["currency"] = "EURO".into())), ("bad_currency", "data.currency".into()));
    assert_eq!(fault(&sale(|data| data["currency"] = "JPY".into())), ("bad_currency", place()));
    assert_eq!(fault(&sale(|data| data["occurred_at"] = "soon".into())), ("bad_date", "data.occurred_at".into()));
    assert_eq!(fault(&sale(|data| data["order"] = "ord-1".into())), ("bad_value", "data.order".into()));
    let odd_number = sale(|data| data["line_items"][0]["payment_number"] = (-1).into());
    assert_eq!(payment(&odd_number).transaction.rate_number, None, "an optional field costs no event");
    let negative = read(&sale(|data| data["totals"]["total"]["gross_cents"] = json!(-4900))).unwrap_err();
    assert_eq!(negative.evidence.unwrap().amount, Some(cents(4900)));
    let other = event("payment.refund.created", "order:1", data());
    assert_eq!(fault(&other), ("bad_id", "subject".into()));
}
