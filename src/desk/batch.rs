//! Many refunds as one: every line is planned after the ones before it, all are recorded or none.
//!
//! No lock is held while a person looks at the plan; when anything was written since, all of it is planned again.

use crate::desk::Session;
use crate::desk::refund::{self, Consent, Judged};
use crate::domain::batch::{
    Batch, BatchLimits, BatchLine, ControlTotal, Item, ItemOutcome, OffTotal, OverLimit, PlannedItem, derived_key,
};
use crate::domain::ids::{Key, Reference, RefundId, RefundNumber, TransactionId};
use crate::domain::money::{Currency, MoneyError};
use crate::domain::refund::{Author, Mark, Refund, RefundKey, RefundState};
use crate::domain::rules::plan::{CautionCode, RefundPlan, Refusal};
use crate::domain::sale::record::SaleRecord;
use crate::domain::sale::transaction::Transaction;
use crate::domain::time::Now;
use crate::store::{NewRefund, StoreError, Writer};
use std::collections::{BTreeMap, BTreeSet};

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
    session: &Session<'_>,
    order: &Order,
    confirm: &mut dyn FnMut(&Batch, &Now) -> Result<(), E>,
) -> Result<Outcome, BatchError<E>> {
    before_anything_is_read(order)?;
    session.store.expect_many()?;
    let now = session.now();
    let version = session.store.version()?;
    let batch = plan(session, order, &now)?;
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
        Consent::Asked => confirm(&batch, &now).map_err(BatchError::NotConfirmed)?,
    }
    let later = session.now();
    let mut writer = session.store.write(session.signature(later))?;
    if session.store.version()? != version || later.today != now.today {
        let now = plan(session, order, &later)?;
        if !is_same(&batch, &now) {
            return Err(BatchError::PlanChanged { before: Box::new(batch), now: Box::new(now) });
        }
    }
    let recorded = record(session, order, batch, later, &mut writer)?;
    session.guard.close();
    writer.commit()?;
    Ok(Outcome::Recorded(recorded))
}

/// In the order of the lines, so that the refunds are numbered like the file.
fn record(
    session: &Session<'_>,
    order: &Order,
    batch: Batch,
    at: Now,
    writer: &mut Writer<'_>,
) -> Result<Batch, StoreError> {
    let planned = batch.items.iter().filter_map(|item| Some((item.outcome.plan()?, item.key.as_ref())));
    let reference = order.reference.as_ref();
    let refunds: Vec<NewRefund<'_>> =
        planned.map(|(plan, key)| NewRefund { plan, key, reference, marked_on: at.today }).collect();
    let tell = &mut |done| session.observer.tell("recorded", done, refunds.len() as u64);
    let mut numbers = writer.record_refunds(&refunds, tell)?.into_iter();
    let recorded = |item: Item| match item.outcome {
        ItemOutcome::Planned(planned) => {
            let number = numbers.next()?;
            Some(Item { outcome: ItemOutcome::Recorded { number, at, planned }, ..item })
        }
        _ => Some(item),
    };
    let items: Option<Vec<Item>> = batch.items.into_iter().map(recorded).collect();
    let items = items.ok_or_else(|| StoreError::Unusable("a refund got no number".to_owned()))?;
    Ok(Batch { reference: batch.reference, items })
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
    let is_same = |before: &Item, now: &Item| match (&before.outcome, &now.outcome) {
        (ItemOutcome::Replayed { refund: before, .. }, ItemOutcome::Replayed { refund: now, .. }) => {
            before.id == now.id
        }
        (ItemOutcome::Refused(before), ItemOutcome::Refused(now)) => before.code() == now.code(),
        (before, now) => before.plan().is_some() && before.plan() == now.plan(),
    };
    before.items.len() == now.items.len()
        && before.items.iter().zip(&now.items).all(|(before, now)| is_same(before, now))
}

/// Plans the lines of each sale one after the other: what an earlier one takes is not left for a later one. The
/// sales come in the store's order, since lines of different sales have no bearing on each other.
fn plan<E>(session: &Session<'_>, order: &Order, now: &Now) -> Result<Batch, BatchError<E>> {
    let has_former_ids = session.store.has_former_ids()?;
    let mut lines_of: BTreeMap<TransactionId, Vec<&BatchLine>> = BTreeMap::new();
    for line in &order.lines {
        // The sale may be named by an ID that was made up for it once.
        let sale = if has_former_ids { session.store.current_id(&line.sale)? } else { None };
        lines_of.entry(sale.unwrap_or_else(|| line.sale.clone())).or_default().push(line);
    }
    let planning = Planning { session, order, now, has_former_ids };
    let mut items = Vec::with_capacity(order.lines.len());
    let mut currencies = BTreeSet::new();
    let wanted = lines_of.iter().map(|(sale, lines)| (sale, (sale, lines)));
    session.store.records(wanted, session.policy.zone, |(sale, lines), record| {
        session.observer.tell("planned", items.len() as u64, order.lines.len() as u64);
        currencies.extend(record.as_ref().map(|record| record.payment.amount.currency()));
        planning.sale(sale, lines, record, &mut items)
    })?;
    // Sums without a currency mean nothing where the sales are in several.
    if order.has_bare_sums && currencies.len() > 1 {
        return Err(BatchError::CurrencyNeeded(currencies.into_iter().collect()));
    }
    items.sort_by_key(|item| item.line);
    Ok(Batch { reference: order.reference.clone(), items })
}

struct Planning<'a> {
    session: &'a Session<'a>,
    order: &'a Order,
    now: &'a Now,
    /// Some payments were known by an ID that was made up for them.
    has_former_ids: bool,
}

impl Planning<'_> {
    /// All lines of one sale, in the order of the file.
    fn sale(
        &self,
        sale: &TransactionId,
        lines: &[&BatchLine],
        record: Option<SaleRecord>,
        items: &mut Vec<Item>,
    ) -> Result<(), StoreError> {
        let mut standing = record;
        let mut left = lines.len();
        for (ordinal, line) in (1..).zip(lines) {
            left -= 1;
            let key = self.key_of(line, sale, ordinal)?;
            // The last line may have the record for itself.
            let record = if left == 0 { standing.take() } else { standing.clone() };
            let outcome = self.outcome(line, record, key.as_ref())?;
            if let (Some(plan), Some(record)) = (outcome.plan(), &mut standing) {
                record.refunds.push(self.as_if_recorded(line.line, plan, &record.payment));
            }
            items.push(Item { line: line.line, sale: line.sale.clone(), key, outcome });
        }
        Ok(())
    }

    fn outcome(
        &self,
        line: &BatchLine,
        record: Option<SaleRecord>,
        key: Option<&RefundKey>,
    ) -> Result<ItemOutcome, StoreError> {
        let Some(record) = record else {
            return Ok(ItemOutcome::Refused(Refusal::UnknownSale(line.sale.clone())));
        };
        Ok(match refund::judge(self.session, &record, &line.request, key, self.now)? {
            Judged::Replay(refund) => ItemOutcome::Replayed { refund, record: Box::new(record) },
            Judged::Refused(refusal) => ItemOutcome::Refused(of_a_line(refusal)),
            Judged::Plan(plan) => match plan.unaccepted(&self.order.accepted) {
                Some(refusal) => ItemOutcome::Refused(refusal),
                None => ItemOutcome::Planned(Box::new(PlannedItem { plan: *plan, payment: record.payment })),
            },
        })
    }

    /// The line's own key, or one that is derived from the batch's reference. `ordinal` is of the sale's lines.
    fn key_of(&self, line: &BatchLine, sale: &TransactionId, ordinal: u64) -> Result<Option<RefundKey>, StoreError> {
        if let Some(key) = &line.key {
            return Ok(Some(RefundKey { key: key.clone(), is_derived: false }));
        }
        let Some(reference) = &self.order.reference else { return Ok(None) };
        let derived = |sale: &TransactionId| match derived_key(reference, sale, ordinal) {
            Ok(key) => Ok(RefundKey { key, is_derived: true }),
            Err(error) => Err(StoreError::Unusable(error.to_string())),
        };
        // What was recorded while the sale's ID was made up stands under a key of that ID.
        let former = if self.has_former_ids { self.session.store.former_ids(sale)? } else { Vec::new() };
        for former in former {
            let key = derived(&former)?;
            if self.session.store.recorded(&key, self.session.policy.zone)?.is_some() {
                return Ok(Some(key));
            }
        }
        derived(sale).map(Some)
    }

    /// A planned refund is one of the sale's for the lines that follow. It has no number yet: the line's, negated,
    /// stands for it.
    fn as_if_recorded(&self, line: u64, plan: &RefundPlan, payment: &Transaction) -> Refund {
        let number = RefundNumber(i64::try_from(line).map_or(i64::MIN, |line| -line));
        Refund {
            id: RefundId::Desk(number),
            sale: plan.sale.clone(),
            order: payment.order.clone(),
            amount: plan.amount,
            state: RefundState::Marked,
            author: Author::Desk(Mark {
                actor: self.session.actor.to_owned(),
                at: self.now.at,
                on: self.now.today,
                reason: plan.reason,
                note: plan.note.clone(),
                goodwill: plan.goodwill,
                asked_on: plan.asked_on,
                asked: plan.asked,
                key: None,
                reference: None,
            }),
            reported_as: None,
        }
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
