//! One refund: key → record → plan → ask → the clock again → lock → plan again → record → commit.
//!
//! No lock and no read transaction is held while a person considers the question.

use crate::desk::{Session, StoredRefund};
use crate::domain::ids::{Key, RefundId, TransactionId};
use crate::domain::refund::{Refund, RefundKey, RefundStatus};
use crate::domain::request::Request;
use crate::domain::rules::cautions::CautionCode;
use crate::domain::rules::plan::{self, RefundPlan, Refusal};
use crate::domain::sale::record::SaleRecord;
use crate::domain::time::{Now, Zone};
use crate::store::{NewRefund, RecordedRefund, Store, StoreError};

/// A refund to plan and record.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RefundInstruction {
    pub request: Request,
    /// The key that was given; `None` for a refund without one.
    pub key: Option<Key>,
    /// Serious cautions that were accepted by name.
    pub accepted: Vec<CautionCode>,
    pub consent: Consent,
}

/// How the refund is confirmed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Consent {
    /// In advance: serious cautions must be accepted by name.
    Given,
    /// By an answer to the question.
    Asked,
    /// Not at all: nothing is recorded.
    DryRun,
}

impl Consent {
    pub fn of(is_dry_run: bool, is_given: bool) -> Self {
        match (is_dry_run, is_given) {
            (true, _) => Self::DryRun,
            (false, true) => Self::Given,
            (false, false) => Self::Asked,
        }
    }
}

/// A sale as it was read, and the store's version at that time.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SaleSnapshot {
    pub sale: TransactionId,
    /// `None` if the store has no such transaction.
    pub record: Option<SaleRecord>,
    version: i64,
}

impl SaleSnapshot {
    pub fn read(store: &Store, sale: TransactionId, zone: Zone) -> Result<Self, StoreError> {
        let version = store.version()?;
        let record = store.record(&sale, zone)?;
        Ok(Self { sale, record, version })
    }

    /// A record that was read when, or after, the store had this version.
    pub fn of(record: SaleRecord, version: i64) -> Self {
        Self { sale: record.payment.id.clone(), record: Some(record), version }
    }

    /// The same sale, read again if anything was written since.
    fn refreshed(self, session: &Session<'_>) -> Result<Self, StoreError> {
        match session.store.version()? == self.version {
            true => Ok(self),
            false => Self::read(session.store, self.sale, session.policy.zone),
        }
    }
}

/// A refund that may be recorded, with the record that it was planned on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Planned {
    pub plan: RefundPlan,
    pub record: SaleRecord,
    pub key: Option<RefundKey>,
}

/// The result, if nothing went wrong.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Outcome {
    Recorded(Box<StoredRefund>),
    /// The key's refund, recorded earlier.
    Replayed(Box<StoredRefund>),
    /// What would be recorded.
    DryRun(Box<Planned>),
}

/// Why nothing was recorded.
#[derive(Debug, thiserror::Error)]
pub enum RefundError<E> {
    #[error("{refusal}")]
    Refused { refusal: Refusal, record: Option<Box<SaleRecord>> },
    /// Something was written, or midnight passed, between the question and the answer.
    #[error("the plan changed meanwhile")]
    PlanChanged { before: Box<RefundPlan>, now: Box<Result<RefundPlan, Refusal>> },
    #[error(transparent)]
    Store(#[from] StoreError),
    /// The question was not answered with yes.
    #[error("not confirmed")]
    NotConfirmed(E),
}

/// Plans a refund of the sale, calls `confirm` unless consent was given, and records the refund as marked.
///
/// The record of the sale is read again before the plan, or after the confirmation, only if something was written
/// meanwhile; after the confirmation also if a new day has begun.
pub fn refund<E>(
    session: &Session<'_>,
    sale: SaleSnapshot,
    instruction: &RefundInstruction,
    confirm: &mut dyn FnMut(&Planned, &Now) -> Result<(), E>,
) -> Result<Outcome, RefundError<E>> {
    let now = session.now();
    let sale = sale.refreshed(session)?;
    let (id, version) = (sale.sale.clone(), sale.version);
    let planned = match preview(session, sale, instruction, &now)? {
        Preview::Replay(stored) => return Ok(Outcome::Replayed(stored)),
        Preview::Plan(planned) => planned,
    };
    match instruction.consent {
        Consent::DryRun => return Ok(Outcome::DryRun(planned)),
        Consent::Given => {}
        Consent::Asked => confirm(&planned, &now).map_err(RefundError::NotConfirmed)?,
    }
    let later = session.now();
    let mut writer = session.store.write(session.signature(later))?;
    if session.store.version()? != version || later.today != now.today {
        let sale = SaleSnapshot::read(session.store, id, session.policy.zone)?;
        if let Some(stored) = plan_again(session, sale, instruction, &planned.plan, &later)? {
            return Ok(Outcome::Replayed(stored));
        }
    }
    let new = NewRefund { plan: &planned.plan, key: planned.key.as_ref(), reference: None, marked_on: later.today };
    let number = writer.record_refund(&new)?;
    // The answer is read before the commit: after it, nothing may fail.
    let recorded = stored(session, &RefundId::Desk(number))?;
    session.guard.close();
    writer.commit()?;
    Ok(Outcome::Recorded(Box::new(recorded)))
}

/// Fails unless the plan is the same as before; a key that was used meanwhile replays its refund.
fn plan_again<E>(
    session: &Session<'_>,
    sale: SaleSnapshot,
    instruction: &RefundInstruction,
    before: &RefundPlan,
    now: &Now,
) -> Result<Option<Box<StoredRefund>>, RefundError<E>> {
    let changed = |now| RefundError::PlanChanged { before: Box::new(before.clone()), now: Box::new(now) };
    match preview(session, sale, instruction, now) {
        Ok(Preview::Replay(stored)) => Ok(Some(stored)),
        Ok(Preview::Plan(now)) if now.plan == *before => Ok(None),
        Ok(Preview::Plan(now)) => Err(changed(Ok(now.plan))),
        Err(RefundError::Refused { refusal, .. }) => Err(changed(Err(refusal))),
        Err(other) => Err(other),
    }
}

/// What recording the refund would do.
enum Preview {
    Replay(Box<StoredRefund>),
    Plan(Box<Planned>),
}

fn preview<E>(
    session: &Session<'_>,
    sale: SaleSnapshot,
    instruction: &RefundInstruction,
    now: &Now,
) -> Result<Preview, RefundError<E>> {
    let Some(record) = sale.record else {
        return Err(RefundError::Refused { refusal: Refusal::UnknownSale(sale.sale), record: None });
    };
    let RefundInstruction { request, accepted, consent, .. } = instruction;
    let key = instruction.key.clone().map(|key| RefundKey { key, is_derived: false });
    let refused = |refusal, record| RefundError::Refused { refusal, record: Some(Box::new(record)) };
    match judge(session, &record, request, key.as_ref(), now)? {
        Judged::Replay(refund) => Ok(Preview::Replay(Box::new(StoredRefund { refund: *refund, record }))),
        Judged::Refused(refusal) => Err(refused(refusal, record)),
        Judged::Plan(plan) => match plan.unaccepted(accepted).filter(|_| *consent == Consent::Given) {
            Some(refusal) => Err(refused(refusal, record)),
            None => Ok(Preview::Plan(Box::new(Planned { plan: *plan, record, key }))),
        },
    }
}

/// What the rules say about a request.
pub(in crate::desk) enum Judged {
    /// Its key was already used for this refund.
    Replay(Box<Refund>),
    Plan(Box<RefundPlan>),
    Refused(Refusal),
}

/// Checks the key, then plans.
pub(in crate::desk) fn judge(
    session: &Session<'_>,
    record: &SaleRecord,
    request: &Request,
    key: Option<&RefundKey>,
    now: &Now,
) -> Result<Judged, StoreError> {
    let recorded = match key {
        Some(key) => session.store.recorded(key, session.policy.zone)?,
        None => None,
    };
    if let Some(recorded) = recorded {
        return Ok(match replay(request, record, &recorded) {
            Ok(()) => Judged::Replay(Box::new(recorded.refund)),
            Err(refusal) => Judged::Refused(refusal),
        });
    }
    // Its own key says that this refund is not a duplicate of the one that looks like it.
    let has_own_key = key.is_some_and(|key| !key.is_derived);
    let is_warned = has_own_key && !request.again;
    let request = Request { again: request.again || has_own_key, ..request.clone() };
    Ok(match plan::plan(&request, record, session.policy, now) {
        Ok(plan) if is_warned => Judged::Plan(Box::new(plan.with_own_key(record, now))),
        Ok(plan) => Judged::Plan(Box::new(plan)),
        Err(refusal) => Judged::Refused(refusal),
    })
}

/// Whether the recorded answer may be given again: the same key with the same request, unless its refund has ended.
fn replay(request: &Request, record: &SaleRecord, recorded: &RecordedRefund) -> Result<(), Refusal> {
    let (refund, mark) = (&recorded.refund, &recorded.mark);
    // A derived key means nothing to a person: the batch's reference does.
    let own_key = mark.key.as_ref().filter(|key| !key.is_derived).map(|key| key.key.clone());
    let asked = plan::asked_amount(request, &record.payment)?;
    let is_same = refund.sale == record.payment.id && mark.asked == asked && mark.reason == request.reason;
    if !is_same {
        let asked = mark.asked.map_or_else(|| "all that was left".to_owned(), |sum| sum.to_string());
        let (recorded, sale) = (format!("{asked} ({}, {})", refund.id, mark.reason), refund.sale.clone());
        return Err(match own_key {
            Some(key) => Refusal::KeyConflict { key, recorded, sale },
            None => Refusal::ReferenceConflict { recorded, sale },
        });
    }
    let refund = refund.id.clone();
    match (recorded.refund.status(), own_key) {
        (status @ (RefundStatus::Failed | RefundStatus::Cancelled), Some(key)) => {
            Err(Refusal::KeySpent { key, refund, status })
        }
        (status @ (RefundStatus::Failed | RefundStatus::Cancelled), None) => {
            Err(Refusal::ReferenceSpent { refund, status })
        }
        _ => Ok(()),
    }
}

/// A refund that must exist, with the record of its sale.
pub fn stored(session: &Session<'_>, id: &RefundId) -> Result<StoredRefund, StoreError> {
    find(session.store, id, session.policy.zone)?
        .ok_or_else(|| StoreError::Damaged(format!("refund {id} or its sale is missing")))
}

/// A refund with the record of its sale; `None` if there is no such refund.
pub fn find(store: &Store, id: &RefundId, zone: Zone) -> Result<Option<StoredRefund>, StoreError> {
    let Some(refund) = store.refund(id, zone)? else { return Ok(None) };
    let record = store.record(&refund.sale, zone)?;
    Ok(record.map(|record| StoredRefund { refund, record }))
}
