//! Brings a store's schema up to this program's, one migration after the other, under an exclusive lock.

use crate::store::StoreError;
use rusqlite::{Connection, Transaction, TransactionBehavior};

/// "retr": a file that carries another one is not a desk's.
pub(in crate::store) const APPLICATION_ID: i64 = 0x7265_7472;

/// Each brings the schema from its index to the next version. Released ones are never edited.
const MIGRATIONS: &[&str] = &[
    include_str!("migrations/0001_desk.sql"),
    include_str!("migrations/0002_search.sql"),
    include_str!("migrations/0003_notified.sql"),
    include_str!("migrations/0004_notices.sql"),
    include_str!("migrations/0005_due.sql"),
];

/// The schema version that this program writes.
pub const NEWEST: i64 = MIGRATIONS.len() as i64;

/// Applies what is missing; does nothing, and locks nothing, on a store that is up to date.
pub(in crate::store) fn migrate(connection: &mut Connection) -> Result<(), StoreError> {
    migrate_to(connection, NEWEST)
}

/// The same up to a schema version that this program knows.
pub(in crate::store) fn migrate_to(connection: &mut Connection, newest: i64) -> Result<(), StoreError> {
    if version(connection)? == newest {
        return Ok(());
    }
    let exclusive = connection.transaction_with_behavior(TransactionBehavior::Exclusive)?;
    // Another desk may have migrated while this one waited for the lock.
    let found = version(&exclusive)?;
    if found > newest {
        return Err(StoreError::Newer { found, known: newest });
    }
    let missing = MIGRATIONS.iter().zip(1..=newest).filter(|(_, to)| *to > found);
    for (migration, to) in missing {
        apply(&exclusive, migration, to)?;
    }
    exclusive.commit()?;
    Ok(())
}

fn apply(exclusive: &Transaction<'_>, migration: &str, to: i64) -> Result<(), StoreError> {
    exclusive.execute_batch(migration)?;
    exclusive.pragma_update(None, "user_version", to)?;
    Ok(())
}

pub(in crate::store) fn version(connection: &Connection) -> rusqlite::Result<i64> {
    connection.pragma_query_value(None, "user_version", |row| row.get(0))
}

pub(in crate::store) fn application_id(connection: &Connection) -> rusqlite::Result<i64> {
    connection.pragma_query_value(None, "application_id", |row| row.get(0))
}
