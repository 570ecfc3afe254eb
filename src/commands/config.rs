//! `retour config …`: where the configuration is, what is in force, and what is wrong with it.

use crate::commands::context::Context;
use crate::commands::failure::Failure;
use crate::commands::notice::templates;
use crate::commands::{CommandResult, Done};
use clap::Subcommand;

#[derive(Subcommand)]
pub enum ConfigCommand {
    /// Show where the configuration is read from
    Path,
    /// Show the configuration in force, as a configuration file
    Show,
    /// Check the configuration and your own message templates; reports each mistake by line
    Check,
}

impl ConfigCommand {
    pub fn run(self, context: &mut Context) -> CommandResult {
        let file = context.config_file.clone();
        let file = file.ok_or_else(|| {
            Failure::usage("no configuration was given, and there is no home directory").hint("give one: --config FILE")
        })?;
        let is_there = file.exists();
        let answer = match self {
            Self::Path => format!("{}\n", file.display()),
            Self::Show => context.config.show(),
            // A configuration with a mistake has failed before.
            Self::Check if is_there => {
                templates::check(context)?;
                format!("{}: no mistakes\n", file.display())
            }
            Self::Check => format!("{}: missing, so the defaults apply\n", file.display()),
        };
        context.ui.answer(&answer)?;
        if !is_there {
            context.ui.note("note: the file does not exist; `retour init` creates a commented one");
        }
        Ok(Done::Fully)
    }
}
