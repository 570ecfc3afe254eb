//! `retour refunds done`: what the vendor has dealt with outside the desk.

use crate::commands::context::{self, Context};
use crate::commands::error::recorded_but_undelivered;
use crate::commands::{CommandResult, Done as Ended, word};
use crate::desk::Unobserved;
use crate::desk::done::{self, Subject};
use crate::domain::done::Matter;
use crate::domain::ids::{RefundId, TransactionId};
use crate::output::ui::Format;
use clap::Args;
use serde_json::json;

/// Record that you have dealt with a sale that was paid back twice, or with a dispute
///
/// It is no longer due, until something new is reported about it. It still blocks refunds as before.
#[derive(Args)]
pub struct Done {
    /// A refund of the sale, the sale itself, or the dispute
    #[arg(value_name = "REFUND|DISPUTE")]
    id: RefundId,
    #[arg(value_parser = word::<Matter>(), help = "What was dealt with")]
    matter: Matter,
    /// What was done about it
    #[arg(long, value_name = "TEXT", conflicts_with = "undo")]
    note: Option<String>,
    /// It is due again
    #[arg(long)]
    undo: bool,
}

impl Done {
    pub fn run(self, context: &mut Context) -> CommandResult {
        let Self { id, matter, note, undo } = self;
        let store = context::open_to_write(context)?;
        let (session, ..) = context::session(context, &store, &Unobserved);
        let subject = match undo {
            true => done::undo(&session, &id, matter)?,
            false => done::done(&session, &id, matter, note)?,
        };
        let answered = match context.ui.format {
            Format::Table => context.ui.answer(&text(&subject, undo)),
            _ => context.ui.document(json!({ "done": {
                "matter": matter.word(),
                "transaction_id": sale(&subject).map(TransactionId::as_str),
                "dispute_id": dispute(&subject).map(TransactionId::as_str),
                "done": !undo,
            } })),
        };
        answered.map_err(|error| recorded_but_undelivered("the change", &error))?;
        Ok(Ended::Fully)
    }
}

fn text(subject: &Subject, is_due_again: bool) -> String {
    let what = match subject {
        Subject::Sale(id) => format!("sale {id}, which was paid back twice,"),
        Subject::Dispute(id) => format!("dispute {id}"),
    };
    match is_due_again {
        true => format!("{what} is due again.\n"),
        false => format!("{what} is no longer due.\n"),
    }
}

fn sale(subject: &Subject) -> Option<&TransactionId> {
    if let Subject::Sale(id) = subject { Some(id) } else { None }
}

fn dispute(subject: &Subject) -> Option<&TransactionId> {
    if let Subject::Dispute(id) = subject { Some(id) } else { None }
}
