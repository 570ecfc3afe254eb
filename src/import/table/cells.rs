//! A row's cells, each read by its type: it is empty, understood, or a fault that names its column.

use crate::domain::ids::{BadId, OrderId};
use crate::domain::money::{Currency, Money};
use crate::domain::time::Timestamp;
use crate::import::claims::Claims;
use crate::import::column::Column;
use crate::import::fault::{Fault, FaultCode, shown};
use crate::import::notes::Notes;
use crate::import::settings::{DateForm, DecimalSign, ImportSettings};
use crate::import::statement::Statement;
use crate::import::table::amounts::{self, BadAmount, is_negative};
use crate::import::table::dates;
use crate::import::table::headers::Header;
use crate::import::words;
use csv::StringRecord;

/// How a file writes amounts and dates, decided for the whole file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Notation {
    pub decimal: DecimalSign,
    /// `None` if the file has no date that could be read in two ways.
    pub dates: Option<DateForm>,
}

/// A row with everything needed to read it.
pub struct RowCells<'a> {
    pub record: &'a StringRecord,
    pub header: &'a Header,
    /// The provider's word.
    pub source: &'static str,
    pub notation: Notation,
    pub settings: &'a ImportSettings,
    pub notes: &'a Notes,
}

impl RowCells<'_> {
    /// The cell, trimmed; `None` if it is empty or the file does not have the column.
    pub fn cell(&self, column: Column) -> Option<&str> {
        let cell = self.header.cell(self.record, column)?.trim();
        (!cell.is_empty()).then_some(cell)
    }

    pub fn text(&self, column: Column) -> String {
        self.cell(column).unwrap_or_default().to_owned()
    }

    pub fn missing(&self, column: Column) -> Fault {
        Fault::missing(self.header.name(column))
    }

    pub fn fault(&self, code: FaultCode, column: Column, message: impl Into<String>) -> Fault {
        Fault::of_field(code, self.header.name(column), message)
    }

    pub fn id<T>(&self, column: Column, new: fn(&str) -> Result<T, BadId>) -> Result<T, Fault> {
        let cell = self.cell(column).ok_or_else(|| self.missing(column))?;
        new(cell).map_err(|bad| self.bad_id(column, &bad, cell))
    }

    pub fn bad_id(&self, column: Column, bad: &BadId, text: &str) -> Fault {
        self.fault(FaultCode::BadId, column, format!("{bad}: `{}`", shown(text)))
    }

    pub fn order(&self) -> Result<OrderId, Fault> {
        self.id(Column::OrderId, OrderId::new)
    }

    pub fn time(&self, column: Column) -> Result<Option<Timestamp>, Fault> {
        let expected = "a date such as 2026-03-25 or 25.03.2026 between 1970 and 9999";
        let read = |cell: &str| dates::read(cell, self.notation.dates, self.settings.zone);
        self.read_as(FaultCode::BadDate, column, expected, read)
    }

    pub fn rate_number(&self) -> Result<Option<u32>, Fault> {
        let expected = "the number of an instalment, such as 3";
        self.value(Column::RateNumber, expected, words::rate_number).map(Option::flatten)
    }

    /// The cell as `read` understands it, else a fault that says what was expected.
    pub fn value<T>(
        &self,
        column: Column,
        expected: &str,
        read: impl Fn(&str) -> Option<T>,
    ) -> Result<Option<T>, Fault> {
        self.read_as(FaultCode::BadValue, column, expected, read)
    }

    fn read_as<T>(
        &self,
        code: FaultCode,
        column: Column,
        expected: &str,
        read: impl Fn(&str) -> Option<T>,
    ) -> Result<Option<T>, Fault> {
        let Some(cell) = self.cell(column) else { return Ok(None) };
        let bad = || self.fault(code, column, format!("`{}` is not {expected}", shown(cell)));
        read(cell).map(Some).ok_or_else(bad)
    }

    /// The meaning of the cell's word; a word without one is noted.
    pub fn word<T>(&self, column: Column, meaning: fn(&str) -> Option<T>) -> Option<T> {
        self.notes.word(self.header.name(column), self.cell(column)?, meaning)
    }

    pub fn note_word(&self, column: Column) {
        self.notes.unknown_word(self.header.name(column), self.cell(column).unwrap_or_default());
    }

    pub fn currency(&self) -> Result<Currency, Fault> {
        let Some(cell) = self.cell(Column::Currency) else {
            return self.settings.currency.ok_or_else(|| self.missing(Column::Currency));
        };
        let code = match amounts::codes_of_sign(cell) {
            [code] => code,
            _ => cell,
        };
        let message = || format!("`{}` is not a currency code such as EUR", shown(cell));
        code.parse().map_err(|_| self.fault(FaultCode::BadCurrency, Column::Currency, message()))
    }

    /// The sum in the column, without its sign.
    pub fn amount(&self, column: Column) -> Result<Money, Fault> {
        let cell = self.cell(column).ok_or_else(|| self.missing(column))?;
        amounts::read(cell, self.notation.decimal, self.currency()?).map_err(|bad| match bad {
            BadAmount::Amount(message) => self.fault(FaultCode::BadAmount, column, message),
            BadAmount::Currency(message) => self.fault(FaultCode::BadCurrency, column, message),
        })
    }

    pub fn is_true(&self, column: Column) -> bool {
        self.cell(column).and_then(words::yes_or_no) == Some(true)
    }

    pub fn is_test(&self) -> bool {
        self.is_true(Column::Test) || self.cell(Column::Status).is_some_and(|cell| Statement::of(cell).is_test)
    }

    /// What the row says about its kind.
    pub fn claims(&self) -> Claims {
        Claims {
            kind: Claims::statement(self.cell(Column::Kind)),
            status: Claims::statement(self.cell(Column::Status)),
            event: None,
            is_negative: self.cell(Column::Amount).is_some_and(is_negative),
            sales: self.settings.status,
        }
    }

    /// The row has a cell for each column, so that each cell is in its column.
    pub fn is_whole(&self) -> bool {
        self.header.check_count(self.record).is_ok()
    }
}
