//! What a vendor sees of a payment: whether it may be refunded and until when, in a listing and alone.

use chrono::NaiveDate;

use crate::domain::money::Money;
use crate::domain::rules::cautions::{outside_period_cautions, sale_cautions};
use crate::domain::rules::period::Period;
use crate::domain::rules::plan::{Verdict, verdict};
use crate::domain::rules::policy::Policy;
use crate::domain::sale::dispute::{Chargeback, Dispute};
use crate::domain::sale::record::{Flag, SaleRecord};
use crate::domain::time::Now;
use crate::output::listing;
use crate::output::table::Style;
use crate::output::ui::{Ui, Undelivered};
use crate::output::views::caution::CautionView;
use crate::output::views::refund::RefundView;
use json::{BankCaseJson, TransactionDocument};

mod columns;
mod json;
#[cfg(test)]
mod tests;
mod text;

/// A payment as judged today. It owns its record, so that rows can be streamed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TransactionView {
    record: SaleRecord,
    verdict: Verdict,
    period: Period,
    left: Money,
    flags: Vec<Flag>,
    ordered_on: Option<NaiveDate>,
    paid_on: NaiveDate,
}

impl TransactionView {
    pub fn of(record: SaleRecord, policy: &Policy, now: &Now) -> Self {
        Self {
            verdict: verdict(&record, policy, now.today),
            period: policy.period_of(&record),
            left: record.left(),
            flags: record.flags(),
            ordered_on: record.payment.ordered_at.map(|at| policy.zone.day_of(at)),
            paid_on: record.paid_on(policy.zone),
            record,
        }
    }

    fn is_refused(&self) -> bool {
        matches!(self.verdict, Verdict::No(_))
    }

    pub(super) fn ordered_on(&self) -> Option<NaiveDate> {
        self.ordered_on
    }

    fn verdict_word(&self) -> &'static str {
        match self.verdict {
            Verdict::Yes => "yes",
            Verdict::Goodwill(_) => "goodwill",
            Verdict::No(_) => "no",
        }
    }

    fn verdict_code(&self) -> Option<&'static str> {
        match &self.verdict {
            Verdict::Yes => None,
            Verdict::Goodwill(refusal) | Verdict::No(refusal) => Some(refusal.code()),
        }
    }

    /// The last day of the return period; `None` if no period decides.
    fn until(&self) -> Option<NaiveDate> {
        match self.verdict {
            Verdict::Yes | Verdict::Goodwill(_) => self.period.last_day(),
            Verdict::No(_) => None,
        }
    }

    fn flag_words(&self) -> String {
        self.flags.iter().map(|flag| flag.word()).collect::<Vec<_>>().join(" ")
    }
}

/// A chargeback or a dispute.
struct BankCase {
    kind: &'static str,
    id: String,
    amount: Option<Money>,
    status: &'static str,
    on: NaiveDate,
}

/// One payment with its refunds, disputes and deadlines, in the Ui's format.
pub fn show(ui: &mut Ui, record: SaleRecord, policy: &Policy, now: &Now) -> Result<(), Undelivered> {
    let recorded = |refund| RefundView::recorded(refund, &record, policy, now);
    let refunds: Vec<RefundView> = record.refunds.iter().map(recorded).collect();
    let cases: Vec<BankCase> = cases(&record, policy);
    let mut cautions = sale_cautions(&record, policy, now);
    if let Verdict::Goodwill(_) = verdict(&record, policy, now.today) {
        cautions.extend(outside_period_cautions(&policy.period_of(&record), now.today));
    }
    let cautions = CautionView::all(&cautions, &record.payment, policy, now, false);
    let view = TransactionView::of(record, policy, now);
    let document = TransactionDocument {
        transaction: view.object(),
        refunds: refunds.iter().map(RefundView::object).collect(),
        disputes: cases.iter().map(BankCaseJson::from).collect(),
    };
    let text = |style: &Style| text::text(&view, &refunds, &cases, &cautions, now, style);
    listing::show(ui, text, document, std::slice::from_ref(&view))
}

fn cases(record: &SaleRecord, policy: &Policy) -> Vec<BankCase> {
    let chargeback = |each: &Chargeback| BankCase {
        kind: "chargeback",
        id: each.id.to_string(),
        amount: Some(each.amount),
        status: if each.is_in_force() { "stands" } else { "lifted" },
        on: each.on,
    };
    let dispute = |each: &Dispute| BankCase {
        kind: "dispute",
        id: each.id.to_string(),
        amount: each.amount,
        status: each.state.word(),
        on: policy.zone.day_of(each.at),
    };
    let chargebacks = record.chargebacks.iter().map(chargeback);
    chargebacks.chain(record.disputes.iter().map(dispute)).collect()
}
