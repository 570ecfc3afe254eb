//! What the vendor says of refunds that were marked: carried out, done, failed, cancelled, not yet after all.
//!
//! Several refunds move together or not at all, and every one that cannot is named.

use crate::desk::{Filed, Session, refund};
use crate::domain::ids::{RefundId, RefundNumber};
use crate::domain::refund::{BadStep, Refund, RefundState, RefundStatus, Step};
use crate::domain::time::Now;
use crate::store::StoreError;
use chrono::NaiveDate;
use std::collections::BTreeSet;

/// A step for some refunds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Advance {
    pub refunds: Vec<RefundId>,
    pub step: Step,
    /// The day it happened; today where it is not given.
    pub on: Option<NaiveDate>,
    pub note: Option<String>,
    /// Refunds of a whole batch, some of which may have taken the step before: those stay as they are.
    pub is_batch: bool,
}

/// A refund as it stands after a step.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Advanced {
    pub filed: Filed,
    /// It took the step now; otherwise it had taken it before.
    pub has_moved: bool,
}

/// Why a refund cannot be moved.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum StepRefused {
    #[error("there is no refund {0} in the store")]
    Unknown(RefundId),
    #[error("{0} is the platform's own refund: what it says moves it, nobody here")]
    OfThePlatform(RefundId),
    #[error("{refund}: {why}")]
    BadStep { refund: RefundId, why: BadStep },
    #[error("{refund} cannot have moved on {on}, before {since}")]
    TooEarly { refund: RefundId, on: NaiveDate, since: NaiveDate },
    #[error("{refund} is named twice")]
    Twice { refund: RefundId },
}

impl StepRefused {
    /// The stable code.
    pub fn code(&self) -> &'static str {
        match self {
            Self::Unknown(_) => "unknown_refund",
            Self::OfThePlatform(_) => "platform_refund",
            Self::BadStep { .. } => "bad_step",
            Self::TooEarly { .. } => "bad_day",
            Self::Twice { .. } => "named_twice",
        }
    }
}

/// Why nothing moved.
#[derive(Debug, thiserror::Error)]
pub enum AdvanceError {
    /// Every refund that cannot be moved.
    #[error("nothing was changed")]
    StepRefused(Vec<StepRefused>),
    /// The day lies ahead.
    #[error("{on} is in the future: today is {today}")]
    Future { on: NaiveDate, today: NaiveDate },
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// Moves the refunds, all or none, and returns them as they stand then.
pub fn follow(session: &Session<'_>, following: &Advance) -> Result<Vec<Advanced>, AdvanceError> {
    let now = session.now();
    let on = day(following, &now)?;
    let mut writer = session.store.write(session.signature(now))?;
    let mut immovable = Vec::new();
    let mut movable = Vec::new();
    let mut named = BTreeSet::new();
    for id in &following.refunds {
        let is_twice = !named.insert(id);
        match session.store.refund(id, session.policy.zone)? {
            _ if is_twice => immovable.push(StepRefused::Twice { refund: id.clone() }),
            None => immovable.push(StepRefused::Unknown(id.clone())),
            Some(refund) if following.is_batch && has_taken(&refund, following.step) => {}
            Some(refund) => match can_move(&refund, following.step, on) {
                Ok(number) => movable.push((refund, number)),
                Err(why) => immovable.push(why),
            },
        }
    }
    if !immovable.is_empty() {
        return Err(AdvanceError::StepRefused(immovable));
    }
    for (refund, number) in &movable {
        writer.advance_refund(refund, *number, following.step, on, following.note.as_deref())?;
    }
    if !movable.is_empty() {
        session.guard.close();
        writer.commit()?;
    }
    let moved: BTreeSet<&RefundId> = movable.iter().map(|(refund, _)| &refund.id).collect();
    let followed = following.refunds.iter().map(|id| {
        let has_moved = moved.contains(id);
        Ok(Advanced { filed: refund::filed(session, id)?, has_moved })
    });
    Ok(followed.collect::<Result<_, StoreError>>()?)
}

fn day(following: &Advance, now: &Now) -> Result<NaiveDate, AdvanceError> {
    match following.on {
        Some(on) if on > now.today => Err(AdvanceError::Future { on, today: now.today }),
        on => Ok(on.unwrap_or(now.today)),
    }
}

/// It stands already where the step leads.
fn has_taken(refund: &Refund, step: Step) -> bool {
    let target = match step {
        Step::Submit => RefundStatus::Submitted,
        Step::Confirm => RefundStatus::Succeeded,
        Step::Fail => RefundStatus::Failed,
        Step::Cancel => RefundStatus::Cancelled,
        Step::Reopen => RefundStatus::Marked,
        Step::Reverse => RefundStatus::Reversed,
    };
    refund.status() == target
}

fn can_move(refund: &Refund, step: Step, on: NaiveDate) -> Result<RefundNumber, StepRefused> {
    let RefundId::Desk(number) = refund.id else {
        return Err(StepRefused::OfThePlatform(refund.id.clone()));
    };
    refund.status().after(step).map_err(|why| StepRefused::BadStep { refund: refund.id.clone(), why })?;
    let since = match refund.state {
        RefundState::Submitted { on } => on,
        _ => refund.on(),
    };
    if on < since {
        return Err(StepRefused::TooEarly { refund: refund.id.clone(), on, since });
    }
    Ok(number)
}
