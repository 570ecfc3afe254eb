//! Reads the arguments and the machine once, runs, and turns the outcome into an exit code.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::process::ExitCode;

/// Something that cannot happen did.
const BUG: u8 = 70;

#[expect(clippy::disallowed_methods, reason = "the one place that reads the arguments")]
fn main() -> ExitCode {
    match catch_unwind(AssertUnwindSafe(|| retour::commands::run(std::env::args_os()))) {
        Ok(exit) => ExitCode::from(exit),
        Err(_) => ExitCode::from(BUG),
    }
}
