//! What a customer is told of a refund: the facts, as they are true on the day of the message. The words are the
//! output's.
//!
//! Nothing is promised: of a refund that is only marked the window is said under the condition that it is carried out
//! on the day of the message, whenever it was marked.

mod country;

use crate::domain::ids::{RefundId, TransactionId};
use crate::domain::money::Money;
use crate::domain::refund::{Refund, RefundState, RefundStatus};
use crate::domain::rules::policy::Policy;
use crate::domain::rules::window::{CHARGEBACK_DAYS, Window};
use crate::domain::sale::record::SaleRecord;
use crate::domain::sale::transaction::{Customer, Method, Product};
use crate::domain::string_enum::string_enum;
use crate::domain::time::days_after;
use chrono::NaiveDate;
use std::fmt;

string_enum! {
    /// The languages that a message can be written in: those of the platform's markets.
    Language, "language" {
        French = "fr",
        German = "de",
        English = "en",
    }
}

impl Language {
    /// The one language of a country, by its name or ISO code; `None` where it has another one, or several.
    pub fn of_country(country: &str) -> Option<Self> {
        country::language(country)
    }
}

/// The facts of a message about one refund.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Notice {
    pub refund: Refund,
    pub customer: Customer,
    /// What was paid for, main product first.
    pub products: Vec<Product>,
    pub paid: Money,
    pub paid_on: NaiveDate,
    pub method: Method,
    /// The day of the message.
    pub today: NaiveDate,
    pub progress: Progress,
    pub arrival: Arrival,
    pub debit: Option<Debit>,
}

/// How far the refund is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Progress {
    /// Decided, and nothing more.
    Marked,
    /// Carried out by the vendor; nobody confirmed it yet.
    Submitted { on: NaiveDate },
    /// Confirmed. The two days are one where nobody said when it was carried out.
    Succeeded { carried_out_on: NaiveDate, on: NaiveDate },
}

/// When the money comes, as seen from the day of the message.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Arrival {
    /// If it is carried out on the day of the message.
    IfCarriedOutToday(Span),
    /// The window lies ahead.
    Expected(Span),
    /// The window has begun: its last day is what still matters.
    Until(NaiveDate),
    /// The window is over.
    Late(NaiveDate),
}

/// Two days, both included, which may be one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Span {
    pub from: NaiveDate,
    pub by: NaiveDate,
}

/// The customer could have the bank take the debit back as well.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Debit {
    /// It is known that there was a debit.
    pub is_certain: bool,
    /// The last day on which no reason has to be given.
    pub until: NaiveDate,
}

/// Why there is nothing to tell a customer.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Untellable {
    #[error("{refund} {}: there is no refund to tell the customer of", has_ended(*.status))]
    Ended { refund: RefundId, status: RefundStatus },
    #[error("{refund} is a refund of the test payment {sale}: no money was taken")]
    TestPayment { refund: RefundId, sale: TransactionId },
    #[error("{refund} is only marked, and the bank has taken the money of {sale} back: it would be paid twice")]
    ChargedBack { refund: RefundId, sale: TransactionId },
}

fn has_ended(status: RefundStatus) -> &'static str {
    match status {
        RefundStatus::Cancelled => "was cancelled",
        RefundStatus::Reversed => "was reversed by the platform",
        _ => "has failed",
    }
}

impl Untellable {
    /// The stable code.
    pub fn code(&self) -> &'static str {
        match self {
            Self::Ended { .. } => "nothing_to_tell",
            Self::TestPayment { .. } => "test_payment",
            Self::ChargedBack { .. } => "charged_back",
        }
    }

    pub fn refund(&self) -> &RefundId {
        match self {
            Self::Ended { refund, .. } | Self::TestPayment { refund, .. } | Self::ChargedBack { refund, .. } => refund,
        }
    }
}

impl Notice {
    /// What is to be told today of a refund of the record's sale.
    pub fn of(refund: &Refund, record: &SaleRecord, policy: &Policy, today: NaiveDate) -> Result<Self, Untellable> {
        let payment = &record.payment;
        let (id, sale) = (refund.id.clone(), payment.id.clone());
        if payment.is_test {
            return Err(Untellable::TestPayment { refund: id, sale });
        }
        let progress = match refund.state {
            RefundState::Marked if record.is_charged_back() => {
                return Err(Untellable::ChargedBack { refund: id, sale });
            }
            RefundState::Marked => Progress::Marked,
            RefundState::Submitted { on } => Progress::Submitted { on },
            RefundState::Succeeded { on, carried_out_on } => Progress::Succeeded { carried_out_on, on },
            RefundState::Failed { .. } | RefundState::Cancelled { .. } | RefundState::Reversed { .. } => {
                return Err(Untellable::Ended { refund: id, status: refund.status() });
            }
        };
        Ok(Self {
            refund: refund.clone(),
            customer: payment.customer.clone(),
            products: payment.products.clone(),
            paid: payment.amount,
            paid_on: record.paid_on(policy.zone),
            method: payment.method,
            today,
            progress,
            arrival: progress.arrival(payment.method, policy, today),
            debit: debit(record, policy, today),
        })
    }

    /// Less than was paid.
    pub fn is_partial(&self) -> bool {
        self.paid.exceeds(self.refund.amount).unwrap_or(false)
    }
}

impl Progress {
    /// The window of what was carried out is counted from that day.
    fn arrival(self, method: Method, policy: &Policy, today: NaiveDate) -> Arrival {
        let (day, basis) = match self {
            Self::Marked => (today, RefundStatus::Marked),
            Self::Submitted { on } => (on, RefundStatus::Submitted),
            Self::Succeeded { carried_out_on, .. } => (carried_out_on, RefundStatus::Succeeded),
        };
        let Window { from, by, .. } = Window::counted(day, basis, method, &policy.settlement, &policy.calendar);
        match self {
            Self::Marked => Arrival::IfCarriedOutToday(Span { from, by }),
            _ if today > by => Arrival::Late(by),
            _ if today > from => Arrival::Until(by),
            _ => Arrival::Expected(Span { from, by }),
        }
    }
}

/// Whoever was debited can ask the bank for eight weeks, unless the bank has taken the money back already. Where
/// nobody knows how it was paid, it may have been a debit.
fn debit(record: &SaleRecord, policy: &Policy, today: NaiveDate) -> Option<Debit> {
    let method = record.payment.method;
    let may_be_debit = matches!(method, Method::Sepa | Method::Unknown);
    let until = days_after(record.paid_on(policy.zone), CHARGEBACK_DAYS);
    let is_possible = may_be_debit && today <= until && !record.is_charged_back();
    is_possible.then_some(Debit { is_certain: method == Method::Sepa, until })
}

/// An e-mail address that can stand in a header, with the name before it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Mailbox {
    /// Empty where there is none.
    pub name: String,
    /// `local@domain`, ASCII, and nothing that a header would read as more than one address.
    pub address: String,
}

impl Mailbox {
    /// `None` where `address` is not plainly one address.
    pub fn new(name: &str, address: &str) -> Option<Self> {
        let address = address.trim();
        let is_plain = |sign: char| sign.is_ascii_graphic() && !"()<>[]:;,\"\\@".contains(sign);
        let (local, domain) = address.split_once('@')?;
        let is_whole = [local, domain].iter().all(|part| {
            !part.is_empty() && part.chars().all(is_plain) && !part.starts_with('.') && !part.ends_with('.')
        });
        is_whole.then(|| Self { name: name.trim().to_owned(), address: address.to_owned() })
    }

    /// `Yoga at home <hello@example.com>`, or the address alone.
    pub fn parse(text: &str) -> Option<Self> {
        match text.trim().strip_suffix('>').and_then(|text| text.split_once('<')) {
            Some((name, address)) if !name.chars().any(char::is_control) => Self::new(name, address),
            Some(_) => None,
            None => Self::new("", text),
        }
    }
}

impl fmt::Display for Mailbox {
    /// As [`Mailbox::parse`] reads it.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.name.as_str() {
            "" => f.write_str(&self.address),
            name => write!(f, "{name} <{}>", self.address),
        }
    }
}

#[cfg(test)]
mod tests;
