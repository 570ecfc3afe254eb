//! `retour refund` without a prompt: what is marked, with which key, and what the answer says.

use std::fs;
use std::process::Stdio;

use insta::assert_snapshot;

use crate::harness::Desk;
use crate::shop::{CARD, LATE, SEPA, rehearsal, shop};

/// The refunds of the store, as flat lines.
fn recorded(desk: &Desk) -> String {
    let line = "refunds list --origin desk --format csv --no-header --columns refund_id,transaction_id,amount,status,reason,key";
    desk.retour(line).ok().stdout().to_owned()
}

#[test]
fn all_that_is_left_is_marked() {
    let desk = shop();

    assert_snapshot!(desk.retour("refund 5a1e000000000001 --reason returned --yes").snapshot(), @"
    $ retour refund 5a1e000000000001 --reason returned --yes
    status: 0
    -- stdout --
    R-000001 is marked: 49.00 EUR of 5a1e000000000001 for Anna Beispiel <anna@example.org>. Nothing has been paid yet: carry it out on the platform, then run `retour refunds submit R-000001`.
    The money would arrive from Wed 2026-03-25 to Fri 2026-04-10, if carried out today.
    -- stderr --
    note: the clock is fixed at 2026-03-25T09:00:00Z (RETOUR_NOW): today is 2026-03-25
    ");
    assert_snapshot!(recorded(&desk), @"R-000001,5a1e000000000001,49.00,marked,returned,");
    assert_snapshot!(desk.quietly("events list --limit 1 --json").snapshot(), @r#"
    $ retour events list --limit 1 --json -q
    status: 0
    -- stdout --
    {"schema_version":1,"events":[
    {"number":4,"at":"2026-03-25T09:00:00Z","actor":"tester","kind":"refund_marked","transaction_id":"5a1e000000000001","order_id":null,"refund_id":"R-000001","reference":null,"facts":{"amount_minor":4900,"cautions":["period_defaulted"],"currency":"EUR","goodwill":false,"ground":"withdrawal","left_minor":0,"reason":"returned"},"digest":"75c9147d798e32c5ab04843742d49d3b83b097e503cf4b03c44322bc194308b0"}
    ],"more":true}
    -- stderr --
    "#);
}

#[test]
fn a_partial_refund_leaves_the_rest() {
    let desk = shop();

    assert_snapshot!(desk.quietly("refund 5a1e000000000001 --amount 12,50 --reason returned --note Half --yes").snapshot(), @"
    $ retour refund 5a1e000000000001 --amount 12,50 --reason returned --note Half --yes -q
    status: 0
    -- stdout --
    R-000001 is marked: 12.50 EUR of 5a1e000000000001 for Anna Beispiel <anna@example.org>. Nothing has been paid yet: carry it out on the platform, then run `retour refunds submit R-000001`.
    The money would arrive from Wed 2026-03-25 to Fri 2026-04-10, if carried out today.
    -- stderr --
    ");
    assert_snapshot!(desk.quietly("refund 5a1e000000000001 --amount 40 --reason returned --yes").snapshot(), @"
    $ retour refund 5a1e000000000001 --amount 40 --reason returned --yes -q
    status: 4
    -- stdout --
    -- stderr --
    error[exceeds_refundable]: 40.00 EUR is more than the 36.50 EUR left of 49.00 EUR
      49.00 EUR of Anna Beispiel <anna@example.org>, paid on Fri 2026-03-20
    hint: retour refund 5a1e000000000001 --reason returned --yes -q --amount 36.50
    ");
    assert_snapshot!(desk.quietly("refund 5a1e000000000001 --reason returned --yes").snapshot(), @"
    $ retour refund 5a1e000000000001 --reason returned --yes -q
    status: 0
    -- stdout --
    R-000002 is marked: 36.50 EUR of 5a1e000000000001 for Anna Beispiel <anna@example.org>. Nothing has been paid yet: carry it out on the platform, then run `retour refunds submit R-000002`.
    The money would arrive from Wed 2026-03-25 to Fri 2026-04-10, if carried out today.
    -- stderr --
    ");
    assert_snapshot!(desk.quietly("refund 5a1e000000000001 --reason returned --yes").snapshot(), @"
    $ retour refund 5a1e000000000001 --reason returned --yes -q
    status: 4
    -- stdout --
    -- stderr --
    error[already_refunded]: 5a1e000000000001 is already fully refunded or marked for refund (paid 49.00 EUR)
      49.00 EUR of Anna Beispiel <anna@example.org>, paid on Fri 2026-03-20
    hint: retour transactions show 5a1e000000000001
    ");
    assert_snapshot!(recorded(&desk), @"
    R-000001,5a1e000000000001,12.50,marked,returned,
    R-000002,5a1e000000000001,36.50,marked,returned,
    ");
}

#[test]
fn a_dry_run_shows_the_plan_and_records_nothing() {
    let desk = shop();
    let before = desk.everything();

    assert_snapshot!(desk.retour("refund 5a1e000000000002 --amount 19 --reason returned --asked-on 2026-03-24 --dry-run").snapshot(), @"
    $ retour refund 5a1e000000000002 --amount 19 --reason returned --asked-on 2026-03-24 --dry-run
    status: 0
    -- stdout --
    refund    19.00 EUR of the 119.00 EUR left
    sale      5a1e000000000002, 119.00 EUR paid on Mon 2026-03-23
    order     Sepa0002
    product   Yoga for Beginners (e232d769)
    customer  François Lefèvre <lefevre@example.com>
    method    SEPA direct debit
    period    the return period of 14 days started with the order's first payment on 2026-03-23 and ends on Tue 2026-04-07; the 14 days end on Mon 2026-04-06
    reason    returned
    ground    withdrawal, within the 14 days by law
    asked on  Tue 2026-03-24, the day used to check the return period
    expected  from Thu 2026-03-26 to Wed 2026-04-01, if carried out today
    caution   notify_customer_first: notify the customer first; otherwise they may also ask their bank to reverse the debit
    CAUTION   debit_may_still_bounce: the debit can still bounce before Wed 2026-04-01; if it does after a refund, the money goes back twice; the import does not date the debit, so this may be up to 14 days later
    caution   chargeback_until: until Mon 2026-05-18 the customer can have the bank reverse the debit without a reason, refunded or not; the import does not date the debit, so this may be up to 14 days later
    caution   period_defaulted: the configuration has no return period for this product, so the default applies: 14 days
    caution   legal_deadline: by law, a withdrawal must be refunded by Tue 2026-04-07, 14 days after the customer asked
    -- stderr --
    note: the clock is fixed at 2026-03-25T09:00:00Z (RETOUR_NOW): today is 2026-03-25
    note: a dry run, nothing was recorded
    ");
    assert_snapshot!(desk.quietly("refund 5a1e000000000002 --reason returned --dry-run --json").snapshot(), @r#"
    $ retour refund 5a1e000000000002 --reason returned --dry-run --json -q
    status: 0
    -- stdout --
    {"schema_version":1,"refund":{"refund_id":null,"transaction_id":"5a1e000000000002","order_id":"Sepa0002","customer":{"name":"François Lefèvre","email":"lefevre@example.com","country":"FR"},"amount":{"minor":11900,"currency":"EUR","text":"119.00 EUR"},"reason":"returned","note":null,"goodwill":false,"ground":"withdrawal","status":"marked","status_on":"2026-03-25","origin":"desk","actor":"tester","marked_at":"2026-03-25T09:00:00Z","marked_on":"2026-03-25","asked_on":null,"settlement":{"from":"2026-03-26","by":"2026-04-01","basis":"marked","rule":"sepa 1-5"},"overdue":false,"cautions":[{"code":"notify_customer_first","message":"notify the customer first; otherwise they may also ask their bank to reverse the debit","on":null},{"code":"debit_may_still_bounce","message":"the debit can still bounce before Wed 2026-04-01; if it does after a refund, the money goes back twice; the import does not date the debit, so this may be up to 14 days later","on":"2026-04-01"},{"code":"chargeback_until","message":"until Mon 2026-05-18 the customer can have the bank reverse the debit without a reason, refunded or not; the import does not date the debit, so this may be up to 14 days later","on":"2026-05-18"},{"code":"period_defaulted","message":"the configuration has no return period for this product, so the default applies: 14 days","on":null}],"key":null,"reference":null,"platform_transaction_id":null,"replayed":false,"dry_run":true}}
    -- stderr --
    "#);
    assert_eq!(desk.everything(), before);
}

#[test]
fn a_dry_run_does_not_touch_the_file() {
    let desk = shop();
    let bytes = fs::read(desk.store()).unwrap();

    desk.quietly(&format!("refund {CARD} --reason returned --dry-run")).ok();

    assert_eq!(fs::read(desk.store()).unwrap(), bytes);
}

#[test]
fn a_serious_caution_must_be_accepted_by_name() {
    let desk = shop();

    assert_snapshot!(desk.quietly("refund 5a1e000000000002 --reason returned --yes").snapshot(), @"
    $ retour refund 5a1e000000000002 --reason returned --yes -q
    status: 4
    -- stdout --
    -- stderr --
    error[debit_may_still_bounce]: without a prompt, the caution must be accepted explicitly: --accept debit_may_still_bounce
      119.00 EUR of François Lefèvre <lefevre@example.com>, paid on Mon 2026-03-23
    hint: to accept it: retour refund 5a1e000000000002 --reason returned --yes -q --accept debit_may_still_bounce
    ");
    assert_snapshot!(desk.quietly("refund 5a1e000000000002 --reason returned --yes --accept debit_may_still_bounce --json").snapshot(), @r#"
    $ retour refund 5a1e000000000002 --reason returned --yes --accept debit_may_still_bounce --json -q
    status: 0
    -- stdout --
    {"schema_version":1,"refund":{"refund_id":"R-000001","transaction_id":"5a1e000000000002","order_id":"Sepa0002","customer":{"name":"François Lefèvre","email":"lefevre@example.com","country":"FR"},"amount":{"minor":11900,"currency":"EUR","text":"119.00 EUR"},"reason":"returned","note":null,"goodwill":false,"ground":"withdrawal","status":"marked","status_on":"2026-03-25","origin":"desk","actor":"tester","marked_at":"2026-03-25T09:00:00Z","marked_on":"2026-03-25","asked_on":null,"settlement":{"from":"2026-03-26","by":"2026-04-01","basis":"marked","rule":"sepa 1-5"},"overdue":false,"cautions":[{"code":"notify_customer_first","message":"notify the customer first; otherwise they may also ask their bank to reverse the debit","on":null},{"code":"debit_may_still_bounce","message":"the debit can still bounce before Wed 2026-04-01; if it does after a refund, the money goes back twice; the import does not date the debit, so this may be up to 14 days later","on":"2026-04-01"},{"code":"chargeback_until","message":"until Mon 2026-05-18 the customer can have the bank reverse the debit without a reason, refunded or not; the import does not date the debit, so this may be up to 14 days later","on":"2026-05-18"},{"code":"period_defaulted","message":"the configuration has no return period for this product, so the default applies: 14 days","on":null}],"key":null,"reference":null,"platform_transaction_id":null,"replayed":false,"dry_run":false}}
    -- stderr --
    "#);
    assert_snapshot!(desk.quietly("refund 5a1e000000000002 --reason returned --yes --accept nonsense").snapshot(), @"
    $ retour refund 5a1e000000000002 --reason returned --yes --accept nonsense -q
    status: 2
    -- stdout --
    -- stderr --
    error: invalid value 'nonsense' for '--accept <CODE>'
      [possible values: notify_customer_first, debit_may_still_bounce, chargeback_until, dispute_open, method_unknown, plan_continues, paypal_refundable_until, paypal_too_late, customer_may_not_have_paid, outside_period, withdrawal_may_apply, period_defaulted, legal_deadline, looks_repeated, same_file]

    For more information, try '--help'.
    ");
}

#[test]
fn goodwill_overrides_the_return_period_and_needs_a_note() {
    let desk = shop();

    assert_snapshot!(desk.quietly("refund 5a1e000000000003 --reason dissatisfied --goodwill --yes").snapshot(), @"
    $ retour refund 5a1e000000000003 --reason dissatisfied --goodwill --yes -q
    status: 2
    -- stdout --
    -- stderr --
    error: the following required arguments were not provided:
      --note <TEXT>

    Usage: retour refund --note <TEXT> --reason <REASON> --goodwill --yes --quiet <SALE>...

    For more information, try '--help'.
    ");
    assert_snapshot!(desk.quietly("refund 5a1e000000000003 --reason dissatisfied --goodwill --note Regular --yes").snapshot(), @"
    $ retour refund 5a1e000000000003 --reason dissatisfied --goodwill --note Regular --yes -q
    status: 0
    -- stdout --
    R-000001 is marked: 49.00 EUR of 5a1e000000000003 for Jörg Müller <mueller@example.org>. Nothing has been paid yet: carry it out on the platform, then run `retour refunds submit R-000001`.
    The money would arrive from Wed 2026-03-25 to Fri 2026-04-10, if carried out today.
    -- stderr --
    ");
    assert_snapshot!(desk.quietly("refund 5a1e000000000004 --reason dissatisfied --goodwill --note Regular --yes").snapshot(), @"
    $ retour refund 5a1e000000000004 --reason dissatisfied --goodwill --note Regular --yes -q
    status: 0
    -- stdout --
    R-000002 is marked: 19.90 EUR of 5a1e000000000004 for Zoë O’Connor <zoe@example.com>. Nothing has been paid yet: carry it out on the platform, then run `retour refunds submit R-000002`.
    The money would arrive from Wed 2026-03-25 to Fri 2026-04-10, if carried out today.
    -- stderr --
    ");
    assert_snapshot!(desk.quietly("refunds show R-000001").snapshot(), @"
    $ retour refunds show R-000001 -q
    status: 0
    -- stdout --
    refund    R-000001
    amount    49.00 EUR
    sale      5a1e000000000003
    order     Late0003
    customer  Jörg Müller <mueller@example.org>
    status    marked on Wed 2026-03-25 by tester
    expected  from Wed 2026-03-25 to Fri 2026-04-10, if carried out today
    origin    desk
    reason    dissatisfied
    ground    goodwill, outside the return period
    note      Regular
    caution   outside_period: the last day of the return period is Mon 2026-02-16
    caution   period_defaulted: the configuration has no return period for this product, so the default applies: 14 days
    -- stderr --
    ");
}

#[test]
fn goodwill_is_not_recorded_if_none_is_needed() {
    let desk = shop();

    let refund = desk.retour(&format!("refund {CARD} --reason returned --goodwill --note x --yes --json")).ok().json();

    assert_eq!(refund["refund"]["goodwill"], false);
}

#[test]
fn the_period_is_judged_on_the_day_the_customer_asked() {
    let desk = shop();

    assert_snapshot!(desk.quietly("refund 5a1e000000000003 --reason returned --asked-on 2026-02-16 --yes").snapshot(), @"
    $ retour refund 5a1e000000000003 --reason returned --asked-on 2026-02-16 --yes -q
    status: 0
    -- stdout --
    R-000001 is marked: 49.00 EUR of 5a1e000000000003 for Jörg Müller <mueller@example.org>. Nothing has been paid yet: carry it out on the platform, then run `retour refunds submit R-000001`.
    The money would arrive from Wed 2026-03-25 to Fri 2026-04-10, if carried out today.
    -- stderr --
    ");
    assert_eq!(desk.quietly(&format!("refund {LATE} --reason returned --asked-on 2026-02-17 --again --yes")).status, 4);
}

#[test]
fn an_order_identifies_its_only_refundable_payment() {
    let desk = shop();

    assert_snapshot!(desk.quietly("refund --order Card0001 --reason returned --yes").snapshot(), @"
    $ retour refund --order Card0001 --reason returned --yes -q
    status: 0
    -- stdout --
    R-000001 is marked: 49.00 EUR of 5a1e000000000001 for Anna Beispiel <anna@example.org>. Nothing has been paid yet: carry it out on the platform, then run `retour refunds submit R-000001`.
    The money would arrive from Wed 2026-03-25 to Fri 2026-04-10, if carried out today.
    -- stderr --
    ");
    assert_snapshot!(desk.quietly("refund --order Subs0005 --reason returned --yes").snapshot(), @"
    $ retour refund --order Subs0005 --reason returned --yes -q
    status: 5
    -- stdout --
    -- stderr --
    error[several_candidates]: 2 payments of order Subs0005 can be refunded
    hint: retour refund 5a1e000000000005
    hint: retour refund 5a1e000000000006
    ");
    desk.mark("5a1e000000000005");
    assert_snapshot!(desk.quietly("refund --order Subs0005 --reason returned --yes").snapshot(), @"
    $ retour refund --order Subs0005 --reason returned --yes -q
    status: 0
    -- stdout --
    R-000003 is marked: 29.00 EUR of 5a1e000000000006 for Łukasz Żak <lukasz@example.org>. Nothing has been paid yet: carry it out on the platform, then run `retour refunds submit R-000003`.
    The money would arrive from Wed 2026-03-25 to Fri 2026-04-10, if carried out today.
    -- stderr --
    ");
    assert_snapshot!(desk.quietly("refund --order Subs0005 --reason returned --yes").snapshot(), @"
    $ retour refund --order Subs0005 --reason returned --yes -q
    status: 4
    -- stdout --
    -- stderr --
    error[already_refunded]: 5a1e000000000006 is already fully refunded or marked for refund (paid 29.00 EUR)
      29.00 EUR of Łukasz Żak <lukasz@example.org>, paid on Sun 2026-03-22
    hint: retour transactions show 5a1e000000000006
    ");
    assert_snapshot!(desk.quietly("refund --order Nobody00 --reason returned --yes").snapshot(), @"
    $ retour refund --order Nobody00 --reason returned --yes -q
    status: 5
    -- stdout --
    -- stderr --
    error[unknown_order]: there is no order Nobody00 in the store
    hint: retour transactions search Nobody00
    ");
}

#[test]
fn a_key_gives_the_same_answer_again_whatever_happened_since() {
    let desk = shop();
    let line = format!("refund {CARD} --amount 20 --reason returned --key k1 --yes");
    let first = desk.quietly(&format!("{line} --json")).ok().json();

    assert_snapshot!(desk.quietly(&line).snapshot(), @"
    $ retour refund 5a1e000000000001 --amount 20 --reason returned --key k1 --yes -q
    status: 0
    -- stdout --
    Nothing new was recorded: key k1 was already used for R-000001. R-000001 is marked: 20.00 EUR of 5a1e000000000001 for Anna Beispiel <anna@example.org>. Nothing has been paid yet: carry it out on the platform, then run `retour refunds submit R-000001`.
    The money would arrive from Wed 2026-03-25 to Fri 2026-04-10, if carried out today.
    -- stderr --
    ");
    desk.retour("refunds submit R-000001").ok();
    let mut again = desk.quietly(&format!("{line} --json")).ok().json();
    assert_eq!((&again["refund"]["replayed"], &again["refund"]["status"]), (&true.into(), &"submitted".into()));
    for field in ["replayed", "status", "settlement", "cautions"] {
        again["refund"][field] = first["refund"][field].clone();
    }
    assert_eq!(again, first);
    assert_eq!(recorded(&desk).lines().count(), 1);
}

#[test]
fn an_amount_under_a_key_is_the_amount_as_asked() {
    let desk = shop();
    desk.retour(&format!("refund {CARD} --reason returned --key all --yes")).ok();

    assert_eq!(desk.quietly(&format!("refund {CARD} --reason returned --key all --yes")).status, 0);
    assert_snapshot!(desk.quietly(&format!("refund {CARD} --amount 49 --reason returned --key all --yes")).snapshot(), @"
    $ retour refund 5a1e000000000001 --amount 49 --reason returned --key all --yes -q
    status: 4
    -- stdout --
    -- stderr --
    error[key_conflict]: key all was already used for all that was left (R-000001, returned) of 5a1e000000000001
      49.00 EUR of Anna Beispiel <anna@example.org>, paid on Fri 2026-03-20
    hint: use another --key for another refund
    ");
}

#[test]
fn two_keys_allow_two_equal_refunds() {
    let desk = shop();
    desk.retour(&format!("refund {CARD} --amount 10 --reason returned --key a --yes")).ok();

    desk.retour(&format!("refund {CARD} --amount 10 --reason returned --key b --yes")).ok();

    assert_snapshot!(recorded(&desk), @"
    R-000001,5a1e000000000001,10.00,marked,returned,a
    R-000002,5a1e000000000001,10.00,marked,returned,b
    ");
}

#[test]
fn without_a_prompt_the_confirmation_must_be_given_in_advance() {
    let desk = shop();
    let before = desk.everything();

    assert_snapshot!(desk.quietly("refund 5a1e000000000001 --reason returned").snapshot(), @"
    $ retour refund 5a1e000000000001 --reason returned -q
    status: 7
    -- stdout --
    -- stderr --
    error[not_confirmed]: not confirmed: prompting is not possible, and nothing was recorded
    hint: confirm in advance: retour refund 5a1e000000000001 --reason returned -q --yes
    hint: or only show the plan: retour refund 5a1e000000000001 --reason returned -q --dry-run
    ");
    assert_snapshot!(desk.quietly("refund 5a1e000000000001 --reason returned --json").snapshot(), @r#"
    $ retour refund 5a1e000000000001 --reason returned --json -q
    status: 7
    -- stdout --
    -- stderr --
    {"error":{"code":"not_confirmed","hints":["confirm in advance: retour refund 5a1e000000000001 --reason returned --json -q --yes","or only show the plan: retour refund 5a1e000000000001 --reason returned --json -q --dry-run"],"message":"not confirmed: prompting is not possible, and nothing was recorded","recorded":false}}
    "#);
    let typed = desk.run_with(["refund", CARD, "--reason", "returned", "-q"], |call| {
        call.stdin("y\n");
    });
    assert_eq!(typed.status, 7);
    assert_eq!(desk.everything(), before);
}

#[test]
fn without_a_prompt_a_missing_sale_or_reason_is_a_usage_error() {
    let desk = shop();

    assert_snapshot!(desk.quietly("refund --reason returned --yes").snapshot(), @"
    $ retour refund --reason returned --yes -q
    status: 2
    -- stdout --
    -- stderr --
    error: no sale was given, and prompting is not possible
    hint: retour refund SALE --reason customer-request --yes
    ");
    assert_snapshot!(desk.quietly("refund 5a1e000000000001 --yes").snapshot(), @"
    $ retour refund 5a1e000000000001 --yes -q
    status: 2
    -- stdout --
    -- stderr --
    error: a refund needs a reason, and prompting is not possible
    hint: retour refund 5a1e000000000001 --yes -q --reason customer-request
    hint: retour refund 5a1e000000000001 --yes -q --reason out-of-stock
    hint: retour refund 5a1e000000000001 --yes -q --reason returned
    hint: retour refund 5a1e000000000001 --yes -q --reason dissatisfied
    ");
    assert_snapshot!(desk.quietly("refund anna --reason returned --yes").snapshot(), @"
    $ retour refund anna --reason returned --yes -q
    status: 5
    -- stdout --
    -- stderr --
    error[unknown_sale]: there is no transaction anna in the store
    hint: retour transactions search anna
    ");
    assert_snapshot!(desk.quietly("refund 5a1e000000000001 --reason because --yes").snapshot(), @"
    $ retour refund 5a1e000000000001 --reason because --yes -q
    status: 2
    -- stdout --
    -- stderr --
    error: invalid value 'because' for '--reason <REASON>'
      [possible values: customer-request, out-of-stock, returned, dissatisfied]

    For more information, try '--help'.
    ");
    assert_snapshot!(desk.quietly("refund 5a1e000000000001 --reason returned --asked-on yesterday --yes").snapshot(), @"
    $ retour refund 5a1e000000000001 --reason returned --asked-on yesterday --yes -q
    status: 2
    -- stdout --
    -- stderr --
    error: invalid value 'yesterday' for '--asked-on <DATE>': a day is written as 2026-03-25

    For more information, try '--help'.
    ");
}

#[test]
fn the_reason_can_be_configured() {
    let desk = shop();
    desk.config("default_reason = \"dissatisfied\"\n");

    let refund = desk.retour(&format!("refund {CARD} --yes --json")).ok().json();

    assert_eq!(refund["refund"]["reason"], "dissatisfied");
}

#[test]
fn a_refusal_is_data_in_json() {
    assert_snapshot!(shop().quietly("refund 5a1e000000000003 --reason returned --yes --json").snapshot(), @r#"
    $ retour refund 5a1e000000000003 --reason returned --yes --json -q
    status: 4
    -- stdout --
    -- stderr --
    {"error":{"code":"period_expired","facts":["49.00 EUR of Jörg Müller <mueller@example.org>, paid on Mon 2026-02-02","counted from the order's first payment"],"hints":["to refund anyway: retour refund 5a1e000000000003 --reason returned --yes --json -q --goodwill --note \"why\""],"left":{"currency":"EUR","minor":4900,"text":"49.00 EUR"},"message":"the return period of 14 days, counted from 2026-02-02, ended on 2026-02-16","recorded":false,"transaction_id":"5a1e000000000003"}}
    "#);
    assert_snapshot!(shop().quietly("refund 5a1e000000000001 --amount 1,250 --reason returned --yes --json").snapshot(), @r#"
    $ retour refund 5a1e000000000001 --amount 1,250 --reason returned --yes --json -q
    status: 4
    -- stdout --
    -- stderr --
    {"error":{"code":"bad_amount","facts":["49.00 EUR of Anna Beispiel <anna@example.org>, paid on Fri 2026-03-20"],"hints":["if you mean this: retour refund 5a1e000000000001 --reason returned --yes --json -q --amount 1250.00","if you mean this: retour refund 5a1e000000000001 --reason returned --yes --json -q --amount 1.25"],"left":{"currency":"EUR","minor":4900,"text":"49.00 EUR"},"message":"`1,250` is ambiguous: the separator could mark thousands or decimals","recorded":false,"transaction_id":"5a1e000000000001"}}
    "#);
}

#[cfg(target_os = "linux")]
#[test]
fn a_refund_whose_answer_is_lost_says_that_it_was_recorded() {
    let desk = shop();
    let full = || fs::OpenOptions::new().write(true).open("/dev/full").unwrap();

    let ended = desk.command(["refund", CARD, "--reason", "returned", "--yes", "-q"]).stdout(full()).output().unwrap();

    assert_eq!(ended.status.code(), Some(8));
    assert_snapshot!(String::from_utf8_lossy(&ended.stderr), @"
    error[undelivered]: R-000001 was recorded, but the answer could not be delivered: No space left on device (os error 28)
    hint: see it: retour refunds list
    ");
    assert_eq!(recorded(&desk).lines().count(), 1);

    let ended =
        desk.command(["refund", SEPA, "--reason", "returned", "--dry-run", "-q"]).stdout(full()).output().unwrap();
    assert_eq!(ended.status.code(), Some(1));
    assert_snapshot!(String::from_utf8_lossy(&ended.stderr), @"error[undelivered]: the answer could not be written: No space left on device (os error 28)");

    let ended = desk.command(["refunds", "submit", "R-000001", "-q", "--json"]).stdout(full()).output().unwrap();
    assert_eq!(ended.status.code(), Some(8));
    assert_snapshot!(String::from_utf8_lossy(&ended.stderr), @r#"{"error":{"code":"undelivered","hints":["see it: retour refunds list"],"message":"the change was recorded, but the answer could not be delivered: No space left on device (os error 28)","recorded":true}}"#);
}

#[test]
fn a_closed_pipe_ends_the_answer_quietly() {
    let desk = shop();
    for line in ["transactions search --json --all", "refund 5a1e000000000001 --reason returned --yes -q"] {
        let mut child = desk
            .command(line.split(' '))
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        drop(child.stdout.take());
        let ended = child.wait_with_output().unwrap();

        let said =
            String::from_utf8_lossy(&ended.stderr).lines().filter(|line| !line.starts_with("note: the clock")).count();
        assert_eq!((ended.status.code(), said), (Some(0), 0), "{line}: {}", String::from_utf8_lossy(&ended.stderr));
    }
}

#[test]
fn the_window_is_counted_over_weekends_and_holidays() {
    let days = [
        ("2026-03-27T10:00:00+01:00", "a Friday"),
        ("2026-03-28T10:00:00+01:00", "a Saturday"),
        ("2026-03-28T23:30:00+01:00", "half an hour before midnight"),
        ("2026-03-28T23:30:00Z", "after midnight in Berlin"),
        ("2026-04-02T10:00:00+02:00", "the day before Good Friday"),
        ("2026-04-03T10:00:00+02:00", "Good Friday"),
        ("2026-04-30T10:00:00+02:00", "the day before 1 May"),
        ("2026-12-23T10:00:00+01:00", "two days before Christmas"),
        ("2026-12-31T10:00:00+01:00", "New Year's Eve"),
        ("2028-02-28T10:00:00+01:00", "the day before a leap day"),
    ];
    let lines: Vec<String> = days
        .iter()
        .map(|(now, day)| {
            let window = |sale: &str| {
                let line = format!("refund {sale} --reason returned --goodwill --note x --dry-run --json");
                let settlement = shop().at(now).quietly(&line).ok().json()["refund"]["settlement"].clone();
                format!("{} to {}", settlement["from"].as_str().unwrap(), settlement["by"].as_str().unwrap())
            };
            format!("{day:<30} sepa {}  card {}", window(SEPA), window(CARD))
        })
        .collect();

    assert_snapshot!(lines.join("\n"), @"
    a Friday                       sepa 2026-03-30 to 2026-04-07  card 2026-03-27 to 2026-04-14
    a Saturday                     sepa 2026-03-30 to 2026-04-07  card 2026-03-28 to 2026-04-14
    half an hour before midnight   sepa 2026-03-30 to 2026-04-07  card 2026-03-28 to 2026-04-14
    after midnight in Berlin       sepa 2026-03-30 to 2026-04-07  card 2026-03-29 to 2026-04-14
    the day before Good Friday     sepa 2026-04-07 to 2026-04-13  card 2026-04-02 to 2026-04-20
    Good Friday                    sepa 2026-04-07 to 2026-04-13  card 2026-04-03 to 2026-04-20
    the day before 1 May           sepa 2026-05-04 to 2026-05-08  card 2026-04-30 to 2026-05-15
    two days before Christmas      sepa 2026-12-24 to 2026-12-31  card 2026-12-23 to 2027-01-08
    New Year's Eve                 sepa 2027-01-04 to 2027-01-08  card 2026-12-31 to 2027-01-15
    the day before a leap day      sepa 2028-02-29 to 2028-03-06  card 2028-02-28 to 2028-03-13
    ");
}

#[test]
fn a_real_sepa_payment_is_marked_with_both_dates_and_its_cautions() {
    let desk = rehearsal();
    desk.write("ipn.json", crate::shop::data("ipn-object.json"));
    desk.retour("import ipn.json").ok();

    assert_snapshot!(desk.quietly("refund 1d00000000000001 --reason customer-request --yes --accept debit_may_still_bounce").snapshot(), @"
    $ retour refund 1d00000000000001 --reason customer-request --yes --accept debit_may_still_bounce -q
    status: 0
    -- stdout --
    R-000001 is marked: 119.00 EUR of 1d00000000000001 for Anna Beispiel <anna@example.org>. Nothing has been paid yet: carry it out on the platform, then run `retour refunds submit R-000001`.
    The money would arrive from Thu 2026-03-26 to Wed 2026-04-01, if carried out today.
    Notify the customer first: `retour notice R-000001` writes the message.
    -- stderr --
    ");
    assert_snapshot!(desk.quietly("refunds show R-000001").snapshot(), @"
    $ retour refunds show R-000001 -q
    status: 0
    -- stdout --
    refund    R-000001
    amount    119.00 EUR
    sale      1d00000000000001
    order     Ipn00001
    customer  Anna Beispiel <anna@example.org>
    status    marked on Wed 2026-03-25 by tester
    expected  from Thu 2026-03-26 to Wed 2026-04-01, if carried out today
    origin    desk
    reason    customer-request
    ground    withdrawal, within the 14 days by law
    caution   notify_customer_first: notify the customer first; otherwise they may also ask their bank to reverse the debit
    CAUTION   debit_may_still_bounce: the debit can still bounce before Tue 2026-03-31; if it does after a refund, the money goes back twice
    caution   chargeback_until: until Fri 2026-05-15 the customer can have the bank reverse the debit without a reason, refunded or not
    caution   period_defaulted: the configuration has no return period for this product, so the default applies: 14 days
    -- stderr --
    ");
}

#[test]
fn an_old_test_payment_is_found_by_every_field_and_never_refunded() {
    let desk = rehearsal();
    desk.write("ipn.json", crate::shop::data("ipn-test-2020.json"));
    desk.retour("import ipn.json").ok();

    for query in ["7e57000000000001", "Te5tOrd1", "12345678", "petra probe", "probe@example.org"] {
        let found = desk.run(["transactions", "search", "--test", "--count", query]);
        assert_eq!(found.ok().stdout(), "1\n", "{query}");
        assert_eq!(desk.run(["transactions", "search", "--count", query]).ok().stdout(), "0\n", "{query}");
    }
    assert_snapshot!(desk.quietly("refund 7e57000000000001 --reason returned --yes --json").snapshot(), @r#"
    $ retour refund 7e57000000000001 --reason returned --yes --json -q
    status: 4
    -- stdout --
    -- stderr --
    {"error":{"code":"test_payment","facts":["100.00 EUR of Petra Probe <probe@example.org>, paid on Tue 2020-01-14"],"hints":[],"left":{"currency":"EUR","minor":10000,"text":"100.00 EUR"},"message":"7e57000000000001 is a test payment: no money was taken","recorded":false,"transaction_id":"7e57000000000001"}}
    "#);
}
