//! The paths that the code of a file names, and the files that they lead to.

/// Every path after `root` in the code, with its line: `store` and `domain::x` for `crate::{store, domain::x}`.
pub fn after(code: &str, root: &str) -> Vec<(usize, String)> {
    let starts = code.match_indices(root).map(|(at, _)| at + root.len());
    starts.flat_map(|start| tree(code, start)).collect()
}

/// The paths of one use tree, or of one path in an expression.
fn tree(code: &str, start: usize) -> Vec<(usize, String)> {
    let mut found = Vec::new();
    let (mut open, mut path, mut is_complete) = (Vec::<String>::new(), String::new(), false);
    let mut keep = |path: &str, prefix: Option<&String>, at: usize| {
        if Some(path) != prefix.map(String::as_str) && !path.is_empty() {
            let name = path.trim_end_matches("::*").trim_end_matches("::self").to_owned();
            found.push((1 + code[..at].matches('\n').count(), name));
        }
    };
    for (offset, c) in code[start..].char_indices() {
        match c {
            '{' => open.push(path.clone()),
            ',' | '}' if !open.is_empty() => {
                keep(&path, open.last(), start + offset);
                if c == '}' {
                    open.pop();
                }
                is_complete = false;
                match open.last() {
                    Some(prefix) => path.clone_from(prefix),
                    None => return found,
                }
            }
            // `a as b` names only `a`.
            c if c.is_whitespace() && !open.is_empty() => is_complete = open.last() != Some(&path),
            c if (c.is_alphanumeric() || "_:*".contains(c)) && !is_complete => path.push(c),
            _ if !open.is_empty() => {}
            _ => {
                keep(&path, None, start + offset);
                return found;
            }
        }
    }
    keep(&path, None, code.len());
    found
}

/// A file of tests, which may name what the code may not.
pub fn is_test(file: &str) -> bool {
    file.ends_with("/tests.rs") || file.contains("/tests/")
}

#[test]
fn every_path_of_a_use_tree_is_found() {
    let code = "use crate::{store, domain::{self, money::{Money as Sum, Currency}}};\nlet x = crate::desk::f(y);";
    let found: Vec<String> = after(code, "crate::").into_iter().map(|(line, path)| format!("{line} {path}")).collect();
    assert_eq!(found, ["1 store", "1 domain", "1 domain::money::Money", "1 domain::money::Currency", "2 desk::f"]);
}
