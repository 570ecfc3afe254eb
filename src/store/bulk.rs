//! Filling an empty store: what keeps the rows findable is built once, after all of them.

use crate::store::StoreError;
use rusqlite::Connection;

/// Indexes and triggers that no row needs while it comes in, save the ones that tell known rows from new ones.
const LATER: &[&str] = &[
    "names_learn",
    "names_relearn",
    "products_by_id",
    "transactions_by_id",
    "transactions_by_outcome",
    "transactions_by_order",
    "transactions_of_the_platform",
    "transactions_unusual",
];

/// What was taken out of the schema, letter by letter as it stood there.
pub(in crate::store) struct Later {
    statements: Vec<String>,
}

/// Whether the store has no payment yet.
pub(in crate::store) fn is_empty(connection: &Connection) -> Result<bool, StoreError> {
    Ok(connection.query_row("SELECT NOT EXISTS (SELECT 1 FROM transactions)", [], |row| row.get(0))?)
}

/// Takes out what can be built later. Part of the write that fills the store: broken off, all of it is back.
pub(in crate::store) fn put_off(connection: &Connection) -> Result<Later, StoreError> {
    let mut find = connection.prepare("SELECT type, sql FROM sqlite_schema WHERE name = ?1")?;
    let mut statements = Vec::with_capacity(LATER.len());
    for name in LATER {
        let (kind, sql): (String, String) = find.query_row([name], |row| Ok((row.get(0)?, row.get(1)?)))?;
        connection.execute_batch(&format!("DROP {kind} {name}"))?;
        statements.push(sql);
    }
    Ok(Later { statements })
}

impl Later {
    /// Builds everything from the rows that are there now.
    pub fn build(self, connection: &Connection) -> Result<(), StoreError> {
        // As many entries in memory at once as there is room for: less is to be merged.
        connection.execute_batch(
            "INSERT INTO names (names, rank) VALUES ('hashsize', 33554432);
             INSERT INTO names (names) VALUES ('rebuild');
             INSERT INTO names (names, rank) VALUES ('hashsize', 1048576);",
        )?;
        for statement in &self.statements {
            connection.execute_batch(statement)?;
        }
        Ok(())
    }
}
