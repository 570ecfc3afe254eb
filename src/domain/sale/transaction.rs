//! A payment as the platform reported it: a sale, a refund or a chargeback.

use crate::domain::ids::{OrderId, TransactionId};
use crate::domain::money::Money;
pub use crate::domain::product::Product;
use crate::domain::return_period::ReturnPeriod;
use crate::domain::string_enum::string_enum;
use crate::domain::time::Timestamp;

string_enum! {
    /// The kind of a payment.
    Kind, "kind" {
        Sale = "sale",
        Refund = "refund",
        Chargeback = "chargeback",
    }
}

string_enum! {
    /// The status of a sale, from low to high: of two equally new reports the higher status wins.
    SaleStatus, "status of a sale" {
        /// The import did not say.
        Unknown = "unknown",
        Upcoming = "upcoming",
        Pending = "pending",
        /// Nothing was charged.
        Trial = "trial",
        Failed = "failed",
        Paid = "paid",
        /// Paid, with a chargeback in force (CopeCart's `failed_as_chargeback`). Shown as paid, and flagged.
        ChargedBack = "charged_back",
        Refunded = "refunded",
    }
}

impl SaleStatus {
    /// It took the customer's money, even if that went back later.
    pub fn has_money(self) -> bool {
        matches!(self, Self::Paid | Self::ChargedBack | Self::Refunded)
    }

    /// It took no money, or what it took is not there.
    pub fn is_unpaid(self) -> bool {
        matches!(self, Self::Upcoming | Self::Pending | Self::Trial | Self::Failed)
    }

    /// The word in output: a charged back sale is a paid one, with a flag.
    pub fn shown(self) -> &'static str {
        if self == Self::ChargedBack { Self::Paid.word() } else { self.word() }
    }
}

string_enum! {
    /// The status of a platform refund or chargeback, from low to high.
    PlatformStatus, "status of a refund or chargeback" {
        Unknown = "unknown",
        /// No money moved; a failed chargeback was lifted.
        Failed = "failed",
        Succeeded = "succeeded",
        /// It had succeeded, and was undone.
        Reversed = "reversed",
    }
}

impl PlatformStatus {
    /// It takes money from its sale. One of unknown status is assumed to.
    pub fn takes_money(self) -> bool {
        matches!(self, Self::Succeeded | Self::Unknown)
    }
}

/// The kind of a payment, with its status.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum KindAndStatus {
    Sale(SaleStatus),
    Refund(PlatformStatus),
    Chargeback(PlatformStatus),
}

impl KindAndStatus {
    pub fn kind(self) -> Kind {
        match self {
            Self::Sale(_) => Kind::Sale,
            Self::Refund(_) => Kind::Refund,
            Self::Chargeback(_) => Kind::Chargeback,
        }
    }

    /// The stable word of the status.
    pub fn status_word(self) -> &'static str {
        match self {
            Self::Sale(status) => status.word(),
            Self::Refund(status) | Self::Chargeback(status) => status.word(),
        }
    }

    /// It says that money of a sale went back, or may go back.
    pub fn takes_money(self) -> bool {
        match self {
            Self::Sale(status) => matches!(status, SaleStatus::Refunded | SaleStatus::ChargedBack),
            Self::Refund(status) | Self::Chargeback(status) => status.takes_money(),
        }
    }

    /// The word of the status in output.
    pub fn shown(self) -> &'static str {
        match self {
            Self::Sale(status) => status.shown(),
            Self::Refund(_) | Self::Chargeback(_) => self.status_word(),
        }
    }
}

string_enum! {
    /// How the customer paid. Wallets such as Apple Pay are card payments.
    Method, "payment method" {
        Card = "card",
        Sepa = "sepa",
        Paypal = "paypal",
        Sofort = "sofort",
        Klarna = "klarna",
        Invoice = "invoice",
        Sequra = "sequra",
        Test = "test",
        Other = "other",
        Unknown = "unknown",
    }
}

impl Method {
    /// The customer may be able to have the bank take the payment back.
    pub fn may_be_debit(self) -> bool {
        matches!(self, Self::Sepa | Self::Unknown)
    }

    /// The provider pays the vendor first, and the customer pays the provider later.
    pub fn may_be_unpaid(self) -> bool {
        matches!(self, Self::Klarna | Self::Sequra | Self::Invoice)
    }
}

string_enum! {
    /// How the order is paid.
    PaymentPlan, "payment plan" {
        OneTime = "one_time",
        Installments = "installments",
        Subscription = "subscription",
        Unknown = "unknown",
    }
}

impl PaymentPlan {
    /// Further payments follow, unless the plan is cancelled.
    pub fn recurs(self) -> bool {
        matches!(self, Self::Installments | Self::Subscription)
    }
}

/// The customer. Fields that the export lacks are empty.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Customer {
    pub name: String,
    pub email: String,
    /// As exported: a name or an ISO code.
    pub country: String,
}

/// A payment. Unknown fields are empty, `Unknown` or `None`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Transaction {
    pub id: TransactionId,
    /// The ID was made up from the order ID and the instalment, since the export has none.
    pub id_is_made_up: bool,
    pub order: OrderId,
    /// A payment can be for several.
    pub products: Vec<Product>,
    pub customer: Customer,
    /// Gross, as charged, without a sign.
    pub amount: Money,
    pub method: Method,
    pub plan: PaymentPlan,
    pub entry: KindAndStatus,
    pub ordered_at: Option<Timestamp>,
    pub paid_at: Timestamp,
    /// The instalment: which payment of the order's plan this is, from 1.
    pub rate_number: Option<u32>,
    /// From the import; it wins over the configuration.
    pub return_period: Option<ReturnPeriod>,
    pub is_test: bool,
    /// Of a refund or chargeback: the payment that it takes money from, if the platform names it.
    pub refund_of: Option<TransactionId>,
}

impl Transaction {
    /// The sale's status; `None` for a refund or a chargeback.
    pub fn sale_status(&self) -> Option<SaleStatus> {
        match self.entry {
            KindAndStatus::Sale(status) => Some(status),
            KindAndStatus::Refund(_) | KindAndStatus::Chargeback(_) => None,
        }
    }

    /// What the customer paid: nothing for a trial, pending or failed payment.
    pub fn paid(&self) -> Money {
        match self.sale_status() {
            Some(status) if status.has_money() => self.amount,
            _ => Money::zero(self.amount.currency()),
        }
    }
}
