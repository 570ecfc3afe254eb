//! What exports and notifications say: the rows that importers yield and the store takes.

use crate::domain::ids::{BadId, OrderId, ProductId, TransactionId};
use crate::domain::money::Money;
use crate::domain::sale::dispute::Dispute;
use crate::domain::sale::transaction::{
    Customer, KindAndStatus, Method, PaymentPlan, PlatformStatus, SaleStatus, Transaction,
};
use crate::domain::string_enum::string_enum;
use crate::domain::time::Timestamp;
use chrono::NaiveDate;

/// A payment as one row reports it. Fields that the row lacks are empty or `Unknown`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PaymentReport {
    pub transaction: Transaction,
    /// How new the report is; `None` if the source does not say.
    pub as_of: Option<Timestamp>,
    /// When the platform says that the money of a debit was taken.
    pub confirmed_at: Option<Timestamp>,
}

impl PaymentReport {
    /// A report that does not say when the money was taken.
    pub fn undated(transaction: Transaction, as_of: Option<Timestamp>) -> Self {
        Self { transaction, as_of, confirmed_at: None }
    }

    /// The platform's notification of this time. If it says that what may be a debit is paid, it dates the debit.
    pub fn notified(transaction: Transaction, as_of: Option<Timestamp>, notified_at: Option<Timestamp>) -> Self {
        let is_paid = transaction.sale_status() == Some(SaleStatus::Paid);
        let dates_debit = is_paid && transaction.method.may_be_debit();
        Self { confirmed_at: notified_at.filter(|_| dates_debit), transaction, as_of }
    }
}

/// The made-up ID of the refund that a sale's own row reports as the total that went back.
pub fn id_of_total(sale: &TransactionId) -> Result<TransactionId, BadId> {
    TransactionId::new(&format!("{sale}-refunded"))
}

/// The cancellation of an order's payment plan.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PlanCancellation {
    pub order: OrderId,
    /// `None` for all plans of the order.
    pub product: Option<ProductId>,
    pub at: Option<Timestamp>,
}

string_enum! {
    /// The kinds of row that take money from a sale, and can be undone.
    Taking, "kind that can be undone" {
        Refund = "refund",
        Chargeback = "chargeback",
    }
}

impl Taking {
    /// The kind and status of an undone one.
    pub fn undone(self) -> KindAndStatus {
        match self {
            Self::Refund => KindAndStatus::Refund(PlatformStatus::Reversed),
            Self::Chargeback => KindAndStatus::Chargeback(PlatformStatus::Reversed),
        }
    }
}

/// A refund or chargeback that was undone. It is named by its ID alone, and can arrive before the row it undoes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reversal {
    pub id: TransactionId,
    pub of: Taking,
    /// The time of the platform's report.
    pub at: Timestamp,
}

impl Reversal {
    /// Whether the payment is of the kind that was undone.
    pub fn concerns(&self, payment: &Transaction) -> bool {
        payment.entry.kind() == self.of.undone().kind()
    }

    /// The report of a known payment that it amounts to: the new status and its time.
    pub fn of_known(&self, known: &Transaction) -> PaymentReport {
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
            refund_of: None,
            ..known.clone()
        };
        PaymentReport::undated(transaction, Some(self.at))
    }
}

/// What a row says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Row {
    Payment(Box<PaymentReport>),
    PlanCancelled(PlanCancellation),
    Dispute(Box<Dispute>),
    Reversed(Reversal),
    /// It is understood and not a payment, such as an unknown event type or an empty body; the text says what it is.
    SetAside(String),
}

/// The platform's ID of an event. An event that is sent again has the same one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Identity {
    pub source: String,
    pub id: String,
}

/// What was not understood in a row that is taken nevertheless.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum RowNote {
    /// A word of this column, shortened, that has no known meaning.
    UnknownWord { column: String, word: String },
    /// An optional column or field, and why it was left out or replaced.
    LeftOut { column: String, why: &'static str },
}

/// A row with its place in the file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Located {
    /// From 1, where the row begins.
    pub line: u64,
    /// If it is an event with an ID.
    pub identity: Option<Identity>,
    pub row: Row,
    pub notes: Vec<RowNote>,
}

/// What a row says about money that went back, as far as it can be read, if it cannot be taken as a payment.
///
/// It quotes no cell and names no person.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Evidence {
    /// The provider's word of `--from`: the same report has the same source.
    pub source: &'static str,
    /// The folded kind word, status word or event type that speaks of money going back.
    pub word: String,
    pub order: Option<OrderId>,
    /// The row's own transaction ID.
    pub transaction: Option<TransactionId>,
    /// In magnitude.
    pub amount: Option<Money>,
    /// The day in the desk's time zone.
    pub on: Option<NaiveDate>,
    /// The payment that the row says it takes money from.
    pub refund_of: Option<TransactionId>,
}

/// A row that was not stored, and why.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reject {
    pub file: String,
    /// From 1; 0 for the whole file.
    pub line: u64,
    /// The column or field at fault, if there is one.
    pub column: Option<String>,
    /// Stable, such as `bad_amount` or `conflicts`.
    pub code: &'static str,
    pub message: String,
    /// The row speaks of money that went back, so that it blocks sales until a person has read it.
    pub evidence: Option<Box<Evidence>>,
    /// The words of the row, by column, that have no known meaning.
    pub notes: Vec<RowNote>,
}

/// What an import did with its rows: `read` is the sum of `added` to `set_aside`.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct ImportCounts {
    pub read: u64,
    pub added: u64,
    pub updated: u64,
    pub unchanged: u64,
    pub rejected: u64,
    /// Understood and not a payment.
    pub set_aside: u64,
    /// Matched refunds and chargebacks in the orders that it changed.
    pub matched: u64,
    /// Refunds and chargebacks in these orders that are not matched.
    pub unmatched: u64,
}
