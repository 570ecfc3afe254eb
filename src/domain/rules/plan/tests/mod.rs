//! The rules of `retour help rules`: each at its boundary, their order, and what overrides one.

mod ground;
mod period;
mod random;
mod roll_over;
mod window;

use super::*;
use crate::domain::fixtures::{at, cents, instant, noon, request, sale};
use crate::domain::sale::record::PlannedRefund;
use crate::domain::sale::transaction::{KindAndStatus, Method, PlatformStatus};
use crate::domain::time::Timestamp;
use chrono::TimeDelta;

/// Tuesday 10 March 2026, eight days after the sale of the fixtures.
fn today() -> Now {
    at(noon("2026-03-10"))
}

fn on(day: &str) -> Now {
    at(noon(day))
}

fn planned_on(now: Now, request: &Request, record: &SaleRecord) -> Result<RefundPlan, Refusal> {
    plan(request, record, &Policy::default(), &now)
}

fn planned(request: &Request, record: &SaleRecord) -> Result<RefundPlan, Refusal> {
    planned_on(today(), request, record)
}

/// The code of the refusal, or what would be refunded.
fn said(result: Result<RefundPlan, Refusal>) -> String {
    match result {
        Ok(plan) => plan.amount.to_string(),
        Err(refusal) => refusal.code().to_owned(),
    }
}

fn answer(request: &Request, record: &SaleRecord) -> String {
    said(planned(request, record))
}

/// A request and a record that break one rule, or several if breaches are combined; the last one applied shows.
struct Case {
    request: Request,
    record: SaleRecord,
}

type Breach = (&'static str, fn(Case) -> Case);

fn on_request(case: Case, change: fn(Request) -> Request) -> Case {
    Case { request: change(case.request), ..case }
}

fn on_record(case: Case, change: fn(SaleRecord) -> SaleRecord) -> Case {
    Case { record: change(case.record), ..case }
}

/// In the order of the rules; `asked_…` come before the period that they move.
const BREACHES: &[Breach] = &[
    ("bad_amount", |case| on_request(case, |request| request.of("0"))),
    ("currency_mismatch", |case| on_request(case, |request| request.of("10.00 USD"))),
    ("not_a_sale", |case| on_record(case, refund_row)),
    ("test_payment", |case| on_record(case, test_payment)),
    ("trial_period", |case| on_record(case, |sale| sale.with_status(SaleStatus::Trial))),
    ("not_paid", |case| on_record(case, |sale| sale.with_status(SaleStatus::Pending))),
    ("status_unknown", |case| on_record(case, |sale| sale.with_status(SaleStatus::Unknown))),
    ("charged_back", |case| on_record(case, |sale| sale.with_chargeback(PlatformStatus::Succeeded, 1000))),
    ("already_refunded", |case| on_record(case, |sale| sale.with_refund(RefundStatus::Marked, 4900))),
    ("exceeds_refundable", |case| on_request(case, |request| request.of("49.01"))),
    ("unmatched_refund", |case| on_record(case, |sale| sale.with_unmatched(1000))),
    ("looks_repeated", |case| {
        let case = on_request(case, |request| request.of("10.00"));
        on_record(case, |sale| sale.with_refund_at(RefundStatus::Marked, 1000, today().at))
    }),
    ("asked_before_order", |case| on_request(case, |request| request.asked_on("2026-03-01"))),
    ("asked_in_future", |case| on_request(case, |request| request.asked_on("2026-03-11"))),
    ("period_disabled", |case| on_record(case, |sale| sale.returnable(ReturnPeriod::Disabled))),
    ("period_expired", |case| on_record(case, |sale| sale.returnable(ReturnPeriod::Days(7)))),
];

fn refund_row(mut record: SaleRecord) -> SaleRecord {
    record.payment.entry = KindAndStatus::Refund(PlatformStatus::Succeeded);
    record
}

fn test_payment(mut record: SaleRecord) -> SaleRecord {
    record.payment.is_test = true;
    record
}

fn plain() -> Case {
    Case { request: request(), record: sale() }
}

#[test]
fn a_paid_sale_within_its_period_is_refunded_whole_or_in_part() {
    let whole = planned(&request(), &sale()).unwrap();
    assert_eq!((whole.amount, whole.asked), (cents(4900), None));
    assert_eq!((whole.left_before, whole.left_after), (cents(4900), cents(0)));
    assert_eq!(whole.ground, Ground::Withdrawal);
    let part = planned(&request().of("10.00"), &sale()).unwrap();
    assert_eq!((part.amount, part.asked), (cents(1000), Some(cents(1000))));
    assert_eq!((part.left_before, part.left_after), (cents(4900), cents(3900)));
}

#[test]
fn each_rule_alone_refuses_with_its_code() {
    for (code, broken) in BREACHES {
        let case = broken(plain());
        assert_eq!(answer(&case.request, &case.record), *code);
    }
}

#[test]
fn of_two_broken_rules_the_earlier_one_refuses() {
    for (place, (earlier, breaks_earlier)) in BREACHES.iter().enumerate() {
        for (later, breaks_later) in &BREACHES[place + 1..] {
            let case = breaks_earlier(breaks_later(plain()));
            assert_eq!(answer(&case.request, &case.record), *earlier, "with {later}");
        }
    }
    assert_eq!(answer(&request().of("0 USD"), &sale()), "bad_amount");
}

#[test]
fn goodwill_overrides_the_return_period_and_nothing_else() {
    for (code, broken) in BREACHES {
        let case = broken(plain());
        let expected = if code.starts_with("period_") { "49.00 EUR" } else { code };
        assert_eq!(answer(&case.request.with_goodwill(), &case.record), expected, "{code}");
    }
}

#[test]
fn again_allows_a_duplicate_and_nothing_else() {
    for (code, broken) in BREACHES {
        let case = broken(plain());
        let expected = if *code == "looks_repeated" { "10.00 EUR" } else { code };
        assert_eq!(answer(&case.request.once_more(), &case.record), expected, "{code}");
    }
}

#[test]
fn a_verdict_applies_the_rules_that_need_no_request() {
    for (code, broken) in BREACHES {
        let expected = match *code {
            "period_disabled" | "period_expired" => format!("goodwill {code}"),
            "bad_amount" | "currency_mismatch" | "exceeds_refundable" => "yes".to_owned(),
            "looks_repeated" | "asked_before_order" | "asked_in_future" => "yes".to_owned(),
            _ => format!("no {code}"),
        };
        let found = match verdict(&broken(plain()).record, &Policy::default(), today().today) {
            Verdict::Yes => "yes".to_owned(),
            Verdict::Goodwill(refusal) => format!("goodwill {}", refusal.code()),
            Verdict::No(refusal) => format!("no {}", refusal.code()),
        };
        assert_eq!(found, expected, "{code}");
    }
}

#[test]
fn exactly_what_is_left_is_refunded_and_a_cent_more_is_not() {
    let partly = sale().with_refund(RefundStatus::Marked, 1000);
    assert_eq!(answer(&request().of("39.00"), &partly), "39.00 EUR");
    assert_eq!(answer(&request(), &partly), "39.00 EUR");
    let refusal = planned(&request().of("39.01"), &partly).unwrap_err();
    assert_eq!(refusal.to_string(), "39.01 EUR is more than the 39.00 EUR left of 49.00 EUR");
}

#[test]
fn an_open_refund_counts_and_a_failed_one_does_not() {
    let ask = request().of("39.01");
    for status in [RefundStatus::Marked, RefundStatus::Submitted, RefundStatus::Succeeded] {
        assert_eq!(answer(&ask, &sale().with_refund(status, 1000)), "exceeds_refundable", "{status}");
    }
    for status in [RefundStatus::Failed, RefundStatus::Cancelled, RefundStatus::Reversed] {
        assert_eq!(answer(&ask, &sale().with_refund(status, 1000)), "39.01 EUR", "{status}");
    }
}

#[test]
fn a_refusal_says_that_a_refund_may_be_only_marked() {
    let refusal = planned(&request(), &sale().with_refund(RefundStatus::Marked, 4900)).unwrap_err();
    let sentence = "aaaa000000000001 is already fully refunded or marked for refund (paid 49.00 EUR)";
    assert_eq!(refusal.to_string(), sentence);
    let part = sale().with_refund_at(RefundStatus::Marked, 1000, today().at);
    let refusal = planned(&request().of("10.00"), &part).unwrap_err();
    assert!(refusal.to_string().contains("was already recorded within 24 hours, as R-000001"), "{refusal}");
}

#[test]
fn a_sale_imported_as_refunded_is_already_refunded() {
    assert_eq!(answer(&request(), &sale().with_status(SaleStatus::Refunded)), "already_refunded");
}

#[test]
fn only_a_paid_payment_can_be_refunded() {
    for status in [SaleStatus::Pending, SaleStatus::Failed, SaleStatus::Upcoming] {
        assert_eq!(answer(&request(), &sale().with_status(status)), "not_paid", "{status}");
    }
}

#[test]
fn a_chargeback_forbids_a_refund_while_it_is_in_force() {
    let charged_back = |status| answer(&request(), &sale().with_chargeback(status, 4900));
    assert_eq!(charged_back(PlatformStatus::Succeeded), "charged_back");
    assert_eq!(charged_back(PlatformStatus::Failed), "49.00 EUR");
    assert_eq!(charged_back(PlatformStatus::Reversed), "49.00 EUR");
    assert_eq!(answer(&request(), &sale().with_status(SaleStatus::ChargedBack)), "charged_back");
    let partly = sale().with_chargeback(PlatformStatus::Succeeded, 1000);
    let refusal = planned(&request().of("39.00"), &partly).unwrap_err();
    assert!(refusal.to_string().starts_with("10.00 EUR of aaaa000000000001 was charged back"), "{refusal}");
}

#[test]
fn a_chargeback_known_only_from_the_status_is_of_the_whole_sale() {
    let refusal = planned(&request(), &sale().with_status(SaleStatus::ChargedBack)).unwrap_err();
    let sentence = "49.00 EUR of aaaa000000000001 was charged back; refunding it too would pay the customer twice";
    assert_eq!(refusal.to_string(), sentence);
}

#[test]
fn a_bad_amount_is_named_before_anything_is_looked_up() {
    for amount in ["0", "-1", "12.345", "1.250", "0.001", "99999999999999999999"] {
        assert_eq!(answer(&request().of(amount), &sale()), "bad_amount", "{amount}");
    }
    let mut yen = sale();
    yen.payment.amount = Money::new(4900, "JPY".parse().unwrap());
    assert_eq!(answer(&request().of("12.5"), &yen), "bad_amount");
    assert_eq!(answer(&request().of("4900 JPY"), &yen), "4900 JPY");
    assert_eq!(answer(&request().of("49.00 EUR"), &yen), "currency_mismatch");
}

/// Asks for ten euros this long after ten euros were refunded.
fn ten_again(refunded: impl Fn(Timestamp) -> SaleRecord, apart: TimeDelta) -> String {
    answer(&request().of("10.00"), &refunded(today().at - apart))
}

#[test]
fn the_same_amount_looks_repeated_for_24_hours() {
    let (whole, instant) = (TimeDelta::hours(24), TimeDelta::milliseconds(1));
    let by_the_desk = |at| sale().with_refund_at(RefundStatus::Marked, 1000, at);
    assert_eq!(ten_again(by_the_desk, TimeDelta::zero()), "looks_repeated");
    assert_eq!(ten_again(by_the_desk, whole - instant), "looks_repeated");
    assert_eq!(ten_again(by_the_desk, whole), "10.00 EUR");
    let by_the_platform = |at| sale().with_platform_refund_at(1000, at);
    assert_eq!(ten_again(by_the_platform, whole - instant), "looks_repeated");
    assert_eq!(ten_again(by_the_platform, whole), "10.00 EUR");
    // The platform's clock may run ahead of the desk's.
    assert_eq!(ten_again(by_the_platform, -TimeDelta::hours(1)), "looks_repeated");
    assert_eq!(ten_again(by_the_platform, -whole), "10.00 EUR");
}

#[test]
fn another_amount_or_a_refund_that_gave_money_back_does_not_look_repeated() {
    let of = |minor| move |at| sale().with_refund_at(RefundStatus::Marked, minor, at);
    assert_eq!(ten_again(of(999), TimeDelta::zero()), "10.00 EUR");
    for status in RefundStatus::ALL.iter().copied() {
        let expected = if status.holds_money() { "looks_repeated" } else { "10.00 EUR" };
        let refunded = |at| sale().with_refund_at(status, 1000, at);
        assert_eq!(ten_again(refunded, TimeDelta::zero()), expected, "{status}");
    }
}

#[test]
fn all_that_is_left_looks_repeated_too_if_it_is_the_same_amount() {
    let half = sale().with_refund_at(RefundStatus::Submitted, 2450, today().at);
    assert_eq!(answer(&request(), &half), "looks_repeated");
    assert_eq!(answer(&request().once_more(), &half), "24.50 EUR");
}

#[test]
fn the_24_hours_are_exact_over_the_time_change() {
    // 29 March 2026 has 23 hours: the same local time the next day is not 24 hours later.
    let marked = instant("2026-03-28T12:00:00+01:00");
    let paid = sale().paid("2026-03-20").with_refund_at(RefundStatus::Marked, 1000, marked);
    let ask = |now| said(planned_on(at(instant(now)), &request().of("10.00"), &paid));
    assert_eq!(ask("2026-03-29T12:00:00+02:00"), "looks_repeated");
    assert_eq!(ask("2026-03-29T13:00:00+02:00"), "10.00 EUR");
}

#[test]
fn an_earlier_line_of_a_batch_takes_its_amount_and_names_itself() {
    let mut record = sale();
    record.planned = vec![PlannedRefund { line: 7, amount: cents(4000) }];
    assert_eq!(answer(&request(), &record), "9.00 EUR");
    assert_eq!(answer(&request().of("9.01"), &record), "exceeds_refundable");
    record.planned[0].amount = cents(1000);
    let repeated = Refusal::RepeatsLine { line: 7, amount: cents(1000) };
    assert_eq!(planned(&request().of("10.00"), &record), Err(repeated));
    assert_eq!(answer(&request().of("10.00").once_more(), &record), "10.00 EUR");
}
