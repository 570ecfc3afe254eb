//! Why a refund of one sale was not recorded, with the facts that a vendor asks for next.

use crate::commands::error::refused;
use crate::commands::failure::{Exit, Failure};
use crate::desk::refund::RefundError;
use crate::domain::ids::TransactionId;
use crate::domain::rules::period::PeriodStart;
use crate::domain::rules::plan::{RefundPlan, Refusal};
use crate::domain::rules::policy::Policy;
use crate::domain::sale::record::SaleRecord;
use crate::domain::sale::transaction::{KindAndStatus, SaleStatus};
use crate::output::sentences;
use chrono::NaiveDate;

/// The failure for an error. `judged_on` is the day for which the return period was judged.
pub fn failure(error: RefundError<Failure>, sale: &TransactionId, policy: &Policy, judged_on: NaiveDate) -> Failure {
    match error {
        RefundError::NotConfirmed(failure) => failure,
        RefundError::Store(error) => error.into(),
        RefundError::PlanChanged { before, now } => plan_changed(&before, &now, sale),
        RefundError::Refused { refusal, record: None } => refused(&refusal),
        RefundError::Refused { refusal, record: Some(record) } => refused_sale(&refusal, &record, policy, judged_on),
    }
}

/// A refusal, with the payment and the rule behind it.
pub fn refused_sale(refusal: &Refusal, record: &SaleRecord, policy: &Policy, judged_on: NaiveDate) -> Failure {
    let payment = &record.payment;
    let paid_on = record.paid_on(policy.zone);
    let customer = sentences::customer(&payment.customer);
    let was_paid =
        matches!(payment.entry, KindAndStatus::Sale(SaleStatus::Paid | SaleStatus::Refunded | SaleStatus::ChargedBack));
    let dated = if was_paid { "paid on" } else { "dated" };
    let failure = refused(refusal)
        .fact(format!("{} of {customer}, {dated} {}", payment.amount, sentences::weekday(paid_on)))
        .detail("transaction_id", payment.id.as_str())
        .detail(
            "left",
            serde_json::json!({
                "minor": record.left().minor(),
                "currency": payment.amount.currency().code(),
                "text": record.left().to_string(),
            }),
        );
    if !refusal.yields_to_goodwill() {
        return failure;
    }
    let period = policy.period_of(record);
    let failure = match (refusal, period.products.as_slice()) {
        // The refusal has the days, but not why they are counted from there.
        (Refusal::PeriodExpired { .. }, [_]) => failure.fact(counted_from(period.start)),
        (Refusal::PeriodDisabled, [_]) => failure,
        (_, _) => failure.fact(sentences::period(&period, judged_on)),
    };
    match period.withdrawal.filter(|_| period.is_withdrawal(judged_on)) {
        Some(right) => failure.fact(sentences::withdrawal_may_apply(&sentences::weekday(right.last))),
        None => failure,
    }
}

fn counted_from(start: PeriodStart) -> &'static str {
    match start {
        PeriodStart::FirstPayment(_) => "counted from the order's first payment",
        PeriodStart::OrderDay(_) => "counted from the order's day: its first payment is not in the store",
        PeriodStart::ThisPayment(_) => "counted from this payment",
    }
}

fn plan_changed(before: &RefundPlan, now: &Result<RefundPlan, Refusal>, sale: &TransactionId) -> Failure {
    let difference = match now {
        Err(refusal) => refusal.to_string(),
        Ok(now) if now.amount != before.amount => {
            format!("{} would be refunded, not {}", now.amount, before.amount)
        }
        Ok(now) => match (before.window, now.window) {
            (Some(before), Some(now)) if now.by != before.by => {
                format!("the money would arrive by {}, not by {}", now.by, before.by)
            }
            (Some(before), Some(now)) if now != before => {
                format!("it is {} now, no longer {}", now.counted_from, before.counted_from)
            }
            (Some(_), None) => "PayPal no longer refunds this payment".to_owned(),
            _ => "its period, cautions or what is left differ".to_owned(),
        },
    };
    Failure::new(Exit::Refused, "plan_changed", format!("the plan changed before it was confirmed: {difference}"))
        .fact("nothing was recorded")
        .hint(format!("review the new plan: retour refund {sale} --dry-run"))
}
