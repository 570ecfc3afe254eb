//! `retour refunds match`: a person decides what a platform refund or chargeback belongs to.

use crate::commands::context::{self, Context};
use crate::commands::error::recorded_but_undelivered;
use crate::commands::failure::Failure;
use crate::commands::refunds::moved::{moved_json, moved_text};
use crate::commands::refunds::unread::{self, UnreadOptions};
use crate::commands::{CommandResult, Done};
use crate::desk::Unobserved;
use crate::desk::matching::{self, Choice, Decision};
use crate::domain::ids::TransactionId;
use crate::domain::money::TypedAmount;
use crate::domain::sale::matching::products_agree;
use crate::domain::sale::record::SaleRecord;
use crate::domain::unread::UnreadId;
use crate::output::sentences;
use crate::output::table::{Style, wrap};
use crate::output::ui::Format;
use crate::store::StatusChange;
use clap::Args;
use serde_json::json;

/// Decide which refund or sale a platform refund, a chargeback or an unread report belongs to
///
/// Without a decision, shows the candidates and what each has in common with it. An unread report matched to a sale
/// counts as a platform refund of it; matched to a refund, it confirms that refund.
#[derive(Args)]
pub struct Match {
    /// The transaction ID of the platform refund or chargeback, or the number of an unread report, such as U-000003
    #[arg(value_name = "PLATFORM_TRANSACTION|UNREAD", required_unless_present = "import")]
    row: Option<TransactionId>,
    /// The number of a refund, or the transaction ID of a sale
    #[arg(value_name = "REFUND|SALE", conflicts_with_all = ["none", "undo"])]
    target: Option<String>,
    /// Record that it belongs to no sale in the store; an unread report needs --note
    #[arg(long, conflicts_with = "undo")]
    none: bool,
    /// Undo the decision
    #[arg(long)]
    undo: bool,
    /// The amount that went back, for an unread report of a sale [default: all that is left of it]
    #[arg(long, value_name = "AMOUNT", requires = "target")]
    amount: Option<TypedAmount>,
    /// Why, for an unread report
    #[arg(long, value_name = "TEXT")]
    note: Option<String>,
    /// All open unread reports of the import with this event number; with --none
    #[arg(long, value_name = "N", conflicts_with_all = ["row", "target", "undo"], requires = "none")]
    import: Option<i64>,
    /// How many reports --import settles; required without a prompt
    #[arg(long, value_name = "N", requires = "import")]
    expect_count: Option<u64>,
}

impl Match {
    pub fn run(self, context: &mut Context) -> CommandResult {
        let Self { row, target, none, undo, amount, note, import, expect_count } = self;
        let Some(row) = row else { return unread::none_of_import(import, expect_count, note, context) };
        if let Some(id) = UnreadId::parse(row.as_str()) {
            let options = UnreadOptions { target, none, undo, amount, note };
            return unread::run(id, options, context);
        }
        if amount.is_some() || note.is_some() {
            return Err(Failure::usage(format!("--amount and --note are for unread reports, and {row} is none")));
        }
        match (target, none, undo) {
            (Some(target), ..) => decide(&row, &Decision::BelongsTo(target), context),
            (None, true, _) => decide(&row, &Decision::Nothing, context),
            (None, false, true) => decide(&row, &Decision::Undone, context),
            (None, false, false) => show_candidates(&row, context),
        }
    }
}

fn show_candidates(row: &TransactionId, context: &mut Context) -> CommandResult {
    let store = context::open(context)?;
    let (session, ..) = context::session(context, &store, &Unobserved);
    let choice = matching::choice(&session, row)?;
    let text = candidates(&choice, context, &context.ui.style);
    context.ui.answer(&text)?;
    Ok(Done::Fully)
}

fn decide(row: &TransactionId, decision: &Decision, context: &mut Context) -> CommandResult {
    let store = context::open_to_write(context)?;
    let (session, ..) = context::session(context, &store, &Unobserved);
    let moved = matching::decide(&session, row, decision)?;
    let answered = match context.ui.format {
        Format::Table => context.ui.answer(&decided(row, decision, &moved)),
        _ => context.ui.document(json!({ "match": { "transaction_id": row.as_str(), "moved": moved_json(&moved) } })),
    };
    answered.map_err(|error| recorded_but_undelivered("the decision", &error))?;
    Ok(Done::Fully)
}

fn decided(row: &TransactionId, decision: &Decision, moved: &[StatusChange]) -> String {
    let mut text = match decision {
        Decision::BelongsTo(target) => format!("{row} now belongs to {target}.\n"),
        Decision::Nothing => format!("{row} now belongs to no sale in the store.\n"),
        Decision::Undone => format!("{row} is matched automatically again.\n"),
    };
    text.push_str(&moved_text(moved));
    text
}

/// The order's sales and their refunds, and what each has in common with the row.
fn candidates(choice: &Choice, context: &Context, style: &Style) -> String {
    let row = &choice.row.payment;
    let on = sentences::weekday(choice.row.paid_on(context.policy.zone));
    let kind = row.entry.kind();
    let mut text = wrap(&format!("{}: a {kind} of {} on {on}, order {}.", row.id, row.amount, row.order), 0, style);
    for sale in &choice.sales {
        text.push_str(&wrap(&candidate(&choice.row, sale, context), 2, style));
        for refund in sale.refunds.iter().filter(|refund| refund.mark().is_some()) {
            let same = if refund.amount == row.amount { ", the same amount" } else { "" };
            let line = format!("{}: {} of it, {}{same}", refund.id, refund.amount, refund.status());
            text.push_str(&wrap(&line, 4, style));
        }
    }
    let hint = format!("decide: retour refunds match {} REFUND|SALE, or --none", row.id);
    text + &wrap(&hint, 0, style)
}

fn candidate(row: &SaleRecord, sale: &SaleRecord, context: &Context) -> String {
    let (row, of) = (&row.payment, &sale.payment);
    let shares_product =
        !row.products.is_empty() && !of.products.is_empty() && products_agree(&row.products, &of.products);
    let shared = [
        (shares_product, "the same product"),
        (row.rate_number.is_some() && row.rate_number == of.rate_number, "the same instalment number"),
        (row.amount == of.amount, "the same amount"),
    ];
    let shared: Vec<&str> = shared.iter().filter(|(holds, _)| *holds).map(|(_, what)| *what).collect();
    let shared = if shared.is_empty() { "only the same order".to_owned() } else { shared.join(", ") };
    let on = sentences::weekday(sale.paid_on(context.policy.zone));
    let status = if sale.is_unpaid() { of.entry.shown() } else { "paid" };
    format!("{}: a sale of {}, {status} on {on}: {shared}", of.id, of.amount)
}
