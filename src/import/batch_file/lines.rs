//! The lines of a text that have something in them, with their numbers.

use crate::import::batch_file::problem::BatchFileError;

/// The longest line, in bytes: far beyond any note, and short enough to be parted into cells.
pub const LONGEST_LINE: usize = 64 * 1024;

/// The lines that are neither blank nor comments, from 1, without the blanks around them. They end with `\n`,
/// `\r\n` or `\r`.
pub fn lines(text: &str) -> impl Iterator<Item = Result<(u64, &str), BatchFileError>> {
    let ended = text.split('\n').flat_map(|line| line.strip_suffix('\r').unwrap_or(line).split('\r'));
    let inked = (1..).zip(ended).filter(|(_, line)| !is_comment(line) && !line.trim().is_empty());
    inked.map(|(number, line)| match line.trim() {
        long if long.len() > LONGEST_LINE => Err(too_long(number)),
        line => Ok((number, line)),
    })
}

pub fn too_long(line: u64) -> BatchFileError {
    BatchFileError::LineTooLong { line, most: LONGEST_LINE }
}

/// Whether the text's first line is a comment. A tab before the sign is not forgiven: it may part two cells.
pub fn is_comment(text: &str) -> bool {
    text.trim_start_matches(' ').starts_with('#')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn blank_lines_and_comments_are_passed_and_counted() {
        for end in ["\n", "\r\n", "\r"] {
            let text = ["# a", "", " b ", "  # c", "d#", "  ", "e"].join(end);
            let found: Vec<_> = lines(&text).map(Result::unwrap).collect();
            assert_eq!(found, [(3, "b"), (5, "d#"), (7, "e")], "{end:?}");
        }
    }

    #[test]
    fn a_line_has_an_end_to_its_length() {
        let last = |length| lines(&format!("a\n{}\n", "x".repeat(length))).last().unwrap().map(drop);
        assert_eq!(last(LONGEST_LINE), Ok(()));
        assert_eq!(last(LONGEST_LINE + 1), Err(too_long(2)));
    }
}
