//! What went wrong, for people and for programs: a stable code, a sentence, facts, commands to paste, an exit code.
//!
//! The rooms below say *what* is wrong; what to *do* about it is said here, in one place.

use crate::desk::advance::{AdvanceError, StepRefused};
use crate::desk::import::RunError;
use crate::desk::notice::{NoticeError, Unclear};
use crate::domain::rules::plan::Refusal;
use crate::output::listing::UnknownColumn;
use crate::output::table::{Style, wrap};
use crate::output::ui::Undelivered;
use crate::store::StoreError;
use serde_json::{Map, Value, json};
use std::io::Write as _;
use std::panic::{UnwindSafe, catch_unwind};

/// The program's exit codes (contract §3).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[repr(u8)]
pub enum Exit {
    Done = 0,
    Failed = 1,
    Usage = 2,
    Partly = 3,
    Refused = 4,
    NotFound = 5,
    Store = 6,
    NotConfirmed = 7,
    Undelivered = 8,
    Bug = 70,
    Interrupted = 130,
}

/// Runs the program; something in it that cannot happen, and did, is a bug and ends with its own exit code.
pub fn guarded(run: impl FnOnce() -> u8 + UnwindSafe) -> u8 {
    catch_unwind(run).unwrap_or_else(|_| {
        let bug = Failure::new(Exit::Bug, "bug", "this is a bug in retour: what is said above tells where")
            .hint("what was recorded, and what not: retour refunds list");
        _ = std::io::stderr().write_all(bug.text_on(&Style::default()).as_bytes());
        Exit::Bug as u8
    })
}

/// Why a command did not do what was asked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Failure {
    pub exit: Exit,
    pub code: String,
    /// Lower case, no full stop: what, then why, with the figures.
    pub message: String,
    /// More lines, where there is more to know.
    pub facts: Vec<String>,
    /// Commands to paste, or what to change.
    pub hints: Vec<String>,
    /// A refund was recorded all the same.
    pub is_recorded: bool,
    /// More for programs.
    pub details: Map<String, Value>,
}

impl Failure {
    pub fn new(exit: Exit, code: impl Into<String>, message: impl Into<String>) -> Self {
        Self {
            exit,
            code: code.into(),
            message: message.into(),
            facts: Vec::new(),
            hints: Vec::new(),
            is_recorded: false,
            details: Map::new(),
        }
    }

    /// What was typed, or configured, cannot be meant.
    pub fn usage(message: impl Into<String>) -> Self {
        Self::new(Exit::Usage, "usage", message)
    }

    pub fn hint(mut self, hint: impl Into<String>) -> Self {
        self.hints.push(hint.into());
        self
    }

    pub fn fact(mut self, fact: impl Into<String>) -> Self {
        self.facts.push(fact.into());
        self
    }

    pub fn detail(mut self, name: &str, value: impl Into<Value>) -> Self {
        self.details.insert(name.to_owned(), value.into());
        self
    }

    /// For people: `error: …`, then the facts, then the hints, which stay whole to be pasted.
    pub fn text_on(&self, style: &Style) -> String {
        let mut text = labelled("error: ", &self.message, style);
        text.extend(self.facts.iter().map(|fact| labelled("  ", fact, style)));
        text.extend(self.hints.iter().map(|hint| format!("hint: {hint}\n")));
        text
    }

    /// For programs, on one line.
    pub fn json(&self) -> String {
        let mut error = json!({
            "code": self.code,
            "message": self.message,
            "hints": self.hints,
            "recorded": self.is_recorded,
        });
        if let Value::Object(members) = &mut error {
            if !self.facts.is_empty() {
                members.insert("facts".to_owned(), json!(self.facts));
            }
            members.extend(self.details.clone());
        }
        json!({ "error": error }).to_string()
    }
}

/// Text behind a label, which goes on under itself where it is too long for the terminal.
fn labelled(label: &str, text: &str, style: &Style) -> String {
    let hanging: String = text.lines().map(|line| wrap(line, label.len(), style)).collect();
    format!("{label}{}", hanging.trim_start())
}

/// A refusal, with what the vendor can do about it.
pub fn refused(refusal: &Refusal) -> Failure {
    let exit = if matches!(refusal, Refusal::UnknownSale(_)) { Exit::NotFound } else { Exit::Refused };
    let failure = Failure::new(exit, refusal.code(), refusal.to_string());
    match refusal {
        Refusal::UnknownSale(id) => failure.hint(format!("retour transactions search {id}")),
        Refusal::BadAmount(_) => failure.hint("write the amount as 12.50, or leave --amount out for all that is left"),
        Refusal::CurrencyMismatch(_) => failure.hint("leave the currency out, or give the sale's own"),
        Refusal::ReferenceConflict { .. } => {
            failure.hint("another batch needs another --reference; or give the line a key of its own")
        }
        Refusal::ReferenceSpent { .. } => failure.hint("to refund after all, give the line a key of its own"),
        Refusal::KeyConflict { .. } => failure.hint("another refund needs another --key"),
        Refusal::KeySpent { .. } => failure.hint("to refund after all, give another --key"),
        Refusal::NotASale { id, .. } => failure.hint(format!("retour transactions show {id}")),
        Refusal::TestPayment(_) | Refusal::TrialPeriod(_) => failure,
        Refusal::NotPaid { .. } => failure.hint("import the platform's newer notifications, and try again"),
        Refusal::StatusUnknown(_) => {
            failure.hint("if every sale of such files is paid, configure it: [import] status = \"paid\"")
        }
        Refusal::ChargedBack { id, .. } | Refusal::AlreadyRefunded { id, .. } => {
            failure.hint(format!("retour transactions show {id}"))
        }
        Refusal::ExceedsRefundable { left, .. } => failure.hint(format!("--amount {}", left.major())),
        Refusal::UnmatchedRefund { row, .. } => {
            failure.hint(format!("say what it belongs to: retour refunds match {row} REFUND|SALE|--none"))
        }
        Refusal::LooksRepeated { .. } | Refusal::RepeatsLine { .. } => {
            failure.hint("if this is another refund: --again, or a --key of its own")
        }
        Refusal::PeriodDisabled | Refusal::PeriodExpired { .. } => {
            failure.hint("to refund all the same: --goodwill --note \"why\"")
        }
        Refusal::AskedBeforeOrder { .. } | Refusal::AskedInFuture { .. } => {
            failure.hint("give the day the customer asked: --asked-on YYYY-MM-DD")
        }
        Refusal::NotAccepted(caution) => failure.hint(format!("to take it on: --accept {caution}")),
    }
}

impl From<StoreError> for Failure {
    fn from(error: StoreError) -> Self {
        let code = match &error {
            StoreError::Missing(_) => "store_missing",
            StoreError::NotADesk(_) => "not_a_store",
            StoreError::Newer { .. } => "store_newer",
            StoreError::Locked => "store_locked",
            StoreError::Damaged(_) => "store_damaged",
            StoreError::ReadOnly(_) => "store_read_only",
            StoreError::DiskFull => "disk_full",
            StoreError::MoneyRule(_) => "money_rule",
            StoreError::Unusable(_) => "store_unusable",
        };
        let exit = match &error {
            StoreError::MoneyRule(_) => Exit::Refused,
            StoreError::DiskFull => Exit::Failed,
            _ => Exit::Store,
        };
        let failure = Self::new(exit, code, error.to_string());
        match error {
            StoreError::Missing(_) => failure.hint("make one: retour init"),
            StoreError::NotADesk(_) => failure.hint("name the desk's own file: --store FILE"),
            StoreError::Newer { .. } => failure.hint("use the newer retour that wrote it"),
            StoreError::Locked => failure.hint("wait until the other one is done, and try again"),
            StoreError::Damaged(_) => failure.hint("put back a backup of the file; this one is kept as it is"),
            StoreError::ReadOnly(_) => failure.hint("check who owns the file and its folder"),
            StoreError::DiskFull => failure.hint("make room, and try again: nothing was recorded"),
            StoreError::MoneyRule(_) => failure.hint("nothing was recorded; look closer: retour store check"),
            StoreError::Unusable(_) => failure,
        }
    }
}

impl From<AdvanceError> for Failure {
    fn from(error: AdvanceError) -> Self {
        match error {
            AdvanceError::Store(error) => error.into(),
            AdvanceError::Future { .. } => Self::usage(error.to_string()),
            AdvanceError::StepRefused(all) => immovable(&all),
        }
    }
}

/// Not found goes before refused; every refund that cannot be moved is named.
fn immovable(all: &[StepRefused]) -> Failure {
    let is_unknown = |each: &&StepRefused| matches!(each, StepRefused::Unknown(_));
    let first = all.iter().find(is_unknown).or(all.first());
    let exit = if all.iter().any(|each| is_unknown(&each)) { Exit::NotFound } else { Exit::Refused };
    let (code, message) =
        first.map_or(("usage", "no refund is named".to_owned()), |first| (first.code(), first.to_string()));
    let mut failure = Failure::new(exit, code, message);
    if all.len() > 1 {
        failure.message = format!("nothing was changed, since {} of the refunds named cannot be moved", all.len());
        failure.facts = all.iter().map(ToString::to_string).collect();
    }
    failure.hint("nothing was changed; see how they stand: retour refunds list")
}

impl From<NoticeError> for Failure {
    fn from(error: NoticeError) -> Self {
        match error {
            NoticeError::Store(error) => error.into(),
            NoticeError::Changed(_) => {
                Self::new(Exit::Refused, "plan_changed", error.to_string()).hint("nothing was recorded; write it again")
            }
            NoticeError::Unclear(unclear) => self::unclear(&unclear),
        }
    }
}

fn unclear(unclear: &Unclear) -> Failure {
    let exit = if unclear.is_not_found() { Exit::NotFound } else { Exit::Refused };
    let mut failure = Failure::new(exit, unclear.code(), unclear.to_string());
    match unclear {
        Unclear::UnknownRefund(_) | Unclear::UnknownBatch(_) => failure.hint("retour refunds list"),
        Unclear::Unknown(id) => failure.hint(format!("retour transactions search {id}")),
        Unclear::Chargeback(id) => failure.hint(format!("retour transactions show {id}")),
        Unclear::Unmatched(id) => {
            failure.hint(format!("say what it belongs to: retour refunds match {id} REFUND|SALE"))
        }
        Unclear::NoRefund { sale, .. } => {
            failure.hint(format!("mark one first, and tell the customer then: retour refund {sale}"))
        }
        Unclear::Several { refunds, .. } => {
            let each = refunds.iter().map(|each| format!("{}: {}, {}", each.id, each.amount, each.status()));
            failure.facts = each.collect();
            let first = refunds.first().map(|refund| refund.id.to_string()).unwrap_or_default();
            failure.hint(format!("name the one that is meant: retour notice {first}"))
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
                    Some(setting) => failure.hint(format!("decide it in the configuration:\n{setting}")),
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

/// The answer to something that was recorded could not be delivered: that it was recorded must be said.
pub fn recorded_but_undelivered(what: &str, error: &Undelivered) -> Failure {
    let message = format!("{what} was recorded, but the answer could not be delivered: {}", error.0);
    let failure = Failure { is_recorded: true, ..Failure::new(Exit::Undelivered, "undelivered", message) };
    failure.hint("see it: retour refunds list")
}

/// The desk remembers that customers were told, and the vendor has no message to send.
pub fn told_but_undelivered(error: &Undelivered) -> Failure {
    let message =
        format!("that the customer was told was recorded, but the message could not be delivered: {}", error.0);
    let failure = Failure { is_recorded: true, ..Failure::new(Exit::Undelivered, "undelivered", message) };
    failure.hint("write it again: the same command once more, with --preview")
}

/// The rows are in the store; what was said about them did not arrive.
pub fn imported_but_undelivered(error: &Undelivered) -> Failure {
    let message = format!("the import was recorded, but the answer could not be delivered: {}", error.0);
    let failure = Failure { is_recorded: true, ..Failure::new(Exit::Undelivered, "undelivered", message) };
    failure.hint("see the run: retour events list --kind imported")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_bug_has_an_exit_code_of_its_own() {
        assert_eq!(guarded(|| panic!("made up")), 70);
        assert_eq!(guarded(|| 3), 3);
    }
}
