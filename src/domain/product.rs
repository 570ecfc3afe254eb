//! What the vendor sells, as far as payments tell.

use crate::domain::moment::Instant;
use crate::domain::transaction::Product;

/// A product with the live sales it was part of.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ProductSales {
    pub product: Product,
    pub sales: u64,
    pub last_paid_at: Instant,
}
