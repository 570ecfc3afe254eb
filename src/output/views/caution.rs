//! What a caution says: a sentence, a line of a block, and JSON.

use chrono::NaiveDate;
use serde::Serialize;

use crate::domain::batch::SameFile;
use crate::domain::return_period::ReturnPeriod;
use crate::domain::rules::cautions::{CONFIRMATION_DAYS, Caution, CautionCode, LEGAL_DAYS};
use crate::domain::rules::policy::Policy;
use crate::domain::sale::transaction::{Method, PaymentPlan, Transaction};
use crate::domain::time::Now;
use crate::output::json;
use crate::output::sentences::{self, days, return_period, weekday};
use crate::output::table::{Cell, Tone};

/// A caution in words.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct CautionView {
    pub(super) code: CautionCode,
    message: String,
    on: Option<NaiveDate>,
}

#[derive(Default, Serialize)]
pub(super) struct CautionJson<'a> {
    code: &'static str,
    message: &'a str,
    on: Option<String>,
}

/// What a caution's sentence depends on, besides its code and day.
#[derive(Debug, Clone, Copy)]
struct CautionContext {
    method: Method,
    plan: PaymentPlan,
    /// The return period of products that are not configured.
    default_period: ReturnPeriod,
    today: NaiveDate,
    is_carried_out: bool,
}

impl CautionView {
    /// `is_carried_out`: the platform has the refund already, so it is too late for a "first".
    pub(super) fn all(
        cautions: &[Caution],
        payment: &Transaction,
        policy: &Policy,
        now: &Now,
        is_carried_out: bool,
    ) -> Vec<Self> {
        let context = CautionContext {
            method: payment.method,
            plan: payment.plan,
            default_period: policy.periods.default,
            today: now.today,
            is_carried_out,
        };
        let view =
            |caution: &Caution| Self { code: caution.code, message: sentence(caution, &context), on: caution.on };
        cautions.iter().map(view).collect()
    }

    /// The caution of a batch whose file was recorded before.
    pub(super) fn same_file(earlier: &SameFile) -> Self {
        let message = same_file(&weekday(earlier.on), &format!("reference {}", earlier.reference));
        Self { code: CautionCode::SameFile, message, on: Some(earlier.on) }
    }

    /// A line of a block. A serious caution is visible without colour too.
    pub(super) fn fact(&self) -> (&'static str, Cell) {
        let (label, tone) = match self.code.is_serious() {
            true => ("CAUTION", Tone::Bad),
            false => ("caution", Tone::Warn),
        };
        (label, Cell::new(format!("{}: {}", self.code, self.message), tone))
    }

    pub(super) fn object(&self) -> CautionJson<'_> {
        CautionJson { code: self.code.word(), message: &self.message, on: self.on.map(json::on) }
    }
}

/// What a caution means for this sale.
fn sentence(caution: &Caution, context: &CautionContext) -> String {
    let day = caution.on.map(weekday).unwrap_or_default();
    let is_over = caution.on.is_some_and(|on| on < context.today);
    match caution.code {
        CautionCode::NotifyCustomerFirst => notify_first(context),
        CautionCode::DebitMayStillBounce => {
            let later = may_be_later(caution);
            format!(
                "the debit can still bounce before {day}; if it does after a refund, the money goes back twice{later}"
            )
        }
        CautionCode::ChargebackUntil => {
            let later = may_be_later(caution);
            format!(
                "until {day} the customer can have the bank reverse the debit without a reason, refunded or not{later}"
            )
        }
        CautionCode::DisputeOpen => {
            "a dispute is open: if the bank decides for the customer, refunding now pays twice".to_owned()
        }
        CautionCode::MethodUnknown => {
            "the import does not say how it was paid, so the dates are those of an unknown method".to_owned()
        }
        CautionCode::PlanContinues => plan_continues(context.plan).to_owned(),
        CautionCode::PaypalTooLate => {
            format!("PayPal refunded this payment only until {day}: pay the customer in another way")
        }
        CautionCode::CustomerMayNotHavePaid => {
            "the customer may not have paid yet: then no money arrives, and the bill gets smaller".to_owned()
        }
        CautionCode::PaypalRefundableUntil => format!("PayPal can refund this payment until {day}"),
        CautionCode::OutsidePeriod if day.is_empty() => "there is no return period".to_owned(),
        CautionCode::OutsidePeriod => format!("the last day of the return period is {day}"),
        CautionCode::WithdrawalMayApply => sentences::withdrawal_may_apply(&day),
        CautionCode::PeriodDefaulted => format!(
            "the configuration has no return period for this product, so the default applies: {}",
            return_period(context.default_period)
        ),
        CautionCode::LegalDeadline => {
            let must = if is_over { "had to" } else { "must" };
            let after = days(LEGAL_DAYS);
            format!("by law, a withdrawal {must} be refunded by {day}, {after} after the customer asked")
        }
        CautionCode::LooksRepeated => {
            format!("a refund of the same amount of this sale was recorded on {day}; this one has another key")
        }
        CautionCode::SameFile => same_file(&day, "another reference"),
    }
}

fn same_file(day: &str, under: &str) -> String {
    format!("the same file was recorded on {day} under {under}; this batch may refund the same sales twice")
}

fn notify_first(context: &CautionContext) -> String {
    let what = if context.is_carried_out { "make sure that the customer knows" } else { "notify the customer first" };
    let debit = match context.method {
        Method::Sepa => "the debit",
        _ => "the payment if it was a SEPA debit",
    };
    format!("{what}; otherwise they may also ask their bank to reverse {debit}")
}

/// The import does not date the debit, so it may have been later than the payment.
fn may_be_later(caution: &Caution) -> String {
    match caution.may_be_later {
        true => format!("; the import does not date the debit, so this may be up to {} later", days(CONFIRMATION_DAYS)),
        false => String::new(),
    }
}

fn plan_continues(plan: PaymentPlan) -> &'static str {
    match plan {
        PaymentPlan::Installments => {
            "the instalments are not known to be cancelled, and a refund may not stop them: check on the platform"
        }
        _ => "the subscription is not known to be cancelled, and a refund may not stop it: check on the platform",
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::rules::cautions::legal_deadline;
    use crate::output::views::fixtures::day;

    fn context() -> CautionContext {
        CautionContext {
            method: Method::Sepa,
            plan: PaymentPlan::Subscription,
            default_period: ReturnPeriod::Days(14),
            today: day("2026-03-25"),
            is_carried_out: false,
        }
    }

    #[test]
    fn every_caution_has_a_sentence_with_its_day() {
        let has_day = |code| {
            use CautionCode::{
                CustomerMayNotHavePaid, DisputeOpen, MethodUnknown, NotifyCustomerFirst, PeriodDefaulted, PlanContinues,
            };
            let without = [DisputeOpen, MethodUnknown, NotifyCustomerFirst, PeriodDefaulted, PlanContinues];
            code != CustomerMayNotHavePaid && !without.contains(&code)
        };
        let said = CautionCode::ALL.iter().map(|code| {
            let on = has_day(*code).then(|| day("2026-04-07"));
            format!("{code}: {}\n", sentence(&Caution { code: *code, on, may_be_later: false }, &context()))
        });
        insta::assert_snapshot!(said.collect::<String>(), @"
        notify_customer_first: notify the customer first; otherwise they may also ask their bank to reverse the debit
        debit_may_still_bounce: the debit can still bounce before Tue 2026-04-07; if it does after a refund, the money goes back twice
        chargeback_until: until Tue 2026-04-07 the customer can have the bank reverse the debit without a reason, refunded or not
        dispute_open: a dispute is open: if the bank decides for the customer, refunding now pays twice
        method_unknown: the import does not say how it was paid, so the dates are those of an unknown method
        plan_continues: the subscription is not known to be cancelled, and a refund may not stop it: check on the platform
        paypal_refundable_until: PayPal can refund this payment until Tue 2026-04-07
        paypal_too_late: PayPal refunded this payment only until Tue 2026-04-07: pay the customer in another way
        customer_may_not_have_paid: the customer may not have paid yet: then no money arrives, and the bill gets smaller
        outside_period: the last day of the return period is Tue 2026-04-07
        withdrawal_may_apply: by law, the customer can withdraw until Tue 2026-04-07, unless they waived that right: if so, set withdrawal = false for the product in the configuration
        period_defaulted: the configuration has no return period for this product, so the default applies: 14 days
        legal_deadline: by law, a withdrawal must be refunded by Tue 2026-04-07, 14 days after the customer asked
        looks_repeated: a refund of the same amount of this sale was recorded on Tue 2026-04-07; this one has another key
        same_file: the same file was recorded on Tue 2026-04-07 under another reference; this batch may refund the same sales twice
        ");
    }

    #[test]
    fn a_caution_depends_on_method_plan_and_day() {
        let said = |code, on: Option<&str>, context: CautionContext| {
            sentence(&Caution { code, on: on.map(day), may_be_later: true }, &context) + "\n"
        };
        let unknown = CautionContext { method: Method::Unknown, ..context() };
        let lines = [
            said(CautionCode::NotifyCustomerFirst, None, unknown),
            said(CautionCode::NotifyCustomerFirst, None, CautionContext { is_carried_out: true, ..context() }),
            said(CautionCode::PlanContinues, None, CautionContext { plan: PaymentPlan::Installments, ..context() }),
            said(CautionCode::DebitMayStillBounce, Some("2026-03-31"), context()),
            said(CautionCode::ChargebackUntil, Some("2026-05-15"), context()),
            said(CautionCode::PaypalTooLate, Some("2026-03-24"), context()),
            said(CautionCode::PaypalRefundableUntil, Some("2026-03-25"), context()),
            said(CautionCode::OutsidePeriod, None, context()),
            said(
                CautionCode::PeriodDefaulted,
                None,
                CautionContext { default_period: ReturnPeriod::Disabled, ..context() },
            ),
            said(CautionCode::LegalDeadline, Some(&legal_deadline(day("2026-03-01")).to_string()), context()),
        ];
        insta::assert_snapshot!(lines.concat(), @"
        notify the customer first; otherwise they may also ask their bank to reverse the payment if it was a SEPA debit
        make sure that the customer knows; otherwise they may also ask their bank to reverse the debit
        the instalments are not known to be cancelled, and a refund may not stop them: check on the platform
        the debit can still bounce before Tue 2026-03-31; if it does after a refund, the money goes back twice; the import does not date the debit, so this may be up to 14 days later
        until Fri 2026-05-15 the customer can have the bank reverse the debit without a reason, refunded or not; the import does not date the debit, so this may be up to 14 days later
        PayPal refunded this payment only until Tue 2026-03-24: pay the customer in another way
        PayPal can refund this payment until Wed 2026-03-25
        there is no return period
        the configuration has no return period for this product, so the default applies: none
        by law, a withdrawal had to be refunded by Sun 2026-03-15, 14 days after the customer asked
        ");
    }
}
