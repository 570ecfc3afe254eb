//! `retour refunds list` and `due`: the worklist, and what needs attention today.

use crate::commands::context::{self, Context};
use crate::commands::failure::Failure;
use crate::commands::listing::{ListingArgs, note_the_rest};
use crate::commands::{CommandResult, word};
use crate::desk::due;
use crate::domain::ids::{Reference, TransactionId};
use crate::domain::refund::{Origin, RefundStatus};
use crate::output::listing::Listing;
use crate::output::ui::{Format, Ui};
use crate::output::views::due::{self as view, DueView};
use crate::output::views::refund::RefundView;
use crate::store::{RefundFilter, Store};
use clap::Args;

/// List refunds, oldest first; with --status marked, the worklist for the platform
#[derive(Args)]
pub struct List {
    #[arg(long, value_parser = word::<RefundStatus>(), help = "Only refunds with this status")]
    status: Vec<RefundStatus>,
    #[arg(long, value_parser = word::<Origin>(), help = "Only refunds from this origin")]
    origin: Option<Origin>,
    /// Only refunds of this batch
    #[arg(long, value_name = "NAME")]
    reference: Option<Reference>,
    /// Only refunds of this sale
    #[arg(long, value_name = "ID")]
    sale: Option<TransactionId>,
    /// Only refunds whose settlement window is over
    #[arg(long)]
    overdue: bool,
    #[command(flatten)]
    listing: ListingArgs,
}

/// List what needs attention today, most urgent first, each with its next command
#[derive(Args)]
pub struct Due {
    #[command(flatten)]
    listing: ListingArgs,
}

impl List {
    pub fn run(self, context: &mut Context) -> CommandResult {
        let store = context::open(context)?;
        let filter =
            RefundFilter { statuses: self.status, origin: self.origin, reference: self.reference, sale: self.sale };
        let mut views = views(&store, &filter, context)?;
        if self.overdue {
            views.retain(RefundView::is_overdue);
        }
        self.listing.list(&mut context.ui, &views, "no refunds found")
    }
}

fn views(store: &Store, filter: &RefundFilter, context: &Context) -> Result<Vec<RefundView>, Failure> {
    let mut views = Vec::new();
    for refund in store.refunds(filter, context.policy.zone)? {
        if let Some(record) = store.record(&refund.sale, context.policy.zone)? {
            views.push(RefundView::recorded(&refund, &record, &context.policy, &context.now));
        }
    }
    Ok(views)
}

impl Due {
    pub fn run(self, context: &mut Context) -> CommandResult {
        let store = context::open(context)?;
        let due = due::due(&store, &context.policy, &context.now)?;
        let view = |item| DueView::of(item, &context.policy, &context.now);
        let views: Vec<DueView> = due.into_iter().map(view).collect();
        let has_blocks = context.ui.format == Format::Table && !self.listing.has_columns();
        if !has_blocks {
            return self.listing.list(&mut context.ui, &views, "nothing is due");
        }
        self.list_in_blocks(&mut context.ui, views)
    }

    /// What is paid twice has two sides, which do not fit into a table row: blocks first, then the table.
    fn list_in_blocks(&self, ui: &mut Ui, mut views: Vec<DueView>) -> CommandResult {
        let limit = self.listing.limit(ui.format).and_then(|limit| usize::try_from(limit).ok());
        let is_cut = limit.is_some_and(|limit| views.len() > limit);
        views.truncate(limit.unwrap_or(usize::MAX));
        let (twice, others): (Vec<_>, Vec<_>) = views.into_iter().partition(DueView::is_paid_twice);
        let shown = (twice.len() + others.len()) as u64;
        let between = if twice.is_empty() || others.is_empty() { "" } else { "\n" };
        let blocks = view::blocks(&twice, &ui.style);
        ui.answer(&format!("{blocks}{between}"))?;
        let mut table = Listing::begin(ui, self.listing.layout()?)?;
        others.iter().try_for_each(|view| table.row(view))?;
        table.finish(is_cut)?;
        note_the_rest(ui, shown, is_cut, "nothing is due");
        Ok(self.listing.done(shown))
    }
}
