//! Records that the message to a customer about a refund was written, and when.

use crate::domain::ids::RefundId;
use crate::domain::notice::Language;
use crate::domain::refund::Refund;
use crate::domain::time::{Timestamp, Zone};
use crate::store::columns::{self, RowNumber};
use crate::store::{StoreError, transactions};
use chrono::NaiveDate;
use rusqlite::Connection;

/// A message that was written.
#[derive(Debug, Clone, Copy)]
pub struct NewNotice<'a> {
    pub refund: &'a Refund,
    pub language: Language,
    /// Hex SHA-256 of the message's text: proves what it said without keeping it.
    pub digest: &'a str,
}

/// The day on which the customer was last notified of a refund of this sale.
pub(in crate::store) fn notified_on(
    connection: &Connection,
    sale: RowNumber,
    zone: Zone,
) -> Result<Option<NaiveDate>, StoreError> {
    let mut statement = connection.prepare_cached("SELECT max(told_at) AS told_at FROM notices WHERE sale = ?1")?;
    let at = statement.query_row([sale], |row| columns::instant_if_any(row, "told_at"))?;
    Ok(at.map(|at| zone.day_of(at)))
}

pub(in crate::store) fn insert(connection: &Connection, new: &NewNotice<'_>, at: Timestamp) -> Result<(), StoreError> {
    let sale = transactions::existing_row(connection, &new.refund.sale)?;
    let (number, platform) = match &new.refund.id {
        RefundId::Desk(number) => (Some(number.0), None),
        RefundId::Platform(id) => (None, Some(transactions::existing_row(connection, id)?)),
    };
    let mut statement = connection.prepare_cached(
        "INSERT INTO notices (sale, refund, platform, told_at, language) VALUES (?1, ?2, ?3, ?4, ?5)",
    )?;
    statement.execute((sale, number, platform, at.timestamp_millis(), new.language.word()))?;
    Ok(())
}
