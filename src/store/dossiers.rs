//! A payment with everything that bears on refunding it, in six lookups by index, and a seventh where it
//! was refunded.

use crate::domain::dispute::{Chargeback, Dispute};
use crate::domain::dossier::{Dossier, OrderPayment, OrderPayments, Unmatched};
use crate::domain::ids::{OrderId, TransactionId};
use crate::domain::moment::Zone;
use crate::domain::money::{Currency, Money};
use crate::domain::transaction::{Kind, Product, SaleStatus, Transaction};
use crate::store::columns::{self, RowNumber};
use crate::store::transactions::{self, Stored};
use crate::store::{Store, StoreError, former, notices, refunds};
use rusqlite::{Connection, Row};

impl Store {
    /// The dossier of the payment with exactly this ID, or for which it was made up once.
    pub fn dossier(&self, id: &TransactionId, zone: Zone) -> Result<Option<Dossier>, StoreError> {
        let stored = match transactions::by_id(&self.connection, id)? {
            None => former::payment(&self.connection, id)?,
            found => found,
        };
        stored.map(|stored| of(&self.connection, stored, zone)).transpose()
    }

    /// The dossiers of an order's payments, oldest first; none where the order is not known.
    pub fn order(&self, order: &OrderId, zone: Zone) -> Result<Vec<Dossier>, StoreError> {
        let stored = transactions::of_order(&self.connection, order.as_str())?;
        stored.into_iter().map(|stored| of(&self.connection, stored, zone)).collect()
    }
}

pub(in crate::store) fn of(
    connection: &Connection,
    stored: Stored,
    zone: Zone,
) -> Result<Dossier, StoreError> {
    let Stored { row, transaction, .. } = stored;
    let is_sale = transaction.entry.kind() == Kind::Sale;
    let refunds = if is_sale { refunds::of_sale(connection, row, zone)? } else { Vec::new() };
    Ok(Dossier {
        // Customers are told of refunds: without one there is nothing to look for.
        customer_told_on: if refunds.is_empty() { None } else { notices::told_on(connection, row, zone)? },
        refunds,
        chargebacks: if is_sale { chargebacks(connection, row, zone)? } else { Vec::new() },
        disputes: disputes(connection, &transaction)?,
        unmatched: if is_sale { unmatched(connection, row, zone)? } else { Vec::new() },
        order: order_payments(connection, &transaction, zone)?,
        plan_is_cancelled: plan_is_cancelled(connection, &transaction)?,
        payment: transaction,
    })
}

fn chargebacks(connection: &Connection, sale: RowNumber, zone: Zone) -> Result<Vec<Chargeback>, StoreError> {
    let mut statement = connection.prepare_cached(
        "SELECT t.transaction_id, t.amount_minor, t.currency, t.status, t.paid_at
           FROM links l JOIN transactions t ON t.row = l.platform
          WHERE l.sale = ?1 AND t.kind = 'chargeback' ORDER BY t.paid_at, t.transaction_id",
    )?;
    let rows = statement.query_map([sale], |row| {
        Ok(Chargeback {
            id: columns::id(row, "transaction_id")?,
            amount: columns::money(row, "amount_minor", "currency")?,
            status: columns::parsed(row, "status")?,
            on: zone.day_of(columns::instant(row, "paid_at")?),
        })
    })?;
    Ok(rows.collect::<rusqlite::Result<_>>()?)
}

/// Only rows that take money block: a failed refund took none.
fn unmatched(connection: &Connection, sale: RowNumber, zone: Zone) -> Result<Vec<Unmatched>, StoreError> {
    let mut statement = connection.prepare_cached(
        "SELECT t.transaction_id, t.amount_minor, t.currency, t.paid_at
           FROM candidates c JOIN transactions t ON t.row = c.platform
          WHERE c.sale = ?1 AND t.status IN ('succeeded', 'unknown') ORDER BY t.paid_at, t.transaction_id",
    )?;
    let rows = statement.query_map([sale], |row| {
        Ok(Unmatched {
            id: columns::id(row, "transaction_id")?,
            amount: columns::money(row, "amount_minor", "currency")?,
            on: zone.day_of(columns::instant(row, "paid_at")?),
        })
    })?;
    Ok(rows.collect::<rusqlite::Result<_>>()?)
}

/// Those about this payment. One that names no payment, or one that is not here under this name, may be about any of
/// its order.
fn disputes(connection: &Connection, of: &Transaction) -> Result<Vec<Dispute>, StoreError> {
    let mut statement = connection.prepare_cached(
        "SELECT dispute_id, order_id, sale_id, amount_minor, currency, state, changed_at FROM disputes
          WHERE order_id = ?1
            AND (sale_id = ?2 OR NOT EXISTS (SELECT 1 FROM transactions WHERE transaction_id = sale_id))
          ORDER BY changed_at, dispute_id",
    )?;
    let rows = statement.query_map((of.order.as_str(), of.id.as_str()), read_dispute)?;
    Ok(rows.collect::<rusqlite::Result<_>>()?)
}

pub(in crate::store) fn read_dispute(row: &Row<'_>) -> rusqlite::Result<Dispute> {
    let currency: Option<Currency> = columns::parsed_if_any(row, "currency")?;
    let minor: Option<i64> = row.get("amount_minor")?;
    Ok(Dispute {
        id: columns::id(row, "dispute_id")?,
        order: columns::id(row, "order_id")?,
        sale: columns::parsed_if_any(row, "sale_id")?,
        amount: currency.zip(minor).map(|(currency, minor)| Money::new(minor, currency)),
        state: columns::parsed(row, "state")?,
        at: columns::instant(row, "changed_at")?,
    })
}

fn order_payments(
    connection: &Connection,
    of: &Transaction,
    zone: Zone,
) -> Result<OrderPayments, StoreError> {
    let mut statement = connection.prepare_cached(
        "SELECT paid_at, rate_number, status, amount_minor FROM transactions
          WHERE order_id = ?1 COLLATE NOCASE AND order_id = ?1 COLLATE BINARY AND kind = 'sale' AND is_test = ?2
          ORDER BY paid_at, transaction_id",
    )?;
    let payments = statement.query_map((of.order.as_str(), of.is_test), |row| {
        let status: SaleStatus = columns::parsed(row, "status")?;
        Ok(OrderPayment {
            paid_on: zone.day_of(columns::instant(row, "paid_at")?),
            rate_number: row.get("rate_number")?,
            has_money: status.has_money() && row.get::<_, i64>("amount_minor")? > 0,
        })
    })?;
    Ok(OrderPayments { payments: payments.collect::<rusqlite::Result<_>>()? })
}

fn plan_is_cancelled(connection: &Connection, of: &Transaction) -> Result<bool, StoreError> {
    let mut statement =
        connection.prepare_cached("SELECT product_id FROM plan_cancellations WHERE order_id = ?1")?;
    let cancelled = statement.query_map([of.order.as_str()], |row| row.get::<_, String>(0))?;
    let cancelled = cancelled.collect::<rusqlite::Result<Vec<_>>>()?;
    let is_cancelled = |product: &Product| {
        product.id.as_ref().is_some_and(|id| cancelled.iter().any(|cancelled| cancelled == id.as_str()))
    };
    let whole_order = cancelled.iter().any(String::is_empty);
    Ok(whole_order || !of.products.is_empty() && of.products.iter().all(is_cancelled))
}
