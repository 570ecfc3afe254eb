//! A table's row → a report of a payment.

use crate::domain::ids::{BadId, OrderId, ProductId, TransactionId};
use crate::domain::money::{Currency, Money};
use crate::domain::return_period::ReturnPeriod;
use crate::domain::sale::incoming::PaymentReport;
use crate::domain::sale::transaction::{
    Customer, Kind, KindAndStatus, Method, PaymentPlan, Product, SaleStatus, Transaction,
};
use crate::domain::time::Timestamp;
use crate::import::column::Column;
use crate::import::fault::{Fault, FaultCode, shown};
use crate::import::provider::TableProvider;
use crate::import::settings::{DateForm, DecimalSign, ImportSettings};
use crate::import::table::amounts::{self, BadAmount, SignedAmount};
use crate::import::table::dates;
use crate::import::table::headers::Header;
use crate::import::words::{self, StatusWord};
use csv::StringRecord;

/// How a file writes amounts and dates, decided for the whole file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Notation {
    pub decimal: DecimalSign,
    /// `None` if the file has no date that could be read in two ways.
    pub dates: Option<DateForm>,
}

/// A row with everything needed to read it.
pub struct TableRow<'a> {
    pub record: &'a StringRecord,
    pub header: &'a Header,
    pub provider: &'static dyn TableProvider,
    pub notation: Notation,
    pub settings: &'a ImportSettings,
}

impl TableRow<'_> {
    pub fn report(&self) -> Result<PaymentReport, Fault> {
        self.header.check_count(self.record)?;
        let order = self.id(Column::OrderId, OrderId::new)?;
        let rate_number = self.rate_number()?;
        let (id, id_is_made_up) = self.transaction_id(&order, rate_number)?;
        let (entry, is_test) = self.entry()?;
        let paid_at = self.time(Column::PaidAt)?.ok_or_else(|| self.missing(Column::PaidAt))?;
        let transaction = Transaction {
            id,
            id_is_made_up,
            order,
            products: self.products()?,
            customer: self.customer(),
            amount: self.amount(entry)?,
            method: self.method()?,
            plan: self.plan()?,
            entry,
            ordered_at: self.time(Column::OrderedAt)?,
            paid_at,
            rate_number,
            return_period: self.return_period()?,
            is_test,
        };
        Ok(PaymentReport { transaction, as_of: self.time(Column::AsOf)? })
    }

    /// The cell, trimmed; `None` if it is empty or the file does not have the column.
    fn cell(&self, column: Column) -> Option<&str> {
        let cell = self.header.cell(self.record, column)?.trim();
        (!cell.is_empty()).then_some(cell)
    }

    fn text(&self, column: Column) -> String {
        self.cell(column).unwrap_or_default().to_owned()
    }

    fn missing(&self, column: Column) -> Fault {
        Fault::missing(self.header.name(column))
    }

    fn fault(&self, code: FaultCode, column: Column, message: impl Into<String>) -> Fault {
        Fault::of_field(code, self.header.name(column), message)
    }

    fn id<T>(&self, column: Column, new: fn(&str) -> Result<T, BadId>) -> Result<T, Fault> {
        let cell = self.cell(column).ok_or_else(|| self.missing(column))?;
        new(cell).map_err(|bad| self.bad_id(column, &bad, cell))
    }

    fn transaction_id(&self, order: &OrderId, rate_number: Option<u32>) -> Result<(TransactionId, bool), Fault> {
        if self.header.position(Column::TransactionId).is_some() {
            return Ok((self.id(Column::TransactionId, TransactionId::new)?, false));
        }
        let generated = format!("{order}-{}", rate_number.unwrap_or(1));
        let id = TransactionId::new(&generated).map_err(|bad| self.bad_id(Column::OrderId, &bad, &generated))?;
        Ok((id, true))
    }

    fn bad_id(&self, column: Column, bad: &BadId, text: &str) -> Fault {
        self.fault(FaultCode::BadId, column, format!("{bad}: `{}`", shown(text)))
    }

    fn rate_number(&self) -> Result<Option<u32>, Fault> {
        let expected = "the number of an instalment, such as 3";
        self.known(Column::RateNumber, expected, words::rate_number).map(Option::flatten)
    }

    fn time(&self, column: Column) -> Result<Option<Timestamp>, Fault> {
        let Some(cell) = self.cell(column) else {
            return Ok(None);
        };
        let at = dates::read(cell, self.notation.dates, self.settings.zone);
        let fault = || {
            let expected = "a date such as 2026-03-25 or 25.03.2026 between 1970 and 9999";
            self.fault(FaultCode::BadDate, column, format!("`{}` is not {expected}", shown(cell)))
        };
        at.map(Some).ok_or_else(fault)
    }

    fn currency(&self) -> Result<Currency, Fault> {
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

    fn amount(&self, entry: KindAndStatus) -> Result<Money, Fault> {
        let cell = self.cell(Column::Amount).ok_or_else(|| self.missing(Column::Amount))?;
        let amount = amounts::read(cell, self.notation.decimal, self.currency()?);
        let amount = amount.map_err(|bad| match bad {
            BadAmount::Amount(message) => self.fault(FaultCode::BadAmount, Column::Amount, message),
            BadAmount::Currency(message) => self.fault(FaultCode::BadCurrency, Column::Amount, message),
        })?;
        self.check_sign(amount, entry, cell)?;
        Ok(amount.amount)
    }

    /// A negative payment must be called a refund: as a sale it could be refunded, which would pay the customer twice.
    fn check_sign(&self, amount: SignedAmount, entry: KindAndStatus, cell: &str) -> Result<(), Fault> {
        let is_harmless = match entry {
            KindAndStatus::Sale(status) => matches!(status, SaleStatus::Refunded | SaleStatus::ChargedBack),
            KindAndStatus::Refund(_) | KindAndStatus::Chargeback(_) => true,
        };
        if !amount.is_negative || is_harmless || self.cell(Column::Kind).is_some() {
            return Ok(());
        }
        let message = format!("`{}` is negative, and no column says that the row is a refund", shown(cell));
        Err(self.fault(FaultCode::BadAmount, Column::Amount, message))
    }

    /// The kind with its status, and whether the row is a test.
    fn entry(&self) -> Result<(KindAndStatus, bool), Fault> {
        let status = self.cell(Column::Status);
        let word = status.map(StatusWord::new);
        let kind = self.kind(word.as_ref())?;
        let entry = match status {
            Some(cell) => self.known_entry(cell, kind)?,
            None => words::without_status(kind, self.settings.status),
        };
        let is_test = self.known(Column::Test, "true or false", words::yes_or_no)?.unwrap_or(false);
        Ok((entry, is_test || word.is_some_and(|word| word.is_test)))
    }

    fn kind(&self, status: Option<&StatusWord>) -> Result<Kind, Fault> {
        let expected = "a kind: sale, refund or chargeback";
        let kind = self.known(Column::Kind, expected, |cell| self.provider.kind(cell))?;
        Ok(kind.or_else(|| status?.implies()).unwrap_or(Kind::Sale))
    }

    fn known_entry(&self, cell: &str, kind: Kind) -> Result<KindAndStatus, Fault> {
        let message = || format!("`{}` is not a status of a {kind}", shown(cell));
        self.provider.entry(cell, kind).ok_or_else(|| self.fault(FaultCode::BadValue, Column::Status, message()))
    }

    fn products(&self) -> Result<Vec<Product>, Fault> {
        let id = match self.cell(Column::ProductId) {
            Some(_) => Some(self.id(Column::ProductId, ProductId::new)?),
            None => None,
        };
        let name = self.text(Column::ProductName);
        let is_named = id.is_some() || !name.is_empty();
        Ok(is_named.then_some(Product { is_addon: false, id, name }).into_iter().collect())
    }

    fn customer(&self) -> Customer {
        Customer {
            name: self.text(Column::CustomerName),
            email: self.text(Column::CustomerEmail),
            country: self.text(Column::Country),
        }
    }

    fn method(&self) -> Result<Method, Fault> {
        let expected = "a method: card, sepa, paypal, sofort, klarna, invoice, sequra, test, other or unknown";
        Ok(self.known(Column::Method, expected, |cell| self.provider.method(cell))?.unwrap_or(Method::Unknown))
    }

    fn plan(&self) -> Result<PaymentPlan, Fault> {
        let expected = "a plan: one_time, installments, subscription or unknown";
        Ok(self.known(Column::Plan, expected, |cell| self.provider.plan(cell))?.unwrap_or(PaymentPlan::Unknown))
    }

    fn return_period(&self) -> Result<Option<ReturnPeriod>, Fault> {
        let expected = "a return period: a number of days, or none";
        self.known(Column::ReturnPeriod, expected, |cell| cell.to_lowercase().parse().ok())
    }

    /// The cell as `read` understands it, else a fault that says what was expected.
    fn known<T>(&self, column: Column, expected: &str, read: impl Fn(&str) -> Option<T>) -> Result<Option<T>, Fault> {
        let Some(cell) = self.cell(column) else {
            return Ok(None);
        };
        let message = || format!("`{}` is not {expected}", shown(cell));
        read(cell).map(Some).ok_or_else(|| self.fault(FaultCode::BadValue, column, message()))
    }
}
