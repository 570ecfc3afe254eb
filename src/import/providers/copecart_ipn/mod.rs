//! CopeCart's classic notifications (IPN documentation 1.6.7): flat JSON objects, in any order, possibly repeated.

mod signature;

use crate::domain::ids::{OrderId, ProductId, TransactionId};
use crate::domain::money::{Currency, Money};
use crate::domain::sale::incoming::{PaymentReport, PlanCancellation, Row};
use crate::domain::sale::products;
use crate::domain::sale::transaction::{
    Customer, Kind, KindAndStatus, Method, PaymentPlan, PlatformStatus, Product, SaleStatus, Transaction,
};
use crate::domain::time::Timestamp;
use crate::import::container::json::Object;
use crate::import::fault::{Fault, FaultCode, shown};
use crate::import::fields::Fields;
use crate::import::provider::DocumentProvider;
use crate::import::settings::ImportSettings;
use crate::import::signature::Signer;
use crate::import::table::amounts::exact;
use crate::import::words::{self, StatusWord};
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

    fn row(&self, object: &Object, settings: &ImportSettings) -> Result<Row, Fault> {
        if object.is_empty() {
            return Ok(Row::SetAside("the body is empty".to_owned()));
        }
        let notification = Notification { fields: Fields::of(object), settings };
        let event = notification.fields.text("event_type")?.map(|word| EventType::new(&word));
        match event {
            Some(EventType::Unknown(word)) => {
                Ok(Row::SetAside(format!("the event type `{}` is unknown", shown(&word))))
            }
            Some(EventType::PlanCancelled) => notification.cancellation().map(Row::PlanCancelled),
            Some(EventType::Upcoming) if notification.fields.text("transaction_id")?.is_none() => {
                Ok(Row::SetAside("a future payment".to_owned()))
            }
            event => notification.report(event.as_ref()).map(|report| Row::Payment(Box::new(report))),
        }
    }

    fn signer(&self) -> Option<&'static Signer> {
        Some(&signature::SIGNER)
    }
}

/// `event_type`.
#[derive(Debug, Clone, PartialEq, Eq)]
enum EventType {
    Payment(SaleStatus),
    Refunded,
    ChargedBack,
    Upcoming,
    PlanCancelled,
    Unknown(String),
}

impl EventType {
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

    /// The kind and status of a notification that has no status.
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

struct Notification<'a> {
    fields: Fields<'a>,
    settings: &'a ImportSettings,
}

impl<'a> Notification<'a> {
    fn report(&self, event: Option<&EventType>) -> Result<PaymentReport, Fault> {
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
        Ok(PaymentReport { transaction, as_of: processed_at.or(paid_at) })
    }

    fn cancellation(&self) -> Result<PlanCancellation, Fault> {
        let processed_at = self.fields.timestamp("transaction_processed_at", self.settings.zone)?;
        Ok(PlanCancellation {
            order: self.fields.needed_id("order_id", OrderId::new)?,
            product: self.fields.id("product_id", ProductId::new)?,
            at: processed_at.or(self.fields.timestamp("transaction_date", self.settings.zone)?),
        })
    }

    /// The kind and status, and whether the payment is a test. The status counts more than the event type.
    fn entry(&self, event: Option<&EventType>) -> Result<(KindAndStatus, bool), Fault> {
        let status = self.fields.text("payment_status")?.map(|text| StatusWord::new(&text));
        let kind = match self.fields.text("transaction_type")? {
            Some(word) => words::kind(&word).ok_or_else(|| {
                self.fields.bad_value("transaction_type", &word, "a kind: sale, refund or chargeback")
            })?,
            None => status
                .as_ref()
                .and_then(StatusWord::implies)
                .or_else(|| event.map(EventType::kind))
                .unwrap_or(Kind::Sale),
        };
        let entry = match &status {
            Some(word) => word.entry(kind).unwrap_or_else(|| words::without_status(kind, None)),
            None => event
                .and_then(|event| event.entry(kind))
                .unwrap_or_else(|| words::without_status(kind, self.settings.status)),
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

    /// The main product first, then the others that the payment covers.
    fn products(&self) -> Result<Vec<Product>, Fault> {
        let mut named = Vec::from_iter(self.product("product_id", "product_name", false)?);
        for item in self.items()? {
            let inside = |fault: Fault| Fault { column: Some(ITEMS.to_owned()), ..fault };
            named.extend(item.product("slug", "name", true).map_err(inside)?);
        }
        let joined = products::join(&named);
        Ok(joined.shown.into_iter().chain(joined.other_names).collect())
    }

    fn items(&self) -> Result<Vec<Notification<'a>>, Fault> {
        let items = self.fields.list(ITEMS)?;
        Ok(items.into_iter().map(|fields| Notification { fields, settings: self.settings }).collect())
    }

    /// `is_addon` counts if the notification does not say whether it is one.
    fn product(&self, id_field: &str, name_field: &str, is_addon: bool) -> Result<Option<Product>, Fault> {
        let id = self.fields.id(id_field, ProductId::new)?;
        let name = self.fields.text(name_field)?.map(Cow::into_owned).unwrap_or_default();
        let said = self.fields.boolean("is_addon");
        let said = said.or_else(|| words::yes_or_no(&self.fields.text("is_addon").ok()??));
        let is_addon = said.unwrap_or(is_addon);
        Ok((id.is_some() || !name.is_empty()).then_some(Product { is_addon, id, name }))
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

    /// `order_date` is the order's day. `order_time` counts only if it has an offset and falls on that day: in the one
    /// published payload it is an hour after the payment.
    fn ordered_at(&self) -> Result<Option<Timestamp>, Fault> {
        let zone = self.settings.zone;
        let Some(day) = self.fields.timestamp("order_date", self.settings.zone)? else {
            return self.fields.timestamp("order_time", self.settings.zone);
        };
        let time = self.fields.text("order_time")?.and_then(|text| WrittenTime::iso(&text));
        let time = time.filter(|written| written.offset.is_some()).and_then(|written| written.instant(zone));
        Ok(Some(time.filter(|at| zone.day_of(*at) == zone.day_of(day)).unwrap_or(day)))
    }

    fn rate_number(&self) -> Result<Option<u32>, Fault> {
        let field = "rate_number";
        let Some(text) = self.fields.text(field)? else {
            return Ok(None);
        };
        let expected = "the number of an instalment, such as 3";
        words::rate_number(&text).ok_or_else(|| self.fields.bad_value(field, &text, expected))
    }

    fn is_true(&self, field: &str) -> Result<bool, Fault> {
        if let Some(is_true) = self.fields.boolean(field) {
            return Ok(is_true);
        }
        let Some(text) = self.fields.text(field)? else {
            return Ok(false);
        };
        words::yes_or_no(&text).ok_or_else(|| self.fields.bad_value(field, &text, "true or false"))
    }
}

const ITEMS: &str = "transaction_amount_per_product";

#[cfg(test)]
mod tests;
