//! What the vendor has dealt with outside the desk, so that it is no longer due.

use crate::domain::sale::dispute::Dispute;
use crate::domain::sale::done_mark::DoneMark;
use crate::domain::sale::record::SaleRecord;
use crate::domain::string_enum::string_enum;

string_enum! {
    /// What can be dealt with outside the desk.
    Matter, "matter" {
        /// A sale that was paid back twice.
        PaidTwice = "paid-twice",
        /// A dispute that is still open.
        Dispute = "dispute",
    }
}

/// A dispute, with the sale it is about and whether the vendor has dealt with it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DisputeCase {
    pub dispute: Dispute,
    /// `None` if the platform names no payment that the store has, and the order has several sales.
    pub sale: Option<SaleRecord>,
    pub done: Option<DoneMark>,
}

impl DisputeCase {
    /// Still open, and not dealt with since the newest report.
    pub fn is_due(&self) -> bool {
        let is_test = self.sale.as_ref().is_some_and(|sale| sale.payment.is_test);
        self.dispute.is_open() && !is_test && !self.is_done()
    }

    pub fn is_done(&self) -> bool {
        self.done.as_ref().is_some_and(|done| done.covers_all(&[self.dispute.report()]))
    }
}
