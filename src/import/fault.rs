//! What is wrong with a row: the field, the value and what was expected.

use crate::domain::sale::incoming::{Evidence, Reject, RowNote};
use crate::domain::string_enum::string_enum;

string_enum! {
    /// Why a row is not taken; the words are stable.
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
        UnknownColumn = "unknown_column",
        DuplicateColumn = "duplicate_column",
        MissingReason = "missing_reason",
        MissingNote = "missing_note",
        BadKey = "bad_key",
        /// Money of a sale went back in part, and the row does not say how much.
        PartlyRefunded = "partly_refunded",
        /// An event type that is not known and speaks of a refund or chargeback.
        UnknownEvent = "unknown_event",
        /// Another row of the file has the same made-up ID.
        SameMadeUpId = "same_made_up_id",
        /// The amount's currency is not the line's.
        CurrencyMismatch = "currency_mismatch",
    }
}

/// What is wrong with a row, without its place.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fault {
    pub code: FaultCode,
    /// The file's own name for the column or field.
    pub column: Option<String>,
    pub message: String,
    /// What the row says about money that went back.
    pub evidence: Option<Box<Evidence>>,
}

impl Fault {
    pub fn of_row(code: FaultCode, message: impl Into<String>) -> Self {
        Self { code, column: None, message: message.into(), evidence: None }
    }

    pub fn of_field(code: FaultCode, column: &str, message: impl Into<String>) -> Self {
        Self { code, column: Some(column.to_owned()), message: message.into(), evidence: None }
    }

    pub fn missing(column: &str) -> Self {
        Self::of_field(FaultCode::MissingField, column, format!("`{column}` is missing or empty"))
    }

    pub fn with(self, evidence: Option<Evidence>) -> Self {
        Self { evidence: evidence.map(Box::new).or(self.evidence), ..self }
    }

    pub fn at(self, file: &str, line: u64, notes: Vec<RowNote>) -> Reject {
        Reject {
            file: file.to_owned(),
            line,
            column: self.column,
            code: self.code.word(),
            message: self.message,
            evidence: self.evidence,
            notes,
        }
    }
}

/// The most characters of a value that a message shows.
const SHOWN: usize = 40;

/// A value as a message shows it; only the beginning of a long one.
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
