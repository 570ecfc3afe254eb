//! `retour store …`: the file that holds everything.

use crate::commands::context::{self, Context};
use crate::commands::{CommandResult, Done};
use crate::output::views::store as view;
use clap::Subcommand;

#[derive(Subcommand)]
pub enum StoreCommand {
    /// Show where the store is and what is in it
    Info,
    /// Check the file, the schema, the audit log and the money rules
    Check,
}

impl StoreCommand {
    pub fn run(self, context: &mut Context) -> CommandResult {
        let store = context::open(context)?;
        match self {
            Self::Info => {
                view::info(&mut context.ui, store.path(), &store.facts()?)?;
                Ok(Done::Fully)
            }
            Self::Check => {
                let findings = store.check()?;
                let is_sound = findings.iter().all(|finding| !finding.is_wrong);
                view::check(&mut context.ui, store.path(), &findings)?;
                Ok(if is_sound { Done::Fully } else { Done::Unsound })
            }
        }
    }
}
