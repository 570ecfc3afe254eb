//! What a vendor sees of the store itself.

use std::path::Path;

use serde::Serialize;

use crate::domain::store_health::{Finding, StoreFacts};
use crate::output::json;
use crate::output::sanitize::visible;
use crate::output::sentences::counted;
use crate::output::table::{Cell, Style, Tone, facts, paint, wrap};
use crate::output::ui::{Format, Ui, Undelivered};

#[derive(Serialize)]
struct InfoDocument {
    store: InfoJson,
}

#[derive(Serialize)]
struct InfoJson {
    path: String,
    schema: i64,
    made_at: String,
    rehearsal: bool,
    bytes: u64,
    sales: u64,
    platform_rows: u64,
    unmatched: u64,
    marked_refunds: u64,
    events: u64,
    newest_payment_at: Option<String>,
}

/// Where the store is and what is in it.
pub fn info(ui: &mut Ui, path: &Path, known: &StoreFacts) -> Result<(), Undelivered> {
    let object = InfoJson {
        path: path.display().to_string(),
        schema: known.schema,
        made_at: json::at(known.made_at),
        rehearsal: known.is_rehearsal,
        bytes: known.bytes,
        sales: known.sales,
        platform_rows: known.platform_rows,
        unmatched: known.unmatched,
        marked_refunds: known.marked_refunds,
        events: known.events,
        newest_payment_at: known.newest_payment_at.map(json::at),
    };
    match ui.format {
        Format::Table => ui.answer(&info_text(&object, &ui.style)),
        _ => ui.document(InfoDocument { store: object }),
    }
}

fn info_text(object: &InfoJson, style: &Style) -> String {
    let kind = if object.rehearsal { "a rehearsal, for trying things out" } else { "of real refunds" };
    let platform = format!("{}, {} of them unmatched", object.platform_rows, object.unmatched);
    let plain = |text: String| Cell::plain(text);
    facts(
        &[
            ("store", plain(object.path.clone())),
            ("kind", plain(kind.to_owned())),
            ("made at", plain(object.made_at.clone())),
            ("schema version", plain(object.schema.to_string())),
            ("size", plain(counted(object.bytes, "byte", "bytes"))),
            ("sales", plain(object.sales.to_string())),
            ("reported refunds and chargebacks", plain(platform)),
            ("refunds marked here", plain(object.marked_refunds.to_string())),
            ("newest payment", plain(object.newest_payment_at.clone().unwrap_or_default())),
            ("events", plain(object.events.to_string())),
        ],
        style,
    )
}

#[derive(Serialize)]
struct CheckDocument {
    check: CheckJson,
}

#[derive(Serialize)]
struct CheckJson {
    path: String,
    sound: bool,
    findings: Vec<FindingJson>,
}

#[derive(Serialize)]
struct FindingJson {
    code: &'static str,
    wrong: bool,
    message: String,
}

/// What a check found: the store is sound when nothing of it is wrong.
pub fn check(ui: &mut Ui, path: &Path, findings: &[Finding]) -> Result<(), Undelivered> {
    let sound = findings.iter().all(|finding| !finding.is_wrong);
    if ui.format == Format::Table {
        return ui.answer(&check_text(path, findings, sound, &ui.style));
    }
    let finding =
        |each: &'_ Finding| FindingJson { code: each.code, wrong: each.is_wrong, message: each.message.clone() };
    let findings = findings.iter().map(finding).collect();
    ui.document(CheckDocument { check: CheckJson { path: path.display().to_string(), sound, findings } })
}

fn check_text(path: &Path, findings: &[Finding], sound: bool, style: &Style) -> String {
    let verdict =
        if sound { paint("sound", Tone::Good, style.color) } else { paint("not sound", Tone::Bad, style.color) };
    let mut text = format!("{}: {verdict}\n", visible(&path.display().to_string()));
    for finding in findings {
        let kind = if finding.is_wrong { "wrong" } else { "note" };
        text.push_str(&wrap(&format!("{kind}: {} ({})", finding.message, finding.code), 2, style));
    }
    text
}

#[derive(Serialize)]
struct TrailDocument {
    trail: TrailJson,
}

#[derive(Serialize)]
struct TrailJson {
    whole: bool,
    lines: Option<u64>,
    broken_at: Option<i64>,
}

/// Whether the audit trail is whole: so many lines, or broken at one.
pub fn trail(ui: &mut Ui, verified: Result<u64, i64>) -> Result<(), Undelivered> {
    if ui.format != Format::Table {
        let trail = TrailJson { whole: verified.is_ok(), lines: verified.ok(), broken_at: verified.err() };
        return ui.document(TrailDocument { trail });
    }
    match verified {
        Ok(lines) => ui.answer(&format!("the trail is whole: {}\n", counted(lines, "event", "events"))),
        Err(number) => ui.answer(&format!("the trail is broken at event {number}\n")),
    }
}
