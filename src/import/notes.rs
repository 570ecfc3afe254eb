//! What was not understood in a row that is taken nevertheless, collected while it is read.

use crate::domain::sale::incoming::RowNote;
use crate::import::fault::{Fault, shown};
use std::cell::RefCell;

/// The notes of one row. Only identity, kind, amount, currency and the payment's day can reject a row; a mistake in any
/// other field leaves that field out.
#[derive(Debug, Default)]
pub struct Notes(RefCell<Vec<RowNote>>);

impl Notes {
    pub fn unknown_word(&self, column: &str, word: &str) {
        self.add(RowNote::UnknownWord { column: column.to_owned(), word: shown(word.trim()) });
    }

    /// The meaning of a word; a word without one is noted.
    pub fn word<T>(&self, column: &str, word: &str, meaning: fn(&str) -> Option<T>) -> Option<T> {
        let known = meaning(word);
        if known.is_none() {
            self.unknown_word(column, word);
        }
        known
    }

    pub fn left_out(&self, column: &str, why: &'static str) {
        self.add(RowNote::LeftOut { column: column.to_owned(), why });
    }

    /// The value of an optional field, unless it cannot be read.
    pub fn optional<T: Default>(&self, value: Result<T, Fault>) -> T {
        value.unwrap_or_else(|fault| {
            self.left_out(fault.column.as_deref().unwrap_or("the row"), "cannot be read and was left out");
            T::default()
        })
    }

    fn add(&self, note: RowNote) {
        self.0.borrow_mut().push(note);
    }

    pub fn into_all(self) -> Vec<RowNote> {
        self.0.into_inner()
    }

    /// The notes of a row that is rejected: what was left out of it does not matter.
    pub fn into_words(self) -> Vec<RowNote> {
        let is_word = |note: &RowNote| matches!(note, RowNote::UnknownWord { .. });
        self.into_all().into_iter().filter(is_word).collect()
    }
}
