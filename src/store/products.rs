//! The products of the store's sales.

use crate::domain::product::ProductSales;
use crate::domain::sale::transaction::Product;
use crate::store::{Store, StoreError, columns};

impl Store {
    /// Every product of a live sale, the most recently sold first. A sale that was not paid, or not yet, does not count
    /// as sold. Products that were never sold are listed last, because they need a return period, too.
    pub fn products(&self) -> Result<Vec<ProductSales>, StoreError> {
        const IS_SOLD: &str = "t.status NOT IN ('upcoming', 'pending', 'trial', 'failed')";
        let sql = format!(
            "SELECT p.product_id, p.product_name, sum({IS_SOLD}) AS sales,
                    max(CASE WHEN {IS_SOLD} THEN t.paid_at END) AS last_sold_at
               FROM products p JOIN transactions t ON t.row = p.payment
              WHERE t.kind = 'sale' AND t.is_test = 0
              GROUP BY p.product_id, p.product_name
              ORDER BY last_sold_at DESC, max(t.paid_at) DESC, p.product_id, p.product_name"
        );
        let mut statement = self.connection.prepare(&sql)?;
        let products = statement.query_map([], |row| {
            Ok(ProductSales {
                product: Product {
                    is_addon: false,
                    id: columns::product_id(row, "product_id")?,
                    name: row.get("product_name")?,
                },
                sales: row.get("sales")?,
                last_sold_at: columns::instant_if_any(row, "last_sold_at")?,
            })
        })?;
        Ok(products.collect::<rusqlite::Result<_>>()?)
    }
}
