//! The two streams: stdout is the answer, stderr has notes, questions and errors.
//!
//! A closed pipe ends the answer quietly. The caller reports any other failure to deliver it, because something may
//! have been recorded. No text on stderr can control the terminal.

use std::io::{self, BufWriter, ErrorKind, Write};

use serde::Serialize;

use crate::domain::string_enum::string_enum;
use crate::output::json;
use crate::output::sanitize::visible;
use crate::output::table::Style;

string_enum! {
    /// How an answer is written.
    Format, "format" {
        Table = "table",
        Json = "json",
        Jsonl = "jsonl",
        Csv = "csv",
        Tsv = "tsv",
    }
}

/// The answer could not be written: a full disk, a broken device.
#[derive(Debug, thiserror::Error)]
#[error("the answer could not be written: {0}")]
pub struct Undelivered(#[from] pub io::Error);

/// The output of a command.
pub struct Ui {
    pub format: Format,
    /// Of stdout.
    pub style: Style,
    /// No notes.
    pub quiet: bool,
    out: Answers,
    err: Box<dyn Write>,
}

impl Ui {
    pub fn new(format: Format, style: Style, quiet: bool, out: Box<dyn Write>, err: Box<dyn Write>) -> Self {
        let out = Answers { out: BufWriter::with_capacity(64 * 1024, out), is_closed: false };
        Self { format, style, quiet, out, err }
    }

    /// Writes `text`, which ends with a line break, to stdout and flushes it.
    pub fn answer(&mut self, text: &str) -> Result<(), Undelivered> {
        self.out.write_all(text.as_bytes())?;
        Ok(self.out.flush()?)
    }

    /// Writes a JSON object as one line with `schema_version` first.
    pub fn document(&mut self, body: impl Serialize) -> Result<(), Undelivered> {
        json::write_line(&mut self.out, &json::Versioned::of(body))?;
        Ok(self.out.flush()?)
    }

    /// Writes a note to stderr, unless quiet. A broken stderr is ignored.
    pub fn note(&mut self, text: &str) {
        if !self.quiet {
            self.error(text);
        }
    }

    /// Writes a finished block, such as the plan before a question, to stderr, quiet or not.
    pub fn show(&mut self, block: &str) {
        let _ = self.err.write_all(block.as_bytes()).and_then(|()| self.err.flush());
    }

    /// Writes an error to stderr, quiet or not.
    pub fn error(&mut self, text: &str) {
        let lines: String = text.lines().map(|line| format!("{}\n", visible(line))).collect();
        let _ = self.err.write_all(lines.as_bytes()).and_then(|()| self.err.flush());
    }

    /// Stdout for a streamed answer; the caller flushes it.
    pub(in crate::output) fn answers(&mut self) -> &mut Answers {
        &mut self.out
    }
}

/// Buffered stdout. Once the pipe is closed, everything is discarded.
pub(in crate::output) struct Answers {
    out: BufWriter<Box<dyn Write>>,
    is_closed: bool,
}

impl Answers {
    fn unless_closed<T>(&mut self, written: io::Result<T>, otherwise: T) -> io::Result<T> {
        match written {
            Err(error) if error.kind() == ErrorKind::BrokenPipe => {
                self.is_closed = true;
                Ok(otherwise)
            }
            written => written,
        }
    }
}

impl Write for Answers {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        if self.is_closed {
            return Ok(bytes.len());
        }
        let written = self.out.write(bytes);
        self.unless_closed(written, bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        if self.is_closed {
            return Ok(());
        }
        let flushed = self.out.flush();
        self.unless_closed(flushed, ())
    }
}

#[cfg(test)]
pub(in crate::output) mod tests {
    use super::*;
    use std::cell::RefCell;
    use std::rc::Rc;

    /// A stream whose text a test can read.
    #[derive(Clone, Default)]
    pub(in crate::output) struct Paper(Rc<RefCell<Vec<u8>>>);

    impl Paper {
        pub(in crate::output) fn text(&self) -> String {
            String::from_utf8(self.0.borrow().clone()).unwrap()
        }
    }

    impl Write for Paper {
        fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
            self.0.borrow_mut().extend_from_slice(bytes);
            Ok(bytes.len())
        }

        fn flush(&mut self) -> io::Result<()> {
            Ok(())
        }
    }

    /// A stream that refuses every byte.
    struct Broken(ErrorKind);

    impl Write for Broken {
        fn write(&mut self, _: &[u8]) -> io::Result<usize> {
            Err(self.0.into())
        }

        fn flush(&mut self) -> io::Result<()> {
            Ok(())
        }
    }

    pub(in crate::output) fn ui(format: Format, width: Option<usize>) -> (Ui, Paper, Paper) {
        let (out, err) = (Paper::default(), Paper::default());
        let style = Style { width, ..Style::default() };
        let ui = Ui::new(format, style, false, Box::new(out.clone()), Box::new(err.clone()));
        (ui, out, err)
    }

    /// A Ui whose stdout fails with this error.
    pub(in crate::output) fn on(out: ErrorKind) -> Ui {
        let (out, err) = (Box::new(Broken(out)), Box::new(Broken(ErrorKind::Other)));
        Ui::new(Format::Table, Style::default(), false, out, err)
    }

    #[test]
    fn an_answer_is_flushed_at_once() {
        let (mut ui, out, err) = ui(Format::Table, None);
        ui.answer("one\n").unwrap();
        assert_eq!((out.text().as_str(), err.text().as_str()), ("one\n", ""));
    }

    #[test]
    fn a_closed_pipe_ends_the_answer_quietly_and_is_remembered() {
        let mut ui = on(ErrorKind::BrokenPipe);
        ui.answer("one\n").unwrap();
        assert!(ui.out.is_closed);
        ui.answer("two\n").unwrap();
    }

    #[test]
    fn a_full_disk_is_reported() {
        let error = on(ErrorKind::StorageFull).answer("one\n").unwrap_err();
        assert_eq!(error.0.kind(), ErrorKind::StorageFull);
        assert!(on(ErrorKind::StorageFull).document(Count::from([("count", 1)])).is_err());
    }

    type Count = std::collections::BTreeMap<&'static str, u32>;

    #[test]
    fn notes_can_be_silenced_and_errors_cannot() {
        let (mut ui, _, err) = ui(Format::Table, None);
        ui.quiet = true;
        ui.note("50 of 90 shown");
        ui.error("error: no such file\nhint: try again");
        assert_eq!(err.text(), "error: no such file\nhint: try again\n");
        on(ErrorKind::Other).error("lost");
    }

    #[test]
    fn notes_cannot_control_the_terminal() {
        let (mut ui, _, err) = ui(Format::Table, None);
        ui.note("no file \x1b[2J\u{202e}");
        assert_eq!(err.text(), "no file \\u{1b}[2J\\u{202e}\n");
    }

    #[test]
    fn a_document_starts_with_its_version() {
        let (mut ui, out, _) = ui(Format::Json, None);
        ui.document(Count::from([("count", 3)])).unwrap();
        assert_eq!(out.text(), "{\"schema_version\":1,\"count\":3}\n");
    }

    #[test]
    fn a_format_has_one_word() {
        assert_eq!("jsonl".parse(), Ok(Format::Jsonl));
        let error = "xml".parse::<Format>().unwrap_err().to_string();
        assert_eq!(error, "`xml` is not a format; expected one of table, json, jsonl, csv, tsv");
    }
}
