//! What a vendor sees of everything that needs attention today: why, what to do, and the command for it.

use chrono::NaiveDate;

use crate::domain::due::{DueCode, DueItem, DueSubject};
use crate::domain::ids::TransactionId;
use crate::domain::money::Money;
use crate::domain::paid_twice::PaidTwice;
use crate::domain::rules::policy::Policy;
use crate::domain::sale::transaction::Transaction;
use crate::domain::time::Now;
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
    paid_on: NaiveDate,
}

impl DueView {
    pub fn of(item: DueItem, policy: &Policy, now: &Now) -> Self {
        let refund = item.refund().map(|refund| RefundView::recorded(refund, item.record(), policy, now));
        let paid_on = item.record().paid_on(policy.zone);
        Self { advice: advice::advice(&item), next: advice::next(&item), refund, paid_on, item }
    }

    /// Money is going out twice: it has its own block.
    pub fn is_paid_twice(&self) -> bool {
        self.twice().is_some()
    }

    fn twice(&self) -> Option<&PaidTwice> {
        match &self.item.subject {
            DueSubject::Sale { twice, .. } => Some(twice),
            DueSubject::Refund { .. } | DueSubject::Row { .. } => None,
        }
    }

    fn payment(&self) -> &Transaction {
        &self.item.record().payment
    }

    /// The amount of the refund, or else of the row or the sale.
    fn amount(&self) -> Money {
        self.refund.as_ref().map_or(self.payment().amount, RefundView::amount)
    }

    /// The ID of the refund or of the row.
    fn id(&self) -> Option<String> {
        let row = match &self.item.subject {
            DueSubject::Row { row, .. } => Some(row.payment.id.to_string()),
            DueSubject::Refund { .. } | DueSubject::Sale { .. } => None,
        };
        self.refund.as_ref().and_then(RefundView::id).or(row)
    }

    /// The sale it is about; `None` for an unmatched row.
    fn sale(&self) -> Option<&TransactionId> {
        match &self.item.subject {
            DueSubject::Row { .. } => None,
            DueSubject::Refund { .. } | DueSubject::Sale { .. } => Some(&self.payment().id),
        }
    }

    fn tone(&self) -> Tone {
        match self.item.first.code {
            DueCode::PaidTwice | DueCode::Stop => Tone::Bad,
            DueCode::ToSubmit => Tone::Plain,
            _ => Tone::Warn,
        }
    }
}

/// A reason for people.
fn label(code: DueCode) -> &'static str {
    match code {
        DueCode::PaidTwice => "paid twice",
        DueCode::Stop => "stop",
        DueCode::Unmatched => "unmatched",
        DueCode::Failed => "failed",
        DueCode::Overdue => "overdue",
        DueCode::LegalDeadline => "legal deadline",
        DueCode::ToTell => "to notify",
        DueCode::ToSubmit => "to carry out",
        DueCode::ChargebackCloses => "debit at risk",
    }
}
