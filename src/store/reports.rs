//! Taking in what an import read: payments are merged, never overwritten.

use crate::domain::dispute::Dispute;
use crate::domain::merge::{Conflict, Merged, Sources, merge};
use crate::domain::report::{PlanCancellation, Report};
use crate::domain::transaction::Transaction;
use crate::store::{StoreError, dossiers, transactions};
use rusqlite::{Connection, OptionalExtension};

/// What became of a row.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Taken {
    Added,
    Updated,
    Unchanged,
}

/// Why a row was not taken.
#[derive(Debug, thiserror::Error)]
pub enum TakeError {
    /// The row is wrong; the others are not.
    #[error(transparent)]
    Conflict(#[from] Conflict),
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// What is to be written for a report, decided before anything is.
pub(in crate::store) enum Change {
    Insert(Sources),
    Update(Box<transactions::Stored>, Box<Transaction>, Sources),
    Nothing,
}

pub(in crate::store) fn change(connection: &Connection, report: &Report) -> Result<Change, TakeError> {
    match transactions::by_id(connection, &report.transaction.id)? {
        None => Ok(Change::Insert(Sources::of(report))),
        Some(known) => match merge(&known.transaction, &known.sources, report)? {
            Merged::Unchanged => Ok(Change::Nothing),
            Merged::Updated(transaction, sources) => {
                Ok(Change::Update(Box::new(known), transaction, sources))
            }
        },
    }
}

/// Remembers that a plan is cancelled; the earliest day that was told counts.
pub(in crate::store) fn take_cancellation(
    connection: &Connection,
    cancellation: &PlanCancellation,
) -> rusqlite::Result<Taken> {
    let order = cancellation.order.as_str();
    let product = cancellation.product.as_ref().map_or("", |id| id.as_str());
    let at = cancellation.at.map(|at| at.timestamp_millis());
    let mut known = connection.prepare_cached(
        "SELECT cancelled_at FROM plan_cancellations WHERE order_id = ?1 AND product_id = ?2",
    )?;
    let known: Option<Option<i64>> = known.query_row((order, product), |row| row.get(0)).optional()?;
    let earliest = match (known.flatten(), at) {
        (Some(known), Some(at)) => Some(known.min(at)),
        (known, at) => known.or(at),
    };
    if known == Some(earliest) {
        return Ok(Taken::Unchanged);
    }
    connection
        .prepare_cached(
            "INSERT INTO plan_cancellations (order_id, product_id, cancelled_at) VALUES (?1, ?2, ?3)
             ON CONFLICT DO UPDATE SET cancelled_at = excluded.cancelled_at",
        )?
        .execute((order, product, earliest))?;
    Ok(if known.is_some() { Taken::Updated } else { Taken::Added })
}

/// Remembers a dispute's newest state; of equally new ones the one that is decided.
pub(in crate::store) fn take_dispute(connection: &Connection, dispute: &Dispute) -> rusqlite::Result<Taken> {
    let mut known = connection.prepare_cached(
        "SELECT dispute_id, order_id, sale_id, amount_minor, currency, state, changed_at
           FROM disputes WHERE dispute_id = ?1",
    )?;
    let known = known.query_row([dispute.id.as_str()], dossiers::read_dispute).optional()?;
    let is_newer = |known: &Dispute| (dispute.at, dispute.state) > (known.at, known.state);
    if known.as_ref().is_some_and(|known| !is_newer(known)) {
        return Ok(Taken::Unchanged);
    }
    let known_sale = known.as_ref().and_then(|known| known.sale.as_ref());
    let known_amount = known.as_ref().and_then(|known| known.amount);
    let amount = dispute.amount.or(known_amount);
    connection
        .prepare_cached(
            "INSERT OR REPLACE INTO disputes (dispute_id, order_id, sale_id, amount_minor, currency, state, changed_at)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)",
        )?
        .execute(rusqlite::params![
            dispute.id.as_str(),
            dispute.order.as_str(),
            dispute.sale.as_ref().or(known_sale).map(|id| id.as_str()),
            amount.map(|amount| amount.minor()),
            amount.map(|amount| amount.currency().code()),
            dispute.state.word(),
            dispute.at.timestamp_millis(),
        ])?;
    Ok(if known.is_some() { Taken::Updated } else { Taken::Added })
}
