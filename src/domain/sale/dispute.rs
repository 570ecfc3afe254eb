//! Disputes (the case that a customer opens with their bank) and chargebacks (the bank taking the money back).

use crate::domain::ids::{OrderId, TransactionId};
use crate::domain::money::Money;
use crate::domain::sale::transaction::PlatformStatus;
use crate::domain::string_enum::string_enum;
use crate::domain::time::Timestamp;
use chrono::NaiveDate;

string_enum! {
    /// The state of a dispute, in the order in which it changes.
    DisputeState, "state of a dispute" {
        Open = "open",
        Won = "won",
        Lost = "lost",
    }
}

/// A case that a customer opened with their bank.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Dispute {
    /// The platform's ID of the case.
    pub id: TransactionId,
    pub order: OrderId,
    /// The payment it is about, if the platform names it.
    pub sale: Option<TransactionId>,
    pub amount: Option<Money>,
    pub state: DisputeState,
    /// The time of the platform's report.
    pub at: Timestamp,
}

impl Dispute {
    pub fn is_open(&self) -> bool {
        self.state == DisputeState::Open
    }

    /// Names the newest report of the case: its time in UTC.
    pub fn report(&self) -> String {
        self.at.to_rfc3339()
    }

    /// Merges two reports of one case, in whichever order they arrived: the newer one wins, or the decided one if both
    /// are equally new. The other fills the fields that the winner leaves empty.
    pub fn merged(&self, other: &Self) -> Self {
        let is_newer = (other.at, other.state) > (self.at, self.state);
        let (newer, older) = if is_newer { (other, self) } else { (self, other) };
        Self {
            sale: newer.sale.as_ref().or(older.sale.as_ref()).cloned(),
            amount: newer.amount.or(older.amount),
            ..newer.clone()
        }
    }
}

/// Money that the bank took back, matched to its sale.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Chargeback {
    pub id: TransactionId,
    pub amount: Money,
    pub status: PlatformStatus,
    pub on: NaiveDate,
}

impl Chargeback {
    /// It is in force: the bank has not given the money back.
    pub fn is_in_force(&self) -> bool {
        self.status.takes_money()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::fixtures::{cents, id, noon, sale};

    fn dispute(state: DisputeState, day: &str) -> Dispute {
        let order = sale().payment.order;
        Dispute { id: id("case-7"), order, sale: None, amount: None, state, at: noon(day) }
    }

    #[test]
    fn the_newest_report_of_a_dispute_wins_in_any_order() {
        let opened = Dispute { sale: Some(id("a")), ..dispute(DisputeState::Open, "2026-03-02") };
        let won = Dispute { amount: Some(cents(4900)), ..dispute(DisputeState::Won, "2026-03-09") };
        let both = Dispute { sale: opened.sale.clone(), ..won.clone() };
        assert_eq!((opened.merged(&won), won.merged(&opened)), (both.clone(), both.clone()));
        assert_eq!(both.merged(&opened), both);
    }

    #[test]
    fn of_equally_new_reports_the_decided_one_wins() {
        let (opened, lost) = (dispute(DisputeState::Open, "2026-03-02"), dispute(DisputeState::Lost, "2026-03-02"));
        assert_eq!((opened.merged(&lost), lost.merged(&opened)), (lost.clone(), lost));
    }
}
