//! What a command works with: the environment, the configuration in force, the clock, the output and the prompts.

use crate::commands::error::shell_word;
use crate::commands::failure::{Exit, Failure, Hint};
use crate::commands::options::Options;
use crate::commands::typed::Typed;
use crate::desk::{self, ProgressObserver, Session};
use crate::domain::rules::policy::Policy;
use crate::domain::time::{Clock, Now};
use crate::environment::clock;
use crate::environment::config::{self, Color, Config};
use crate::environment::interrupt::{self, InterruptGuard, OnInterrupt};
use crate::environment::output_file::Protected;
use crate::environment::prompt::{NoPrompt, Prompt, TerminalPrompt};
use crate::environment::variables::Environment;
use crate::output::table::Style;
use crate::output::ui::{Format, Ui};
use crate::store::{FoundStore, NEWEST, Store, StoreError, Upgrade};
use std::fs;
use std::io::{ErrorKind, Read, stderr, stdout};
use std::path::{Path, PathBuf};
use std::time::Duration;

impl desk::InterruptGuard for InterruptGuard {
    fn close(&self) {
        InterruptGuard::close(self);
    }
}

/// Public fields and no methods, so that they can be borrowed separately.
pub struct Context {
    pub environment: Environment,
    pub options: Options,
    pub config: Config,
    /// The configuration file, which may be missing.
    pub config_file: Option<PathBuf>,
    pub store_file: Option<PathBuf>,
    pub policy: Policy,
    pub clock: Box<dyn Clock>,
    /// Read once, when the command starts.
    pub now: Now,
    pub actor: String,
    pub ui: Ui,
    pub prompt: Box<dyn Prompt>,
    pub guard: InterruptGuard,
}

/// Reads the configuration and resolves every option: an option overrides an environment variable, that overrides the
/// configuration, and that overrides the default.
pub fn prepare(options: Options, environment: Environment) -> Result<Context, Failure> {
    let config_file = config_file(&options, &environment);
    let config = read_config(&options, &environment, config_file.as_deref())?;
    let clock =
        clock::from_setting(environment.variables.now.as_deref()).map_err(|error| Failure::usage(error.to_string()))?;
    let store_file = store_file(&options, &environment, &config, config_file.as_deref())?;
    let policy = config.policy();
    let now = Now::new(clock.now(), policy.zone);
    let ui = ui(&options, &environment, &config);
    let may_ask = !options.no_input && !environment.variables.no_input;
    let prompt: Box<dyn Prompt> = match environment.stdin_is_terminal && environment.stderr_is_terminal && may_ask {
        true => Box::new(TerminalPrompt),
        false => Box::new(NoPrompt),
    };
    let variables = &environment.variables;
    let named = options.actor.clone().or(variables.actor.clone()).or(config.actor.clone());
    let actor = named.or(variables.user.clone()).unwrap_or_else(|| "unknown".to_owned());
    Ok(Context {
        environment,
        options,
        config,
        config_file,
        store_file,
        policy,
        clock,
        now,
        actor,
        ui,
        prompt,
        guard: InterruptGuard::default(),
    })
}

fn config_file(options: &Options, environment: &Environment) -> Option<PathBuf> {
    let named = options.config.clone().or(environment.variables.config.clone());
    named.or(environment.default_paths.config_file.clone())
}

fn read_config(options: &Options, environment: &Environment, file: Option<&Path>) -> Result<Config, Failure> {
    let is_named = options.config.is_some() || environment.variables.config.is_some();
    let may_be_missing = !is_named || options.makes_config;
    let Some(file) = file else { return Ok(Config::default()) };
    let shown = file.display().to_string();
    match fs::read_to_string(file) {
        Ok(text) => Config::parse(&text, &shown).map_err(|error| bad_config(&error.to_string())),
        Err(error) if error.kind() == ErrorKind::NotFound && may_be_missing => Ok(Config::default()),
        Err(error) => Err(Failure::new(Exit::Usage, "bad_config", format!("{shown} cannot be read: {error}"))
            .hint("give another configuration with --config, or unset RETOUR_CONFIG")),
    }
}

fn bad_config(problems: &str) -> Failure {
    let mut lines = problems.lines();
    let first = lines.next().unwrap_or("the configuration is wrong").to_owned();
    let mut failure = Failure::new(Exit::Usage, "bad_config", first);
    failure.facts = lines.map(str::to_owned).collect();
    failure
}

fn store_file(
    options: &Options,
    environment: &Environment,
    config: &Config,
    config_file: Option<&Path>,
) -> Result<Option<PathBuf>, Failure> {
    if let Some(named) = options.store.clone().or(environment.variables.store.clone()) {
        return Ok(Some(named));
    }
    let configured = configured_path(config.store.as_ref(), environment, config_file)?;
    Ok(configured.or(environment.default_paths.store_file.clone()))
}

/// A path as the configuration has it: `~/` is the home directory, and a relative path is relative to its folder.
pub fn configured_path(
    path: Option<&String>,
    environment: &Environment,
    config_file: Option<&Path>,
) -> Result<Option<PathBuf>, Failure> {
    let folder = config_file.and_then(Path::parent).unwrap_or(Path::new(""));
    let found = config::resolved(path, environment.default_paths.home.as_deref(), folder);
    found.map_err(|error| Failure::usage(error.to_string()))
}

fn ui(options: &Options, environment: &Environment, config: &Config) -> Ui {
    let variables = &environment.variables;
    let format = options.format().or(variables.format).unwrap_or(config.format);
    let width = options.width.map(usize::from).or(variables.width).or(environment.terminal_width);
    let color = match options.color {
        Some(color) => color,
        None if variables.no_color => Color::Never,
        None if variables.clicolor_force => Color::Always,
        None => config.color,
    };
    let color = match color {
        Color::Always => true,
        Color::Never => false,
        Color::Auto => environment.stdout_is_terminal,
    };
    let style = Style { width, color, ascii: options.ascii || config.ascii };
    Ui::new(format, style, options.quiet, Box::new(stdout()), Box::new(stderr()))
}

/// What a file that this run writes must not replace: the store, the configuration and the run's own inputs.
pub fn protected<'a>(context: &Context, inputs: impl IntoIterator<Item = &'a Path>) -> Protected {
    let mut protected = Protected::default();
    context.store_file.iter().for_each(|store| protected.store(store));
    context.config_file.iter().for_each(|file| protected.configuration(file));
    inputs.into_iter().for_each(|input| protected.input(input));
    protected
}

/// The store's path; an error if none was given and there is no home directory.
pub fn store_path(context: &Context) -> Result<PathBuf, Failure> {
    context.store_file.clone().ok_or_else(|| {
        Failure::new(Exit::Store, "store_missing", "no store was given, and there is no home directory")
            .hint("give one: --store FILE")
    })
}

/// The session of the use cases, and the two parts of the context that a question needs while the session is in use.
pub fn session<'a>(
    context: &'a mut Context,
    store: &'a Store,
    observer: &'a dyn ProgressObserver,
) -> (Session<'a>, &'a mut Ui, &'a mut dyn Prompt) {
    let Context { policy, actor, clock, guard, ui, prompt, .. } = context;
    let session = Session { store, policy, actor, clock: &**clock, guard, observer };
    (session, ui, &mut **prompt)
}

/// How long to wait for another process that writes.
pub fn wait(context: &Context) -> Duration {
    Duration::from_secs(u64::from(context.config.wait_seconds))
}

/// Prints what the command works with, for `--verbose`.
fn print_diagnostics(context: &mut Context) {
    if !context.options.verbose && context.environment.variables.log.is_none() {
        return;
    }
    let shown = |path: &Option<PathBuf>| match path {
        Some(path) if path.exists() => path.display().to_string(),
        Some(path) => format!("{} (missing)", path.display()),
        None => "none".to_owned(),
    };
    let lines = [
        format!("retour {}", env!("CARGO_PKG_VERSION")),
        format!("configuration: {}", shown(&context.config_file)),
        format!("store: {}", shown(&context.store_file)),
        format!("time zone: {}, today is {}", context.policy.zone.name(), context.now.today),
        format!("actor: {}", context.actor),
        format!("can ask: {}", context.prompt.can_ask()),
    ];
    context.ui.error(&lines.join("\n"));
}

/// Opens the store for reading. An older store is refused: reading never upgrades.
pub fn open(context: &mut Context) -> Result<Store, Failure> {
    locate(context)?.current().map_err(|error| not_opened(context, error))
}

/// Finds the store, and listens for interrupts. Notes a fixed clock: the answer is "as of" that time.
fn locate(context: &mut Context) -> Result<FoundStore, Failure> {
    print_diagnostics(context);
    let path = store_path(context)?;
    let store = Store::locate(&path, wait(context)).map_err(|error| not_opened(context, error))?;
    note_fixed_clock(context);
    let farewell = Failure::new(Exit::Interrupted, "interrupted", "interrupted: nothing was recorded");
    let message = if wants_json(context) { farewell.json(&Typed::default()) } else { farewell.message };
    let farewell = OnInterrupt { message, exit_code: Exit::Interrupted as u8, folder: None };
    interrupt::listen(&context.guard, farewell);
    Ok(store)
}

/// Opens the store for writing, and upgrades an older one. With a fixed clock it must be a rehearsal store.
pub fn open_to_write(context: &mut Context) -> Result<Store, Failure> {
    let (store, upgrade) = open_upgraded(context)?;
    if let Some(Upgrade { from, copy }) = upgrade {
        let copy = copy.display();
        let note = format!(
            "note: the store was upgraded from schema version {from} to {NEWEST}; the old one is kept as {copy}"
        );
        context.ui.note(&note);
    }
    if store.is_rehearsal() && !context.clock.is_frozen() {
        let path = store.path().display();
        context.ui.note(&format!("note: {path} is a rehearsal store: its refunds are not real"));
    }
    Ok(store)
}

/// The same without notes; also returns what was upgraded.
pub fn open_upgraded(context: &mut Context) -> Result<(Store, Option<Upgrade>), Failure> {
    let found = locate(context)?;
    if context.clock.is_frozen() && !found.is_rehearsal() {
        let path = store_path(context)?;
        let message = format!("RETOUR_NOW is set, but {} holds real refunds", path.display());
        return Err(Failure::new(Exit::Usage, "clock_stands", message)
            .hint("unset RETOUR_NOW, or rehearse in a store that `retour init` creates while it is set"));
    }
    Ok(found.upgraded(wait(context))?)
}

/// Notes on stderr that the clock is fixed, if it is.
pub fn note_fixed_clock(context: &mut Context) {
    if context.clock.is_frozen() {
        let now = context.now.at.to_rfc3339_opts(chrono::SecondsFormat::AutoSi, true);
        let today = context.now.today;
        context.ui.note(&format!("note: the clock is fixed at {now} (RETOUR_NOW): today is {today}"));
    }
}

/// Reads a file, or stdin if the file is `-`.
pub fn read_file(file: &Path) -> Result<Vec<u8>, Failure> {
    let read = if file.as_os_str() == "-" { read_stdin() } else { fs::read(file) };
    read.map_err(|error| {
        let message = format!("{} cannot be read: {error}", file.display());
        Failure::new(Exit::Failed, "unreadable", message)
    })
}

#[expect(clippy::disallowed_methods, reason = "a file named `-`")]
fn read_stdin() -> std::io::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    std::io::stdin().lock().read_to_end(&mut bytes)?;
    Ok(bytes)
}

/// Errors are JSON if the output is.
pub fn wants_json(context: &Context) -> bool {
    matches!(context.ui.format, Format::Json | Format::Jsonl)
}

fn not_opened(context: &Context, error: StoreError) -> Failure {
    let names_store = matches!(error, StoreError::Missing(_) | StoreError::Older { .. });
    let mut failure = Failure::from(error);
    // The command of the hint must be about the store that was asked for.
    if let (true, Some(path)) = (names_store, &context.options.store) {
        let option = format!(" --store {}", shell_word(path, ""));
        for hint in &mut failure.hints {
            if let Hint::Text(text) = hint {
                text.push_str(&option);
            }
        }
    }
    failure
}
