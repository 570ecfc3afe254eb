//! Reads the arguments and the machine once, runs, and turns the outcome into an exit code.

use std::process::ExitCode;

#[expect(clippy::disallowed_methods, reason = "the one place that reads the arguments")]
fn main() -> ExitCode {
    ExitCode::from(retour::run(std::env::args_os()))
}
