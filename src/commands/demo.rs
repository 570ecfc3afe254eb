//! `retour demo`: the tour. It types the commands that a vendor would type, on a store of its own with made-up sales.
//!
//! Nothing of the user's is read or written, and nothing stays, unless somebody wants to keep the store. The commands
//! are run as they are shown, by the program itself: the tour cannot promise what the desk does not do. The sales are
//! placed around today, so that it goes the same way on every day.

use crate::commands::context::{self, Context, Options};
use crate::commands::error::{Exit, Failure};
use crate::commands::{Answer, CommandLine, Done, dispatch};
use crate::desk::import::{Manner, import};
use crate::desk::{Session, Unobserved};
use crate::domain::audit_log::Signature;
use crate::environment::interrupt::{self, Farewell, InterruptGuard};
use crate::environment::prompt::{Answer as Said, Prompt};
use crate::environment::variables::{Environment, Paths, Variables};
use crate::import::File;
use crate::output::table::{Cell, Style, Tone, facts, paint, wrap};
use crate::output::ui::Ui;
use crate::store::{Created, Store};
use anyhow::Context as _;
use chrono::{Days, NaiveDate};
use clap::{Args, Parser};
use std::io::{Write, stdout};
use std::path::{Path, PathBuf};
use tempfile::TempDir;

/// Payments of the desk's own format; `{20}` is the day 20 days ago.
const SALES: &str = include_str!("demo/sales.csv");

/// The tour's width where nobody says another one: it is to be read, wherever it goes.
const WIDTH: usize = 80;

/// The widest line of prose that reads well.
const PROSE: usize = 76;

/// A tour of the desk, on a throw-away store with made-up sales
///
/// It searches, is refused, and marks a refund. It needs no configuration, leaves your own store alone, and takes its
/// store away at the end.
#[derive(Args)]
pub struct Demo {
    /// Keep the tour's store in this new file, to go on with: --store FILE
    #[arg(long, value_name = "FILE")]
    keep: Option<PathBuf>,
}

/// A piece of the tour: what is to be seen, and the command that shows it, word by word.
struct Step {
    says: &'static str,
    types: &'static [&'static str],
}

const SEARCH: Step = Step {
    says: "Ms Müller writes that she wants her money back. Type her name as it comes: letters' case and accents \
           are forgiven.",
    types: &["transactions", "search", "muller"],
};

const ALL: Step = Step {
    says: "Of every payment the desk says whether it may be refunded and until when, or why not. `goodwill` is a no \
           that you may set aside.",
    types: &["transactions", "search", "--columns", "transaction_id,customer_name,refundable"],
};

const REFUSAL: Step = Step {
    says: "Mr Nowak asks too late: the return period of his course is over. The desk says no and by which rule, \
           and records nothing.",
    types: &["refund", "5d83a0f9c4127be6", "--reason", "dissatisfied"],
};

const REFUND: Step = Step {
    says: "Ms Müller is in time. The desk shows what it would record, between which two dates the money arrives, \
           and what to mind, and asks. Enter alone means no.",
    types: &["refund", "2f6c1b9a04d7e358", "--reason", "customer-request"],
};

const WORKLIST: Step = Step {
    says: "The desk marks, the platform pays. So what is marked is your worklist: carry it out there, then say \
           `retour refunds submit`. The next notification or export that you import confirms it.",
    types: &["refunds", "list", "--status", "marked"],
};

/// What to type next, with what it is for.
const NEXT: [(&str, &str); 4] = [
    ("  retour init", "make your own store and a configuration"),
    ("  retour import FILE --explain", "see what the desk reads in your export"),
    ("  retour import FILE", "take it in"),
    ("  retour refund", "search, pick, check and mark, step by step"),
];

/// The options and the environment as the tour may know them: without a trace of the user's own desk.
pub fn set_apart(options: Options, environment: Environment) -> Result<(Options, Environment), Failure> {
    let of_the_user = [
        ("--store", options.store.is_some()),
        ("--config", options.config.is_some()),
        ("--format", options.format.is_some()),
    ];
    if let Some((name, _)) = of_the_user.iter().find(|(_, is_given)| *is_given) {
        let message = format!("the tour is text for people, on a store of its own: leave {name} out");
        return Err(Failure::usage(message).hint("keep its store, and ask that: retour demo --keep FILE"));
    }
    let known = environment.variables;
    let width = known.width.or(environment.terminal_width).or(Some(WIDTH));
    let variables = Variables { store: None, config: None, format: None, width, ..known };
    Ok((options, Environment { variables, paths: Paths::default(), ..environment }))
}

impl Demo {
    pub fn run(self, context: &mut Context) -> Answer {
        let place = Place::new(self.keep)?;
        interrupt::listen(&context.guard, farewell(&place));
        settle_in(&place, context);
        context::say_that_the_clock_stands(context);
        // Once is enough: every command of the tour would say it again.
        context.ui.quiet |= context.clock.is_frozen();
        make_store(&place, context)?;
        walk(context)?;
        leave(&place, context)?;
        place.clear()?;
        Ok(Done::Fully)
    }
}

/// Where the tour's store is.
enum Place {
    /// A folder that goes when the tour does.
    Aside(TempDir, PathBuf),
    Kept(PathBuf),
}

impl Place {
    fn new(keep: Option<PathBuf>) -> Result<Self, Failure> {
        if let Some(file) = keep {
            return match file.symlink_metadata() {
                Ok(_) => Err(is_taken(&file)),
                Err(_) => Ok(Self::Kept(file)),
            };
        }
        let folder = tempfile::Builder::new().prefix("retour-demo-").tempdir();
        let folder = folder.context("there is no place for a temporary store")?;
        let store = folder.path().join("store.db");
        Ok(Self::Aside(folder, store))
    }

    fn store(&self) -> &Path {
        match self {
            Self::Aside(_, store) | Self::Kept(store) => store,
        }
    }

    /// The folder that must not outlive the tour.
    fn folder(&self) -> Option<PathBuf> {
        match self {
            Self::Aside(folder, _) => Some(folder.path().to_owned()),
            Self::Kept(_) => None,
        }
    }

    /// Says so where something stays that should not.
    fn clear(self) -> Result<(), Failure> {
        match self {
            Self::Aside(folder, _) => Ok(folder.close().context("the tour's store could not be removed")?),
            Self::Kept(_) => Ok(()),
        }
    }
}

fn is_taken(file: &Path) -> Failure {
    let message = format!("{} is there already, and the tour keeps its store in a new file", file.display());
    Failure::new(Exit::Failed, "file_exists", message).hint("name another: retour demo --keep FILE")
}

fn farewell(place: &Place) -> Farewell {
    let message = match place {
        Place::Aside(..) => "interrupted: the tour ends here, and nothing of it stays".to_owned(),
        Place::Kept(file) => format!("interrupted: the tour ends here, and {} stays", file.display()),
    };
    Farewell { message, exit_code: Exit::Interrupted as u8, folder: place.folder() }
}

/// Turns the context to the tour's store, and both streams to one: the tour is one text.
fn settle_in(place: &Place, context: &mut Context) {
    let environment = &context.environment;
    let somebody = environment.stdout_is_terminal && context.prompt.is_somebody() && !context.options.yes;
    if !somebody {
        context.prompt = Box::new(Itself);
    }
    context.options.yes = false;
    context.store_file = Some(place.store().to_owned());
    let (format, style, quiet) = (context.ui.format, context.ui.style, context.ui.quiet);
    context.ui = Ui::new(format, style, quiet, Box::new(stdout()), Box::new(stdout()));
}

fn make_store(place: &Place, context: &mut Context) -> Result<(), Failure> {
    let wait = context::wait(context);
    let signature = Signature { actor: context.actor.clone(), at: context.now.at };
    match Store::create(place.store(), &signature, context.clock.is_frozen(), wait)? {
        Created::New => {}
        Created::WasThere => return Err(is_taken(place.store())),
    }
    let store = Store::open(place.store(), wait)?;
    let session = Session {
        store: &store,
        policy: &context.policy,
        actor: &context.actor,
        clock: &*context.clock,
        // One that nobody listens at, so that the question to come can still be interrupted.
        guard: &InterruptGuard::default(),
        observer: &Unobserved,
    };
    let sales = placed_before(context.now.today, SALES);
    let file = File { name: "sales.csv".into(), bytes: sales.into_bytes() };
    let imported = import(&session, vec![file], Manner::default(), &context.config.import_settings())?;
    let count = imported.counts.added;
    let opening = format!(
        "This is the refund desk, on a throw-away store with {count} made-up payments. Nothing of yours is read or \
         changed. After each $ stands what you would type."
    );
    Ok(context.ui.answer(&wrap(&opening, 0, &prose(&context.ui.style)))?)
}

/// The template with its days filled in: `{20}` is the day 20 days before `today`.
fn placed_before(today: NaiveDate, template: &str) -> String {
    let mut text = String::new();
    for piece in template.split('{') {
        let placed = piece.split_once('}').and_then(|(days, rest)| {
            let on = today.checked_sub_days(Days::new(days.parse().ok()?))?;
            Some(format!("{on}{rest}"))
        });
        text.push_str(placed.as_deref().unwrap_or(piece));
    }
    text
}

fn walk(context: &mut Context) -> Result<(), Failure> {
    for step in [&SEARCH, &ALL, &REFUSAL] {
        take(step, context)?;
    }
    let is_marked = take(&REFUND, context)?;
    match is_marked {
        true => take(&WORKLIST, context).map(|_| ()),
        false => say("That was a no, and a no is fine: nothing was recorded.", context),
    }
}

/// Shows a step and runs its command; whether the desk did what was asked.
fn take(step: &Step, context: &mut Context) -> Result<bool, Failure> {
    say(step.says, context)?;
    let style = context.ui.style;
    let typed = format!("$ retour {}", step.types.join(" "));
    context.ui.answer(&format!("\n{}\n", paint(&typed, Tone::Strong, style.color)))?;
    let words = ["retour"].iter().chain(step.types);
    let line = CommandLine::try_parse_from(words).map_err(|error| Failure::usage(error.to_string()))?;
    match dispatch(line.command, context) {
        Ok(_) => Ok(true),
        Err(failure) if matches!(failure.exit, Exit::Refused | Exit::NotConfirmed) => {
            context.ui.error(&failure.text_on(&style));
            Ok(false)
        }
        Err(failure) => Err(failure),
    }
}

/// A paragraph of the tour, after an empty line.
fn say(text: &str, context: &mut Context) -> Result<(), Failure> {
    let paragraph = wrap(text, 0, &prose(&context.ui.style));
    Ok(context.ui.answer(&format!("\n{paragraph}"))?)
}

fn prose(style: &Style) -> Style {
    Style { width: Some(style.width.map_or(PROSE, |width| width.min(PROSE))), ..*style }
}

/// What to type next, and what has become of the store.
fn leave(place: &Place, context: &mut Context) -> Result<(), Failure> {
    say("That was the desk. Type next:", context)?;
    let lines = facts(&NEXT.map(|(command, what)| (command, Cell::plain(what))), &context.ui.style);
    context.ui.answer(&format!("\n{lines}"))?;
    let (what, command) = match place {
        Place::Aside(..) => {
            ("The store of this tour is gone. To keep one and play on:".to_owned(), "demo --keep FILE".to_owned())
        }
        Place::Kept(file) => {
            let file = file.display();
            (
                format!("The store of this tour stays in {file}. Play on with it:"),
                format!("transactions search --store {file}"),
            )
        }
    };
    say(&what, context)?;
    Ok(context.ui.answer(&format!("\n  retour {command}\n"))?)
}

/// Nobody is at a terminal, so the tour says yes itself, where everybody can see it.
struct Itself;

impl Prompt for Itself {
    fn is_somebody(&self) -> bool {
        true
    }

    fn confirm(&mut self, question: &str) -> Said {
        _ = writeln!(stdout(), "{question} [y/N] yes\n(nobody is at a terminal: the tour answered)");
        Said::Yes
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_day_of_the_template_is_counted_back_from_today() {
        let today = "2026-03-01".parse().unwrap();
        assert_eq!(placed_before(today, "a,{1},b\n{60},{x}"), "a,2026-02-28,b\n2025-12-31,x}");
    }

    #[test]
    fn every_step_of_the_tour_is_a_command_line() {
        for step in [&SEARCH, &ALL, &REFUSAL, &REFUND, &WORKLIST] {
            let words = ["retour"].iter().chain(step.types);
            assert!(CommandLine::try_parse_from(words).is_ok(), "{:?}", step.types);
        }
    }
}
