//! `retour refunds …`: following what was marked.

mod list;
mod matching;
mod step;

use crate::commands::context::{self, Context};
use crate::commands::error::{Exit, Failure};
use crate::commands::{Answer, Done};
use crate::desk::refund::find;
use crate::domain::ids::RefundId;
use crate::domain::refund::Step;
use crate::output::views::refund::{self as view, RefundView};
use clap::{Args, Subcommand};

#[derive(Subcommand)]
pub enum Refunds {
    List(list::List),
    Show(Show),
    Due(list::Due),
    /// The refunds were carried out on the platform
    Submit(step::Steps),
    /// The refunds succeeded
    Confirm(step::Steps),
    /// The refunds failed: what they held is refundable again
    Fail(step::Steps),
    /// The refunds are not to be carried out after all
    Cancel(step::Steps),
    /// The refunds were not carried out yet after all
    Reopen(step::Steps),
    Match(matching::Match),
}

/// One refund: where it stands, and when its money arrives
#[derive(Args)]
pub struct Show {
    /// The refund's number, or a platform refund's transaction ID
    #[arg(value_name = "REFUND")]
    refund: RefundId,
}

impl Refunds {
    pub fn run(self, context: &mut Context) -> Answer {
        match self {
            Self::List(list) => list.run(context),
            Self::Due(due) => due.run(context),
            Self::Show(show) => show.run(context),
            Self::Submit(steps) => steps.run(Step::Submit, context),
            Self::Confirm(steps) => steps.run(Step::Confirm, context),
            Self::Fail(steps) => steps.run(Step::Fail, context),
            Self::Cancel(steps) => steps.run(Step::Cancel, context),
            Self::Reopen(steps) => steps.run(Step::Reopen, context),
            Self::Match(matching) => matching.run(context),
        }
    }
}

impl Show {
    fn run(self, context: &mut Context) -> Answer {
        let store = context::open(context)?;
        let filed = find(&store, &self.refund, context.policy.zone)?.ok_or_else(|| {
            let message = format!("there is no refund {} in the store", self.refund);
            Failure::new(Exit::NotFound, "unknown_refund", message).hint("retour refunds list")
        })?;
        let view = RefundView::recorded(&filed.refund, &filed.record, &context.policy, &context.now);
        view::show(&mut context.ui, &view)?;
        Ok(Done::Fully)
    }
}
