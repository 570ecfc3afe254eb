//! A command that is timed as a whole process, what has to be done before each of its runs, and what it needs.

use crate::room::shop::{NOW, Shop};
use std::env;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};
use std::time::{Duration, Instant};

/// Ours, or a rival.
pub struct Side {
    pub name: String,
    words: Vec<String>,
    folder: PathBuf,
    environment: Vec<(&'static str, String)>,
    /// Programs without which it cannot run.
    needs: Vec<&'static str>,
    before: Box<dyn Fn()>,
    is_ours: bool,
}

/// Our program with these words, on one of the shop's stores.
pub fn retour(shop: &Shop, store: &str, line: &str) -> Side {
    let words: Vec<String> =
        [env!("CARGO_BIN_EXE_retour")].into_iter().chain(line.split(' ')).map(Into::into).collect();
    let mut side = Side::new(shop, &format!("retour {line}"), words, &[]);
    let in_folder = |name: &str| shop.path(name).display().to_string();
    side.environment = vec![
        ("HOME", in_folder("home")),
        ("RETOUR_STORE", in_folder(store)),
        ("RETOUR_CONFIG", in_folder("plain.toml")),
        ("RETOUR_NO_INPUT", "1".into()),
    ];
    side.is_ours = true;
    side
}

impl Side {
    fn new(shop: &Shop, name: &str, words: Vec<String>, needs: &[&'static str]) -> Self {
        Self {
            name: name.to_owned(),
            words,
            folder: shop.folder().to_owned(),
            environment: Vec::new(),
            needs: needs.to_vec(),
            before: Box::new(|| {}),
            is_ours: false,
        }
    }

    /// A line for the shell in the shop's folder.
    pub fn shell(shop: &Shop, line: &str, needs: &[&'static str]) -> Self {
        Self::new(shop, line, ["sh", "-c", line].map(Into::into).to_vec(), needs)
    }

    /// A script for the sqlite3 shell.
    pub fn sqlite3(shop: &Shop, store: &str, sql: &str, name: &str) -> Self {
        let words = ["sqlite3", "-batch", store, sql].map(Into::into).to_vec();
        Self::new(shop, name, words, &["sqlite3"])
    }

    /// A program without arguments.
    pub fn plain(shop: &Shop, program: &'static str) -> Self {
        Self::new(shop, program, vec![program.into()], &[program])
    }

    /// Reads as of the day after the newest payment.
    pub fn back_then(self) -> Self {
        self.with("RETOUR_NOW", NOW.into())
    }

    pub fn with(mut self, variable: &'static str, value: String) -> Self {
        self.environment.retain(|(known, _)| *known != variable);
        self.environment.push((variable, value));
        self
    }

    /// Done before each run, and not timed.
    pub fn after(self, before: impl Fn() + 'static) -> Self {
        Self { before: Box::new(before), ..self }
    }

    /// The first program that it needs and that is not installed.
    pub fn missing(&self) -> Option<&'static str> {
        self.needs.iter().copied().find(|program| which(program).is_none())
    }

    /// One run from its start to its end, with all that it says read.
    pub fn run(&self) -> Duration {
        (self.before)();
        let mut command = self.command(&self.words);
        let start = Instant::now();
        let output = command.output().expect("the program starts");
        let taken = start.elapsed();
        self.must_have_worked(&output);
        taken
    }

    /// The most memory that one run has at a time, in KiB; `None` without GNU time.
    pub fn peak_kib(&self) -> Option<u64> {
        let time = which("time")?;
        (self.before)();
        let words: Vec<String> = [time.display().to_string().as_str(), "-f", "%M"]
            .map(Into::into)
            .into_iter()
            .chain(self.words.clone())
            .collect();
        let output = self.command(&words).output().ok()?;
        self.must_have_worked(&output);
        String::from_utf8_lossy(&output.stderr).lines().last()?.trim().parse().ok()
    }

    fn command(&self, words: &[String]) -> Command {
        let mut command = Command::new(&words[0]);
        command.args(&words[1..]).current_dir(&self.folder).env_clear();
        command.env("PATH", env::var_os("PATH").unwrap_or_default()).env("LC_ALL", "C.UTF-8");
        command.envs(self.environment.iter().map(|(name, value)| (name, value)));
        command
    }

    /// Of the others, 1 is "found nothing".
    fn must_have_worked(&self, output: &Output) {
        let worked = output.status.success() || !self.is_ours && output.status.code() == Some(1);
        assert!(worked, "{} failed: {}", self.name, String::from_utf8_lossy(&output.stderr));
    }
}

fn which(program: &str) -> Option<PathBuf> {
    let path = env::var_os("PATH")?;
    env::split_paths(&path).map(|folder| folder.join(program)).find(|file| Path::is_file(file))
}
