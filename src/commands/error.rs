//! What went wrong in the rooms below, and what to do about it: code, hint and exit code, all in this one place.

use crate::commands::failure::{Exit, Failure};
use crate::desk::advance::{AdvanceError, StepRefused};
use crate::desk::batch::BatchError;
use crate::desk::done::DoneError;
use crate::desk::import::RunError;
use crate::desk::matching::MatchError;
use crate::desk::notice::{NoticeError, Unclear};
use crate::desk::report::ReportError;
use crate::desk::unread::{BadSettlement, SettleError};
use crate::domain::batch::{Batch, SameFile};
use crate::domain::ids::OrderId;
use crate::domain::money::{AmountProblem, Money};
use crate::domain::rules::plan::Refusal;
use crate::environment::output_file::OutputError;
use crate::output::listing::UnknownColumn;
use crate::output::ui::Undelivered;
use crate::store::StoreError;
use std::borrow::Cow;
use std::path::Path;

/// A refusal, with what the vendor can do.
pub fn refused(refusal: &Refusal) -> Failure {
    let exit = if matches!(refusal, Refusal::UnknownSale(_)) { Exit::NotFound } else { Exit::Refused };
    let failure = Failure::new(exit, refusal.code(), refusal.to_string());
    match refusal {
        Refusal::UnknownSale(id) => failure.hint(format!("retour transactions search {id}")),
        Refusal::BadAmount(problem) => bad_amount(problem, failure),
        Refusal::CurrencyMismatch(_) => failure.hint("omit the currency, or give the currency of the sale"),
        Refusal::ReferenceConflict { .. } => failure.hint("use another --reference, or give the line its own key"),
        Refusal::ReferenceSpent { .. } => failure.hint("to refund it anyway, give the line its own key"),
        Refusal::KeyConflict { .. } => failure.hint("use another --key for another refund"),
        Refusal::KeySpent { .. } => failure.hint("to refund it anyway, use another --key"),
        Refusal::NotASale { id, .. } => failure.hint(format!("retour transactions show {id}")),
        Refusal::TestPayment(_) | Refusal::TrialPeriod(_) | Refusal::NothingPaid(_) => failure,
        Refusal::NotPaid { .. } => failure.hint("import newer notifications from the platform and try again"),
        Refusal::StatusUnknown(_) => {
            failure.hint("if every sale in such files is paid, configure it: [import] status = \"paid\"")
        }
        Refusal::ChargedBack { id, .. }
        | Refusal::AlreadyRefunded { id, .. }
        | Refusal::RefundedBeside(id)
        | Refusal::PaypalTooLate { id, .. } => failure.hint(format!("retour transactions show {id}")),
        Refusal::ExceedsRefundable { left, .. } => failure.again("", format!("--amount {}", left.major())),
        Refusal::UnmatchedRefund { row, .. } => failure.hint(format!("match it first: retour refunds match {row}")),
        Refusal::UnreadReport(report) => failure.hint(format!("match it first: retour refunds match {}", report.id)),
        Refusal::LooksRepeated { .. } | Refusal::RepeatsLine { .. } => {
            failure.again("if this is another refund: ", "--again")
        }
        Refusal::PeriodDisabled | Refusal::PeriodExpired { .. } => {
            failure.again("to refund anyway: ", "--goodwill --note \"why\"")
        }
        Refusal::MissingNote(_) => failure.again("say what could not be delivered: ", "--note \"what\""),
        Refusal::AskedBeforeOrder { .. } | Refusal::AskedInFuture { .. } => {
            failure.hint("give the day the customer asked: --asked-on YYYY-MM-DD")
        }
        Refusal::NotAccepted(caution) => failure.again("to accept it: ", format!("--accept {caution}")),
    }
}

/// An ambiguous amount is hinted at in every reading that the currency allows.
fn bad_amount(problem: &AmountProblem, failure: Failure) -> Failure {
    match problem {
        AmountProblem::Ambiguous { readings, .. } => {
            let options = readings.iter().map(|reading| format!("--amount {}", reading.major()));
            options.fold(failure, |failure, option| failure.again("if you mean this: ", option))
        }
        AmountProblem::TooFine { currency, .. } => {
            failure.hint(format!("amounts in {currency} look like {}", Money::new(1250, *currency).major()))
        }
        _ => failure.hint("omit --amount to refund all that is left"),
    }
}

/// The store has no payment of the order.
pub fn unknown_order(order: &OrderId) -> Failure {
    Failure::new(Exit::NotFound, "unknown_order", format!("there is no order {order} in the store"))
        .hint(format!("retour transactions search {order}"))
}

/// A path with an ending, quoted so that a shell takes it as one word.
pub fn shell_word(path: &Path, ending: &str) -> String {
    let word = format!("{}{ending}", path.display());
    shlex::try_quote(&word).map_or_else(|_| word.clone(), Cow::into_owned)
}

impl From<StoreError> for Failure {
    fn from(error: StoreError) -> Self {
        let code = match &error {
            StoreError::Missing(_) => "store_missing",
            StoreError::NotAStore(_) => "not_a_store",
            StoreError::Newer { .. } => "store_newer",
            StoreError::Older { .. } => "store_older",
            StoreError::Locked => "store_locked",
            StoreError::Damaged(_) => "store_damaged",
            StoreError::ReadOnly(_) => "store_read_only",
            StoreError::DiskFull => "disk_full",
            StoreError::MoneyRule(_) => "money_rule",
            StoreError::Unusable(_) => "store_unusable",
            StoreError::CommitUnknown(_) => "commit_unknown",
            StoreError::LeftOver(_) => "store_left_over",
        };
        let exit = match &error {
            StoreError::MoneyRule(_) => Exit::Refused,
            StoreError::DiskFull => Exit::Failed,
            StoreError::CommitUnknown(_) => Exit::Undelivered,
            _ => Exit::Store,
        };
        let failure = Self::new(exit, code, error.to_string());
        match error {
            StoreError::Missing(_) => failure.hint("create one: retour init"),
            StoreError::NotAStore(_) => failure.hint("give the store's file: --store FILE"),
            StoreError::Newer { .. } => failure.hint("use the newer version of retour that wrote it"),
            StoreError::Older { .. } => {
                failure.hint("upgrade it, and keep the old one beside it: retour store upgrade")
            }
            StoreError::Locked => failure.hint("wait for the other process to finish, then try again"),
            StoreError::Damaged(_) => failure.hint("restore a backup of the file; this file is left unchanged"),
            StoreError::ReadOnly(_) => failure.hint("check who owns the file and its folder"),
            StoreError::DiskFull => failure.hint("free some space and try again; nothing was recorded"),
            StoreError::MoneyRule(_) => failure.hint("nothing was recorded; check the store: retour store check"),
            StoreError::Unusable(_) => failure,
            StoreError::CommitUnknown(_) => Self { is_recorded: None, ..failure }
                .hint("before anything else, see what is recorded: retour store check, retour refunds list"),
            StoreError::LeftOver(file) => {
                failure.hint(format!("move it away: mv {} {}", shell_word(&file, ""), shell_word(&file, ".old")))
            }
        }
    }
}

impl From<OutputError> for Failure {
    fn from(error: OutputError) -> Self {
        let exit = if matches!(error, OutputError::Protected { .. }) { Exit::Usage } else { Exit::Failed };
        let failure = Self::new(exit, error.code(), error.to_string());
        match error {
            OutputError::Protected { .. } => failure.hint("nothing was recorded; give another file"),
            OutputError::Exists(_) | OutputError::Unwritable { .. } => failure,
        }
    }
}

impl From<AdvanceError> for Failure {
    fn from(error: AdvanceError) -> Self {
        match error {
            AdvanceError::Store(error) => error.into(),
            AdvanceError::Future { .. } => Self::usage(error.to_string()),
            AdvanceError::StepRefused(all) => step_refused(&all),
        }
    }
}

/// Not found comes before refused; every refund that cannot take the step is listed.
fn step_refused(all: &[StepRefused]) -> Failure {
    let is_unknown = |each: &&StepRefused| matches!(each, StepRefused::Unknown(_));
    let first = all.iter().find(is_unknown).or(all.first());
    let exit = if all.iter().any(|each| is_unknown(&each)) { Exit::NotFound } else { Exit::Refused };
    let (code, message) =
        first.map_or(("usage", "no refund was given".to_owned()), |first| (first.code(), first.to_string()));
    let mut failure = Failure::new(exit, code, message);
    if all.len() > 1 {
        failure.message = format!("nothing was changed: {} of the refunds cannot take this step", all.len());
        failure.facts = all.iter().map(ToString::to_string).collect();
    }
    let has_hint =
        |each: &&StepRefused| matches!(each, StepRefused::NoLongerRight { .. } | StepRefused::Reported { .. });
    let failure = match all.iter().find(has_hint) {
        Some(StepRefused::NoLongerRight { refund, .. }) => failure
            .hint(format!("if it was not carried out: retour refunds cancel {refund}"))
            .again("if it was: ", "--accept no_longer_right"),
        Some(StepRefused::Reported { row, .. }) => {
            failure.hint(format!("if the row belongs to no sale: retour refunds match {row} --none"))
        }
        _ => failure,
    };
    failure.hint("nothing was changed; see the status of all refunds: retour refunds list")
}

impl From<NoticeError> for Failure {
    fn from(error: NoticeError) -> Self {
        match error {
            NoticeError::Store(error) => error.into(),
            NoticeError::Changed(_) => Self::new(Exit::Refused, "plan_changed", error.to_string())
                .hint("nothing was recorded; run the command again"),
            NoticeError::Unclear(unclear) => unclear.into(),
        }
    }
}

impl From<Unclear> for Failure {
    fn from(unclear: Unclear) -> Self {
        let exit = if unclear.is_not_found() { Exit::NotFound } else { Exit::Refused };
        let mut failure = Self::new(exit, unclear.code(), unclear.to_string());
        match &unclear {
            Unclear::UnknownRefund(_) | Unclear::UnknownBatch(_) => failure.hint("retour refunds list"),
            Unclear::Unknown(id) => failure.hint(format!("retour transactions search {id}")),
            Unclear::Chargeback(id) => failure.hint(format!("retour transactions show {id}")),
            Unclear::Unmatched(id) => failure.hint(format!("match it first: retour refunds match {id}")),
            Unclear::Unread(id) => failure.hint(format!("retour refunds show {id}")),
            Unclear::NoRefund { sale, .. } => failure.hint(format!("mark a refund first: retour refund {sale}")),
            Unclear::Several { refunds, .. } => {
                let each = refunds.iter().map(|each| format!("{}: {}, {}", each.id, each.amount, each.status()));
                failure.facts = each.collect();
                let first = refunds.first().map(|refund| refund.id.to_string()).unwrap_or_default();
                failure.hint(format!("choose one: retour notice {first}"))
            }
        }
    }
}

impl From<BatchError<Failure>> for Failure {
    fn from(error: BatchError<Failure>) -> Self {
        let message = error.to_string();
        match error {
            BatchError::NotConfirmed(failure) => failure,
            BatchError::Store(error) => error.into(),
            BatchError::OffCount { expected, found } => Self::new(Exit::Refused, "count_mismatch", message)
                .detail("expected", expected)
                .detail("found", found)
                .hint("nothing was recorded; check the file, then give the count again"),
            BatchError::OffTotal(off) => Self::new(Exit::Refused, "total_mismatch", message)
                .detail("expected", off.expected.to_string())
                .detail("found", off.found.to_string())
                .hint("nothing was recorded; check the plan with --dry-run, then give the total again"),
            BatchError::OverLimit(_) => Self::new(Exit::Refused, "over_limit", message)
                .hint("nothing was recorded; split the batch, or raise [limits] in the configuration"),
            BatchError::Money(_) => Self::new(Exit::Refused, "over_limit", message),
            BatchError::KeyTwice { .. } => {
                Self::new(Exit::Usage, "key_repeated", message).hint("give each line its own key")
            }
            BatchError::CurrencyNeeded(_) => Self::new(Exit::Usage, "currency_needed", message)
                .hint("add a currency column, or write the currency after each amount"),
            BatchError::SameFile(SameFile { reference, on }) => Self::new(Exit::Refused, "same_file", message)
                .detail("reference", reference.as_str())
                .detail("on", on.to_string())
                .hint(format!(
                    "nothing was recorded; see what was: retour refunds list --reference {}",
                    shell_word(Path::new(reference.as_str()), "")
                ))
                .hint("to record it again: --accept same_file"),
            BatchError::PlanChanged { before, now } => batch_changed(&before, &now),
        }
    }
}

fn batch_changed(before: &Batch, now: &Batch) -> Failure {
    let total = |batch: &Batch| {
        let sums: Vec<String> = batch.totals().unwrap_or_default().iter().map(|sum| sum.to_string()).collect();
        if sums.is_empty() { "nothing".to_owned() } else { sums.join(", ") }
    };
    let (then, later) = (before.counts(), now.counts());
    Failure::new(Exit::Refused, "plan_changed", "the plan changed before it was confirmed")
        .fact(format!("it was {} refunds, {} in total", then.recorded, total(before)))
        .fact(format!("it is {} refunds, {} in total, {} refused", later.recorded, total(now), later.refused))
        .fact("nothing was recorded")
        .again("review the new plan: ", "--dry-run")
}

impl From<MatchError> for Failure {
    fn from(error: MatchError) -> Self {
        match error {
            MatchError::Store(error) => error.into(),
            MatchError::Bad(bad) => {
                let exit = if bad.is_unknown() { Exit::NotFound } else { Exit::Refused };
                Self::new(exit, bad.code(), bad.to_string())
            }
        }
    }
}

impl From<SettleError> for Failure {
    fn from(error: SettleError) -> Self {
        match error {
            SettleError::Store(error) => error.into(),
            SettleError::OffCount { expected, found } => Self::new(Exit::Refused, "count_mismatch", error.to_string())
                .detail("expected", expected)
                .detail("found", found)
                .hint("nothing was recorded; see them: retour refunds due"),
            SettleError::Bad(bad) => {
                let exit = if bad.is_unknown() { Exit::NotFound } else { Exit::Refused };
                let failure = Self::new(exit, bad.code(), bad.to_string());
                match bad {
                    BadSettlement::UnknownReport(_) => failure.hint("see the open ones: retour refunds due"),
                    BadSettlement::AmountNeeded(_) => failure
                        .hint("give the amount that went back: --amount 12.50, or match it to a refund or --none"),
                    BadSettlement::AmountOfRefund(_) => failure.hint("omit --amount"),
                    _ => failure,
                }
            }
        }
    }
}

impl From<DoneError> for Failure {
    fn from(error: DoneError) -> Self {
        match error {
            DoneError::Store(error) => error.into(),
            DoneError::NotDue(bad) => {
                let exit = if bad.is_unknown() { Exit::NotFound } else { Exit::Refused };
                Self::new(exit, bad.code(), bad.to_string()).hint("see what is due: retour refunds due")
            }
        }
    }
}

impl From<ReportError> for Failure {
    fn from(error: ReportError) -> Self {
        match error {
            ReportError::Store(error) => error.into(),
            ReportError::Money(error) => Self::new(Exit::Failed, "overflow", error.to_string()),
        }
    }
}

impl From<RunError> for Failure {
    fn from(error: RunError) -> Self {
        match error {
            RunError::Store(error) => error.into(),
            RunError::Source { ref error, ref file } => {
                let failure = Self::new(Exit::Usage, error.code(), format!("{file}: {error}"));
                let failure = match error.setting() {
                    Some(setting) => failure.hint(format!("set it in the configuration:\n{setting}")),
                    None => failure,
                };
                failure.hint(format!("see what was recognised: retour import --explain {file}"))
            }
        }
    }
}

impl From<UnknownColumn> for Failure {
    fn from(error: UnknownColumn) -> Self {
        Self::usage(error.to_string())
    }
}

impl From<Undelivered> for Failure {
    fn from(error: Undelivered) -> Self {
        Self::new(Exit::Failed, "undelivered", error.to_string())
    }
}

impl From<anyhow::Error> for Failure {
    fn from(error: anyhow::Error) -> Self {
        Self::new(Exit::Failed, "failed", format!("{error:#}"))
    }
}

/// The answer could not be delivered, and the error must say that `what` was recorded.
fn undelivered(what: &str, answer: &str, error: &Undelivered) -> Failure {
    let message = format!("{what} was recorded, but the {answer} could not be delivered: {}", error.0);
    Failure { is_recorded: Some(true), ..Failure::new(Exit::Undelivered, "undelivered", message) }
}

/// The store is of this version, and so is whatever is written from now on.
pub fn upgraded_but_undelivered(error: &Undelivered) -> Failure {
    undelivered("the upgrade", "answer", error).hint("see it: retour store info")
}

/// The store exists, and is whole.
pub fn store_but_undelivered(error: &Undelivered) -> Failure {
    undelivered("the new store", "answer", error).hint("see it: retour store info")
}

/// A refund, a batch or a change of one was recorded.
pub fn recorded_but_undelivered(what: &str, error: &Undelivered) -> Failure {
    undelivered(what, "answer", error).hint("see it: retour refunds list")
}

/// The store says that customers were told, and the vendor has no message to send.
pub fn notice_but_undelivered(error: &Undelivered) -> Failure {
    undelivered("the notice", "message", error).again("write it again: ", "--preview")
}

/// The rows are in the store.
pub fn imported_but_undelivered(error: &Undelivered) -> Failure {
    undelivered("the import", "answer", error).hint("see the import: retour events list --kind imported")
}
