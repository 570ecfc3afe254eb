//! Which payment of an order a refund is for.

use crate::domain::rules::plan::{self, Verdict};
use crate::domain::rules::policy::Policy;
use crate::domain::sale::record::SaleRecord;
use crate::domain::sale::transaction::Kind;
use chrono::NaiveDate;

/// The payments of an order that a refund can be for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum PaymentChoice {
    /// Exactly one payment can be refunded.
    One(Box<SaleRecord>),
    /// Several payments can be refunded, oldest first.
    Several(Vec<SaleRecord>),
    /// No payment can be refunded; the refusal of the newest one says why.
    NoneRefundable { earlier: Vec<SaleRecord>, newest: Box<SaleRecord> },
    /// The store has no payment of the order.
    UnknownOrder,
}

/// Chooses from the records of one order, oldest first. A payment that only goodwill allows can be refunded.
pub fn choose_payment(records: Vec<SaleRecord>, policy: &Policy, today: NaiveDate) -> PaymentChoice {
    let is_refundable = |record: &SaleRecord| !matches!(plan::verdict(record, policy, today), Verdict::No(_));
    let sales = records.into_iter().filter(|record| record.payment.entry.kind() == Kind::Sale);
    let (mut refundable, mut others): (Vec<_>, Vec<_>) = sales.partition(is_refundable);
    match (refundable.pop(), refundable.is_empty(), others.pop()) {
        (Some(only), true, _) => PaymentChoice::One(Box::new(only)),
        (Some(newest), false, _) => {
            refundable.push(newest);
            PaymentChoice::Several(refundable)
        }
        (None, _, Some(newest)) => PaymentChoice::NoneRefundable { earlier: others, newest: Box::new(newest) },
        (None, _, None) => PaymentChoice::UnknownOrder,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::fixtures::{day, id, sale};
    use crate::domain::sale::transaction::{KindAndStatus, SaleStatus};

    fn payment(name: &str, status: SaleStatus) -> SaleRecord {
        let mut record = sale();
        record.payment.id = id(name);
        record.payment.entry = KindAndStatus::Sale(status);
        record
    }

    fn chosen(records: &[SaleRecord]) -> PaymentChoice {
        choose_payment(records.to_vec(), &Policy::default(), day("2026-03-03"))
    }

    #[test]
    fn the_only_refundable_payment_is_chosen() {
        let [paid, failed] = [payment("a", SaleStatus::Paid), payment("b", SaleStatus::Failed)];
        assert_eq!(chosen(&[failed, paid.clone()]), PaymentChoice::One(Box::new(paid)));
    }

    #[test]
    fn several_refundable_payments_keep_their_order() {
        let both = [payment("a", SaleStatus::Paid), payment("b", SaleStatus::Paid)];
        assert_eq!(chosen(&both), PaymentChoice::Several(both.to_vec()));
    }

    #[test]
    fn without_a_refundable_payment_the_newest_is_named() {
        let [first, second] = [payment("a", SaleStatus::Failed), payment("b", SaleStatus::Trial)];
        let expected = PaymentChoice::NoneRefundable { earlier: vec![first.clone()], newest: Box::new(second.clone()) };
        assert_eq!(chosen(&[first, second]), expected);
    }

    #[test]
    fn an_order_without_sales_is_unknown() {
        let mut refund = sale();
        refund.payment.entry = KindAndStatus::Refund(crate::domain::sale::transaction::PlatformStatus::Succeeded);
        assert_eq!(chosen(&[refund]), PaymentChoice::UnknownOrder);
    }
}
