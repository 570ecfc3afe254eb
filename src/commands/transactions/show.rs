//! `retour transactions show`: one payment, whether it may be refunded, its refunds and deadlines.

use crate::commands::context::{self, Context};
use crate::commands::error::refused;
use crate::commands::{CommandResult, Done};
use crate::domain::ids::TransactionId;
use crate::domain::rules::plan::Refusal;
use crate::output::views::transaction;
use clap::Args;

/// Show a payment: whether it may be refunded and why, its refunds, chargebacks and deadlines
#[derive(Args)]
pub struct Show {
    /// The complete transaction ID
    #[arg(value_name = "SALE")]
    transaction: TransactionId,
}

impl Show {
    pub fn run(self, context: &mut Context) -> CommandResult {
        let store = context::open(context)?;
        let record = store.record(&self.transaction, context.policy.zone)?;
        let record = record.ok_or_else(|| refused(&Refusal::UnknownSale(self.transaction)))?;
        transaction::show(&mut context.ui, record, &context.policy, &context.now)?;
        Ok(Done::Fully)
    }
}
