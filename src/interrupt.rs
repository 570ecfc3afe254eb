//! Ctrl-C: until the commit it ends the program and nothing was recorded; from the commit on it waits until the
//! answer is out.

use crate::desk;
use std::fs;
use std::io::{Write, stderr};
use std::path::PathBuf;
use std::sync::{Arc, Mutex, PoisonError};

/// What stands between an interrupt and a commit.
#[derive(Debug, Clone, Default)]
pub struct Gate(Arc<Mutex<bool>>);

impl desk::Gate for Gate {
    /// An interrupt that came first has ended the program by now.
    fn close(&self) {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = true;
    }
}

/// The exit code of an interrupted run in which nothing was recorded.
pub const INTERRUPTED: i32 = 130;

/// Listens for interrupts from now on; `farewell` is what stderr is told.
///
/// The terminal's modes are put back, since a menu may have changed them.
pub fn listen(gate: &Gate, farewell: String) {
    listen_and_tidy(gate, farewell, None);
}

/// The same, and a folder that must not outlive the run goes with it.
pub fn listen_and_tidy(gate: &Gate, farewell: String, folder: Option<PathBuf>) {
    let gate = gate.clone();
    let modes = rustix::termios::tcgetattr(stderr()).ok();
    // Without a handler an interrupt ends the program all the same, only with less said.
    _ = ctrlc::set_handler(move || {
        let is_closed = gate.0.lock().unwrap_or_else(PoisonError::into_inner);
        if *is_closed {
            return;
        }
        if let Some(modes) = &modes {
            _ = rustix::termios::tcsetattr(stderr(), rustix::termios::OptionalActions::Now, modes);
            _ = stderr().write_all(b"\x1b[?25h");
        }
        if let Some(folder) = &folder {
            _ = fs::remove_dir_all(folder);
        }
        _ = writeln!(stderr(), "\n{farewell}");
        end();
    });
}

#[expect(clippy::disallowed_methods, clippy::exit, reason = "the lock is held, so that no commit can follow")]
fn end() -> ! {
    std::process::exit(INTERRUPTED)
}
