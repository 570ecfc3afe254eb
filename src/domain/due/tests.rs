//! What is due: the day before, on the day, and the day after.

use super::*;
use crate::domain::fixtures::{at, noon, sale};
use crate::domain::refund::{Author, Mark, RefundState};
use crate::domain::rules::policy::DueDays;
use crate::domain::sale::transaction::{Method, PlatformStatus, SaleStatus};
use chrono::NaiveDate;

fn said(record: &SaleRecord, today: &str) -> String {
    let items = items_of_sale(record, &Policy::default(), &at(noon(today)));
    let item = |item: &DueItem| {
        let also: Vec<&str> = item.also.iter().map(|due| due.code.word()).collect();
        format!("{} {} [{}]", item.first.code, item.first.on, also.join(" "))
    };
    items.iter().map(item).collect::<Vec<_>>().join("; ")
}

/// The customer asked on this day.
fn asked(mut record: SaleRecord, on: &str) -> SaleRecord {
    for refund in &mut record.refunds {
        if let Author::Desk(mark) = &refund.author {
            refund.author = Author::Desk(Mark { asked_on: on.parse().ok(), ..mark.clone() });
        }
    }
    record
}

#[test]
fn a_marked_refund_is_due_until_it_is_carried_out() {
    let marked = sale().with_refund(RefundStatus::Marked, 4900);
    assert_eq!(said(&marked, "2026-03-03"), "to_submit 2026-03-03 []");
    // Ten business days by card, counted from the 3rd.
    assert_eq!(said(&marked, "2026-03-17"), "to_submit 2026-03-03 []");
    assert_eq!(said(&marked, "2026-03-18"), "overdue 2026-03-17 [to_submit]");
    for done in [RefundStatus::Succeeded, RefundStatus::Cancelled, RefundStatus::Reversed] {
        assert_eq!(said(&sale().with_refund(done, 4900), "2026-03-18"), "", "{done}");
    }
}

#[test]
fn a_submitted_refund_is_due_once_its_window_is_over() {
    let submitted = sale().with_refund(RefundStatus::Submitted, 4900);
    assert_eq!(said(&submitted, "2026-03-17"), "");
    assert_eq!(said(&submitted, "2026-03-18"), "overdue 2026-03-17 []");
}

#[test]
fn the_legal_deadline_is_due_three_days_ahead_and_stays_due() {
    let asked_on_the_2nd = asked(sale().with_refund(RefundStatus::Submitted, 4900), "2026-03-02");
    assert_eq!(said(&asked_on_the_2nd, "2026-03-12"), "");
    assert_eq!(said(&asked_on_the_2nd, "2026-03-13"), "legal_deadline 2026-03-16 []");
    assert_eq!(said(&asked_on_the_2nd, "2026-03-18"), "overdue 2026-03-17 [legal_deadline]");
    let marked = asked(sale().with_refund(RefundStatus::Marked, 4900), "2026-03-02");
    assert_eq!(said(&marked, "2026-03-13"), "legal_deadline 2026-03-16 [to_submit]");
    let done = asked(sale().with_refund(RefundStatus::Succeeded, 4900), "2026-03-02");
    assert_eq!(said(&done, "2026-03-16"), "");
}

#[test]
fn the_days_ahead_are_configured() {
    let submitted = asked(sale().with_refund(RefundStatus::Submitted, 4900), "2026-03-02");
    let due = DueDays { legal: 7, ..DueDays::default() };
    let policy = Policy { due, ..Policy::default() };
    let is_due = |today| !items_of_sale(&submitted, &policy, &at(noon(today))).is_empty();
    assert_eq!((is_due("2026-03-08"), is_due("2026-03-09")), (false, true));
}

#[test]
fn a_failed_refund_is_due_for_a_month_or_until_a_later_one_replaces_it() {
    let failed = sale().with_refund(RefundStatus::Failed, 4900);
    assert_eq!(said(&failed, "2026-03-03"), "failed 2026-03-03 []");
    assert_eq!(said(&failed, "2026-04-02"), "failed 2026-03-03 []");
    assert_eq!(said(&failed, "2026-04-03"), "");
    let replaced = failed.clone().with_refund_at(RefundStatus::Submitted, 2000, noon("2026-03-04"));
    assert_eq!(said(&replaced, "2026-03-05"), "");
    let earlier = sale()
        .with_refund_at(RefundStatus::Succeeded, 2000, noon("2026-03-02"))
        .with_refund(RefundStatus::Failed, 2900);
    assert_eq!(said(&earlier, "2026-03-05"), "failed 2026-03-03 []");
    assert_eq!(said(&failed.clone().with_chargeback(PlatformStatus::Succeeded, 4900), "2026-03-05"), "");
    assert_eq!(said(&failed.with_status(SaleStatus::Refunded), "2026-03-05"), "");
}

#[test]
fn a_refund_of_the_same_moment_does_not_replace_a_failed_one() {
    let both = sale().with_refund(RefundStatus::Failed, 2000).with_refund(RefundStatus::Submitted, 2000);
    assert_eq!(said(&both, "2026-03-05"), "failed 2026-03-03 []");
}

fn notified(record: SaleRecord, on: &str) -> SaleRecord {
    SaleRecord { customer_notified_on: on.parse::<NaiveDate>().ok(), ..record }
}

#[test]
fn the_customer_of_a_debit_is_notified_of_each_refund() {
    let debit = |status| sale().by(Method::Sepa).with_refund(status, 2000);
    assert_eq!(said(&debit(RefundStatus::Marked), "2026-03-04"), "to_tell 2026-03-03 [to_submit]");
    assert_eq!(said(&debit(RefundStatus::Submitted), "2026-03-04"), "to_tell 2026-03-03 []");
    assert_eq!(said(&debit(RefundStatus::Succeeded), "2026-03-04"), "");
    assert_eq!(said(&notified(debit(RefundStatus::Marked), "2026-03-03"), "2026-03-04"), "to_submit 2026-03-03 []");
    assert_eq!(said(&notified(debit(RefundStatus::Submitted), "2026-03-03"), "2026-03-04"), "");
    let notified_before = notified(debit(RefundStatus::Submitted), "2026-03-02");
    assert_eq!(said(&notified_before, "2026-03-04"), "to_tell 2026-03-03 []");
    assert_eq!(said(&debit(RefundStatus::Submitted).by(Method::Unknown), "2026-03-04"), "");
}

#[test]
fn a_debit_s_last_days_are_due_while_a_refund_is_open() {
    // Paid on 12 January: eight weeks later is 9 March.
    let refund = |status| notified(sale().paid("2026-01-12").by(Method::Sepa).with_refund(status, 4900), "2026-03-03");
    let submitted = refund(RefundStatus::Submitted);
    assert_eq!(said(&submitted, "2026-03-05"), "");
    assert_eq!(said(&submitted, "2026-03-06"), "chargeback_closes 2026-03-09 []");
    assert_eq!(said(&submitted, "2026-03-09"), "chargeback_closes 2026-03-09 []");
    assert_eq!(said(&submitted, "2026-03-10"), "");
    assert_eq!(said(&refund(RefundStatus::Marked), "2026-03-06"), "to_submit 2026-03-03 [chargeback_closes]");
    assert_eq!(said(&refund(RefundStatus::Succeeded), "2026-03-06"), "");
    assert_eq!(said(&submitted.by(Method::Card), "2026-03-06"), "");
}

#[test]
fn a_sale_that_was_paid_twice_is_one_item_with_all_its_refunds() {
    let twice = asked(
        sale()
            .with_refund(RefundStatus::Marked, 2000)
            .with_refund(RefundStatus::Succeeded, 2900)
            .with_chargeback(PlatformStatus::Succeeded, 4900),
        "2026-03-02",
    );
    assert_eq!(said(&twice, "2026-03-18"), "paid_twice 2026-03-05 [overdue legal_deadline]");
}

#[test]
fn a_test_payment_is_never_due() {
    let mut record = sale().with_refund(RefundStatus::Submitted, 4900);
    record.payment.is_test = true;
    assert_eq!(said(&record, "2026-06-01"), "");
}

#[test]
fn an_open_refund_that_would_not_be_marked_today_is_to_be_stopped() {
    let open = |status| sale().with_refund(status, 4900);
    for status in [SaleStatus::Failed, SaleStatus::Pending, SaleStatus::Trial] {
        assert_eq!(said(&open(RefundStatus::Marked).with_status(status), "2026-03-18"), "stop 2026-03-03 []");
    }
    let submitted = open(RefundStatus::Submitted).with_status(SaleStatus::Failed);
    assert_eq!(said(&submitted, "2026-03-03"), "stop 2026-03-03 []");
    let succeeded = open(RefundStatus::Succeeded).with_status(SaleStatus::Failed);
    assert_eq!(said(&succeeded, "2026-03-18"), "paid_twice 2026-03-03 []");
    assert_eq!(said(&open(RefundStatus::Cancelled).with_status(SaleStatus::Failed), "2026-03-18"), "");
    let refunded_beside = sale().with_refund(RefundStatus::Marked, 1000).with_status(SaleStatus::Refunded);
    assert_eq!(said(&refunded_beside, "2026-03-03"), "stop 2026-03-03 []");
}

#[test]
fn a_paypal_refund_is_stopped_once_paypal_no_longer_carries_it_out() {
    let paypal = |status| sale().by(Method::Paypal).with_refund(status, 4900);
    assert_eq!(said(&paypal(RefundStatus::Marked), "2026-08-29"), "overdue 2026-03-17 [to_submit]");
    assert_eq!(said(&paypal(RefundStatus::Marked), "2026-08-30"), "stop 2026-03-03 []");
    // Carried out on 3 March, in time.
    assert_eq!(said(&paypal(RefundStatus::Submitted), "2026-08-30"), "overdue 2026-03-17 []");
    assert_eq!(said(&paypal(RefundStatus::Succeeded), "2026-08-30"), "");
    let mut late = paypal(RefundStatus::Submitted);
    late.refunds[0].state = RefundState::Submitted { on: "2026-08-30".parse().unwrap() };
    assert_eq!(said(&late, "2026-08-31"), "stop 2026-08-30 []");
}

#[test]
fn a_customer_is_told_only_while_the_debit_can_be_reversed() {
    let submitted = sale().by(Method::Sepa).with_refund(RefundStatus::Submitted, 4900);
    let is_to_tell = |record: &SaleRecord, today| said(record, today).contains("to_tell");
    assert!(is_to_tell(&submitted, "2026-04-27") && !is_to_tell(&submitted, "2026-04-28"));
    let confirmed = submitted.confirmed("2026-03-10");
    assert!(is_to_tell(&confirmed, "2026-05-05") && !is_to_tell(&confirmed, "2026-05-06"));
}
