//! What the vendor must act on today, the most urgent first: one item for each refund, with all its reasons.

use crate::domain::done::DisputeCase;
use crate::domain::ids::TransactionId;
use crate::domain::paid_twice::PaidTwice;
use crate::domain::refund::{Ground, Refund, RefundStatus};
use crate::domain::rules::cautions;
use crate::domain::rules::plan;
use crate::domain::rules::policy::Policy;
use crate::domain::rules::window;
use crate::domain::sale::record::SaleRecord;
use crate::domain::string_enum::string_enum;
use crate::domain::time::{Now, days_after};
use crate::domain::unread::UnreadReport;
use chrono::NaiveDate;

string_enum! {
    /// Why something is due. The most urgent reasons come first.
    DueCode, "reason to be due" {
        /// The customer was, or is about to be, paid more than once.
        PaidTwice = "paid_twice",
        /// A report that money went back could not be read.
        Unread = "unread",
        /// Open, and it would not be marked today.
        Stop = "stop",
        /// The bank asks what the vendor says to a customer's complaint.
        Dispute = "dispute",
        /// The platform reported a refund or chargeback that may belong to several sales.
        Unmatched = "unmatched",
        /// No money moved, and there is no later refund.
        Failed = "failed",
        /// Open, and its settlement window is over.
        Overdue = "overdue",
        /// Open, and the legal deadline is near or over.
        LegalDeadline = "legal_deadline",
        /// Open, for a SEPA debit that can be reversed, and the customer has not been notified; best done before the
        /// refund is carried out.
        ToTell = "to_tell",
        /// Marked, and not carried out yet.
        ToSubmit = "to_submit",
        /// Open, and the customer can have the debit reversed for only a few more days.
        ChargebackCloses = "chargeback_closes",
    }
}

/// A reason, and the day it is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Due {
    pub code: DueCode,
    pub on: NaiveDate,
}

/// What is due: a refund, a sale, a dispute, a platform row or an unread report.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum DueSubject {
    Refund {
        refund: Refund,
        record: SaleRecord,
    },
    /// A sale that was paid back twice, with all its refunds.
    Sale {
        record: SaleRecord,
        twice: PaidTwice,
    },
    Dispute(DisputeCase),
    /// A refund or chargeback of the platform that is not matched; `candidates` are the sales that it blocks.
    Row {
        row: SaleRecord,
        candidates: Vec<TransactionId>,
    },
    /// A report that money went back, which could not be read; `candidates` are the sales that it blocks.
    Unread {
        report: UnreadReport,
        candidates: Vec<TransactionId>,
    },
}

/// One entry of `refunds due`: the most urgent reason, and the others.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DueItem {
    pub first: Due,
    pub also: Vec<Due>,
    pub subject: DueSubject,
}

impl DueItem {
    /// The item of a platform row that is not matched.
    pub fn unmatched(row: SaleRecord, candidates: Vec<TransactionId>, policy: &Policy) -> Self {
        let first = Due { code: DueCode::Unmatched, on: row.paid_on(policy.zone) };
        Self { first, also: Vec::new(), subject: DueSubject::Row { row, candidates } }
    }

    /// The item of an open dispute. No report says until when the evidence is due.
    pub fn dispute(case: DisputeCase, policy: &Policy) -> Self {
        let first = Due { code: DueCode::Dispute, on: policy.zone.day_of(case.dispute.at) };
        Self { first, also: Vec::new(), subject: DueSubject::Dispute(case) }
    }

    /// The item of an open unread report. Without a readable day it is due since it was found.
    pub fn unread(report: UnreadReport, candidates: Vec<TransactionId>, policy: &Policy) -> Self {
        let on = report.on.unwrap_or_else(|| policy.zone.day_of(report.found_at));
        let first = Due { code: DueCode::Unread, on };
        Self { first, also: Vec::new(), subject: DueSubject::Unread { report, candidates } }
    }

    /// The refund to act on; `None` for a dispute, a platform row or an unread report, and for a sale whose refund is
    /// known only from its status.
    pub fn refund(&self) -> Option<&Refund> {
        match &self.subject {
            DueSubject::Refund { refund, .. } => Some(refund),
            DueSubject::Sale { twice, .. } => twice.refund(),
            DueSubject::Dispute(_) | DueSubject::Row { .. } | DueSubject::Unread { .. } => None,
        }
    }

    /// The sale, or the platform row itself; `None` for an unread report, and for a dispute of no known sale.
    pub fn record(&self) -> Option<&SaleRecord> {
        match &self.subject {
            DueSubject::Refund { record, .. } | DueSubject::Sale { record, .. } => Some(record),
            DueSubject::Dispute(case) => case.sale.as_ref(),
            DueSubject::Row { row, .. } => Some(row),
            DueSubject::Unread { .. } => None,
        }
    }

    /// Sorts by urgency, then by how long it has waited.
    pub fn urgency(&self) -> impl Ord + use<> {
        let refund = self.refund();
        let at = match &self.subject {
            DueSubject::Unread { report, .. } => Some(report.found_at),
            DueSubject::Dispute(case) => Some(case.dispute.at),
            _ => refund.map(Refund::at).or_else(|| self.record().map(|record| record.payment.paid_at)),
        };
        let number = match &self.subject {
            DueSubject::Unread { report, .. } => Some(report.id),
            _ => None,
        };
        (self.first, at, number, refund.map(|refund| refund.id.clone()))
    }
}

/// The items of a sale. If it was paid back twice and the vendor has not dealt with that, it is one item with all its
/// refunds.
pub fn items_of_sale(record: &SaleRecord, policy: &Policy, now: &Now) -> Vec<DueItem> {
    if record.payment.is_test {
        return Vec::new();
    }
    if let Some(twice) = PaidTwice::of(record).filter(|twice| !twice.is_done(record)) {
        return vec![paid_twice(record, twice, policy, now)];
    }
    let item = |refund: &Refund| {
        let mut reasons = match stop(refund, record, policy, now) {
            Some(stop) => vec![stop],
            None => reasons(refund, record, policy, now),
        }
        .into_iter();
        let first = reasons.next()?;
        let subject = DueSubject::Refund { refund: refund.clone(), record: record.clone() };
        Some(DueItem { first, also: reasons.collect(), subject })
    };
    record.refunds.iter().filter_map(item).collect()
}

fn paid_twice(record: &SaleRecord, twice: PaidTwice, policy: &Policy, now: &Now) -> DueItem {
    let on = twice.since().unwrap_or_else(|| record.paid_on(policy.zone));
    let of_refund = twice.refund().map(|refund| reasons(refund, record, policy, now));
    let mut also = of_refund.unwrap_or_default();
    // A customer who was paid twice must not be paid again, so a step that leads to a payment is not due.
    also.retain(|due| due.code < DueCode::ToTell);
    let subject = DueSubject::Sale { record: record.clone(), twice };
    DueItem { first: Due { code: DueCode::PaidTwice, on }, also, subject }
}

/// Every reason that this refund is due for, the most urgent first.
fn reasons(refund: &Refund, record: &SaleRecord, policy: &Policy, now: &Now) -> Vec<Due> {
    let reasons = [
        failed_on(refund, record, policy, now).map(|on| (DueCode::Failed, on)),
        overdue_since(refund, record, policy, now).map(|on| (DueCode::Overdue, on)),
        legal_deadline(refund, policy, now).map(|on| (DueCode::LegalDeadline, on)),
        to_notify(refund, record, policy, now).map(|on| (DueCode::ToTell, on)),
        (refund.status() == RefundStatus::Marked).then(|| (DueCode::ToSubmit, refund.on())),
        chargeback_closes(refund, record, policy, now).map(|on| (DueCode::ChargebackCloses, on)),
    ];
    reasons.into_iter().flatten().map(|(code, on)| Due { code, on }).collect()
}

/// It would not be marked today, since the day on which it was marked or submitted: then nothing else is due for it.
fn stop(refund: &Refund, record: &SaleRecord, policy: &Policy, now: &Now) -> Option<Due> {
    let on = refund.state.on().unwrap_or_else(|| refund.on());
    plan::no_longer_right(refund, record, policy, now.today).map(|_| Due { code: DueCode::Stop, on })
}

/// The day it failed, unless a later refund replaced it or nothing is left to refund.
fn failed_on(refund: &Refund, record: &SaleRecord, policy: &Policy, now: &Now) -> Option<NaiveDate> {
    let on = refund.state.on().filter(|_| refund.status() == RefundStatus::Failed)?;
    let is_recent = now.today <= days_after(on, policy.due.failed);
    let is_replaced = record.refunds.iter().any(|other| other.holds_money() && other.at() > refund.at());
    let is_settled = is_replaced || record.is_charged_back() || record.left().is_zero();
    Some(on).filter(|_| is_recent && !is_settled)
}

/// The last day of its settlement window, if that is over.
fn overdue_since(refund: &Refund, record: &SaleRecord, policy: &Policy, now: &Now) -> Option<NaiveDate> {
    let window = plan::window_of(refund, record, policy, now.today);
    window.filter(|window| window::is_overdue(refund.state, Some(*window), now.today)).map(|window| window.by)
}

fn legal_deadline(refund: &Refund, policy: &Policy, now: &Now) -> Option<NaiveDate> {
    let withdrawal = refund.mark().filter(|mark| mark.ground != Ground::NonPerformance);
    let asked_on = withdrawal.and_then(|mark| mark.asked_on).filter(|_| refund.status().is_open());
    asked_on.map(cautions::legal_deadline).filter(|on| *on <= days_after(now.today, policy.due.legal))
}

/// The day it was marked, if the customer has not been notified since: otherwise they may also ask their bank to
/// reverse the debit, which they can for eight weeks.
fn to_notify(refund: &Refund, record: &SaleRecord, policy: &Policy, now: &Now) -> Option<NaiveDate> {
    let is_notified = record.customer_notified_on.is_some_and(|notified_on| notified_on >= refund.on());
    let is_reversible = cautions::chargeback_until(record, policy.zone).is_some_and(|until| now.today <= until);
    Some(refund.on()).filter(|_| is_reversible && !is_notified && refund.status().is_open())
}

/// The last day on which the customer can have the debit reversed, if it is near and the refund is open.
fn chargeback_closes(refund: &Refund, record: &SaleRecord, policy: &Policy, now: &Now) -> Option<NaiveDate> {
    let until = cautions::chargeback_until(record, policy.zone)?;
    let is_near = now.today <= until && until <= days_after(now.today, policy.due.chargeback);
    Some(until).filter(|_| is_near && refund.status().is_open())
}

#[cfg(test)]
mod tests;
