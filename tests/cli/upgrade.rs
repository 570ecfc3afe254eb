//! Reading never upgrades an older store. The first command that writes does, after a copy was put beside it.

use std::fs;
use std::path::PathBuf;

use insta::assert_snapshot;
use rusqlite::Connection;

use crate::harness::{Desk, Outcome};
use crate::shop::{CARD, data, rehearsal};

/// A desk with a rehearsal store of schema version 3, which has the card payment and a marked refund of another one.
fn older() -> Desk {
    let desk = Desk::new();
    desk.write("data/retour/.keep", "");
    let sql = String::from_utf8(data("store-of-schema-3.sql")).unwrap();
    Connection::open(desk.store()).unwrap().execute_batch(&sql).unwrap();
    desk
}

fn copy(desk: &Desk) -> PathBuf {
    desk.path("data/retour/store.db.before-upgrade")
}

fn schema(path: PathBuf) -> i64 {
    Connection::open(path).unwrap().pragma_query_value(None, "user_version", |row| row.get(0)).unwrap()
}

/// A snapshot that is the same for every newest version.
fn shown(outcome: &Outcome) -> String {
    let newest = retour::NEWEST_SCHEMA;
    ["version ", " to ", "\"from\":", "\"to\":"].iter().fold(outcome.snapshot(), |text, before| {
        text.replace(&format!("{before}{newest}"), &format!("{before}[NEWEST]"))
    })
}

#[test]
fn reading_an_older_store_is_refused_and_leaves_every_byte() {
    let desk = older();
    desk.write("shop.csv", data("shop.csv"));
    let before = fs::read(desk.store()).unwrap();
    let readers = [
        "transactions search",
        "orders show Card0001",
        "products list",
        "refunds due",
        "refunds list",
        "report refunds",
        "events list",
        "events verify",
        "store info",
        "store check",
        "notice R-000001 --preview",
        &format!("refund {CARD} --reason returned --dry-run"),
        "import shop.csv --dry-run",
    ];

    for line in readers {
        let ended = desk.quietly(line);
        assert_eq!(ended.status, 6, "{}", ended.snapshot());
        assert!(ended.stderr().contains("retour store upgrade"), "{}", ended.snapshot());
    }

    assert_eq!(fs::read(desk.store()).unwrap(), before);
    assert!(!copy(&desk).exists());
    assert_snapshot!(shown(&desk.quietly("transactions search")), @"
    $ retour transactions search -q
    status: 6
    -- stdout --
    -- stderr --
    error[store_older]: the store has schema version 3; this program needs version [NEWEST]
    hint: upgrade it, and keep the old one beside it: retour store upgrade
    ");
    assert_snapshot!(shown(&desk.quietly("store info --json")), @r#"
    $ retour store info --json -q
    status: 6
    -- stdout --
    -- stderr --
    {"error":{"code":"store_older","hints":["upgrade it, and keep the old one beside it: retour store upgrade"],"message":"the store has schema version 3; this program needs version [NEWEST]","recorded":false}}
    "#);
    assert_snapshot!(shown(&desk.quietly("store check --store data/retour/store.db")), @"
    $ retour store check --store data/retour/store.db -q
    status: 6
    -- stdout --
    -- stderr --
    error[store_older]: the store has schema version 3; this program needs version [NEWEST]
    hint: upgrade it, and keep the old one beside it: retour store upgrade --store data/retour/store.db
    ");
}

#[test]
fn the_first_command_that_writes_upgrades_and_says_where_the_old_store_is() {
    let desk = older();

    assert_snapshot!(shown(&desk.retour(&format!("refund {CARD} --reason returned --yes"))), @"
    $ retour refund 5a1e000000000001 --reason returned --yes
    status: 0
    -- stdout --
    R-000002 is marked: 49.00 EUR of 5a1e000000000001 for Anna Beispiel <anna@example.org>. Nothing has been paid yet: carry it out on the platform, then run `retour refunds submit R-000002`.
    The money would arrive from Wed 2026-03-25 to Fri 2026-04-10, if carried out today.
    -- stderr --
    note: the clock is fixed at 2026-03-25T09:00:00Z (RETOUR_NOW): today is 2026-03-25
    note: the store was upgraded from schema version 3 to [NEWEST]; the old one is kept as [HOME]/data/retour/store.db.before-upgrade
    ");

    assert_eq!(schema(copy(&desk)), 3);
    assert_eq!(desk.quietly("store check").status, 0);
    assert_eq!(desk.quietly("events verify").status, 0);
    assert_eq!(desk.retour("refunds list --json").json()["refunds"].as_array().unwrap().len(), 2);
    let kept = fs::read(copy(&desk)).unwrap();
    let again = desk.retour("refunds submit R-000001");
    assert!(!again.ok().stderr().contains("upgraded"), "{}", again.snapshot());
    assert_eq!(fs::read(copy(&desk)).unwrap(), kept);
}

#[test]
fn a_store_is_upgraded_once() {
    let desk = older();

    assert_snapshot!(shown(&desk.quietly("store upgrade")), @"
    $ retour store upgrade -q
    status: 0
    -- stdout --
    [HOME]/data/retour/store.db: upgraded from schema version 3 to [NEWEST]
    the old one is kept as [HOME]/data/retour/store.db.before-upgrade
    -- stderr --
    ");
    assert_snapshot!(shown(&desk.quietly("store upgrade")), @"
    $ retour store upgrade -q
    status: 0
    -- stdout --
    [HOME]/data/retour/store.db: already has schema version [NEWEST]
    -- stderr --
    ");
    assert_snapshot!(shown(&desk.quietly("store upgrade --json")), @r#"
    $ retour store upgrade --json -q
    status: 0
    -- stdout --
    {"schema_version":1,"upgrade":{"path":"[HOME]/data/retour/store.db","from":[NEWEST],"to":[NEWEST],"copy":null}}
    -- stderr --
    "#);
    assert_snapshot!(shown(&older().quietly("store upgrade --json")), @r#"
    $ retour store upgrade --json -q
    status: 0
    -- stdout --
    {"schema_version":1,"upgrade":{"path":"[HOME]/data/retour/store.db","from":3,"to":[NEWEST],"copy":"[HOME]/data/retour/store.db.before-upgrade"}}
    -- stderr --
    "#);
}

#[test]
fn two_upgrades_at_once_are_one() {
    let desk = older();

    let upgrades =
        [(); 4].map(|()| desk.command(["store", "upgrade", "--json"]).stdout(std::process::Stdio::piped()).spawn());
    let ended = upgrades.map(|child| child.unwrap().wait_with_output().unwrap());

    let did_it = |output: &&std::process::Output| String::from_utf8_lossy(&output.stdout).contains("\"from\":3");
    assert!(ended.iter().all(|output| output.status.success()));
    assert_eq!(ended.iter().filter(did_it).count(), 1);
    assert_eq!(schema(copy(&desk)), 3);
    assert_eq!(desk.quietly("store check").status, 0);
}

#[test]
fn a_store_that_cannot_be_upgraded_is_left_unchanged() {
    let newer = rehearsal();
    Connection::open(newer.store()).unwrap().execute_batch("PRAGMA user_version = 999").unwrap();
    assert_eq!(newer.quietly("store upgrade --json").exit(6).stderr().matches("store_newer").count(), 1);
    assert_eq!(Desk::new().quietly("store upgrade --json").exit(6).stderr().matches("store_missing").count(), 1);

    let desk = older();
    Connection::open(desk.store()).unwrap().execute_batch("UPDATE desk SET is_rehearsal = 0").unwrap();
    let before = fs::read(desk.store()).unwrap();
    let with_fixed_clock = desk.quietly("store upgrade");
    assert!(with_fixed_clock.exit(2).stderr().contains("holds real refunds"), "{}", with_fixed_clock.snapshot());
    fs::create_dir(copy(&desk)).unwrap();
    assert_eq!(desk.with_running_clock().quietly("store upgrade").status, 6);
    assert_eq!(fs::read(desk.store()).unwrap(), before);
    assert_eq!(schema(desk.store()), 3);
}

#[test]
fn init_keeps_an_older_store_as_it_is() {
    let desk = older();
    let before = fs::read(desk.store()).unwrap();

    let kept = desk.quietly("init");

    assert!(kept.ok().stdout().contains("already exists and is kept"), "{}", kept.snapshot());
    assert_eq!(fs::read(desk.store()).unwrap(), before);
}
