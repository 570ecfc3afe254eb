//! Every caution as law: when it is said, with which day, and which have to be accepted by name.

use super::*;
use crate::domain::fixtures::day;
use crate::domain::sale::dispute::DisputeState;
use crate::domain::sale::transaction::PaymentPlan;

fn cautions_on(now: Now, request: &Request, record: &SaleRecord) -> Vec<String> {
    let plan = planned_on(now, request, record).unwrap();
    let said = plan.cautions.into_iter().map(|caution| match caution.on {
        Some(on) => format!("{} {on}", caution.code),
        None => caution.code.to_string(),
    });
    // The fixtures configure no product: that caution has a test of its own.
    said.filter(|said| said != "period_defaulted").collect()
}

fn cautions(record: &SaleRecord) -> Vec<String> {
    cautions_on(today(), &request(), record)
}

/// The cautions of a SEPA debit that was paid and is refunded on these days.
fn of_debit(paid_on: &str, refunded_on: &str) -> Vec<String> {
    cautions_on(on(refunded_on), &request().with_goodwill(), &sale().by(Method::Sepa).paid(paid_on))
}

fn says(cautions: &[String], code: &str) -> bool {
    cautions.iter().any(|caution| caution.split(' ').next() == Some(code))
}

#[test]
fn a_card_payment_once_needs_no_caution() {
    assert!(cautions(&sale()).is_empty());
}

#[test]
fn a_debit_may_bounce_until_its_seventh_business_day() {
    let bounce = "debit_may_still_bounce 2026-03-11".to_owned();
    assert!(of_debit("2026-03-02", "2026-03-02").contains(&bounce));
    assert!(of_debit("2026-03-02", "2026-03-10").contains(&bounce));
    assert!(!says(&of_debit("2026-03-02", "2026-03-11"), "debit_may_still_bounce"));
}

#[test]
fn the_business_days_of_a_debit_are_counted_over_easter_and_the_year_s_end() {
    // Paid on Friday 27 March: Good Friday and Easter Monday do not count.
    assert!(says(&of_debit("2026-03-27", "2026-04-08"), "debit_may_still_bounce"));
    assert!(!says(&of_debit("2026-03-27", "2026-04-09"), "debit_may_still_bounce"));
    // Paid on Wednesday 23 December.
    assert!(of_debit("2026-12-23", "2027-01-04").contains(&"debit_may_still_bounce 2027-01-05".to_owned()));
    assert!(!says(&of_debit("2026-12-23", "2027-01-05"), "debit_may_still_bounce"));
}

#[test]
fn a_debit_can_be_taken_back_until_its_56th_day() {
    let until = "chargeback_until 2026-04-27";
    assert_eq!(of_debit("2026-03-02", "2026-04-27"), ["notify_customer_first", until, "outside_period 2026-03-16"]);
    assert!(!says(&of_debit("2026-03-02", "2026-04-28"), "chargeback_until"));
}

#[test]
fn the_customer_of_a_debit_is_told_first_and_so_is_one_who_may_have_paid_by_debit() {
    assert!(says(&of_debit("2026-03-02", "2027-03-02"), "notify_customer_first"));
    assert_eq!(cautions(&sale().by(Method::Unknown)), ["notify_customer_first", "method_unknown"]);
    for method in Method::ALL.iter().copied() {
        let is_told = says(&cautions(&sale().by(method)), "notify_customer_first");
        assert_eq!(is_told, matches!(method, Method::Sepa | Method::Unknown), "{method}");
    }
}

#[test]
fn a_customer_who_was_told_need_not_be_told_first() {
    for method in [Method::Sepa, Method::Unknown] {
        let told = SaleRecord { customer_notified_on: Some(day("2026-03-03")), ..sale().by(method) };
        assert!(!says(&cautions(&told), "notify_customer_first"), "{method}");
    }
    // The bank would still take the debit back, told or not.
    let told = SaleRecord { customer_notified_on: Some(day("2026-03-03")), ..sale().by(Method::Sepa) };
    assert!(says(&cautions(&told), "chargeback_until"));
}

#[test]
fn an_open_dispute_is_said_and_a_decided_one_is_not() {
    assert_eq!(cautions(&sale().with_dispute(DisputeState::Open)), ["dispute_open"]);
    assert!(cautions(&sale().with_dispute(DisputeState::Won)).is_empty());
    assert!(cautions(&sale().with_dispute(DisputeState::Lost)).is_empty());
    let second = sale().with_dispute(DisputeState::Won).with_dispute(DisputeState::Open);
    assert_eq!(cautions(&second), ["dispute_open"]);
}

#[test]
fn a_plan_that_is_not_known_to_be_cancelled_goes_on() {
    for plan in [PaymentPlan::Subscription, PaymentPlan::Installments] {
        let going_on = sale().on_plan(plan);
        assert_eq!(cautions(&going_on), ["plan_continues"], "{plan}");
        assert!(cautions(&SaleRecord { plan_is_cancelled: true, ..going_on }).is_empty(), "{plan}");
    }
    assert!(cautions(&sale().on_plan(PaymentPlan::Unknown)).is_empty());
}

#[test]
fn paypal_refunds_for_180_days_and_the_day_is_named_before_and_after() {
    let paypal = sale().by(Method::Paypal);
    let until = "paypal_refundable_until 2026-08-29";
    assert_eq!(cautions(&paypal), [until]);
    for refunded_on in ["2026-08-29", "2026-08-30"] {
        let late = cautions_on(on(refunded_on), &request().with_goodwill(), &paypal);
        assert!(late.contains(&until.to_owned()), "{refunded_on}");
    }
}

#[test]
fn the_days_of_a_payment_near_midnight_are_the_desk_s() {
    let paypal = sale().by(Method::Paypal).paid_at(instant("2026-03-01T23:30:00Z"));
    assert_eq!(cautions(&paypal), ["paypal_refundable_until 2026-08-29"]);
}

#[test]
fn a_refund_outside_the_period_says_when_it_ended() {
    let late = |record: &SaleRecord| cautions_on(on("2026-03-17"), &request().with_goodwill(), record);
    assert_eq!(late(&sale()), ["outside_period 2026-03-16"]);
    assert_eq!(late(&sale().returnable(ReturnPeriod::Disabled)), ["outside_period"]);
    assert!(cautions_on(on("2026-03-16"), &request().with_goodwill(), &sale()).is_empty());
}

#[test]
fn the_law_counts_14_days_from_the_day_the_customer_asked() {
    let asked = request().asked_on("2026-03-04");
    assert_eq!(cautions_on(today(), &asked, &sale()), ["legal_deadline 2026-03-18"]);
    // A goodwill has no withdrawal behind it that the desk could judge, yet the customer has asked.
    let late = request().asked_on("2026-03-17").with_goodwill();
    let said = cautions_on(on("2026-04-01"), &late, &sale());
    assert_eq!(said, ["outside_period 2026-03-16", "legal_deadline 2026-03-31"]);
}

#[test]
fn a_period_that_nobody_configured_is_said_to_be_the_default() {
    let is_defaulted = |record: &SaleRecord, policy: &Policy| {
        let plan = plan(&request(), record, policy, &today()).unwrap();
        plan.cautions.contains(&Caution { code: CautionCode::PeriodDefaulted, on: None })
    };
    let mut configured = Policy::default();
    configured.periods.by_product.insert("e232d769".to_owned(), ReturnPeriod::Days(14));
    assert!(is_defaulted(&sale(), &Policy::default()));
    assert!(!is_defaulted(&sale(), &configured));
    assert!(!is_defaulted(&sale().returnable(ReturnPeriod::Days(14)), &Policy::default()));
}

#[test]
fn the_weighty_cautions_are_accepted_by_name_each_for_itself() {
    let weighty = sale().by(Method::Sepa).with_dispute(DisputeState::Open);
    let plan = planned(&request(), &weighty).unwrap();
    let (bounce, dispute) = (CautionCode::DebitMayStillBounce, CautionCode::DisputeOpen);
    let missing = |accepted: &[CautionCode]| plan.unaccepted(accepted).map(|refusal| refusal.code());
    assert_eq!(missing(&[]), Some("debit_may_still_bounce"));
    assert_eq!(missing(&[bounce]), Some("dispute_open"));
    assert_eq!(missing(&[dispute]), Some("debit_may_still_bounce"));
    assert_eq!(missing(&[dispute, bounce]), None);
}

#[test]
fn the_other_cautions_need_no_acceptance() {
    let weighty: Vec<_> = CautionCode::ALL.iter().filter(|code| code.is_serious()).collect();
    assert_eq!(weighty, [&CautionCode::DebitMayStillBounce, &CautionCode::DisputeOpen]);
    let light = sale().by(Method::Unknown).on_plan(PaymentPlan::Subscription);
    assert_eq!(planned(&request(), &light).unwrap().unaccepted(&[]), None);
}
