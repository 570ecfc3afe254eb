//! What a vendor sees of the audit log.

use serde::Serialize;
use serde_json::value::RawValue;

use crate::domain::audit_log::Event;
use crate::output::json::{self, Keyed};
use crate::output::listing::{Flat, ListColumn, Listed, Shown};
use crate::output::sanitize::is_hidden;
use crate::output::sentences::counted;
use crate::output::table::{Cell, Tone};
use crate::output::ui::{Format, Ui, Undelivered};

/// A line of the audit log.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EventView(pub Event);

#[derive(Serialize)]
struct EventJson<'a> {
    number: i64,
    at: String,
    actor: &'a str,
    kind: &'static str,
    transaction_id: Option<&'a str>,
    order_id: Option<&'a str>,
    refund_id: Option<String>,
    reference: Option<&'a str>,
    facts: FactsJson<'a>,
    digest: &'a str,
}

/// As recorded, so that the digest can be checked.
#[derive(Serialize)]
#[serde(untagged)]
enum FactsJson<'a> {
    Object(&'a RawValue),
    /// A damaged log may not have JSON here.
    Text(&'a str),
}

impl EventView {
    fn facts(&self) -> FactsJson<'_> {
        let text = self.0.what.facts.as_str();
        // Control characters cannot be shown as recorded, and a line break would end a JSON line.
        let harmless = Some(text).filter(|text| !text.contains(is_hidden));
        let object = harmless.and_then(|text| serde_json::from_str(text).ok());
        object.map_or(FactsJson::Text(text), FactsJson::Object)
    }
}

impl Listed for EventView {
    const NAME: &'static str = "events";
    const COLUMNS: &'static [ListColumn<Self>] = &[
        ListColumn::number("number", "NUMBER", Shown::Always, |row| Flat::own(row.0.number)),
        ListColumn::whole("at", "AT", Shown::Always, |row| Flat::own(json::at(row.0.at))),
        ListColumn::words("actor", "ACTOR", 6, Shown::Wide(2), |row| Flat::outside(&row.0.actor)),
        ListColumn::whole("kind", "KIND", Shown::Always, |row| Flat::own(row.0.what.kind)),
        ListColumn::whole("transaction_id", "TRANSACTION", Shown::Wide(4), |row| {
            Flat::maybe_outside(row.0.what.subject.transaction.as_ref())
        }),
        ListColumn::whole("order_id", "ORDER", Shown::Asked, |row| {
            Flat::maybe_outside(row.0.what.subject.order.as_ref())
        }),
        ListColumn::whole("refund_id", "REFUND", Shown::Always, |row| {
            Flat::maybe_outside(row.0.what.subject.refund.as_ref())
        }),
        ListColumn::words("reference", "REFERENCE", 9, Shown::Wide(3), |row| {
            Flat::maybe_outside(row.0.what.subject.reference.as_ref())
        }),
        ListColumn::words("facts", "FACTS", 20, Shown::Wide(1), |row: &Self| Flat::outside(&row.0.what.facts))
            .shown_as(|row| Cell::new(&row.0.what.facts, Tone::Dim)),
        ListColumn::whole("digest", "DIGEST", Shown::Asked, |row| Flat::own(&row.0.digest)),
    ];

    fn json(&self) -> impl Serialize + '_ {
        let Event { number, at, actor, what, digest } = &self.0;
        EventJson {
            number: *number,
            at: json::at(*at),
            actor,
            kind: what.kind.word(),
            transaction_id: what.subject.transaction.as_ref().map(|id| id.as_str()),
            order_id: what.subject.order.as_ref().map(|id| id.as_str()),
            refund_id: what.subject.refund.as_ref().map(ToString::to_string),
            reference: what.subject.reference.as_ref().map(|name| name.as_str()),
            facts: self.facts(),
            digest,
        }
    }
}

#[derive(Serialize)]
struct IntegrityJson {
    intact: bool,
    lines: Option<u64>,
    broken_at: Option<i64>,
}

/// Whether the audit log is intact: its number of events, or the number of the event at which it is broken.
pub fn integrity(ui: &mut Ui, verified: Result<u64, i64>) -> Result<(), Undelivered> {
    if ui.format != Format::Table {
        let log = IntegrityJson { intact: verified.is_ok(), lines: verified.ok(), broken_at: verified.err() };
        return ui.document(Keyed("audit_log", log));
    }
    match verified {
        Ok(lines) => ui.answer(&format!("the audit log is intact: {}\n", counted(lines, "event", "events"))),
        Err(number) => ui.answer(&format!("the audit log is broken at event {number}\n")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::audit_log::{EventKind, EventSubject, NewEvent};
    use crate::domain::ids::{RefundId, RefundNumber};
    use crate::output::views::fixtures::{instant, listed, order_id, sale_id};

    fn events() -> Vec<EventView> {
        let subject = EventSubject {
            transaction: Some(sale_id()),
            order: Some(order_id()),
            refund: Some(RefundId::Desk(RefundNumber(42))),
            reference: None,
        };
        let of = |number, kind, subject, facts: &str| {
            let what = NewEvent { kind, subject, facts: facts.to_owned() };
            let at = instant("2026-03-25T09:00:00.250Z");
            EventView(Event { number, at, actor: "anna".to_owned(), what, digest: "ab12".to_owned() })
        };
        vec![
            of(1, EventKind::Imported, EventSubject::default(), r#"{"read":3,"added":3}"#),
            of(2, EventKind::RefundMarked, subject, r#"{"amount_minor":4900,"currency":"EUR"}"#),
            of(3, EventKind::Matched, EventSubject::default(), "not {json"),
        ]
    }

    #[test]
    fn an_event_shows_its_facts_as_json() {
        insta::assert_snapshot!(listed(Format::Json, None, &events()), @r#"
        {"schema_version":1,"events":[
        {"number":1,"at":"2026-03-25T09:00:00.250Z","actor":"anna","kind":"imported","transaction_id":null,"order_id":null,"refund_id":null,"reference":null,"facts":{"read":3,"added":3},"digest":"ab12"},
        {"number":2,"at":"2026-03-25T09:00:00.250Z","actor":"anna","kind":"refund_marked","transaction_id":"3f9a0c11d2e4b567","order_id":"Zk3xY81a","refund_id":"R-000042","reference":null,"facts":{"amount_minor":4900,"currency":"EUR"},"digest":"ab12"},
        {"number":3,"at":"2026-03-25T09:00:00.250Z","actor":"anna","kind":"matched","transaction_id":null,"order_id":null,"refund_id":null,"reference":null,"facts":"not {json","digest":"ab12"}
        ]}
        "#);
        insta::assert_snapshot!(listed(Format::Table, None, &events()), @r#"
        NUMBER  AT                        ACTOR  KIND           TRANSACTION       REFUND    REFERENCE  FACTS
        ─────────────────────────────────────────────────────────────────────────────────────────────────────────────────────────────────────
             1  2026-03-25T09:00:00.250Z  anna   imported                                              {"read":3,"added":3}
             2  2026-03-25T09:00:00.250Z  anna   refund_marked  3f9a0c11d2e4b567  R-000042             {"amount_minor":4900,"currency":"EUR"}
             3  2026-03-25T09:00:00.250Z  anna   matched                                               not {json
        "#);
        insta::assert_snapshot!(listed(Format::Tsv, None, &events()), @r#"
        number	at	actor	kind	transaction_id	order_id	refund_id	reference	facts	digest
        1	2026-03-25T09:00:00.250Z	anna	imported					{"read":3,"added":3}	ab12
        2	2026-03-25T09:00:00.250Z	anna	refund_marked	3f9a0c11d2e4b567	Zk3xY81a	R-000042		{"amount_minor":4900,"currency":"EUR"}	ab12
        3	2026-03-25T09:00:00.250Z	anna	matched					not {json	ab12
        "#);
    }
}
