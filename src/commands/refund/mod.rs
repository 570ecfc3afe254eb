//! `retour refund`: check, show the plan, ask, mark.

mod args;
mod batch;
mod interactive;
mod one;
mod refused;
mod results;

pub use args::Refund;

use crate::commands::CommandResult;
use crate::commands::context::{self, Context};
use crate::commands::failure::Failure;
use crate::store::Store;

impl Refund {
    pub fn run(self, context: &mut Context) -> CommandResult {
        let store = match self.dry_run {
            true => context::open(context)?,
            false => context::open_to_write(context)?,
        };
        match self.is_batch(&store, context)? {
            true => batch::run(&self, &store, context),
            false => one::run(&self, &store, context),
        }
    }

    /// Several sales are a batch, and so is anything with an option for batches. On a terminal, several words of which
    /// none is a sale are searched for.
    fn is_batch(&self, store: &Store, context: &Context) -> Result<bool, Failure> {
        if self.batch.is_used() {
            return Ok(true);
        }
        if self.sale.len() < 2 || !context.prompt.can_ask() {
            return Ok(self.sale.len() >= 2);
        }
        for sale in self.sales()? {
            if store.record(&sale, context.policy.zone)?.is_some() {
                return Ok(true);
            }
        }
        Ok(false)
    }
}
