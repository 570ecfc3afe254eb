//! One refund: key → dossier → plan → ask → the clock again → lock → plan again → record → commit.
//!
//! No lock and no read transaction is held while somebody thinks about a question.

use crate::desk::{Filed, Room};
use crate::domain::dossier::Dossier;
use crate::domain::ids::{Key, RefundId, TransactionId};
use crate::domain::moment::{Moment, Zone};
use crate::domain::plan::{self, CautionCode, RefundPlan, Refusal, Request};
use crate::domain::refund::{Refund, RefundKey, RefundStatus};
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

/// A refund that may be recorded, with the dossier that it was judged on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Planned {
    pub plan: RefundPlan,
    pub dossier: Dossier,
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
    Refused { refusal: Refusal, dossier: Option<Box<Dossier>> },
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
    room: &Room<'_>,
    order: &Order,
    confirm: &mut dyn FnMut(&Planned, &Moment) -> Result<(), E>,
) -> Result<Outcome, RefundError<E>> {
    let moment = room.moment();
    let version = room.store.version()?;
    let planned = match look(room, order, &moment)? {
        Look::Replay(filed) => return Ok(Outcome::Replayed(filed)),
        Look::Plan(planned) => planned,
    };
    match order.consent {
        Consent::DryRun => return Ok(Outcome::DryRun(planned)),
        Consent::Given => {}
        Consent::Asked => confirm(&planned, &moment).map_err(RefundError::NotConfirmed)?,
    }
    let later = room.moment();
    let mut writer = room.store.write(room.signature(later))?;
    if room.store.version()? != version || later.today != moment.today {
        match look(room, order, &later) {
            Ok(Look::Replay(filed)) => return Ok(Outcome::Replayed(filed)),
            Ok(Look::Plan(now)) if now.plan == planned.plan => {}
            Ok(Look::Plan(now)) => return Err(changed(&planned, Ok(now.plan))),
            Err(RefundError::Refused { refusal, .. }) => return Err(changed(&planned, Err(refusal))),
            Err(other) => return Err(other),
        }
    }
    let new =
        NewRefund { plan: &planned.plan, key: planned.key.as_ref(), reference: None, marked_on: later.today };
    let number = writer.record_refund(&new)?;
    room.gate.close();
    writer.commit()?;
    let id = RefundId::Desk(number);
    Ok(Outcome::Recorded(Box::new(filed(room, &id)?)))
}

fn changed<E>(planned: &Planned, now: Result<RefundPlan, Refusal>) -> RefundError<E> {
    RefundError::PlanChanged { before: Box::new(planned.plan.clone()), now: Box::new(now) }
}

/// What a look at the store says: nothing is written.
enum Look {
    Replay(Box<Filed>),
    Plan(Box<Planned>),
}

fn look<E>(room: &Room<'_>, order: &Order, moment: &Moment) -> Result<Look, RefundError<E>> {
    let Some(dossier) = room.store.dossier(&order.sale, room.policy.zone)? else {
        let refusal = Refusal::UnknownSale(order.sale.clone());
        return Err(RefundError::Refused { refusal, dossier: None });
    };
    let key = order.key.clone().map(|key| RefundKey { key, is_derived: false });
    let refused = |refusal, dossier| RefundError::Refused { refusal, dossier: Some(Box::new(dossier)) };
    match judge(room, &dossier, &order.request, key.as_ref(), moment)? {
        Judged::Replay(refund) => Ok(Look::Replay(Box::new(Filed { refund: *refund, dossier }))),
        Judged::Refused(refusal) => Err(refused(refusal, dossier)),
        Judged::Plan(plan) => {
            match plan.unaccepted(&order.accepted).filter(|_| order.consent == Consent::Given) {
                Some(refusal) => Err(refused(refusal, dossier)),
                None => Ok(Look::Plan(Box::new(Planned { plan: *plan, dossier, key }))),
            }
        }
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
    room: &Room<'_>,
    dossier: &Dossier,
    request: &Request,
    key: Option<&RefundKey>,
    moment: &Moment,
) -> Result<Judged, StoreError> {
    let recorded = match key {
        Some(key) => room.store.recorded(key, room.policy.zone)?,
        None => None,
    };
    if let Some(recorded) = recorded {
        return Ok(match replay(request, dossier, &recorded) {
            Ok(()) => Judged::Replay(Box::new(recorded.refund)),
            Err(refusal) => Judged::Refused(refusal),
        });
    }
    // A key of one's own says that this is another refund than the one that looks like it.
    let has_own_key = key.is_some_and(|key| !key.is_derived);
    let request = Request { again: request.again || has_own_key, ..request.clone() };
    Ok(match plan::plan(&request, dossier, room.policy, moment) {
        Ok(plan) => Judged::Plan(Box::new(plan)),
        Err(refusal) => Judged::Refused(refusal),
    })
}

/// The same key with the same request gives the recorded answer again; a key that pays nobody does not pretend to.
fn replay(request: &Request, dossier: &Dossier, recorded: &Recorded) -> Result<(), Refusal> {
    let (refund, mark) = (&recorded.refund, &recorded.mark);
    // A derived key says nothing to a person: the batch's reference does.
    let own_key = mark.key.as_ref().filter(|key| !key.is_derived).map(|key| key.key.clone());
    let asked = plan::asked_amount(request, &dossier.payment)?;
    let is_same = refund.sale == dossier.payment.id && mark.asked == asked && mark.reason == request.reason;
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

/// A refund with its sale's dossier, as they stand now.
pub fn filed(room: &Room<'_>, id: &RefundId) -> Result<Filed, StoreError> {
    find(room.store, id, room.policy.zone)?
        .ok_or_else(|| StoreError::Damaged(format!("the refund {id} or its sale is not there")))
}

/// A refund with its dossier; `None` where there is no such refund.
pub fn find(store: &Store, id: &RefundId, zone: Zone) -> Result<Option<Filed>, StoreError> {
    let Some(refund) = store.refund(id, zone)? else { return Ok(None) };
    let dossier = store.dossier(&refund.sale, zone)?;
    Ok(dossier.map(|dossier| Filed { refund, dossier }))
}
