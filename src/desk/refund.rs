//! One refund: key → record → plan → ask → the clock again → lock → plan again → record → commit.
//!
//! No lock and no read transaction is held while somebody thinks about a question.

use crate::desk::{Filed, Session};
use crate::domain::ids::{Key, RefundId, TransactionId};
use crate::domain::refund::{Refund, RefundKey, RefundStatus};
use crate::domain::rules::plan::{self, CautionCode, RefundPlan, Refusal, Request};
use crate::domain::sale::record::SaleRecord;
use crate::domain::time::{Now, Zone};
use crate::store::{NewRefund, Recorded, Store, StoreError};

/// What was asked of the desk.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Order {
    pub sale: TransactionId,
    pub request: Request,
    /// A person's or a script's own key.
    pub key: Option<Key>,
    /// Weighty cautions that are taken on.
    pub accepted: Vec<CautionCode>,
    pub consent: Consent,
}

/// How the confirmation is given.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Consent {
    /// In advance: weighty cautions have to be accepted by name.
    Given,
    /// Somebody is asked.
    Asked,
    /// Nothing is to be recorded.
    DryRun,
}

/// A refund that may be recorded, with the record that it was judged on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Planned {
    pub plan: RefundPlan,
    pub record: SaleRecord,
    pub key: Option<RefundKey>,
}

/// How it ended, when nothing went wrong.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Outcome {
    Recorded(Box<Filed>),
    /// The key's refund, recorded earlier.
    Replayed(Box<Filed>),
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

/// Plans a refund, has `confirm` ask for it where nobody consented yet, and records it as marked.
pub fn refund<E>(
    session: &Session<'_>,
    order: &Order,
    confirm: &mut dyn FnMut(&Planned, &Now) -> Result<(), E>,
) -> Result<Outcome, RefundError<E>> {
    let now = session.now();
    let version = session.store.version()?;
    let planned = match style(session, order, &now)? {
        Checked::Replay(filed) => return Ok(Outcome::Replayed(filed)),
        Checked::Plan(planned) => planned,
    };
    match order.consent {
        Consent::DryRun => return Ok(Outcome::DryRun(planned)),
        Consent::Given => {}
        Consent::Asked => confirm(&planned, &now).map_err(RefundError::NotConfirmed)?,
    }
    let later = session.now();
    let mut writer = session.store.write(session.signature(later))?;
    if session.store.version()? != version || later.today != now.today {
        match style(session, order, &later) {
            Ok(Checked::Replay(filed)) => return Ok(Outcome::Replayed(filed)),
            Ok(Checked::Plan(now)) if now.plan == planned.plan => {}
            Ok(Checked::Plan(now)) => return Err(changed(&planned, Ok(now.plan))),
            Err(RefundError::Refused { refusal, .. }) => return Err(changed(&planned, Err(refusal))),
            Err(other) => return Err(other),
        }
    }
    let new = NewRefund { plan: &planned.plan, key: planned.key.as_ref(), reference: None, marked_on: later.today };
    let number = writer.record_refund(&new)?;
    session.guard.close();
    writer.commit()?;
    let id = RefundId::Desk(number);
    Ok(Outcome::Recorded(Box::new(filed(session, &id)?)))
}

fn changed<E>(planned: &Planned, now: Result<RefundPlan, Refusal>) -> RefundError<E> {
    RefundError::PlanChanged { before: Box::new(planned.plan.clone()), now: Box::new(now) }
}

/// What a look at the store says: nothing is written.
enum Checked {
    Replay(Box<Filed>),
    Plan(Box<Planned>),
}

fn style<E>(session: &Session<'_>, order: &Order, now: &Now) -> Result<Checked, RefundError<E>> {
    let Some(record) = session.store.record(&order.sale, session.policy.zone)? else {
        let refusal = Refusal::UnknownSale(order.sale.clone());
        return Err(RefundError::Refused { refusal, record: None });
    };
    let key = order.key.clone().map(|key| RefundKey { key, is_derived: false });
    let refused = |refusal, record| RefundError::Refused { refusal, record: Some(Box::new(record)) };
    match judge(session, &record, &order.request, key.as_ref(), now)? {
        Judged::Replay(refund) => Ok(Checked::Replay(Box::new(Filed { refund: *refund, record }))),
        Judged::Refused(refusal) => Err(refused(refusal, record)),
        Judged::Plan(plan) => match plan.unaccepted(&order.accepted).filter(|_| order.consent == Consent::Given) {
            Some(refusal) => Err(refused(refusal, record)),
            None => Ok(Checked::Plan(Box::new(Planned { plan: *plan, record, key }))),
        },
    }
}

/// What the rules say to a request.
pub(in crate::desk) enum Judged {
    /// Its key stands for this refund already.
    Replay(Box<Refund>),
    Plan(Box<RefundPlan>),
    Refused(Refusal),
}

/// Key first, then the plan.
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
    // A key of one's own says that this is another refund than the one that looks like it.
    let has_own_key = key.is_some_and(|key| !key.is_derived);
    let request = Request { again: request.again || has_own_key, ..request.clone() };
    Ok(match plan::plan(&request, record, session.policy, now) {
        Ok(plan) => Judged::Plan(Box::new(plan)),
        Err(refusal) => Judged::Refused(refusal),
    })
}

/// The same key with the same request gives the recorded answer again; a key that pays nobody does not pretend to.
fn replay(request: &Request, record: &SaleRecord, recorded: &Recorded) -> Result<(), Refusal> {
    let (refund, mark) = (&recorded.refund, &recorded.mark);
    // A derived key says nothing to a person: the batch's reference does.
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

/// A refund with its sale's record, as they stand now.
pub fn filed(session: &Session<'_>, id: &RefundId) -> Result<Filed, StoreError> {
    find(session.store, id, session.policy.zone)?
        .ok_or_else(|| StoreError::Damaged(format!("the refund {id} or its sale is not there")))
}

/// A refund with its record; `None` where there is no such refund.
pub fn find(store: &Store, id: &RefundId, zone: Zone) -> Result<Option<Filed>, StoreError> {
    let Some(refund) = store.refund(id, zone)? else { return Ok(None) };
    let record = store.record(&refund.sale, zone)?;
    Ok(record.map(|record| Filed { refund, record }))
}
