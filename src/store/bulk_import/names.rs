//! The index of names of a store that was filled, built on a thread of its own: of all that makes rows findable it
//! takes the longest, and nothing else needs it.
//!
//! SQLite lets nobody else write to the store meanwhile, and shows nobody else its rows. So the thread is given them,
//! and builds the same index in a temporary database, whose tables the store's own write takes over as they are. What
//! stands there in the end is what FTS5 made of the same rows, and it stands there with all of them or not at all.

use crate::store::StoreError;
use rusqlite::Connection;
use rusqlite::types::ToSqlOutput;
use std::sync::mpsc::{Receiver, Sender, channel};
use std::thread::{self, JoinHandle};

/// So many rows are handed over at once.
const ROWS: usize = 4_096;

/// Where FTS5 keeps an index; its settings stay with the store.
const TABLES: &[&str] = &["names_data", "names_idx"];

/// A row's number, and what is searched of it.
type Name = (i64, Box<str>);

/// An index that is being built, while the store has none.
pub(in crate::store) struct NamesApart {
    definition: String,
    thread: JoinHandle<rusqlite::Result<Connection>>,
}

impl NamesApart {
    /// Begins with all payments that there are, which must not change until the index is brought over. Those that wait
    /// take less memory than the files did that they came from.
    pub fn begin(store: &Connection, definition: String) -> Result<Self, StoreError> {
        let (sender, receiver) = channel();
        let same = definition.clone();
        let thread = thread::spawn(move || index(&same, &receiver));
        hand_over(store, &sender)?;
        Ok(Self { definition, thread })
    }

    /// Waits for the index, and makes it the store's.
    pub fn bring_over(self, store: &Connection) -> Result<(), StoreError> {
        let ended = self.thread.join();
        let apart = ended.map_err(|_| StoreError::Unusable("the index of names was not built".to_owned()))??;
        // Made anew, so that FTS5 remembers nothing of it.
        store.execute_batch(&self.definition)?;
        for table in TABLES {
            store.execute_batch(&format!("DELETE FROM {table}"))?;
            copy(table, &apart, store)?;
        }
        Ok(())
    }
}

fn hand_over(store: &Connection, sender: &Sender<Vec<Name>>) -> Result<(), StoreError> {
    let mut select = store.prepare("SELECT row, searchable FROM transactions ORDER BY row")?;
    let mut names = select.query_map([], |row| Ok((row.get(0)?, row.get(1)?)))?;
    loop {
        let some = names.by_ref().take(ROWS).collect::<rusqlite::Result<Vec<Name>>>()?;
        // A thread that failed tells so when it is waited for.
        if some.is_empty() || sender.send(some).is_err() {
            return Ok(());
        }
    }
}

/// Builds the index in a file that SQLite takes away again; its loss would be nobody's.
fn index(definition: &str, names: &Receiver<Vec<Name>>) -> rusqlite::Result<Connection> {
    let apart = Connection::open("")?;
    apart.execute_batch("PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF;")?;
    apart.execute_batch(definition)?;
    // As many entries in memory at once as there is room for, and all of them merged once, at the end.
    apart.execute_batch(
        "INSERT INTO names (names, rank) VALUES ('hashsize', 33554432), ('automerge', 0), ('crisismerge', 1999);
         BEGIN;",
    )?;
    let mut insert = apart.prepare("INSERT INTO names (rowid, searchable) VALUES (?1, ?2)")?;
    for (row, searchable) in names.iter().flatten() {
        insert.execute((row, searchable))?;
    }
    drop(insert);
    // A search looks into every part of the index: one is half the pages of several.
    apart.execute_batch("INSERT INTO names (names) VALUES ('optimize'); COMMIT;")?;
    Ok(apart)
}

/// Every row as it stands.
fn copy(table: &str, from: &Connection, to: &Connection) -> rusqlite::Result<()> {
    let mut select = from.prepare(&format!("SELECT * FROM {table}"))?;
    let columns = select.column_count();
    let places = vec!["?"; columns].join(", ");
    let mut insert = to.prepare(&format!("INSERT INTO {table} VALUES ({places})"))?;
    let mut rows = select.query([])?;
    while let Some(row) = rows.next()? {
        let value = |column| row.get_ref(column).map(ToSqlOutput::Borrowed);
        for column in 0..columns {
            insert.raw_bind_parameter(column + 1, value(column)?)?;
        }
        insert.raw_execute()?;
    }
    Ok(())
}
