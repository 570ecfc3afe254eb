//! A refund as JSON.

use chrono::NaiveDate;
use serde::Serialize;

use super::RefundView;
use crate::domain::ids::{Key, OrderId, Reference, TransactionId};
use crate::domain::refund::{Ground, Origin, Reason};
use crate::domain::rules::window::Window;
use crate::domain::sale::dispute::Dispute;
use crate::domain::sale::transaction::{PlatformStatus, Transaction};
use crate::domain::unread::UnreadReport;
use crate::output::json::{self, Amount, CustomerJson};
use crate::output::views::caution::{CautionJson, CautionView};

#[derive(Default, Serialize)]
pub(in crate::output::views) struct RefundJson<'a> {
    refund_id: Option<String>,
    transaction_id: Option<&'a str>,
    order_id: Option<&'a str>,
    customer: CustomerJson<'a>,
    amount: Option<Amount>,
    /// Only for a payment without a refund.
    #[serde(skip_serializing_if = "Option::is_none")]
    kind: Option<&'static str>,
    reason: Option<&'static str>,
    note: Option<&'a str>,
    goodwill: bool,
    ground: Option<&'static str>,
    status: &'static str,
    status_on: Option<String>,
    origin: &'static str,
    actor: Option<&'a str>,
    marked_at: Option<String>,
    marked_on: Option<String>,
    asked_on: Option<String>,
    settlement: Option<SettlementJson>,
    overdue: bool,
    cautions: Vec<CautionJson<'a>>,
    key: Option<&'a str>,
    reference: Option<&'a str>,
    platform_transaction_id: Option<&'a str>,
    replayed: bool,
    dry_run: bool,
}

#[derive(Serialize)]
struct SettlementJson {
    from: String,
    by: String,
    basis: &'static str,
    /// The method and its business days, `sepa 1-5`.
    rule: String,
}

impl From<&Window> for SettlementJson {
    fn from(window: &Window) -> Self {
        Self {
            from: json::on(window.from),
            by: json::on(window.by),
            basis: window.basis.word(),
            rule: format!("{} {}-{}", window.method, window.rule.from, window.rule.by),
        }
    }
}

impl RefundView {
    pub(in crate::output::views) fn object(&self) -> RefundJson<'_> {
        let mark = self.mark.as_ref();
        RefundJson {
            refund_id: self.id(),
            transaction_id: Some(self.sale.as_str()),
            order_id: Some(self.order.as_str()),
            customer: CustomerJson::from(&self.customer),
            amount: Some(self.amount.into()),
            kind: None,
            reason: self.reason().map(Reason::word),
            note: self.note(),
            goodwill: self.is_goodwill(),
            ground: self.ground().map(Ground::word),
            status: self.state.status().word(),
            status_on: self.status_on().map(json::on),
            origin: self.origin.word(),
            actor: mark.map(|mark| mark.actor.as_str()),
            marked_at: mark.map(|mark| json::at(mark.at)),
            marked_on: mark.map(|mark| json::on(mark.on)),
            asked_on: mark.and_then(|mark| mark.asked_on).map(json::on),
            settlement: self.window.as_ref().map(SettlementJson::from),
            overdue: self.is_overdue,
            cautions: self.cautions.iter().map(CautionView::object).collect(),
            key: self.key().map(Key::as_str),
            reference: self.reference().map(Reference::as_str),
            platform_transaction_id: self.reported_as.as_ref().map(TransactionId::as_str),
            replayed: self.is_replayed,
            dry_run: self.id.is_none(),
        }
    }
}

impl<'a> RefundJson<'a> {
    /// A payment with the keys of a refund: an unmatched platform row (`sale` is `None`), or a sale that is refunded
    /// only by its own status. The other keys are null.
    pub(in crate::output::views) fn without_refund(
        payment: &'a Transaction,
        sale: Option<&'a TransactionId>,
        paid_on: Option<NaiveDate>,
    ) -> Self {
        Self {
            transaction_id: sale.map(TransactionId::as_str),
            order_id: Some(payment.order.as_str()),
            customer: CustomerJson::from(&payment.customer),
            amount: Some(payment.amount.into()),
            kind: Some(payment.entry.kind().word()),
            status: payment.entry.shown(),
            status_on: paid_on.map(json::on),
            origin: Origin::Platform.word(),
            platform_transaction_id: Some(payment.id.as_str()).filter(|_| sale.is_none()),
            ..Self::default()
        }
    }

    /// A dispute with the keys of a refund. The other keys are null.
    pub(in crate::output::views) fn disputed(dispute: &'a Dispute, sale: Option<&'a Transaction>) -> Self {
        Self {
            transaction_id: sale.map(|sale| sale.id.as_str()).or(dispute.sale.as_ref().map(TransactionId::as_str)),
            order_id: Some(dispute.order.as_str()),
            customer: sale.map(|sale| CustomerJson::from(&sale.customer)).unwrap_or_default(),
            amount: dispute.amount.map(Amount::from),
            kind: Some("dispute"),
            status: dispute.state.word(),
            origin: Origin::Platform.word(),
            ..Self::default()
        }
    }

    /// An unread report with the keys of a refund. The other keys are null.
    pub(in crate::output::views) fn unread(report: &'a UnreadReport) -> Self {
        Self {
            order_id: report.order.as_ref().map(OrderId::as_str),
            amount: report.amount.map(Amount::from),
            status: PlatformStatus::Unknown.word(),
            status_on: report.on.map(json::on),
            origin: Origin::Platform.word(),
            platform_transaction_id: report.transaction.as_ref().map(TransactionId::as_str),
            ..Self::default()
        }
    }
}
