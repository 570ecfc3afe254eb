//! CopeCart's classic notifications (facts §2): one flat JSON object each, in any order, and any of them again.

use crate::domain::ids::{BadId, OrderId, ProductId, TransactionId};
use crate::domain::moment::Instant;
use crate::domain::money::{Currency, Money};
use crate::domain::report::{PlanCancellation, Report, Row};
use crate::domain::transaction::{
    Customer, Entry, Kind, Method, PaymentPlan, Product, ReportedStatus, SaleStatus, Transaction,
};
use crate::import::csv::exact;
use crate::import::fault::{Fault, FaultCode, shown};
use crate::import::moments::Written;
use crate::import::settings::ImportSettings;
use crate::import::words::{self, StatusWord};
use serde_json::{Map, Value};
use std::borrow::Cow;

/// A field that only this platform's notifications have.
pub fn recognises(object: &Map<String, Value>) -> bool {
    let is_text = |field| matches!(object.get(field), Some(Value::String(_) | Value::Number(_)));
    ["order_id", "transaction_id", "payment_status", "transaction_type"].into_iter().any(is_text)
        || object.get("event_type").and_then(Value::as_str).is_some_and(|word| Event::new(word).is_known())
}

/// What a notification is understood as.
pub fn row(object: &Map<String, Value>, settings: &ImportSettings) -> Result<Row, Fault> {
    if object.is_empty() {
        return Ok(Row::SetAside("the body is empty".to_owned()));
    }
    let body = Body { object, settings };
    let event = body.text("event_type")?.map(|word| Event::new(&word));
    match event {
        Some(Event::Unknown(word)) => {
            Ok(Row::SetAside(format!("the event type `{}` is not known", shown(&word))))
        }
        Some(Event::PlanCancelled) => body.cancellation().map(Row::PlanCancelled),
        Some(Event::Upcoming) if body.text("transaction_id")?.is_none() => {
            Ok(Row::SetAside("a payment that is still to come".to_owned()))
        }
        event => body.report(event.as_ref()).map(|report| Row::Payment(Box::new(report))),
    }
}

/// `event_type`.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Event {
    Payment(SaleStatus),
    Refunded,
    ChargedBack,
    Upcoming,
    PlanCancelled,
    Unknown(String),
}

impl Event {
    fn new(word: &str) -> Self {
        match word {
            "payment.made" => Self::Payment(SaleStatus::Paid),
            "payment.trial" => Self::Payment(SaleStatus::Trial),
            "payment.failed" => Self::Payment(SaleStatus::Failed),
            "payment.pending" => Self::Payment(SaleStatus::Pending),
            "payment.refunded" => Self::Refunded,
            // One published receiver reads the second spelling.
            "payment.charged_back" | "payment.charge_back" => Self::ChargedBack,
            "payment.recurring.upcoming" => Self::Upcoming,
            "payment.recurring.cancelled" => Self::PlanCancelled,
            other => Self::Unknown(other.to_owned()),
        }
    }

    fn is_known(&self) -> bool {
        !matches!(self, Self::Unknown(_))
    }

    fn kind(&self) -> Kind {
        match self {
            Self::Refunded => Kind::Refund,
            Self::ChargedBack => Kind::Chargeback,
            _ => Kind::Sale,
        }
    }

    /// What a notification without a status says by its event alone.
    fn entry(&self, kind: Kind) -> Option<Entry> {
        match (self, kind) {
            (Self::Payment(status), Kind::Sale) => Some(Entry::Sale(*status)),
            (Self::Upcoming, Kind::Sale) => Some(Entry::Sale(SaleStatus::Upcoming)),
            (Self::Refunded, Kind::Sale) => Some(Entry::Sale(SaleStatus::Refunded)),
            (Self::ChargedBack, Kind::Sale) => Some(Entry::Sale(SaleStatus::ChargedBack)),
            (Self::Refunded, Kind::Refund) => Some(Entry::Refund(ReportedStatus::Succeeded)),
            (Self::ChargedBack, Kind::Chargeback) => Some(Entry::Chargeback(ReportedStatus::Succeeded)),
            _ => None,
        }
    }
}

struct Body<'a> {
    object: &'a Map<String, Value>,
    settings: &'a ImportSettings,
}

impl<'a> Body<'a> {
    fn report(&self, event: Option<&Event>) -> Result<Report, Fault> {
        let (entry, is_test) = self.entry(event)?;
        let paid_at = self.moment("transaction_date")?;
        let processed_at = self.moment("transaction_processed_at")?;
        let transaction = Transaction {
            id: self.needed_id("transaction_id", TransactionId::new)?,
            id_is_made_up: false,
            order: self.needed_id("order_id", OrderId::new)?,
            products: self.products()?,
            customer: self.customer()?,
            amount: self.amount()?,
            method: self.method()?,
            plan: self.plan()?,
            entry,
            ordered_at: self.ordered_at()?,
            paid_at: paid_at.ok_or_else(|| Fault::missing("transaction_date"))?,
            rate_number: self.rate_number()?,
            return_period: None,
            is_test,
        };
        Ok(Report { transaction, as_of: processed_at.or(paid_at) })
    }

    fn cancellation(&self) -> Result<PlanCancellation, Fault> {
        let processed_at = self.moment("transaction_processed_at")?;
        Ok(PlanCancellation {
            order: self.needed_id("order_id", OrderId::new)?,
            product: self.id("product_id", ProductId::new)?,
            at: processed_at.or(self.moment("transaction_date")?),
        })
    }

    /// The kind with its status, and whether the payment is a test. The status is believed before the event.
    fn entry(&self, event: Option<&Event>) -> Result<(Entry, bool), Fault> {
        let status = self.text("payment_status")?.map(|text| StatusWord::new(&text));
        let kind = match self.text("transaction_type")? {
            Some(word) => words::kind(&word)
                .ok_or_else(|| bad_value("transaction_type", &word, "a kind: sale, refund or chargeback"))?,
            None => status
                .as_ref()
                .and_then(StatusWord::implies)
                .or_else(|| event.map(Event::kind))
                .unwrap_or(Kind::Sale),
        };
        let entry = match &status {
            Some(word) => word.entry(kind).unwrap_or_else(|| words::untold(kind, None)),
            None => event
                .and_then(|event| event.entry(kind))
                .unwrap_or_else(|| words::untold(kind, self.settings.status)),
        };
        let is_test = self.is_true("test_payment")? || status.is_some_and(|word| word.is_test);
        Ok((entry, is_test))
    }

    fn amount(&self) -> Result<Money, Fault> {
        let currency = self.currency()?;
        let text = self.text("transaction_amount")?.ok_or_else(|| Fault::missing("transaction_amount"))?;
        exact(&text, currency)
            .map_err(|message| Fault::of_field(FaultCode::BadAmount, "transaction_amount", message))
    }

    fn currency(&self) -> Result<Currency, Fault> {
        let field = "transaction_currency";
        match self.text(field)? {
            Some(code) => code.parse().map_err(|_| {
                let message = format!("`{}` is not a currency code such as EUR", shown(&code));
                Fault::of_field(FaultCode::BadCurrency, field, message)
            }),
            None => self.settings.currency.ok_or_else(|| Fault::missing(field)),
        }
    }

    /// The main product first, then every other one that the payment covers.
    fn products(&self) -> Result<Vec<Product>, Fault> {
        let mut products = Vec::new();
        add(&mut products, self.product("product_id", "product_name")?);
        let mut parts = self.parts()?;
        parts.sort_by_key(|part| part.is_true("is_addon").unwrap_or(true));
        for part in parts {
            let inside = |fault: Fault| Fault { column: Some(PARTS.to_owned()), ..fault };
            add(&mut products, part.product("slug", "name").map_err(inside)?);
        }
        Ok(products)
    }

    fn parts(&self) -> Result<Vec<Body<'a>>, Fault> {
        let body = |part: &'a Value| match part {
            Value::Object(object) => Ok(Body { object, settings: self.settings }),
            other => Err(bad_value(PARTS, &other.to_string(), "a list of objects")),
        };
        match self.object.get(PARTS) {
            None | Some(Value::Null) => Ok(Vec::new()),
            Some(Value::Array(parts)) => parts.iter().map(body).collect(),
            Some(other) => Err(bad_value(PARTS, &other.to_string(), "a list of objects")),
        }
    }

    fn product(&self, id_field: &str, name_field: &str) -> Result<Option<Product>, Fault> {
        let id = self.id(id_field, ProductId::new)?;
        let name = self.text(name_field)?.map(Cow::into_owned).unwrap_or_default();
        Ok((id.is_some() || !name.is_empty()).then_some(Product { id, name }))
    }

    fn customer(&self) -> Result<Customer, Fault> {
        let names = [self.text("buyer_firstname")?, self.text("buyer_lastname")?];
        let country = self.text("buyer_country_code")?.or(self.text("buyer_country")?);
        Ok(Customer {
            name: names.into_iter().flatten().collect::<Vec<_>>().join(" "),
            email: self.text("buyer_email")?.unwrap_or_default().into_owned(),
            country: country.unwrap_or_default().into_owned(),
        })
    }

    fn method(&self) -> Result<Method, Fault> {
        let word = self.text("payment_method")?;
        Ok(word.map_or(Method::Unknown, |word| words::method(&word).unwrap_or(Method::Other)))
    }

    fn plan(&self) -> Result<PaymentPlan, Fault> {
        Ok(self.text("payment_plan")?.and_then(|word| words::plan(&word)).unwrap_or(PaymentPlan::Unknown))
    }

    /// `order_date` is the order's day. The time is believed only where it has an offset and falls on that day:
    /// the one real payload has it an hour behind the payment.
    fn ordered_at(&self) -> Result<Option<Instant>, Fault> {
        let zone = self.settings.zone;
        let Some(day) = self.moment("order_date")? else {
            return self.moment("order_time");
        };
        let time = self.text("order_time")?.and_then(|text| Written::iso(&text));
        let time = time.filter(|written| written.offset.is_some()).and_then(|written| written.instant(zone));
        Ok(Some(time.filter(|at| zone.day_of(*at) == zone.day_of(day)).unwrap_or(day)))
    }

    fn moment(&self, field: &str) -> Result<Option<Instant>, Fault> {
        let Some(text) = self.text(field)? else {
            return Ok(None);
        };
        let at = Written::iso(&text).and_then(|written| written.instant(self.settings.zone));
        at.map(Some).ok_or_else(|| {
            let expected = "a moment such as 2026-03-25T14:30:00+01:00, of the years 1970 to 9999";
            Fault::of_field(FaultCode::BadDate, field, format!("`{}` is not {expected}", shown(&text)))
        })
    }

    fn rate_number(&self) -> Result<Option<u32>, Fault> {
        let field = "rate_number";
        let Some(text) = self.text(field)? else {
            return Ok(None);
        };
        let expected = "the number of a payment of a plan, such as 3";
        words::rate_number(&text).ok_or_else(|| bad_value(field, &text, expected))
    }

    fn is_true(&self, field: &str) -> Result<bool, Fault> {
        if let Some(Value::Bool(is_true)) = self.object.get(field) {
            return Ok(*is_true);
        }
        let Some(text) = self.text(field)? else {
            return Ok(false);
        };
        words::yes_or_no(&text).ok_or_else(|| bad_value(field, &text, "true or false"))
    }

    fn needed_id<T>(&self, field: &str, new: fn(&str) -> Result<T, BadId>) -> Result<T, Fault> {
        self.id(field, new)?.ok_or_else(|| Fault::missing(field))
    }

    /// An ID is a text. One that came as a plain number still is what it says; in `12345e67` or `1.5` the digits
    /// that the platform meant are no longer told.
    fn id<T>(&self, field: &str, new: fn(&str) -> Result<T, BadId>) -> Result<Option<T>, Fault> {
        let Some(text) = self.text(field)? else {
            return Ok(None);
        };
        let bad_id = |message: String| Fault::of_field(FaultCode::BadId, field, message);
        let is_number = matches!(self.object.get(field), Some(Value::Number(_)));
        if is_number && !text.bytes().all(|byte| byte.is_ascii_digit()) {
            return Err(bad_id(format!("the number {} is not an ID, which is a text", shown(&text))));
        }
        new(&text).map(Some).map_err(|bad| bad_id(format!("{bad}: `{}`", shown(&text))))
    }

    /// A text, or a number as it was written; blank and null are absent.
    fn text(&self, field: &str) -> Result<Option<Cow<'a, str>>, Fault> {
        let text = match self.object.get(field) {
            None | Some(Value::Null) => return Ok(None),
            Some(Value::String(text)) => Cow::Borrowed(text.trim()),
            Some(Value::Number(number)) => Cow::Owned(number.to_string()),
            Some(other) => return Err(bad_value(field, &other.to_string(), "a text or a number")),
        };
        Ok(Some(text).filter(|text| !text.is_empty()))
    }
}

const PARTS: &str = "transaction_amount_per_product";

/// Adds a product, unless it is there: by its ID, or by its name where one of the two has no ID.
fn add(products: &mut Vec<Product>, product: Option<Product>) {
    let Some(product) = product else {
        return;
    };
    let is_same = |known: &&mut Product| match (&known.id, &product.id) {
        (Some(known), Some(id)) => known == id,
        _ => known.name == product.name,
    };
    match products.iter_mut().find(is_same) {
        Some(known) if known.name.is_empty() => known.name = product.name,
        Some(known) => known.id = known.id.take().or(product.id),
        None => products.push(product),
    }
}

fn bad_value(field: &str, value: &str, expected: &str) -> Fault {
    Fault::of_field(FaultCode::BadValue, field, format!("`{}` is not {expected}", shown(value)))
}

#[cfg(test)]
mod tests;
