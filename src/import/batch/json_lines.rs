//! One JSON object per line, with a table's columns as its fields.

use crate::import::batch::line::AMOUNT_OR_ALL;
use crate::import::batch::row::{BatchRow, Cells, Faults, column};
use crate::import::column::Column;
use crate::import::container::json::reason;
use crate::import::fault::{Fault, FaultCode};
use serde::de::{Deserialize, Deserializer, MapAccess, Visitor};
use serde_json::value::RawValue;
use std::borrow::Cow;
use std::fmt;

/// The row of one line. Numbers stay text, so that none is rounded.
pub fn row((line, text): (u64, &str)) -> BatchRow {
    let fields = match serde_json::from_str::<Fields<'_>>(text) {
        Ok(Fields(fields)) => fields,
        Err(error) => {
            let message = format!("this is not one JSON object: {}", reason(&error));
            return BatchRow::broken(line, Fault::of_row(FaultCode::BadJson, message));
        }
    };
    let (mut cells, mut faults) = (Cells::default(), Faults::default());
    for (name, value) in fields {
        let Some(column) = faults.keep(column(&name)) else { continue };
        if cells.has(column) {
            let message = format!("the field `{name}` appears twice");
            faults.add(Fault::of_field(FaultCode::DuplicateColumn, &name, message));
        }
        // A field of a wrong type is not missing: its type is the mistake.
        cells.set(column, faults.keep(text_of(column, value)).unwrap_or_default());
    }
    BatchRow { line, cells: Some(cells), faults }
}

/// A value as a cell of a table would have it.
fn text_of(column: Column, value: &RawValue) -> Result<Cow<'_, str>, Fault> {
    let raw = value.get();
    let fault = |code, message: String| Err(Fault::of_field(code, column.word(), message));
    let allowed = match column {
        Column::Amount => "a string or a number",
        Column::Goodwill => "true or false",
        _ => "a string",
    };
    let is_number = raw.starts_with(|first: char| first == '-' || first.is_ascii_digit());
    match (raw, column) {
        (text, _) if text.starts_with('"') => serde_json::from_str(text)
            .map(Cow::Owned)
            .or_else(|error| fault(FaultCode::BadJson, format!("this is not a valid string: {}", reason(&error)))),
        ("null", Column::Amount) => fault(FaultCode::BadValue, format!("it is null: {AMOUNT_OR_ALL}")),
        ("null", _) => fault(FaultCode::BadValue, "it is null: leave the field out".into()),
        (number, Column::Amount | Column::Goodwill) if is_number => Ok(Cow::Borrowed(number)),
        ("true" | "false", Column::Goodwill) => Ok(Cow::Borrowed(raw)),
        _ => fault(FaultCode::BadValue, format!("`{column}` must be {allowed}")),
    }
}

/// The fields of an object in their order, repeated ones included.
struct Fields<'a>(Vec<(String, &'a RawValue)>);

impl<'de> Deserialize<'de> for Fields<'de> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_map(FieldsVisitor)
    }
}

struct FieldsVisitor;

impl<'de> Visitor<'de> for FieldsVisitor {
    type Value = Fields<'de>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Fields<'de>, A::Error> {
        let mut fields = Vec::new();
        while let Some(field) = map.next_entry()? {
            fields.push(field);
        }
        Ok(Fields(fields))
    }
}
