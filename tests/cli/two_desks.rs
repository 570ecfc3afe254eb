//! Two processes at once: the second one sees what the first one did, and no sale is exceeded.

use std::process::{Child, Output, Stdio};

use crate::harness::Desk;
use crate::shop::{CARD, rehearsal, shop};

/// Runs these command lines at the same time, and returns their results.
fn at_once(desk: &Desk, lines: &[String]) -> Vec<Output> {
    let started: Vec<Child> = lines
        .iter()
        .map(|line| {
            let mut command = desk.command(line.split_whitespace());
            command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
            command.spawn().expect("a process")
        })
        .collect();
    started.into_iter().map(|child| child.wait_with_output().expect("its end")).collect()
}

/// What is left of the card payment, in minor units.
fn left(desk: &Desk) -> i64 {
    let shown = desk.retour(&format!("transactions show {CARD} --json")).ok().json();
    shown["transaction"]["refundable"]["left"]["minor"].as_i64().unwrap()
}

/// Checks that every run ended with an expected exit code, and every refused one with an error.
#[track_caller]
fn each_is_documented(outputs: &[Output]) {
    for output in outputs {
        let said = String::from_utf8_lossy(&output.stderr);
        match output.status.code() {
            Some(0) => {}
            Some(4 | 6) => assert!(said.contains("error["), "{said}"),
            other => panic!("{other:?}: {said}"),
        }
    }
}

fn done(outputs: &[Output]) -> usize {
    outputs.iter().filter(|output| output.status.success()).count()
}

#[test]
fn two_full_refunds_of_one_sale_become_one() {
    for _ in 0..3 {
        let desk = shop();
        let line = format!("refund {CARD} --reason returned --yes");

        let outputs = at_once(&desk, &[line.clone(), line]);

        each_is_documented(&outputs);
        assert_eq!((done(&outputs), left(&desk)), (1, 0));
    }
}

#[test]
fn eight_partial_refunds_at_once_never_exceed_the_sale() {
    let desk = shop();
    let lines: Vec<String> =
        (0..8).map(|part| format!("refund {CARD} --amount 10 --reason returned --key part-{part} --yes")).collect();

    let outputs = at_once(&desk, &lines);

    each_is_documented(&outputs);
    assert_eq!(left(&desk), 4900 - 1000 * i64::try_from(done(&outputs)).unwrap());
    assert!((1..=4).contains(&done(&outputs)), "{}", done(&outputs));
    assert_eq!(desk.quietly("store check").status, 0);
    assert_eq!(desk.quietly("events verify").status, 0);
}

#[test]
fn the_same_key_at_once_is_one_refund() {
    let desk = shop();
    let line = format!("refund {CARD} --amount 10 --reason returned --key once --yes --json");

    let outputs = at_once(&desk, &vec![line; 4]);

    each_is_documented(&outputs);
    assert_eq!(left(&desk), 3900);
    let replays =
        outputs.iter().filter(|output| String::from_utf8_lossy(&output.stdout).contains("\"replayed\":true")).count();
    assert_eq!((done(&outputs), replays), (4, 3));
}

#[test]
fn an_import_and_refunds_at_once_all_succeed() {
    let desk = shop();
    let lines = [
        "import shop.csv",
        &format!("refund {CARD} --reason returned --yes"),
        "refund 5a1e000000000005 --reason returned --yes",
        "transactions search",
    ]
    .map(str::to_owned);

    let outputs = at_once(&desk, &lines);

    assert_eq!(done(&outputs), 4, "{outputs:?}");
}

#[test]
fn two_inits_at_once_create_one_store() {
    let desk = Desk::new();

    let outputs = at_once(&desk, &["init".to_owned(), "init".to_owned()]);

    assert_eq!(done(&outputs), 2, "{outputs:?}");
    assert_eq!(desk.quietly("store check").status, 0);
    assert_eq!(rehearsal().events(), desk.events());
}

#[test]
fn a_writer_that_is_killed_leaves_all_or_nothing() {
    for _ in 0..5 {
        let desk = shop();
        let mut child = desk
            .command(["refund", CARD, "--reason", "returned", "--yes"])
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        child.kill().unwrap();
        child.wait().unwrap();

        assert_eq!(desk.quietly("store check").status, 0);
        assert!([0, 4900].contains(&left(&desk)));
    }
}
