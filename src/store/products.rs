//! The products that payments tell of.

use crate::domain::product::ProductSales;
use crate::domain::transaction::Product;
use crate::store::{Store, StoreError, columns};

impl Store {
    /// Every product of a live sale, the one sold last first.
    pub fn products(&self) -> Result<Vec<ProductSales>, StoreError> {
        let mut statement = self.connection.prepare(
            "SELECT p.product_id, p.product_name, count(*) AS sales, max(t.paid_at) AS last_paid_at
               FROM products p JOIN transactions t ON t.row = p.payment
              WHERE t.kind = 'sale' AND t.is_test = 0
              GROUP BY p.product_id, p.product_name
              ORDER BY last_paid_at DESC, p.product_id, p.product_name",
        )?;
        let products = statement.query_map([], |row| {
            Ok(ProductSales {
                product: Product {
                    id: columns::product_id(row, "product_id")?,
                    name: row.get("product_name")?,
                },
                sales: row.get("sales")?,
                last_paid_at: columns::instant(row, "last_paid_at")?,
            })
        })?;
        Ok(products.collect::<rusqlite::Result<_>>()?)
    }
}
