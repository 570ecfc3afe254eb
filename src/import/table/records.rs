//! The records of a table, each with the line on which it begins. The `csv` crate splits them.

use crate::import::container::lines::LineCounter;
use csv::{Position, Reader, ReaderBuilder, StringRecord};
use std::io::Cursor;

/// Reads the records of `text` one at a time into one buffer. It skips empty lines, and rows whose cells are all blank,
/// as spreadsheets leave them below a table.
pub struct Records<T> {
    reader: Reader<Cursor<T>>,
    record: StringRecord,
    lines: LineCounter,
}

/// Where a record begins.
#[derive(Debug, Clone)]
pub struct RecordPosition {
    position: Position,
    line: u64,
}

impl<T: AsRef<[u8]>> Records<T> {
    pub fn new(text: T, delimiter: u8) -> Self {
        let mut builder = ReaderBuilder::new();
        builder.delimiter(delimiter).has_headers(false).flexible(true);
        Self {
            reader: builder.from_reader(Cursor::new(text)),
            record: StringRecord::new(),
            lines: LineCounter::default(),
        }
    }

    /// The cells of the first record, trimmed.
    pub fn header(mut self) -> Vec<String> {
        let cells = |(_, record): (u64, &StringRecord)| record.iter().map(|cell| cell.trim().to_owned()).collect();
        self.advance().map(cells).unwrap_or_default()
    }

    /// The next record and its line, from 1.
    pub fn advance(&mut self) -> Option<(u64, &StringRecord)> {
        loop {
            // Reading from memory what was decoded before cannot fail.
            if !self.reader.read_record(&mut self.record).unwrap_or(false) {
                return None;
            }
            if self.record.iter().any(|cell| !cell.trim().is_empty()) {
                return Some(self.last());
            }
        }
    }

    /// The record that was read last, and its line.
    fn last(&mut self) -> (u64, &StringRecord) {
        (self.line(), &self.record)
    }

    /// Where the record that was read last begins.
    pub fn position(&mut self) -> RecordPosition {
        let line = self.line();
        RecordPosition { position: self.record.position().cloned().unwrap_or_else(Position::new), line }
    }

    /// The next record is the one that begins there.
    pub fn go_to(&mut self, start: &RecordPosition) {
        let at = usize::try_from(start.position.byte()).unwrap_or(usize::MAX);
        let text = self.reader.get_ref().get_ref().as_ref();
        self.lines = LineCounter::starting(at + line_ends(text, at), start.line);
        // A seek in memory cannot fail.
        _ = self.reader.seek(start.position.clone());
    }

    fn line(&mut self) -> u64 {
        let text = self.reader.get_ref().get_ref().as_ref();
        let from = self.record.position().map_or(0, Position::byte);
        let from = usize::try_from(from).unwrap_or(text.len());
        self.lines.line_at(text, from + line_ends(text, from))
    }
}

/// The number of line-end bytes at the position. The reader's position is before the empty lines that precede a record.
fn line_ends(text: &[u8], at: usize) -> usize {
    let is_end = |byte: &&u8| **byte == b'\n' || **byte == b'\r';
    text.get(at..).unwrap_or_default().iter().take_while(is_end).count()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Vec<(u64, Vec<String>)> {
        let mut records = Records::new(text, b',');
        let mut all = Vec::new();
        while let Some((line, record)) = records.advance() {
            all.push((line, record.iter().map(str::to_owned).collect()));
        }
        all
    }

    #[test]
    fn a_record_s_line_is_where_it_begins_whatever_the_line_ends() {
        for end in ["\n", "\r\n", "\r"] {
            let text = ["a,b", "", "\"c", "c\",d", "e,f", "", ""].join(end);
            let lines: Vec<_> = read(&text).into_iter().map(|(line, cells)| (line, cells[1].clone())).collect();
            let expected = [(1, "b"), (3, "d"), (5, "f")].map(|(line, cell)| (line, cell.to_owned()));
            assert_eq!(lines, expected, "{end:?}");
        }
    }

    #[test]
    fn a_record_is_read_again_with_its_line() {
        let text = "a,b\n\n\"c\nc\",d\r\n\r\ne,f\n";
        let mut records = Records::new(text, b',');
        let mut marked = Vec::new();
        while let Some((line, record)) = records.advance() {
            let record = record.clone();
            marked.push((line, record, records.position()));
        }
        for (line, record, mark) in marked.iter().rev() {
            records.go_to(mark);
            assert_eq!(records.advance(), Some((*line, record)));
        }
        records.go_to(&marked[1].2);
        records.advance();
        assert_eq!(records.advance(), Some((6, &marked[2].1)));
    }

    #[test]
    fn empty_lines_and_blank_rows_are_skipped() {
        let lines: Vec<_> = read("a,b\n\n , \n1,2\n,\n  \n").into_iter().map(|(line, _)| line).collect();
        assert_eq!(lines, [1, 4]);
    }
}
