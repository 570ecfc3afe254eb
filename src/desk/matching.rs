//! What a person decides if matching leaves a platform refund or chargeback open.

use crate::desk::Session;
use crate::domain::ids::{RefundId, TransactionId};
use crate::domain::refund::Refund;
use crate::domain::sale::matching::Pin;
use crate::domain::sale::record::SaleRecord;
use crate::domain::sale::transaction::{Kind, SaleStatus};
use crate::store::{StatusChange, StoreError};

/// What a person decides about a platform row.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Decision {
    /// It belongs to this sale, or it is the outcome of this refund.
    BelongsTo(String),
    /// It belongs to no sale in the store.
    Nothing,
    /// An earlier decision is undone: the row is matched automatically again.
    Undone,
}

/// Why the decision is not possible.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum BadMatch {
    #[error("there is no transaction {0} in the store")]
    UnknownRow(TransactionId),
    #[error("{0} is a sale: only refunds and chargebacks that the platform reported are matched")]
    NotReported(TransactionId),
    #[error("there is no refund or sale {0} in the store")]
    UnknownTarget(String),
    #[error("{target} and {row} belong to different orders")]
    OtherOrder { row: TransactionId, target: String },
    #[error("{0} is not a sale")]
    TargetNotASale(String),
    #[error("{0} is a chargeback: it can belong to a sale, but not to a refund")]
    Chargeback(TransactionId),
    #[error("{row} is {reported} and {target} is {refunded}: the amounts differ")]
    OtherAmount { row: TransactionId, reported: String, target: String, refunded: String },
}

impl BadMatch {
    /// The stable code.
    pub fn code(&self) -> &'static str {
        match self {
            Self::UnknownRow(_) => "unknown_transaction",
            Self::NotReported(_) => "not_reported",
            Self::UnknownTarget(_) => "unknown_target",
            Self::OtherOrder { .. } => "other_order",
            Self::TargetNotASale(_) => "not_a_sale",
            Self::Chargeback(_) => "chargeback",
            Self::OtherAmount { .. } => "other_sum",
        }
    }

    /// The store has no such row or target.
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

/// A platform row, and the sales that it may belong to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Choice {
    pub row: SaleRecord,
    /// The order's sales, with their refunds.
    pub sales: Vec<SaleRecord>,
}

/// The sales that a row may belong to.
pub fn choice(session: &Session<'_>, row: &TransactionId) -> Result<Choice, MatchError> {
    let zone = session.policy.zone;
    let record = session.store.record(row, zone)?.ok_or_else(|| BadMatch::UnknownRow(row.clone()))?;
    // A sale with the status refunded or charged back may be the refund or chargeback of another sale.
    let may_be_taking = |status| matches!(status, SaleStatus::Refunded | SaleStatus::ChargedBack);
    if record.payment.sale_status().is_some_and(|status| !may_be_taking(status)) {
        return Err(BadMatch::NotReported(row.clone()).into());
    }
    let mut sales = session.store.order(&record.payment.order, zone)?;
    sales.retain(|each| each.payment.entry.kind() == Kind::Sale && each.payment.id != record.payment.id);
    Ok(Choice { row: record, sales })
}

/// Records what a platform row belongs to; returns the refunds whose status changed.
pub fn decide(
    session: &Session<'_>,
    row: &TransactionId,
    decision: &Decision,
) -> Result<Vec<StatusChange>, MatchError> {
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
    if record.payment.entry.kind() != Kind::Sale || record.payment.id == row.id {
        return Err(BadMatch::TargetNotASale(target.to_owned()).into());
    }
    if record.payment.order != row.order {
        return Err(other_order().into());
    }
    // `target` may be the ID that was generated for the sale before its real one was known.
    Ok(Pin::Sale(record.payment.id))
}

/// Only a refund of the same amount can be a refund's outcome.
fn is_outcome_of(choice: &Choice, refund: &Refund) -> Result<(), BadMatch> {
    let row = &choice.row.payment;
    if row.entry.kind() == Kind::Chargeback {
        return Err(BadMatch::Chargeback(row.id.clone()));
    }
    if row.amount != refund.amount {
        return Err(BadMatch::OtherAmount {
            row: row.id.clone(),
            reported: row.amount.to_string(),
            target: refund.id.to_string(),
            refunded: refund.amount.to_string(),
        });
    }
    Ok(())
}
