//! The audit trail: what was done to the store, by whom and when. IDs, figures, codes and digests only; never a
//! name, an address or a note.

use crate::domain::ids::{OrderId, Reference, RefundId, TransactionId};
use crate::domain::string_enum::string_enum;
use crate::domain::time::Timestamp;

string_enum! {
    /// What happened.
    EventKind, "kind of event" {
        StoreMade = "store_made",
        Imported = "imported",
        RefundMarked = "refund_marked",
        RefundSubmitted = "refund_submitted",
        RefundConfirmed = "refund_confirmed",
        RefundFailed = "refund_failed",
        RefundCancelled = "refund_cancelled",
        RefundReopened = "refund_reopened",
        /// An import changed where a refund stands.
        RefundMoved = "refund_moved",
        /// `refunds match` pinned or unpinned a platform row.
        Matched = "matched",
        /// A sale with a made-up ID was told to be one with a real one.
        Adopted = "adopted",
        NoticeWritten = "notice_written",
    }
}

/// What an event is about; each ID only where it has one.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Subject {
    pub transaction: Option<TransactionId>,
    pub order: Option<OrderId>,
    pub refund: Option<RefundId>,
    pub reference: Option<Reference>,
}

/// An event to be written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewEvent {
    pub kind: EventKind,
    pub subject: Subject,
    /// A JSON object of figures, codes and digests.
    pub facts: String,
}

/// A line of the trail.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Event {
    /// From 1, without gaps.
    pub number: i64,
    pub at: Timestamp,
    pub actor: String,
    pub what: NewEvent,
    /// Hex SHA-256 over the line before and this one.
    pub digest: String,
}

/// Who writes, and when: each event carries it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Signature {
    pub actor: String,
    pub at: Timestamp,
}

/// A digest as it is written down: two lower-case digits a byte.
pub fn hex(digest: &[u8]) -> String {
    let digit = |value: u8| char::from(if value < 10 { b'0' + value } else { b'a' + value - 10 });
    digest.iter().flat_map(|byte| [digit(byte >> 4), digit(byte & 15)]).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Stores keep digests, and the keys that are made of them: another spelling would be another key.
    #[test]
    fn a_digest_is_written_with_two_lower_case_digits_a_byte() {
        assert_eq!(hex(&[0x00, 0x0f, 0x9a, 0xb0, 0xff]), "000f9ab0ff");
    }
}
