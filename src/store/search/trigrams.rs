//! Pieces of names, found by their trigrams.
//!
//! The index knows which rows have a trigram, but not where in the text: a row with all trigrams of a piece is looked
//! up and compared. A piece of one or two characters is the beginning of trigrams, because every text ends with two
//! line breaks.

use crate::domain::names::Word;
use crate::store::StoreError;
use crate::store::search::row_source::RowSource;
use rusqlite::Connection;

const TRIGRAM_LENGTH: usize = 3;

/// If a spelling has more trigrams than this, finding its rarest ones is worth a query.
const MANY_TRIGRAMS: usize = if cfg!(test) { 3 } else { 5 };

/// This many trigrams narrow a spelling down far enough.
const ENOUGH: usize = 3;

/// How many of the newest rows show how common a trigram is.
const SAMPLE: u32 = 300;

/// The trigrams of the index in a range.
pub(super) const TRIGRAMS_BETWEEN: &str = "SELECT term FROM names_pieces WHERE term >= ?1 AND term < ?2";

/// The search texts of the newest rows.
pub(super) const NEWEST_TEXTS: &str = "SELECT searchable FROM transactions ORDER BY row DESC LIMIT ?1";

/// How many alternatives one FTS5 expression may have.
const MOST_ALTERNATIVES: usize = if cfg!(test) { 8 } else { 200 };

/// An FTS5 expression for rows whose names may have all words. `None` if a word has too few characters for a trigram.
pub(super) fn expression(connection: &Connection, words: &[Word]) -> Result<Option<String>, StoreError> {
    let is_long = |pieces: &Vec<String>| pieces.iter().any(|piece| piece.chars().count() >= TRIGRAM_LENGTH);
    let has_trigrams = |word: &Word| !word.alternatives.is_empty() && word.alternatives.iter().all(is_long);
    if words.is_empty() || !words.iter().all(has_trigrams) {
        return Ok(None);
    }
    let mut rarest = Rarest::of(connection);
    let mut each = Vec::new();
    for word in words {
        let mut spellings = Vec::new();
        for pieces in &word.alternatives {
            spellings.extend(rarest.spelling(pieces)?);
        }
        each.push(any_of(&spellings));
    }
    Ok(Some(each.join(" AND ")))
}

/// Sources for rows whose names may have all words, if some words have too few characters for a trigram. One or two
/// characters begin many trigrams; the index says which of these exist.
pub(super) fn sources_of_short(connection: &Connection, words: &[Word]) -> Result<Vec<RowSource>, StoreError> {
    let mut rarest = Rarest::of(connection);
    let (mut narrow, mut wide): (Vec<String>, Option<Vec<String>>) = (Vec::new(), None);
    for word in words {
        let mut alternatives = Vec::new();
        for pieces in &word.alternatives {
            match rarest.spelling(pieces)? {
                Some(spelling) => alternatives.push(spelling),
                None => alternatives.extend(trigrams_that_begin(connection, pieces)?),
            }
        }
        if alternatives.is_empty() {
            return Ok(Vec::new());
        }
        if alternatives.len() <= MOST_ALTERNATIVES {
            narrow.push(any_of(&alternatives));
        } else if wide.as_ref().is_none_or(|wide| alternatives.len() < wide.len()) {
            wide = Some(alternatives);
        }
    }
    // Rows with some of the words are enough: every row is compared with all of them.
    Ok(match wide {
        Some(wide) if narrow.is_empty() => {
            wide.chunks(MOST_ALTERNATIVES).map(|some| RowSource::names(any_of(some))).collect()
        }
        _ if narrow.is_empty() => Vec::new(),
        _ => vec![RowSource::names(narrow.join(" AND "))],
    })
}

fn any_of(alternatives: &[String]) -> String {
    format!("({})", alternatives.join(" OR "))
}

/// The trigrams of the index that begin with the longest of short pieces.
fn trigrams_that_begin(connection: &Connection, pieces: &[String]) -> Result<Vec<String>, StoreError> {
    let longest = pieces.iter().max_by_key(|piece| piece.chars().count()).map_or("", String::as_str);
    let mut statement = connection.prepare_cached(TRIGRAMS_BETWEEN)?;
    let range = (longest, format!("{longest}{}", char::MAX));
    let trigrams = statement.query_map(range, |row| Ok(quoted(&row.get::<_, String>(0)?)))?;
    Ok(trigrams.collect::<rusqlite::Result<_>>()?)
}

fn quoted(trigram: &str) -> String {
    format!("\"{}\"", trigram.replace('"', "\"\""))
}

/// Chooses the trigrams to search for. One that most rows have, such as those of an email provider, does not narrow the
/// search down, and reading its rows is slow.
struct Rarest<'c> {
    connection: &'c Connection,
    /// The search texts of the newest rows, once needed.
    newest: Option<Vec<String>>,
}

impl<'c> Rarest<'c> {
    fn of(connection: &'c Connection) -> Self {
        Self { connection, newest: None }
    }

    /// An expression for a spelling. `None` if all its pieces are too short.
    fn spelling(&mut self, pieces: &[String]) -> Result<Option<String>, StoreError> {
        let mut all = trigrams_in(pieces);
        if all.len() > MANY_TRIGRAMS {
            let newest = self.newest()?;
            all.sort_by_cached_key(|trigram| newest.iter().filter(|text| text.contains(trigram)).count());
        }
        all.truncate(ENOUGH);
        let quoted: Vec<String> = all.iter().map(|trigram| quoted(trigram)).collect();
        Ok((!quoted.is_empty()).then(|| format!("({})", quoted.join(" AND "))))
    }

    fn newest(&mut self) -> Result<&[String], StoreError> {
        if self.newest.is_none() {
            let mut statement = self.connection.prepare_cached(NEWEST_TEXTS)?;
            let texts = statement.query_map([SAMPLE], |row| row.get(0))?;
            self.newest = Some(texts.collect::<rusqlite::Result<_>>()?);
        }
        Ok(self.newest.as_deref().unwrap_or_default())
    }
}

/// Each trigram once. Those that do not overlap come first: together they say more.
fn trigrams_in(pieces: &[String]) -> Vec<String> {
    let mut trigrams = Vec::new();
    for piece in pieces {
        let characters: Vec<char> = piece.chars().collect();
        let all: Vec<String> = characters.windows(TRIGRAM_LENGTH).map(|trigram| trigram.iter().collect()).collect();
        for trigram in (0..TRIGRAM_LENGTH).flat_map(|first| all.iter().skip(first).step_by(TRIGRAM_LENGTH)) {
            if !trigrams.contains(trigram) {
                trigrams.push(trigram.clone());
            }
        }
    }
    trigrams
}
