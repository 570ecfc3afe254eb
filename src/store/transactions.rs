//! Reads and writes transactions: their rows, their products, and the source of each field.

use crate::domain::ids::{OrderId, TransactionId};
use crate::domain::names;
use crate::domain::sale::merge::{Field, Sources};
use crate::domain::sale::products;
use crate::domain::sale::transaction::{Customer, Kind, KindAndStatus, Product, Transaction};
use crate::domain::time::Timestamp;
use crate::store::StoreError;
use crate::store::columns::{self, InOrder, RowNumber};
use rusqlite::{Connection, OptionalExtension, Row, Statement};
use serde::{Deserialize, Serialize};
use std::borrow::Cow;
use std::collections::BTreeMap;

/// A payment with its row and the sources of its fields.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::store) struct Stored {
    pub row: RowNumber,
    pub transaction: Transaction,
    pub sources: Sources,
}

/// The customer's name and email address, folded for the search.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SearchText(String);

impl SearchText {
    pub fn of(payment: &Transaction) -> Self {
        let Customer { name, email, .. } = &payment.customer;
        let mut text = names::searchable_all(&[name, email]);
        // So that its last characters begin a trigram, too.
        text.push_str("\n\n");
        Self(text)
    }

    pub(in crate::store) fn or_of<'a>(made: Option<&'a Self>, payment: &Transaction) -> Cow<'a, Self> {
        made.map_or_else(|| Cow::Owned(Self::of(payment)), Cow::Borrowed)
    }
}

/// The columns that [`read`] reads, in its order, of a table aliased `t`.
macro_rules! select {
    ($where:literal) => {
        concat!(
            "SELECT t.row, t.transaction_id, t.id_is_made_up, t.order_id, t.kind, t.status, t.amount_minor, t.currency,
                    t.method, t.plan, t.customer_name, t.customer_email, t.customer_country, t.ordered_at, t.paid_at,
                    t.rate_number, t.return_period, t.is_test, t.as_of, t.sources, t.confirmed_at, t.refund_of
               FROM transactions t ",
            $where
        )
    };
}

/// The payment with exactly this ID.
pub(in crate::store) fn by_id(connection: &Connection, id: &TransactionId) -> Result<Option<Stored>, StoreError> {
    let mut statement = connection.prepare_cached(select!("WHERE t.transaction_id = ?1"))?;
    let found = statement.query_row([id.as_str()], read).optional()?;
    found.map(|stored| with_products(connection, stored)).transpose()
}

/// How many rows of the payment's second [`known`] reads.
const NEAR: i64 = 8;

/// The stored payment with this one's ID. It is usually in the row that its payment time gives, so that row is tried
/// before the index of IDs: rows of an import are next to each other in the table, but not in the index.
pub(in crate::store) fn known(connection: &Connection, reported: &Transaction) -> Result<Option<Stored>, StoreError> {
    // The plus keeps SQLite from using the index of IDs.
    let mut statement =
        connection.prepare_cached(select!("WHERE t.row >= ?1 AND t.row < ?2 AND +t.transaction_id = ?3"))?;
    let first = RowNumber::first_of(reported.paid_at);
    let near = (first, first.0 + NEAR, reported.id.as_str());
    match statement.query_row(near, read).optional()? {
        Some(stored) => with_products(connection, stored).map(Some),
        None => by_id(connection, &reported.id),
    }
}

/// The row of the payment with exactly this ID.
pub(in crate::store) fn row_of(connection: &Connection, id: &TransactionId) -> Result<Option<RowNumber>, StoreError> {
    let mut statement = connection.prepare_cached("SELECT row FROM transactions WHERE transaction_id = ?1")?;
    Ok(statement.query_row([id.as_str()], |row| row.get(0)).optional()?)
}

/// The same for a payment that must exist.
pub(in crate::store) fn existing_row(connection: &Connection, id: &TransactionId) -> Result<RowNumber, StoreError> {
    row_of(connection, id)?.ok_or_else(|| StoreError::MoneyRule(format!("there is no payment {id}")))
}

pub(in crate::store) fn by_row(connection: &Connection, row: RowNumber) -> Result<Stored, StoreError> {
    let mut statement = connection.prepare_cached(select!("WHERE t.row = ?1"))?;
    let stored = statement.query_row([row], read)?;
    with_products(connection, stored)
}

/// Every payment of an order, sales, refunds and chargebacks, oldest first.
pub(in crate::store) fn of_order(connection: &Connection, order: &str) -> Result<Vec<Stored>, StoreError> {
    // NOCASE uses the index, the second comparison is exact: order IDs are case-sensitive.
    let mut statement = connection.prepare_cached(select!(
        "WHERE t.order_id = ?1 COLLATE NOCASE AND t.order_id = ?1 COLLATE BINARY ORDER BY t.paid_at, t.transaction_id"
    ))?;
    let rows = statement.query_map([order], read)?.collect::<rusqlite::Result<Vec<_>>>()?;
    rows.into_iter().map(|stored| with_products(connection, stored)).collect()
}

/// The payments of an order that have a generated ID.
pub(in crate::store) fn with_generated_ids(
    connection: &Connection,
    order: &OrderId,
) -> Result<Vec<Stored>, StoreError> {
    let mut statement = connection.prepare_cached(select!("WHERE t.id_is_made_up = 1 AND t.order_id = ?1"))?;
    let rows = statement.query_map([order.as_str()], read)?.collect::<rusqlite::Result<Vec<_>>>()?;
    rows.into_iter().map(|stored| with_products(connection, stored)).collect()
}

/// The refunds and chargebacks of other orders that name a sale of this order as the payment they take money from,
/// unless a person decided on them.
pub(in crate::store) fn taking_from(connection: &Connection, order: &OrderId) -> Result<Vec<Stored>, StoreError> {
    let mut statement = connection.prepare_cached(select!(
        "JOIN transactions s ON s.transaction_id = t.refund_of AND s.kind = 'sale'
          WHERE s.order_id = ?1 COLLATE NOCASE AND s.order_id = ?1 COLLATE BINARY AND t.order_id <> ?1
            AND NOT EXISTS (SELECT 1 FROM pins WHERE platform = t.row)
          ORDER BY t.paid_at, t.transaction_id"
    ))?;
    let rows = statement.query_map([order.as_str()], read)?.collect::<rusqlite::Result<Vec<_>>>()?;
    rows.into_iter().map(|stored| with_products(connection, stored)).collect()
}

/// The order of the sale that a refund or chargeback names as the payment it takes money from.
pub(in crate::store) fn order_it_takes_from(
    connection: &Connection,
    of: &Transaction,
) -> Result<Option<OrderId>, StoreError> {
    let Some(sale) = &of.refund_of else { return Ok(None) };
    let mut statement =
        connection.prepare_cached("SELECT order_id FROM transactions WHERE transaction_id = ?1 AND kind = 'sale'")?;
    Ok(statement.query_row([sale.as_str()], |row| columns::id(row, "order_id")).optional()?)
}

/// A row without its products, which are in another table.
fn read(row: &Row<'_>) -> rusqlite::Result<Stored> {
    let mut columns = InOrder::of(row);
    let row = columns.value()?;
    // The fields of a struct literal are evaluated as written here, in the order of the SELECT.
    let mut transaction = Transaction {
        id: columns.parsed()?,
        id_is_made_up: columns.value()?,
        order: columns.parsed()?,
        products: Vec::new(),
        entry: columns.entry()?,
        amount: columns.money()?,
        method: columns.parsed()?,
        plan: columns.parsed()?,
        customer: Customer { name: columns.value()?, email: columns.value()?, country: columns.value()? },
        ordered_at: columns.instant_if_any()?,
        paid_at: columns.instant()?,
        rate_number: columns.value()?,
        return_period: columns.return_period()?,
        is_test: columns.value()?,
        refund_of: None,
    };
    let as_of = columns.instant_if_any()?;
    let entry = transaction.entry;
    let sources = match columns.value::<Option<String>>()? {
        None => Sources::plain(as_of, entry),
        Some(text) => SourcesColumn::parse(&text, entry.kind(), as_of)?,
    };
    let sources = Sources { confirmed_at: columns.instant_if_any()?, ..sources };
    transaction.refund_of = columns.parsed_if_any()?;
    Ok(Stored { row, transaction, sources })
}

fn with_products(connection: &Connection, mut stored: Stored) -> Result<Stored, StoreError> {
    let mut statement = connection
        .prepare_cached("SELECT product_id, product_name FROM products WHERE payment = ?1 ORDER BY position")?;
    let products = statement.query_map([stored.row], |row| {
        let mut columns = InOrder::of(row);
        Ok(Product { is_addon: false, id: columns.parsed_if_any()?, name: columns.value()? })
    })?;
    let mut products = products.collect::<rusqlite::Result<Vec<_>>>()?;
    let addons = stored.sources.addons;
    products.iter_mut().rev().take(addons).for_each(|product| product.is_addon = true);
    stored.transaction.products = products;
    Ok(stored)
}

/// Its parameters are those of [`write()`].
pub(in crate::store) const INSERT: &str =
    "INSERT INTO transactions (row, transaction_id, id_is_made_up, order_id, kind, status, amount_minor, currency,
            method, plan, customer_name, customer_email, customer_country, searchable, ordered_at, paid_at, rate_number,
            return_period, is_test, as_of, sources, confirmed_at, refund_of)
     VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16, ?17, ?18, ?19, ?20, ?21, ?22, ?23)";

/// Its parameters are those of [`write_products()`].
pub(in crate::store) const INSERT_PRODUCT: &str =
    "INSERT INTO products (payment, position, product_id, product_name) VALUES (?1, ?2, ?3, ?4)";

/// Inserts a payment that the store does not have.
pub(in crate::store) fn insert(
    connection: &Connection,
    transaction: &Transaction,
    search_text: &SearchText,
    sources: &Sources,
) -> Result<RowNumber, StoreError> {
    let row = free_row(connection, transaction)?;
    write(&mut *connection.prepare_cached(INSERT)?, row, transaction, search_text, sources)?;
    write_products(&mut *connection.prepare_cached(INSERT_PRODUCT)?, row, transaction)?;
    Ok(row)
}

/// Replaces what can change of a payment. Its row changes with its payment time.
pub(in crate::store) fn update(
    connection: &Connection,
    known: &Stored,
    transaction: &Transaction,
    sources: &Sources,
) -> Result<(), StoreError> {
    let is_moved = known.row.second() != RowNumber::first_of(transaction.paid_at).second();
    let row = if is_moved { free_row(connection, transaction)? } else { known.row };
    let mut statement = connection.prepare_cached(
        "UPDATE transactions
            SET row = ?1, id_is_made_up = ?3, order_id = ?4, kind = ?5, status = ?6, amount_minor = ?7,
                currency = ?8, method = ?9, plan = ?10, customer_name = ?11, customer_email = ?12,
                customer_country = ?13, searchable = ?14, ordered_at = ?15, paid_at = ?16, rate_number = ?17,
                return_period = ?18, is_test = ?19, as_of = ?20, sources = ?21, confirmed_at = ?22, refund_of = ?23
          WHERE transaction_id = ?2",
    )?;
    write(&mut statement, row, transaction, &SearchText::of(transaction), sources)?;
    if transaction.products != known.transaction.products {
        connection.prepare_cached("DELETE FROM products WHERE payment = ?1")?.execute([row])?;
        write_products(&mut *connection.prepare_cached(INSERT_PRODUCT)?, row, transaction)?;
    }
    Ok(())
}

/// Binds every column of a payment; the INSERT and the UPDATE have the same parameters.
pub(in crate::store) fn write(
    statement: &mut Statement<'_>,
    row: RowNumber,
    transaction: &Transaction,
    search_text: &SearchText,
    sources: &Sources,
) -> rusqlite::Result<usize> {
    let customer = &transaction.customer;
    statement.execute(rusqlite::params![
        row,
        transaction.id.as_str(),
        transaction.id_is_made_up,
        transaction.order.as_str(),
        transaction.entry.kind().word(),
        transaction.entry.status_word(),
        transaction.amount.minor(),
        transaction.amount.currency().code(),
        transaction.method.word(),
        transaction.plan.word(),
        customer.name,
        customer.email,
        customer.country,
        search_text.0,
        transaction.ordered_at.map(|at| at.timestamp_millis()),
        transaction.paid_at.timestamp_millis(),
        transaction.rate_number,
        columns::return_period_column(transaction.return_period),
        transaction.is_test,
        sources.as_of.map(|at| at.timestamp_millis()),
        SourcesColumn::of(sources, transaction.entry)?,
        sources.confirmed_at.map(|at| at.timestamp_millis()),
        transaction.refund_of.as_ref().map(TransactionId::as_str),
    ])
}

pub(in crate::store) fn write_products(
    statement: &mut Statement<'_>,
    row: RowNumber,
    of: &Transaction,
) -> rusqlite::Result<()> {
    let mut write = |position: i64, product: &Product| {
        statement.execute((row, position, product.id.as_ref().map(|id| id.as_str()), &product.name)).map(|_| ())
    };
    match of.products.as_slice() {
        [] => Ok(()),
        [only] => write(0, only),
        // As merging keeps them, so the same report a second time changes nothing.
        several => {
            (0..).zip(&products::join(several).shown).try_for_each(|(position, product)| write(position, product))
        }
    }
}

/// The next free number within the payment's second.
pub(in crate::store) fn free_row(connection: &Connection, of: &Transaction) -> Result<RowNumber, StoreError> {
    let first = RowNumber::first_of(of.paid_at);
    let end = RowNumber::first_in(first.second() + 1);
    let mut statement = connection.prepare_cached("SELECT max(row) FROM transactions WHERE row >= ?1 AND row < ?2")?;
    let newest: Option<i64> = statement.query_row((first, end), |row| row.get(0))?;
    let free = newest.map_or(first, |newest| RowNumber(newest + 1));
    if free >= end {
        return Err(StoreError::Unusable(format!("more than {} payments in one second", end.0 - first.0)));
    }
    Ok(free)
}

/// [`Sources`] as JSON, if they are not plain.
#[derive(Serialize, Deserialize, Default)]
struct SourcesColumn {
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    older: BTreeMap<String, Option<i64>>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    stamped: Option<(String, i64)>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    unstamped: Option<String>,
    /// It was paid once, which none of the other statuses says.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    was_paid: bool,
    /// Names of products that are not shown, with the product's ID.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    other_names: Vec<(Option<String>, String)>,
    /// How many of the products, the last ones, are add-ons.
    #[serde(default, skip_serializing_if = "is_zero")]
    addons: usize,
}

fn is_zero(count: &usize) -> bool {
    *count == 0
}

fn stored_name(product: &Product) -> (Option<String>, String) {
    (product.id.as_ref().map(ToString::to_string), product.name.clone())
}

fn read_name((id, name): (Option<String>, String)) -> Result<Product, String> {
    let id = id.map(|id| id.parse().map_err(|error| format!("{error}"))).transpose()?;
    Ok(Product { is_addon: true, id, name })
}

impl SourcesColumn {
    fn of(sources: &Sources, entry: KindAndStatus) -> rusqlite::Result<Option<String>> {
        if sources.is_plain(entry) {
            return Ok(None);
        }
        let millis = |at: &Option<_>| at.map(|at: Timestamp| at.timestamp_millis());
        let column = Self {
            older: sources.older.iter().map(|(field, at)| (field.to_string(), millis(at))).collect(),
            stamped: sources.stamped_status.map(|(entry, at)| (entry.status_word().to_owned(), at.timestamp_millis())),
            unstamped: sources.unstamped_status.map(|entry| entry.status_word().to_owned()),
            was_paid: sources.was_paid && !sources.status_says_paid(),
            other_names: sources.other_names.iter().map(stored_name).collect(),
            addons: sources.addons,
        };
        let text = serde_json::to_string(&column);
        text.map(Some).map_err(|error| rusqlite::Error::ToSqlConversionFailure(error.into()))
    }

    fn parse(text: &str, kind: Kind, as_of: Option<Timestamp>) -> rusqlite::Result<Sources> {
        let damaged = |why: String| {
            let why = format!("column sources: {why}");
            rusqlite::Error::FromSqlConversionFailure(0, rusqlite::types::Type::Text, why.into())
        };
        let column: Self = serde_json::from_str(text).map_err(|error| damaged(error.to_string()))?;
        let entry = |word: &str| columns::entry_of(kind, word).map_err(damaged);
        let instant = |millis| columns::to_instant(millis).ok_or_else(|| damaged("not a valid time".into()));
        let mut older = BTreeMap::new();
        for (field, at) in column.older {
            let field: Field = field.parse().map_err(|_| damaged(format!("unknown field {field}")))?;
            older.insert(field, at.map(instant).transpose()?);
        }
        let stamped_status = match column.stamped {
            Some((word, at)) => Some((entry(&word)?, instant(at)?)),
            None => None,
        };
        let unstamped_status = column.unstamped.as_deref().map(entry).transpose()?;
        let other_names = column.other_names.into_iter().map(read_name).collect::<Result<_, _>>().map_err(damaged)?;
        let sources = Sources {
            as_of,
            older,
            stamped_status,
            unstamped_status,
            was_paid: false,
            other_names,
            addons: column.addons,
            confirmed_at: None,
        };
        Ok(Sources { was_paid: column.was_paid || sources.status_says_paid(), ..sources })
    }
}
