//! `retour refunds submit|confirm|fail|cancel|reopen`: records what happened to marked refunds.

use crate::commands::context::{self, Context};
use crate::commands::error::recorded_but_undelivered;
use crate::commands::failure::{Exit, Failure};
use crate::commands::{CommandResult, Done, day};
use crate::desk::advance::{Advance, Advanced, advance};
use crate::desk::notice::Unclear;
use crate::desk::{StoredRefund, Unobserved};
use crate::domain::ids::{Reference, RefundId};
use crate::domain::refund::Step;
use crate::output::views::refund::{self as view, BatchStep, RefundView};
use crate::store::{RefundFilter, Store};
use chrono::NaiveDate;
use clap::Args;
use std::path::{Path, PathBuf};

#[derive(Args)]
pub struct Steps {
    /// Refund numbers; either all of them take the step or none does
    #[arg(value_name = "REFUND", required_unless_present_any = ["reference", "from_file"])]
    refunds: Vec<RefundId>,
    /// All refunds of this batch that have not taken the step yet
    #[arg(long, value_name = "NAME", conflicts_with_all = ["refunds", "from_file"])]
    reference: Option<Reference>,
    /// The refunds in this file, one per line; - is stdin
    #[arg(long, value_name = "FILE", conflicts_with = "refunds")]
    from_file: Option<PathBuf>,
    /// The day it happened [default: today]
    #[arg(long, value_name = "DATE", value_parser = day)]
    on: Option<NaiveDate>,
    /// A note stored with the refunds
    #[arg(long, value_name = "TEXT")]
    note: Option<String>,
}

/// Record that refunds were carried out on the platform
#[derive(Args)]
pub struct Submit {
    #[command(flatten)]
    steps: Steps,
    /// Submit even refunds that would not be marked today
    #[arg(long, value_name = "CODE", value_parser = ["no_longer_right"])]
    accept: Option<String>,
}

impl Submit {
    pub fn run(self, context: &mut Context) -> CommandResult {
        self.steps.take(Step::Submit, self.accept.is_some(), context)
    }
}

impl Steps {
    pub fn run(self, step: Step, context: &mut Context) -> CommandResult {
        self.take(step, false, context)
    }

    fn take(self, step: Step, accepts_no_longer_right: bool, context: &mut Context) -> CommandResult {
        let store = context::open_to_write(context)?;
        let is_batch = self.reference.is_some() || self.from_file.is_some();
        let refunds = self.refunds(&store, context)?;
        let on = self.on;
        let step_of_all = Advance { refunds, step, on, note: self.note, is_batch, accepts_no_longer_right };
        let (session, ..) = context::session(context, &store, &Unobserved);
        let moved = advance(&session, &step_of_all)?;
        let view = |each: &Advanced| {
            let StoredRefund { refund, record } = &each.stored;
            let view = RefundView::recorded(refund, record, &context.policy, &context.now);
            if each.has_moved { view } else { view.replayed() }
        };
        let views: Vec<RefundView> = moved.iter().map(view).collect();
        let answered = match is_batch {
            true => {
                let step = BatchStep { step, on: on.unwrap_or(context.now.today) };
                view::answer_batch(&mut context.ui, step, &views)
            }
            false => view::answer_several(&mut context.ui, &views),
        };
        answered.map_err(|error| recorded_but_undelivered("the change", &error))?;
        for each in &moved {
            if let Some(why) = &each.no_longer_right {
                context.ui.note(&format!("note: {} would not be marked today: {why}", each.stored.refund.id));
            }
        }
        Ok(Done::Fully)
    }
}

impl Steps {
    /// The refunds that take the step.
    fn refunds(&self, store: &Store, context: &Context) -> Result<Vec<RefundId>, Failure> {
        if let Some(file) = &self.from_file {
            return listed_in(file);
        }
        let Some(reference) = &self.reference else { return Ok(self.refunds.clone()) };
        let filter = RefundFilter { reference: Some(reference.clone()), ..RefundFilter::default() };
        let refunds = store.refunds(&filter, context.policy.zone)?;
        if refunds.is_empty() {
            return Err(Unclear::UnknownBatch(reference.clone()).into());
        }
        Ok(refunds.into_iter().map(|refund| refund.id).collect())
    }
}

/// Reads one ID per line; skips blank lines and `#` comments.
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
        return Err(malformed(format!("{shown} lists no refunds")));
    }
    Ok(refunds)
}
