//! A batch as JSON.

use std::io::Write;

use serde::Serialize;

use super::{Ending, ItemView, Showing};
use crate::domain::batch::Batch;
use crate::domain::rules::plan::Refusal;
use crate::output::json::{self, Amount, SCHEMA_VERSION};
use crate::output::ui::{Ui, Undelivered};
use crate::output::views::refund::RefundView;
use crate::output::views::refund::json::RefundJson;

#[derive(Serialize)]
struct ItemJson<'a> {
    line: u64,
    transaction_id: &'a str,
    outcome: &'static str,
    code: Option<&'static str>,
    refund: Option<RefundJson<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    message: Option<String>,
}

#[derive(Serialize)]
struct CountsJson {
    lines: u64,
    recorded: u64,
    replayed: u64,
    refused: u64,
}

impl ItemView {
    pub(super) fn object(&self) -> impl Serialize + '_ {
        ItemJson {
            line: self.line,
            transaction_id: &self.sale,
            outcome: self.outcome,
            code: self.refusal.as_ref().map(Refusal::code),
            refund: self.refund.as_ref().map(RefundView::object),
            message: self.refusal.as_ref().map(ToString::to_string),
        }
    }
}

/// Streamed, because a batch can be long.
pub(super) fn document(ui: &mut Ui, batch: &Batch, ending: Ending, showing: Showing<'_>) -> Result<(), Undelivered> {
    let counts = batch.counts();
    let counts = CountsJson {
        lines: counts.lines,
        recorded: if ending == Ending::Refused { 0 } else { counts.recorded },
        replayed: counts.replayed,
        refused: counts.refused,
    };
    let totals: Vec<Amount> = batch.totals().unwrap_or_default().iter().map(Amount::from).collect();
    let head = [
        ("reference", serde_json::to_string(&batch.reference.as_ref().map(|name| name.as_str()))),
        ("outcome", serde_json::to_string(ending.word())),
        ("counts", serde_json::to_string(&counts)),
        ("totals", serde_json::to_string(&totals)),
    ];
    let out = ui.answers();
    write!(out, "{{\"schema_version\":{SCHEMA_VERSION}")?;
    for (name, value) in head {
        write!(out, ",\"{name}\":{}", value.map_err(std::io::Error::from)?)?;
    }
    write!(out, ",\"items\":[")?;
    for (index, item) in batch.items.iter().enumerate() {
        out.write_all(if index == 0 { b"\n" } else { b",\n" })?;
        json::write(out, &ItemView::of(item, batch, showing).object())?;
    }
    out.write_all(if batch.items.is_empty() { b"]}\n" } else { b"\n]}\n" })?;
    Ok(out.flush()?)
}
