//! The progress of long operations, on stderr if it is a terminal.

use crate::commands::context::Context;
use crate::desk::ProgressObserver;
use std::cell::Cell;
use std::io::{Write, stderr};

/// The number of items between two updates; shorter operations show no progress.
const UPDATE_INTERVAL: u64 = 5_000;

/// A line that is updated every few thousand items and erased at the end.
pub struct Progress {
    is_shown: bool,
    has_printed: Cell<bool>,
}

impl Progress {
    pub fn of(context: &Context) -> Self {
        Self {
            is_shown: context.environment.stderr_is_terminal && !context.options.quiet,
            has_printed: Cell::new(false),
        }
    }
}

impl ProgressObserver for Progress {
    fn report(&self, what: &str, done: u64, total: u64) {
        if self.is_shown && done > 0 && done.is_multiple_of(UPDATE_INTERVAL) {
            self.has_printed.set(true);
            _ = write!(stderr(), "\r\x1b[K{what} {done} of {total}");
        }
    }

    fn begin(&self, what: &str) {
        if self.has_printed.get() {
            _ = write!(stderr(), "\r\x1b[K{what} ...");
        }
    }
}

impl Drop for Progress {
    fn drop(&mut self) {
        if self.has_printed.get() {
            _ = write!(stderr(), "\r\x1b[K");
        }
    }
}
