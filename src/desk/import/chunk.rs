//! Rows by the thousand: read and made ready on one thread, stored on another, each thousand in the order of the
//! store's own rows.

use crate::domain::sale::incoming::{Located, Reject, Row};
use crate::store::SearchText;
use std::collections::HashMap;
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};
use std::thread;

/// So many rows at once.
const ROWS: usize = if cfg!(test) { 4 } else { 4_096 };

/// So many sheaves may wait.
const WAITING: usize = 2;

/// A row with what can be made of it without a look at the store.
pub(super) struct Ready {
    pub located: Located,
    /// Of a payment that will be needed folded.
    pub search_text: Option<SearchText>,
}

impl Ready {
    fn of(located: Located, is_new: bool) -> Self {
        let search_text = match &located.row {
            Row::Payment(report) if is_new => Some(SearchText::of(&report.transaction)),
            _ => None,
        };
        Self { located, search_text }
    }
}

pub(super) type Chunk = Vec<Result<Ready, Reject>>;

/// Hands all rows to `take`, until that fails. What is likely to be new comes with all that a new payment needs.
pub(super) fn each<E>(
    mut rows: impl Iterator<Item = Result<Located, Reject>> + Send,
    are_new: bool,
    take: &mut dyn FnMut(Chunk) -> Result<(), E>,
) -> Result<(), E> {
    let first: Vec<_> = rows.by_ref().take(ROWS).collect();
    if first.len() < ROWS {
        return take(ready(first, are_new));
    }
    thread::scope(|scope| {
        let (sender, receiver) = sync_channel(WAITING);
        scope.spawn(move || read(rows, are_new, &sender));
        take(ready(first, are_new))?;
        take_all(&receiver, take)
        // The receiver goes before the reader is waited for, which then has nobody to read for.
    })
}

fn read(mut rows: impl Iterator<Item = Result<Located, Reject>>, are_new: bool, sender: &SyncSender<Chunk>) {
    loop {
        let chunk: Vec<_> = rows.by_ref().take(ROWS).collect();
        if chunk.is_empty() || sender.send(ready(chunk, are_new)).is_err() {
            return;
        }
    }
}

fn take_all<E>(receiver: &Receiver<Chunk>, take: &mut dyn FnMut(Chunk) -> Result<(), E>) -> Result<(), E> {
    receiver.iter().try_for_each(take)
}

/// The oldest payment first, as the store keeps them; the reports of one payment stay in their order.
fn ready(chunk: Vec<Result<Located, Reject>>, are_new: bool) -> Chunk {
    let mut first_seen = HashMap::new();
    let mut keyed: Vec<(i64, Result<Located, Reject>)> = Vec::with_capacity(chunk.len());
    for row in chunk {
        let key = match &row {
            Ok(Located { row: Row::Payment(report), .. }) => {
                let payment = &report.transaction;
                let paid = payment.paid_at.timestamp();
                match first_seen.get(&payment.id) {
                    Some(first) => *first,
                    None => {
                        first_seen.insert(payment.id.clone(), paid);
                        paid
                    }
                }
            }
            // What is said about a payment comes after it.
            _ => i64::MAX,
        };
        keyed.push((key, row));
    }
    keyed.sort_by_key(|(key, _)| *key);
    keyed.into_iter().map(|(_, row)| row.map(|row| Ready::of(row, are_new))).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::fixtures::{id, noon, sale};
    use crate::domain::sale::incoming::Report;
    use chrono::TimeDelta;

    /// A report of the payment with this number, paid so many seconds after noon.
    fn paid(line: u64, name: &str, seconds: i64) -> Result<Located, Reject> {
        let mut transaction = sale().payment;
        transaction.id = id(name);
        transaction.paid_at = noon("2026-03-02") + TimeDelta::seconds(seconds);
        let report = Box::new(Report { transaction, as_of: None });
        Ok(Located { line, identity: None, row: Row::Payment(report) })
    }

    fn lines(chunk: &Chunk) -> Vec<u64> {
        chunk.iter().map(|row| row.as_ref().map_or(0, |ready| ready.located.line)).collect()
    }

    #[test]
    fn every_row_is_handed_over_once_however_many_there_are() {
        for count in [0, 1, 3, 4, 5, 8, 101] {
            let mut taken = Vec::new();
            let rows = (0..count).map(|n| paid(n, &format!("a{n}"), 0));
            each(rows, count % 2 == 0, &mut |chunk| {
                taken.extend(lines(&chunk));
                Ok::<_, ()>(())
            })
            .unwrap();
            assert_eq!(taken, (0..count).collect::<Vec<_>>());
        }
    }

    #[test]
    fn what_cannot_be_taken_ends_the_reading() {
        for fails_at in [1, 2, 5] {
            let mut sheaves = 0;
            let rows = (0..u64::MAX).map(|n| paid(n, "a", 0));
            let ended = each(rows, true, &mut |_| {
                sheaves += 1;
                if sheaves == fails_at { Err("full") } else { Ok(()) }
            });
            assert_eq!((ended, sheaves), (Err("full"), fails_at));
        }
    }

    #[test]
    fn the_oldest_payment_comes_first_and_the_reports_of_one_stay_in_their_order() {
        let set_aside = Ok(Located { line: 1, identity: None, row: Row::SetAside("empty".into()) });
        let chunk = vec![set_aside, paid(2, "new", 9), paid(3, "old", 1), paid(4, "new", 0), paid(5, "mid", 5)];
        assert_eq!(lines(&ready(chunk, false)), [3, 5, 2, 4, 1]);
    }
}
