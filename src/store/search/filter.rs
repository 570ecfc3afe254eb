//! What a search asks for.

use crate::domain::ids::{OrderId, ProductId, TransactionId};
use crate::domain::money::{Currency, Money};
use crate::domain::sale::record::Flag;
use crate::domain::sale::transaction::{Kind, Method, PaymentPlan};
use crate::domain::time::Timestamp;

/// What a listing is sorted by.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum SortOrder {
    /// Newest payment first, then by ID.
    #[default]
    Paid,
    /// Largest amount first, grouped by currency.
    Amount,
    /// By the customer's name.
    Customer,
}

/// Whether the sort order is reversed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Direction {
    #[default]
    Usual,
    Reversed,
}

impl Direction {
    /// The direction of the row numbers, which are the newest first by default.
    pub(super) fn sql(self) -> &'static str {
        match self {
            Self::Usual => "DESC",
            Self::Reversed => "ASC",
        }
    }
}

/// Which transactions to find. Empty lists and `None` do not filter.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct TransactionFilter {
    pub query: Option<String>,
    pub transaction: Option<TransactionId>,
    pub order: Option<OrderId>,
    pub product: Option<ProductId>,
    pub customer: Option<String>,
    pub email: Option<String>,
    pub kinds: Vec<Kind>,
    pub methods: Vec<Method>,
    pub plans: Vec<PaymentPlan>,
    /// Statuses of any kind, by the words that listings show.
    pub statuses: Vec<String>,
    /// The customer's country as the platform writes it, in any case.
    pub country: Option<String>,
    /// Only payments that may have one of these flags. Their records have to decide about each of them.
    pub flags: Vec<Flag>,
    pub since: Option<Timestamp>,
    /// Exclusive.
    pub before: Option<Timestamp>,
    pub min: Option<Money>,
    pub max: Option<Money>,
    pub currency: Option<Currency>,
    /// Test payments instead of live ones.
    pub test: bool,
    pub open_period: Option<OpenPeriod>,
    pub sorted: SortOrder,
    pub direction: Direction,
}

/// Keeps only paid sales whose return period may still be open, counted from the payment or from its order. The rules
/// have to decide about each of them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct OpenPeriod {
    /// The start of the first day to which a period can be counted that is still open today.
    pub counted_to: Timestamp,
    /// The start of the first day that the longest configured period covers. `None` if no period is configured.
    pub since: Option<Timestamp>,
}
