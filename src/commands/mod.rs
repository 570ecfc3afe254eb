//! The command line: arguments in, answers out. Each command has its own file.

mod config;
mod context;
mod demo;
mod disputes;
mod error;
mod events;
mod failure;
mod help;
mod import;
mod init;
mod listing;
mod notice;
mod options;
mod orders;
mod products;
mod progress;
mod refund;
mod refunds;
mod report;
mod store;
mod transactions;
mod typed;

use crate::commands::context::Context;
use crate::commands::failure::{Exit, Failure};
use crate::commands::options::Options;
use crate::commands::typed::Typed;
use crate::domain::string_enum::StringEnum;
use crate::environment::variables::Environment;
use crate::output::sanitize::visible;
use crate::output::table::Style;
use chrono::NaiveDate;
use clap::builder::PossibleValuesParser;
use clap::error::ErrorKind;
use clap::{Parser, Subcommand};
use std::ffi::OsString;
use std::io::Write;

/// How a command ended that did what it could.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Done {
    Fully,
    /// The rest was reported.
    Partly,
    /// Nothing was found, and `--fail-if-empty` makes that a failure.
    Empty,
    /// The store is damaged, and the answer says how.
    Unsound,
}

/// What every command returns.
type CommandResult = Result<Done, Failure>;

/// A refund desk for CopeCart vendors: find a payment, check whether it may be refunded, mark the refund, and know when
/// the money arrives
#[derive(Parser)]
#[command(name = "retour", version, disable_help_subcommand = true, max_term_width = 100)]
struct CommandLine {
    #[command(flatten)]
    options: Options,
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    Demo(demo::Demo),
    Init(init::Init),
    Import(import::Import),
    /// Search payments, or show one
    #[command(subcommand)]
    Transactions(transactions::Transactions),
    /// Show the order summary
    #[command(subcommand)]
    Orders(orders::Orders),
    /// List the disputes of customers with their bank
    #[command(subcommand)]
    Disputes(disputes::Disputes),
    /// List products and their return periods
    #[command(subcommand)]
    Products(products::Products),
    Refund(refund::Refund),
    /// List, advance and match refunds
    #[command(subcommand)]
    Refunds(refunds::Refunds),
    Notice(notice::Notice),
    /// Report how much is refunded, and why
    #[command(subcommand)]
    Report(report::Report),
    /// List the audit log, or check it
    #[command(subcommand)]
    Events(events::Events),
    /// Show, check or upgrade the store file
    #[command(subcommand)]
    Store(store::StoreCommand),
    /// Show or check the configuration
    #[command(subcommand)]
    Config(config::ConfigCommand),
    Help(help::Help),
}

/// Runs the program and returns its exit code.
pub fn run(arguments: impl IntoIterator<Item = OsString>) -> u8 {
    let arguments: Vec<OsString> = arguments.into_iter().collect();
    failure::guarded(|| run_guarded(&arguments))
}

fn run_guarded(arguments: &[OsString]) -> u8 {
    let (typed, in_json) = (Typed::of(arguments), asks_for_json(arguments));
    let line = match CommandLine::try_parse_from(arguments) {
        Ok(line) => line,
        Err(error) => return not_parsed(&error, in_json),
    };
    let mut context = match prepare(line.options, &line.command) {
        Ok(context) => context,
        Err(failure) => return print_failure(&failure, &typed, in_json, &Style::default()),
    };
    match dispatch(line.command, &mut context) {
        Ok(done) => done.exit() as u8,
        Err(failure) => {
            let is_terminal = context.environment.stderr_is_terminal;
            let style = if is_terminal { context.ui.style } else { Style::default() };
            print_failure(&failure, &typed, context::wants_json(&context), &style)
        }
    }
}

fn prepare(options: Options, command: &Command) -> Result<Context, Failure> {
    let environment = Environment::read().map_err(|error| Failure::usage(error.to_string()))?;
    let (options, environment) = match command {
        Command::Demo(_) => demo::isolated(options, environment)?,
        Command::Help(_) => help::isolated(options, environment),
        Command::Init(_) => (Options { makes_config: true, ..options }, environment),
        _ => (options, environment),
    };
    context::prepare(options, environment)
}

fn dispatch(command: Command, context: &mut Context) -> CommandResult {
    match command {
        Command::Demo(demo) => demo.run(context),
        Command::Init(init) => init.run(context),
        Command::Import(import) => import.run(context),
        Command::Transactions(transactions) => transactions.run(context),
        Command::Orders(orders) => orders.run(context),
        Command::Disputes(disputes) => disputes.run(context),
        Command::Products(products) => products.run(context),
        Command::Refund(refund) => refund.run(context),
        Command::Refunds(refunds) => refunds.run(context),
        Command::Notice(notice) => notice.run(context),
        Command::Report(report) => report.run(context),
        Command::Events(events) => events.run(context),
        Command::Store(store) => store.run(context),
        Command::Config(config) => config.run(context),
        Command::Help(help) => help.run(&mut context.ui),
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

/// Whether errors in the command line itself must be JSON: they come before the options are parsed.
fn asks_for_json(arguments: &[OsString]) -> bool {
    let words: Vec<&str> = arguments.iter().filter_map(|argument| argument.to_str()).collect();
    let named = words.windows(2).any(|pair| matches!(pair, ["--format", "json" | "jsonl"]));
    named || words.iter().any(|word| matches!(*word, "--json" | "--format=json" | "--format=jsonl"))
}

/// Prints clap's message; help and version are answers, everything else is a usage error.
fn not_parsed(error: &clap::Error, in_json: bool) -> u8 {
    if matches!(error.kind(), ErrorKind::DisplayHelp | ErrorKind::DisplayVersion) {
        _ = error.print();
        return Exit::Done as u8;
    }
    if in_json {
        let text = error.to_string();
        let first = text.lines().next().unwrap_or_default();
        let failure = Failure::usage(first.strip_prefix("error: ").unwrap_or(first));
        return print_failure(&failure, &Typed::default(), true, &Style::default());
    }
    _ = error.print();
    Exit::Usage as u8
}

/// Prints the failure on stderr, and returns its exit code.
fn print_failure(failure: &Failure, typed: &Typed, in_json: bool, style: &Style) -> u8 {
    let text = if in_json { failure.json(typed) } else { failure.text(typed, style) };
    let lines: String = text.lines().map(|line| format!("{}\n", visible(line))).collect();
    _ = std::io::stderr().write_all(lines.as_bytes());
    failure.exit as u8
}

/// Parses a day.
fn day(text: &str) -> Result<NaiveDate, String> {
    text.parse().map_err(|_| "a day is written as 2026-03-25".to_owned())
}

/// Parses a word of a `string_enum!`; the help lists all of them.
fn word<T>() -> impl clap::builder::TypedValueParser<Value = T>
where
    T: StringEnum + std::str::FromStr + Clone + Send + Sync + 'static,
    <T as std::str::FromStr>::Err: std::error::Error + Send + Sync + 'static,
{
    use clap::builder::TypedValueParser;
    PossibleValuesParser::new(T::words()).try_map(|text| text.parse::<T>())
}
