//! The events of one order in every sequence, with a refund of the desk between any two of them.

use super::*;
use crate::desk::import::{ImportOptions, import};
use crate::domain::ids::OrderId;
use crate::import::File;
use crate::import::settings::{CsvSettings, ImportSettings};
use serde_json::{Value, json};
use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;

/// An event about the order, at this hour of the day before yesterday.
fn event(kind: &str, subject: &str, hour: u32, more: Value) -> Value {
    let mut data = json!({
        "order": { "uuid": "ord-1", "currency": "EUR" },
        "currency": "EUR",
        "line_items": [{ "product": { "uuid": "prod-1" }, "payment_number": 1 }],
        "payment_method": { "type": "card" },
        "totals": { "total": { "gross_cents": 4900 } },
    });
    let (Value::Object(fields), Value::Object(more)) = (&mut data, more) else { panic!("objects") };
    fields.extend(more);
    let time = format!("2026-03-23T{hour:02}:00:00Z");
    json!({ "specversion": "1.0", "type": kind, "source": "cope.payment", "id": format!("{kind}:{subject}"),
            "subject": subject, "time": time, "data": data })
}

fn sold() -> Value {
    event("payment.sale.succeeded", "payment:pay-1", 8, json!({ "payment_uuid": "pay-1" }))
}

fn refunded(cents: i64) -> Value {
    let totals = json!({ "totals": { "total": { "gross_cents": cents } } });
    event("payment.refund.created", "refund:re-1", 9, totals)
}

fn undone() -> Value {
    event("payment.refund.reversed", "refund:re-1", 10, json!({}))
}

fn charged_back() -> Value {
    event("payment.chargeback.created", "chargeback:cb-1", 11, json!({}))
}

fn lifted() -> Value {
    event("payment.chargeback.reversed", "chargeback:cb-1", 12, json!({}))
}

fn disputed(state: &str, hour: u32) -> Value {
    let dispute = json!({ "dispute": { "dispute_uuid": "dp-1", "original_payment_uuid": "pay-1" } });
    event(&format!("payment.dispute.{state}"), "dispute:dp-1", hour, dispute)
}

/// An empty store, and a desk with a fixed clock.
struct Shop {
    bench: Bench,
}

impl Shop {
    fn new() -> Self {
        Self::at(|path| {
            let signature = Signature { actor: "tester".into(), at: noon("2026-03-20") };
            Store::create(path, &signature, false, Duration::ZERO).unwrap();
        })
    }

    /// Copying a file is faster than creating a store.
    fn copy_of(empty: &Path) -> Self {
        Self::at(|path| assert!(fs::copy(empty, path).unwrap() > 0))
    }

    fn at(make: impl FnOnce(&Path)) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("store.db");
        make(&path);
        let store = Store::open(&path, Duration::ZERO).unwrap();
        Self { bench: Bench { store, policy: Policy::default(), sale: "pay-1".parse().unwrap(), folder } }
    }

    fn take(&self, event: &Value) {
        let session = Session {
            store: &self.bench.store,
            policy: &self.bench.policy,
            actor: "tester",
            clock: &Script { times: vec![noon_of("2026-03-25")], read: Cell::new(0) },
            guard: &Open,
            observer: &Unobserved,
        };
        let settings = ImportSettings { zone: Zone::BERLIN, currency: None, status: None, csv: CsvSettings::default() };
        let file = File { name: "-".into(), bytes: event.to_string().into_bytes() };
        let imported = import(&session, vec![file], ImportOptions::default(), &settings).unwrap();
        assert_eq!((imported.counts.rejected, imported.counts.set_aside), (0, 0), "{event}");
    }

    /// Marks all that is left; returns "marked" or the code of the refusal.
    fn refund(&self) -> &'static str {
        let instruction = RefundInstruction {
            request: request(),
            key: None,
            accepted: vec![CautionCode::DisputeOpen],
            consent: Consent::Given,
        };
        match self.bench.refund(&instruction, &[noon_of("2026-03-25")], || {}) {
            Ok(_) => "marked",
            Err(RefundError::Refused { refusal, .. }) => refusal.code(),
            Err(error) => panic!("{error:?}"),
        }
    }

    /// Whether the links are what matching computes, and the money rules hold.
    fn is_sound(&self) -> bool {
        self.bench.store.check().unwrap().iter().all(|finding| !finding.is_wrong)
    }

    /// Everything that the desk knows about the order.
    fn state(&self) -> String {
        let order = OrderId::new("ord-1").unwrap();
        let records = self.bench.store.order(&order, Zone::BERLIN).unwrap();
        format!("{records:#?}")
    }
}

fn permutations(of: &[Value]) -> Vec<Vec<Value>> {
    if of.is_empty() {
        return vec![vec![]];
    }
    let tails = |first: usize| {
        let mut rest = of.to_vec();
        let first = rest.remove(first);
        permutations(&rest).into_iter().map(move |tail| [vec![first.clone()], tail].concat())
    };
    (0..of.len()).flat_map(tails).collect()
}

/// Takes the events in every order, with a refund of the desk before each of them and at the end. The set of events
/// that the desk knew decides whether it refunds and how it all ends; their order does not. Returns the answers.
fn in_any_order(events: &[Value]) -> BTreeSet<&'static str> {
    let empty = Shop::new();
    let mut ends: BTreeMap<BTreeSet<String>, (&'static str, String)> = BTreeMap::new();
    let id = |event: &Value| event["id"].to_string();
    for order in permutations(events) {
        for position in 0..=order.len() {
            let shop = Shop::copy_of(empty.bench.store.path());
            let (before, after) = order.split_at(position);
            before.iter().for_each(|event| shop.take(event));
            let answer = shop.refund();
            after.iter().for_each(|event| shop.take(event));
            let end = (answer, shop.state());
            let known = before.iter().map(id).collect();
            let expected = ends.entry(known).or_insert_with(|| {
                assert!(shop.is_sound(), "{before:?} | {after:?}");
                end.clone()
            });
            assert_eq!(*expected, end, "{before:?} | {after:?}");
        }
    }
    ends.into_values().map(|(answer, _)| answer).collect()
}

#[test]
fn a_refund_that_the_platform_reverses_ends_the_same_in_any_order() {
    let answers = in_any_order(&[sold(), refunded(4900), undone()]);
    assert_eq!(answers, ["already_refunded", "marked", "unknown_sale"].into());
}

#[test]
fn a_partial_refund_with_a_dispute_ends_the_same_in_any_order() {
    let answers = in_any_order(&[sold(), refunded(1000), disputed("opened", 13), disputed("lost", 14)]);
    assert_eq!(answers, ["marked", "unknown_sale"].into());
}

#[test]
fn a_lifted_chargeback_ends_the_same_in_any_order() {
    let answers = in_any_order(&[sold(), charged_back(), lifted(), disputed("won", 14)]);
    assert_eq!(answers, ["charged_back", "marked", "unknown_sale"].into());
}

#[test]
fn events_taken_twice_end_the_same_as_events_taken_once() {
    let (once, twice) = (Shop::new(), Shop::new());
    let events = [sold(), refunded(1000), undone(), charged_back(), disputed("opened", 13)];
    for event in &events {
        once.take(event);
    }
    for event in events.iter().rev().chain(&events) {
        twice.take(event);
    }
    assert_eq!(once.state(), twice.state());
}
