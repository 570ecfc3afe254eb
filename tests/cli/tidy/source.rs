//! Rust source, split into code, text in literals, and comments.
//!
//! A scanner, not a parser: it knows comments and string, byte and character literals, and nothing else. That is enough
//! for a rule about code to ignore a comment that names the same words.

/// A source file in parts. Each has the lines of the whole, with spaces for what belongs to another part.
#[derive(Default)]
pub struct Source {
    pub code: String,
    pub strings: String,
    /// Text in literals, and comments.
    pub prose: String,
    /// The lines without the text in literals: a sentence or a snapshot is not wrapped to fit.
    pub bare: String,
}

impl Source {
    pub fn read(text: &str) -> Self {
        let mut scanner = Scanner { rest: text, read: Self::default() };
        while !scanner.rest.is_empty() {
            scanner.step();
        }
        scanner.read
    }
}

struct Scanner<'a> {
    rest: &'a str,
    read: Source,
}

#[derive(Clone, Copy, PartialEq)]
enum Part {
    Code,
    Text,
    Comment,
}

impl Scanner<'_> {
    /// Takes one comment, one literal or one character.
    fn step(&mut self) {
        if self.rest.starts_with("//") {
            self.take(self.rest.find('\n').unwrap_or(self.rest.len()), Part::Comment);
        } else if self.rest.starts_with("/*") {
            self.take(block_comment(self.rest), Part::Comment);
        } else if let Some(hashes) = raw_string(self.rest) {
            self.literal(hashes + 2, &format!("\"{}", "#".repeat(hashes)));
        } else if self.rest.starts_with('"') {
            self.literal(1, "\"");
        } else if let Some(length) = character(self.rest) {
            self.take(length, Part::Text);
        } else {
            self.take(word(self.rest), Part::Code);
        }
    }

    /// Takes a string literal: its opening of `open` bytes, its text, its `close`.
    fn literal(&mut self, open: usize, close: &str) {
        self.take(open, Part::Code);
        let is_raw = open > 1;
        let mut end = 0;
        while end < self.rest.len() && !self.rest[end..].starts_with(close) {
            let is_escape = !is_raw && self.rest[end..].starts_with('\\');
            end += self.rest[end..].chars().take(if is_escape { 2 } else { 1 }).map(char::len_utf8).sum::<usize>();
        }
        self.take(end, Part::Text);
        self.take(close.len(), Part::Code);
    }

    fn take(&mut self, length: usize, part: Part) {
        let (taken, rest) = self.rest.split_at(length.min(self.rest.len()));
        let blank = || taken.chars().map(|c| if c == '\n' { '\n' } else { ' ' });
        let only = |is_wanted: bool| if is_wanted { taken.to_owned() } else { blank().collect() };
        self.read.code.push_str(&only(part == Part::Code));
        self.read.strings.push_str(&only(part == Part::Text));
        self.read.prose.push_str(&only(part != Part::Code));
        self.read.bare.extend(taken.chars().filter(|c| part != Part::Text || *c == '\n'));
        self.rest = rest;
    }
}

/// The length of the block comment that `text` begins with; they nest.
fn block_comment(text: &str) -> usize {
    let (mut depth, mut at) = (0, 0);
    loop {
        let rest = &text[at..];
        at += match rest.get(..2) {
            Some("/*") => {
                depth += 1;
                2
            }
            Some("*/") => {
                depth -= 1;
                2
            }
            _ => rest.chars().next().map_or(0, char::len_utf8),
        };
        if depth == 0 || at >= text.len() {
            return at;
        }
    }
}

/// The number of hashes of the raw string that `text` begins with.
fn raw_string(text: &str) -> Option<usize> {
    let after = text.strip_prefix('r')?;
    let hashes = after.len() - after.trim_start_matches('#').len();
    after[hashes..].starts_with('"').then_some(hashes)
}

/// The length of the character literal that `text` begins with. A lifetime is not one.
fn character(text: &str) -> Option<usize> {
    let inner = text.strip_prefix('\'')?;
    if let Some(escaped) = inner.strip_prefix('\\') {
        let skipped = escaped.chars().next()?.len_utf8();
        return Some(2 + skipped + escaped[skipped..].find('\'')? + 1);
    }
    let c = inner.chars().next()?;
    inner[c.len_utf8()..].starts_with('\'').then_some(c.len_utf8() + 2)
}

/// The length of the word that `text` begins with, else of its first character. Taking whole words keeps the `r` of
/// `var"` from starting a raw string.
fn word(text: &str) -> usize {
    let end = text.find(|c: char| !c.is_alphanumeric() && c != '_').unwrap_or(text.len());
    let is_prefix = matches!(&text[..end], "r" | "b" | "c" | "br" | "cr");
    match end {
        0 => text.chars().next().map_or(0, char::len_utf8),
        2 if is_prefix => 1,
        _ => end,
    }
}

#[test]
fn code_text_and_comments_are_told_apart() {
    let source = Source::read(concat!(
        "let a = \"one \\\" // two\"; // three\n",
        "/* four /* five */ six */ let b = br#\"seven \" eight\"#;\n",
        "let c: &'a str = f('\"', '\\'', b'x', \"nine\nten\");\n",
    ));

    let squeezed =
        |text: &str| text.lines().map(|line| line.split_whitespace().collect::<Vec<_>>().join(" ")).collect::<Vec<_>>();
    assert_eq!(
        squeezed(&source.code),
        ["let a = \" \";", "let b = br#\" \"#;", "let c: &'a str = f( , , b , \"", "\");"]
    );
    assert_eq!(squeezed(&source.strings), ["one \\\" // two", "seven \" eight", "'\"' '\\'' 'x' nine", "ten"]);
}
