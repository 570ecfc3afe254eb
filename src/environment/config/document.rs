//! A TOML file that is read key by key. A key that was not asked for, and a value that is not as expected, becomes a
//! problem with its line.
//!
//! Deriving the reader with serde would be shorter, but stops at the first mistake of a table, and a vendor who
//! corrects one mistake per run does not see what is left. It also cannot say that a key belongs in another table.

use super::kind::{Kind, quoted};
use crate::domain::suggestion::nearest;
use std::cell::RefCell;
use toml::Spanned;
use toml::de::{DeString, DeTable, DeValue};

/// The tables whose keys are names and not settings.
pub(super) const TABLES_OF_NAMES: [&str; 2] = ["products", "import.csv.columns"];

/// The file, with the problems found so far.
pub(super) struct Document<'t> {
    text: &'t str,
    root: DeTable<'t>,
    /// The byte, and the message.
    problems: RefCell<Vec<(usize, String)>>,
    /// The known keys, each with its section: `returns`, `import.csv`; empty at the top.
    pub(super) asked: RefCell<Vec<(String, String)>>,
    page: RefCell<Page>,
}

/// The settings as a file.
#[derive(Default)]
struct Page {
    text: String,
    /// That of the last line.
    section: String,
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

type Entry<'d> = (&'d Spanned<DeString<'d>>, &'d Spanned<DeValue<'d>>);

impl<'t> Document<'t> {
    /// A file that is not TOML is an empty document with one problem: the parser's further errors mostly follow from
    /// its first.
    pub(super) fn new(text: &'t str) -> Self {
        let (root, problems) = match DeTable::parse(text) {
            Ok(root) => (root.into_inner(), Vec::new()),
            Err(error) => {
                let at = error.span().map_or(0, |span| span.start);
                (DeTable::new(), vec![(at, format!("this is not TOML: {}", error.message().trim_end()))])
            }
        };
        Self { text, root, problems: problems.into(), asked: RefCell::default(), page: RefCell::default() }
    }

    pub(super) fn root(&self) -> Section<'_> {
        Section { document: self, name: String::new(), table: Some(&self.root), at: 0 }
    }

    /// All problems with their lines, in the order of the file.
    pub(super) fn into_problems(self) -> Vec<(usize, String)> {
        self.root().report_unknown();
        let mut problems = self.problems.into_inner();
        problems.sort();
        let line = |at: usize| self.text.get(..at).unwrap_or(self.text).matches('\n').count() + 1;
        problems.into_iter().map(|(at, message)| (line(at), message)).collect()
    }

    /// The settings as they are after reading, as a file.
    pub(super) fn into_page(self) -> String {
        self.page.into_inner().text
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

impl<'d> Section<'d> {
    /// Whether the file has it.
    pub(super) fn is_there(&self) -> bool {
        self.table.is_some()
    }

    /// The keys that the file has in it.
    pub(super) fn keys(&self) -> impl Iterator<Item = String> {
        self.table.into_iter().flatten().map(|(key, _)| key.get_ref().to_string())
    }

    /// The table of this name inside this one.
    pub(super) fn section(&self, key: &str) -> Section<'d> {
        let entry = self.ask(key);
        let section = self.inner(key, entry);
        if let (Some((_, value)), None) = (entry, section.table) {
            let expected = format!("a table: write [{}] and its keys below", section.name);
            self.refuse(key, value, &expected, "");
        }
        section
    }

    /// A setting that keeps its value if the file has no good one.
    pub(super) fn setting<T>(&self, key: &str, setting: &mut T, kind: Kind<T>) {
        if let Some(value) = self.read(key, &kind) {
            *setting = value;
        }
        self.show(key, &(kind.show)(setting));
    }

    /// A setting that may have no value.
    pub(super) fn optional<T>(&self, key: &str, setting: &mut Option<T>, kind: Kind<T>) {
        if let Some(value) = self.read(key, &kind) {
            *setting = Some(value);
        }
        if let Some(value) = setting {
            self.show(key, &(kind.show)(value));
        }
    }

    /// The good values of a list in the file, or `current` if it has none. `each` is the kind of one value.
    pub(super) fn list<T>(&self, key: &str, current: Vec<T>, each: Kind<T>) -> Vec<T> {
        let values = match self.ask(key) {
            Some((_, value)) => self.elements(key, value, &each),
            None => current,
        };
        let shown: Vec<String> = values.iter().map(each.show).collect();
        self.show(key, &format!("[{}]", shown.join(", ")));
        values
    }

    /// A problem with the section as a whole.
    pub(super) fn report(&self, message: &str) {
        self.document.report(self.at, format!("[{}] {message}", self.name));
    }

    /// Reports that a required key is missing. Not if there is an unknown key, which is probably the required one
    /// misspelt.
    pub(super) fn need(&self, key: &str) {
        let is_missing = self.table.is_some_and(|table| table.get(key).is_none());
        if is_missing && self.keys().all(|key| self.knows(&key)) {
            self.report(&format!("needs `{key}`"));
        }
    }

    fn ask(&self, key: &str) -> Option<Entry<'d>> {
        self.document.asked.borrow_mut().push((self.name.clone(), key.to_owned()));
        self.table.and_then(|table| table.get_key_value(key))
    }

    fn inner(&self, key: &str, entry: Option<Entry<'d>>) -> Section<'d> {
        let key = if TABLES_OF_NAMES.contains(&self.name.as_str()) { quoted(key) } else { key.to_owned() };
        let name = if self.name.is_empty() { key } else { format!("{}.{key}", self.name) };
        let table = entry.and_then(|(_, value)| value.get_ref().as_table());
        let at = entry.map_or(0, |(header, _)| header.span().start);
        Section { document: self.document, name, table, at }
    }

    fn read<T>(&self, key: &str, kind: &Kind<T>) -> Option<T> {
        let (_, value) = self.ask(key)?;
        self.understood(key, value, kind)
    }

    fn elements<T>(&self, key: &str, value: &Spanned<DeValue<'_>>, each: &Kind<T>) -> Vec<T> {
        let elements = value.get_ref().as_array();
        if elements.is_none() {
            self.refuse(key, value, &format!("a list in brackets, each {}", each.expected), "");
        }
        elements.into_iter().flatten().filter_map(|element| self.understood(key, element, each)).collect()
    }

    fn understood<T>(&self, key: &str, value: &Spanned<DeValue<'_>>, kind: &Kind<T>) -> Option<T> {
        let understood = (kind.read)(value.get_ref());
        if understood.is_none() {
            self.refuse(key, value, &kind.expected, &kind.advice(value.get_ref()));
        }
        understood
    }

    fn refuse(&self, key: &str, value: &Spanned<DeValue<'_>>, expected: &str, advice: &str) {
        let place = if self.name.is_empty() { String::new() } else { format!("[{}] ", self.name) };
        let (key, source) = (bare_or_quoted(key), self.document.source(value));
        self.document.report(value.span().start, format!("{place}{key} = {source} is not {expected}{advice}"));
    }

    fn knows(&self, key: &str) -> bool {
        self.document.asked.borrow().iter().any(|(section, known)| *section == self.name && known == key)
    }

    /// Reports all keys that were not asked for, also those of the tables inside this one.
    fn report_unknown(&self) {
        for (header, value) in self.table.into_iter().flatten() {
            let (key, is_table) = (header.get_ref(), value.get_ref().is_table());
            if self.knows(key) {
                self.inner(key, Some((header, value))).report_unknown();
            } else {
                self.document.report(header.span().start, self.unknown(key, is_table));
            }
        }
    }

    fn unknown(&self, key: &str, is_table: bool) -> String {
        let asked = self.document.asked.borrow();
        let here: Vec<&str> =
            asked.iter().filter(|(section, _)| *section == self.name).map(|(_, key)| key.as_str()).collect();
        let is_elsewhere =
            |(section, known): &&(String, String)| known == key && !TABLES_OF_NAMES.contains(&section.as_str());
        let named = |key: &str| if is_table { format!("[{}]", bare_or_quoted(key)) } else { format!("`{key}`") };
        let advice = match (nearest(key, &here), asked.iter().find(is_elsewhere)) {
            (Some(near), _) => format!("did you mean {}?", named(near)),
            (None, Some((section, _))) if section.is_empty() => {
                "it belongs at the top, before the first [table]".to_owned()
            }
            (None, Some((section, _))) => format!("it belongs in [{section}]"),
            (None, None) => format!("known are {}", here.join(", ")),
        };
        let what = if is_table { "table" } else { "key" };
        let place = if self.name.is_empty() { String::new() } else { format!(" in [{}]", self.name) };
        format!("unknown {what} {}{place}; {advice}", named(key))
    }

    /// Adds a line to the page, with the header of its section if necessary, so that no table is empty.
    fn show(&self, key: &str, value: &str) {
        let mut page = self.document.page.borrow_mut();
        if page.section != self.name {
            page.text.push_str(&format!("\n[{}]\n", self.name));
            page.section.clone_from(&self.name);
        }
        page.text.push_str(&format!("{key} = {value}\n"));
    }
}

/// A key in TOML, quoted if necessary.
fn bare_or_quoted(key: &str) -> String {
    let is_bare = !key.is_empty() && key.chars().all(|sign| sign.is_ascii_alphanumeric() || "_-".contains(sign));
    if is_bare { key.to_owned() } else { quoted(key) }
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
