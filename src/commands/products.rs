//! `retour products list`: what was sold, and the return period in force.

use crate::commands::Answer;
use crate::commands::context::{self, Context};
use crate::commands::listing::ListingArgs;
use crate::output::views::product::ProductView;
use clap::{Args, Subcommand};

#[derive(Subcommand)]
pub enum Products {
    List(List),
}

/// Every product sold, the one sold last first, with its return period
#[derive(Args)]
pub struct List {
    /// Only those without a return period of their own
    #[arg(long)]
    unconfigured: bool,
    #[command(flatten)]
    listing: ListingArgs,
}

impl Products {
    pub fn run(self, context: &mut Context) -> Answer {
        let Self::List(list) = self;
        let store = context::open(context)?;
        let products = store.products()?;
        let views = products.iter().map(|sold| ProductView::of(sold, &context.policy));
        let views: Vec<ProductView> = views.filter(|view| !list.unconfigured || !view.is_configured()).collect();
        list.listing.list(&mut context.ui, &views, "no product was sold yet, or none is unconfigured")
    }
}
