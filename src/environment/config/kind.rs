//! The kinds of values that settings have: how each is read from TOML, and how it is written.

use crate::domain::suggestion::nearest;
use toml::de::DeValue;

type Read<T> = dyn Fn(&DeValue<'_>) -> Option<T>;

/// What a setting accepts.
pub(super) struct Kind<T> {
    /// Follows "is not" in a problem.
    pub(super) expected: String,
    pub(super) read: Box<Read<T>>,
    /// In TOML.
    pub(super) show: Box<dyn Fn(&T) -> String>,
    /// The words among which a misspelt one is looked for.
    known: Vec<&'static str>,
}

impl<T> Kind<T> {
    pub(super) fn new(
        expected: impl Into<String>,
        read: impl Fn(&DeValue<'_>) -> Option<T> + 'static,
        show: impl Fn(&T) -> String + 'static,
    ) -> Self {
        Self { expected: expected.into(), read: Box::new(read), show: Box::new(show), known: Vec::new() }
    }

    /// A string in TOML, in its own form.
    pub(super) fn text(
        expected: impl Into<String>,
        read: impl Fn(&str) -> Option<T> + 'static,
        show: impl Fn(&T) -> String + 'static,
    ) -> Self {
        Self::new(expected, move |value| read(value.as_str()?), move |value| quoted(&show(value)))
    }

    pub(super) fn knowing(self, known: Vec<&'static str>) -> Self {
        Self { known, ..self }
    }

    /// What is probably wrong with a value that was not understood, to follow the problem.
    pub(super) fn advice(&self, value: &DeValue<'_>) -> String {
        let Some(text) = value.as_str() else { return String::new() };
        let unquoted = DeValue::parse(text).ok().and_then(|value| (self.read)(value.get_ref()));
        match nearest(text, &self.known) {
            Some(near) => format!("; did you mean {}?", quoted(near)),
            None if unquoted.is_some() => "; leave out the quotes".to_owned(),
            None => String::new(),
        }
    }
}

/// A text that is not blank.
pub(super) fn text(expected: &str) -> Kind<String> {
    Kind::text(expected, |text| (!text.trim().is_empty()).then(|| text.to_owned()), String::clone)
}

pub(super) fn yes_or_no() -> Kind<bool> {
    Kind::new("true or false", |value| value.as_bool(), bool::to_string)
}

/// A whole number from 0 to `most`.
pub(super) fn number<T: From<u32> + ToString + 'static>(most: u32) -> Kind<T> {
    let read = move |value: &DeValue<'_>| whole_number(value, most).map(T::from);
    Kind::new(format!("a whole number from 0 to {most}"), read, T::to_string)
}

/// One of `all`, each with its word.
pub(super) fn words<T: Copy>(all: &'static [T], word: fn(T) -> &'static str) -> Kind<T> {
    let known: Vec<&str> = all.iter().map(|each| word(*each)).collect();
    let listed: Vec<String> = known.iter().map(|word| quoted(word)).collect();
    let read = move |text: &str| all.iter().copied().find(|each| word(*each) == text);
    Kind::text(format!("one of {}", listed.join(", ")), read, move |value| word(*value).to_owned()).knowing(known)
}

/// A whole number from 0 to `most`, in any of TOML's notations.
pub(super) fn whole_number(value: &DeValue<'_>, most: u32) -> Option<u32> {
    let integer = value.as_integer()?;
    u32::from_str_radix(integer.as_str(), integer.radix()).ok().filter(|number| *number <= most)
}

/// A string in TOML, on one line.
pub(super) fn quoted(text: &str) -> String {
    let escaped = |sign: char| match sign {
        '"' | '\\' => format!("\\{sign}"),
        sign if sign.is_control() => format!("\\u{:04X}", u32::from(sign)),
        sign => sign.to_string(),
    };
    format!("\"{}\"", text.chars().map(escaped).collect::<String>())
}
