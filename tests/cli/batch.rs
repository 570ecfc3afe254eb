//! Batches are safe in scripts: all lines or none are recorded, and the same command again is harmless.

use crate::harness::{Desk, Outcome};
use insta::assert_snapshot;
use serde_json::Value;
use std::process::Stdio;

/// A rehearsal store with this number of sales of 10.00 EUR, paid by card on Friday 20 March 2026.
fn with_sales(count: usize) -> Desk {
    let desk = Desk::new();
    desk.run(["init"]).ok();
    let mut csv = "transaction_id,order_id,product_id,amount,currency,method,status,paid_at\n".to_owned();
    for n in 1..=count {
        csv.push_str(&format!("{},Ord{n:05},e232d769,10.00,EUR,card,paid,2026-03-20\n", sale(n)));
    }
    desk.write("sales.csv", csv);
    desk.run(["import".into(), desk.path("sales.csv").into_os_string()]).ok();
    desk
}

fn sale(n: usize) -> String {
    format!("{:016x}", 0xaaaa_0000_0000_0000_u64 + n as u64)
}

/// Runs a batch from the file under a name, with further options.
fn batch(desk: &Desk, name: &str, file: &str, options: &[&str]) -> Outcome {
    let path = desk.path(file).into_os_string();
    let mut args = vec!["refund".into(), "--from-file".into(), path, "--reference".into(), name.into()];
    args.extend(["--reason", "returned", "--json", "-q"].map(Into::into));
    args.extend(options.iter().map(Into::into));
    desk.run(args)
}

fn agreed(total: &str) -> [&str; 3] {
    ["--yes", "--expect-total", total]
}

fn recorded(desk: &Desk) -> usize {
    desk.run(["refunds", "list", "--json", "-q"]).json()["refunds"].as_array().unwrap().len()
}

fn outcomes(outcome: &Outcome) -> Vec<String> {
    let items = outcome.json();
    let items = items["items"].as_array().unwrap();
    let word = |item: &Value| {
        let code = item["code"].as_str().map(|code| format!(" {code}")).unwrap_or_default();
        format!("{} {}{code}", item["line"], item["outcome"].as_str().unwrap())
    };
    items.iter().map(word).collect()
}

fn is_sound(desk: &Desk) {
    desk.run(["store", "check", "-q"]).ok();
}

#[test]
fn the_plan_is_shown_then_recorded_and_the_same_command_again_records_nothing() {
    let desk = with_sales(3);
    desk.write("list", format!("# the March course\n{}\n{}\n\n{}\n", sale(1), sale(2), sale(3)));
    let plan = batch(&desk, "march", "list", &["--dry-run"]);
    let plan = plan.ok().json();
    assert_eq!((&plan["outcome"], &plan["totals"][0]["text"]), (&"dry_run".into(), &"30.00 EUR".into()));
    assert_eq!(recorded(&desk), 0);

    let first = batch(&desk, "march", "list", &agreed("30.00 EUR"));
    assert_eq!(outcomes(first.ok()), ["2 recorded", "3 recorded", "5 recorded"]);
    let again = batch(&desk, "march", "list", &agreed("30.00 EUR"));
    assert_eq!(outcomes(again.ok()), ["2 replayed", "3 replayed", "5 replayed"]);
    assert_eq!(again.json()["counts"], serde_json::json!({"lines":3,"recorded":0,"replayed":3,"refused":0}));
    assert_eq!(recorded(&desk), 3);
    is_sound(&desk);
}

#[test]
fn a_longer_copy_of_the_file_records_only_what_is_new() {
    let desk = with_sales(3);
    desk.write("list", format!("{}\n", sale(1)));
    batch(&desk, "march", "list", &agreed("10.00 EUR")).ok();
    desk.write("list", format!("{}\n{}\n", sale(1), sale(2)));
    let longer = batch(&desk, "march", "list", &agreed("20.00 EUR"));
    assert_eq!(outcomes(longer.ok()), ["1 replayed", "2 recorded"]);
}

#[test]
fn a_job_that_reuses_a_batch_name_is_refused() {
    let desk = with_sales(2);
    desk.write("list.csv", format!("transaction_id,amount\n{},4.00\n", sale(1)));
    batch(&desk, "monthly", "list.csv", &agreed("4.00 EUR")).ok();
    desk.write("list.csv", format!("transaction_id,amount\n{},5.00\n{},5.00\n", sale(1), sale(2)));
    let reused = batch(&desk, "monthly", "list.csv", &agreed("10.00 EUR"));
    assert_eq!(outcomes(reused.exit(4)), ["2 refused key_conflict", "3 planned"]);
    assert_snapshot!(reused.json()["items"][0]["message"].as_str().unwrap(), @"this line was already recorded under this reference as 4.00 EUR (R-000001, returned) of aaaa000000000001");
    assert_eq!(recorded(&desk), 1);
}

#[test]
fn a_refund_that_failed_at_the_platform_is_not_paid_again_under_the_same_name() {
    let desk = with_sales(2);
    desk.write("list", format!("{}\n{}\n", sale(1), sale(2)));
    batch(&desk, "march", "list", &agreed("20.00 EUR")).ok();
    desk.run(["refunds", "fail", "R-1", "-q"]).ok();
    let listed_again = batch(&desk, "march", "list", &agreed("10.00 EUR"));
    assert_eq!(outcomes(listed_again.exit(4)), ["1 refused key_spent", "2 replayed"]);
    let accepted = ["--yes", "--expect-total", "10.00 EUR", "--skip-refused", "--accept", "same_file"];
    let retried = batch(&desk, "march-retry", "list", &accepted);
    assert_eq!(outcomes(retried.exit(3)), ["1 recorded", "2 refused already_refunded"]);
    is_sound(&desk);
}

#[test]
fn two_similar_lines_of_one_file_need_their_own_keys() {
    let desk = with_sales(1);
    let lines = format!("transaction_id,amount,key\n{0},4.00,\n{0},4.00,\n", sale(1));
    desk.write("list.csv", lines);
    let refused = batch(&desk, "march", "list.csv", &agreed("8.00 EUR"));
    assert_eq!(outcomes(refused.exit(4)), ["2 planned", "3 refused looks_repeated"]);
    assert_snapshot!(refused.json()["items"][1]["message"].as_str().unwrap(), @"line 2 already asks for 4.00 EUR of this sale");
    let lines = format!("transaction_id,amount,key\n{0},4.00,first\n{0},4.00,second\n", sale(1));
    desk.write("list.csv", lines);
    let meant = batch(&desk, "march", "list.csv", &agreed("8.00 EUR"));
    assert_eq!(outcomes(meant.ok()), ["2 recorded", "3 recorded"]);
}

#[test]
fn every_line_is_planned_after_the_lines_before_it() {
    let desk = with_sales(1);
    desk.write("list.csv", format!("transaction_id,amount\n{0},6.00\n{0},5.00\n", sale(1)));
    let refused = batch(&desk, "march", "list.csv", &agreed("11.00 EUR"));
    assert_eq!(outcomes(refused.exit(4)), ["2 planned", "3 refused exceeds_refundable"]);
    assert_eq!(recorded(&desk), 0);
}

#[test]
fn answers_numbers_and_events_follow_the_order_of_the_file() {
    let desk = with_sales(3);
    let unknown = "ffff000000000000";
    let lines = [sale(3), unknown.to_owned(), sale(1), sale(3), sale(2)];
    let amounts = ["4.00", "1.00", "10.00", "6.00", "10.00"];
    let rows: Vec<String> = lines.iter().zip(amounts).map(|(sale, sum)| format!("{sale},{sum}\n")).collect();
    desk.write("list.csv", format!("transaction_id,amount\n{}", rows.concat()));
    let done = batch(&desk, "march", "list.csv", &["--skip-refused", "--yes", "--expect-total", "30.00 EUR"]);
    let expected = ["2 recorded", "3 refused unknown_sale", "4 recorded", "5 recorded", "6 recorded"];
    assert_eq!(outcomes(done.exit(3)), expected);
    let items = done.json();
    let numbers: Vec<&str> =
        items["items"].as_array().unwrap().iter().filter_map(|item| item["refund"]["refund_id"].as_str()).collect();
    assert_eq!(numbers, ["R-000001", "R-000002", "R-000003", "R-000004"]);
    // The answer equals what the store has, field by field.
    let listed = desk.run(["refunds", "list", "--json", "-q"]).json();
    for item in items["items"].as_array().unwrap().iter().filter(|item| item["outcome"] == "recorded") {
        assert!(listed["refunds"].as_array().unwrap().contains(&item["refund"]), "{item}");
    }
    let events = desk.run(["events", "list", "--format", "jsonl"]).json_lines();
    let marked: Vec<&str> = events
        .iter()
        .filter(|event| event["kind"] == "refund_marked")
        .filter_map(|event| event["refund_id"].as_str())
        .collect();
    assert!(marked == numbers || marked.iter().rev().eq(numbers.iter()), "{marked:?}");
    is_sound(&desk);
}

#[test]
fn one_refused_line_stops_the_batch_and_skipping_records_the_others() {
    let desk = with_sales(2);
    desk.write("list", format!("{}\nnobody\n{}\n", sale(1), sale(2)));
    let stopped = batch(&desk, "march", "list", &agreed("20.00 EUR"));
    assert_eq!(stopped.exit(4).json()["outcome"], "refused");
    assert_eq!(outcomes(&stopped), ["1 planned", "2 refused unknown_sale", "3 planned"]);
    let said = stopped.stderr();
    assert!(
        said.starts_with(
            r#"{"error":{"code":"batch_refused","hints":["fix these lines, or record the others: retour refund"#
        ),
        "{said}"
    );
    assert!(
        said.contains(
            r#" --skip-refused"],"message":"1 line is refused, and nothing was recorded","recorded":false,"refused":1}"#
        ),
        "{said}"
    );
    assert_eq!(recorded(&desk), 0);
    let ceiling = ["--yes", "--skip-refused", "--expect-total", "99.00 EUR"];
    let skipped = batch(&desk, "march", "list", &ceiling);
    assert_eq!(outcomes(skipped.exit(3)), ["1 recorded", "2 refused unknown_sale", "3 recorded"]);
    desk.write("list", format!("{}\nnobody\n", sale(1)));
    let again = "refund --from-file list --reference march --reason returned -q --yes --skip-refused";
    let again = desk.run(again.split(' ').chain(["--expect-total", "99.00 EUR"]));
    assert!(
        again.exit(3).stdout().ends_with("every line was recorded before or is refused.\n"),
        "{}",
        again.snapshot()
    );
}

#[test]
fn a_wrong_total_or_count_records_nothing_and_reports_both_numbers() {
    let desk = with_sales(2);
    desk.write("list", format!("{}\n{}\n", sale(1), sale(2)));
    let off = batch(&desk, "march", "list", &agreed("19.99 EUR"));
    assert_snapshot!(off.exit(4).stderr(), @r#"{"error":{"code":"total_mismatch","expected":"19.99 EUR","found":"20.00 EUR","hints":["nothing was recorded; check the plan with --dry-run, then give the total again"],"message":"expected a total of 19.99 EUR, found 20.00 EUR","recorded":false}}"#);
    let count = ["--yes", "--expect-total", "20.00 EUR", "--expect-count", "3"];
    assert!(batch(&desk, "march", "list", &count).exit(4).stderr().contains("count_mismatch"));
    let other_currency = ["--yes", "--expect-total", "20.00 EUR", "--expect-total", "1 USD"];
    batch(&desk, "march", "list", &other_currency).exit(4);
    assert_eq!(recorded(&desk), 0);
}

#[test]
fn without_a_prompt_the_total_must_be_given() {
    let desk = with_sales(1);
    desk.write("list", sale(1));
    for options in [&[][..], &["--yes"], &["--expect-total", "10.00 EUR"]] {
        let outcome = batch(&desk, "march", "list", options);
        assert!(outcome.exit(7).stderr().contains("--expect-total"), "{}", outcome.snapshot());
    }
    assert_eq!(recorded(&desk), 0);
}

#[test]
fn several_sales_and_all_payments_of_an_order_are_batches_too() {
    let desk = with_sales(2);
    let (one, two) = (sale(1), sale(2));
    let several = ["refund", &one, &two, "--reason", "returned", "--yes", "--expect-total", "20 EUR", "--json", "-q"];
    assert_eq!(outcomes(desk.run(several).ok()), ["1 recorded", "2 recorded"]);
    let csv = "transaction_id,order_id,amount,currency,status,paid_at,rate_number\n\
               b1,Plan0001,10.00,EUR,paid,2026-03-20,1\nb2,Plan0001,10.00,EUR,paid,2026-03-21,2\n\
               b3,Plan0001,10.00,EUR,failed,2026-03-22,3\n";
    desk.write("plan.csv", csv);
    desk.run(["import".into(), desk.path("plan.csv").into_os_string()]).ok();
    let all = ["refund", "--order", "Plan0001", "--all-payments", "--reason", "returned", "--yes", "--json", "-q"];
    let all = all.iter().chain(&["--expect-total", "20 EUR"]).copied();
    assert_eq!(outcomes(desk.run(all).ok()), ["1 recorded", "2 recorded"]);
}

#[test]
fn results_have_a_line_per_item_and_nothing_is_recorded_if_they_cannot_be_written() {
    let desk = with_sales(2);
    desk.write("list", format!("{}\n{}\n", sale(1), sale(2)));
    let nowhere = desk.path("missing/results.jsonl").display().to_string();
    let options = ["--yes", "--expect-total", "20 EUR", "--results", &nowhere];
    batch(&desk, "march", "list", &options).exit(1);
    assert_eq!(recorded(&desk), 0);
    let results = desk.path("results.jsonl").display().to_string();
    batch(&desk, "march", "list", &["--yes", "--expect-total", "20 EUR", "--results", &results]).ok();
    let lines = std::fs::read_to_string(&results).unwrap();
    let lines: Vec<Value> = lines.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    assert_eq!(lines.len(), 2);
    assert_eq!((&lines[1]["outcome"], &lines[1]["refund"]["refund_id"]), (&"recorded".into(), &"R-000002".into()));
}

#[test]
fn a_batch_whose_answer_is_lost_says_that_it_was_recorded() {
    let desk = with_sales(1);
    desk.write("list", sale(1));
    let path = desk.path("list").into_os_string();
    let mut command = desk.command(["refund", "--reference", "march", "--reason", "returned", "--yes"]);
    command.args(["--expect-total", "10 EUR", "-q", "--from-file"]).arg(path);
    let full = std::fs::File::options().write(true).open("/dev/full").unwrap();
    let output = command.stdout(full).stderr(Stdio::piped()).output().unwrap();
    assert_eq!(output.status.code(), Some(8));
    assert!(String::from_utf8_lossy(&output.stderr).contains("was recorded, but"));
    assert_eq!(recorded(&desk), 1);
}

#[test]
fn a_whole_batch_takes_its_steps_together() {
    let desk = with_sales(3);
    desk.write("list", format!("{}\n{}\n{}\n", sale(1), sale(2), sale(3)));
    batch(&desk, "march", "list", &agreed("30.00 EUR")).ok();
    desk.run(["refunds", "submit", "R-2", "-q"]).ok();
    desk.run(["refunds", "submit", "--reference", "march", "-q"]).ok();
    desk.run(["refunds", "submit", "--reference", "april", "-q"]).exit(5);
    desk.write("done", "# back from the bank\nR-000001\nR-000003\n");
    desk.run(["refunds".into(), "confirm".into(), "--from-file".into(), desk.path("done").into_os_string()]).ok();
    let statuses = desk.run(["refunds", "list", "--format", "tsv", "--no-header", "--columns", "refund_id,status"]);
    assert_eq!(statuses.stdout(), "R-000001\tsucceeded\nR-000002\tsubmitted\nR-000003\tsucceeded\n");
    // One that cannot take the step stops the others.
    desk.run(["refunds", "cancel", "--reference", "march", "-q"]).exit(4);
}

#[test]
fn the_configuration_limits_a_batch() {
    let desk = with_sales(2);
    desk.write("list", format!("{}\n{}\n", sale(1), sale(2)));
    desk.config("[limits]\nbatch_total = [\"19.99 EUR\"]\n");
    assert!(batch(&desk, "march", "list", &agreed("20 EUR")).exit(4).stderr().contains("over_limit"));
    desk.config("[limits]\nbatch_lines = 1\n");
    assert!(batch(&desk, "march", "list", &agreed("20 EUR")).exit(4).stderr().contains("over_limit"));
    assert_eq!(recorded(&desk), 0);
}

#[test]
fn a_batch_killed_at_any_time_is_recorded_whole_or_not_at_all_and_the_same_command_completes_it() {
    let mut seen = (0, 0);
    for round in 0_u32..10 {
        let desk = with_sales(60);
        desk.write("list", (1..=60).map(|n| format!("{}\n", sale(n))).collect::<String>());
        let mut child = desk.command(["refund", "--reference", "march", "--reason", "returned", "--yes", "-q"]);
        child.args(["--expect-total", "600 EUR", "--json", "--from-file"]).arg(desk.path("list"));
        let mut child = child.stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap();
        spin(round);
        child.kill().unwrap();
        child.wait().unwrap();
        match recorded(&desk) {
            0 => seen.0 += 1,
            60 => seen.1 += 1,
            part => panic!("{part} of 60 refunds were recorded"),
        }
        is_sound(&desk);
        batch(&desk, "march", "list", &agreed("600 EUR")).ok();
        assert_eq!(recorded(&desk), 60);
    }
    assert!(seen.0 > 0, "no batch was killed before its commit: {seen:?}");
}

/// Spends a time that grows with the round, without a clock or sleep.
fn spin(round: u32) {
    for _ in 0..round * round {
        std::fs::read_dir("/proc").map(Iterator::count).ok();
        std::thread::yield_now();
    }
}

#[test]
fn fifty_processes_that_race_for_one_sale_never_exceed_it() {
    let desk = with_sales(1);
    desk.config("[locks]\nwait_seconds = 60\n");
    let children: Vec<_> = (0..50)
        .map(|n| {
            let key = format!("racer-{n}");
            let sale = sale(1);
            let args = ["refund", &sale, "--amount", "1.00", "--reason", "returned", "--yes", "-q", "--key", &key];
            desk.command(args).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap()
        })
        .collect();
    let mut marked = 0;
    for child in children {
        let output = child.wait_with_output().unwrap();
        let stderr = String::from_utf8_lossy(&output.stderr).into_owned();
        match output.status.code() {
            Some(0) => marked += 1,
            Some(4) => assert!(stderr.starts_with("error["), "{stderr}"),
            other => panic!("{other:?}: {stderr}"),
        }
    }
    assert!((1..=10).contains(&marked), "{marked} refunds of 1.00 EUR of a sale of 10.00 EUR");
    assert_eq!(recorded(&desk), marked);
    is_sound(&desk);
}

#[test]
fn one_sale_with_a_batch_name_is_a_batch_of_one() {
    let desk = with_sales(1);
    let one = sale(1);
    let args = ["refund", &one, "--reference", "solo", "--reason", "returned", "--yes", "--expect-total", "10 EUR"];
    let args: Vec<&str> = args.into_iter().chain(["--json", "-q"]).collect();
    assert_eq!(outcomes(desk.run(args.clone()).ok()), ["1 recorded"]);
    assert_eq!(outcomes(desk.run(args).ok()), ["1 replayed"]);
}

/// The caution of a batch whose file was recorded before, as JSON has it.
fn cautions(outcome: &Outcome) -> Value {
    outcome.json()["cautions"].clone()
}

#[test]
fn the_same_file_under_another_reference_must_be_accepted() {
    let desk = with_sales(2);
    let lines = format!("transaction_id,amount\n{},4.00\n{},4.00\n", sale(1), sale(2));
    desk.write("list.csv", &lines);
    let first = batch(&desk, "march", "list.csv", &agreed("8.00 EUR"));
    assert_eq!(cautions(first.ok()), serde_json::json!([]));
    // Two days later, nothing looks repeated any more.
    let later = desk.at("2026-03-27T10:00:00+01:00");
    later.write("copy.csv", &lines);

    let plan = batch(&later, "april", "copy.csv", &["--dry-run"]);
    assert_snapshot!(cautions(plan.ok()), @r#"[{"code":"same_file","message":"the same file was recorded on Wed 2026-03-25 under reference march; this batch may refund the same sales twice","on":"2026-03-25"}]"#);
    assert_snapshot!(later.retour("refund --from-file copy.csv --reference april --reason returned --dry-run -q").snapshot(), @"
    $ RETOUR_NOW=2026-03-27T10:00:00+01:00 retour refund --from-file copy.csv --reference april --reason returned --dry-run -q
    status: 0
    -- stdout --
    reference  april
    lines      2
    to record  2 lines
    total      8.00 EUR
    CAUTION    same_file: the same file was recorded on Wed 2026-03-25 under reference march; this batch may refund the same sales twice
    card       2 refunds: the money would arrive from Fri 2026-03-27 to Tue 2026-04-14, if carried out today
    caution    period_defaulted: 2 refunds

    LINE  SALE              OUTCOME  REFUND  CUSTOMER    AMOUNT  BY
    ───────────────────────────────────────────────────────────────────────
       2  aaaa000000000001  planned                    4.00 EUR  2026-04-14
       3  aaaa000000000002  planned                    4.00 EUR  2026-04-14

    This is the plan; nothing was recorded.
    -- stderr --
    ");
    let refused = batch(&later, "april", "copy.csv", &agreed("8.00 EUR"));
    assert_snapshot!(refused.exit(4).snapshot(), @r#"
    $ RETOUR_NOW=2026-03-27T10:00:00+01:00 retour refund --from-file [HOME]/copy.csv --reference april --reason returned --json -q --yes --expect-total '8.00 EUR'
    status: 4
    -- stdout --
    -- stderr --
    {"error":{"code":"same_file","hints":["nothing was recorded; see what was: retour refunds list --reference march","to record it again: --accept same_file"],"message":"the same file was recorded on 2026-03-25 under reference march","on":"2026-03-25","recorded":false,"reference":"march"}}
    "#);
    assert_eq!(recorded(&desk), 2);

    let accepted =
        batch(&later, "april", "copy.csv", &["--yes", "--expect-total", "8.00 EUR", "--accept", "same_file"]);
    assert_eq!(cautions(accepted.ok())[0]["code"], "same_file");
    assert_eq!(recorded(&desk), 4);
    is_sound(&desk);
}

#[test]
fn only_the_same_bytes_of_a_batch_that_recorded_something_are_the_same_file() {
    let desk = with_sales(3);
    desk.write("list", format!("{}\n", sale(1)));
    let is_cautioned = |name: &str, file: &str| {
        let plan = batch(&desk, name, file, &["--dry-run", "--again", "--skip-refused"]);
        !cautions(&plan).as_array().unwrap().is_empty()
    };
    // A dry run and a refused run leave nothing behind, and neither does a file of comments.
    batch(&desk, "dry", "list", &["--dry-run"]).ok();
    batch(&desk, "refused", "list", &agreed("9.00 EUR")).exit(4);
    desk.write("comments", "# nothing\n");
    batch(&desk, "empty", "comments", &agreed("0.00 EUR")).exit(2);
    assert!(!is_cautioned("march", "list"));

    desk.write("partial", format!("transaction_id,amount\n{},4.00\n", sale(2)));
    desk.write("blank", format!("transaction_id,amount\n{},4.00\n\n", sale(2)));
    batch(&desk, "march", "partial", &agreed("4.00 EUR")).ok();
    assert!(is_cautioned("april", "partial"));
    assert!(!is_cautioned("march", "partial"), "every line is a replay");
    assert!(!is_cautioned("april", "blank"), "other bytes");
    desk.run(["refunds", "fail", "R-1", "-q"]).ok();
    assert!(!is_cautioned("april", "partial"), "its only refund failed");
}

#[test]
fn a_file_whose_lines_are_all_replays_of_their_own_keys_needs_no_acceptance() {
    let desk = with_sales(1);
    desk.write("list.csv", format!("transaction_id,key\n{},ticket-1\n", sale(1)));
    batch(&desk, "march", "list.csv", &agreed("10.00 EUR")).ok();

    let again = batch(&desk, "april", "list.csv", &agreed("10.00 EUR"));

    assert_eq!(outcomes(again.ok()), ["2 replayed"]);
    assert_eq!(cautions(&again), serde_json::json!([]));
}

#[test]
fn a_results_file_and_rejects_show_invisible_characters_as_escapes() {
    let desk = with_sales(1);
    desk.write("list.csv", format!("transaction_id,note\n{},\u{202e}gnp.exe\n", sale(1)));
    batch(&desk, "march", "list.csv", &["--dry-run", "--results", "results"]).ok();
    let results = std::fs::read_to_string(desk.path("results")).unwrap();
    assert!(results.contains("\\u202egnp.exe") && !results.contains('\u{202e}'), "{results}");

    desk.write("odd.csv", "transaction_id,order_id,amount,currency,paid_at\na,b,\u{202e}1,EUR,2026-03-20\n");
    desk.run(["import", "odd.csv", "--dry-run", "--rejects", "rejects", "-q"]).exit(3);
    let rejects = std::fs::read_to_string(desk.path("rejects")).unwrap();
    assert!(!rejects.contains('\u{202e}'), "{rejects}");
}
