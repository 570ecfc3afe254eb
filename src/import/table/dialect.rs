//! Which delimiter separates the cells, and whether every quote that opens also closes.

use crate::import::container::lines::line_of;
use crate::import::error::ImportError;
use crate::import::table::records::Records;

const DELIMITERS: [u8; 4] = *b",;\t|";

/// The delimiter with which the most header cells are known names. Two that do equally well and both split the header
/// are ambiguous; if none splits it, the file has one column, and a comma is as good as any.
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

/// Every quoted cell ends with its quote. An unclosed quote swallows the rows up to the next quote, so the error names
/// the line where the swallowing began.
pub fn check_quotes(text: &[u8], delimiter: u8) -> Result<(), ImportError> {
    scan::<false>(text, delimiter, |_| {})
}

/// The longest row of a batch file, in bytes: far longer than any note, and short enough to split into cells.
pub const LONGEST_ROW: usize = 64 * 1024;

/// A table written by hand, as the `csv` crate reads it: without comments and without blanks around quotes. The lines
/// keep their numbers. Rows have at most [`LONGEST_ROW`] bytes.
pub fn without_comments(text: &str, delimiter: u8) -> Result<Vec<u8>, ImportError> {
    let mut plain = Vec::with_capacity(text.len());
    scan::<true>(text.as_bytes(), delimiter, |byte| plain.push(byte))?;
    Ok(plain)
}

/// Whether the line is a comment. A tab before the `#` could be a delimiter, so it makes the line a row.
pub fn is_comment(line: &str) -> bool {
    line.trim_start_matches(' ').starts_with('#')
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum State {
    RowStart,
    CellStart,
    Unquoted,
    Quoted,
    /// After a quote in a quoted cell: the cell's end, or the first of two quotes.
    MaybeClosed,
    Closed,
    Comment,
}

/// Follows the quotes, and hands over the bytes that the `csv` crate is to see. `BY_HAND` allows comments, blanks
/// before a quote, and rows of a limited length only.
fn scan<const BY_HAND: bool>(text: &[u8], delimiter: u8, mut keep: impl FnMut(u8)) -> Result<(), ImportError> {
    let unclosed = |at| ImportError::UnclosedQuote { line: line_of(text, at) };
    let mut state = State::RowStart;
    let (mut row, mut quote) = (0, 0);
    for (at, &byte) in text.iter().enumerate() {
        let ends_row = byte == b'\n' || byte == b'\r';
        state = match (state, byte) {
            (State::Comment, _) if !ends_row => continue,
            (State::RowStart, b'#') if BY_HAND => State::Comment,
            (State::RowStart | State::CellStart, b' ') if BY_HAND => continue,
            (State::RowStart | State::CellStart, b'"') => {
                quote = at;
                State::Quoted
            }
            (State::Quoted, b'"') => State::MaybeClosed,
            (State::MaybeClosed, b'"') | (State::Quoted, _) => State::Quoted,
            _ if byte == delimiter => State::CellStart,
            _ if ends_row => State::RowStart,
            (State::MaybeClosed | State::Closed, b' ') => State::Closed,
            (State::MaybeClosed | State::Closed, _) => return Err(unclosed(quote)),
            _ => State::Unquoted,
        };
        if state == State::RowStart {
            row = at + 1;
        } else if BY_HAND && state != State::Comment && at - row >= LONGEST_ROW {
            return Err(ImportError::RowTooLong { line: line_of(text, row), most: LONGEST_ROW });
        }
        if state != State::Comment {
            keep(byte);
        }
    }
    if state == State::Quoted { Err(unclosed(quote)) } else { Ok(()) }
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
    fn the_delimiter_is_the_one_that_separates_known_names() {
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
        assert_eq!(check("a\n\"b\" \"c\"\n"), Err(ImportError::UnclosedQuote { line: 2 }), "two cells or one");
    }
}
