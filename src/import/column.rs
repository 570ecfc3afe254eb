//! The columns that the desk reads, and what it cannot do without each.

use crate::domain::string_enum::string_enum;

string_enum! {
    /// A column of an export, up to `as_of`, or of a batch file.
    Column, "column" {
        TransactionId = "transaction_id",
        OrderId = "order_id",
        ProductId = "product_id",
        ProductName = "product_name",
        CustomerName = "customer_name",
        CustomerEmail = "customer_email",
        Country = "country",
        Amount = "amount",
        Currency = "currency",
        Method = "method",
        Plan = "plan",
        Kind = "kind",
        Status = "status",
        OrderedAt = "ordered_at",
        PaidAt = "paid_at",
        RateNumber = "rate_number",
        ReturnPeriod = "return_period",
        RefundOf = "refund_of",
        RefundedAmount = "refunded_amount",
        Refunded = "refunded",
        Disputed = "disputed",
        Test = "test",
        AsOf = "as_of",
        Reason = "reason",
        Note = "note",
        AskedOn = "asked_on",
        Goodwill = "goodwill",
        Key = "key",
    }
}

impl Column {
    /// The columns of an export whose cells are dates or times.
    pub const DATES: [Self; 3] = [Self::OrderedAt, Self::PaidAt, Self::AsOf];

    /// The columns of a batch file.
    pub const BATCH: [Self; 8] = [
        Self::TransactionId,
        Self::Amount,
        Self::Currency,
        Self::Reason,
        Self::Note,
        Self::AskedOn,
        Self::Goodwill,
        Self::Key,
    ];

    /// The columns of an export, to which the configuration can map a file's headers.
    pub fn of_exports() -> impl Iterator<Item = Self> {
        Self::ALL.iter().copied().take_while(|column| *column <= Self::AsOf)
    }

    /// Nothing can be imported without it, unless a setting replaces it.
    pub fn is_needed(self) -> bool {
        matches!(self, Self::TransactionId | Self::OrderId | Self::Amount | Self::PaidAt | Self::Currency)
    }

    /// The line of `[import]` that replaces the column.
    pub fn default_setting(self) -> Option<&'static str> {
        match self {
            Self::Currency => Some("currency = \"EUR\""),
            Self::Status => Some("status = \"paid\""),
            _ => None,
        }
    }

    /// The line of `[import.csv]` that replaces the column.
    pub fn csv_setting(self) -> Option<&'static str> {
        (self == Self::TransactionId).then_some("make_ids = true")
    }

    /// What the desk cannot do with an export that lacks this column; `None` if that is little.
    pub fn lost_without(self) -> Option<&'static str> {
        match self {
            Self::TransactionId => Some("payments have no ID to find and refund them by"),
            Self::OrderId => Some("payments belong to no order"),
            Self::Amount => Some("the amount paid is unknown"),
            Self::Currency => Some("amounts have no currency"),
            Self::PaidAt => Some("return periods and deadlines cannot be calculated"),
            Self::ProductId => {
                Some("payments cannot be searched by product ID, and return periods go by the product's name")
            }
            Self::ProductName => Some("products are shown by their ID only"),
            Self::CustomerName => Some("payments cannot be searched by the customer's name"),
            Self::CustomerEmail => Some("payments cannot be searched by e-mail"),
            Self::Method => Some("settlement windows and cautions that depend on the method are unknown"),
            Self::Plan => Some("the desk cannot warn about a plan that continues"),
            Self::Kind => Some("every row counts as a sale, unless only refunds or chargebacks can have its status"),
            Self::Status => Some("nothing can be refunded, because it is unknown what was paid"),
            Self::OrderedAt => {
                Some("if an order's first payment is not in the store, the return period starts with the payment")
            }
            Self::RateNumber => Some("a refund for a plan with equal payments may match several of them"),
            Self::Test => Some("a test payment counts as a live one, unless its status says that it is a test"),
            Self::AsOf => Some("a row that is imported again can only fill empty fields and raise a status"),
            _ => None,
        }
    }
}
