//! By which right a customer gets the money back, each at its boundary.

use super::*;
use crate::domain::fixtures::{day, product};

/// 30 days for `aaaa0000`, 7 for `bbbb0000`, none for `cccc0000`; 30 for `dddd0000`, whose customers waive the right of
/// withdrawal.
fn policy() -> Policy {
    let mut policy = Policy::default();
    policy.periods.by_product = [
        ("aaaa0000".to_owned(), ReturnPeriod::Days(30)),
        ("bbbb0000".to_owned(), ReturnPeriod::Days(7)),
        ("cccc0000".to_owned(), ReturnPeriod::Disabled),
        ("dddd0000".to_owned(), ReturnPeriod::Days(30)),
    ]
    .into();
    policy.periods.waived = ["dddd0000".to_owned()].into();
    policy
}

/// Paid on 2 March 2026.
fn of(products: &[&str]) -> SaleRecord {
    let payment = Transaction { products: products.iter().map(|id| product(id)).collect(), ..sale().payment };
    SaleRecord { payment, ..sale() }
}

/// The ground, or the code of the refusal.
fn judged(request: &Request, record: &SaleRecord, now: &str) -> String {
    match plan(request, record, &policy(), &on(now)) {
        Ok(plan) => plan.ground.to_string(),
        Err(refusal) => refusal.code().to_owned(),
    }
}

fn ground(product: &str, now: &str) -> String {
    judged(&request(), &of(&[product]), now)
}

#[test]
fn within_14_days_of_the_order_it_is_a_withdrawal_and_then_policy() {
    assert_eq!(ground("aaaa0000", "2026-03-02"), "withdrawal");
    assert_eq!(ground("aaaa0000", "2026-03-16"), "withdrawal");
    assert_eq!(ground("aaaa0000", "2026-03-17"), "policy");
    assert_eq!(ground("aaaa0000", "2026-04-01"), "policy");
    assert_eq!(ground("aaaa0000", "2026-04-02"), "period_expired");
    assert_eq!(judged(&request().with_goodwill(), &of(&["aaaa0000"]), "2026-04-02"), "goodwill");
}

#[test]
fn the_14_days_are_counted_from_the_order_and_not_from_a_later_payment() {
    let mut record = of(&["aaaa0000"]);
    record.payment.ordered_at = Some(noon("2026-02-20"));
    // 6 March is a Friday.
    assert_eq!(judged(&request(), &record, "2026-03-06"), "withdrawal");
    assert_eq!(judged(&request(), &record, "2026-03-07"), "policy");
}

#[test]
fn the_14_days_end_on_a_working_day() {
    let record = of(&["aaaa0000"]).paid("2026-03-20");
    for (now, expected) in [("2026-04-03", "withdrawal"), ("2026-04-07", "withdrawal"), ("2026-04-08", "policy")] {
        assert_eq!(judged(&request(), &record, now), expected, "{now}");
    }
}

#[test]
fn the_ground_is_that_of_the_day_the_customer_asked() {
    let asked = |day| judged(&request().asked_on(day), &of(&["aaaa0000"]), "2026-06-01");
    assert_eq!(
        [asked("2026-03-16"), asked("2026-03-17"), asked("2026-04-02")],
        ["withdrawal", "policy", "period_expired"]
    );
}

#[test]
fn a_waived_right_leaves_the_policy_unless_another_product_has_the_right() {
    assert_eq!(ground("dddd0000", "2026-03-10"), "policy");
    assert_eq!(judged(&request(), &of(&["dddd0000", "aaaa0000"]), "2026-03-10"), "withdrawal");
}

#[test]
fn a_shorter_period_keeps_its_verdict_and_warns_while_the_customer_may_withdraw() {
    let warned = |product, now: &str| {
        let plan = plan(&request().with_goodwill(), &of(&[product]), &policy(), &on(now)).unwrap();
        let warning = plan.cautions.iter().find(|caution| caution.code == CautionCode::WithdrawalMayApply);
        (plan.ground.to_string(), warning.and_then(|caution| caution.on))
    };
    let last = Some(day("2026-03-16"));
    assert_eq!(ground("bbbb0000", "2026-03-09"), "withdrawal");
    assert_eq!(ground("bbbb0000", "2026-03-10"), "period_expired");
    assert_eq!(warned("bbbb0000", "2026-03-09"), ("withdrawal".to_owned(), None));
    assert_eq!(warned("bbbb0000", "2026-03-10"), ("withdrawal".to_owned(), last));
    assert_eq!(warned("bbbb0000", "2026-03-16"), ("withdrawal".to_owned(), last));
    assert_eq!(warned("bbbb0000", "2026-03-17"), ("goodwill".to_owned(), None));
    assert_eq!(ground("cccc0000", "2026-03-02"), "period_disabled");
    assert_eq!(warned("cccc0000", "2026-03-02"), ("withdrawal".to_owned(), last));
    assert_eq!(warned("dddd0000", "2026-04-02"), ("goodwill".to_owned(), None));
}

#[test]
fn what_is_out_of_stock_is_refunded_whatever_the_period_if_a_note_says_what() {
    let gone = request().because(Reason::OutOfStock, "the course does not take place");
    for product in ["aaaa0000", "bbbb0000", "cccc0000", "dddd0000"] {
        for now in ["2026-03-02", "2026-03-16", "2027-03-02"] {
            let record = of(&[product]);
            assert_eq!(judged(&gone, &record, now), "non-performance");
            let plan = plan(&gone.clone().with_goodwill(), &record, &policy(), &on(now)).unwrap();
            assert_eq!(plan.ground, Ground::NonPerformance);
            let codes: Vec<CautionCode> = plan.cautions.iter().map(|caution| caution.code).collect();
            assert_eq!(codes, []);
        }
    }
    for note in ["", " \t"] {
        let silent = request().because(Reason::OutOfStock, note);
        assert_eq!(judged(&silent, &of(&["aaaa0000"]), "2026-03-10"), "missing_note");
    }
    let refusal = plan(&request().because(Reason::OutOfStock, ""), &sale(), &policy(), &on("2026-03-10")).unwrap_err();
    assert_eq!(
        refusal.to_string(),
        "a refund because of out-of-stock needs a note that says what could not be delivered"
    );
    assert!(!refusal.yields_to_goodwill());
}

#[test]
fn a_verdict_never_assumes_that_something_is_out_of_stock() {
    assert_eq!(verdict(&of(&["cccc0000"]), &policy(), day("2026-03-02")), Verdict::Goodwill(Refusal::PeriodDisabled));
}
