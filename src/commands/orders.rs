//! `retour orders show`: the order summary with its payments.

use crate::commands::context::{self, Context};
use crate::commands::error::unknown_order;
use crate::commands::failure::{Exit, Failure};
use crate::commands::{CommandResult, Done};
use crate::domain::ids::OrderId;
use crate::output::views::order::{self, OrderView};
use clap::{Args, Subcommand};

#[derive(Subcommand)]
pub enum Orders {
    Show(Show),
}

/// Show the order summary: what was bought, paid and refunded, and each payment
#[derive(Args)]
pub struct Show {
    /// The complete order ID
    #[arg(value_name = "ORDER")]
    order: OrderId,
}

impl Orders {
    pub fn run(self, context: &mut Context) -> CommandResult {
        let Self::Show(show) = self;
        let store = context::open(context)?;
        let records = store.order(&show.order, context.policy.zone)?;
        let view = OrderView::of(records, &context.policy, &context.now);
        let view = view.map_err(|error| Failure::new(Exit::Store, "store_damaged", error.to_string()))?;
        let view = view.ok_or_else(|| unknown_order(&show.order))?;
        order::show(&mut context.ui, &view)?;
        Ok(Done::Fully)
    }
}
