//! `retour refunds submit|confirm|fail|cancel|reopen`: what happened to refunds that were marked.

use crate::commands::{Answer, Done};
use crate::context::{self, Context};
use crate::desk::Room;
use crate::desk::follow::{self, Following};
use crate::domain::ids::RefundId;
use crate::domain::moment::Moment;
use crate::domain::refund::Step;
use crate::error::recorded_but_undelivered;
use crate::output::views::refund::{self as view, RefundView};
use chrono::NaiveDate;
use clap::Args;

#[derive(Args)]
pub struct Steps {
    /// Refund numbers; they move together or not at all
    #[arg(value_name = "REFUND", required = true)]
    refunds: Vec<RefundId>,
    /// The day it happened (default: today)
    #[arg(long, value_name = "DATE")]
    on: Option<NaiveDate>,
    /// Kept with the refunds
    #[arg(long, value_name = "TEXT")]
    note: Option<String>,
}

impl Steps {
    pub fn run(self, step: Step, context: &mut Context) -> Answer {
        let store = context::open_to_write(context)?;
        let following = Following { refunds: self.refunds, step, on: self.on, note: self.note };
        let (clock, zone, gate) = (&*context.clock, context.policy.zone, &context.gate);
        let room = Room {
            store: &store,
            policy: &context.policy,
            actor: &context.actor,
            moment: &|| Moment::new(clock.now(), zone),
            before_commit: &|| gate.close(),
            progress: &|_, _, _| {},
        };
        let moved = follow::follow(&room, &following)?;
        let views: Vec<RefundView> = moved
            .iter()
            .map(|filed| {
                RefundView::recorded(&filed.refund, &filed.dossier, &context.policy, &context.moment)
            })
            .collect();
        view::answer_several(&mut context.ui, &views)
            .map_err(|error| recorded_but_undelivered("it", &error))?;
        Ok(Done::Fully)
    }
}
