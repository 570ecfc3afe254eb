//! Ctrl-C ends the program, until the commit begins: then nothing was recorded. From the commit on, the answer is
//! written first.

use std::fs;
use std::io::{Write, stderr};
use std::path::PathBuf;
use std::sync::{Arc, Mutex, PoisonError};

/// Keeps an interrupt from ending the program once a commit has begun.
#[derive(Debug, Clone, Default)]
pub struct InterruptGuard(Arc<Mutex<bool>>);

impl InterruptGuard {
    /// From now on an interrupt is ignored. One that came before has already ended the program.
    pub fn close(&self) {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = true;
    }
}

/// What happens on an interrupt.
#[derive(Debug)]
pub struct OnInterrupt {
    /// The last line on stderr.
    pub message: String,
    pub exit_code: u8,
    /// A temporary folder to remove.
    pub folder: Option<PathBuf>,
}

/// Handles interrupts from now on. Restores the terminal's modes, since a menu may have changed them.
pub fn listen(guard: &InterruptGuard, on_interrupt: OnInterrupt) {
    let guard = guard.clone();
    let modes = rustix::termios::tcgetattr(stderr()).ok();
    // Without a handler an interrupt still ends the program, without a message.
    _ = ctrlc::set_handler(move || {
        let is_closed = guard.0.lock().unwrap_or_else(PoisonError::into_inner);
        if *is_closed {
            return;
        }
        if let Some(modes) = &modes {
            _ = rustix::termios::tcsetattr(stderr(), rustix::termios::OptionalActions::Now, modes);
            _ = stderr().write_all(b"\x1b[?25h");
        }
        if let Some(folder) = &on_interrupt.folder {
            _ = fs::remove_dir_all(folder);
        }
        _ = writeln!(stderr(), "\n{}", on_interrupt.message);
        end(on_interrupt.exit_code);
    });
}

#[expect(clippy::disallowed_methods, clippy::exit, reason = "the lock is held, so no commit can follow")]
fn end(exit_code: u8) -> ! {
    std::process::exit(exit_code.into())
}
