//! Bulk imports: the indexes are built once for many rows, instead of row by row.
//!
//! The first import fills an empty store without its indexes and builds them afterwards. Any other bulk import only
//! defers the index of names.

mod names;

use crate::domain::sale::merge::Sources;
use crate::domain::sale::transaction::Transaction;
use crate::domain::time::Timestamp;
use crate::store::columns::RowNumber;
use crate::store::{SearchText, StoreError, transactions};
pub(in crate::store) use names::NamesIndex;
use rusqlite::{Connection, Statement};

/// Everything in the schema that can be built after the rows: the triggers that maintain the index of names, and the
/// indexes of the filled tables. Those of UNIQUE and PRIMARY KEY have no SQL, and stay: they recognise known rows.
const BUILT_LATER: &str = "
    SELECT type, name, sql FROM sqlite_schema
     WHERE tbl_name IN ('transactions', 'products')
       AND (type = 'index' AND sql IS NOT NULL OR type = 'trigger' AND sql LIKE '%INTO names %')";

/// Whether the store has no payment yet.
pub(in crate::store) fn is_empty(connection: &Connection) -> Result<bool, StoreError> {
    Ok(connection.query_row("SELECT NOT EXISTS (SELECT 1 FROM transactions)", [], |row| row.get(0))?)
}

/// A bulk import into an empty store. It is one SQL transaction, so a failure restores the schema, too.
pub(in crate::store) struct FirstImport<'s> {
    connection: &'s Connection,
    insert: Statement<'s>,
    insert_product: Statement<'s>,
    /// The second of the newest payment so far, since 1970.
    newest: i64,
    /// The SQL that restores what was dropped.
    built_later: Vec<String>,
    /// The same for the index of names.
    names: String,
}

impl<'s> FirstImport<'s> {
    /// Drops what can be built later.
    pub fn begin(connection: &'s Connection) -> Result<Self, StoreError> {
        let mut find = connection.prepare(BUILT_LATER)?;
        let found = find.query_map([], |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?)))?;
        let found = found.collect::<rusqlite::Result<Vec<(String, String, String)>>>()?;
        let find_names = "SELECT sql FROM sqlite_schema WHERE name = 'names'";
        let names = connection.query_row(find_names, [], |row| row.get(0))?;
        for (kind, name, _) in &found {
            connection.execute_batch(&format!("DROP {kind} {name}"))?;
        }
        connection.execute_batch("DROP TABLE names")?;
        Ok(Self {
            connection,
            insert: connection.prepare(&format!("{} ON CONFLICT (transaction_id) DO NOTHING", transactions::INSERT))?,
            insert_product: connection.prepare(transactions::INSERT_PRODUCT)?,
            newest: i64::MIN,
            built_later: found.into_iter().map(|(_, _, sql)| sql).collect(),
            names,
        })
    }

    /// Inserts a payment. Returns `false` if the store has its ID already.
    pub fn insert(
        &mut self,
        payment: &Transaction,
        search_text: &SearchText,
        sources: &Sources,
    ) -> Result<bool, StoreError> {
        let first = RowNumber::first_of(payment.paid_at);
        // After the newest second every row number is free.
        let is_newest = first.second() > self.newest;
        let row = if is_newest { first } else { transactions::free_row(self.connection, payment)? };
        if transactions::write(&mut self.insert, row, payment, search_text, sources)? == 0 {
            return Ok(false);
        }
        self.moved(payment.paid_at);
        transactions::write_products(&mut self.insert_product, row, payment)?;
        Ok(true)
    }

    /// A row was moved to this payment time after it was inserted.
    pub fn moved(&mut self, paid_at: Timestamp) {
        self.newest = self.newest.max(RowNumber::first_of(paid_at).second());
    }

    /// Restores what was dropped, except the index of names, which takes longer.
    pub fn end(self) -> Result<NamesIndex, StoreError> {
        let names = NamesIndex::begin(self.connection, self.names)?;
        // An index is sorted in runs of the cache's size. Runs that fit in the processor's cache take a third less
        // time.
        self.connection.execute_batch("PRAGMA cache_size = -4096")?;
        for statement in &self.built_later {
            self.connection.execute_batch(statement)?;
        }
        self.connection.execute_batch("PRAGMA cache_size = -98304")?;
        Ok(names)
    }
}

/// Defers the names of new rows in a store that has rows. FTS5 writes its pending entries to the file whenever a
/// statement with a trigger begins, so adding them one by one is slow.
pub(in crate::store) struct DeferredNames {
    trigger: String,
    rows: Vec<i64>,
}

impl DeferredNames {
    pub fn begin(connection: &Connection) -> Result<Self, StoreError> {
        let find = "SELECT sql FROM sqlite_schema WHERE name = 'names_learn'";
        let trigger = connection.query_row(find, [], |row| row.get(0))?;
        connection.execute_batch("DROP TRIGGER names_learn")?;
        Ok(Self { trigger, rows: Vec::new() })
    }

    pub fn inserted(&mut self, row: RowNumber) {
        self.rows.push(row.0);
    }

    /// Adds the names of the rows inserted so far. Call it before any of them changes.
    pub fn index(&mut self, connection: &Connection) -> Result<(), StoreError> {
        if self.rows.is_empty() {
            return Ok(());
        }
        let rows = serde_json::json!(std::mem::take(&mut self.rows)).to_string();
        let mut insert = connection.prepare_cached(
            "INSERT INTO names (rowid, searchable)
             SELECT row, searchable FROM transactions
              WHERE row IN (SELECT value FROM json_each(?1)) ORDER BY row",
        )?;
        insert.execute([rows])?;
        Ok(())
    }

    pub fn end(mut self, connection: &Connection) -> Result<(), StoreError> {
        self.index(connection)?;
        Ok(connection.execute_batch(&self.trigger)?)
    }
}
