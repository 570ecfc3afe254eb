//! What a person decides about a report that money went back, which could not be read.

use crate::desk::Session;
use crate::domain::ids::{RefundId, TransactionId};
use crate::domain::money::{AmountProblem, Money, TypedAmount};
use crate::domain::refund::Refund;
use crate::domain::sale::record::SaleRecord;
use crate::domain::sale::transaction::Kind;
use crate::domain::unread::{Settlement, UnreadId, UnreadReport};
use crate::store::{StatusChange, StoreError};

/// What a person decides about a report.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Verdict {
    /// It is a platform refund of this sale, or it confirms this refund. `amount` is of a sale: `None` for all that is
    /// left.
    BelongsTo { target: String, amount: Option<TypedAmount> },
    /// It belongs to no sale in the store.
    NoSale,
    /// An earlier decision is undone: the report is open again.
    Undone,
}

/// Why the decision is not possible.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum BadSettlement {
    #[error("there is no unread report {0} in the store")]
    UnknownReport(UnreadId),
    #[error("there is no refund or sale {0} in the store")]
    UnknownTarget(String),
    #[error("{report} and {target} belong to different orders")]
    OtherOrder { report: UnreadId, target: String },
    #[error("{0} is not a sale")]
    TargetNotASale(String),
    #[error("{report} is {reported} and {target} is {refunded}: the amounts differ")]
    OtherAmount { report: UnreadId, reported: Money, target: String, refunded: Money },
    #[error("{0}")]
    BadAmount(AmountProblem),
    #[error("nothing is left of {0}, and the report's amount is not known")]
    AmountNeeded(TransactionId),
    #[error("an amount is only for a sale: {0} has its own")]
    AmountOfRefund(String),
    #[error("{0} is settled: the platform's row was imported later and counts instead")]
    Replaced(UnreadId),
    #[error("another unread report confirms {0} already")]
    ConfirmedAlready(String),
}

impl BadSettlement {
    /// The stable code.
    pub fn code(&self) -> &'static str {
        match self {
            Self::UnknownReport(_) => "unknown_report",
            Self::UnknownTarget(_) => "unknown_target",
            Self::OtherOrder { .. } => "other_order",
            Self::TargetNotASale(_) => "not_a_sale",
            Self::OtherAmount { .. } => "other_sum",
            Self::BadAmount(AmountProblem::OtherCurrency { .. }) => "currency_mismatch",
            Self::BadAmount(_) => "bad_amount",
            Self::AmountNeeded(_) => "amount_needed",
            Self::AmountOfRefund(_) => "amount_of_refund",
            Self::Replaced(_) => "replaced_by_row",
            Self::ConfirmedAlready(_) => "confirmed_already",
        }
    }

    /// The store has no such report or target.
    pub fn is_unknown(&self) -> bool {
        matches!(self, Self::UnknownReport(_) | Self::UnknownTarget(_))
    }
}

/// Why nothing was decided.
#[derive(Debug, thiserror::Error)]
pub enum SettleError {
    #[error(transparent)]
    Bad(#[from] BadSettlement),
    #[error("{found} reports of the import are open, not {expected}")]
    OffCount { expected: u64, found: u64 },
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// A report after the decision, and the refunds whose status changed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Settled {
    pub report: UnreadReport,
    pub moved: Vec<StatusChange>,
}

/// The report, and the sales of the order that it names or of the payment that it names.
pub fn choice(session: &Session<'_>, id: UnreadId) -> Result<(UnreadReport, Vec<SaleRecord>), SettleError> {
    let zone = session.policy.zone;
    let report = existing(session, id)?;
    let named = match &report.transaction {
        Some(transaction) => session.store.record(transaction, zone)?,
        None => None,
    };
    let order = named.map(|record| record.payment.order).or_else(|| report.order.clone());
    let mut sales = match order {
        Some(order) => session.store.order(&order, zone)?,
        None => Vec::new(),
    };
    sales.retain(|sale| sale.payment.entry.kind() == Kind::Sale);
    Ok((report, sales))
}

/// Records what a person decides about a report. The same decision again changes nothing.
pub fn settle(
    session: &Session<'_>,
    id: UnreadId,
    verdict: &Verdict,
    note: Option<&str>,
) -> Result<Settled, SettleError> {
    let now = session.now();
    let mut writer = session.store.write(session.signature(now))?;
    let report = existing(session, id)?;
    if report.settlement == Some(Settlement::Row) {
        return Err(BadSettlement::Replaced(id).into());
    }
    let settlement = settlement(session, &report, verdict)?;
    if settlement == report.settlement {
        writer.roll_back()?;
        return Ok(Settled { report, moved: Vec::new() });
    }
    let moved = writer.settle_unread(&report, settlement.as_ref(), now.today, note)?;
    let report = existing(session, id)?;
    session.guard.close();
    writer.commit()?;
    Ok(Settled { report, moved })
}

/// Records that all open reports of an import belong to no sale, if they are as many as expected.
pub fn settle_import(session: &Session<'_>, import: i64, expected: u64, note: &str) -> Result<u64, SettleError> {
    let now = session.now();
    let mut writer = session.store.write(session.signature(now))?;
    let open = session.store.open_unread_of_import(import)?;
    let found = open.len() as u64;
    if found != expected {
        return Err(SettleError::OffCount { expected, found });
    }
    for report in &open {
        writer.settle_unread(report, Some(&Settlement::NoSale), now.today, Some(note))?;
    }
    session.guard.close();
    writer.commit()?;
    Ok(found)
}

fn existing(session: &Session<'_>, id: UnreadId) -> Result<UnreadReport, SettleError> {
    Ok(session.store.unread_report(id)?.ok_or(BadSettlement::UnknownReport(id))?)
}

fn settlement(
    session: &Session<'_>,
    report: &UnreadReport,
    verdict: &Verdict,
) -> Result<Option<Settlement>, SettleError> {
    Ok(match verdict {
        Verdict::Undone => None,
        Verdict::NoSale => Some(Settlement::NoSale),
        Verdict::BelongsTo { target, amount } => {
            let unknown = || BadSettlement::UnknownTarget(target.clone());
            match RefundId::new(target).map_err(|_| unknown())? {
                named @ RefundId::Desk(_) => {
                    let refund = session.store.refund(&named, session.policy.zone)?.ok_or_else(unknown)?;
                    Some(to_refund(session, report, &refund, amount.is_some())?)
                }
                RefundId::Platform(sale) => {
                    let record = session.store.record(&sale, session.policy.zone)?.ok_or_else(unknown)?;
                    Some(to_sale(report, without(record, report.id), amount.as_ref())?)
                }
            }
        }
    })
}

/// The sale as it would be without the earlier decision about this report.
fn without(mut record: SaleRecord, report: UnreadId) -> SaleRecord {
    let counted = report.to_string();
    record.refunds.retain(|refund| refund.id.to_string() != counted);
    record
}

fn to_refund(
    session: &Session<'_>,
    report: &UnreadReport,
    refund: &Refund,
    has_amount: bool,
) -> Result<Settlement, SettleError> {
    let target = refund.id.to_string();
    let RefundId::Desk(number) = refund.id else { return Err(BadSettlement::UnknownTarget(target).into()) };
    if has_amount {
        return Err(BadSettlement::AmountOfRefund(target).into());
    }
    if report.order.as_ref().is_some_and(|order| *order != refund.order) {
        return Err(BadSettlement::OtherOrder { report: report.id, target }.into());
    }
    if let Some(reported) = report.amount.filter(|reported| *reported != refund.amount) {
        return Err(BadSettlement::OtherAmount { report: report.id, reported, target, refunded: refund.amount }.into());
    }
    if session.store.is_confirmed_by_other(number, report.id)? {
        return Err(BadSettlement::ConfirmedAlready(target).into());
    }
    Ok(Settlement::Refund(number))
}

fn to_sale(
    report: &UnreadReport,
    record: SaleRecord,
    amount: Option<&TypedAmount>,
) -> Result<Settlement, BadSettlement> {
    let payment = &record.payment;
    if payment.entry.kind() != Kind::Sale {
        return Err(BadSettlement::TargetNotASale(payment.id.to_string()));
    }
    if report.order.as_ref().is_some_and(|order| *order != payment.order) {
        return Err(BadSettlement::OtherOrder { report: report.id, target: payment.id.to_string() });
    }
    let currency = payment.amount.currency();
    let left = record.left();
    let amount = match amount {
        Some(typed) => typed.in_currency(currency).map_err(BadSettlement::BadAmount)?,
        None if left.is_zero() => {
            let reported = report.amount.filter(|reported| reported.currency() == currency);
            reported.ok_or_else(|| BadSettlement::AmountNeeded(payment.id.clone()))?
        }
        None => left,
    };
    Ok(Settlement::Sale { sale: payment.id.clone(), amount })
}
