//! Pieces of names, by every three letters in a row.
//!
//! The index knows which rows have three letters somewhere, not where: a row that has all of a piece's is looked at.
//! A piece of one or two letters begins some three of the index, since every text ends with two line breaks.

use crate::domain::names::Word;
use crate::store::StoreError;
use crate::store::search::row_source::Place;
use rusqlite::Connection;

/// What one entry of the index is of.
const LETTERS: usize = 3;

/// Of a spelling with more threes it is worth to ask which ones are rare.
const MANY_THREES: usize = if cfg!(test) { 3 } else { 5 };

/// So many threes narrow a spelling down as far as it needs.
const ENOUGH: usize = 3;

/// So many of the newest rows tell how common a three is.
const SAMPLE: u32 = 300;

/// The threes of the index from one to another.
pub(super) const BEGUN: &str = "SELECT term FROM names_pieces WHERE term >= ?1 AND term < ?2";

/// The folded texts of the newest rows.
pub(super) const NEWEST: &str = "SELECT searchable FROM transactions ORDER BY row DESC LIMIT ?1";

/// In how many ways a word may be there, for one question.
const WAYS_AT_ONCE: usize = if cfg!(test) { 8 } else { 200 };

/// What a row's threes must be so that its names may have all words, in the language of FTS5; `None` where a word may
/// be too short to tell.
pub(super) fn expression(connection: &Connection, words: &[Word]) -> Result<Option<String>, StoreError> {
    let is_long = |pieces: &Vec<String>| pieces.iter().any(|piece| piece.chars().count() >= LETTERS);
    let tells = |word: &Word| !word.alternatives.is_empty() && word.alternatives.iter().all(is_long);
    if words.is_empty() || !words.iter().all(tells) {
        return Ok(None);
    }
    let mut threes = Threes::of(connection);
    let mut each = Vec::new();
    for word in words {
        let mut spellings = Vec::new();
        for pieces in &word.alternatives {
            spellings.extend(threes.spelling(pieces)?);
        }
        each.push(any_of(&spellings));
    }
    Ok(Some(each.join(" AND ")))
}

/// Where the rows are whose names may have all words, some of which are too short: one or two letters begin many
/// threes, and which ones are there has to be looked up.
pub(super) fn places_of_short(connection: &Connection, words: &[Word]) -> Result<Vec<Place>, StoreError> {
    let mut threes = Threes::of(connection);
    let (mut plain, mut longest): (Vec<String>, Option<Vec<String>>) = (Vec::new(), None);
    for word in words {
        let mut ways = Vec::new();
        for pieces in &word.alternatives {
            match threes.spelling(pieces)? {
                Some(spelling) => ways.push(spelling),
                None => ways.extend(begun_threes(connection, pieces)?),
            }
        }
        if ways.is_empty() {
            return Ok(Vec::new());
        }
        if ways.len() <= WAYS_AT_ONCE {
            plain.push(any_of(&ways));
        } else if longest.as_ref().is_none_or(|longest| ways.len() < longest.len()) {
            longest = Some(ways);
        }
    }
    // Rows that have some of the words are enough: each is looked at for all of them.
    Ok(match longest {
        Some(ways) if plain.is_empty() => ways.chunks(WAYS_AT_ONCE).map(|ways| Place::names(any_of(ways))).collect(),
        _ if plain.is_empty() => Vec::new(),
        _ => vec![Place::names(plain.join(" AND "))],
    })
}

fn any_of(ways: &[String]) -> String {
    format!("({})", ways.join(" OR "))
}

/// The threes of the index that begin with the longest of short pieces.
fn begun_threes(connection: &Connection, pieces: &[String]) -> Result<Vec<String>, StoreError> {
    let longest = pieces.iter().max_by_key(|piece| piece.chars().count()).map_or("", String::as_str);
    let mut statement = connection.prepare_cached(BEGUN)?;
    let threes = statement.query_map((longest, format!("{longest}{}", char::MAX)), |row| row.get::<_, String>(0))?;
    Ok(threes.map(|three| three.map(|three| quoted(&three))).collect::<rusqlite::Result<_>>()?)
}

fn quoted(three: &str) -> String {
    format!("\"{}\"", three.replace('"', "\"\""))
}

/// The threes to look for. One that most rows have, such as those of a mail provider, narrows nothing down, and costs
/// what it holds.
struct Threes<'c> {
    connection: &'c Connection,
    /// The folded texts of the newest rows, once they are asked for.
    newest: Option<Vec<String>>,
}

impl<'c> Threes<'c> {
    fn of(connection: &'c Connection) -> Self {
        Self { connection, newest: None }
    }

    /// A spelling by the threes of its pieces; `None` where it has none.
    fn spelling(&mut self, pieces: &[String]) -> Result<Option<String>, StoreError> {
        let mut all = threes_in(pieces);
        if all.len() > MANY_THREES {
            let newest = self.newest()?;
            all.sort_by_cached_key(|three| newest.iter().filter(|text| text.contains(three)).count());
        }
        all.truncate(ENOUGH);
        let quoted: Vec<String> = all.iter().map(|three| quoted(three)).collect();
        Ok((!quoted.is_empty()).then(|| format!("({})", quoted.join(" AND "))))
    }

    fn newest(&mut self) -> Result<&[String], StoreError> {
        if self.newest.is_none() {
            let mut statement = self.connection.prepare_cached(NEWEST)?;
            let texts = statement.query_map([SAMPLE], |row| row.get(0))?;
            self.newest = Some(texts.collect::<rusqlite::Result<_>>()?);
        }
        Ok(self.newest.as_deref().unwrap_or_default())
    }
}

/// Each once. Those that have no letter in common come first: together they say more.
fn threes_in(pieces: &[String]) -> Vec<String> {
    let mut threes = Vec::new();
    for piece in pieces {
        let letters: Vec<char> = piece.chars().collect();
        let all: Vec<String> = letters.windows(LETTERS).map(|three| three.iter().collect()).collect();
        for three in (0..LETTERS).flat_map(|first| all.iter().skip(first).step_by(LETTERS)) {
            if !threes.contains(three) {
                threes.push(three.clone());
            }
        }
    }
    threes
}
