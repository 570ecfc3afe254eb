//! The words of a query as IDs, or as the beginning of IDs, found by the case-insensitive indexes.

use crate::domain::names::Word;
use crate::store::StoreError;
use crate::store::search::conditions::{COVERS, Condition, HAD_ID, in_names};
use crate::store::search::row_numbers::RowNumbers;
use crate::store::search::row_source::RowSource;
use crate::store::search::source::Source;
use rusqlite::types::Value;
use rusqlite::{Connection, OptionalExtension};

/// Rows are counted up to this number. With more rows, one of them is likely to be among the newest.
const MANY: u32 = if cfg!(test) { 25 } else { 4_000 };

/// If a word begins more product IDs than this, they are read as one range.
const MOST_PRODUCTS: usize = if cfg!(test) { 4 } else { 32 };

pub(super) const TRANSACTION_BEGINS: &str = "transaction_id COLLATE NOCASE >= ? AND transaction_id COLLATE NOCASE < ?";
pub(super) const ORDER_BEGINS: &str = "order_id COLLATE NOCASE >= ? AND order_id COLLATE NOCASE < ?";
const PRODUCT_BEGINS: &str = "product_id COLLATE NOCASE >= ? AND product_id COLLATE NOCASE < ?";

pub(super) const IS_TRANSACTION: &str = "SELECT 1 FROM transactions WHERE transaction_id = ?1";
pub(super) const IS_ORDER: &str =
    "SELECT 1 FROM transactions WHERE order_id = ?1 COLLATE NOCASE AND order_id = ?1 COLLATE BINARY";
pub(super) const IS_PRODUCT: &str =
    "SELECT 1 FROM products WHERE product_id = ?1 COLLATE NOCASE AND product_id = ?1 COLLATE BINARY";

/// How many transaction IDs and how many order IDs begin with a word, each counted up to [`MANY`], and whether the word
/// was once a generated ID.
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

/// How many payments cover a product, counted up to [`MANY`].
pub(super) fn how_many_cover() -> String {
    format!(
        "SELECT count(*) FROM (SELECT 1 FROM products INDEXED BY products_by_id
                                WHERE product_id COLLATE NOCASE = ?1 LIMIT {MANY})"
    )
}

/// The first product ID after (`>`) or from (`>=`) another one, and before an end.
pub(super) fn next_product(comparison: &str) -> String {
    format!(
        "SELECT product_id FROM products INDEXED BY products_by_id
          WHERE product_id COLLATE NOCASE {comparison} ?1 AND product_id COLLATE NOCASE < ?2
          ORDER BY product_id COLLATE NOCASE LIMIT 1"
    )
}

/// What a word of a query is among the store's IDs.
pub(super) struct WordIds {
    pub word: Word,
    /// How many transaction IDs and order IDs begin with it, counted up to [`MANY`].
    transactions: u32,
    orders: u32,
    is_transaction: bool,
    /// It was generated for a payment whose real ID is known now.
    is_past_id: bool,
    is_order: bool,
    is_product: bool,
    products: Products,
}

/// The products whose IDs begin with a word. IDs that differ only in case are one product here.
enum Products {
    Few(Vec<String>),
    Many,
}

impl Products {
    fn is_empty(&self) -> bool {
        matches!(self, Self::Few(ids) if ids.is_empty())
    }
}

impl WordIds {
    pub fn of(connection: &Connection, word: Word) -> Result<Self, StoreError> {
        let raw = word.raw.as_str();
        let mut statement = connection.prepare_cached(&how_many_begin())?;
        let (transactions, orders, is_past_id) =
            statement.query_row((raw, after(raw)), |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?)))?;
        let is = |is_begun: bool, sql: &str| -> rusqlite::Result<bool> {
            Ok(is_begun && connection.prepare_cached(sql)?.exists([raw])?)
        };
        let products = products(connection, raw)?;
        Ok(Self {
            transactions,
            orders,
            is_transaction: is(transactions > 0, IS_TRANSACTION)?,
            is_past_id,
            is_order: is(orders > 0, IS_ORDER)?,
            is_product: is(!products.is_empty(), IS_PRODUCT)?,
            products,
            word,
        })
    }

    /// Many payments have an ID that begins with it.
    pub fn has_many(&self) -> bool {
        self.transactions == MANY || self.orders == MANY || matches!(self.products, Products::Many)
    }

    /// The row has the word in the customer's name or email address, or an ID that begins with it, ignoring case.
    pub fn condition(&self) -> Condition {
        let raw = &self.word.raw;
        let length = i64::try_from(raw.chars().count()).unwrap_or(i64::MAX);
        let begins = |column: &str| format!("substr({column}, 1, ?) = ? COLLATE NOCASE");
        let (in_names, mut values) = in_names(&self.word);
        let mut any = vec![in_names, begins("t.transaction_id"), begins("t.order_id")];
        if !self.products.is_empty() {
            let product = begins("product_id");
            any.push(format!("EXISTS (SELECT 1 FROM products WHERE payment = t.row AND {product})"));
        }
        for _ in &any[1..] {
            values.extend([length.into(), raw.clone().into()]);
        }
        if self.is_past_id {
            any.push(HAD_ID.to_owned());
            values.push(raw.clone().into());
        }
        (format!("({})", any.join(" OR ")), values)
    }

    /// The sources of the rows that have exactly this word as an ID.
    pub fn exact_sources(&self) -> Vec<Source> {
        let raw = self.word.raw.as_str();
        let sources = [
            (self.is_transaction || self.is_past_id).then(|| transaction(raw).into()),
            self.is_order.then(|| order(raw).into()),
            self.is_product.then(|| RowSource::product(raw).into()),
        ];
        sources.into_iter().flatten().collect()
    }

    /// The sources of the rows that have an ID that begins with this word.
    pub fn sources(&self) -> Vec<Source> {
        let raw = self.word.raw.as_str();
        let range = || vec![Value::from(raw.to_owned()), after(raw).into()];
        let transactions = || RowNumbers::of_index("transactions_by_id", TRANSACTION_BEGINS, range());
        let orders = || RowNumbers::of_index("transactions_by_order", ORDER_BEGINS, range());
        let mut sources: Vec<Source> = Vec::new();
        sources.extend((self.transactions > 0).then(|| transactions().into()));
        sources.extend((self.orders > 0).then(|| orders().into()));
        match &self.products {
            Products::Few(ids) => sources.extend(ids.iter().map(|id| self.product(id).into())),
            Products::Many => sources.push(products_that_begin(raw).into()),
        }
        sources
    }

    /// Payments of a product, without those that the stage of exact IDs has yielded.
    fn product(&self, id: &str) -> RowSource {
        match self.is_product && id.eq_ignore_ascii_case(&self.word.raw) {
            true => RowSource::product_in_other_case(&self.word.raw),
            false => RowSource::product(id),
        }
    }
}

/// The row has exactly one of the words as an ID. `None` if no row has.
pub(super) fn is_exact(words: &[WordIds]) -> Option<Condition> {
    let mut any = Vec::new();
    let mut values = Vec::new();
    for word in words {
        let kinds = [
            (word.is_transaction, "t.transaction_id = ?"),
            (word.is_past_id, HAD_ID),
            (word.is_order, "t.order_id = ?"),
            (word.is_product, COVERS),
        ];
        for (_, sql) in kinds.into_iter().filter(|(is_kind, _)| *is_kind) {
            any.push(sql);
            values.push(word.word.raw.clone().into());
        }
    }
    (!any.is_empty()).then(|| (format!("({})", any.join(" OR ")), values))
}

/// The payment that has this ID, or for which it was generated.
pub(super) fn transaction(id: &str) -> RowNumbers {
    let select = "SELECT row FROM transactions WHERE transaction_id = ?1
                  UNION ALL SELECT payment FROM former_ids WHERE transaction_id = ?1";
    RowNumbers { select: select.to_owned(), values: vec![id.to_owned().into()] }
}

/// Payments that cover any product whose ID begins with this.
pub(super) fn products_that_begin(raw: &str) -> RowNumbers {
    let select = format!("SELECT payment AS row FROM products INDEXED BY products_by_id WHERE {PRODUCT_BEGINS}");
    RowNumbers { select, values: vec![raw.to_owned().into(), after(raw).into()] }
}

/// The index ignores case; the conditions of the row compare it.
pub(super) fn order(id: &str) -> RowNumbers {
    RowNumbers::of_index("transactions_by_order", "order_id COLLATE NOCASE = ?", vec![id.to_owned().into()])
}

/// Whether few payments cover this product.
pub(super) fn covers_few(connection: &Connection, id: &str) -> Result<bool, StoreError> {
    let mut statement = connection.prepare_cached(&how_many_cover())?;
    Ok(statement.query_row([id], |row| row.get::<_, u32>(0))? < MANY)
}

/// One lookup for each product, however many payments cover it.
fn products(connection: &Connection, raw: &str) -> Result<Products, StoreError> {
    let next = |comparison: &str| connection.prepare_cached(&next_product(comparison));
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

/// The first text after all that begin with this one: Unicode's last code point is not a character.
fn after(beginning: &str) -> String {
    format!("{beginning}{}", char::MAX)
}
