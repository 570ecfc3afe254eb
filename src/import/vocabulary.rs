//! The words of platforms, shops and banks in German, English and French, each with its meaning.
//!
//! They are data, in `vocabulary.txt`. Words are compared whole, after case, accents, blanks, hyphens and punctuation
//! are folded: `Teilweise erstattet` is two words, and `Rückbuchungsgebühr` is not `Rückbuchung`.

use crate::domain::names::searchable;
use crate::domain::sale::transaction::{Method, PaymentPlan};
use crate::domain::string_enum::string_enum;
use std::collections::HashMap;
use std::sync::LazyLock;

const TABLE: &str = include_str!("vocabulary.txt");

string_enum! {
    /// What a word of a kind, a status or an event type says.
    Token, "meaning of a word" {
        Refund = "refund",
        Chargeback = "chargeback",
        Return = "return",
        Rejected = "rejected",
        Debit = "debit",
        Dispute = "dispute",
        Lost = "lost",
        Won = "won",
        Failed = "failed",
        Lifted = "lifted",
        Reversed = "reversed",
        Not = "not",
        Partial = "partial",
        MaybeBack = "maybe_back",
        Sale = "sale",
        Paid = "paid",
        Pending = "pending",
        Trial = "trial",
        Upcoming = "upcoming",
        Success = "success",
        Fee = "fee",
        Transfer = "transfer",
        Unknown = "unknown",
        Filler = "filler",
    }
}

/// The folded spellings of a text: lower case without accents, its words apart by one blank. `ü` is `u` in the first
/// spelling and `ue` in the second.
pub fn folded(text: &str) -> Vec<String> {
    let words = |line: &str| {
        let words: Vec<&str> = line.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty()).collect();
        words.join(" ")
    };
    // Most words of exports are like this, and an import reads several in each row.
    let is_plain = |sign: u8| sign.is_ascii_alphanumeric() || matches!(sign, b' ' | b'_' | b'-');
    if text.bytes().all(is_plain) {
        return vec![words(&text.to_ascii_lowercase())];
    }
    searchable(text).lines().map(words).collect()
}

/// Entries by their folded spellings.
pub struct Lexicon<T> {
    entries: HashMap<String, T>,
    /// The most words of an entry.
    longest: usize,
}

impl<T: Clone> Lexicon<T> {
    /// The sections of this sort, each with the meaning that `read` finds in its name.
    fn of(sort: &str, read: impl Fn(&str) -> Option<T>) -> Self {
        let mut lexicon = Self { entries: HashMap::new(), longest: 1 };
        for (name, texts) in sections() {
            let Some(meaning) = name.strip_prefix(sort).and_then(|name| read(name.trim())) else { continue };
            for form in texts.flat_map(folded) {
                lexicon.longest = lexicon.longest.max(form.split(' ').count());
                lexicon.entries.entry(form).or_insert_with(|| meaning.clone());
            }
        }
        lexicon
    }

    /// The meaning of a whole text.
    pub fn whole(&self, text: &str) -> Option<T> {
        folded(text).iter().find_map(|form| self.entries.get(form).cloned())
    }

    /// The meanings of a folded text, the longest entry first at each word; `None` for a word that is not known.
    pub fn each(&self, folded: &str) -> Vec<Option<T>> {
        let words: Vec<&str> = folded.split(' ').filter(|word| !word.is_empty()).collect();
        let (mut meanings, mut at) = (Vec::new(), 0);
        while at < words.len() {
            let longest = self.longest.min(words.len() - at);
            let found = (1..=longest).rev().find_map(|count| {
                let entry = words.get(at..at + count)?.join(" ");
                Some((count, self.entries.get(&entry)?.clone()))
            });
            at += found.as_ref().map_or(1, |(count, _)| *count);
            meanings.push(found.map(|(_, meaning)| meaning));
        }
        meanings
    }
}

/// The names of the table's sections, each with its entries.
fn sections() -> impl Iterator<Item = (&'static str, impl Iterator<Item = &'static str>)> {
    TABLE.split("\n[").skip(1).filter_map(|section| {
        let (name, entries) = section.split_once(']')?;
        let lines = entries.lines().filter(|line| !line.starts_with('#'));
        Some((name, lines.flat_map(|line| line.split(',')).map(str::trim).filter(|entry| !entry.is_empty())))
    })
}

/// Of kinds, statuses and event types; `Teilerstattung` says two things.
pub static STATEMENTS: LazyLock<Lexicon<Vec<Token>>> =
    LazyLock::new(|| Lexicon::of("word", |name| name.split(' ').map(|word| word.parse().ok()).collect()));

/// Of methods; `None` for a word that says nothing.
pub static METHOD_WORDS: LazyLock<Lexicon<Option<Method>>> = LazyLock::new(|| {
    Lexicon::of("method", |name| if name.is_empty() { Some(None) } else { name.parse().ok().map(Some) })
});

pub static PLAN_WORDS: LazyLock<Lexicon<PaymentPlan>> = LazyLock::new(|| Lexicon::of("plan", |name| name.parse().ok()));

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::string_enum::StringEnum;

    #[test]
    fn case_accents_blanks_hyphens_and_punctuation_are_folded() {
        for text in ["Rückbuchung", "RUECKBUCHUNG", "ruckbuchung", " Rückbuchung. "] {
            assert_eq!(STATEMENTS.whole(text), Some(vec![Token::Chargeback]), "{text}");
        }
        assert_eq!(folded("SEPA-Lastschrift (Bank)"), ["sepa lastschrift bank"]);
        assert_eq!(folded("SEPA-Lastschrift"), folded("SEPA-Lastschrift."));
        assert_eq!(METHOD_WORDS.whole("direct_debit"), Some(Some(Method::Sepa)));
    }

    #[test]
    fn a_word_is_compared_whole_and_never_by_a_piece() {
        for text in ["Rückbuchungen-Liste", "Erstattungsbetrag", "Kundenerstattung", "unpaid", "Abonnent"] {
            assert_eq!(STATEMENTS.whole(text), None, "{text}");
        }
        assert_eq!(PLAN_WORDS.whole("about"), None);
    }

    #[test]
    fn every_section_is_read_and_no_word_has_two_meanings() {
        let mut seen: HashMap<(String, String), &str> = HashMap::new();
        for (name, entries) in sections() {
            let (sort, meaning) = name.split_once(' ').unwrap_or((name, ""));
            let is_known = match sort {
                "word" => meaning.split(' ').all(|word| Token::words().contains(&word)),
                "method" => meaning.is_empty() || Method::words().contains(&meaning),
                sort => sort == "plan" && PaymentPlan::words().contains(&meaning),
            };
            assert!(is_known, "{name}");
            for form in entries.flat_map(folded) {
                let known = *seen.entry((sort.to_owned(), form.clone())).or_insert(meaning);
                assert_eq!(known, meaning, "{form}");
            }
        }
        assert!(seen.len() > 400, "{}", seen.len());
    }
}
