//! `retour refund` of a batch: a file, several sales, or all payments of an order.

use crate::commands::context::{self, Context};
use crate::commands::error::{recorded_but_undelivered, unknown_order};
use crate::commands::failure::{Exit, Failure};
use crate::commands::progress::Progress;
use crate::commands::refund::args::Refund;
use crate::commands::refund::results::Results;
use crate::commands::{CommandResult, Done};
use crate::desk::batch::{self, BatchInstruction, Outcome};
use crate::desk::choose_payment::{PaymentChoice, choose_payment};
use crate::desk::refund::Consent;
use crate::domain::batch::{Batch, BatchLine, ControlTotal};
use crate::domain::ids::{OrderId, TransactionId};
use crate::domain::money::{AmountProblem, Money, Totals, TypedAmount};
use crate::domain::time::Now;
use crate::environment::prompt::Prompt;
use crate::import::batch::{self as batch_file, BatchFile, BatchFileError, Defaults, Mistake};
use crate::output::ui::{Ui, Undelivered};
use crate::output::views::batch::{self as view, Ending, Showing};
use crate::store::Store;
use serde_json::{Value, json};
use std::path::Path;

/// Plans, shows, asks and records a batch.
pub fn run(refund: &Refund, store: &Store, context: &mut Context) -> CommandResult {
    let batch = &refund.batch;
    let begin = |path| Results::begin(path, batch.from_file.as_deref(), context);
    let results = batch.results.as_deref().map(begin).transpose()?;
    let file = batch.from_file.as_deref().map(|file| read(file, refund, context)).transpose()?;
    let has_bare_amounts = file.as_ref().is_some_and(|file| file.has_amounts && !file.has_currency);
    let (lines, file_digest) = match file {
        Some(file) => (file.lines, Some(file.sha256)),
        None => (lines_of_sales(refund, store, context)?, None),
    };
    let expected_total = control_total(&batch.expect_total)?;
    let is_confirmed = context.options.yes && (context.prompt.can_ask() || expected_total.is_some());
    let instruction = BatchInstruction {
        reference: batch.reference.clone(),
        lines,
        file_digest,
        accepted: refund.accept.clone(),
        consent: Consent::of(refund.dry_run, is_confirmed),
        skip_refused: batch.skip_refused,
        expected_total,
        expected_lines: batch.expect_count,
        limits: context.config.limits.clone(),
        has_bare_amounts,
    };
    let outcome = carry_out(store, &instruction, context)?;
    answer(outcome, results, context)
}

fn read(file: &Path, refund: &Refund, context: &Context) -> Result<BatchFile, Failure> {
    let bytes = context::read_file(file)?;
    let defaults = Defaults {
        reason: refund.reason.or(context.policy.default_reason),
        note: refund.note.clone(),
        asked_on: refund.asked_on,
        goodwill: refund.goodwill,
        again: refund.again,
    };
    batch_file::read(&bytes, &defaults, context.now.today).map_err(|error| malformed(file, &error))
}

/// The sales that were given, or those of the order.
fn lines_of_sales(refund: &Refund, store: &Store, context: &mut Context) -> Result<Vec<BatchLine>, Failure> {
    let reason = refund.reason(context)?;
    let sales = match &refund.order {
        Some(_) if !refund.batch.all_payments => {
            return Err(Failure::usage("a batch of an order's payments needs --all-payments"));
        }
        Some(order) => payments_of(store, order, context)?,
        None => refund.sales()?,
    };
    if sales.is_empty() {
        return Err(Failure::usage("the batch has no sales").hint("give sales, or a file: --from-file FILE"));
    }
    let line =
        |(line, sale)| BatchLine { line, sale, request: refund.request(refund.amount.clone(), reason), key: None };
    Ok((1..).zip(sales).map(line).collect())
}

/// The order's payments that can be refunded; if none can, all of them, so that each one says why.
fn payments_of(store: &Store, order: &OrderId, context: &Context) -> Result<Vec<TransactionId>, Failure> {
    let records = store.order(order, context.policy.zone)?;
    let chosen = match choose_payment(records, &context.policy, context.now.today) {
        PaymentChoice::One(record) => vec![*record],
        PaymentChoice::Several(records) => records,
        PaymentChoice::NoneRefundable { mut earlier, newest } => {
            earlier.push(*newest);
            earlier
        }
        PaymentChoice::UnknownOrder => return Err(unknown_order(order)),
    };
    Ok(chosen.into_iter().map(|record| record.payment.id).collect())
}

/// Every mistake in the file, with its position.
fn malformed(file: &Path, error: &BatchFileError) -> Failure {
    let message = format!("{}: {error}", file.display());
    let mut failure = Failure::new(Exit::Usage, error.code(), message);
    if let BatchFileError::Mistakes(mistakes) = error {
        failure.facts = mistakes.listed.iter().map(ToString::to_string).collect();
        if mistakes.more > 0 {
            failure.facts.push(format!("and {} more", mistakes.more));
        }
        failure = failure.detail("mistakes", mistakes.listed.iter().map(mistake).collect::<Vec<_>>());
    }
    failure.hint("nothing was recorded; fix the file and run the same command again")
}

/// A mistake for programs; without a line it is the whole file's.
fn mistake(Mistake { line, fault }: &Mistake) -> Value {
    let line = Some(*line).filter(|line| *line > 0);
    json!({ "line": line, "column": fault.column, "code": fault.code.word(), "message": fault.message })
}

fn control_total(expected: &[TypedAmount]) -> Result<Option<ControlTotal>, Failure> {
    if expected.is_empty() {
        return Ok(None);
    }
    let mut totals = Totals::default();
    for amount in expected {
        let currency = amount
            .currency()
            .ok_or_else(|| Failure::usage("--expect-total needs a currency").hint("--expect-total \"431.50 EUR\""))?;
        let sum = match amount.in_currency(currency) {
            Err(AmountProblem::Zero) => Money::zero(currency),
            other => other.map_err(|problem| Failure::usage(format!("--expect-total: {problem}")))?,
        };
        if totals.iter().any(|known| known.currency() == currency) {
            return Err(Failure::usage(format!("--expect-total has {currency} twice")));
        }
        totals.add(sum).map_err(|error| Failure::usage(error.to_string()))?;
    }
    Ok(Some(ControlTotal(totals)))
}

fn carry_out(store: &Store, instruction: &BatchInstruction, context: &mut Context) -> Result<Outcome, Failure> {
    let progress = Progress::of(context);
    let says_yes = context.options.yes;
    let (session, ui, prompt) = context::session(context, store, &progress);
    let (policy, actor) = (session.policy, session.actor);
    let outcome = batch::refund(&session, instruction, &mut |batch, now| {
        let text = view::text(batch, Ending::DryRun, Showing { policy, now, actor }, &ui.style);
        confirm(ui, prompt, batch, &text, says_yes)
    });
    Ok(outcome?)
}

/// A person types the total, or the number of lines if there are several currencies.
fn confirm(ui: &mut Ui, prompt: &mut dyn Prompt, batch: &Batch, text: &str, says_yes: bool) -> Result<(), Failure> {
    if !prompt.can_ask() {
        let totals: Vec<String> = batch.totals().unwrap_or_default().iter().map(|sum| sum.to_string()).collect();
        let options: Vec<String> = totals.iter().map(|sum| format!("--expect-total \"{sum}\"")).collect();
        let missing = if says_yes { "the total was not given" } else { "prompting is not possible" };
        return Err(Failure::not_confirmed(format!("not confirmed: {missing}, and nothing was recorded"))
            .again("check the plan: ", "--dry-run")
            .again("then confirm it: ", format!("--yes {}", options.join(" "))));
    }
    ui.show(text);
    let counts = batch.counts();
    let totals: Vec<Money> =
        batch.totals().map_err(|error| Failure::not_confirmed(error.to_string()))?.iter().collect();
    let what = if totals.len() == 1 { "total" } else { "number of lines" };
    for _ in 0..3 {
        let Some(typed) = prompt.typed(&format!("To mark {} refunds, type the {what}:", counts.recorded)) else {
            break;
        };
        let is_right = match totals.as_slice() {
            [total] => is_amount(&typed, *total),
            _ => typed.trim() == counts.lines.to_string(),
        };
        if is_right {
            return Ok(());
        }
        if typed.trim().is_empty() {
            break;
        }
        ui.note(&format!("that is not the {what}"));
    }
    Err(Failure::not_confirmed("not confirmed: nothing was recorded"))
}

fn is_amount(typed: &str, expected: Money) -> bool {
    typed.parse::<TypedAmount>().is_ok_and(|typed| typed.in_currency(expected.currency()) == Ok(expected))
}

fn answer(outcome: Outcome, results: Option<Results>, context: &mut Context) -> CommandResult {
    let (batch, ending) = match outcome {
        Outcome::Recorded(batch) => (batch, Ending::Recorded),
        Outcome::DryRun(batch) => (batch, Ending::DryRun),
        Outcome::Refused(batch) => (batch, Ending::Refused),
    };
    let now = Now::new(context.clock.now(), context.policy.zone);
    let showing = Showing { policy: &context.policy, now: &now, actor: &context.actor };
    let kept = results.map_or(Ok(()), |results| results.end(&batch, showing)).map_err(Undelivered);
    let answered = view::answer(&mut context.ui, &batch, ending, showing);
    let counts = batch.counts();
    if ending == Ending::Recorded && counts.recorded > 0 {
        let what = format!("a batch of {} refunds", counts.recorded);
        kept.and(answered).map_err(|error| recorded_but_undelivered(&what, &error))?;
    } else {
        kept.and(answered)?;
    }
    match (ending, counts.refused) {
        (Ending::Refused, _) => Err(batch_refused(&batch)),
        (_, 0) => Ok(Done::Fully),
        (_, _) => Ok(Done::Partly),
    }
}

/// The answer has the lines; the error says what to do.
fn batch_refused(batch: &Batch) -> Failure {
    let counts = batch.counts();
    let lines = if counts.refused == 1 { "1 line is".to_owned() } else { format!("{} lines are", counts.refused) };
    Failure::new(Exit::Refused, "batch_refused", format!("{lines} refused, and nothing was recorded"))
        .detail("refused", counts.refused)
        .again("fix these lines, or record the others: ", "--skip-refused")
}
