//! How far a long piece of work is, on a terminal's stderr; a pipe stays silent.

use crate::context::Context;
use crate::desk::Watch;
use std::io::{Write, stderr};

/// So many steps are no long piece of work.
const A_MOMENT: u64 = 5_000;

/// A line that replaces itself every few thousand steps, and vanishes at the end.
pub struct Progress {
    is_shown: bool,
}

impl Progress {
    pub fn of(context: &Context) -> Self {
        Self { is_shown: context.machine.stderr_is_terminal && !context.options.quiet }
    }
}

impl Watch for Progress {
    fn tell(&self, what: &str, done: u64, total: u64) {
        if self.is_shown && done > 0 && done.is_multiple_of(A_MOMENT) {
            _ = write!(stderr(), "\r\x1b[K{what} {done} of {total}");
        }
    }
}

impl Drop for Progress {
    fn drop(&mut self) {
        if self.is_shown {
            _ = write!(stderr(), "\r\x1b[K");
        }
    }
}
