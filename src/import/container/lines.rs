//! The line numbers of positions in a text, counted in one pass.

/// Counts lines as it moves forward. A line ends with `\n`, `\r\n` or `\r`.
#[derive(Debug, Clone, Default)]
pub struct LineCounter {
    walked: usize,
    ends: u64,
}

impl LineCounter {
    /// A counter that has reached the byte `at`, on this line.
    pub fn starting(at: usize, line: u64) -> Self {
        Self { walked: at, ends: line.saturating_sub(1) }
    }

    /// The line, from 1, of the byte `at`. Calls must not go back.
    pub fn line_at(&mut self, text: &[u8], at: usize) -> u64 {
        let passed = text.get(self.walked..at).unwrap_or_default();
        let behind = text.get(self.walked.saturating_add(1)..).unwrap_or_default();
        let followers = behind.iter().map(Some).chain([None]);
        let ends = passed.iter().zip(followers).filter(|(byte, next)| ends_line(**byte, *next)).count();
        self.ends += ends as u64;
        self.walked = self.walked.max(at);
        self.ends + 1
    }
}

/// The line, from 1, of the byte `at`.
pub fn line_of(text: &[u8], at: usize) -> u64 {
    LineCounter::default().line_at(text, at)
}

fn ends_line(byte: u8, next: Option<&u8>) -> bool {
    byte == b'\n' || (byte == b'\r' && next != Some(&b'\n'))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_kind_of_line_end_counts_once() {
        let text = b"a\nb\r\nc\rd\r\n\r\ne";
        let mut counter = LineCounter::default();
        let lines: Vec<_> = (0..text.len()).map(|at| (text[at], counter.line_at(text, at))).collect();
        for (letter, line) in [(b'a', 1), (b'b', 2), (b'c', 3), (b'd', 4), (b'e', 6)] {
            assert!(lines.contains(&(letter, line)), "{} is not on {line}", char::from(letter));
        }
        assert_eq!(counter.line_at(text, text.len()), 6);
    }
}
