//! A sale with its refunds, chargebacks and disputes: what is left of it, and what listings flag.

use crate::domain::ids::TransactionId;
use crate::domain::money::{Money, MoneyError};
use crate::domain::refund::{Refund, RefundStatus};
use crate::domain::sale::dispute::{Chargeback, Dispute};
use crate::domain::sale::done_mark::DoneMark;
use crate::domain::sale::transaction::{SaleStatus, Transaction};
use crate::domain::string_enum::string_enum;
use crate::domain::time::{Timestamp, Zone};
use crate::domain::unread::UnreadReport;
use chrono::NaiveDate;

/// The sales of an order, among them the first that took money.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct OrderPayments {
    pub payments: Vec<OrderPayment>,
}

/// A sale of the order, as far as the return period depends on it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct OrderPayment {
    pub paid_on: NaiveDate,
    pub rate_number: Option<u32>,
    /// It took money: it is not a trial, pending, failed or zero.
    pub has_money: bool,
}

/// A platform refund or chargeback that may belong to this sale.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Unmatched {
    pub id: TransactionId,
    pub amount: Money,
    pub on: NaiveDate,
}

/// A refund that an earlier line of the same batch plans: not recorded yet.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PlannedRefund {
    pub line: u64,
    pub amount: Money,
}

/// A sale with its refunds, chargebacks and disputes, and the facts of its order.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SaleRecord {
    pub payment: Transaction,
    /// When the platform says that the money of a debit was taken; `None` if it does not.
    pub confirmed_at: Option<Timestamp>,
    /// Of the desk and of the platform, oldest first.
    pub refunds: Vec<Refund>,
    /// Of the lines of a batch that are planned before this one; empty otherwise.
    pub planned: Vec<PlannedRefund>,
    pub chargebacks: Vec<Chargeback>,
    pub disputes: Vec<Dispute>,
    pub unmatched: Vec<Unmatched>,
    /// Open reports that money went back, perhaps of this sale.
    pub unread: Vec<UnreadReport>,
    pub order: OrderPayments,
    /// The order's payment plan is known to be cancelled.
    pub plan_is_cancelled: bool,
    /// The day, in the desk's time zone, on which the customer was last notified of a refund of this sale.
    pub customer_notified_on: Option<NaiveDate>,
    /// The vendor dealt with its being paid back twice.
    pub paid_twice_done: Option<DoneMark>,
}

string_enum! {
    /// A fact about a sale that listings point out.
    Flag, "flag" {
        PaidTwice = "paid_twice",
        ChargedBack = "charged_back",
        UnmatchedRefund = "unmatched_refund",
        DisputeOpen = "dispute_open",
        /// A refund is marked or submitted.
        RefundOpen = "refund_open",
        Refunded = "refunded",
        PartlyRefunded = "partly_refunded",
        PlanCancelled = "plan_cancelled",
        IdMadeUp = "id_made_up",
    }
}

impl SaleRecord {
    /// The total of the refunds that are marked, submitted or succeeded.
    pub fn refunded(&self) -> Result<Money, MoneyError> {
        let held = self.refunds.iter().filter(|refund| refund.holds_money());
        held.map(|refund| refund.amount).try_fold(self.nothing(), Money::plus)
    }

    /// The total of the chargebacks in force.
    pub fn charged_back(&self) -> Result<Money, MoneyError> {
        let in_force = self.chargebacks.iter().filter(|chargeback| chargeback.is_in_force());
        in_force.map(|chargeback| chargeback.amount).try_fold(self.nothing(), Money::plus)
    }

    /// A chargeback is in force, as a row or by the sale's status.
    pub fn is_charged_back(&self) -> bool {
        self.chargebacks.iter().any(Chargeback::is_in_force)
            || self.payment.sale_status() == Some(SaleStatus::ChargedBack)
    }

    /// What is left: paid, less refunds and chargebacks, never below zero. If the import says that the sale is
    /// refunded, or charged back without a row that says how much, nothing is left.
    pub fn left(&self) -> Money {
        self.checked_left().unwrap_or_else(|_| self.nothing())
    }

    fn checked_left(&self) -> Result<Money, MoneyError> {
        let is_charged_back_whole = self.payment.sale_status() == Some(SaleStatus::ChargedBack)
            && !self.chargebacks.iter().any(Chargeback::is_in_force);
        if self.arrived_refunded() || is_charged_back_whole {
            return Ok(self.nothing());
        }
        let left = self.payment.paid().minus(self.refunded()?)?.minus(self.charged_back()?)?;
        let left = self.planned.iter().try_fold(left, |left, planned| left.minus(planned.amount))?;
        Ok(if left.minor() > 0 { left } else { self.nothing() })
    }

    /// The customer was, or is about to be, paid back more than once: there is a refund and a chargeback, or the
    /// refunds or several chargebacks exceed the sale, or a refund succeeded and then the payment failed. A single
    /// chargeback may exceed it, since it can include the bank's fee.
    pub fn is_paid_twice(&self) -> bool {
        let has_refund = self.arrived_refunded() || self.refunds.iter().any(Refund::holds_money);
        let has_succeeded = self.refunds.iter().any(|refund| refund.status() == RefundStatus::Succeeded);
        if self.is_charged_back() && has_refund || self.is_unpaid() && has_succeeded {
            return true;
        }
        if !has_refund && self.chargebacks.iter().filter(|chargeback| chargeback.is_in_force()).count() < 2 {
            return false;
        }
        let Ok(taken) = self.refunded().and_then(|refunded| refunded.plus(self.charged_back()?)) else {
            return true;
        };
        !taken.is_zero() && taken.exceeds(self.payment.amount).unwrap_or(true)
    }

    /// The payment failed, or took no money yet.
    pub fn is_unpaid(&self) -> bool {
        self.payment.sale_status().is_some_and(SaleStatus::is_unpaid)
    }

    /// The import says that the sale is refunded.
    pub(in crate::domain) fn arrived_refunded(&self) -> bool {
        self.payment.sale_status() == Some(SaleStatus::Refunded)
    }

    /// Drops the unread reports that name only the order, if this is no sale with money left: they are about another
    /// payment of the order.
    pub fn keep_what_blocks(&mut self) {
        if self.payment.sale_status().is_none() || self.left().is_zero() {
            let id = &self.payment.id;
            self.unread.retain(|report| report.transaction.as_ref() == Some(id));
        }
    }

    pub fn has_open_dispute(&self) -> bool {
        self.disputes.iter().any(Dispute::is_open)
    }

    pub fn paid_on(&self, zone: Zone) -> NaiveDate {
        zone.day_of(self.payment.paid_at)
    }

    /// The first known day of the order: the customer cannot have asked before it.
    pub fn first_day(&self, zone: Zone) -> NaiveDate {
        let ordered_on = self.payment.ordered_at.map(|at| zone.day_of(at));
        let payments = self.order.payments.iter().map(|payment| payment.paid_on);
        payments.chain(ordered_on).fold(self.paid_on(zone), NaiveDate::min)
    }

    /// What listings point out, the most urgent first.
    pub fn flags(&self) -> Vec<Flag> {
        let has_refund = self.refunds.iter().any(Refund::holds_money);
        // Not from what is left: a chargeback leaves nothing either.
        let is_partial = |refunded| self.payment.amount.exceeds(refunded);
        let all_refunded =
            self.arrived_refunded() || has_refund && !self.refunded().and_then(is_partial).unwrap_or(false);
        // A marked or submitted refund is not a completed one.
        let has_open = self.refunds.iter().any(|refund| refund.status().is_open());
        let has_succeeded = self.refunds.iter().any(|refund| refund.status() == RefundStatus::Succeeded);
        let flags = [
            (self.is_paid_twice(), Flag::PaidTwice),
            (self.is_charged_back(), Flag::ChargedBack),
            (!self.unmatched.is_empty() || !self.unread.is_empty(), Flag::UnmatchedRefund),
            (self.has_open_dispute(), Flag::DisputeOpen),
            (has_open, Flag::RefundOpen),
            (all_refunded && !has_open, Flag::Refunded),
            (has_succeeded && (has_open || !all_refunded), Flag::PartlyRefunded),
            (self.plan_is_cancelled, Flag::PlanCancelled),
            (self.payment.id_is_made_up, Flag::IdMadeUp),
        ];
        flags.into_iter().filter_map(|(holds, flag)| holds.then_some(flag)).collect()
    }

    fn nothing(&self) -> Money {
        Money::zero(self.payment.amount.currency())
    }
}

impl OrderPayments {
    /// The day of the order's first payment that took money; `None` if that payment is not in the store, as when the
    /// earliest known is the third instalment.
    pub(in crate::domain) fn first_with_money(&self) -> Option<NaiveDate> {
        let first = self
            .payments
            .iter()
            .filter(|payment| payment.has_money)
            .min_by_key(|payment| (payment.paid_on, payment.rate_number))?;
        let is_known = |number: u32| self.payments.iter().any(|payment| payment.rate_number == Some(number));
        // Earlier instalments took no money, or they are missing.
        let nothing_is_missing = first.rate_number.is_none_or(|number| (1..number.min(1_000)).all(is_known));
        nothing_is_missing.then_some(first.paid_on)
    }
}

#[cfg(test)]
mod tests;
