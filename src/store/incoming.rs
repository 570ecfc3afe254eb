//! Takes in the rows of an import. A payment is merged with what the store knows of it, never overwritten.

use crate::domain::ids::TransactionId;
use crate::domain::money::Money;
use crate::domain::sale::dispute::Dispute;
use crate::domain::sale::id_reconciliation::AmbiguousSale;
use crate::domain::sale::incoming::{Identity, PaymentReport, PlanCancellation, Reversal, id_of_total};
use crate::domain::sale::merge::{Conflict, Merged, Sources, merge};
use crate::domain::sale::transaction::Transaction;
use crate::store::{StoreError, columns, sale_records, transactions};
use rusqlite::{Connection, OptionalExtension, Row};

/// What taking in a row did to the store.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RowOutcome {
    Added,
    Updated,
    Unchanged,
}

/// Why a row was not taken in.
#[derive(Debug, thiserror::Error)]
pub enum RowError {
    /// Only this row is wrong.
    #[error(transparent)]
    Conflict(#[from] Conflict),
    #[error(transparent)]
    Ambiguous(#[from] AmbiguousSale),
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl From<rusqlite::Error> for RowError {
    fn from(error: rusqlite::Error) -> Self {
        Self::Store(error.into())
    }
}

/// The change that a report makes, decided before anything is written.
pub(in crate::store) enum Change {
    Insert(Sources),
    Update(Box<transactions::Stored>, Box<Transaction>, Sources),
    Nothing,
}

pub(in crate::store) fn change(connection: &Connection, report: &PaymentReport) -> Result<Change, RowError> {
    match transactions::known(connection, &report.transaction)? {
        None => Ok(Change::Insert(Sources::of(report))),
        Some(known) => match merge(&known.transaction, &known.sources, report)? {
            Merged::Unchanged => Ok(Change::Nothing),
            Merged::Updated(transaction, sources) => Ok(Change::Update(Box::new(known), transaction, sources)),
        },
    }
}

/// Records that a plan is cancelled. Of several reports the earliest time counts.
pub(in crate::store) fn take_cancellation(
    connection: &Connection,
    cancellation: &PlanCancellation,
) -> rusqlite::Result<RowOutcome> {
    let order = cancellation.order.as_str();
    let product = cancellation.product.as_ref().map_or("", |id| id.as_str());
    let at = cancellation.at.map(|at| at.timestamp_millis());
    let mut known = connection
        .prepare_cached("SELECT cancelled_at FROM plan_cancellations WHERE order_id = ?1 AND product_id = ?2")?;
    let known: Option<Option<i64>> = known.query_row((order, product), |row| row.get(0)).optional()?;
    let earliest = match (known.flatten(), at) {
        (Some(known), Some(at)) => Some(known.min(at)),
        (known, at) => known.or(at),
    };
    if known == Some(earliest) {
        return Ok(RowOutcome::Unchanged);
    }
    connection
        .prepare_cached(
            "INSERT INTO plan_cancellations (order_id, product_id, cancelled_at) VALUES (?1, ?2, ?3)
             ON CONFLICT DO UPDATE SET cancelled_at = excluded.cancelled_at",
        )?
        .execute((order, product, earliest))?;
    Ok(if known.is_some() { RowOutcome::Updated } else { RowOutcome::Added })
}

/// A total that went back, of a sale that had an earlier one.
pub(in crate::store) enum LaterTotal {
    /// No more than is known.
    Known,
    /// What went back since, under its own ID.
    Grown(Box<PaymentReport>),
}

/// `None` if the report is no total that a sale's own row states, or the first one of the sale.
pub(in crate::store) fn later_total(
    connection: &Connection,
    report: &PaymentReport,
) -> Result<Option<LaterTotal>, StoreError> {
    let total = &report.transaction;
    let Some(sale) = total.refund_of.as_ref().filter(|_| total.id_is_made_up) else { return Ok(None) };
    if id_of_total(sale).ok().as_ref() != Some(&total.id) {
        return Ok(None);
    }
    let mut known = connection.prepare_cached(
        "SELECT count(*), coalesce(sum(amount_minor), 0) FROM transactions
          WHERE refund_of = ?1 AND id_is_made_up = 1 AND currency = ?2
            AND substr(transaction_id, 1, length(?3)) = ?3",
    )?;
    let values = (sale.as_str(), total.amount.currency().code(), total.id.as_str());
    let (count, minor): (u64, i64) = known.query_row(values, |row| Ok((row.get(0)?, row.get(1)?)))?;
    if count == 0 {
        return Ok(None);
    }
    let since = total.amount.minor().saturating_sub(minor);
    let Ok(id) = TransactionId::new(&format!("{}-{}", total.id, count + 1)) else { return Ok(None) };
    if since <= 0 {
        return Ok(Some(LaterTotal::Known));
    }
    let amount = Money::new(since, total.amount.currency());
    let transaction = Transaction { id, amount, ..total.clone() };
    Ok(Some(LaterTotal::Grown(Box::new(PaymentReport { transaction, ..report.clone() }))))
}

/// Records a dispute, merged with what is known of it.
pub(in crate::store) fn take_dispute(connection: &Connection, dispute: &Dispute) -> rusqlite::Result<RowOutcome> {
    let mut known = connection.prepare_cached(
        "SELECT dispute_id, order_id, sale_id, amount_minor, currency, state, changed_at
           FROM disputes WHERE dispute_id = ?1",
    )?;
    let known = known.query_row([dispute.id.as_str()], sale_records::read_dispute).optional()?;
    let merged = known.as_ref().map_or_else(|| dispute.clone(), |known| known.merged(dispute));
    if known.as_ref() == Some(&merged) {
        return Ok(RowOutcome::Unchanged);
    }
    connection
        .prepare_cached(
            "INSERT OR REPLACE INTO disputes (dispute_id, order_id, sale_id, amount_minor, currency, state, changed_at)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)",
        )?
        .execute(rusqlite::params![
            merged.id.as_str(),
            merged.order.as_str(),
            merged.sale.as_ref().map(|id| id.as_str()),
            merged.amount.map(|amount| amount.minor()),
            merged.amount.map(|amount| amount.currency().code()),
            merged.state.word(),
            merged.at.timestamp_millis(),
        ])?;
    Ok(if known.is_some() { RowOutcome::Updated } else { RowOutcome::Added })
}

/// Records that a refund or chargeback was undone. Of several reports the latest time counts.
pub(in crate::store) fn take_reversal(connection: &Connection, reversal: &Reversal) -> rusqlite::Result<RowOutcome> {
    let known = reversal_of(connection, &reversal.id)?;
    if known.as_ref().is_some_and(|known| known.at >= reversal.at) {
        return Ok(RowOutcome::Unchanged);
    }
    connection
        .prepare_cached("INSERT OR REPLACE INTO reversals (transaction_id, kind, reversed_at) VALUES (?1, ?2, ?3)")?
        .execute((reversal.id.as_str(), reversal.of.word(), reversal.at.timestamp_millis()))?;
    Ok(if known.is_some() { RowOutcome::Updated } else { RowOutcome::Added })
}

/// The recorded reversal of a refund or chargeback.
pub(in crate::store) fn reversal_of(connection: &Connection, id: &TransactionId) -> rusqlite::Result<Option<Reversal>> {
    let mut known = connection
        .prepare_cached("SELECT transaction_id, kind, reversed_at FROM reversals WHERE transaction_id = ?1")?;
    let read = |row: &Row<'_>| {
        Ok(Reversal {
            id: columns::id(row, "transaction_id")?,
            of: columns::parsed(row, "kind")?,
            at: columns::instant(row, "reversed_at")?,
        })
    };
    known.query_row([id.as_str()], read).optional()
}

/// Whether the platform's event was recorded before.
pub(in crate::store) fn has_taken(connection: &Connection, event: &Identity) -> rusqlite::Result<bool> {
    let mut statement =
        connection.prepare_cached("SELECT EXISTS (SELECT 1 FROM taken_events WHERE source = ?1 AND event_id = ?2)")?;
    statement.query_row((&event.source, &event.id), |row| row.get(0))
}

pub(in crate::store) fn remember_event(connection: &Connection, event: &Identity) -> rusqlite::Result<()> {
    let mut statement =
        connection.prepare_cached("INSERT OR IGNORE INTO taken_events (source, event_id) VALUES (?1, ?2)")?;
    statement.execute((&event.source, &event.id))?;
    Ok(())
}
