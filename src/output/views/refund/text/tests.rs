//! The plan, the outcome and the block of a refund.

use super::*;
use crate::domain::refund::{Reason, Refund};
use crate::domain::request::Request;
use crate::domain::rules::plan::plan;
use crate::domain::sale::transaction::{Method, PaymentPlan};
use crate::output::table::Style;
use crate::output::ui::Format;
use crate::output::ui::tests::ui;
use crate::output::views::fixtures::{day, instant, later, platform_refund, policy, product, refund, sale, today};
use crate::output::views::refund::{answer_dry_run, show};

fn request() -> Request {
    Request { amount: None, reason: Reason::CustomerRequest, note: None, asked_on: None, goodwill: false, again: false }
}

fn planned(request: &Request, record: &SaleRecord, now: &Now, width: Option<usize>) -> String {
    let plan = plan(request, record, &policy(), now).unwrap();
    plan_text(&plan, record, &policy(), now, &Style { width, ..Style::default() })
}

fn view(refund: &Refund, now: &Now) -> RefundView {
    RefundView::recorded(refund, &sale(), &policy(), now)
}

#[test]
fn a_plan_shows_the_amount_the_days_and_the_cautions() {
    insta::assert_snapshot!(planned(&request(), &sale(), &today(), Some(80)), @"
    refund    49.00 EUR, all that is left
    sale      3f9a0c11d2e4b567, 49.00 EUR paid on Fri 2026-03-20
    order     Zk3xY81a
    product   Yoga for Beginners (e232d769)
    customer  Anna Beispiel <anna@example.org>
    method    SEPA direct debit
    period    the return period of 30 days started with the order's first payment on
              2026-03-20 and ends on Mon 2026-04-20; the 30 days end on Sun
              2026-04-19
    reason    customer-request
    ground    withdrawal, within the 14 days by law
    expected  from Thu 2026-03-26 to Wed 2026-04-01, if carried out today
    caution   notify_customer_first: notify the customer first; otherwise they may
              also ask their bank to reverse the debit
    CAUTION   debit_may_still_bounce: the debit can still bounce before Tue
              2026-03-31; if it does after a refund, the money goes back twice; the
              import does not date the debit, so this may be up to 14 days later
    caution   chargeback_until: until Fri 2026-05-15 the customer can have the bank
              reverse the debit without a reason, refunded or not; the import does
              not date the debit, so this may be up to 14 days later
    ");
}

#[test]
fn a_plan_of_a_partial_goodwill_refund_says_so() {
    let mut record = sale();
    record.payment.method = Method::Paypal;
    record.payment.plan = PaymentPlan::Installments;
    record.payment.paid_at = instant("2026-01-10T10:00:00Z");
    record.payment.products = vec![product("", "Chess")];
    record.order.payments.clear();
    record.payment.ordered_at = None;
    let request = Request {
        amount: Some("20".parse().unwrap()),
        goodwill: true,
        note: Some("a friend\x1b[2J".to_owned()),
        asked_on: Some(day("2026-03-20")),
        ..request()
    };
    insta::assert_snapshot!(planned(&request, &record, &today(), None), @r"
    refund    20.00 EUR of the 49.00 EUR left
    sale      3f9a0c11d2e4b567, 49.00 EUR paid on Sat 2026-01-10
    order     Zk3xY81a
    product   Chess
    customer  Anna Beispiel <anna@example.org>
    method    PayPal
    period    the return period of 14 days started with this payment on 2026-01-10 and ended on Mon 2026-01-26; the 14 days end on Sat 2026-01-24
    reason    customer-request
    ground    goodwill, outside the return period
    note      a friend\u{1b}[2J
    asked on  Fri 2026-03-20, the day used to check the return period
    expected  from Wed 2026-03-25 to Fri 2026-04-10, if carried out today
    caution   plan_continues: the instalments are not known to be cancelled, and a refund may not stop them: check on the platform
    caution   paypal_refundable_until: PayPal can refund this payment until Thu 2026-07-09
    caution   outside_period: the last day of the return period is Mon 2026-01-26
    caution   period_defaulted: the configuration has no return period for this product, so the default applies: 14 days
    caution   legal_deadline: by law, a withdrawal must be refunded by Fri 2026-04-03, 14 days after the customer asked
    ");
}

#[test]
fn a_dry_run_has_no_id() {
    let (mut ui, out, _) = ui(Format::Json, None);
    let (record, policy, now) = (sale(), policy(), today());
    let plan = plan(&request(), &record, &policy, &now).unwrap();
    let signed = Signed { actor: "anna", ..Signed::default() };
    answer_dry_run(&mut ui, &plan, &record, &policy, &now, signed).unwrap();
    insta::assert_snapshot!(out.text(), @r#"{"schema_version":1,"refund":{"refund_id":null,"transaction_id":"3f9a0c11d2e4b567","order_id":"Zk3xY81a","customer":{"name":"Anna Beispiel","email":"anna@example.org","country":"DE"},"amount":{"minor":4900,"currency":"EUR","text":"49.00 EUR"},"reason":"customer-request","note":null,"goodwill":false,"ground":"withdrawal","status":"marked","status_on":"2026-03-25","origin":"desk","actor":"anna","marked_at":"2026-03-25T09:00:00Z","marked_on":"2026-03-25","asked_on":null,"settlement":{"from":"2026-03-26","by":"2026-04-01","basis":"marked","rule":"sepa 1-5"},"overdue":false,"cautions":[{"code":"notify_customer_first","message":"notify the customer first; otherwise they may also ask their bank to reverse the debit","on":null},{"code":"debit_may_still_bounce","message":"the debit can still bounce before Tue 2026-03-31; if it does after a refund, the money goes back twice; the import does not date the debit, so this may be up to 14 days later","on":"2026-03-31"},{"code":"chargeback_until","message":"until Fri 2026-05-15 the customer can have the bank reverse the debit without a reason, refunded or not; the import does not date the debit, so this may be up to 14 days later","on":"2026-05-15"}],"key":null,"reference":null,"platform_transaction_id":null,"replayed":false,"dry_run":true}}"#);
}

#[test]
fn the_outcome_says_what_has_happened_and_no_more() {
    let on = day("2026-03-26");
    let states = [
        (RefundState::Marked, "2026-03-25"),
        (RefundState::Marked, "2026-03-26"),
        (RefundState::Marked, "2026-04-20"),
        (RefundState::Submitted { on }, "2026-03-26"),
        (RefundState::Submitted { on }, "2026-04-20"),
        (RefundState::Succeeded { on, carried_out_on: on }, "2026-03-26"),
        (RefundState::Failed { on }, "2026-03-26"),
        (RefundState::Cancelled { on }, "2026-03-26"),
        (RefundState::Reversed { on }, "2026-03-26"),
    ];
    let said = states.map(|(state, today)| outcome(&view(&refund(state), &later(today)), &Style::default()));
    insta::assert_snapshot!(said.join("\n"), @"
    R-000042 is marked: 49.00 EUR of 3f9a0c11d2e4b567 for Anna Beispiel <anna@example.org>. Nothing has been paid yet: carry it out on the platform, then run `retour refunds submit R-000042`.
    The money would arrive from Thu 2026-03-26 to Wed 2026-04-01, if carried out today.
    Notify the customer first: `retour notice R-000042` writes the message.

    R-000042 is marked: 49.00 EUR of 3f9a0c11d2e4b567 for Anna Beispiel <anna@example.org>. Nothing has been paid yet: carry it out on the platform, then run `retour refunds submit R-000042`.
    The money would arrive from Thu 2026-03-26 to Wed 2026-04-01, if carried out on Wed 2026-03-25.
    Notify the customer first: `retour notice R-000042` writes the message.

    R-000042 is marked: 49.00 EUR of 3f9a0c11d2e4b567 for Anna Beispiel <anna@example.org>. Nothing has been paid yet: carry it out on the platform, then run `retour refunds submit R-000042`.
    The money would arrive from Thu 2026-03-26 to Wed 2026-04-01, if carried out on Wed 2026-03-25. It is overdue.
    Notify the customer first: `retour notice R-000042` writes the message.

    R-000042 is submitted: 49.00 EUR of 3f9a0c11d2e4b567 for Anna Beispiel <anna@example.org>, carried out on the platform on Thu 2026-03-26, and not confirmed yet.
    The money is expected from Fri 2026-03-27 to Thu 2026-04-02, counted from Thu 2026-03-26, when it was carried out.

    R-000042 is submitted: 49.00 EUR of 3f9a0c11d2e4b567 for Anna Beispiel <anna@example.org>, carried out on the platform on Thu 2026-03-26, and not confirmed yet.
    The money was expected from Fri 2026-03-27 to Thu 2026-04-02, counted from Thu 2026-03-26, when it was carried out. It is overdue.

    R-000042 has succeeded: 49.00 EUR of 3f9a0c11d2e4b567 for Anna Beispiel <anna@example.org>, confirmed on Thu 2026-03-26.
    The money is expected from Fri 2026-03-27 to Thu 2026-04-02, counted from Thu 2026-03-26, when it succeeded.

    R-000042 failed on Thu 2026-03-26: no money has moved, and 49.00 EUR of 3f9a0c11d2e4b567 for Anna Beispiel <anna@example.org> no longer counts as refunded.

    R-000042 was cancelled on Thu 2026-03-26: nothing was paid, and 49.00 EUR of 3f9a0c11d2e4b567 for Anna Beispiel <anna@example.org> no longer counts as refunded.

    R-000042 was reversed on Thu 2026-03-26: the platform took it back, and 49.00 EUR of 3f9a0c11d2e4b567 for Anna Beispiel <anna@example.org> no longer counts as refunded.
    ");
}

#[test]
fn a_replay_records_nothing_new() {
    let replayed = view(&refund(RefundState::Marked), &today()).replayed();
    let text = outcome(&replayed, &Style::default());
    let said = "Nothing new was recorded: key april-1 was already used for R-000042. R-000042 is marked: ";
    assert!(text.starts_with(said), "{text}");
}

#[test]
fn a_single_refund_shows_everything_that_is_known() {
    let shown = |refund: &Refund, today: &str| {
        let (mut ui, out, _) = ui(Format::Table, Some(90));
        show(&mut ui, &view(refund, &later(today))).unwrap();
        out.text()
    };
    insta::assert_snapshot!(shown(&refund(RefundState::Marked), "2026-04-20"), @"
    refund     R-000042
    amount     49.00 EUR
    sale       3f9a0c11d2e4b567
    order      Zk3xY81a
    customer   Anna Beispiel <anna@example.org>
    status     marked on Wed 2026-03-25 by anna, overdue
    expected   from Thu 2026-03-26 to Wed 2026-04-01, if carried out on Wed 2026-03-25
    origin     desk
    reference  april
    key        april-1
    reason     customer-request
    ground     policy, within the return period
    note       wrote twice
    asked on   Tue 2026-03-24, the day used to check the return period
    caution    notify_customer_first: notify the customer first; otherwise they may also ask
               their bank to reverse the debit
    caution    chargeback_until: until Fri 2026-05-15 the customer can have the bank reverse
               the debit without a reason, refunded or not; the import does not date the
               debit, so this may be up to 14 days later
    caution    legal_deadline: by law, a withdrawal had to be refunded by Tue 2026-04-07, 14
               days after the customer asked
    ");
    insta::assert_snapshot!(shown(&platform_refund("2026-03-22"), "2026-03-25"), @"
    refund       dda4378643f3115d
    amount       19.00 EUR
    sale         3f9a0c11d2e4b567
    order        Zk3xY81a
    customer     Anna Beispiel <anna@example.org>
    status       succeeded on Sun 2026-03-22
    expected     from Mon 2026-03-23 to Fri 2026-03-27, counted from Sun 2026-03-22, when it
                 succeeded
    origin       platform
    reported as  dda4378643f3115d
    ");
}
