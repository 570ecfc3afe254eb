//! May this be refunded, how much, and what has the vendor to know? Pure rules over a record, a policy and a
//! day (contract §2).

use crate::domain::ids::{Key, RefundId, TransactionId};
use crate::domain::money::{AmountProblem, Money, TypedAmount};
use crate::domain::refund::{Reason, Refund, RefundStatus};
use crate::domain::return_period::ReturnPeriod;
use crate::domain::rules::period::Period;
use crate::domain::rules::policy::Policy;
use crate::domain::rules::window::{self, Window};
use crate::domain::sale::record::SaleRecord;
use crate::domain::sale::transaction::{Kind, Method, SaleStatus, Transaction};
use crate::domain::string_enum::string_enum;
use crate::domain::time::Now;
use chrono::{NaiveDate, TimeDelta};

/// What a person or a line of a batch asks for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Request {
    /// `None` is all that is left.
    pub amount: Option<TypedAmount>,
    pub reason: Reason,
    pub note: Option<String>,
    /// The day the customer asked; the return period is judged on it.
    pub asked_on: Option<NaiveDate>,
    /// Set aside a period that is over or disabled.
    pub goodwill: bool,
    /// A refund that looks like an earlier one is meant.
    pub again: bool,
}

string_enum! {
    /// What a vendor has to know before a refund.
    CautionCode, "caution" {
        NotifyCustomerFirst = "notify_customer_first",
        DebitMayStillBounce = "debit_may_still_bounce",
        ChargebackUntil = "chargeback_until",
        DisputeOpen = "dispute_open",
        MethodUnknown = "method_unknown",
        PlanContinues = "plan_continues",
        PaypalRefundableUntil = "paypal_refundable_until",
        OutsidePeriod = "outside_period",
        PeriodDefaulted = "period_defaulted",
        LegalDeadline = "legal_deadline",
    }
}

impl CautionCode {
    /// It must be accepted by name if there is no prompt.
    pub fn is_serious(self) -> bool {
        matches!(self, Self::DebitMayStillBounce | Self::DisputeOpen)
    }
}

/// A caution, with its day where it has one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Caution {
    pub code: CautionCode,
    pub on: Option<NaiveDate>,
}

/// A refund that may be recorded, as it would be.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RefundPlan {
    pub sale: TransactionId,
    pub amount: Money,
    /// As asked: `None` is all that was left.
    pub asked: Option<Money>,
    /// What is left of the sale before this refund.
    pub left_before: Money,
    pub left_after: Money,
    pub reason: Reason,
    pub note: Option<String>,
    pub asked_on: Option<NaiveDate>,
    /// A period was set aside.
    pub goodwill: bool,
    pub period: Period,
    pub window: Window,
    pub cautions: Vec<Caution>,
}

/// Why not, with the figures of its sentence. The order of the variants is the order of the rules.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Refusal {
    #[error("there is no transaction {0} in the store")]
    UnknownSale(TransactionId),
    #[error("{0}")]
    BadAmount(AmountProblem),
    #[error("{0}")]
    CurrencyMismatch(AmountProblem),
    #[error("the key {key} already stands for {recorded} of {sale}")]
    KeyConflict { key: Key, recorded: String, sale: TransactionId },
    #[error("the refund {refund} of the key {key} is {status}: the key pays nobody any more")]
    KeySpent { key: Key, refund: RefundId, status: RefundStatus },
    #[error("under this reference the line already stands for {recorded} of {sale}")]
    ReferenceConflict { recorded: String, sale: TransactionId },
    #[error("the refund {refund} of this line is {status}: the line pays nobody any more")]
    ReferenceSpent { refund: RefundId, status: RefundStatus },
    #[error("{id} is a {kind}, not a sale")]
    NotASale { id: TransactionId, kind: Kind },
    #[error("{0} is a test payment: no money was taken")]
    TestPayment(TransactionId),
    #[error("{0} is in its trial period: nothing was charged")]
    TrialPeriod(TransactionId),
    #[error("{id} is {status}, and only a paid payment can be refunded")]
    NotPaid { id: TransactionId, status: SaleStatus },
    #[error("nobody told whether {0} was paid")]
    StatusUnknown(TransactionId),
    #[error("the bank has taken {amount} of {id} back: a refund on top would pay the customer twice")]
    ChargedBack { id: TransactionId, amount: Money },
    #[error("nothing is left of {paid}: all of {id} is refunded, or marked to be")]
    AlreadyRefunded { id: TransactionId, paid: Money },
    #[error("{asked} is more than the {left} left of {paid}")]
    ExceedsRefundable { asked: Money, left: Money, paid: Money },
    #[error("the platform reported {amount} on {on} as {row}, which may be a refund of this sale")]
    UnmatchedRefund { row: TransactionId, amount: Money, on: NaiveDate },
    #[error("a refund of {amount} of this sale was recorded within 24 hours already, as {refund} on {on}")]
    LooksRepeated { refund: RefundId, amount: Money, on: NaiveDate },
    #[error("{amount} of this sale is asked for on line {line} already")]
    RepeatsLine { line: u64, amount: Money },
    #[error("the product has no return period")]
    PeriodDisabled,
    #[error("the return period of {days} days, counted from {start}, ended on {last_day}")]
    PeriodExpired { days: u32, start: NaiveDate, last_day: NaiveDate },
    #[error("the customer cannot have asked on {asked_on}, before the order of {first_day}")]
    AskedBeforeOrder { asked_on: NaiveDate, first_day: NaiveDate },
    #[error("the customer cannot have asked on {asked_on}: today is {today}")]
    AskedInFuture { asked_on: NaiveDate, today: NaiveDate },
    #[error("the caution {0} has to be accepted by name where nobody is asked")]
    NotAccepted(CautionCode),
}

impl Refusal {
    /// The stable code.
    pub fn code(&self) -> &'static str {
        match self {
            Self::UnknownSale(_) => "unknown_sale",
            Self::BadAmount(_) => "bad_amount",
            Self::CurrencyMismatch(_) => "currency_mismatch",
            Self::KeyConflict { .. } | Self::ReferenceConflict { .. } => "key_conflict",
            Self::KeySpent { .. } | Self::ReferenceSpent { .. } => "key_spent",
            Self::NotASale { .. } => "not_a_sale",
            Self::TestPayment(_) => "test_payment",
            Self::TrialPeriod(_) => "trial_period",
            Self::NotPaid { .. } => "not_paid",
            Self::StatusUnknown(_) => "status_unknown",
            Self::ChargedBack { .. } => "charged_back",
            Self::AlreadyRefunded { .. } => "already_refunded",
            Self::ExceedsRefundable { .. } => "exceeds_refundable",
            Self::UnmatchedRefund { .. } => "unmatched_refund",
            Self::LooksRepeated { .. } | Self::RepeatsLine { .. } => "looks_repeated",
            Self::PeriodDisabled => "period_disabled",
            Self::PeriodExpired { .. } => "period_expired",
            Self::AskedBeforeOrder { .. } => "asked_before_order",
            Self::AskedInFuture { .. } => "asked_in_future",
            Self::NotAccepted(caution) => caution.word(),
        }
    }

    /// A person may set it aside as goodwill.
    pub fn yields_to_goodwill(&self) -> bool {
        matches!(self, Self::PeriodDisabled | Self::PeriodExpired { .. })
    }
}

/// Whether a listing may offer a refund of all that is left.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Verdict {
    Yes,
    /// Only as goodwill; the refusal says why.
    Goodwill(Refusal),
    No(Refusal),
}

/// The plan of a refund, or the first rule that forbids it.
pub fn plan(request: &Request, record: &SaleRecord, policy: &Policy, now: &Now) -> Result<RefundPlan, Refusal> {
    let asked = asked_amount(request, &record.payment)?;
    is_paid_sale(&record.payment)?;
    no_chargeback_stands(record)?;
    let amount = within_what_is_left(asked, record)?;
    nothing_unmatched(record)?;
    if !request.again {
        does_not_look_repeated(amount, record, now)?;
    }
    asked_since_the_order(request, record, policy, now.today)?;
    let period = policy.periods.of_sale(record, policy.zone);
    let outside = within_period(&period, request.asked_on.unwrap_or(now.today)).err();
    if let Some(refusal) = outside.clone().filter(|_| !request.goodwill) {
        return Err(refusal);
    }
    let window =
        Window::counted(now.today, RefundStatus::Marked, record.payment.method, &policy.settlement, &policy.calendar);
    let left_before = record.left();
    let left_after = left_before.minus(amount).map_err(|_| exceeds(amount, record))?;
    let mut cautions = standing_cautions(record, policy, now);
    cautions.extend(cautions_of_request(request.asked_on, &period, outside.is_some()));
    Ok(RefundPlan {
        sale: record.payment.id.clone(),
        amount,
        asked,
        left_before,
        left_after,
        reason: request.reason,
        note: request.note.clone(),
        asked_on: request.asked_on,
        goodwill: outside.is_some(),
        period,
        window,
        cautions,
    })
}

/// What a listing says of a payment: the rules that need no request, judged today.
pub fn verdict(record: &SaleRecord, policy: &Policy, today: NaiveDate) -> Verdict {
    let before_period = is_paid_sale(&record.payment)
        .and_then(|()| no_chargeback_stands(record))
        .and_then(|()| within_what_is_left(None, record))
        .and_then(|_| nothing_unmatched(record));
    if let Err(refusal) = before_period {
        return Verdict::No(refusal);
    }
    match within_period(&policy.periods.of_sale(record, policy.zone), today) {
        Ok(()) => Verdict::Yes,
        Err(refusal) => Verdict::Goodwill(refusal),
    }
}

/// The sum that was asked for in the sale's currency; `None` is all that is left.
pub fn asked_amount(request: &Request, payment: &Transaction) -> Result<Option<Money>, Refusal> {
    let currency = payment.amount.currency();
    let asked = request.amount.as_ref().map(|typed| typed.in_currency(currency)).transpose();
    asked.map_err(|problem| match problem {
        AmountProblem::OtherCurrency { .. } => Refusal::CurrencyMismatch(problem),
        _ => Refusal::BadAmount(problem),
    })
}

fn is_paid_sale(payment: &Transaction) -> Result<(), Refusal> {
    let id = || payment.id.clone();
    let Some(status) = payment.sale_status() else {
        return Err(Refusal::NotASale { id: id(), kind: payment.entry.kind() });
    };
    if payment.is_test {
        return Err(Refusal::TestPayment(id()));
    }
    match status {
        SaleStatus::Trial => Err(Refusal::TrialPeriod(id())),
        SaleStatus::Pending | SaleStatus::Failed | SaleStatus::Upcoming => Err(Refusal::NotPaid { id: id(), status }),
        SaleStatus::Unknown => Err(Refusal::StatusUnknown(id())),
        SaleStatus::Paid | SaleStatus::ChargedBack | SaleStatus::Refunded => Ok(()),
    }
}

fn no_chargeback_stands(record: &SaleRecord) -> Result<(), Refusal> {
    if !record.is_charged_back() {
        return Ok(());
    }
    let standing = record.charged_back().ok().filter(|sum| !sum.is_zero());
    let amount = standing.unwrap_or(record.payment.amount);
    Err(Refusal::ChargedBack { id: record.payment.id.clone(), amount })
}

fn within_what_is_left(asked: Option<Money>, record: &SaleRecord) -> Result<Money, Refusal> {
    let left = record.left();
    if left.is_zero() {
        let paid = record.payment.amount;
        return Err(Refusal::AlreadyRefunded { id: record.payment.id.clone(), paid });
    }
    let amount = asked.unwrap_or(left);
    match amount.exceeds(left) {
        Ok(false) => Ok(amount),
        Ok(true) | Err(_) => Err(exceeds(amount, record)),
    }
}

fn exceeds(asked: Money, record: &SaleRecord) -> Refusal {
    Refusal::ExceedsRefundable { asked, left: record.left(), paid: record.payment.amount }
}

fn nothing_unmatched(record: &SaleRecord) -> Result<(), Refusal> {
    match record.unmatched.first() {
        None => Ok(()),
        Some(row) => Err(Refusal::UnmatchedRefund { row: row.id.clone(), amount: row.amount, on: row.on }),
    }
}

/// The same sum of the same sale within 24 hours, whoever refunded it. What gave its money back was no refund.
fn does_not_look_repeated(amount: Money, record: &SaleRecord, now: &Now) -> Result<(), Refusal> {
    let is_alike = |refund: &&Refund| {
        let apart = now.at - refund.at();
        refund.holds_money() && refund.amount == amount && apart.abs() < TimeDelta::hours(24)
    };
    if let Some(refund) = record.refunds.iter().find(is_alike) {
        return Err(Refusal::LooksRepeated { refund: refund.id.clone(), amount, on: refund.on() });
    }
    match record.planned.iter().find(|planned| planned.amount == amount) {
        None => Ok(()),
        Some(planned) => Err(Refusal::RepeatsLine { line: planned.line, amount }),
    }
}

fn asked_since_the_order(
    request: &Request,
    record: &SaleRecord,
    policy: &Policy,
    today: NaiveDate,
) -> Result<(), Refusal> {
    let first_day = record.first_day(policy.zone);
    match request.asked_on {
        Some(asked_on) if asked_on < first_day => Err(Refusal::AskedBeforeOrder { asked_on, first_day }),
        Some(asked_on) if asked_on > today => Err(Refusal::AskedInFuture { asked_on, today }),
        _ => Ok(()),
    }
}

fn within_period(period: &Period, judged_on: NaiveDate) -> Result<(), Refusal> {
    match (period.strictest, period.last_day()) {
        (ReturnPeriod::Days(days), Some(last_day)) if judged_on > last_day => {
            Err(Refusal::PeriodExpired { days, start: period.start.day(), last_day })
        }
        (ReturnPeriod::Disabled, _) | (_, None) => Err(Refusal::PeriodDisabled),
        (ReturnPeriod::Days(_), Some(_)) => Ok(()),
    }
}

/// What a vendor has to know of a sale before, and while, it is refunded.
pub fn standing_cautions(record: &SaleRecord, policy: &Policy, now: &Now) -> Vec<Caution> {
    let payment = &record.payment;
    let (method, paid_on) = (payment.method, record.paid_on(policy.zone));
    let bounces_before = window::bounces_before(method, paid_on, &policy.calendar);
    let chargeback_until = window::chargeback_until(method, paid_on);
    let plan_continues = payment.plan.recurs() && !record.plan_is_cancelled;
    let tell_first = matches!(method, Method::Sepa | Method::Unknown) && record.customer_notified_on.is_none();
    let mut cautions = vec![
        tell_first.then_some((CautionCode::NotifyCustomerFirst, None)),
        bounces_before.filter(|day| now.today < *day).map(|day| (CautionCode::DebitMayStillBounce, Some(day))),
        chargeback_until.filter(|day| now.today <= *day).map(|day| (CautionCode::ChargebackUntil, Some(day))),
        record.has_open_dispute().then_some((CautionCode::DisputeOpen, None)),
        (method == Method::Unknown).then_some((CautionCode::MethodUnknown, None)),
        plan_continues.then_some((CautionCode::PlanContinues, None)),
    ];
    let paypal = window::paypal_refundable_until(method, paid_on);
    cautions.push(paypal.map(|day| (CautionCode::PaypalRefundableUntil, Some(day))));
    cautions.into_iter().flatten().map(|(code, on)| Caution { code, on }).collect()
}

/// The cautions of a recorded refund: those of its sale, and of the request if this desk marked it.
pub fn refund_cautions(refund: &Refund, record: &SaleRecord, policy: &Policy, now: &Now) -> Vec<Caution> {
    let mut cautions = standing_cautions(record, policy, now);
    if let Some(mark) = refund.mark() {
        let period = policy.periods.of_sale(record, policy.zone);
        let is_marked = refund.status() == RefundStatus::Marked;
        let own = cautions_of_request(mark.asked_on, &period, mark.goodwill);
        cautions.extend(own.into_iter().filter(|own| is_marked || own.code != CautionCode::PeriodDefaulted));
    }
    cautions
}

fn cautions_of_request(asked_on: Option<NaiveDate>, period: &Period, goodwill: bool) -> Vec<Caution> {
    let cautions = [
        goodwill.then(|| Caution { code: CautionCode::OutsidePeriod, on: period.last_day() }),
        period.is_defaulted().then_some(Caution { code: CautionCode::PeriodDefaulted, on: None }),
        asked_on
            .map(|asked_on| Caution { code: CautionCode::LegalDeadline, on: Some(window::legal_deadline(asked_on)) }),
    ];
    cautions.into_iter().flatten().collect()
}

impl RefundPlan {
    /// The first weighty caution that nobody accepted by name.
    pub fn unaccepted(&self, accepted: &[CautionCode]) -> Option<Refusal> {
        let weighty = self.cautions.iter().map(|caution| caution.code).filter(|code| code.is_serious());
        weighty.into_iter().find(|code| !accepted.contains(code)).map(Refusal::NotAccepted)
    }
}

#[cfg(test)]
mod tests;
