//! The fields of a JSON object, read by type: each is absent, understood, or a fault that names it.

use crate::domain::ids::BadId;
use crate::domain::money::Currency;
use crate::domain::time::{Timestamp, Zone};
use crate::import::fault::{Fault, FaultCode, shown};
use crate::import::words::yes_or_no;
use crate::import::written_time::WrittenTime;
use serde_json::{Map, Value};
use std::borrow::Cow;

/// An object of a notification.
#[derive(Debug, Clone, Copy)]
pub struct Fields<'a> {
    object: &'a Map<String, Value>,
    /// Its path in the notification, such as `totals.total`; empty for the notification itself.
    within: &'static str,
}

impl<'a> Fields<'a> {
    pub fn of(object: &'a Map<String, Value>) -> Self {
        Self { object, within: "" }
    }

    /// The object under `field`; `within` is its path in the notification.
    pub fn inside(&self, field: &str, within: &'static str) -> Result<Option<Self>, Fault> {
        match self.object.get(field) {
            None | Some(Value::Null) => Ok(None),
            Some(Value::Object(object)) => Ok(Some(Self { object, within })),
            Some(other) => Err(self.bad_value(field, &other.to_string(), "an object")),
        }
    }

    /// The objects of the list under `field`; none if it is absent.
    pub fn list(&self, field: &'static str) -> Result<Vec<Self>, Fault> {
        let expected = "a list of objects";
        let fields = |item: &'a Value| match item {
            Value::Object(object) => Ok(Self { object, within: field }),
            other => Err(self.bad_value(field, &other.to_string(), expected)),
        };
        match self.object.get(field) {
            None | Some(Value::Null) => Ok(Vec::new()),
            Some(Value::Array(items)) => items.iter().map(fields).collect(),
            Some(other) => Err(self.bad_value(field, &other.to_string(), expected)),
        }
    }

    /// A string, or a number as it was written; blank and null count as absent.
    pub fn text(&self, field: &str) -> Result<Option<Cow<'a, str>>, Fault> {
        let text = match self.object.get(field) {
            None | Some(Value::Null) => return Ok(None),
            Some(Value::String(text)) => Cow::Borrowed(text.trim()),
            Some(Value::Number(number)) => Cow::Owned(number.to_string()),
            Some(other) => return Err(self.bad_value(field, &other.to_string(), "a string or a number")),
        };
        Ok(Some(text).filter(|text| !text.is_empty()))
    }

    /// An ID is a string. A plain integer is taken as written; `12345e67` and `1.5` no longer show the digits that the
    /// platform meant.
    pub fn id<T>(&self, field: &str, new: fn(&str) -> Result<T, BadId>) -> Result<Option<T>, Fault> {
        let Some(text) = self.text(field)? else {
            return Ok(None);
        };
        let bad_id = |message: String| self.fault(FaultCode::BadId, field, message);
        let is_number = matches!(self.object.get(field), Some(Value::Number(_)));
        if is_number && !text.bytes().all(|byte| byte.is_ascii_digit()) {
            return Err(bad_id(format!("the number {} is not an ID: an ID is a string", shown(&text))));
        }
        new(&text).map(Some).map_err(|bad| bad_id(format!("{bad}: `{}`", shown(&text))))
    }

    pub fn needed_id<T>(&self, field: &str, new: fn(&str) -> Result<T, BadId>) -> Result<T, Fault> {
        self.id(field, new)?.ok_or_else(|| Fault::missing(field))
    }

    pub fn currency(&self, field: &str) -> Result<Option<Currency>, Fault> {
        let Some(code) = self.text(field)? else {
            return Ok(None);
        };
        code.parse().map(Some).map_err(|_| {
            let message = format!("`{}` is not a currency code such as EUR", shown(&code));
            self.fault(FaultCode::BadCurrency, field, message)
        })
    }

    pub fn timestamp(&self, field: &str, zone: Zone) -> Result<Option<Timestamp>, Fault> {
        let Some(text) = self.text(field)? else {
            return Ok(None);
        };
        let at = WrittenTime::iso(&text).and_then(|written| written.instant(zone));
        at.map(Some).ok_or_else(|| {
            let expected = "a time such as 2026-03-25T14:30:00+01:00 between 1970 and 9999";
            self.fault(FaultCode::BadDate, field, format!("`{}` is not {expected}", shown(&text)))
        })
    }

    /// A whole number without a fraction or exponent.
    pub fn integer(&self, field: &str, expected: &str) -> Result<Option<i64>, Fault> {
        match self.object.get(field) {
            None | Some(Value::Null) => Ok(None),
            Some(Value::Number(number)) if number.as_i64().is_some() => Ok(number.as_i64()),
            Some(other) => Err(self.bad_value(field, &other.to_string(), expected)),
        }
    }

    /// The text as `read` understands it, else a fault that says what was expected.
    pub fn value<T>(&self, field: &str, expected: &str, read: fn(&str) -> Option<T>) -> Result<Option<T>, Fault> {
        let Some(text) = self.text(field)? else { return Ok(None) };
        read(&text).map(Some).ok_or_else(|| self.bad_value(field, &text, expected))
    }

    /// A JSON boolean, or a word such as `yes`.
    pub fn flag(&self, field: &str) -> Result<Option<bool>, Fault> {
        self.boolean(field).map_or_else(|| self.value(field, "true or false", yes_or_no), |flag| Ok(Some(flag)))
    }

    /// A JSON boolean; the caller reads any other value.
    pub fn boolean(&self, field: &str) -> Option<bool> {
        self.object.get(field).and_then(Value::as_bool)
    }

    pub fn bad_value(&self, field: &str, value: &str, expected: &str) -> Fault {
        self.fault(FaultCode::BadValue, field, format!("`{}` is not {expected}", shown(value)))
    }

    pub fn fault(&self, code: FaultCode, field: &str, message: impl Into<String>) -> Fault {
        let name = if self.within.is_empty() { field.to_owned() } else { format!("{}.{field}", self.within) };
        Fault::of_field(code, &name, message)
    }
}
