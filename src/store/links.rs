//! Stores the matches that [`crate::domain::sale::matching`] computes from an order's rows.

use crate::domain::ids::{OrderId, RefundNumber, TransactionId};
use crate::domain::money::Money;
use crate::domain::sale::matching::{DeskRefund, MatchKey, MatchOutcome, OrderRows, Pin, match_order};
use crate::domain::sale::transaction::{Kind, KindAndStatus, SaleStatus};
use crate::store::StoreError;
use crate::store::columns::{self, RowNumber};
use crate::store::transactions::{self, Stored};
use rusqlite::Connection;
use std::collections::{BTreeMap, BTreeSet};

type Matches = BTreeMap<TransactionId, MatchOutcome>;

/// Whether the order has a refund or chargeback to match, or a sale that may be a refund.
pub(in crate::store) fn has_platform_rows(connection: &Connection, order: &OrderId) -> Result<bool, StoreError> {
    let mut statement = connection.prepare_cached(
        "SELECT EXISTS (SELECT 1 FROM transactions WHERE order_id = ?1 AND kind <> 'sale')
             OR EXISTS (SELECT 1 FROM transactions WHERE order_id = ?1 AND kind = 'sale'
                                                    AND status IN ('refunded', 'charged_back'))
             OR EXISTS (SELECT 1 FROM transactions t JOIN transactions s ON s.transaction_id = t.refund_of
                         WHERE s.order_id = ?1)",
    )?;
    Ok(statement.query_row([order.as_str()], |row| row.get(0))?)
}

/// Whether a refund or chargeback names this payment as the one it takes money from.
pub(in crate::store) fn is_named_by_refunds(connection: &Connection, id: &TransactionId) -> Result<bool, StoreError> {
    let mut statement = connection.prepare_cached("SELECT EXISTS (SELECT 1 FROM transactions WHERE refund_of = ?1)")?;
    Ok(statement.query_row([id.as_str()], |row| row.get(0))?)
}

/// The orders that have a refund or chargeback, or a refunded or charged back sale beside another payment.
pub(in crate::store) fn orders_with_platform_rows(connection: &Connection) -> Result<Vec<OrderId>, StoreError> {
    let mut statement = connection.prepare(
        "SELECT order_id FROM transactions WHERE kind <> 'sale'
         UNION
         SELECT order_id FROM transactions INDEXED BY transactions_refunded
          WHERE kind = 'sale' AND status IN ('refunded', 'charged_back')
           AND (SELECT count(*) FROM transactions o WHERE o.order_id = transactions.order_id COLLATE NOCASE) > 1
         UNION
         SELECT s.order_id FROM transactions t JOIN transactions s ON s.transaction_id = t.refund_of
          WHERE t.refund_of IS NOT NULL AND s.kind = 'sale'
         ORDER BY 1",
    )?;
    let orders = statement.query_map([], |row| columns::id(row, "order_id"))?;
    Ok(orders.collect::<rusqlite::Result<_>>()?)
}

/// Matches the order again and replaces its stored matches. Returns how many rows are matched and how many are not.
pub(in crate::store) fn rematch(connection: &Connection, order: &OrderId) -> Result<(u64, u64), StoreError> {
    let stored = rows_of(connection, order)?;
    let rows = order_rows(connection, &stored)?;
    let numbers: BTreeMap<&TransactionId, RowNumber> =
        stored.iter().map(|stored| (&stored.transaction.id, stored.row)).collect();
    let number = |id: &TransactionId| {
        numbers.get(id).copied().ok_or_else(|| StoreError::Damaged(format!("payment {id} is not in its order")))
    };
    let matches = match_order(&rows);
    // A desk refund has one link at most, so all old links are deleted before the first new one.
    for stored in &stored {
        delete(connection, stored.row)?;
    }
    for (id, found) in &matches {
        insert(connection, number(id)?, found, &number)?;
    }
    let is_open = |found: &&MatchOutcome| matches!(found, MatchOutcome::Unmatched { .. });
    let unmatched = matches.values().filter(is_open).count() as u64;
    Ok((matches.len() as u64 - unmatched, unmatched))
}

/// The order's rows, without the refunds and chargebacks that name a sale of another order, and with those of other
/// orders that name one of its sales.
fn rows_of(connection: &Connection, order: &OrderId) -> Result<Vec<Stored>, StoreError> {
    let mut rows = Vec::new();
    for stored in transactions::of_order(connection, order.as_str())? {
        let of = transactions::order_it_takes_from(connection, &stored.transaction)?;
        if of.is_none_or(|of| of == *order) || pin_of(connection, stored.row)?.is_some() {
            rows.push(stored);
        }
    }
    rows.extend(transactions::taking_from(connection, order)?);
    Ok(rows)
}

fn delete(connection: &Connection, platform: RowNumber) -> Result<(), StoreError> {
    connection.prepare_cached("DELETE FROM links WHERE platform = ?1")?.execute([platform])?;
    connection.prepare_cached("DELETE FROM candidates WHERE platform = ?1")?.execute([platform])?;
    Ok(())
}

fn insert(
    connection: &Connection,
    platform: RowNumber,
    found: &MatchOutcome,
    number: &dyn Fn(&TransactionId) -> Result<RowNumber, StoreError>,
) -> Result<(), StoreError> {
    let (sale, refund, candidates) = match found {
        MatchOutcome::Linked { sale, refund } => (Some(number(sale)?), *refund, BTreeSet::new()),
        MatchOutcome::Unmatched { candidates } => (None, None, candidates.clone()),
        MatchOutcome::NoSale => (None, None, BTreeSet::new()),
    };
    connection
        .prepare_cached("INSERT INTO links (platform, sale, refund, is_set_aside) VALUES (?1, ?2, ?3, ?4)")?
        .execute((platform, sale, refund.map(|number| number.0), *found == MatchOutcome::NoSale))?;
    let mut statement = connection.prepare_cached("INSERT INTO candidates (platform, sale) VALUES (?1, ?2)")?;
    for candidate in &candidates {
        statement.execute((platform, number(candidate)?))?;
    }
    Ok(())
}

/// Pins the platform row to what a person decided, or removes its pin.
pub(in crate::store) fn pin(
    connection: &Connection,
    platform: &TransactionId,
    pin: Option<&Pin>,
) -> Result<(), StoreError> {
    let platform = transactions::existing_row(connection, platform)?;
    let (sale, refund) = match pin {
        None => {
            connection.prepare_cached("DELETE FROM pins WHERE platform = ?1")?.execute([platform])?;
            return Ok(());
        }
        Some(Pin::Nothing) => (None, None),
        Some(Pin::Sale(sale)) => (Some(transactions::existing_row(connection, sale)?), None),
        Some(Pin::Refund(number)) => (None, Some(number.0)),
    };
    connection
        .prepare_cached(
            "INSERT INTO pins (platform, sale, refund) VALUES (?1, ?2, ?3)
             ON CONFLICT DO UPDATE SET sale = excluded.sale, refund = excluded.refund",
        )?
        .execute((platform, sale, refund))?;
    Ok(())
}

/// The matches that matching computes for the order, and the stored ones. They differ only in a damaged store.
pub(in crate::store) fn computed_and_stored(
    connection: &Connection,
    order: &OrderId,
) -> Result<(Matches, Matches), StoreError> {
    let stored = rows_of(connection, order)?;
    let computed = match_order(&order_rows(connection, &stored)?);
    let mut found = BTreeMap::new();
    for platform in &stored {
        if let Some(stored) = read_match(connection, platform.row)? {
            found.insert(platform.transaction.id.clone(), stored);
        }
    }
    Ok((computed, found))
}

fn read_match(connection: &Connection, platform: RowNumber) -> Result<Option<MatchOutcome>, StoreError> {
    let mut link = connection.prepare_cached(
        "SELECT s.transaction_id AS sale, l.refund, l.is_set_aside
           FROM links l LEFT JOIN transactions s ON s.row = l.sale WHERE l.platform = ?1",
    )?;
    let mut rows = link.query([platform])?;
    let Some(row) = rows.next()? else { return Ok(None) };
    let refund: Option<i64> = row.get("refund")?;
    if row.get("is_set_aside")? {
        return Ok(Some(MatchOutcome::NoSale));
    }
    if let Some(sale) = columns::parsed_if_any(row, "sale")? {
        return Ok(Some(MatchOutcome::Linked { sale, refund: refund.map(RefundNumber) }));
    }
    let mut candidates = connection.prepare_cached(
        "SELECT s.transaction_id FROM candidates c JOIN transactions s ON s.row = c.sale WHERE c.platform = ?1",
    )?;
    let candidates = candidates.query_map([platform], |row| columns::id(row, "transaction_id"))?;
    Ok(Some(MatchOutcome::Unmatched { candidates: candidates.collect::<rusqlite::Result<_>>()? }))
}

fn order_rows(connection: &Connection, stored: &[Stored]) -> Result<OrderRows, StoreError> {
    let mut rows = OrderRows::default();
    for each in stored {
        let refunds = match each.transaction.entry.kind() {
            Kind::Sale => desk_refunds(connection, each)?,
            Kind::Refund | Kind::Chargeback => Vec::new(),
        };
        if let Some(pin) = pin_of(connection, each.row)? {
            rows.pins.insert(each.transaction.id.clone(), pin);
        }
        rows.payments.push(match_key(each, !refunds.is_empty()));
        rows.refunds.extend(refunds);
    }
    Ok(rows)
}

/// A sale that the desk refunded was paid then, whatever is known of it now.
fn match_key(stored: &Stored, has_refunds: bool) -> MatchKey {
    let transaction = &stored.transaction;
    let (takes_money, status) = match transaction.entry {
        KindAndStatus::Sale(status) => (matches!(status, SaleStatus::Refunded | SaleStatus::ChargedBack), Some(status)),
        KindAndStatus::Refund(status) | KindAndStatus::Chargeback(status) => (status.takes_money(), None),
    };
    let may_be_paid = status.is_some_and(|status| status.has_money() || status == SaleStatus::Unknown);
    MatchKey {
        id: transaction.id.clone(),
        kind: transaction.entry.kind(),
        products: transaction.products.iter().chain(&stored.sources.other_names).cloned().collect(),
        rate_number: transaction.rate_number,
        amount: transaction.amount,
        at: transaction.paid_at,
        is_test: transaction.is_test,
        takes_money,
        was_paid: (may_be_paid || stored.sources.was_paid || has_refunds) && !transaction.amount.is_zero(),
        is_refunded: status == Some(SaleStatus::Refunded),
        is_charged_back: status == Some(SaleStatus::ChargedBack),
        refund_of: transaction.refund_of.clone(),
    }
}

fn desk_refunds(connection: &Connection, sale: &Stored) -> Result<Vec<DeskRefund>, StoreError> {
    let mut statement = connection.prepare_cached(
        "SELECT number, amount_minor, status IN ('failed', 'cancelled') AS is_given_up
           FROM refunds WHERE sale = ?1 ORDER BY number",
    )?;
    let currency = sale.transaction.amount.currency();
    let refunds = statement.query_map([sale.row], |row| {
        Ok(DeskRefund {
            number: RefundNumber(row.get("number")?),
            sale: sale.transaction.id.clone(),
            amount: Money::new(row.get("amount_minor")?, currency),
            is_given_up: row.get("is_given_up")?,
            known_before: BTreeSet::new(),
        })
    })?;
    let mut refunds = refunds.collect::<rusqlite::Result<Vec<_>>>()?;
    let mut known = connection.prepare_cached(
        "SELECT t.transaction_id FROM known_before k JOIN transactions t ON t.row = k.platform WHERE k.refund = ?1",
    )?;
    for refund in &mut refunds {
        let ids = known.query_map([refund.number.0], |row| columns::id(row, "transaction_id"))?;
        refund.known_before = ids.collect::<rusqlite::Result<_>>()?;
    }
    Ok(refunds)
}

fn pin_of(connection: &Connection, platform: RowNumber) -> Result<Option<Pin>, StoreError> {
    let mut statement = connection.prepare_cached(
        "SELECT s.transaction_id AS sale, p.refund
           FROM pins p LEFT JOIN transactions s ON s.row = p.sale WHERE p.platform = ?1",
    )?;
    let mut rows = statement.query([platform])?;
    let Some(row) = rows.next()? else { return Ok(None) };
    let sale: Option<TransactionId> = columns::parsed_if_any(row, "sale")?;
    let refund: Option<i64> = row.get("refund")?;
    Ok(Some(match (refund, sale) {
        (Some(number), _) => Pin::Refund(RefundNumber(number)),
        (None, Some(sale)) => Pin::Sale(sale),
        (None, None) => Pin::Nothing,
    }))
}
