//! Words as IDs, or as the beginning of some, by the indexes that forgive letters' case.

use crate::domain::names::Word;
use crate::store::StoreError;
use crate::store::search::merge::Source;
use crate::store::search::row_numbers::Numbers;
use crate::store::search::row_source::Place;
use rusqlite::types::Value;
use rusqlite::{Connection, OptionalExtension};

/// More rows than that, and one of them is likely to be among the newest.
const MANY: u32 = if cfg!(test) { 25 } else { 4_000 };

/// More products than that with the same beginning are not told apart.
const MOST_PRODUCTS: usize = if cfg!(test) { 4 } else { 32 };

pub(super) const TRANSACTION_BEGINS: &str = "transaction_id COLLATE NOCASE >= ? AND transaction_id COLLATE NOCASE < ?";
pub(super) const ORDER_BEGINS: &str = "order_id COLLATE NOCASE >= ? AND order_id COLLATE NOCASE < ?";
const PRODUCT_BEGINS: &str = "product_id COLLATE NOCASE >= ? AND product_id COLLATE NOCASE < ?";

pub(super) const IS_TRANSACTION: &str = "SELECT 1 FROM transactions WHERE transaction_id = ?1";
pub(super) const IS_ORDER: &str =
    "SELECT 1 FROM transactions WHERE order_id = ?1 COLLATE NOCASE AND order_id = ?1 COLLATE BINARY";
pub(super) const IS_PRODUCT: &str =
    "SELECT 1 FROM products WHERE product_id = ?1 COLLATE NOCASE AND product_id = ?1 COLLATE BINARY";

/// Of how many transactions and orders, counted up to [`MANY`], the IDs begin with a word; and whether an ID was once
/// made up so.
pub(super) fn how_many_begin() -> String {
    format!(
        "SELECT (SELECT count(*) FROM (SELECT 1 FROM transactions INDEXED BY transactions_by_id
                                        WHERE transaction_id COLLATE NOCASE >= ?1
                                          AND transaction_id COLLATE NOCASE < ?2 LIMIT {MANY})),
                (SELECT count(*) FROM (SELECT 1 FROM transactions INDEXED BY transactions_by_order
                                        WHERE order_id COLLATE NOCASE >= ?1
                                          AND order_id COLLATE NOCASE < ?2 LIMIT {MANY})),
                EXISTS (SELECT 1 FROM former_ids WHERE transaction_id = ?1)"
    )
}

/// How many payments cover a product, up to [`MANY`].
pub(super) fn how_many_cover() -> String {
    format!(
        "SELECT count(*) FROM (SELECT 1 FROM products INDEXED BY products_by_id
                                WHERE product_id COLLATE NOCASE = ?1 LIMIT {MANY})"
    )
}

/// The first product at or behind another one, and before an end.
pub(super) fn next_product(above: &str) -> String {
    format!(
        "SELECT product_id FROM products INDEXED BY products_by_id
          WHERE product_id COLLATE NOCASE {above} ?1 AND product_id COLLATE NOCASE < ?2
          ORDER BY product_id COLLATE NOCASE LIMIT 1"
    )
}

/// The condition of a row for which an ID was made up once.
pub(super) const FORMERLY: &str =
    "EXISTS (SELECT 1 FROM former_ids f WHERE f.payment = t.row AND f.transaction_id = ?)";

/// What a word of a query is among the store's IDs.
pub(super) struct WordIds {
    pub word: Word,
    /// So many transaction IDs and order IDs begin with it, as far as they are counted.
    transactions: u32,
    orders: u32,
    is_transaction: bool,
    /// It was made up for a payment before its own ID was known.
    is_former: bool,
    is_order: bool,
    is_product: bool,
    products: Products,
}

/// The products whose IDs begin with a word, one for each ID that differs by more than letters' case.
enum Products {
    Few(Vec<String>),
    Many,
}

impl Products {
    fn may_be_begun(&self) -> bool {
        !matches!(self, Self::Few(ids) if ids.is_empty())
    }
}

impl WordIds {
    pub fn of(connection: &Connection, word: Word) -> Result<Self, StoreError> {
        let raw = word.raw.as_str();
        let mut statement = connection.prepare_cached(&how_many_begin())?;
        let (transactions, orders, is_former) =
            statement.query_row((raw, after(raw)), |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?)))?;
        let is = |is_begun: bool, sql: &str| -> rusqlite::Result<bool> {
            Ok(is_begun && connection.prepare_cached(sql)?.exists([raw])?)
        };
        let products = products(connection, raw)?;
        Ok(Self {
            transactions,
            orders,
            is_transaction: is(transactions > 0, IS_TRANSACTION)?,
            is_former,
            is_order: is(orders > 0, IS_ORDER)?,
            is_product: is(products.may_be_begun(), IS_PRODUCT)?,
            products,
            word,
        })
    }

    /// It begins the IDs of many payments.
    pub fn has_many(&self) -> bool {
        self.transactions == MANY || self.orders == MANY || matches!(self.products, Products::Many)
    }

    pub fn is_former(&self) -> bool {
        self.is_former
    }

    pub fn may_begin_a_product(&self) -> bool {
        self.products.may_be_begun()
    }

    /// Where the rows are of which an ID is exactly this word.
    pub fn exact_sources(&self) -> Vec<Source> {
        let raw = self.word.raw.as_str();
        let sources = [
            (self.is_transaction || self.is_former).then(|| transaction(raw).into()),
            self.is_order.then(|| order(raw).into()),
            self.is_product.then(|| Place::product(raw).into()),
        ];
        sources.into_iter().flatten().collect()
    }

    /// Where the rows are of which an ID begins with this word.
    pub fn sources(&self) -> Vec<Source> {
        let raw = self.word.raw.as_str();
        let range = || vec![Value::from(raw.to_owned()), after(raw).into()];
        let transactions = || Numbers::of_index("transactions_by_id", TRANSACTION_BEGINS, range());
        let orders = || Numbers::of_index("transactions_by_order", ORDER_BEGINS, range());
        let mut sources: Vec<Source> = Vec::new();
        sources.extend((self.transactions > 0).then(|| transactions().into()));
        sources.extend((self.orders > 0).then(|| orders().into()));
        match &self.products {
            Products::Few(ids) => sources.extend(ids.iter().map(|id| self.product(id).into())),
            Products::Many => sources.push(begun_products(raw).into()),
        }
        sources
    }

    /// Payments of a product that are not in the exact tier already.
    fn product(&self, id: &str) -> Place {
        match self.is_product && id.eq_ignore_ascii_case(&self.word.raw) {
            true => Place::product_but_exactly(&self.word.raw),
            false => Place::product(id),
        }
    }
}

/// The condition of a row that has an ID which is exactly one of the words; `None` where no row has.
pub(super) fn is_exact(words: &[WordIds]) -> Option<(String, Vec<Value>)> {
    let mut ways = Vec::new();
    let mut values = Vec::new();
    for word in words {
        let kinds = [
            (word.is_transaction, "t.transaction_id = ?"),
            (word.is_former, FORMERLY),
            (word.is_order, "t.order_id = ?"),
            (word.is_product, "EXISTS (SELECT 1 FROM products WHERE payment = t.row AND product_id = ?)"),
        ];
        for (_, sql) in kinds.into_iter().filter(|(is_there, _)| *is_there) {
            ways.push(sql);
            values.push(Value::from(word.word.raw.clone()));
        }
    }
    (!ways.is_empty()).then(|| (format!("({})", ways.join(" OR ")), values))
}

/// The payment with this ID, or for which it was made up once.
pub(super) fn transaction(id: &str) -> Numbers {
    let select = "SELECT row FROM transactions WHERE transaction_id = ?1
                  UNION ALL SELECT payment FROM former_ids WHERE transaction_id = ?1";
    Numbers { select: select.to_owned(), values: vec![id.to_owned().into()] }
}

/// Payments that cover any product whose ID begins so.
pub(super) fn begun_products(raw: &str) -> Numbers {
    let select = format!("SELECT payment AS row FROM products INDEXED BY products_by_id WHERE {PRODUCT_BEGINS}");
    Numbers { select, values: vec![raw.to_owned().into(), after(raw).into()] }
}

/// NOCASE finds by the index; the row's condition decides by the letter.
pub(super) fn order(id: &str) -> Numbers {
    Numbers::of_index("transactions_by_order", "order_id COLLATE NOCASE = ?", vec![id.to_owned().into()])
}

/// Whether few payments cover this product.
pub(super) fn covers_few(connection: &Connection, id: &str) -> Result<bool, StoreError> {
    let mut statement = connection.prepare_cached(&how_many_cover())?;
    Ok(statement.query_row([id], |row| row.get::<_, u32>(0))? < MANY)
}

/// One lookup for each product, however many payments cover it.
fn products(connection: &Connection, raw: &str) -> Result<Products, StoreError> {
    let next = |above: &str| connection.prepare_cached(&next_product(above));
    let end = after(raw);
    let first: Option<String> = next(">=")?.query_row((raw, &end), |row| row.get(0)).optional()?;
    let mut found: Vec<String> = first.into_iter().collect();
    while let Some(last) = found.last() {
        if found.len() > MOST_PRODUCTS {
            return Ok(Products::Many);
        }
        match next(">")?.query_row((last, &end), |row| row.get(0)).optional()? {
            Some(id) => found.push(id),
            None => break,
        }
    }
    Ok(Products::Few(found))
}

/// The first text after all that begin with this one: the last of Unicode's code points is no letter.
fn after(beginning: &str) -> String {
    format!("{beginning}{}", char::MAX)
}
