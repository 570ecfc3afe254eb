//! What an export or a notification says: the rows that importers yield and the desk stores.

use crate::domain::ids::{OrderId, ProductId, TransactionId};
use crate::domain::sale::dispute::Dispute;
use crate::domain::sale::transaction::{Customer, KindAndStatus, Method, PaymentPlan, PlatformStatus, Transaction};
use crate::domain::string_enum::string_enum;
use crate::domain::time::Timestamp;

/// A payment as one row reports it. Empty and `Unknown` fields are those that the row does not have.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Report {
    pub transaction: Transaction,
    /// How new the report is (contract §2 *Import*); `None` where the source does not say.
    pub as_of: Option<Timestamp>,
}

/// A plan of an order that will not go on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PlanCancellation {
    pub order: OrderId,
    /// `None` where the notification names no product: then the whole order's plans.
    pub product: Option<ProductId>,
    pub at: Option<Timestamp>,
}

string_enum! {
    /// What takes money from a sale and can be undone.
    Taking, "kind that can be undone" {
        Refund = "refund",
        Chargeback = "chargeback",
    }
}

impl Taking {
    /// The entry of one that was undone.
    pub fn undone(self) -> KindAndStatus {
        match self {
            Self::Refund => KindAndStatus::Refund(PlatformStatus::Reversed),
            Self::Chargeback => KindAndStatus::Chargeback(PlatformStatus::Reversed),
        }
    }
}

/// A refund or chargeback that was undone, named by its ID alone: it may come before anything else is known of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reversal {
    pub id: TransactionId,
    pub of: Taking,
    /// When the platform said so.
    pub at: Timestamp,
}

impl Reversal {
    /// The payment is of the kind that was undone.
    pub fn concerns(&self, payment: &Transaction) -> bool {
        payment.entry.kind() == self.of.undone().kind()
    }

    /// What it says of a payment that is known: that it was undone, and when. The rest it leaves open.
    pub fn of_known(&self, known: &Transaction) -> Report {
        let transaction = Transaction {
            products: Vec::new(),
            customer: Customer::default(),
            method: Method::Unknown,
            plan: PaymentPlan::Unknown,
            entry: self.of.undone(),
            ordered_at: None,
            paid_at: self.at,
            rate_number: None,
            return_period: None,
            ..known.clone()
        };
        Report { transaction, as_of: Some(self.at) }
    }
}

/// What one row is understood as.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Row {
    Payment(Box<Report>),
    PlanCancelled(PlanCancellation),
    Dispute(Box<Dispute>),
    Reversed(Reversal),
    /// Understood, and not a payment: an unknown event type, an empty body. The text says which.
    SetAside(String),
}

/// By what a platform names an event that it may send again: the same one twice is one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Identity {
    pub source: String,
    pub id: String,
}

/// A row with its place in the file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Located {
    /// From 1, where the row begins.
    pub line: u64,
    /// Of an event that has one.
    pub identity: Option<Identity>,
    pub row: Row,
}

/// A row that is not taken, and why. Nothing of it is stored.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reject {
    pub file: String,
    /// From 1; 0 where the whole file is meant.
    pub line: u64,
    /// The column or field at fault, where there is one.
    pub column: Option<String>,
    /// Stable, such as `bad_amount` or `conflicts`.
    pub code: &'static str,
    pub message: String,
}

/// What an import did with the rows it read. Their sum is `read`.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct ImportCounts {
    pub read: u64,
    pub added: u64,
    pub updated: u64,
    pub unchanged: u64,
    pub rejected: u64,
    /// Understood, and not a payment.
    pub set_aside: u64,
    /// Of the orders it touched: refunds and chargebacks that belong to one sale.
    pub matched: u64,
    /// Of the orders it touched: those that could belong to several sales, or to none in the store.
    pub unmatched: u64,
}
