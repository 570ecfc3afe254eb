//! IDs that the desk generated before the platform's were known. They still identify their payments.

use crate::domain::ids::TransactionId;
use crate::domain::sale::id_reconciliation::{KnownSale, same_sale};
use crate::domain::sale::incoming::PaymentReport;
use crate::domain::sale::transaction::Transaction;
use crate::domain::time::Zone;
use crate::store::columns::{self, RowNumber};
use crate::store::transactions::{self, Stored};
use crate::store::{RowError, Store, StoreError};
use rusqlite::{Connection, OptionalExtension};

/// A payment that the store has under another ID than the reported one.
pub(in crate::store) enum Known {
    /// The reported ID was once generated for it.
    ByPastId(Stored),
    /// It has a generated ID, and takes the reported one, which is the platform's.
    Adopts(Stored),
    /// It has the platform's ID. The reported one is generated, because the row has none.
    Joins(Stored),
}

impl Store {
    /// The columns of which the generated IDs are made, in words: none if no ID was generated. The newest import that
    /// generated IDs knows them.
    pub fn ids_made_of(&self) -> Result<Vec<String>, StoreError> {
        let mut statement = self.connection.prepare_cached(
            "SELECT value FROM json_each((SELECT facts -> '$.make_ids' FROM events
                                           WHERE kind = 'imported' AND facts -> '$.make_ids' IS NOT NULL
                                           ORDER BY number DESC LIMIT 1))",
        )?;
        let words = statement.query_map([], |row| row.get(0))?;
        Ok(words.collect::<rusqlite::Result<_>>()?)
    }

    /// Whether any generated ID was replaced.
    pub fn has_past_ids(&self) -> Result<bool, StoreError> {
        let sql = "SELECT EXISTS (SELECT 1 FROM former_ids)";
        Ok(self.connection.query_row(sql, [], |row| row.get(0))?)
    }

    /// The current ID of the payment for which this one was generated. `None` if it is no past ID.
    pub fn current_id(&self, id: &TransactionId) -> Result<Option<TransactionId>, StoreError> {
        let mut statement = self.connection.prepare_cached(
            "SELECT t.transaction_id FROM former_ids f JOIN transactions t ON t.row = f.payment
              WHERE f.transaction_id = ?1",
        )?;
        Ok(statement.query_row([id.as_str()], |row| columns::id(row, "transaction_id")).optional()?)
    }

    /// The IDs that were generated for a payment before the platform's was known.
    pub fn past_ids(&self, id: &TransactionId) -> Result<Vec<TransactionId>, StoreError> {
        let mut statement = self.connection.prepare_cached(
            "SELECT f.transaction_id FROM transactions t JOIN former_ids f ON f.payment = t.row
              WHERE t.transaction_id = ?1 ORDER BY 1",
        )?;
        let ids = statement.query_map([id.as_str()], |row| columns::id(row, "transaction_id"))?;
        Ok(ids.collect::<rusqlite::Result<_>>()?)
    }
}

/// The row of the payment for which this ID was generated.
pub(in crate::store) fn row_of(connection: &Connection, id: &TransactionId) -> Result<Option<RowNumber>, StoreError> {
    let mut statement = connection.prepare_cached("SELECT payment FROM former_ids WHERE transaction_id = ?1")?;
    Ok(statement.query_row([id.as_str()], |row| row.get(0)).optional()?)
}

/// The payment for which this ID was generated.
pub(in crate::store) fn payment(connection: &Connection, id: &TransactionId) -> Result<Option<Stored>, StoreError> {
    row_of(connection, id)?.map(|row| transactions::by_row(connection, row)).transpose()
}

/// The stored payment that this reports under another ID. Call it only if no payment has the reported ID.
pub(in crate::store) fn known(
    connection: &Connection,
    report: &PaymentReport,
    zone: Zone,
) -> Result<Option<Known>, RowError> {
    let reported = &report.transaction;
    if reported.sale_status().is_none() {
        return Ok(None);
    }
    if !reported.id_is_made_up {
        let generated = transactions::with_generated_ids(connection, &reported.order)?;
        return Ok(one_of(connection, report, generated, zone)?.map(Known::Adopts));
    }
    if let Some(stored) = payment(connection, &reported.id)? {
        return Ok(Some(Known::ByPastId(stored)));
    }
    let order = transactions::of_order(connection, reported.order.as_str())?;
    Ok(one_of(connection, report, order, zone)?.map(Known::Joins))
}

fn one_of(
    connection: &Connection,
    report: &PaymentReport,
    order: Vec<Stored>,
    zone: Zone,
) -> Result<Option<Stored>, RowError> {
    let mut known = Vec::with_capacity(order.len());
    for stored in &order {
        let is_recognised = has_past_id(connection, stored.row)?;
        known.push(KnownSale { sale: &stored.transaction, is_recognised });
    }
    let id = same_sale(&report.transaction, known, zone)?.map(|sale| sale.id.clone());
    Ok(order.into_iter().find(|stored| Some(&stored.transaction.id) == id.as_ref()))
}

fn has_past_id(connection: &Connection, payment: RowNumber) -> Result<bool, StoreError> {
    let mut statement = connection.prepare_cached("SELECT EXISTS (SELECT 1 FROM former_ids WHERE payment = ?1)")?;
    Ok(statement.query_row([payment], |row| row.get(0))?)
}

/// Replaces a payment's generated ID by the platform's.
pub(in crate::store) fn adopt(
    connection: &Connection,
    stored: &Stored,
    real: &TransactionId,
) -> Result<(), StoreError> {
    let mut statement = connection.prepare_cached("UPDATE transactions SET transaction_id = ?2 WHERE row = ?1")?;
    statement.execute((stored.row, real.as_str()))?;
    let renamed = Transaction { id: real.clone(), id_is_made_up: false, ..stored.transaction.clone() };
    transactions::update(connection, stored, &renamed, &stored.sources)?;
    Ok(remember(connection, &stored.transaction.id, stored.row)?)
}

/// Makes the generated ID identify this payment, too.
pub(in crate::store) fn remember(
    connection: &Connection,
    generated: &TransactionId,
    payment: RowNumber,
) -> rusqlite::Result<()> {
    let mut statement =
        connection.prepare_cached("INSERT INTO former_ids (transaction_id, payment) VALUES (?1, ?2)")?;
    statement.execute((generated.as_str(), payment))?;
    Ok(())
}
