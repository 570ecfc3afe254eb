//! Every system call of a writing command fails once, and once for good from there on. After each, the program has not
//! crashed, the store opens and is whole, and what the program answered is true.
//!
//! The tests try a sample of the calls. All of them, with a summary for each command:
//!
//! ```text
//! RETOUR_FAULTS=all cargo test --release --test faults -- --nocapture
//! ```

#![cfg(all(target_os = "linux", target_arch = "x86_64"))]
#![allow(
    clippy::expect_used,
    clippy::disallowed_methods,
    clippy::print_stdout,
    reason = "a fixture that breaks stops its test"
)]

mod tracer;

use nix::sys::signal::Signal;
use rusqlite::Connection;
use serde_json::Value;
use std::collections::BTreeMap;
use std::fs;
use std::path::Path;
use std::process::{Command, Output};
use tempfile::TempDir;
use tracer::{CALLS, Fault, Traced};

/// So many faults of a command are tried where not all are.
const SAMPLE: usize = 40;

/// Undelivered: it was recorded.
const RECORDED: i32 = 8;

/// The code of an answer that says that the outcome is unknown.
const UNKNOWN: &str = "commit_unknown";

/// A command that writes, on a store of its own.
struct Scenario {
    /// The store that is there before; a text in SQL.
    store: Option<&'static str>,
    /// Commands that make what it needs.
    before: &'static [&'static [&'static str]],
    command: &'static [&'static str],
    /// What it records is there: a question to the store.
    is_recorded: fn(&Folder) -> bool,
}

const EXPORT: &str = "transaction_id,order_id,customer_name,amount,currency,paid_at,status,method
a1,o1,Anna Muster,49.00,EUR,2026-03-20,paid,card
a2,o2,Boris Muster,19.00,EUR,2026-03-21,paid,card
a3,o3,Chloe Muster,29.00,EUR,2026-03-22,paid,paypal
";

const OLDER: &str = include_str!("../data/store-of-schema-3.sql");

const BATCH: &str = "a1\na2\na3\n";

const INIT: &[&str] = &["init"];
const IMPORT: &[&str] = &["import", "export.csv"];
const REFUND: &[&str] = &["refund", "a1", "--reason", "customer-request", "--yes"];

/// A home whose files are all in one folder.
struct Folder {
    folder: TempDir,
}

impl Folder {
    fn new() -> Self {
        let folder = Self { folder: tempfile::tempdir().expect("a folder") };
        fs::write(folder.path().join("export.csv"), EXPORT).expect("an export");
        fs::write(folder.path().join("batch.txt"), BATCH).expect("a batch");
        // A lock that is refused for good is not waited for.
        fs::write(folder.path().join("config.toml"), "[locks]\nwait_seconds = 0\n").expect("a configuration");
        folder
    }

    fn path(&self) -> &Path {
        self.folder.path()
    }

    fn copy_of(other: &Self) -> Self {
        let copy = Self::new();
        for name in ["store.db"] {
            if other.path().join(name).exists() {
                fs::copy(other.path().join(name), copy.path().join(name)).expect("a copy");
            }
        }
        copy
    }

    fn command(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_retour"));
        command.args(["--json", "--store", "store.db", "--config", "config.toml"]).args(arguments);
        command.current_dir(self.path()).env_clear();
        command.env("HOME", self.path()).env("RETOUR_NOW", "2026-03-25T10:00:00+01:00");
        command
    }

    fn run(&self, arguments: &[&str]) -> Output {
        self.command(arguments).output().expect("the program")
    }

    fn json(&self, arguments: &[&str]) -> Value {
        serde_json::from_slice(&self.run(arguments).stdout).unwrap_or(Value::Null)
    }

    fn statuses(&self) -> Vec<String> {
        let refunds = self.json(&["refunds", "list", "--all"]);
        let each = refunds["refunds"].as_array().cloned().unwrap_or_default();
        each.iter().map(|refund| refund["status"].as_str().unwrap_or_default().to_owned()).collect()
    }

    fn has_store(&self) -> bool {
        self.path().join("store.db").exists()
    }

    fn error(&self) -> Value {
        let said = fs::read_to_string(self.path().join("stderr")).unwrap_or_default();
        let errors = said.lines().filter_map(|line| serde_json::from_str::<Value>(line).ok());
        errors.map(|line| line["error"].clone()).find(|error| !error.is_null()).unwrap_or(Value::Null)
    }
}

/// What is wrong after a run.
fn wrong(scenario: &Scenario, folder: &Folder, traced: &Traced) -> Option<String> {
    let code = match traced.end {
        Ok(code) => code,
        Err(signal) => return Some(format!("ended by {signal}")),
    };
    if matches!(code, 70 | 101 | 134) {
        return Some(format!("crashed with {code}"));
    }
    let error = folder.error();
    let is_recorded = (scenario.is_recorded)(folder);
    if folder.has_store() {
        // The check reads a store of this version only.
        folder.run(&["store", "upgrade"]);
        let check = folder.run(&["store", "check"]);
        if !check.status.success() {
            return Some(format!("{code}, and the store is not sound: {}", String::from_utf8_lossy(&check.stdout)));
        }
    }
    let claimed = match (code, error["recorded"].as_bool()) {
        _ if error["code"] == UNKNOWN => return None,
        (0 | RECORDED, Some(false)) => return Some(format!("{code} says that nothing was recorded")),
        (0 | RECORDED, _) | (_, Some(true)) => true,
        (_, Some(false) | None) => false,
    };
    (claimed != is_recorded).then(|| format!("{code}, recorded: {claimed}, and it is {is_recorded}: {error}"))
}

/// Tries the faults of a scenario; the findings, if any.
fn findings(scenario: &Scenario) -> Vec<String> {
    let ready = Folder::new();
    if let Some(sql) = scenario.store {
        let store = Connection::open(ready.path().join("store.db")).expect("a store");
        store.execute_batch(sql).expect("the store's content");
    }
    for command in scenario.before {
        assert!(ready.run(command).status.success(), "{command:?}");
    }
    let plain = Folder::copy_of(&ready);
    let calls = tracer::run(&plain.command(scenario.command), None).expect("a traced run");
    assert_eq!(calls.end.map_err(Signal::as_str), Ok(0), "{}", plain.error());
    assert_eq!(wrong(scenario, &plain, &calls), None);
    let mut findings = Vec::new();
    let mut tried: BTreeMap<&str, usize> = BTreeMap::new();
    for fault in chosen(&faults(&calls.calls)) {
        let folder = Folder::copy_of(&ready);
        let traced = tracer::run(&folder.command(scenario.command), Some(fault)).expect("a traced run");
        let name = CALLS[calls.calls[fault.call]].1;
        *tried.entry(name).or_default() += 1;
        if let Some(what) = wrong(scenario, &folder, &traced) {
            findings.push(format!("{name}, {fault:?}: {what}"));
        }
    }
    println!("{:?}: {} calls, tried {tried:?}, {} wrong", scenario.command, calls.calls.len(), findings.len());
    findings
}

fn faults(calls: &[usize]) -> Vec<Fault> {
    let each = calls.iter().enumerate().flat_map(|(call, place)| {
        let errors = 0..CALLS[*place].2.len();
        errors.flat_map(move |error| [false, true].map(|lasts| Fault { call, error, lasts }))
    });
    each.collect()
}

/// All, or a sample that is spread over the run and the same each time.
fn chosen(faults: &[Fault]) -> Vec<Fault> {
    let all = std::env::var_os("RETOUR_FAULTS").is_some_and(|value| value == "all");
    // An odd step meets faults that last as well as those that do not.
    let step = if all { 1 } else { (faults.len() / SAMPLE) | 1 };
    faults.iter().step_by(step).copied().collect()
}

fn assert_true_answers(scenario: &Scenario) {
    let findings = findings(scenario);
    assert!(findings.is_empty(), "{}", findings.join("\n"));
}

#[test]
fn init_never_says_made_of_a_store_that_is_not_whole() {
    assert_true_answers(&Scenario {
        store: None,
        before: &[],
        command: INIT,
        is_recorded: |folder| folder.has_store() && folder.run(&["store", "check"]).status.success(),
    });
}

#[test]
fn an_upgrade_keeps_the_store_as_it_was_until_it_is_whole() {
    let is_upgraded = |folder: &Folder| {
        let is_upgraded = folder.run(&["store", "info"]).status.success();
        assert!(!is_upgraded || folder.path().join("store.db.before-upgrade").exists(), "no copy");
        is_upgraded
    };
    let upgrade: &[&str] = &["store", "upgrade"];
    assert_true_answers(&Scenario { store: Some(OLDER), before: &[], command: upgrade, is_recorded: is_upgraded });
}

#[test]
fn an_import_is_whole_or_not_there() {
    let is_recorded = |folder: &Folder| folder.json(&["transactions", "search", "--count"])["count"] == 3;
    assert_true_answers(&Scenario { store: None, before: &[INIT], command: IMPORT, is_recorded });
}

#[test]
fn a_refund_is_recorded_when_the_answer_says_so_and_only_then() {
    let is_recorded = |folder: &Folder| folder.statuses() == ["marked"];
    assert_true_answers(&Scenario { store: None, before: &[INIT, IMPORT], command: REFUND, is_recorded });
}

#[test]
fn a_batch_is_recorded_whole_when_the_answer_says_so_and_only_then() {
    let command = &[
        "refund",
        "--from-file",
        "batch.txt",
        "--reference",
        "spring",
        "--reason",
        "returned",
        "--yes",
        "--expect-total",
        "97.00 EUR",
    ];
    let is_recorded = |folder: &Folder| folder.statuses() == ["marked", "marked", "marked"];
    assert_true_answers(&Scenario { store: None, before: &[INIT, IMPORT], command, is_recorded });
}

#[test]
fn a_step_is_recorded_when_the_answer_says_so_and_only_then() {
    let is_submitted = |folder: &Folder| folder.statuses() == ["submitted"];
    let submit: &[&str] = &["refunds", "submit", "R-1"];
    assert_true_answers(&Scenario {
        store: None,
        before: &[INIT, IMPORT, REFUND],
        command: submit,
        is_recorded: is_submitted,
    });
    let is_confirmed = |folder: &Folder| folder.statuses() == ["succeeded"];
    let confirm: &[&str] = &["refunds", "confirm", "R-1"];
    assert_true_answers(&Scenario {
        store: None,
        before: &[INIT, IMPORT, REFUND],
        command: confirm,
        is_recorded: is_confirmed,
    });
}
