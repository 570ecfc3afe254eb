//! `retour init`: a commented configuration and an empty store. Existing files are kept.

use crate::commands::context::{self, Context};
use crate::commands::failure::Failure;
use crate::commands::{CommandResult, Done};
use crate::domain::audit_log::Signature;
use crate::environment::config::EXAMPLE;
use crate::store::{Created, Store};
use anyhow::Context as _;
use clap::Args;
use std::fs::{self, OpenOptions};
use std::io::{ErrorKind, Write};
use std::path::Path;

/// Create a commented configuration and an empty store; existing files are kept
///
/// With RETOUR_NOW set, the store is marked as a rehearsal: a place to try things out.
#[derive(Args)]
pub struct Init {}

impl Init {
    pub fn run(self, context: &mut Context) -> CommandResult {
        let path = context::store_path(context)?;
        let signature = Signature { actor: context.actor.clone(), at: context.now.at };
        let is_rehearsal = context.clock.is_frozen();
        context::note_fixed_clock(context);
        let configuration = match &context.config_file {
            Some(file) => Some((file.clone(), create_configuration(file)?)),
            None => None,
        };
        let store = Store::create(&path, &signature, is_rehearsal, context::wait(context))?;
        let mut lines = String::new();
        if let Some((file, created)) = configuration {
            lines.push_str(&line("configuration", &file, created));
        }
        let kind = if is_rehearsal { "rehearsal store" } else { "store" };
        lines.push_str(&line(kind, &path, store));
        context.ui.answer(&lines)?;
        context.ui.note("next: retour import FILE, with an export or a notification from the platform");
        Ok(Done::Fully)
    }
}

fn line(what: &str, path: &Path, created: Created) -> String {
    match created {
        Created::New => format!("created a {what}: {}\n", path.display()),
        Created::Existing => format!("the {what} already exists and is kept: {}\n", path.display()),
    }
}

fn create_configuration(file: &Path) -> Result<Created, Failure> {
    let shown = || file.display().to_string();
    if let Some(folder) = file.parent() {
        fs::create_dir_all(folder).with_context(shown)?;
    }
    match OpenOptions::new().write(true).create_new(true).open(file) {
        Ok(mut new) => new.write_all(EXAMPLE.as_bytes()).with_context(shown)?,
        Err(error) if error.kind() == ErrorKind::AlreadyExists => return Ok(Created::Existing),
        Err(error) => return Err(anyhow::Error::new(error).context(shown()).into()),
    }
    Ok(Created::New)
}
