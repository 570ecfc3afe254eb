//! `retour products list`: the products that were sold, and the return period in force.

use crate::commands::CommandResult;
use crate::commands::context::{self, Context};
use crate::commands::listing::ListingArgs;
use crate::output::views::product::ProductView;
use clap::{Args, Subcommand};

#[derive(Subcommand)]
pub enum Products {
    List(List),
}

/// List the products that were sold, most recently sold first, with their return periods
#[derive(Args)]
pub struct List {
    /// Only products without their own return period
    #[arg(long)]
    unconfigured: bool,
    #[command(flatten)]
    listing: ListingArgs,
}

impl Products {
    pub fn run(self, context: &mut Context) -> CommandResult {
        let Self::List(list) = self;
        let store = context::open(context)?;
        let products = store.products()?;
        let views = products.iter().map(|sold| ProductView::of(sold, &context.policy));
        let views: Vec<ProductView> = views.filter(|view| !list.unconfigured || !view.is_configured()).collect();
        list.listing.list(&mut context.ui, &views, "no products found")
    }
}
