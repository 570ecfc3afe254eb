//! What must the vendor know before, and while, a sale is refunded? Each caution has a stable code and, if it is about
//! a day, that day. The serious ones must be accepted.

use crate::domain::money::Money;
use crate::domain::refund::{Ground, Refund, RefundStatus};
use crate::domain::rules::calendar::Calendar;
use crate::domain::rules::period::Period;
use crate::domain::rules::policy::Policy;
use crate::domain::sale::record::SaleRecord;
use crate::domain::sale::transaction::Method;
use crate::domain::string_enum::string_enum;
use crate::domain::time::{Now, Timestamp, days_after};
use chrono::NaiveDate;

/// For eight weeks, customers can have a SEPA debit reversed without giving a reason (PSD2 art. 76, 77).
pub const CHARGEBACK_DAYS: u32 = 56;
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
        OutsidePeriod = "outside_period",
        WithdrawalMayApply = "withdrawal_may_apply",
        PeriodDefaulted = "period_defaulted",
        LegalDeadline = "legal_deadline",
        LooksRepeated = "looks_repeated",
        SameFile = "same_file",
    }
}

impl CautionCode {
    /// A refund despite it can pay the customer twice: without a prompt it must be accepted explicitly.
    pub fn is_serious(self) -> bool {
        matches!(self, Self::DebitMayStillBounce | Self::DisputeOpen | Self::SameFile)
    }
}

/// A caution, with its day if it has one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Caution {
    pub code: CautionCode,
    pub on: Option<NaiveDate>,
}

/// The cautions of a sale, whatever is asked for.
pub fn sale_cautions(record: &SaleRecord, policy: &Policy, now: &Now) -> Vec<Caution> {
    let payment = &record.payment;
    let (method, paid_on) = (payment.method, record.paid_on(policy.zone));
    let bounces_before = bounces_before(method, paid_on, &policy.calendar);
    let chargeback_until = chargeback_until(method, paid_on);
    let plan_continues = payment.plan.recurs() && !record.plan_is_cancelled;
    let notify_first = matches!(method, Method::Sepa | Method::Unknown) && record.customer_notified_on.is_none();
    present([
        notify_first.then_some((CautionCode::NotifyCustomerFirst, None)),
        bounces_before.filter(|day| now.today < *day).map(|day| (CautionCode::DebitMayStillBounce, Some(day))),
        chargeback_until.filter(|day| now.today <= *day).map(|day| (CautionCode::ChargebackUntil, Some(day))),
        record.has_open_dispute().then_some((CautionCode::DisputeOpen, None)),
        (method == Method::Unknown).then_some((CautionCode::MethodUnknown, None)),
        plan_continues.then_some((CautionCode::PlanContinues, None)),
        paypal_refundable_until(method, paid_on).map(|day| (CautionCode::PaypalRefundableUntil, Some(day))),
    ])
}

/// The cautions that a request adds to those of its sale. `judged_on` is the day for which its ground was found.
pub fn request_cautions(
    period: &Period,
    ground: Ground,
    asked_on: Option<NaiveDate>,
    judged_on: NaiveDate,
) -> Vec<Caution> {
    let is_goodwill = ground == Ground::Goodwill;
    let is_defaulted = period.is_defaulted() && ground != Ground::NonPerformance;
    present([
        is_goodwill.then(|| (CautionCode::OutsidePeriod, period.last_day())),
        withdrawal_may_apply(period, judged_on).filter(|_| is_goodwill),
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
    // Once the refund was carried out, it is too late to configure a period for it.
    cautions.retain(|caution| refund.status() == RefundStatus::Marked || caution.code != CautionCode::PeriodDefaulted);
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
    Some(Caution { code: CautionCode::LooksRepeated, on: Some(alike.on()) })
}

/// The first serious caution that was not accepted.
pub fn first_unaccepted(cautions: &[Caution], accepted: &[CautionCode]) -> Option<CautionCode> {
    cautions.iter().map(|caution| caution.code).find(|code| code.is_serious() && !accepted.contains(code))
}

fn present<const N: usize>(cautions: [Option<(CautionCode, Option<NaiveDate>)>; N]) -> Vec<Caution> {
    cautions.into_iter().flatten().map(|(code, on)| Caution { code, on }).collect()
}

/// The last day on which the customer can have a SEPA debit reversed without giving a reason.
pub fn chargeback_until(method: Method, paid_on: NaiveDate) -> Option<NaiveDate> {
    (method == Method::Sepa).then(|| days_after(paid_on, CHARGEBACK_DAYS))
}

/// The last day on which PayPal refunds the payment.
pub fn paypal_refundable_until(method: Method, paid_on: NaiveDate) -> Option<NaiveDate> {
    (method == Method::Paypal).then(|| days_after(paid_on, PAYPAL_DAYS))
}

/// The first day on which a SEPA debit no longer bounces; `None` for other methods.
fn bounces_before(method: Method, paid_on: NaiveDate, calendar: &Calendar) -> Option<NaiveDate> {
    (method == Method::Sepa).then(|| calendar.business_day_after(paid_on, BOUNCE_BUSINESS_DAYS))
}

/// The last day on which the law lets the vendor refund a withdrawal.
pub fn legal_deadline(asked_on: NaiveDate) -> NaiveDate {
    days_after(asked_on, LEGAL_DAYS)
}

#[cfg(test)]
mod tests;
