//! What may be meant by a word that nobody knows.

/// The candidate that is likely meant: at most every third letter is another one, or it is the only one that one
/// is a part of the other. Letters' case is forgiven.
pub fn nearest<'c>(typed: &str, candidates: &[&'c str]) -> Option<&'c str> {
    let typed = typed.to_lowercase();
    let letters: Vec<char> = typed.chars().collect();
    let measured = candidates.iter().filter_map(|candidate| {
        let other: Vec<char> = candidate.to_lowercase().chars().collect();
        let most = letters.len().max(other.len()) / 3;
        // Spares the measuring of texts that are far too long.
        let distance = (letters.len().abs_diff(other.len()) <= most).then(|| distance(&letters, &other))?;
        (distance <= most).then_some((distance, *candidate))
    });
    let nearest = measured.min_by_key(|(distance, _)| *distance).map(|(_, candidate)| candidate);
    nearest.or_else(|| only_overlap(&typed, candidates))
}

fn only_overlap<'c>(typed: &str, candidates: &[&'c str]) -> Option<&'c str> {
    // Shorter ones are parts of too much.
    const SHORTEST: usize = 4;
    let overlaps = |candidate: &str| {
        let candidate = candidate.to_lowercase();
        let shorter = typed.len().min(candidate.len());
        shorter >= SHORTEST && (candidate.contains(typed) || typed.contains(&candidate))
    };
    let mut overlapping = candidates.iter().filter(|candidate| overlaps(candidate));
    overlapping.next().filter(|_| overlapping.next().is_none()).copied()
}

/// How many letters must be put in, taken out or replaced to make one text of the other (Levenshtein).
fn distance(from: &[char], to: &[char]) -> usize {
    let mut row: Vec<usize> = (0..=to.len()).collect();
    for (n, letter) in from.iter().enumerate() {
        let mut diagonal = n;
        let mut left = n + 1;
        for (cell, other) in row.iter_mut().skip(1).zip(to) {
            let replaced = diagonal + usize::from(letter != other);
            diagonal = *cell;
            left = replaced.min(left + 1).min(diagonal + 1);
            *cell = left;
        }
    }
    if to.is_empty() { from.len() } else { row.last().copied().unwrap_or(from.len()) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_nearest_word_is_a_few_letters_away_or_there_is_none() {
        let known = ["return_period", "format", "json", "jsonl", "tab", ",", "Europe/Berlin", "Europe/Rome"];
        let near = |typed| nearest(typed, &known);
        assert_eq!(near("retrun_period"), Some("return_period"));
        assert_eq!(near("Format"), Some("format"));
        assert_eq!(near("jsnl"), Some("jsonl"));
        assert_eq!(near("tabs"), Some("tab"));
        assert_eq!(near("berlin"), Some("Europe/Berlin"));
        assert_eq!(near("period"), Some("return_period"));
        assert_eq!(near("format_of_answers"), Some("format"));
        for typed in ["", "x", "xml", "europe", "tabletop", "日本"] {
            assert_eq!(near(typed), None, "{typed}");
        }
    }

    #[test]
    fn the_distance_counts_letters() {
        let measure = |a: &str, b: &str| distance(&a.chars().collect::<Vec<_>>(), &b.chars().collect::<Vec<_>>());
        for (a, b, letters) in
            [("", "", 0), ("abc", "", 3), ("", "abc", 3), ("abc", "abd", 1), ("kitten", "sitting", 3)]
        {
            assert_eq!(measure(a, b), letters, "{a} {b}");
        }
    }
}
