//! The steps of marked refunds: submitted, confirmed, failed, cancelled, reopened.
//!
//! Either all of the given refunds take the step or none does, and each one that cannot is reported.

use crate::desk::{Session, StoredRefund, refund};
use crate::domain::ids::{RefundId, RefundNumber, TransactionId};
use crate::domain::refund::{BadStep, Refund, RefundState, RefundStatus, Step};
use crate::domain::rules::plan::{self, Refusal};
use crate::domain::rules::policy::Policy;
use crate::domain::time::Now;
use crate::store::StoreError;
use chrono::NaiveDate;
use std::collections::{BTreeMap, BTreeSet};

/// A step that some refunds take.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Advance {
    pub refunds: Vec<RefundId>,
    pub step: Step,
    /// The day it happened; `None` is today.
    pub on: Option<NaiveDate>,
    pub note: Option<String>,
    /// They are a whole batch: refunds that already took the step are left unchanged.
    pub is_batch: bool,
    /// Submit even refunds that would not be marked today.
    pub accepts_no_longer_right: bool,
}

/// A refund after the step.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Advanced {
    pub stored: StoredRefund,
    /// It took the step now, not earlier.
    pub has_moved: bool,
    /// Why it would not have been marked on the day of the step.
    pub no_longer_right: Option<Refusal>,
}

/// Why a refund cannot take a step.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum StepRefused {
    #[error("there is no refund {0} in the store")]
    Unknown(RefundId),
    #[error("{0} was issued by the platform; only its notifications can change it")]
    OfThePlatform(RefundId),
    #[error("{refund}: {why}")]
    BadStep { refund: RefundId, why: BadStep },
    #[error("{refund} cannot have changed on {on}: its last step was on {since}")]
    TooEarly { refund: RefundId, on: NaiveDate, since: NaiveDate },
    #[error("{refund} is listed twice")]
    Twice { refund: RefundId },
    #[error("the platform reports {refund} as {row}, so only its reports can say that it was not carried out")]
    Reported { refund: RefundId, row: TransactionId },
    #[error("{refund} would not be marked today: {why}")]
    NoLongerRight { refund: RefundId, why: Refusal },
}

impl StepRefused {
    /// The stable code.
    pub fn code(&self) -> &'static str {
        match self {
            Self::Unknown(_) => "unknown_refund",
            Self::OfThePlatform(_) | Self::Reported { .. } => "platform_refund",
            Self::BadStep { .. } => "bad_step",
            Self::TooEarly { .. } => "bad_day",
            Self::Twice { .. } => "named_twice",
            Self::NoLongerRight { .. } => "no_longer_right",
        }
    }
}

/// Why no refund took the step.
#[derive(Debug, thiserror::Error)]
pub enum AdvanceError {
    /// Every refund that cannot take the step.
    #[error("nothing was changed")]
    StepRefused(Vec<StepRefused>),
    #[error("{on} is in the future: today is {today}")]
    Future { on: NaiveDate, today: NaiveDate },
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// All of the refunds take the step, or none does; returns them as they are afterwards.
pub fn advance(session: &Session<'_>, advance: &Advance) -> Result<Vec<Advanced>, AdvanceError> {
    let now = session.now();
    let on = day(advance, &now)?;
    let mut writer = session.store.write(session.signature(now))?;
    let moving = moving(session, advance, on)?;
    for Moving { refund, number, .. } in &moving {
        writer.advance_refund(refund, *number, advance.step, on, advance.note.as_deref())?;
    }
    let is_anything_moving = !moving.is_empty();
    let mut moved: BTreeMap<RefundId, Option<Refusal>> =
        moving.into_iter().map(|moving| (moving.refund.id, moving.no_longer_right)).collect();
    let advanced = advance.refunds.iter().map(|id| {
        let moved = moved.remove(id);
        Ok(Advanced {
            stored: refund::stored(session, id)?,
            has_moved: moved.is_some(),
            no_longer_right: moved.flatten(),
        })
    });
    // The answer is read before the commit: after it, nothing may fail.
    let advanced = advanced.collect::<Result<_, StoreError>>()?;
    if is_anything_moving {
        session.guard.close();
        writer.commit()?;
    }
    Ok(advanced)
}

/// A refund that takes the step.
struct Moving {
    refund: Refund,
    number: RefundNumber,
    no_longer_right: Option<Refusal>,
}

/// The refunds that take the step now; an error with every refund that cannot.
fn moving(session: &Session<'_>, advance: &Advance, on: NaiveDate) -> Result<Vec<Moving>, AdvanceError> {
    let (mut moving, mut refused, mut listed) = (Vec::new(), Vec::new(), BTreeSet::new());
    for id in &advance.refunds {
        let is_twice = !listed.insert(id);
        match refund::find(session.store, id, session.policy.zone)? {
            _ if is_twice => refused.push(StepRefused::Twice { refund: id.clone() }),
            None => refused.push(StepRefused::Unknown(id.clone())),
            Some(stored) if advance.is_batch && has_taken(&stored.refund, advance.step) => {}
            Some(stored) => {
                match can_move(&stored.refund, advance.step, on)
                    .and_then(|number| is_right(stored, number, advance, session.policy, on))
                {
                    Ok(refund) => moving.push(refund),
                    Err(why) => refused.push(why),
                }
            }
        }
    }
    if refused.is_empty() { Ok(moving) } else { Err(AdvanceError::StepRefused(refused)) }
}

/// Submitting says that the money is on its way, so it must still be right. The other steps record what happened.
fn is_right(
    stored: StoredRefund,
    number: RefundNumber,
    advance: &Advance,
    policy: &Policy,
    on: NaiveDate,
) -> Result<Moving, StepRefused> {
    let StoredRefund { refund, record } = stored;
    match plan::no_longer_right(&refund, &record, policy, on) {
        Some(why) if advance.step == Step::Submit && !advance.accepts_no_longer_right => {
            Err(StepRefused::NoLongerRight { refund: refund.id, why })
        }
        no_longer_right => Ok(Moving { refund, number, no_longer_right }),
    }
}

fn day(advance: &Advance, now: &Now) -> Result<NaiveDate, AdvanceError> {
    match advance.on {
        Some(on) if on > now.today => Err(AdvanceError::Future { on, today: now.today }),
        on => Ok(on.unwrap_or(now.today)),
    }
}

/// Whether the refund already has the status that the step leads to.
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
    if let (Step::Reopen | Step::Fail, Some(row)) = (step, &refund.reported_as) {
        return Err(StepRefused::Reported { refund: refund.id.clone(), row: row.clone() });
    }
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
