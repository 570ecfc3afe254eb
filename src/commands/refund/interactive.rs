//! The questions of `retour refund` without arguments: whom, which payment, how much, why.

use crate::commands::context::Context;
use crate::commands::error::{Exit, Failure};
use crate::desk::find::{Screen, Search};
use crate::domain::ids::TransactionId;
use crate::domain::money::TypedAmount;
use crate::domain::refund::Reason;
use crate::domain::rules::plan::Verdict;
use crate::domain::rules::plan::verdict;
use crate::domain::sale::record::SaleRecord;
use crate::domain::sale::transaction::Kind;
use crate::output::sanitize::{shorten, visible};
use crate::output::sentences;
use crate::store::{Filter, Store};
use std::ops::ControlFlow;

const WHICH: &str = "Which payment";

/// More matches than one can choose from.
const CHOICES: u64 = 20;

/// Searches until one payment is picked, or the person leaves.
pub fn pick_sale(store: &Store, query: &str, context: &mut Context) -> Result<TransactionId, Failure> {
    let mut query = query.to_owned();
    loop {
        if query.trim().is_empty() {
            query = context.prompt.text("Transaction, order or product ID, or customer", "").ok_or_else(left)?;
            if query.trim().is_empty() {
                return Err(left());
            }
        }
        let (found, more) = search(store, &query, context)?;
        if found.is_empty() {
            context.ui.error(&format!("nothing found for {}", visible(&query)));
        } else {
            if more {
                context.ui.note(&format!("the newest {CHOICES} of more matches"));
            }
            return pick_one(&found, context);
        }
        query.clear();
    }
}

fn search(store: &Store, query: &str, context: &Context) -> Result<(Vec<SaleRecord>, bool), Failure> {
    let filter = Filter { query: Some(query.to_owned()), kinds: vec![Kind::Sale], ..Filter::default() };
    let search =
        Search { store, filter: &filter, screen: Screen::default(), policy: &context.policy, now: &context.now };
    let mut found = Vec::new();
    let more = search.run(Some(CHOICES), &mut |record| {
        found.push(record);
        ControlFlow::Continue(())
    })?;
    Ok((found, more))
}

/// One of these payments.
pub fn pick_one(found: &[SaleRecord], context: &mut Context) -> Result<TransactionId, Failure> {
    let choices: Vec<String> = found.iter().map(|record| choice(record, context)).collect();
    let chosen = context.prompt.choose(WHICH, &choices).ok_or_else(left)?;
    found.get(chosen).map(|record| record.payment.id.clone()).ok_or_else(left)
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
    // What one chooses by comes first: the end is cut on a narrow terminal.
    let line = format!("{paid_on}  {name}  {}  {judged}  {product}  {}", payment.amount, payment.id);
    // A menu whose lines wrap draws itself over what stands above it, and it repeats its question before the choice.
    let columns = context.ui.style.width.unwrap_or(80).saturating_sub(WHICH.len() + 3);
    shorten(&visible(&line), columns, context.ui.style.ascii).into_owned()
}

/// How much; Enter alone takes all that is left.
pub fn ask_amount(record: &SaleRecord, context: &mut Context) -> Result<Option<TypedAmount>, Failure> {
    let left_of_it = record.left();
    if left_of_it.is_zero() {
        return Ok(None);
    }
    loop {
        let typed = context.prompt.text("How much", &left_of_it.major()).ok_or_else(left)?;
        if typed.trim() == left_of_it.major() {
            return Ok(None);
        }
        match typed.parse::<TypedAmount>() {
            Ok(amount) => match amount.in_currency(left_of_it.currency()) {
                Ok(_) => return Ok(Some(amount)),
                Err(problem) => context.ui.error(&problem.to_string()),
            },
            Err(error) => context.ui.error(&error.to_string()),
        }
    }
}

/// Why the customer gets the money back.
pub fn ask_reason(context: &mut Context) -> Result<Reason, Failure> {
    let choices: Vec<String> = Reason::ALL.iter().map(|reason| reason.word().to_owned()).collect();
    let chosen = context.prompt.choose("Why does the customer get the money back", &choices).ok_or_else(left)?;
    Reason::ALL.get(chosen).copied().ok_or_else(left)
}

fn left() -> Failure {
    Failure::new(Exit::NotConfirmed, "not_confirmed", "left without a choice: nothing was recorded")
}
