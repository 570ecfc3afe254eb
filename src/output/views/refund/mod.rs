//! What a vendor sees of a refund, recorded or planned, and when the money arrives.
//!
//! A marked refund has moved no money, and no sentence here says that it has.

use chrono::NaiveDate;

use crate::domain::ids::{Key, OrderId, Reference, RefundId, RefundNumber, TransactionId};
use crate::domain::money::Money;
use crate::domain::refund::{Ground, Mark, Origin, Reason, Refund, RefundKey, RefundState, RefundStatus};
use crate::domain::rules::cautions::refund_cautions;
use crate::domain::rules::plan::{RefundPlan, window_of};
use crate::domain::rules::policy::Policy;
use crate::domain::rules::window::{Window, is_overdue};
use crate::domain::sale::record::SaleRecord;
use crate::domain::sale::transaction::{Customer, Transaction};
use crate::domain::time::Now;
use crate::output::json::Keyed;
use crate::output::listing;
use crate::output::table::{Style, Tone};
use crate::output::ui::{Format, Ui, Undelivered};
use crate::output::views::caution::CautionView;

mod columns;
pub(super) mod json;
mod steps;
#[cfg(test)]
mod tests;
mod text;

pub use steps::{BatchStep, answer_batch};
pub use text::{outcome, plan_text};

/// A refund as it is today, or as it would be recorded.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RefundView {
    /// `None` is a dry run: nothing is recorded.
    id: Option<RefundId>,
    sale: TransactionId,
    order: OrderId,
    customer: Customer,
    amount: Money,
    state: RefundState,
    origin: Origin,
    /// `None` for a refund that the platform began.
    mark: Option<Mark>,
    window: Option<Window>,
    is_overdue: bool,
    cautions: Vec<CautionView>,
    reported_as: Option<TransactionId>,
    is_replayed: bool,
    /// The day the customer was last notified of a refund of this sale.
    notified_on: Option<NaiveDate>,
    today: NaiveDate,
}

impl RefundView {
    /// A recorded refund of the record's sale.
    pub fn recorded(refund: &Refund, record: &SaleRecord, policy: &Policy, now: &Now) -> Self {
        let payment = &record.payment;
        let window = window_of(refund, record, policy, now.today);
        let is_open = refund.status().is_open();
        let cautions = if is_open { refund_cautions(refund, record, policy, now) } else { Vec::new() };
        let is_carried_out = refund.status() != RefundStatus::Marked;
        Self {
            id: Some(refund.id.clone()),
            sale: refund.sale.clone(),
            order: refund.order.clone(),
            customer: payment.customer.clone(),
            amount: refund.amount,
            state: refund.state,
            origin: refund.origin(),
            mark: refund.mark().cloned(),
            window,
            is_overdue: is_overdue(refund.state, window, now.today),
            cautions: CautionView::all(&cautions, payment, policy, now, is_carried_out),
            reported_as: refund.reported_as.clone(),
            is_replayed: false,
            notified_on: record.customer_notified_on,
            today: now.today,
        }
    }

    /// What would be recorded now.
    pub fn planned(plan: &RefundPlan, payment: &Transaction, policy: &Policy, now: &Now, signed: Signed) -> Self {
        let mark = Mark {
            actor: signed.actor.to_owned(),
            at: now.at,
            on: now.today,
            reason: plan.reason,
            note: plan.note.clone(),
            ground: plan.ground,
            asked_on: plan.asked_on,
            asked: plan.asked,
            key: signed.key.cloned(),
            reference: signed.reference.cloned(),
        };
        Self {
            id: None,
            sale: plan.sale.clone(),
            order: payment.order.clone(),
            customer: payment.customer.clone(),
            amount: plan.amount,
            state: RefundState::Marked,
            origin: Origin::Desk,
            mark: Some(mark),
            window: plan.window,
            is_overdue: false,
            cautions: CautionView::all(&plan.cautions, payment, policy, now, false),
            reported_as: None,
            is_replayed: false,
            // No notice can be about a refund that is not recorded.
            notified_on: None,
            today: now.today,
        }
    }

    /// A plan that was recorded under this number.
    pub fn recorded_as(self, number: RefundNumber) -> Self {
        Self { id: Some(RefundId::Desk(number)), ..self }
    }

    /// The recorded answer of a key that is used again, or a step that was taken before.
    pub fn replayed(self) -> Self {
        Self { is_replayed: true, ..self }
    }

    /// `None` for a dry run.
    pub fn id(&self) -> Option<String> {
        self.id.as_ref().map(ToString::to_string)
    }

    pub fn customer(&self) -> &Customer {
        &self.customer
    }

    pub fn amount(&self) -> Money {
        self.amount
    }

    pub fn window(&self) -> Option<Window> {
        self.window
    }

    pub fn is_overdue(&self) -> bool {
        self.is_overdue
    }

    fn reason(&self) -> Option<Reason> {
        self.mark.as_ref().map(|mark| mark.reason)
    }

    fn note(&self) -> Option<&str> {
        self.mark.as_ref().and_then(|mark| mark.note.as_deref())
    }

    fn key(&self) -> Option<&Key> {
        self.mark.as_ref().and_then(|mark| mark.key.as_ref()).map(|key| &key.key)
    }

    fn reference(&self) -> Option<&Reference> {
        self.mark.as_ref().and_then(|mark| mark.reference.as_ref())
    }

    /// `None` for a refund that the platform began.
    pub fn ground(&self) -> Option<Ground> {
        self.mark.as_ref().map(|mark| mark.ground)
    }

    fn is_goodwill(&self) -> bool {
        self.ground() == Some(Ground::Goodwill)
    }

    /// The day of the last change of status.
    fn status_on(&self) -> Option<NaiveDate> {
        self.state.on().or(self.mark.as_ref().map(|mark| mark.on))
    }

    fn tone(&self) -> Tone {
        match self.state.status() {
            _ if self.is_overdue => Tone::Bad,
            RefundStatus::Marked => Tone::Warn,
            RefundStatus::Submitted => Tone::Plain,
            RefundStatus::Succeeded => Tone::Good,
            RefundStatus::Failed => Tone::Bad,
            RefundStatus::Cancelled | RefundStatus::Reversed => Tone::Dim,
        }
    }
}

/// Who records a refund, and under which names.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Signed<'a> {
    pub actor: &'a str,
    pub key: Option<&'a RefundKey>,
    pub reference: Option<&'a Reference>,
}

/// One refund, for `refunds show`.
pub fn show(ui: &mut Ui, view: &RefundView) -> Result<(), Undelivered> {
    answer_with(ui, view, |style| view.text(style))
}

/// One refund that was just marked, moved or replayed, and what has happened.
pub fn answer(ui: &mut Ui, view: &RefundView) -> Result<(), Undelivered> {
    answer_with(ui, view, |style| outcome(view, style))
}

/// Refunds that moved together, and what has happened.
pub fn answer_several(ui: &mut Ui, views: &[RefundView]) -> Result<(), Undelivered> {
    match (views, ui.format) {
        ([only], _) => answer(ui, only),
        (several, Format::Table) => {
            let each: Vec<String> = several.iter().map(|view| outcome(view, &ui.style)).collect();
            ui.answer(&each.join("\n"))
        }
        (several, _) => listing::list(ui, several),
    }
}

/// The plan as the answer of a dry run.
pub fn answer_dry_run(
    ui: &mut Ui,
    plan: &RefundPlan,
    record: &SaleRecord,
    policy: &Policy,
    now: &Now,
    signed: Signed,
) -> Result<(), Undelivered> {
    let view = RefundView::planned(plan, &record.payment, policy, now, signed);
    answer_with(ui, &view, |style| plan_text(plan, record, policy, now, style))
}

fn answer_with(ui: &mut Ui, view: &RefundView, text: impl FnOnce(&Style) -> String) -> Result<(), Undelivered> {
    listing::show(ui, text, Keyed("refund", view.object()), std::slice::from_ref(view))
}
