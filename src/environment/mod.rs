//! What a command works with: clock, variables and folders, configuration, interrupts, and the person to ask.

pub mod clock;
pub mod config;
pub mod interrupt;
pub mod prompt;
pub mod variables;
