//! `retour demo`: the tour. It runs the commands that a vendor would type, on its own store with made-up sales.
//!
//! It neither reads nor writes the user's files, and leaves nothing behind unless the store is to be kept. The commands
//! are run as they are shown, so the tour cannot promise what the desk does not do. The sales are dated relative to
//! today, so that the tour is the same on every day.

mod location;
mod steps;

use crate::commands::context::{self, Context};
use crate::commands::demo::location::{Location, exists};
use crate::commands::demo::steps::{ALL, REFUND, REFUSAL, SEARCH, Step, WORKLIST, sales};
use crate::commands::failure::{Exit, Failure};
use crate::commands::options::Options;
use crate::commands::typed::Typed;
use crate::commands::{CommandLine, CommandResult, Done, dispatch};
use crate::desk::import::{ImportOptions, import};
use crate::desk::{Session, Unobserved};
use crate::domain::audit_log::Signature;
use crate::environment::interrupt::{self, InterruptGuard};
use crate::environment::prompt::{Answer, Prompt};
use crate::environment::variables::{DefaultPaths, Environment, Variables};
use crate::import::File;
use crate::output::table::{Cell, Style, Tone, facts, paint, wrap};
use crate::output::ui::Ui;
use crate::store::{Created, Store};
use clap::{Args, Parser};
use std::ffi::OsString;
use std::io::{Write, stdout};
use std::path::PathBuf;

/// The default width of the tour, in columns, also on a pipe: it is text to read.
const WIDTH: usize = 80;

/// The widest line of prose that is easy to read.
const PROSE: usize = 76;

/// Take a tour of the desk, on a temporary store with made-up sales
///
/// It searches, is refused a refund, and marks one. It needs no configuration, does not touch your own store, and
/// removes its store at the end.
#[derive(Args)]
pub struct Demo {
    /// Keep the tour's store as this new file, to continue with --store FILE
    #[arg(long, value_name = "FILE")]
    keep: Option<PathBuf>,
}

/// The commands to type next, and their purpose.
const NEXT: [(&str, &str); 4] = [
    ("  retour init", "create your own store and a configuration"),
    ("  retour import FILE --explain", "see what the desk recognises in your export"),
    ("  retour import FILE", "import it"),
    ("  retour refund", "search, pick, check and mark, step by step"),
];

/// The options and the environment without the user's own store, configuration and format.
pub fn isolated(options: Options, environment: Environment) -> Result<(Options, Environment), Failure> {
    let given = [
        ("--store", options.store.is_some()),
        ("--config", options.config.is_some()),
        ("--format", options.format().is_some()),
    ];
    if let Some((name, _)) = given.iter().find(|(_, is_given)| *is_given) {
        let message = format!("the tour prints text and uses its own store: omit {name}");
        return Err(Failure::usage(message).hint("to query the tour's store, keep it: retour demo --keep FILE"));
    }
    let variables = environment.variables;
    let width = variables.width.or(environment.terminal_width).or(Some(WIDTH));
    let variables = Variables { store: None, config: None, format: None, width, ..variables };
    Ok((options, Environment { variables, default_paths: DefaultPaths::default(), ..environment }))
}

impl Demo {
    pub fn run(self, context: &mut Context) -> CommandResult {
        let location = Location::new(self.keep)?;
        interrupt::listen(&context.guard, location.farewell());
        prepare(&location, context);
        context::note_fixed_clock(context);
        // Otherwise every command of the tour would note it again.
        context.ui.quiet |= context.clock.is_frozen();
        create_store(&location, context)?;
        run_steps(context)?;
        print_end(&location, context)?;
        location.clear()?;
        Ok(Done::Fully)
    }
}

/// Points the context to the tour's store, and both streams to stdout: the tour is one text.
fn prepare(location: &Location, context: &mut Context) {
    let environment = &context.environment;
    let can_ask = environment.stdout_is_terminal && context.prompt.can_ask() && !context.options.yes;
    if !can_ask {
        context.prompt = Box::new(AlwaysYes);
    }
    context.options.yes = false;
    context.store_file = Some(location.store().to_owned());
    let (format, style, quiet) = (context.ui.format, context.ui.style, context.ui.quiet);
    context.ui = Ui::new(format, style, quiet, Box::new(stdout()), Box::new(stdout()));
}

fn create_store(location: &Location, context: &mut Context) -> Result<(), Failure> {
    let wait = context::wait(context);
    let signature = Signature { actor: context.actor.clone(), at: context.now.at };
    match Store::create(location.store(), &signature, context.clock.is_frozen(), wait)? {
        Created::New => {}
        Created::Existing => return Err(exists(location.store())),
    }
    let store = Store::open(location.store(), wait)?;
    let file = File { name: "sales.csv".into(), bytes: sales(context.now.today).into_bytes() };
    let settings = context.config.import_settings();
    // The import must not close the command's own guard: the tour's question can still be interrupted.
    let guard = InterruptGuard::default();
    let (session, ..) = context::session(context, &store, &Unobserved);
    let session = Session { guard: &guard, ..session };
    let count = import(&session, vec![file], ImportOptions::default(), &settings)?.counts.added;
    let opening = format!(
        "This is the refund desk, on a temporary store with {count} made-up payments. Your own files are neither read \
         nor changed. The lines with $ are what you would type."
    );
    Ok(context.ui.answer(&wrap(&opening, 0, &prose(&context.ui.style)))?)
}

fn run_steps(context: &mut Context) -> Result<(), Failure> {
    for step in [&SEARCH, &ALL, &REFUSAL] {
        run_step(step, context)?;
    }
    let is_marked = run_step(&REFUND, context)?;
    match is_marked {
        true => run_step(&WORKLIST, context).map(|_| ()),
        false => print_paragraph("You said no, and that is fine: nothing was recorded.", context),
    }
}

/// Prints a step and runs its command; returns whether the desk did what was asked.
fn run_step(step: &Step, context: &mut Context) -> Result<bool, Failure> {
    print_paragraph(step.text, context)?;
    let style = context.ui.style;
    let typed = format!("$ retour {}", step.command.join(" "));
    context.ui.answer(&format!("\n{}\n", paint(&typed, Tone::Strong, style.color)))?;
    let words = ["retour"].iter().chain(step.command);
    let line = CommandLine::try_parse_from(words.clone()).map_err(|error| Failure::usage(error.to_string()))?;
    match dispatch(line.command, context) {
        Ok(_) => Ok(true),
        Err(failure) if matches!(failure.exit, Exit::Refused | Exit::NotConfirmed) => {
            let typed: Vec<OsString> = words.map(OsString::from).collect();
            context.ui.error(&failure.text(&Typed::of(&typed), &style));
            Ok(false)
        }
        Err(failure) => Err(failure),
    }
}

/// Prints a paragraph of the tour, after an empty line.
fn print_paragraph(text: &str, context: &mut Context) -> Result<(), Failure> {
    let paragraph = wrap(text, 0, &prose(&context.ui.style));
    Ok(context.ui.answer(&format!("\n{paragraph}"))?)
}

fn prose(style: &Style) -> Style {
    Style { width: Some(style.width.map_or(PROSE, |width| width.min(PROSE))), ..*style }
}

/// Prints what to type next, and what happens to the store.
fn print_end(location: &Location, context: &mut Context) -> Result<(), Failure> {
    print_paragraph("That was the desk. Type next:", context)?;
    let lines = facts(&NEXT.map(|(command, what)| (command, Cell::plain(what))), &context.ui.style);
    context.ui.answer(&format!("\n{lines}"))?;
    let (what, command) = match location {
        Location::Temporary(..) => (
            "The store of this tour is removed. To keep one and continue with it:".to_owned(),
            "demo --keep FILE".to_owned(),
        ),
        Location::Kept(file) => {
            let file = file.display();
            (
                format!("The store of this tour is kept in {file}. Continue with it:"),
                format!("transactions search --store {file}"),
            )
        }
    };
    print_paragraph(&what, context)?;
    Ok(context.ui.answer(&format!("\n  retour {command}\n"))?)
}

/// Answers the tour's question if there is no terminal.
struct AlwaysYes;

impl Prompt for AlwaysYes {
    fn can_ask(&self) -> bool {
        true
    }

    fn confirm(&mut self, question: &str) -> Answer {
        _ = writeln!(stdout(), "{question} [y/N] yes\n(answered by the tour)");
        Answer::Yes
    }

    fn typed(&mut self, _: &str) -> Option<String> {
        None
    }

    fn choose(&mut self, _: &str, _: &[String]) -> Option<usize> {
        None
    }

    fn text(&mut self, _: &str, _: &str) -> Option<String> {
        None
    }
}
