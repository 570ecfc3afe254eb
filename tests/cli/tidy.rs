//! Tests of the source tree: which room may name which, and what a file may look like.
//!
//! The rules are the table [`RULES`]. Each has a reason, which is printed with every finding, and a breach, which it
//! must find: a rule that cannot fail would be a comment. To change the rules, change the table.

mod circles;
mod paths;
mod source;

use std::fmt;
use std::fs;
use std::path::Path;

use source::Source;

struct Rule {
    /// The rule, as a finding says it.
    says: &'static str,
    because: &'static str,
    /// The files that it checks: paths from the root that begin like this.
    over: &'static [&'static str],
    /// The files that are exempt: paths that begin like this.
    except: &'static [&'static str],
    check: Check,
    /// A file that breaks it: path, text, and the line that a finding must name.
    breach: (&'static str, &'static str, usize),
}

enum Check {
    /// None of these is in the code, as a whole word.
    Code(&'static [&'static str]),
    /// None of these is in a string literal.
    Strings(&'static [&'static str]),
    /// None of these is in the file.
    Anywhere(&'static [&'static str]),
    /// None of these is in a comment or a string literal, as whole words in any case.
    Prose(&'static [&'static str]),
    /// Paths into other rooms of the crate follow [`LAYERS`] and [`INSIDE`].
    Layers,
    /// No line has more characters.
    Columns(usize),
    /// The file has no more lines.
    Lines(usize),
    /// The first line is a module header.
    Header,
}

/// What each room of the crate may name, besides itself.
const LAYERS: &[(&str, &[&str])] = &[
    ("domain", &[]),
    ("store", &["domain"]),
    ("import", &["domain"]),
    ("desk", &["store", "import", "domain"]),
    ("output", &["domain"]),
    ("environment", &["import", "output", "domain"]),
    ("commands", &["environment", "output", "desk", "store", "import", "domain"]),
];

/// What a part of a room may not name of the same room.
const INSIDE: &[(&str, &[&str])] = &[
    ("domain/sale", &["domain/rules", "domain/batch", "domain/due", "domain/notice", "domain/paid_twice"]),
    ("domain/rules", &["domain/batch", "domain/due", "domain/notice", "domain/paid_twice"]),
    ("output/messages", &["output/views"]),
    ("store/search", &["store/writer"]),
];

const ROOMS: &[&str] = &["domain", "store", "import", "desk", "output", "environment", "commands"];

const RULES: &[Rule] = &[
    Rule {
        says: "rusqlite only in src/store/",
        because: "all SQL of the program is in one room, so that a change of the schema is a change of one folder",
        over: &["src/"],
        except: &["src/store/"],
        check: Check::Code(&["rusqlite"]),
        breach: ("src/desk/refund.rs", "//! x\n//! rusqlite\nuse rusqlite::Connection;\n", 3),
    },
    Rule {
        says: "comfy-table only in src/output/table.rs",
        because: "widths, columns that must not wrap and cards on narrow screens are decided in one place",
        over: &["src/"],
        except: &["src/output/table.rs"],
        check: Check::Code(&["comfy_table"]),
        breach: ("src/output/sanitize.rs", "//! x\nlet t = comfy_table::Table::new();\n", 2),
    },
    Rule {
        says: "dialoguer only in src/environment/prompt.rs",
        because: "a question about money must follow the rules of the prompt, and tests answer the prompt by a script",
        over: &["src/"],
        except: &["src/environment/prompt.rs"],
        check: Check::Code(&["dialoguer"]),
        breach: ("src/commands/refund/one.rs", "//! x\nuse dialoguer::Input;\n", 2),
    },
    Rule {
        says: "clap only in src/commands/",
        because: "a command turns arguments into the domain's values; the other rooms know only those",
        over: &["src/"],
        except: &["src/commands/"],
        check: Check::Code(&["clap"]),
        breach: ("src/domain/refund.rs", "//! x\n\n#[derive(clap::ValueEnum)]\nenum Reason {}\n", 3),
    },
    Rule {
        says: "rooms name only the rooms below them",
        because: "main → commands → {desk, output, environment}, desk → {store, import} → domain, output → domain: what \
                  two rooms share is in the domain, and what a room needs from above is passed to it",
        over: &["src/"],
        except: &["src/main.rs", "src/lib.rs"],
        check: Check::Layers,
        breach: ("src/domain/rules/plan.rs", "//! x\nuse crate::{\n    domain::money,\n    store::Store,\n};\n", 4),
    },
    Rule {
        says: "SQL only in src/store/",
        because: "a query far from the schema is forgotten when the schema changes",
        over: &["src/"],
        except: &["src/store/"],
        check: Check::Strings(&["SELECT ", "INSERT INTO", "UPDATE ", "DELETE FROM"]),
        breach: ("src/desk/advance.rs", "//! x\n// SELECT is fine\nlet q = \"SELECT 1\";\n", 3),
    },
    Rule {
        says: "environment and clock only in src/main.rs and src/environment/",
        because: "the environment is read once per command and passed down, so that a test can choose the day",
        over: &["src/"],
        except: &["src/main.rs", "src/environment/"],
        check: Check::Code(&["std::env", "Utc::now", "SystemTime", "Instant::now"]),
        breach: ("src/domain/rules/window.rs", "//! x\nfn f() { let now = Utc::now(); }\n", 2),
    },
    Rule {
        says: "no absolute path of a machine",
        because: "examples and tests must work in every home directory",
        over: &["README.md", "config.example.toml", "examples/", "tests/", "src/"],
        except: &["tests/cli/tidy.rs"],
        check: Check::Anywhere(&["/home/", "/root/", "/Users/"]),
        breach: ("README.md", "# x\n\nretour --store /home/anna/store.db\n", 3),
    },
    Rule {
        says: "at most 600 lines",
        because: "a file is read before it is changed; a long one holds two ideas that need two names",
        over: &["src/"],
        // Every message of a language is one page.
        except: &["src/output/messages/tests/snapshots/"],
        check: Check::Lines(600),
        breach: ("src/desk/refund.rs", LONG, 601),
    },
    Rule {
        says: "at most 120 columns, the text in literals not counted",
        because: "two files fit side by side on a screen, and a review needs no scrolling",
        over: &["src/"],
        // Rows of data cannot be wrapped.
        except: &["src/commands/demo/sales.csv"],
        check: Check::Columns(120),
        breach: ("src/store/migrations/0001.sql", WIDE, 2),
    },
    Rule {
        says: "a module begins with its header, `//!`",
        because: "the header says what the module promises, and so what would break it",
        over: &["src/"],
        except: &[],
        check: Check::Header,
        breach: ("src/domain/money.rs", "use std::fmt;\n", 1),
    },
    Rule {
        says: "plain English in messages and comments",
        because: "the program is read by people who did not write it: subject, verb, object, in the field's own terms; \
                  say who, how many and which, and `serious` for a caution that must be accepted",
        over: &["src/", "config.example.toml"],
        // A migration that was run is never edited.
        except: &["src/store/migrations/"],
        check: Check::Prose(&[
            "nobody",
            "somebody",
            "whoever",
            "anew",
            "forgiven",
            "so many",
            "of its own",
            "of their own",
            "weighty",
        ]),
        breach: ("src/desk/refund.rs", "//! x\nlet nobody = 1;\n/// Pays Nobody twice.\n", 3),
    },
];

const LONG: &str = {
    const LINES: [u8; 601] = [b'\n'; 601];
    match str::from_utf8(&LINES) {
        Ok(text) => text,
        Err(_) => "",
    }
};

/// A line of 120 characters, more bytes, and one of 121.
const WIDE: &str = concat!(
    "-- wide enough: éééééééééééééééééééééééééééééééééééééééééééé",
    "éééééééééééééééééééééééééééééééééééééééééééééééééééééééééééé\n",
    "-- too wide: 01234567890123456789012345678901234567890123456",
    "7890123456789012345678901234567890123456789012345678901234567\n",
);

/// A file of the tree: its path from the root with `/`, and its text.
struct File {
    path: String,
    text: String,
}

struct Finding<'a> {
    path: &'a str,
    line: usize,
    rule: &'a Rule,
    what: String,
}

impl fmt::Display for Finding<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { path, line, rule, what } = self;
        write!(f, "{path}:{line}: {}, but: {what}\n    because {}", rule.says, rule.because)
    }
}

fn findings<'a>(rule: &'a Rule, file: &'a File) -> Vec<Finding<'a>> {
    let begins = |starts: &[&str]| starts.iter().any(|start| file.path.starts_with(start));
    if !begins(rule.over) || begins(rule.except) {
        return Vec::new();
    }
    let finding = |(line, what)| Finding { path: &file.path, line, rule, what };
    breaches(&rule.check, file).into_iter().map(finding).collect()
}

/// The lines that break a rule, from 1, each with its text.
fn breaches(check: &Check, File { path, text }: &File) -> Vec<(usize, String)> {
    let is_rust = path.ends_with(".rs");
    match check {
        Check::Code(_) | Check::Strings(_) | Check::Layers | Check::Header if !is_rust => Vec::new(),
        Check::Code(words) => naming(&Source::read(text).code, words, has_word),
        Check::Strings(words) => naming(&Source::read(text).strings, words, has_text),
        Check::Anywhere(words) => naming(text, words, has_text),
        Check::Prose(words) if is_rust => naming(&Source::read(text).prose.to_lowercase(), words, has_word),
        Check::Prose(words) => naming(&text.to_lowercase(), words, has_word),
        Check::Layers => crossings(path, &Source::read(text).code),
        Check::Columns(most) if is_rust => too_wide(&Source::read(text).bare, *most),
        Check::Columns(most) => too_wide(text, *most),
        Check::Lines(most) => {
            let count = text.lines().count();
            if count > *most { vec![(most + 1, format!("{count} lines"))] } else { Vec::new() }
        }
        Check::Header if text.starts_with("//!") => Vec::new(),
        Check::Header => vec![(1, text.lines().next().unwrap_or("an empty file").to_owned())],
    }
}

fn too_wide(text: &str, most: usize) -> Vec<(usize, String)> {
    lines(text)
        .map(|(number, line)| (number, line.chars().count()))
        .filter(|(_, width)| *width > most)
        .map(|(number, width)| (number, format!("{width} columns")))
        .collect()
}

fn lines(text: &str) -> impl Iterator<Item = (usize, &str)> {
    (1..).zip(text.lines())
}

fn naming(text: &str, words: &[&str], holds: fn(&str, &str) -> bool) -> Vec<(usize, String)> {
    lines(text)
        .filter(|(_, line)| words.iter().any(|word| holds(line, word)))
        .map(|(number, line)| (number, line.trim().to_owned()))
        .collect()
}

fn has_text(line: &str, text: &str) -> bool {
    line.contains(text)
}

/// Whether `word` is in `line`, and not as part of a longer name.
fn has_word(line: &str, word: &str) -> bool {
    let is_name = |c: char| c.is_alphanumeric() || c == '_';
    line.match_indices(word)
        .any(|(at, _)| !line[..at].ends_with(is_name) && !line[at + word.len()..].starts_with(is_name))
}

/// The lines in which the code of a file names what its room may not.
fn crossings(path: &str, code: &str) -> Vec<(usize, String)> {
    let inside = path.strip_prefix("src/").unwrap_or(path);
    let room = inside.split('/').next().unwrap_or(inside).trim_end_matches(".rs");
    let Some((_, may)) = LAYERS.iter().find(|(name, _)| *name == room) else {
        return vec![(1, format!("src/{room} has no row in LAYERS"))];
    };
    // In `store/mod.rs` the parent is the crate itself.
    let is_top = inside == format!("{room}/mod.rs");
    let roots: &[&str] = if is_top { &["crate::", "retour::", "super::"] } else { &["crate::", "retour::"] };
    let named: Vec<_> = roots.iter().flat_map(|root| paths::after(code, root)).collect();
    let above = named.iter().filter_map(|(line, path)| {
        let other = path.split("::").next().unwrap_or(path);
        let is_crossing = ROOMS.contains(&other) && other != room && !may.contains(&other);
        is_crossing.then(|| (*line, format!("src/{room} names {other}")))
    });
    let beside = named.iter().filter_map(|(line, path)| {
        let (part, other) = forbidden_inside(inside, path)?;
        Some((*line, format!("src/{part} names {other}")))
    });
    let mut found: Vec<_> = above.chain(beside).chain(naming(code, &["super::super::"], has_text)).collect();
    found.sort();
    found
}

/// The row of [`INSIDE`] that a file breaks when it names this path.
fn forbidden_inside(file: &str, named: &str) -> Option<(&'static str, &'static str)> {
    if paths::is_test(file) {
        return None;
    }
    let named = named.replace("::", "/");
    let is_in = |path: &str, part: &str| {
        path.strip_prefix(part).is_some_and(|rest| rest.is_empty() || rest.starts_with(['/', '.']))
    };
    let rows = INSIDE.iter().filter(|(part, _)| is_in(file, part));
    rows.flat_map(|(part, others)| others.iter().map(|other| (*part, *other))).find(|(_, other)| is_in(&named, other))
}

/// The text files that the rules check.
fn tree() -> Vec<File> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut files = Vec::new();
    for start in ["src", "tests", "examples", "README.md", "config.example.toml"] {
        gather(root, &root.join(start), &mut files);
    }
    files.sort_by(|one, other| one.path.cmp(&other.path));
    files
}

fn gather(root: &Path, path: &Path, files: &mut Vec<File>) {
    if path.is_dir() {
        for entry in fs::read_dir(path).expect("a readable folder") {
            gather(root, &entry.expect("a readable entry").path(), files);
        }
    } else if path.file_name().is_some_and(|name| name.to_string_lossy().starts_with('.')) {
        // Dotfiles belong to tools, as insta's pending snapshots do.
    } else if let Ok(text) = fs::read_to_string(path) {
        let inside = path.strip_prefix(root).expect("a path in the tree");
        files.push(File { path: inside.to_str().expect("a readable path").replace('\\', "/"), text });
    }
}

#[test]
fn the_tree_follows_the_rules() {
    let files = tree();
    assert!(files.iter().any(|file| file.path == "src/main.rs"), "the tree was not found");

    let found: Vec<String> = files
        .iter()
        .flat_map(|file| RULES.iter().flat_map(|rule| findings(rule, file)))
        .map(|finding| finding.to_string())
        .collect();

    assert!(found.is_empty(), "{} findings\n{}", found.len(), found.join("\n"));
}

#[test]
fn no_files_name_each_other_in_a_circle() {
    let circles: Vec<String> = circles::circles(&tree()).into_iter().collect();

    let because = "of two files in a circle neither can be read, tested or changed without the other";
    assert!(circles.is_empty(), "{}\n    because {because}", circles.join("\n"));
}

#[test]
fn a_folder_is_a_room_or_holds_the_tests_of_the_file_beside_it() {
    assert_eq!(misplaced(&tree()), Vec::<String>::new());

    let file = |path: &str| File { path: path.to_owned(), text: String::new() };
    let files = ["src/a/mod.rs", "src/a/b.rs", "src/a/b/tests.rs", "src/c.rs", "src/c/tests/mod.rs"].map(file);
    assert_eq!(misplaced(&files), Vec::<String>::new());
    let files = ["src/c.rs", "src/c/d.rs", "src/e/f.rs"].map(file);
    assert_eq!(misplaced(&files), ["src/c/d.rs is beside src/c.rs", "src/e/f.rs is in a folder without mod.rs"]);
}

/// The files that break the one module style: `mod.rs` for a room, and only tests in a folder beside its file.
fn misplaced(files: &[File]) -> Vec<String> {
    let exists = |path: &str| files.iter().any(|file| file.path == path);
    let rust = files.iter().map(|file| &file.path).filter(|path| path.starts_with("src/") && path.ends_with(".rs"));
    let problem = |path: &String| {
        let (folder, name) = path.rsplit_once('/')?;
        let beside = format!("{folder}.rs");
        match exists(&beside) {
            true => (name != "tests.rs").then(|| format!("{path} is beside {beside}")),
            false if folder == "src" || exists(&format!("{folder}/mod.rs")) => None,
            false => Some(format!("{path} is in a folder without mod.rs")),
        }
    };
    rust.filter_map(problem).collect()
}

#[test]
fn every_rule_finds_its_breach_and_names_the_line() {
    for rule in RULES {
        let (path, text, line) = rule.breach;
        let file = File { path: path.to_owned(), text: text.to_owned() };

        let found: Vec<usize> = findings(rule, &file).iter().map(|finding| finding.line).collect();

        assert_eq!(found, [line], "{}", rule.says);
    }
}

#[test]
fn every_rule_exempts_the_paths_it_names() {
    for rule in RULES {
        for exempt in rule.except {
            let file = File { path: format!("{exempt}x.rs"), text: rule.breach.1.to_owned() };

            assert!(findings(rule, &file).is_empty(), "{} in {exempt}", rule.says);
        }
    }
}

#[test]
fn every_room_names_only_the_rooms_in_its_row() {
    let text: String = ROOMS.iter().map(|room| format!("use crate::{room}::x;\n")).collect();
    let mut rows = String::new();
    for room in ROOMS {
        let crossings = crossings(&format!("src/{room}/x.rs"), &text);
        let names: Vec<_> = crossings.iter().filter_map(|(_, what)| what.rsplit(' ').next()).collect();
        rows += &format!("{room} may not name [{}]\n", names.join(" "));
    }

    insta::assert_snapshot!(rows, @r"
    domain may not name [store import desk output environment commands]
    store may not name [import desk output environment commands]
    import may not name [store desk output environment commands]
    desk may not name [output environment commands]
    output may not name [store import desk environment commands]
    environment may not name [store desk commands]
    commands may not name []
    ");
}

#[test]
fn every_part_of_a_room_is_kept_from_the_parts_in_its_row() {
    for (part, others) in INSIDE {
        for other in *others {
            let code = format!("use crate::{}::X;", other.replace('/', "::"));
            assert_eq!(crossings(&format!("src/{part}.rs"), &code), [(1, format!("src/{part} names {other}"))]);
            assert_eq!(crossings(&format!("src/{part}/x.rs"), &code).len(), 1);
            assert_eq!(crossings(&format!("src/{part}x.rs"), &code), []);
        }
    }
}

#[test]
fn a_crossing_is_found_however_the_path_is_written() {
    let crosses = |path, code| !crossings(path, code).is_empty();

    assert!(crosses("src/domain/rules/plan.rs", "fn f(s: &crate::store::Store) {}"));
    assert!(crosses("src/domain/rules/plan.rs", "use crate::{domain::{ids, money}, store};"));
    assert!(crosses("src/domain/rules/plan.rs", "use super::super::store;"));
    assert!(crosses("src/store/mod.rs", "use super::desk;"));
    assert!(crosses("src/settings/mod.rs", "use crate::domain;"), "a room without a row");
    assert!(!crosses("src/domain/rules/plan.rs", "use crate::domain::{store, desk};"));
    assert!(!crosses("src/store/events.rs", "use super::search; use crate::domain::audit_log;"));
    assert!(!crosses("src/commands/refund.rs", "use crate::{desk, output, environment::clock};"));
}

#[test]
fn a_finding_says_where_what_and_why() {
    let file = File { path: "src/domain/money.rs".into(), text: "//! Money.\nuse rusqlite::types::ToSql;\n".into() };

    insta::assert_snapshot!(findings(&RULES[0], &file)[0].to_string(), @r"
    src/domain/money.rs:2: rusqlite only in src/store/, but: use rusqlite::types::ToSql;
        because all SQL of the program is in one room, so that a change of the schema is a change of one folder
    ");
}
