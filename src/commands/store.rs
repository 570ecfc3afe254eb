//! `retour store …`: the file that everything is kept in.

use crate::commands::context::{self, Context};
use crate::commands::{Answer, Done};
use crate::output::views::store as view;
use clap::Subcommand;

#[derive(Subcommand)]
pub enum StoreCommand {
    /// Where the store is and what is in it
    Info,
    /// Whether the file, the schema, the trail and the money rules are sound
    Check,
}

impl StoreCommand {
    pub fn run(self, context: &mut Context) -> Answer {
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
