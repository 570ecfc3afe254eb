//! The scripts of `examples/`, as a vendor would use them: they do what their first lines say, and running them again
//! is harmless.

use crate::harness::{Desk, NOW};
use insta::assert_snapshot;
use std::fs;
use std::io::Write;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

const EXAMPLES: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/examples");

/// Scripts need a shell; without one the test says that nothing was tested.
fn has_bash() -> bool {
    let found = Command::new("bash").arg("--version").stdout(Stdio::null()).status().is_ok();
    if !found {
        // Not with a macro: the test runner would capture its output.
        let skipped = b"SKIPPED: there is no bash here, so no script of examples/ was run\n";
        std::io::stderr().write_all(skipped).unwrap();
    }
    found
}

/// A rehearsal with the made-up sales of `examples/`.
fn desk() -> Desk {
    let desk = Desk::new();
    desk.config(&fs::read_to_string(example("desk.toml")).unwrap());
    desk.run(["init"]).ok();
    desk.run(["import".into(), example("sales.csv").into_os_string()]).ok();
    desk
}

fn example(name: &str) -> PathBuf {
    Path::new(EXAMPLES).join(name)
}

/// The exit code of the script, its stdout and its stderr.
struct Said {
    code: i32,
    stdout: String,
    stderr: String,
}

impl Said {
    #[track_caller]
    fn exit(self, code: i32) -> Self {
        assert!(self.code == code, "exit {}, not {code}\n{}\n{}", self.code, self.stdout, self.stderr);
        self
    }
}

/// Runs a script in the home of the desk, with `retour` on the path; programs in the home's `bin` come first.
fn script(desk: &Desk, name: &str, args: &[&str]) -> Said {
    let program = Path::new(env!("CARGO_BIN_EXE_retour"));
    let mut command = Command::new("bash");
    command.arg(example(name)).args(args).current_dir(desk.path("")).env_clear().envs(desk.environment());
    let (own, built) = (desk.path("bin"), program.parent().unwrap());
    command.env("PATH", format!("{}:{}:/usr/bin:/bin", own.display(), built.display()));
    let output = command.stdin(Stdio::null()).output().unwrap();
    let text = |bytes: &[u8]| desk.anonymous(&String::from_utf8_lossy(bytes));
    Said {
        code: output.status.code().unwrap(),
        stdout: text(&output.stdout),
        stderr: text(&output.stderr).replace(&format!("{}\n", clock_note()), ""),
    }
}

fn clock_note() -> String {
    format!("note: the clock is fixed at 2026-03-25T09:00:00Z (RETOUR_NOW): today is {}", &NOW[..10])
}

/// The refunds in the store, one per line.
fn refunds(desk: &Desk) -> String {
    let listed = desk
        .retour("refunds list -q --format tsv --no-header --columns refund_id,transaction_id,amount,status,reference");
    listed.ok().stdout().to_owned()
}

fn names(desk: &Desk, folder: &str) -> Vec<String> {
    let entries = fs::read_dir(desk.path(folder)).unwrap();
    let mut names: Vec<_> = entries.map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
    names.sort();
    names
}

#[test]
fn every_script_is_strict_and_says_what_it_is_for() {
    let scripts: Vec<_> = fs::read_dir(EXAMPLES)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .filter(|path| path.extension().is_some_and(|extension| extension == "sh"))
        .collect();

    assert_eq!(scripts.len(), 4);
    for path in scripts {
        let text = fs::read_to_string(&path).unwrap();
        assert!(text.starts_with("#!/usr/bin/env bash\n# "), "{}", path.display());
        assert!(text.contains("\nset -euo pipefail\n"), "{}", path.display());
    }
}

#[test]
fn a_list_is_planned_then_recorded_by_its_total_and_a_repeat_records_nothing() {
    if !has_bash() {
        return;
    }
    let desk = desk();
    desk.write("march.txt", "# sold out\n90b4e7d2136fa58c\n2f6c1b9a04d7e358\n");

    let plan = script(&desk, "refund-list.sh", &["march.txt", "march"]).exit(0);
    assert_snapshot!(plan.stdout, @r#"
    reference          march
    lines              2
    to record          2 lines
    total              98.00 EUR
    card               1 refund: the money would arrive from Wed 2026-03-25 to Fri 2026-04-10, if carried out today
    SEPA direct debit  1 refund: the money would arrive from Thu 2026-03-26 to Wed 2026-04-01, if carried out today
    caution            notify_customer_first: 1 refund
    caution            chargeback_until: 1 refund

    LINE  SALE              OUTCOME  REFUND  CUSTOMER        AMOUNT  BY
    ───────────────────────────────────────────────────────────────────────────
       2  90b4e7d2136fa58c  planned          Jürgen Weiß  49.00 EUR  2026-04-10
       3  2f6c1b9a04d7e358  planned          Zoë Müller   49.00 EUR  2026-04-01

    This is the plan; nothing was recorded.

    To record it: refund-list.sh march.txt march "98.00 EUR"
    "#);
    assert_eq!(refunds(&desk), "");

    script(&desk, "refund-list.sh", &["march.txt", "march", "97.00 EUR"]).exit(4);
    assert_eq!(refunds(&desk), "");

    script(&desk, "refund-list.sh", &["march.txt", "march", "98.00 EUR"]).exit(0);
    let after = refunds(&desk);
    assert_snapshot!(after, @"
    R-000001	90b4e7d2136fa58c	49.00	marked	march
    R-000002	2f6c1b9a04d7e358	49.00	marked	march
    ");
    assert_eq!(fs::read_to_string(desk.path("march.results.jsonl")).unwrap().lines().count(), 2);

    let again = script(&desk, "refund-list.sh", &["march.txt", "march", "98.00 EUR"]).exit(0);
    assert!(again.stdout.contains("Nothing new was recorded"), "{}", again.stdout);
    assert_eq!(refunds(&desk), after);
}

#[test]
fn a_list_with_a_refused_line_gets_no_command_to_record_it() {
    if !has_bash() {
        return;
    }
    let desk = desk();
    desk.write("list", "90b4e7d2136fa58c\ne17a6c05b93d482f\n");

    let plan = script(&desk, "refund-list.sh", &["list", "spring"]).exit(4);

    assert!(!plan.stdout.contains("To record it"), "{}", plan.stdout);
    assert!(plan.stdout.contains("line 2: the product has no return period"), "{}", plan.stdout);
}

#[test]
fn the_result_of_a_search_is_kept_reviewed_and_recorded_once() {
    if !has_bash() {
        return;
    }
    let desk = desk();
    let plan = ["plan", "yoga-gone", "--product", "7c1e04ab", "--since", "2026-03-01"];

    let planned = script(&desk, "refund-search.sh", &plan).exit(0);
    let command = planned.stdout.lines().last().unwrap();
    assert_eq!(command, "To record it: refund-search.sh apply yoga-gone \"98.00 EUR\"");
    assert_eq!(refunds(&desk), "");

    script(&desk, "refund-search.sh", &["apply", "yoga-gone", "98.00 EUR"]).exit(0);
    let after = refunds(&desk);
    assert_snapshot!(after, @"
    R-000001	90b4e7d2136fa58c	49.00	marked	yoga-gone
    R-000002	2f6c1b9a04d7e358	49.00	marked	yoga-gone
    ");

    // Both steps again: the search is not repeated, and the lines are recorded already.
    script(&desk, "refund-search.sh", &plan).exit(2);
    script(&desk, "refund-search.sh", &["apply", "yoga-gone", "98.00 EUR"]).exit(0);
    assert_eq!(refunds(&desk), after);
}

#[test]
fn a_search_that_finds_nothing_leaves_no_list_to_apply() {
    if !has_bash() {
        return;
    }
    let desk = desk();

    script(&desk, "refund-search.sh", &["plan", "none", "--product", "ffffffff"]).exit(5);

    assert!(!desk.path("none.list").exists());
    script(&desk, "refund-search.sh", &["apply", "none", "1.00 EUR"]).exit(1);
}

#[test]
fn a_nightly_run_imports_the_files_records_the_batch_and_the_next_run_does_nothing() {
    if !has_bash() {
        return;
    }
    let desk = desk();
    fs::create_dir(desk.path("night")).unwrap();
    desk.write("night/inbox/notifications.jsonl", fs::read(example("notifications.jsonl")).unwrap());
    desk.write("night/refunds/march.csv", "transaction_id,reason\n90b4e7d2136fa58c,returned\n");
    desk.write("night/refunds/march.total", "49.00 EUR\n");

    let first = script(&desk, "nightly.sh", &["night"]).exit(1);
    assert_snapshot!(first.stdout + &first.stderr, @"
    6 rows read: 4 added, 1 updated, 1 set aside.
    2 refunds and chargebacks matched to a sale, 0 unmatched.
      inbox/notifications.jsonl: done
    reference  march
    lines      1
    recorded   1 line
    total      49.00 EUR
    card       1 refund: the money would arrive from Wed 2026-03-25 to Fri 2026-04-10, if carried out today

    LINE  SALE              OUTCOME   REFUND    CUSTOMER        AMOUNT  BY
    ──────────────────────────────────────────────────────────────────────────────
       2  90b4e7d2136fa58c  recorded  R-000001  Jürgen Weiß  49.00 EUR  2026-04-10

    1 refund is marked, and no money has moved yet: carry it out on the platform (retour refunds list --status marked), then run retour refunds submit.
      refunds/march.csv: done
    ! this is due:
    DUE        SINCE OR BY  REFUND    CUSTOMER        AMOUNT  NEXT                            ALSO  WHAT TO DO
    ────────────────────────────────────────────────────────────────────────────────────────────────────────────────────────────────────────────
    to submit  2026-03-25   R-000001  Jürgen Weiß  49.00 EUR  retour refunds submit R-000001        carry it out on the platform, then submit it
    ");
    let after = refunds(&desk);
    assert_snapshot!(names(&desk, "night/done").join("\n"), @"
    march.csv
    march.results.jsonl
    march.total
    notifications.jsonl
    notifications.jsonl.rejects
    ");

    // The run again, as after a lost answer: with the files put back.
    for name in ["march.csv", "march.total"] {
        fs::rename(desk.path("night/done").join(name), desk.path("night/refunds").join(name)).unwrap();
    }
    desk.retour("refunds submit --reference march -q").ok();
    let second = script(&desk, "nightly.sh", &["night"]).exit(0);
    assert_snapshot!(second.stdout + &second.stderr, @"
    reference  march
    lines      1
    replayed   1 line
    total      49.00 EUR

    LINE  SALE              OUTCOME   REFUND    CUSTOMER        AMOUNT  BY
    ──────────────────────────────────────────────────────────────────────────────
       2  90b4e7d2136fa58c  replayed  R-000001  Jürgen Weiß  49.00 EUR  2026-04-10

    Nothing new was recorded: every line was recorded before.
      refunds/march.csv: done
      nothing is due
    ");
    assert_eq!(refunds(&desk), after.replace("marked", "submitted"));
}

#[test]
fn a_nightly_run_reports_what_a_person_must_fix_and_leaves_the_file_in_place() {
    if !has_bash() {
        return;
    }
    let desk = desk();
    desk.write("night/inbox/holiday.jpg", [0xff, 0xd8, 0xff, 0x00]);
    desk.write("night/inbox/sales.csv", "transaction_id,order_id,amount,currency,paid_at\nb1,Ord1,x,EUR,2026-03-20\n");
    desk.write("night/refunds/misspelt.csv", "transaction_id,raeson\n90b4e7d2136fa58c,returned\n");
    desk.write("night/refunds/off.csv", "transaction_id,reason\n90b4e7d2136fa58c,returned\n");
    desk.write("night/refunds/off.total", "48.00 EUR");
    desk.write("night/refunds/unstated.csv", "transaction_id,reason\n90b4e7d2136fa58c,returned\n");

    let night = script(&desk, "nightly.sh", &["night"]).exit(1);

    assert_snapshot!(night.stdout, @"
    ! inbox/holiday.jpg: a mistake in the file or in the configuration; nothing was recorded, fix it
    1 row read: 1 rejected.
      inbox/sales.csv:2: amount: `x` is not an amount such as 1,250.00 (bad_amount)
    ! inbox/sales.csv: partly done; the rest is listed above and beside the file in done/
    ! refunds/misspelt.csv: a mistake in the file or in the configuration; nothing was recorded, fix it
    ! refunds/off.csv: refused by a rule or by its total; nothing was recorded, decide about the lines above
    ! refunds/unstated.csv: its total is missing; nothing was recorded, write it into the .total file
      nothing is due
    ");
    assert_eq!(refunds(&desk), "");
    assert_eq!(names(&desk, "night/inbox"), ["holiday.jpg"]);
    assert_eq!(names(&desk, "night/refunds"), ["misspelt.csv", "off.csv", "off.total", "unstated.csv"]);
}

#[test]
fn a_nightly_run_without_a_store_ends_at_once() {
    if !has_bash() {
        return;
    }
    let desk = Desk::new();
    desk.write("night/inbox/a.csv", "a");
    desk.write("night/inbox/b.csv", "b");

    let night = script(&desk, "nightly.sh", &["night"]).exit(1);

    assert_eq!(night.stdout, "! the store cannot be used, so the run ends here: retour store check\n");
}

/// Most exit codes are hard to produce: a stand-in for `retour` ends with each of them.
#[test]
fn a_nightly_run_explains_every_exit_code() {
    if !has_bash() {
        return;
    }
    let mut said = String::new();
    for code in [0, 1, 2, 3, 4, 5, 6, 7, 8, 70, 130, 99] {
        let desk = Desk::new();
        let stand_in = desk.write("bin/retour", format!("#!/bin/sh\n[ $1 = refund ] || exit 5\nexit {code}\n"));
        fs::set_permissions(stand_in, fs::Permissions::from_mode(0o755)).unwrap();
        desk.write("night/refunds/march.csv", "");
        desk.write("night/refunds/march.total", "1.00 EUR");
        let night = script(&desk, "nightly.sh", &["night"]).exit(i32::from(code != 0));
        let stays = names(&desk, "night/refunds").len() == 2;
        said += &format!("{code}, {}\n{}", if stays { "stays" } else { "goes to done" }, night.stdout);
    }

    assert_snapshot!(said, @"
    0, goes to done
      refunds/march.csv: done
      nothing is due
    1, stays
    ! refunds/march.csv: could not be read, or the disk failed; nothing was recorded, the next run tries again
      nothing is due
    2, stays
    ! refunds/march.csv: a mistake in the file or in the configuration; nothing was recorded, fix it
      nothing is due
    3, goes to done
    ! refunds/march.csv: partly done; the rest is listed above and beside the file in done/
      nothing is due
    4, stays
    ! refunds/march.csv: refused by a rule or by its total; nothing was recorded, decide about the lines above
      nothing is due
    5, stays
    ! refunds/march.csv: something in it was not found; nothing was recorded
      nothing is due
    6, stays
    ! the store cannot be used, so the run ends here: retour store check
    7, stays
    ! refunds/march.csv: its total is missing; nothing was recorded, write it into the .total file
      nothing is due
    8, stays
    ! refunds/march.csv: recorded, but the answer was lost: is the disk full? The next run asks for it again
      nothing is due
    70, stays
    ! a bug in retour, so the run ends here; report it with the lines above
    130, stays
    ! interrupted, nothing was recorded for refunds/march.csv: run the script again
    99, stays
    ! refunds/march.csv: ended with 99, which this script does not know: check it before the next run
    ");
}

#[test]
fn a_changed_rule_is_a_difference_from_the_kept_snapshot() {
    if !has_bash() {
        return;
    }
    let desk = Desk::new();
    for _ in 0..2 {
        assert_eq!(script(&desk, "ci-snapshot.sh", &[]).exit(0).stdout, "as kept\n");
    }

    // The vendor's own copy, so that the other configuration can be next to the script.
    for name in ["ci-snapshot.sh", "ci-snapshot.txt", "sales.csv"] {
        desk.write(name, fs::read(example(name)).unwrap());
    }
    desk.write("desk.toml", "[returns]\nperiod = 60\n");
    let own = desk.path("ci-snapshot.sh").display().to_string();
    let changed = script(&desk, &own, &[]).exit(1);
    assert!(changed.stdout.contains("+5d83a0f9c4127be6\tyes\t\t2026-04-14\t12.50"), "{}", changed.stdout);
    script(&desk, &own, &["--accept"]).exit(0);
    assert_eq!(script(&desk, &own, &[]).exit(0).stdout, "as kept\n");
    assert_eq!(names(&desk, ""), ["ci-snapshot.sh", "ci-snapshot.txt", "desk.toml", "sales.csv"]);
}
