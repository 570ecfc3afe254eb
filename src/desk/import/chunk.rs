//! Chunks of rows: read and prepared on one thread, stored on another.

use crate::domain::sale::incoming::{Located, Reject, Row};
use crate::import::Chunk;
use crate::store::SearchText;
use std::sync::mpsc::{SyncSender, sync_channel};
use std::thread;

/// How many chunks may wait to be stored.
const WAITING: usize = 2;

/// A row with what can be prepared without looking at the store.
pub(super) struct PreparedRow {
    pub located: Located,
    /// The customer's name and address as the search index wants them. Folding them is the most expensive step of a new
    /// payment, so the reading thread does it if the store is likely to need it.
    pub search_text: Option<SearchText>,
}

pub(super) type PreparedChunk = Vec<Result<PreparedRow, Reject>>;

fn prepared(chunk: Chunk, are_new: bool) -> PreparedChunk {
    let prepare = |located: Located| {
        let search_text = match &located.row {
            Row::Payment(report) if are_new => Some(SearchText::of(&report.transaction)),
            _ => None,
        };
        PreparedRow { located, search_text }
    };
    chunk.into_iter().map(|row| row.map(prepare)).collect()
}

/// Hands every chunk to `take` until that fails. `are_new`: the payments are likely to be new.
pub(super) fn each<E>(
    mut chunks: impl Iterator<Item = Chunk> + Send,
    are_new: bool,
    take: &mut dyn FnMut(PreparedChunk) -> Result<(), E>,
) -> Result<(), E> {
    let Some(first) = chunks.next() else { return Ok(()) };
    let Some(second) = chunks.next() else { return take(prepared(first, are_new)) };
    thread::scope(|scope| {
        let (sender, receiver) = sync_channel(WAITING);
        scope.spawn(move || read(std::iter::once(second).chain(chunks), are_new, &sender));
        take(prepared(first, are_new))?;
        // Dropped here, the receiver ends the reading before the thread is waited for.
        receiver.into_iter().try_for_each(take)
    })
}

fn read(mut chunks: impl Iterator<Item = Chunk>, are_new: bool, sender: &SyncSender<PreparedChunk>) {
    _ = chunks.try_for_each(|chunk| sender.send(prepared(chunk, are_new)));
}

#[cfg(test)]
mod tests {
    use super::*;

    fn chunk(line: u64) -> Chunk {
        vec![Ok(Located { line, identity: None, row: Row::SetAside("empty".into()), notes: Vec::new() })]
    }

    fn lines(chunk: &PreparedChunk) -> Vec<u64> {
        chunk.iter().map(|row| row.as_ref().map_or(0, |row| row.located.line)).collect()
    }

    #[test]
    fn every_chunk_is_taken_once_and_in_order() {
        for count in [0, 1, 2, 3, 101] {
            let mut taken = Vec::new();
            each((0..count).map(chunk), count % 2 == 0, &mut |chunk| {
                taken.extend(lines(&chunk));
                Ok::<_, ()>(())
            })
            .unwrap();
            assert_eq!(taken, (0..count).collect::<Vec<_>>());
        }
    }

    #[test]
    fn a_chunk_that_cannot_be_taken_ends_the_reading() {
        for fails_at in [1, 2, 5] {
            let mut taken = 0;
            let ended = each((0..u64::MAX).map(chunk), true, &mut |_| {
                taken += 1;
                if taken == fails_at { Err("full") } else { Ok(()) }
            });
            assert_eq!((ended, taken), (Err("full"), fails_at));
        }
    }
}
