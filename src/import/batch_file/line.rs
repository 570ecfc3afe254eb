//! A row → a line of the batch, or all that is wrong with it.

use crate::domain::batch::BatchLine;
use crate::domain::ids::{Key, TransactionId};
use crate::domain::money::{Currency, TypedAmount};
use crate::domain::refund::Reason;
use crate::domain::request::Request;
use crate::domain::string_enum::StringEnum;
use crate::import::batch_file::problem::{Problem, ProblemCode};
use crate::import::batch_file::row::{Cells, Column, Row};
use crate::import::batch_file::{Defaults, Survey};
use crate::import::fault::shown;
use crate::import::words;
use chrono::NaiveDate;

/// All that is left of a sale.
const ALL: &str = "all";

/// No sum has so many characters; what is longer is not worth counting.
const LONGEST_SUM: usize = 40;

type Judged<T> = Result<T, (ProblemCode, String)>;

/// What a row is judged by.
#[derive(Debug)]
pub struct Judge<'a> {
    pub defaults: &'a Defaults,
    pub today: NaiveDate,
    pub(super) survey: &'a Survey,
}

impl Judge<'_> {
    /// No problems at all are an error where only the file's own mistake stands in the way.
    pub fn line(&self, row: Row<'_>) -> Result<BatchLine, Vec<Problem>> {
        let Row { line, cells, mut faults } = row;
        let Some(cells) = cells else { return Err(faults.into_problems()) };
        let sale = faults.keep(Column::TransactionId, sale(&cells));
        let currency = faults.keep(Column::Currency, self.currency(&cells)).flatten();
        let amount = faults.keep(Column::Amount, self.amount(&cells, currency));
        let reason = faults.keep(Column::Reason, self.reason(&cells)).flatten();
        let note = faults.keep(Column::Note, self.note(&cells));
        let asked_on = faults.keep(Column::AskedOn, self.asked_on(&cells));
        let goodwill = faults.keep(Column::Goodwill, self.goodwill(&cells));
        let key = faults.keep(Column::Key, key(&cells));
        let again = self.defaults.again;
        match (sale, amount, reason, note, asked_on, goodwill, key) {
            (Some(sale), Some(amount), Some(reason), Some(note), Some(asked_on), Some(goodwill), Some(key))
                if faults.is_empty() =>
            {
                let request = Request { amount, reason, note, asked_on, goodwill, again };
                Ok(BatchLine { line, sale, request, key })
            }
            _ => Err(faults.into_problems()),
        }
    }

    /// The line's own currency; beside a sum, a file that has any has one in every line.
    fn currency(&self, cells: &Cells<'_>) -> Judged<Option<Currency>> {
        let has_sum = !matches!(cells.text(Column::Amount), "" | ALL);
        match cells.text(Column::Currency) {
            "" if has_sum && self.survey.has(Column::Currency) => {
                Err((ProblemCode::MissingField, "the sum has no currency beside it".into()))
            }
            "" => Ok(None),
            text => text.parse().map(Some).map_err(|_| {
                (ProblemCode::BadCurrency, format!("`{}` is not a currency code such as EUR", shown(text)))
            }),
        }
    }

    fn amount(&self, cells: &Cells<'_>, currency: Option<Currency>) -> Judged<Option<TypedAmount>> {
        match cells.text(Column::Amount) {
            "" if self.survey.has(Column::Amount) => {
                let message = "it is missing or empty: write a sum, or `all` for all that is left";
                Err((ProblemCode::MissingField, message.into()))
            }
            "" | ALL => Ok(None),
            text => sum(text, currency).map(Some),
        }
    }

    /// `None` where the file has no reasons at all, which is said once.
    fn reason(&self, cells: &Cells<'_>) -> Judged<Option<Reason>> {
        match (cells.text(Column::Reason), self.defaults.reason) {
            ("", None) if self.survey.has_reasons => {
                Err((ProblemCode::MissingReason, "the line does not say why, as others do".into()))
            }
            ("", default) => Ok(default),
            (text, _) => text.parse().map(Some).map_err(|_| {
                let known = Reason::words().join(", ");
                (ProblemCode::BadValue, format!("`{}` is not a reason: it is one of {known}", shown(text)))
            }),
        }
    }

    fn note(&self, cells: &Cells<'_>) -> Judged<Option<String>> {
        match cells.text(Column::Note) {
            "" => Ok(self.defaults.note.clone()),
            text if text.contains('\0') => Err((ProblemCode::BadValue, "it has a NUL in it".into())),
            text => Ok(Some(text.to_owned())),
        }
    }

    fn asked_on(&self, cells: &Cells<'_>) -> Judged<Option<NaiveDate>> {
        let text = cells.text(Column::AskedOn);
        if text.is_empty() {
            return Ok(self.defaults.asked_on);
        }
        // The parser forgives what only looks like a date, such as `2026-3-5`.
        let date = text.parse().ok().filter(|date: &NaiveDate| date.to_string() == text);
        match date {
            None => Err((ProblemCode::BadDate, format!("`{}` is not a day such as 2026-03-25", shown(text)))),
            Some(day) if day > self.today => {
                Err((ProblemCode::BadDate, format!("{day} is in the future: today is {}", self.today)))
            }
            Some(day) => Ok(Some(day)),
        }
    }

    fn goodwill(&self, cells: &Cells<'_>) -> Judged<bool> {
        let text = cells.text(Column::Goodwill);
        let goodwill = if text.is_empty() { Some(self.defaults.goodwill) } else { words::yes_or_no(text) };
        let has_note = self.defaults.note.is_some() || !cells.text(Column::Note).is_empty();
        match goodwill {
            None => Err((ProblemCode::BadValue, format!("`{}` is neither true nor false", shown(text)))),
            Some(true) if !has_note => Err((ProblemCode::MissingNote, "goodwill needs a note that says why".into())),
            Some(goodwill) => Ok(goodwill),
        }
    }
}

fn sale(cells: &Cells<'_>) -> Judged<TransactionId> {
    match cells.text(Column::TransactionId) {
        "" => Err((ProblemCode::MissingField, "it is missing or empty".into())),
        text => TransactionId::new(text).map_err(|error| (ProblemCode::BadId, error.to_string())),
    }
}

fn key(cells: &Cells<'_>) -> Judged<Option<Key>> {
    match cells.text(Column::Key) {
        "" => Ok(None),
        text => Key::new(text).map(Some).map_err(|error| (ProblemCode::BadKey, error.to_string())),
    }
}

/// The sum, as far as it can be judged without its sale.
fn sum(text: &str, currency: Option<Currency>) -> Judged<TypedAmount> {
    let amount = (text.len() <= LONGEST_SUM).then(|| text.parse::<TypedAmount>().ok()).flatten();
    let Some(amount) = amount else {
        let message = format!("`{}` is not an amount: write 12.50, 12,50, 12.50 EUR or all", shown(text));
        return Err((ProblemCode::BadAmount, message));
    };
    let amount = match currency {
        None => amount,
        Some(beside) => amount.of_currency(beside).ok_or_else(|| {
            let message = format!("`{text}` contradicts the line's currency {beside}");
            (ProblemCode::CurrencyMismatch, message)
        })?,
    };
    match amount.check() {
        Ok(()) => Ok(amount),
        Err(problem) => Err((ProblemCode::BadAmount, problem.to_string())),
    }
}
