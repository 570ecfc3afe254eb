//! What is wrong with a row: it names the field, the value and what was expected, and becomes a reject.

use crate::domain::sale::incoming::Reject;
use crate::domain::string_enum::string_enum;

string_enum! {
    /// Why a row is not taken; the word is a reject's code.
    FaultCode, "fault" {
        MissingField = "missing_field",
        BadId = "bad_id",
        BadAmount = "bad_amount",
        BadCurrency = "bad_currency",
        BadDate = "bad_date",
        BadValue = "bad_value",
        /// A row with more or fewer cells than the header.
        BadRow = "bad_row",
        BadJson = "bad_json",
        BadEncoding = "bad_encoding",
    }
}

/// A row's fault, before anybody knows where the row is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fault {
    pub code: FaultCode,
    /// The file's own name of the column or field.
    pub column: Option<String>,
    pub message: String,
}

impl Fault {
    pub fn of_row(code: FaultCode, message: impl Into<String>) -> Self {
        Self { code, column: None, message: message.into() }
    }

    pub fn of_field(code: FaultCode, column: &str, message: impl Into<String>) -> Self {
        Self { code, column: Some(column.to_owned()), message: message.into() }
    }

    pub fn missing(column: &str) -> Self {
        Self::of_field(FaultCode::MissingField, column, format!("`{column}` is missing or empty"))
    }

    pub fn at(self, file: &str, line: u64) -> Reject {
        Reject { file: file.to_owned(), line, column: self.column, code: self.code.word(), message: self.message }
    }
}

/// So many characters of a value are shown in a message.
const SHOWN: usize = 40;

/// A value as a message shows it: its beginning, where it is long.
pub fn shown(value: &str) -> String {
    match value.char_indices().nth(SHOWN) {
        Some((end, _)) => format!("{}…", value.get(..end).unwrap_or_default()),
        None => value.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_long_value_is_shown_by_its_beginning() {
        assert_eq!(shown("49,00"), "49,00");
        assert_eq!(shown(&"ü".repeat(41)), format!("{}…", "ü".repeat(40)));
        assert_eq!(shown(&"ü".repeat(40)), "ü".repeat(40));
    }
}
