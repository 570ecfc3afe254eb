//! `retour init`: a commented configuration and an empty store. Existing files are kept.

use crate::commands::context::{self, Context};
use crate::commands::error::store_but_undelivered;
use crate::commands::failure::Failure;
use crate::commands::{CommandResult, Done};
use crate::domain::audit_log::Signature;
use crate::environment::config::EXAMPLE;
use crate::environment::output_file::{IfThere, OutputError, OutputFile, Protected};
use crate::store::{Created, Store};
use anyhow::Context as _;
use clap::Args;
use std::fs;
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
        context.ui.answer(&lines).map_err(|error| store_but_undelivered(&error))?;
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

fn create_configuration(path: &Path) -> Result<Created, Failure> {
    if let Some(folder) = path.parent() {
        fs::create_dir_all(folder).with_context(|| folder.display().to_string())?;
    }
    let mut file = match OutputFile::begin(path, IfThere::Keep, &Protected::default()) {
        Err(OutputError::Exists(_)) => return Ok(Created::Existing),
        begun => begun?,
    };
    match file.write_all(EXAMPLE.as_bytes()).and_then(|()| file.finish()) {
        // Another `init` was faster.
        Err(error) if error.kind() == ErrorKind::AlreadyExists => Ok(Created::Existing),
        written => written.map(|()| Created::New).with_context(|| path.display().to_string()).map_err(Failure::from),
    }
}
