//! What is due as an object: a refund's keys, and why, what to do and the command under `due`.

use serde::Serialize;

use super::DueView;
use crate::domain::due::{Due, Subject};
use crate::domain::ids::TransactionId;
use crate::domain::paid_twice::PaidTwice;
use crate::domain::refund::{Origin, Refund};
use crate::domain::sale::dispute::Chargeback;
use crate::output::json::{self, Amount};

#[derive(Serialize)]
struct DueJson<R> {
    #[serde(flatten)]
    refund: R,
    due: ReasonJson,
}

#[derive(Serialize)]
struct ReasonJson {
    code: &'static str,
    on: String,
    /// A command, bare.
    next: String,
    /// The sentence to it.
    advice: String,
    also: Vec<AlsoJson>,
    paid_twice: Option<PaidTwiceJson>,
    /// The sales that an unmatched row blocks.
    candidates: Vec<String>,
}

#[derive(Serialize)]
struct AlsoJson {
    code: &'static str,
    on: String,
}

#[derive(Serialize)]
struct PaidTwiceJson {
    at_stake: Amount,
    refunds: Vec<SideJson>,
    chargebacks: Vec<SideJson>,
}

/// A refund or a chargeback of a sale that is paid twice.
#[derive(Serialize)]
struct SideJson {
    id: String,
    amount: Amount,
    status: &'static str,
    on: String,
}

/// The keys of a refund where there is none: a platform row, or a sale that only says that it is refunded. What only a
/// refund has is null.
#[derive(Serialize)]
struct NoRefundJson<'a> {
    refund_id: (),
    transaction_id: Option<&'a str>,
    order_id: &'a str,
    customer: json::Customer<'a>,
    amount: Amount,
    kind: &'static str,
    reason: (),
    note: (),
    goodwill: bool,
    status: &'static str,
    status_on: String,
    origin: &'static str,
    actor: (),
    marked_at: (),
    marked_on: (),
    asked_on: (),
    settlement: (),
    overdue: bool,
    cautions: [(); 0],
    key: (),
    reference: (),
    platform_transaction_id: Option<&'a str>,
    replayed: bool,
    dry_run: bool,
}

impl From<&PaidTwice> for PaidTwiceJson {
    fn from(twice: &PaidTwice) -> Self {
        let refund = |refund: &Refund| SideJson {
            id: refund.id.to_string(),
            amount: refund.amount.into(),
            status: refund.status().word(),
            on: json::on(refund.state.on().unwrap_or_else(|| refund.on())),
        };
        let chargeback = |each: &Chargeback| SideJson {
            id: each.id.to_string(),
            amount: each.amount.into(),
            status: each.status.word(),
            on: json::on(each.on),
        };
        Self {
            at_stake: twice.at_stake.into(),
            refunds: twice.refunds.iter().map(refund).collect(),
            chargebacks: twice.chargebacks.iter().map(chargeback).collect(),
        }
    }
}

impl DueView {
    pub(super) fn object(&self) -> impl Serialize + '_ {
        let refund = match &self.refund {
            Some(refund) => Subjected::Refund(refund.object()),
            None => Subjected::None(Box::new(self.no_refund())),
        };
        DueJson { refund, due: self.reason() }
    }

    fn reason(&self) -> ReasonJson {
        let also = |due: &Due| AlsoJson { code: due.code.word(), on: json::on(due.on) };
        let candidates = match &self.item.subject {
            Subject::Row { candidates, .. } => candidates.as_slice(),
            Subject::Refund { .. } | Subject::Sale { .. } => &[],
        };
        ReasonJson {
            code: self.item.first.code.word(),
            on: json::on(self.item.first.on),
            next: self.next.clone(),
            advice: self.advice.clone(),
            also: self.item.also.iter().map(also).collect(),
            paid_twice: self.twice().map(PaidTwiceJson::from),
            candidates: candidates.iter().map(ToString::to_string).collect(),
        }
    }

    fn no_refund(&self) -> NoRefundJson<'_> {
        let payment = self.payment();
        let row = Some(payment.id.as_str()).filter(|_| self.sale().is_none());
        NoRefundJson {
            refund_id: (),
            transaction_id: self.sale().map(TransactionId::as_str),
            order_id: payment.order.as_str(),
            customer: json::Customer::from(&payment.customer),
            amount: payment.amount.into(),
            kind: payment.entry.kind().word(),
            reason: (),
            note: (),
            goodwill: false,
            status: payment.entry.shown(),
            status_on: json::on(self.paid_on),
            origin: Origin::Platform.word(),
            actor: (),
            marked_at: (),
            marked_on: (),
            asked_on: (),
            settlement: (),
            overdue: false,
            cautions: [],
            key: (),
            reference: (),
            platform_transaction_id: row,
            replayed: false,
            dry_run: false,
        }
    }
}

#[derive(Serialize)]
#[serde(untagged)]
enum Subjected<'a, R> {
    Refund(R),
    None(Box<NoRefundJson<'a>>),
}
