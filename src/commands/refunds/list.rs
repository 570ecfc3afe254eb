//! `retour refunds list` and `due`: the worklist, and what needs a person today.

use crate::commands::context::{self, Context};
use crate::commands::error::Failure;
use crate::commands::listing::{ListingArgs, tell_the_rest};
use crate::commands::{Answer, word};
use crate::desk::due;
use crate::domain::ids::{Reference, TransactionId};
use crate::domain::refund::{Origin, RefundStatus};
use crate::output::listing::Listing;
use crate::output::ui::{Format, Ui};
use crate::output::views::due::{self as view, DueView};
use crate::output::views::refund::RefundView;
use crate::store::{RefundFilter, Store};
use clap::Args;

/// Refunds, the one that waits longest first: with --status marked, the worklist for the platform
#[derive(Args)]
pub struct List {
    #[arg(long, value_parser = word::<RefundStatus>(), help = "Where they stand")]
    status: Vec<RefundStatus>,
    #[arg(long, value_parser = word::<Origin>(), help = "Who began them")]
    origin: Option<Origin>,
    /// Of this batch
    #[arg(long, value_name = "NAME")]
    reference: Option<Reference>,
    /// Of this sale
    #[arg(long, value_name = "ID")]
    sale: Option<TransactionId>,
    /// Only those whose window is over
    #[arg(long)]
    overdue: bool,
    #[command(flatten)]
    listing: ListingArgs,
}

/// What needs a person today, the most urgent first, each with its next command
#[derive(Args)]
pub struct Due {
    #[command(flatten)]
    listing: ListingArgs,
}

impl List {
    pub fn run(self, context: &mut Context) -> Answer {
        let store = context::open(context)?;
        let filter =
            RefundFilter { statuses: self.status, origin: self.origin, reference: self.reference, sale: self.sale };
        let mut views = views(&store, &filter, context)?;
        if self.overdue {
            views.retain(RefundView::is_overdue);
        }
        self.listing.list(&mut context.ui, &views, "no such refund")
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
    pub fn run(self, context: &mut Context) -> Answer {
        let store = context::open(context)?;
        let due = due::due(&store, &context.policy, &context.now)?;
        let view = |item| DueView::of(item, &context.policy, &context.now);
        let views: Vec<DueView> = due.into_iter().map(view).collect();
        let has_blocks = context.ui.format == Format::Table && !self.listing.has_columns();
        if !has_blocks {
            return self.listing.list(&mut context.ui, &views, "nothing is due");
        }
        self.tell(&mut context.ui, views)
    }

    /// What is paid twice has two sides, and a line of a table no room for them: blocks first, then the table.
    fn tell(&self, ui: &mut Ui, mut views: Vec<DueView>) -> Answer {
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
        tell_the_rest(ui, shown, is_cut, "nothing is due");
        Ok(self.listing.done(shown))
    }
}
