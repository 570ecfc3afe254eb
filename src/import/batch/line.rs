//! A row → a line of the batch, or everything that is wrong with it.

use crate::domain::batch::BatchLine;
use crate::domain::ids::{Key, TransactionId};
use crate::domain::money::{Currency, TypedAmount};
use crate::domain::refund::Reason;
use crate::domain::request::Request;
use crate::domain::string_enum::StringEnum;
use crate::import::batch::row::{BatchRow, Cells};
use crate::import::batch::{Defaults, Survey};
use crate::import::column::Column;
use crate::import::fault::{Fault, FaultCode, shown};
use crate::import::words;
use chrono::NaiveDate;

/// Everything that is left of a sale.
const ALL: &str = "all";

/// The advice for a missing amount.
pub const AMOUNT_OR_ALL: &str = "write an amount, or `all` for all that is left";

/// No amount has more characters.
const LONGEST_AMOUNT: usize = 40;

/// Reads rows, with what the file and the command line say for all of them.
#[derive(Debug)]
pub struct Reader<'a> {
    pub defaults: &'a Defaults,
    pub today: NaiveDate,
    pub survey: &'a Survey,
}

impl Reader<'_> {
    /// No faults at all are an error too: then the only mistake is that the file has no reasons.
    pub fn line(&self, row: BatchRow) -> Result<BatchLine, Vec<Fault>> {
        let BatchRow { line, cells, mut faults } = row;
        let Some(cells) = cells else { return Err(faults.0) };
        let sale = faults.keep(sale(&cells));
        let currency = faults.keep(self.currency(&cells)).flatten();
        let amount = faults.keep(self.amount(&cells, currency));
        let reason = faults.keep(self.reason(&cells)).flatten();
        let note = faults.keep(self.note(&cells, reason));
        let asked_on = faults.keep(self.asked_on(&cells));
        let goodwill = faults.keep(self.goodwill(&cells));
        let key = faults.keep(key(&cells));
        let again = self.defaults.again;
        match (sale, amount, reason, note, asked_on, goodwill, key) {
            (Some(sale), Some(amount), Some(reason), Some(note), Some(asked_on), Some(goodwill), Some(key))
                if faults.0.is_empty() =>
            {
                let request = Request { amount, reason, note, asked_on, goodwill, again };
                Ok(BatchLine { line, sale, request, key })
            }
            _ => Err(faults.0),
        }
    }

    /// The line's own currency. If one line has a currency, every line with an amount needs one.
    fn currency(&self, cells: &Cells) -> Result<Option<Currency>, Fault> {
        let has_amount = !matches!(cells.text(Column::Amount), "" | ALL);
        match cells.text(Column::Currency) {
            "" if has_amount && self.survey.has(Column::Currency) => {
                fault(FaultCode::MissingField, Column::Currency, "the amount has no currency")
            }
            "" => Ok(None),
            text => text.parse().map(Some).or_else(|_| {
                let message = format!("`{}` is not a currency code such as EUR", shown(text));
                fault(FaultCode::BadCurrency, Column::Currency, message)
            }),
        }
    }

    fn amount(&self, cells: &Cells, currency: Option<Currency>) -> Result<Option<TypedAmount>, Fault> {
        match cells.text(Column::Amount) {
            "" if self.survey.has(Column::Amount) => {
                fault(FaultCode::MissingField, Column::Amount, format!("it is missing or empty: {AMOUNT_OR_ALL}"))
            }
            "" | ALL => Ok(None),
            text => amount(text, currency).map(Some),
        }
    }

    /// `None` if the file has no reasons at all, which is one mistake of the file.
    fn reason(&self, cells: &Cells) -> Result<Option<Reason>, Fault> {
        match (cells.text(Column::Reason), self.defaults.reason) {
            ("", None) if self.survey.has_reasons => {
                fault(FaultCode::MissingReason, Column::Reason, "this line has no reason, but others have one")
            }
            ("", default) => Ok(default),
            (text, _) => text.parse().map(Some).or_else(|_| {
                let message = format!("`{}` is not a reason: use one of {}", shown(text), Reason::words().join(", "));
                fault(FaultCode::BadValue, Column::Reason, message)
            }),
        }
    }

    fn note(&self, cells: &Cells, reason: Option<Reason>) -> Result<Option<String>, Fault> {
        match cells.text(Column::Note) {
            "" if reason == Some(Reason::OutOfStock) && self.defaults.note.is_none() => {
                let message = "out-of-stock needs a note that says what could not be delivered";
                fault(FaultCode::MissingNote, Column::Note, message)
            }
            "" => Ok(self.defaults.note.clone()),
            text if text.contains('\0') => fault(FaultCode::BadValue, Column::Note, "it contains a NUL"),
            text => Ok(Some(text.to_owned())),
        }
    }

    fn asked_on(&self, cells: &Cells) -> Result<Option<NaiveDate>, Fault> {
        let text = cells.text(Column::AskedOn);
        if text.is_empty() {
            return Ok(self.defaults.asked_on);
        }
        // The parser also accepts `2026-3-5`.
        let date = text.parse().ok().filter(|date: &NaiveDate| date.to_string() == text);
        match date {
            None => {
                fault(FaultCode::BadDate, Column::AskedOn, format!("`{}` is not a day such as 2026-03-25", shown(text)))
            }
            Some(day) if day > self.today => {
                let message = format!("{day} is in the future: today is {}", self.today);
                fault(FaultCode::BadDate, Column::AskedOn, message)
            }
            Some(day) => Ok(Some(day)),
        }
    }

    fn goodwill(&self, cells: &Cells) -> Result<bool, Fault> {
        let text = cells.text(Column::Goodwill);
        let goodwill = if text.is_empty() { Some(self.defaults.goodwill) } else { words::yes_or_no(text) };
        let has_note = self.defaults.note.is_some() || !cells.text(Column::Note).is_empty();
        match goodwill {
            None => {
                fault(FaultCode::BadValue, Column::Goodwill, format!("`{}` is neither true nor false", shown(text)))
            }
            Some(true) if !has_note => {
                fault(FaultCode::MissingNote, Column::Goodwill, "goodwill needs a note that says why")
            }
            Some(goodwill) => Ok(goodwill),
        }
    }
}

fn fault<T>(code: FaultCode, column: Column, message: impl Into<String>) -> Result<T, Fault> {
    Err(Fault::of_field(code, column.word(), message))
}

fn sale(cells: &Cells) -> Result<TransactionId, Fault> {
    match cells.text(Column::TransactionId) {
        "" => fault(FaultCode::MissingField, Column::TransactionId, "it is missing or empty"),
        text => {
            TransactionId::new(text).or_else(|error| fault(FaultCode::BadId, Column::TransactionId, error.to_string()))
        }
    }
}

fn key(cells: &Cells) -> Result<Option<Key>, Fault> {
    match cells.text(Column::Key) {
        "" => Ok(None),
        text => Key::new(text).map(Some).or_else(|error| fault(FaultCode::BadKey, Column::Key, error.to_string())),
    }
}

/// The amount, as far as it can be checked without its sale.
fn amount(text: &str, currency: Option<Currency>) -> Result<TypedAmount, Fault> {
    let fault = |code, message| Fault::of_field(code, Column::Amount.word(), message);
    let bad = || {
        let message = format!("`{}` is not an amount: write 12.50, 12,50, 12.50 EUR or all", shown(text));
        fault(FaultCode::BadAmount, message)
    };
    let typed = (text.len() <= LONGEST_AMOUNT).then(|| text.parse::<TypedAmount>().ok()).flatten().ok_or_else(bad)?;
    let typed = match currency {
        None => typed,
        Some(own) => typed.of_currency(own).ok_or_else(|| {
            fault(FaultCode::CurrencyMismatch, format!("`{text}` contradicts the line's currency {own}"))
        })?,
    };
    typed.check().map_err(|problem| fault(FaultCode::BadAmount, problem.to_string()))?;
    Ok(typed)
}
