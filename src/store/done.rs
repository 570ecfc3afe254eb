//! What the vendor has dealt with outside the desk.

use crate::domain::ids::TransactionId;
use crate::domain::sale::done_mark::DoneMark;
use crate::store::columns::{self, RowNumber};
use rusqlite::{Connection, OptionalExtension, Row, ToSql};

const COLUMNS: &str = "covers, note, done_on";

pub(in crate::store) fn of_sale(connection: &Connection, sale: RowNumber) -> rusqlite::Result<Option<DoneMark>> {
    find(connection, "sale", &sale)
}

pub(in crate::store) fn of_dispute(connection: &Connection, id: &TransactionId) -> rusqlite::Result<Option<DoneMark>> {
    find(connection, "dispute_id", &id.as_str())
}

fn find(connection: &Connection, column: &str, value: &dyn ToSql) -> rusqlite::Result<Option<DoneMark>> {
    let mut statement = connection.prepare_cached(&format!("SELECT {COLUMNS} FROM done WHERE {column} = ?1"))?;
    statement.query_row([value], read).optional()
}

fn read(row: &Row<'_>) -> rusqlite::Result<DoneMark> {
    let covers: String = row.get("covers")?;
    Ok(DoneMark {
        on: columns::day(row, "done_on")?,
        note: row.get("note")?,
        // What cannot be read covers nothing, so that the matter is due.
        covers: serde_json::from_str(&covers).unwrap_or_default(),
    })
}

/// Replaces what was recorded about the sale or the dispute; `None` removes it.
pub(in crate::store) fn replace(
    connection: &Connection,
    sale: Option<RowNumber>,
    dispute: Option<&TransactionId>,
    mark: Option<&DoneMark>,
) -> rusqlite::Result<()> {
    let dispute = dispute.map(TransactionId::as_str);
    connection.execute("DELETE FROM done WHERE sale = ?1 OR dispute_id = ?2", (sale, dispute))?;
    if let Some(mark) = mark {
        let covers = serde_json::json!(mark.covers).to_string();
        connection.execute(
            "INSERT INTO done (sale, dispute_id, covers, note, done_on) VALUES (?1, ?2, ?3, ?4, ?5)",
            (sale, dispute, covers, &mark.note, mark.on.to_string()),
        )?;
    }
    Ok(())
}
