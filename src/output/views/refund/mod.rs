//! What a vendor sees of a refund, recorded or only planned, and when its money arrives.
//!
//! A refund that is only marked has moved no money, and no word here says that it has.

use chrono::NaiveDate;
use serde::Serialize;

use crate::domain::ids::{Key, OrderId, Reference, RefundId, RefundNumber, TransactionId};
use crate::domain::money::Money;
use crate::domain::refund::{Mark, Origin, Reason, Refund, RefundKey, RefundState, RefundStatus};
use crate::domain::rules::plan::{Caution, CautionCode, RefundPlan, standing_cautions};
use crate::domain::rules::policy::Policy;
use crate::domain::rules::window::{Window, is_overdue, legal_deadline};
use crate::domain::sale::record::SaleRecord;
use crate::domain::sale::transaction::{Customer, Transaction};
use crate::domain::time::Now;
use crate::output::json::{self, Amount};
use crate::output::listing::{self, Column, Flat, Layout, Listed, Listing, Shown};
use crate::output::sentences::{self, Case};
use crate::output::table::{self, Cell, Style, Tone};
use crate::output::ui::{Format, Ui, Undelivered};

mod steps;
#[cfg(test)]
mod tests;
mod text;

pub use steps::{BatchStep, answer_batch};
pub use text::{outcome, plan_text};

/// A refund as it stands today, or a plan as it would stand.
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
    /// What the desk knows of it; `None` for the platform's own.
    mark: Option<Mark>,
    window: Option<Window>,
    is_overdue: bool,
    cautions: Vec<CautionView>,
    reported_as: Option<TransactionId>,
    is_replayed: bool,
    /// The day the sale's customer was last told of a refund.
    told_on: Option<NaiveDate>,
    today: NaiveDate,
}

/// A caution in words.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct CautionView {
    pub(super) code: CautionCode,
    message: String,
    on: Option<NaiveDate>,
}

impl RefundView {
    /// A recorded refund of the record's sale.
    pub fn recorded(refund: &Refund, record: &SaleRecord, policy: &Policy, now: &Now) -> Self {
        let method = record.payment.method;
        let window = Window::of_refund(refund.state, refund.on(), method, &policy.settlement, &policy.calendar);
        let open = refund.status().is_open();
        let cautions = if open { cautions_of(refund, record, policy, now) } else { Vec::new() };
        let is_carried_out = refund.status() != RefundStatus::Marked;
        Self {
            id: Some(refund.id.clone()),
            sale: refund.sale.clone(),
            order: refund.order.clone(),
            customer: record.payment.customer.clone(),
            amount: refund.amount,
            state: refund.state,
            origin: refund.origin(),
            mark: refund.mark().cloned(),
            window,
            is_overdue: is_overdue(refund.state, window, now.today),
            cautions: in_words(&cautions, &case(&record.payment, policy, now, is_carried_out)),
            reported_as: refund.reported_as.clone(),
            is_replayed: false,
            told_on: record.customer_notified_on,
            today: now.today,
        }
    }

    /// What would be recorded now, were this not a dry run.
    pub fn planned(plan: &RefundPlan, payment: &Transaction, policy: &Policy, now: &Now, signed: Signed) -> Self {
        let mark = Mark {
            actor: signed.actor.to_owned(),
            at: now.at,
            on: now.today,
            reason: plan.reason,
            note: plan.note.clone(),
            goodwill: plan.goodwill,
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
            window: Some(plan.window),
            is_overdue: false,
            cautions: in_words(&plan.cautions, &case(payment, policy, now, false)),
            reported_as: None,
            is_replayed: false,
            // Nobody can have been told of what is only planned.
            told_on: None,
            today: now.today,
        }
    }

    /// A plan, recorded under this number at its moment.
    pub fn recorded_as(self, number: RefundNumber) -> Self {
        Self { id: Some(RefundId::Desk(number)), ..self }
    }

    /// The recorded answer, given again for its key; or a step that it had taken before.
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

    fn is_goodwill(&self) -> bool {
        self.mark.as_ref().is_some_and(|mark| mark.goodwill)
    }

    /// The day it came to stand where it stands.
    fn status_on(&self) -> Option<NaiveDate> {
        self.state.on().or(self.mark.as_ref().map(|mark| mark.on))
    }

    pub(super) fn object(&self) -> impl Serialize + '_ {
        let mark = self.mark.as_ref();
        RefundJson {
            refund_id: self.id.as_ref().map(ToString::to_string),
            transaction_id: self.sale.as_str(),
            order_id: self.order.as_str(),
            customer: json::Customer::from(&self.customer),
            amount: self.amount.into(),
            reason: self.reason().map(Reason::word),
            note: self.note(),
            goodwill: self.is_goodwill(),
            status: self.state.status().word(),
            status_on: self.status_on().map(json::on),
            origin: self.origin.word(),
            actor: mark.map(|mark| mark.actor.as_str()),
            marked_at: mark.map(|mark| json::at(mark.at)),
            marked_on: mark.map(|mark| json::on(mark.on)),
            asked_on: mark.and_then(|mark| mark.asked_on).map(json::on),
            settlement: self.window.as_ref().map(SettlementJson::from),
            overdue: self.is_overdue,
            cautions: self.cautions.iter().map(CautionJson::from).collect(),
            key: self.key().map(Key::as_str),
            reference: self.reference().map(Reference::as_str),
            platform_transaction_id: self.reported_as.as_ref().map(TransactionId::as_str),
            replayed: self.is_replayed,
            dry_run: self.id.is_none(),
        }
    }
}

/// Under which names a refund would be recorded.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Signed<'a> {
    pub actor: &'a str,
    pub key: Option<&'a RefundKey>,
    pub reference: Option<&'a Reference>,
}

#[derive(Serialize)]
struct RefundJson<'a> {
    refund_id: Option<String>,
    transaction_id: &'a str,
    order_id: &'a str,
    customer: json::Customer<'a>,
    amount: Amount,
    reason: Option<&'static str>,
    note: Option<&'a str>,
    goodwill: bool,
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

#[derive(Serialize)]
struct CautionJson<'a> {
    code: &'static str,
    message: &'a str,
    on: Option<String>,
}

impl<'a> From<&'a CautionView> for CautionJson<'a> {
    fn from(caution: &'a CautionView) -> Self {
        let CautionView { code, message, on } = caution;
        Self { code: code.word(), message, on: on.map(json::on) }
    }
}

#[derive(Serialize)]
struct Document<R> {
    refund: R,
}

/// What a vendor still has to know of an open refund: the sale's cautions and the request's own.
fn cautions_of(refund: &Refund, record: &SaleRecord, policy: &Policy, now: &Now) -> Vec<Caution> {
    let mut cautions = standing_cautions(record, policy, now);
    if let Some(mark) = refund.mark() {
        let period = policy.periods.of_sale(record, policy.zone);
        let outside = Caution { code: CautionCode::OutsidePeriod, on: period.last_day() };
        cautions.extend(mark.goodwill.then_some(outside));
        let is_defaulted = period.is_defaulted() && refund.status() == RefundStatus::Marked;
        cautions.extend(is_defaulted.then_some(Caution { code: CautionCode::PeriodDefaulted, on: None }));
        cautions.extend(
            mark.asked_on
                .map(|asked_on| Caution { code: CautionCode::LegalDeadline, on: Some(legal_deadline(asked_on)) }),
        );
    }
    cautions
}

/// What a vendor has to know of a sale before anybody asks for its refund.
pub(super) fn cautions_of_sale(record: &SaleRecord, policy: &Policy, now: &Now) -> Vec<CautionView> {
    in_words(&standing_cautions(record, policy, now), &case(&record.payment, policy, now, false))
}

fn case(payment: &Transaction, policy: &Policy, now: &Now, is_carried_out: bool) -> Case {
    Case {
        method: payment.method,
        plan: payment.plan,
        default_period: policy.periods.default,
        today: now.today,
        is_carried_out,
    }
}

fn in_words(cautions: &[Caution], case: &Case) -> Vec<CautionView> {
    let said = |caution: &Caution| CautionView {
        code: caution.code,
        message: sentences::caution(caution, case),
        on: caution.on,
    };
    cautions.iter().map(said).collect()
}

/// One refund, as `refunds show` has it.
pub fn show(ui: &mut Ui, view: &RefundView) -> Result<(), Undelivered> {
    let document = Document { refund: view.object() };
    listing::show(ui, |style| view.text(style), document, std::slice::from_ref(view))
}

/// One refund that was just marked, moved or replayed, and what has happened to it.
pub fn answer(ui: &mut Ui, view: &RefundView) -> Result<(), Undelivered> {
    let document = Document { refund: view.object() };
    listing::show(ui, |style| outcome(view, style), document, std::slice::from_ref(view))
}

/// Refunds that moved together, and what has happened to them.
pub fn answer_several(ui: &mut Ui, views: &[RefundView]) -> Result<(), Undelivered> {
    match (views, ui.format) {
        ([only], _) => answer(ui, only),
        (several, Format::Table) => {
            let each: Vec<String> = several.iter().map(|view| outcome(view, &ui.style)).collect();
            ui.answer(&each.join("\n"))
        }
        (several, _) => {
            let mut listing = Listing::begin(ui, Layout::default())?;
            several.iter().try_for_each(|view| listing.row(view))?;
            listing.finish(false).map(drop)
        }
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
    let document = Document { refund: view.object() };
    let text = |style: &Style| plan_text(plan, record, policy, now, style);
    listing::show(ui, text, document, std::slice::from_ref(&view))
}

impl Listed for RefundView {
    const NAME: &'static str = "refunds";
    const COLUMNS: &'static [Column<Self>] = &[
        Column::plain("refund_id", table::Column::whole("REFUND"), Shown::Always, |row| {
            Flat::maybe_outside(row.id.as_ref())
        }),
        Column::plain("transaction_id", table::Column::whole("SALE"), Shown::Wide(5), |row| Flat::outside(&row.sale)),
        Column::plain("order_id", table::Column::whole("ORDER"), Shown::Wide(4), |row| Flat::outside(&row.order)),
        Column::plain("customer_name", table::Column::words("CUSTOMER", 10), Shown::Always, |row| {
            Flat::outside(&row.customer.name)
        }),
        Column::plain("customer_email", table::Column::words("E-MAIL", 12), Shown::Asked, |row| {
            Flat::outside(&row.customer.email)
        }),
        Column::plain("country", table::Column::words("COUNTRY", 7), Shown::Asked, |row| {
            Flat::outside(&row.customer.country)
        }),
        Column::new(
            "amount",
            table::Column::number("AMOUNT"),
            Shown::Always,
            |row| Flat::own(row.amount.major()),
            |row| Cell::plain(row.amount.to_string()),
        ),
        Column::plain("currency", table::Column::whole("CURRENCY"), Shown::Asked, |row| {
            Flat::own(row.amount.currency())
        }),
        Column::new(
            "status",
            table::Column::whole("STATUS"),
            Shown::Always,
            |row| Flat::own(row.state.status()),
            status_cell,
        ),
        Column::plain("status_on", table::Column::whole("SINCE"), Shown::Asked, |row| Flat::maybe(row.status_on())),
        Column::plain("origin", table::Column::whole("ORIGIN"), Shown::Asked, |row| Flat::own(row.origin)),
        Column::plain("actor", table::Column::words("ACTOR", 6), Shown::Asked, |row| {
            Flat::maybe_outside(row.mark.as_ref().map(|mark| &mark.actor))
        }),
        Column::plain("marked_at", table::Column::whole("MARKED AT"), Shown::Asked, |row| {
            Flat::maybe(row.mark.as_ref().map(|mark| json::at(mark.at)))
        }),
        Column::plain("marked_on", table::Column::whole("MARKED"), Shown::Wide(3), |row| {
            Flat::maybe(row.mark.as_ref().map(|mark| mark.on))
        }),
        Column::plain("asked_on", table::Column::whole("ASKED"), Shown::Asked, |row| {
            Flat::maybe(row.mark.as_ref().and_then(|mark| mark.asked_on))
        }),
        Column::plain("settlement_from", table::Column::whole("ARRIVES FROM"), Shown::Wide(2), |row| {
            Flat::maybe(row.window.map(|window| window.from))
        }),
        Column::plain("settlement_by", table::Column::whole("ARRIVES BY"), Shown::Always, |row| {
            Flat::maybe(row.window.map(|window| window.by))
        }),
        Column::plain("settlement_basis", table::Column::whole("BASIS"), Shown::Asked, |row| {
            Flat::maybe(row.window.map(|window| window.basis))
        }),
        Column::plain("overdue", table::Column::whole("OVERDUE"), Shown::Asked, |row| Flat::own(row.is_overdue)),
        Column::plain("reason", table::Column::whole("REASON"), Shown::Wide(1), |row| Flat::maybe(row.reason())),
        Column::plain("note", table::Column::words("NOTE", 12), Shown::Asked, |row| Flat::maybe_outside(row.note())),
        Column::plain("goodwill", table::Column::whole("GOODWILL"), Shown::Asked, |row| Flat::own(row.is_goodwill())),
        Column::plain("cautions", table::Column::words("CAUTIONS", 20), Shown::Asked, |row| {
            let codes: Vec<_> = row.cautions.iter().map(|caution| caution.code.word()).collect();
            Flat::own(codes.join(" "))
        }),
        Column::plain("key", table::Column::words("KEY", 8), Shown::Asked, |row| Flat::maybe_outside(row.key())),
        Column::plain("reference", table::Column::words("REFERENCE", 9), Shown::Asked, |row| {
            Flat::maybe_outside(row.reference())
        }),
        Column::plain("platform_transaction_id", table::Column::whole("REPORTED AS"), Shown::Asked, |row| {
            Flat::maybe_outside(row.reported_as.as_ref())
        }),
        Column::plain("replayed", table::Column::whole("REPLAYED"), Shown::Asked, |row| Flat::own(row.is_replayed)),
        Column::plain("dry_run", table::Column::whole("DRY RUN"), Shown::Asked, |row| Flat::own(row.id.is_none())),
    ];

    fn json(&self) -> impl Serialize + '_ {
        self.object()
    }
}

fn status_cell(row: &RefundView) -> Cell {
    let late = if row.is_overdue { ", overdue" } else { "" };
    Cell::new(format!("{}{late}", row.state.status()), row.tone())
}

impl RefundView {
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
