//! `retour help`: topics that are complete, and whose commands exist.

use insta::assert_snapshot;
use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use crate::harness::Desk;

const TOPICS: [&str; 3] = ["rules", "codes", "exit-codes"];

fn page(topic: &str) -> String {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("src/commands/help");
    fs::read_to_string(folder.join(format!("{topic}.md"))).unwrap()
}

#[test]
fn help_lists_topics_and_commands() {
    assert_snapshot!(Desk::new().run(["help"]).ok().stdout(), @"
    Topics, for `retour help TOPIC`:
      rules       When a refund is allowed, and when the money arrives, with the sources
      codes       The codes of errors, cautions, what is due and imports
      exit-codes  What the exit code says

    Commands, for `retour help COMMAND`:
      demo          Take a tour of the desk, on a temporary store with made-up sales
      init          Create a commented configuration and an empty store; existing files are kept
      import        Import sales, refunds and chargebacks from exports and notifications
      transactions  Search payments, or show one
      orders        Show the order summary
      disputes      List the disputes of customers with their bank
      products      List products and their return periods
      refund        Check whether a sale may be refunded, show the plan, ask, and mark the refund
      refunds       List, advance and match refunds
      notice        Write the message to the customer of a refund, for you to send
      report        Report how much is refunded, and why
      events        List the audit log, or check it
      store         Show, check or upgrade the store file
      config        Show or check the configuration
      help          Explain a topic or a command; without one, list them
    ");
}

#[test]
fn a_topic_is_its_page_on_a_pipe_and_wrapped_on_a_terminal() {
    let desk = Desk::new();
    for topic in TOPICS {
        assert_eq!(desk.run(["help", topic]).ok().stdout(), page(topic), "{topic}");
        assert_eq!(desk.run(["help", topic, "--json"]).ok().json()["help"]["text"], page(topic), "{topic}");
        for width in [40, 80, 200] {
            let shown = desk.run(["help", topic, "--width", &width.to_string()]).ok().stdout().to_owned();
            // Commands, answers and codes are not broken.
            let wide = |line: &&str| line.chars().count() > width.min(100) && !line.starts_with("  ");
            assert_eq!(shown.lines().find(wide), None, "{topic}, {width} columns");
            let words = |text: &str| text.split_whitespace().map(str::to_owned).collect::<Vec<_>>();
            let plain: String =
                page(topic).lines().map(|line| line.trim_start_matches('#').to_owned() + "\n").collect();
            let plain: String =
                plain.lines().filter(|line| !line.starts_with("```")).map(|line| format!("{line}\n")).collect();
            assert_eq!(words(&shown), words(&plain), "{topic}, {width} columns");
        }
    }
}

#[test]
fn a_wrapped_topic_hangs_its_lists() {
    let shown = Desk::new().run(["help", "exit-codes", "--width", "60"]).ok().stdout().to_owned();
    assert_snapshot!(shown, @r#"
    Exit codes

    - 0: done; a search without a match too
    - 1: something failed before anything was recorded: a file,
      the disk
    - 2: the command line, the configuration or a file is wrong
    - 3: partly done; the rest is named
    - 4: refused by a rule or a control total, or the plan
      changed meanwhile; nothing was recorded
    - 5: not found, more than one candidate, or empty with
      `--fail-if-empty`
    - 6: the store cannot be used, or is damaged
    - 7: not confirmed; nothing was recorded
    - 8: recorded, but the answer could not be delivered: do not
      run the command again
    - 70: a bug
    - 130: interrupted; nothing was recorded

    An error says its code in brackets, and what to do about it.
    With `--json` it is an object with the same code:

      $ retour transactions search
      ? 6
      error[store_missing]: there is no store at ./.local/share/retour/store.db
      hint: create one: retour init

      $ retour transactions search --json
      ? 6
      {"error":{"code":"store_missing",[..]

    `recorded` in the object says whether anything was recorded
    in spite of the error; it is null if that is unknown.
    `retour help codes` lists the codes.
    "#);
}

#[test]
fn help_of_a_command_is_what_the_command_says() {
    let desk = Desk::new();
    let of = |words: &[&str]| desk.run(words.iter().copied()).ok().stdout().to_owned();
    assert_eq!(of(&["help", "refund"]), of(&["refund", "--help"]));
    assert_eq!(of(&["help", "refunds", "match"]), of(&["refunds", "match", "--help"]));
}

#[test]
fn an_unknown_topic_has_a_suggestion() {
    let desk = Desk::new();
    assert_snapshot!(desk.run(["help", "rule"]).exit(2).stderr(), @"
    error: there is no topic or command `rule`
    hint: did you mean this: retour help rules
    ");
    assert!(desk.run(["help", "refunds", "matc"]).exit(2).stderr().ends_with(": retour help refunds match\n"));
    assert_snapshot!(desk.run(["help", "weather"]).exit(2).stderr(), @"
    error: there is no topic or command `weather`
    hint: see all of them: retour help
    ");
    assert_snapshot!(desk.run(["help", "rules", "--format", "csv"]).exit(2).stderr(), @"
    error: help is text: it has no csv
    hint: retour help rules --format json
    ");
}

#[test]
fn help_needs_neither_a_configuration_nor_a_store() {
    let desk = Desk::new();
    desk.config("[nonsense]\n");
    desk.run(["help", "rules"]).ok();
}

/// The commands in backticks, in which words in capitals stand for values.
#[test]
fn every_command_that_a_topic_names_exists() {
    let desk = Desk::new();
    for topic in TOPICS {
        let page = page(topic).replace('\n', " ");
        let spans = page.split('`').skip(1).step_by(2).filter_map(|span| span.strip_prefix("retour "));
        for command in spans {
            let mut words: Vec<&str> = command.split_whitespace().collect();
            words.push("--help");
            desk.run(words).ok();
        }
    }
}

#[test]
fn every_code_is_in_the_topic_and_no_other() {
    let page = page("codes").replace("\n  ", " ");
    let spans = page.lines().filter_map(|line| line.strip_prefix("- ")?.split_once(": "));
    let listed: BTreeSet<String> = spans.flat_map(|(codes, _)| quoted(codes, '`')).collect();
    let sources: Vec<String> = sources(Path::new("src")).iter().map(|path| fs::read_to_string(path).unwrap()).collect();
    let sources: Vec<&str> = sources.iter().map(|text| text.split("#[cfg(test)]").next().unwrap()).collect();
    let used: BTreeSet<String> = sources.iter().flat_map(|source| codes(source)).collect();
    assert!(used.len() > 100, "{used:?}");
    assert_eq!(used.difference(&listed).collect::<Vec<_>>(), Vec::<&String>::new(), "codes that the topic lacks");
    let is_unknown = |code: &&String| !sources.iter().any(|source| source.contains(&format!("\"{code}\"")));
    assert_eq!(listed.iter().filter(is_unknown).collect::<Vec<_>>(), Vec::<&String>::new(), "codes that nothing has");
}

fn sources(folder: &Path) -> Vec<PathBuf> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join(folder);
    let mut all = Vec::new();
    for entry in fs::read_dir(root).unwrap().map(|entry| entry.unwrap().path()) {
        let is_test = entry.file_stem().is_some_and(|name| name == "tests" || name == "fixtures");
        match entry.is_dir() {
            _ if is_test => {}
            true => all.extend(sources(&entry)),
            false if entry.extension().is_some_and(|extension| extension == "rs") => all.push(entry),
            false => {}
        }
    }
    all
}

fn quoted(text: &str, quote: char) -> Vec<String> {
    text.split(quote).skip(1).step_by(2).map(str::to_owned).collect()
}

/// The codes that a source file gives: in `fn code`, in its lists, and where a failure, a finding or a reject is made.
fn codes(source: &str) -> Vec<String> {
    let mut codes = Vec::new();
    let between = |start: &str, end: &str| -> Vec<String> {
        let pieces = source.split(start).skip(1).map(|rest| rest.split(end).next().unwrap());
        pieces.flat_map(|piece| quoted(piece, '"')).collect()
    };
    codes.extend(between("fn code(&self) -> &'static str {", "\n    }"));
    codes.extend(between("let code = match &error {", "};"));
    for list in ["CautionCode, \"caution\"", "DueCode, \"reason to be due\"", "FaultCode, \"fault\""] {
        codes.extend(between(list, "\n    }"));
    }
    for start in ["Failure::new(", "Self::new(", "Finding::wrong(", "Finding::note(", "let (code, message) = match"] {
        for rest in source.split(start).skip(1) {
            let rest = rest.trim_start();
            let rest = match rest.strip_prefix("Exit::") {
                Some(rest) => rest.split_once(',').map_or("", |(_, rest)| rest).trim_start(),
                None if start.starts_with("Finding") => rest,
                None => continue,
            };
            codes.extend(rest.strip_prefix('"').and_then(|rest| rest.split_once('"')).map(|(code, _)| code.to_owned()));
        }
    }
    codes.extend(
        source.split("self.reject(").skip(1).filter_map(|call| quoted(call.split(')').next().unwrap(), '"').pop()),
    );
    codes.retain(|code| !code.is_empty() && code.bytes().all(|letter| letter.is_ascii_lowercase() || letter == b'_'));
    codes
}
