//! What a person decides where matching leaves a platform refund or chargeback open.

use crate::desk::Session;
use crate::domain::ids::{RefundId, TransactionId};
use crate::domain::refund::Refund;
use crate::domain::sale::matching::Pin;
use crate::domain::sale::record::SaleRecord;
use crate::domain::sale::transaction::Kind;
use crate::store::{Moved, StoreError};

/// What is said of a platform row.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Decision {
    /// It belongs to this sale, or is the outcome of this refund.
    BelongsTo(String),
    /// It belongs to no sale in the store.
    Nothing,
    /// What was decided is taken back: matching computes it again.
    Undone,
}

/// Why it cannot be so.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum BadMatch {
    #[error("there is no transaction {0} in the store")]
    UnknownRow(TransactionId),
    #[error("{0} is a sale: only refunds and chargebacks that the platform reported are matched")]
    NotReported(TransactionId),
    #[error("there is no refund or sale {0} in the store")]
    UnknownTarget(String),
    #[error("{target} is of another order than {row}")]
    OtherOrder { row: TransactionId, target: String },
    #[error("{0} is no sale")]
    TargetIsNoSale(String),
    #[error("{0} is a chargeback: it belongs to a sale, and is never a refund's outcome")]
    Chargeback(TransactionId),
    #[error("{row} is {reported}, and {target} is {refunded}: they cannot be the same")]
    OtherSum { row: TransactionId, reported: String, target: String, refunded: String },
}

impl BadMatch {
    /// The stable code.
    pub fn code(&self) -> &'static str {
        match self {
            Self::UnknownRow(_) => "unknown_transaction",
            Self::NotReported(_) => "not_reported",
            Self::UnknownTarget(_) => "unknown_target",
            Self::OtherOrder { .. } => "other_order",
            Self::TargetIsNoSale(_) => "not_a_sale",
            Self::Chargeback(_) => "chargeback",
            Self::OtherSum { .. } => "other_sum",
        }
    }

    /// Something that was named is not there.
    pub fn is_unknown(&self) -> bool {
        matches!(self, Self::UnknownRow(_) | Self::UnknownTarget(_))
    }
}

/// Why nothing was decided.
#[derive(Debug, thiserror::Error)]
pub enum MatchError {
    #[error(transparent)]
    Bad(#[from] BadMatch),
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// A platform row and where it may belong.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Choice {
    pub row: SaleRecord,
    /// The order's sales, with their refunds.
    pub sales: Vec<SaleRecord>,
}

/// What there is to decide about a row.
pub fn choice(session: &Session<'_>, row: &TransactionId) -> Result<Choice, MatchError> {
    let zone = session.policy.zone;
    let record = session.store.record(row, zone)?.ok_or_else(|| BadMatch::UnknownRow(row.clone()))?;
    if record.payment.entry.kind() == Kind::Sale {
        return Err(BadMatch::NotReported(row.clone()).into());
    }
    let mut sales = session.store.order(&record.payment.order, zone)?;
    sales.retain(|each| each.payment.entry.kind() == Kind::Sale);
    Ok(Choice { row: record, sales })
}

/// Decides where a platform row belongs; returns the refunds that stand elsewhere now.
pub fn decide(session: &Session<'_>, row: &TransactionId, decision: &Decision) -> Result<Vec<Moved>, MatchError> {
    let mut writer = session.store.write(session.signature(session.now()))?;
    let choice = choice(session, row)?;
    let pin = match decision {
        Decision::Undone => None,
        Decision::Nothing => Some(Pin::Nothing),
        Decision::BelongsTo(target) => Some(pin_to(session, &choice, target)?),
    };
    let moved = writer.pin(row, &choice.row.payment.order, pin.as_ref())?;
    session.guard.close();
    writer.commit()?;
    Ok(moved)
}

fn pin_to(session: &Session<'_>, choice: &Choice, target: &str) -> Result<Pin, MatchError> {
    let unknown = || BadMatch::UnknownTarget(target.to_owned());
    let row = &choice.row.payment;
    let other_order = || BadMatch::OtherOrder { row: row.id.clone(), target: target.to_owned() };
    let named = RefundId::new(target).map_err(|_| unknown())?;
    if let RefundId::Desk(number) = named {
        let refund = session.store.refund(&named, session.policy.zone)?.ok_or_else(unknown)?;
        if refund.order != row.order {
            return Err(other_order().into());
        }
        is_outcome_of(choice, &refund)?;
        return Ok(Pin::Refund(number));
    }
    let sale = TransactionId::new(target).map_err(|_| unknown())?;
    let record = session.store.record(&sale, session.policy.zone)?.ok_or_else(unknown)?;
    if record.payment.entry.kind() != Kind::Sale {
        return Err(BadMatch::TargetIsNoSale(target.to_owned()).into());
    }
    if record.payment.order != row.order {
        return Err(other_order().into());
    }
    // Which may have been named by an ID that was made up for it once.
    Ok(Pin::Sale(record.payment.id))
}

/// A refund's outcome is a refund of its own sum.
fn is_outcome_of(choice: &Choice, refund: &Refund) -> Result<(), BadMatch> {
    let row = &choice.row.payment;
    if row.entry.kind() == Kind::Chargeback {
        return Err(BadMatch::Chargeback(row.id.clone()));
    }
    if row.amount != refund.amount {
        return Err(BadMatch::OtherSum {
            row: row.id.clone(),
            reported: row.amount.to_string(),
            target: refund.id.to_string(),
            refunded: refund.amount.to_string(),
        });
    }
    Ok(())
}
