//! How far a long piece of work is, on a terminal's stderr; a pipe stays silent.

use crate::commands::context::Context;
use crate::desk::ProgressObserver;
use std::cell::Cell;
use std::io::{Write, stderr};

/// So many steps are no long piece of work.
const A_MOMENT: u64 = 5_000;

/// A line that replaces itself every few thousand steps, and vanishes at the end.
pub struct Progress {
    is_shown: bool,
    has_told: Cell<bool>,
}

impl Progress {
    pub fn of(context: &Context) -> Self {
        Self { is_shown: context.environment.stderr_is_terminal && !context.options.quiet, has_told: Cell::new(false) }
    }
}

impl ProgressObserver for Progress {
    fn tell(&self, what: &str, done: u64, total: u64) {
        if self.is_shown && done > 0 && done.is_multiple_of(A_MOMENT) {
            self.has_told.set(true);
            _ = write!(stderr(), "\r\x1b[K{what} {done} of {total}");
        }
    }

    fn turn_to(&self, what: &str) {
        if self.has_told.get() {
            _ = write!(stderr(), "\r\x1b[K{what} ...");
        }
    }
}

impl Drop for Progress {
    fn drop(&mut self) {
        if self.has_told.get() {
            _ = write!(stderr(), "\r\x1b[K");
        }
    }
}
