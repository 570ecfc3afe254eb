//! `retour refunds submit|confirm|fail|cancel|reopen`: what happened to refunds that were marked.

use crate::commands::context::{self, Context};
use crate::commands::error::{Exit, Failure, recorded_but_undelivered};
use crate::commands::{Answer, Done, day};
use crate::desk::advance::{self, Advance, Advanced};
use crate::desk::{Filed, Session, Unobserved};
use crate::domain::ids::{Reference, RefundId};
use crate::domain::refund::Step;
use crate::output::views::refund::{self as view, BatchStep, RefundView};
use crate::store::{RefundFilter, Store};
use chrono::NaiveDate;
use clap::Args;
use std::path::{Path, PathBuf};

#[derive(Args)]
pub struct Steps {
    /// Refund numbers; they move together or not at all
    #[arg(value_name = "REFUND", required_unless_present_any = ["reference", "from_file"])]
    refunds: Vec<RefundId>,
    /// All refunds of this batch; those that took the step before stay as they are
    #[arg(long, value_name = "NAME", conflicts_with_all = ["refunds", "from_file"])]
    reference: Option<Reference>,
    /// The refunds that this file lists, one a line; - is stdin
    #[arg(long, value_name = "FILE", conflicts_with = "refunds")]
    from_file: Option<PathBuf>,
    /// The day it happened (default: today)
    #[arg(long, value_name = "DATE", value_parser = day)]
    on: Option<NaiveDate>,
    /// Kept with the refunds
    #[arg(long, value_name = "TEXT")]
    note: Option<String>,
}

impl Steps {
    pub fn run(self, step: Step, context: &mut Context) -> Answer {
        let store = context::open_to_write(context)?;
        let is_batch = self.reference.is_some() || self.from_file.is_some();
        let refunds = self.refunds(&store, context)?;
        let on = self.on;
        let following = Advance { refunds, step, on, note: self.note, is_batch };
        let session = Session {
            store: &store,
            policy: &context.policy,
            actor: &context.actor,
            clock: &*context.clock,
            guard: &context.guard,
            observer: &Unobserved,
        };
        let moved = advance::follow(&session, &following)?;
        let view = |each: &Advanced| {
            let Filed { refund, record } = &each.filed;
            let view = RefundView::recorded(refund, record, &context.policy, &context.now);
            if each.has_moved { view } else { view.replayed() }
        };
        let views: Vec<RefundView> = moved.iter().map(view).collect();
        let told = match is_batch {
            true => {
                let step = BatchStep { step, on: on.unwrap_or(context.now.today) };
                view::answer_batch(&mut context.ui, step, &views)
            }
            false => view::answer_several(&mut context.ui, &views),
        };
        told.map_err(|error| recorded_but_undelivered("the change", &error))?;
        Ok(Done::Fully)
    }
}

impl Steps {
    /// The refunds that are meant.
    fn refunds(&self, store: &Store, context: &Context) -> Result<Vec<RefundId>, Failure> {
        if let Some(file) = &self.from_file {
            return listed_in(file);
        }
        let Some(reference) = &self.reference else { return Ok(self.refunds.clone()) };
        let filter = RefundFilter { reference: Some(reference.clone()), ..RefundFilter::default() };
        let refunds = store.refunds(&filter, context.policy.zone)?;
        if refunds.is_empty() {
            let message = format!("there is no batch {reference} in the store");
            return Err(Failure::new(Exit::NotFound, "unknown_batch", message).hint("retour refunds list"));
        }
        Ok(refunds.into_iter().map(|refund| refund.id).collect())
    }
}

/// IDs one a line; blank lines and `#` comments do not count.
fn listed_in(file: &Path) -> Result<Vec<RefundId>, Failure> {
    let shown = file.display();
    let malformed = |message: String| Failure::new(Exit::Usage, "bad_file", message);
    let text = String::from_utf8(context::read_file(file)?)
        .map_err(|error| malformed(format!("{shown} is not UTF-8: {error}")))?;
    let mut refunds = Vec::new();
    for (number, line) in (1..).zip(text.trim_start_matches('\u{feff}').lines()) {
        let line = line.trim();
        if line.is_empty() || line.starts_with('#') {
            continue;
        }
        let id = line.parse().map_err(|error| malformed(format!("{shown}:{number}: {error}")))?;
        refunds.push(id);
    }
    if refunds.is_empty() {
        return Err(malformed(format!("{shown} names no refund")));
    }
    Ok(refunds)
}
