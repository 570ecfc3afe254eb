//! What the customers were told: that the message about a refund was written, and when.

use crate::domain::ids::{RefundId, TransactionId};
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
    /// Hex SHA-256 of the message's text: what was said can be proven without being kept.
    pub digest: &'a str,
}

/// The day on which the sale's customer was last told of a refund.
pub(in crate::store) fn told_on(
    connection: &Connection,
    sale: RowNumber,
    zone: Zone,
) -> Result<Option<NaiveDate>, StoreError> {
    let mut statement = connection.prepare_cached("SELECT max(told_at) AS told_at FROM notices WHERE sale = ?1")?;
    let told_at = statement.query_row([sale], |row| columns::instant_if_any(row, "told_at"))?;
    Ok(told_at.map(|at| zone.day_of(at)))
}

pub(in crate::store) fn insert(
    connection: &Connection,
    new: &NewNotice<'_>,
    told_at: Timestamp,
) -> Result<(), StoreError> {
    let sale = row_of(connection, &new.refund.sale)?;
    let (number, platform) = match &new.refund.id {
        RefundId::Desk(number) => (Some(number.0), None),
        RefundId::Platform(id) => (None, Some(row_of(connection, id)?)),
    };
    let mut statement = connection.prepare_cached(
        "INSERT INTO notices (sale, refund, platform, told_at, language) VALUES (?1, ?2, ?3, ?4, ?5)",
    )?;
    statement.execute((sale, number, platform, told_at.timestamp_millis(), new.language.word()))?;
    Ok(())
}

fn row_of(connection: &Connection, id: &TransactionId) -> Result<RowNumber, StoreError> {
    let stored = transactions::by_id(connection, id)?;
    stored.map(|stored| stored.row).ok_or_else(|| StoreError::MoneyRule(format!("there is no payment {id}")))
}
