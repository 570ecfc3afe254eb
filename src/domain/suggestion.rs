//! What was probably meant by an unknown word.

/// The candidate that was probably meant: the closest one with at most a third of its letters changed, else the only
/// one that contains, or is contained in, what was typed. Case is ignored.
pub fn nearest<'c>(typed: &str, candidates: &[&'c str]) -> Option<&'c str> {
    let typed = typed.to_lowercase();
    let length = typed.chars().count();
    let close = candidates.iter().filter_map(|candidate| {
        let most = length.max(candidate.chars().count()) / 3;
        let changed = strsim::levenshtein(&typed, &candidate.to_lowercase());
        (changed <= most).then_some((changed, *candidate))
    });
    let nearest = close.min_by_key(|(changed, _)| *changed).map(|(_, candidate)| candidate);
    nearest.or_else(|| only_overlap(&typed, candidates))
}

/// `Europe/Berlin` for `berlin`.
fn only_overlap<'c>(typed: &str, candidates: &[&'c str]) -> Option<&'c str> {
    // Shorter words are contained in too many others.
    const SHORTEST: usize = 4;
    let overlaps = |candidate: &str| {
        let candidate = candidate.to_lowercase();
        typed.len().min(candidate.len()) >= SHORTEST && (candidate.contains(typed) || typed.contains(&candidate))
    };
    let mut overlapping = candidates.iter().filter(|candidate| overlaps(candidate));
    overlapping.next().filter(|_| overlapping.next().is_none()).copied()
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
}
