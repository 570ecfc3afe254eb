//! A file that the program writes never takes the place of another one that matters.

use crate::harness::Desk;
use crate::shop::{CARD, LATE, rehearsal, shop};
use std::fs;
use std::os::unix::fs::{PermissionsExt, symlink};

const STORE: &str = "data/retour/store.db";
const CONFIGURATION: &str = "config/retour/config.toml";

/// A batch that records one refund and writes its results there.
fn batch(results: &str) -> String {
    format!(
        "refund --from-file batch.txt --reference spring --reason returned --yes --expect-count 1 \
         --expect-total 49.00EUR --results {results}"
    )
}

fn with_batch() -> Desk {
    let desk = shop();
    desk.write("batch.txt", format!("{CARD}\n"));
    desk
}

fn refunds(desk: &Desk) -> usize {
    desk.retour("refunds list --origin desk --json").ok().json()["refunds"].as_array().unwrap().len()
}

fn code(outcome: &crate::harness::Outcome) -> String {
    let said = outcome.stderr().lines().last().unwrap_or_default().to_owned();
    let error: serde_json::Value = serde_json::from_str(&said).unwrap_or_default();
    error["error"]["code"].as_str().unwrap_or_default().to_owned()
}

#[test]
fn results_and_rejects_replace_neither_the_store_nor_its_siblings_nor_the_configuration_nor_an_input() {
    let desk = with_batch();
    symlink(desk.path(STORE), desk.path("link")).unwrap();
    let sibling = |suffix: &str| format!("{STORE}{suffix}");
    let places =
        [STORE.into(), sibling("-wal"), sibling("-shm"), sibling("-journal"), CONFIGURATION.into(), "link".to_owned()];
    for place in places.iter().map(String::as_str).chain(["batch.txt"]) {
        let refused = desk.quietly(&format!("{} --json", batch(place)));
        assert_eq!((code(refused.exit(2)).as_str(), refunds(&desk)), ("protected_file", 0), "{place}");
    }
    for place in places.iter().map(String::as_str).chain(["shop.csv"]) {
        let refused = desk.quietly(&format!("import shop.csv --json --rejects {place}"));
        assert_eq!(code(refused.exit(2)), "protected_file", "{place}");
    }
    desk.retour("store check").ok();
    assert_eq!(fs::read_to_string(desk.path("batch.txt")).unwrap(), format!("{CARD}\n"));
    assert!(fs::symlink_metadata(desk.path("link")).unwrap().is_symlink());
}

#[test]
fn a_run_that_is_refused_leaves_no_results_of_an_earlier_run() {
    let desk = with_batch();
    desk.write("results.jsonl", "yesterday's\n");
    desk.write("batch.txt", format!("{LATE}\n"));
    desk.quietly(&batch("results.jsonl")).exit(4);
    let left = fs::read_to_string(desk.path("results.jsonl")).unwrap_or_default();
    assert!(!left.contains("yesterday's"), "{left}");

    desk.write("results.jsonl", "yesterday's\n");
    desk.write("batch.txt", "transaction_id,colour\nx,red\n");
    desk.quietly(&batch("results.jsonl")).exit(2);
    assert!(!desk.path("results.jsonl").exists());
}

#[test]
fn devices_and_links_are_written_into_and_a_file_keeps_its_mode() {
    let desk = with_batch();
    desk.write("target.jsonl", "");
    fs::set_permissions(desk.path("target.jsonl"), fs::Permissions::from_mode(0o664)).unwrap();
    symlink("target.jsonl", desk.path("results")).unwrap();
    desk.quietly(&batch("results")).ok();
    let written = fs::read_to_string(desk.path("target.jsonl")).unwrap();
    assert!(written.contains("\"outcome\":\"recorded\""), "{written}");
    assert!(fs::symlink_metadata(desk.path("results")).unwrap().is_symlink());
    assert_eq!(fs::metadata(desk.path("target.jsonl")).unwrap().permissions().mode() & 0o777, 0o664);

    desk.quietly(&batch("/dev/null")).ok();
    assert!(!fs::metadata("/dev/null").unwrap().is_file());
    let streamed = desk.quietly(&batch("-"));
    assert!(streamed.ok().stdout().contains("\"outcome\":\"replayed\""), "{}", streamed.stdout());
}

#[test]
fn results_that_cannot_be_written_are_known_before_anything_is_recorded() {
    let desk = with_batch();
    for place in ["nowhere/results.jsonl", "data"] {
        desk.quietly(&batch(place)).exit(1);
        assert_eq!(refunds(&desk), 0, "{place}");
    }
}

#[test]
fn messages_are_in_place_before_a_customer_counts_as_told() {
    let desk = shop();
    let refund = desk.mark(CARD);
    let told = |desk: &Desk| desk.retour("events list --kind notice_written --format jsonl").ok().json_lines().len();
    desk.retour(&format!("notice {refund} --lang en --out {STORE}")).exit(1);
    assert_eq!(told(&desk), 0);
    desk.retour(&format!("notice {refund} --lang en --out letters")).ok();
    desk.retour(&format!("notice {refund} --lang en --out letters")).exit(1);
    assert_eq!(told(&desk), 1);
    desk.write("letters/R-000001.txt", "old");
    desk.retour(&format!("notice {refund} --lang en --out letters --force")).ok();
    assert_eq!(told(&desk), 2);
    assert!(fs::read_to_string(desk.path("letters/R-000001.txt")).unwrap().starts_with("To: "));
}

#[test]
fn a_new_store_takes_nothing_over_from_another_one_of_its_name() {
    let desk = rehearsal();
    fs::remove_file(desk.path(STORE)).unwrap();
    for suffix in ["-wal", "-shm", "-journal"] {
        let left_over = format!("{STORE}{suffix}");
        desk.write(&left_over, "of another store");
        assert_eq!(code(desk.quietly("init --json").exit(6)), "store_left_over");
        assert!(!desk.path(STORE).exists());
        fs::remove_file(desk.path(&left_over)).unwrap();
    }
    desk.retour("init").ok();
}
