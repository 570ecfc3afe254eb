//! What the configuration says about reading exports.

use crate::domain::money::Currency;
use crate::domain::sale::transaction::SaleStatus;
use crate::domain::string_enum::string_enum;
use crate::domain::time::Zone;
use crate::import::column::Column;
use std::collections::BTreeMap;

/// `[import]` and `[import.csv]`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ImportSettings {
    /// The zone of dates without a time and of times without an offset.
    pub zone: Zone,
    /// The currency of files without one.
    pub currency: Option<Currency>,
    /// The status of sales in files without one.
    pub status: Option<SaleStatus>,
    pub csv: CsvSettings,
}

/// How ambiguous CSV files are read; `None` is "recognise it".
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct CsvSettings {
    /// The desk's column → the file's header, `transaction_id = "Transaktions-ID"`.
    pub columns: BTreeMap<Column, String>,
    pub delimiter: Option<u8>,
    pub decimal: Option<DecimalSign>,
    pub dates: Option<DateForm>,
    pub encoding: Option<Encoding>,
    /// The columns of which a transaction ID is made if the file has no such column; none: it is not made.
    pub make_ids: Vec<Column>,
}

/// What a made-up ID consists of if the configuration does not name the columns.
pub const ORDER_AND_RATE: [Column; 2] = [Column::OrderId, Column::RateNumber];

string_enum! {
    /// Which sign separates the decimals; the other one groups thousands.
    DecimalSign, "decimal separator" {
        Point = ".",
        Comma = ",",
    }
}

impl DecimalSign {
    pub fn sign(self) -> char {
        match self {
            Self::Point => '.',
            Self::Comma => ',',
        }
    }

    pub fn other(self) -> Self {
        match self {
            Self::Point => Self::Comma,
            Self::Comma => Self::Point,
        }
    }
}

string_enum! {
    /// The order of day, month and year in a date.
    DateForm, "date format" {
        /// `2026-03-25`
        Iso = "iso",
        /// `25.03.2026`, `25/03/2026`
        DayFirst = "day-first",
        /// `03/25/2026`
        MonthFirst = "month-first",
    }
}

string_enum! {
    /// The encodings that vendors' exports come in.
    Encoding, "encoding" {
        Utf8 = "utf-8",
        Windows1252 = "windows-1252",
    }
}
