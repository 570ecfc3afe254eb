//! What must the vendor know before, and while, a sale is refunded? Each caution has a stable code and, if it is about
//! a day, that day. The serious ones must be accepted.

use crate::domain::money::Money;
use crate::domain::refund::{Ground, Refund, RefundStatus};
use crate::domain::rules::period::Period;
use crate::domain::rules::policy::Policy;
use crate::domain::sale::record::SaleRecord;
use crate::domain::sale::transaction::Method;
use crate::domain::string_enum::string_enum;
use crate::domain::time::{Now, Timestamp, Zone, days_after};
use chrono::NaiveDate;

/// For eight weeks, customers can have a SEPA debit reversed without giving a reason (PSD2 art. 76, 77).
pub const CHARGEBACK_DAYS: u32 = 56;
/// A debit is confirmed within 14 days of its order.
pub const CONFIRMATION_DAYS: u32 = 14;
/// PayPal refunds a payment for this long.
pub const PAYPAL_DAYS: u32 = 180;
/// The vendor must refund within 14 days of the withdrawal (directive 2011/83/EU).
pub const LEGAL_DAYS: u32 = 14;
/// The customer's bank can return a SEPA debit for five business days; the notice takes up to two more.
pub const BOUNCE_BUSINESS_DAYS: u32 = 7;

string_enum! {
    /// What a vendor must know about a refund.
    CautionCode, "caution" {
        NotifyCustomerFirst = "notify_customer_first",
        DebitMayStillBounce = "debit_may_still_bounce",
        ChargebackUntil = "chargeback_until",
        DisputeOpen = "dispute_open",
        MethodUnknown = "method_unknown",
        PlanContinues = "plan_continues",
        PaypalRefundableUntil = "paypal_refundable_until",
        PaypalTooLate = "paypal_too_late",
        CustomerMayNotHavePaid = "customer_may_not_have_paid",
        OutsidePeriod = "outside_period",
        WithdrawalMayApply = "withdrawal_may_apply",
        PeriodDefaulted = "period_defaulted",
        LegalDeadline = "legal_deadline",
        LooksRepeated = "looks_repeated",
        SameFile = "same_file",
    }
}

impl CautionCode {
    /// A refund despite it can pay the customer twice, or not at all: without a prompt it must be accepted explicitly.
    pub fn is_serious(self) -> bool {
        matches!(self, Self::DebitMayStillBounce | Self::DisputeOpen | Self::PaypalTooLate | Self::SameFile)
    }
}

/// A caution, with its day if it has one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Caution {
    pub code: CautionCode,
    pub on: Option<NaiveDate>,
    /// The debit was perhaps later than the payment, and so is the day.
    pub may_be_later: bool,
}

/// The cautions of a sale, whatever is asked for.
pub fn sale_cautions(record: &SaleRecord, policy: &Policy, now: &Now) -> Vec<Caution> {
    use CautionCode as Code;
    let payment = &record.payment;
    let mut cautions = debit_cautions(record, policy, now);
    let plan_continues = payment.plan.recurs() && !record.plan_is_cancelled;
    let paypal_until = paypal_refundable_until(record, policy.zone);
    let is_too_late = paypal_until.is_some_and(|until| now.today > until);
    let paypal = if is_too_late { Code::PaypalTooLate } else { Code::PaypalRefundableUntil };
    cautions.extend(present([
        record.has_open_dispute().then_some((Code::DisputeOpen, None)),
        (payment.method == Method::Unknown).then_some((Code::MethodUnknown, None)),
        payment.method.may_be_unpaid().then_some((Code::CustomerMayNotHavePaid, None)),
        plan_continues.then_some((Code::PlanContinues, None)),
        paypal_until.map(|day| (paypal, Some(day))),
    ]));
    cautions
}

/// What can still happen to a debit, or to a payment that may have been one.
fn debit_cautions(record: &SaleRecord, policy: &Policy, now: &Now) -> Vec<Caution> {
    let is_reversible = debit_reversible_until(record, policy.zone).is_some_and(|until| now.today <= until);
    let notify_first = is_reversible && record.customer_notified_on.is_none();
    let bounces_before = bounces_before(record, policy).filter(|day| now.today < *day);
    let chargeback_until = chargeback_until(record, policy.zone).filter(|day| now.today <= *day);
    let cautions = present([
        notify_first.then_some((CautionCode::NotifyCustomerFirst, None)),
        bounces_before.map(|day| (CautionCode::DebitMayStillBounce, Some(day))),
        chargeback_until.map(|day| (CautionCode::ChargebackUntil, Some(day))),
    ]);
    let may_be_later = |caution: &Caution| caution.on.is_some() && record.confirmed_at.is_none();
    cautions.into_iter().map(|caution| Caution { may_be_later: may_be_later(&caution), ..caution }).collect()
}

/// The cautions that a request adds to those of its sale. `judged_on` is the day for which its ground was found.
pub fn request_cautions(
    period: &Period,
    ground: Ground,
    asked_on: Option<NaiveDate>,
    judged_on: NaiveDate,
) -> Vec<Caution> {
    let needs_period = ground != Ground::NonPerformance;
    let is_outside = match ground {
        Ground::Goodwill => true,
        Ground::Withdrawal => period.last_day().is_none_or(|last| judged_on > last),
        Ground::Policy | Ground::NonPerformance => false,
    };
    let is_defaulted = period.is_defaulted() && needs_period;
    let asked_on = asked_on.filter(|_| needs_period);
    present([
        is_outside.then(|| (CautionCode::OutsidePeriod, period.last_day())),
        withdrawal_may_apply(period, judged_on).filter(|_| is_outside),
        is_defaulted.then_some((CautionCode::PeriodDefaulted, None)),
        asked_on.map(|asked_on| (CautionCode::LegalDeadline, Some(legal_deadline(asked_on)))),
    ])
}

/// The cautions of a recorded refund: those of its sale, and of the request if this desk marked it.
pub fn refund_cautions(refund: &Refund, record: &SaleRecord, policy: &Policy, now: &Now) -> Vec<Caution> {
    let mut cautions = sale_cautions(record, policy, now);
    if let Some(mark) = refund.mark() {
        let period = policy.period_of(record);
        let judged_on = mark.asked_on.unwrap_or(mark.on);
        cautions.extend(request_cautions(&period, mark.ground, mark.asked_on, judged_on));
        let has_own_key = mark.key.as_ref().is_some_and(|key| !key.is_derived);
        let earlier = record.refunds.iter().take_while(|other| other.id != refund.id);
        cautions.extend(has_own_key.then(|| looks_repeated(refund.amount, earlier, mark.at)).flatten());
    }
    // Once the refund was carried out, it is too late to configure a period for it, and PayPal has taken it.
    let is_marked = refund.status() == RefundStatus::Marked;
    let paypal_until = paypal_refundable_until(record, policy.zone);
    let was_in_time = refund.state.carried_out_on().zip(paypal_until).is_some_and(|(on, until)| on <= until);
    cautions.retain(|caution| match caution.code {
        CautionCode::PeriodDefaulted => is_marked,
        CautionCode::PaypalTooLate => !was_in_time,
        _ => true,
    });
    cautions
}

/// The vendor's period is over or disabled on this day, and the right of withdrawal is not.
pub fn outside_period_cautions(period: &Period, judged_on: NaiveDate) -> Vec<Caution> {
    present([withdrawal_may_apply(period, judged_on)])
}

fn withdrawal_may_apply(period: &Period, judged_on: NaiveDate) -> Option<(CautionCode, Option<NaiveDate>)> {
    let right = period.withdrawal.filter(|_| period.is_withdrawal(judged_on))?;
    Some((CautionCode::WithdrawalMayApply, Some(right.last)))
}

/// The refund looks like one of these earlier ones, the newest of which gives the day.
pub(in crate::domain) fn looks_repeated<'r>(
    amount: Money,
    earlier: impl IntoIterator<Item = &'r Refund>,
    at: Timestamp,
) -> Option<Caution> {
    let alike = earlier.into_iter().filter(|refund| refund.looks_like(amount, at)).last()?;
    Some(Caution { code: CautionCode::LooksRepeated, on: Some(alike.on()), may_be_later: false })
}

/// The first serious caution that was not accepted.
pub fn first_unaccepted(cautions: &[Caution], accepted: &[CautionCode]) -> Option<CautionCode> {
    cautions.iter().map(|caution| caution.code).find(|code| code.is_serious() && !accepted.contains(code))
}

fn present<const N: usize>(cautions: [Option<(CautionCode, Option<NaiveDate>)>; N]) -> Vec<Caution> {
    cautions.into_iter().flatten().map(|(code, on)| Caution { code, on, may_be_later: false }).collect()
}

/// The latest possible day of a debit. It lies between the order and the confirmation, which takes up to 14 days
/// (help.copecart.com 4008364); without a notification that dates the confirmation, the payment's day counts.
pub fn latest_debit_day(record: &SaleRecord, zone: Zone) -> NaiveDate {
    let paid_on = record.paid_on(zone);
    let confirmed_on = record.confirmed_at.map(|at| zone.day_of(at));
    confirmed_on.map_or(paid_on, |on| on.clamp(paid_on, days_after(paid_on, CONFIRMATION_DAYS)))
}

/// The last day on which the customer can have a payment reversed without giving a reason, if it was a debit; `None` if
/// it cannot have been one.
pub fn debit_reversible_until(record: &SaleRecord, zone: Zone) -> Option<NaiveDate> {
    record.payment.method.may_be_debit().then(|| days_after(latest_debit_day(record, zone), CHARGEBACK_DAYS))
}

/// The same for a payment that is known to be a debit.
pub fn chargeback_until(record: &SaleRecord, zone: Zone) -> Option<NaiveDate> {
    debit_reversible_until(record, zone).filter(|_| record.payment.method == Method::Sepa)
}

/// The last day on which PayPal refunds the payment.
pub fn paypal_refundable_until(record: &SaleRecord, zone: Zone) -> Option<NaiveDate> {
    (record.payment.method == Method::Paypal).then(|| days_after(record.paid_on(zone), PAYPAL_DAYS))
}

/// The first day on which a SEPA debit no longer bounces; `None` for other methods.
fn bounces_before(record: &SaleRecord, policy: &Policy) -> Option<NaiveDate> {
    let is_debit = record.payment.method == Method::Sepa;
    let debited_on = latest_debit_day(record, policy.zone);
    is_debit.then(|| policy.calendar.business_day_after(debited_on, BOUNCE_BUSINESS_DAYS))
}

/// The last day on which the law lets the vendor refund a withdrawal.
pub fn legal_deadline(asked_on: NaiveDate) -> NaiveDate {
    days_after(asked_on, LEGAL_DAYS)
}

#[cfg(test)]
mod tests;
