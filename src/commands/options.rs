//! The options of every command, as they were typed.

use crate::commands::word;
use crate::environment::config::Color;
use crate::output::ui::Format;
use clap::Args;
use std::path::PathBuf;

#[derive(Args, Debug, Clone)]
#[command(next_help_heading = "Global options")]
pub struct Options {
    /// The store file [env: RETOUR_STORE]
    #[arg(long, global = true, value_name = "FILE")]
    pub store: Option<PathBuf>,
    /// The configuration file [env: RETOUR_CONFIG]
    #[arg(long, global = true, value_name = "FILE")]
    pub config: Option<PathBuf>,
    /// The output format [env: RETOUR_FORMAT]
    #[arg(long, global = true, value_parser = word::<Format>())]
    pub format: Option<Format>,
    /// Same as --format json
    #[arg(long, global = true, conflicts_with = "format")]
    pub json: bool,
    /// The width of tables, in columns [env: RETOUR_WIDTH]
    #[arg(long, global = true, value_name = "N", value_parser = clap::value_parser!(u16).range(1..))]
    pub width: Option<u16>,
    /// When to colour tables
    #[arg(long, global = true, value_parser = word::<Color>())]
    pub color: Option<Color>,
    /// Draw with ASCII characters only
    #[arg(long, global = true)]
    pub ascii: bool,
    /// Confirm in advance
    #[arg(short, long, global = true)]
    pub yes: bool,
    /// Never prompt [env: RETOUR_NO_INPUT]
    #[arg(long, global = true)]
    pub no_input: bool,
    /// Print errors on stderr, but no notes
    #[arg(short, long, global = true)]
    pub quiet: bool,
    /// Print diagnostics on stderr [env: RETOUR_LOG]
    #[arg(short, long, global = true)]
    pub verbose: bool,
    /// The name for the audit log [env: RETOUR_ACTOR]
    #[arg(long, global = true, value_name = "NAME")]
    pub actor: Option<String>,
    /// The command creates the configuration file, so the file may be missing.
    #[arg(skip)]
    pub makes_config: bool,
}

impl Options {
    /// The format that was chosen.
    pub fn format(&self) -> Option<Format> {
        if self.json { Some(Format::Json) } else { self.format }
    }
}
