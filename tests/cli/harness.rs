//! The whole program as a fixture.
//!
//! A [`Desk`] is a home directory in a temporary folder. Each run starts from an empty environment with a few pinned
//! variables, so that a test gives the same result on every machine, in every time zone and on every day. An
//! [`Outcome`] holds both streams and the status, and [`Outcome::snapshot`] shows them as one text.
//!
//! ```ignore
//! let desk = Desk::new();
//! desk.run(["init"]).ok();
//! insta::assert_snapshot!(desk.run(["refund", "a1"]).exit(5).snapshot(), @r"…");
//! ```

use std::ffi::{OsStr, OsString};
use std::fs;
use std::io::{Read, Write};
use std::path::{Path, PathBuf};
use std::process::{Command, ExitStatus, Stdio};
use std::rc::Rc;
use std::thread::{self, JoinHandle};
use std::time::Duration;

use tempfile::TempDir;
use wait_timeout::ChildExt;

/// A Wednesday, four days before Europe's clocks change and nine before Good Friday.
pub const NOW: &str = "2026-03-25T10:00:00+01:00";

/// Longer than any run takes, and short enough to wait for a hung test.
const PATIENCE: Duration = Duration::from_secs(60);

const DATA: &str = "data";
const CONFIG: &str = "config";
const STORE: &str = "data/retour/store.db";
const CONFIGURATION: &str = "config/retour/config.toml";

/// A vendor's computer: a home directory and the time in `RETOUR_NOW`.
#[derive(Clone)]
pub struct Desk {
    home: Rc<Home>,
    now: Option<String>,
}

struct Home {
    /// Its `Drop` removes the folder with the last desk that uses it.
    _folder: TempDir,
    /// Without symbolic links, as the program prints it.
    path: PathBuf,
}

impl Desk {
    /// An empty home: no store, no configuration. The time is [`NOW`].
    pub fn new() -> Self {
        let folder = tempfile::Builder::new().prefix("retour-").tempdir().expect("a temporary folder");
        let path = folder.path().canonicalize().expect("the temporary folder's real path");
        Self { home: Rc::new(Home { _folder: folder, path }), now: Some(NOW.to_owned()) }
    }

    /// The same home at another time (RFC 3339).
    pub fn at(&self, now: &str) -> Self {
        Self { now: Some(now.to_owned()), ..self.clone() }
    }

    /// The same home with the system clock: `RETOUR_NOW` is not set.
    pub fn with_running_clock(&self) -> Self {
        Self { now: None, ..self.clone() }
    }

    /// Runs `retour` with these arguments, with nothing on stdin.
    pub fn run<S: Into<OsString>>(&self, args: impl IntoIterator<Item = S>) -> Outcome {
        self.run_with(args, |_| {})
    }

    /// Runs `retour` with these arguments, after `adjust` has changed stdin, environment or folder.
    pub fn run_with<S: Into<OsString>>(
        &self,
        args: impl IntoIterator<Item = S>,
        adjust: impl FnOnce(&mut Call),
    ) -> Outcome {
        let mut call = Call {
            args: args.into_iter().map(Into::into).collect(),
            env: Vec::new(),
            stdin: Vec::new(),
            folder: self.home.path.clone(),
        };
        adjust(&mut call);
        self.answer(call)
    }

    /// The process, pinned but not started, for what `run` cannot show: two desks at once, or a killed one.
    pub fn command<S: AsRef<OsStr>>(&self, args: impl IntoIterator<Item = S>) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_retour"));
        command.args(args).current_dir(&self.home.path).env_clear().envs(self.environment());
        command
    }

    /// The whole environment of the program. The unusual time zone must not matter: the desk has its own.
    pub fn environment(&self) -> Vec<(&'static str, OsString)> {
        let inside = |name: &str| self.home.path.join(name).into_os_string();
        let mut environment = vec![
            ("HOME", self.home.path.clone().into_os_string()),
            ("XDG_CONFIG_HOME", inside(CONFIG)),
            ("XDG_DATA_HOME", inside(DATA)),
            ("XDG_STATE_HOME", inside("state")),
            ("PATH", "/usr/bin:/bin".into()),
            ("LC_ALL", "C.UTF-8".into()),
            ("TZ", "Pacific/Auckland".into()),
            ("RETOUR_ACTOR", "tester".into()),
        ];
        environment.extend(self.now.iter().map(|now| ("RETOUR_NOW", now.into())));
        environment
    }

    /// A path in the home.
    pub fn path(&self, name: impl AsRef<Path>) -> PathBuf {
        self.home.path.join(name)
    }

    /// The default path of the store.
    pub fn store(&self) -> PathBuf {
        self.path(STORE)
    }

    /// Writes a file into the home, with its parent folders, and returns its path.
    pub fn write(&self, name: impl AsRef<Path>, bytes: impl AsRef<[u8]>) -> PathBuf {
        let path = self.path(name);
        fs::create_dir_all(path.parent().expect("a file has a folder")).expect("a folder in the home");
        fs::write(&path, bytes).expect("a file in the home");
        path
    }

    /// Writes the configuration to its default path.
    pub fn config(&self, toml: &str) -> PathBuf {
        self.write(CONFIGURATION, toml)
    }

    /// `text` with this home's path replaced by `[HOME]`, as in snapshots.
    pub fn anonymous(&self, text: &str) -> String {
        text.replace(self.home.path.to_str().expect("a readable temporary path"), "[HOME]")
    }

    fn answer(&self, call: Call) -> Outcome {
        let line = self.anonymous(&self.line(&call));
        let mut command = self.command(&call.args);
        command.current_dir(&call.folder);
        for (name, value) in &call.env {
            match value {
                Some(value) => command.env(name, value),
                None => command.env_remove(name),
            };
        }
        let (status, stdout, stderr) = finish(command, call.stdin, &line);
        Outcome { line, home: self.path(""), status, stdout, stderr }
    }

    /// The command line, after the variables that differ from the pinned ones; `NAME-` is one that is not set.
    fn line(&self, call: &Call) -> String {
        let other_now = match self.now.as_deref() {
            Some(NOW) => None,
            Some(now) => Some(format!("RETOUR_NOW={now}")),
            None => Some("RETOUR_NOW-".to_owned()),
        };
        let env = call.env.iter().map(|(name, value)| match value {
            Some(value) => format!("{name}={}", quoted(value)),
            None => format!("{name}-"),
        });
        let args = call.args.iter().map(|arg| quoted(arg));
        other_now.into_iter().chain(env).chain(["retour".to_owned()]).chain(args).collect::<Vec<_>>().join(" ")
    }
}

/// A run before it starts.
pub struct Call {
    args: Vec<OsString>,
    env: Vec<(String, Option<OsString>)>,
    stdin: Vec<u8>,
    folder: PathBuf,
}

impl Call {
    /// What the program reads from stdin, a pipe.
    pub fn stdin(&mut self, bytes: impl Into<Vec<u8>>) -> &mut Self {
        self.stdin = bytes.into();
        self
    }

    /// Adds an environment variable, or changes a pinned one.
    pub fn env(&mut self, name: &str, value: impl Into<OsString>) -> &mut Self {
        self.env.push((name.to_owned(), Some(value.into())));
        self
    }

    /// Removes a pinned variable.
    pub fn without(&mut self, name: &str) -> &mut Self {
        self.env.push((name.to_owned(), None));
        self
    }

    /// Starts the program in this folder instead of the home.
    pub fn folder(&mut self, folder: impl Into<PathBuf>) -> &mut Self {
        self.folder = folder.into();
        self
    }
}

/// The output and the status of a run.
#[derive(Debug)]
pub struct Outcome {
    line: String,
    home: PathBuf,
    /// The exit code; 128 + N when signal N ended it.
    pub status: i32,
    pub stdout: Vec<u8>,
    pub stderr: Vec<u8>,
}

impl Outcome {
    /// Command line, status and both streams as one text, with the home's path as `[HOME]`.
    pub fn snapshot(&self) -> String {
        let text = format!(
            "$ {}\nstatus: {}\n-- stdout --\n{}-- stderr --\n{}",
            self.line,
            self.status,
            block(&self.stdout),
            block(&self.stderr)
        );
        text.replace(self.home.to_str().expect("a readable temporary path").trim_end_matches('/'), "[HOME]")
    }

    /// Asserts exit code 0.
    #[track_caller]
    pub fn ok(&self) -> &Self {
        self.exit(0)
    }

    /// Asserts this exit code.
    #[track_caller]
    pub fn exit(&self, code: i32) -> &Self {
        assert!(self.status == code, "expected exit {code}\n{}", self.snapshot());
        self
    }

    /// stdout as text.
    #[track_caller]
    pub fn stdout(&self) -> &str {
        str::from_utf8(&self.stdout).unwrap_or_else(|_| panic!("stdout is not UTF-8\n{}", self.snapshot()))
    }

    /// stderr as text.
    #[track_caller]
    pub fn stderr(&self) -> &str {
        str::from_utf8(&self.stderr).unwrap_or_else(|_| panic!("stderr is not UTF-8\n{}", self.snapshot()))
    }

    /// stdout as exactly one JSON document.
    #[track_caller]
    pub fn json(&self) -> serde_json::Value {
        serde_json::from_slice(&self.stdout)
            .unwrap_or_else(|error| panic!("stdout is not one JSON document: {error}\n{}", self.snapshot()))
    }

    /// stdout as JSON Lines.
    #[track_caller]
    pub fn json_lines(&self) -> Vec<serde_json::Value> {
        let value = |line| {
            serde_json::from_str(line)
                .unwrap_or_else(|error| panic!("{line} is not JSON: {error}\n{}", self.snapshot()))
        };
        self.stdout().lines().map(value).collect()
    }
}

/// A stream as a block of lines. A missing final newline is shown, because it breaks scripts.
fn block(stream: &[u8]) -> String {
    let text = String::from_utf8_lossy(stream);
    if text.is_empty() || text.ends_with('\n') { text.into_owned() } else { format!("{text}[no newline]\n") }
}

/// An argument, quoted for a shell.
fn quoted(arg: &OsStr) -> String {
    let text = arg.to_string_lossy();
    let plain = |c: char| c.is_alphanumeric() || "-_./:=@+,[]%".contains(c);
    if !text.is_empty() && text.chars().all(plain) {
        text.into_owned()
    } else {
        format!("'{}'", text.replace('\'', r"'\''"))
    }
}

/// Runs the process to its end. Threads serve the pipes, so that neither side can wait for the other.
fn finish(mut command: Command, stdin: Vec<u8>, line: &str) -> (i32, Vec<u8>, Vec<u8>) {
    command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut child = command.spawn().unwrap_or_else(|error| panic!("cannot start {line}: {error}"));
    let mut pipe = child.stdin.take().expect("a piped stdin");
    // The program may close its stdin without reading it.
    let writer = thread::spawn(move || drop(pipe.write_all(&stdin)));
    let stdout = collect(child.stdout.take().expect("a piped stdout"));
    let stderr = collect(child.stderr.take().expect("a piped stderr"));
    let status = child.wait_timeout(PATIENCE).expect("the state of a child");
    if status.is_none() {
        child.kill().expect("a child that can be killed");
        child.wait().expect("the end of a killed child");
    }
    let (stdout, stderr) = (gathered(stdout), gathered(stderr));
    writer.join().expect("the thread that writes stdin");
    let Some(status) = status else {
        panic!(
            "{line} did not end within {PATIENCE:?}\n-- stdout --\n{}-- stderr --\n{}",
            block(&stdout),
            block(&stderr)
        );
    };
    (code(status), stdout, stderr)
}

fn collect(mut stream: impl Read + Send + 'static) -> JoinHandle<Vec<u8>> {
    thread::spawn(move || {
        let mut bytes = Vec::new();
        stream.read_to_end(&mut bytes).expect("a readable stream");
        bytes
    })
}

fn gathered(stream: JoinHandle<Vec<u8>>) -> Vec<u8> {
    stream.join().expect("the thread that reads a stream")
}

fn code(status: ExitStatus) -> i32 {
    use std::os::unix::process::ExitStatusExt;
    status.code().or_else(|| status.signal().map(|signal| 128 + signal)).expect("a code or a signal")
}

#[test]
fn a_home_is_empty_and_not_shared() {
    let (desk, other) = (Desk::new(), Desk::new());

    assert_eq!(fs::read_dir(desk.path("")).unwrap().count(), 0);
    assert_ne!(desk.path(""), other.path(""));
    assert_eq!(desk.at("2026-03-28T10:00:00+01:00").store(), desk.store());
}

#[test]
fn the_environment_is_exactly_the_pinned_one() {
    let desk = Desk::new();
    let mut printenv = Command::new("/usr/bin/env");
    printenv.env_clear().envs(desk.environment());

    let (_, stdout, _) = finish(printenv, Vec::new(), "env");

    let mut lines: Vec<_> = str::from_utf8(&stdout).unwrap().lines().map(|line| desk.anonymous(line)).collect();
    lines.sort();
    insta::assert_snapshot!(lines.join("\n"), @r"
    HOME=[HOME]
    LC_ALL=C.UTF-8
    PATH=/usr/bin:/bin
    RETOUR_ACTOR=tester
    RETOUR_NOW=2026-03-25T10:00:00+01:00
    TZ=Pacific/Auckland
    XDG_CONFIG_HOME=[HOME]/config
    XDG_DATA_HOME=[HOME]/data
    XDG_STATE_HOME=[HOME]/state
    ");
}

#[test]
fn a_running_clock_is_not_pinned() {
    let environment = Desk::new().with_running_clock().environment();

    assert!(environment.iter().all(|(name, _)| *name != "RETOUR_NOW"));
}

#[test]
fn a_snapshot_shows_the_call_its_end_and_both_streams() {
    let desk = Desk::new();
    let outcome = Outcome {
        line: desk.line(&Call {
            args: vec!["search".into(), "Anna O'Neil".into()],
            env: vec![("COLUMNS".into(), Some("40".into())), ("RETOUR_ACTOR".into(), None)],
            stdin: Vec::new(),
            folder: desk.path(""),
        }),
        home: desk.path(""),
        status: 6,
        stdout: b"half a line".to_vec(),
        stderr: format!("error: no store at {}\n", desk.store().display()).into_bytes(),
    };

    insta::assert_snapshot!(outcome.snapshot(), @r"
    $ COLUMNS=40 RETOUR_ACTOR- retour search 'Anna O'\''Neil'
    status: 6
    -- stdout --
    half a line[no newline]
    -- stderr --
    error: no store at [HOME]/data/retour/store.db
    ");
}

#[test]
fn a_large_stdin_that_is_not_read_does_not_hang() {
    let (status, stdout, stderr) = finish(Command::new("true"), vec![b'x'; 1 << 20], "true");

    assert_eq!((status, stdout, stderr), (0, vec![], vec![]));
}

#[test]
fn both_streams_and_the_status_are_separate() {
    let mut sh = Command::new("sh");
    sh.args(["-c", "read line; echo out:$line; echo err >&2; kill -TERM $$"]);

    let (status, stdout, stderr) = finish(sh, b"in\n".to_vec(), "sh");

    assert_eq!((status, &stdout[..], &stderr[..]), (143, &b"out:in\n"[..], &b"err\n"[..]));
}
