//! Migrates a store's schema to this program's version, under the write lock.

use crate::store::StoreError;
use rusqlite::{Connection, TransactionBehavior};

/// "retr". A file with another application ID is not a store.
pub(in crate::store) const APPLICATION_ID: i64 = 0x7265_7472;

/// Each migrates from the version of its index to the next one. To change the schema, append one; never edit one that
/// was released.
pub(in crate::store) const MIGRATIONS: &[&str] = &[
    include_str!("migrations/0001_desk.sql"),
    include_str!("migrations/0002_search.sql"),
    include_str!("migrations/0003_notified.sql"),
    include_str!("migrations/0004_notices.sql"),
    include_str!("migrations/0005_due.sql"),
    include_str!("migrations/0006_refunded_rows.sql"),
    include_str!("migrations/0007_unread.sql"),
    include_str!("migrations/0008_done.sql"),
    include_str!("migrations/0009_batches.sql"),
    include_str!("migrations/0010_ground.sql"),
    include_str!("migrations/0011_refund_of.sql"),
    include_str!("migrations/0012_reported.sql"),
];

/// This program's schema version.
pub const NEWEST: i64 = MIGRATIONS.len() as i64;

/// Applies the missing migrations up to `newest`, all or none. If there are any, `prepare` runs first, under the lock;
/// if it fails, nothing is written. Returns the version that was found.
pub(in crate::store) fn migrate(
    connection: &mut Connection,
    newest: i64,
    prepare: impl FnOnce() -> Result<(), StoreError>,
) -> Result<i64, StoreError> {
    let tx = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
    // Another program may have migrated the store while this one waited for the lock.
    let found = version(&tx)?;
    if found > newest {
        return Err(StoreError::Newer { found, known: newest });
    }
    if found < newest {
        prepare()?;
    }
    for (migration, to) in MIGRATIONS.iter().zip(1..=newest).filter(|(_, to)| *to > found) {
        tx.execute_batch(migration)?;
        tx.pragma_update(None, "user_version", to)?;
    }
    tx.commit().map_err(StoreError::of_commit)?;
    Ok(found)
}

pub(in crate::store) fn version(connection: &Connection) -> rusqlite::Result<i64> {
    connection.pragma_query_value(None, "user_version", |row| row.get(0))
}

pub(in crate::store) fn application_id(connection: &Connection) -> rusqlite::Result<i64> {
    connection.pragma_query_value(None, "application_id", |row| row.get(0))
}
