//! `retour demo`: the tour is the same on every day, and leaves nothing behind.

use std::fs;
use std::path::Path;

use crate::harness::{Call, Desk, Outcome};

const TMP: &str = "tmp";

/// A desk whose temporary folder can be read by the test.
fn desk() -> Desk {
    let desk = Desk::new();
    fs::create_dir(desk.path(TMP)).unwrap();
    desk
}

fn with_tmp(desk: &Desk) -> impl FnOnce(&mut Call) + '_ {
    |call| {
        call.env("TMPDIR", desk.path(TMP));
    }
}

fn text_of(tour: &Outcome) -> String {
    String::from_utf8_lossy(&tour.stdout).into_owned()
}

fn files(folder: &Path) -> Vec<String> {
    let entries = fs::read_dir(folder).unwrap();
    entries.map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect()
}

#[test]
fn the_tour_needs_nothing_and_leaves_nothing_behind() {
    let desk = desk();

    let tour = desk.run_with(["demo"], with_tmp(&desk));

    tour.exit(0);
    assert!(tour.stderr.is_empty(), "the tour is one text");
    assert!(text_of(&tour).contains("R-000001 is marked: 49.00 EUR"));
    assert_eq!((files(&desk.path(TMP)), files(&desk.path(""))), (vec![], vec![TMP.to_owned()]));
}

#[test]
fn the_user_s_own_files_are_not_read() {
    let desk = desk();
    desk.config("this is no configuration");
    fs::create_dir_all(desk.path("data/retour")).unwrap();
    fs::write(desk.store(), "this is no store").unwrap();

    let tour = |call: &mut Call| {
        call.env("RETOUR_CONFIG", "nowhere.toml").env("RETOUR_STORE", "nowhere.db").env("RETOUR_FORMAT", "json");
    };
    desk.run_with(["demo"], tour).exit(0);

    assert_eq!(fs::read(desk.store()).unwrap(), b"this is no store");
}

#[test]
fn the_tour_is_the_same_on_every_day() {
    let days = [
        "2024-02-29",
        "2025-12-25",
        "2026-01-01",
        "2026-03-28",
        "2026-03-29",
        "2026-04-03",
        "2026-04-05",
        "2026-05-01",
        "2026-10-25",
        "2030-12-31",
    ];
    for day in days {
        for time in ["00:00:00+01:00", "23:59:59+01:00"] {
            let text = text_of(Desk::new().at(&format!("{day}T{time}")).run(["demo"]).exit(0));
            let shown = [
                "no (trial_period)",
                "no (charged_back)",
                "goodwill (period_disabled)",
                "error[period_expired]: the return period of 14 days",
                "expected  from ",
                "caution   chargeback_until",
                "R-000001 is marked",
            ];
            for shown in shown {
                assert!(text.contains(shown), "{day} {time}: {shown:?} is not in\n{text}");
            }
            assert!(!text.contains("CAUTION"), "{day} {time}: no serious caution in\n{text}");
        }
    }
}

#[test]
fn the_tour_fits_the_terminal_except_for_the_commands_to_paste() {
    for width in [60, 80] {
        let text = text_of(Desk::new().run(["demo", "--width", &width.to_string()]).exit(0));
        let is_wide =
            |line: &&str| line.chars().count() > width && !["$ ", "hint: "].iter().any(|start| line.starts_with(start));
        assert_eq!(text.lines().skip(1).find(is_wide), None, "{width} columns");
    }
}

#[test]
fn a_person_is_really_asked_and_can_say_no() {
    let desk = desk();
    let mut session = desk.terminal(80, 60).env("TMPDIR", desk.path(TMP)).spawn(["demo"]);

    session.wait_for("Mark this refund of 49.00 EUR? [y/N]").type_line("");

    let tour = session.finish();
    assert_eq!(tour.status, 0, "{}", tour.screen);
    assert!(tour.screen.contains("and that is fine: nothing was recorded"), "{}", tour.screen);
    assert!(tour.screen.contains("Type next:"), "{}", tour.screen);
    assert_eq!(files(&desk.path(TMP)), Vec::<String>::new());
}

#[test]
fn an_interrupted_tour_leaves_nothing_behind_either() {
    let desk = desk();
    let mut session = desk.terminal(80, 60).env("TMPDIR", desk.path(TMP)).spawn(["demo"]);

    session.wait_for("Mark this refund of 49.00 EUR? [y/N]").send(b"\x03");

    let tour = session.finish();
    assert_eq!(tour.status, 130, "{}", tour.screen);
    assert_eq!(files(&desk.path(TMP)), Vec::<String>::new());
}

#[test]
fn a_kept_store_can_be_used_and_is_never_overwritten() {
    let desk = desk();
    desk.run(["demo", "--keep", "tour.db"]).exit(0);
    let found = desk.run(["transactions", "search", "muller", "--store", "tour.db", "--json"]);
    assert!(text_of(found.exit(0)).contains("already_refunded"));

    let kept = fs::read(desk.path("tour.db")).unwrap();
    insta::assert_snapshot!(desk.run(["demo", "--keep", "tour.db"]).exit(1).snapshot(), @"
    $ retour demo --keep tour.db
    status: 1
    -- stdout --
    -- stderr --
    error[file_exists]: tour.db already exists, and the tour's store must be a new file
    hint: choose another: retour demo --keep FILE
    ");
    assert_eq!(fs::read(desk.path("tour.db")).unwrap(), kept);
}

#[test]
fn options_that_do_not_apply_to_the_tour_are_refused() {
    insta::assert_snapshot!(Desk::new().run(["demo", "--store", "mine.db"]).exit(2).snapshot(), @"
    $ retour demo --store mine.db
    status: 2
    -- stdout --
    -- stderr --
    error: the tour prints text and uses its own store: omit --store
    hint: to query the tour's store, keep it: retour demo --keep FILE
    ");
}
