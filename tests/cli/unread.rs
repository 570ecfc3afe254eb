//! Unread reports: a row that says that money went back and cannot be taken blocks its sale until it is settled.

use crate::harness::Desk;
use serde_json::Value;

const SALES: &str = "transaction_id,order_id,kind,status,amount,currency,paid_at\n\
                     s1,o1,sale,paid,49.00,EUR,2026-03-20\n\
                     s2,o2,sale,paid,30.00,EUR,2026-03-20\n\
                     p1,o1,refund,succeeded,10.00,EUR,2026-03-22\n";

/// The refund p1 again, with another amount.
const CONTRADICTION: &str = "transaction_id,order_id,kind,status,amount,currency,paid_at\n\
                             p1,o1,refund,succeeded,20.00,EUR,2026-03-22\n";

fn desk() -> Desk {
    let desk = Desk::new();
    desk.run(["init"]).ok();
    desk.write("sales.csv", SALES);
    desk.write("more.csv", CONTRADICTION);
    desk.run(["import", "sales.csv"]).ok();
    desk
}

fn blocked() -> Desk {
    let desk = desk();
    desk.run(["import", "more.csv"]).exit(3);
    desk
}

fn json(text: &str) -> Value {
    serde_json::from_str(text).expect("JSON")
}

#[test]
fn an_import_that_leaves_a_report_open_says_so_and_exits_3() {
    let desk = desk();
    insta::assert_snapshot!(desk.run(["import", "more.csv", "--rejects", "rejects.jsonl"]).exit(3).snapshot(), @"
    $ retour import more.csv --rejects rejects.jsonl
    status: 3
    -- stdout --
    1 row read: 1 rejected.
      more.csv:2: amount: amount is 10.00 EUR in the store and 20.00 EUR here; it never changes (conflicts)
    1 unread report: money may have gone back, and the sales it may belong to are blocked until it is matched.
      U-000001: 20.00 EUR on 2026-03-22, order o1 (more.csv:2)
      decide: retour refunds match U-000001
    -- stderr --
    note: the clock is fixed at 2026-03-25T09:00:00Z (RETOUR_NOW): today is 2026-03-25
    ");
    let rejects = std::fs::read_to_string(desk.path("rejects.jsonl")).expect("the rejects");
    assert_eq!(json(&rejects)["unread"], "U-000001");
    desk.run(["import", "more.csv", "--quiet"]).exit(3);
    let again = desk.run(["import", "more.csv", "--json"]);
    insta::assert_snapshot!(json(again.exit(3).stdout())["unread"], @r#"[{"amount":{"currency":"EUR","minor":2000,"text":"20.00 EUR"},"code":"conflicts","file":"more.csv","line":2,"message":"`amount` differs from what the store has","order_id":"o1","reported_on":"2026-03-22","settled_by":null,"transaction_id":"p1","unread_id":"U-000001"}]"#);
    let events = desk.run(["events", "list", "--kind", "unread_reported", "--json"]);
    assert_eq!(json(events.ok().stdout())["events"].as_array().map(Vec::len), Some(1));
}

#[test]
fn its_sale_is_refused_and_the_report_is_due() {
    let desk = blocked();
    insta::assert_snapshot!(desk.run(["refund", "s1", "--dry-run", "--reason", "returned"]).exit(4).snapshot(), @"
    $ retour refund s1 --dry-run --reason returned
    status: 4
    -- stdout --
    -- stderr --
    note: the clock is fixed at 2026-03-25T09:00:00Z (RETOUR_NOW): today is 2026-03-25
    error[unmatched_refund]: U-000001 says that money went back, perhaps of this sale: 20.00 EUR on 2026-03-22, order o1 (more.csv:2)
      49.00 EUR of unknown, paid on Fri 2026-03-20
    hint: match it first: retour refunds match U-000001
    ");
    desk.run(["refund", "s2", "--dry-run", "--reason", "returned"]).ok();
    insta::assert_snapshot!(desk.run(["refunds", "due"]).ok().snapshot(), @"
    $ retour refunds due
    status: 0
    -- stdout --
    DUE     SINCE OR BY  REFUND    CUSTOMER     AMOUNT  NEXT                           ALSO  WHAT TO DO
    ──────────────────────────────────────────────────────────────────────────────────────────────────────────────────────────────────────────────
    unread  2026-03-22   U-000001            20.00 EUR  retour refunds match U-000001        see more.csv:2; match it: until then it blocks 1 sale
    -- stderr --
    note: the clock is fixed at 2026-03-25T09:00:00Z (RETOUR_NOW): today is 2026-03-25
    ");
    let due = json(desk.run(["refunds", "due", "--json"]).ok().stdout())["refunds"][0].clone();
    assert_eq!((&due["due"]["code"], &due["due"]["candidates"][0]), (&"unread".into(), &"s1".into()));
    assert_eq!(due["due"]["unread"]["unread_id"], "U-000001");
    insta::assert_snapshot!(desk.run(["refunds", "match", "U-000001"]).ok().snapshot(), @"
    $ retour refunds match U-000001
    status: 0
    -- stdout --
    U-000001, open: 20.00 EUR on 2026-03-22, order o1 (more.csv:2). `amount` differs from what the store has (conflicts).
      s1: a sale of 49.00 EUR, paid on Fri 2026-03-20, 39.00 EUR left
    decide: retour refunds match U-000001 REFUND|SALE, or --none --note TEXT
    -- stderr --
    note: the clock is fixed at 2026-03-25T09:00:00Z (RETOUR_NOW): today is 2026-03-25
    ");
}

#[test]
fn one_command_settles_it_and_the_same_file_then_exits_0() {
    let desk = blocked();
    insta::assert_snapshot!(desk.run(["refunds", "match", "U-000001", "--none"]).exit(2).snapshot(), @r#"
    $ retour refunds match U-000001 --none
    status: 2
    -- stdout --
    -- stderr --
    error[note_needed]: to settle an unread report to no sale, say why
    hint: retour refunds match U-000001 --none --note "why"
    "#);
    desk.run(["refunds", "match", "U-000001", "--none", "--note", "p1 is right"]).ok();
    desk.run(["import", "more.csv"]).ok();
    desk.run(["import", "more.csv", "--strict"]).ok();
    desk.run(["refund", "s1", "--dry-run", "--reason", "returned"]).ok();
    desk.run(["refunds", "match", "U-000001", "--undo"]).ok();
    desk.run(["refund", "s1", "--dry-run", "--reason", "returned"]).exit(4);
    desk.run(["store", "check"]).ok();
}

#[test]
fn matched_to_a_sale_it_is_a_platform_refund_of_it() {
    let desk = blocked();
    insta::assert_snapshot!(desk.run(["refunds", "match", "U-1", "s1"]).ok().snapshot(), @"
    $ retour refunds match U-1 s1
    status: 0
    -- stdout --
    U-000001 now counts as a platform refund of 39.00 EUR of s1.
    U-000001 is a platform refund, succeeded.
    -- stderr --
    note: the clock is fixed at 2026-03-25T09:00:00Z (RETOUR_NOW): today is 2026-03-25
    note: the report says 20.00 EUR; to count that: retour refunds match U-000001 s1 --amount 20.00
    ");
    insta::assert_snapshot!(desk.run(["refunds", "match", "U-1", "s1", "--amount", "20", "--json"]).ok().snapshot(), @r#"
    $ retour refunds match U-1 s1 --amount 20 --json
    status: 0
    -- stdout --
    {"schema_version":1,"match":{"moved":[],"unread":{"amount":{"currency":"EUR","minor":2000,"text":"20.00 EUR"},"code":"conflicts","file":"more.csv","line":2,"message":"`amount` differs from what the store has","order_id":"o1","reported_on":"2026-03-22","settled_by":"s1","transaction_id":"p1","unread_id":"U-000001"}}}
    -- stderr --
    note: the clock is fixed at 2026-03-25T09:00:00Z (RETOUR_NOW): today is 2026-03-25
    "#);
    insta::assert_snapshot!(desk.run(["refunds", "list", "--sale", "s1"]).ok().snapshot(), @"
    $ retour refunds list --sale s1
    status: 0
    -- stdout --
    REFUND    SALE  ORDER  CUSTOMER     AMOUNT  STATUS     MARKED  ARRIVES FROM  ARRIVES BY  REASON  GROUND
    ───────────────────────────────────────────────────────────────────────────────────────────────────────
    p1        s1    o1               10.00 EUR  succeeded          2026-03-22    2026-04-07
    U-000001  s1    o1               20.00 EUR  succeeded          2026-03-22    2026-04-07
    -- stderr --
    note: the clock is fixed at 2026-03-25T09:00:00Z (RETOUR_NOW): today is 2026-03-25
    ");
    let shown = json(desk.run(["transactions", "search", "s1", "--json"]).ok().stdout());
    assert_eq!(shown["transactions"][0]["refundable"]["left"]["minor"], 1900);
    desk.run(["refunds", "show", "U-000001"]).ok();
    insta::assert_snapshot!(desk.run(["notice", "U-000001", "--lang", "en"]).snapshot(), @"
    $ retour notice U-000001 --lang en
    status: 4
    -- stdout --
    -- stderr --
    note: the clock is fixed at 2026-03-25T09:00:00Z (RETOUR_NOW): today is 2026-03-25
    error[unread_report]: U-000001 is a report that could not be read: there is no refund to write a message about
    hint: retour refunds show U-000001
    ");
}

#[test]
fn matched_to_a_refund_it_confirms_it() {
    let desk = desk();
    desk.run(["refund", "s1", "--amount", "20", "--reason", "returned", "--yes"]).ok();
    desk.run(["import", "more.csv"]).exit(3);
    insta::assert_snapshot!(desk.run(["refunds", "match", "U-000001", "R-000001"]).ok().snapshot(), @"
    $ retour refunds match U-000001 R-000001
    status: 0
    -- stdout --
    U-000001 now confirms R-000001.
    R-000001 was marked and is now succeeded.
    -- stderr --
    note: the clock is fixed at 2026-03-25T09:00:00Z (RETOUR_NOW): today is 2026-03-25
    ");
    let refund = desk.run(["refunds", "show", "R-1", "--json"]);
    assert_eq!(json(refund.ok().stdout())["refund"]["status"], "succeeded");
}

#[test]
fn a_decision_that_is_not_possible_says_why() {
    let desk = blocked();
    for (arguments, exit) in [
        (vec!["U-000009", "s1"], 5),
        (vec!["U-000001", "s2"], 4),
        (vec!["U-000001", "p1"], 4),
        (vec!["U-000001", "s1", "--amount", "20 USD"], 4),
        (vec!["p1", "s1", "--amount", "20"], 2),
    ] {
        let all = ["refunds", "match"].into_iter().chain(arguments);
        desk.run(all).exit(exit);
    }
}

#[test]
fn all_open_reports_of_an_import_are_settled_after_their_number_was_given() {
    let desk = blocked();
    let none = ["refunds", "match", "--import", "4", "--none", "--note", "checked"];
    insta::assert_snapshot!(desk.run(none).exit(7).snapshot(), @"
    $ retour refunds match --import 4 --none --note checked
    status: 7
    -- stdout --
    -- stderr --
    note: the clock is fixed at 2026-03-25T09:00:00Z (RETOUR_NOW): today is 2026-03-25
    error[not_confirmed]: not confirmed: prompting is not possible, and nothing was recorded
    hint: give their number: retour refunds match --import 4 --none --note checked --expect-count 1
    ");
    desk.run(none.into_iter().chain(["--expect-count", "2"])).exit(4);
    desk.run(none.into_iter().chain(["--expect-count", "1"])).ok();
    desk.run(none.into_iter().chain(["--expect-count", "1"])).exit(5);
    desk.run(["refund", "s1", "--dry-run", "--reason", "returned"]).ok();
}

#[test]
fn a_dry_run_reports_and_keeps_nothing() {
    let desk = desk();
    desk.run(["import", "more.csv", "--dry-run"]).exit(3);
    desk.run(["import", "more.csv", "--strict"]).exit(4);
    desk.run(["refund", "s1", "--dry-run", "--reason", "returned"]).ok();
}
