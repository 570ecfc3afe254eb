//! COPE's webhooks (docs.cope.com, `webhooks/events/…`): CloudEvents, or the same event flat, without its envelope.
//!
//! Only some payloads are documented field by field; of the others the published examples are empty. What an event
//! leaves out is never made up: it is set aside, and says what it lacks. A field that is there and is not what it has
//! to be is a fault.

use crate::domain::ids::{BadId, OrderId, ProductId, TransactionId};
use crate::domain::money::{Currency, MOST_MINOR, Money};
use crate::domain::sale::dispute::{Dispute, DisputeState};
use crate::domain::sale::incoming::{Identity, PlanCancellation, Report, Reversal, Row, Taking};
use crate::domain::sale::transaction::{
    Customer, KindAndStatus, Method, PaymentPlan, PlatformStatus, Product, SaleStatus, Transaction,
};
use crate::domain::time::Timestamp;
use crate::import::fault::{Fault, FaultCode, shown};
use crate::import::fields::Fields;
use crate::import::settings::ImportSettings;
use crate::import::words;
use serde_json::{Map, Value};
use std::borrow::Cow;

/// A field that only this platform's events have, or one of its event types.
pub fn recognises(object: &Map<String, Value>) -> bool {
    let is_known = |field| object.get(field).and_then(Value::as_str).is_some_and(|word| Kind::new(word).is_known());
    ["specversion", "idempotency_key"].into_iter().any(|field| object.contains_key(field))
        || is_known("event_type")
        || is_known("type")
}

/// By what the event can be told from another one: its source and ID, or the producer's key where it came flat.
pub fn identity(object: &Map<String, Value>) -> Option<Identity> {
    let text = |field| object.get(field).and_then(Value::as_str).filter(|text| !text.is_empty());
    let id = text("id").or(text("idempotency_key"))?;
    Some(Identity { source: text("source").unwrap_or_default().to_owned(), id: id.to_owned() })
}

/// The event's type as it is written; `None` where it has none.
pub fn event_type(object: &Map<String, Value>) -> Option<&str> {
    let text = |field| object.get(field).and_then(Value::as_str);
    text("type").or(text("event_type"))
}

/// What an event is understood as.
pub fn row(object: &Map<String, Value>, settings: &ImportSettings) -> Result<Row, Fault> {
    let set_aside = |why: &str| Ok(Row::SetAside(why.to_owned()));
    if object.is_empty() {
        return set_aside("the body is empty");
    }
    let Some(word) = event_type(object) else {
        return set_aside("it names no event type");
    };
    match Event::open(object, settings).and_then(|event| event.row(&Kind::new(word))) {
        Ok(row) => Ok(row),
        Err(Unread::Lacks(what)) => Ok(Row::SetAside(format!("{} does not say {what}", shown(word)))),
        Err(Unread::Fault(fault)) => Err(fault),
    }
}

/// Why an event is not a row.
enum Unread {
    /// Something that the documentation leaves open, or promises, is not there.
    Lacks(&'static str),
    Fault(Fault),
}

impl From<Fault> for Unread {
    fn from(fault: Fault) -> Self {
        Self::Fault(fault)
    }
}

/// `type`, or `event_type` where the event is flat.
enum Kind {
    Sale,
    Taken(Taking),
    Undone(Taking),
    Dispute(DisputeState),
    PlanCancelled,
    /// Known, and no payment; the text says what it is.
    Other(&'static str),
    Unknown(String),
}

impl Kind {
    fn new(word: &str) -> Self {
        match word {
            "payment.sale.succeeded" => Self::Sale,
            "payment.refund.created" => Self::Taken(Taking::Refund),
            "payment.refund.reversed" => Self::Undone(Taking::Refund),
            "payment.chargeback.created" => Self::Taken(Taking::Chargeback),
            "payment.chargeback.reversed" => Self::Undone(Taking::Chargeback),
            "payment.dispute.opened" => Self::Dispute(DisputeState::Open),
            "payment.dispute.won" => Self::Dispute(DisputeState::Won),
            "payment.dispute.lost" => Self::Dispute(DisputeState::Lost),
            "subscription.cancelled" => Self::PlanCancelled,
            "cart.order.completed" => Self::Other("an order, whose payments have events of their own"),
            "payment.dispute.counter_fee.created" => Self::Other("a fee of a dispute, which no customer pays"),
            "subscription.amount_changed" => Self::Other("a new amount of payments that are still to come"),
            other => Self::Unknown(other.to_owned()),
        }
    }

    fn is_known(&self) -> bool {
        !matches!(self, Self::Unknown(_))
    }
}

struct Event<'a> {
    envelope: Fields<'a>,
    /// The envelope itself where the event is flat.
    data: Fields<'a>,
    settings: &'a ImportSettings,
}

impl<'a> Event<'a> {
    fn open(object: &'a Map<String, Value>, settings: &'a ImportSettings) -> Result<Self, Unread> {
        let envelope = Fields::of(object);
        let has_envelope = object.contains_key("specversion") || object.contains_key("data");
        let data = match has_envelope {
            true => envelope.inside("data", "data")?.ok_or(Unread::Lacks("anything: it has no `data`"))?,
            false => envelope,
        };
        Ok(Self { envelope, data, settings })
    }

    fn row(&self, kind: &Kind) -> Result<Row, Unread> {
        Ok(match kind {
            Kind::Sale => {
                let id = self.payment_id()?.ok_or(Unread::Lacks("which payment it is"))?;
                let entry = KindAndStatus::Sale(self.sale_status()?);
                Row::Payment(Box::new(self.report(id, entry)?))
            }
            Kind::Taken(taking) => {
                let entry = match taking {
                    Taking::Refund => KindAndStatus::Refund(PlatformStatus::Succeeded),
                    Taking::Chargeback => KindAndStatus::Chargeback(PlatformStatus::Succeeded),
                };
                Row::Payment(Box::new(self.report(self.subject(*taking)?, entry)?))
            }
            Kind::Undone(taking) => {
                Row::Reversed(Reversal { id: self.subject(*taking)?, of: *taking, at: self.stamp()? })
            }
            Kind::Dispute(state) => Row::Dispute(Box::new(self.dispute(*state)?)),
            Kind::PlanCancelled => Row::PlanCancelled(self.cancellation()?),
            Kind::Other(what) => Row::SetAside((*what).to_owned()),
            Kind::Unknown(word) => Row::SetAside(format!("the event type `{}` is not known", shown(word))),
        })
    }

    fn report(&self, id: TransactionId, entry: KindAndStatus) -> Result<Report, Unread> {
        let items = self.data.list("line_items")?;
        let order = self.part("order")?;
        let transaction = Transaction {
            id,
            id_is_made_up: false,
            order: self.order()?,
            products: products(&items)?,
            customer: self.customer()?,
            amount: self.amount(entry)?,
            method: self.method()?,
            plan: PaymentPlan::Unknown,
            entry,
            ordered_at: self.moment_of(order, "created_at")?,
            paid_at: self.moment_of(Some(self.data), "occurred_at")?.map_or_else(|| self.stamp(), Ok)?,
            rate_number: payment_number(&items)?,
            return_period: None,
            is_test: false,
        };
        Ok(Report { transaction, as_of: Some(self.stamp()?) })
    }

    fn dispute(&self, state: DisputeState) -> Result<Dispute, Unread> {
        let lacks_case = || Unread::Lacks("which dispute it is");
        let case = self.part("dispute")?.ok_or_else(lacks_case)?;
        let sale = case.id("original_payment_uuid", TransactionId::new)?;
        let currency = case.currency("currency")?;
        let cents = case.integer("amount_cents", WHOLE_CENTS)?;
        let amount = cents.zip(currency).map(|(cents, currency)| money(case, "amount_cents", cents, currency));
        Ok(Dispute {
            id: case.id("dispute_uuid", TransactionId::new)?.ok_or_else(lacks_case)?,
            order: self.order()?,
            sale: sale.map_or_else(|| self.payment_id(), |sale| Ok(Some(sale)))?,
            amount: amount.transpose()?,
            state,
            at: self.stamp()?,
        })
    }

    /// The plan of one product, or of the whole order where none is named. Which of several has ended nobody says.
    fn cancellation(&self) -> Result<PlanCancellation, Unread> {
        let mut named = products(&self.data.list("line_items")?)?;
        named.extend(self.part("product")?.map(|fields| product(&fields)).transpose()?.flatten());
        let mut ids: Vec<ProductId> = named.into_iter().filter_map(|product| product.id).collect();
        ids.sort();
        ids.dedup();
        if ids.len() > 1 {
            return Err(Unread::Lacks("which of its products' plans has ended"));
        }
        Ok(PlanCancellation { order: self.order()?, product: ids.pop(), at: Some(self.stamp()?) })
    }

    /// The identifier in `refund:<identifier>`, which creation and reversal share; a flat event may name it itself.
    fn subject(&self, of: Taking) -> Result<TransactionId, Unread> {
        let (name, uuid) = match of {
            Taking::Refund => ("refund", "refund_uuid"),
            Taking::Chargeback => ("chargeback", "chargeback_uuid"),
        };
        if let Some(subject) = self.envelope.text("subject")? {
            let named = subject.strip_prefix(name).and_then(|rest| rest.strip_prefix(':'));
            let fault = |why: String| self.envelope.fault(FaultCode::BadId, "subject", why);
            let Some(named) = named else {
                return Err(fault(format!("`{}` does not begin with `{name}:`", shown(&subject))).into());
            };
            return Ok(TransactionId::new(named).map_err(|bad| fault(format!("{bad}: `{}`", shown(&subject))))?);
        }
        let inside = match self.part(name)? {
            Some(part) => part.id(uuid, TransactionId::new)?,
            None => None,
        };
        let named = inside.map_or_else(|| self.data.id(uuid, TransactionId::new), |id| Ok(Some(id)))?;
        named.ok_or(Unread::Lacks(match of {
            Taking::Refund => "which refund it is",
            Taking::Chargeback => "which chargeback it is",
        }))
    }

    fn payment_id(&self) -> Result<Option<TransactionId>, Fault> {
        if let Some(id) = self.data.id("payment_uuid", TransactionId::new)? {
            return Ok(Some(id));
        }
        let Some(payment) = self.part("payment")? else { return Ok(None) };
        first_id(&payment, &["payment_uuid", "uuid", "id"], TransactionId::new)
    }

    /// The order is named at the top, or alike by every chunk that names one.
    fn order(&self) -> Result<OrderId, Unread> {
        let lacks = || Unread::Lacks("of which order it is");
        if let Some(order) = order_of(&self.data)? {
            return Ok(order);
        }
        let mut named = Vec::new();
        for chunk in self.data.list("chunks")? {
            named.extend(order_of(&chunk)?);
        }
        named.dedup();
        let only = (named.len() == 1).then(|| named.pop()).flatten();
        only.ok_or_else(lacks)
    }

    /// A trial where nothing of it is more.
    fn sale_status(&self) -> Result<SaleStatus, Fault> {
        let items = self.data.list("line_items")?;
        let is_trial = !items.is_empty() && items.iter().all(|item| item.truth("is_trial") == Some(true));
        Ok(if is_trial { SaleStatus::Trial } else { SaleStatus::Paid })
    }

    /// The event's own sum, else the total of what it is about. Of a refund that is taken for what went back: the
    /// documentation calls it full or partial, and no other sum stands in it.
    fn amount(&self, entry: KindAndStatus) -> Result<Money, Unread> {
        let totals = self.part("totals")?.map(|totals| totals.inside("total", "totals.total")).transpose()?;
        let places = [(Some(self.data), "amount_cents"), (totals.flatten(), "gross_cents")];
        for (fields, field) in places {
            let Some(fields) = fields else { continue };
            let Some(cents) = fields.integer(field, WHOLE_CENTS)? else { continue };
            if cents < 0 && matches!(entry, KindAndStatus::Sale(_)) {
                return Err(fields.fault(FaultCode::BadAmount, field, format!("{cents} cents of a sale")).into());
            }
            return Ok(money(fields, field, cents, self.currency()?)?);
        }
        Err(Unread::Lacks("how much it is"))
    }

    fn currency(&self) -> Result<Currency, Unread> {
        let of_order = match self.part("order")? {
            Some(order) => order.currency("currency")?,
            None => None,
        };
        let currency = self.data.currency("currency")?.or(of_order).or(self.settings.currency);
        currency.ok_or(Unread::Lacks("in which currency it is"))
    }

    fn customer(&self) -> Result<Customer, Fault> {
        let Some(buyer) = self.part("buyer")? else { return Ok(Customer::default()) };
        let text = |field| Ok::<_, Fault>(buyer.text(field)?.unwrap_or_default());
        let whole = text("name")?;
        let parts = [text("first_name")?, text("last_name")?];
        let parts: Vec<Cow<'_, str>> = parts.into_iter().filter(|part| !part.is_empty()).collect();
        let country = text("country_code")?;
        Ok(Customer {
            name: if whole.is_empty() { parts.join(" ") } else { whole.into_owned() },
            email: text("email")?.into_owned(),
            country: if country.is_empty() { text("country")? } else { country }.into_owned(),
        })
    }

    /// A word that nobody knows stays unknown: the cautions of a debit must not be lost by it.
    fn method(&self) -> Result<Method, Fault> {
        let Some(method) = self.part("payment_method")? else { return Ok(Method::Unknown) };
        let word = method.text("type")?.unwrap_or_default();
        let known = if word == "sepa_debit" { Some(Method::Sepa) } else { words::method(&word) };
        Ok(known.unwrap_or(Method::Unknown))
    }

    /// How new the event is: the envelope's `time`.
    fn stamp(&self) -> Result<Timestamp, Unread> {
        let told = self.moment_of(Some(self.envelope), "time")?;
        let told = told.map_or_else(|| self.moment_of(Some(self.data), "occurred_at"), |at| Ok(Some(at)))?;
        told.ok_or(Unread::Lacks("when it was"))
    }

    fn moment_of(&self, fields: Option<Fields<'_>>, field: &str) -> Result<Option<Timestamp>, Fault> {
        fields.map(|fields| fields.timestamp(field, self.settings.zone)).transpose().map(Option::flatten)
    }

    fn part(&self, field: &'static str) -> Result<Option<Fields<'a>>, Fault> {
        self.data.inside(field, field)
    }
}

const WHOLE_CENTS: &str = "a whole number of cents";

/// In magnitude, as refunds may come with a minus or without.
fn money(fields: Fields<'_>, field: &str, cents: i64, currency: Currency) -> Result<Money, Fault> {
    if currency.exponent() != 2 {
        let message = format!("what a cent of {currency} is, the platform does not say");
        return Err(fields.fault(FaultCode::BadCurrency, field, message));
    }
    match i64::try_from(cents.unsigned_abs()) {
        Ok(minor) if minor <= MOST_MINOR => Ok(Money::new(minor, currency)),
        _ => Err(fields.fault(FaultCode::BadAmount, field, format!("`{cents}` is more than the desk counts"))),
    }
}

fn order_of(fields: &Fields<'_>) -> Result<Option<OrderId>, Fault> {
    if let Some(order) = fields.inside("order", "order")?
        && let Some(id) = order.id("uuid", OrderId::new)?
    {
        return Ok(Some(id));
    }
    fields.id("order_uuid", OrderId::new)
}

/// What the line items are of, each product once.
fn products(items: &[Fields<'_>]) -> Result<Vec<Product>, Fault> {
    let mut products = Vec::new();
    for item in items {
        let Some(fields) = item.inside("product", "line_items.product")? else { continue };
        products.extend(product(&fields)?.filter(|product| !products.contains(product)));
    }
    Ok(products)
}

fn product(fields: &Fields<'_>) -> Result<Option<Product>, Fault> {
    let id = first_id(fields, &["uuid", "id"], ProductId::new)?;
    let name = fields.text("name")?.unwrap_or_default().into_owned();
    Ok((id.is_some() || !name.is_empty()).then_some(Product { id, name }))
}

/// Which payment of a plan it is, where the line items agree on it.
fn payment_number(items: &[Fields<'_>]) -> Result<Option<u32>, Fault> {
    let expected = "the number of a payment of a plan, such as 3";
    let mut numbers = Vec::new();
    for item in items {
        let Some(number) = item.integer("payment_number", expected)? else { continue };
        let told = u32::try_from(number).map_err(|_| item.bad_value("payment_number", &number.to_string(), expected));
        numbers.push(told?);
    }
    numbers.dedup();
    let only = (numbers.len() == 1).then(|| numbers.pop()).flatten();
    Ok(only.filter(|number| *number > 0))
}

/// What stands under the first of these names that is there.
fn first_id<T>(fields: &Fields<'_>, names: &[&str], new: fn(&str) -> Result<T, BadId>) -> Result<Option<T>, Fault> {
    for name in names {
        if let Some(id) = fields.id(name, new)? {
            return Ok(Some(id));
        }
    }
    Ok(None)
}

#[cfg(test)]
mod tests;
