//! What was sold, as the store counts it.

use crate::domain::moment::Instant;
use crate::domain::transaction::Product;

/// A product with its live sales.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ProductSales {
    pub product: Product,
    /// How many sales name it, whatever became of them.
    pub sales: u64,
    /// When the latest of them was paid.
    pub last_paid_at: Instant,
}
