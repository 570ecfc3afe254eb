//! A refund in every format.

use super::*;
use crate::domain::refund::{Author, Ground};
use crate::output::ui::Format;
use crate::output::ui::tests::ui;
use crate::output::views::fixtures::{day, later, listed, mark, platform_refund, policy, refund, sale, today};

fn view(refund: &Refund, now: &Now) -> RefundView {
    RefundView::recorded(refund, &sale(), &policy(), now)
}

fn views() -> Vec<RefundView> {
    let on = day("2026-03-26");
    let open = [RefundState::Marked, RefundState::Submitted { on }].map(refund);
    let closed = [
        RefundState::Succeeded { on: day("2026-03-27"), carried_out_on: on },
        RefundState::Failed { on },
        RefundState::Cancelled { on },
        RefundState::Reversed { on },
    ];
    let refunds = open.into_iter().chain([platform_refund("2026-03-22")]).chain(closed.map(refund));
    refunds.map(|refund| view(&refund, &later("2026-04-02"))).collect()
}

#[test]
fn a_listing_shows_when_the_money_arrives_and_what_is_overdue() {
    insta::assert_snapshot!(listed(Format::Table, None, &views()), @"
    REFUND            SALE              ORDER     CUSTOMER          AMOUNT  STATUS           MARKED      ARRIVES FROM  ARRIVES BY  REASON            GROUND
    ───────────────────────────────────────────────────────────────────────────────────────────────────────────────────────────────────────────────────────
    R-000042          3f9a0c11d2e4b567  Zk3xY81a  Anna Beispiel  49.00 EUR  marked, overdue  2026-03-25  2026-03-26    2026-04-01  customer-request  policy
    R-000042          3f9a0c11d2e4b567  Zk3xY81a  Anna Beispiel  49.00 EUR  submitted        2026-03-25  2026-03-27    2026-04-02  customer-request  policy
    dda4378643f3115d  3f9a0c11d2e4b567  Zk3xY81a  Anna Beispiel  19.00 EUR  succeeded                    2026-03-23    2026-03-27
    R-000042          3f9a0c11d2e4b567  Zk3xY81a  Anna Beispiel  49.00 EUR  succeeded        2026-03-25  2026-03-27    2026-04-02  customer-request  policy
    R-000042          3f9a0c11d2e4b567  Zk3xY81a  Anna Beispiel  49.00 EUR  failed           2026-03-25                            customer-request  policy
    R-000042          3f9a0c11d2e4b567  Zk3xY81a  Anna Beispiel  49.00 EUR  cancelled        2026-03-25                            customer-request  policy
    R-000042          3f9a0c11d2e4b567  Zk3xY81a  Anna Beispiel  49.00 EUR  reversed         2026-03-25                            customer-request  policy
    ");
    insta::assert_snapshot!(listed(Format::Table, Some(80), &views()[..2]), @"
    REFUND    SALE              CUSTOMER         AMOUNT  STATUS           ARRIVES BY
    ────────────────────────────────────────────────────────────────────────────────
    R-000042  3f9a0c11d2e4b567  Anna Beispi…  49.00 EUR  marked, overdue  2026-04-01
    R-000042  3f9a0c11d2e4b567  Anna Beispi…  49.00 EUR  submitted        2026-04-02
    ");
    insta::assert_snapshot!(listed(Format::Table, Some(40), &views()[..1]), @"
    REFUND        R-000042
    SALE          3f9a0c11d2e4b567
    ORDER         Zk3xY81a
    CUSTOMER      Anna Beispiel
    AMOUNT        49.00 EUR
    STATUS        marked, overdue
    MARKED        2026-03-25
    ARRIVES FROM  2026-03-26
    ARRIVES BY    2026-04-01
    REASON        customer-request
    GROUND        policy
    ");
}

#[test]
fn csv_has_the_fixed_columns() {
    insta::assert_snapshot!(listed(Format::Csv, None, &views()[..3]), @"
    refund_id,transaction_id,order_id,customer_name,customer_email,country,amount,currency,status,status_on,origin,actor,marked_at,marked_on,asked_on,settlement_from,settlement_by,settlement_basis,overdue,reason,note,goodwill,ground,cautions,key,reference,platform_transaction_id,replayed,dry_run
    R-000042,3f9a0c11d2e4b567,Zk3xY81a,Anna Beispiel,anna@example.org,DE,49.00,EUR,marked,2026-03-25,desk,anna,2026-03-25T09:00:00Z,2026-03-25,2026-03-24,2026-03-26,2026-04-01,marked,true,customer-request,wrote twice,false,policy,notify_customer_first chargeback_until legal_deadline,april-1,april,,false,false
    R-000042,3f9a0c11d2e4b567,Zk3xY81a,Anna Beispiel,anna@example.org,DE,49.00,EUR,submitted,2026-03-26,desk,anna,2026-03-25T09:00:00Z,2026-03-25,2026-03-24,2026-03-27,2026-04-02,submitted,false,customer-request,wrote twice,false,policy,notify_customer_first chargeback_until legal_deadline,april-1,april,,false,false
    dda4378643f3115d,3f9a0c11d2e4b567,Zk3xY81a,Anna Beispiel,anna@example.org,DE,19.00,EUR,succeeded,2026-03-22,platform,,,,,2026-03-23,2026-03-27,succeeded,false,,,false,,,,,dda4378643f3115d,false,false
    ");
}

#[test]
fn json_of_a_listing_has_the_stable_keys() {
    insta::assert_snapshot!(listed(Format::Json, None, &views()[1..4]), @r#"
    {"schema_version":1,"refunds":[
    {"refund_id":"R-000042","transaction_id":"3f9a0c11d2e4b567","order_id":"Zk3xY81a","customer":{"name":"Anna Beispiel","email":"anna@example.org","country":"DE"},"amount":{"minor":4900,"currency":"EUR","text":"49.00 EUR"},"reason":"customer-request","note":"wrote twice","goodwill":false,"ground":"policy","status":"submitted","status_on":"2026-03-26","origin":"desk","actor":"anna","marked_at":"2026-03-25T09:00:00Z","marked_on":"2026-03-25","asked_on":"2026-03-24","settlement":{"from":"2026-03-27","by":"2026-04-02","basis":"submitted","rule":"sepa 1-5"},"overdue":false,"cautions":[{"code":"notify_customer_first","message":"make sure that the customer knows; otherwise they may also ask their bank to reverse the debit","on":null},{"code":"chargeback_until","message":"until Fri 2026-05-15 the customer can have the bank reverse the debit without a reason, refunded or not; the import does not date the debit, so this may be up to 14 days later","on":"2026-05-15"},{"code":"legal_deadline","message":"by law, a withdrawal must be refunded by Tue 2026-04-07, 14 days after the customer asked","on":"2026-04-07"}],"key":"april-1","reference":"april","platform_transaction_id":null,"replayed":false,"dry_run":false},
    {"refund_id":"dda4378643f3115d","transaction_id":"3f9a0c11d2e4b567","order_id":"Zk3xY81a","customer":{"name":"Anna Beispiel","email":"anna@example.org","country":"DE"},"amount":{"minor":1900,"currency":"EUR","text":"19.00 EUR"},"reason":null,"note":null,"goodwill":false,"ground":null,"status":"succeeded","status_on":"2026-03-22","origin":"platform","actor":null,"marked_at":null,"marked_on":null,"asked_on":null,"settlement":{"from":"2026-03-23","by":"2026-03-27","basis":"succeeded","rule":"sepa 1-5"},"overdue":false,"cautions":[],"key":null,"reference":null,"platform_transaction_id":"dda4378643f3115d","replayed":false,"dry_run":false},
    {"refund_id":"R-000042","transaction_id":"3f9a0c11d2e4b567","order_id":"Zk3xY81a","customer":{"name":"Anna Beispiel","email":"anna@example.org","country":"DE"},"amount":{"minor":4900,"currency":"EUR","text":"49.00 EUR"},"reason":"customer-request","note":"wrote twice","goodwill":false,"ground":"policy","status":"succeeded","status_on":"2026-03-27","origin":"desk","actor":"anna","marked_at":"2026-03-25T09:00:00Z","marked_on":"2026-03-25","asked_on":"2026-03-24","settlement":{"from":"2026-03-27","by":"2026-04-02","basis":"submitted","rule":"sepa 1-5"},"overdue":false,"cautions":[],"key":"april-1","reference":"april","platform_transaction_id":null,"replayed":false,"dry_run":false}
    ]}
    "#);
}

#[test]
fn one_refund_is_a_document_and_a_replay_says_so() {
    let (mut ui, out, _) = ui(Format::Json, None);
    answer(&mut ui, &view(&refund(RefundState::Marked), &today()).replayed()).unwrap();
    insta::assert_snapshot!(out.text(), @r#"{"schema_version":1,"refund":{"refund_id":"R-000042","transaction_id":"3f9a0c11d2e4b567","order_id":"Zk3xY81a","customer":{"name":"Anna Beispiel","email":"anna@example.org","country":"DE"},"amount":{"minor":4900,"currency":"EUR","text":"49.00 EUR"},"reason":"customer-request","note":"wrote twice","goodwill":false,"ground":"policy","status":"marked","status_on":"2026-03-25","origin":"desk","actor":"anna","marked_at":"2026-03-25T09:00:00Z","marked_on":"2026-03-25","asked_on":"2026-03-24","settlement":{"from":"2026-03-26","by":"2026-04-01","basis":"marked","rule":"sepa 1-5"},"overdue":false,"cautions":[{"code":"notify_customer_first","message":"notify the customer first; otherwise they may also ask their bank to reverse the debit","on":null},{"code":"debit_may_still_bounce","message":"the debit can still bounce before Tue 2026-03-31; if it does after a refund, the money goes back twice; the import does not date the debit, so this may be up to 14 days later","on":"2026-03-31"},{"code":"chargeback_until","message":"until Fri 2026-05-15 the customer can have the bank reverse the debit without a reason, refunded or not; the import does not date the debit, so this may be up to 14 days later","on":"2026-05-15"},{"code":"legal_deadline","message":"by law, a withdrawal must be refunded by Tue 2026-04-07, 14 days after the customer asked","on":"2026-04-07"}],"key":"april-1","reference":"april","platform_transaction_id":null,"replayed":true,"dry_run":false}}"#);
}

#[test]
fn goodwill_and_the_legal_deadline_are_cautions_of_an_open_refund_only() {
    let codes = |state| {
        let goodwill = Mark { ground: Ground::Goodwill, ..mark() };
        let refund = Refund { author: Author::Desk(goodwill), ..refund(state) };
        let view = view(&refund, &today());
        view.cautions.iter().map(|caution| caution.code.word()).collect::<Vec<_>>().join(" ")
    };
    assert_eq!(
        codes(RefundState::Marked),
        "notify_customer_first debit_may_still_bounce chargeback_until outside_period withdrawal_may_apply legal_deadline"
    );
    assert_eq!(codes(RefundState::Failed { on: day("2026-03-25") }), "");
}
