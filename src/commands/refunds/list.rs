//! `retour refunds list` and `due`: the worklist, and what needs a person today.

use crate::commands::listing::ListingArgs;
use crate::commands::{Answer, word};
use crate::context::{self, Context};
use crate::desk::due;
use crate::domain::ids::{Reference, TransactionId};
use crate::domain::refund::{Origin, RefundStatus};
use crate::error::Failure;
use crate::output::views::due::DueView;
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

/// The refunds that need a person today, the most urgent first
#[derive(Args)]
pub struct Due {
    #[command(flatten)]
    listing: ListingArgs,
}

impl List {
    pub fn run(self, context: &mut Context) -> Answer {
        let store = context::open(context)?;
        let filter = RefundFilter {
            statuses: self.status,
            origin: self.origin,
            reference: self.reference,
            sale: self.sale,
        };
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
        if let Some(dossier) = store.dossier(&refund.sale, context.policy.zone)? {
            views.push(RefundView::recorded(&refund, &dossier, &context.policy, &context.moment));
        }
    }
    Ok(views)
}

impl Due {
    pub fn run(self, context: &mut Context) -> Answer {
        let store = context::open(context)?;
        let due = due::due(&store, &context.policy, &context.moment)?;
        let view = |each: due::DueRefund| {
            let refund = RefundView::recorded(
                &each.filed.refund,
                &each.filed.dossier,
                &context.policy,
                &context.moment,
            );
            DueView::new(refund, each.due)
        };
        let views: Vec<DueView> = due.into_iter().map(view).collect();
        self.listing.list(&mut context.ui, &views, "nothing is due")
    }
}
