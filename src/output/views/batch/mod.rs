//! What a vendor sees of a batch: its plan before the question, and a result for each line after it.

use std::io::Write;

use crate::domain::batch::{Batch, BatchItem, ItemOutcome};
use crate::domain::rules::plan::Refusal;
use crate::domain::rules::policy::Policy;
use crate::domain::time::Now;
use crate::output::json::{Versioned, write_line};
use crate::output::listing::{Layout, Listing};
use crate::output::table::Tone;
use crate::output::ui::{Format, Ui, Undelivered};
use crate::output::views::refund::{RefundView, Signed};

mod columns;
mod json;
mod text;

pub use text::text;

/// How the batch ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Ending {
    Recorded,
    DryRun,
    Refused,
}

impl Ending {
    fn word(self) -> &'static str {
        match self {
            Self::Recorded => "recorded",
            Self::DryRun => "dry_run",
            Self::Refused => "refused",
        }
    }
}

/// What the views of items depend on.
#[derive(Clone, Copy)]
pub struct Showing<'a> {
    pub policy: &'a Policy,
    pub now: &'a Now,
    pub actor: &'a str,
}

/// A line of the batch and what became of it.
pub struct ItemView {
    line: u64,
    sale: String,
    outcome: &'static str,
    refusal: Option<Refusal>,
    refund: Option<RefundView>,
}

impl ItemView {
    fn of(item: &BatchItem, batch: &Batch, showing: Showing<'_>) -> Self {
        let Showing { policy, now, actor } = showing;
        let signed = Signed { actor, key: item.key.as_ref(), reference: batch.reference.as_ref() };
        let refund = match &item.outcome {
            ItemOutcome::Planned(planned) => {
                Some(RefundView::planned(&planned.plan, &planned.payment, policy, now, signed))
            }
            ItemOutcome::Recorded { number, at, planned } => {
                let view = RefundView::planned(&planned.plan, &planned.payment, policy, at, signed);
                Some(view.recorded_as(*number))
            }
            ItemOutcome::Replayed { refund, record } => {
                Some(RefundView::recorded(refund, record, policy, now).replayed())
            }
            ItemOutcome::Refused(_) => None,
        };
        Self {
            line: item.line,
            sale: item.sale.to_string(),
            outcome: item.outcome.word(),
            refusal: item.outcome.refusal().cloned(),
            refund,
        }
    }

    fn tone(&self) -> Tone {
        if self.refusal.is_some() { Tone::Bad } else { Tone::Plain }
    }
}

/// The answer of a batch in the Ui's format.
pub fn answer(ui: &mut Ui, batch: &Batch, ending: Ending, showing: Showing<'_>) -> Result<(), Undelivered> {
    match ui.format {
        Format::Table => {
            let text = text(batch, ending, showing, &ui.style);
            ui.answer(&text)
        }
        Format::Json => json::document(ui, batch, ending, showing),
        Format::Jsonl | Format::Csv | Format::Tsv => {
            let mut listing = Listing::begin(ui, Layout::default())?;
            for item in &batch.items {
                listing.row(&ItemView::of(item, batch, showing))?;
            }
            listing.finish(false).map(drop)
        }
    }
}

/// One JSON line for each item, for `--results FILE`.
pub fn result_lines(out: &mut impl Write, batch: &Batch, showing: Showing<'_>) -> std::io::Result<()> {
    for item in &batch.items {
        write_line(out, &Versioned::of(ItemView::of(item, batch, showing).object()))?;
    }
    out.flush()
}
