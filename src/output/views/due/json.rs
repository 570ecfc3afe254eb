//! What is due as JSON: the keys of a refund, and under `due` the reason, the advice and the command.

use serde::Serialize;

use super::{DueView, advice};
use crate::domain::due::{Due, DueSubject};
use crate::domain::paid_twice::PaidTwice;
use crate::domain::refund::Refund;
use crate::domain::sale::dispute::Chargeback;
use crate::output::json::{self, Amount};
use crate::output::views::dispute::DisputeJson;
use crate::output::views::refund::json::RefundJson;
use crate::output::views::unread::UnreadJson;

#[derive(Serialize)]
struct DueJson<'a> {
    #[serde(flatten)]
    refund: RefundJson<'a>,
    due: DueReasonJson<'a>,
}

#[derive(Serialize)]
struct DueReasonJson<'a> {
    code: &'static str,
    on: String,
    /// A command.
    next: String,
    advice: String,
    also: Vec<AlsoJson>,
    unread: Option<UnreadJson<'a>>,
    paid_twice: Option<PaidTwiceJson>,
    /// Why the refund would not be marked today.
    stop: Option<StopJson>,
    /// The sales that an unmatched row or an unread report blocks.
    candidates: Vec<String>,
    dispute: Option<DisputeJson<'a>>,
    /// The command for when the vendor has dealt with it outside the desk.
    done: Option<String>,
}

#[derive(Serialize)]
struct AlsoJson {
    code: &'static str,
    on: String,
}

#[derive(Serialize)]
struct StopJson {
    code: &'static str,
    message: String,
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
        let refund = match (&self.refund, self.unread(), self.dispute(), self.payment()) {
            (Some(refund), ..) => refund.object(),
            (None, Some(report), ..) => RefundJson::unread(report),
            (None, None, Some(case), sale) => RefundJson::disputed(&case.dispute, sale),
            (None, None, None, Some(payment)) => RefundJson::without_refund(payment, self.sale(), self.paid_on),
            (None, None, None, None) => RefundJson::default(),
        };
        DueJson { refund, due: self.reason() }
    }

    fn reason(&self) -> DueReasonJson<'_> {
        let also = |due: &Due| AlsoJson { code: due.code.word(), on: json::on(due.on) };
        let candidates = match &self.item.subject {
            DueSubject::Row { candidates, .. } | DueSubject::Unread { candidates, .. } => candidates.as_slice(),
            DueSubject::Refund { .. } | DueSubject::Sale { .. } | DueSubject::Dispute(_) => &[],
        };
        DueReasonJson {
            code: self.item.first.code.word(),
            on: json::on(self.item.first.on),
            next: self.next.clone(),
            advice: self.advice.clone(),
            also: self.item.also.iter().map(also).collect(),
            unread: self.unread().map(UnreadJson::from),
            paid_twice: self.twice().map(PaidTwiceJson::from),
            stop: self.stop.as_ref().map(|why| StopJson { code: why.code(), message: why.to_string() }),
            candidates: candidates.iter().map(ToString::to_string).collect(),
            dispute: self.dispute().map(DisputeJson::from),
            done: advice::done(&self.item),
        }
    }
}
