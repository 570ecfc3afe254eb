//! Rows by the thousand: read on one thread, stored on another, each thousand in the order of the store's own rows.

use crate::domain::report::{Located, Reject, Row};
use std::collections::HashMap;
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};
use std::thread;

/// So many rows at once.
const ROWS: usize = 4_096;

/// So many sheaves may wait.
const WAITING: usize = 2;

pub(super) type Sheaf = Vec<Result<Located, Reject>>;

/// Hands all rows to `take`, until that fails.
pub(super) fn each<E>(
    mut rows: impl Iterator<Item = Result<Located, Reject>> + Send,
    take: &mut dyn FnMut(Sheaf) -> Result<(), E>,
) -> Result<(), E> {
    let first: Sheaf = rows.by_ref().take(ROWS).collect();
    if first.len() < ROWS {
        return take(in_row_order(first));
    }
    thread::scope(|scope| {
        let (sender, receiver) = sync_channel(WAITING);
        scope.spawn(move || read(rows, &sender));
        take(in_row_order(first))?;
        take_all(&receiver, take)
        // The receiver goes before the reader is waited for, which then has nobody to read for.
    })
}

fn read(mut rows: impl Iterator<Item = Result<Located, Reject>>, sender: &SyncSender<Sheaf>) {
    loop {
        let sheaf: Sheaf = rows.by_ref().take(ROWS).collect();
        if sheaf.is_empty() || sender.send(in_row_order(sheaf)).is_err() {
            return;
        }
    }
}

fn take_all<E>(receiver: &Receiver<Sheaf>, take: &mut dyn FnMut(Sheaf) -> Result<(), E>) -> Result<(), E> {
    receiver.iter().try_for_each(take)
}

/// The oldest payment first, as the store keeps them; the reports of one payment stay in their order.
fn in_row_order(sheaf: Sheaf) -> Sheaf {
    let mut first_seen = HashMap::new();
    let mut keyed: Vec<(i64, Result<Located, Reject>)> = Vec::with_capacity(sheaf.len());
    for row in sheaf {
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
    keyed.into_iter().map(|(_, row)| row).collect()
}
