//! What a command works with: clock, variables, default paths, configuration, interrupts and prompts.

pub mod clock;
pub mod config;
pub mod interrupt;
pub mod output_file;
pub mod prompt;
pub mod variables;
