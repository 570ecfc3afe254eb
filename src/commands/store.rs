//! `retour store …`: the file that holds everything.

use crate::commands::context::{self, Context};
use crate::commands::error::upgraded_but_undelivered;
use crate::commands::{CommandResult, Done};
use crate::output::views::store as view;
use crate::store::NEWEST;
use clap::Subcommand;

#[derive(Subcommand)]
pub enum StoreCommand {
    /// Show where the store is and what is in it
    Info,
    /// Check the file, the schema, the audit log and the money rules
    Check,
    /// Upgrade an older store to the schema of this version
    ///
    /// Every command that writes upgrades an older store, too; one that only reads never does. Before anything is
    /// changed, a copy of the store is put beside it, with the ending `.before-upgrade`. It is kept until the next
    /// upgrade.
    Upgrade,
}

impl StoreCommand {
    pub fn run(self, context: &mut Context) -> CommandResult {
        match self {
            Self::Info => {
                let store = context::open(context)?;
                view::info(&mut context.ui, store.path(), &store.facts()?)?;
                Ok(Done::Fully)
            }
            Self::Check => {
                let store = context::open(context)?;
                let findings = store.check()?;
                let is_sound = findings.iter().all(|finding| !finding.is_wrong);
                view::check(&mut context.ui, store.path(), &findings)?;
                Ok(if is_sound { Done::Fully } else { Done::Unsound })
            }
            Self::Upgrade => {
                let (store, upgrade) = context::open_upgraded(context)?;
                let (from, copy) = upgrade.map_or((NEWEST, None), |upgrade| (upgrade.from, Some(upgrade.copy)));
                let answered = view::upgrade(&mut context.ui, store.path(), (from, NEWEST), copy.as_deref());
                answered.map_err(|error| match copy {
                    Some(_) => upgraded_but_undelivered(&error),
                    None => error.into(),
                })?;
                Ok(Done::Fully)
            }
        }
    }
}
