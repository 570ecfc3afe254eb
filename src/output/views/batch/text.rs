//! A batch as text: its plan before the question, and its outcome.

use super::{Ending, ItemView, Showing};
use crate::domain::batch::{Batch, MethodWindow};
use crate::domain::money::{Money, Totals};
use crate::domain::sale::transaction::Method;
use crate::output::listing::table_of;
use crate::output::sentences::{self, counted};
use crate::output::table::{Cell, Style, Tone, facts, wrap};
use crate::output::views::caution::CautionView;

/// The lines that are shown; refusals and totals cover all lines.
const SHOWN_LINES: usize = 50;

/// The batch as text: a summary, the lines, and the refusals.
pub fn text(batch: &Batch, ending: Ending, showing: Showing<'_>, style: &Style) -> String {
    let mut text = facts(&summary(batch, ending), style);
    let views: Vec<ItemView> =
        batch.items.iter().take(SHOWN_LINES).map(|item| ItemView::of(item, batch, showing)).collect();
    if !views.is_empty() {
        let keys = ["line", "transaction_id", "outcome", "refund_id", "customer_name", "amount", "settlement_by"];
        text.push('\n');
        text.push_str(&table_of(&views, &keys, style));
    }
    let hidden = batch.items.len().saturating_sub(SHOWN_LINES);
    if hidden > 0 {
        text.push_str(&wrap(&format!("and {} more", counted(hidden as u64, "line", "lines")), 0, style));
    }
    let refused: Vec<_> = batch.refused().collect();
    if !refused.is_empty() {
        text.push('\n');
    }
    for (item, refusal) in refused {
        text.push_str(&wrap(&format!("line {}: {refusal} ({})", item.line, refusal.code()), 0, style));
    }
    text.push('\n');
    text.push_str(&wrap(&outcome(batch, ending), 0, style));
    text
}

/// What was recorded, and what was not.
fn outcome(batch: &Batch, ending: Ending) -> String {
    let counts = batch.counts();
    match ending {
        Ending::Refused => "Nothing was recorded: one refused line stops the whole batch (--skip-refused records the \
                            others)."
            .to_owned(),
        Ending::DryRun => "This is the plan; nothing was recorded.".to_owned(),
        Ending::Recorded if counts.recorded == 0 => match (counts.replayed, counts.refused) {
            (_, 0) => "Nothing new was recorded: every line was recorded before.".to_owned(),
            (0, _) => "Nothing was recorded: every line is refused.".to_owned(),
            (_, _) => "Nothing new was recorded: every line was recorded before or is refused.".to_owned(),
        },
        Ending::Recorded => {
            let (refunds, them) = match counts.recorded {
                1 => ("1 refund is".to_owned(), "it"),
                recorded => (format!("{recorded} refunds are"), "them"),
            };
            format!(
                "{refunds} marked, and no money has moved yet: carry {them} out on the platform \
                 (retour refunds list --status marked), then run retour refunds submit."
            )
        }
    }
}

fn summary(batch: &Batch, ending: Ending) -> Vec<(&'static str, Cell)> {
    let counts = batch.counts();
    let recorded = if ending == Ending::Recorded { "recorded" } else { "to record" };
    let sums = |totals: &Totals| {
        let sums: Vec<String> = totals.iter().map(|sum: Money| sum.to_string()).collect();
        if sums.is_empty() { "nothing".to_owned() } else { sums.join(", ") }
    };
    let total = batch.totals().map_or_else(|error| error.to_string(), |totals| sums(&totals));
    let of = |count: u64| if count > 0 { counted(count, "line", "lines") } else { String::new() };
    let mut pairs = vec![
        ("reference", Cell::plain(batch.reference.as_ref().map(ToString::to_string).unwrap_or_default())),
        ("lines", Cell::plain(counts.lines.to_string())),
        (recorded, Cell::plain(of(counts.recorded))),
        ("replayed", Cell::plain(of(counts.replayed))),
        ("refused", Cell::new(of(counts.refused), Tone::Bad)),
        ("total", Cell::new(total, Tone::Strong)),
    ];
    pairs.extend(batch.same_file.as_ref().map(|earlier| CautionView::same_file(earlier).fact()));
    for (method, window) in batch.windows() {
        pairs.push((sentences::method(method), Cell::plain(arrival(method, window))));
    }
    for (code, count) in batch.cautions() {
        let tone = if code.is_serious() { Tone::Warn } else { Tone::Plain };
        pairs.push(("caution", Cell::new(format!("{code}: {}", counted(count, "refund", "refunds")), tone)));
    }
    pairs.retain(|(_, cell)| !cell.text.is_empty());
    pairs
}

fn arrival(method: Method, window: MethodWindow) -> String {
    let refunds = counted(window.refunds, "refund", "refunds");
    let (from, by) = (sentences::weekday(window.from), sentences::weekday(window.by));
    let only_if = if method.may_be_unpaid() { ", and only if the customer has paid" } else { "" };
    format!("{refunds}: the money would arrive from {from} to {by}, if carried out today{only_if}")
}
