//! `retour refunds …`: the worklist, and each step of a marked refund.

use insta::assert_snapshot;

use crate::harness::Desk;
use crate::shop::{CARD, SEPA, shop};

/// A shop with three refunds marked: R-000001 by card, R-000002 and R-000003 by PayPal.
fn marked() -> Desk {
    let desk = shop();
    for sale in [CARD, "5a1e000000000005", "5a1e000000000006"] {
        desk.mark(sale);
    }
    desk
}

/// The status of the desk's refunds.
fn standing(desk: &Desk) -> String {
    let listed = desk
        .retour("refunds list --origin desk --format csv --no-header --columns refund_id,status")
        .ok()
        .stdout()
        .to_owned();
    listed.lines().collect::<Vec<_>>().join(" ")
}

#[test]
fn the_worklist_has_the_marked_refunds_oldest_first() {
    let desk = marked();

    assert_snapshot!(desk.quietly("refunds list --status marked").snapshot(), @"
    $ retour refunds list --status marked -q
    status: 0
    -- stdout --
    REFUND    SALE              ORDER     CUSTOMER          AMOUNT  STATUS  MARKED      ARRIVES FROM  ARRIVES BY  REASON            GROUND
    ──────────────────────────────────────────────────────────────────────────────────────────────────────────────────────────────────────────
    R-000001  5a1e000000000001  Card0001  Anna Beispiel  49.00 EUR  marked  2026-03-25  2026-03-25    2026-04-10  customer-request  withdrawal
    R-000002  5a1e000000000005  Subs0005  Łukasz Żak     29.00 EUR  marked  2026-03-25  2026-03-25    2026-04-10  customer-request  policy
    R-000003  5a1e000000000006  Subs0005  Łukasz Żak     29.00 EUR  marked  2026-03-25  2026-03-25    2026-04-10  customer-request  policy
    -- stderr --
    ");
    assert_snapshot!(desk.quietly("refunds list --status marked --width 60").snapshot(), @"
    $ retour refunds list --status marked --width 60 -q
    status: 0
    -- stdout --
    REFUND    CUSTOMER          AMOUNT  STATUS  ARRIVES BY
    ──────────────────────────────────────────────────────
    R-000001  Anna Beispiel  49.00 EUR  marked  2026-04-10
    R-000002  Łukasz Żak     29.00 EUR  marked  2026-04-10
    R-000003  Łukasz Żak     29.00 EUR  marked  2026-04-10
    -- stderr --
    ");
    assert_snapshot!(desk.quietly("refunds list --status marked --format csv").snapshot(), @"
    $ retour refunds list --status marked --format csv -q
    status: 0
    -- stdout --
    refund_id,transaction_id,order_id,customer_name,customer_email,country,amount,currency,status,status_on,origin,actor,marked_at,marked_on,asked_on,settlement_from,settlement_by,settlement_basis,overdue,reason,note,goodwill,ground,cautions,key,reference,platform_transaction_id,replayed,dry_run
    R-000001,5a1e000000000001,Card0001,Anna Beispiel,anna@example.org,DE,49.00,EUR,marked,2026-03-25,desk,tester,2026-03-25T09:00:00Z,2026-03-25,,2026-03-25,2026-04-10,marked,false,customer-request,,false,withdrawal,period_defaulted,,,,false,false
    R-000002,5a1e000000000005,Subs0005,Łukasz Żak,lukasz@example.org,PL,29.00,EUR,marked,2026-03-25,desk,tester,2026-03-25T09:00:00Z,2026-03-25,,2026-03-25,2026-04-10,marked,false,customer-request,,false,policy,plan_continues paypal_refundable_until,,,,false,false
    R-000003,5a1e000000000006,Subs0005,Łukasz Żak,lukasz@example.org,PL,29.00,EUR,marked,2026-03-25,desk,tester,2026-03-25T09:00:00Z,2026-03-25,,2026-03-25,2026-04-10,marked,false,customer-request,,false,policy,plan_continues paypal_refundable_until,,,,false,false
    -- stderr --
    ");
}

#[test]
fn every_filter_narrows() {
    let desk = marked();
    desk.retour("refunds submit R-000002").ok();
    let later = desk.at("2026-06-01T10:00:00+02:00");
    let filters = [
        "",
        "--status marked",
        "--status submitted --status succeeded",
        "--origin platform",
        "--origin desk",
        "--sale 5a1e000000000005",
        "--overdue",
        "--limit 1",
    ];
    let lines: Vec<String> = filters
        .iter()
        .map(|filter| {
            let outcome = later.retour(&format!("refunds list {filter} --format csv --no-header --columns refund_id"));
            format!("{filter:<40} {}", outcome.ok().stdout().lines().collect::<Vec<_>>().join(" "))
        })
        .collect();

    assert_snapshot!(lines.join("\n"), @"
                                             4ef0000000000013 R-000001 R-000002 R-000003
    --status marked                          R-000001 R-000003
    --status submitted --status succeeded    4ef0000000000013 R-000002
    --origin platform                        4ef0000000000013
    --origin desk                            R-000001 R-000002 R-000003
    --sale 5a1e000000000005                  R-000002
    --overdue                                R-000001 R-000002 R-000003
    --limit 1                                4ef0000000000013
    ");
}

#[test]
fn several_refunds_are_carried_out_at_once() {
    let desk = marked();

    assert_snapshot!(desk.quietly("refunds submit R-000001 R-000002").snapshot(), @"
    $ retour refunds submit R-000001 R-000002 -q
    status: 0
    -- stdout --
    R-000001 is submitted: 49.00 EUR of 5a1e000000000001 for Anna Beispiel <anna@example.org>, carried out on the platform on Wed 2026-03-25, and not confirmed yet.
    The money is expected from Wed 2026-03-25 to Fri 2026-04-10, counted from Wed 2026-03-25, when it was carried out.

    R-000002 is submitted: 29.00 EUR of 5a1e000000000005 for Łukasz Żak <lukasz@example.org>, carried out on the platform on Wed 2026-03-25, and not confirmed yet.
    The money is expected from Wed 2026-03-25 to Fri 2026-04-10, counted from Wed 2026-03-25, when it was carried out.
    -- stderr --
    ");
    assert_snapshot!(desk.quietly("refunds submit R-000003 --json").snapshot(), @r#"
    $ retour refunds submit R-000003 --json -q
    status: 0
    -- stdout --
    {"schema_version":1,"refund":{"refund_id":"R-000003","transaction_id":"5a1e000000000006","order_id":"Subs0005","customer":{"name":"Łukasz Żak","email":"lukasz@example.org","country":"PL"},"amount":{"minor":2900,"currency":"EUR","text":"29.00 EUR"},"reason":"customer-request","note":null,"goodwill":false,"ground":"policy","status":"submitted","status_on":"2026-03-25","origin":"desk","actor":"tester","marked_at":"2026-03-25T09:00:00Z","marked_on":"2026-03-25","asked_on":null,"settlement":{"from":"2026-03-25","by":"2026-04-10","basis":"submitted","rule":"paypal 0-10"},"overdue":false,"cautions":[{"code":"plan_continues","message":"the subscription is not known to be cancelled, and a refund may not stop it: check on the platform","on":null},{"code":"paypal_refundable_until","message":"PayPal can refund this payment until Fri 2026-09-18","on":"2026-09-18"}],"key":null,"reference":null,"platform_transaction_id":null,"replayed":false,"dry_run":false}}
    -- stderr --
    "#);
    assert_snapshot!(standing(&desk), @"R-000001,submitted R-000002,submitted R-000003,submitted");
}

#[test]
fn either_all_take_the_step_or_none_and_each_that_cannot_is_reported() {
    let desk = marked();
    desk.retour("refunds submit R-000002").ok();
    let before = desk.everything();

    assert_snapshot!(desk.quietly("refunds submit R-000001 R-000002 R-000001").snapshot(), @"
    $ retour refunds submit R-000001 R-000002 R-000001 -q
    status: 4
    -- stdout --
    -- stderr --
    error[bad_step]: nothing was changed: 2 of the refunds cannot take this step
      R-000002: a submitted refund cannot be submitted
      R-000001 is listed twice
    hint: nothing was changed; see the status of all refunds: retour refunds list
    ");
    assert_snapshot!(desk.quietly("refunds submit R-000001 R-000009 R-000002").snapshot(), @"
    $ retour refunds submit R-000001 R-000009 R-000002 -q
    status: 5
    -- stdout --
    -- stderr --
    error[unknown_refund]: nothing was changed: 2 of the refunds cannot take this step
      there is no refund R-000009 in the store
      R-000002: a submitted refund cannot be submitted
    hint: nothing was changed; see the status of all refunds: retour refunds list
    ");
    assert_snapshot!(desk.quietly("refunds submit 4ef0000000000013").snapshot(), @"
    $ retour refunds submit 4ef0000000000013 -q
    status: 4
    -- stdout --
    -- stderr --
    error[platform_refund]: 4ef0000000000013 was issued by the platform; only its notifications can change it
    hint: nothing was changed; see the status of all refunds: retour refunds list
    ");
    assert_snapshot!(desk.quietly("refunds submit Anna --json").snapshot(), @r#"
    $ retour refunds submit Anna --json -q
    status: 5
    -- stdout --
    -- stderr --
    {"error":{"code":"unknown_refund","hints":["nothing was changed; see the status of all refunds: retour refunds list"],"message":"there is no refund Anna in the store","recorded":false}}
    "#);
    assert_eq!(desk.everything(), before);
}

#[test]
fn an_earlier_day_can_be_given() {
    let desk = marked();
    let later = desk.at("2026-03-31T10:00:00+02:00");

    assert_snapshot!(later.quietly("refunds submit R-000001 --on 2026-03-27 --note Done").snapshot(), @"
    $ RETOUR_NOW=2026-03-31T10:00:00+02:00 retour refunds submit R-000001 --on 2026-03-27 --note Done -q
    status: 0
    -- stdout --
    R-000001 is submitted: 49.00 EUR of 5a1e000000000001 for Anna Beispiel <anna@example.org>, carried out on the platform on Fri 2026-03-27, and not confirmed yet.
    The money is expected from Fri 2026-03-27 to Tue 2026-04-14, counted from Fri 2026-03-27, when it was carried out.
    -- stderr --
    ");
    assert_snapshot!(later.quietly("refunds submit R-000002 --on 2026-04-01").snapshot(), @"
    $ RETOUR_NOW=2026-03-31T10:00:00+02:00 retour refunds submit R-000002 --on 2026-04-01 -q
    status: 2
    -- stdout --
    -- stderr --
    error: 2026-04-01 is in the future: today is 2026-03-31
    ");
    assert_snapshot!(later.quietly("refunds submit R-000002 --on 2026-03-24").snapshot(), @"
    $ RETOUR_NOW=2026-03-31T10:00:00+02:00 retour refunds submit R-000002 --on 2026-03-24 -q
    status: 4
    -- stdout --
    -- stderr --
    error[bad_day]: R-000002 cannot have changed on 2026-03-24: its last step was on 2026-03-25
    hint: nothing was changed; see the status of all refunds: retour refunds list
    ");
    assert_snapshot!(later.quietly("refunds confirm R-000001 --on 2026-03-26").snapshot(), @"
    $ RETOUR_NOW=2026-03-31T10:00:00+02:00 retour refunds confirm R-000001 --on 2026-03-26 -q
    status: 4
    -- stdout --
    -- stderr --
    error[bad_day]: R-000001 cannot have changed on 2026-03-26: its last step was on 2026-03-27
    hint: nothing was changed; see the status of all refunds: retour refunds list
    ");
    assert_snapshot!(later.quietly("refunds submit R-000002 --on 27.03.2026").exit(2).stderr(), @"
    error: invalid value '27.03.2026' for '--on <DATE>': a day is written as 2026-03-25

    For more information, try '--help'.
    ");
}

#[test]
fn each_step_says_what_has_happened() {
    let desk = marked();

    assert_snapshot!(desk.quietly("refunds submit R-000001").snapshot(), @"
    $ retour refunds submit R-000001 -q
    status: 0
    -- stdout --
    R-000001 is submitted: 49.00 EUR of 5a1e000000000001 for Anna Beispiel <anna@example.org>, carried out on the platform on Wed 2026-03-25, and not confirmed yet.
    The money is expected from Wed 2026-03-25 to Fri 2026-04-10, counted from Wed 2026-03-25, when it was carried out.
    -- stderr --
    ");
    assert_snapshot!(desk.quietly("refunds reopen R-000001").snapshot(), @"
    $ retour refunds reopen R-000001 -q
    status: 0
    -- stdout --
    R-000001 is marked: 49.00 EUR of 5a1e000000000001 for Anna Beispiel <anna@example.org>. Nothing has been paid yet: carry it out on the platform, then run `retour refunds submit R-000001`.
    The money would arrive from Wed 2026-03-25 to Fri 2026-04-10, if carried out today.
    -- stderr --
    ");
    assert_snapshot!(desk.quietly("refunds confirm R-000001").snapshot(), @"
    $ retour refunds confirm R-000001 -q
    status: 0
    -- stdout --
    R-000001 has succeeded: 49.00 EUR of 5a1e000000000001 for Anna Beispiel <anna@example.org>, confirmed on Wed 2026-03-25.
    The money is expected from Wed 2026-03-25 to Fri 2026-04-10, counted from Wed 2026-03-25, when it succeeded.
    -- stderr --
    ");
    assert_snapshot!(desk.quietly("refunds fail R-000002 --note Refused").snapshot(), @"
    $ retour refunds fail R-000002 --note Refused -q
    status: 0
    -- stdout --
    R-000002 failed on Wed 2026-03-25: no money has moved, and 29.00 EUR of 5a1e000000000005 for Łukasz Żak <lukasz@example.org> no longer counts as refunded.
    -- stderr --
    ");
    assert_snapshot!(desk.quietly("refunds cancel R-000003").snapshot(), @"
    $ retour refunds cancel R-000003 -q
    status: 0
    -- stdout --
    R-000003 was cancelled on Wed 2026-03-25: nothing was paid, and 29.00 EUR of 5a1e000000000006 for Łukasz Żak <lukasz@example.org> no longer counts as refunded.
    -- stderr --
    ");
    assert_snapshot!(standing(&desk), @"R-000001,succeeded R-000002,failed R-000003,cancelled");
}

#[test]
fn the_whole_matrix_of_steps() {
    let ways = [
        ("marked", vec![]),
        ("submitted", vec!["submit"]),
        ("succeeded", vec!["confirm"]),
        ("failed", vec!["fail"]),
        ("cancelled", vec!["cancel"]),
    ];
    let mut lines = Vec::new();
    for (state, way) in ways {
        for step in ["submit", "confirm", "fail", "cancel", "reopen"] {
            let desk = shop();
            desk.mark(CARD);
            for earlier in &way {
                desk.retour(&format!("refunds {earlier} R-000001")).ok();
            }
            let ended = desk.retour(&format!("refunds {step} R-000001")).status;
            let now =
                desk.retour("refunds show R-000001 --json").json()["refund"]["status"].as_str().unwrap().to_owned();
            lines.push(format!("{state:<10} {step:<8} {}", if ended == 0 { now } else { format!("exit {ended}") }));
        }
    }

    assert_snapshot!(lines.join("\n"), @"
    marked     submit   submitted
    marked     confirm  succeeded
    marked     fail     failed
    marked     cancel   cancelled
    marked     reopen   exit 4
    submitted  submit   exit 4
    submitted  confirm  succeeded
    submitted  fail     failed
    submitted  cancel   exit 4
    submitted  reopen   marked
    succeeded  submit   exit 4
    succeeded  confirm  exit 4
    succeeded  fail     exit 4
    succeeded  cancel   exit 4
    succeeded  reopen   exit 4
    failed     submit   exit 4
    failed     confirm  exit 4
    failed     fail     exit 4
    failed     cancel   exit 4
    failed     reopen   exit 4
    cancelled  submit   exit 4
    cancelled  confirm  exit 4
    cancelled  fail     exit 4
    cancelled  cancel   exit 4
    cancelled  reopen   exit 4
    ");
}

#[test]
fn a_failed_or_cancelled_refund_can_be_refunded_again() {
    let desk = marked();
    desk.retour("refunds cancel R-000001").ok();

    assert_eq!(desk.mark(&format!("{CARD} --again")), "R-000004");
    desk.retour("refunds fail R-000004").ok();
    assert_snapshot!(desk.quietly("transactions show 5a1e000000000001").snapshot(), @"
    $ retour transactions show 5a1e000000000001 -q
    status: 0
    -- stdout --
    transaction  5a1e000000000001
    order        Card0001
    product      Yoga for Beginners (e232d769)
    customer     Anna Beispiel <anna@example.org>
    country      DE
    amount       49.00 EUR
    left         49.00 EUR
    method       card
    plan         one payment
    status       paid
    ordered      Fri 2026-03-20
    paid         Fri 2026-03-20

    Refundable: 49.00 EUR is left; the return period of 14 days started with the order's first payment on 2026-03-20 and ends on Tue 2026-04-07; the 14 days end on Fri 2026-04-03.

    REFUND       AMOUNT  STATUS     MARKED      ARRIVES BY  REASON
    ────────────────────────────────────────────────────────────────────────
    R-000001  49.00 EUR  cancelled  2026-03-25              customer-request
    R-000004  49.00 EUR  failed     2026-03-25              customer-request
    -- stderr --
    ");
}

#[test]
fn a_refund_past_its_window_is_overdue_and_never_failed() {
    let desk = marked();
    desk.retour("refunds submit R-000001").ok();
    let last_day = desk.at("2026-04-10T23:59:59+02:00");
    let day_after = desk.at("2026-04-11T00:00:01+02:00");

    assert_snapshot!(last_day.quietly("refunds list --overdue").snapshot(), @"
    $ RETOUR_NOW=2026-04-10T23:59:59+02:00 retour refunds list --overdue -q
    status: 0
    -- stdout --
    -- stderr --
    ");
    assert_snapshot!(day_after.quietly("refunds list --overdue").snapshot(), @"
    $ RETOUR_NOW=2026-04-11T00:00:01+02:00 retour refunds list --overdue -q
    status: 0
    -- stdout --
    REFUND    SALE              ORDER     CUSTOMER          AMOUNT  STATUS              MARKED      ARRIVES FROM  ARRIVES BY  REASON            GROUND
    ──────────────────────────────────────────────────────────────────────────────────────────────────────────────────────────────────────────────────────
    R-000001  5a1e000000000001  Card0001  Anna Beispiel  49.00 EUR  submitted, overdue  2026-03-25  2026-03-25    2026-04-10  customer-request  withdrawal
    R-000002  5a1e000000000005  Subs0005  Łukasz Żak     29.00 EUR  marked, overdue     2026-03-25  2026-03-25    2026-04-10  customer-request  policy
    R-000003  5a1e000000000006  Subs0005  Łukasz Żak     29.00 EUR  marked, overdue     2026-03-25  2026-03-25    2026-04-10  customer-request  policy
    -- stderr --
    ");
    assert_snapshot!(day_after.quietly("refunds due").snapshot(), @"
    $ RETOUR_NOW=2026-04-11T00:00:01+02:00 retour refunds due -q
    status: 0
    -- stdout --
    DUE        SINCE OR BY  REFUND            CUSTOMER          AMOUNT  NEXT                                   ALSO       WHAT TO DO
    ───────────────────────────────────────────────────────────────────────────────────────────────────────────────────────────────────────────────────────────────────────────────────────────────────────────────────────────────────────────────────────────────────────────────────────────────────────────────────────────────────────────
    unmatched  2026-03-22   4ef0000000000014  Pia Novak      49.00 EUR  retour refunds match 4ef0000000000014             match it to its sale: until then it blocks 2 sales
    overdue    2026-04-10   R-000001          Anna Beispiel  49.00 EUR  retour refunds show R-000001                      check its status on the platform, then confirm or fail it; CopeCart's support asks for the order Card0001, the transaction 5a1e000000000001, 49.00 EUR, the day Wed 2026-03-25, and the invoice number if you have it
    overdue    2026-04-10   R-000002          Łukasz Żak     29.00 EUR  retour refunds submit R-000002         to submit  carry it out on the platform, then submit it
    overdue    2026-04-10   R-000003          Łukasz Żak     29.00 EUR  retour refunds submit R-000003         to submit  carry it out on the platform, then submit it
    -- stderr --
    ");
    assert_snapshot!(day_after.quietly("refunds show R-000001").snapshot(), @"
    $ RETOUR_NOW=2026-04-11T00:00:01+02:00 retour refunds show R-000001 -q
    status: 0
    -- stdout --
    refund    R-000001
    amount    49.00 EUR
    sale      5a1e000000000001
    order     Card0001
    customer  Anna Beispiel <anna@example.org>
    status    submitted on Wed 2026-03-25, overdue
    expected  from Wed 2026-03-25 to Fri 2026-04-10, counted from Wed 2026-03-25, when it was carried out
    support   if no confirmation comes, CopeCart's support asks for the order Card0001, the transaction 5a1e000000000001, 49.00 EUR, the day Wed 2026-03-25, and the invoice number if you have it
    origin    desk
    reason    customer-request
    ground    withdrawal, within the 14 days by law
    -- stderr --
    ");
    assert_snapshot!(day_after.quietly("refunds show R-000002").snapshot(), @"
    $ RETOUR_NOW=2026-04-11T00:00:01+02:00 retour refunds show R-000002 -q
    status: 0
    -- stdout --
    refund    R-000002
    amount    29.00 EUR
    sale      5a1e000000000005
    order     Subs0005
    customer  Łukasz Żak <lukasz@example.org>
    status    marked on Wed 2026-03-25 by tester, overdue
    expected  from Wed 2026-03-25 to Fri 2026-04-10, if carried out on Wed 2026-03-25
    origin    desk
    reason    customer-request
    ground    policy, within the return period
    caution   plan_continues: the subscription is not known to be cancelled, and a refund may not stop it: check on the platform
    caution   paypal_refundable_until: PayPal can refund this payment until Fri 2026-08-21
    -- stderr --
    ");
    assert_eq!(day_after.retour("refunds show R-000001 --json").json()["refund"]["overdue"], true);
}

#[test]
fn a_notification_from_the_platform_confirms_a_refund() {
    let desk = marked();
    desk.retour("refunds submit R-000001").ok();
    desk.write(
        "refund.csv",
        concat!(
            "transaction_id,order_id,product_id,product_name,amount,currency,paid_at,kind,status\n",
            "4ef0000000000099,Card0001,e232d769,Yoga for Beginners,49.00,EUR,2026-03-26,refund,succeeded\n",
        ),
    );
    let later = desk.at("2026-03-27T10:00:00+01:00");

    assert_snapshot!(later.quietly("import refund.csv").snapshot(), @"
    $ RETOUR_NOW=2026-03-27T10:00:00+01:00 retour import refund.csv -q
    status: 0
    -- stdout --
    1 row read: 1 added.
    1 refund or chargeback matched to a sale, 0 unmatched.
    -- stderr --
    ");
    assert_snapshot!(later.quietly("refunds show R-000001").snapshot(), @"
    $ RETOUR_NOW=2026-03-27T10:00:00+01:00 retour refunds show R-000001 -q
    status: 0
    -- stdout --
    refund       R-000001
    amount       49.00 EUR
    sale         5a1e000000000001
    order        Card0001
    customer     Anna Beispiel <anna@example.org>
    status       succeeded on Thu 2026-03-26
    expected     from Wed 2026-03-25 to Fri 2026-04-10, counted from Wed 2026-03-25, when it was carried out
    origin       desk
    reported as  4ef0000000000099
    reason       customer-request
    ground       withdrawal, within the 14 days by law
    -- stderr --
    ");
    assert_snapshot!(later.quietly("refunds confirm R-000001").snapshot(), @"
    $ RETOUR_NOW=2026-03-27T10:00:00+01:00 retour refunds confirm R-000001 -q
    status: 4
    -- stdout --
    -- stderr --
    error[bad_step]: R-000001: a succeeded refund cannot be confirmed
    hint: nothing was changed; see the status of all refunds: retour refunds list
    ");
    assert_snapshot!(later.quietly("events list --refund R-000001 --format csv").snapshot(), @r#"
    $ RETOUR_NOW=2026-03-27T10:00:00+01:00 retour events list --refund R-000001 --format csv -q
    status: 0
    -- stdout --
    number,at,actor,kind,transaction_id,order_id,refund_id,reference,facts,digest
    9,2026-03-27T09:00:00Z,tester,refund_moved,,Card0001,R-000001,,"{""by"":""import"",""from"":""submitted"",""to"":""succeeded""}",4d441c53e24aa1ea919ef0af6948b059d03ae1ca7d46492fb6de357c1e7b5cb6
    7,2026-03-25T09:00:00Z,tester,refund_submitted,5a1e000000000001,,R-000001,,"{""by"":""hand"",""from"":""marked"",""on"":""2026-03-25"",""to"":""submitted""}",d184ad408e7754eecb9377f38d940a0ac77929b13f721fec7bba284dcec90f77
    4,2026-03-25T09:00:00Z,tester,refund_marked,5a1e000000000001,,R-000001,,"{""amount_minor"":4900,""cautions"":[""period_defaulted""],""currency"":""EUR"",""goodwill"":false,""ground"":""withdrawal"",""left_minor"":0,""reason"":""customer-request""}",980e96217b2174f2302becca247f4d1452dad0a9ee2d5903be7501ab7795acea
    -- stderr --
    "#);
}

#[test]
fn a_platform_refund_is_listed_and_blocks_a_refund_by_the_desk() {
    let desk = shop();
    desk.write(
        "refund.csv",
        concat!(
            "transaction_id,order_id,product_id,product_name,amount,currency,paid_at,kind,status\n",
            "4ef0000000000099,Sepa0002,e232d769,Yoga for Beginners,20.00,EUR,2026-03-25,refund,succeeded\n",
        ),
    );
    desk.retour("import refund.csv").ok();

    assert_snapshot!(desk.quietly("refund 5a1e000000000002 --amount 20 --reason returned --yes").snapshot(), @"
    $ retour refund 5a1e000000000002 --amount 20 --reason returned --yes -q
    status: 4
    -- stdout --
    -- stderr --
    error[looks_repeated]: a refund of 20.00 EUR of this sale was already recorded within 24 hours, as 4ef0000000000099 on 2026-03-25
      119.00 EUR of François Lefèvre <lefevre@example.com>, paid on Mon 2026-03-23
    hint: if this is another refund: retour refund 5a1e000000000002 --amount 20 --reason returned --yes -q --again
    ");
    assert_snapshot!(desk.quietly("refunds show 4ef0000000000099").snapshot(), @"
    $ retour refunds show 4ef0000000000099 -q
    status: 0
    -- stdout --
    refund       4ef0000000000099
    amount       20.00 EUR
    sale         5a1e000000000002
    order        Sepa0002
    customer     François Lefèvre <lefevre@example.com>
    status       succeeded on Wed 2026-03-25
    expected     from Thu 2026-03-26 to Wed 2026-04-01, counted from Wed 2026-03-25, when it succeeded
    origin       platform
    reported as  4ef0000000000099
    -- stderr --
    ");
    let left =
        desk.retour(&format!("transactions show {SEPA} --json")).json()["transaction"]["refundable"]["left"]["text"]
            .clone();
    assert_eq!(left, "99.00 EUR");
}

#[test]
fn an_unknown_refund_is_not_found() {
    let desk = shop();

    assert_snapshot!(desk.quietly("refunds show R-000009").snapshot(), @"
    $ retour refunds show R-000009 -q
    status: 5
    -- stdout --
    -- stderr --
    error[unknown_refund]: there is no refund R-000009 in the store
    hint: retour refunds list
    ");
    assert_snapshot!(desk.quietly("refunds show R-000009 --json").snapshot(), @r#"
    $ retour refunds show R-000009 --json -q
    status: 5
    -- stdout --
    -- stderr --
    {"error":{"code":"unknown_refund","hints":["retour refunds list"],"message":"there is no refund R-000009 in the store","recorded":false}}
    "#);
    assert_snapshot!(desk.quietly("refunds list --sale 5a1e000000000001 --fail-if-empty").snapshot(), @"
    $ retour refunds list --sale 5a1e000000000001 --fail-if-empty -q
    status: 5
    -- stdout --
    -- stderr --
    ");
}

#[test]
fn due_refunds_are_listed_with_the_next_command() {
    let desk = marked();

    assert_snapshot!(desk.retour("refunds due").snapshot(), @"
    $ retour refunds due
    status: 0
    -- stdout --
    DUE        SINCE OR BY  REFUND            CUSTOMER          AMOUNT  NEXT                                   ALSO  WHAT TO DO
    ───────────────────────────────────────────────────────────────────────────────────────────────────────────────────────────────────────────────────────────────────
    unmatched  2026-03-22   4ef0000000000014  Pia Novak      49.00 EUR  retour refunds match 4ef0000000000014        match it to its sale: until then it blocks 2 sales
    to submit  2026-03-25   R-000001          Anna Beispiel  49.00 EUR  retour refunds submit R-000001               carry it out on the platform, then submit it
    to submit  2026-03-25   R-000002          Łukasz Żak     29.00 EUR  retour refunds submit R-000002               carry it out on the platform, then submit it
    to submit  2026-03-25   R-000003          Łukasz Żak     29.00 EUR  retour refunds submit R-000003               carry it out on the platform, then submit it
    -- stderr --
    note: the clock is fixed at 2026-03-25T09:00:00Z (RETOUR_NOW): today is 2026-03-25
    ");
    let due = desk.quietly("refunds due --json").ok().json()["refunds"][0]["due"].to_string();
    assert_snapshot!(due, @r#"{"advice":"match it to its sale: until then it blocks 2 sales","also":[],"candidates":["5a1e000000000014","5a1e000000000015"],"code":"unmatched","dispute":null,"done":null,"next":"retour refunds match 4ef0000000000014","on":"2026-03-22","paid_twice":null,"stop":null,"unread":null}"#);
}

#[test]
fn a_batch_takes_its_step_in_one_sentence_and_a_repeat_says_that_nothing_was_changed() {
    let desk = shop();
    desk.write("batch.csv", "transaction_id\n5a1e000000000005\n5a1e000000000016\n");
    desk.retour("refund --from-file batch.csv --reference march --reason returned --yes --expect-total 29.00EUR --expect-total 5000JPY")
        .ok();
    desk.retour("refunds submit R-000001").ok();

    assert_snapshot!(desk.quietly("refunds submit --reference march").stdout(), @"
    1 refund, 5000 JPY, is submitted, carried out on the platform on Wed 2026-03-25, and not confirmed yet. 1 refund, 29.00 EUR, was submitted before.

    REFUND    CUSTOMER     AMOUNT  STATUS     ARRIVES BY
    ────────────────────────────────────────────────────
    R-000002  山田 太郎  5000 JPY  submitted  2026-04-10
    ");
    assert_snapshot!(desk.quietly("refunds submit --reference march").stdout(), @"
    Nothing was changed: 2 refunds, 29.00 EUR and 5000 JPY, were submitted before.

    REFUND    CUSTOMER       AMOUNT  STATUS     ARRIVES BY
    ──────────────────────────────────────────────────────
    R-000001  Łukasz Żak  29.00 EUR  submitted  2026-04-10
    R-000002  山田 太郎    5000 JPY  submitted  2026-04-10
    ");
    let replayed = desk.quietly("refunds submit --reference march --json").json();
    assert_eq!(replayed["refunds"][0]["replayed"], true);
    desk.write("list", "R-000001\nR-000002\n");
    assert_snapshot!(desk.quietly("refunds reopen --from-file list --width 60").stdout(), @"
    2 refunds, 29.00 EUR and 5000 JPY, are marked again. Nothing
    has been paid yet.

    REFUND    CUSTOMER       AMOUNT  STATUS  ARRIVES BY
    ───────────────────────────────────────────────────
    R-000001  Łukasz Żak  29.00 EUR  marked  2026-04-10
    R-000002  山田 太郎    5000 JPY  marked  2026-04-10
    ");
    assert_snapshot!(desk.quietly("refunds submit --from-file list --on 2026-03-25").stdout(), @"
    2 refunds, 29.00 EUR and 5000 JPY, are submitted, carried out on the platform on Wed 2026-03-25, and not confirmed yet.

    REFUND    CUSTOMER       AMOUNT  STATUS     ARRIVES BY
    ──────────────────────────────────────────────────────
    R-000001  Łukasz Żak  29.00 EUR  submitted  2026-04-10
    R-000002  山田 太郎    5000 JPY  submitted  2026-04-10
    ");
    assert_snapshot!(desk.quietly("refunds fail --from-file list").stdout(), @"
    2 refunds, 29.00 EUR and 5000 JPY, failed on Wed 2026-03-25: no money has moved, and they no longer count as refunded.

    REFUND    CUSTOMER       AMOUNT  STATUS  ARRIVES BY
    ───────────────────────────────────────────────────
    R-000001  Łukasz Żak  29.00 EUR  failed
    R-000002  山田 太郎    5000 JPY  failed
    ");
}
