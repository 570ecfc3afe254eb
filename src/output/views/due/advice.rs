//! What to do about something that is due: the sentence, and the command to it.

use crate::domain::due::{DueCode, Item, Subject};
use crate::domain::ids::TransactionId;
use crate::domain::paid_twice::{PaidTwice, Remedy};
use crate::domain::refund::{Refund, RefundStatus};
use crate::domain::sale::transaction::Method;
use crate::output::sentences::{counted, weekday};

/// The command to look closer with, or to say that it is done. It changes nothing that a person has not done.
pub(super) fn next(item: &Item) -> String {
    let sale = &item.record().payment.id;
    match (&item.subject, item.first.code) {
        (Subject::Row { row, .. }, _) => format!("retour refunds match {}", row.payment.id),
        (Subject::Sale { twice, .. }, _) => match &twice.remedy {
            Remedy::Cancel(id) => format!("retour refunds cancel {id}"),
            Remedy::Stop(_) | Remedy::Contest | Remedy::AskBack => format!("retour transactions show {sale}"),
        },
        (Subject::Refund { refund, .. }, DueCode::Failed) => refund_anew(refund),
        (Subject::Refund { refund, .. }, DueCode::ToTell) => format!("retour notice {}", refund.id),
        (_, DueCode::ChargebackCloses) => format!("retour transactions show {sale}"),
        // What was never carried out cannot arrive: that comes first, however late it is.
        (Subject::Refund { refund, .. }, _) if refund.status() == RefundStatus::Marked => {
            format!("retour refunds submit {}", refund.id)
        }
        (Subject::Refund { refund, .. }, _) => format!("retour refunds show {}", refund.id),
    }
}

/// The same refund once more, as far as it is known how it was asked for.
fn refund_anew(refund: &Refund) -> String {
    let mut command = format!("retour refund {}", refund.sale);
    if let Some(mark) = refund.mark() {
        command.extend(mark.asked.map(|asked| format!(" --amount {}", asked.major())));
        command.extend(mark.asked_on.map(|day| format!(" --asked-on {day}")));
        command.push_str(&format!(" --reason {}", mark.reason));
    }
    command
}

/// What a person has to do, before the command is right.
pub(super) fn advice(item: &Item) -> String {
    let refund = match &item.subject {
        Subject::Row { candidates, .. } => return unmatched(candidates),
        Subject::Sale { record, twice } => return remedy(twice, record.payment.method).to_owned(),
        Subject::Refund { refund, .. } => refund,
    };
    let is_marked = refund.status() == RefundStatus::Marked;
    let said = match item.first.code {
        DueCode::Failed => "no money has moved: refund anew, or tell the customer why not",
        DueCode::ToTell if is_marked => "tell the customer, and carry it out on the platform after that",
        DueCode::ToTell => "tell the customer, who may else have the bank take the debit back",
        DueCode::ChargebackCloses => {
            let day = weekday(item.first.on);
            return format!("import what the platform reports up to {day}: a chargeback would pay twice");
        }
        _ if is_marked => "carry it out on the platform, then say so",
        _ => "look on the platform what became of it, then confirm or fail it",
    };
    said.to_owned()
}

fn unmatched(candidates: &[TransactionId]) -> String {
    match candidates.len() as u64 {
        0 => "no sale here fits: import the one it belongs to, or decide --none".to_owned(),
        blocked => {
            format!("say what it belongs to: it blocks {} until then", counted(blocked, "sale", "sales"))
        }
    }
}

/// A bank gives a SEPA debit back without asking why: there is nothing to contest.
fn remedy(twice: &PaidTwice, method: Method) -> &'static str {
    let is_debit = method == Method::Sepa;
    match (&twice.remedy, twice.refunds.is_empty()) {
        (Remedy::Cancel(_), _) => "do not carry the refund out, cancel it: the money has gone back already",
        (Remedy::Stop(_), _) if is_debit => "ask the platform to stop the refund, else the customer for the money",
        (Remedy::Stop(_), _) => "ask the platform to stop the refund, else contest the chargeback with it",
        (Remedy::Contest, true) => "ask the platform what was paid back, and for what is too much",
        (Remedy::Contest, false) if is_debit => "ask the customer for the money, with the refund as the proof",
        (Remedy::Contest, false) => "contest the chargeback, the refund is the proof, or ask the customer",
        (Remedy::AskBack, _) => "ask the platform, or the customer, for what is beyond the sale",
    }
}
