//! Reading the audit trail, and proving that it is whole.

use crate::domain::audit_log::{Event, EventKind, NewEvent, Subject};
use crate::domain::ids::{OrderId, RefundId, TransactionId};
use crate::store::chain::Line;
use crate::store::columns;
use crate::store::{Store, StoreError};
use rusqlite::Row;

/// Which lines `events list` shows.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct EventFilter {
    pub kind: Option<EventKind>,
    pub transaction: Option<TransactionId>,
    pub order: Option<OrderId>,
    pub refund: Option<RefundId>,
    /// At most so many, the newest.
    pub limit: Option<u64>,
}

impl Store {
    /// The lines of the trail, the newest first.
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

    /// How many lines the trail has, or the number of the first one that was changed, lost or put in.
    pub fn verify_trail(&self) -> Result<Result<u64, i64>, StoreError> {
        let mut statement = self.connection.prepare(
            "SELECT number, at, actor, kind, transaction_id, order_id, refund_id, reference, facts, digest
               FROM events ORDER BY number",
        )?;
        let mut rows = statement.query([])?;
        let (mut before, mut expected, mut lines) = (String::new(), 1, 0);
        while let Some(row) = rows.next()? {
            let line = read_line(row)?;
            let digest: String = row.get("digest")?;
            if line.number != expected || line.digest(&before) != digest {
                return Ok(Err(expected));
            }
            (before, expected, lines) = (digest, expected + 1, lines + 1);
        }
        Ok(Ok(lines))
    }
}

fn read(row: &Row<'_>) -> rusqlite::Result<Event> {
    Ok(Event {
        number: row.get("number")?,
        at: columns::instant(row, "at")?,
        actor: row.get("actor")?,
        what: NewEvent {
            kind: columns::parsed(row, "kind")?,
            subject: Subject {
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

fn read_line(row: &Row<'_>) -> rusqlite::Result<Line> {
    Ok(Line {
        number: row.get("number")?,
        at: row.get("at")?,
        actor: row.get("actor")?,
        kind: row.get("kind")?,
        transaction: row.get("transaction_id")?,
        order: row.get("order_id")?,
        refund: row.get("refund_id")?,
        reference: row.get("reference")?,
        facts: row.get("facts")?,
    })
}
