//! One JSON object a line, its fields named as a table's columns.

use crate::import::batch_file::problem::{Problem, ProblemCode};
use crate::import::batch_file::row::{Cells, Column, Faults, Row};
use crate::import::json::reason;
use serde::de::{Deserialize, Deserializer, MapAccess, Visitor};
use serde_json::value::RawValue;
use std::borrow::Cow;
use std::fmt;

/// The row of one line. Its numbers stay the text that they are, so that none is rounded.
pub fn row((line, text): (u64, &str)) -> Row<'_> {
    let fields = match serde_json::from_str::<Fields<'_>>(text) {
        Ok(Fields(fields)) => fields,
        Err(error) => {
            let message = format!("this is not one JSON object: {}", reason(&error));
            return Row::broken(line, ProblemCode::BadJson, message);
        }
    };
    let (mut cells, mut faults) = (Cells::default(), Faults::new(line));
    for (name, value) in fields {
        let Ok(column) = name.parse() else {
            faults.add(Column::unknown(line, &name));
            continue;
        };
        if cells.has(column) {
            let message = format!("the field `{name}` is there twice");
            faults.add(Problem::of_column(line, &name, ProblemCode::DuplicateColumn, message));
        }
        // A field of a wrong kind is there all the same: what is told of it is its kind.
        cells.set(column, faults.keep(column, text_of(column, value)).unwrap_or_default());
    }
    Row { line, cells: Some(cells), faults }
}

/// A value as a cell of a table would have it.
fn text_of(column: Column, value: &RawValue) -> Result<Cow<'_, str>, (ProblemCode, String)> {
    let raw = value.get();
    let allowed = match column {
        Column::Amount => "a text or a number",
        Column::Goodwill => "true or false",
        _ => "a text",
    };
    let is_number = raw.starts_with(|first: char| first == '-' || first.is_ascii_digit());
    match (raw, column) {
        (text, _) if text.starts_with('"') => serde_json::from_str(text)
            .map(Cow::Owned)
            .map_err(|error| (ProblemCode::BadJson, format!("this is no text: {}", reason(&error)))),
        ("null", Column::Amount) => {
            Err((ProblemCode::BadValue, "it is null: write a sum, or \"all\" for all that is left".into()))
        }
        ("null", _) => Err((ProblemCode::BadValue, "it is null: leave the field out".into())),
        (number, Column::Amount | Column::Goodwill) if is_number => Ok(Cow::Borrowed(number)),
        ("true" | "false", Column::Goodwill) => Ok(Cow::Borrowed(raw)),
        (_, column) => Err((ProblemCode::BadValue, format!("`{column}` has to be {allowed}"))),
    }
}

/// The fields of an object in their order, each as often as it is there.
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
