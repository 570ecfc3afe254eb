//! When each caution applies, with which day, and which ones must be accepted.

use super::*;
use crate::domain::fixtures::{at, day, instant, noon, request, sale};
use crate::domain::request::Request;
use crate::domain::return_period::ReturnPeriod;
use crate::domain::rules::plan::{RefundPlan, plan};
use crate::domain::sale::dispute::DisputeState;
use crate::domain::sale::transaction::PaymentPlan;

/// Tuesday 10 March 2026, eight days after the sale of the fixtures.
fn today() -> Now {
    on("2026-03-10")
}

fn on(day: &str) -> Now {
    at(noon(day))
}

fn planned(now: Now, request: &Request, record: &SaleRecord) -> RefundPlan {
    plan(request, record, &Policy::default(), &now).unwrap()
}

fn cautions_on(now: Now, request: &Request, record: &SaleRecord) -> Vec<String> {
    let said = planned(now, request, record).cautions.into_iter().map(|caution| match caution.on {
        Some(on) => format!("{} {on}", caution.code),
        None => caution.code.to_string(),
    });
    // The fixtures configure no product: that caution is tested below.
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
fn a_single_card_payment_has_no_caution() {
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
fn a_debit_can_be_reversed_until_its_56th_day() {
    let until = "chargeback_until 2026-04-27";
    assert_eq!(of_debit("2026-03-02", "2026-04-27"), ["notify_customer_first", until, "outside_period 2026-03-16"]);
    assert!(!says(&of_debit("2026-03-02", "2026-04-28"), "chargeback_until"));
}

#[test]
fn the_customer_is_notified_first_if_the_payment_was_or_may_have_been_a_debit() {
    assert!(says(&of_debit("2026-03-02", "2026-04-27"), "notify_customer_first"));
    assert!(!says(&of_debit("2026-03-02", "2026-04-28"), "notify_customer_first"));
    let unknown = |on_day| cautions_on(on(on_day), &request().with_goodwill(), &sale().by(Method::Unknown));
    assert!(says(&unknown("2026-04-27"), "notify_customer_first"));
    assert!(!says(&unknown("2026-04-28"), "notify_customer_first"));
    assert_eq!(cautions(&sale().by(Method::Unknown)), ["notify_customer_first", "method_unknown"]);
    for method in Method::ALL.iter().copied() {
        let notifies = says(&cautions(&sale().by(method)), "notify_customer_first");
        assert_eq!(notifies, matches!(method, Method::Sepa | Method::Unknown), "{method}");
    }
}

#[test]
fn a_customer_who_was_notified_need_not_be_notified_first() {
    for method in [Method::Sepa, Method::Unknown] {
        let notified = SaleRecord { customer_notified_on: Some(day("2026-03-03")), ..sale().by(method) };
        assert!(!says(&cautions(&notified), "notify_customer_first"), "{method}");
    }
    // The debit can still be reversed, notified or not.
    let notified = SaleRecord { customer_notified_on: Some(day("2026-03-03")), ..sale().by(Method::Sepa) };
    assert!(says(&cautions(&notified), "chargeback_until"));
}

#[test]
fn only_an_open_dispute_is_a_caution() {
    assert_eq!(cautions(&sale().with_dispute(DisputeState::Open)), ["dispute_open"]);
    assert!(cautions(&sale().with_dispute(DisputeState::Won)).is_empty());
    assert!(cautions(&sale().with_dispute(DisputeState::Lost)).is_empty());
    let second = sale().with_dispute(DisputeState::Won).with_dispute(DisputeState::Open);
    assert_eq!(cautions(&second), ["dispute_open"]);
}

#[test]
fn a_payment_plan_continues_unless_it_is_known_to_be_cancelled() {
    for plan in [PaymentPlan::Subscription, PaymentPlan::Installments] {
        let continuing = sale().on_plan(plan);
        assert_eq!(cautions(&continuing), ["plan_continues"], "{plan}");
        assert!(cautions(&SaleRecord { plan_is_cancelled: true, ..continuing }).is_empty(), "{plan}");
    }
    assert!(cautions(&sale().on_plan(PaymentPlan::Unknown)).is_empty());
}

#[test]
fn paypal_refunds_for_180_days_and_the_day_is_named_before_and_after_it() {
    let paypal = sale().by(Method::Paypal);
    let until = "paypal_refundable_until 2026-08-29";
    assert_eq!(cautions(&paypal), [until]);
    let late = |refunded_on| cautions_on(on(refunded_on), &request().with_goodwill(), &paypal);
    assert!(late("2026-08-29").contains(&until.to_owned()));
    assert!(!says(&late("2026-08-29"), "paypal_too_late"));
    assert!(late("2026-08-30").contains(&"paypal_too_late 2026-08-29".to_owned()));
    assert!(!says(&late("2026-08-30"), "paypal_refundable_until"));
}

#[test]
fn past_its_last_day_a_paypal_refund_has_no_window_and_must_be_accepted() {
    let plan_on = |refunded_on| planned(on(refunded_on), &request().with_goodwill(), &sale().by(Method::Paypal));
    let (last, late) = (plan_on("2026-08-29"), plan_on("2026-08-30"));
    assert!(last.window.is_some());
    assert_eq!(last.unaccepted(&[]), None);
    assert_eq!(late.window, None);
    assert_eq!(late.unaccepted(&[]).map(|refusal| refusal.code()), Some("paypal_too_late"));
    assert_eq!(late.unaccepted(&[CautionCode::PaypalTooLate]), None);
}

#[test]
fn a_debit_counts_from_the_day_of_its_confirmation_at_most_14_days_after_the_payment() {
    let debit = |confirmed: &str| sale().by(Method::Sepa).confirmed(confirmed);
    for (confirmed, latest) in [
        ("2026-03-01", "2026-03-02"), // before the payment: its own day
        ("2026-03-02", "2026-03-02"),
        ("2026-03-10", "2026-03-10"),
        ("2026-03-16", "2026-03-16"),
        ("2026-03-17", "2026-03-16"), // the 15th day
        ("2026-09-01", "2026-03-16"),
    ] {
        assert_eq!(latest_debit_day(&debit(confirmed), Zone::BERLIN), day(latest), "{confirmed}");
    }
    assert_eq!(latest_debit_day(&sale().by(Method::Sepa), Zone::BERLIN), day("2026-03-02"));
    let said = |now: &str| cautions_on(on(now), &request().with_goodwill(), &debit("2026-03-10"));
    // The seventh business day after Tuesday 10 March is Thursday 19 March; 56 days after it is 5 May.
    assert!(said("2026-03-18").contains(&"debit_may_still_bounce 2026-03-19".to_owned()));
    assert!(!says(&said("2026-03-19"), "debit_may_still_bounce"));
    assert!(said("2026-05-05").contains(&"chargeback_until 2026-05-05".to_owned()));
    assert!(says(&said("2026-05-05"), "notify_customer_first"));
    assert!(!says(&said("2026-05-06"), "chargeback_until"));
    assert!(!says(&said("2026-05-06"), "notify_customer_first"));
}

#[test]
fn the_day_of_a_confirmation_near_midnight_is_that_of_the_desk_s_time_zone() {
    let mut debit = sale().by(Method::Sepa);
    debit.confirmed_at = Some(instant("2026-03-10T23:30:00Z"));
    for (zone, latest) in [
        ("Europe/Berlin", "2026-03-11"),
        ("America/New_York", "2026-03-10"),
        ("Pacific/Kiritimati", "2026-03-11"),
        ("Pacific/Pago_Pago", "2026-03-10"),
    ] {
        assert_eq!(latest_debit_day(&debit, zone.parse().unwrap()), day(latest), "{zone}");
    }
}

#[test]
fn only_a_debit_without_a_dated_confirmation_may_be_later() {
    let may_be_later = |record: SaleRecord| {
        let cautions = planned(today(), &request(), &record).cautions.into_iter();
        cautions.filter(|caution| caution.may_be_later).map(|caution| caution.code.word()).collect::<Vec<_>>()
    };
    let debit = sale().by(Method::Sepa);
    assert_eq!(may_be_later(debit.clone()), ["debit_may_still_bounce", "chargeback_until"]);
    assert!(may_be_later(debit.confirmed("2026-03-03")).is_empty());
    assert!(may_be_later(sale().by(Method::Paypal)).is_empty());
}

#[test]
fn the_customer_of_an_invoice_may_not_have_paid_yet() {
    for method in Method::ALL.iter().copied() {
        let may_be_unpaid = says(&cautions(&sale().by(method)), "customer_may_not_have_paid");
        assert_eq!(may_be_unpaid, matches!(method, Method::Klarna | Method::Sequra | Method::Invoice), "{method}");
    }
}

#[test]
fn the_days_of_a_payment_near_midnight_are_those_of_the_desk_s_time_zone() {
    let paypal = sale().by(Method::Paypal).paid_at(instant("2026-03-01T23:30:00Z"));
    assert_eq!(cautions(&paypal), ["paypal_refundable_until 2026-08-29"]);
}

#[test]
fn a_goodwill_refund_says_when_the_period_ended() {
    let late = |record: &SaleRecord| cautions_on(on("2026-03-17"), &request().with_goodwill(), record);
    assert_eq!(late(&sale()), ["outside_period 2026-03-16"]);
    assert_eq!(late(&sale().returnable(ReturnPeriod::Disabled)), ["outside_period"]);
    assert!(cautions_on(on("2026-03-16"), &request().with_goodwill(), &sale()).is_empty());
}

#[test]
fn the_legal_deadline_is_14_days_after_the_customer_asked() {
    let asked = request().asked_on("2026-03-04");
    assert_eq!(cautions_on(today(), &asked, &sale()), ["legal_deadline 2026-03-18"]);
    // The law may not ask for a goodwill refund, but the desk cannot judge that, and the customer has asked.
    let late = request().asked_on("2026-03-17").with_goodwill();
    let said = cautions_on(on("2026-04-01"), &late, &sale());
    assert_eq!(said, ["outside_period 2026-03-16", "legal_deadline 2026-03-31"]);
}

#[test]
fn a_period_that_is_not_configured_is_named_as_the_default() {
    let is_defaulted = |record: &SaleRecord, policy: &Policy| {
        let plan = plan(&request(), record, policy, &today()).unwrap();
        plan.cautions.iter().any(|caution| caution.code == CautionCode::PeriodDefaulted)
    };
    let mut configured = Policy::default();
    configured.periods.by_product.insert("e232d769".to_owned(), ReturnPeriod::Days(14));
    assert!(is_defaulted(&sale(), &Policy::default()));
    assert!(!is_defaulted(&sale(), &configured));
    assert!(!is_defaulted(&sale().returnable(ReturnPeriod::Days(14)), &Policy::default()));
}

#[test]
fn each_serious_caution_must_be_accepted() {
    let serious = sale().by(Method::Sepa).with_dispute(DisputeState::Open);
    let plan = planned(today(), &request(), &serious);
    let (bounce, dispute) = (CautionCode::DebitMayStillBounce, CautionCode::DisputeOpen);
    let missing = |accepted: &[CautionCode]| plan.unaccepted(accepted).map(|refusal| refusal.code());
    assert_eq!(missing(&[]), Some("debit_may_still_bounce"));
    assert_eq!(missing(&[bounce]), Some("dispute_open"));
    assert_eq!(missing(&[dispute]), Some("debit_may_still_bounce"));
    assert_eq!(missing(&[dispute, bounce]), None);
}

#[test]
fn no_other_caution_needs_acceptance() {
    let serious: Vec<_> = CautionCode::ALL.iter().filter(|code| code.is_serious()).collect();
    let expected = [
        &CautionCode::DebitMayStillBounce,
        &CautionCode::DisputeOpen,
        &CautionCode::PaypalTooLate,
        &CautionCode::SameFile,
    ];
    assert_eq!(serious, expected);
    let light = sale().by(Method::Unknown).on_plan(PaymentPlan::Subscription);
    assert_eq!(planned(today(), &request(), &light).unaccepted(&[]), None);
}

#[test]
fn calendar_days_are_counted_for_chargebacks_paypal_and_the_law() {
    let paid = |method| sale().by(method).paid("2026-01-01");
    assert_eq!(chargeback_until(&paid(Method::Sepa), Zone::BERLIN), Some(day("2026-02-26")));
    assert_eq!(chargeback_until(&paid(Method::Card), Zone::BERLIN), None);
    assert_eq!(chargeback_until(&paid(Method::Unknown), Zone::BERLIN), None);
    assert_eq!(debit_reversible_until(&paid(Method::Unknown), Zone::BERLIN), Some(day("2026-02-26")));
    assert_eq!(paypal_refundable_until(&paid(Method::Paypal), Zone::BERLIN), Some(day("2026-06-30")));
    assert_eq!(legal_deadline(day("2028-02-20")), day("2028-03-05"));
    let bounces = bounces_before(&sale().by(Method::Sepa).paid("2026-03-27"), &Policy::default());
    assert_eq!(bounces, Some(day("2026-04-09")));
}
