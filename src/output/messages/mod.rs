//! The message to the customer: the facts of a notice in the words of a language, laid out by a template.
//!
//! Whatever stands in a customer's name or in a template, in the message no character steers, hides or turns the
//! reading direction, and a value is one line: it cannot become a header, nor syntax of a template.

mod english;
mod french;
mod german;
pub mod mail;
mod phrases;
pub mod template;

#[cfg(test)]
mod tests;

use crate::domain::notice::{Language, Mailbox, Notice};
use crate::output::sanitize::is_hidden;
use phrases::{Facts, Phrases};
use template::{BadTemplate, Template};

/// A message, ready to be sent.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Message {
    pub language: Language,
    /// One line.
    pub subject: String,
    /// Its last line ends. Paragraphs are lines.
    pub body: String,
}

impl Message {
    /// `sender` signs it, where one is configured.
    pub fn new(
        notice: &Notice,
        language: Language,
        template: &Template<'_>,
        sender: Option<&Mailbox>,
    ) -> Result<Self, BadTemplate> {
        let facts = Facts::new(notice, language, sender);
        let phrases = phrases(&facts, language);
        let (subject, body) = template.render(notice, &facts, &phrases)?;
        Ok(Self { language, subject: one_line(&subject), body: paragraphs(&body) })
    }
}

fn phrases(facts: &Facts, language: Language) -> Phrases {
    match language {
        Language::French => french::phrases(facts),
        Language::German => german::phrases(facts),
        Language::English => english::phrases(facts),
    }
}

/// Text from outside as one line without anything hidden. Blanks are one blank; those that do not break stay.
pub(in crate::output) fn one_line(text: &str) -> String {
    let is_break = |letter: char| letter.is_ascii_whitespace() || letter.is_control();
    let words = text.split(is_break).filter(|word| !word.is_empty());
    let line = words.collect::<Vec<_>>().join(" ");
    line.chars().filter(|letter| !is_hidden(*letter)).collect::<String>().trim().to_owned()
}

/// Lines without anything hidden and without blanks at their ends, never two empty ones in a row.
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
