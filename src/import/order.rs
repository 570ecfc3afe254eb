//! The order in which rows are handed over, which is decided here and nowhere else.
//!
//! The store keeps payments by their time, and appending to it is several times faster than inserting. Exports begin
//! with the newest payment. So a table that does is read in chunks from its end, and within each chunk the oldest
//! payment comes first. Rejected rows name their line, by which the desk lists them.

use crate::domain::sale::incoming::{Located, Reject, Row};
use crate::domain::time::Timestamp;
use std::collections::HashMap;

/// Rows that are handed over together.
pub type Chunk = Vec<Result<Located, Reject>>;

/// The most rows of a chunk.
pub const CHUNK_ROWS: usize = if cfg!(test) { 4 } else { 4_096 };

/// Where each chunk of a table begins, in the order in which they are read. `begins` has the payment time of the
/// chunk's first row as the file writes it.
pub fn oldest_chunk_first<P>(begins: Vec<(P, String)>, time: impl Fn(&str) -> Option<Timestamp>) -> Vec<P> {
    let time_of = |begin: Option<&(P, String)>| begin.and_then(|(_, cell)| time(cell));
    let times = (time_of(begins.first()), time_of(begins.last()));
    let is_newest_first = matches!(times, (Some(first), Some(last)) if last < first);
    let mut positions: Vec<P> = begins.into_iter().map(|(position, _)| position).collect();
    if is_newest_first {
        positions.reverse();
    }
    positions
}

/// The oldest payment first. The reports of one payment keep their order, and what is said about payments follows them.
pub fn oldest_payment_first(chunk: Chunk) -> Chunk {
    let mut first_times = HashMap::new();
    let mut keyed: Vec<(i64, Result<Located, Reject>)> = Vec::with_capacity(chunk.len());
    for row in chunk {
        let key = match &row {
            Ok(Located { row: Row::Payment(report), .. }) => {
                let payment = &report.transaction;
                let paid = payment.paid_at.timestamp();
                match first_times.get(&payment.id) {
                    Some(first) => *first,
                    None => {
                        first_times.insert(payment.id.clone(), paid);
                        paid
                    }
                }
            }
            _ => i64::MAX,
        };
        keyed.push((key, row));
    }
    keyed.sort_by_key(|(key, _)| *key);
    keyed.into_iter().map(|(_, row)| row).collect()
}

/// Chunks of rows that come one at a time.
pub fn in_chunks(mut rows: impl Iterator<Item = Result<Located, Reject>>) -> impl Iterator<Item = Chunk> {
    let chunk = move || Some(rows.by_ref().take(CHUNK_ROWS).collect()).filter(|chunk: &Chunk| !chunk.is_empty());
    std::iter::from_fn(chunk).map(oldest_payment_first)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::fixtures::{id, noon, sale};
    use crate::domain::sale::incoming::PaymentReport;
    use chrono::TimeDelta;

    /// A payment with this ID, paid this many seconds after noon.
    fn paid(line: u64, name: &str, seconds: i64) -> Result<Located, Reject> {
        let mut transaction = sale().payment;
        transaction.id = id(name);
        transaction.paid_at = noon("2026-03-02") + TimeDelta::seconds(seconds);
        let report = Box::new(PaymentReport::undated(transaction, None));
        Ok(Located { line, identity: None, row: Row::Payment(report), notes: Vec::new() })
    }

    fn lines(chunk: &Chunk) -> Vec<u64> {
        chunk.iter().map(|row| row.as_ref().map_or(0, |located| located.line)).collect()
    }

    #[test]
    fn the_oldest_payment_comes_first_and_the_reports_of_one_keep_their_order() {
        let set_aside = Ok(Located { line: 1, identity: None, row: Row::SetAside("empty".into()), notes: Vec::new() });
        let chunk = vec![set_aside, paid(2, "new", 9), paid(3, "old", 1), paid(4, "new", 0), paid(5, "mid", 5)];
        assert_eq!(lines(&oldest_payment_first(chunk)), [3, 5, 2, 4, 1]);
    }

    #[test]
    fn chunks_are_read_from_the_end_only_if_the_file_begins_with_the_newest() {
        let time = |cell: &str| cell.parse().ok().map(|seconds| noon("2026-03-02") + TimeDelta::seconds(seconds));
        let order = |times: &[&str]| {
            let begins = (0..).zip(times).map(|(position, time)| (position, (*time).to_owned()));
            oldest_chunk_first(begins.collect::<Vec<(i32, String)>>(), time)
        };
        assert_eq!((order(&["9", "1", "2"]), order(&["1", "9", "2"])), (vec![2, 1, 0], vec![0, 1, 2]));
        assert_eq!((order(&["9", "x"]), order(&["9"]), order(&[])), (vec![0, 1], vec![0], vec![]));
    }

    #[test]
    fn every_row_is_in_one_chunk_however_many_there_are() {
        for count in [0, 1, 3, 4, 5, 8, 101] {
            let rows = (0..count).map(|n| paid(n, &format!("a{n}"), 0));
            let chunks: Vec<Chunk> = in_chunks(rows).collect();
            assert_eq!(chunks.iter().flat_map(lines).collect::<Vec<_>>(), (0..count).collect::<Vec<_>>());
            assert!(chunks.iter().all(|chunk| (1..=CHUNK_ROWS).contains(&chunk.len())));
        }
    }
}
