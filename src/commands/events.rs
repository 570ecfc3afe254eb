//! `retour events …`: the audit log.

use crate::commands::context::{self, Context};
use crate::commands::listing::ListingArgs;
use crate::commands::{CommandResult, Done, word};
use crate::domain::audit_log::EventKind;
use crate::domain::ids::{OrderId, RefundId, TransactionId};
use crate::output::views::event::{EventView, integrity};
use crate::store::EventFilter;
use clap::{Args, Subcommand};

#[derive(Subcommand)]
pub enum Events {
    List(List),
    /// Check the audit log for damage
    Verify,
}

/// List what was done to the store, by whom and when, newest first
#[derive(Args)]
pub struct List {
    /// Only events of this kind
    #[arg(long, value_parser = word::<EventKind>())]
    kind: Option<EventKind>,
    /// Only events about this transaction
    #[arg(long, value_name = "ID")]
    transaction: Option<TransactionId>,
    /// Only events about this order
    #[arg(long, value_name = "ID")]
    order: Option<OrderId>,
    /// Only events about this refund
    #[arg(long, value_name = "REFUND")]
    refund: Option<RefundId>,
    #[command(flatten)]
    listing: ListingArgs,
}

impl Events {
    pub fn run(self, context: &mut Context) -> CommandResult {
        let store = context::open(context)?;
        let Self::List(list) = self else {
            return verify(&store, context);
        };
        // One more than is shown, to know whether there are more.
        let limit = list.listing.limit(context.ui.format).map(|limit| limit.saturating_add(1));
        let filter = EventFilter {
            kind: list.kind,
            transaction: list.transaction,
            order: list.order,
            refund: list.refund,
            limit,
        };
        let events: Vec<EventView> = store.events(&filter)?.into_iter().map(EventView).collect();
        list.listing.list(&mut context.ui, &events, "no events found")
    }
}

fn verify(store: &crate::store::Store, context: &mut Context) -> CommandResult {
    let verified = store.verify_audit_log()?;
    integrity(&mut context.ui, verified)?;
    Ok(if verified.is_ok() { Done::Fully } else { Done::Unsound })
}
