//! Migrates a store's schema to this program's version, under an exclusive lock.

use crate::store::StoreError;
use rusqlite::{Connection, Transaction, TransactionBehavior};

/// "retr". A file with another application ID is not a store.
pub(in crate::store) const APPLICATION_ID: i64 = 0x7265_7472;

/// Each migrates from the version of its index to the next one. To change the schema, append one; never edit one that
/// was released.
const MIGRATIONS: &[&str] = &[
    include_str!("migrations/0001_desk.sql"),
    include_str!("migrations/0002_search.sql"),
    include_str!("migrations/0003_notified.sql"),
    include_str!("migrations/0004_notices.sql"),
    include_str!("migrations/0005_due.sql"),
    include_str!("migrations/0006_money_back.sql"),
    include_str!("migrations/0007_done.sql"),
];

/// This program's schema version.
pub const NEWEST: i64 = MIGRATIONS.len() as i64;

/// Applies the missing migrations. Takes no lock if there are none.
pub(in crate::store) fn migrate(connection: &mut Connection) -> Result<(), StoreError> {
    migrate_to(connection, NEWEST)
}

/// The same up to an older version.
pub(in crate::store) fn migrate_to(connection: &mut Connection, newest: i64) -> Result<(), StoreError> {
    if version(connection)? == newest {
        return Ok(());
    }
    let exclusive = connection.transaction_with_behavior(TransactionBehavior::Exclusive)?;
    // Another program may have migrated the store while this one waited for the lock.
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
