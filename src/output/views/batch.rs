//! What a vendor sees of a batch: its plan before the question, and a result for each line after it.

use std::io::Write;

use serde::Serialize;

use crate::domain::batch::{Batch, Item, ItemOutcome, MethodWindow};
use crate::domain::money::{Money, Totals};
use crate::domain::rules::plan::Refusal;
use crate::domain::rules::policy::Policy;
use crate::domain::sale::transaction::Method;
use crate::domain::time::Now;
use crate::output::json::{self, Amount, Document, SCHEMA_VERSION};
use crate::output::listing::{Column, Flat, Layout, Listed, Listing, Shown, table_of};
use crate::output::sentences::{self, counted};
use crate::output::table::{self, Cell, Style, Tone, facts, wrap};
use crate::output::ui::{Format, Ui, Undelivered};
use crate::output::views::refund::{RefundView, Signed};

/// So many lines are shown before a question; refusals and totals are of all.
const SHOWN_LINES: usize = 50;

/// How the batch ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Ending {
    Recorded,
    DryRun,
    Refused,
}

impl Ending {
    fn word(self) -> &'static str {
        match self {
            Self::Recorded => "recorded",
            Self::DryRun => "dry_run",
            Self::Refused => "refused",
        }
    }
}

/// What items are shown by.
#[derive(Clone, Copy)]
pub struct Showing<'a> {
    pub policy: &'a Policy,
    pub now: &'a Now,
    pub actor: &'a str,
}

/// A line of the batch and what became of it.
pub struct ItemView {
    line: u64,
    sale: String,
    outcome: &'static str,
    refusal: Option<Refusal>,
    refund: Option<RefundView>,
}

#[derive(Serialize)]
struct ItemJson<'a, R> {
    line: u64,
    transaction_id: &'a str,
    outcome: &'static str,
    code: Option<&'static str>,
    refund: Option<R>,
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
    fn of(item: &Item, batch: &Batch, showing: Showing<'_>) -> Self {
        let Showing { policy, now, actor } = showing;
        let signed = Signed { actor, key: item.key.as_ref(), reference: batch.reference.as_ref() };
        let refund = match &item.outcome {
            ItemOutcome::Planned(planned) => {
                Some(RefundView::planned(&planned.plan, &planned.payment, policy, now, signed))
            }
            ItemOutcome::Recorded { number, at, planned } => {
                let view = RefundView::planned(&planned.plan, &planned.payment, policy, at, signed);
                Some(view.recorded_as(*number))
            }
            ItemOutcome::Replayed { refund, record } => {
                Some(RefundView::recorded(refund, record, policy, now).replayed())
            }
            ItemOutcome::Refused(_) => None,
        };
        Self {
            line: item.line,
            sale: item.sale.to_string(),
            outcome: item.outcome.word(),
            refusal: item.outcome.refusal().cloned(),
            refund,
        }
    }

    fn tone(&self) -> Tone {
        if self.refusal.is_some() { Tone::Bad } else { Tone::Plain }
    }
}

impl Listed for ItemView {
    const NAME: &'static str = "items";
    const COLUMNS: &'static [Column<Self>] = &[
        Column::plain("line", table::Column::number("LINE"), Shown::Always, |row| Flat::own(row.line)),
        Column::plain("transaction_id", table::Column::whole("SALE"), Shown::Always, |row| Flat::outside(&row.sale)),
        Column::new(
            "outcome",
            table::Column::whole("OUTCOME"),
            Shown::Always,
            |row| Flat::own(row.outcome),
            |row| Cell::new(row.outcome, row.tone()),
        ),
        Column::plain("code", table::Column::whole("CODE"), Shown::Wide(3), |row| {
            Flat::maybe(row.refusal.as_ref().map(Refusal::code))
        }),
        Column::plain("refund_id", table::Column::whole("REFUND"), Shown::Wide(4), |row| {
            Flat::maybe(row.refund.as_ref().and_then(RefundView::id))
        }),
        Column::plain("customer_name", table::Column::words("CUSTOMER", 10), Shown::Wide(1), |row| {
            Flat::maybe_outside(row.refund.as_ref().map(|refund| &refund.customer().name))
        }),
        Column::new(
            "amount",
            table::Column::number("AMOUNT"),
            Shown::Always,
            |row| Flat::maybe(row.refund.as_ref().map(|refund| refund.amount().major())),
            |row| Cell::plain(row.refund.as_ref().map(|refund| refund.amount().to_string()).unwrap_or_default()),
        ),
        Column::plain("currency", table::Column::whole("CURRENCY"), Shown::Asked, |row| {
            Flat::maybe(row.refund.as_ref().map(|refund| refund.amount().currency()))
        }),
        Column::plain("settlement_from", table::Column::whole("FROM"), Shown::Wide(2), |row| {
            Flat::maybe(row.refund.as_ref().and_then(RefundView::window).map(|window| json::on(window.from)))
        }),
        Column::plain("settlement_by", table::Column::whole("BY"), Shown::Wide(2), |row| {
            Flat::maybe(row.refund.as_ref().and_then(RefundView::window).map(|window| json::on(window.by)))
        }),
        Column::plain("message", table::Column::words("MESSAGE", 20), Shown::Asked, |row| {
            Flat::maybe_outside(row.refusal.as_ref())
        }),
    ];

    fn json(&self) -> impl Serialize + '_ {
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

/// The answer of a batch, in the ui's format.
pub fn answer(ui: &mut Ui, batch: &Batch, ending: Ending, showing: Showing<'_>) -> Result<(), Undelivered> {
    match ui.format {
        Format::Table => {
            let text = text(batch, ending, showing, &ui.style);
            ui.answer(&text)
        }
        Format::Json => document(ui, batch, ending, showing),
        Format::Jsonl | Format::Csv | Format::Tsv => {
            let mut listing = Listing::begin(ui, Layout::default())?;
            for item in &batch.items {
                listing.row(&ItemView::of(item, batch, showing))?;
            }
            listing.finish(false).map(drop)
        }
    }
}

/// One line an item, as `--results FILE` keeps them.
pub fn result_lines(out: &mut dyn Write, batch: &Batch, showing: Showing<'_>) -> std::io::Result<()> {
    for item in &batch.items {
        let view = ItemView::of(item, batch, showing);
        serde_json::to_writer(&mut *out, &Document::of(view.json()))?;
        out.write_all(b"\n")?;
    }
    out.flush()
}

/// Streamed, since a batch can be long.
fn document(ui: &mut Ui, batch: &Batch, ending: Ending, showing: Showing<'_>) -> Result<(), Undelivered> {
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
        json::write(out, &ItemView::of(item, batch, showing).json())?;
    }
    out.write_all(if batch.items.is_empty() { b"]}\n" } else { b"\n]}\n" })?;
    Ok(out.flush()?)
}

/// The batch for people: figures first, then the lines, then what is refused.
pub fn text(batch: &Batch, ending: Ending, showing: Showing<'_>, style: &Style) -> String {
    let mut text = facts(&figures(batch, ending), style);
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
    text.push_str(&wrap(&standing(batch, ending), 0, style));
    text
}

/// What has happened, and what has not.
fn standing(batch: &Batch, ending: Ending) -> String {
    let counts = batch.counts();
    match ending {
        Ending::Refused => "Nothing was recorded: one refused line stops the whole batch (--skip-refused records the \
                            others)."
            .to_owned(),
        Ending::DryRun => "This is the plan; nothing was recorded.".to_owned(),
        Ending::Recorded if counts.recorded == 0 => match (counts.replayed, counts.refused) {
            (_, 0) => "Nothing new was recorded: every line stands already.".to_owned(),
            (0, _) => "Nothing was recorded: every line is refused.".to_owned(),
            (_, _) => "Nothing new was recorded: every line stands already, or is refused.".to_owned(),
        },
        Ending::Recorded => {
            let (refunds, them) = match counts.recorded {
                1 => ("1 refund is".to_owned(), "it"),
                recorded => (format!("{recorded} refunds are"), "them"),
            };
            format!(
                "{refunds} marked, and no money has moved yet: carry {them} out on the platform \
                 (retour refunds list --status marked), then say retour refunds submit."
            )
        }
    }
}

fn figures(batch: &Batch, ending: Ending) -> Vec<(&'static str, Cell)> {
    let counts = batch.counts();
    let recorded = if ending == Ending::Recorded { "recorded" } else { "to record" };
    let sums = |totals: &Totals| {
        let sums: Vec<String> = totals.iter().map(|sum: Money| sum.to_string()).collect();
        if sums.is_empty() { "nothing".to_owned() } else { sums.join(", ") }
    };
    let total = batch.totals().map_or_else(|error| error.to_string(), |totals| sums(&totals));
    let of = |count: u64| if count > 0 { counted(count, "line", "lines") } else { String::new() };
    let mut figures = vec![
        ("reference", Cell::plain(batch.reference.as_ref().map(ToString::to_string).unwrap_or_default())),
        ("lines", Cell::plain(counts.lines.to_string())),
        (recorded, Cell::plain(of(counts.recorded))),
        ("replayed", Cell::plain(of(counts.replayed))),
        ("refused", Cell::new(of(counts.refused), Tone::Bad)),
        ("total", Cell::new(total, Tone::Strong)),
    ];
    for (method, window) in batch.windows() {
        figures.push((sentences::method(method), Cell::plain(arrival(method, window))));
    }
    for (code, count) in batch.cautions() {
        let tone = if code.is_weighty() { Tone::Warn } else { Tone::Plain };
        figures.push(("caution", Cell::new(format!("{code}: {}", counted(count, "refund", "refunds")), tone)));
    }
    figures.retain(|(_, figure)| !figure.text.is_empty());
    figures
}

fn arrival(_: Method, window: MethodWindow) -> String {
    let refunds = counted(window.refunds, "refund", "refunds");
    let (from, by) = (sentences::weekday(window.from), sentences::weekday(window.by));
    format!("{refunds}: the money would arrive from {from} to {by}, if carried out today")
}
