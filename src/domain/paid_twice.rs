//! Sales that were, or are about to be, paid back twice: by which refunds and chargebacks, the amount at stake, and
//! what can still be done.

use crate::domain::ids::RefundId;
use crate::domain::money::{Money, MoneyError};
use crate::domain::refund::{Refund, RefundStatus};
use crate::domain::sale::dispute::Chargeback;
use crate::domain::sale::record::SaleRecord;
use crate::domain::sale::transaction::SaleStatus;
use chrono::NaiveDate;

/// The refunds and chargebacks of a sale that was paid back twice.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PaidTwice {
    /// Marked, submitted or succeeded, oldest first. Empty if the refund is known only from the sale's status.
    pub refunds: Vec<Refund>,
    /// Those in force. Empty if one is known only from the sale's status, or if the refunds alone exceed the sale.
    pub chargebacks: Vec<Chargeback>,
    /// What the customer gets beyond what they paid; zero if a refund and a chargeback together do not exceed the sale.
    pub at_stake: Money,
    pub remedy: Remedy,
}

/// What can still be done. It depends on the newest open refund.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Remedy {
    /// It is only marked, so it can be cancelled.
    Cancel(RefundId),
    /// It was carried out and is not confirmed: the platform may be able to stop it.
    Stop(RefundId),
    /// The refund succeeded and there is a chargeback: the chargeback can be contested.
    Contest,
    /// The refunds alone exceed the sale: the customer can be asked to pay back.
    AskBack,
}

impl PaidTwice {
    /// `None` if the sale was not paid back twice.
    pub fn of(record: &SaleRecord) -> Option<Self> {
        if !record.is_paid_twice() {
            return None;
        }
        let refunds: Vec<Refund> = record.refunds.iter().filter(|refund| refund.holds_money()).cloned().collect();
        let chargebacks: Vec<Chargeback> =
            record.chargebacks.iter().filter(|chargeback| chargeback.is_in_force()).cloned().collect();
        let at_stake = beyond_the_sale(record).unwrap_or(record.payment.amount);
        let remedy = remedy(&refunds, record.is_charged_back());
        Some(Self { refunds, chargebacks, at_stake, remedy })
    }

    /// The refund that can still be cancelled or stopped, else the newest.
    pub fn refund(&self) -> Option<&Refund> {
        match &self.remedy {
            Remedy::Cancel(id) | Remedy::Stop(id) => self.refunds.iter().find(|refund| refund.id == *id),
            Remedy::Contest | Remedy::AskBack => self.refunds.last(),
        }
    }

    /// The refunds and chargebacks, by their IDs; the sale's own status, if one is known only from that.
    pub fn sides(&self, record: &SaleRecord) -> Vec<String> {
        let refunds = self.refunds.iter().map(|refund| refund.id.to_string());
        let chargebacks = self.chargebacks.iter().map(|each| each.id.to_string());
        let status = record.payment.sale_status().filter(|status| *status != SaleStatus::Paid);
        refunds.chain(chargebacks).chain(status.map(|status| status.word().to_owned())).collect()
    }

    /// The vendor has dealt with it, and nothing was reported since.
    pub fn is_done(&self, record: &SaleRecord) -> bool {
        record.paid_twice_done.as_ref().is_some_and(|done| done.covers_all(&self.sides(record)))
    }

    /// The day of the newest refund or chargeback; `None` if both are known only from statuses.
    pub fn since(&self) -> Option<NaiveDate> {
        let refunds = self.refunds.iter().map(Refund::on);
        refunds.chain(self.chargebacks.iter().map(|chargeback| chargeback.on)).max()
    }
}

/// What is known only from the sale's status counts as the whole sale.
fn beyond_the_sale(record: &SaleRecord) -> Result<Money, MoneyError> {
    let whole = record.payment.amount;
    let paid = if record.is_unpaid() { Money::zero(whole.currency()) } else { whole };
    let or_whole = |sum: Money, is_there: bool| if sum.is_zero() && is_there { whole } else { sum };
    let refunded = or_whole(record.refunded()?, record.arrived_refunded());
    let charged_back = or_whole(record.charged_back()?, record.is_charged_back());
    let beyond = refunded.plus(charged_back)?.minus(paid)?;
    Ok(if beyond.minor() > 0 { beyond } else { Money::zero(paid.currency()) })
}

fn remedy(refunds: &[Refund], is_charged_back: bool) -> Remedy {
    let newest = |status| refunds.iter().rev().find(|refund: &&Refund| refund.status() == status);
    if let Some(marked) = newest(RefundStatus::Marked) {
        return Remedy::Cancel(marked.id.clone());
    }
    if let Some(submitted) = newest(RefundStatus::Submitted) {
        return Remedy::Stop(submitted.id.clone());
    }
    if is_charged_back { Remedy::Contest } else { Remedy::AskBack }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::fixtures::{cents, sale};
    use crate::domain::sale::transaction::PlatformStatus;

    const IN_FORCE: PlatformStatus = PlatformStatus::Succeeded;

    fn said(record: &SaleRecord) -> String {
        match PaidTwice::of(record) {
            None => "no".to_owned(),
            Some(twice) => {
                let sides = format!("{} beside {}", twice.refunds.len(), twice.chargebacks.len());
                format!("{sides}, {} at stake, {:?}", twice.at_stake, twice.remedy)
            }
        }
    }

    #[test]
    fn each_way_to_be_paid_twice_has_its_amount_and_its_remedy() {
        use RefundStatus::{Cancelled, Failed, Marked, Reversed, Submitted, Succeeded};
        let refunded = |status, minor| sale().with_refund(status, minor);
        let lines = [
            said(&refunded(Marked, 4900).with_chargeback(IN_FORCE, 4900)),
            said(&refunded(Submitted, 4900).with_chargeback(IN_FORCE, 4900)),
            said(&refunded(Succeeded, 4900).with_chargeback(IN_FORCE, 4900)),
            said(&refunded(Succeeded, 2000).with_chargeback(IN_FORCE, 4900)),
            said(&refunded(Succeeded, 2000).with_chargeback(IN_FORCE, 2900)),
            said(&refunded(Succeeded, 4900).with_refund(Succeeded, 4900)),
            said(&refunded(Succeeded, 4900).with_refund(Marked, 1)),
            said(&refunded(Succeeded, 4901)),
            said(&refunded(Marked, 4900).with_status(SaleStatus::ChargedBack)),
            said(&sale().with_status(SaleStatus::Refunded).with_chargeback(IN_FORCE, 4900)),
            said(&sale().with_chargeback(IN_FORCE, 4900).with_chargeback(IN_FORCE, 4900)),
            said(&refunded(Succeeded, 2000).with_status(SaleStatus::Failed)),
        ];
        insta::assert_snapshot!(lines.join("\n"), @"
        1 beside 1, 49.00 EUR at stake, Cancel(Desk(RefundNumber(1)))
        1 beside 1, 49.00 EUR at stake, Stop(Desk(RefundNumber(1)))
        1 beside 1, 49.00 EUR at stake, Contest
        1 beside 1, 20.00 EUR at stake, Contest
        1 beside 1, 0.00 EUR at stake, Contest
        2 beside 0, 49.00 EUR at stake, AskBack
        2 beside 0, 0.01 EUR at stake, Cancel(Desk(RefundNumber(2)))
        1 beside 0, 0.01 EUR at stake, AskBack
        1 beside 0, 49.00 EUR at stake, Cancel(Desk(RefundNumber(1)))
        0 beside 1, 49.00 EUR at stake, Contest
        0 beside 2, 49.00 EUR at stake, Contest
        1 beside 0, 20.00 EUR at stake, AskBack
        ");
        let single = [
            refunded(Succeeded, 4900),
            refunded(Failed, 4900).with_chargeback(IN_FORCE, 4900),
            refunded(Cancelled, 4900).with_chargeback(IN_FORCE, 4900),
            refunded(Reversed, 4900).with_chargeback(IN_FORCE, 4900),
            refunded(Succeeded, 4900).with_chargeback(PlatformStatus::Failed, 4900),
            refunded(Failed, 4900).with_refund(Succeeded, 4900),
            refunded(Submitted, 4900).with_status(SaleStatus::Failed),
            // The chargeback includes the bank's fee: the customer was paid back once.
            sale().with_chargeback(IN_FORCE, 6400),
        ];
        for record in single {
            assert_eq!(said(&record), "no", "{record:?}");
        }
    }

    #[test]
    fn of_several_marked_refunds_the_newest_can_be_cancelled() {
        let marked = sale().with_refund(RefundStatus::Marked, 1000).with_refund(RefundStatus::Marked, 2000);
        let twice = PaidTwice::of(&marked.with_chargeback(IN_FORCE, 4900)).unwrap();
        assert_eq!(twice.refund().unwrap().amount, cents(2000));
    }

    #[test]
    fn the_refund_to_act_on_is_the_one_that_can_still_be_stopped() {
        let record = sale()
            .with_refund(RefundStatus::Marked, 1000)
            .with_refund(RefundStatus::Succeeded, 3900)
            .with_chargeback(IN_FORCE, 4900);
        let twice = PaidTwice::of(&record).unwrap();
        assert_eq!(twice.refund().unwrap().amount, cents(1000));
        assert_eq!(twice.since().unwrap().to_string(), "2026-03-05");
    }
}
