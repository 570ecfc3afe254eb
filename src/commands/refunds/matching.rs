//! `retour refunds match`: what a platform refund or chargeback belongs to, where nobody but a person can tell.

use crate::commands::context::{self, Context};
use crate::commands::error::{Exit, Failure, recorded_but_undelivered};
use crate::commands::{Answer, Done};
use crate::desk::matching::{self, Choice, Decision, MatchError};
use crate::desk::{Session, Unobserved};
use crate::domain::ids::TransactionId;
use crate::domain::sale::record::SaleRecord;
use crate::output::sentences;
use crate::output::table::{Style, wrap};
use crate::output::ui::Format;
use clap::Args;
use serde_json::json;

/// Decide which refund or sale a refund or chargeback of the platform belongs to
///
/// Without a decision it shows what there is to choose from, and what speaks for each.
#[derive(Args)]
pub struct Match {
    /// The refund's or chargeback's own transaction ID
    #[arg(value_name = "PLATFORM_TRANSACTION")]
    row: TransactionId,
    /// A refund's number, or a sale's transaction ID
    #[arg(value_name = "REFUND|SALE", conflicts_with_all = ["none", "undo"])]
    target: Option<String>,
    /// It belongs to no sale in the store
    #[arg(long, conflicts_with = "undo")]
    none: bool,
    /// Take back what was decided
    #[arg(long)]
    undo: bool,
}

impl Match {
    pub fn run(self, context: &mut Context) -> Answer {
        let decision = match (self.target, self.none, self.undo) {
            (Some(target), ..) => Some(Decision::BelongsTo(target)),
            (None, true, _) => Some(Decision::Nothing),
            (None, false, true) => Some(Decision::Undone),
            (None, false, false) => None,
        };
        let store = match decision {
            Some(_) => context::open_to_write(context)?,
            None => context::open(context)?,
        };
        let session = Session {
            store: &store,
            policy: &context.policy,
            actor: &context.actor,
            clock: &*context.clock,
            guard: &context.guard,
            observer: &Unobserved,
        };
        let Some(decision) = decision else {
            let choice = matching::choice(&session, &self.row).map_err(failure)?;
            let text = choices(&choice, context, &context.ui.style);
            context.ui.answer(&text)?;
            return Ok(Done::Fully);
        };
        let moved = matching::decide(&session, &self.row, &decision).map_err(failure)?;
        let moved: Vec<_> = moved
            .iter()
            .map(|each| {
                let word = |status: Option<crate::domain::refund::RefundStatus>| status.map(|status| status.word());
                (each.refund.to_string(), word(each.from), word(each.to))
            })
            .collect();
        let told = match context.ui.format {
            Format::Table => context.ui.answer(&decided(&self.row, &decision, &moved)),
            _ => {
                let moved: Vec<_> = moved
                    .iter()
                    .map(|(refund, from, to)| json!({ "refund_id": refund, "from": from, "to": to }))
                    .collect();
                context.ui.document(json!({ "match": { "transaction_id": self.row.as_str(), "moved": moved } }))
            }
        };
        told.map_err(|error| recorded_but_undelivered("the decision", &error))?;
        Ok(Done::Fully)
    }
}

fn failure(error: MatchError) -> Failure {
    match error {
        MatchError::Store(error) => error.into(),
        MatchError::Bad(bad) => {
            let exit = if bad.is_unknown() { Exit::NotFound } else { Exit::Refused };
            Failure::new(exit, bad.code(), bad.to_string())
        }
    }
}

type MovedWords = (String, Option<&'static str>, Option<&'static str>);

fn decided(row: &TransactionId, decision: &Decision, moved: &[MovedWords]) -> String {
    let mut text = match decision {
        Decision::BelongsTo(target) => format!("{row} belongs to {target} from now on.\n"),
        Decision::Nothing => format!("{row} belongs to no sale in the store from now on.\n"),
        Decision::Undone => format!("Where {row} belongs is computed again.\n"),
    };
    for (refund, from, to) in moved {
        let line = match (from, to) {
            (Some(from), Some(to)) => format!("{refund} was {from} and is {to}.\n"),
            (None, Some(to)) => format!("{refund} is a refund of the platform's own, {to}.\n"),
            (_, None) => format!("{refund} is no refund of its own any more.\n"),
        };
        text.push_str(&line);
    }
    text
}

/// The order's sales and their refunds, and what speaks for each.
fn choices(choice: &Choice, context: &Context, style: &Style) -> String {
    let row = &choice.row.payment;
    let on = sentences::weekday(choice.row.paid_on(context.policy.zone));
    let kind = row.entry.kind();
    let mut text = wrap(&format!("{}: a {kind} of {}, {on}, of order {}.", row.id, row.amount, row.order), 0, style);
    for sale in &choice.sales {
        text.push_str(&wrap(&speaks_for(&choice.row, sale, context), 2, style));
        for refund in sale.refunds.iter().filter(|refund| refund.mark().is_some()) {
            let same = if refund.amount == row.amount { ", the same sum" } else { "" };
            let line = format!("{}: {} of it, {}{same}", refund.id, refund.amount, refund.status());
            text.push_str(&wrap(&line, 4, style));
        }
    }
    let hint = format!("decide: retour refunds match {} REFUND|SALE, or --none", row.id);
    text + &wrap(&hint, 0, style)
}

fn speaks_for(row: &SaleRecord, sale: &SaleRecord, context: &Context) -> String {
    let (row, of) = (&row.payment, &sale.payment);
    let shares_product = row.products.iter().any(|product| of.products.contains(product));
    let said = [
        (shares_product, "the same product"),
        (row.rate_number.is_some() && row.rate_number == of.rate_number, "the same rate number"),
        (row.amount == of.amount, "the same sum"),
    ];
    let said: Vec<&str> = said.iter().filter(|(holds, _)| *holds).map(|(_, what)| *what).collect();
    let said = if said.is_empty() { "nothing but the order".to_owned() } else { said.join(", ") };
    let paid_on = sentences::weekday(sale.paid_on(context.policy.zone));
    format!("{}: a sale of {}, paid on {paid_on}: {said}", of.id, of.amount)
}
