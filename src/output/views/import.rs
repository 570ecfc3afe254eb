//! What a vendor sees of an import: the counts, and every rejected row.

use serde::Serialize;
use std::collections::BTreeMap;

use crate::domain::sale::incoming::{ImportCounts, Reject};
use crate::output::json::Versioned;
use crate::output::sentences::counted;
use crate::output::table::{Style, wrap};
use crate::output::ui::{Format, Ui, Undelivered};

/// The rejects that are named in a table; data formats name all.
const NAMED: usize = 20;

#[derive(Serialize)]
struct ImportDocument<'a> {
    import: ImportCountsJson,
    rejects: Vec<RejectJson<'a>>,
}

#[derive(Serialize)]
struct ImportCountsJson {
    read: u64,
    added: u64,
    updated: u64,
    unchanged: u64,
    rejected: u64,
    set_aside: u64,
    matched: u64,
    unmatched: u64,
}

#[derive(Serialize)]
struct RejectJson<'a> {
    file: &'a str,
    line: u64,
    column: Option<&'a str>,
    code: &'a str,
    message: &'a str,
}

/// What an import did, or would have done if `is_undone`.
pub fn answer(ui: &mut Ui, counts: &ImportCounts, rejects: &[Reject], is_undone: bool) -> Result<(), Undelivered> {
    match ui.format {
        Format::Table => ui.answer(&text(counts, rejects, is_undone, &ui.style)),
        _ => ui.document(ImportDocument { import: object(counts), rejects: rejects.iter().map(reject).collect() }),
    }
}

/// The rejects as JSON Lines, for `--rejects FILE`.
pub fn reject_lines(rejects: &[Reject]) -> String {
    let line = |each| serde_json::to_string(&Versioned::of(reject(each))).unwrap_or_default() + "\n";
    rejects.iter().map(line).collect()
}

fn object(counts: &ImportCounts) -> ImportCountsJson {
    let ImportCounts { read, added, updated, unchanged, rejected, set_aside, matched, unmatched } = *counts;
    ImportCountsJson { read, added, updated, unchanged, rejected, set_aside, matched, unmatched }
}

fn reject(reject: &Reject) -> RejectJson<'_> {
    RejectJson {
        file: &reject.file,
        line: reject.line,
        column: reject.column.as_deref(),
        code: reject.code,
        message: &reject.message,
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
pub fn place_and_reason(reject: &Reject) -> String {
    let column = reject.column.as_ref().map(|column| format!("{column}: ")).unwrap_or_default();
    format!("{}:{}: {column}{} ({})", reject.file, reject.line, reject.message, reject.code)
}

fn text(counts: &ImportCounts, rejects: &[Reject], is_undone: bool, style: &Style) -> String {
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
    text
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::output::ui::tests::ui;

    fn rejects(count: u64) -> Vec<Reject> {
        let reject = |line| Reject {
            file: "sales.csv".into(),
            line,
            column: Some("amount".into()),
            code: "bad_amount",
            message: "`x` is not an amount".into(),
            evidence: None,
        };
        (2..2 + count).map(reject).collect()
    }

    fn counts() -> ImportCounts {
        ImportCounts { read: 5, added: 2, set_aside: 1, rejected: 2, matched: 1, ..ImportCounts::default() }
    }

    fn answered(format: Format, rejects: &[Reject]) -> String {
        let (mut ui, out, _) = ui(format, None);
        answer(&mut ui, &counts(), rejects, false).unwrap();
        out.text()
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
        insta::assert_snapshot!(answered(Format::Json, &rejects(1)), @r#"{"schema_version":1,"import":{"read":5,"added":2,"updated":0,"unchanged":0,"rejected":2,"set_aside":1,"matched":1,"unmatched":0},"rejects":[{"file":"sales.csv","line":2,"column":"amount","code":"bad_amount","message":"`x` is not an amount"}]}"#);
        assert_eq!(reject_lines(&rejects(2)).lines().count(), 2);
    }
}
