//! `retour refund` for many: a file, several sales, or all payments of an order.

use crate::commands::context::{self, Context};
use crate::commands::error::{Exit, Failure, recorded_but_undelivered};
use crate::commands::progress::Progress;
use crate::commands::refund::args::Refund;
use crate::commands::{Answer, Done};
use crate::desk::Session;
use crate::desk::batch::{self, BatchError, Outcome};
use crate::desk::refund::Consent;
use crate::domain::batch::{Batch, BatchLine, ControlTotal};
use crate::domain::ids::TransactionId;
use crate::domain::money::{AmountProblem, Money, Totals, TypedAmount};
use crate::domain::refund::Reason;
use crate::domain::rules::plan::{Request, Verdict, verdict};
use crate::domain::sale::transaction::Kind;
use crate::domain::time::Now;
use crate::environment::prompt::Prompt;
use crate::import::batch_file::{self, BatchFileError, Defaults, Problem};
use crate::output::ui::{Ui, Undelivered};
use crate::output::views::batch::{self as view, Ending, Showing};
use crate::store::Store;
use anyhow::Context as _;
use serde_json::{Value, json};
use std::path::{Path, PathBuf};
use tempfile::NamedTempFile;

/// Plans, shows, asks and records a batch.
pub fn run(refund: &Refund, store: &Store, context: &mut Context) -> Answer {
    let batch = &refund.batch;
    let (lines, has_bare_sums) = lines(refund, store, context)?;
    let expected_total = control_total(&batch.expect_total)?;
    let is_agreed = context.options.yes && (context.prompt.is_somebody() || expected_total.is_some());
    let order = batch::Order {
        reference: batch.reference.clone(),
        lines,
        accepted: refund.accept.clone(),
        consent: match (refund.dry_run, is_agreed) {
            (true, _) => Consent::DryRun,
            (false, true) => Consent::Given,
            (false, false) => Consent::Asked,
        },
        skip_refused: batch.skip_refused,
        expected_total,
        expected_lines: batch.expect_count,
        limits: context.config.limits.clone(),
        has_bare_sums,
    };
    // That the results cannot be written must be known before anything is recorded.
    let results = batch.results.as_deref().map(Results::begin).transpose()?;
    let outcome = carry_out(store, &order, context)?;
    answer(outcome, results, context)
}

/// The lines, and whether sums without a currency are among them.
fn lines(refund: &Refund, store: &Store, context: &mut Context) -> Result<(Vec<BatchLine>, bool), Failure> {
    let batch = &refund.batch;
    if let Some(file) = &batch.from_file {
        let bytes = context::read_file(file)?;
        let defaults = Defaults {
            reason: refund.reason.or(context.policy.default_reason),
            note: refund.note.clone(),
            asked_on: refund.asked_on,
            goodwill: refund.goodwill,
            again: refund.again,
        };
        let read = batch_file::read(&bytes, &defaults, context.now.today);
        let read = read.map_err(|error| malformed(file, &error))?;
        return Ok((read.lines, read.has_amounts && !read.has_currency));
    }
    let reason = refund.reason(context)?;
    let sales = match &refund.order {
        Some(_) if !batch.all_payments => {
            return Err(Failure::usage("a batch of an order's payments needs --all-payments"));
        }
        Some(order) => payments_of(store, order, context)?,
        None => refund.sales()?,
    };
    if sales.is_empty() {
        return Err(Failure::usage("the batch names no sale").hint("name sales, or a file: --from-file FILE"));
    }
    let line = |(line, sale)| BatchLine { line, sale, request: request(refund, reason), key: None };
    Ok(((1..).zip(sales).map(line).collect(), false))
}

fn request(refund: &Refund, reason: Reason) -> Request {
    Request {
        amount: refund.amount.clone(),
        reason,
        note: refund.note.clone(),
        asked_on: refund.asked_on,
        goodwill: refund.goodwill,
        again: refund.again,
    }
}

/// The order's payments that have something left; where none has, all of them, so that each says why.
fn payments_of(
    store: &Store,
    order: &crate::domain::ids::OrderId,
    context: &Context,
) -> Result<Vec<TransactionId>, Failure> {
    let records = store.order(order, context.policy.zone)?;
    let sales: Vec<_> = records.iter().filter(|each| each.payment.entry.kind() == Kind::Sale).collect();
    if sales.is_empty() {
        return Err(crate::commands::orders::unknown_order(order));
    }
    let is_possible = |each: &&&crate::domain::sale::record::SaleRecord| {
        !matches!(verdict(each, &context.policy, context.now.today), Verdict::No(_))
    };
    let possible: Vec<_> = sales.iter().filter(is_possible).copied().collect();
    let chosen = if possible.is_empty() { sales } else { possible };
    Ok(chosen.iter().map(|record| record.payment.id.clone()).collect())
}

/// Every mistake of the file, with its place.
fn malformed(file: &Path, error: &BatchFileError) -> Failure {
    let message = format!("{}: {error}", file.display());
    let mut failure = Failure::new(Exit::Usage, error.code(), message);
    if let BatchFileError::Problems(problems) = error {
        failure.facts = problems.told.iter().map(ToString::to_string).collect();
        if problems.more > 0 {
            failure.facts.push(format!("and {} more", problems.more));
        }
        failure = failure.detail("mistakes", problems.told.iter().map(mistake).collect::<Vec<_>>());
    }
    failure.hint("nothing was recorded; mend the file and run the same command again")
}

/// A mistake for programs; without a line it is the whole file's.
fn mistake(problem: &Problem) -> Value {
    let line = Some(problem.line).filter(|line| *line > 0);
    json!({ "line": line, "column": problem.column, "code": problem.code, "message": problem.message })
}

fn control_total(stated: &[TypedAmount]) -> Result<Option<ControlTotal>, Failure> {
    if stated.is_empty() {
        return Ok(None);
    }
    let mut totals = Totals::default();
    for amount in stated {
        let currency = amount
            .currency()
            .ok_or_else(|| Failure::usage("--expect-total needs a currency").hint("--expect-total \"431.50 EUR\""))?;
        let sum = match amount.in_currency(currency) {
            Err(AmountProblem::Zero) => Money::zero(currency),
            other => other.map_err(|problem| Failure::usage(format!("--expect-total: {problem}")))?,
        };
        if totals.iter().any(|known| known.currency() == currency) {
            return Err(Failure::usage(format!("--expect-total names {currency} twice")));
        }
        totals.add(sum).map_err(|error| Failure::usage(error.to_string()))?;
    }
    Ok(Some(ControlTotal(totals)))
}

/// Written beside its place, and put there at the end.
struct Results {
    file: NamedTempFile,
    place: PathBuf,
}

impl Results {
    fn begin(place: &Path) -> Result<Self, Failure> {
        let folder = place.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
        let shown = || format!("{} cannot be written", place.display());
        if place.is_dir() {
            return Err(anyhow::anyhow!("it is a folder").context(shown()).into());
        }
        let file = NamedTempFile::new_in(folder).with_context(shown)?;
        Ok(Self { file, place: place.to_owned() })
    }

    fn end(mut self, batch: &Batch, showing: Showing<'_>) -> std::io::Result<()> {
        view::result_lines(&mut std::io::BufWriter::new(self.file.as_file_mut()), batch, showing)?;
        self.file.as_file().sync_all()?;
        self.file.persist(&self.place).map(drop).map_err(|error| error.error)
    }
}

fn carry_out(store: &Store, order: &batch::Order, context: &mut Context) -> Result<Outcome, Failure> {
    let progress = Progress::of(context);
    let session = Session {
        store,
        policy: &context.policy,
        actor: &context.actor,
        clock: &*context.clock,
        guard: &context.guard,
        observer: &progress,
    };
    let (ui, prompt, policy) = (&mut context.ui, &mut *context.prompt, &context.policy);
    let (actor, says_yes) = (&context.actor, context.options.yes);
    let outcome = batch::refund(&session, order, &mut |batch, now| {
        let text = view::text(batch, Ending::DryRun, Showing { policy, now, actor }, &ui.style);
        confirm(ui, prompt, batch, &text, says_yes)
    });
    outcome.map_err(failure)
}

/// A person types the total back, or the number of lines where there are several currencies.
fn confirm(ui: &mut Ui, prompt: &mut dyn Prompt, batch: &Batch, text: &str, says_yes: bool) -> Result<(), Failure> {
    let refuse = |message: &str| Failure::new(Exit::NotConfirmed, "not_confirmed", message);
    if !prompt.is_somebody() {
        let totals: Vec<String> = batch.totals().unwrap_or_default().iter().map(|sum| sum.to_string()).collect();
        let stated: Vec<String> = totals.iter().map(|sum| format!("--expect-total \"{sum}\"")).collect();
        let missing = if says_yes { "nobody stated the total" } else { "there is nobody to ask" };
        return Err(refuse(&format!("not confirmed: {missing}, and nothing was recorded"))
            .hint(format!("look at the plan with --dry-run, then: --yes {}", stated.join(" "))));
    }
    ui.show(text);
    let counts = batch.counts();
    let totals = batch.totals().map_err(|error| refuse(&error.to_string()))?;
    let only = Some(totals.iter().collect::<Vec<_>>()).filter(|sums| sums.len() == 1);
    let question = match &only {
        Some(_) => format!("To mark {} refunds, type the total:", counts.recorded),
        None => format!("To mark {} refunds, type the number of lines:", counts.recorded),
    };
    for _ in 0..3 {
        let Some(typed) = prompt.typed(&question) else { break };
        let is_right = match only.as_deref() {
            Some([total]) => {
                typed.parse::<TypedAmount>().is_ok_and(|typed| typed.in_currency(total.currency()) == Ok(*total))
            }
            _ => typed.trim() == counts.lines.to_string(),
        };
        if is_right {
            return Ok(());
        }
        if typed.trim().is_empty() {
            break;
        }
        ui.note("that is another figure");
    }
    Err(refuse("not confirmed: nothing was recorded"))
}

fn failure(error: BatchError<Failure>) -> Failure {
    let message = error.to_string();
    match error {
        BatchError::NotConfirmed(failure) => failure,
        BatchError::Store(error) => error.into(),
        BatchError::OffCount { expected, found } => Failure::new(Exit::Refused, "count_mismatch", message)
            .detail("expected", expected)
            .detail("found", found)
            .hint("nothing was recorded; look at the file, then state the count again"),
        BatchError::OffTotal(off) => Failure::new(Exit::Refused, "total_mismatch", message)
            .detail("expected", off.expected.to_string())
            .detail("found", off.found.to_string())
            .hint("nothing was recorded; look at the plan with --dry-run, then state the total again"),
        BatchError::OverLimit(_) => Failure::new(Exit::Refused, "over_limit", message)
            .hint("nothing was recorded; part the batch, or raise [limits] in the configuration"),
        BatchError::Money(_) => Failure::new(Exit::Refused, "over_limit", message),
        BatchError::KeyTwice { .. } => {
            Failure::new(Exit::Usage, "key_repeated", message).hint("a key names one intention: give each line its own")
        }
        BatchError::CurrencyNeeded(_) => Failure::new(Exit::Usage, "currency_needed", message)
            .hint("add a column currency, or write the code behind each figure"),
        BatchError::PlanChanged { before, now } => plan_changed(&before, &now),
    }
}

fn plan_changed(before: &Batch, now: &Batch) -> Failure {
    let sums = |batch: &Batch| {
        let sums: Vec<String> = batch.totals().unwrap_or_default().iter().map(|sum| sum.to_string()).collect();
        if sums.is_empty() { "nothing".to_owned() } else { sums.join(", ") }
    };
    let (then, later) = (before.counts(), now.counts());
    Failure::new(Exit::Refused, "plan_changed", "the plan changed before it was confirmed")
        .fact(format!("it was {} refunds, {} in total", then.recorded, sums(before)))
        .fact(format!("it is {} refunds, {} in total, {} refused", later.recorded, sums(now), later.refused))
        .fact("nothing was recorded")
        .hint("look again: --dry-run")
}

fn answer(outcome: Outcome, results: Option<Results>, context: &mut Context) -> Answer {
    let (batch, ending) = match outcome {
        Outcome::Recorded(batch) => (batch, Ending::Recorded),
        Outcome::DryRun(batch) => (batch, Ending::DryRun),
        Outcome::Refused(batch) => (batch, Ending::Refused),
    };
    let now = Now::new(context.clock.now(), context.policy.zone);
    let showing = Showing { policy: &context.policy, now: &now, actor: &context.actor };
    let kept = results.map_or(Ok(()), |results| results.end(&batch, showing)).map_err(Undelivered);
    let told = view::answer(&mut context.ui, &batch, ending, showing);
    let counts = batch.counts();
    if ending == Ending::Recorded && counts.recorded > 0 {
        let what = format!("a batch of {} refunds", counts.recorded);
        kept.and(told).map_err(|error| recorded_but_undelivered(&what, &error))?;
    } else {
        kept.and(told)?;
    }
    match (ending, counts.refused) {
        (Ending::Refused, _) => Err(batch_refused(&batch)),
        (_, 0) => Ok(Done::Fully),
        (_, _) => Ok(Done::Partly),
    }
}

/// The lines are in the answer; the error says what to do.
fn batch_refused(batch: &Batch) -> Failure {
    let counts = batch.counts();
    let lines = if counts.refused == 1 { "1 line is".to_owned() } else { format!("{} lines are", counts.refused) };
    Failure::new(Exit::Refused, "batch_refused", format!("{lines} refused, and nothing was recorded"))
        .detail("refused", counts.refused)
        .hint("mend these lines, or record the others: --skip-refused")
}
