//! What the vendor sells, as payments name it.

use crate::domain::ids::ProductId;
use crate::domain::time::Timestamp;

/// A product. It has an ID, a name, or both.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Product {
    /// It was sold along with another product. In order, the main products come first.
    pub is_addon: bool,
    pub id: Option<ProductId>,
    /// Empty if the export has none.
    pub name: String,
}

/// A product with its live sales.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ProductSales {
    pub product: Product,
    /// Without pending, failed, upcoming and trial ones.
    pub sales: u64,
    /// `None` without sales.
    pub last_sold_at: Option<Timestamp>,
}
