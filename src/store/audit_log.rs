//! The audit log: append an event, list events, check the log for damage.
//!
//! Each event carries a digest over its columns and the digest before it, so accidental damage shows. This is no proof
//! against tampering: there is no key, so a program that can write the file can also compute new digests, and events
//! removed from the end of the log leave a shorter log that is consistent.

use crate::domain::audit_log::{Event, EventKind, EventSubject, NewEvent, Signature};
use crate::domain::digest::hex;
use crate::domain::ids::{OrderId, RefundId, TransactionId};
use crate::store::{Store, StoreError, columns};
use rusqlite::{Connection, OptionalExtension, Row};
use sha2::{Digest, Sha256};

/// Which events `events list` shows. `None` does not filter.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct EventFilter {
    pub kind: Option<EventKind>,
    pub transaction: Option<TransactionId>,
    pub order: Option<OrderId>,
    pub refund: Option<RefundId>,
    /// Only the newest events, at most this many.
    pub limit: Option<u64>,
}

/// The number and digest of the newest event.
#[derive(Debug, Clone)]
pub(in crate::store) struct Head {
    number: i64,
    digest: String,
}

impl Head {
    /// Of the newest event; 0 if there is none.
    pub fn number(&self) -> i64 {
        self.number
    }

    /// Call it under the write lock: then no other program can append.
    pub fn read(connection: &Connection) -> rusqlite::Result<Self> {
        let mut newest = connection.prepare("SELECT number, digest FROM events ORDER BY number DESC LIMIT 1")?;
        let head = newest.query_row([], |row| Ok(Self { number: row.get(0)?, digest: row.get(1)? })).optional()?;
        Ok(head.unwrap_or(Self { number: 0, digest: String::new() }))
    }
}

/// Appends an event in the SQL transaction of the change it describes.
pub(in crate::store) fn append(
    connection: &Connection,
    head: &mut Head,
    signature: &Signature,
    event: &NewEvent,
) -> rusqlite::Result<()> {
    let (number, at, kind) = (head.number + 1, signature.at.timestamp_millis(), event.kind.word());
    let EventSubject { transaction, order, refund, reference } = &event.subject;
    let transaction = transaction.as_ref().map(TransactionId::as_str);
    let order = order.as_ref().map(OrderId::as_str);
    let refund = refund.as_ref().map(ToString::to_string);
    let reference = reference.as_ref().map(|reference| reference.as_str());
    let numbers = [number, at].map(|number| number.to_string());
    let texts = [&numbers[0], &numbers[1], &signature.actor, kind, &event.facts].map(Some);
    let digest = digest(&head.digest, texts.into_iter().chain([transaction, order, refund.as_deref(), reference]));
    let mut insert = connection.prepare_cached(
        "INSERT INTO events (number, at, actor, kind, transaction_id, order_id, refund_id, reference, facts, digest)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10)",
    )?;
    insert.execute(rusqlite::params![
        number,
        at,
        signature.actor,
        kind,
        transaction,
        order,
        refund,
        reference,
        event.facts,
        digest,
    ])?;
    *head = Head { number, digest };
    Ok(())
}

/// The columns of an event that its digest covers, as text and in this order.
const DIGESTED: &str = "CAST(number AS TEXT), CAST(at AS TEXT), actor, kind, facts, transaction_id, order_id, \
                        refund_id, reference";
const DIGESTED_COUNT: usize = 9;

/// Hex SHA-256 over the digest before and the columns. Each has its length in front, so text cannot move from one
/// column to the next unnoticed.
fn digest<'a>(before: &'a str, columns: impl Iterator<Item = Option<&'a str>>) -> String {
    let mut hash = Sha256::new();
    for text in std::iter::once(Some(before)).chain(columns) {
        let length = text.map_or_else(|| "-".to_owned(), |text| text.len().to_string());
        hash.update(length.as_bytes());
        hash.update(b":");
        hash.update(text.unwrap_or_default().as_bytes());
    }
    hex(&hash.finalize())
}

impl Store {
    /// The events, newest first.
    pub fn events(&self, filter: &EventFilter) -> Result<Vec<Event>, StoreError> {
        let mut statement = self.connection.prepare(
            "SELECT number, at, actor, kind, transaction_id, order_id, refund_id, reference, facts, digest
               FROM events
              WHERE (?1 IS NULL OR kind = ?1)
                AND (?2 IS NULL OR transaction_id = ?2 OR kind = 'adopted' AND facts ->> 'made_up' = ?2
                     OR transaction_id IN (SELECT f.transaction_id
                                             FROM transactions t JOIN former_ids f ON f.payment = t.row
                                            WHERE t.transaction_id = ?2))
                AND (?3 IS NULL OR order_id = ?3) AND (?4 IS NULL OR refund_id = ?4)
              ORDER BY number DESC LIMIT ?5",
        )?;
        let limit = filter.limit.and_then(|limit| i64::try_from(limit).ok()).unwrap_or(-1);
        let events = statement.query_map(
            (
                filter.kind.map(EventKind::word),
                filter.transaction.as_ref().map(TransactionId::as_str),
                filter.order.as_ref().map(OrderId::as_str),
                filter.refund.as_ref().map(ToString::to_string),
                limit,
            ),
            read,
        )?;
        Ok(events.collect::<rusqlite::Result<_>>()?)
    }

    /// Recomputes every digest. `Ok` is the number of events, `Err` the number of the first one that does not fit the
    /// events before it, or that is missing between two others.
    pub fn verify_audit_log(&self) -> Result<Result<u64, i64>, StoreError> {
        let sql = format!("SELECT {DIGESTED}, number, digest FROM events ORDER BY number");
        let mut statement = self.connection.prepare(&sql)?;
        let mut rows = statement.query([])?;
        let (mut before, mut expected, mut count) = (String::new(), 1, 0);
        while let Some(row) = rows.next()? {
            let columns = (0..DIGESTED_COUNT).map(|column| Ok(row.get_ref(column)?.as_str_or_null()?));
            let columns = columns.collect::<rusqlite::Result<Vec<_>>>()?;
            let (number, found): (i64, String) = (row.get("number")?, row.get("digest")?);
            if number != expected || digest(&before, columns.into_iter()) != found {
                return Ok(Err(expected));
            }
            (before, expected, count) = (found, expected + 1, count + 1);
        }
        Ok(Ok(count))
    }
}

fn read(row: &Row<'_>) -> rusqlite::Result<Event> {
    Ok(Event {
        number: row.get("number")?,
        at: columns::instant(row, "at")?,
        actor: row.get("actor")?,
        what: NewEvent {
            kind: columns::parsed(row, "kind")?,
            subject: EventSubject {
                transaction: columns::parsed_if_any(row, "transaction_id")?,
                order: columns::parsed_if_any(row, "order_id")?,
                refund: columns::parsed_if_any(row, "refund_id")?,
                reference: columns::parsed_if_any(row, "reference")?,
            },
            facts: row.get("facts")?,
        },
        digest: row.get("digest")?,
    })
}
