//! May this be refunded, and how much? Pure rules over a request, a sale record, a policy and a day, in the order of
//! `retour help rules`: the first rule that is broken refuses.

use crate::domain::ids::{Key, RefundId, TransactionId};
use crate::domain::money::{AmountProblem, Money};
use crate::domain::refund::{Ground, Reason, Refund, RefundStatus};
use crate::domain::request::Request;
use crate::domain::return_period::ReturnPeriod;
use crate::domain::rules::cautions::{self, Caution, CautionCode};
use crate::domain::rules::period::{LastDay, Period};
use crate::domain::rules::policy::Policy;
use crate::domain::rules::window::Window;
use crate::domain::sale::record::SaleRecord;
use crate::domain::sale::transaction::{Kind, SaleStatus, Transaction};
use crate::domain::time::Now;
use crate::domain::unread::UnreadReport;
use chrono::NaiveDate;

/// A refund that may be recorded.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RefundPlan {
    pub sale: TransactionId,
    pub amount: Money,
    /// The amount as asked; `None` for all that was left.
    pub asked: Option<Money>,
    /// What can be refunded of the sale before this refund.
    pub left_before: Money,
    pub left_after: Money,
    pub reason: Reason,
    pub note: Option<String>,
    pub asked_on: Option<NaiveDate>,
    pub ground: Ground,
    pub period: Period,
    /// `None` if the method no longer refunds the payment.
    pub window: Option<Window>,
    pub cautions: Vec<Caution>,
}

/// Why a refund is not allowed. The variants are in the order of the rules.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Refusal {
    #[error("there is no transaction {0} in the store")]
    UnknownSale(TransactionId),
    #[error("{0}")]
    BadAmount(AmountProblem),
    #[error("{0}")]
    CurrencyMismatch(AmountProblem),
    #[error("key {key} was already used for {recorded} of {sale}")]
    KeyConflict { key: Key, recorded: String, sale: TransactionId },
    #[error("key {key} is used up: its refund {refund} is {status}")]
    KeySpent { key: Key, refund: RefundId, status: RefundStatus },
    #[error("this line was already recorded under this reference as {recorded} of {sale}")]
    ReferenceConflict { recorded: String, sale: TransactionId },
    #[error("this line is used up: its refund {refund} is {status}")]
    ReferenceSpent { refund: RefundId, status: RefundStatus },
    #[error("{id} is a {kind}, not a sale")]
    NotASale { id: TransactionId, kind: Kind },
    #[error("{0} is a test payment: no money was taken")]
    TestPayment(TransactionId),
    #[error("{0} is in its trial period: nothing was charged")]
    TrialPeriod(TransactionId),
    #[error("{id} is {status}; only a paid payment can be refunded")]
    NotPaid { id: TransactionId, status: SaleStatus },
    #[error("nothing was paid for {0}: its amount is zero")]
    NothingPaid(TransactionId),
    #[error("the import does not say whether {0} was paid")]
    StatusUnknown(TransactionId),
    #[error("{amount} of {id} was charged back; refunding it too would pay the customer twice")]
    ChargedBack { id: TransactionId, amount: Money },
    #[error("{id} is already fully refunded or marked for refund (paid {paid})")]
    AlreadyRefunded { id: TransactionId, paid: Money },
    #[error("the platform reports that {0} is refunded, and not by this refund")]
    RefundedBeside(TransactionId),
    #[error("PayPal refunded {id} only until {until}")]
    PaypalTooLate { id: TransactionId, until: NaiveDate },
    #[error("{asked} is more than the {left} left of {paid}")]
    ExceedsRefundable { asked: Money, left: Money, paid: Money },
    #[error("the platform reported {amount} on {on} as {row}, which may be a refund of this sale")]
    UnmatchedRefund { row: TransactionId, amount: Money, on: NaiveDate },
    #[error("{} says that money went back, perhaps of this sale: {}", .0.id, .0.summary())]
    UnreadReport(Box<UnreadReport>),
    #[error("a refund of {amount} of this sale was already recorded within 24 hours, as {refund} on {on}")]
    LooksRepeated { refund: RefundId, amount: Money, on: NaiveDate },
    #[error("line {line} already asks for {amount} of this sale")]
    RepeatsLine { line: u64, amount: Money },
    #[error("the product has no return period")]
    PeriodDisabled,
    #[error("the return period of {days} days, counted from {start}, ended on {}", .ends.sentence(*.days))]
    PeriodExpired { days: u32, start: NaiveDate, ends: LastDay },
    #[error("a refund because of {0} needs a note that says what could not be delivered")]
    MissingNote(Reason),
    #[error("the request date {asked_on} is before the order date {first_day}")]
    AskedBeforeOrder { asked_on: NaiveDate, first_day: NaiveDate },
    #[error("the request date {asked_on} is in the future: today is {today}")]
    AskedInFuture { asked_on: NaiveDate, today: NaiveDate },
    #[error("without a prompt, the caution must be accepted explicitly: --accept {0}")]
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
            Self::NotPaid { .. } | Self::NothingPaid(_) => "not_paid",
            Self::StatusUnknown(_) => "status_unknown",
            Self::ChargedBack { .. } => "charged_back",
            Self::AlreadyRefunded { .. } | Self::RefundedBeside(_) => "already_refunded",
            Self::PaypalTooLate { .. } => CautionCode::PaypalTooLate.word(),
            Self::ExceedsRefundable { .. } => "exceeds_refundable",
            Self::UnmatchedRefund { .. } | Self::UnreadReport(_) => "unmatched_refund",
            Self::LooksRepeated { .. } | Self::RepeatsLine { .. } => "looks_repeated",
            Self::PeriodDisabled => "period_disabled",
            Self::PeriodExpired { .. } => "period_expired",
            Self::MissingNote(_) => "missing_note",
            Self::AskedBeforeOrder { .. } => "asked_before_order",
            Self::AskedInFuture { .. } => "asked_in_future",
            Self::NotAccepted(caution) => caution.word(),
        }
    }

    /// Goodwill overrides it.
    pub fn yields_to_goodwill(&self) -> bool {
        matches!(self, Self::PeriodDisabled | Self::PeriodExpired { .. })
    }
}

/// Whether all that is left of a sale may be refunded today.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Verdict {
    Yes,
    /// Only as goodwill; the refusal says which rule goodwill overrides.
    Goodwill(Refusal),
    No(Refusal),
}

/// The plan of a refund, or the refusal of the first rule that it breaks.
pub fn plan(request: &Request, record: &SaleRecord, policy: &Policy, now: &Now) -> Result<RefundPlan, Refusal> {
    let asked = asked_amount(request, &record.payment)?;
    is_paid_sale(&record.payment)?;
    not_charged_back(record)?;
    let amount = within_what_is_left(asked, record)?;
    nothing_unmatched(record)?;
    if !request.again {
        does_not_look_repeated(amount, record, now)?;
    }
    asked_since_the_order(request, record, policy, now.today)?;
    let period = policy.period_of(record);
    let judged_on = request.asked_on.unwrap_or(now.today);
    let ground = ground(request, &period, judged_on)?;
    let method = record.payment.method;
    let window = Window::counted(now.today, RefundStatus::Marked, method, &policy.settlement, &policy.calendar);
    let window = paypal_refunds(record, policy, now.today).is_ok().then_some(window);
    let left_before = record.left();
    let left_after = left_before.minus(amount).map_err(|_| exceeds(amount, record))?;
    let mut cautions = cautions::sale_cautions(record, policy, now);
    cautions.extend(cautions::request_cautions(&period, ground, request.asked_on, judged_on));
    Ok(RefundPlan {
        sale: record.payment.id.clone(),
        amount,
        asked,
        left_before,
        left_after,
        reason: request.reason,
        note: request.note.clone(),
        asked_on: request.asked_on,
        ground,
        period,
        window,
        cautions,
    })
}

/// The verdict of the rules that need no request, as listings show it.
pub fn verdict(record: &SaleRecord, policy: &Policy, today: NaiveDate) -> Verdict {
    let before_period = is_paid_sale(&record.payment)
        .and_then(|()| not_charged_back(record))
        .and_then(|()| within_what_is_left(None, record))
        .and_then(|_| nothing_unmatched(record));
    if let Err(refusal) = before_period {
        return Verdict::No(refusal);
    }
    match within_period(&policy.period_of(record), today) {
        Ok(()) => Verdict::Yes,
        Err(refusal) => Verdict::Goodwill(refusal),
    }
}

/// Why this open refund would not be marked on this day; `None` if it would, or if it has ended.
///
/// A submitted refund waits for its report, and an unmatched one may be that report.
pub fn no_longer_right(refund: &Refund, record: &SaleRecord, policy: &Policy, on: NaiveDate) -> Option<Refusal> {
    let status = refund.status();
    if !status.is_open() || refund.mark().is_none() {
        return None;
    }
    let is_right = is_paid_sale(&record.payment)
        .and_then(|()| not_charged_back(record))
        .and_then(|()| not_refunded_beside(record))
        .and_then(|()| paypal_refunds(record, policy, carried_out_on(refund).unwrap_or(on)))
        .and_then(|()| if status == RefundStatus::Marked { nothing_unmatched(record) } else { Ok(()) });
    is_right.err()
}

/// The window of a recorded refund; `None` if no money will arrive.
pub fn window_of(refund: &Refund, record: &SaleRecord, policy: &Policy, today: NaiveDate) -> Option<Window> {
    if refund.status().is_open() {
        paypal_refunds(record, policy, carried_out_on(refund).unwrap_or(today)).ok()?;
    }
    let method = record.payment.method;
    Window::of_refund(refund.state, refund.on(), method, &policy.settlement, &policy.calendar)
}

/// The day on which an open refund was carried out, if it was.
fn carried_out_on(refund: &Refund) -> Option<NaiveDate> {
    refund.state.on()
}

/// PayPal carries out a refund on this day, or another method does.
fn paypal_refunds(record: &SaleRecord, policy: &Policy, on: NaiveDate) -> Result<(), Refusal> {
    match cautions::paypal_refundable_until(record, policy.zone) {
        Some(until) if on > until => Err(Refusal::PaypalTooLate { id: record.payment.id.clone(), until }),
        _ => Ok(()),
    }
}

/// A report that the sale is refunded confirms the open refunds that it covers exactly, so an open one is not covered.
fn not_refunded_beside(record: &SaleRecord) -> Result<(), Refusal> {
    if record.arrived_refunded() || record.is_paid_twice() {
        return Err(Refusal::RefundedBeside(record.payment.id.clone()));
    }
    Ok(())
}

/// The requested amount in the sale's currency; `None` for all that is left.
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
        SaleStatus::Paid | SaleStatus::ChargedBack | SaleStatus::Refunded if payment.amount.is_zero() => {
            Err(Refusal::NothingPaid(id()))
        }
        SaleStatus::Paid | SaleStatus::ChargedBack | SaleStatus::Refunded => Ok(()),
    }
}

fn not_charged_back(record: &SaleRecord) -> Result<(), Refusal> {
    if !record.is_charged_back() {
        return Ok(());
    }
    // Without a chargeback row that says how much, the bank took all of it.
    let charged_back = record.charged_back().ok().filter(|sum| !sum.is_zero());
    let amount = charged_back.unwrap_or(record.payment.amount);
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
    if let Some(row) = record.unmatched.first() {
        return Err(Refusal::UnmatchedRefund { row: row.id.clone(), amount: row.amount, on: row.on });
    }
    match record.unread.first() {
        None => Ok(()),
        Some(report) => Err(Refusal::UnreadReport(Box::new(report.clone()))),
    }
}

/// No refund of the same sale and amount within 24 hours, neither the desk's nor the platform's.
fn does_not_look_repeated(amount: Money, record: &SaleRecord, now: &Now) -> Result<(), Refusal> {
    if let Some(refund) = record.refunds.iter().find(|refund| refund.looks_like(amount, now.at)) {
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

/// The right by which the customer gets the money back, or why there is none.
fn ground(request: &Request, period: &Period, judged_on: NaiveDate) -> Result<Ground, Refusal> {
    if request.reason == Reason::OutOfStock {
        let has_note = request.note.as_ref().is_some_and(|note| !note.trim().is_empty());
        return if has_note { Ok(Ground::NonPerformance) } else { Err(Refusal::MissingNote(request.reason)) };
    }
    match within_period(period, judged_on) {
        Ok(()) if period.is_withdrawal(judged_on) => Ok(Ground::Withdrawal),
        Ok(()) => Ok(Ground::Policy),
        // What the law gives the customer is no goodwill, whatever the vendor's period says.
        Err(_) if request.goodwill && period.is_withdrawal(judged_on) => Ok(Ground::Withdrawal),
        Err(_) if request.goodwill => Ok(Ground::Goodwill),
        Err(refusal) => Err(refusal),
    }
}

fn within_period(period: &Period, judged_on: NaiveDate) -> Result<(), Refusal> {
    match (period.strictest, period.ends) {
        (ReturnPeriod::Days(days), Some(ends)) if judged_on > ends.last => {
            Err(Refusal::PeriodExpired { days, start: period.start.day(), ends })
        }
        (ReturnPeriod::Disabled, _) | (_, None) => Err(Refusal::PeriodDisabled),
        (ReturnPeriod::Days(_), Some(_)) => Ok(()),
    }
}

impl RefundPlan {
    /// The same plan, with a caution if the refund looks like an earlier one: its own key says that it is another.
    pub fn with_own_key(mut self, record: &SaleRecord, now: &Now) -> Self {
        self.cautions.extend(cautions::looks_repeated(self.amount, &record.refunds, now.at));
        self
    }

    /// The refusal for the first serious caution that was not accepted.
    pub fn unaccepted(&self, accepted: &[CautionCode]) -> Option<Refusal> {
        cautions::first_unaccepted(&self.cautions, accepted).map(Refusal::NotAccepted)
    }
}

#[cfg(test)]
mod tests;
