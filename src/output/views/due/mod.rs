//! What a vendor sees of everything that needs attention today: why, what to do, and the command for it.

use chrono::NaiveDate;

use crate::domain::done::DisputeCase;
use crate::domain::due::{DueCode, DueItem, DueSubject};
use crate::domain::ids::{OrderId, TransactionId};
use crate::domain::money::Money;
use crate::domain::paid_twice::PaidTwice;
use crate::domain::rules::plan::{self, Refusal};
use crate::domain::rules::policy::Policy;
use crate::domain::sale::transaction::{SaleStatus, Transaction};
use crate::domain::time::Now;
use crate::domain::unread::UnreadReport;
use crate::output::table::Tone;
use crate::output::views::refund::RefundView;

mod advice;
mod columns;
mod json;
mod text;

pub use text::blocks;

/// One item that is due, in words.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DueView {
    item: DueItem,
    /// The refund it is about, if any.
    refund: Option<RefundView>,
    advice: String,
    next: String,
    /// Why the refund is to be stopped, if it is.
    stop: Option<Refusal>,
    /// The day of the sale or of the platform row; `None` for an unread report.
    paid_on: Option<NaiveDate>,
}

impl DueView {
    pub fn of(item: DueItem, policy: &Policy, now: &Now) -> Self {
        let refund = item.refund().zip(item.record());
        let refund = refund.map(|(refund, record)| RefundView::recorded(refund, record, policy, now));
        let paid_on = item.record().map(|record| record.paid_on(policy.zone));
        let stop = stop(&item, policy, now);
        Self { advice: advice::advice(&item, stop.as_ref()), next: advice::next(&item), stop, refund, paid_on, item }
    }

    /// Money is going out twice: it has its own block.
    pub fn is_paid_twice(&self) -> bool {
        self.twice().is_some()
    }

    fn twice(&self) -> Option<&PaidTwice> {
        match &self.item.subject {
            DueSubject::Sale { twice, .. } => Some(twice),
            _ => None,
        }
    }

    fn dispute(&self) -> Option<&DisputeCase> {
        match &self.item.subject {
            DueSubject::Dispute(case) => Some(case),
            _ => None,
        }
    }

    /// The sale or the platform row; `None` for an unread report or a dispute of no known sale.
    fn payment(&self) -> Option<&Transaction> {
        self.item.record().map(|record| &record.payment)
    }

    fn unread(&self) -> Option<&UnreadReport> {
        match &self.item.subject {
            DueSubject::Unread { report, .. } => Some(report),
            _ => None,
        }
    }

    fn order(&self) -> Option<&OrderId> {
        match (self.unread(), self.dispute()) {
            (Some(report), _) => report.order.as_ref(),
            (None, Some(case)) => Some(&case.dispute.order),
            (None, None) => self.payment().map(|payment| &payment.order),
        }
    }

    /// The amount of the refund, or else of the row or the sale; `None` if it cannot be read.
    fn amount(&self) -> Option<Money> {
        match (self.unread(), self.dispute()) {
            (Some(report), _) => report.amount,
            (None, Some(case)) => case.dispute.amount,
            (None, None) => {
                self.refund.as_ref().map(RefundView::amount).or(self.payment().map(|payment| payment.amount))
            }
        }
    }

    /// The ID of the refund, of the dispute, of the row or of the unread report.
    fn id(&self) -> Option<String> {
        let row = match &self.item.subject {
            DueSubject::Row { row, .. } => Some(row.payment.id.to_string()),
            DueSubject::Unread { report, .. } => Some(report.id.to_string()),
            DueSubject::Dispute(case) => Some(case.dispute.id.to_string()),
            DueSubject::Refund { .. } | DueSubject::Sale { .. } => None,
        };
        self.refund.as_ref().and_then(RefundView::id).or(row)
    }

    /// The sale it is about; `None` for an unmatched row or an unread report.
    fn sale(&self) -> Option<&TransactionId> {
        match &self.item.subject {
            DueSubject::Row { .. } | DueSubject::Unread { .. } => None,
            DueSubject::Dispute(_) | DueSubject::Refund { .. } | DueSubject::Sale { .. } => {
                self.payment().map(|payment| &payment.id)
            }
        }
    }

    /// The reason for people; that of a refund to be stopped says what has changed.
    fn label(&self) -> String {
        let changed = self.stop.as_ref().map(|why| match why {
            Refusal::NotPaid { status, .. } => status.word(),
            Refusal::TrialPeriod(_) => SaleStatus::Trial.word(),
            Refusal::ChargedBack { .. } => "charged back",
            Refusal::UnmatchedRefund { .. } => "unmatched refund",
            Refusal::RefundedBeside(_) => "refunded",
            Refusal::PaypalTooLate { .. } => "too late for PayPal",
            _ => "no longer right",
        });
        let code = self.item.first.code.word().replace('_', " ");
        changed.map_or_else(|| code.clone(), |changed| format!("{code}: {changed}"))
    }

    fn tone(&self) -> Tone {
        match self.item.first.code {
            DueCode::PaidTwice | DueCode::Stop => Tone::Bad,
            DueCode::ToSubmit => Tone::Plain,
            _ => Tone::Warn,
        }
    }
}

fn stop(item: &DueItem, policy: &Policy, now: &Now) -> Option<Refusal> {
    match &item.subject {
        DueSubject::Refund { refund, record } if item.first.code == DueCode::Stop => {
            plan::no_longer_right(refund, record, policy, now.today)
        }
        _ => None,
    }
}
