//! A refund: what the desk marked or the platform reported, and the states it goes through.

use crate::domain::ids::{Key, OrderId, Reference, RefundId, TransactionId};
use crate::domain::money::Money;
use crate::domain::string_enum::string_enum;
use crate::domain::time::Timestamp;
use chrono::NaiveDate;

string_enum! {
    /// Why the customer gets the money back (help article 9064434).
    Reason, "reason" {
        CustomerRequest = "customer-request",
        OutOfStock = "out-of-stock",
        Returned = "returned",
        Dissatisfied = "dissatisfied",
    }
}

string_enum! {
    /// Who began it: this desk, or the platform without it (support acts in the vendor's name).
    Origin, "origin" {
        Desk = "desk",
        Platform = "platform",
    }
}

string_enum! {
    /// Where a refund stands.
    RefundStatus, "status of a refund" {
        /// The desk decided; the vendor has not carried it out yet.
        Marked = "marked",
        /// The vendor carried it out on the platform.
        Submitted = "submitted",
        Succeeded = "succeeded",
        Failed = "failed",
        Cancelled = "cancelled",
        /// It had succeeded and the platform took it back.
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

/// A step that a refund cannot take from where it stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("a {from} refund cannot be {}", step.done())]
pub struct BadStep {
    pub from: RefundStatus,
    pub step: Step,
}

impl Step {
    /// "cannot be …"
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
    /// The whole matrix (contract §2 *States of a refund*); nothing else moves a refund.
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

    /// It reserves or has taken its sum: only failed, cancelled and reversed refunds give back.
    pub fn holds_money(self) -> bool {
        matches!(self, Self::Marked | Self::Submitted | Self::Succeeded)
    }

    /// Somebody still waits for it.
    pub fn is_open(self) -> bool {
        matches!(self, Self::Marked | Self::Submitted)
    }
}

/// Where a refund stands, with what is known only there.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RefundState {
    Marked,
    Submitted {
        on: NaiveDate,
    },
    /// `carried_out_on` is the day the window is counted from: the submission's, else that of the success.
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

    /// The day it came to stand so; `None` while it is only marked.
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
}

/// An idempotency key and who made it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RefundKey {
    pub key: Key,
    /// Made from a batch's reference, the sale and the line's ordinal, not given by a person.
    pub is_derived: bool,
}

/// What only the desk knows of a refund that it marked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Mark {
    pub actor: String,
    pub at: Timestamp,
    /// The day in the desk's time zone as it was then.
    pub on: NaiveDate,
    pub reason: Reason,
    pub note: Option<String>,
    /// A period was set aside.
    pub goodwill: bool,
    pub asked_on: Option<NaiveDate>,
    /// As asked: `None` is "all that is left".
    pub asked: Option<Money>,
    pub key: Option<RefundKey>,
    pub reference: Option<Reference>,
}

/// Who began a refund, with what that one knows.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Author {
    Desk(Mark),
    /// When the platform reported it.
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
    /// The platform's own refund transaction, once one is linked.
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
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_refund_moves_only_as_the_contract_says() {
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
    fn a_step_that_cannot_be_says_from_where() {
        let error = RefundStatus::Succeeded.after(Step::Cancel).unwrap_err();
        assert_eq!(error.to_string(), "a succeeded refund cannot be cancelled");
    }
}
