//! The command as it was typed, for hints that repeat it with other options.

use shlex::{split, try_join};
use std::ffi::OsString;

/// The words after `retour`.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Typed(Vec<String>);

impl Typed {
    /// The arguments with the program's own name first.
    pub fn of(arguments: &[OsString]) -> Self {
        Self(arguments.iter().skip(1).map(|word| word.to_string_lossy().into_owned()).collect())
    }

    /// The command with these options, each in place of the same option as it was typed.
    pub fn with(&self, options: &str) -> String {
        let new = split(options).unwrap_or_default();
        let mut kept = vec!["retour"];
        let mut words = self.0.iter().map(String::as_str);
        while let Some(word) = words.next() {
            let name = if word == "-y" { "--yes" } else { word.split_once('=').map_or(word, |(name, _)| name) };
            match new.iter().position(|option| option == name).filter(|_| name.starts_with("--") && name != "--accept")
            {
                None => kept.push(word),
                Some(at) if name == word && new.get(at + 1).is_some_and(|next| !next.starts_with("--")) => {
                    words.next();
                }
                Some(_) => {}
            }
        }
        format!("{} {options}", try_join(kept).unwrap_or_default())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn again(typed: &[&str], options: &str) -> String {
        let words: Vec<OsString> = ["/usr/bin/retour"].iter().chain(typed).map(OsString::from).collect();
        Typed::of(&words).with(options)
    }

    #[test]
    fn a_command_is_repeated_with_another_option() {
        assert_eq!(
            again(&["refund", "a1", "--note", "two words"], "--goodwill"),
            "retour refund a1 --note 'two words' --goodwill"
        );
        assert_eq!(again(&["refund", "--amount", "50", "a1"], "--amount 19.00"), "retour refund a1 --amount 19.00");
        assert_eq!(again(&["refund", "a1", "--amount=50"], "--amount 19.00"), "retour refund a1 --amount 19.00");
        assert_eq!(again(&["refund", "-y", "a1"], "--yes"), "retour refund a1 --yes");
        assert_eq!(again(&["match", "--import", "3"], "--expect-count 3"), "retour match --import 3 --expect-count 3");
        assert_eq!(
            again(&["refund", "a1", "--accept", "dispute_open"], "--accept debit_may_still_bounce"),
            "retour refund a1 --accept dispute_open --accept debit_may_still_bounce"
        );
        assert_eq!(
            again(&["refund", "--expect-total", "1 EUR", "--yes"], "--yes --expect-total \"2.00 EUR\""),
            "retour refund --yes --expect-total \"2.00 EUR\""
        );
    }
}
