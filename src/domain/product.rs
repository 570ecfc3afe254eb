//! What the vendor sells, as far as payments tell.

use crate::domain::ids::ProductId;
use crate::domain::time::Timestamp;

/// What was bought. One of the two is always there.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Product {
    pub id: Option<ProductId>,
    /// Empty where the export names none.
    pub name: String,
}

/// A product with the live sales it was part of.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ProductSales {
    pub product: Product,
    /// Without those that are pending, failed, upcoming or a trial.
    pub sales: u64,
    /// `None` where there are none.
    pub last_sold_at: Option<Timestamp>,
}
