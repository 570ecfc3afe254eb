//! Circles between files: `a` names `b`, and `b`, perhaps over others, names `a`.

use std::collections::{BTreeMap, BTreeSet};

use super::File;
use super::paths;
use super::source::Source;

/// The files that each file of the crate names, test code aside.
type Graph<'f> = BTreeMap<&'f str, BTreeSet<&'f str>>;

/// A circle through each file that is in one, as `a → b → a`.
pub fn circles(files: &[File]) -> BTreeSet<String> {
    let graph = graph(files);
    graph.keys().filter_map(|start| circle_from(start, &graph)).collect()
}

/// The shortest circle from a file, if it is the first of its files in the alphabet: so each is found once.
fn circle_from(start: &str, graph: &Graph<'_>) -> Option<String> {
    let mut reached: Vec<(&str, String)> = vec![(start, start.to_owned())];
    let mut next = 0;
    while let Some((file, trail)) = reached.get(next).cloned() {
        for named in graph.get(file).into_iter().flatten().copied().filter(|named| *named >= start) {
            if named == start {
                return Some(format!("{trail} → {start}"));
            }
            if reached.iter().all(|(known, _)| *known != named) {
                reached.push((named, format!("{trail} → {named}")));
            }
        }
        next += 1;
    }
    None
}

fn graph(files: &[File]) -> Graph<'_> {
    let sources: Vec<&File> = files
        .iter()
        .filter(|file| file.path.starts_with("src/") && file.path.ends_with(".rs") && !paths::is_test(&file.path))
        .collect();
    let modules: BTreeMap<String, &str> = sources.iter().map(|file| (module(&file.path), file.path.as_str())).collect();
    sources.iter().map(|file| (file.path.as_str(), named_by(file, &modules))).collect()
}

fn named_by<'f>(file: &File, modules: &BTreeMap<String, &'f str>) -> BTreeSet<&'f str> {
    let source = Source::read(&file.text);
    let code = without_tests(&source.code);
    let path = module(&file.path);
    let parent = path.rsplit_once("::").map_or("", |(parent, _)| parent);
    let absolute = paths::after(code, "crate::").into_iter().map(|(_, path)| path);
    let relative = paths::after(code, "super::").into_iter().map(|(_, path)| format!("{parent}::{path}"));
    let named = absolute.chain(relative).filter_map(|path| file_of(&path, modules));
    named.filter(|named| *named != file.path && !is_own_room(named, &file.path)).collect()
}

/// The module path of a file: `domain::rules::plan` for `src/domain/rules/plan.rs`.
fn module(file: &str) -> String {
    let inside = file.strip_prefix("src/").unwrap_or(file).trim_end_matches(".rs").trim_end_matches("/mod");
    inside.replace('/', "::")
}

/// The code of a file without its tests, which are at its end.
fn without_tests(code: &str) -> &str {
    code.split("#[cfg(test)]\nmod ").next().unwrap_or(code)
}

/// The file with the longest module path that `path` begins with.
fn file_of<'f>(path: &str, modules: &BTreeMap<String, &'f str>) -> Option<&'f str> {
    let mut module = path;
    loop {
        if let Some(file) = modules.get(module) {
            return Some(file);
        }
        module = module.rsplit_once("::")?.0;
    }
}

/// A room's `mod.rs` declares its files, so that they may name what it holds.
fn is_own_room(named: &str, file: &str) -> bool {
    named.strip_suffix("mod.rs").is_some_and(|room| file.starts_with(room))
}

fn files(texts: &[(&str, &str)]) -> Vec<File> {
    texts.iter().map(|(path, text)| File { path: (*path).to_owned(), text: (*text).to_owned() }).collect()
}

#[test]
fn a_circle_is_found_once_whatever_its_length() {
    let files = files(&[
        ("src/domain/a.rs", "use crate::domain::{b::B, ids::Id};"),
        ("src/domain/b.rs", "fn f(c: &crate::domain::rules::c::C) {}"),
        ("src/domain/ids.rs", "use std::fmt;"),
        ("src/domain/rules/c.rs", "use super::d::D;"),
        ("src/domain/rules/d.rs", "use crate::domain::a::{A as Other};"),
    ]);
    let expected =
        "src/domain/a.rs → src/domain/b.rs → src/domain/rules/c.rs → src/domain/rules/d.rs → src/domain/a.rs";
    assert_eq!(circles(&files), BTreeSet::from([expected.to_owned()]));
}

#[test]
fn tests_and_the_room_s_own_mod_rs_make_no_circle() {
    let files = files(&[
        ("src/store/mod.rs", "use crate::store::open::open;"),
        ("src/store/open.rs", "use crate::store::Store;\n#[cfg(test)]\nmod tests {\n    use crate::store::check;\n}\n"),
        ("src/store/check.rs", "use crate::store::open::open;"),
        ("src/store/check/tests.rs", "use crate::store::open::open;"),
    ]);
    assert_eq!(circles(&files), BTreeSet::new());
}
