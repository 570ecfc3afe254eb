//! Many refunds as one: every line is planned after the ones before it, all are recorded or none.
//!
//! No lock is held while a person looks at the plan; when anything was written since, all of it is planned again.

use crate::desk::Room;
use crate::desk::refund::{self, Consent, Judged};
use crate::domain::batch::{
    Batch, BatchLimits, BatchLine, ControlTotal, Item, ItemOutcome, OffTotal, OverLimit, derived_key,
};
use crate::domain::dossier::Dossier;
use crate::domain::ids::{Key, Reference, RefundId, RefundNumber, TransactionId};
use crate::domain::moment::Moment;
use crate::domain::money::{Currency, MoneyError};
use crate::domain::plan::{CautionCode, RefundPlan, Refusal};
use crate::domain::refund::{Author, Mark, Refund, RefundKey, RefundState};
use crate::store::{NewRefund, StoreError};
use std::collections::{BTreeMap, BTreeSet, HashMap};

/// What was asked of the desk.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Order {
    pub reference: Option<Reference>,
    pub lines: Vec<BatchLine>,
    pub accepted: Vec<CautionCode>,
    pub consent: Consent,
    /// Record what can be, and name the rest.
    pub skip_refused: bool,
    pub expected_total: Option<ControlTotal>,
    pub expected_lines: Option<u64>,
    pub limits: BatchLimits,
    /// Sums without a currency are in it, so the file must not touch several.
    pub has_bare_sums: bool,
}

/// How a batch ended, when nothing went wrong.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Outcome {
    Recorded(Batch),
    /// A dry run: what would be recorded.
    DryRun(Batch),
    /// A line is refused, and nothing was recorded.
    Refused(Batch),
}

/// Why nothing was recorded.
#[derive(Debug, thiserror::Error)]
pub enum BatchError<E> {
    #[error("the file names {found} lines, and {expected} were expected")]
    OffCount { expected: u64, found: u64 },
    #[error(transparent)]
    OffTotal(#[from] OffTotal),
    #[error(transparent)]
    OverLimit(#[from] OverLimit),
    #[error(transparent)]
    Money(#[from] MoneyError),
    #[error("the key {key} stands on line {first} and on line {second}")]
    KeyTwice { key: Key, first: u64, second: u64 },
    #[error("the sums have no currency, and the sales are in {}", codes(.0))]
    CurrencyNeeded(Vec<Currency>),
    #[error("the plan changed meanwhile")]
    PlanChanged { before: Box<Batch>, now: Box<Batch> },
    #[error(transparent)]
    Store(#[from] StoreError),
    #[error("not confirmed")]
    NotConfirmed(E),
}

fn codes(currencies: &[Currency]) -> String {
    currencies.iter().map(|currency| currency.code()).collect::<Vec<_>>().join(" and ")
}

/// Plans every line, has `confirm` ask where nobody consented yet, and records all that may be, or nothing.
pub fn refund<E>(
    room: &Room<'_>,
    order: &Order,
    confirm: &mut dyn FnMut(&Batch, &Moment) -> Result<(), E>,
) -> Result<Outcome, BatchError<E>> {
    before_anything_is_read(order)?;
    let moment = room.moment();
    let version = room.store.version()?;
    let batch = plan(room, order, &moment)?;
    if batch.counts().refused > 0 && !order.skip_refused {
        return Ok(Outcome::Refused(batch));
    }
    order.limits.check_totals(&batch.new_totals()?)?;
    if let Some(expected) = &order.expected_total {
        expected.check(&batch.totals()?, order.skip_refused)?;
    }
    match order.consent {
        Consent::DryRun => return Ok(Outcome::DryRun(batch)),
        // Nothing is new: there is nothing to ask for, and nothing to write.
        _ if batch.counts().recorded == 0 => return Ok(Outcome::Recorded(batch)),
        Consent::Given => {}
        Consent::Asked => confirm(&batch, &moment).map_err(BatchError::NotConfirmed)?,
    }
    let later = room.moment();
    let mut writer = room.store.write(room.signature(later))?;
    if room.store.version()? != version || later.today != moment.today {
        let now = plan(room, order, &later)?;
        if !is_same(&batch, &now) {
            return Err(BatchError::PlanChanged { before: Box::new(batch), now: Box::new(now) });
        }
    }
    let mut recorded = batch;
    let lines = recorded.items.len() as u64;
    for (done, item) in (0..).zip(&mut recorded.items) {
        room.watch.tell("recorded", done, lines);
        let ItemOutcome::Planned { plan, dossier } = &item.outcome else { continue };
        let new = NewRefund {
            plan,
            key: item.key.as_ref(),
            reference: order.reference.as_ref(),
            marked_on: later.today,
        };
        let number = writer.record_refund(&new)?;
        let refund = as_recorded(room, &new, number, dossier, later);
        item.outcome =
            ItemOutcome::Recorded { refund: Box::new(refund), plan: plan.clone(), dossier: dossier.clone() };
    }
    room.gate.close();
    writer.commit()?;
    Ok(Outcome::Recorded(recorded))
}

fn before_anything_is_read<E>(order: &Order) -> Result<(), BatchError<E>> {
    let found = order.lines.len() as u64;
    if let Some(expected) = order.expected_lines.filter(|expected| *expected != found) {
        return Err(BatchError::OffCount { expected, found });
    }
    order.limits.check_lines(found)?;
    let mut keys: BTreeMap<&Key, u64> = BTreeMap::new();
    for line in &order.lines {
        let Some(key) = &line.key else { continue };
        if let Some(first) = keys.insert(key, line.line) {
            return Err(BatchError::KeyTwice { key: key.clone(), first, second: line.line });
        }
    }
    Ok(())
}

/// The same lines with the same verdicts, sums, windows and cautions.
fn is_same(before: &Batch, now: &Batch) -> bool {
    let essence = |item: &Item| match &item.outcome {
        ItemOutcome::Planned { plan, .. } | ItemOutcome::Recorded { plan, .. } => (Some(plan.clone()), None),
        ItemOutcome::Replayed { refund, .. } => (None, Some(refund.id.to_string())),
        ItemOutcome::Refused(refusal) => (None, Some(refusal.code().to_owned())),
    };
    before.items.len() == now.items.len()
        && before.items.iter().zip(&now.items).all(|(before, now)| essence(before) == essence(now))
}

/// Plans the lines one after the other: what an earlier one takes is not left for a later one.
fn plan<E>(room: &Room<'_>, order: &Order, moment: &Moment) -> Result<Batch, BatchError<E>> {
    let mut planning = Planning { room, order, moment, dossiers: HashMap::new(), ordinals: HashMap::new() };
    let mut items = Vec::with_capacity(order.lines.len());
    for (done, line) in order.lines.iter().enumerate() {
        room.watch.tell("planned", done as u64, order.lines.len() as u64);
        items.push(planning.item(line)?);
    }
    planning.one_currency()?;
    Ok(Batch { reference: order.reference.clone(), items })
}

struct Planning<'a> {
    room: &'a Room<'a>,
    order: &'a Order,
    moment: &'a Moment,
    /// Each sale's dossier, with the refunds that earlier lines plan.
    dossiers: HashMap<TransactionId, Option<Dossier>>,
    /// How many lines of each sale there were.
    ordinals: HashMap<TransactionId, u64>,
}

impl Planning<'_> {
    fn item(&mut self, line: &BatchLine) -> Result<Item, StoreError> {
        let dossier = self.dossier(&line.sale)?;
        // The sale may be named by an ID that was made up for it once.
        let sale = dossier.as_ref().map_or(&line.sale, |dossier| &dossier.payment.id).clone();
        let key = self.key_of(line, &sale)?;
        let item = |outcome| Item { line: line.line, sale: line.sale.clone(), key: key.clone(), outcome };
        let Some(dossier) = dossier else {
            return Ok(item(ItemOutcome::Refused(Refusal::UnknownSale(line.sale.clone()))));
        };
        let judged = refund::judge(self.room, &dossier, &line.request, key.as_ref(), self.moment)?;
        let outcome = match judged {
            Judged::Replay(refund) => ItemOutcome::Replayed { refund, dossier: Box::new(dossier) },
            Judged::Refused(refusal) => ItemOutcome::Refused(of_a_line(refusal)),
            Judged::Plan(plan) => match plan.unaccepted(&self.order.accepted) {
                Some(refusal) => ItemOutcome::Refused(refusal),
                None => {
                    self.take_from(&sale, line.line, &plan);
                    ItemOutcome::Planned { plan, dossier: Box::new(dossier) }
                }
            },
        };
        Ok(item(outcome))
    }

    fn dossier(&mut self, sale: &TransactionId) -> Result<Option<Dossier>, StoreError> {
        if let Some(known) = self.dossiers.get(sale) {
            return Ok(known.clone());
        }
        let dossier = self.room.store.dossier(sale, self.room.policy.zone)?;
        let id = dossier.as_ref().map_or(sale, |dossier| &dossier.payment.id).clone();
        Ok(self.dossiers.entry(id).or_insert(dossier).clone())
    }

    /// The line's own key, or one that is derived from the batch's reference.
    fn key_of(&mut self, line: &BatchLine, sale: &TransactionId) -> Result<Option<RefundKey>, StoreError> {
        let ordinal = self.ordinals.entry(sale.clone()).or_insert(0);
        *ordinal += 1;
        let ordinal = *ordinal;
        if let Some(key) = &line.key {
            return Ok(Some(RefundKey { key: key.clone(), is_derived: false }));
        }
        let Some(reference) = &self.order.reference else { return Ok(None) };
        let derived = |sale: &TransactionId| match derived_key(reference, sale, ordinal) {
            Ok(key) => Ok(RefundKey { key, is_derived: true }),
            Err(error) => Err(StoreError::Unusable(error.to_string())),
        };
        // What was recorded while the sale's ID was made up stands under a key of that ID.
        for former in self.room.store.former_ids(sale)? {
            let key = derived(&former)?;
            if self.room.store.recorded(&key, self.room.policy.zone)?.is_some() {
                return Ok(Some(key));
            }
        }
        derived(sale).map(Some)
    }

    /// A planned refund is one of the sale's for the lines that follow. It has no number yet: the line's, negated,
    /// stands for it.
    fn take_from(&mut self, sale: &TransactionId, line: u64, plan: &RefundPlan) {
        let Some(Some(dossier)) = self.dossiers.get_mut(sale) else { return };
        let number = RefundNumber(i64::try_from(line).map_or(i64::MIN, |line| -line));
        let new = NewRefund { plan, key: None, reference: None, marked_on: self.moment.today };
        let refund = as_recorded(self.room, &new, number, dossier, *self.moment);
        dossier.refunds.push(refund);
    }

    /// Sums without a currency mean nothing where the sales are in several.
    fn one_currency<E>(&self) -> Result<(), BatchError<E>> {
        let dossiers = self.dossiers.values().flatten();
        let currencies: BTreeSet<Currency> =
            dossiers.map(|dossier| dossier.payment.amount.currency()).collect();
        if self.order.has_bare_sums && currencies.len() > 1 {
            return Err(BatchError::CurrencyNeeded(currencies.into_iter().collect()));
        }
        Ok(())
    }
}

/// A refusal that names a planned refund names its line.
fn of_a_line(refusal: Refusal) -> Refusal {
    match refusal {
        Refusal::LooksRepeated { refund: RefundId::Desk(RefundNumber(number)), amount, .. } if number < 0 => {
            Refusal::RepeatsLine { line: number.unsigned_abs(), amount }
        }
        other => other,
    }
}

fn as_recorded(
    room: &Room<'_>,
    new: &NewRefund<'_>,
    number: RefundNumber,
    dossier: &Dossier,
    moment: Moment,
) -> Refund {
    let plan = new.plan;
    Refund {
        id: RefundId::Desk(number),
        sale: plan.sale.clone(),
        order: dossier.payment.order.clone(),
        amount: plan.amount,
        state: RefundState::Marked,
        author: Author::Desk(Mark {
            actor: room.actor.to_owned(),
            at: moment.now,
            on: new.marked_on,
            reason: plan.reason,
            note: plan.note.clone(),
            goodwill: plan.goodwill,
            asked_on: plan.asked_on,
            asked: plan.asked,
            key: new.key.cloned(),
            reference: new.reference.cloned(),
        }),
        reported_as: None,
    }
}
