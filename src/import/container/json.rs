//! The JSON documents of a file: one object, an array of objects, or one object per line.
//!
//! The layout is decided for the whole file before the first document is read, so a truncated array gives nothing at
//! all. In a file of lines, a bad line affects that line only.

use crate::import::container::lines::{LineCounter, line_of};
use crate::import::error::ImportError;
use crate::import::fault::{Fault, FaultCode};
use serde::de::IgnoredAny;
use serde_json::value::RawValue;
use serde_json::{Map, Value};

/// How the documents of a file are arranged.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Layout {
    One,
    Array,
    Lines,
}

/// A notification.
pub type Object = Map<String, Value>;

/// A document's line, from 1, and its object.
pub type Document = (u64, Result<Object, Fault>);

/// The documents of a file, read one at a time.
#[derive(Debug, Clone)]
pub struct Documents<'a> {
    bytes: &'a [u8],
    layout: Layout,
    /// Where the search for the next document begins.
    next: usize,
    lines: LineCounter,
}

impl<'a> Documents<'a> {
    /// Decides the layout. `bytes` are without a byte order mark.
    pub fn open(bytes: &'a [u8]) -> Result<Self, ImportError> {
        let layout = layout(bytes)?;
        let next = if layout == Layout::Array { first_nonblank(bytes, 0) + 1 } else { 0 };
        Ok(Self { bytes, layout, next, lines: LineCounter::default() })
    }

    pub fn layout(&self) -> Layout {
        self.layout
    }

    fn next_text(&mut self) -> Option<&'a [u8]> {
        self.next = first_nonblank(self.bytes, self.next);
        let rest = self.bytes.get(self.next..).filter(|rest| !rest.is_empty())?;
        match self.layout {
            Layout::One => Some(rest),
            Layout::Lines => rest.split(|byte| *byte == b'\n').next(),
            Layout::Array => element(rest),
        }
    }
}

impl Iterator for Documents<'_> {
    type Item = Document;

    fn next(&mut self) -> Option<Document> {
        let text = self.next_text()?;
        let line = self.lines.line_at(self.bytes, self.next);
        self.next += text.len();
        if self.layout == Layout::Array {
            // Past the comma, or past the array's end, after which `layout` found nothing.
            self.next = first_nonblank(self.bytes, self.next) + 1;
        }
        Some((line, object(text)))
    }
}

/// The first array element of `rest`; `None` at the array's end.
fn element(rest: &[u8]) -> Option<&[u8]> {
    let mut elements = serde_json::Deserializer::from_slice(rest).into_iter::<&RawValue>();
    elements.next()?.ok()?;
    rest.get(..elements.byte_offset())
}

fn layout(bytes: &[u8]) -> Result<Layout, ImportError> {
    let text = std::str::from_utf8(bytes);
    if bytes.get(first_nonblank(bytes, 0)) == Some(&b'[') {
        let text = text.map_err(|error| not_utf8(bytes, error.valid_up_to()))?;
        return whole(text).map(|()| Layout::Array);
    }
    let reason = match text.map(whole) {
        Ok(Ok(())) => return Ok(Layout::One),
        Ok(Err(reason)) => reason,
        Err(error) => not_utf8(bytes, error.valid_up_to()),
    };
    let is_object = |line| object(line).is_ok_and(|object| !object.is_empty());
    let has_lines = bytes.split(|byte| *byte == b'\n').any(is_object);
    if has_lines || only_empty_objects(bytes) { Ok(Layout::Lines) } else { Err(reason) }
}

fn only_empty_objects(bytes: &[u8]) -> bool {
    let mut lines = bytes.split(|byte| *byte == b'\n').map(<[u8]>::trim_ascii).filter(|line| !line.is_empty());
    lines.all(|line| object(line).is_ok())
}

fn whole(text: &str) -> Result<(), ImportError> {
    match serde_json::from_str::<IgnoredAny>(text) {
        Ok(IgnoredAny) => Ok(()),
        Err(error) => Err(ImportError::NotJson { line: error.line() as u64, reason: reason(&error) }),
    }
}

fn not_utf8(bytes: &[u8], at: usize) -> ImportError {
    ImportError::JsonNotUtf8 { line: line_of(bytes, at) }
}

fn object(text: &[u8]) -> Result<Map<String, Value>, Fault> {
    let text = std::str::from_utf8(text)
        .map_err(|_| Fault::of_row(FaultCode::BadEncoding, "the notification is not UTF-8"))?;
    match serde_json::from_str(text) {
        Ok(Value::Object(object)) => Ok(object),
        Ok(_) => Err(Fault::of_row(FaultCode::BadJson, "this is not a JSON object")),
        Err(error) => Err(Fault::of_row(FaultCode::BadJson, format!("this is not valid JSON: {}", reason(&error)))),
    }
}

/// The parser's message without its line number, which counts from the document's beginning.
pub fn reason(error: &serde_json::Error) -> String {
    let said = error.to_string();
    said.split(" at line ").next().unwrap_or_default().to_owned()
}

/// The first position from `from` on that is not blank.
fn first_nonblank(bytes: &[u8], from: usize) -> usize {
    let rest = bytes.get(from..).unwrap_or_default();
    from + rest.iter().position(|byte| !byte.is_ascii_whitespace()).unwrap_or(rest.len())
}

#[cfg(test)]
mod tests {
    use super::*;

    type Read = (u64, Result<String, &'static str>);

    fn read(text: &str) -> (Layout, Vec<Read>) {
        let documents = Documents::open(text.as_bytes()).unwrap();
        let layout = documents.layout();
        let outcome = |result: Result<Map<String, Value>, Fault>| match result {
            Ok(object) => Ok(object.get("a").map(Value::to_string).unwrap_or_default()),
            Err(fault) => Err(fault.code.word()),
        };
        (layout, documents.map(|(line, result)| (line, outcome(result))).collect())
    }

    fn ok(line: u64, a: &str) -> Read {
        (line, Ok(a.to_owned()))
    }

    #[test]
    fn one_object_may_span_lines() {
        assert_eq!(read("\n{\n \"a\":\n 1}\n\n"), (Layout::One, vec![ok(2, "1")]));
    }

    #[test]
    fn an_array_s_objects_are_each_found_on_their_line() {
        let (layout, documents) = read("[\n{\"a\":1}, {\"a\":\"]},{\"}\n,\n{\"a\":{\"b\":[{}]}}\n]\n");
        assert_eq!(layout, Layout::Array);
        assert_eq!(documents, [ok(2, "1"), ok(2, "\"]},{\""), ok(4, "{\"b\":[{}]}")]);
        assert_eq!(read(" [ ] ").1, []);
        assert_eq!(read("[1,{\"a\":2},[]]").1, [(1, Err("bad_json")), ok(1, "2"), (1, Err("bad_json"))]);
    }

    #[test]
    fn a_bad_line_affects_that_line_only() {
        let (layout, documents) = read("{\"a\":1}\r\n\n{\"a\":\nnull\n{\"a\":4}{\n{\"a\":5}");
        assert_eq!(layout, Layout::Lines);
        let bad = |line| (line, Err("bad_json"));
        assert_eq!(documents, [ok(1, "1"), bad(3), bad(4), bad(5), ok(6, "5")]);
    }

    #[test]
    fn empty_objects_on_lines_are_lines() {
        assert_eq!(read("{}\n{}\n"), (Layout::Lines, vec![ok(1, ""), ok(2, "")]));
    }

    #[test]
    fn a_line_that_is_not_utf8_affects_that_line_only() {
        let documents = Documents::open(b"{\"a\":1}\n{\"a\":\"M\xfcller\"}\n").unwrap();
        let codes: Vec<_> = documents.map(|(line, result)| (line, result.err().map(|f| f.code))).collect();
        assert_eq!(codes, [(1, None), (2, Some(FaultCode::BadEncoding))]);
    }

    #[test]
    fn a_file_that_is_not_json_is_an_error_with_its_line() {
        let line = |text: &[u8]| match Documents::open(text) {
            Err(ImportError::NotJson { line, .. } | ImportError::JsonNotUtf8 { line }) => line,
            other => panic!("{other:?}"),
        };
        assert_eq!(line(b"{\"a\":\n {}\n"), 3);
        assert_eq!(line(b"[{\"a\":1},\n{\"a\":2}\n{\"a\":3}]"), 3);
        assert_eq!(line(b"[{\"a\":1}] x"), 1);
        assert_eq!(line(b"[{},\n{\"a\":\"\xfc\"}]"), 2);
        assert_eq!(line(b"{\n\"a\":\"\xfc\"}"), 2);
    }

    #[test]
    fn deep_nesting_is_a_fault_and_not_a_crash() {
        let deep = format!("{{\"a\":{}{}}}", "[".repeat(100_000), "]".repeat(100_000));
        assert_eq!(read(&deep).1, [(1, Err("bad_json"))]);
    }
}
