//! What to do about an item that is due: a sentence and a command.

use crate::domain::done::Matter;
use crate::domain::due::{DueCode, DueItem, DueSubject};
use crate::domain::ids::TransactionId;
use crate::domain::paid_twice::{PaidTwice, Remedy};
use crate::domain::refund::{Refund, RefundStatus};
use crate::domain::rules::plan::Refusal;
use crate::domain::sale::transaction::Method;
use crate::domain::unread::UnreadReport;
use crate::output::sentences::{self, counted, weekday};

/// The command to look closer, or to record what a person has done.
pub(super) fn next(item: &DueItem) -> String {
    match (&item.subject, item.first.code) {
        (DueSubject::Unread { report, .. }, _) => format!("retour refunds match {}", report.id),
        (DueSubject::Dispute(case), _) => format!("retour refunds done {} {}", case.dispute.id, Matter::Dispute),
        (DueSubject::Row { row, .. }, _) => format!("retour refunds match {}", row.payment.id),
        (DueSubject::Sale { twice, record }, _) => match &twice.remedy {
            Remedy::Cancel(id) => format!("retour refunds cancel {id}"),
            Remedy::Stop(_) | Remedy::Contest | Remedy::AskBack => {
                format!("retour transactions show {}", record.payment.id)
            }
        },
        (DueSubject::Refund { refund, .. }, DueCode::Stop) if refund.status() == RefundStatus::Marked => {
            format!("retour refunds cancel {}", refund.id)
        }
        (DueSubject::Refund { refund, .. }, DueCode::Failed) => refund_again(refund),
        (DueSubject::Refund { refund, .. }, DueCode::ToTell) => format!("retour notice {}", refund.id),
        (DueSubject::Refund { refund, .. }, DueCode::ChargebackCloses) => {
            format!("retour transactions show {}", refund.sale)
        }
        // A refund that was not carried out cannot arrive, so submitting comes first, even if overdue.
        (DueSubject::Refund { refund, .. }, _) if refund.status() == RefundStatus::Marked => {
            format!("retour refunds submit {}", refund.id)
        }
        (DueSubject::Refund { refund, .. }, _) => format!("retour refunds show {}", refund.id),
    }
}

/// The same refund again, with the options that are known.
fn refund_again(refund: &Refund) -> String {
    let mut command = format!("retour refund {}", refund.sale);
    if let Some(mark) = refund.mark() {
        command.extend(mark.asked.map(|asked| format!(" --amount {}", asked.major())));
        command.extend(mark.asked_on.map(|day| format!(" --asked-on {day}")));
        command.push_str(&format!(" --reason {}", mark.reason));
    }
    command
}

/// What a person must do before running the command.
pub(super) fn advice(item: &DueItem, stop: Option<&Refusal>) -> String {
    let refund = match &item.subject {
        DueSubject::Dispute(_) => {
            return "send the evidence that the platform asks for by mail, and do not refund the sale meanwhile"
                .to_owned();
        }
        DueSubject::Row { candidates, .. } => return unmatched(candidates),
        DueSubject::Unread { report, candidates } => return unread(report, candidates),
        DueSubject::Sale { record, twice } => return remedy(twice, record.payment.method).to_owned(),
        DueSubject::Refund { refund, .. } if item.first.code == DueCode::Stop => return stop_it(refund, stop),
        DueSubject::Refund { refund, .. } => refund,
    };
    let is_marked = refund.status() == RefundStatus::Marked;
    let said = match item.first.code {
        DueCode::Failed => "no money has moved: refund it again, or tell the customer why not",
        DueCode::ToTell if is_marked => "notify the customer, then carry it out on the platform",
        DueCode::ToTell => "notify the customer, or they may reverse the debit",
        DueCode::ChargebackCloses => {
            let day = weekday(item.first.on);
            return format!("import the platform's reports until {day}: a chargeback would pay twice");
        }
        _ if is_marked => "carry it out on the platform, then submit it",
        _ => {
            let support = support(refund);
            return format!("check its status on the platform, then confirm or fail it; CopeCart's support {support}");
        }
    };
    said.to_owned()
}

/// The command that takes an item out of the list, if the vendor deals with it outside the desk.
pub(super) fn done(item: &DueItem) -> Option<String> {
    match &item.subject {
        // Cancelling the refund takes it out.
        DueSubject::Sale { twice, .. } if matches!(twice.remedy, Remedy::Cancel(_)) => None,
        DueSubject::Sale { record, .. } => {
            let refund = item.refund().map(|refund| refund.id.to_string());
            let id = refund.unwrap_or_else(|| record.payment.id.to_string());
            Some(format!("retour refunds done {id} {}", Matter::PaidTwice))
        }
        DueSubject::Dispute(_) => Some(next(item)),
        DueSubject::Refund { .. } | DueSubject::Row { .. } | DueSubject::Unread { .. } => None,
    }
}

fn support(refund: &Refund) -> String {
    let on = refund.state.on().unwrap_or_else(|| refund.on());
    sentences::for_support(&refund.order, &refund.sale, refund.amount, on)
}

/// The reason, and what can still be done.
fn stop_it(refund: &Refund, why: Option<&Refusal>) -> String {
    let todo = match refund.status() {
        RefundStatus::Marked => "do not carry it out, cancel it".to_owned(),
        _ => {
            let support = support(refund);
            format!("ask CopeCart's support to stop it, then record what became of it; it {support}")
        }
    };
    let why = why.map(|why| format!("; {why}")).unwrap_or_default();
    format!("{todo}{why}")
}

fn unmatched(candidates: &[TransactionId]) -> String {
    match candidates.len() as u64 {
        0 => "no sale matches it: import the one it belongs to, or match it to --none".to_owned(),
        blocked => {
            format!("match it to its sale: until then it blocks {}", counted(blocked, "sale", "sales"))
        }
    }
}

fn unread(report: &UnreadReport, candidates: &[TransactionId]) -> String {
    let place = format!("{}:{}", report.file, report.line);
    let way_out = if report.is_contradiction() { "match it" } else { "correct and import the row, or match it" };
    let blocked = match candidates.len() as u64 {
        0 => String::new(),
        blocked => format!(": until then it blocks {}", counted(blocked, "sale", "sales")),
    };
    format!("see {place}; {way_out}{blocked}")
}

/// A bank reverses a SEPA debit without a reason, so there is nothing to contest.
fn remedy(twice: &PaidTwice, method: Method) -> &'static str {
    let is_debit = method == Method::Sepa;
    match (&twice.remedy, twice.refunds.is_empty()) {
        (Remedy::Cancel(_), _) => "cancel the refund, do not carry it out: the money has already gone back",
        (Remedy::Stop(_), _) if is_debit => {
            "ask the platform to stop the refund; if too late, ask the customer to pay it back"
        }
        (Remedy::Stop(_), _) => "ask the platform to stop the refund; if too late, contest the chargeback with it",
        (Remedy::Contest, true) => "ask the platform what was paid back, and reclaim what is too much",
        (Remedy::Contest, false) if is_debit => "ask the customer to pay it back, with the refund as proof",
        (Remedy::Contest, false) => {
            "contest the chargeback with the refund as proof, or ask the customer to pay it back"
        }
        (Remedy::AskBack, _) => "ask the platform or the customer to pay back what exceeds the sale",
    }
}
