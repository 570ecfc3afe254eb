//! Questions to a person. Money needs a whole line, typed after the question was shown.

use dialoguer::Select;
use dialoguer::theme::SimpleTheme;
use std::io::{BufRead, ErrorKind, Write};
use std::thread;
use std::time::Duration;

/// What a person answers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Answer {
    Yes,
    /// No, nothing, or nothing that could be understood three times.
    No,
    /// The input ended: Ctrl-D.
    Ended,
}

/// Somebody, or nobody, who answers questions.
pub trait Prompt {
    /// Somebody sits there.
    fn is_somebody(&self) -> bool;

    /// A question for yes or no; Enter alone means no.
    fn confirm(&mut self, question: &str) -> Answer;

    /// A whole line, typed after the question was shown; `None` when the person leaves.
    fn typed(&mut self, question: &str) -> Option<String>;

    /// One of the choices by its index; `None` when the person leaves.
    fn choose(&mut self, question: &str, choices: &[String]) -> Option<usize>;

    /// A line of text, `offered` where only Enter is pressed; `None` when the person leaves.
    fn text(&mut self, question: &str, offered: &str) -> Option<String>;
}

/// A person at a terminal: on stdin and on stderr.
#[derive(Debug, Clone, Copy)]
pub struct Person;

/// Nobody: a script, a pipe, `--no-input`.
#[derive(Debug, Clone, Copy)]
pub struct Absent;

impl Prompt for Absent {
    fn is_somebody(&self) -> bool {
        false
    }

    fn confirm(&mut self, _: &str) -> Answer {
        Answer::No
    }

    fn typed(&mut self, _: &str) -> Option<String> {
        None
    }

    fn choose(&mut self, _: &str, _: &[String]) -> Option<usize> {
        None
    }

    fn text(&mut self, _: &str, _: &str) -> Option<String> {
        None
    }
}

impl Prompt for Person {
    fn is_somebody(&self) -> bool {
        true
    }

    fn confirm(&mut self, question: &str) -> Answer {
        for _ in 0..3 {
            match self.answer(question, " [y/N] ").as_deref().map(understood) {
                None => return Answer::Ended,
                Some(Some(answer)) => return answer,
                Some(None) => self.say("please answer yes or no\n"),
            }
        }
        Answer::No
    }

    fn typed(&mut self, question: &str) -> Option<String> {
        self.answer("", &format!("{question} "))
    }

    fn choose(&mut self, question: &str, choices: &[String]) -> Option<usize> {
        let select = Select::with_theme(&SimpleTheme).with_prompt(question).items(choices).default(0);
        match select.interact_opt() {
            Ok(chosen) => chosen,
            Err(dialoguer::Error::IO(error)) if error.kind() == ErrorKind::Interrupted => {
                // The menu took the key and passes the interrupt on: that ends the program, not this answer.
                thread::park_timeout(Duration::from_secs(10));
                None
            }
            Err(_) => None,
        }
    }

    fn text(&mut self, question: &str, offered: &str) -> Option<String> {
        match offered {
            "" => self.say(&format!("{question}: ")),
            offered => self.say(&format!("{question} [{offered}]: ")),
        }
        let line = self.line()?;
        Some(if line.is_empty() { offered.to_owned() } else { line })
    }
}

impl Person {
    /// A line typed after the question was shown. What was typed before does not answer it: it is thrown away
    /// between the question and the invitation, so that whoever sees the invitation is heard.
    #[expect(clippy::disallowed_methods, reason = "a person's keyboard, and nothing is read of it")]
    fn answer(&self, question: &str, invitation: &str) -> Option<String> {
        self.say(question);
        _ = rustix::termios::tcflush(std::io::stdin(), rustix::termios::QueueSelector::IFlush);
        self.say(invitation);
        self.line()
    }

    #[expect(clippy::disallowed_methods, reason = "a person's answer is read here and nowhere else")]
    fn line(&self) -> Option<String> {
        let mut line = String::new();
        match std::io::stdin().lock().read_line(&mut line) {
            Ok(_) if line.ends_with('\n') => Some(line.trim().to_owned()),
            // The end of the input, with or without half a line before it.
            Ok(_) | Err(_) => {
                self.say("\n");
                None
            }
        }
    }

    fn say(&self, text: &str) {
        let mut stderr = std::io::stderr();
        _ = stderr.write_all(text.as_bytes()).and_then(|()| stderr.flush());
    }
}

/// English, German and French; `None` for anything else.
fn understood(line: &str) -> Option<Answer> {
    match line.to_lowercase().as_str() {
        "y" | "yes" | "j" | "ja" | "o" | "oui" => Some(Answer::Yes),
        "" | "n" | "no" | "nein" | "non" => Some(Answer::No),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn yes_is_understood_in_three_languages_and_enter_alone_is_no() {
        for yes in ["y", "yes", "j", "ja", "o", "oui", "Y", "JA"] {
            assert_eq!(understood(yes), Some(Answer::Yes), "{yes}");
        }
        for no in ["", "n", "no", "nein", "non"] {
            assert_eq!(understood(no), Some(Answer::No), "{no}");
        }
        for neither in ["yy", "yeah", "1", "y n", "да"] {
            assert_eq!(understood(neither), None, "{neither}");
        }
    }
}
