//! The types of COPE's events.

use crate::domain::sale::dispute::DisputeState;
use crate::domain::sale::incoming::Taking;
use crate::import::statement::event_speaks;

/// `type`, or `event_type` in a flat event.
pub enum EventType {
    Sale,
    Taken(Taking),
    Undone(Taking),
    Dispute(DisputeState),
    PlanCancelled,
    /// Known, but not about a payment; the text says what it is.
    Other(&'static str),
    Unknown(String),
}

impl EventType {
    pub fn new(word: &str) -> Self {
        match word.strip_prefix("cope.").unwrap_or(word) {
            "payment.sale.succeeded" => Self::Sale,
            "payment.refund.created" => Self::Taken(Taking::Refund),
            "payment.refund.reversed" => Self::Undone(Taking::Refund),
            "payment.chargeback.created" => Self::Taken(Taking::Chargeback),
            "payment.chargeback.reversed" => Self::Undone(Taking::Chargeback),
            "payment.dispute.opened" => Self::Dispute(DisputeState::Open),
            "payment.dispute.won" => Self::Dispute(DisputeState::Won),
            "payment.dispute.lost" => Self::Dispute(DisputeState::Lost),
            "subscription.cancelled" => Self::PlanCancelled,
            "cart.order.completed" => Self::Other("an order; its payments have their own events"),
            "payment.dispute.counter_fee.created" => Self::Other("a dispute fee, which no customer pays"),
            "subscription.amount_changed" => Self::Other("a new amount for future payments"),
            _ => Self::Unknown(word.to_owned()),
        }
    }

    /// It says that money of an order went back.
    pub fn takes_money(&self) -> bool {
        match self {
            Self::Taken(_) | Self::Dispute(DisputeState::Lost) => true,
            Self::Unknown(word) => event_speaks(word),
            _ => false,
        }
    }

    pub fn is_known(&self) -> bool {
        !matches!(self, Self::Unknown(_))
    }
}
