//! `retour refunds …`: what happens to refunds after they are marked.

mod done;
mod list;
mod matching;
mod moved;
mod step;
mod unread;

use crate::commands::context::{self, Context};
use crate::commands::failure::Failure;
use crate::commands::{CommandResult, Done};
use crate::desk::notice::Unclear;
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
    Submit(step::Submit),
    /// Record that refunds succeeded
    Confirm(step::Steps),
    /// Record that refunds failed; their amounts can be refunded again
    Fail(step::Steps),
    /// Cancel marked refunds
    Cancel(step::Steps),
    /// Move submitted refunds back to marked
    Reopen(step::Steps),
    Match(matching::Match),
    Done(done::Done),
}

/// Show a refund: its status, and when its money arrives
#[derive(Args)]
pub struct Show {
    /// The number of a refund, or the transaction ID of a platform refund
    #[arg(value_name = "REFUND")]
    refund: RefundId,
}

impl Refunds {
    pub fn run(self, context: &mut Context) -> CommandResult {
        match self {
            Self::List(list) => list.run(context),
            Self::Due(due) => due.run(context),
            Self::Show(show) => show.run(context),
            Self::Submit(submit) => submit.run(context),
            Self::Confirm(steps) => steps.run(Step::Confirm, context),
            Self::Fail(steps) => steps.run(Step::Fail, context),
            Self::Cancel(steps) => steps.run(Step::Cancel, context),
            Self::Reopen(steps) => steps.run(Step::Reopen, context),
            Self::Done(done) => done.run(context),
            Self::Match(matching) => matching.run(context),
        }
    }
}

impl Show {
    fn run(self, context: &mut Context) -> CommandResult {
        let store = context::open(context)?;
        let stored = find(&store, &self.refund, context.policy.zone)?;
        let stored = stored.ok_or_else(|| Failure::from(Unclear::UnknownRefund(self.refund)))?;
        let view = RefundView::recorded(&stored.refund, &stored.record, &context.policy, &context.now);
        view::show(&mut context.ui, &view)?;
        Ok(Done::Fully)
    }
}
