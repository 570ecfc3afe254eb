//! `retour refunds match U-000003`: a person decides about a report that money went back, which could not be read.

use crate::commands::context::{self, Context};
use crate::commands::error::recorded_but_undelivered;
use crate::commands::failure::{Exit, Failure};
use crate::commands::refunds::moved::{moved_json, moved_text};
use crate::commands::{CommandResult, Done};
use crate::desk::Unobserved;
use crate::desk::unread::{self as desk, Settled, Verdict};
use crate::domain::money::TypedAmount;
use crate::domain::sale::record::SaleRecord;
use crate::domain::unread::{Settlement, UnreadId, UnreadReport};
use crate::output::sentences::{self, counted};
use crate::output::table::wrap;
use crate::output::ui::Format;
use crate::output::views::unread::UnreadJson;
use serde_json::json;

/// What the command line says about one report.
pub(super) struct UnreadOptions {
    pub target: Option<String>,
    pub none: bool,
    pub undo: bool,
    pub amount: Option<TypedAmount>,
    pub note: Option<String>,
}

pub(super) fn run(id: UnreadId, options: UnreadOptions, context: &mut Context) -> CommandResult {
    let UnreadOptions { target, none, undo, amount, note } = options;
    match (target, none, undo) {
        (Some(target), ..) => decide(id, &Verdict::BelongsTo { target, amount }, note.as_deref(), context),
        (None, true, _) => {
            let note = needed(note)?;
            decide(id, &Verdict::NoSale, Some(&note), context)
        }
        (None, false, true) => decide(id, &Verdict::Undone, note.as_deref(), context),
        (None, false, false) => show(id, context),
    }
}

/// The audit log says that a report was settled to no sale; only the note can say why.
fn needed(note: Option<String>) -> Result<String, Failure> {
    note.filter(|note| !note.trim().is_empty()).ok_or_else(|| {
        Failure::new(Exit::Usage, "note_needed", "to settle an unread report to no sale, say why")
            .again("", "--none --note \"why\"")
    })
}

fn decide(id: UnreadId, verdict: &Verdict, note: Option<&str>, context: &mut Context) -> CommandResult {
    let store = context::open_to_write(context)?;
    let (session, ..) = context::session(context, &store, &Unobserved);
    let settled = desk::settle(&session, id, verdict, note)?;
    let answered = match context.ui.format {
        Format::Table => context.ui.answer(&decided(&settled)),
        _ => {
            let moved = moved_json(&settled.moved);
            context.ui.document(json!({ "match": { "unread": UnreadJson::from(&settled.report), "moved": moved } }))
        }
    };
    answered.map_err(|error| recorded_but_undelivered("the decision", &error))?;
    if let Some(note) = other_amount(&settled.report) {
        context.ui.note(&note);
    }
    Ok(Done::Fully)
}

fn decided(settled: &Settled) -> String {
    let id = settled.report.id;
    let text = match &settled.report.settlement {
        None => format!("{id} is open again, and blocks the sales that it may belong to.\n"),
        Some(Settlement::Sale { sale, amount }) => {
            format!("{id} now counts as a platform refund of {amount} of {sale}.\n")
        }
        Some(Settlement::Refund(number)) => format!("{id} now confirms {number}.\n"),
        Some(Settlement::NoSale) => format!("{id} now belongs to no sale in the store.\n"),
        Some(Settlement::Row) => format!("the platform's row counts instead of {id}.\n"),
    };
    text + &moved_text(&settled.moved)
}

/// All that was left counts unless an amount is given; the report may say another.
fn other_amount(report: &UnreadReport) -> Option<String> {
    let Some(Settlement::Sale { sale, amount }) = &report.settlement else { return None };
    let reported = report.amount.filter(|reported| reported != amount)?;
    let command = format!("retour refunds match {} {sale} --amount {}", report.id, reported.major());
    Some(format!("note: the report says {reported}; to count that: {command}"))
}

/// Shows the report, and the sales that it may belong to with their refunds.
fn show(id: UnreadId, context: &mut Context) -> CommandResult {
    let store = context::open(context)?;
    let (session, ..) = context::session(context, &store, &Unobserved);
    let (report, sales) = desk::choice(&session, id)?;
    if context.ui.format != Format::Table {
        let sales: Vec<&str> = sales.iter().map(|sale| sale.payment.id.as_str()).collect();
        context.ui.document(json!({ "unread": UnreadJson::from(&report), "sales": sales }))?;
        return Ok(Done::Fully);
    }
    let text = candidates(&report, &sales, context);
    context.ui.answer(&text)?;
    Ok(Done::Fully)
}

fn candidates(report: &UnreadReport, sales: &[SaleRecord], context: &Context) -> String {
    let style = &context.ui.style;
    let state = report.settlement.as_ref().map_or("open".to_owned(), |by| format!("settled by {}", by.target()));
    let summary = format!("{}, {state}: {}. {} ({}).", report.id, report.summary(), report.message, report.code);
    let mut text = wrap(&summary, 0, style);
    for sale in sales {
        let of = &sale.payment;
        let paid_on = sentences::weekday(sale.paid_on(context.policy.zone));
        let line = format!("{}: a sale of {}, paid on {paid_on}, {} left", of.id, of.amount, sale.left());
        text.push_str(&wrap(&line, 2, style));
        for refund in sale.refunds.iter().filter(|refund| refund.mark().is_some()) {
            text.push_str(&wrap(&format!("{}: {} of it, {}", refund.id, refund.amount, refund.status()), 4, style));
        }
    }
    let hint = format!("decide: retour refunds match {} REFUND|SALE, or --none --note TEXT", report.id);
    text + &wrap(&hint, 0, style)
}

/// Settles all open reports of an import to no sale, after their number was typed or given.
pub(super) fn none_of_import(
    import: Option<i64>,
    expected: Option<u64>,
    note: Option<String>,
    context: &mut Context,
) -> CommandResult {
    let Some(import) = import else { return Err(Failure::usage("name a report, or an import: --import N")) };
    let note = needed(note)?;
    let store = context::open_to_write(context)?;
    let open = store.open_unread_of_import(import)?.len() as u64;
    if open == 0 {
        return Err(Failure::new(
            Exit::NotFound,
            "unknown_import",
            format!("import {import} has no open unread report"),
        )
        .hint("retour events list --kind imported"));
    }
    let expected = match expected {
        Some(expected) => expected,
        None => typed_count(open, context)?,
    };
    let (session, ..) = context::session(context, &store, &Unobserved);
    let settled = desk::settle_import(&session, import, expected, &note)?;
    let answered = match context.ui.format {
        Format::Table => {
            let reports = counted(settled, "unread report", "unread reports");
            context.ui.answer(&format!("{reports} of import {import} settled to no sale.\n"))
        }
        _ => context.ui.document(json!({ "match": { "import": import, "settled": settled } })),
    };
    answered.map_err(|error| recorded_but_undelivered("the decision", &error))?;
    Ok(Done::Fully)
}

fn typed_count(open: u64, context: &mut Context) -> Result<u64, Failure> {
    if !context.prompt.can_ask() {
        return Err(Failure::not_confirmed("not confirmed: prompting is not possible, and nothing was recorded")
            .again("give their number: ", format!("--expect-count {open}")));
    }
    let reports = counted(open, "unread report", "unread reports");
    let typed = context.prompt.typed(&format!("To settle {reports} to no sale, type the number:"));
    let number = typed.and_then(|typed| typed.trim().parse().ok()).filter(|number| *number == open);
    number.ok_or_else(|| Failure::not_confirmed("not confirmed: nothing was recorded"))
}
