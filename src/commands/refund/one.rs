//! `retour refund` of one sale.

use crate::commands::context::{self, Context};
use crate::commands::error::{recorded_but_undelivered, refused, unknown_order};
use crate::commands::failure::{Exit, Failure};
use crate::commands::refund::args::Refund;
use crate::commands::refund::interactive;
use crate::commands::refund::refused::{failure, refused_sale};
use crate::commands::{CommandResult, Done};
use crate::desk::Unobserved;
use crate::desk::choose_payment::{PaymentChoice, choose_payment};
use crate::desk::refund::{Consent, Outcome, Planned, RefundInstruction, SaleSnapshot, refund as record};
use crate::domain::ids::{OrderId, TransactionId};
use crate::domain::money::TypedAmount;
use crate::domain::refund::Reason;
use crate::domain::request::Request;
use crate::domain::rules::plan::{self, Refusal, Verdict};
use crate::domain::rules::policy::Policy;
use crate::domain::sale::record::SaleRecord;
use crate::domain::time::Now;
use crate::environment::prompt::{Answer, Prompt};
use crate::output::ui::Ui;
use crate::output::views::refund::{self as view, RefundView, Signed};
use crate::store::Store;

/// Plans, shows, asks and marks.
pub fn run(refund: &Refund, store: &Store, context: &mut Context) -> CommandResult {
    let sale = sale(refund, store, context)?;
    refuse_early(refund, &sale, context)?;
    let amount = amount(refund, &sale, context)?;
    let reason = refund.reason(context)?;
    let note = match &refund.note {
        None if reason == Reason::OutOfStock && context.prompt.can_ask() => Some(interactive::ask_note(context)?),
        note => note.clone(),
    };
    let instruction = RefundInstruction {
        request: Request { note, ..refund.request(amount, reason) },
        key: refund.key.clone(),
        accepted: refund.accept.clone(),
        consent: Consent::of(refund.dry_run, context.options.yes),
    };
    let outcome = carry_out(store, sale, &instruction, context)?;
    answer(&outcome, context)
}

/// Does not ask for an amount and a reason if the sale cannot be refunded at all. A key can still be a replay.
fn refuse_early(refund: &Refund, sale: &SaleSnapshot, context: &Context) -> Result<(), Failure> {
    if refund.key.is_some() || refund.reason.is_some() || !context.prompt.can_ask() {
        return Ok(());
    }
    let Some(record) = &sale.record else { return Ok(()) };
    match plan::verdict(record, &context.policy, context.now.today) {
        Verdict::No(refusal) => Err(refused_sale(&refusal, record, &context.policy, context.now.today)),
        Verdict::Yes | Verdict::Goodwill(_) => Ok(()),
    }
}

/// The payment to refund, as it is read once for this command.
fn sale(refund: &Refund, store: &Store, context: &mut Context) -> Result<SaleSnapshot, Failure> {
    if let Some(order) = &refund.order {
        return of_order(store, order, context);
    }
    let can_ask = context.prompt.can_ask();
    if let [only] = refund.sale.as_slice() {
        let id = TransactionId::new(only).map_err(|error| Failure::usage(error.to_string()))?;
        let sale = SaleSnapshot::read(store, id, context.policy.zone)?;
        if sale.record.is_some() || !can_ask {
            return Ok(sale);
        }
    }
    if can_ask {
        let version = store.version()?;
        let record = interactive::pick_sale(store, &refund.sale.join(" "), context)?;
        return Ok(SaleSnapshot::of(record, version));
    }
    Err(Failure::usage("no sale was given, and prompting is not possible")
        .hint("retour refund SALE --reason customer-request --yes"))
}

/// The amount that was typed; it is asked for only if no sale was given either.
fn amount(refund: &Refund, sale: &SaleSnapshot, context: &mut Context) -> Result<Option<TypedAmount>, Failure> {
    let is_fully_interactive = refund.sale.is_empty() && refund.order.is_none() && refund.amount.is_none();
    if !is_fully_interactive {
        return Ok(refund.amount.clone());
    }
    match &sale.record {
        Some(record) => interactive::ask_amount(record, context),
        None => Err(refused(&Refusal::UnknownSale(sale.sale.clone()))),
    }
}

/// The payment of the order that can be refunded; with several of them, a person picks one.
fn of_order(store: &Store, order: &OrderId, context: &mut Context) -> Result<SaleSnapshot, Failure> {
    let version = store.version()?;
    let records = store.order(order, context.policy.zone)?;
    let record = match choose_payment(records, &context.policy, context.now.today) {
        PaymentChoice::One(record) | PaymentChoice::NoneRefundable { newest: record, .. } => *record,
        PaymentChoice::Several(records) if context.prompt.can_ask() => interactive::pick_one(records, context)?,
        PaymentChoice::Several(records) => return Err(several_candidates(order, &records)),
        PaymentChoice::UnknownOrder => return Err(unknown_order(order)),
    };
    Ok(SaleSnapshot::of(record, version))
}

fn several_candidates(order: &OrderId, records: &[SaleRecord]) -> Failure {
    let message = format!("{} payments of order {order} can be refunded", records.len());
    let failure = Failure::new(Exit::NotFound, "several_candidates", message);
    records.iter().fold(failure, |failure, record| failure.hint(format!("retour refund {}", record.payment.id)))
}

fn carry_out(
    store: &Store,
    sale: SaleSnapshot,
    instruction: &RefundInstruction,
    context: &mut Context,
) -> Result<Outcome, Failure> {
    let judged_on = instruction.request.asked_on.unwrap_or(context.now.today);
    let (session, ui, prompt) = context::session(context, store, &Unobserved);
    let (policy, id) = (session.policy, sale.sale.clone());
    record(&session, sale, instruction, &mut |planned, now| confirm(ui, prompt, planned, policy, now))
        .map_err(|error| failure(error, &id, policy, judged_on))
}

/// Shows the plan and asks; if it cannot ask, the confirmation must be given in advance.
fn confirm(ui: &mut Ui, prompt: &mut dyn Prompt, planned: &Planned, policy: &Policy, now: &Now) -> Result<(), Failure> {
    if !prompt.can_ask() {
        return Err(Failure::not_confirmed("not confirmed: prompting is not possible, and nothing was recorded")
            .again("confirm in advance: ", "--yes")
            .again("or only show the plan: ", "--dry-run"));
    }
    let plan = view::plan_text(&planned.plan, &planned.record, policy, now, &ui.style);
    ui.show(&plan);
    let question = format!("Mark this refund of {}?", planned.plan.amount);
    match prompt.confirm(&question) {
        Answer::Yes => Ok(()),
        Answer::No | Answer::EndOfInput => Err(Failure::not_confirmed("not confirmed: nothing was recorded")),
    }
}

fn answer(outcome: &Outcome, context: &mut Context) -> CommandResult {
    let (ui, policy) = (&mut context.ui, &context.policy);
    let now = Now::new(context.clock.now(), policy.zone);
    let (stored, is_replayed) = match outcome {
        Outcome::DryRun(planned) => {
            let signed = Signed { actor: &context.actor, key: planned.key.as_ref(), reference: None };
            view::answer_dry_run(ui, &planned.plan, &planned.record, policy, &now, signed)?;
            ui.note("note: a dry run, nothing was recorded");
            return Ok(Done::Fully);
        }
        Outcome::Replayed(stored) => (stored, true),
        Outcome::Recorded(stored) => (stored, false),
    };
    let view = RefundView::recorded(&stored.refund, &stored.record, policy, &now);
    let view = if is_replayed { view.replayed() } else { view };
    view::answer(ui, &view).map_err(|error| recorded_but_undelivered(&stored.refund.id.to_string(), &error))?;
    Ok(Done::Fully)
}
