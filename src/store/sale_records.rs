//! Reads a payment with everything that matters for refunding it. Most payments have little of that, so one statement
//! asks what exists, and only that is read.

use crate::domain::ids::{OrderId, TransactionId};
use crate::domain::money::{Currency, Money};
use crate::domain::sale::dispute::{Chargeback, Dispute};
use crate::domain::sale::record::{OrderPayment, OrderPayments, SaleRecord, Unmatched};
use crate::domain::sale::transaction::{Product, SaleStatus, Transaction};
use crate::domain::time::Zone;
use crate::store::columns::{self, InOrder, RowNumber};
use crate::store::transactions::{self, Stored};
use crate::store::{Store, StoreError, done, notices, past_ids, refunds, unread};
use rusqlite::{Connection, Row};

impl Store {
    /// The record of the payment that has exactly this ID, or for which it was generated.
    pub fn record(&self, id: &TransactionId, zone: Zone) -> Result<Option<SaleRecord>, StoreError> {
        let stored = match transactions::by_id(&self.connection, id)? {
            None => past_ids::payment(&self.connection, id)?,
            found => found,
        };
        stored.map(|stored| of(&self.connection, stored, zone)).transpose()
    }

    /// Calls `each` with the record of each ID and the value given with it. All records are read from one snapshot, in
    /// the order of the file, which is much faster for many of them. IDs that the store does not have come first.
    /// Lookups are faster if the IDs are sorted.
    pub fn records<'i, T, E: From<StoreError>>(
        &self,
        ids: impl IntoIterator<Item = (&'i TransactionId, T)>,
        zone: Zone,
        mut each: impl FnMut(T, Option<SaleRecord>) -> Result<(), E>,
    ) -> Result<(), E> {
        let _snapshot = self.snapshot()?;
        let mut rows = Vec::new();
        for (id, value) in ids {
            let row = match transactions::row_of(&self.connection, id)? {
                None => past_ids::row_of(&self.connection, id)?,
                found => found,
            };
            rows.push((row, value));
        }
        rows.sort_unstable_by_key(|(row, _)| *row);
        for (row, value) in rows {
            let stored = row.map(|row| transactions::by_row(&self.connection, row)).transpose()?;
            let record = stored.map(|stored| of(&self.connection, stored, zone)).transpose()?;
            each(value, record)?;
        }
        Ok(())
    }

    /// The records of an order's payments, oldest first. Empty for an unknown order.
    pub fn order(&self, order: &OrderId, zone: Zone) -> Result<Vec<SaleRecord>, StoreError> {
        let stored = transactions::of_order(&self.connection, order.as_str())?;
        stored.into_iter().map(|stored| of(&self.connection, stored, zone)).collect()
    }
}

pub(in crate::store) fn of(connection: &Connection, stored: Stored, zone: Zone) -> Result<SaleRecord, StoreError> {
    let Stored { row, transaction, sources } = stored;
    let has = Has::of(connection, row, &transaction)?;
    let has_refunds = has.refunds || has.links || has.unread && unread::settled_to(connection, row)?;
    let refunds = read_if(has_refunds, || refunds::of_sale(connection, row, zone))?;
    let mut record = SaleRecord {
        // Customers are notified of refunds only.
        customer_notified_on: read_if(!refunds.is_empty(), || notices::notified_on(connection, row, zone))?,
        paid_twice_done: read_if(!refunds.is_empty() || has.links, || Ok(done::of_sale(connection, row)?))?,
        refunds,
        chargebacks: read_if(has.links, || chargebacks(connection, row, zone))?,
        disputes: read_if(has.disputes, || disputes(connection, &transaction))?,
        planned: Vec::new(),
        unmatched: read_if(has.candidates, || unmatched(connection, row, zone))?,
        unread: read_if(has.unread, || Ok(unread::about(connection, row, &transaction)?))?,
        order: order_payments(connection, &transaction, has.other_payments, zone)?,
        plan_is_cancelled: read_if(has.cancellations, || plan_is_cancelled(connection, &transaction))?,
        confirmed_at: sources.confirmed_at,
        payment: transaction,
    };
    record.keep_what_blocks();
    Ok(record)
}

fn read_if<T: Default>(exists: bool, read: impl FnOnce() -> Result<T, StoreError>) -> Result<T, StoreError> {
    if exists { read() } else { Ok(T::default()) }
}

/// What else the store has about a payment or its order.
struct Has {
    refunds: bool,
    links: bool,
    candidates: bool,
    disputes: bool,
    cancellations: bool,
    /// There are unread reports, perhaps of other orders.
    unread: bool,
    /// Of any kind, in the same order.
    other_payments: bool,
}

impl Has {
    fn of(connection: &Connection, row: RowNumber, of: &Transaction) -> Result<Self, StoreError> {
        let mut statement = connection.prepare_cached(
            "SELECT EXISTS (SELECT 1 FROM refunds WHERE sale = ?1),
                    EXISTS (SELECT 1 FROM disputes WHERE order_id = ?2),
                    EXISTS (SELECT 1 FROM plan_cancellations WHERE order_id = ?2),
                    EXISTS (SELECT 1 FROM unread_reports),
                    EXISTS (SELECT 1 FROM transactions WHERE order_id = ?2 COLLATE NOCASE AND row <> ?1),
                    EXISTS (SELECT 1 FROM transactions WHERE refund_of = ?3)",
        )?;
        let mut has = statement.query_row((row, of.order.as_str(), of.id.as_str()), |row| {
            let mut columns = InOrder::of(row);
            Ok(Self {
                refunds: columns.value()?,
                disputes: columns.value()?,
                cancellations: columns.value()?,
                unread: columns.value()?,
                other_payments: columns.value()?,
                links: columns.value()?,
                candidates: false,
            })
        })?;
        // Matching stays within an order, except for rows that name the payment, so most payments have no match.
        if has.other_payments || has.links {
            let mut statement = connection.prepare_cached(
                "SELECT EXISTS (SELECT 1 FROM links WHERE sale = ?1),
                        EXISTS (SELECT 1 FROM candidates WHERE sale = ?1)",
            )?;
            (has.links, has.candidates) = statement.query_row([row], |row| Ok((row.get(0)?, row.get(1)?)))?;
        }
        Ok(has)
    }
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

/// Only rows that took money block a refund.
fn unmatched(connection: &Connection, sale: RowNumber, zone: Zone) -> Result<Vec<Unmatched>, StoreError> {
    let mut statement = connection.prepare_cached(
        "SELECT t.transaction_id, t.amount_minor, t.currency, t.paid_at
           FROM candidates c JOIN transactions t ON t.row = c.platform
          WHERE c.sale = ?1 AND t.status IN ('succeeded', 'unknown', 'refunded', 'charged_back') ORDER BY t.paid_at, t.transaction_id",
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

/// The disputes about this payment. A dispute that names no payment, or one that the store does not have, may be about
/// any payment of the order.
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

/// The sales of the payment's order, oldest first: the live ones of a live payment, the test ones of a test payment.
/// `has_others`: the payment is not the only one of its order.
fn order_payments(
    connection: &Connection,
    of: &Transaction,
    has_others: bool,
    zone: Zone,
) -> Result<OrderPayments, StoreError> {
    if !has_others {
        let only = of.sale_status().map(|status| OrderPayment {
            paid_on: zone.day_of(of.paid_at),
            rate_number: of.rate_number,
            has_money: status.has_money() && !of.amount.is_zero(),
        });
        return Ok(OrderPayments { payments: only.into_iter().collect() });
    }
    let mut statement = connection.prepare_cached(
        "SELECT paid_at, rate_number, status, amount_minor FROM transactions
          WHERE order_id = ?1 COLLATE NOCASE AND order_id = ?1 COLLATE BINARY AND kind = 'sale' AND is_test = ?2
          ORDER BY paid_at, transaction_id",
    )?;
    let payments = statement.query_map((of.order.as_str(), of.is_test), |row| {
        let mut columns = InOrder::of(row);
        let paid_on = zone.day_of(columns.instant()?);
        let rate_number = columns.value()?;
        let status: SaleStatus = columns.parsed()?;
        let has_money = status.has_money() && columns.value::<i64>()? > 0;
        Ok(OrderPayment { paid_on, rate_number, has_money })
    })?;
    Ok(OrderPayments { payments: payments.collect::<rusqlite::Result<_>>()? })
}

fn plan_is_cancelled(connection: &Connection, of: &Transaction) -> Result<bool, StoreError> {
    let mut statement = connection.prepare_cached("SELECT product_id FROM plan_cancellations WHERE order_id = ?1")?;
    let cancelled = statement.query_map([of.order.as_str()], |row| row.get::<_, String>(0))?;
    let cancelled = cancelled.collect::<rusqlite::Result<Vec<_>>>()?;
    let is_cancelled = |product: &Product| {
        product.id.as_ref().is_some_and(|id| cancelled.iter().any(|cancelled| cancelled == id.as_str()))
    };
    let whole_order = cancelled.iter().any(String::is_empty);
    Ok(whole_order || !of.products.is_empty() && of.products.iter().all(is_cancelled))
}
