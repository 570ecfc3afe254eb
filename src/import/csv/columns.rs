//! The columns of the desk's own format, and what the desk cannot do without each.

use crate::domain::string_enum::string_enum;

string_enum! {
    /// A column that the desk reads (contract §2 *Import*).
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
        Test = "test",
        AsOf = "as_of",
    }
}

impl Column {
    /// Its cells are days or moments.
    pub const MOMENTS: [Self; 3] = [Self::OrderedAt, Self::PaidAt, Self::AsOf];

    /// Without it nothing is imported, unless a setting stands in.
    pub fn is_needed(self) -> bool {
        matches!(self, Self::TransactionId | Self::OrderId | Self::Amount | Self::PaidAt | Self::Currency)
    }

    /// The line of `[import]` that stands in for the column.
    pub fn default_setting(self) -> Option<&'static str> {
        match self {
            Self::Currency => Some("currency = \"EUR\""),
            Self::Status => Some("status = \"paid\""),
            _ => None,
        }
    }

    /// The line of `[import.csv]` that stands in for the column.
    pub fn csv_setting(self) -> Option<&'static str> {
        (self == Self::TransactionId).then_some("make_ids = true")
    }

    /// What the desk cannot do for a file without this column; `None` where it misses little.
    pub fn lost_without(self) -> Option<&'static str> {
        match self {
            Self::TransactionId => Some("payments have no ID to be found and refunded by"),
            Self::OrderId => Some("payments belong to no order"),
            Self::Amount => Some("nobody knows what was paid"),
            Self::Currency => Some("amounts have no currency"),
            Self::PaidAt => Some("no period and no deadline can be counted"),
            Self::ProductId => Some("payments cannot be searched by product ID, and periods go by the product's name"),
            Self::ProductName => Some("products are shown by their ID only"),
            Self::CustomerName => Some("payments cannot be searched by the customer's name"),
            Self::CustomerEmail => Some("payments cannot be searched by e-mail, and customers not be erased by it"),
            Self::Method => Some("settlement windows and cautions that depend on the method are not known"),
            Self::Plan => Some("the desk cannot warn of a plan that goes on"),
            Self::Kind => {
                Some("every row counts as a sale, unless its status is one that only refunds or chargebacks have")
            }
            Self::Status => Some("nothing can be refunded, since nobody knows what was paid"),
            Self::OrderedAt => {
                Some("where an order's first payment is not in the store, the period starts with the payment")
            }
            Self::RateNumber => Some("a refund of a plan with equal payments may match several of them"),
            Self::Test => Some("a test payment counts as a live one, unless its status says so"),
            Self::AsOf => {
                Some("a report that comes again can fill what is empty and let a status climb, and change nothing else")
            }
            Self::Country | Self::ReturnPeriod => None,
        }
    }
}
