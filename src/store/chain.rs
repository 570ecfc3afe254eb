//! The audit trail's lines, each with a digest over the one before: a line that is changed or lost shows.

use crate::domain::audit_log::{NewEvent, Signature, hex};
use rusqlite::{Connection, OptionalExtension};
use sha2::{Digest, Sha256};

/// Where the trail ends: the number and the digest of its last line.
#[derive(Debug, Clone)]
pub(in crate::store) struct End {
    number: i64,
    digest: String,
}

impl End {
    /// As the store has it. Under the write lock nobody else moves it.
    pub fn found(connection: &Connection) -> rusqlite::Result<Self> {
        let mut newest = connection.prepare("SELECT number, digest FROM events ORDER BY number DESC LIMIT 1")?;
        let end = newest.query_row([], |row| Ok(Self { number: row.get(0)?, digest: row.get(1)? })).optional()?;
        Ok(end.unwrap_or(Self { number: 0, digest: String::new() }))
    }
}

/// Appends a line. Part of the write that it tells of.
pub(in crate::store) fn append(
    connection: &Connection,
    end: &mut End,
    signature: &Signature,
    what: &NewEvent,
) -> rusqlite::Result<()> {
    let number = end.number + 1;
    let line = Line::new(number, signature, what);
    let digest = line.digest(&end.digest);
    let mut insert = connection.prepare_cached(
        "INSERT INTO events (number, at, actor, kind, transaction_id, order_id, refund_id, reference, facts, digest)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10)",
    )?;
    insert.execute(rusqlite::params![
        line.number,
        line.at,
        line.actor,
        line.kind,
        line.transaction,
        line.order,
        line.refund,
        line.reference,
        line.facts,
        digest,
    ])?;
    *end = End { number, digest };
    Ok(())
}

/// A line as its columns hold it.
pub(in crate::store) struct Line {
    pub number: i64,
    pub at: i64,
    pub actor: String,
    pub kind: String,
    pub transaction: Option<String>,
    pub order: Option<String>,
    pub refund: Option<String>,
    pub reference: Option<String>,
    pub facts: String,
}

impl Line {
    fn new(number: i64, signature: &Signature, what: &NewEvent) -> Self {
        Self {
            number,
            at: signature.at.timestamp_millis(),
            actor: signature.actor.clone(),
            kind: what.kind.word().to_owned(),
            transaction: what.subject.transaction.as_ref().map(ToString::to_string),
            order: what.subject.order.as_ref().map(ToString::to_string),
            refund: what.subject.refund.as_ref().map(ToString::to_string),
            reference: what.subject.reference.as_ref().map(ToString::to_string),
            facts: what.facts.clone(),
        }
    }

    /// Hex SHA-256 over the digest before and every column, each with its length in front, so that no text can
    /// pass for two.
    pub fn digest(&self, before: &str) -> String {
        let mut hash = Sha256::new();
        let (number, at) = (self.number.to_string(), self.at.to_string());
        let always = [before, &number, &at, &self.actor, &self.kind, &self.facts].map(Some);
        let subject = [&self.transaction, &self.order, &self.refund, &self.reference].map(Option::as_deref);
        for part in always.into_iter().chain(subject) {
            let length = part.map_or_else(|| "-".to_owned(), |part| part.len().to_string());
            hash.update(length.as_bytes());
            hash.update(b":");
            hash.update(part.unwrap_or_default().as_bytes());
        }
        hex(&hash.finalize())
    }
}
