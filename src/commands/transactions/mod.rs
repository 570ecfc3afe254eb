//! `retour transactions …`: the payments.

mod search;
mod show;

use crate::commands::CommandResult;
use crate::commands::context::Context;
use clap::Subcommand;

#[derive(Subcommand)]
pub enum Transactions {
    Search(Box<search::Search>),
    Show(show::Show),
}

impl Transactions {
    pub fn run(self, context: &mut Context) -> CommandResult {
        match self {
            Self::Search(search) => search.run(context),
            Self::Show(show) => show.run(context),
        }
    }
}
