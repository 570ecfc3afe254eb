//! The types of CopeCart's notifications.

use crate::domain::sale::transaction::{KindAndStatus, PlatformStatus, SaleStatus};

/// `event_type`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum EventType {
    Payment(SaleStatus),
    Refunded,
    ChargedBack,
    Upcoming,
    PlanCancelled,
    Unknown(String),
}

impl EventType {
    pub(super) fn new(word: &str) -> Self {
        match word {
            "payment.made" => Self::Payment(SaleStatus::Paid),
            "payment.trial" => Self::Payment(SaleStatus::Trial),
            "payment.failed" => Self::Payment(SaleStatus::Failed),
            "payment.pending" => Self::Payment(SaleStatus::Pending),
            "payment.refunded" => Self::Refunded,
            // One published receiver reads the second spelling.
            "payment.charged_back" | "payment.charge_back" => Self::ChargedBack,
            "payment.recurring.upcoming" => Self::Upcoming,
            "payment.recurring.cancelled" => Self::PlanCancelled,
            other => Self::Unknown(other.to_owned()),
        }
    }

    pub(super) fn is_known(&self) -> bool {
        !matches!(self, Self::Unknown(_))
    }

    /// The kind and status of a notification that has no status.
    pub(super) fn entry(&self) -> Option<KindAndStatus> {
        match self {
            Self::Payment(status) => Some(KindAndStatus::Sale(*status)),
            Self::Upcoming => Some(KindAndStatus::Sale(SaleStatus::Upcoming)),
            Self::Refunded => Some(KindAndStatus::Refund(PlatformStatus::Succeeded)),
            Self::ChargedBack => Some(KindAndStatus::Chargeback(PlatformStatus::Succeeded)),
            Self::PlanCancelled | Self::Unknown(_) => None,
        }
    }
}
