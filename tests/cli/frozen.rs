//! With `RETOUR_NOW` set, the same commands in two homes give the same output, byte for byte.

use crate::harness::Desk;
use crate::shop::data;

/// The output of a day's work with every command.
fn a_day(desk: &Desk) -> Vec<String> {
    for file in ["shop.csv", "ipn-array.json", "ipn.jsonl", "copecart-de.csv"] {
        desk.write(file, data(file));
    }
    let formats = ["table", "json", "jsonl", "csv", "tsv"];
    let listings = [
        "transactions search",
        "transactions search --test",
        "products list",
        "refunds list",
        "refunds due",
        "report refunds --by month",
        "events list",
        "transactions show 5a1e000000000002",
        "orders show Subs0005",
        "refunds show R-000001",
    ];
    let work = [
        "init",
        "import shop.csv",
        "import ipn-array.json ipn.jsonl copecart-de.csv",
        "refund 5a1e000000000001 --reason returned --yes --key k1",
        "refund 5a1e000000000001 --reason returned --yes --key k1 --json",
        "refund 5a1e000000000003 --reason returned --yes",
        "refund 5a1e000000000005 --reason returned --yes",
        "refunds submit R-000001 R-000002 --json",
        "refunds confirm R-000001",
        "refunds reopen R-000002",
        "store check",
        "store info",
        "events verify",
        "config show",
        "config path",
        "refund 5a1e000000000002 --reason returned --dry-run --json",
    ];
    let listed = listings.iter().flat_map(|line| formats.map(|format| format!("{line} --format {format}")));
    let lines: Vec<String> = work.iter().map(|line| (*line).to_owned()).chain(listed).collect();
    lines.iter().map(|line| desk.retour(line).snapshot()).collect()
}

#[test]
fn the_same_work_in_two_homes_gives_the_same_output() {
    let (one, other) = (a_day(&Desk::new()), a_day(&Desk::new()));

    for (one, other) in one.iter().zip(&other) {
        assert_eq!(one, other);
    }
    assert!(one.iter().all(|said| !said.contains("status: 70")));
}

#[test]
fn the_time_zone_language_and_width_of_the_environment_change_nothing() {
    let said = |adjust: &[(&str, &str)]| {
        let desk = crate::shop::shop();
        let outcome = desk.run_with(["transactions", "search"], |call| {
            for (name, value) in adjust {
                call.env(name, *value);
            }
        });
        outcome.ok().stdout().to_owned()
    };

    let usual = said(&[]);
    assert_eq!(said(&[("TZ", "America/New_York")]), usual);
    assert_eq!(said(&[("LANG", "de_DE.UTF-8"), ("LC_ALL", "de_DE.UTF-8")]), usual);
    assert_eq!(said(&[("COLUMNS", "40")]), usual);
}
