//! JSON documents: one line, `schema_version` first, exact amounts, days and instants as text.
//!
//! Strings keep every character, but none can control a terminal: invisible ones are written as `\u202e`.

use std::io::{self, Write};

use chrono::{NaiveDate, SecondsFormat};
use serde::ser::SerializeMap;
use serde::{Serialize, Serializer};
use serde_json::ser::{self, Formatter};

use crate::domain::money::Money;
use crate::domain::sale::transaction::{Customer, Product};
use crate::domain::time::Timestamp;
use crate::output::sanitize::is_hidden;

/// The version of every document's shape. Adding a field does not change it.
pub const SCHEMA_VERSION: u8 = 1;

/// An object with its version.
#[derive(Debug, Serialize)]
pub struct Versioned<T> {
    schema_version: u8,
    #[serde(flatten)]
    body: T,
}

impl<T: Serialize> Versioned<T> {
    pub fn of(body: T) -> Self {
        Self { schema_version: SCHEMA_VERSION, body }
    }
}

/// An object with one key, `{"refund":…}`.
pub struct Keyed<T>(pub &'static str, pub T);

impl<T: Serialize> Serialize for Keyed<T> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(Some(1))?;
        map.serialize_entry(self.0, &self.1)?;
        map.end()
    }
}

/// An amount: exact in `minor`, readable in `text`.
#[derive(Debug, Default, Serialize)]
pub struct Amount {
    minor: i64,
    currency: &'static str,
    text: String,
}

impl From<Money> for Amount {
    fn from(sum: Money) -> Self {
        Self { minor: sum.minor(), currency: sum.currency().code(), text: sum.to_string() }
    }
}

/// Who paid; empty if the export does not say.
#[derive(Debug, Default, Serialize)]
pub struct CustomerJson<'a> {
    name: &'a str,
    email: &'a str,
    country: &'a str,
}

impl<'a> From<&'a Customer> for CustomerJson<'a> {
    fn from(customer: &'a Customer) -> Self {
        Self { name: &customer.name, email: &customer.email, country: &customer.country }
    }
}

/// What was bought; the ID is null if the export has none.
#[derive(Debug, Serialize)]
pub struct ProductJson<'a> {
    product_id: Option<&'a str>,
    name: &'a str,
}

impl<'a> From<&'a Product> for ProductJson<'a> {
    fn from(product: &'a Product) -> Self {
        Self { product_id: product.id.as_ref().map(|id| id.as_str()), name: &product.name }
    }
}

/// An `…_at` field: RFC 3339 UTC, with milliseconds if there are any.
pub fn at(instant: Timestamp) -> String {
    instant.to_rfc3339_opts(SecondsFormat::AutoSi, true)
}

/// An `…_on` field, `2026-03-25`.
pub fn on(day: NaiveDate) -> String {
    day.to_string()
}

/// `value` on one line, without a line break.
pub(in crate::output) fn write(out: &mut impl Write, value: &impl Serialize) -> io::Result<()> {
    Ok(value.serialize(&mut ser::Serializer::with_formatter(out, Harmless))?)
}

/// `value` as one line.
pub(in crate::output) fn write_line(out: &mut impl Write, value: &impl Serialize) -> io::Result<()> {
    write(out, value)?;
    out.write_all(b"\n")
}

/// Compact; escapes the characters that JSON allows and a terminal would act on.
struct Harmless;

impl Formatter for Harmless {
    fn write_string_fragment<W: ?Sized + Write>(&mut self, out: &mut W, fragment: &str) -> io::Result<()> {
        if fragment.is_ascii() && !fragment.contains('\x7f') {
            return out.write_all(fragment.as_bytes());
        }
        for piece in fragment.split_inclusive(is_hidden) {
            let harmless = piece.trim_end_matches(is_hidden);
            out.write_all(harmless.as_bytes())?;
            let hidden = piece.strip_prefix(harmless).unwrap_or_default();
            for unit in hidden.encode_utf16() {
                write!(out, "\\u{unit:04x}")?;
            }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::money::Currency;
    use chrono::DateTime;

    fn written(value: impl Serialize) -> String {
        let mut out = Vec::new();
        write(&mut out, &value).unwrap();
        String::from_utf8(out).unwrap()
    }

    #[test]
    fn a_string_keeps_every_character_and_escapes_invisible_ones() {
        let name = "Eve\x1b[2J \u{202e}gro\u{9b}\x7f \"Zoë\" \u{e0001}\u{feff}é\u{feff}é 王 می\u{200c}خواهم";
        let text = written(name);
        assert_eq!(
            text,
            "\"Eve\\u001b[2J \\u202egro\\u009b\\u007f \\\"Zoë\\\" \\udb40\\udc01\\ufeffé\\ufeffé 王 می\u{200c}خواهم\""
        );
        assert_eq!(serde_json::from_str::<String>(&text).unwrap(), name);
    }

    #[test]
    fn an_amount_is_exact_and_readable() {
        let yen = "JPY".parse::<Currency>().unwrap();
        let amounts = [Money::new(4900, Currency::EUR), Money::new(4900, yen)].map(Amount::from);
        insta::assert_snapshot!(written(amounts), @r#"[{"minor":4900,"currency":"EUR","text":"49.00 EUR"},{"minor":4900,"currency":"JPY","text":"4900 JPY"}]"#);
    }

    #[test]
    fn an_instant_has_milliseconds_only_if_there_are_any() {
        let shown = |text: &str| at(DateTime::parse_from_rfc3339(text).unwrap().to_utc());
        assert_eq!(shown("2026-03-25T10:00:00+01:00"), "2026-03-25T09:00:00Z");
        assert_eq!(shown("2026-03-25T09:00:00.12Z"), "2026-03-25T09:00:00.120Z");
    }
}
