//! The audit log: what was done to the store, by whom and when. It holds IDs, amounts, codes and digests, and never a
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
        /// An import changed the status of a refund.
        RefundMoved = "refund_moved",
        /// `refunds match` matched a platform row, or undid that.
        Matched = "matched",
        /// A sale with a made-up ID was found to be one with a platform ID.
        Adopted = "adopted",
        NoticeWritten = "notice_written",
        /// An import found a report that money went back, and could not read it as a payment.
        UnreadReported = "unread_reported",
        /// An unread report was settled, by a person or by the platform's row, or opened again.
        UnreadSettled = "unread_settled",
        /// The vendor dealt with a sale that was paid back twice or with a dispute, or took that back.
        DueDone = "due_done",
    }
}

/// What an event is about.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct EventSubject {
    pub transaction: Option<TransactionId>,
    pub order: Option<OrderId>,
    pub refund: Option<RefundId>,
    pub reference: Option<Reference>,
}

/// An event to be written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewEvent {
    pub kind: EventKind,
    pub subject: EventSubject,
    /// A JSON object of amounts, codes and digests.
    pub facts: String,
}

/// A line of the audit log.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Event {
    /// From 1, without gaps.
    pub number: i64,
    pub at: Timestamp,
    pub actor: String,
    pub what: NewEvent,
    /// SHA-256, in hex, over the line before and this one.
    pub digest: String,
}

/// Who writes an event, and when.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Signature {
    pub actor: String,
    pub at: Timestamp,
}
