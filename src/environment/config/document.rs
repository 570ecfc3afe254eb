//! A TOML file that is read key by key. A key that was not asked for, and a value that is not as expected, becomes a
//! problem with its place.
//!
//! Deriving the reader with serde would be shorter, but stops at the first mistake of a table, and a vendor who
//! corrects one mistake per run does not see what is left. It also cannot say that a key belongs in another table.

use super::Problem;
use crate::domain::suggestion::nearest;
use std::borrow::Cow;
use std::cell::RefCell;
use toml::Spanned;
use toml::de::{DeString, DeTable, DeValue};

/// The file, with the problems found so far.
pub(super) struct Document<'t> {
    text: &'t str,
    root: DeTable<'t>,
    /// The byte, and the message.
    problems: RefCell<Vec<(usize, String)>>,
    unknown: RefCell<Vec<Unknown>>,
    asked: RefCell<Vec<Asked>>,
}

/// A known key.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Asked {
    /// `returns`, `import.csv`; empty at the top.
    pub(super) section: String,
    pub(super) key: &'static str,
    pub(super) is_there: bool,
    /// It is one of the names that a table maps to others, and not a setting.
    pub(super) is_mapped: bool,
}

struct Unknown {
    section: String,
    key: String,
    is_table: bool,
    at: usize,
}

/// A table of the file. A missing one is read as an empty one.
pub(super) struct Section<'d> {
    document: &'d Document<'d>,
    /// As in its header, without the brackets; empty at the top.
    name: String,
    table: Option<&'d DeTable<'d>>,
    /// The byte of its key.
    at: usize,
}

impl<'t> Document<'t> {
    /// A file that is not TOML is an empty document with one problem: the parser's further errors mostly follow from
    /// its first.
    pub(super) fn new(text: &'t str) -> Self {
        // A byte order mark is not a column.
        let text = text.strip_prefix('\u{feff}').unwrap_or(text);
        let (root, problems) = match DeTable::parse(text) {
            Ok(root) => (root.into_inner(), Vec::new()),
            Err(error) => {
                let at = error.span().map_or(0, |span| span.start);
                (DeTable::new(), vec![(at, format!("this is not TOML: {}", error.message().trim_end()))])
            }
        };
        let problems = RefCell::new(problems);
        Self { text, root, problems, unknown: RefCell::default(), asked: RefCell::default() }
    }

    pub(super) fn root(&self) -> Section<'_> {
        Section { document: self, name: String::new(), table: Some(&self.root), at: 0 }
    }

    /// All problems, in the order of the file.
    pub(super) fn into_problems(self) -> Vec<Problem> {
        let asked = self.asked.into_inner();
        let unknown = self.unknown.into_inner();
        let mut all = self.problems.into_inner();
        all.extend(unknown.iter().map(|unknown| (unknown.at, unknown.message(&asked))));
        all.sort();
        all.into_iter().map(|(at, message)| problem(self.text, at, message)).collect()
    }

    #[cfg(test)]
    pub(super) fn asked(&self) -> Vec<Asked> {
        self.asked.borrow().clone()
    }

    fn report(&self, at: usize, message: String) {
        self.problems.borrow_mut().push((at, message));
    }

    /// A value as written in the file, cut if it is long.
    fn source(&self, value: &Spanned<DeValue<'_>>) -> String {
        const LONGEST: usize = 60;
        let source = self.text.get(value.span()).unwrap_or_default();
        let line = source.lines().next().unwrap_or_default();
        let shown: String = line.chars().take(LONGEST).collect();
        if shown == source { shown } else { format!("{shown}…") }
    }
}

impl Unknown {
    fn message(&self, asked: &[Asked]) -> String {
        let here: Vec<&str> =
            asked.iter().filter(|asked| asked.section == self.section).map(|asked| asked.key).collect();
        let elsewhere = asked.iter().find(|asked| asked.key == self.key && !asked.is_mapped);
        let place = if self.section.is_empty() { String::new() } else { format!(" in [{}]", self.section) };
        let advice = match (nearest(&self.key, &here), elsewhere) {
            (Some(near), _) => format!("did you mean {}?", self.named(near)),
            (None, Some(asked)) if asked.section.is_empty() => {
                "it belongs at the top, before the first [table]".to_owned()
            }
            (None, Some(asked)) => format!("it belongs in [{}]", asked.section),
            (None, None) => format!("known are {}", here.join(", ")),
        };
        let what = if self.is_table { "table" } else { "key" };
        format!("unknown {what} {}{place}; {advice}", self.named(&self.key))
    }

    /// A table with its brackets.
    fn named(&self, key: &str) -> String {
        if self.is_table { format!("[{}]", bare_or_quoted(key)) } else { format!("`{key}`") }
    }
}

impl<'d> Section<'d> {
    /// Whether the file has it.
    pub(super) fn is_there(&self) -> bool {
        self.table.is_some()
    }

    /// The table of this name inside this one.
    pub(super) fn section(&self, key: &'static str) -> Section<'d> {
        let name = if self.name.is_empty() { key.to_owned() } else { format!("{}.{key}", self.name) };
        let (at, table) = match self.ask(key) {
            Some((header, value)) => (header.span().start, self.table_of(key, value, &name)),
            None => (self.at, None),
        };
        Section { document: self.document, name, table, at }
    }

    /// All tables inside this one, whatever their names.
    pub(super) fn sections(&self) -> Vec<(&'d str, Section<'d>)> {
        let entries = self.table.into_iter().flatten();
        let tables = entries.filter_map(|(header, value)| {
            let (key, at) = (header.get_ref().as_ref(), header.span().start);
            let name = format!("{}.{}", self.name, quoted(key));
            let table = Some(self.table_of(key, value, &name)?);
            Some((key, Section { document: self.document, name, table, at }))
        });
        tables.collect()
    }

    /// The value under `key`, as `read` understands it; otherwise the problem says that it "is not" what was
    /// `expected`.
    pub(super) fn value<T>(
        &self,
        key: &'static str,
        expected: &str,
        read: impl FnOnce(&DeValue<'_>) -> Option<T>,
    ) -> Option<T> {
        let (_, value) = self.ask(key)?;
        let understood = read(value.get_ref());
        if understood.is_none() {
            let is_bare = |text: &str| matches!(text, "true" | "false") || text.parse::<u32>().is_ok();
            let has_quotes = value.get_ref().as_str().is_some_and(is_bare);
            self.refuse(key, value, expected, if has_quotes { "; leave out the quotes" } else { "" });
        }
        understood
    }

    /// A text that is not blank.
    pub(super) fn text(&self, key: &'static str, expected: &str) -> Option<String> {
        self.value(key, expected, text)
    }

    /// What each of these names is mapped to, a text with something in it.
    pub(super) fn mapped(&self, names: &[&'static str], expected: &str) -> Vec<(&'static str, String)> {
        let mapped = names.iter().filter_map(|name| {
            let (_, value) = self.ask_as(name, true)?;
            let text = text(value.get_ref());
            if text.is_none() {
                self.refuse(name, value, expected, "");
            }
            Some((*name, text?))
        });
        mapped.collect()
    }

    /// A whole number from 0 to `most`.
    pub(super) fn number(&self, key: &'static str, most: u32) -> Option<u32> {
        self.value(key, &format!("a whole number from 0 to {most}"), |value| whole_number(value, most))
    }

    pub(super) fn yes_or_no(&self, key: &'static str) -> Option<bool> {
        self.value(key, "true or false", |value| value.as_bool())
    }

    /// The meaning of one of these words.
    pub(super) fn word<T: Copy>(&self, key: &'static str, words: &[(&'static str, T)]) -> Option<T> {
        let (_, value) = self.ask(key)?;
        let text = value.get_ref().as_str();
        let meant = words.iter().find(|(word, _)| Some(*word) == text);
        if meant.is_none() {
            let known: Vec<&str> = words.iter().map(|(word, _)| *word).collect();
            let near = text.and_then(|text| nearest(text, &known));
            let listed: Vec<String> = known.iter().map(|word| quoted(word)).collect();
            let expected = format!("one of {}", listed.join(", "));
            self.refuse(key, value, &expected, &suggestion(near));
        }
        meant.map(|(_, meaning)| *meaning)
    }

    /// A name of which there are too many to list: `near` finds the one that was probably meant.
    pub(super) fn name<T>(
        &self,
        key: &'static str,
        expected: &str,
        read: impl FnOnce(&str) -> Option<T>,
        near: impl FnOnce(&str) -> Option<&'static str>,
    ) -> Option<T> {
        let (_, value) = self.ask(key)?;
        let text = value.get_ref().as_str();
        let understood = text.and_then(read);
        if understood.is_none() {
            self.refuse(key, value, expected, &suggestion(text.and_then(near)));
        }
        understood
    }

    /// Every element of a list as `read` understands it.
    pub(super) fn list<T>(
        &self,
        key: &'static str,
        expected: &str,
        read: impl Fn(&DeValue<'_>) -> Option<T>,
    ) -> Vec<T> {
        let Some((_, value)) = self.ask(key) else { return Vec::new() };
        let Some(elements) = value.get_ref().as_array() else {
            self.refuse(key, value, &format!("a list in brackets, each {expected}"), "");
            return Vec::new();
        };
        let understood = elements.iter().filter_map(|element| {
            let understood = read(element.get_ref());
            if understood.is_none() {
                self.refuse(key, element, expected, "");
            }
            understood
        });
        understood.collect()
    }

    /// A problem with the section as a whole.
    pub(super) fn report(&self, message: &str) {
        self.document.report(self.at, format!("[{}] {message}", self.name));
    }

    /// Reports that a required key is missing. Not if there is an unknown key, which is probably the required one
    /// misspelt.
    pub(super) fn need(&self, key: &'static str) {
        let is_missing = self.table.is_some_and(|table| table.get(key).is_none());
        if is_missing && self.unknown().is_empty() {
            self.report(&format!("needs `{key}`"));
        }
    }

    /// Reports all keys that were not asked for as unknown.
    pub(super) fn close(self) {
        let unknown = self.unknown();
        self.document.unknown.borrow_mut().extend(unknown);
    }

    /// The keys that were not asked for so far.
    fn unknown(&self) -> Vec<Unknown> {
        let asked = self.document.asked.borrow();
        let is_known = |key: &str| asked.iter().any(|asked| asked.section == self.name && asked.key == key);
        let left = self.table.into_iter().flatten().filter(|(name, _)| !is_known(name.get_ref()));
        let unknown = left.map(|(name, value)| Unknown {
            section: self.name.clone(),
            key: name.get_ref().to_string(),
            is_table: value.get_ref().is_table(),
            at: name.span().start,
        });
        unknown.collect()
    }

    fn ask(&self, key: &'static str) -> Option<Entry<'d>> {
        self.ask_as(key, false)
    }

    fn ask_as(&self, key: &'static str, is_mapped: bool) -> Option<Entry<'d>> {
        let entry = self.table.and_then(|table| table.get_key_value(key));
        let asked = Asked { section: self.name.clone(), key, is_there: entry.is_some(), is_mapped };
        self.document.asked.borrow_mut().push(asked);
        entry
    }

    fn table_of(&self, key: &str, value: &'d Spanned<DeValue<'d>>, header: &str) -> Option<&'d DeTable<'d>> {
        let table = value.get_ref().as_table();
        if table.is_none() {
            self.refuse(key, value, &format!("a table: write [{header}] and its keys below"), "");
        }
        table
    }

    fn refuse(&self, key: &str, value: &Spanned<DeValue<'_>>, expected: &str, suggestion: &str) {
        let place = if self.name.is_empty() { String::new() } else { format!("[{}] ", self.name) };
        let (key, source) = (bare_or_quoted(key), self.document.source(value));
        let message = format!("{place}{key} = {source} is not {expected}{suggestion}");
        self.document.report(value.span().start, message);
    }
}

type Entry<'d> = (&'d Spanned<DeString<'d>>, &'d Spanned<DeValue<'d>>);

/// A text that is not blank.
fn text(value: &DeValue<'_>) -> Option<String> {
    value.as_str().filter(|text| !text.trim().is_empty()).map(str::to_owned)
}

/// A whole number from 0 to `most`, in any of TOML's notations.
pub(super) fn whole_number(value: &DeValue<'_>, most: u32) -> Option<u32> {
    let integer = value.as_integer()?;
    u32::from_str_radix(integer.as_str(), integer.radix()).ok().filter(|number| *number <= most)
}

/// A key in TOML, quoted if necessary.
pub(super) fn bare_or_quoted(key: &str) -> Cow<'_, str> {
    let is_bare = !key.is_empty() && key.chars().all(|sign| sign.is_ascii_alphanumeric() || "_-".contains(sign));
    if is_bare { Cow::Borrowed(key) } else { Cow::Owned(quoted(key)) }
}

/// A string in TOML, on one line.
pub(super) fn quoted(text: &str) -> String {
    let mut quoted = String::from("\"");
    for sign in text.chars() {
        match sign {
            '"' | '\\' => quoted.extend(['\\', sign]),
            sign if sign.is_control() => quoted.push_str(&format!("\\u{:04X}", u32::from(sign))),
            sign => quoted.push(sign),
        }
    }
    quoted.push('"');
    quoted
}

fn suggestion(near: Option<&str>) -> String {
    near.map(|near| format!("; did you mean {}?", quoted(near))).unwrap_or_default()
}

fn problem(text: &str, at: usize, message: String) -> Problem {
    let before = text.get(..at).unwrap_or(text);
    let on_line = before.rsplit('\n').next().unwrap_or_default();
    Problem { line: before.matches('\n').count() + 1, column: on_line.chars().count() + 1, message }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_is_quoted_only_if_necessary() {
        assert_eq!(bare_or_quoted("e232d769"), "e232d769");
        assert_eq!(bare_or_quoted(""), "\"\"");
        assert_eq!(bare_or_quoted("Yoga \"für\" \\ alle\u{7}"), r#""Yoga \"für\" \\ alle\u0007""#);
    }
}
