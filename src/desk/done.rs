//! The vendor has dealt with a sale that was paid back twice, or with a dispute: it is no longer due.

use crate::desk::Session;
use crate::domain::done::{DisputeCase, Matter};
use crate::domain::ids::{RefundId, TransactionId};
use crate::domain::paid_twice::PaidTwice;
use crate::domain::sale::done_mark::DoneMark;
use crate::domain::sale::record::SaleRecord;
use crate::store::{StoreError, Writer};

/// Why it cannot be done.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum NotDue {
    #[error("there is no refund or sale {0} in the store")]
    UnknownRefund(RefundId),
    #[error("there is no dispute {0} in the store")]
    UnknownDispute(TransactionId),
    #[error("sale {0} is not paid back twice")]
    NotPaidTwice(TransactionId),
    #[error("dispute {id} is {state}: only an open one is due")]
    DisputeEnded { id: TransactionId, state: &'static str },
}

impl NotDue {
    /// The stable code.
    pub fn code(&self) -> &'static str {
        match self {
            Self::UnknownRefund(_) => "unknown_refund",
            Self::UnknownDispute(_) => "unknown_dispute",
            Self::NotPaidTwice(_) => "not_paid_twice",
            Self::DisputeEnded { .. } => "dispute_ended",
        }
    }

    /// The store has no such refund, sale or dispute.
    pub fn is_unknown(&self) -> bool {
        matches!(self, Self::UnknownRefund(_) | Self::UnknownDispute(_))
    }
}

/// Why nothing was recorded.
#[derive(Debug, thiserror::Error)]
pub enum DoneError {
    #[error(transparent)]
    NotDue(#[from] NotDue),
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// What was dealt with.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Subject {
    Sale(TransactionId),
    Dispute(TransactionId),
}

/// Records that the vendor has dealt with it. `note` says what was done. The same again changes nothing.
pub fn done(session: &Session<'_>, id: &RefundId, matter: Matter, note: Option<String>) -> Result<Subject, DoneError> {
    let now = session.now();
    let mark = |covers| DoneMark { on: now.today, note: note.clone(), covers };
    let mut writer = session.store.write(session.signature(now))?;
    let (subject, is_new) = match matter {
        Matter::PaidTwice => {
            let record = sale(session, id)?;
            let payment = &record.payment;
            let twice = PaidTwice::of(&record).ok_or_else(|| NotDue::NotPaidTwice(payment.id.clone()))?;
            let is_new = !twice.is_done(&record);
            if is_new {
                writer.paid_twice_done(&payment.id, &payment.order, Some(&mark(twice.sides(&record))))?;
            }
            (Subject::Sale(record.payment.id), is_new)
        }
        Matter::Dispute => {
            let case = dispute(session, id)?;
            let dispute = &case.dispute;
            if !dispute.is_open() {
                return Err(NotDue::DisputeEnded { id: dispute.id.clone(), state: dispute.state.word() }.into());
            }
            if !case.is_done() {
                writer.dispute_done(&case, Some(&mark(vec![dispute.report()])))?;
            }
            let is_new = !case.is_done();
            (Subject::Dispute(case.dispute.id), is_new)
        }
    };
    end(session, writer, is_new)?;
    Ok(subject)
}

/// Takes that back: it is due again.
pub fn undo(session: &Session<'_>, id: &RefundId, matter: Matter) -> Result<Subject, DoneError> {
    let mut writer = session.store.write(session.signature(session.now()))?;
    let (subject, was_done) = match matter {
        Matter::PaidTwice => {
            let SaleRecord { payment, paid_twice_done, .. } = sale(session, id)?;
            if paid_twice_done.is_some() {
                writer.paid_twice_done(&payment.id, &payment.order, None)?;
            }
            (Subject::Sale(payment.id), paid_twice_done.is_some())
        }
        Matter::Dispute => {
            let case = dispute(session, id)?;
            if case.done.is_some() {
                writer.dispute_done(&case, None)?;
            }
            (Subject::Dispute(case.dispute.id), case.done.is_some())
        }
    };
    end(session, writer, was_done)?;
    Ok(subject)
}

fn end(session: &Session<'_>, writer: Writer<'_>, has_changes: bool) -> Result<(), StoreError> {
    if !has_changes {
        return writer.roll_back();
    }
    session.guard.close();
    writer.commit()
}

/// The sale of the refund, or the sale itself.
fn sale(session: &Session<'_>, id: &RefundId) -> Result<SaleRecord, DoneError> {
    let zone = session.policy.zone;
    let sale = match (session.store.refund(id, zone)?, id) {
        (Some(refund), _) => refund.sale,
        (None, RefundId::Platform(sale)) => sale.clone(),
        (None, RefundId::Desk(_)) => return Err(NotDue::UnknownRefund(id.clone()).into()),
    };
    let record = session.store.record(&sale, zone)?.filter(|record| record.payment.sale_status().is_some());
    record.ok_or_else(|| NotDue::UnknownRefund(id.clone()).into())
}

fn dispute(session: &Session<'_>, id: &RefundId) -> Result<DisputeCase, DoneError> {
    let id = match id {
        RefundId::Platform(id) => id.clone(),
        RefundId::Desk(number) => return Err(NotDue::UnknownRefund(RefundId::Desk(*number)).into()),
    };
    session.store.dispute(&id, session.policy.zone)?.ok_or_else(|| NotDue::UnknownDispute(id).into())
}
