//! What the configuration says about reading exports.

use crate::domain::money::Currency;
use crate::domain::sale::transaction::SaleStatus;
use crate::domain::time::Zone;
use std::collections::BTreeMap;

/// `[import]` and `[import.csv]`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ImportSettings {
    /// A bare day and a moment without an offset are of this zone.
    pub zone: Zone,
    /// The currency of files that name none.
    pub currency: Option<Currency>,
    /// The status of sales whose file names none.
    pub status: Option<SaleStatus>,
    pub csv: CsvSettings,
}

/// What decides where a CSV file could be read in two ways; `None` is "recognise it".
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct CsvSettings {
    /// The desk's column → the file's header, `transaction_id = "Transaktions-ID"`.
    pub columns: BTreeMap<String, String>,
    pub delimiter: Option<u8>,
    pub decimal: Option<DecimalSign>,
    pub dates: Option<DateForm>,
    pub encoding: Option<Encoding>,
    /// Make the transaction ID from order and rate number where the file has no such column.
    pub make_ids: bool,
}

/// Which sign parts the decimals; the other one, if it occurs, groups thousands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DecimalSign {
    Point,
    Comma,
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

/// The order of day, month and year in a date.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DateForm {
    /// `2026-03-25`
    Iso,
    /// `25.03.2026`, `25/03/2026`
    DayFirst,
    /// `03/25/2026`
    MonthFirst,
}

/// The encodings that vendors' exports come in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Encoding {
    Utf8,
    Windows1252,
}
