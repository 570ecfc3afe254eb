//! The questions of an interactive `retour refund`: which customer, which payment, how much, why.

use crate::commands::context::Context;
use crate::commands::failure::Failure;
use crate::desk::find::{Screen, Search};
use crate::domain::money::TypedAmount;
use crate::domain::refund::Reason;
use crate::domain::rules::plan::{Verdict, verdict};
use crate::domain::sale::record::SaleRecord;
use crate::domain::sale::transaction::Kind;
use crate::output::sanitize::{shorten, visible};
use crate::output::sentences;
use crate::store::{Store, TransactionFilter};
use std::ops::ControlFlow;

const WHICH: &str = "Which payment";

/// The longest menu of matches.
const CHOICES: u64 = 20;

/// Searches until a payment is picked or the person leaves.
pub fn pick_sale(store: &Store, query: &str, context: &mut Context) -> Result<SaleRecord, Failure> {
    let mut query = query.to_owned();
    loop {
        if query.trim().is_empty() {
            query = context.prompt.text("Transaction, order or product ID, or customer", "").ok_or_else(cancelled)?;
            if query.trim().is_empty() {
                return Err(cancelled());
            }
        }
        let (found, more) = search(store, &query, context)?;
        if found.is_empty() {
            context.ui.error(&format!("nothing found for {}", visible(&query)));
        } else {
            if more {
                context.ui.note(&format!("only the newest {CHOICES} matches are shown"));
            }
            return pick_one(found, context);
        }
        query.clear();
    }
}

fn search(store: &Store, query: &str, context: &Context) -> Result<(Vec<SaleRecord>, bool), Failure> {
    let filter =
        TransactionFilter { query: Some(query.to_owned()), kinds: vec![Kind::Sale], ..TransactionFilter::default() };
    let search =
        Search { store, filter: &filter, screen: Screen::default(), policy: &context.policy, now: &context.now };
    let mut found = Vec::new();
    let more = search.run(Some(CHOICES), &mut |record| {
        found.push(record);
        ControlFlow::Continue(())
    })?;
    Ok((found, more))
}

/// Picks one of these payments.
pub fn pick_one(found: Vec<SaleRecord>, context: &mut Context) -> Result<SaleRecord, Failure> {
    let choices: Vec<String> = found.iter().map(|record| choice(record, context)).collect();
    let chosen = context.prompt.choose(WHICH, &choices).ok_or_else(cancelled)?;
    found.into_iter().nth(chosen).ok_or_else(cancelled)
}

fn choice(record: &SaleRecord, context: &Context) -> String {
    let payment = &record.payment;
    let judged = match verdict(record, &context.policy, context.now.today) {
        Verdict::Yes if record.left() == payment.amount => "refundable".to_owned(),
        Verdict::Yes => format!("{} left", record.left()),
        Verdict::Goodwill(refusal) | Verdict::No(refusal) => refusal.code().to_owned(),
    };
    let name = if payment.customer.name.is_empty() { &payment.customer.email } else { &payment.customer.name };
    let product = sentences::products(&payment.products);
    let paid_on = record.paid_on(context.policy.zone);
    // The deciding facts come first: a narrow terminal cuts the end.
    let line = format!("{paid_on}  {name}  {}  {judged}  {product}  {}", payment.amount, payment.id);
    // A menu with wrapped lines overwrites the text above it. The question is repeated before the chosen line.
    let columns = context.ui.style.width.unwrap_or(80).saturating_sub(WHICH.len() + 3);
    shorten(&visible(&line), columns, context.ui.style.ascii).into_owned()
}

/// Asks for the amount; Enter alone takes all that is left.
pub fn ask_amount(record: &SaleRecord, context: &mut Context) -> Result<Option<TypedAmount>, Failure> {
    let left = record.left();
    if left.is_zero() {
        return Ok(None);
    }
    loop {
        let typed = context.prompt.text("How much", &left.major()).ok_or_else(cancelled)?;
        if typed.trim() == left.major() {
            return Ok(None);
        }
        match typed.parse::<TypedAmount>() {
            Ok(amount) => match amount.in_currency(left.currency()) {
                Ok(_) => return Ok(Some(amount)),
                Err(problem) => context.ui.error(&problem.to_string()),
            },
            Err(error) => context.ui.error(&error.to_string()),
        }
    }
}

/// Asks for the reason.
pub fn ask_reason(context: &mut Context) -> Result<Reason, Failure> {
    let choices: Vec<String> = Reason::ALL.iter().map(|reason| reason.word().to_owned()).collect();
    let chosen = context.prompt.choose("Why does the customer get the money back", &choices).ok_or_else(cancelled)?;
    Reason::ALL.get(chosen).copied().ok_or_else(cancelled)
}

/// Asks for the note of a refund for something that cannot be delivered.
pub fn ask_note(context: &mut Context) -> Result<String, Failure> {
    context.prompt.text("What could not be delivered", "").ok_or_else(cancelled)
}

fn cancelled() -> Failure {
    Failure::not_confirmed("cancelled: nothing was recorded")
}
