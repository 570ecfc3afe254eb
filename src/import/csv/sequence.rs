//! The order in which a long table's records are read.
//!
//! Exports have their newest row first, and a store appends: read from the file's end, stretch by stretch, its rows go
//! to the end of every table, too. Within a stretch the file's own order stays.

use crate::domain::time::Timestamp;
use crate::import::csv::records::{Mark, Records};
use csv::StringRecord;

/// So many records make a stretch.
pub const STRETCH: u64 = if cfg!(test) { 3 } else { 4_096 };

/// Where each stretch begins, with its first record's payment time as it is written.
#[derive(Debug, Default)]
pub struct Stretches {
    begins: Vec<(Mark, String)>,
}

impl Stretches {
    /// Another stretch begins with the record that was read last.
    pub fn begin<T: AsRef<[u8]>>(&mut self, records: &mut Records<T>, paid_at: Option<usize>) {
        let mark = records.mark();
        let (_, record) = records.last();
        let paid_at = paid_at.and_then(|at| record.get(at)).unwrap_or_default();
        self.begins.push((mark, paid_at.trim().to_owned()));
    }

    /// The last stretch begins before the first one does.
    pub fn is_newest_first(&self, read: impl Fn(&str) -> Option<Timestamp>) -> bool {
        let at = |found: Option<&(Mark, String)>| found.and_then(|(_, cell)| read(cell));
        matches!((at(self.begins.first()), at(self.begins.last())), (Some(first), Some(last)) if last < first)
    }
}

/// The records of a table, the header's excluded, from its beginning, or its stretches from the last to the first.
pub struct Sequence<T> {
    records: Records<T>,
    /// Those that are still to be read, the next one last.
    stretches: Vec<Mark>,
    left_in_stretch: u64,
}

impl<T: AsRef<[u8]>> Sequence<T> {
    pub fn new(mut records: Records<T>, rows: u64, stretches: Stretches, from_its_end: bool) -> Self {
        if from_its_end {
            let stretches = stretches.begins.into_iter().map(|(mark, _)| mark).collect();
            return Self { records, stretches, left_in_stretch: 0 };
        }
        records.advance();
        Self { records, stretches: Vec::new(), left_in_stretch: rows }
    }

    pub fn advance(&mut self) -> Option<(u64, &StringRecord)> {
        if self.left_in_stretch == 0 || self.records.advance().is_none() {
            let next = self.stretches.pop()?;
            self.records.go_to(&next);
            self.left_in_stretch = STRETCH;
            self.records.advance()?;
        }
        self.left_in_stretch -= 1;
        Some(self.records.last())
    }
}

/// What `read` yields, with how much that will be.
pub struct Counted<F> {
    pub rows: u64,
    pub read: F,
}

impl<T, F: FnMut() -> Option<T>> Iterator for Counted<F> {
    type Item = T;

    fn next(&mut self) -> Option<T> {
        let next = (self.read)();
        self.rows = self.rows.saturating_sub(u64::from(next.is_some()));
        next
    }

    fn size_hint(&self) -> (usize, Option<usize>) {
        let rows = usize::try_from(self.rows).unwrap_or(usize::MAX);
        (rows, Some(rows))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str, from_its_end: bool) -> Vec<(u64, String)> {
        let mut records = Records::new(text, b',');
        records.advance();
        let (mut stretches, mut rows) = (Stretches::default(), 0);
        while records.advance().is_some() {
            if rows % STRETCH == 0 {
                stretches.begin(&mut records, Some(0));
            }
            rows += 1;
        }
        let mut sequence = Sequence::new(Records::new(text, b','), rows, stretches, from_its_end);
        let next = || sequence.advance().map(|(line, record)| (line, record[0].to_owned()));
        std::iter::from_fn(next).collect()
    }

    #[test]
    fn stretches_are_read_from_the_last_one_each_in_its_own_order() {
        let text = "n\n1\n2\n3\n4\n\n5\n6\n7\n8\n";
        let numbers = |from_its_end| read(text, from_its_end).into_iter().map(|(_, n)| n).collect::<String>();
        assert_eq!((numbers(false).as_str(), numbers(true).as_str()), ("12345678", "78456123"));
        assert_eq!(read(text, true)[..3], [(9, "7".into()), (10, "8".into()), (5, "4".into())]);
        assert_eq!((read("n\n", true), read("n\n", false)), (vec![], vec![]));
    }
}
