//! What a vendor sees of the store.

use std::path::Path;

use serde::Serialize;

use crate::domain::store_health::{Finding, StoreFacts};
use crate::output::json::{self, Keyed};
use crate::output::sanitize::visible;
use crate::output::sentences::counted;
use crate::output::table::{Cell, Style, Tone, facts, paint, wrap};
use crate::output::ui::{Format, Ui, Undelivered};

#[derive(Serialize)]
struct StoreJson {
    path: String,
    schema: i64,
    made_at: String,
    rehearsal: bool,
    bytes: u64,
    sales: u64,
    platform_rows: u64,
    unmatched: u64,
    unread: u64,
    marked_refunds: u64,
    events: u64,
    newest_payment_at: Option<String>,
}

/// The path and the contents of the store.
pub fn info(ui: &mut Ui, path: &Path, known: &StoreFacts) -> Result<(), Undelivered> {
    let object = StoreJson {
        path: path.display().to_string(),
        schema: known.schema,
        made_at: json::at(known.made_at),
        rehearsal: known.is_rehearsal,
        bytes: known.bytes,
        sales: known.sales,
        platform_rows: known.platform_rows,
        unmatched: known.unmatched,
        unread: known.unread,
        marked_refunds: known.marked_refunds,
        events: known.events,
        newest_payment_at: known.newest_payment_at.map(json::at),
    };
    match ui.format {
        Format::Table => ui.answer(&info_text(&object, &ui.style)),
        _ => ui.document(Keyed("store", object)),
    }
}

fn info_text(object: &StoreJson, style: &Style) -> String {
    let kind = if object.rehearsal { "rehearsal, for trying things out" } else { "real refunds" };
    let platform = format!("{}, {} unmatched", object.platform_rows, object.unmatched);
    facts(
        &[
            ("store", Cell::plain(&object.path)),
            ("kind", Cell::plain(kind)),
            ("created at", Cell::plain(&object.made_at)),
            ("schema version", Cell::plain(object.schema.to_string())),
            ("size", Cell::plain(counted(object.bytes, "byte", "bytes"))),
            ("sales", Cell::plain(object.sales.to_string())),
            ("platform refunds and chargebacks", Cell::plain(platform)),
            ("open unread reports", Cell::plain(object.unread.to_string())),
            ("refunds marked here", Cell::plain(object.marked_refunds.to_string())),
            ("newest payment", Cell::plain(object.newest_payment_at.as_deref().unwrap_or_default())),
            ("events", Cell::plain(object.events.to_string())),
        ],
        style,
    )
}

#[derive(Serialize)]
struct UpgradeJson {
    path: String,
    from: i64,
    to: i64,
    copy: Option<String>,
}

/// From which schema version the store was upgraded to which, and the copy of it; without a copy nothing was upgraded.
pub fn upgrade(ui: &mut Ui, path: &Path, (from, to): (i64, i64), copy: Option<&Path>) -> Result<(), Undelivered> {
    let shown = |path: &Path| path.display().to_string();
    let (path, copy) = (shown(path), copy.map(shown));
    match (ui.format, copy) {
        (Format::Table, None) => ui.answer(&format!("{}: already has schema version {to}\n", visible(&path))),
        (Format::Table, Some(copy)) => {
            let (path, copy) = (visible(&path), visible(&copy));
            ui.answer(&format!("{path}: upgraded from schema version {from} to {to}\nthe old one is kept as {copy}\n"))
        }
        (_, copy) => ui.document(Keyed("upgrade", UpgradeJson { path, from, to, copy })),
    }
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

/// The findings of a check. The store is sound if none of them is wrong.
pub fn check(ui: &mut Ui, path: &Path, findings: &[Finding]) -> Result<(), Undelivered> {
    let sound = findings.iter().all(|finding| !finding.is_wrong);
    if ui.format == Format::Table {
        return ui.answer(&check_text(path, findings, sound, &ui.style));
    }
    let finding =
        |each: &'_ Finding| FindingJson { code: each.code, wrong: each.is_wrong, message: each.message.clone() };
    let findings = findings.iter().map(finding).collect();
    ui.document(Keyed("check", CheckJson { path: path.display().to_string(), sound, findings }))
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
