//! A store that cannot be used exits with 6 and says what to do; a wrong command line or configuration exits with 2.

use std::fs;

use insta::assert_snapshot;
use rusqlite::Connection;

use crate::harness::Desk;
use crate::shop::{CARD, rehearsal, shop};

/// The results of a command that reads and of one that writes.
fn read_and_write(desk: &Desk) -> String {
    let lines = ["transactions search --count -q", "refund 5a1e000000000001 --reason returned --yes -q"];
    lines.map(|line| desk.retour(line).snapshot()).join("\n")
}

#[test]
fn a_missing_store_is_reported_with_the_command_that_creates_it() {
    let desk = Desk::new();

    assert_snapshot!(read_and_write(&desk), @"
    $ retour transactions search --count -q
    status: 6
    -- stdout --
    -- stderr --
    error[store_missing]: there is no store at [HOME]/data/retour/store.db
    hint: create one: retour init

    $ retour refund 5a1e000000000001 --reason returned --yes -q
    status: 6
    -- stdout --
    -- stderr --
    error[store_missing]: there is no store at [HOME]/data/retour/store.db
    hint: create one: retour init
    ");
    assert_snapshot!(desk.quietly("transactions search --store elsewhere/desk.db").snapshot(), @"
    $ retour transactions search --store elsewhere/desk.db -q
    status: 6
    -- stdout --
    -- stderr --
    error[store_missing]: there is no store at elsewhere/desk.db
    hint: create one: retour init --store elsewhere/desk.db
    ");
    desk.write("shop.csv", crate::shop::data("shop.csv"));
    assert_snapshot!(desk.quietly("import shop.csv --json").snapshot(), @r#"
    $ retour import shop.csv --json -q
    status: 6
    -- stdout --
    -- stderr --
    {"error":{"code":"store_missing","hints":["create one: retour init"],"message":"there is no store at [HOME]/data/retour/store.db","recorded":false}}
    "#);
    assert!(!desk.store().exists());
}

#[test]
fn a_store_that_another_process_writes_to_is_waited_for_and_then_reported_as_locked() {
    let desk = shop();
    desk.config("[locks]\nwait_seconds = 0\n");
    let other = Connection::open(desk.store()).unwrap();
    other.execute_batch("BEGIN IMMEDIATE").unwrap();

    assert_snapshot!(read_and_write(&desk), @"
    $ retour transactions search --count -q
    status: 0
    -- stdout --
    18
    -- stderr --

    $ retour refund 5a1e000000000001 --reason returned --yes -q
    status: 6
    -- stdout --
    -- stderr --
    error[store_locked]: another program is writing to the store
    hint: wait for the other process to finish, then try again
    ");
    assert_eq!(desk.quietly(&format!("refund {CARD} --reason returned --dry-run")).status, 0);

    other.execute_batch("ROLLBACK").unwrap();
    assert_eq!(desk.quietly(&format!("refund {CARD} --reason returned --yes")).status, 0);
}

#[test]
fn a_damaged_store_is_not_written_to() {
    let desk = shop();
    let mut bytes = fs::read(desk.store()).unwrap();
    for byte in bytes.iter_mut().skip(4096).step_by(3) {
        *byte = 0x5a;
    }
    fs::write(desk.store(), bytes).unwrap();

    assert_snapshot!(read_and_write(&desk), @"
    $ retour transactions search --count -q
    status: 6
    -- stdout --
    -- stderr --
    error[store_damaged]: the store is damaged: database disk image is malformed
    hint: restore a backup of the file; this file is left unchanged

    $ retour refund 5a1e000000000001 --reason returned --yes -q
    status: 6
    -- stdout --
    -- stderr --
    error[store_damaged]: the store is damaged: database disk image is malformed
    hint: restore a backup of the file; this file is left unchanged
    ");
    assert_eq!(desk.quietly("store check").status, 6);
}

#[test]
fn a_truncated_store_is_damaged() {
    let desk = shop();
    let bytes = fs::read(desk.store()).unwrap();
    fs::write(desk.store(), &bytes[..bytes.len() / 2]).unwrap();

    let ended = desk.quietly("transactions search");

    assert_eq!(ended.status, 6, "{}", ended.snapshot());
}

#[test]
fn a_file_that_is_not_a_store_is_left_unchanged() {
    let desk = Desk::new();
    desk.write("data/retour/store.db", "Dear diary,\n");
    assert_snapshot!(read_and_write(&desk), @"
    $ retour transactions search --count -q
    status: 6
    -- stdout --
    -- stderr --
    error[not_a_store]: [HOME]/data/retour/store.db is not a retour store
    hint: give the store's file: --store FILE

    $ retour refund 5a1e000000000001 --reason returned --yes -q
    status: 6
    -- stdout --
    -- stderr --
    error[not_a_store]: [HOME]/data/retour/store.db is not a retour store
    hint: give the store's file: --store FILE
    ");
    assert_snapshot!(desk.retour("init").snapshot(), @"
    $ retour init
    status: 6
    -- stdout --
    -- stderr --
    note: the clock is fixed at 2026-03-25T09:00:00Z (RETOUR_NOW): today is 2026-03-25
    error[not_a_store]: [HOME]/data/retour/store.db is not a retour store
    hint: give the store's file: --store FILE
    ");
    assert_eq!(fs::read(desk.store()).unwrap(), b"Dear diary,\n");

    let desk = Desk::new();
    desk.write("data/retour/.keep", "");
    Connection::open(desk.store()).unwrap().execute_batch("CREATE TABLE diary (day TEXT)").unwrap();
    assert_snapshot!(read_and_write(&desk), @"
    $ retour transactions search --count -q
    status: 6
    -- stdout --
    -- stderr --
    error[not_a_store]: [HOME]/data/retour/store.db is not a retour store
    hint: give the store's file: --store FILE

    $ retour refund 5a1e000000000001 --reason returned --yes -q
    status: 6
    -- stdout --
    -- stderr --
    error[not_a_store]: [HOME]/data/retour/store.db is not a retour store
    hint: give the store's file: --store FILE
    ");
}

#[test]
fn a_newer_store_is_left_unchanged() {
    let desk = shop();
    Connection::open(desk.store()).unwrap().execute_batch("PRAGMA user_version = 999").unwrap();

    assert_snapshot!(read_and_write(&desk), @"
    $ retour transactions search --count -q
    status: 6
    -- stdout --
    -- stderr --
    error[store_newer]: the store has schema version 999; this program supports versions up to 12
    hint: use the newer version of retour that wrote it

    $ retour refund 5a1e000000000001 --reason returned --yes -q
    status: 6
    -- stdout --
    -- stderr --
    error[store_newer]: the store has schema version 999; this program supports versions up to 12
    hint: use the newer version of retour that wrote it
    ");
    assert_snapshot!(desk.quietly("store check --json").snapshot(), @r#"
    $ retour store check --json -q
    status: 6
    -- stdout --
    -- stderr --
    {"error":{"code":"store_newer","hints":["use the newer version of retour that wrote it"],"message":"the store has schema version 999; this program supports versions up to 12","recorded":false}}
    "#);
}

#[test]
fn an_existing_store_is_kept_by_init() {
    let desk = shop();
    let before = desk.everything();

    assert_snapshot!(desk.retour("init").snapshot(), @"
    $ retour init
    status: 0
    -- stdout --
    the configuration already exists and is kept: [HOME]/config/retour/config.toml
    the rehearsal store already exists and is kept: [HOME]/data/retour/store.db
    -- stderr --
    note: the clock is fixed at 2026-03-25T09:00:00Z (RETOUR_NOW): today is 2026-03-25
    next: retour import FILE, with an export or a notification from the platform
    ");
    assert_eq!(desk.everything(), before);
}

#[test]
fn a_sound_store_is_reported_with_its_path() {
    let desk = shop();

    assert_snapshot!(desk.quietly("store check").snapshot(), @"
    $ retour store check -q
    status: 0
    -- stdout --
    [HOME]/data/retour/store.db: sound
    -- stderr --
    ");
    assert_snapshot!(desk.quietly("store info").snapshot(), @"
    $ retour store info -q
    status: 0
    -- stdout --
    store                             [HOME]/data/retour/store.db
    kind                              rehearsal, for trying things out
    created at                        2026-03-25T09:00:00Z
    schema version                    12
    size                              282624 bytes
    sales                             16
    platform refunds and chargebacks  3, 1 unmatched
    open unread reports               0
    refunds marked here               0
    newest payment                    2026-03-23T23:00:00Z
    events                            3
    -- stderr --
    ");
    assert_snapshot!(desk.quietly("events verify").snapshot(), @"
    $ retour events verify -q
    status: 0
    -- stdout --
    the audit log is intact: 3 events
    -- stderr --
    ");
}

#[test]
fn a_changed_audit_log_and_a_broken_money_rule_are_found() {
    let desk = shop();
    desk.mark(CARD);
    let other = Connection::open(desk.store()).unwrap();
    let triggers: Vec<String> = {
        let mut names = other.prepare("SELECT name FROM sqlite_schema WHERE type = 'trigger'").unwrap();
        names.query_map([], |row| row.get(0)).unwrap().map(Result::unwrap).collect()
    };
    for trigger in triggers {
        other.execute_batch(&format!("DROP TRIGGER {trigger}")).unwrap();
    }
    other.execute_batch("UPDATE events SET actor = 'nobody' WHERE kind = 'refund_marked'").unwrap();
    drop(other);

    assert_snapshot!(desk.quietly("events verify").snapshot(), @"
    $ retour events verify -q
    status: 6
    -- stdout --
    the audit log is broken at event 4
    -- stderr --
    ");
    assert_eq!(desk.quietly("store check").status, 6);
}

#[test]
fn with_a_fixed_clock_only_a_rehearsal_store_is_written_to() {
    let desk = Desk::new();
    desk.with_running_clock().retour("init").ok();
    desk.write("shop.csv", crate::shop::data("shop.csv"));

    assert_snapshot!(desk.quietly("import shop.csv").snapshot(), @"
    $ retour import shop.csv -q
    status: 2
    -- stdout --
    -- stderr --
    error[clock_stands]: RETOUR_NOW is set, but [HOME]/data/retour/store.db holds real refunds
    hint: unset RETOUR_NOW, or rehearse in a store that `retour init` creates while it is set
    ");
    assert_snapshot!(desk.retour("transactions search --count").snapshot(), @"
    $ retour transactions search --count
    status: 0
    -- stdout --
    0
    -- stderr --
    note: the clock is fixed at 2026-03-25T09:00:00Z (RETOUR_NOW): today is 2026-03-25
    ");
    desk.with_running_clock().retour("import shop.csv").ok();
    assert_snapshot!(desk.quietly("refund 5a1e000000000001 --reason returned --yes --json").snapshot(), @r#"
    $ retour refund 5a1e000000000001 --reason returned --yes --json -q
    status: 2
    -- stdout --
    -- stderr --
    {"error":{"code":"clock_stands","hints":["unset RETOUR_NOW, or rehearse in a store that `retour init` creates while it is set"],"message":"RETOUR_NOW is set, but [HOME]/data/retour/store.db holds real refunds","recorded":false}}
    "#);
    assert_eq!(desk.quietly(&format!("refund {CARD} --reason returned --dry-run")).status, 0);
}

#[test]
fn an_invalid_clock_is_refused() {
    let desk = rehearsal();
    for now in ["yesterday", "2026-03-25", "2026-03-25T10:00:00", "2026-02-30T10:00:00Z"] {
        let ended = desk.at(now).retour("transactions search");
        assert_eq!(ended.status, 2, "{}", ended.snapshot());
    }

    assert_snapshot!(desk.at("2026-03-25").retour("transactions search").snapshot(), @"
    $ RETOUR_NOW=2026-03-25 retour transactions search
    status: 2
    -- stdout --
    -- stderr --
    error: RETOUR_NOW is `2026-03-25`, not a time with an offset such as 2026-03-25T10:00:00+01:00
    ");
}

#[test]
fn a_wrong_configuration_is_reported_with_its_line() {
    let desk = rehearsal();
    desk.config("format = \"table\"\n\n[returns]\nperiode = 14\nperiod = \"many\"\n");

    assert_snapshot!(desk.quietly("transactions search").snapshot(), @r#"
    $ retour transactions search -q
    status: 2
    -- stdout --
    -- stderr --
    error[bad_config]: [HOME]/config/retour/config.toml:4: unknown key `periode` in [returns]; did you mean `period`?
      [HOME]/config/retour/config.toml:5: [returns] period = "many" is not a number of days from 0 to 3650, or "none"
    "#);
    assert_snapshot!(desk.quietly("config check").snapshot(), @r#"
    $ retour config check -q
    status: 2
    -- stdout --
    -- stderr --
    error[bad_config]: [HOME]/config/retour/config.toml:4: unknown key `periode` in [returns]; did you mean `period`?
      [HOME]/config/retour/config.toml:5: [returns] period = "many" is not a number of days from 0 to 3650, or "none"
    "#);
    assert_snapshot!(desk.quietly("transactions search --json").snapshot(), @r#"
    $ retour transactions search --json -q
    status: 2
    -- stdout --
    -- stderr --
    {"error":{"code":"bad_config","facts":["[HOME]/config/retour/config.toml:5: [returns] period = \"many\" is not a number of days from 0 to 3650, or \"none\""],"hints":[],"message":"[HOME]/config/retour/config.toml:4: unknown key `periode` in [returns]; did you mean `period`?","recorded":false}}
    "#);
    assert_snapshot!(desk.quietly("transactions search --config missing.toml").snapshot(), @"
    $ retour transactions search --config missing.toml -q
    status: 2
    -- stdout --
    -- stderr --
    error[bad_config]: missing.toml cannot be read: No such file or directory (os error 2)
    hint: give another configuration with --config, or unset RETOUR_CONFIG
    ");
}

#[test]
fn the_configuration_shows_its_path_and_the_settings_in_force() {
    let desk = rehearsal();

    assert_snapshot!(desk.quietly("config path").snapshot(), @"
    $ retour config path -q
    status: 0
    -- stdout --
    [HOME]/config/retour/config.toml
    -- stderr --
    ");
    assert_snapshot!(desk.quietly("config check").snapshot(), @"
    $ retour config check -q
    status: 0
    -- stdout --
    [HOME]/config/retour/config.toml: no mistakes
    -- stderr --
    ");
    let shown = desk.quietly("config show").ok().stdout().to_owned();
    desk.config(&shown);
    assert_eq!(desk.quietly("config show").ok().stdout(), shown);
}

#[test]
fn a_wrong_command_line_is_a_usage_error() {
    let desk = rehearsal();
    let lines = [
        "",
        "refunds",
        "refnd",
        "transactions search --since tomorrow",
        "transactions search --status gone",
        "transactions search --width 0",
        "transactions search --format xml",
        "transactions show",
        "refunds submit",
        "transactions search --limit many",
        "transactions search --min abc",
    ];
    let said: Vec<String> = lines
        .iter()
        .map(|line| {
            let ended = desk.retour(line);
            format!(
                "{:<40} {} {}",
                line,
                ended.status,
                ended.stderr().lines().find(|line| line.starts_with("error")).unwrap_or_default()
            )
        })
        .collect();

    assert_snapshot!(said.join("\n"), @"
                                             2 
    refunds                                  2 
    refnd                                    2 error: unrecognized subcommand 'refnd'
    transactions search --since tomorrow     2 error: invalid value 'tomorrow' for '--since <DATE>': a day is written as 2026-03-25
    transactions search --status gone        2 error: invalid value 'gone' for '--status <STATUS>'
    transactions search --width 0            2 error: invalid value '0' for '--width <N>': 0 is not in 1..=65535
    transactions search --format xml         2 error: invalid value 'xml' for '--format <FORMAT>'
    transactions show                        2 error: the following required arguments were not provided:
    refunds submit                           2 error: the following required arguments were not provided:
    transactions search --limit many         2 error: invalid value 'many' for '--limit <N>': invalid digit found in string
    transactions search --min abc            2 error: invalid value 'abc' for '--min <AMOUNT>': `abc` is not an amount: write 12.50, 12,50 or 12.50 EUR
    ");
    assert_snapshot!(desk.retour("refnd --json").snapshot(), @r#"
    $ retour refnd --json
    status: 2
    -- stdout --
    -- stderr --
    {"error":{"code":"usage","hints":[],"message":"unrecognized subcommand 'refnd'","recorded":false}}
    "#);
    let wrong = desk.run_with(["transactions", "search"], |call| {
        call.env("RETOUR_FORMAT", "xml");
    });
    assert_snapshot!(wrong.snapshot(), @"
    $ RETOUR_FORMAT=xml retour transactions search
    status: 2
    -- stdout --
    -- stderr --
    error: the environment variable RETOUR_FORMAT is `xml`, not one of table, json, jsonl, csv, tsv
    ");
}

#[test]
fn help_and_version_are_answers() {
    let desk = Desk::new();

    for line in ["--help", "--version", "refund --help", "transactions search -h", "import --help"] {
        let ended = desk.retour(line);
        assert_eq!((ended.status, ended.stderr().len()), (0, 0), "{}", ended.snapshot());
    }
}

#[cfg(unix)]
#[test]
fn only_the_owner_can_read_the_store() {
    use std::os::unix::fs::PermissionsExt;
    let desk = rehearsal();

    assert_eq!(fs::metadata(desk.store()).unwrap().permissions().mode() & 0o777, 0o600);
}

#[test]
fn init_creates_the_configuration_that_is_given() {
    let desk = Desk::new();
    let config = desk.path("elsewhere/desk.toml").display().to_string();
    desk.run(["init", "--config", &config, "-q"]).ok();
    desk.run(["config", "check", "--config", &config, "-q"]).ok();
    let missing = desk.path("nowhere.toml").display().to_string();
    desk.run(["products", "list", "--config", &missing, "-q"]).exit(2);
}
