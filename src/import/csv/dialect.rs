//! Which sign parts the cells, and whether every quote that opens also closes.

use crate::import::csv::records::Records;
use crate::import::error::ImportError;
use crate::import::lines::LineCounter;

const DELIMITERS: [u8; 4] = *b",;\t|";

/// The delimiter under which most header cells are names that the desk knows. Two that do equally well and
/// both part the header are ambiguous; where none parts it, the file has one column and a comma is as good as any.
pub fn delimiter(text: &[u8], wanted: Option<u8>, known: impl Fn(&str) -> bool) -> Result<u8, ImportError> {
    if let Some(delimiter) = wanted {
        return Ok(delimiter);
    }
    let score = |delimiter| {
        let cells = Records::new(text, delimiter).header();
        (cells.iter().filter(|cell| known(cell)).count(), cells.len() > 1)
    };
    let scores = DELIMITERS.map(|delimiter| (score(delimiter), delimiter));
    let best = scores.iter().map(|(score, _)| *score).max().unwrap_or_default();
    let mut winners = scores.iter().filter(|(score, _)| *score == best).map(|(_, delimiter)| *delimiter);
    match (winners.next(), winners.next(), best) {
        (Some(first), Some(second), (_, true)) => Err(ImportError::AmbiguousDelimiter(first, second)),
        (first, ..) => Ok(first.unwrap_or(b',')),
    }
}

/// Where a scan of the quotes stands.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Place {
    CellStart,
    Plain,
    /// In a quoted cell.
    Quoted,
    /// Behind a quote in a quoted cell: its end, or the first of two.
    Closed,
}

/// Every quoted cell ends with its quote. A quote that nobody closed swallows the rows up to the next one, so
/// the one that is named is where the swallowing began.
pub fn check_quotes(text: &[u8], delimiter: u8) -> Result<(), ImportError> {
    let mut place = Place::CellStart;
    let mut opened = 0;
    for (at, &byte) in text.iter().enumerate() {
        let ends_cell = byte == delimiter || byte == b'\n' || byte == b'\r';
        place = match (place, byte) {
            (Place::CellStart, b'"') => {
                opened = at;
                Place::Quoted
            }
            (Place::Quoted, b'"') => Place::Closed,
            (Place::Closed, b'"') | (Place::Quoted, _) => Place::Quoted,
            _ if ends_cell => Place::CellStart,
            (Place::Closed, b' ') => Place::Closed,
            (Place::Closed, _) => return Err(unclosed(text, opened)),
            _ => Place::Plain,
        };
    }
    if place == Place::Quoted { Err(unclosed(text, opened)) } else { Ok(()) }
}

fn unclosed(text: &[u8], opened: usize) -> ImportError {
    ImportError::UnclosedQuote { line: LineCounter::default().line_at(text, opened) }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn known(cell: &str) -> bool {
        ["order_id", "amount", "paid_at"].contains(&cell)
    }

    fn sniff(header: &str) -> Result<u8, ImportError> {
        delimiter(header.as_bytes(), None, known)
    }

    #[test]
    fn the_delimiter_is_the_one_that_parts_known_names() {
        for (header, expected) in [
            ("order_id,amount", b','),
            ("order_id;amount;a,b,c,d", b';'),
            ("order_id\tamount", b'\t'),
            ("order_id|amount\n1;2;3|4", b'|'),
            ("\"order_id\";\"amount, gross\"", b';'),
            ("order_id", b','),
            ("x;y", b';'),
        ] {
            assert_eq!(sniff(header), Ok(expected), "{header}");
        }
    }

    #[test]
    fn two_delimiters_that_do_equally_well_are_ambiguous_unless_the_setting_decides() {
        assert_eq!(sniff("order_id;amount,paid_at"), Err(ImportError::AmbiguousDelimiter(b',', b';')));
        assert_eq!(delimiter(b"order_id;amount,paid_at", Some(b';'), known), Ok(b';'));
    }

    #[test]
    fn a_quote_that_does_not_close_is_named_with_its_line() {
        let check = |text: &str| check_quotes(text.as_bytes(), b',');
        for text in ["", "a,\"b\nc\"\r\n\"\"\"d\",e\n", "a b\"c,d\n", "\"a\" ,b", "\"a\""] {
            assert_eq!(check(text), Ok(()), "{text}");
        }
        assert_eq!(check("a,b\nc,\"d\ne,f\n"), Err(ImportError::UnclosedQuote { line: 2 }));
        assert_eq!(check("a\n\"b,c\n\"d\",e\n"), Err(ImportError::UnclosedQuote { line: 2 }));
        assert_eq!(check("a\n\"b\"\"\n"), Err(ImportError::UnclosedQuote { line: 2 }));
    }
}
