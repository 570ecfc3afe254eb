//! IDs that the desk had made up before the platform's own was known: they still name their payment.

use crate::domain::ids::TransactionId;
use crate::domain::sale::id_reconciliation::twin;
use crate::domain::sale::incoming::Report;
use crate::domain::sale::transaction::Transaction;
use crate::store::columns::{self, RowNumber};
use crate::store::transactions::{self, Stored};
use crate::store::{Store, StoreError, TakeError};
use rusqlite::{Connection, OptionalExtension};

/// A payment that is known under another ID than it is reported with.
pub(in crate::store) enum Known {
    /// By an ID that was made up for it once.
    Formerly(Stored),
    /// The platform's notification of a payment whose ID is made up so far: it takes the real one.
    Adopts(Stored),
    /// A row without an ID of a payment whose real one is known.
    Joins(Stored),
}

impl Store {
    /// Whether any ID gave way to a real one.
    pub fn has_former_ids(&self) -> Result<bool, StoreError> {
        let sql = "SELECT EXISTS (SELECT 1 FROM former_ids)";
        Ok(self.connection.query_row(sql, [], |row| row.get(0))?)
    }

    /// The ID of the payment that this one was made up for; `None` where it was for none.
    pub fn current_id(&self, id: &TransactionId) -> Result<Option<TransactionId>, StoreError> {
        let mut statement = self.connection.prepare_cached(
            "SELECT t.transaction_id FROM former_ids f JOIN transactions t ON t.row = f.payment
              WHERE f.transaction_id = ?1",
        )?;
        Ok(statement.query_row([id.as_str()], |row| columns::id(row, "transaction_id")).optional()?)
    }

    /// The IDs that were made up for a payment before its own was known.
    pub fn former_ids(&self, id: &TransactionId) -> Result<Vec<TransactionId>, StoreError> {
        let mut statement = self.connection.prepare_cached(
            "SELECT f.transaction_id FROM transactions t JOIN former_ids f ON f.payment = t.row
              WHERE t.transaction_id = ?1 ORDER BY 1",
        )?;
        let ids = statement.query_map([id.as_str()], |row| columns::id(row, "transaction_id"))?;
        Ok(ids.collect::<rusqlite::Result<_>>()?)
    }
}

/// Where the payment lies that this ID was made up for.
pub(in crate::store) fn row_of(connection: &Connection, id: &TransactionId) -> Result<Option<RowNumber>, StoreError> {
    let mut statement = connection.prepare_cached("SELECT payment FROM former_ids WHERE transaction_id = ?1")?;
    Ok(statement.query_row([id.as_str()], |row| row.get(0)).optional()?)
}

/// The payment that this ID was made up for.
pub(in crate::store) fn payment(connection: &Connection, id: &TransactionId) -> Result<Option<Stored>, StoreError> {
    row_of(connection, id)?.map(|row| transactions::by_row(connection, row)).transpose()
}

/// Under which other ID a payment is known that nobody knows by its reported one.
pub(in crate::store) fn known(connection: &Connection, report: &Report) -> Result<Option<Known>, TakeError> {
    let reported = &report.transaction;
    if reported.sale_status().is_none() {
        return Ok(None);
    }
    if !reported.id_is_made_up {
        let made_up = transactions::with_made_up_ids(connection, &reported.order)?;
        return Ok(one_of(report, made_up)?.map(Known::Adopts));
    }
    if let Some(stored) = payment(connection, &reported.id)? {
        return Ok(Some(Known::Formerly(stored)));
    }
    let order = transactions::of_order(connection, reported.order.as_str())?;
    Ok(one_of(report, order)?.map(Known::Joins))
}

fn one_of(report: &Report, order: Vec<Stored>) -> Result<Option<Stored>, TakeError> {
    let id = twin(&report.transaction, order.iter().map(|stored| &stored.transaction))?.map(|twin| twin.id.clone());
    Ok(order.into_iter().find(|stored| Some(&stored.transaction.id) == id.as_ref()))
}

/// Gives a payment its real ID in the place of the one that was made up.
pub(in crate::store) fn adopt(
    connection: &Connection,
    made_up: &Stored,
    real: &TransactionId,
) -> Result<(), StoreError> {
    let mut statement = connection.prepare_cached("UPDATE transactions SET transaction_id = ?2 WHERE row = ?1")?;
    statement.execute((made_up.row, real.as_str()))?;
    let renamed = Transaction { id: real.clone(), id_is_made_up: false, ..made_up.transaction.clone() };
    transactions::update(connection, made_up, &renamed, &made_up.sources)?;
    Ok(remember(connection, &made_up.transaction.id, made_up.row)?)
}

/// From now on the made-up ID names this payment, too.
pub(in crate::store) fn remember(
    connection: &Connection,
    made_up: &TransactionId,
    payment: RowNumber,
) -> rusqlite::Result<()> {
    let mut statement =
        connection.prepare_cached("INSERT INTO former_ids (transaction_id, payment) VALUES (?1, ?2)")?;
    statement.execute((made_up.as_str(), payment))?;
    Ok(())
}
