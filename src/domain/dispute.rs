//! What a customer and the bank do without asking the vendor: disputes (the case) and chargebacks (its taking
//! the money).

use crate::domain::ids::{OrderId, TransactionId};
use crate::domain::moment::Instant;
use crate::domain::money::Money;
use crate::domain::transaction::ReportedStatus;
use crate::domain::vocabulary::vocabulary;
use chrono::NaiveDate;

vocabulary! {
    /// How far a dispute is.
    DisputeState, "state of a dispute" {
        Open = "open",
        Won = "won",
        Lost = "lost",
    }
}

/// A case that a customer opened at the bank.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Dispute {
    /// The platform's ID of the case.
    pub id: TransactionId,
    pub order: OrderId,
    /// The payment it is about, where the platform names one.
    pub sale: Option<TransactionId>,
    pub amount: Option<Money>,
    pub state: DisputeState,
    /// When the platform said so.
    pub at: Instant,
}

/// Money that the bank took back, linked to its sale.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Chargeback {
    pub id: TransactionId,
    pub amount: Money,
    pub status: ReportedStatus,
    pub on: NaiveDate,
}

impl Chargeback {
    /// The bank keeps the money; a lifted one has given it back.
    pub fn stands(&self) -> bool {
        self.status.takes_money()
    }
}
