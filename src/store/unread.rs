//! Unread reports: reports that money went back which could not be read as a payment.

use crate::domain::ids::{OrderId, RefundNumber, TransactionId};
use crate::domain::money::{Currency, Money};
use crate::domain::sale::transaction::{Kind, SaleStatus, Transaction};
use crate::domain::time::Timestamp;
use crate::domain::unread::{NewUnread, Settlement, UnreadId, UnreadReport};
use crate::store::columns::{self, RowNumber};
use crate::store::{Store, StoreError, transactions};
use chrono::NaiveDate;
use rusqlite::{Connection, OptionalExtension, Row};

macro_rules! select {
    ($rest:literal) => {
        concat!(
            "SELECT u.number, u.file, u.line, u.code, u.message, u.order_id, u.transaction_id, u.amount_minor,
                    u.currency, u.reported_on, u.reported_at, u.settled_as, u.settled_refund, u.settled_minor,
                    s.transaction_id AS sale_id, s.currency AS sale_currency
               FROM unread_reports u LEFT JOIN transactions s ON s.row = u.settled_sale ",
            $rest
        )
    };
}

/// The open reports that may be about the payment ?1 with the ID ?2 and the order ?3: those that name it or a refund or
/// chargeback of it, and those that name its order, unless they name another payment of that order.
const ABOUT: &str = select!(
    "WHERE u.number IN (
        SELECT number FROM unread_reports
         WHERE transaction_id IN (SELECT ?2 UNION ALL SELECT transaction_id FROM former_ids WHERE payment = ?1
                                  UNION ALL
                                  SELECT p.transaction_id FROM links l JOIN transactions p ON p.row = l.platform
                                   WHERE l.sale = ?1)
        UNION
        SELECT o.number FROM unread_reports o
         WHERE o.order_id = ?3
           AND NOT EXISTS (SELECT 1 FROM transactions n LEFT JOIN links l ON l.platform = n.row
                            WHERE n.transaction_id = o.transaction_id AND n.order_id = o.order_id
                              AND (n.kind = 'sale' OR l.sale IS NOT NULL)))
       AND u.settled_as IS NULL
     ORDER BY u.number"
);

impl Store {
    pub fn unread_report(&self, id: UnreadId) -> Result<Option<UnreadReport>, StoreError> {
        Ok(by_number(&self.connection, id)?)
    }

    /// The open reports of the import with this number of its event.
    pub fn open_unread_of_import(&self, import: i64) -> Result<Vec<UnreadReport>, StoreError> {
        let mut statement =
            self.connection.prepare(select!("WHERE u.import = ?1 AND u.settled_as IS NULL ORDER BY u.number"))?;
        Ok(statement.query_map([import], read)?.collect::<rusqlite::Result<_>>()?)
    }

    /// Another report than this one is settled as the refund's success.
    pub fn is_confirmed_by_other(&self, refund: RefundNumber, report: UnreadId) -> Result<bool, StoreError> {
        let sql = "SELECT EXISTS (SELECT 1 FROM unread_reports WHERE settled_refund = ?1 AND number <> ?2)";
        Ok(self.connection.query_row(sql, (refund.0, report.0), |row| row.get(0))?)
    }
}

pub(in crate::store) fn by_number(connection: &Connection, id: UnreadId) -> rusqlite::Result<Option<UnreadReport>> {
    let mut statement = connection.prepare_cached(select!("WHERE u.number = ?1"))?;
    statement.query_row([id.0], read).optional()
}

pub(in crate::store) fn open(connection: &Connection) -> rusqlite::Result<Vec<UnreadReport>> {
    let mut statement = connection.prepare(select!("WHERE u.settled_as IS NULL ORDER BY u.number"))?;
    statement.query_map([], read)?.collect()
}

/// Whether the store has any report; most stores have none.
pub(in crate::store) fn exists(connection: &Connection) -> rusqlite::Result<bool> {
    let mut statement = connection.prepare_cached("SELECT EXISTS (SELECT 1 FROM unread_reports)")?;
    statement.query_row([], |row| row.get(0))
}

/// The open reports that may be about a payment.
pub(in crate::store) fn about(
    connection: &Connection,
    row: RowNumber,
    of: &Transaction,
) -> rusqlite::Result<Vec<UnreadReport>> {
    let mut statement = connection.prepare_cached(ABOUT)?;
    statement.query_map((row, of.id.as_str(), of.order.as_str()), read)?.collect()
}

/// Whether reports are settled to the sale.
pub(in crate::store) fn settled_to(connection: &Connection, sale: RowNumber) -> rusqlite::Result<bool> {
    let mut statement =
        connection.prepare_cached("SELECT EXISTS (SELECT 1 FROM unread_reports WHERE settled_sale = ?1)")?;
    statement.query_row([sale], |row| row.get(0))
}

/// The report with this identity.
pub(in crate::store) fn known(connection: &Connection, new: &NewUnread) -> rusqlite::Result<Option<UnreadId>> {
    let mut statement = connection.prepare_cached("SELECT number FROM unread_reports WHERE identity = ?1")?;
    statement.query_row([&new.identity], |row| row.get(0).map(UnreadId)).optional()
}

pub(in crate::store) fn insert(
    connection: &Connection,
    new: &NewUnread,
    at: Timestamp,
) -> Result<UnreadId, StoreError> {
    let NewUnread { identity, file, line, code, message, evidence } = new;
    let mut statement = connection.prepare_cached(
        "INSERT INTO unread_reports (identity, reported_at, file, line, code, message, order_id, transaction_id,
                                     amount_minor, currency, reported_on)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11)",
    )?;
    statement.execute(rusqlite::params![
        identity,
        at.timestamp_millis(),
        file,
        line,
        code,
        message,
        evidence.order.as_ref().map(OrderId::as_str),
        evidence.transaction.as_ref().map(TransactionId::as_str),
        evidence.amount.map(Money::minor),
        evidence.amount.map(|amount| amount.currency().code()),
        evidence.on.map(|on| on.to_string()),
    ])?;
    Ok(UnreadId(connection.last_insert_rowid()))
}

/// Marks the reports of an import that has just got its event.
pub(in crate::store) fn belong_to_import(connection: &Connection, import: i64) -> rusqlite::Result<()> {
    connection.execute("UPDATE unread_reports SET import = ?1 WHERE import IS NULL", [import])?;
    Ok(())
}

/// Settles the report, or opens it again.
pub(in crate::store) fn settle(
    connection: &Connection,
    id: UnreadId,
    settlement: Option<&Settlement>,
    on: NaiveDate,
    note: Option<&str>,
) -> Result<(), StoreError> {
    let (word, sale, refund, minor) = match settlement {
        None => (None, None, None, None),
        Some(Settlement::Sale { sale, amount }) => {
            (Some("sale"), Some(transactions::existing_row(connection, sale)?), None, Some(amount.minor()))
        }
        Some(Settlement::Refund(number)) => (Some("refund"), None, Some(number.0), None),
        Some(Settlement::NoSale) => (Some("none"), None, None, None),
        Some(Settlement::Row) => (Some("row"), None, None, None),
    };
    let on = settlement.map(|_| on.to_string());
    connection
        .prepare_cached(
            "UPDATE unread_reports SET settled_as = ?2, settled_sale = ?3, settled_refund = ?4, settled_minor = ?5,
                                       settled_on = ?6, note = ?7 WHERE number = ?1",
        )?
        .execute((id.0, word, sale, refund, minor, on, note))?;
    Ok(())
}

/// The order of the sale whose refunds the report counts among.
pub(in crate::store) fn counted_in(connection: &Connection, id: UnreadId) -> rusqlite::Result<Option<OrderId>> {
    let mut statement = connection.prepare_cached(
        "SELECT t.order_id FROM unread_reports u LEFT JOIN refunds r ON r.number = u.settled_refund
           JOIN transactions t ON t.row = coalesce(u.settled_sale, r.sale) WHERE u.number = ?1",
    )?;
    statement.query_row([id.0], |row| columns::id(row, "order_id")).optional()
}

/// Whether the payment reports that money went back.
pub(in crate::store) fn is_money_back(payment: &Transaction) -> bool {
    match payment.sale_status() {
        Some(status) => matches!(status, SaleStatus::Refunded | SaleStatus::ChargedBack),
        None => true,
    }
}

/// The store has the row with this ID, and it says that money went back: what the report says is counted already.
pub(in crate::store) fn is_read(connection: &Connection, id: &TransactionId) -> rusqlite::Result<bool> {
    let mut statement = connection.prepare_cached(
        "SELECT EXISTS (SELECT 1 FROM transactions WHERE transaction_id = ?1
                           AND (kind <> 'sale' AND status IN ('succeeded', 'unknown')
                                OR kind = 'sale' AND status IN ('refunded', 'charged_back')))",
    )?;
    statement.query_row([id.as_str()], |row| row.get(0))
}

/// The reports that this row, which has just been read, replaces: those with its ID; and if it is new, one of an
/// earlier import that names the row's order but no refund, and agrees in amount and day as far as it names them.
pub(in crate::store) fn replaced_by(
    connection: &Connection,
    payment: &Transaction,
    on: NaiveDate,
    is_new: bool,
) -> rusqlite::Result<Vec<UnreadId>> {
    let mut same_id = connection.prepare_cached(
        "SELECT number FROM unread_reports
          WHERE transaction_id = ?1 AND settled_as IS NOT 'row' AND code NOT IN ('conflicts', 'ambiguous_sale')",
    )?;
    let same_id = same_id.query_map([payment.id.as_str()], |row| row.get(0).map(UnreadId))?;
    let mut replaced = same_id.collect::<rusqlite::Result<Vec<_>>>()?;
    if replaced.is_empty() && is_new && payment.entry.kind() != Kind::Sale {
        replaced.extend(agreeing(connection, payment, on)?);
    }
    Ok(replaced)
}

fn agreeing(connection: &Connection, payment: &Transaction, on: NaiveDate) -> rusqlite::Result<Option<UnreadId>> {
    let mut statement = connection.prepare_cached(
        "SELECT u.number FROM unread_reports u
          WHERE u.order_id = ?1 AND u.import IS NOT NULL AND u.settled_as IS NOT 'row'
            AND u.code NOT IN ('conflicts', 'ambiguous_sale')
            AND (u.transaction_id IS NULL
                 OR EXISTS (SELECT 1 FROM transactions WHERE transaction_id = u.transaction_id AND kind = 'sale'))
            AND coalesce(u.amount_minor, ?2) = ?2 AND coalesce(u.currency, ?3) = ?3
            AND coalesce(u.reported_on, ?4) = ?4
            AND u.reported_on IS NOT NULL
          ORDER BY u.settled_as IS NOT NULL, u.number LIMIT 1",
    )?;
    let amount = payment.amount;
    let values = (payment.order.as_str(), amount.minor(), amount.currency().code(), on.to_string());
    statement.query_row(values, |row| row.get(0).map(UnreadId)).optional()
}

fn read(row: &Row<'_>) -> rusqlite::Result<UnreadReport> {
    let currency: Option<Currency> = columns::parsed_if_any(row, "currency")?;
    let minor: Option<i64> = row.get("amount_minor")?;
    Ok(UnreadReport {
        id: UnreadId(row.get("number")?),
        file: row.get("file")?,
        line: row.get("line")?,
        code: row.get("code")?,
        message: row.get("message")?,
        order: columns::parsed_if_any(row, "order_id")?,
        transaction: columns::parsed_if_any(row, "transaction_id")?,
        amount: currency.zip(minor).map(|(currency, minor)| Money::new(minor, currency)),
        on: columns::parsed_if_any(row, "reported_on")?,
        found_at: columns::instant(row, "reported_at")?,
        settlement: read_settlement(row)?,
    })
}

fn read_settlement(row: &Row<'_>) -> rusqlite::Result<Option<Settlement>> {
    let word: Option<String> = row.get("settled_as")?;
    Ok(match word.as_deref() {
        None => None,
        Some("sale") => {
            let amount = columns::money(row, "settled_minor", "sale_currency")?;
            Some(Settlement::Sale { sale: columns::id(row, "sale_id")?, amount })
        }
        Some("refund") => Some(Settlement::Refund(RefundNumber(row.get("settled_refund")?))),
        Some("none") => Some(Settlement::NoSale),
        Some(_) => Some(Settlement::Row),
    })
}
