//! Pieces of names, by every three letters in a row.
//!
//! The index knows which rows have three letters somewhere, not where: a row that has all of a piece's is looked at.
//! A piece of one or two letters begins some three of the index, since every text ends with two line breaks.

use crate::domain::names::Word;
use crate::store::StoreError;
use crate::store::search::feed::Place;
use rusqlite::Connection;
use std::collections::BTreeSet;

/// What one entry of the index is of.
const LETTERS: usize = 3;

/// So many threes of a piece narrow it down as far as it needs.
const MOST_THREES: usize = 16;

/// In how many ways a word may be there, for one question.
const WAYS_AT_ONCE: usize = if cfg!(test) { 8 } else { 200 };

/// What a row's threes must be so that its names may have all words, in the language of FTS5; `None` where a word may
/// be too short to tell.
pub(super) fn expression(words: &[Word]) -> Option<String> {
    let each = words.iter().map(|word| {
        let spellings =
            word.alternatives.iter().map(|pieces| by_threes(pieces)).collect::<Option<Vec<_>>>()?;
        (!spellings.is_empty()).then(|| any_of(&spellings))
    });
    let each = each.collect::<Option<Vec<_>>>().filter(|each| !each.is_empty())?;
    Some(each.join(" AND "))
}

/// Where the rows are whose names may have all words, some of which are too short: one or two letters begin many
/// threes, and which ones are there has to be looked up.
pub(super) fn places_of_short(connection: &Connection, words: &[Word]) -> Result<Vec<Place>, StoreError> {
    let (mut plain, mut longest): (Vec<String>, Option<Vec<String>>) = (Vec::new(), None);
    for word in words {
        let mut ways = Vec::new();
        for pieces in &word.alternatives {
            match by_threes(pieces) {
                Some(threes) => ways.push(threes),
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
        Some(ways) if plain.is_empty() => {
            ways.chunks(WAYS_AT_ONCE).map(|ways| Place::names(any_of(ways))).collect()
        }
        _ if plain.is_empty() => Vec::new(),
        _ => vec![Place::names(plain.join(" AND "))],
    })
}

fn any_of(ways: &[String]) -> String {
    format!("({})", ways.join(" OR "))
}

/// A spelling by the threes of its pieces; `None` where it has none.
fn by_threes(pieces: &[String]) -> Option<String> {
    let threes: Vec<String> = pieces.iter().flat_map(|piece| threes_in(piece)).collect();
    (!threes.is_empty()).then(|| format!("({})", threes.join(" AND ")))
}

/// The threes of the index that begin with the longest of short pieces.
fn begun_threes(connection: &Connection, pieces: &[String]) -> Result<Vec<String>, StoreError> {
    let longest = pieces.iter().max_by_key(|piece| piece.chars().count()).map_or("", String::as_str);
    let mut statement =
        connection.prepare_cached("SELECT term FROM names_pieces WHERE term >= ?1 AND term < ?2")?;
    let threes =
        statement.query_map((longest, format!("{longest}{}", char::MAX)), |row| row.get::<_, String>(0))?;
    Ok(threes.map(|three| three.map(|three| quoted(&three))).collect::<rusqlite::Result<_>>()?)
}

/// Quoted for FTS5, each once; of a long piece, evenly spread ones.
fn threes_in(piece: &str) -> Vec<String> {
    let letters: Vec<char> = piece.chars().collect();
    let all: BTreeSet<String> =
        letters.windows(LETTERS).map(|three| quoted(&three.iter().collect::<String>())).collect();
    let step = all.len().div_ceil(MOST_THREES).max(1);
    all.into_iter().step_by(step).collect()
}

fn quoted(three: &str) -> String {
    format!("\"{}\"", three.replace('"', "\"\""))
}
