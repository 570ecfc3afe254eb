//! `retour disputes list`: the cases that customers opened with their bank.

use crate::commands::CommandResult;
use crate::commands::context::{self, Context};
use crate::commands::listing::ListingArgs;
use crate::output::views::dispute::DisputeView;
use clap::{Args, Subcommand};

#[derive(Subcommand)]
pub enum Disputes {
    List(List),
}

/// List disputes, the one with the newest report first
///
/// An open dispute is in `retour refunds due` until `retour refunds done DISPUTE dispute`.
#[derive(Args)]
pub struct List {
    /// Only disputes that are not decided
    #[arg(long)]
    open: bool,
    #[command(flatten)]
    listing: ListingArgs,
}

impl Disputes {
    pub fn run(self, context: &mut Context) -> CommandResult {
        let Self::List(list) = self;
        let store = context::open(context)?;
        let zone = context.policy.zone;
        let cases = store.disputes(list.open, zone)?;
        let views: Vec<DisputeView> = cases.into_iter().map(|case| DisputeView { case, zone }).collect();
        list.listing.list(&mut context.ui, &views, "no disputes found")
    }
}
