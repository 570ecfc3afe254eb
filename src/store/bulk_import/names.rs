//! Builds the index of names on another thread. It takes longer than all other indexes, and none of them needs it.
//!
//! While the store is being written, no other connection can write to it or see its new rows. So the thread receives
//! the texts, builds the same FTS5 table in a temporary database, and the contents of its shadow tables are copied into
//! the store as they are. This works because a shadow table holds only what FTS5 derived from the rows, and because the
//! same SQLite reads and writes both. The copy is part of the import's SQL transaction.

use crate::store::StoreError;
use rusqlite::Connection;
use rusqlite::types::ToSqlOutput;
use std::sync::mpsc::{Receiver, Sender, channel};
use std::thread::{self, JoinHandle};

/// How many rows are sent at a time.
const ROWS: usize = 4_096;

/// The shadow tables that hold an FTS5 index. The third one, its configuration, stays as the store has it.
const TABLES: &[&str] = &["names_data", "names_idx"];

/// A row number with its search text.
type Name = (i64, Box<str>);

/// The index of names of all payments, being built.
pub(in crate::store) struct NamesIndex {
    definition: String,
    thread: JoinHandle<rusqlite::Result<Connection>>,
}

impl NamesIndex {
    /// Starts with all payments of the store, which must not change until [`NamesIndex::finish`]. The texts that wait
    /// for the thread take less memory than the imported files did.
    pub fn begin(store: &Connection, definition: String) -> Result<Self, StoreError> {
        let (sender, receiver) = channel();
        let same = definition.clone();
        let thread = thread::spawn(move || build(&same, &receiver));
        send(store, &sender)?;
        Ok(Self { definition, thread })
    }

    /// Waits for the index and copies it into the store.
    pub fn finish(self, store: &Connection) -> Result<(), StoreError> {
        let built = self.thread.join();
        let built = built.map_err(|_| StoreError::Unusable("the index of names was not built".to_owned()))??;
        // A new table, of which FTS5 has cached nothing.
        store.execute_batch(&self.definition)?;
        for table in TABLES {
            store.execute_batch(&format!("DELETE FROM {table}"))?;
            copy(table, &built, store)?;
        }
        Ok(())
    }
}

fn send(store: &Connection, sender: &Sender<Vec<Name>>) -> Result<(), StoreError> {
    let mut select = store.prepare("SELECT row, searchable FROM transactions ORDER BY row")?;
    let mut names = select.query_map([], |row| Ok((row.get(0)?, row.get(1)?)))?;
    loop {
        let some = names.by_ref().take(ROWS).collect::<rusqlite::Result<Vec<Name>>>()?;
        // The error of a thread that failed is returned when it is joined.
        if some.is_empty() || sender.send(some).is_err() {
            return Ok(());
        }
    }
}

/// Builds the index in a temporary file, which SQLite deletes. It needs no journal: a failure discards it.
fn build(definition: &str, names: &Receiver<Vec<Name>>) -> rusqlite::Result<Connection> {
    let temporary = Connection::open("")?;
    temporary.execute_batch("PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF;")?;
    temporary.execute_batch(definition)?;
    // Keep many entries in memory, and merge all segments once, at the end.
    temporary.execute_batch(
        "INSERT INTO names (names, rank) VALUES ('hashsize', 33554432), ('automerge', 0), ('crisismerge', 1999);
         BEGIN;",
    )?;
    let mut insert = temporary.prepare("INSERT INTO names (rowid, searchable) VALUES (?1, ?2)")?;
    for (row, searchable) in names.iter().flatten() {
        insert.execute((row, searchable))?;
    }
    drop(insert);
    // A search reads every segment: one has half the pages of several.
    temporary.execute_batch("INSERT INTO names (names) VALUES ('optimize'); COMMIT;")?;
    Ok(temporary)
}

fn copy(table: &str, from: &Connection, to: &Connection) -> rusqlite::Result<()> {
    let mut select = from.prepare(&format!("SELECT * FROM {table}"))?;
    let columns = select.column_count();
    let parameters = vec!["?"; columns].join(", ");
    let mut insert = to.prepare(&format!("INSERT INTO {table} VALUES ({parameters})"))?;
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
