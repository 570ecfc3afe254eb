//! What a vendor sees of an import: the counts, and every rejected row.

use serde::Serialize;
use std::collections::BTreeMap;

use crate::domain::sale::incoming::ImportCounts;
use crate::domain::unread::{Rejected, UnreadReport};
use crate::output::json::{self, Versioned};
use crate::output::sentences::counted;
use crate::output::table::{Style, wrap};
use crate::output::ui::{Format, Ui, Undelivered};
use crate::output::views::unread::UnreadJson;

/// The rejects that are named in a table; data formats name all.
const NAMED: usize = 20;

#[derive(Serialize)]
struct ImportDocument<'a> {
    import: ImportCountsJson<'a>,
    rejects: Vec<RejectJson<'a>>,
    unread: Vec<UnreadJson<'a>>,
}

#[derive(Serialize)]
struct ImportCountsJson<'a> {
    read: u64,
    added: u64,
    updated: u64,
    unchanged: u64,
    rejected: u64,
    set_aside: u64,
    matched: u64,
    unmatched: u64,
    unknown_words: Vec<UnknownWordJson<'a>>,
}

#[derive(Serialize)]
struct UnknownWordJson<'a> {
    column: &'a str,
    word: &'a str,
    count: u64,
}

#[derive(Serialize)]
struct RejectJson<'a> {
    file: &'a str,
    line: u64,
    column: Option<&'a str>,
    code: &'a str,
    message: &'a str,
    /// The unread report that was made of the row.
    unread: Option<String>,
}

/// Words without a known meaning, by column and as written, with the number of rows.
pub type UnknownWords = BTreeMap<(String, String), u64>;

/// What an import did, or would have done if `is_undone`.
#[derive(Debug, Clone, Copy)]
pub struct ImportView<'a> {
    pub counts: &'a ImportCounts,
    pub rejects: &'a [Rejected],
    /// The reports made of the rejects.
    pub unread: &'a [UnreadReport],
    /// Words without a known meaning.
    pub unknown_words: &'a UnknownWords,
    pub is_undone: bool,
}

pub fn answer(ui: &mut Ui, view: &ImportView<'_>) -> Result<(), Undelivered> {
    match ui.format {
        Format::Table => ui.answer(&text(view, &ui.style)),
        _ => ui.document(ImportDocument {
            import: object(view.counts, view.unknown_words),
            rejects: view.rejects.iter().map(reject).collect(),
            unread: view.unread.iter().map(UnreadJson::from).collect(),
        }),
    }
}

/// `note: 3 rows have an unknown word in Status: Abgeschlossen`, one for each word, the most frequent first.
pub fn unknown_words(words: &UnknownWords) -> Vec<String> {
    let mut sorted: Vec<(&(String, String), &u64)> = words.iter().collect();
    sorted.sort_by_key(|(word, count)| (std::cmp::Reverse(**count), *word));
    let note = |((column, word), count): &(&(String, String), &u64)| {
        format!("note: unknown word in {column}, {}: {word}", counted(**count, "row", "rows"))
    };
    let mut notes: Vec<String> = sorted.iter().take(NAMED).map(note).collect();
    if words.len() > NAMED {
        notes.push(format!("note: {} more unknown words: --json lists them all", words.len() - NAMED));
    }
    notes
}

/// `note: sales.csv:12: rate_number cannot be read and was left out (3 rows)`
pub fn left_out(file: &str, line: u64, column: &str, why: &str, count: u64) -> String {
    format!("note: {file}:{line}: {column} {why} ({})", counted(count, "row", "rows"))
}

/// The rejects as JSON Lines, for `--rejects FILE`.
pub fn reject_lines(rejects: &[Rejected]) -> std::io::Result<Vec<u8>> {
    let mut lines = Vec::new();
    rejects.iter().try_for_each(|each| json::write_line(&mut lines, &Versioned::of(reject(each))))?;
    Ok(lines)
}

fn object<'a>(counts: &ImportCounts, words: &'a UnknownWords) -> ImportCountsJson<'a> {
    let ImportCounts { read, added, updated, unchanged, rejected, set_aside, matched, unmatched } = *counts;
    let word = |((column, word), count): (&'a (String, String), &u64)| UnknownWordJson { column, word, count: *count };
    let unknown_words = words.iter().map(word).collect();
    ImportCountsJson { read, added, updated, unchanged, rejected, set_aside, matched, unmatched, unknown_words }
}

fn reject(Rejected { reject, unread }: &Rejected) -> RejectJson<'_> {
    RejectJson {
        file: &reject.file,
        line: reject.line,
        column: reject.column.as_deref(),
        code: reject.code,
        message: &reject.message,
        unread: unread.map(|id| id.to_string()),
    }
}

/// `note: set aside, 2 rows: the body is empty`, one for each reason.
pub fn set_aside(reasons: &BTreeMap<String, u64>) -> Vec<String> {
    let note = |(why, count): (&String, &u64)| format!("note: set aside, {}: {why}", counted(*count, "row", "rows"));
    let mut notes: Vec<String> = reasons.iter().take(NAMED).map(note).collect();
    if reasons.len() > NAMED {
        notes.push(format!("note: set aside for {} more reasons: see --explain", reasons.len() - NAMED));
    }
    notes
}

/// `import.csv:12: amount: "x" is not an amount (bad_amount)`
pub fn place_and_reason(Rejected { reject, .. }: &Rejected) -> String {
    let column = reject.column.as_ref().map(|column| format!("{column}: ")).unwrap_or_default();
    format!("{}:{}: {column}{} ({})", reject.file, reject.line, reject.message, reject.code)
}

fn text(view: &ImportView<'_>, style: &Style) -> String {
    let ImportView { counts, rejects, unread, is_undone, .. } = *view;
    let dry = if is_undone { "Nothing was kept; it would have been: " } else { "" };
    let said = [
        (counts.added, "added"),
        (counts.updated, "updated"),
        (counts.unchanged, "unchanged"),
        (counts.set_aside, "set aside"),
        (counts.rejected, "rejected"),
    ];
    let parts: Vec<String> =
        said.iter().filter(|(count, _)| *count > 0).map(|(count, what)| format!("{count} {what}")).collect();
    let parts = if parts.is_empty() { "nothing to import".to_owned() } else { parts.join(", ") };
    let mut text = wrap(&format!("{dry}{} read: {parts}.", counted(counts.read, "row", "rows")), 0, style);
    if counts.matched + counts.unmatched > 0 {
        let rows = counted(counts.matched, "refund or chargeback", "refunds and chargebacks");
        text.push_str(&wrap(&format!("{rows} matched to a sale, {} unmatched.", counts.unmatched), 0, style));
    }
    for reject in rejects.iter().take(NAMED) {
        text.push_str(&wrap(&place_and_reason(reject), 2, style));
    }
    let more = rejects.len().saturating_sub(NAMED);
    if more > 0 {
        text.push_str(&wrap(&format!("and {more} more: --rejects FILE lists them all"), 2, style));
    }
    let open: Vec<&UnreadReport> = unread.iter().filter(|report| report.is_open()).collect();
    text + &unread_text(&open, style)
}

/// The open reports: what each says, and the command that decides it.
fn unread_text(open: &[&UnreadReport], style: &Style) -> String {
    if open.is_empty() {
        return String::new();
    }
    let count = counted(open.len() as u64, "unread report", "unread reports");
    let sentence =
        format!("{count}: money may have gone back, and the sales it may belong to are blocked until it is matched.");
    let mut text = wrap(&sentence, 0, style);
    for report in open.iter().take(NAMED) {
        text.push_str(&wrap(&format!("{}: {}", report.id, report.summary()), 2, style));
    }
    let hint = match open {
        [only] => format!("decide: retour refunds match {}", only.id),
        _ => "all of them: retour refunds due".to_owned(),
    };
    text + &wrap(&hint, 2, style)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::fixtures::{cents, day, instant, order};
    use crate::domain::sale::incoming::Reject;
    use crate::domain::unread::{Settlement, UnreadId};
    use crate::output::ui::tests::ui;

    fn rejects(count: u64) -> Vec<Rejected> {
        let reject = |line| Reject {
            file: "sales.csv".into(),
            line,
            column: Some("amount".into()),
            code: "bad_amount",
            message: "`x` is not an amount".into(),
            evidence: None,
            notes: Vec::new(),
        };
        (2..2 + count).map(|line| Rejected { reject: reject(line), unread: None }).collect()
    }

    fn counts() -> ImportCounts {
        ImportCounts { read: 5, added: 2, set_aside: 1, rejected: 2, matched: 1, ..ImportCounts::default() }
    }

    fn answered(format: Format, rejects: &[Rejected]) -> String {
        with_unread(format, rejects, &[])
    }

    fn with_unread(format: Format, rejects: &[Rejected], unread: &[UnreadReport]) -> String {
        let (mut ui, out, _) = ui(format, None);
        let words = UnknownWords::from([(("Status".into(), "Weg".into()), 2)]);
        answer(&mut ui, &ImportView { counts: &counts(), rejects, unread, unknown_words: &words, is_undone: false })
            .unwrap();
        out.text()
    }

    fn report(number: i64, settlement: Option<Settlement>) -> UnreadReport {
        UnreadReport {
            id: UnreadId(number),
            file: "sales.csv".into(),
            line: 2,
            code: "bad_amount".into(),
            message: "`amount` cannot be read".into(),
            order: Some(order()),
            transaction: None,
            amount: Some(cents(1000)).filter(|_| number > 1),
            on: Some(day("2026-03-04")),
            found_at: instant("2026-03-05T12:00:00+01:00"),
            settlement,
        }
    }

    #[test]
    fn open_unread_reports_are_named_with_the_command_that_decides() {
        let text = |unread: &[UnreadReport]| with_unread(Format::Table, &[], unread);
        insta::assert_snapshot!(text(&[report(1, None)]), @"
        5 rows read: 2 added, 1 set aside, 2 rejected.
        1 refund or chargeback matched to a sale, 0 unmatched.
        1 unread report: money may have gone back, and the sales it may belong to are blocked until it is matched.
          U-000001: an unknown amount on 2026-03-04, order Order001 (sales.csv:2)
          decide: retour refunds match U-000001
        ");
        insta::assert_snapshot!(text(&[report(1, None), report(2, None), report(3, Some(Settlement::NoSale))]), @"
        5 rows read: 2 added, 1 set aside, 2 rejected.
        1 refund or chargeback matched to a sale, 0 unmatched.
        2 unread reports: money may have gone back, and the sales it may belong to are blocked until it is matched.
          U-000001: an unknown amount on 2026-03-04, order Order001 (sales.csv:2)
          U-000002: 10.00 EUR on 2026-03-04, order Order001 (sales.csv:2)
          all of them: retour refunds due
        ");
        assert!(!text(&[report(3, Some(Settlement::Row))]).contains("unread"));
    }

    #[test]
    fn programs_get_open_and_settled_unread_reports() {
        let mut rejected = rejects(1);
        rejected[0].unread = Some(UnreadId(3));
        let text = with_unread(Format::Json, &rejected, &[report(1, None), report(3, Some(Settlement::NoSale))]);
        insta::assert_snapshot!(text, @r#"{"schema_version":1,"import":{"read":5,"added":2,"updated":0,"unchanged":0,"rejected":2,"set_aside":1,"matched":1,"unmatched":0,"unknown_words":[{"column":"Status","word":"Weg","count":2}]},"rejects":[{"file":"sales.csv","line":2,"column":"amount","code":"bad_amount","message":"`x` is not an amount","unread":"U-000003"}],"unread":[{"unread_id":"U-000001","file":"sales.csv","line":2,"code":"bad_amount","message":"`amount` cannot be read","order_id":"Order001","transaction_id":null,"amount":null,"reported_on":"2026-03-04","settled_by":null},{"unread_id":"U-000003","file":"sales.csv","line":2,"code":"bad_amount","message":"`amount` cannot be read","order_id":"Order001","transaction_id":null,"amount":{"minor":1000,"currency":"EUR","text":"10.00 EUR"},"reported_on":"2026-03-04","settled_by":"none"}]}"#);
    }

    #[test]
    fn every_rejected_row_is_named_with_file_and_line() {
        insta::assert_snapshot!(answered(Format::Table, &rejects(2)), @r"
        5 rows read: 2 added, 1 set aside, 2 rejected.
        1 refund or chargeback matched to a sale, 0 unmatched.
          sales.csv:2: amount: `x` is not an amount (bad_amount)
          sales.csv:3: amount: `x` is not an amount (bad_amount)
        ");
        assert!(answered(Format::Table, &rejects(25)).ends_with("and 5 more: --rejects FILE lists them all\n"));
    }

    #[test]
    fn rows_set_aside_are_named_by_reason_up_to_a_limit() {
        let reasons = |most: u64| (1..=most).map(|count| (format!("reason {count:02}"), count)).collect();
        let two = ["note: set aside, 1 row: reason 01", "note: set aside, 2 rows: reason 02"];
        assert_eq!(set_aside(&reasons(2)), two);
        let many = set_aside(&reasons(25));
        assert_eq!((many.len(), many[20].as_str()), (21, "note: set aside for 5 more reasons: see --explain"));
    }

    #[test]
    fn programs_get_every_count_and_every_reject() {
        insta::assert_snapshot!(answered(Format::Json, &rejects(1)), @r#"{"schema_version":1,"import":{"read":5,"added":2,"updated":0,"unchanged":0,"rejected":2,"set_aside":1,"matched":1,"unmatched":0,"unknown_words":[{"column":"Status","word":"Weg","count":2}]},"rejects":[{"file":"sales.csv","line":2,"column":"amount","code":"bad_amount","message":"`x` is not an amount","unread":null}],"unread":[]}"#);
        assert_eq!(reject_lines(&rejects(2)).unwrap().iter().filter(|byte| **byte == b'\n').count(), 2);
    }
}
