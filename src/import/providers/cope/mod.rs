//! COPE's webhooks (docs.cope.com, `webhooks/events/…`): CloudEvents, or the same event flat, without its envelope.
//!
//! Only some payloads are documented field by field; for the others the published examples are empty. An event that
//! lacks something is set aside and says what it lacks; one that takes money from a sale is rejected. A field with a
//! wrong value is a fault.

mod event;
mod event_type;
mod signature;

use crate::domain::sale::incoming::{Evidence, Identity, Row};
use crate::import::container::json::Object;
use crate::import::fault::{Fault, FaultCode, shown};
use crate::import::notes::Notes;
use crate::import::provider::DocumentProvider;
use crate::import::settings::ImportSettings;
use crate::import::signature::Signer;
use event::{Event, Unread};
use event_type::EventType;
use serde_json::Value;

pub struct Cope;

impl DocumentProvider for Cope {
    fn word(&self) -> &'static str {
        "cope"
    }

    fn recognises(&self, object: &Object) -> bool {
        let is_known = |field| text(object, field).is_some_and(|word| EventType::new(word).is_known());
        ["specversion", "idempotency_key"].into_iter().any(|field| object.contains_key(field))
            || is_known("event_type")
            || is_known("type")
    }

    fn event_type<'a>(&self, object: &'a Object) -> Option<&'a str> {
        text(object, "type").or(text(object, "event_type"))
    }

    /// The event's source and ID, or the producer's key in a flat event.
    fn identity(&self, object: &Object) -> Option<Identity> {
        let text = |field| text(object, field).filter(|text| !text.is_empty());
        let id = text("id").or(text("idempotency_key"))?;
        Some(Identity { source: text("source").unwrap_or_default().to_owned(), id: id.to_owned() })
    }

    fn row(&self, object: &Object, settings: &ImportSettings, notes: &Notes) -> Result<Row, Fault> {
        let set_aside = |why: &str| Ok(Row::SetAside(why.to_owned()));
        if object.is_empty() {
            return set_aside("the body is empty");
        }
        let Some(word) = self.event_type(object) else {
            return set_aside("the event has no type");
        };
        let event_type = EventType::new(word);
        let evidence =
            |event: Option<&Event<'_>>| event_type.takes_money().then(|| Event::evidence(event, &event_type, word));
        let event = match Event::open(object, settings, notes) {
            Ok(event) => event,
            Err(unread) => return lacking(unread, word, &event_type, evidence(None)),
        };
        if matches!(event_type, EventType::Unknown(_)) && event_type.takes_money() {
            let message = format!("the event type `{}` is unknown and speaks of money that went back", shown(word));
            return Err(Fault::of_row(FaultCode::UnknownEvent, message).with(evidence(Some(&event))));
        }
        event.row(&event_type).or_else(|unread| lacking(unread, word, &event_type, evidence(Some(&event))))
    }

    fn signer(&self) -> Option<&'static Signer> {
        Some(&signature::SIGNER)
    }
}

/// An event that lacks something is set aside, unless it says that money went back.
fn lacking(unread: Unread, word: &str, event_type: &EventType, evidence: Option<Evidence>) -> Result<Row, Fault> {
    match unread {
        Unread::Lacks(what) if event_type.takes_money() => {
            let message = format!("{} does not state {what}", shown(word));
            Err(Fault::of_row(FaultCode::MissingField, message).with(evidence))
        }
        Unread::Lacks(what) => Ok(Row::SetAside(format!("{} does not state {what}", shown(word)))),
        Unread::Fault(fault) => Err(fault.with(evidence)),
    }
}

fn text<'a>(object: &'a Object, field: &str) -> Option<&'a str> {
    object.get(field).and_then(Value::as_str)
}

#[cfg(test)]
mod tests;
