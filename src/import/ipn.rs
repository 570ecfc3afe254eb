//! CopeCart's classic notifications (facts §2): one flat JSON object each, in any order, and any of them again.

use crate::domain::ids::{OrderId, ProductId, TransactionId};
use crate::domain::money::{Currency, Money};
use crate::domain::sale::incoming::{PlanCancellation, Report, Row};
use crate::domain::sale::transaction::{
    Customer, Kind, KindAndStatus, Method, PaymentPlan, PlatformStatus, Product, SaleStatus, Transaction,
};
use crate::domain::time::Timestamp;
use crate::import::csv::exact;
use crate::import::fault::{Fault, FaultCode, shown};
use crate::import::fields::Fields;
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
    let body = Body { fields: Fields::of(object), settings };
    let event = body.fields.text("event_type")?.map(|word| Event::new(&word));
    match event {
        Some(Event::Unknown(word)) => Ok(Row::SetAside(format!("the event type `{}` is not known", shown(&word)))),
        Some(Event::PlanCancelled) => body.cancellation().map(Row::PlanCancelled),
        Some(Event::Upcoming) if body.fields.text("transaction_id")?.is_none() => {
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
    fn entry(&self, kind: Kind) -> Option<KindAndStatus> {
        match (self, kind) {
            (Self::Payment(status), Kind::Sale) => Some(KindAndStatus::Sale(*status)),
            (Self::Upcoming, Kind::Sale) => Some(KindAndStatus::Sale(SaleStatus::Upcoming)),
            (Self::Refunded, Kind::Sale) => Some(KindAndStatus::Sale(SaleStatus::Refunded)),
            (Self::ChargedBack, Kind::Sale) => Some(KindAndStatus::Sale(SaleStatus::ChargedBack)),
            (Self::Refunded, Kind::Refund) => Some(KindAndStatus::Refund(PlatformStatus::Succeeded)),
            (Self::ChargedBack, Kind::Chargeback) => Some(KindAndStatus::Chargeback(PlatformStatus::Succeeded)),
            _ => None,
        }
    }
}

struct Body<'a> {
    fields: Fields<'a>,
    settings: &'a ImportSettings,
}

impl<'a> Body<'a> {
    fn report(&self, event: Option<&Event>) -> Result<Report, Fault> {
        let (entry, is_test) = self.entry(event)?;
        let paid_at = self.fields.timestamp("transaction_date", self.settings.zone)?;
        let processed_at = self.fields.timestamp("transaction_processed_at", self.settings.zone)?;
        let transaction = Transaction {
            id: self.fields.needed_id("transaction_id", TransactionId::new)?,
            id_is_made_up: false,
            order: self.fields.needed_id("order_id", OrderId::new)?,
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
        let processed_at = self.fields.timestamp("transaction_processed_at", self.settings.zone)?;
        Ok(PlanCancellation {
            order: self.fields.needed_id("order_id", OrderId::new)?,
            product: self.fields.id("product_id", ProductId::new)?,
            at: processed_at.or(self.fields.timestamp("transaction_date", self.settings.zone)?),
        })
    }

    /// The kind with its status, and whether the payment is a test. The status is believed before the event.
    fn entry(&self, event: Option<&Event>) -> Result<(KindAndStatus, bool), Fault> {
        let status = self.fields.text("payment_status")?.map(|text| StatusWord::new(&text));
        let kind = match self.fields.text("transaction_type")? {
            Some(word) => words::kind(&word).ok_or_else(|| {
                self.fields.bad_value("transaction_type", &word, "a kind: sale, refund or chargeback")
            })?,
            None => {
                status.as_ref().and_then(StatusWord::implies).or_else(|| event.map(Event::kind)).unwrap_or(Kind::Sale)
            }
        };
        let entry = match &status {
            Some(word) => word.entry(kind).unwrap_or_else(|| words::untold(kind, None)),
            None => {
                event.and_then(|event| event.entry(kind)).unwrap_or_else(|| words::untold(kind, self.settings.status))
            }
        };
        let is_test = self.is_true("test_payment")? || status.is_some_and(|word| word.is_test);
        Ok((entry, is_test))
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
        let parts = self.fields.list(PARTS)?;
        Ok(parts.into_iter().map(|fields| Body { fields, settings: self.settings }).collect())
    }

    fn product(&self, id_field: &str, name_field: &str) -> Result<Option<Product>, Fault> {
        let id = self.fields.id(id_field, ProductId::new)?;
        let name = self.fields.text(name_field)?.map(Cow::into_owned).unwrap_or_default();
        Ok((id.is_some() || !name.is_empty()).then_some(Product { id, name }))
    }

    fn customer(&self) -> Result<Customer, Fault> {
        let names = [self.fields.text("buyer_firstname")?, self.fields.text("buyer_lastname")?];
        let country = self.fields.text("buyer_country_code")?.or(self.fields.text("buyer_country")?);
        Ok(Customer {
            name: names.into_iter().flatten().collect::<Vec<_>>().join(" "),
            email: self.fields.text("buyer_email")?.unwrap_or_default().into_owned(),
            country: country.unwrap_or_default().into_owned(),
        })
    }

    fn method(&self) -> Result<Method, Fault> {
        let word = self.fields.text("payment_method")?;
        Ok(word.map_or(Method::Unknown, |word| words::method(&word).unwrap_or(Method::Other)))
    }

    fn plan(&self) -> Result<PaymentPlan, Fault> {
        Ok(self.fields.text("payment_plan")?.and_then(|word| words::plan(&word)).unwrap_or(PaymentPlan::Unknown))
    }

    /// `order_date` is the order's day. The time is believed only where it has an offset and falls on that day:
    /// the one real payload has it an hour behind the payment.
    fn ordered_at(&self) -> Result<Option<Timestamp>, Fault> {
        let zone = self.settings.zone;
        let Some(day) = self.fields.timestamp("order_date", self.settings.zone)? else {
            return self.fields.timestamp("order_time", self.settings.zone);
        };
        let time = self.fields.text("order_time")?.and_then(|text| Written::iso(&text));
        let time = time.filter(|written| written.offset.is_some()).and_then(|written| written.instant(zone));
        Ok(Some(time.filter(|at| zone.day_of(*at) == zone.day_of(day)).unwrap_or(day)))
    }

    fn rate_number(&self) -> Result<Option<u32>, Fault> {
        let field = "rate_number";
        let Some(text) = self.fields.text(field)? else {
            return Ok(None);
        };
        let expected = "the number of a payment of a plan, such as 3";
        words::rate_number(&text).ok_or_else(|| self.fields.bad_value(field, &text, expected))
    }

    fn is_true(&self, field: &str) -> Result<bool, Fault> {
        if let Some(is_true) = self.fields.truth(field) {
            return Ok(is_true);
        }
        let Some(text) = self.fields.text(field)? else {
            return Ok(false);
        };
        words::yes_or_no(&text).ok_or_else(|| self.fields.bad_value(field, &text, "true or false"))
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

#[cfg(test)]
mod tests;
