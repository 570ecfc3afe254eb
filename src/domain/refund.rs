//! A refund: what the desk marked or the platform reported, and the states it goes through.

use crate::domain::ids::{Key, OrderId, Reference, RefundId, TransactionId};
use crate::domain::money::Money;
use crate::domain::string_enum::string_enum;
use crate::domain::time::Timestamp;
use chrono::{NaiveDate, TimeDelta};

string_enum! {
    /// Why the customer gets the money back (the choices of CopeCart help article 9064434).
    Reason, "reason" {
        CustomerRequest = "customer-request",
        OutOfStock = "out-of-stock",
        Returned = "returned",
        Dissatisfied = "dissatisfied",
    }
}

string_enum! {
    /// By which right the customer gets the money back. It follows from the request, the sale and the day.
    Ground, "ground" {
        /// The customer asked within the 14 days in which the law lets them withdraw.
        Withdrawal = "withdrawal",
        /// The customer asked within the product's return period.
        Policy = "policy",
        /// The vendor cannot deliver: no period applies.
        NonPerformance = "non-performance",
        /// The return period was overridden, and the customer could not withdraw by law.
        Goodwill = "goodwill",
    }
}

string_enum! {
    /// Who started it: this desk, or the platform (its support refunds in the vendor's name).
    Origin, "origin" {
        Desk = "desk",
        Platform = "platform",
    }
}

string_enum! {
    /// The status of a refund.
    RefundStatus, "status of a refund" {
        /// Decided and recorded; the vendor has not carried it out yet.
        Marked = "marked",
        /// The vendor carried it out on the platform.
        Submitted = "submitted",
        Succeeded = "succeeded",
        Failed = "failed",
        Cancelled = "cancelled",
        /// It had succeeded, and the platform undid it.
        Reversed = "reversed",
    }
}

string_enum! {
    /// What can happen to a refund.
    Step, "step" {
        Submit = "submit",
        Confirm = "confirm",
        Fail = "fail",
        Cancel = "cancel",
        Reopen = "reopen",
        Reverse = "reverse",
    }
}

/// A step that a refund of this status cannot take.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("a {from} refund cannot be {}", step.done())]
pub struct BadStep {
    pub from: RefundStatus,
    pub step: Step,
}

impl Step {
    /// The participle: "submitted".
    pub fn done(self) -> &'static str {
        match self {
            Self::Submit => "submitted",
            Self::Confirm => "confirmed",
            Self::Fail => "failed",
            Self::Cancel => "cancelled",
            Self::Reopen => "reopened",
            Self::Reverse => "reversed",
        }
    }
}

impl RefundStatus {
    /// The status after a step. This is the whole matrix: nothing else moves a refund.
    pub fn after(self, step: Step) -> Result<Self, BadStep> {
        use RefundStatus::{Cancelled, Failed, Marked, Reversed, Submitted, Succeeded};
        match (self, step) {
            (Marked, Step::Submit) => Ok(Submitted),
            (Marked | Submitted, Step::Confirm) => Ok(Succeeded),
            (Marked | Submitted, Step::Fail) => Ok(Failed),
            (Marked, Step::Cancel) => Ok(Cancelled),
            (Submitted, Step::Reopen) => Ok(Marked),
            (Succeeded, Step::Reverse) => Ok(Reversed),
            (from, step) => Err(BadStep { from, step }),
        }
    }

    /// It reserves or has paid its amount: only failed, cancelled and reversed refunds give it back.
    pub fn holds_money(self) -> bool {
        matches!(self, Self::Marked | Self::Submitted | Self::Succeeded)
    }

    /// It has not reached an end yet.
    pub fn is_open(self) -> bool {
        matches!(self, Self::Marked | Self::Submitted)
    }
}

/// The status of a refund, with the days that are known only in it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RefundState {
    Marked,
    Submitted {
        on: NaiveDate,
    },
    /// The settlement window is counted from `carried_out_on`: the day of the submission, or of the success without
    /// one.
    Succeeded {
        on: NaiveDate,
        carried_out_on: NaiveDate,
    },
    Failed {
        on: NaiveDate,
    },
    Cancelled {
        on: NaiveDate,
    },
    Reversed {
        on: NaiveDate,
    },
}

impl RefundState {
    pub fn status(self) -> RefundStatus {
        match self {
            Self::Marked => RefundStatus::Marked,
            Self::Submitted { .. } => RefundStatus::Submitted,
            Self::Succeeded { .. } => RefundStatus::Succeeded,
            Self::Failed { .. } => RefundStatus::Failed,
            Self::Cancelled { .. } => RefundStatus::Cancelled,
            Self::Reversed { .. } => RefundStatus::Reversed,
        }
    }

    /// The day it reached this status; `None` for `Marked`.
    pub fn on(self) -> Option<NaiveDate> {
        match self {
            Self::Marked => None,
            Self::Submitted { on }
            | Self::Succeeded { on, .. }
            | Self::Failed { on }
            | Self::Cancelled { on }
            | Self::Reversed { on } => Some(on),
        }
    }

    /// The day it was carried out on the platform, if it is there or has succeeded.
    pub fn carried_out_on(self) -> Option<NaiveDate> {
        match self {
            Self::Submitted { on } | Self::Succeeded { carried_out_on: on, .. } => Some(on),
            Self::Marked | Self::Failed { .. } | Self::Cancelled { .. } | Self::Reversed { .. } => None,
        }
    }
}

/// An idempotency key.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RefundKey {
    pub key: Key,
    /// Derived from the batch's reference, the sale and the line's ordinal, not given by the vendor.
    pub is_derived: bool,
}

/// What the desk recorded when it marked a refund.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Mark {
    pub actor: String,
    pub at: Timestamp,
    /// The day of `at`, in the time zone configured then.
    pub on: NaiveDate,
    pub reason: Reason,
    pub note: Option<String>,
    pub ground: Ground,
    pub asked_on: Option<NaiveDate>,
    /// The amount as asked; `None` for all that was left.
    pub asked: Option<Money>,
    pub key: Option<RefundKey>,
    pub reference: Option<Reference>,
}

/// Who started a refund, with what is known only of theirs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Author {
    Desk(Mark),
    /// With the time of the platform's report.
    Platform {
        at: Timestamp,
        on: NaiveDate,
    },
}

/// A refund of a sale.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Refund {
    pub id: RefundId,
    pub sale: TransactionId,
    pub order: OrderId,
    pub amount: Money,
    pub state: RefundState,
    pub author: Author,
    /// The platform's refund transaction, once one is matched.
    pub reported_as: Option<TransactionId>,
}

impl Refund {
    pub fn origin(&self) -> Origin {
        match self.author {
            Author::Desk(_) => Origin::Desk,
            Author::Platform { .. } => Origin::Platform,
        }
    }

    pub fn mark(&self) -> Option<&Mark> {
        match &self.author {
            Author::Desk(mark) => Some(mark),
            Author::Platform { .. } => None,
        }
    }

    /// When it was marked or reported.
    pub fn at(&self) -> Timestamp {
        match &self.author {
            Author::Desk(mark) => mark.at,
            Author::Platform { at, .. } => *at,
        }
    }

    /// The day of [`Self::at`] in the desk's time zone.
    pub fn on(&self) -> NaiveDate {
        match &self.author {
            Author::Desk(mark) => mark.on,
            Author::Platform { on, .. } => *on,
        }
    }

    pub fn status(&self) -> RefundStatus {
        self.state.status()
    }

    pub fn holds_money(&self) -> bool {
        self.status().holds_money()
    }

    /// A refund of this amount at this time looks like this one again: within 24 hours, and this one was not ended.
    pub fn looks_like(&self, amount: Money, at: Timestamp) -> bool {
        self.holds_money() && self.amount == amount && (at - self.at()).abs() < TimeDelta::hours(24)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_refund_moves_only_along_this_matrix() {
        let mut matrix = String::new();
        for from in RefundStatus::ALL {
            let moves: Vec<String> =
                Step::ALL.iter().filter_map(|step| Some(format!("{step} → {}", from.after(*step).ok()?))).collect();
            matrix.push_str(&format!("{from}: {}\n", moves.join(", ")));
        }
        insta::assert_snapshot!(matrix, @r"
        marked: submit → submitted, confirm → succeeded, fail → failed, cancel → cancelled
        submitted: confirm → succeeded, fail → failed, reopen → marked
        succeeded: reverse → reversed
        failed: 
        cancelled: 
        reversed: 
        ");
    }

    #[test]
    fn only_failed_cancelled_and_reversed_refunds_give_back() {
        let giving: Vec<_> = RefundStatus::ALL.iter().filter(|status| !status.holds_money()).collect();
        assert_eq!(giving, [&RefundStatus::Failed, &RefundStatus::Cancelled, &RefundStatus::Reversed]);
    }

    #[test]
    fn an_impossible_step_names_the_status() {
        let error = RefundStatus::Succeeded.after(Step::Cancel).unwrap_err();
        assert_eq!(error.to_string(), "a succeeded refund cannot be cancelled");
    }
}
