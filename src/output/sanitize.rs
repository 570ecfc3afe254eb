//! Text from outside, made safe to show.
//!
//! After [`visible`] a name or a note cannot move the cursor, hide a letter or change the reading direction; after
//! [`spreadsheet_safe`] no spreadsheet runs it. Widths are columns of a terminal.

use std::borrow::Cow;

use unicode_segmentation::UnicodeSegmentation;
use unicode_width::UnicodeWidthStr;

/// `text` with control and invisible characters escaped as in Rust: `\n`, `\t`, `\u{1b}`, `\u{202e}`.
///
/// These are controls, line and paragraph separators, direction marks and overrides, and characters without a shape. A
/// joiner after a letter that is not ASCII stays: Persian and Malayalam names and emoji need it. A backslash stays, so
/// that escaping twice changes nothing.
pub fn visible(text: &str) -> Cow<'_, str> {
    if text.bytes().all(|byte| matches!(byte, b' '..=b'~')) {
        return Cow::Borrowed(text);
    }
    let mut shown = String::with_capacity(text.len());
    let mut joinable = false;
    for letter in text.chars() {
        let keeps = if is_joiner(letter) { joinable } else { !is_hidden(letter) };
        joinable = keeps && !letter.is_ascii() && !is_joiner(letter);
        match keeps {
            true => shown.push(letter),
            false => shown.extend(letter.escape_default()),
        }
    }
    if shown == text { Cow::Borrowed(text) } else { Cow::Owned(shown) }
}

fn is_joiner(letter: char) -> bool {
    matches!(letter, '\u{200c}' | '\u{200d}')
}

/// Whether a character controls the terminal or has no shape. Variation selectors do not count: emoji have them.
pub fn is_hidden(letter: char) -> bool {
    letter.is_control()
        || matches!(letter,
            '\u{ad}' | '\u{34f}' | '\u{61c}' | '\u{115f}' | '\u{1160}' | '\u{17b4}' | '\u{17b5}'
            | '\u{180b}'..='\u{180f}' | '\u{200b}' | '\u{200e}' | '\u{200f}' | '\u{2028}'..='\u{202e}'
            | '\u{2060}'..='\u{206f}' | '\u{3164}' | '\u{feff}' | '\u{ffa0}' | '\u{fff0}'..='\u{fffb}'
            | '\u{1bca0}'..='\u{1bca3}' | '\u{1d173}'..='\u{1d17a}' | '\u{e0000}'..='\u{e0fff}')
}

/// The width of `text` on a terminal: a Chinese character is 2, a combining accent 0.
pub fn width(text: &str) -> usize {
    text.width()
}

/// `text` in at most this many columns, its end replaced by `…`, or by `...` in ASCII.
///
/// A wide character is never split and an accent stays with its letter, so the result may be one column shorter.
pub fn shorten(text: &str, columns: usize, ascii: bool) -> Cow<'_, str> {
    if width(text) <= columns {
        return Cow::Borrowed(text);
    }
    let mark = if ascii { "..." } else { "…" };
    let mut room = Some(columns.saturating_sub(width(mark)));
    let fitting = text.graphemes(true).take_while(|letter| {
        room = room.and_then(|room| room.checked_sub(width(letter)));
        room.is_some()
    });
    let kept: String = fitting.collect();
    let mark: String = mark.chars().take(columns).collect();
    Cow::Owned(format!("{}{mark}", kept.trim_end()))
}

/// `cell` with a leading `'` if a spreadsheet would take it for a formula.
///
/// For text only: an amount with a minus sign is not text.
pub fn spreadsheet_safe(cell: &str) -> Cow<'_, str> {
    let is_blank = |letter: char| letter.is_whitespace() || is_hidden(letter) || is_joiner(letter);
    let is_control = cell.starts_with(['\t', '\r', '\n']);
    let runs = cell.trim_start_matches(is_blank).starts_with(['=', '+', '-', '@', '＝', '＋', '－', '＠']);
    if is_control || runs { Cow::Owned(format!("'{cell}")) } else { Cow::Borrowed(cell) }
}

/// Text from outside as one line without invisible characters. Runs of blanks become one blank; no-break blanks stay.
pub fn one_line(text: &str) -> String {
    let is_break = |letter: char| letter.is_ascii_whitespace() || letter.is_control();
    let words: Vec<&str> = text.split(is_break).filter(|word| !word.is_empty()).collect();
    words.join(" ").chars().filter(|letter| !is_hidden(*letter)).collect::<String>().trim().to_owned()
}

/// The program's own words with typographic characters spelled in ASCII. Not for text from outside: names stay as
/// they are.
pub fn ascii(text: &str) -> String {
    text.chars().map(|letter| ascii_spelling(letter).map_or_else(|| letter.to_string(), str::to_owned)).collect()
}

fn ascii_spelling(letter: char) -> Option<&'static str> {
    Some(match letter {
        '…' => "...",
        '–' | '—' | '−' | '‑' | '·' => "-",
        '→' => "->",
        '←' => "<-",
        '≤' => "<=",
        '≥' => ">=",
        '×' | '✗' | '✘' => "x",
        '✓' | '✔' => "ok",
        '•' => "*",
        '“' | '”' | '„' | '«' | '»' => "\"",
        '‘' | '’' | '‚' => "'",
        '\u{a0}' | '\u{202f}' => " ",
        '─' | '━' | '═' | '╌' | '╍' | '┄' | '┅' | '┈' | '┉' => "-",
        '│' | '┃' | '║' | '╎' | '╏' | '┆' | '┇' | '┊' | '┋' => "|",
        '\u{2500}'..='\u{257f}' => "+",
        '░' | '▒' => ".",
        '\u{2580}'..='\u{259f}' => "#",
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn control_characters_are_escaped() {
        assert_eq!(visible("a\x1b[2Jb\x07"), r"a\u{1b}[2Jb\u{7}");
        assert_eq!(visible("a\nb\r\tc\x7f\u{9b}"), r"a\nb\r\tc\u{7f}\u{9b}");
        assert_eq!(visible("\u{202e}gro.live\u{2066}\u{200f}\u{61c}"), r"\u{202e}gro.live\u{2066}\u{200f}\u{61c}");
        assert_eq!(visible("a\u{2028}b\u{2029}"), r"a\u{2028}b\u{2029}");
    }

    #[test]
    fn invisible_characters_in_a_name_are_escaped() {
        assert_eq!(visible("An\u{200b}na\u{feff}\u{ad}"), r"An\u{200b}na\u{feff}\u{ad}");
        assert_eq!(visible("a\u{200d}b \u{200c}"), r"a\u{200d}b \u{200c}");
        assert_eq!(visible("م\u{200c}\u{200c}"), "م\u{200c}\\u{200c}");
    }

    #[test]
    fn names_in_every_script_stay_as_they_are() {
        let names = [
            "O'Connor \\ \"x\"",
            "Müller",
            "Mu\u{308}ller",
            "王小明",
            "می\u{200c}خواهم",
            "മോഹന\u{d4d}\u{200d}",
            "👩\u{200d}💻 ❤\u{fe0f}",
        ];
        for name in names {
            assert!(matches!(visible(name), Cow::Borrowed(shown) if shown == name), "{name}");
        }
    }

    #[test]
    fn escaping_twice_changes_nothing() {
        for letter in ('\0'..='\u{3000}').chain('\u{fe00}'..='\u{ffff}') {
            let text = format!("é{letter}\u{200d}{letter}x");
            let once = visible(&text);
            assert_eq!(visible(&once), once, "{letter:?}");
        }
    }

    #[test]
    fn a_width_is_what_the_terminal_shows() {
        assert_eq!([width("abc"), width("王小明"), width("Mu\u{308}ller"), width("")], [3, 6, 6, 0]);
    }

    #[test]
    fn a_text_is_shortened_only_if_it_is_too_wide() {
        assert_eq!(shorten("Beispiel", 8, false), "Beispiel");
        assert_eq!(shorten("Beispiel", 7, false), "Beispi…");
        assert_eq!(shorten("Beispiel", 7, true), "Beis...");
        assert_eq!(shorten("Anne Marie", 6, false), "Anne…");
        assert_eq!([shorten("abc", 1, false), shorten("abc", 0, false)], ["…", ""]);
        assert_eq!([shorten("abcd", 2, true), shorten("abcd", 0, true)], ["..", ""]);
    }

    #[test]
    fn no_character_is_split_and_no_accent_lost() {
        assert_eq!(shorten("王小明先生", 6, false), "王小…");
        assert_eq!(shorten("王小明先生", 5, false), "王小…");
        assert_eq!(shorten("王小明先生", 2, false), "…");
        assert_eq!(shorten("Rene\u{301}e Dupont", 5, false), "Rene\u{301}…");
        assert_eq!(shorten("👩\u{200d}💻👩\u{200d}💻 x", 4, false), "👩\u{200d}💻…");
    }

    #[test]
    fn a_shortened_text_always_fits() {
        for text in ["Anne-Marie Lefèvre", "王小明先生", "👩\u{200d}💻❤\u{fe0f}👍🏽🇩🇪🇫🇷xyz", "\u{301}\u{301}ab"]
        {
            for columns in 0..20 {
                assert!(width(&shorten(text, columns, false)) <= columns, "{text} in {columns}");
                assert!(width(&shorten(text, columns, true)) <= columns, "{text} in {columns}");
            }
        }
    }

    #[test]
    fn no_cell_runs_in_a_spreadsheet() {
        for cell in
            ["=1+1", "+49 30", "-2", "@SUM(A1)", "\tx", "\rx", " \t =1", "＝1", "＋1", "－1", "＠x", "\u{feff}=1"]
        {
            assert_eq!(spreadsheet_safe(cell), format!("'{cell}"));
        }
        for cell in ["", "Anna", "a=b", "12.50", "anna@example.org", "'=1", "e232d769", " x"] {
            assert!(matches!(spreadsheet_safe(cell), Cow::Borrowed(same) if same == cell), "{cell}");
        }
    }

    #[test]
    fn the_programs_own_signs_have_ascii_spellings() {
        assert_eq!(ascii("marked → submitted · 1–5 days …"), "marked -> submitted - 1-5 days ...");
        assert_eq!(ascii("✓ “x” ’ ─┼│ ██░"), "ok \"x\" ' -+| ##.");
        assert_eq!(ascii("Müller 王"), "Müller 王");
    }
}
