//! Ctrl-C: until the commit it ends the program and nothing was recorded; from the commit on it waits until the
//! answer is out.

use std::fs;
use std::io::{Write, stderr};
use std::path::PathBuf;
use std::sync::{Arc, Mutex, PoisonError};

/// What stands between an interrupt and a commit.
#[derive(Debug, Clone, Default)]
pub struct InterruptGuard(Arc<Mutex<bool>>);

impl InterruptGuard {
    /// An interrupt that came first has ended the program by now.
    pub fn close(&self) {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = true;
    }
}

/// What an interrupted run leaves behind.
#[derive(Debug)]
pub struct Farewell {
    /// The last line on stderr.
    pub message: String,
    pub exit_code: u8,
    /// A folder that is removed with the run.
    pub folder: Option<PathBuf>,
}

/// Listens for interrupts from now on. Restores the terminal's modes, since a menu may have changed them.
pub fn listen(guard: &InterruptGuard, farewell: Farewell) {
    let guard = guard.clone();
    let modes = rustix::termios::tcgetattr(stderr()).ok();
    // Without a handler an interrupt ends the program all the same, only with less said.
    _ = ctrlc::set_handler(move || {
        let is_closed = guard.0.lock().unwrap_or_else(PoisonError::into_inner);
        if *is_closed {
            return;
        }
        if let Some(modes) = &modes {
            _ = rustix::termios::tcsetattr(stderr(), rustix::termios::OptionalActions::Now, modes);
            _ = stderr().write_all(b"\x1b[?25h");
        }
        if let Some(folder) = &farewell.folder {
            _ = fs::remove_dir_all(folder);
        }
        _ = writeln!(stderr(), "\n{}", farewell.message);
        end(farewell.exit_code);
    });
}

#[expect(clippy::disallowed_methods, clippy::exit, reason = "the lock is held, so that no commit can follow")]
fn end(exit_code: u8) -> ! {
    std::process::exit(exit_code.into())
}
