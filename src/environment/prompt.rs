//! Prompts. A question about money needs a whole line, typed after the question was shown.

use dialoguer::Select;
use dialoguer::theme::SimpleTheme;
use std::io::{BufRead, ErrorKind, Write};
use std::thread;
use std::time::Duration;

/// The answer to a yes-or-no question.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Answer {
    Yes,
    /// No, Enter alone, or three answers that are neither yes nor no.
    No,
    /// Ctrl-D.
    EndOfInput,
}

/// Asks questions, if it can.
pub trait Prompt {
    /// There is a person to ask.
    fn can_ask(&self) -> bool;

    /// Asks for yes or no; Enter alone means no.
    fn confirm(&mut self, question: &str) -> Answer;

    /// Asks for a line, typed after the question was shown; `None` at the end of the input.
    fn typed(&mut self, question: &str) -> Option<String>;

    /// Asks for one of the choices, and returns its index; `None` if the menu is left.
    fn choose(&mut self, question: &str, choices: &[String]) -> Option<usize>;

    /// Asks for a line; Enter alone means `offered`. `None` at the end of the input.
    fn text(&mut self, question: &str, offered: &str) -> Option<String>;
}

/// Asks a person at a terminal, which stdin and stderr must be.
#[derive(Debug, Clone, Copy)]
pub struct TerminalPrompt;

/// Cannot ask: for scripts, pipes and `--no-input`.
#[derive(Debug, Clone, Copy)]
pub struct NoPrompt;

impl Prompt for NoPrompt {
    fn can_ask(&self) -> bool {
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

impl Prompt for TerminalPrompt {
    fn can_ask(&self) -> bool {
        true
    }

    fn confirm(&mut self, question: &str) -> Answer {
        for _ in 0..3 {
            match self.answer(question, " [y/N] ").as_deref().map(understood) {
                None => return Answer::EndOfInput,
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
                // The menu caught the key and raises the signal again: that ends the program, not this answer.
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

impl TerminalPrompt {
    /// A line typed after the question was shown. What was typed earlier is discarded after the question and before the
    /// `invitation`, so that whatever is typed after the invitation counts.
    #[expect(clippy::disallowed_methods, reason = "it flushes the terminal and reads nothing")]
    fn answer(&self, question: &str, invitation: &str) -> Option<String> {
        self.say(question);
        _ = rustix::termios::tcflush(std::io::stdin(), rustix::termios::QueueSelector::IFlush);
        self.say(invitation);
        self.line()
    }

    #[expect(clippy::disallowed_methods, reason = "the only place that reads an answer")]
    fn line(&self) -> Option<String> {
        let mut line = String::new();
        match std::io::stdin().lock().read_line(&mut line) {
            Ok(_) if line.ends_with('\n') => Some(line.trim().to_owned()),
            // The end of the input, perhaps after half a line.
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

/// Understands English, German and French; `None` for anything else.
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
