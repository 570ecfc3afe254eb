//! The user's side of the program: a real terminal, with the size that the test sets.
//!
//! A [`Session`] reads what the program draws through a terminal emulator, types, and at the end checks that the
//! terminal was left as it was found. Nothing sleeps: a thread reads, and the test waits for text, not for time.
//!
//! ```ignore
//! let mut session = desk.terminal(80, 24).spawn(["refund", "a1"]);
//! session.wait_for("Mark it?");
//! session.type_line("y");
//! session.finish().exit(0).terminal_as_found();
//! ```

use std::ffi::{OsStr, OsString};
use std::io::{Read, Write};
use std::sync::mpsc::{Receiver, RecvTimeoutError, channel};
use std::thread;
use std::time::Duration;

use portable_pty::{Child, CommandBuilder, MasterPty, PtySize, native_pty_system};

use crate::harness::Desk;

/// How long a program may be silent while a test waits for it.
const PATIENCE: Duration = Duration::from_secs(30);

/// How long to wait for a picture before the terminal's modes are looked at again.
const GLANCE: Duration = Duration::from_millis(10);

/// More than any session prints: a program that prints without end is stopped here.
const MOST_TALK: usize = 4 << 20;

impl Desk {
    /// This desk at a terminal of that size.
    pub fn terminal(&self, columns: u16, rows: u16) -> Terminal {
        let size = PtySize { rows, cols: columns, pixel_width: 0, pixel_height: 0 };
        Terminal { desk: self.clone(), size, more: vec![("TERM".to_owned(), "xterm-256color".into())] }
    }
}

/// A terminal before a program runs on it.
pub struct Terminal {
    desk: Desk,
    size: PtySize,
    /// The environment beyond the desk's.
    more: Vec<(String, OsString)>,
}

impl Terminal {
    /// One more environment variable, or another value for a pinned one.
    pub fn env(mut self, name: &str, value: impl Into<OsString>) -> Self {
        self.more.push((name.to_owned(), value.into()));
        self
    }

    /// Starts `retour` with all three streams on this terminal.
    pub fn spawn<S: AsRef<OsStr>>(self, args: impl IntoIterator<Item = S>) -> Session {
        self.spawn_program(env!("CARGO_BIN_EXE_retour"), args)
    }

    /// Starts another program on it, as `sh` with a pipeline around `retour`.
    pub fn spawn_program<S: AsRef<OsStr>>(self, program: &str, args: impl IntoIterator<Item = S>) -> Session {
        let mut command = CommandBuilder::new(program);
        command.args(args);
        command.cwd(self.desk.path(""));
        command.env_clear();
        for (name, value) in self.desk.environment() {
            command.env(name, value);
        }
        for (name, value) in &self.more {
            command.env(name, value);
        }
        self.start(command)
    }

    fn start(self, command: CommandBuilder) -> Session {
        let pair = native_pty_system().openpty(self.size).expect("a pseudo terminal");
        let keyboard = pair.master.take_writer().expect("the terminal's keyboard");
        let news = listen(pair.master.try_clone_reader().expect("the terminal's picture"));
        let found = modes(&*pair.master);
        let child = pair.slave.spawn_command(command).expect("a program on the terminal");
        // Only the program holds the terminal now, so that the picture ends when the program does.
        drop(pair.slave);
        let (rows, columns) = (self.size.rows.try_into(), self.size.cols.try_into());
        let parser = vt100::Parser::new(rows.expect("a row"), columns.expect("a column"), 0);
        Session {
            master: pair.master,
            keyboard,
            news,
            child: Some(child),
            _desk: self.desk,
            parser,
            transcript: Vec::new(),
            found,
        }
    }
}

/// A program running on a terminal.
pub struct Session {
    master: Box<dyn MasterPty + Send>,
    keyboard: Box<dyn Write + Send>,
    news: Receiver<Vec<u8>>,
    /// `None` after it was waited for: its process ID may be reused.
    child: Option<Box<dyn Child + Send + Sync>>,
    /// Its home must outlive the program.
    _desk: Desk,
    parser: vt100::Parser,
    transcript: Vec<u8>,
    found: String,
}

impl Session {
    /// Waits until the screen shows `text`. Stops the test, showing the screen, when it does not come.
    #[track_caller]
    pub fn wait_for(&mut self, text: &str) -> &mut Self {
        while !self.screen().contains(text) {
            match self.news.recv_timeout(PATIENCE) {
                Ok(bytes) => self.draw(&bytes),
                Err(RecvTimeoutError::Timeout) => panic!("{text:?} did not appear on\n{}", self.framed()),
                Err(RecvTimeoutError::Disconnected) => {
                    panic!("it ended without {text:?} on\n{}", self.framed())
                }
            }
        }
        self
    }

    /// Waits until the program takes single keys, as a menu does after it is drawn. A key that comes earlier belongs to the
    /// terminal's line editing.
    #[track_caller]
    pub fn wait_for_key_mode(&mut self) -> &mut Self {
        // Nothing announces the change, so the modes are looked at between two pictures.
        let patience = PATIENCE.as_millis() / GLANCE.as_millis();
        for _ in 0..patience {
            if modes(&*self.master) != self.found {
                return self;
            }
            match self.news.recv_timeout(GLANCE) {
                Ok(bytes) => self.draw(&bytes),
                Err(RecvTimeoutError::Timeout) => {}
                Err(RecvTimeoutError::Disconnected) => panic!("it ended without a menu on\n{}", self.framed()),
            }
        }
        panic!("no menu takes a key on\n{}", self.framed());
    }

    /// Types a line and Enter.
    pub fn type_line(&mut self, line: &str) -> &mut Self {
        self.send(format!("{line}\r").as_bytes())
    }

    /// Types keys: `b"\x03"` is Ctrl-C, `b"\x04"` Ctrl-D, `b"\x1b[A"` the arrow up.
    pub fn send(&mut self, keys: &[u8]) -> &mut Self {
        self.keyboard.write_all(keys).expect("a terminal that takes keys");
        self.keyboard.flush().expect("a terminal that takes keys");
        self
    }

    /// What the screen shows, without spaces at line ends and empty lines below.
    pub fn screen(&self) -> String {
        self.parser.screen().contents().lines().map(str::trim_end).collect::<Vec<_>>().join("\n")
    }

    /// Waits for the program's end.
    #[track_caller]
    pub fn finish(mut self) -> OnInterrupt {
        loop {
            match self.news.recv_timeout(PATIENCE) {
                Ok(bytes) => self.draw(&bytes),
                Err(RecvTimeoutError::Timeout) => panic!("it did not end on\n{}", self.framed()),
                Err(RecvTimeoutError::Disconnected) => break,
            }
        }
        let mut child = self.child.take().expect("a program that runs");
        let status = child.wait().expect("the end of the program");
        OnInterrupt {
            status: status.exit_code(),
            signal: status.signal().map(str::to_owned),
            screen: self.screen(),
            transcript: String::from_utf8_lossy(&self.transcript).into_owned(),
            is_cursor_hidden: self.parser.screen().hide_cursor(),
            is_other_screen: self.parser.screen().alternate_screen(),
            found: self.found.clone(),
            left: modes(&*self.master),
        }
    }

    #[track_caller]
    fn draw(&mut self, bytes: &[u8]) {
        self.parser.process(bytes);
        self.transcript.extend_from_slice(bytes);
        assert!(self.transcript.len() < MOST_TALK, "it prints without end, lastly\n{}", self.framed());
    }

    fn framed(&self) -> String {
        format!("-- screen --\n{}\n-- end of screen --", self.screen())
    }
}

impl Drop for Session {
    fn drop(&mut self) {
        if let Some(mut child) = self.child.take() {
            // A test that fails must not leave the program waiting for an answer. It may have ended already.
            drop(child.kill());
            drop(child.wait());
        }
    }
}

/// How a program left its terminal.
#[derive(Debug)]
pub struct OnInterrupt {
    pub status: u32,
    /// The name of the signal that ended it, if one did.
    pub signal: Option<String>,
    /// The screen at the end.
    pub screen: String,
    /// Every byte that was drawn, escape sequences included.
    pub transcript: String,
    is_cursor_hidden: bool,
    is_other_screen: bool,
    found: String,
    left: String,
}

impl OnInterrupt {
    /// Checks that the program ended by itself with `code`.
    #[track_caller]
    pub fn exit(&self, code: u32) -> &Self {
        let (status, signal, screen) = (self.status, &self.signal, &self.screen);
        assert!(
            status == code && signal.is_none(),
            "expected exit {code}, got {status} {signal:?}\n-- screen --\n{screen}"
        );
        self
    }

    /// Checks that echo, line editing and signals are as before, and the cursor is visible.
    #[track_caller]
    pub fn terminal_as_found(&self) -> &Self {
        assert_eq!(self.left, self.found, "the terminal's modes changed");
        assert!(!self.is_cursor_hidden, "the cursor stayed hidden");
        assert!(!self.is_other_screen, "the other screen stayed");
        self
    }
}

/// The terminal's modes (echo, line editing, signals, special keys) in a form that can be compared and read.
fn modes(terminal: &dyn MasterPty) -> String {
    format!("{:#?}", terminal.get_termios().expect("a terminal's modes"))
}

/// Reads in a thread, so that waiting can time out. Reading fails after the program has ended.
fn listen(mut picture: Box<dyn Read + Send>) -> Receiver<Vec<u8>> {
    let (tell, news) = channel();
    thread::spawn(move || {
        let mut buffer = [0; 4096];
        while let Ok(length @ 1..) = picture.read(&mut buffer) {
            if tell.send(buffer[..length].to_vec()).is_err() {
                break;
            }
        }
    });
    news
}

fn sh(terminal: Terminal, script: &str) -> Session {
    terminal.spawn_program("/bin/sh", ["-c", script])
}

#[test]
fn a_question_can_be_answered() {
    let mut session = sh(Desk::new().terminal(40, 10), r#"printf "go? "; read x; echo "got:$x""#);

    session.wait_for("go?").type_line("yes").wait_for("got:yes");

    let farewell = session.finish();
    insta::assert_snapshot!(farewell.exit(0).terminal_as_found().screen, @r"
    go? yes
    got:yes
    ");
}

#[test]
fn the_terminal_has_the_size_and_the_environment_it_is_given() {
    let terminal = Desk::new().terminal(123, 17).env("RETOUR_ACTOR", "anna");

    let farewell = sh(terminal, r#"stty size; echo "$RETOUR_ACTOR $TERM ${COLUMNS-none}""#).finish();

    assert_eq!(farewell.exit(0).screen, "17 123\nanna xterm-256color none");
}

#[test]
fn an_interrupt_is_a_key() {
    let mut session = sh(Desk::new().terminal(40, 10), "trap 'exit 130' INT; printf 'go? '; read x; exit 9");

    session.wait_for("go?").send(b"\x03");

    session.finish().exit(130).terminal_as_found();
}

#[test]
#[should_panic(expected = "the terminal's modes changed")]
fn a_terminal_left_without_echo_is_noticed() {
    sh(Desk::new().terminal(40, 10), "stty -echo").finish().terminal_as_found();
}

#[test]
#[should_panic(expected = "the cursor stayed hidden")]
fn a_cursor_left_hidden_is_noticed() {
    sh(Desk::new().terminal(40, 10), r"printf '\033[?25l'").finish().terminal_as_found();
}

#[test]
#[should_panic(expected = "it ended without \"refunded\" on\n-- screen --\nnothing marked\n")]
fn text_that_never_comes_is_shown_with_the_screen() {
    sh(Desk::new().terminal(40, 10), "echo nothing marked").wait_for("refunded");
}
