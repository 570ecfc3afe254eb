//! One payment with its refunds, chargebacks, disputes and deadlines.

use super::*;
use crate::domain::ids::TransactionId;
use crate::domain::refund::RefundState;
use crate::domain::sale::dispute::DisputeState;
use crate::domain::sale::transaction::{PaymentPlan, PlatformStatus};
use crate::output::ui::Format;
use crate::output::ui::tests::ui;
use crate::output::views::fixtures::{
    day, euros, instant, later, order_id, platform_refund, policy, product, refund, sale, today,
};

fn shown(format: Format, width: Option<usize>, record: SaleRecord, now: &Now) -> String {
    let (mut ui, out, err) = ui(format, width);
    show(&mut ui, record, &policy(), now).unwrap();
    assert_eq!(err.text(), "");
    out.text()
}

/// Partly refunded by support, charged back and given back, with an open dispute.
fn eventful() -> SaleRecord {
    let mut record = sale();
    let id = |text| TransactionId::new(text).unwrap();
    record.payment.plan = PaymentPlan::Subscription;
    record.refunds = vec![platform_refund("2026-03-22")];
    record.chargebacks = vec![Chargeback {
        id: id("c000000000000001"),
        amount: euros(4900),
        status: PlatformStatus::Reversed,
        on: day("2026-03-23"),
    }];
    record.disputes = vec![Dispute {
        id: id("case-7"),
        order: order_id(),
        sale: None,
        amount: None,
        state: DisputeState::Open,
        at: instant("2026-03-24T23:30:00Z"),
    }];
    record
}

#[test]
fn a_sale_shows_its_verdict_with_rule_and_day() {
    insta::assert_snapshot!(shown(Format::Table, Some(72), sale(), &today()), @"
    transaction       3f9a0c11d2e4b567
    order             Zk3xY81a
    product           Yoga for Beginners (e232d769)
    customer          Anna Beispiel <anna@example.org>
    country           DE
    amount            49.00 EUR
    left              49.00 EUR
    method            SEPA direct debit
    plan              one payment
    status            paid
    ordered           Fri 2026-03-20
    paid              Fri 2026-03-20
    chargeback until  Fri 2026-05-15

    Refundable: 49.00 EUR is left; the return period of 30 days started with
    the order's first payment on 2026-03-20 and ends on Mon 2026-04-20; the
    30 days end on Sun 2026-04-19.
    caution  notify_customer_first: notify the customer first; otherwise
             they may also ask their bank to reverse the debit
    CAUTION  debit_may_still_bounce: the debit can still bounce before Tue
             2026-03-31; if it does after a refund, the money goes back
             twice; the import does not date the debit, so this may be up to
             14 days later
    ");
}

#[test]
fn a_sale_past_its_period_names_the_period_of_each_product() {
    let mut record = sale();
    record.payment.products.push(product("", "Chess"));
    record.payment.method = Method::Paypal;
    insta::assert_snapshot!(shown(Format::Table, None, record, &later("2026-12-01")), @"
    transaction           3f9a0c11d2e4b567
    order                 Zk3xY81a
    product               Yoga for Beginners (e232d769), Chess
    customer              Anna Beispiel <anna@example.org>
    country               DE
    amount                49.00 EUR
    left                  49.00 EUR
    method                PayPal
    plan                  one payment
    status                paid
    ordered               Fri 2026-03-20
    paid                  Fri 2026-03-20
    PayPal refunds until  Wed 2026-09-16, over

    Refundable as goodwill only (period_expired): the return period of 14 days started with the order's first payment on 2026-03-20 and ended on Tue 2026-04-07; the 14 days end on Fri 2026-04-03.
      Yoga for Beginners (e232d769): 30 days
      Chess: 14 days, the default
    CAUTION  paypal_too_late: PayPal refunded this payment only until Wed 2026-09-16: pay the customer in another way
    ");
}

#[test]
fn refunds_and_bank_cases_are_below_the_facts() {
    insta::assert_snapshot!(shown(Format::Table, None, eventful(), &today()), @"
    transaction       3f9a0c11d2e4b567
    order             Zk3xY81a
    product           Yoga for Beginners (e232d769)
    customer          Anna Beispiel <anna@example.org>
    country           DE
    amount            49.00 EUR
    left              30.00 EUR
    method            SEPA direct debit
    plan              subscription, not known to be cancelled, instalment 1
    status            paid
    ordered           Fri 2026-03-20
    paid              Fri 2026-03-20
    flags             dispute_open partly_refunded
    chargeback until  Fri 2026-05-15

    Refundable: 30.00 EUR is left; the return period of 30 days started with the order's first payment on 2026-03-20 and ends on Mon 2026-04-20; the 30 days end on Sun 2026-04-19.
    caution  notify_customer_first: notify the customer first; otherwise they may also ask their bank to reverse the debit
    CAUTION  debit_may_still_bounce: the debit can still bounce before Tue 2026-03-31; if it does after a refund, the money goes back twice; the import does not date the debit, so this may be up to 14 days later
    CAUTION  dispute_open: a dispute is open: if the bank decides for the customer, refunding now pays twice
    caution  plan_continues: the subscription is not known to be cancelled, and a refund may not stop it: check on the platform

    REFUND               AMOUNT  STATUS     MARKED  ARRIVES BY  REASON
    ──────────────────────────────────────────────────────────────────
    dda4378643f3115d  19.00 EUR  succeeded          2026-03-27

    CASE        ID                   AMOUNT  STATUS  ON
    ───────────────────────────────────────────────────────────
    chargeback  c000000000000001  49.00 EUR  lifted  2026-03-23
    dispute     case-7                       open    2026-03-25
    ");
}

#[test]
fn a_refunded_sale_says_why_not() {
    let mut record = sale();
    record.refunds = vec![refund(RefundState::Marked)];
    let text = shown(Format::Table, None, record, &today());
    let verdict = "Not refundable (already_refunded): 3f9a0c11d2e4b567 is already fully refunded or marked for refund (paid 49.00 EUR).\n";
    assert!(text.contains(verdict), "{text}");
}

#[test]
fn json_has_refunds_and_disputes_beside_the_transaction() {
    insta::assert_snapshot!(shown(Format::Json, None, eventful(), &today()), @r#"{"schema_version":1,"transaction":{"transaction_id":"3f9a0c11d2e4b567","order_id":"Zk3xY81a","products":[{"product_id":"e232d769","name":"Yoga for Beginners"}],"product_id":"e232d769","product_name":"Yoga for Beginners","customer":{"name":"Anna Beispiel","email":"anna@example.org","country":"DE"},"amount":{"minor":4900,"currency":"EUR","text":"49.00 EUR"},"method":"sepa","plan":"subscription","kind":"sale","status":"paid","ordered_at":"2026-03-20T10:00:00Z","ordered_on":"2026-03-20","paid_at":"2026-03-20T10:00:05.500Z","paid_on":"2026-03-20","rate_number":1,"test":false,"refundable":{"verdict":"yes","code":null,"until":"2026-04-20","left":{"minor":3000,"currency":"EUR","text":"30.00 EUR"}},"flags":["dispute_open","partly_refunded"]},"refunds":[{"refund_id":"dda4378643f3115d","transaction_id":"3f9a0c11d2e4b567","order_id":"Zk3xY81a","customer":{"name":"Anna Beispiel","email":"anna@example.org","country":"DE"},"amount":{"minor":1900,"currency":"EUR","text":"19.00 EUR"},"reason":null,"note":null,"goodwill":false,"ground":null,"status":"succeeded","status_on":"2026-03-22","origin":"platform","actor":null,"marked_at":null,"marked_on":null,"asked_on":null,"settlement":{"from":"2026-03-23","by":"2026-03-27","basis":"succeeded","rule":"sepa 1-5"},"overdue":false,"cautions":[],"key":null,"reference":null,"platform_transaction_id":"dda4378643f3115d","replayed":false,"dry_run":false}],"disputes":[{"kind":"chargeback","id":"c000000000000001","amount":{"minor":4900,"currency":"EUR","text":"49.00 EUR"},"status":"lifted","on":"2026-03-23"},{"kind":"dispute","id":"case-7","amount":null,"status":"open","on":"2026-03-25"}]}"#);
}

#[test]
fn csv_is_the_row_of_the_listing() {
    let text = shown(Format::Csv, None, sale(), &today());
    assert_eq!(text.lines().count(), 2);
    assert!(text.starts_with("paid_on,transaction_id,"), "{text}");
}
