//! A payment with everything that bears on refunding it.

use crate::domain::ids::TransactionId;
use crate::domain::money::{Money, MoneyError};
use crate::domain::refund::{Refund, RefundStatus};
use crate::domain::sale::dispute::{Chargeback, Dispute, DisputeState};
use crate::domain::sale::transaction::{SaleStatus, Transaction};
use crate::domain::time::Zone;
use chrono::NaiveDate;

/// The payments of an order in which money, or none, was taken: what tells its first real payment.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct OrderPayments {
    pub payments: Vec<OrderPayment>,
}

/// One sale of the order, as far as the return period asks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct OrderPayment {
    pub paid_on: NaiveDate,
    pub rate_number: Option<u32>,
    /// Money was taken: not a trial, pending or failed one, and not zero.
    pub has_money: bool,
}

/// A platform refund or chargeback that may be this sale's, and is not known to be.
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

/// A payment, its refunds, chargebacks, disputes and its order's facts.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SaleRecord {
    pub payment: Transaction,
    /// Of the desk and of the platform, oldest first.
    pub refunds: Vec<Refund>,
    /// Of the lines of a batch that are planned before this one; empty otherwise.
    pub planned: Vec<PlannedRefund>,
    pub chargebacks: Vec<Chargeback>,
    pub disputes: Vec<Dispute>,
    pub unmatched: Vec<Unmatched>,
    pub order: OrderPayments,
    /// The order's plan is known to be cancelled.
    pub plan_is_cancelled: bool,
    /// The day, in the desk's time zone, on which the customer was last told of a refund of this sale.
    pub customer_notified_on: Option<NaiveDate>,
}

/// A fact about a sale that a listing points out.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Flag {
    PaidTwice,
    ChargedBack,
    UnmatchedRefund,
    DisputeOpen,
    /// A refund is marked, or on its way.
    RefundOpen,
    Refunded,
    PartlyRefunded,
    PlanCancelled,
    IdMadeUp,
}

impl Flag {
    /// The stable word.
    pub fn word(self) -> &'static str {
        match self {
            Self::PaidTwice => "paid_twice",
            Self::ChargedBack => "charged_back",
            Self::UnmatchedRefund => "unmatched_refund",
            Self::DisputeOpen => "dispute_open",
            Self::RefundOpen => "refund_open",
            Self::Refunded => "refunded",
            Self::PartlyRefunded => "partly_refunded",
            Self::PlanCancelled => "plan_cancelled",
            Self::IdMadeUp => "id_made_up",
        }
    }
}

impl SaleRecord {
    /// The sum of the refunds that are marked, submitted or succeeded.
    pub fn refunded(&self) -> Result<Money, MoneyError> {
        let held = self.refunds.iter().filter(|refund| refund.holds_money());
        held.map(|refund| refund.amount).try_fold(self.nothing(), Money::plus)
    }

    /// The sum of the chargebacks that stand.
    pub fn charged_back(&self) -> Result<Money, MoneyError> {
        let standing = self.chargebacks.iter().filter(|chargeback| chargeback.stands());
        standing.map(|chargeback| chargeback.amount).try_fold(self.nothing(), Money::plus)
    }

    /// A chargeback stands, by a row of its own or by the sale's status.
    pub fn is_charged_back(&self) -> bool {
        self.chargebacks.iter().any(Chargeback::stands) || self.payment.sale_status() == Some(SaleStatus::ChargedBack)
    }

    /// Paid, less refunds and chargebacks; never below zero. A sale that arrived as refunded, or as charged
    /// back without a row that says how much, has nothing left.
    pub fn left(&self) -> Money {
        self.checked_left().unwrap_or_else(|_| self.nothing())
    }

    fn checked_left(&self) -> Result<Money, MoneyError> {
        let is_charged_back_whole = self.payment.sale_status() == Some(SaleStatus::ChargedBack)
            && !self.chargebacks.iter().any(Chargeback::stands);
        if self.arrived_refunded() || is_charged_back_whole {
            return Ok(self.nothing());
        }
        let left = self.payment.paid().minus(self.refunded()?)?.minus(self.charged_back()?)?;
        let left = self.planned.iter().try_fold(left, |left, planned| left.minus(planned.amount))?;
        Ok(if left.minor() > 0 { left } else { self.nothing() })
    }

    /// The customer has, or is to get, the money more than once: a chargeback stands beside a refund, or the
    /// refunds, or several chargebacks, exceed the sale. One chargeback alone can: the bank's fee stands on top.
    pub fn is_paid_twice(&self) -> bool {
        let has_refund = self.arrived_refunded() || self.refunds.iter().any(Refund::holds_money);
        if self.is_charged_back() && has_refund {
            return true;
        }
        if !has_refund && self.chargebacks.iter().filter(|chargeback| chargeback.stands()).count() < 2 {
            return false;
        }
        let Ok(taken) = self.refunded().and_then(|refunded| refunded.plus(self.charged_back()?)) else {
            return true;
        };
        !taken.is_zero() && taken.exceeds(self.payment.amount).unwrap_or(true)
    }

    pub(in crate::domain) fn arrived_refunded(&self) -> bool {
        self.payment.sale_status() == Some(SaleStatus::Refunded)
    }

    pub fn has_open_dispute(&self) -> bool {
        self.disputes.iter().any(|dispute| dispute.state == DisputeState::Open)
    }

    pub fn paid_on(&self, zone: Zone) -> NaiveDate {
        zone.day_of(self.payment.paid_at)
    }

    /// The first day of the order as far as the store knows: nobody can have asked before it.
    pub fn first_day(&self, zone: Zone) -> NaiveDate {
        let ordered_on = self.payment.ordered_at.map(|at| zone.day_of(at));
        let payments = self.order.payments.iter().map(|payment| payment.paid_on);
        payments.chain(ordered_on).fold(self.paid_on(zone), NaiveDate::min)
    }

    /// What a listing points out, the most urgent first.
    pub fn flags(&self) -> Vec<Flag> {
        let has_refund = self.refunds.iter().any(Refund::holds_money);
        // Not by what is left: a chargeback leaves nothing either.
        let is_partial = |refunded| self.payment.amount.exceeds(refunded);
        let all_refunded =
            self.arrived_refunded() || has_refund && !self.refunded().and_then(is_partial).unwrap_or(false);
        // What is only marked or on its way is not refunded yet.
        let has_open = self.refunds.iter().any(|refund| refund.status().is_open());
        let has_succeeded = self.refunds.iter().any(|refund| refund.status() == RefundStatus::Succeeded);
        let said = [
            (self.is_paid_twice(), Flag::PaidTwice),
            (self.is_charged_back(), Flag::ChargedBack),
            (!self.unmatched.is_empty(), Flag::UnmatchedRefund),
            (self.has_open_dispute(), Flag::DisputeOpen),
            (has_open, Flag::RefundOpen),
            (all_refunded && !has_open, Flag::Refunded),
            (has_succeeded && (has_open || !all_refunded), Flag::PartlyRefunded),
            (self.plan_is_cancelled, Flag::PlanCancelled),
            (self.payment.id_is_made_up, Flag::IdMadeUp),
        ];
        said.into_iter().filter_map(|(holds, flag)| holds.then_some(flag)).collect()
    }

    fn nothing(&self) -> Money {
        Money::zero(self.payment.amount.currency())
    }
}

impl OrderPayments {
    /// The day of the order's first payment with money in it; `None` when that one is not in the store: the
    /// earliest known is, say, the third rate, and the first two are unknown.
    pub(in crate::domain) fn first_with_money(&self) -> Option<NaiveDate> {
        let first = self
            .payments
            .iter()
            .filter(|payment| payment.has_money)
            .min_by_key(|payment| (payment.paid_on, payment.rate_number))?;
        let is_known = |rate: u32| self.payments.iter().any(|payment| payment.rate_number == Some(rate));
        // Rates before the first paid one are known to be trials or failures, or they are missing.
        let nothing_is_missing = first.rate_number.is_none_or(|rate| (1..rate.min(1_000)).all(is_known));
        nothing_is_missing.then_some(first.paid_on)
    }
}

#[cfg(test)]
mod tests;
