//! CopeCart's classic notifications (IPN documentation 1.6.7): flat JSON objects, in any order, possibly repeated.

mod event_type;
mod signature;

use crate::domain::ids::{OrderId, ProductId, TransactionId};
use crate::domain::money::{Currency, Money};
use crate::domain::sale::incoming::{Evidence, PaymentReport, PlanCancellation, Row};
use crate::domain::sale::products;
use crate::domain::sale::transaction::{Customer, KindAndStatus, Method, PaymentPlan, Product, Transaction};
use crate::domain::time::Timestamp;
use crate::import::claims::{ASIDE, Claims, Decision};
use crate::import::container::json::Object;
use crate::import::fault::{Fault, FaultCode, shown};
use crate::import::fields::Fields;
use crate::import::notes::Notes;
use crate::import::provider::DocumentProvider;
use crate::import::providers::copecart_ipn::event_type::EventType;
use crate::import::settings::ImportSettings;
use crate::import::signature::Signer;
use crate::import::statement::{Statement, event_speaks};
use crate::import::table::amounts::{exact, is_negative};
use crate::import::words;
use crate::import::written_time::WrittenTime;
use serde_json::Value;
use std::borrow::Cow;

pub struct CopecartIpn;

impl DocumentProvider for CopecartIpn {
    fn word(&self) -> &'static str {
        "copecart-ipn"
    }

    fn recognises(&self, object: &Object) -> bool {
        let is_text = |field| matches!(object.get(field), Some(Value::String(_) | Value::Number(_)));
        ["order_id", "transaction_id", "payment_status", "transaction_type"].into_iter().any(is_text)
            || self.event_type(object).is_some_and(|word| EventType::new(word).is_known())
    }

    fn event_type<'a>(&self, object: &'a Object) -> Option<&'a str> {
        object.get("event_type").and_then(Value::as_str)
    }

    fn row(&self, object: &Object, settings: &ImportSettings, notes: &Notes) -> Result<Row, Fault> {
        if object.is_empty() {
            return Ok(Row::SetAside("the body is empty".to_owned()));
        }
        let notification = Notification { fields: Fields::of(object), settings, notes };
        if !self.recognises(object) && !object.contains_key("event_type") {
            return notification.message();
        }
        notification.row().map_err(|fault| fault.with(notification.evidence()))
    }

    fn signer(&self) -> Option<&'static Signer> {
        Some(&signature::SIGNER)
    }
}

struct Notification<'a> {
    fields: Fields<'a>,
    settings: &'a ImportSettings,
    notes: &'a Notes,
}

impl<'a> Notification<'a> {
    fn row(&self) -> Result<Row, Fault> {
        let event = self.fields.text("event_type")?.map(|word| EventType::new(&word));
        match event {
            Some(EventType::Unknown(word)) if event_speaks(&word) => {
                let message =
                    format!("the event type `{}` is unknown and speaks of money that went back", shown(&word));
                Err(self.fields.fault(FaultCode::UnknownEvent, "event_type", message))
            }
            Some(EventType::Unknown(word)) if !self.is_test() && self.claims(None)?.spoken().is_some() => {
                let word = shown(&word);
                let message =
                    format!("the event type `{word}` is unknown, and the notification speaks of money that went back");
                Err(self.fields.fault(FaultCode::UnknownEvent, "event_type", message))
            }
            Some(EventType::Unknown(word)) => {
                Ok(Row::SetAside(format!("the event type `{}` is unknown", shown(&word))))
            }
            Some(EventType::PlanCancelled) => self.cancellation().map(Row::PlanCancelled),
            Some(EventType::Upcoming) if self.fields.text("transaction_id")?.is_none() => {
                Ok(Row::SetAside("a future payment".to_owned()))
            }
            event => self.payment(event.as_ref()),
        }
    }

    /// An object with none of the known fields, such as the platform's own test.
    fn message(&self) -> Result<Row, Fault> {
        let words = ["type", "event", "topic", "kind", "status"].map(|field| (field, self.text_of(field)));
        let Some((field, word)) = words.into_iter().find(|(_, word)| event_speaks(word)) else {
            return Ok(Row::SetAside("a message that is not an event, such as the platform's own test".to_owned()));
        };
        let message = format!("the object is unknown, and `{}` speaks of money that went back", shown(&word));
        let order = self.fields.id("order_id", OrderId::new).ok().flatten();
        let (source, word) = (CopecartIpn.word(), word.to_lowercase());
        let evidence = Evidence { source, word, order, transaction: None, amount: None, on: None, refund_of: None };
        Err(self.fields.fault(FaultCode::UnknownEvent, field, message).with(Some(evidence)))
    }

    fn payment(&self, event: Option<&EventType>) -> Result<Row, Fault> {
        let claims = self.claims(event)?;
        let entry = match claims.decide() {
            Decision::Entry(entry) => entry,
            Decision::OpenSale(_) => {
                let message = "money of this sale went back or may go back, and the notification does not say how much";
                return Err(Fault::of_field(FaultCode::PartlyRefunded, "payment_status", message));
            }
            Decision::Aside => return Ok(Row::SetAside(ASIDE.to_owned())),
            Decision::UnknownKind => {
                self.note_word("transaction_type");
                let word = self.fields.text("transaction_type")?.unwrap_or_default();
                return Err(self.fields.bad_value("transaction_type", &word, "a kind: sale, refund or chargeback"));
            }
            Decision::Negative => {
                let message = "the amount is negative, and nothing says that this is a refund";
                return Err(Fault::of_field(FaultCode::BadAmount, "transaction_amount", message));
            }
        };
        if claims.has_unknown_status(entry) {
            self.note_word("payment_status");
        }
        self.report(entry).map(|report| Row::Payment(Box::new(report)))
    }

    fn report(&self, entry: KindAndStatus) -> Result<PaymentReport, Fault> {
        let zone = self.settings.zone;
        let paid_at = self.fields.timestamp("transaction_date", zone)?;
        let processed_at = self.notes.optional(self.fields.timestamp("transaction_processed_at", zone));
        let ordered_at = self.ordered_at();
        let transaction = Transaction {
            id: self.fields.needed_id("transaction_id", TransactionId::new)?,
            id_is_made_up: false,
            order: self.fields.needed_id("order_id", OrderId::new)?,
            products: self.products(),
            customer: self.customer(),
            amount: self.amount()?,
            // An unknown word stays an unknown method, so that the cautions of a direct debit are not lost.
            method: self.word("payment_method", words::method).unwrap_or(Method::Unknown),
            plan: self.word("payment_plan", words::plan).unwrap_or(PaymentPlan::Unknown),
            entry,
            ordered_at,
            paid_at: paid_at.map_or_else(|| self.other_day(processed_at, ordered_at), Ok)?,
            rate_number: self.notes.optional(self.rate_number()),
            return_period: None,
            is_test: self.is_test(),
            refund_of: None,
        };
        Ok(PaymentReport::notified(transaction, processed_at.or(paid_at), processed_at))
    }

    /// The payment's day in a notification without `transaction_date`.
    fn other_day(&self, processed_at: Option<Timestamp>, ordered_at: Option<Timestamp>) -> Result<Timestamp, Fault> {
        let field = "transaction_date";
        let (day, why) = match (processed_at, ordered_at) {
            (Some(processed), _) => (processed, "is missing, and transaction_processed_at was used"),
            (None, Some(ordered)) => (ordered, "is missing, and the order's day was used"),
            (None, None) => return Err(Fault::missing(field)),
        };
        self.notes.left_out(field, why);
        Ok(day)
    }

    /// What the notification says about money that went back. Test payments say nothing.
    fn evidence(&self) -> Option<Evidence> {
        let event = self.fields.text("event_type").ok().flatten();
        let of_event = event.as_ref().filter(|word| event_speaks(word)).map(|word| word.to_lowercase());
        let claims = self.claims(event.as_ref().map(|word| EventType::new(word)).as_ref()).ok();
        let spoken = claims.as_ref().and_then(Claims::spoken);
        let is_voided =
            claims.is_some_and(|claims| claims.kind.is_some() || claims.status.is_some()) && spoken.is_none();
        let word = spoken.or(of_event.filter(|_| !is_voided)).filter(|_| !self.is_test())?;
        let day = |field| self.fields.timestamp(field, self.settings.zone).ok().flatten();
        Some(Evidence {
            source: CopecartIpn.word(),
            word,
            refund_of: None,
            order: self.fields.id("order_id", OrderId::new).ok().flatten(),
            transaction: self.fields.id("transaction_id", TransactionId::new).ok().flatten(),
            amount: self.amount().ok(),
            on: day("transaction_date").or(day("transaction_processed_at")).map(|at| self.settings.zone.day_of(at)),
        })
    }

    fn cancellation(&self) -> Result<PlanCancellation, Fault> {
        let processed_at = self.notes.optional(self.fields.timestamp("transaction_processed_at", self.settings.zone));
        let paid_at = self.notes.optional(self.fields.timestamp("transaction_date", self.settings.zone));
        Ok(PlanCancellation {
            order: self.fields.needed_id("order_id", OrderId::new)?,
            product: self.fields.id("product_id", ProductId::new)?,
            at: processed_at.or(paid_at),
        })
    }

    /// What the notification says about its kind. The status counts more than the event type.
    fn claims(&self, event: Option<&EventType>) -> Result<Claims, Fault> {
        Ok(Claims {
            kind: Claims::statement(self.fields.text("transaction_type")?.as_deref()),
            status: Claims::statement(self.fields.text("payment_status")?.as_deref()),
            event: event.and_then(EventType::entry),
            is_negative: is_negative(&self.text_of("transaction_amount")),
            sales: self.settings.status,
        })
    }

    /// The field's text; empty if it has none.
    fn text_of(&self, field: &str) -> Cow<'a, str> {
        self.fields.text(field).ok().flatten().unwrap_or_default()
    }

    fn note_word(&self, field: &str) {
        self.notes.unknown_word(field, &self.text_of(field));
    }

    fn is_test(&self) -> bool {
        let status = self.text_of("payment_status");
        self.notes.optional(self.fields.flag("test_payment")) == Some(true) || Statement::new(&status).is_test
    }

    fn amount(&self) -> Result<Money, Fault> {
        let currency = self.currency()?;
        let text = self.fields.text("transaction_amount")?.ok_or_else(|| Fault::missing("transaction_amount"))?;
        exact(&text, currency).map_err(|message| Fault::of_field(FaultCode::BadAmount, "transaction_amount", message))
    }

    fn currency(&self) -> Result<Currency, Fault> {
        let field = "transaction_currency";
        self.fields.currency(field)?.or(self.settings.currency).ok_or_else(|| Fault::missing(field))
    }

    /// The main product first, then the others that the payment covers.
    fn products(&self) -> Vec<Product> {
        let mut named = Vec::from_iter(self.notes.optional(self.product("product_id", "product_name", false)));
        for fields in self.notes.optional(self.fields.list(ITEMS)) {
            let inside = |fault: Fault| Fault { column: Some(ITEMS.to_owned()), ..fault };
            let item = Notification { fields, ..*self };
            named.extend(self.notes.optional(item.product("slug", "name", true).map_err(inside)));
        }
        let joined = products::join(&named);
        joined.shown.into_iter().chain(joined.other_names).collect()
    }

    /// `is_addon` counts if the notification does not say whether it is one.
    fn product(&self, id_field: &str, name_field: &str, is_addon: bool) -> Result<Option<Product>, Fault> {
        let id = self.fields.id(id_field, ProductId::new)?;
        let name = self.fields.text(name_field)?.map(Cow::into_owned).unwrap_or_default();
        let is_addon = self.fields.flag("is_addon").ok().flatten().unwrap_or(is_addon);
        Ok((id.is_some() || !name.is_empty()).then_some(Product { is_addon, id, name }))
    }

    fn customer(&self) -> Customer {
        let text = |field| self.notes.optional(self.fields.text(field));
        let names = [text("buyer_firstname"), text("buyer_lastname")];
        let country = text("buyer_country_code").or_else(|| text("buyer_country"));
        Customer {
            name: names.into_iter().flatten().collect::<Vec<_>>().join(" "),
            email: text("buyer_email").unwrap_or_default().into_owned(),
            country: country.unwrap_or_default().into_owned(),
        }
    }

    fn word<T>(&self, field: &str, meaning: fn(&str) -> Option<T>) -> Option<T> {
        let word = self.notes.optional(self.fields.text(field))?;
        self.notes.word(field, &word, meaning)
    }

    /// `order_date` is the order's day. `order_time` counts only if it has an offset and falls on that day: in the one
    /// published payload it is an hour after the payment.
    fn ordered_at(&self) -> Option<Timestamp> {
        let zone = self.settings.zone;
        let optional = |field| self.notes.optional(self.fields.timestamp(field, zone));
        let Some(day) = optional("order_date") else { return optional("order_time") };
        let time = self.notes.optional(self.fields.text("order_time")).and_then(|text| WrittenTime::iso(&text));
        let time = time.filter(|written| written.offset.is_some()).and_then(|written| written.instant(zone));
        Some(time.filter(|at| zone.day_of(*at) == zone.day_of(day)).unwrap_or(day))
    }

    fn rate_number(&self) -> Result<Option<u32>, Fault> {
        let expected = "the number of an instalment, such as 3";
        self.fields.value("rate_number", expected, words::rate_number).map(Option::flatten)
    }
}

const ITEMS: &str = "transaction_amount_per_product";

#[cfg(test)]
mod tests;
