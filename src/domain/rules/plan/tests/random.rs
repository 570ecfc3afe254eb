//! What holds for every one of thousands of random sale records.

use super::*;
use crate::domain::dice::Dice;
use crate::domain::sale::dispute::DisputeState;
use crate::domain::sale::transaction::PaymentPlan;
use std::collections::BTreeMap;

/// Few and small amounts, so that equal ones and exact boundaries are common.
fn minor(dice: &mut Dice, most: u64) -> i64 {
    i64::try_from(dice.below(most) * 100).unwrap()
}

fn instant(dice: &mut Dice) -> Timestamp {
    noon("2026-03-02") + TimeDelta::hours(i64::try_from(dice.below(24 * 25)).unwrap())
}

fn record(dice: &mut Dice) -> SaleRecord {
    let mut record = sale().by(dice.one_of(Method::ALL)).on_plan(dice.one_of(PaymentPlan::ALL));
    record.payment.amount = cents(minor(dice, 8));
    if dice.once_in(4) {
        record = record.with_status(dice.one_of(SaleStatus::ALL));
    }
    for _ in 0..dice.below(4) {
        let (minor, at) = (minor(dice, 5), instant(dice));
        record = match dice.once_in(4) {
            true => record.with_platform_refund_at(minor, at),
            false => record.with_refund_at(dice.one_of(RefundStatus::ALL), minor, at),
        };
    }
    if dice.once_in(6) {
        record = record.with_chargeback(dice.one_of(PlatformStatus::ALL), minor(dice, 8));
    }
    if dice.once_in(9) {
        record = record.with_unmatched(100);
    }
    if dice.once_in(9) {
        record = record.with_dispute(dice.one_of(DisputeState::ALL));
    }
    if dice.once_in(5) {
        let some = [ReturnPeriod::Disabled, ReturnPeriod::Days(0), ReturnPeriod::Days(30)];
        record = record.returnable(dice.one_of(&some));
    }
    record.payment.is_test = dice.once_in(20);
    record
}

fn asked(dice: &mut Dice) -> Request {
    let amount = dice.below(8);
    let request = if amount == 0 { request() } else { request().of(&format!("{amount}.00")) };
    Request { goodwill: dice.once_in(2), again: dice.once_in(2), ..request }
}

/// Checks the same random requests, records and times in every run.
fn for_each(mut check: impl FnMut(&Request, &SaleRecord, Now)) {
    let mut dice = Dice(0x5eed_0f4e_70a4);
    for _ in 0..8_000 {
        let (request, record) = (asked(&mut dice), record(&mut dice));
        check(&request, &record, at(instant(&mut dice)));
    }
}

/// What is left, in minor units: paid, less what refunds and chargebacks hold, never below zero.
fn left_by_hand(record: &SaleRecord) -> i64 {
    let in_force = record.chargebacks.iter().filter(|chargeback| chargeback.is_in_force());
    let in_force: Vec<i64> = in_force.map(|chargeback| chargeback.amount.minor()).collect();
    let paid = match record.payment.sale_status() {
        Some(SaleStatus::Paid) => record.payment.amount.minor(),
        Some(SaleStatus::ChargedBack) if !in_force.is_empty() => record.payment.amount.minor(),
        _ => return 0,
    };
    let gives_back = [RefundStatus::Failed, RefundStatus::Cancelled, RefundStatus::Reversed];
    let held = record.refunds.iter().filter(|refund| !gives_back.contains(&refund.status()));
    let taken = held.map(|refund| refund.amount.minor()).chain(in_force).sum::<i64>();
    (paid - taken).max(0)
}

#[test]
fn what_is_left_is_what_an_independent_count_says() {
    for_each(|_, record, _| assert_eq!(record.left().minor(), left_by_hand(record), "{record:?}"));
}

#[test]
fn a_plan_never_exceeds_what_is_left() {
    let mut plans = 0;
    for_each(|request, record, now| {
        let Ok(plan) = planned_on(now, request, record) else { return };
        let (amount, before) = (plan.amount.minor(), plan.left_before.minor());
        assert!(0 < amount && amount <= before, "{plan:?}");
        assert_eq!(before, left_by_hand(record));
        assert_eq!(plan.left_after.minor(), before - amount);
        assert_eq!(plan.amount, plan.asked.unwrap_or(plan.left_before));
        plans += 1;
    });
    assert!(plans > 1_000, "only {plans} records could be refunded");
}

#[test]
fn a_recorded_plan_leaves_what_it_said_and_never_pays_twice() {
    for_each(|request, record, now| {
        let Ok(plan) = planned_on(now, request, record) else { return };
        let minor = plan.amount.minor();
        let recorded = record.clone().with_refund_at(RefundStatus::Marked, minor, now.at);
        assert_eq!(recorded.left(), plan.left_after);
        assert!(!recorded.is_paid_twice(), "{recorded:?}");
        let next = planned_on(now, &Request { again: false, ..request.clone() }, &recorded);
        assert!(next.is_err() || request.amount.is_none(), "{next:?}");
    });
}

#[test]
fn a_verdict_is_that_of_a_plan_for_all_that_is_left() {
    let mut verdicts = BTreeMap::new();
    for_each(|_, record, now| {
        let bare = planned_on(now, &request().once_more(), record);
        let goodwill = planned_on(now, &request().once_more().with_goodwill(), record);
        let (expected, name) = match (bare, goodwill) {
            (Ok(_), _) => (Verdict::Yes, "yes".to_owned()),
            (Err(refusal), Ok(_)) => (Verdict::Goodwill(refusal.clone()), refusal.code().to_owned()),
            (Err(_), Err(refusal)) => (Verdict::No(refusal.clone()), refusal.code().to_owned()),
        };
        assert_eq!(verdict(record, &Policy::default(), now.today), expected, "{record:?}");
        *verdicts.entry(name).or_insert(0) += 1;
    });
    // Each must be frequent enough to mean something.
    let all = "already_refunded charged_back not_paid period_disabled period_expired status_unknown \
               test_payment trial_period unmatched_refund yes";
    let names: Vec<&str> = verdicts.keys().map(String::as_str).collect();
    assert_eq!(names.join(" "), all);
    assert!(verdicts.values().all(|count| *count > 40), "{verdicts:?}");
}

#[test]
fn the_same_request_has_the_same_plan() {
    for_each(|request, record, now| {
        let (request_then, record_then) = (request.clone(), record.clone());
        let first = planned_on(now, request, record);
        assert_eq!(planned_on(now, &request_then, &record_then), first);
        assert_eq!((request, record), (&request_then, &record_then));
    });
}
