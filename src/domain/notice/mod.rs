//! The facts that a customer is told about a refund, as of the day of the message. The output turns them into words.
//!
//! A notice promises nothing: the window of a marked refund holds only if the refund is carried out on the day of the
//! message, whenever it was marked.

mod country;

use crate::domain::ids::{RefundId, TransactionId};
use crate::domain::money::Money;
use crate::domain::refund::{Refund, RefundState, RefundStatus};
use crate::domain::rules::cautions;
use crate::domain::rules::plan::{self, Refusal};
use crate::domain::rules::policy::Policy;
use crate::domain::rules::window::{SettlementRule, Window};
use crate::domain::sale::record::SaleRecord;
use crate::domain::sale::transaction::{Customer, Method, Product};
use crate::domain::string_enum::string_enum;
use chrono::NaiveDate;
use std::fmt;

string_enum! {
    /// The languages of messages: those of the platform's markets.
    Language, "language" {
        French = "fr",
        German = "de",
        English = "en",
    }
}

impl Language {
    /// The language of a country, given by its name or ISO code; `None` if it has another language, or several.
    pub fn of_country(country: &str) -> Option<Self> {
        country::language(country)
    }
}

/// Amounts are written as in Switzerland, and German without ß, for a customer in this country.
pub fn has_swiss_forms(country: &str) -> bool {
    country::has_swiss_forms(country)
}

/// The facts of a message about a refund.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Notice {
    pub refund: Refund,
    pub customer: Customer,
    /// What was bought, the main product first.
    pub products: Vec<Product>,
    pub paid: Money,
    pub paid_on: NaiveDate,
    pub method: Method,
    /// The day of the message.
    pub today: NaiveDate,
    pub progress: Progress,
    /// `None` if no day can be given.
    pub arrival: Option<Arrival>,
    /// How many business days the money takes.
    pub settlement: SettlementRule,
    pub debit: Option<Debit>,
}

/// How far the refund has come.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Progress {
    /// Decided, and not carried out.
    Marked,
    /// Carried out by the vendor, and not confirmed yet.
    Submitted { on: NaiveDate },
    /// Confirmed. Both days are the same if the day it was carried out is unknown.
    Succeeded { carried_out_on: NaiveDate, on: NaiveDate },
}

/// When the money arrives, as seen from the day of the message.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Arrival {
    /// In these days, if the refund is carried out on the day of the message.
    IfCarriedOutToday(Span),
    /// The window is ahead.
    Expected(Span),
    /// The window has begun; this is its last day.
    Until(NaiveDate),
    /// The window is over; this was its last day.
    Late(NaiveDate),
}

/// From one day to another, both included. They can be the same day.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Span {
    pub from: NaiveDate,
    pub by: NaiveDate,
}

/// The customer could also have the debit reversed by their bank.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Debit {
    /// The payment is known to be a debit; otherwise it may have been one.
    pub is_certain: bool,
    /// The last day on which the customer needs no reason.
    pub until: NaiveDate,
}

/// Why there is no notice for a refund.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum NoNotice {
    #[error("{refund} {}, so there is no refund to notify the customer of", has_ended(*.status))]
    Ended { refund: RefundId, status: RefundStatus },
    #[error("{refund} is a refund of the test payment {sale}: no money was taken")]
    TestPayment { refund: RefundId, sale: TransactionId },
    #[error("{refund} is only marked, and {sale} was charged back; carrying it out would pay the customer twice")]
    ChargedBack { refund: RefundId, sale: TransactionId },
    #[error("{refund} would not be marked today: {why}")]
    NoLongerRight { refund: RefundId, why: Box<Refusal> },
}

fn has_ended(status: RefundStatus) -> &'static str {
    match status {
        RefundStatus::Cancelled => "was cancelled",
        RefundStatus::Reversed => "was reversed by the platform",
        _ => "has failed",
    }
}

impl NoNotice {
    /// The stable code.
    pub fn code(&self) -> &'static str {
        match self {
            Self::Ended { .. } => "nothing_to_tell",
            Self::TestPayment { .. } => "test_payment",
            Self::ChargedBack { .. } => "charged_back",
            Self::NoLongerRight { .. } => "no_longer_right",
        }
    }

    pub fn refund(&self) -> &RefundId {
        match self {
            Self::Ended { refund, .. }
            | Self::TestPayment { refund, .. }
            | Self::ChargedBack { refund, .. }
            | Self::NoLongerRight { refund, .. } => refund,
        }
    }
}

impl Notice {
    /// The notice, as of today, about a refund of the record's sale.
    pub fn of(refund: &Refund, record: &SaleRecord, policy: &Policy, today: NaiveDate) -> Result<Self, NoNotice> {
        let payment = &record.payment;
        let (id, sale) = (refund.id.clone(), payment.id.clone());
        if payment.is_test {
            return Err(NoNotice::TestPayment { refund: id, sale });
        }
        if let Some(why) = plan::no_longer_right(refund, record, policy, today).filter(|_| !record.is_charged_back()) {
            return Err(NoNotice::NoLongerRight { refund: id, why: Box::new(why) });
        }
        let progress = match refund.state {
            RefundState::Marked if record.is_charged_back() => {
                return Err(NoNotice::ChargedBack { refund: id, sale });
            }
            RefundState::Marked => Progress::Marked,
            RefundState::Submitted { on } => Progress::Submitted { on },
            RefundState::Succeeded { on, carried_out_on } => Progress::Succeeded { carried_out_on, on },
            RefundState::Failed { .. } | RefundState::Cancelled { .. } | RefundState::Reversed { .. } => {
                return Err(NoNotice::Ended { refund: id, status: refund.status() });
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
            arrival: progress.arrival(record, policy, today),
            settlement: policy.settlement.rule(payment.method),
            debit: debit(record, policy, today),
        })
    }

    /// The refund is less than what was paid.
    pub fn is_partial(&self) -> bool {
        self.paid.exceeds(self.refund.amount).unwrap_or(false)
    }
}

impl Progress {
    /// Once the refund was carried out, the window is counted from that day. PayPal may have stopped refunding the
    /// payment before.
    fn arrival(self, record: &SaleRecord, policy: &Policy, today: NaiveDate) -> Option<Arrival> {
        let method = record.payment.method;
        let (day, basis) = match self {
            Self::Marked => (today, RefundStatus::Marked),
            Self::Submitted { on } => (on, RefundStatus::Submitted),
            Self::Succeeded { carried_out_on, .. } => (carried_out_on, RefundStatus::Succeeded),
        };
        let refundable_until = cautions::paypal_refundable_until(record, policy.zone);
        if refundable_until.is_some_and(|until| day > until) {
            return None;
        }
        let Window { from, by, .. } = Window::counted(day, basis, method, &policy.settlement, &policy.calendar);
        Some(match self {
            Self::Marked => Arrival::IfCarriedOutToday(Span { from, by }),
            _ if today > by => Arrival::Late(by),
            _ if today > from => Arrival::Until(by),
            _ => Arrival::Expected(Span { from, by }),
        })
    }
}

/// A debit can be reversed for eight weeks, unless it was already charged back. A payment by an unknown method may have
/// been a debit.
fn debit(record: &SaleRecord, policy: &Policy, today: NaiveDate) -> Option<Debit> {
    let until = cautions::debit_reversible_until(record, policy.zone)?;
    let is_possible = today <= until && !record.is_charged_back();
    is_possible.then_some(Debit { is_certain: record.payment.method == Method::Sepa, until })
}

/// An e-mail address with a name, safe to write into a header.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Mailbox {
    /// Empty if there is none.
    pub name: String,
    /// `local@domain`: ASCII, and exactly one address to any reader of the header.
    pub address: String,
}

impl Mailbox {
    /// `None` if `address` is not exactly one plain address.
    pub fn new(name: &str, address: &str) -> Option<Self> {
        let address = address.trim();
        let is_plain = |sign: char| sign.is_ascii_graphic() && !"()<>[]:;,\"\\@".contains(sign);
        let (local, domain) = address.split_once('@')?;
        let is_whole = [local, domain].iter().all(|part| {
            !part.is_empty() && part.chars().all(is_plain) && !part.starts_with('.') && !part.ends_with('.')
        });
        is_whole.then(|| Self { name: name.trim().to_owned(), address: address.to_owned() })
    }

    /// Reads `Yoga at home <hello@example.com>`, or the address alone.
    pub fn parse(text: &str) -> Option<Self> {
        match text.trim().strip_suffix('>').and_then(|text| text.split_once('<')) {
            Some((name, address)) if !name.chars().any(char::is_control) => Self::new(name, address),
            Some(_) => None,
            None => Self::new("", text),
        }
    }
}

impl fmt::Display for Mailbox {
    /// In the form that [`Mailbox::parse`] reads.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.name.as_str() {
            "" => f.write_str(&self.address),
            name => write!(f, "{name} <{}>", self.address),
        }
    }
}

#[cfg(test)]
mod tests;
