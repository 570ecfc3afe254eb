//! `retour refund` of one sale.

use crate::commands::context::Context;
use crate::commands::error::{Exit, Failure, recorded_but_undelivered, refused};
use crate::commands::orders::unknown_order;
use crate::commands::refund::args::Refund;
use crate::commands::refund::interactive;
use crate::commands::{Answer, Done};
use crate::desk::refund::{self as order, Consent, Outcome, Planned, RefundError};
use crate::desk::{Session, Unobserved};
use crate::domain::ids::{OrderId, TransactionId};
use crate::domain::money::TypedAmount;
use crate::domain::rules::period::PeriodStart;
use crate::domain::rules::plan::{self, RefundPlan, Refusal, Request, Verdict};
use crate::domain::rules::policy::Policy;
use crate::domain::sale::record::SaleRecord;
use crate::domain::sale::transaction::{Kind, KindAndStatus, SaleStatus};
use crate::domain::time::Now;
use crate::environment::prompt::{Answer as Said, Prompt};
use crate::output::sentences;
use crate::output::ui::Ui;
use crate::output::views::refund::{self as view, RefundView, Signed};
use crate::store::Store;
use chrono::NaiveDate;

/// Plans, shows, asks and marks.
pub fn run(refund: &Refund, store: &Store, context: &mut Context) -> Answer {
    let sale = sale(refund, store, context)?;
    refuse_early(refund, store, &sale, context)?;
    let amount = amount(refund, store, &sale, context)?;
    let order = order::Order {
        request: Request {
            amount,
            reason: refund.reason(context)?,
            note: refund.note.clone(),
            asked_on: refund.asked_on,
            goodwill: refund.goodwill,
            again: refund.again,
        },
        sale,
        key: refund.key.clone(),
        accepted: refund.accept.clone(),
        consent: consent(refund, context),
    };
    let outcome = carry_out(store, &order, context)?;
    answer(&outcome, context)
}

/// Nobody is asked how much and why for a sale that cannot be refunded at all. A key may have an answer of its own.
fn refuse_early(refund: &Refund, store: &Store, sale: &TransactionId, context: &Context) -> Result<(), Failure> {
    if refund.key.is_some() || refund.reason.is_some() || !context.prompt.is_somebody() {
        return Ok(());
    }
    let Some(record) = store.record(sale, context.policy.zone)? else { return Ok(()) };
    match plan::verdict(&record, &context.policy, context.now.today) {
        Verdict::No(refusal) => {
            let judged_by = (&context.policy, context.now.today);
            Err(with_facts(refused(&refusal), &refusal, &record, judged_by))
        }
        Verdict::Yes | Verdict::Goodwill(_) => Ok(()),
    }
}

fn consent(refund: &Refund, context: &Context) -> Consent {
    match (refund.dry_run, context.options.yes) {
        (true, _) => Consent::DryRun,
        (false, true) => Consent::Given,
        (false, false) => Consent::Asked,
    }
}

/// The one payment that is meant.
fn sale(refund: &Refund, store: &Store, context: &mut Context) -> Result<TransactionId, Failure> {
    if let Some(order) = &refund.order {
        return of_order(store, order, context);
    }
    if let [only] = refund.sale.as_slice() {
        let id = TransactionId::new(only).map_err(|error| Failure::usage(error.to_string()))?;
        let is_known = store.record(&id, context.policy.zone)?.is_some();
        if is_known || !context.prompt.is_somebody() {
            return Ok(id);
        }
    }
    if context.prompt.is_somebody() {
        return interactive::pick_sale(store, &refund.sale.join(" "), context);
    }
    Err(Failure::usage("no sale is named, and there is nobody to ask")
        .hint("retour refund SALE --reason customer-request --yes"))
}

/// A person who came without any argument is asked how much.
fn amount(
    refund: &Refund,
    store: &Store,
    sale: &TransactionId,
    context: &mut Context,
) -> Result<Option<TypedAmount>, Failure> {
    let is_on_a_journey = refund.sale.is_empty() && refund.order.is_none() && refund.amount.is_none();
    if !is_on_a_journey {
        return Ok(refund.amount.clone());
    }
    let record = store.record(sale, context.policy.zone)?;
    let record = record.ok_or_else(|| refused(&Refusal::UnknownSale(sale.clone())))?;
    interactive::ask_amount(&record, context)
}

/// The payment of the order that can be refunded; a person picks where there are several.
fn of_order(store: &Store, order: &OrderId, context: &mut Context) -> Result<TransactionId, Failure> {
    let records = store.order(order, context.policy.zone)?;
    let sales: Vec<&SaleRecord> = records.iter().filter(|record| record.payment.entry.kind() == Kind::Sale).collect();
    let is_possible =
        |record: &&&SaleRecord| !matches!(plan::verdict(record, &context.policy, context.now.today), Verdict::No(_));
    let possible: Vec<&SaleRecord> = sales.iter().filter(is_possible).copied().collect();
    match (possible.as_slice(), sales.as_slice()) {
        ([only], _) | ([], [only]) => Ok(only.payment.id.clone()),
        ([], [_, last @ ..]) => {
            // None can be refunded: the newest payment's refusal tells why.
            let newest = last.last().or(sales.first()).map(|record| record.payment.id.clone());
            newest.ok_or_else(|| unknown_order(order))
        }
        ([], []) => Err(unknown_order(order)),
        (several, _) if context.prompt.is_somebody() => {
            let several: Vec<SaleRecord> = several.iter().map(|record| (*record).clone()).collect();
            interactive::pick_one(&several, context)
        }
        (several, _) => {
            let message = format!("{} payments of order {order} can be refunded", several.len());
            let failure = Failure::new(Exit::NotFound, "several_candidates", message);
            Err(several
                .iter()
                .fold(failure, |failure, record| failure.hint(format!("retour refund {}", record.payment.id))))
        }
    }
}

fn carry_out(store: &Store, order: &order::Order, context: &mut Context) -> Result<Outcome, Failure> {
    let session = Session {
        store,
        policy: &context.policy,
        actor: &context.actor,
        clock: &*context.clock,
        guard: &context.guard,
        observer: &Unobserved,
    };
    let (ui, prompt, policy) = (&mut context.ui, &mut *context.prompt, &context.policy);
    let today = context.now.today;
    order::refund(&session, order, &mut |planned, now| confirm(ui, prompt, planned, policy, now))
        .map_err(|error| failure(error, order, policy, today))
}

/// Shows the plan, and asks. Whoever cannot be asked has to say yes in advance.
fn confirm(ui: &mut Ui, prompt: &mut dyn Prompt, planned: &Planned, policy: &Policy, now: &Now) -> Result<(), Failure> {
    if !prompt.is_somebody() {
        return Err(Failure::new(
            Exit::NotConfirmed,
            "not_confirmed",
            "not confirmed: there is nobody to ask, and nothing was recorded",
        )
        .hint("give the confirmation in advance: --yes")
        .hint("or only look at the plan: --dry-run"));
    }
    let plan = view::plan_text(&planned.plan, &planned.record, policy, now, &ui.style);
    ui.show(&plan);
    let question = format!("Mark this refund of {}?", planned.plan.amount);
    match prompt.confirm(&question) {
        Said::Yes => Ok(()),
        Said::No | Said::Ended => {
            Err(Failure::new(Exit::NotConfirmed, "not_confirmed", "not confirmed: nothing was recorded"))
        }
    }
}

fn failure(error: RefundError<Failure>, order: &order::Order, policy: &Policy, today: NaiveDate) -> Failure {
    match error {
        RefundError::NotConfirmed(failure) => failure,
        RefundError::Store(error) => error.into(),
        RefundError::PlanChanged { before, now } => plan_changed(&before, &now, order),
        RefundError::Refused { refusal, record } => {
            let failure = refused(&refusal);
            match record {
                Some(record) => with_facts(failure, &refusal, &record, (policy, today)),
                None => failure,
            }
        }
    }
}

/// What a vendor asks next: whose payment it was, and by which rule.
fn with_facts(
    failure: Failure,
    refusal: &Refusal,
    record: &SaleRecord,
    (policy, today): (&Policy, NaiveDate),
) -> Failure {
    let payment = &record.payment;
    let paid_on = record.paid_on(policy.zone);
    let customer = sentences::customer(&payment.customer);
    let was_paid =
        matches!(payment.entry, KindAndStatus::Sale(SaleStatus::Paid | SaleStatus::Refunded | SaleStatus::ChargedBack));
    let dated = if was_paid { "paid on" } else { "dated" };
    let failure = failure
        .fact(format!("{} of {customer}, {dated} {}", payment.amount, sentences::weekday(paid_on)))
        .detail("transaction_id", payment.id.as_str())
        .detail(
            "left",
            serde_json::json!({
                "minor": record.left().minor(),
                "currency": payment.amount.currency().code(),
                "text": record.left().to_string(),
            }),
        );
    if !refusal.yields_to_goodwill() {
        return failure;
    }
    let period = policy.periods.of_sale(record, policy.zone);
    match (refusal, period.products.as_slice()) {
        // The refusal has the days already; what it does not have is why they are counted from there.
        (Refusal::PeriodExpired { .. }, [_]) => failure.fact(counted_from(period.start)),
        (Refusal::PeriodDisabled, [_]) => failure,
        (_, _) => failure.fact(sentences::period(&period, today)),
    }
}

fn counted_from(start: PeriodStart) -> &'static str {
    match start {
        PeriodStart::FirstPayment(_) => "counted from the order's first payment",
        PeriodStart::OrderDay(_) => "counted from the order's day: its first payment is not in the store",
        PeriodStart::ThisPayment(_) => "counted from this payment",
    }
}

fn plan_changed(before: &RefundPlan, now: &Result<RefundPlan, Refusal>, order: &order::Order) -> Failure {
    let said = match now {
        Err(refusal) => refusal.to_string(),
        Ok(now) if now.amount != before.amount => {
            format!("{} would be refunded, not {}", now.amount, before.amount)
        }
        Ok(now) if now.window.by != before.window.by => {
            format!("the money would arrive by {}, not by {}", now.window.by, before.window.by)
        }
        Ok(now) if now.window != before.window => {
            format!("it is {} now, no longer {}", now.window.counted_from, before.window.counted_from)
        }
        Ok(_) => "what has to be known before differs".to_owned(),
    };
    Failure::new(Exit::Refused, "plan_changed", format!("the plan changed before it was confirmed: {said}"))
        .fact("nothing was recorded")
        .hint(format!("look again: retour refund {} --dry-run", order.sale))
}

fn answer(outcome: &Outcome, context: &mut Context) -> Answer {
    let (ui, policy) = (&mut context.ui, &context.policy);
    let now = Now::new(context.clock.now(), policy.zone);
    let written = match outcome {
        Outcome::DryRun(planned) => {
            let signed = Signed { actor: &context.actor, key: planned.key.as_ref(), reference: None };
            view::answer_dry_run(ui, &planned.plan, &planned.record, policy, &now, signed)?;
            ui.note("note: a dry run, nothing was recorded");
            return Ok(Done::Fully);
        }
        Outcome::Replayed(filed) => {
            view::answer(ui, &RefundView::recorded(&filed.refund, &filed.record, policy, &now).replayed())
        }
        Outcome::Recorded(filed) => view::answer(ui, &RefundView::recorded(&filed.refund, &filed.record, policy, &now)),
    };
    let (Outcome::Recorded(filed) | Outcome::Replayed(filed)) = outcome else { return Ok(Done::Fully) };
    written.map_err(|error| recorded_but_undelivered(&filed.refund.id.to_string(), &error))?;
    Ok(Done::Fully)
}
