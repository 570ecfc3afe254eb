//! Many refunds as one: each line is planned after the lines before it, and all are recorded or none.
//!
//! No lock is held while a person reads the plan; if anything was written since, all lines are planned again.

use crate::desk::Session;
use crate::desk::refund::{self, Consent, Judged};
use crate::domain::batch::{
    Batch, BatchItem, BatchLimits, BatchLine, ControlTotal, ItemOutcome, OffTotal, OverLimit, PlannedItem, SameFile,
    derived_key,
};
use crate::domain::ids::{Key, Reference, TransactionId};
use crate::domain::money::{Currency, MoneyError};
use crate::domain::refund::RefundKey;
use crate::domain::rules::cautions::CautionCode;
use crate::domain::rules::plan::Refusal;
use crate::domain::sale::record::{PlannedRefund, SaleRecord};
use crate::domain::time::Now;
use crate::store::{NewRefund, StoreError, Writer};
use std::collections::{BTreeMap, BTreeSet};

/// A batch to plan and record.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BatchInstruction {
    pub reference: Option<Reference>,
    pub lines: Vec<BatchLine>,
    /// The SHA-256 of the file that the lines are from, in hex.
    pub file_digest: Option<String>,
    pub accepted: Vec<CautionCode>,
    pub consent: Consent,
    /// Record what is allowed, and report the rest.
    pub skip_refused: bool,
    pub expected_total: Option<ControlTotal>,
    pub expected_lines: Option<u64>,
    pub limits: BatchLimits,
    /// Some amounts have no currency, so the sales must all be in the same one.
    pub has_bare_amounts: bool,
}

/// The result, if nothing went wrong.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Outcome {
    Recorded(Batch),
    /// A dry run: what would be recorded.
    DryRun(Batch),
    /// A line was refused, and nothing was recorded.
    Refused(Batch),
}

/// Why nothing was recorded.
#[derive(Debug, thiserror::Error)]
pub enum BatchError<E> {
    #[error("expected {expected} lines, found {found}")]
    OffCount { expected: u64, found: u64 },
    #[error(transparent)]
    OffTotal(#[from] OffTotal),
    #[error(transparent)]
    OverLimit(#[from] OverLimit),
    #[error(transparent)]
    Money(#[from] MoneyError),
    #[error("lines {first} and {second} have the same key {key}")]
    KeyTwice { key: Key, first: u64, second: u64 },
    #[error("the amounts have no currency, and the sales are in {}", codes(.0))]
    CurrencyNeeded(Vec<Currency>),
    #[error("the same file was recorded on {} under reference {}", .0.on, .0.reference)]
    SameFile(SameFile),
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

/// Plans every line, calls `confirm` unless consent was given, and records every refund that is allowed, or none.
pub fn refund<E>(
    session: &Session<'_>,
    instruction: &BatchInstruction,
    confirm: &mut dyn FnMut(&Batch, &Now) -> Result<(), E>,
) -> Result<Outcome, BatchError<E>> {
    check_lines(instruction)?;
    session.store.expect_many()?;
    let now = session.now();
    let version = session.store.version()?;
    let batch = plan(session, instruction, &now)?;
    if batch.counts().refused > 0 && !instruction.skip_refused {
        return Ok(Outcome::Refused(batch));
    }
    instruction.limits.check_totals(&batch.new_totals()?)?;
    if let Some(expected) = &instruction.expected_total {
        expected.check(&batch.totals()?, instruction.skip_refused)?;
    }
    if instruction.consent == Consent::DryRun {
        return Ok(Outcome::DryRun(batch));
    }
    if let Some(earlier) = batch.same_file.clone().filter(|_| !instruction.accepted.contains(&CautionCode::SameFile)) {
        return Err(BatchError::SameFile(earlier));
    }
    match instruction.consent {
        // Nothing is new, so there is nothing to confirm or to write.
        _ if batch.counts().recorded == 0 => return Ok(Outcome::Recorded(batch)),
        Consent::Given | Consent::DryRun => {}
        Consent::Asked => confirm(&batch, &now).map_err(BatchError::NotConfirmed)?,
    }
    let later = session.now();
    let mut writer = session.store.write(session.signature(later))?;
    if session.store.version()? != version || later.today != now.today {
        let now = plan(session, instruction, &later)?;
        if !is_same(&batch, &now) {
            return Err(BatchError::PlanChanged { before: Box::new(batch), now: Box::new(now) });
        }
    }
    let recorded = record(session, instruction, batch, later, &mut writer)?;
    session.guard.close();
    writer.commit()?;
    Ok(Outcome::Recorded(recorded))
}

/// Records in the order of the lines, so that the refund numbers follow the file.
fn record(
    session: &Session<'_>,
    instruction: &BatchInstruction,
    batch: Batch,
    at: Now,
    writer: &mut Writer<'_>,
) -> Result<Batch, StoreError> {
    let planned = batch.items.iter().filter_map(|item| Some((item.outcome.plan()?, item.key.as_ref())));
    let reference = instruction.reference.as_ref();
    let refunds: Vec<NewRefund<'_>> =
        planned.map(|(plan, key)| NewRefund { plan, key, reference, marked_on: at.today }).collect();
    let report = &mut |done| session.observer.report("recorded", done, refunds.len() as u64);
    let mut numbers = writer.record_refunds(&refunds, report)?.into_iter();
    let recorded = |item: BatchItem| match item.outcome {
        ItemOutcome::Planned(planned) => {
            let number = numbers.next()?;
            Some(BatchItem { outcome: ItemOutcome::Recorded { number, at, planned }, ..item })
        }
        _ => Some(item),
    };
    let items: Option<Vec<BatchItem>> = batch.items.into_iter().map(recorded).collect();
    let items = items.ok_or_else(|| StoreError::Unusable("a recorded refund has no number".to_owned()))?;
    if let (Some(digest), Some(reference)) = (&instruction.file_digest, reference) {
        writer.record_batch_file(digest, reference)?;
    }
    Ok(Batch { items, ..batch })
}

fn check_lines<E>(instruction: &BatchInstruction) -> Result<(), BatchError<E>> {
    let found = instruction.lines.len() as u64;
    if let Some(expected) = instruction.expected_lines.filter(|expected| *expected != found) {
        return Err(BatchError::OffCount { expected, found });
    }
    instruction.limits.check_lines(found)?;
    let mut keys: BTreeMap<&Key, u64> = BTreeMap::new();
    for line in &instruction.lines {
        let Some(key) = &line.key else { continue };
        if let Some(first) = keys.insert(key, line.line) {
            return Err(BatchError::KeyTwice { key: key.clone(), first, second: line.line });
        }
    }
    Ok(())
}

/// Whether both plans have the same lines with the same verdicts, amounts, windows and cautions.
fn is_same(before: &Batch, now: &Batch) -> bool {
    let is_same = |before: &BatchItem, now: &BatchItem| match (&before.outcome, &now.outcome) {
        (ItemOutcome::Replayed { refund: before, .. }, ItemOutcome::Replayed { refund: now, .. }) => {
            before.id == now.id
        }
        (ItemOutcome::Refused(before), ItemOutcome::Refused(now)) => before.code() == now.code(),
        (before, now) => before.plan().is_some() && before.plan() == now.plan(),
    };
    before.same_file == now.same_file
        && before.items.len() == now.items.len()
        && before.items.iter().zip(&now.items).all(|(before, now)| is_same(before, now))
}

/// Plans the lines of each sale one after the other: what an earlier line takes is not left for a later one. The
/// sales are planned in the store's order, since lines of different sales do not affect each other.
fn plan<E>(session: &Session<'_>, instruction: &BatchInstruction, now: &Now) -> Result<Batch, BatchError<E>> {
    let has_past_ids = session.store.has_past_ids()?;
    let mut lines_of: BTreeMap<TransactionId, Vec<&BatchLine>> = BTreeMap::new();
    for line in &instruction.lines {
        // The line may name the sale by the ID that was generated for it before its real one was known.
        let sale = if has_past_ids { session.store.current_id(&line.sale)? } else { None };
        lines_of.entry(sale.unwrap_or_else(|| line.sale.clone())).or_default().push(line);
    }
    let planning = Planning { session, instruction, now, has_past_ids };
    let mut items = Vec::with_capacity(instruction.lines.len());
    let mut currencies = BTreeSet::new();
    let wanted = lines_of.iter().map(|(sale, lines)| (sale, (sale, lines)));
    session.store.records(wanted, session.policy.zone, |(sale, lines), record| {
        session.observer.report("planned", items.len() as u64, instruction.lines.len() as u64);
        currencies.extend(record.as_ref().map(|record| record.payment.amount.currency()));
        planning.sale(sale, lines, record, &mut items)
    })?;
    // An amount without a currency is ambiguous if the sales are in several.
    if instruction.has_bare_amounts && currencies.len() > 1 {
        return Err(BatchError::CurrencyNeeded(currencies.into_iter().collect()));
    }
    items.sort_by_key(|item| item.line);
    let batch = Batch { reference: instruction.reference.clone(), items, same_file: None };
    match (&instruction.file_digest, &batch.reference) {
        (Some(digest), Some(reference)) if batch.counts().recorded > 0 => {
            let same_file = session.store.same_file(digest, reference, session.policy.zone)?;
            Ok(Batch { same_file, ..batch })
        }
        _ => Ok(batch),
    }
}

struct Planning<'a> {
    session: &'a Session<'a>,
    instruction: &'a BatchInstruction,
    now: &'a Now,
    /// Some payments had a generated ID before their real one was known.
    has_past_ids: bool,
}

impl Planning<'_> {
    /// All lines of one sale, in the order of the file.
    fn sale(
        &self,
        sale: &TransactionId,
        lines: &[&BatchLine],
        record: Option<SaleRecord>,
        items: &mut Vec<BatchItem>,
    ) -> Result<(), StoreError> {
        let mut current = record;
        let mut left = lines.len();
        for (ordinal, line) in (1..).zip(lines) {
            left -= 1;
            let key = self.key_of(line, sale, ordinal)?;
            // The last line takes the record, so that it is not copied.
            let record = if left == 0 { current.take() } else { current.clone() };
            let outcome = self.outcome(line, record, key.as_ref())?;
            if let (Some(plan), Some(record)) = (outcome.plan(), &mut current) {
                record.planned.push(PlannedRefund { line: line.line, amount: plan.amount });
            }
            items.push(BatchItem { line: line.line, sale: line.sale.clone(), key, outcome });
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
            Judged::Refused(refusal) => ItemOutcome::Refused(refusal),
            Judged::Plan(plan) => match plan.unaccepted(&self.instruction.accepted) {
                Some(refusal) => ItemOutcome::Refused(refusal),
                None => ItemOutcome::Planned(Box::new(PlannedItem { plan: *plan, payment: record.payment })),
            },
        })
    }

    /// The line's own key, or one derived from the batch's reference. `ordinal` counts the lines of the sale.
    fn key_of(&self, line: &BatchLine, sale: &TransactionId, ordinal: u64) -> Result<Option<RefundKey>, StoreError> {
        if let Some(key) = &line.key {
            return Ok(Some(RefundKey { key: key.clone(), is_derived: false }));
        }
        let Some(reference) = &self.instruction.reference else { return Ok(None) };
        let derived = |sale: &TransactionId| match derived_key(reference, sale, ordinal) {
            Ok(key) => Ok(RefundKey { key, is_derived: true }),
            Err(error) => Err(StoreError::Unusable(error.to_string())),
        };
        // What was recorded under the sale's generated ID has a key derived from that ID.
        let past_ids = if self.has_past_ids { self.session.store.past_ids(sale)? } else { Vec::new() };
        for past_id in past_ids {
            let key = derived(&past_id)?;
            if self.session.store.recorded(&key, self.session.policy.zone)?.is_some() {
                return Ok(Some(key));
            }
        }
        derived(sale).map(Some)
    }
}
