//! The book: walkthroughs (`tests/book/*.md`, including the README) and refusals (`tests/refusals/*.md`), executed.
//!
//! A page is Markdown. Its fenced blocks that say `console`, `trycmd` or nothing are run; others (`toml`, `text`, `sh`)
//! and `console,ignore` are only read. A line `$ retour …` is split like a shell's, without pipes, redirections or
//! variables; `> …` continues it; `? 4` right below expects that exit code, else it is 0. Then comes what it says, both
//! streams together; `[..]` stands for some characters, `...` for some lines, `[CWD]` for the sandbox.
//! - A folder `page.out/` (with a `.keep`) gives the page *one* sandbox for all its commands, each one started in it;
//!   files in that folder must be there at the end. `page.in/`, or a link by that name, is copied into it before.
//! - `HOME` is `.`, the sandbox itself: a store that one block makes is there for the next one. Stdin is empty.
//! - trycmd inherits the environment, and its own `env` beats `NAME=value` before a command. So the pages run in a
//!   separate process whose environment is [`PINNED`], and `$ RETOUR_NOW=… retour …` works.
//! - The clock is fixed in every page, and the program notes it each time. People read the book, so there it is run
//!   through `retour.sh`, 100 columns wide and without that note; the refusals show everything.
//! - A block in an HTML comment is run but not shown: setup that a reader does not need.
//! - trycmd silently ignores unknown programs and pages without commands: see [`flaws`].
//! - `TRYCMD=overwrite cargo test --test book` rewrites the pages; `… -- every_page_says trycmd=name` runs some.

#![allow(clippy::unwrap_used, reason = "a fixture that breaks stops the test that leans on it")]

use std::env;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;

const RETOUR: &str = env!("CARGO_BIN_EXE_retour");

/// The folders of pages, and what `retour` runs there.
const FOLDERS: [(&str, &str); 2] =
    [("tests/book", concat!(env!("CARGO_MANIFEST_DIR"), "/tests/book/retour.sh")), ("tests/refusals", RETOUR)];

/// Other programs that a page may run, and their paths.
const PROGRAMS: [(&str, &str); 3] = [("cat", "/bin/cat"), ("cp", "/bin/cp"), ("rm", "/bin/rm")];

/// The environment of a page. The time zone is unusual on purpose: the desk has its own.
const PINNED: [(&str, &str); 8] = [
    ("HOME", "."),
    ("PATH", "/usr/bin:/bin"),
    ("LC_ALL", "C.UTF-8"),
    ("TZ", "Pacific/Auckland"),
    ("RETOUR_ACTOR", "anna"),
    ("RETOUR_NOW", "2026-03-25T10:00:00+01:00"),
    ("RETOUR_EXE", RETOUR),
    (INSIDE, "yes"),
];

/// Set in the process whose environment is pinned.
const INSIDE: &str = "RUN_BY_THE_BOOK";

/// The variables that are passed on: trycmd's own, and the temporary folder.
const PASSED_ON: [&str; 2] = ["TRYCMD", "TMPDIR"];

#[test]
#[expect(clippy::disallowed_methods, reason = "this process is the one that pins the environment")]
fn every_page_says_what_the_program_does() {
    if env::var_os(INSIDE).is_some() {
        return run_pages();
    }
    let passed_on = PASSED_ON.iter().filter_map(|name| Some((name, env::var_os(name)?)));
    let output = Command::new(env::current_exe().unwrap())
        .args(["--exact", "every_page_says_what_the_program_does", "--nocapture"])
        .args(env::args_os().filter(|arg| arg.to_string_lossy().starts_with("trycmd=")))
        .env_clear()
        .envs(passed_on)
        .envs(PINNED)
        .output()
        .unwrap();
    let (stdout, stderr) = (String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
    println!("{stdout}{stderr}");
    assert!(output.status.success(), "the book and the program differ: see above");
}

fn run_pages() {
    for (folder, retour) in FOLDERS {
        let programs = PROGRAMS.into_iter().chain([("retour", retour)]);
        let cases = trycmd::TestCases::new();
        cases.timeout(Duration::from_secs(60));
        cases.register_bins(programs.map(|(name, path)| (name, Path::new(path))));
        cases.case(format!("{folder}/*.md"));
        cases.run();
    }
}

#[test]
fn every_page_is_executed() {
    let found: Vec<String> = pages().iter().flat_map(|page| flaws(page)).collect();

    assert!(found.is_empty(), "{}", found.join("\n"));
}

fn pages() -> Vec<PathBuf> {
    let files = FOLDERS.iter().filter_map(|(folder, _)| fs::read_dir(folder).ok()).flatten();
    let mut pages: Vec<_> = files.map(|file| file.unwrap().path()).filter(|path| is_page(path)).collect();
    pages.sort();
    pages
}

fn is_page(path: &Path) -> bool {
    path.extension().is_some_and(|extension| extension == "md")
}

/// What trycmd would ignore silently.
fn flaws(page: &Path) -> Vec<String> {
    let text = fs::read_to_string(page).unwrap();
    let mut flaws = unknown_programs(&text);
    if commands(&text).is_empty() {
        flaws.push("no command is run".to_owned());
    }
    if !page.with_extension("out").is_dir() {
        flaws.push("no sandbox: make the folder with a file .keep beside it, named as the page, .out".to_owned());
    }
    flaws.into_iter().map(|flaw| format!("{}: {flaw}", page.display())).collect()
}

/// The commands whose program trycmd does not know.
fn unknown_programs(text: &str) -> Vec<String> {
    let program = |line: &str| line.split_whitespace().find(|word| !word.contains('=')).map(str::to_owned);
    let is_known = |name: String| name == "retour" || PROGRAMS.iter().any(|(known, _)| *known == name);
    commands(text)
        .into_iter()
        .filter(|line| !program(line).is_some_and(is_known))
        .map(|line| format!("`{line}` is not run"))
        .collect()
}

/// The commands in the blocks that trycmd runs.
fn commands(text: &str) -> Vec<&str> {
    let mut commands = Vec::new();
    let mut lines = text.lines();
    while let Some(opening) = lines.find(|line| line.starts_with("```")) {
        let info = opening.trim_start_matches('`').trim();
        let block = lines.by_ref().take_while(|line| !line.starts_with("```"));
        let typed: Vec<_> = block.filter_map(|line| line.strip_prefix("$ ")).collect();
        if ["", "console", "trycmd"].contains(&info) {
            commands.extend(typed);
        }
    }
    commands
}

#[test]
fn an_unknown_program_is_reported() {
    let text = concat!(
        "```console\n$ retour init\n$ RETOUR_NOW=2026-03-26T10:00:00+01:00 retour refunds due\n```\n",
        "```sh\n$ make coffee\n```\n```console,ignore\n$ cargo install\n```\n",
        "```\n$ retuor init\nmade it\n$ ls\n```\n",
    );

    assert_eq!(unknown_programs(text), ["`retuor init` is not run", "`ls` is not run"]);
}
