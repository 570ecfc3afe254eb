//! The JSON documents of a file: one object, an array of them, or one a line.
//!
//! The shape is decided over the whole file before the first document is given out, so that a file which breaks
//! off in an array gives nothing at all; in a file of lines, a bad line costs that line only.

use crate::import::error::ImportError;
use crate::import::fault::{Fault, FaultCode};
use crate::import::lines::LineCounter;
use serde::de::IgnoredAny;
use serde_json::value::RawValue;
use serde_json::{Map, Value};

/// How the documents of a file are arranged.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Shape {
    One,
    Array,
    Lines,
}

/// What a notification is.
pub type Object = Map<String, Value>;

/// A document's line, from 1, and its object.
pub type Document = (u64, Result<Object, Fault>);

/// The documents of a file, read one at a time.
#[derive(Debug, Clone)]
pub struct Documents<'a> {
    bytes: &'a [u8],
    shape: Shape,
    /// Where the next document is looked for.
    next: usize,
    lines: LineCounter,
}

impl<'a> Documents<'a> {
    /// Decides the shape. `bytes` are without a byte order mark.
    pub fn open(bytes: &'a [u8]) -> Result<Self, ImportError> {
        let shape = shape(bytes)?;
        let next = if shape == Shape::Array { first_ink(bytes, 0) + 1 } else { 0 };
        Ok(Self { bytes, shape, next, lines: LineCounter::default() })
    }

    pub fn shape(&self) -> Shape {
        self.shape
    }

    fn next_text(&mut self) -> Option<&'a [u8]> {
        self.next = first_ink(self.bytes, self.next);
        let rest = self.bytes.get(self.next..).filter(|rest| !rest.is_empty())?;
        match self.shape {
            Shape::One => Some(rest),
            Shape::Lines => rest.split(|byte| *byte == b'\n').next(),
            Shape::Array => element(rest),
        }
    }
}

impl Iterator for Documents<'_> {
    type Item = Document;

    fn next(&mut self) -> Option<Document> {
        let text = self.next_text()?;
        let line = self.lines.line_at(self.bytes, self.next);
        self.next += text.len();
        if self.shape == Shape::Array {
            // The comma behind the element, or the array's end, behind which `shape` saw nothing.
            self.next = first_ink(self.bytes, self.next) + 1;
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

fn shape(bytes: &[u8]) -> Result<Shape, ImportError> {
    let text = std::str::from_utf8(bytes);
    if bytes.get(first_ink(bytes, 0)) == Some(&b'[') {
        let text = text.map_err(|error| not_utf8(bytes, error.valid_up_to()))?;
        return whole(text).map(|()| Shape::Array);
    }
    let reason = match text.map(whole) {
        Ok(Ok(())) => return Ok(Shape::One),
        Ok(Err(reason)) => reason,
        Err(error) => not_utf8(bytes, error.valid_up_to()),
    };
    let is_object = |line| object(line).is_ok_and(|object| !object.is_empty());
    let has_lines = bytes.split(|byte| *byte == b'\n').any(is_object);
    if has_lines || only_empty_objects(bytes) { Ok(Shape::Lines) } else { Err(reason) }
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
    ImportError::JsonNotUtf8 { line: LineCounter::default().line_at(bytes, at) }
}

fn object(text: &[u8]) -> Result<Map<String, Value>, Fault> {
    let text = std::str::from_utf8(text)
        .map_err(|_| Fault::of_row(FaultCode::BadEncoding, "the notification is not UTF-8"))?;
    match serde_json::from_str(text) {
        Ok(Value::Object(object)) => Ok(object),
        Ok(_) => Err(Fault::of_row(FaultCode::BadJson, "a notification is a JSON object, and this is none")),
        Err(error) => Err(Fault::of_row(FaultCode::BadJson, format!("this is not valid JSON: {}", reason(&error)))),
    }
}

/// What the parser says without its line, which counts from the document's beginning.
pub fn reason(error: &serde_json::Error) -> String {
    let said = error.to_string();
    said.split(" at line ").next().unwrap_or_default().to_owned()
}

/// The first place from `from` on that is not blank.
fn first_ink(bytes: &[u8], from: usize) -> usize {
    let rest = bytes.get(from..).unwrap_or_default();
    from + rest.iter().position(|byte| !byte.is_ascii_whitespace()).unwrap_or(rest.len())
}

#[cfg(test)]
mod tests {
    use super::*;

    type Told = (u64, Result<String, &'static str>);

    fn read(text: &str) -> (Shape, Vec<Told>) {
        let documents = Documents::open(text.as_bytes()).unwrap();
        let shape = documents.shape();
        let told = |result: Result<Map<String, Value>, Fault>| match result {
            Ok(object) => Ok(object.get("a").map(Value::to_string).unwrap_or_default()),
            Err(fault) => Err(fault.code.word()),
        };
        (shape, documents.map(|(line, result)| (line, told(result))).collect())
    }

    fn ok(line: u64, a: &str) -> Told {
        (line, Ok(a.to_owned()))
    }

    #[test]
    fn one_object_may_spread_over_lines() {
        assert_eq!(read("\n{\n \"a\":\n 1}\n\n"), (Shape::One, vec![ok(2, "1")]));
    }

    #[test]
    fn an_array_s_objects_are_each_found_on_their_line() {
        let (shape, documents) = read("[\n{\"a\":1}, {\"a\":\"]},{\"}\n,\n{\"a\":{\"b\":[{}]}}\n]\n");
        assert_eq!(shape, Shape::Array);
        assert_eq!(documents, [ok(2, "1"), ok(2, "\"]},{\""), ok(4, "{\"b\":[{}]}")]);
        assert_eq!(read(" [ ] ").1, []);
        assert_eq!(read("[1,{\"a\":2},[]]").1, [(1, Err("bad_json")), ok(1, "2"), (1, Err("bad_json"))]);
    }

    #[test]
    fn a_bad_line_costs_that_line_only() {
        let (shape, documents) = read("{\"a\":1}\r\n\n{\"a\":\nnull\n{\"a\":4}{\n{\"a\":5}");
        assert_eq!(shape, Shape::Lines);
        let bad = |line| (line, Err("bad_json"));
        assert_eq!(documents, [ok(1, "1"), bad(3), bad(4), bad(5), ok(6, "5")]);
    }

    #[test]
    fn empty_objects_one_a_line_are_lines() {
        assert_eq!(read("{}\n{}\n"), (Shape::Lines, vec![ok(1, ""), ok(2, "")]));
    }

    #[test]
    fn a_line_that_is_not_utf8_costs_that_line_only() {
        let documents = Documents::open(b"{\"a\":1}\n{\"a\":\"M\xfcller\"}\n").unwrap();
        let codes: Vec<_> = documents.map(|(line, result)| (line, result.err().map(|f| f.code))).collect();
        assert_eq!(codes, [(1, None), (2, Some(FaultCode::BadEncoding))]);
    }

    #[test]
    fn what_is_no_json_at_all_is_an_error_with_its_line() {
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
    fn nesting_without_end_is_a_fault_and_no_crash() {
        let deep = format!("{{\"a\":{}{}}}", "[".repeat(100_000), "]".repeat(100_000));
        assert_eq!(read(&deep).1, [(1, Err("bad_json"))]);
    }
}
