//! A batch as JSON.

use std::io::Write;

use serde::Serialize;

use super::{Ending, ItemView, Showing};
use crate::domain::batch::Batch;
use crate::domain::ids::Reference;
use crate::domain::rules::plan::Refusal;
use crate::output::json::{self, Amount, Versioned};
use crate::output::ui::{Ui, Undelivered};
use crate::output::views::caution::{CautionJson, CautionView};
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

/// A batch without its items.
#[derive(Serialize)]
struct HeadJson<'a> {
    reference: Option<&'a str>,
    outcome: &'static str,
    counts: CountsJson,
    totals: Vec<Amount>,
    cautions: Vec<CautionJson<'a>>,
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
    let same_file = batch.same_file.as_ref().map(CautionView::same_file);
    let mut head = Vec::new();
    json::write(
        &mut head,
        &Versioned::of(HeadJson {
            reference: batch.reference.as_ref().map(Reference::as_str),
            outcome: ending.word(),
            counts,
            totals: batch.totals().unwrap_or_default().iter().map(Amount::from).collect(),
            cautions: same_file.iter().map(CautionView::object).collect(),
        }),
    )?;
    // The items follow in the same object.
    head.pop();
    let out = ui.answers();
    out.write_all(&head)?;
    write!(out, ",\"items\":[")?;
    for (index, item) in batch.items.iter().enumerate() {
        out.write_all(if index == 0 { b"\n" } else { b",\n" })?;
        json::write(out, &ItemView::of(item, batch, showing).object())?;
    }
    out.write_all(if batch.items.is_empty() { b"]}\n" } else { b"\n]}\n" })?;
    Ok(out.flush()?)
}
