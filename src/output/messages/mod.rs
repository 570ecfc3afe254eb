//! The message to the customer: the facts of a notice, the sentences of a language, and the layout of a template.
//!
//! A language is one file that a person can correct, and one line in `language::source`. A message contains no
//! invisible characters, and each value is one line: a customer's name can become neither a header nor template syntax.

mod language;
pub mod mail;
mod sentences;
pub mod template;

#[cfg(test)]
mod tests;

use crate::domain::notice::{self, Language, Mailbox, Notice};
use crate::output::sanitize::{is_hidden, one_line};
use language::Writing;
use sentences::{facts, sentences};
use template::{BadTemplate, Template};

/// A message, ready to be sent.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Message {
    pub language: Language,
    /// One line.
    pub subject: String,
    /// Ends with a line break. Each paragraph is one line.
    pub body: String,
}

impl Message {
    /// `sender` signs it, if configured.
    pub fn new(
        notice: &Notice,
        language: Language,
        template: &Template<'_>,
        sender: Option<&Mailbox>,
    ) -> Result<Self, BadTemplate> {
        let writing = Writing::of(language, notice::has_swiss_forms(&notice.customer.country))
            .map_err(|error| BadTemplate { line: None, message: format!("the texts of {language}: {error}") })?;
        let facts = facts(notice, &writing, sender);
        let sentences = sentences(notice, &facts, &writing);
        let (subject, body) = template.render(notice, &facts, sentences)?;
        Ok(Self { language, subject: one_line(&subject), body: paragraphs(&body) })
    }
}

/// Lines without invisible characters or trailing blanks, and never two empty lines in a row.
fn paragraphs(text: &str) -> String {
    let mut kept: Vec<String> = Vec::new();
    for line in text.lines() {
        let line = line.replace('\t', " ");
        let line: String = line.chars().filter(|letter| !is_hidden(*letter)).collect();
        let line = line.trim_end_matches(' ');
        if !line.is_empty() || kept.last().is_some_and(|last| !last.is_empty()) {
            kept.push(line.to_owned());
        }
    }
    format!("{}\n", kept.join("\n").trim_end())
}
