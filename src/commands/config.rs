//! `retour config …`: where the configuration is, what is in force, what is wrong with it.

use crate::commands::context::Context;
use crate::commands::error::Failure;
use crate::commands::notice::templates;
use crate::commands::{Answer, Done};
use clap::Subcommand;

#[derive(Subcommand)]
pub enum ConfigCommand {
    /// Where the configuration is read from
    Path,
    /// The configuration in force, as a file that says the same
    Show,
    /// Whether the configuration and the messages of your own can be read; every mistake is named with its line
    Check,
}

impl ConfigCommand {
    pub fn run(self, context: &mut Context) -> Answer {
        let file = context.config_file.clone();
        let file = file.ok_or_else(|| {
            Failure::usage("there is no home folder to look for a configuration in").hint("name one: --config FILE")
        })?;
        let is_there = file.exists();
        let answer = match self {
            Self::Path => format!("{}\n", file.display()),
            Self::Show => context.config.show(),
            // A configuration with a mistake in it does not come this far.
            Self::Check if is_there => {
                templates::check(context)?;
                format!("{}: nothing wrong\n", file.display())
            }
            Self::Check => format!("{}: not there, the defaults are in force\n", file.display()),
        };
        context.ui.answer(&answer)?;
        if !is_there {
            context.ui.note("note: the file is not there; `retour init` makes a commented one");
        }
        Ok(Done::Fully)
    }
}
