//! A command that failed: a stable code, a sentence, facts, commands to paste, an exit code.

use crate::commands::typed::Typed;
use crate::output::table::{Style, wrap};
use serde_json::{Map, Value, json};
use std::io::Write as _;
use std::panic::{UnwindSafe, catch_unwind};

/// The program's exit codes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[repr(u8)]
pub enum Exit {
    Done = 0,
    Failed = 1,
    Usage = 2,
    Partly = 3,
    Refused = 4,
    NotFound = 5,
    Store = 6,
    NotConfirmed = 7,
    Undelivered = 8,
    Bug = 70,
    Interrupted = 130,
}

/// Runs the program; a panic is a bug, and ends the program with its own exit code.
pub fn guarded(run: impl FnOnce() -> u8 + UnwindSafe) -> u8 {
    catch_unwind(run).unwrap_or_else(|_| {
        let bug = Failure::new(Exit::Bug, "bug", "this is a bug in retour; the message above says where")
            .hint("see what was recorded: retour refunds list");
        _ = std::io::stderr().write_all(bug.text(&Typed::default(), &Style::default()).as_bytes());
        Exit::Bug as u8
    })
}

/// What to do next.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Hint {
    /// A command, or a setting to change.
    Text(String),
    /// The command that was typed, with these options.
    Again { label: &'static str, options: String },
}

impl Hint {
    fn text(&self, typed: &Typed) -> String {
        match self {
            Self::Text(text) => text.clone(),
            Self::Again { label, options } => format!("{label}{}", typed.with(options)),
        }
    }
}

/// Why a command did not do what was asked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Failure {
    pub exit: Exit,
    pub code: String,
    /// Lower case, no full stop: what, then why, with the numbers.
    pub message: String,
    /// Additional lines.
    pub facts: Vec<String>,
    /// Commands to paste, or settings to change.
    pub hints: Vec<Hint>,
    /// Whether the change was recorded in spite of the failure; `None` if that is unknown.
    pub is_recorded: Option<bool>,
    /// Additional members for programs.
    pub details: Map<String, Value>,
}

impl Failure {
    pub fn new(exit: Exit, code: impl Into<String>, message: impl Into<String>) -> Self {
        Self {
            exit,
            code: code.into(),
            message: message.into(),
            facts: Vec::new(),
            hints: Vec::new(),
            is_recorded: Some(false),
            details: Map::new(),
        }
    }

    /// The command line or the configuration is wrong.
    pub fn usage(message: impl Into<String>) -> Self {
        Self::new(Exit::Usage, "usage", message)
    }

    /// The person said no, or could not be asked.
    pub fn not_confirmed(message: impl Into<String>) -> Self {
        Self::new(Exit::NotConfirmed, "not_confirmed", message)
    }

    pub fn hint(mut self, hint: impl Into<String>) -> Self {
        self.hints.push(Hint::Text(hint.into()));
        self
    }

    /// Hints at the same command with these options.
    pub fn again(mut self, label: &'static str, options: impl Into<String>) -> Self {
        self.hints.push(Hint::Again { label, options: options.into() });
        self
    }

    pub fn fact(mut self, fact: impl Into<String>) -> Self {
        self.facts.push(fact.into());
        self
    }

    pub fn detail(mut self, name: &str, value: impl Into<Value>) -> Self {
        self.details.insert(name.to_owned(), value.into());
        self
    }

    /// For people: `error[code]: …`, then the facts, then the hints, which are not wrapped so that they can be pasted.
    pub fn text(&self, typed: &Typed, style: &Style) -> String {
        let message = indented(&format!("{}{}", self.label(), self.message), "error: ".len(), style);
        let mut text = message.trim_start().to_owned();
        text.extend(self.facts.iter().map(|fact| indented(fact, 2, style)));
        text.extend(self.hints.iter().map(|hint| format!("hint: {}\n", hint.text(typed))));
        text
    }

    /// The codes that only say that the message says it all are left out.
    fn label(&self) -> String {
        match self.code.as_str() {
            "usage" | "failed" | "bug" => "error: ".to_owned(),
            code => format!("error[{code}]: "),
        }
    }

    /// For programs, on one line.
    pub fn json(&self, typed: &Typed) -> String {
        let mut error = json!({
            "code": self.code,
            "message": self.message,
            "hints": self.hints.iter().map(|hint| hint.text(typed)).collect::<Vec<_>>(),
            "recorded": self.is_recorded,
        });
        if let Value::Object(members) = &mut error {
            if !self.facts.is_empty() {
                members.insert("facts".to_owned(), json!(self.facts));
            }
            members.extend(self.details.clone());
        }
        json!({ "error": error }).to_string()
    }
}

/// Lines wrapped to the terminal, and indented.
fn indented(text: &str, indent: usize, style: &Style) -> String {
    text.lines().map(|line| wrap(line, indent, style)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_bug_has_its_own_exit_code() {
        assert_eq!(guarded(|| panic!("a bug")), 70);
        assert_eq!(guarded(|| 3), 3);
    }
}
