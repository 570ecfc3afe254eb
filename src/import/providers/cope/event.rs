//! The content of one event → a row.

use crate::domain::ids::{BadId, OrderId, ProductId, TransactionId};
use crate::domain::money::{Currency, MOST_MINOR, Money};
use crate::domain::sale::dispute::{Dispute, DisputeState};
use crate::domain::sale::incoming::{Evidence, PaymentReport, PlanCancellation, Reversal, Row, Taking};
use crate::domain::sale::transaction::{
    Customer, KindAndStatus, Method, PaymentPlan, PlatformStatus, Product, SaleStatus, Transaction,
};
use crate::domain::time::Timestamp;
use crate::import::container::json::Object;
use crate::import::fault::{Fault, FaultCode, shown};
use crate::import::fields::Fields;
use crate::import::notes::Notes;
use crate::import::provider::DocumentProvider;
use crate::import::providers::cope::Cope;
use crate::import::providers::cope::event_type::EventType;
use crate::import::settings::ImportSettings;
use crate::import::words;
use std::borrow::Cow;

/// Why an event is not a row.
pub enum Unread {
    /// The event lacks this, and the documentation does not describe it in full.
    Lacks(&'static str),
    Fault(Fault),
}

impl From<Fault> for Unread {
    fn from(fault: Fault) -> Self {
        Self::Fault(fault)
    }
}

pub struct Event<'a> {
    envelope: Fields<'a>,
    /// The envelope itself if the event is flat.
    data: Fields<'a>,
    settings: &'a ImportSettings,
    notes: &'a Notes,
}

impl<'a> Event<'a> {
    pub fn open(object: &'a Object, settings: &'a ImportSettings, notes: &'a Notes) -> Result<Self, Unread> {
        let envelope = Fields::of(object);
        let has_envelope = object.contains_key("specversion") || object.contains_key("data");
        let data = match has_envelope {
            true => envelope.inside("data", "data")?.ok_or(Unread::Lacks("anything: `data` is missing"))?,
            false => envelope,
        };
        Ok(Self { envelope, data, settings, notes })
    }

    pub fn row(&self, event_type: &EventType) -> Result<Row, Unread> {
        Ok(match event_type {
            EventType::Sale => {
                let id = self.payment_id()?.ok_or(Unread::Lacks("the payment"))?;
                let entry = KindAndStatus::Sale(self.sale_status()?);
                Row::Payment(Box::new(self.report(id, entry)?))
            }
            EventType::Taken(taking) => {
                let entry = match taking {
                    Taking::Refund => KindAndStatus::Refund(PlatformStatus::Succeeded),
                    Taking::Chargeback => KindAndStatus::Chargeback(PlatformStatus::Succeeded),
                };
                Row::Payment(Box::new(self.report(self.subject(*taking)?, entry)?))
            }
            EventType::Undone(taking) => {
                Row::Reversed(Reversal { id: self.subject(*taking)?, of: *taking, at: self.time()? })
            }
            EventType::Dispute(state) => Row::Dispute(Box::new(self.dispute(*state)?)),
            EventType::PlanCancelled => Row::PlanCancelled(self.cancellation()?),
            EventType::Other(what) => Row::SetAside((*what).to_owned()),
            EventType::Unknown(word) => Row::SetAside(format!("the event type `{}` is unknown", shown(word))),
        })
    }

    fn report(&self, id: TransactionId, entry: KindAndStatus) -> Result<PaymentReport, Unread> {
        let items = self.notes.optional(self.data.list("line_items"));
        let order = self.object("order")?;
        let transaction = Transaction {
            id,
            id_is_made_up: false,
            order: self.order()?,
            products: self.notes.optional(products(&items)),
            customer: self.notes.optional(self.customer()),
            amount: self.amount(entry)?,
            method: self.notes.optional(self.method()).unwrap_or(Method::Unknown),
            plan: PaymentPlan::Unknown,
            entry,
            ordered_at: self.notes.optional(self.time_of(order, "created_at")),
            paid_at: self.time_of(Some(self.data), "occurred_at")?.map_or_else(|| self.time(), Ok)?,
            rate_number: self.notes.optional(payment_number(&items)),
            return_period: None,
            is_test: false,
            refund_of: None,
        };
        let time = Some(self.time()?);
        Ok(PaymentReport::notified(transaction, time, time))
    }

    /// What an event that takes money says, as far as it can be read.
    pub fn evidence(event: Option<&Self>, event_type: &EventType, word: &str) -> Evidence {
        let transaction = match event_type {
            EventType::Taken(taking) => event.and_then(|event| event.subject(*taking).ok()),
            _ => None,
        };
        let amount = |event: &Self| event.amount(KindAndStatus::Refund(PlatformStatus::Unknown)).ok();
        Evidence {
            source: Cope.word(),
            refund_of: None,
            word: word.to_lowercase(),
            order: event.and_then(|event| event.order().ok()),
            transaction,
            amount: event.and_then(amount),
            on: event.and_then(|event| Some(event.settings.zone.day_of(event.time().ok()?))),
        }
    }

    fn dispute(&self, state: DisputeState) -> Result<Dispute, Unread> {
        let lacks_case = || Unread::Lacks("the dispute");
        let case = self.object("dispute")?.ok_or_else(lacks_case)?;
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
            at: self.time()?,
        })
    }

    /// The plan of one product, or of the whole order if none is named. Of several, it is unclear which plan ended.
    fn cancellation(&self) -> Result<PlanCancellation, Unread> {
        let mut named = products(&self.data.list("line_items")?)?;
        named.extend(self.object("product")?.map(|fields| product(&fields)).transpose()?.flatten());
        let mut ids: Vec<ProductId> = named.into_iter().filter_map(|product| product.id).collect();
        ids.sort();
        ids.dedup();
        if ids.len() > 1 {
            return Err(Unread::Lacks("which of its products' plans ended"));
        }
        Ok(PlanCancellation { order: self.order()?, product: ids.pop(), at: Some(self.time()?) })
    }

    /// The identifier in `refund:<identifier>`, which creation and reversal share; a flat event may have it as a field.
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
        let inside = match self.object(name)? {
            Some(object) => object.id(uuid, TransactionId::new)?,
            None => None,
        };
        let named = inside.map_or_else(|| self.data.id(uuid, TransactionId::new), |id| Ok(Some(id)))?;
        named.ok_or(Unread::Lacks(match of {
            Taking::Refund => "the refund",
            Taking::Chargeback => "the chargeback",
        }))
    }

    fn payment_id(&self) -> Result<Option<TransactionId>, Fault> {
        if let Some(id) = self.data.id("payment_uuid", TransactionId::new)? {
            return Ok(Some(id));
        }
        let Some(payment) = self.object("payment")? else { return Ok(None) };
        first_id(&payment, &["payment_uuid", "uuid", "id"], TransactionId::new)
    }

    /// The order is named at the top, or by chunks that all name the same one.
    fn order(&self) -> Result<OrderId, Unread> {
        let lacks = || Unread::Lacks("the order");
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

    /// A trial if every line item is one.
    fn sale_status(&self) -> Result<SaleStatus, Fault> {
        let items = self.data.list("line_items")?;
        let is_trial = !items.is_empty() && items.iter().all(|item| item.boolean("is_trial") == Some(true));
        Ok(if is_trial { SaleStatus::Trial } else { SaleStatus::Paid })
    }

    /// The event's own amount, else the total. The total of a refund is taken as the refunded amount: the documentation
    /// describes full and partial refunds, and the event has no other amount.
    fn amount(&self, entry: KindAndStatus) -> Result<Money, Unread> {
        let totals = self.object("totals")?.map(|totals| totals.inside("total", "totals.total")).transpose()?;
        let sources = [(Some(self.data), "amount_cents"), (totals.flatten(), "gross_cents")];
        for (fields, field) in sources {
            let Some(fields) = fields else { continue };
            let Some(cents) = fields.integer(field, WHOLE_CENTS)? else { continue };
            if cents < 0 && matches!(entry, KindAndStatus::Sale(_)) {
                let fault = fields.fault(FaultCode::BadAmount, field, format!("a sale of {cents} cents"));
                let evidence = Self::evidence(Some(self), &EventType::Sale, "negative amount");
                return Err(fault.with(Some(evidence)).into());
            }
            return Ok(money(fields, field, cents, self.currency()?)?);
        }
        Err(Unread::Lacks("the amount"))
    }

    fn currency(&self) -> Result<Currency, Unread> {
        let of_order = match self.object("order")? {
            Some(order) => order.currency("currency")?,
            None => None,
        };
        let currency = self.data.currency("currency")?.or(of_order).or(self.settings.currency);
        currency.ok_or(Unread::Lacks("the currency"))
    }

    fn customer(&self) -> Result<Customer, Fault> {
        let Some(buyer) = self.object("buyer")? else { return Ok(Customer::default()) };
        let text = |field| Ok::<_, Fault>(buyer.text(field)?.unwrap_or_default());
        let whole = text("name")?;
        let names = [text("first_name")?, text("last_name")?];
        let names: Vec<Cow<'_, str>> = names.into_iter().filter(|name| !name.is_empty()).collect();
        let country = text("country_code")?;
        Ok(Customer {
            name: if whole.is_empty() { names.join(" ") } else { whole.into_owned() },
            email: text("email")?.into_owned(),
            country: if country.is_empty() { text("country")? } else { country }.into_owned(),
        })
    }

    /// An unknown word stays an unknown method, so that the cautions of a direct debit are not lost.
    fn method(&self) -> Result<Option<Method>, Fault> {
        let Some(fields) = self.object("payment_method")? else { return Ok(None) };
        let Some(word) = fields.text("type")? else { return Ok(None) };
        Ok(self.notes.word("payment_method.type", &word, words::method))
    }

    /// How new the event is: the envelope's `time`, else `occurred_at`.
    fn time(&self) -> Result<Timestamp, Unread> {
        let time = self.time_of(Some(self.envelope), "time")?;
        let time = time.map_or_else(|| self.time_of(Some(self.data), "occurred_at"), |at| Ok(Some(at)))?;
        time.ok_or(Unread::Lacks("the time"))
    }

    fn time_of(&self, fields: Option<Fields<'_>>, field: &str) -> Result<Option<Timestamp>, Fault> {
        fields.map(|fields| fields.timestamp(field, self.settings.zone)).transpose().map(Option::flatten)
    }

    fn object(&self, field: &'static str) -> Result<Option<Fields<'a>>, Fault> {
        self.data.inside(field, field)
    }
}

const WHOLE_CENTS: &str = "a whole number of cents";

/// Without the sign: refunds may come with or without a minus.
fn money(fields: Fields<'_>, field: &str, cents: i64, currency: Currency) -> Result<Money, Fault> {
    if currency.exponent() != 2 {
        let message = format!("the platform does not say what a cent of {currency} is");
        return Err(fields.fault(FaultCode::BadCurrency, field, message));
    }
    match i64::try_from(cents.unsigned_abs()) {
        Ok(minor) if minor <= MOST_MINOR => Ok(Money::new(minor, currency)),
        _ => Err(fields.fault(FaultCode::BadAmount, field, format!("`{cents}` is above the largest supported amount"))),
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

/// The products of the line items, each once.
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
    Ok((id.is_some() || !name.is_empty()).then_some(Product { is_addon: false, id, name }))
}

/// The number of the instalment, if the line items agree on it.
fn payment_number(items: &[Fields<'_>]) -> Result<Option<u32>, Fault> {
    let expected = "the number of an instalment, such as 3";
    let mut numbers = Vec::new();
    for item in items {
        let Some(number) = item.integer("payment_number", expected)? else { continue };
        let bad = |_| item.bad_value("payment_number", &number.to_string(), expected);
        numbers.push(u32::try_from(number).map_err(bad)?);
    }
    numbers.dedup();
    let only = (numbers.len() == 1).then(|| numbers.pop()).flatten();
    Ok(only.filter(|number| *number > 0))
}

/// The first of these fields that is present.
fn first_id<T>(fields: &Fields<'_>, names: &[&str], new: fn(&str) -> Result<T, BadId>) -> Result<Option<T>, Fault> {
    for name in names {
        if let Some(id) = fields.id(name, new)? {
            return Ok(Some(id));
        }
    }
    Ok(None)
}
