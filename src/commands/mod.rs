//! The command line: what was typed becomes what is meant, and each command is a file of its own.

mod config;
mod context;
mod demo;
mod error;
mod events;
mod import;
mod init;
mod listing;
mod notice;
mod orders;
mod products;
mod progress;
mod refund;
mod refunds;
mod report;
mod store;
mod transactions;

use crate::commands::context::{Context, Options};
use crate::commands::error::{Exit, Failure};
use crate::domain::string_enum::StringEnum;
use crate::environment::config::Color;
use crate::environment::variables::Environment;
use crate::output::sanitize::visible;
use crate::output::table::Style;
use crate::output::ui::Format;
use chrono::NaiveDate;
use clap::builder::PossibleValuesParser;
use clap::error::ErrorKind;
use clap::{Args, Parser, Subcommand};
use std::ffi::OsString;
use std::io::Write;
use std::path::PathBuf;

/// How a command ended that did what it could.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Done {
    Fully,
    /// The rest is named.
    Partly,
    /// Nothing was found, and `--fail-if-empty` says that this matters.
    Empty,
    /// What was looked at is not as it should be, and the answer says how.
    Unsound,
}

/// What every command returns.
type Answer = Result<Done, Failure>;

/// The vendor's refund desk for CopeCart: find a payment, check whether it may be refunded, mark the refund, and know
/// when the money arrives.
#[derive(Parser)]
#[command(name = "retour", version, disable_help_subcommand = true, max_term_width = 100)]
struct CommandLine {
    #[command(flatten)]
    global: Global,
    #[command(subcommand)]
    command: Command,
}

#[derive(Args)]
#[command(next_help_heading = "Options of every command")]
struct Global {
    /// The store [env: RETOUR_STORE]
    #[arg(long, global = true, value_name = "FILE")]
    store: Option<PathBuf>,
    /// The configuration [env: RETOUR_CONFIG]
    #[arg(long, global = true, value_name = "FILE")]
    config: Option<PathBuf>,
    /// The form of the answer [env: RETOUR_FORMAT]
    #[arg(long, global = true, value_parser = one_of(Format::ALL.iter().map(|format| format.word())))]
    format: Option<String>,
    /// The same as --format json
    #[arg(long, global = true, conflicts_with = "format")]
    json: bool,
    /// Columns for tables [env: RETOUR_WIDTH]
    #[arg(long, global = true, value_name = "N", value_parser = clap::value_parser!(u16).range(1..))]
    width: Option<u16>,
    /// Colour in tables
    #[arg(long, global = true, value_parser = one_of(Color::ALL.iter().map(|color| color.word())))]
    color: Option<String>,
    /// Draw with plain characters
    #[arg(long, global = true)]
    ascii: bool,
    /// Give the confirmation in advance
    #[arg(short, long, global = true)]
    yes: bool,
    /// Never ask [env: RETOUR_NO_INPUT]
    #[arg(long, global = true)]
    no_input: bool,
    /// No notes on stderr, errors only
    #[arg(short, long, global = true)]
    quiet: bool,
    /// Say on stderr what the command works with [env: RETOUR_LOG]
    #[arg(short, long, global = true)]
    verbose: bool,
    /// Whom the audit trail names [env: RETOUR_ACTOR]
    #[arg(long, global = true, value_name = "NAME")]
    actor: Option<String>,
}

#[derive(Subcommand)]
enum Command {
    Demo(demo::Demo),
    Init(init::Init),
    Import(import::Import),
    /// Search payments, and look at one
    #[command(subcommand)]
    Transactions(transactions::Transactions),
    /// The order summary
    #[command(subcommand)]
    Orders(orders::Orders),
    /// Products and their return periods
    #[command(subcommand)]
    Products(products::Products),
    Refund(refund::Refund),
    /// Follow the refunds that were marked
    #[command(subcommand)]
    Refunds(refunds::Refunds),
    Notice(notice::Notice),
    /// How much is refunded, and why
    #[command(subcommand)]
    Report(report::Report),
    /// The audit trail
    #[command(subcommand)]
    Events(events::Events),
    /// The store's file
    #[command(subcommand)]
    Store(store::StoreCommand),
    /// The configuration
    #[command(subcommand)]
    Config(config::ConfigCommand),
}

/// Runs the program and returns its exit code.
pub fn run(arguments: impl IntoIterator<Item = OsString>) -> u8 {
    let arguments: Vec<OsString> = arguments.into_iter().collect();
    error::guarded(|| run_guarded(&arguments))
}

fn run_guarded(arguments: &[OsString]) -> u8 {
    let in_json = asks_for_json(arguments);
    let line = match CommandLine::try_parse_from(arguments) {
        Ok(line) => line,
        Err(error) => return not_understood(&error, in_json),
    };
    let mut context = match prepare(line.global, &line.command) {
        Ok(context) => context,
        Err(failure) => return tell(&failure, in_json),
    };
    match dispatch(line.command, &mut context) {
        Ok(done) => done.exit() as u8,
        Err(failure) => {
            let is_read = context.environment.stderr_is_terminal;
            let style = if is_read { context.ui.style } else { Style::default() };
            tell_on(&failure, context::speaks_json(&context), &style)
        }
    }
}

fn prepare(global: Global, command: &Command) -> Result<Context, Failure> {
    let environment = Environment::read().map_err(|error| Failure::usage(error.to_string()))?;
    let (options, environment) = match command {
        Command::Demo(_) => demo::set_apart(global.meant(), environment)?,
        Command::Init(_) => (Options { makes_config: true, ..global.meant() }, environment),
        _ => (global.meant(), environment),
    };
    context::prepare(options, environment)
}

fn dispatch(command: Command, context: &mut Context) -> Answer {
    match command {
        Command::Demo(demo) => demo.run(context),
        Command::Init(init) => init.run(context),
        Command::Import(import) => import.run(context),
        Command::Transactions(transactions) => transactions.run(context),
        Command::Orders(orders) => orders.run(context),
        Command::Products(products) => products.run(context),
        Command::Refund(refund) => refund.run(context),
        Command::Refunds(refunds) => refunds.run(context),
        Command::Notice(notice) => notice.run(context),
        Command::Report(report) => report.run(context),
        Command::Events(events) => events.run(context),
        Command::Store(store) => store.run(context),
        Command::Config(config) => config.run(context),
    }
}

impl Done {
    fn exit(self) -> Exit {
        match self {
            Self::Fully => Exit::Done,
            Self::Partly => Exit::Partly,
            Self::Empty => Exit::NotFound,
            Self::Unsound => Exit::Store,
        }
    }
}

impl Global {
    fn meant(self) -> Options {
        let format = self.format.and_then(|word| word.parse().ok());
        let color = self.color.and_then(|word| word.parse().ok());
        Options {
            store: self.store,
            config: self.config,
            format: if self.json { Some(Format::Json) } else { format },
            width: self.width.map(usize::from),
            color,
            ascii: self.ascii,
            yes: self.yes,
            no_input: self.no_input,
            quiet: self.quiet,
            verbose: self.verbose,
            actor: self.actor,
            makes_config: false,
        }
    }
}

/// Whether an error is to be JSON that comes before anybody could read the options properly.
fn asks_for_json(arguments: &[OsString]) -> bool {
    let words: Vec<&str> = arguments.iter().filter_map(|argument| argument.to_str()).collect();
    let named = words.windows(2).any(|pair| matches!(pair, ["--format", "json" | "jsonl"]));
    named || words.iter().any(|word| matches!(*word, "--json" | "--format=json" | "--format=jsonl"))
}

/// clap's own words, and the contract's exit code. Help and version are answers.
fn not_understood(error: &clap::Error, in_json: bool) -> u8 {
    if matches!(error.kind(), ErrorKind::DisplayHelp | ErrorKind::DisplayVersion) {
        _ = error.print();
        return Exit::Done as u8;
    }
    if in_json {
        let text = error.to_string();
        let first = text.lines().next().unwrap_or_default();
        return tell(&Failure::usage(first.strip_prefix("error: ").unwrap_or(first)), true);
    }
    _ = error.print();
    Exit::Usage as u8
}

/// Says on stderr what went wrong, and returns the exit code.
fn tell(failure: &Failure, in_json: bool) -> u8 {
    tell_on(failure, in_json, &Style::default())
}

/// The same, once it is known how wide the terminal is.
fn tell_on(failure: &Failure, in_json: bool, style: &Style) -> u8 {
    let text = if in_json { failure.json() } else { failure.text_on(style) };
    let lines: String = text.lines().map(|line| format!("{}\n", visible(line))).collect();
    _ = std::io::stderr().write_all(lines.as_bytes());
    failure.exit as u8
}

/// Reads a day, and says how one is written.
fn day(text: &str) -> Result<NaiveDate, String> {
    text.parse().map_err(|_| "a day is written as 2026-03-25".to_owned())
}

/// One of these words, which the help names.
fn one_of(words: impl Iterator<Item = &'static str>) -> PossibleValuesParser {
    PossibleValuesParser::new(words)
}

/// Reads one of a string_enum's words, and lets the help name them all.
fn word<T>() -> impl clap::builder::TypedValueParser<Value = T>
where
    T: StringEnum + std::str::FromStr + Clone + Send + Sync + 'static,
    <T as std::str::FromStr>::Err: std::error::Error + Send + Sync + 'static,
{
    use clap::builder::TypedValueParser;
    PossibleValuesParser::new(T::words()).try_map(|text| text.parse::<T>())
}
