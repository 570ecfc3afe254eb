//! What a vendor sees of an unread report.

use serde::Serialize;

use crate::domain::ids::{OrderId, TransactionId};
use crate::domain::unread::{Settlement, UnreadReport};
use crate::output::json::{self, Amount};

/// An unread report; null is what cannot be read. `settled_by` is the sale, the refund, `none` or `row`, and null while
/// it is open.
#[derive(Debug, Serialize)]
pub struct UnreadJson<'a> {
    unread_id: String,
    file: &'a str,
    line: u64,
    code: &'a str,
    message: &'a str,
    order_id: Option<&'a str>,
    transaction_id: Option<&'a str>,
    amount: Option<Amount>,
    reported_on: Option<String>,
    settled_by: Option<String>,
}

impl<'a> From<&'a UnreadReport> for UnreadJson<'a> {
    fn from(report: &'a UnreadReport) -> Self {
        Self {
            unread_id: report.id.to_string(),
            file: &report.file,
            line: report.line,
            code: &report.code,
            message: &report.message,
            order_id: report.order.as_ref().map(OrderId::as_str),
            transaction_id: report.transaction.as_ref().map(TransactionId::as_str),
            amount: report.amount.map(Amount::from),
            reported_on: report.on.map(json::on),
            settled_by: report.settlement.as_ref().map(Settlement::target),
        }
    }
}
