//! Folds names, so that `muller`, `MÜLLER` and `Mueller` find the same person.
//!
//! Both sides of a search are folded: the stored text when it is written, and the query. Canonically equivalent texts
//! fold to identical ones. Plain ASCII, the bulk of any import, skips the Unicode normalisation.

use unicode_normalization::UnicodeNormalization;

/// The form of `text` that is stored beside a row and searched.
///
/// Lower case, without accents and apostrophes, hyphens as spaces, runs of spaces as one. If a letter is also written
/// as two (`ü` as `ue`, `ø` as `oe`, `å` as `aa`, `đ` as `dj`), that spelling is appended after a `'\n'`: `Müller`
/// gives `"muller\nmueller"`. There is no other line break in it.
pub fn searchable(text: &str) -> String {
    searchable_all(&[text])
}

/// The same for texts that are searched as one: their first spellings on one line, then each second spelling on its
/// own.
pub fn searchable_all(texts: &[&str]) -> String {
    let plain: Vec<String> = texts.iter().map(|text| fold(text, Spelling::Plain)).collect();
    let mut folded = plain.join(" ");
    for second in texts.iter().zip(&plain).filter_map(|(text, plain)| second_form(text, plain)) {
        folded.push('\n');
        folded.push_str(&second);
    }
    folded
}

/// A word of a query: as typed, and what to look for in names.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Word {
    /// As typed. IDs that begin with it match; case is ignored.
    pub raw: String,
    /// The spellings to look for, the plain one first. Each is split at hyphens into pieces that are not empty, and
    /// matches if all of its pieces are found anywhere. Empty if the word folds to nothing.
    pub alternatives: Vec<Vec<String>>,
}

impl Word {
    /// Whether this word is in a text that [`searchable`] folded.
    pub fn found_in(&self, searchable: &str) -> bool {
        self.alternatives.iter().any(|pieces| pieces.iter().all(|piece| searchable.contains(piece.as_str())))
    }
}

/// The words of a query, split at spaces. All of them must be found, in any order. There is no query syntax.
pub fn query_words(query: &str) -> Vec<Word> {
    query.split_whitespace().map(word).collect()
}

fn word(raw: &str) -> Word {
    let plain = fold(raw, Spelling::Plain);
    let second = second_form(raw, &plain);
    let alternatives = [Some(plain), second].into_iter().flatten().map(|form| pieces(&form));
    Word { raw: raw.to_owned(), alternatives: alternatives.filter(|pieces| !pieces.is_empty()).collect() }
}

fn pieces(folded: &str) -> Vec<String> {
    folded.split_whitespace().map(str::to_owned).collect()
}

/// The transcribed spelling, if it differs from the plain one.
fn second_form(text: &str, plain: &str) -> Option<String> {
    if text.is_ascii() {
        return None;
    }
    Some(fold(text, Spelling::Transcribed)).filter(|second| second != plain)
}

/// How a letter with an umlaut, a ring or a stroke is written without it.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Spelling {
    /// By its base letter: `ü` is `u`.
    Plain,
    /// By two letters: `ü` is `ue`.
    Transcribed,
}

fn fold(text: &str, spelling: Spelling) -> String {
    if text.is_ascii() {
        return fold_ascii(text);
    }
    let decomposed = text.chars().filter(|&letter| !is_spacing_accent(letter)).nfkd();
    let folded = folded(decomposed, text.len(), spelling);
    // Compose again what was decomposed and kept (Hangul, kana, Arabic).
    if folded.is_ascii() { folded } else { folded.nfc().collect() }
}

/// The same byte by byte, for ASCII: every e-mail address and most names.
fn fold_ascii(text: &str) -> String {
    let mut folding = Folding { text: String::with_capacity(text.len()), gap: false };
    for byte in text.bytes() {
        match byte {
            b'\'' | b'`' => {}
            b'-' | b' ' => folding.gap = true,
            _ if byte.is_ascii_control() => folding.gap = true,
            _ => folding.push(char::from(byte.to_ascii_lowercase())),
        }
    }
    folding.text
}

/// Folds decomposed letters; `size` is the expected number of bytes.
fn folded(letters: impl Iterator<Item = char>, size: usize, spelling: Spelling) -> String {
    let mut folding = Folding { text: String::with_capacity(size), gap: false };
    let mut base = ' ';
    for letter in letters {
        if is_diacritic(letter) {
            if let (Spelling::Transcribed, Some(second)) = (spelling, second_letter(base, letter)) {
                folding.push(second);
            }
        } else if letter.is_ascii() {
            base = letter.to_ascii_lowercase();
            folding.take(base, spelling);
        } else {
            for lower in letter.to_lowercase() {
                base = lower;
                folding.take(lower, spelling);
            }
        }
    }
    folding.text
}

struct Folding {
    text: String,
    /// A space goes before the next letter.
    gap: bool,
}

impl Folding {
    fn take(&mut self, letter: char, spelling: Spelling) {
        match letter {
            'a'..='z' | '0'..='9' => self.push(letter),
            _ if is_apostrophe(letter) || is_invisible(letter) => {}
            _ if letter.is_whitespace() || letter.is_control() || is_dash(letter) => self.gap = true,
            _ => match replacement(letter) {
                Some([plain, _]) if spelling == Spelling::Plain => plain.chars().for_each(|c| self.push(c)),
                Some([_, transcribed]) => transcribed.chars().for_each(|c| self.push(c)),
                None => self.push(letter),
            },
        }
    }

    fn push(&mut self, letter: char) {
        if self.gap && !self.text.is_empty() {
            self.text.push(' ');
        }
        self.gap = false;
        self.text.push(letter);
    }
}

/// The second of the two letters that replace a base letter with this mark.
fn second_letter(base: char, mark: char) -> Option<char> {
    match (base, mark) {
        ('a' | 'o' | 'u', '\u{308}') => Some('e'),
        ('a', '\u{30a}') => Some('a'),
        _ => None,
    }
}

/// Letters that Unicode does not decompose: the plain spelling, and the transcribed one.
fn replacement(letter: char) -> Option<[&'static str; 2]> {
    Some(match letter {
        'ß' => ["ss", "ss"],
        'æ' => ["ae", "ae"],
        'œ' => ["oe", "oe"],
        'ø' => ["o", "oe"],
        'đ' | 'ɖ' => ["d", "dj"],
        'ð' | 'ɗ' => ["d", "d"],
        'þ' => ["th", "th"],
        'ə' | 'ǝ' => ["e", "a"],
        'ı' | 'ɨ' => ["i", "i"],
        'ł' | 'ƚ' => ["l", "l"],
        'ŋ' => ["n", "ng"],
        'ƀ' | 'ɓ' => ["b", "b"],
        'ǥ' => ["g", "g"],
        'ħ' => ["h", "h"],
        'ĸ' | 'ƙ' => ["k", "k"],
        'ŧ' => ["t", "t"],
        'ƶ' => ["z", "z"],
        'ς' => ["σ", "σ"],
        _ => return None,
    })
}

/// Accents only. The vowel signs of Indic and Thai names are combining marks too, but they are letters.
fn is_diacritic(letter: char) -> bool {
    matches!(letter,
        '\u{300}'..='\u{36f}' | '\u{1ab0}'..='\u{1aff}' | '\u{1dc0}'..='\u{1dff}'
        | '\u{20d0}'..='\u{20ff}' | '\u{fe20}'..='\u{fe2f}')
}

/// Accents typed instead of an apostrophe. Decomposed, they would leave a space behind.
fn is_spacing_accent(letter: char) -> bool {
    matches!(letter,
        '\u{b4}' | '\u{384}' | '\u{1fbd}' | '\u{1fbf}' | '\u{1fcd}'..='\u{1fcf}' | '\u{1fdd}'..='\u{1fdf}'
        | '\u{1ffd}' | '\u{1ffe}')
}

fn is_apostrophe(letter: char) -> bool {
    matches!(letter,
        '\'' | '`' | '\u{2b9}' | '\u{2bb}'..='\u{2bf}' | '\u{2c8}' | '\u{2ca}' | '\u{2cb}' | '\u{55a}'
        | '\u{5f3}' | '\u{2018}'..='\u{201b}' | '\u{2032}' | '\u{2035}' | '\u{a78b}' | '\u{a78c}')
}

fn is_dash(letter: char) -> bool {
    matches!(
        letter,
        '-' | '\u{58a}' | '\u{5be}' | '\u{1400}' | '\u{1806}' | '\u{2010}'
            ..='\u{2015}'
                | '\u{2053}'
                | '\u{2212}'
                | '\u{2e17}'
                | '\u{2e1a}'
                | '\u{2e3a}'
                | '\u{2e3b}'
                | '\u{2e40}'
                | '\u{2e5d}'
                | '\u{301c}'
                | '\u{3030}'
                | '\u{30a0}'
    )
}

/// Soft hyphens, joiners, direction marks, variation selectors: they are invisible, so they are not typed in a query.
fn is_invisible(letter: char) -> bool {
    matches!(letter,
        '\u{ad}' | '\u{61c}' | '\u{180b}'..='\u{180f}' | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}'
        | '\u{2060}'..='\u{206f}' | '\u{fe00}'..='\u{fe0f}' | '\u{feff}' | '\u{e0000}'..='\u{e0fff}')
}

#[cfg(test)]
mod tests {
    use super::*;

    fn finds(query: &str, name: &str) -> bool {
        let searchable = searchable(name);
        query_words(query).iter().all(|word| word.found_in(&searchable))
    }

    #[track_caller]
    fn each_finds(queries: &[&str], names: &[&str]) {
        for query in queries {
            for name in names {
                assert!(finds(query, name), "{query} should find {name} ({:?})", searchable(name));
            }
        }
    }

    #[test]
    fn case_and_accents_are_ignored_on_both_sides() {
        each_finds(&["lefevre", "LEFÈVRE", "Lefèvre"], &["Lefèvre", "LEFÈVRE", "lefevre"]);
    }

    #[test]
    fn an_umlaut_is_found_by_its_letter_and_by_its_transcription() {
        each_finds(&["muller", "mueller", "Müller", "MÜLLER"], &["Müller", "MU\u{308}LLER"]);
        each_finds(&["Müller"], &["Muller", "Mueller"]);
        each_finds(&["strasse", "STRASSE", "Straße", "STRAẞE"], &["Straße", "Strasse", "STRAẞE"]);
        each_finds(&["Jäger", "jaeger", "jager"], &["Jäger"]);
        each_finds(&["Ångström", "angstrom", "aangstroem"], &["Ångström"]);
        assert!(!finds("muler", "Müller"));
    }

    #[test]
    fn ascii_is_folded_like_any_other_text() {
        let all: Vec<String> = (0..128_u8).map(|byte| char::from(byte).to_string()).collect();
        for one in &all {
            for other in &all {
                let text = format!("x{one}{other}y ");
                assert_eq!(fold_ascii(&text), folded(text.chars(), text.len(), Spelling::Plain), "{text:?}");
            }
        }
    }

    #[test]
    fn the_second_spelling_is_on_a_line_by_itself() {
        assert_eq!(searchable("Jürgen  Groß"), "jurgen gross\njuergen gross");
        assert_eq!(searchable("Groß"), "gross");
        assert_eq!(searchable("a\nb\r\n\u{2028}c"), "a b c");
    }

    #[test]
    fn letters_with_strokes_and_ligatures_have_plain_spellings() {
        each_finds(&["bjorn", "bjoern", "Bjørn"], &["Bjørn", "BJØRN"]);
        each_finds(&["aeroe", "Ærø"], &["Ærø"]);
        each_finds(&["coeur", "cœur"], &["Cœur", "CŒUR", "Coeur"]);
        each_finds(&["dokovic", "djokovic", "Đoković"], &["Đoković"]);
        each_finds(&["gudrun"], &["Guðrún"]);
        each_finds(&["lukasz", "Łukasz"], &["Łukasz", "ŁUKASZ"]);
        each_finds(&["thor", "Þór"], &["Þór", "ÞÓR"]);
        each_finds(&["isik", "ışık", "IŞIK"], &["Işık", "IŞIK"]);
        each_finds(&["ilker", "İlker"], &["İlker", "I\u{307}lker", "ilker"]);
    }

    #[test]
    fn apostrophes_of_every_kind_are_ignored() {
        for apostrophe in "'’‘‛ʼʹʻ´`′‵＇ꞌ\u{384}\u{1fbd}\u{1ffd}".chars() {
            let name = format!("O{apostrophe}Connor");
            each_finds(&["oconnor", "O'Connor", "O’CONNOR", &name], &[&name]);
        }
    }

    #[test]
    fn a_hyphen_of_any_kind_splits_words() {
        for hyphen in "-‐‑‒–—−﹣－".chars() {
            let name = format!("Anne{hyphen}Marie Dupont");
            each_finds(&["marie anne", "anne-marie", "Marie-Anne", &name], &[&name, "anne marie dupont"]);
        }
        assert!(!finds("anne-lise", "Anne-Marie"));
        assert!(!finds("annemarie", "Anne-Marie"));
    }

    #[test]
    fn all_words_must_match_in_any_order() {
        assert!(finds("dupont anne", "Anne Dupont anne@example.org"));
        assert!(!finds("dupont bert", "Anne Dupont"));
        assert!(finds("", "Anne") && query_words(" \t").is_empty());
    }

    #[test]
    fn other_scripts_are_folded_by_their_own_rules() {
        each_finds(
            &["παπαδοπουλοσ", "Παπαδόπουλος", "ΠΑΠΑΔΟΠΟΥΛΟΣ", "παπαδοπουλος"],
            &["Παπαδόπουλος", "ΠΑΠΑΔΌΠΟΥΛΟΣ"],
        );
        each_finds(&["андреи", "Андрей", "АНДРЕЙ"], &["Андрей", "Андреи\u{306}"]);
        each_finds(&["федор", "Фёдор"], &["Фёдор", "ФЁДОР", "Федор"]);
        each_finds(&["dang", "Đặng", "ĐẶNG"], &["Đặng", "Đa\u{323}\u{306}ng"]);
        each_finds(&["nguyen", "Nguyễn"], &["Nguyễn", "NGUYỄN"]);
        each_finds(&["王", "小明", "王小明"], &["王小明"]);
        each_finds(&["がく", "김"], &["がくと 김민준", "か\u{3099}くと \u{1100}\u{1175}\u{11b7}민준"]);
        assert_eq!(searchable("か\u{3099}くと \u{1100}\u{1175}\u{11b7}"), "がくと 김");
        assert!(!finds("か", "がくと"), "a voiced kana is another letter");
        assert!(!finds("สมชย", "สมชัย") && !finds("रम", "राम"), "vowel signs are letters");
    }

    #[test]
    fn composed_and_decomposed_forms_fold_alike() {
        for letter in ('\u{1}'..='\u{33ff}').chain('\u{f900}'..='\u{ffff}') {
            let name = format!("x{letter}y");
            let (composed, decomposed) = (name.nfc().collect::<String>(), name.nfd().collect::<String>());
            assert_eq!(searchable(&composed), searchable(&decomposed), "{letter:?}");
            assert_eq!(searchable(&name), searchable(&decomposed), "{letter:?}");
            assert!(searchable(&name).lines().count() <= 2, "{letter:?}");
        }
        let marks = "u\u{308}\u{304}u\u{304}\u{308}u\u{323}\u{308}";
        assert_eq!(searchable(marks), "uuu\nueueue");
    }

    #[test]
    fn a_query_has_no_syntax() {
        assert!(finds("100%", "Rabatt 100% GmbH"));
        for sign in ["%", "*", "\"", ":", "_", "?", "\\", "a%b"] {
            assert!(!finds(sign, "Anna Beispiel"), "{sign}");
            assert!(finds(sign, &format!("x{sign}y")), "{sign}");
        }
    }

    #[test]
    fn a_word_that_folds_to_nothing_is_found_in_no_name() {
        for query in ["-", "'", "’-’", "\u{200b}", "\u{301}"] {
            assert!(!finds(query, "Anne-Marie O'Connor"), "{query:?}");
            assert!(!finds(&format!("anne {query}"), "Anne-Marie"), "{query:?}");
        }
    }

    #[test]
    fn a_word_keeps_what_was_typed_for_ids() {
        let words = query_words("  3f9A-b Müller ");
        let raw: Vec<_> = words.iter().map(|word| word.raw.as_str()).collect();
        assert_eq!(raw, ["3f9A-b", "Müller"]);
        assert_eq!(words[0].alternatives, [["3f9a", "b"]]);
        assert_eq!(words[1].alternatives, [["muller"], ["mueller"]]);
    }

    #[test]
    fn invisible_characters_hide_no_name() {
        each_finds(&["muller"], &["Mül\u{ad}ler", "M\u{200b}üller", "\u{feff}Müller", "\u{202e}Müller"]);
        each_finds(&["anna"], &["Ａｎｎａ"]);
    }
}
