//! What needs a person today, the most urgent first: one thing a refund, with every reason it is due for.

use crate::domain::ids::TransactionId;
use crate::domain::paid_twice::PaidTwice;
use crate::domain::refund::{Refund, RefundStatus};
use crate::domain::rules::policy::Policy;
use crate::domain::rules::window::{self, Window};
use crate::domain::sale::record::SaleRecord;
use crate::domain::sale::transaction::Method;
use crate::domain::string_enum::string_enum;
use crate::domain::time::{Now, days_after};
use chrono::NaiveDate;

string_enum! {
    /// Why something needs a person, in the order of urgency.
    DueCode, "reason to be due" {
        /// The customer has the money, or is to get it, more than once.
        PaidTwice = "paid_twice",
        /// The platform reported a refund or chargeback that may be several sales'.
        Unmatched = "unmatched",
        /// No money has moved, and nobody has refunded anew.
        Failed = "failed",
        /// Open, and its window is over.
        Overdue = "overdue",
        /// Open, and the law wants it done in a few days, or wanted it.
        LegalDeadline = "legal_deadline",
        /// Open, of a SEPA debit, and nobody has told the customer: before it is carried out, if that is possible.
        ToTell = "to_tell",
        /// Marked, and not carried out yet.
        ToSubmit = "to_submit",
        /// Open, and in a few days the customer can no longer have the bank take the debit back.
        ChargebackCloses = "chargeback_closes",
    }
}

/// A reason, and the day it is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Due {
    pub code: DueCode,
    pub on: NaiveDate,
}

/// What is due.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Subject {
    Refund {
        refund: Refund,
        record: SaleRecord,
    },
    /// A sale that is paid back twice, with all its refunds.
    Sale {
        record: SaleRecord,
        twice: PaidTwice,
    },
    /// A refund or chargeback of the platform that is matched to no sale; `candidates` are those it blocks.
    Row {
        row: SaleRecord,
        candidates: Vec<TransactionId>,
    },
}

/// One thing that is due: for `first`, and less urgently for what stands in `also`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Item {
    pub first: Due,
    pub also: Vec<Due>,
    pub subject: Subject,
}

impl Item {
    /// A row that nobody could match.
    pub fn unmatched(row: SaleRecord, candidates: Vec<TransactionId>, policy: &Policy) -> Self {
        let first = Due { code: DueCode::Unmatched, on: row.paid_on(policy.zone) };
        Self { first, also: Vec::new(), subject: Subject::Row { row, candidates } }
    }

    /// The refund that the next command is about; a platform row has none, nor has a sale that only says of itself
    /// that it is refunded.
    pub fn refund(&self) -> Option<&Refund> {
        match &self.subject {
            Subject::Refund { refund, .. } => Some(refund),
            Subject::Sale { twice, .. } => twice.refund(),
            Subject::Row { .. } => None,
        }
    }

    /// The sale, or the platform's row itself.
    pub fn record(&self) -> &SaleRecord {
        match &self.subject {
            Subject::Refund { record, .. } | Subject::Sale { record, .. } => record,
            Subject::Row { row, .. } => row,
        }
    }

    /// What is more urgent, or equally urgent and has waited longer, comes first.
    pub fn place(&self) -> impl Ord + use<> {
        let refund = self.refund();
        let at = refund.map_or(self.record().payment.paid_at, Refund::at);
        (self.first, at, refund.map(|refund| refund.id.clone()))
    }
}

/// Whatever of this sale is due. Where it is paid back twice that is one thing, which holds all its refunds.
pub fn items_of_sale(record: &SaleRecord, policy: &Policy, now: &Now) -> Vec<Item> {
    if record.payment.is_test {
        return Vec::new();
    }
    if let Some(twice) = PaidTwice::of(record) {
        return vec![paid_twice(record, twice, policy, now)];
    }
    let item = |refund: &Refund| {
        let mut reasons = reasons(refund, record, policy, now).into_iter();
        let first = reasons.next()?;
        let subject = Subject::Refund { refund: refund.clone(), record: record.clone() };
        Some(Item { first, also: reasons.collect(), subject })
    };
    record.refunds.iter().filter_map(item).collect()
}

fn paid_twice(record: &SaleRecord, twice: PaidTwice, policy: &Policy, now: &Now) -> Item {
    let on = twice.since().unwrap_or_else(|| record.paid_on(policy.zone));
    let of_refund = twice.refund().map(|refund| reasons(refund, record, policy, now));
    let mut also = of_refund.unwrap_or_default();
    // Whoever is paid twice must not be paid, nor told of it, nor waited for.
    also.retain(|due| due.code < DueCode::ToTell);
    let subject = Subject::Sale { record: record.clone(), twice };
    Item { first: Due { code: DueCode::PaidTwice, on }, also, subject }
}

/// Every reason why somebody has to look at this refund, the most urgent first.
fn reasons(refund: &Refund, record: &SaleRecord, policy: &Policy, now: &Now) -> Vec<Due> {
    let reasons = [
        failed_on(refund, record, policy, now).map(|on| (DueCode::Failed, on)),
        overdue_since(refund, record, policy, now).map(|on| (DueCode::Overdue, on)),
        legal_deadline(refund, policy, now).map(|on| (DueCode::LegalDeadline, on)),
        to_tell(refund, record).map(|on| (DueCode::ToTell, on)),
        (refund.status() == RefundStatus::Marked).then(|| (DueCode::ToSubmit, refund.on())),
        chargeback_closes(refund, record, policy, now).map(|on| (DueCode::ChargebackCloses, on)),
    ];
    reasons.into_iter().flatten().map(|(code, on)| Due { code, on }).collect()
}

/// The day it failed, while there is something left that nobody has refunded anew.
fn failed_on(refund: &Refund, record: &SaleRecord, policy: &Policy, now: &Now) -> Option<NaiveDate> {
    let on = refund.state.on().filter(|_| refund.status() == RefundStatus::Failed)?;
    let is_recent = now.today <= days_after(on, policy.due.failed);
    let is_made_good = record.refunds.iter().any(|other| other.holds_money() && other.at() > refund.at());
    let is_settled = is_made_good || record.is_charged_back() || record.left().is_zero();
    Some(on).filter(|_| is_recent && !is_settled)
}

/// The last day of its window, when that is over.
fn overdue_since(refund: &Refund, record: &SaleRecord, policy: &Policy, now: &Now) -> Option<NaiveDate> {
    let method = record.payment.method;
    let window = Window::of_refund(refund.state, refund.on(), method, &policy.settlement, &policy.calendar);
    window.filter(|window| window::is_overdue(refund.state, Some(*window), now.today)).map(|window| window.by)
}

fn legal_deadline(refund: &Refund, policy: &Policy, now: &Now) -> Option<NaiveDate> {
    let asked_on = refund.mark().and_then(|mark| mark.asked_on).filter(|_| refund.status().is_open());
    asked_on.map(window::legal_deadline).filter(|on| *on <= days_after(now.today, policy.due.legal))
}

/// The day it was marked, where the customer has not been told of it since. Whoever does not know of a refund may also
/// have the bank take back the debit.
fn to_tell(refund: &Refund, record: &SaleRecord) -> Option<NaiveDate> {
    let is_told = record.customer_notified_on.is_some_and(|told_on| told_on >= refund.on());
    let is_debit = record.payment.method == Method::Sepa;
    Some(refund.on()).filter(|_| is_debit && !is_told && refund.status().is_open())
}

/// The last day of the customer's chargeback, in a few days from now, while the refund is on its way.
fn chargeback_closes(refund: &Refund, record: &SaleRecord, policy: &Policy, now: &Now) -> Option<NaiveDate> {
    let payment = &record.payment;
    let until = window::chargeback_until(payment.method, record.paid_on(policy.zone))?;
    let is_near = now.today <= until && until <= days_after(now.today, policy.due.chargeback);
    Some(until).filter(|_| is_near && refund.status().is_open())
}

#[cfg(test)]
mod tests;
