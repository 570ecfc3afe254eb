//! Large imports: what keeps rows findable is built for many at once. An empty store is filled and built after all of
//! them, any other learns the names of its new rows together.

mod names;

use crate::domain::sale::merge::Sources;
use crate::domain::sale::transaction::Transaction;
use crate::domain::time::Timestamp;
use crate::store::columns::RowNumber;
use crate::store::{Searchable, StoreError, transactions};
pub(in crate::store) use names::NamesApart;
use rusqlite::{Connection, Statement};

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

/// Whether the store has no payment yet.
pub(in crate::store) fn is_empty(connection: &Connection) -> Result<bool, StoreError> {
    Ok(connection.query_row("SELECT NOT EXISTS (SELECT 1 FROM transactions)", [], |row| row.get(0))?)
}

/// An empty store that is being filled, by one write: broken off, everything is as before.
pub(in crate::store) struct Filling<'s> {
    connection: &'s Connection,
    insert: Statement<'s>,
    insert_product: Statement<'s>,
    /// The newest payment so far, in seconds since 1970.
    newest: i64,
    /// What was taken out of the schema, letter by letter as it stood there.
    later: Vec<String>,
    /// The index of names, likewise.
    names: String,
}

impl<'s> Filling<'s> {
    /// Takes out of the schema what can be built later.
    pub fn begin(connection: &'s Connection) -> Result<Self, StoreError> {
        let mut find = connection.prepare("SELECT type, sql FROM sqlite_schema WHERE name = ?1")?;
        let mut take_out = |name: &str| -> Result<String, StoreError> {
            let (kind, sql): (String, String) = find.query_row([name], |row| Ok((row.get(0)?, row.get(1)?)))?;
            connection.execute_batch(&format!("DROP {kind} {name}"))?;
            Ok(sql)
        };
        let later = LATER.iter().map(|name| take_out(name)).collect::<Result<_, _>>()?;
        let names = take_out("names")?;
        Ok(Self {
            connection,
            insert: connection.prepare(&format!("{} ON CONFLICT (transaction_id) DO NOTHING", transactions::INSERT))?,
            insert_product: connection.prepare(transactions::INSERT_PRODUCT)?,
            newest: i64::MIN,
            later,
            names,
        })
    }

    /// Inserts a payment; `false` where one with its ID is there already. Nothing that is newer than all before it
    /// needs a look for a free number.
    pub fn insert(
        &mut self,
        payment: &Transaction,
        searchable: &Searchable,
        sources: &Sources,
    ) -> Result<bool, StoreError> {
        let first = RowNumber::first_of(payment.paid_at);
        let is_newest = first.second() > self.newest;
        let row = if is_newest { first } else { transactions::free_row(self.connection, payment)? };
        if transactions::write(&mut self.insert, row, payment, searchable, sources)? == 0 {
            return Ok(false);
        }
        self.moved(payment.paid_at);
        transactions::write_products(&mut self.insert_product, row, payment)?;
        Ok(true)
    }

    /// A payment was given this time after it was inserted: its row lies there now.
    pub fn moved(&mut self, paid_at: Timestamp) {
        self.newest = self.newest.max(RowNumber::first_of(paid_at).second());
    }

    /// Builds everything from the rows that are there now; the names take longer, and have to be brought over.
    pub fn end(self) -> Result<NamesApart, StoreError> {
        let names = NamesApart::begin(self.connection, self.names)?;
        // An index is sorted in pieces of the cache's size: small ones that the processor's own cache holds are done in
        // two thirds of the time.
        self.connection.execute_batch("PRAGMA cache_size = -4096")?;
        for statement in &self.later {
            self.connection.execute_batch(statement)?;
        }
        self.connection.execute_batch("PRAGMA cache_size = -98304")?;
        Ok(names)
    }
}

/// Many new rows for a store that has some: their names are learnt together, since FTS5 writes down what it has in
/// memory whenever a statement with a trigger begins.
pub(in crate::store) struct Learning {
    trigger: String,
    rows: Vec<i64>,
}

impl Learning {
    pub fn begin(connection: &Connection) -> Result<Self, StoreError> {
        let find = "SELECT sql FROM sqlite_schema WHERE name = 'names_learn'";
        let trigger = connection.query_row(find, [], |row| row.get(0))?;
        connection.execute_batch("DROP TRIGGER names_learn")?;
        Ok(Self { trigger, rows: Vec::new() })
    }

    pub fn inserted(&mut self, row: RowNumber) {
        self.rows.push(row.0);
    }

    /// What was inserted until now is found from now on. Needed before any of it changes.
    pub fn learn(&mut self, connection: &Connection) -> Result<(), StoreError> {
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
        self.learn(connection)?;
        Ok(connection.execute_batch(&self.trigger)?)
    }
}
