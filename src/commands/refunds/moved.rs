//! The refunds whose status a decision changed.

use crate::domain::refund::RefundStatus;
use crate::store::StatusChange;
use serde_json::{Value, json};

pub(super) fn moved_json(moved: &[StatusChange]) -> Vec<Value> {
    let word = |status: Option<RefundStatus>| status.map(|status| status.word());
    let each = |moved: &StatusChange| json!({ "refund_id": moved.refund.to_string(), "from": word(moved.from), "to": word(moved.to) });
    moved.iter().map(each).collect()
}

pub(super) fn moved_text(moved: &[StatusChange]) -> String {
    let line = |StatusChange { refund, from, to, .. }: &StatusChange| match (from, to) {
        (Some(from), Some(to)) => format!("{refund} was {from} and is now {to}.\n"),
        (None, Some(to)) => format!("{refund} is a platform refund, {to}.\n"),
        (_, None) => format!("{refund} is no longer a separate refund.\n"),
    };
    moved.iter().map(line).collect()
}
