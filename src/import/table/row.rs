//! A table's row → a report of a payment.

use crate::domain::ids::{BadId, OrderId, ProductId, TransactionId};
use crate::domain::money::{Currency, Money};
use crate::domain::return_period::ReturnPeriod;
use crate::domain::sale::incoming::{Evidence, PaymentReport, Row};
use crate::domain::sale::transaction::{
    Customer, Kind, KindAndStatus, Method, PaymentPlan, PlatformStatus, Product, SaleStatus, Transaction,
};
use crate::domain::time::Timestamp;
use crate::import::column::Column;
use crate::import::fault::{Fault, FaultCode, shown};
use crate::import::notes::Notes;
use crate::import::provider::TableProvider;
use crate::import::settings::{DateForm, DecimalSign, ImportSettings};
use crate::import::table::amounts::{self, BadAmount};
use crate::import::table::dates;
use crate::import::table::headers::Header;
use crate::import::words::{self, Claims, Decision, Statement};
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
    pub notes: &'a Notes,
}

impl TableRow<'_> {
    /// What the row says: usually one payment. A sale of which a part went back is followed by that refund, or by a
    /// reject if the row does not say how much.
    pub fn read(&self) -> Vec<Result<Row, Fault>> {
        let claims = self.claims();
        let decision = claims.decide();
        let has_all_cells = self.header.check_count(self.record).is_ok();
        if has_all_cells && decision == Decision::Aside {
            return vec![Ok(Row::SetAside("a fee, or a payout, transfer or hold of the vendor's money".to_owned()))];
        }
        self.payments(&claims, decision).unwrap_or_else(|fault| {
            let word = if has_all_cells { self.spoken(&claims) } else { self.scattered_word() };
            vec![Err(fault.with(self.evidence(word)))]
        })
    }

    fn payments(&self, claims: &Claims, decision: Decision) -> Result<Vec<Result<Row, Fault>>, Fault> {
        self.header.check_count(self.record)?;
        let entry = self.entry(claims, decision)?;
        let report = self.report(entry)?;
        self.note_words(claims, entry);
        let mut refunded = Refunded { sale: report, refund: None, doubt: None };
        if matches!(decision, Decision::OpenSale(_)) {
            refunded.doubt = Some(self.partly_refunded(Column::Status));
        }
        if entry.kind() == Kind::Sale && !refunded.sale.transaction.is_test {
            self.add_refunded(&mut refunded);
        }
        let Refunded { sale, refund, doubt } = refunded;
        let doubt = doubt.map(|fault| {
            Err(fault.with(self.evidence(self.spoken(claims)).map(|each| Evidence { amount: None, ..each })))
        });
        let refund = refund.map(|refund| Ok(Row::Payment(Box::new(refund))));
        Ok([Ok(Row::Payment(Box::new(sale)))].into_iter().chain(refund).chain(doubt).collect())
    }

    fn report(&self, entry: KindAndStatus) -> Result<PaymentReport, Fault> {
        let (id, id_is_made_up) = self.transaction_id()?;
        let paid_at = self.time(Column::PaidAt)?.ok_or_else(|| self.missing(Column::PaidAt))?;
        let transaction = Transaction {
            id,
            id_is_made_up,
            order: self.id(Column::OrderId, OrderId::new)?,
            products: self.products(),
            customer: self.customer(),
            amount: self.amount()?,
            method: self.method(),
            plan: self.plan(),
            entry,
            ordered_at: self.notes.optional(self.time(Column::OrderedAt)),
            paid_at,
            rate_number: self.notes.optional(self.rate_number()),
            return_period: self.notes.optional(self.return_period()),
            is_test: self.is_test(),
            refund_of: self.refund_of(entry),
        };
        Ok(PaymentReport::undated(transaction, self.notes.optional(self.time(Column::AsOf))))
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

    fn entry(&self, claims: &Claims, decision: Decision) -> Result<KindAndStatus, Fault> {
        let cell = |column| shown(self.cell(column).unwrap_or_default());
        match decision {
            Decision::Entry(entry) => Ok(entry),
            Decision::OpenSale(status) => Ok(KindAndStatus::Sale(status)),
            Decision::Negative => {
                let message =
                    format!("`{}` is negative, and no word says that the row is a refund", cell(Column::Amount));
                Err(self.fault(FaultCode::BadAmount, Column::Amount, message))
            }
            Decision::Aside | Decision::UnknownKind => {
                let word = claims.kind.as_ref().map_or(String::new(), |_| cell(Column::Kind));
                let message = format!("`{word}` is not a kind: sale, refund or chargeback");
                Err(self.fault(FaultCode::BadValue, Column::Kind, message))
            }
        }
    }

    fn note_words(&self, claims: &Claims, entry: KindAndStatus) {
        if claims.has_unknown_status(entry) {
            self.note_word(Column::Status);
        }
        _ = self.notes.optional(self.known(Column::Test, "true or false", words::yes_or_no));
    }

    fn note_word(&self, column: Column) {
        self.notes.unknown_word(self.header.name(column), self.cell(column).unwrap_or_default());
    }

    /// What the sale's own row says about the refunds of the sale.
    fn add_refunded(&self, row: &mut Refunded) {
        let status = row.sale.transaction.sale_status().unwrap_or(SaleStatus::Unknown);
        let is_blocked = matches!(status, SaleStatus::Refunded | SaleStatus::ChargedBack);
        match self.refunded_amount() {
            _ if is_blocked => {}
            Err(fault) => row.doubt = Some(fault),
            Ok(None) => self.add_flag(row),
            Ok(Some(sum)) => match sum.exceeds(row.sale.transaction.amount) {
                Ok(false) if sum != row.sale.transaction.amount => self.add_refund(row, sum),
                _ => self.set_refunded(row),
            },
        }
        if self.flag(Column::Disputed) == Some(true) {
            self.notes
                .left_out(self.header.name(Column::Disputed), "says that a sale is disputed, which is not recorded");
        }
    }

    /// `refunded` without an amount is the whole sale.
    fn add_flag(&self, row: &mut Refunded) {
        match self.flag(Column::Refunded) {
            Some(true) => self.set_refunded(row),
            Some(false) => {}
            None if self.cell(Column::Refunded).is_none_or(says_nothing) => {}
            None => row.doubt = Some(self.partly_refunded(Column::Refunded)),
        }
    }

    fn set_refunded(&self, row: &mut Refunded) {
        row.sale.transaction.entry = KindAndStatus::Sale(SaleStatus::Refunded);
        row.doubt = None;
    }

    /// The refunds of the sale, as one platform refund. The day is the report's, since the row has no other.
    fn add_refund(&self, row: &mut Refunded, sum: Money) {
        let sale = &row.sale.transaction;
        let Ok(id) = TransactionId::new(&format!("{}-refunded", sale.id)) else {
            row.doubt = Some(self.partly_refunded(Column::RefundedAmount));
            return;
        };
        let transaction = Transaction {
            id,
            id_is_made_up: true,
            amount: sum,
            entry: KindAndStatus::Refund(PlatformStatus::Succeeded),
            paid_at: row.sale.as_of.unwrap_or(sale.paid_at),
            ..sale.clone()
        };
        row.refund = Some(PaymentReport::undated(transaction, row.sale.as_of));
        row.doubt = None;
    }

    /// The total that went back; `None` if that is nothing.
    fn refunded_amount(&self) -> Result<Option<Money>, Fault> {
        let Some(cell) = self.cell(Column::RefundedAmount).filter(|cell| !says_nothing(cell)) else { return Ok(None) };
        let amount = amounts::read(cell, self.notation.decimal, self.currency()?);
        let amount = amount.map_err(|_| self.partly_refunded(Column::RefundedAmount))?.amount;
        Ok(Some(amount).filter(|amount| !amount.is_zero()))
    }

    fn flag(&self, column: Column) -> Option<bool> {
        self.cell(column).and_then(words::yes_or_no)
    }

    fn partly_refunded(&self, column: Column) -> Fault {
        let message = "money of this sale went back or may go back, and the row does not say how much";
        self.fault(FaultCode::PartlyRefunded, column, message)
    }

    /// The word by which the row speaks of money that went back.
    fn spoken(&self, claims: &Claims) -> Option<String> {
        claims.spoken().or_else(|| self.refunded_word())
    }

    /// The columns of a sale's refunds have more than zero or `no`.
    fn refunded_word(&self) -> Option<String> {
        let speaks = |column| self.cell(column).is_some_and(|cell| !says_nothing(cell));
        (speaks(Column::RefundedAmount) || speaks(Column::Refunded)).then(|| "refunded".to_owned())
    }

    /// The same in a row with a cell too few or too many, in which a word can be in any column.
    fn scattered_word(&self) -> Option<String> {
        let statements = self.record.iter().map(Statement::new);
        let spoken = statements.filter(|said| said.speaks() && said.is_certain()).map(|said| said.word).next();
        let is_negative = self.cell(Column::Amount).is_some_and(is_negative);
        spoken.or_else(|| is_negative.then(|| "negative amount".to_owned())).or_else(|| self.refunded_word())
    }

    /// Test rows say nothing about money.
    fn evidence(&self, word: Option<String>) -> Option<Evidence> {
        let word = word.filter(|_| !self.is_test())?;
        let cell = |column| self.cell(column);
        let amount = || amounts::read(cell(Column::Amount)?, self.notation.decimal, self.currency().ok()?).ok();
        Some(Evidence {
            source: self.provider.word(),
            word,
            order: cell(Column::OrderId).and_then(|text| OrderId::new(text).ok()),
            transaction: cell(Column::TransactionId).and_then(|text| TransactionId::new(text).ok()),
            amount: amount().map(|signed| signed.amount),
            on: self.time(Column::PaidAt).ok().flatten().map(|at| self.settings.zone.day_of(at)),
        })
    }

    /// The made-up ID of a row that is a payment.
    pub fn made_up_id(&self) -> Option<String> {
        let decision = self.claims().decide();
        let is_payment = matches!(decision, Decision::Entry(_) | Decision::OpenSale(_));
        (is_payment && self.header.check_count(self.record).is_ok()).then(|| self.made_up().ok()).flatten()
    }

    /// What tells the row apart from others: the kind as it is decided, and any other cell as it is written.
    pub fn value(&self, column: Column) -> String {
        match column {
            Column::Kind => match self.claims().decide() {
                Decision::Entry(entry) => entry.kind().word().to_owned(),
                _ => Kind::Sale.word().to_owned(),
            },
            column => self.text(column),
        }
    }

    fn made_up(&self) -> Result<String, Fault> {
        let part = |column: &Column| match column {
            Column::OrderId => Ok(self.id(Column::OrderId, OrderId::new)?.to_string()),
            Column::RateNumber => Ok(self.rate_number()?.unwrap_or(1).to_string()),
            column => Ok(self.value(*column)),
        };
        Ok(self.settings.csv.make_ids.iter().map(part).collect::<Result<Vec<String>, Fault>>()?.join("-"))
    }

    /// The row meets another one under the same made-up ID.
    pub fn same_made_up_id(&self, id: &str, other: u64, apart: Option<Column>) -> Fault {
        let mut columns: Vec<String> =
            self.settings.csv.make_ids.iter().map(|column| format!("\"{column}\"")).collect();
        columns.extend(apart.map(|column| format!("\"{column}\"")));
        let hint = match apart {
            Some(_) => format!("if they are two payments, set make_ids = [{}]", columns.join(", ")),
            None => "no column tells the two apart".to_owned(),
        };
        let message = format!("line {other} has the same made-up ID `{}`: {hint}", shown(id));
        let fault = Fault::of_row(FaultCode::SameMadeUpId, message);
        fault.with(self.evidence(self.spoken(&self.claims())))
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

    fn transaction_id(&self) -> Result<(TransactionId, bool), Fault> {
        if self.header.position(Column::TransactionId).is_some() {
            return Ok((self.id(Column::TransactionId, TransactionId::new)?, false));
        }
        let made_up = self.made_up()?;
        let id = TransactionId::new(&made_up).map_err(|bad| self.bad_id(Column::OrderId, &bad, &made_up))?;
        Ok((id, true))
    }

    /// Other rows than refunds and chargebacks refer to payments, too; that says nothing about money that went back.
    fn refund_of(&self, entry: KindAndStatus) -> Option<TransactionId> {
        self.cell(Column::RefundOf).filter(|_| entry.kind() != Kind::Sale)?;
        self.notes.optional(self.id(Column::RefundOf, TransactionId::new).map(Some))
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

    fn amount(&self) -> Result<Money, Fault> {
        let cell = self.cell(Column::Amount).ok_or_else(|| self.missing(Column::Amount))?;
        let amount = amounts::read(cell, self.notation.decimal, self.currency()?);
        let amount = amount.map_err(|bad| match bad {
            BadAmount::Amount(message) => self.fault(FaultCode::BadAmount, Column::Amount, message),
            BadAmount::Currency(message) => self.fault(FaultCode::BadCurrency, Column::Amount, message),
        })?;
        Ok(amount.amount)
    }

    fn is_test(&self) -> bool {
        self.flag(Column::Test) == Some(true)
            || self.cell(Column::Status).is_some_and(|cell| Statement::of(cell).is_test)
    }

    pub fn products(&self) -> Vec<Product> {
        let id = match self.cell(Column::ProductId) {
            Some(_) => self.notes.optional(self.id(Column::ProductId, ProductId::new).map(Some)),
            None => None,
        };
        let name = self.text(Column::ProductName);
        let is_named = id.is_some() || !name.is_empty();
        is_named.then_some(Product { is_addon: false, id, name }).into_iter().collect()
    }

    fn customer(&self) -> Customer {
        Customer {
            name: self.text(Column::CustomerName),
            email: self.text(Column::CustomerEmail),
            country: self.text(Column::Country),
        }
    }

    /// A word that is not known stays an unknown method, so that the cautions of a direct debit are not lost.
    fn method(&self) -> Method {
        let Some(cell) = self.cell(Column::Method) else { return Method::Unknown };
        words::method(cell).unwrap_or_else(|| {
            self.note_word(Column::Method);
            Method::Unknown
        })
    }

    fn plan(&self) -> PaymentPlan {
        let Some(cell) = self.cell(Column::Plan) else { return PaymentPlan::Unknown };
        words::plan(cell).unwrap_or_else(|| {
            self.note_word(Column::Plan);
            PaymentPlan::Unknown
        })
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

/// A sale with what its own row says about its refunds.
struct Refunded {
    sale: PaymentReport,
    refund: Option<PaymentReport>,
    /// Money went back, but not certainly how much.
    doubt: Option<Fault>,
}

/// Zero, an empty cell, `-` and words such as `no`.
fn says_nothing(cell: &str) -> bool {
    !cell.chars().any(|letter| letter.is_alphanumeric() && letter != '0') || words::yes_or_no(cell) == Some(false)
}

/// An amount above zero with a minus before or behind it, or in parentheses. `49,-` is a price without cents.
fn is_negative(cell: &str) -> bool {
    let has_sum = cell.bytes().any(|byte| matches!(byte, b'1'..=b'9'));
    let number = cell.trim().trim_end_matches([',', '.', '-', '–', '—']);
    let is_round_price = number.len() < cell.trim().len() && cell.contains([',', '.']) && {
        let rest = cell.trim().get(number.len()..).unwrap_or_default();
        rest.starts_with([',', '.'])
    };
    let has_minus = if is_round_price { number } else { cell };
    has_sum && (has_minus.contains(['-', '−', '–', '—']) || cell.trim().starts_with('(') && cell.contains(')'))
}
