//! `retour refund` at a terminal: a question about money needs a whole line, typed after it was shown, and every way
//! to leave it records nothing and restores the terminal.

use insta::assert_snapshot;

use crate::harness::Desk;
use crate::shop::{CARD, SEPA, shop};
use crate::terminal::{OnInterrupt, Session};

const QUESTION: &str = "Mark this refund of 49.00 EUR? [y/N]";

/// A session in which the question about the card payment is on the screen.
fn asked(desk: &Desk) -> Session {
    let mut session = desk.terminal(100, 40).spawn(["refund", CARD, "--reason", "returned"]);
    session.wait_for(QUESTION);
    session
}

/// Nothing was recorded, and the terminal is as it was.
#[track_caller]
fn ended_in_nothing(desk: &Desk, farewell: &OnInterrupt, code: u32) {
    farewell.exit(code).terminal_as_found();
    assert_eq!(refunds(desk), 0, "{}", farewell.screen);
}

/// How many refunds the desk has marked.
fn refunds(desk: &Desk) -> usize {
    desk.retour("refunds list --origin desk --format csv --no-header").ok().stdout().lines().count()
}

#[test]
fn the_plan_is_shown_and_a_yes_marks_it() {
    let desk = shop();
    let mut session = asked(&desk);

    session.type_line("y");

    let farewell = session.finish();
    farewell.exit(0).terminal_as_found();
    assert_snapshot!(farewell.screen, @"
    note: the clock is fixed at 2026-03-25T09:00:00Z (RETOUR_NOW): today is 2026-03-25
    refund    49.00 EUR, all that is left
    sale      5a1e000000000001, 49.00 EUR paid on Fri 2026-03-20
    order     Card0001
    product   Yoga for Beginners (e232d769)
    customer  Anna Beispiel <anna@example.org>
    method    card
    period    the return period of 14 days started with the order's first payment on 2026-03-20 and ends
              on Tue 2026-04-07; the 14 days end on Fri 2026-04-03
    reason    returned
    ground    withdrawal, within the 14 days by law
    expected  from Wed 2026-03-25 to Fri 2026-04-10, if carried out today
    caution   period_defaulted: the configuration has no return period for this product, so the default
              applies: 14 days
    Mark this refund of 49.00 EUR? [y/N] y
    R-000001 is marked: 49.00 EUR of 5a1e000000000001 for Anna Beispiel <anna@example.org>. Nothing has
    been paid yet: carry it out on the platform, then run `retour refunds submit R-000001`.
    The money would arrive from Wed 2026-03-25 to Fri 2026-04-10, if carried out today.
    ");
    assert_eq!(refunds(&desk), 1);
}

#[test]
fn yes_is_understood_in_three_languages() {
    for yes in ["y", "yes", "j", "ja", "o", "oui", "YES", " ja "] {
        let desk = shop();
        let mut session = asked(&desk);
        session.type_line(yes);
        session.finish().exit(0).terminal_as_found();
        assert_eq!(refunds(&desk), 1, "{yes}");
    }
}

#[test]
fn enter_alone_and_every_no_mean_no() {
    for no in ["", "n", "no", "nein", "non"] {
        let desk = shop();
        let mut session = asked(&desk);
        session.type_line(no);
        ended_in_nothing(&desk, &session.finish(), 7);
    }
}

#[test]
fn one_key_is_not_an_answer() {
    let desk = shop();
    let mut session = asked(&desk);

    // A key without Enter leaves the question open: the interrupt that follows ends it, not the key.
    session.send(b"y").wait_for("[y/N] y").send(b"\x03");

    ended_in_nothing(&desk, &session.finish(), 130);
}

#[test]
fn what_was_typed_before_the_question_does_not_answer_it() {
    let desk = shop();
    // The shell reads the first line; the rest waits in the terminal before the desk starts.
    let script =
        format!("printf ready; read go; exec {} refund {CARD} --reason returned", env!("CARGO_BIN_EXE_retour"));
    let mut session = desk.terminal(100, 40).spawn_program("/bin/sh", ["-c", &script]);

    session.wait_for("ready").send(b"go\ry\ry\ry\r").wait_for(QUESTION).type_line("");

    ended_in_nothing(&desk, &session.finish(), 7);
}

#[test]
fn three_unknown_answers_mean_no() {
    let desk = shop();
    let mut session = asked(&desk);

    session.type_line("perhaps").wait_for("perhaps\nplease answer yes or no\nMark this refund of 49.00 EUR? [y/N]");
    session.type_line("yy").wait_for("yy\nplease answer yes or no\nMark this refund of 49.00 EUR? [y/N]");
    session.type_line("1");

    let farewell = session.finish();
    ended_in_nothing(&desk, &farewell, 7);
    assert_snapshot!(last_lines(&farewell.screen, 8), @"
              applies: 14 days
    Mark this refund of 49.00 EUR? [y/N] perhaps
    please answer yes or no
    Mark this refund of 49.00 EUR? [y/N] yy
    please answer yes or no
    Mark this refund of 49.00 EUR? [y/N] 1
    please answer yes or no
    error[not_confirmed]: not confirmed: nothing was recorded
    ");
}

#[test]
fn a_yes_after_two_unknown_answers_counts() {
    let desk = shop();
    let mut session = asked(&desk);

    session
        .type_line("perhaps")
        .wait_for("please answer yes or no\nMark this refund of 49.00 EUR? [y/N]")
        .type_line("yes");

    session.finish().exit(0).terminal_as_found();
    assert_eq!(refunds(&desk), 1);
}

#[test]
fn an_interrupt_at_the_question_records_nothing() {
    let desk = shop();
    let mut session = asked(&desk);

    session.send(b"\x03");

    let farewell = session.finish();
    ended_in_nothing(&desk, &farewell, 130);
    assert_snapshot!(last_lines(&farewell.screen, 2), @"
    Mark this refund of 49.00 EUR? [y/N] ^C
    interrupted: nothing was recorded
    ");
}

#[test]
fn the_end_of_input_at_the_question_means_no() {
    let desk = shop();
    let mut session = asked(&desk);

    session.send(b"\x04");

    let farewell = session.finish();
    ended_in_nothing(&desk, &farewell, 7);
    assert_snapshot!(last_lines(&farewell.screen, 2), @"
    Mark this refund of 49.00 EUR? [y/N]
    error[not_confirmed]: not confirmed: nothing was recorded
    ");
}

#[test]
fn at_a_terminal_serious_cautions_are_shown_and_need_no_option() {
    let desk = shop();
    let mut session = desk.terminal(100, 40).spawn(["refund", SEPA, "--reason", "returned"]);

    session.wait_for("CAUTION").wait_for("[y/N]").type_line("yes");

    session.finish().exit(0).terminal_as_found();
    assert_eq!(refunds(&desk), 1);
}

#[test]
fn with_no_input_nothing_is_asked() {
    let desk = shop();

    let farewell = desk.terminal(100, 40).spawn(["refund", CARD, "--reason", "returned", "--no-input"]).finish();
    ended_in_nothing(&desk, &farewell, 7);

    let farewell =
        desk.terminal(100, 40).env("RETOUR_NO_INPUT", "1").spawn(["refund", CARD, "--reason", "returned"]).finish();
    ended_in_nothing(&desk, &farewell, 7);

    desk.terminal(100, 40)
        .spawn(["refund", CARD, "--reason", "returned", "--yes"])
        .finish()
        .exit(0)
        .terminal_as_found();
    assert_eq!(refunds(&desk), 1);
}

#[test]
fn an_answer_on_a_pipe_is_not_an_answer() {
    let desk = shop();
    let script = format!("echo y | {} refund {CARD} --reason returned", env!("CARGO_BIN_EXE_retour"));

    let farewell = desk.terminal(100, 40).spawn_program("/bin/sh", ["-c", &script]).finish();

    ended_in_nothing(&desk, &farewell, 7);
}

#[test]
fn the_plan_is_shown_when_the_answer_goes_into_a_file() {
    let desk = shop();
    let script = format!("{} refund {CARD} --reason returned --json > answer.json", env!("CARGO_BIN_EXE_retour"));
    let mut session = desk.terminal(100, 40).spawn_program("/bin/sh", ["-c", &script]);

    session.wait_for("Anna Beispiel").wait_for(QUESTION).type_line("y");

    session.finish().exit(0).terminal_as_found();
    let answer: serde_json::Value = serde_json::from_slice(&std::fs::read(desk.path("answer.json")).unwrap()).unwrap();
    assert_eq!(answer["refund"]["status"], "marked");
}

#[test]
fn the_reason_is_chosen_from_a_menu() {
    let desk = shop();
    let mut session = desk.terminal(100, 40).spawn(["refund", CARD]);

    session.wait_for("dissatisfied").send(b"\x1b[B").send(b"\x1b[B").send(b"\r");
    session.wait_for("[y/N]").type_line("y");

    session.finish().exit(0).terminal_as_found();
    let reason = desk.retour("refunds show R-000001 --json").json()["refund"]["reason"].clone();
    assert_eq!(reason, "returned");
}

#[test]
fn an_interrupt_or_escape_in_a_menu_restores_the_terminal() {
    for (key, code) in [(b"\x03".as_slice(), 130), (b"\x1b".as_slice(), 7)] {
        let desk = shop();
        let mut session = desk.terminal(100, 40).spawn(["refund", CARD]);
        session.wait_for("dissatisfied").wait_for_key_mode().send(key);
        ended_in_nothing(&desk, &session.finish(), code);
    }
    let desk = shop();
    let mut session = desk.terminal(100, 40).spawn(["refund", CARD, "--dry-run"]);
    session.wait_for("dissatisfied").wait_for_key_mode().send(b"\x03");
    ended_in_nothing(&desk, &session.finish(), 130);
}

#[test]
fn a_word_is_searched_for_and_a_payment_is_picked() {
    let desk = shop();
    let mut session = desk.terminal(120, 40).spawn(["refund", "zak", "--reason", "returned"]);

    session.wait_for("Which payment").wait_for("5a1e000000000005").send(b"\r");
    session.wait_for("Mark this refund of 29.00 EUR? [y/N]").type_line("y");

    session.finish().exit(0).terminal_as_found();
    assert_eq!(refunds(&desk), 1);
}

#[test]
fn without_arguments_everything_is_asked_for() {
    let desk = shop();
    let mut session = desk.terminal(120, 40).spawn(["refund"]);

    session.wait_for("Transaction, order or product ID, or customer").type_line("nobody");
    session.wait_for("nothing found for nobody\nTransaction, order or product ID, or customer:").type_line("beispiel");
    session.wait_for("Which payment").wait_for("5a1e000000000001").send(b"\r");
    session.wait_for("How much").type_line("1.250");
    session.wait_for("or decimals\nHow much [49.00]:").type_line("12,50");
    session.wait_for("dissatisfied").send(b"\r");
    session.wait_for("Mark this refund of 12.50 EUR? [y/N]").type_line("oui");

    let farewell = session.finish();
    farewell.exit(0).terminal_as_found();
    // The lines above are the menus.
    assert_snapshot!(last_lines(&farewell.screen, 14), @"
    order     Card0001
    product   Yoga for Beginners (e232d769)
    customer  Anna Beispiel <anna@example.org>
    method    card
    period    the return period of 14 days started with the order's first payment on 2026-03-20 and ends on Tue 2026-04-07;
              the 14 days end on Fri 2026-04-03
    reason    customer-request
    ground    withdrawal, within the 14 days by law
    expected  from Wed 2026-03-25 to Fri 2026-04-10, if carried out today
    caution   period_defaulted: the configuration has no return period for this product, so the default applies: 14 days
    Mark this refund of 12.50 EUR? [y/N] oui
    R-000001 is marked: 12.50 EUR of 5a1e000000000001 for Anna Beispiel <anna@example.org>. Nothing has been paid yet: carry
    it out on the platform, then run `retour refunds submit R-000001`.
    The money would arrive from Wed 2026-03-25 to Fri 2026-04-10, if carried out today.
    ");
    assert_eq!(refunds(&desk), 1);
}

#[test]
fn leaving_the_questions_records_nothing() {
    for (key, code) in [(b"\x03".as_slice(), 130), (b"\r".as_slice(), 7), (b"\x04".as_slice(), 7)] {
        let desk = shop();
        let mut session = desk.terminal(120, 40).spawn(["refund"]);
        session.wait_for("Transaction, order or product ID, or customer").send(key);
        ended_in_nothing(&desk, &session.finish(), code);
    }
}

#[test]
fn an_order_with_several_payments_lets_a_person_pick() {
    let desk = shop();
    let mut session = desk.terminal(120, 40).spawn(["refund", "--order", "Subs0005", "--reason", "returned"]);

    session.wait_for("Which payment").send(b"\x1b[B").send(b"\r").wait_for("[y/N]").type_line("y");

    session.finish().exit(0).terminal_as_found();
    assert_eq!(refunds(&desk), 1);
}

#[test]
fn a_refund_by_another_process_during_the_question_changes_the_plan() {
    let desk = shop();
    let mut session = asked(&desk);
    desk.mark(&format!("{CARD} --amount 10"));

    session.type_line("y");

    let farewell = session.finish();
    farewell.exit(4).terminal_as_found();
    assert_snapshot!(last_lines(&farewell.screen, 3), @"
           not 49.00 EUR
      nothing was recorded
    hint: review the new plan: retour refund 5a1e000000000001 --dry-run
    ");
    assert_eq!(refunds(&desk), 1);
}

#[test]
fn a_write_to_another_order_does_not_change_the_plan() {
    let desk = shop();
    let mut session = asked(&desk);
    desk.mark("5a1e000000000005");

    session.type_line("y");

    session.finish().exit(0).terminal_as_found();
    assert_eq!(refunds(&desk), 2);
}

#[test]
fn a_narrow_terminal_breaks_no_amount() {
    let desk = shop();

    let farewell = desk.terminal(44, 60).spawn(["transactions", "show", CARD, "-q"]).finish();

    assert_snapshot!(farewell.exit(0).terminal_as_found().screen, @"
    transaction  5a1e000000000001
    order        Card0001
    product      Yoga for Beginners (e232d769)
    customer     Anna Beispiel
                 <anna@example.org>
    country      DE
    amount       49.00 EUR
    left         49.00 EUR
    method       card
    plan         one payment
    status       paid
    ordered      Fri 2026-03-20
    paid         Fri 2026-03-20

    Refundable: 49.00 EUR is left; the return
    period of 14 days started with the order's
    first payment on 2026-03-20 and ends on Tue
    2026-04-07; the 14 days end on Fri
    2026-04-03.
    ");
}

fn last_lines(screen: &str, count: usize) -> String {
    let lines: Vec<&str> = screen.lines().filter(|line| !line.is_empty()).collect();
    lines[lines.len().saturating_sub(count)..].join("\n")
}
