//! What was typed behind `retour refund`.

use crate::commands::context::Context;
use crate::commands::error::Failure;
use crate::commands::refund::interactive;
use crate::commands::{day, word};
use crate::domain::ids::{Key, OrderId, Reference, TransactionId};
use crate::domain::money::TypedAmount;
use crate::domain::refund::Reason;
use crate::domain::rules::plan::CautionCode;
use chrono::NaiveDate;
use clap::Args;
use std::path::PathBuf;

/// Check whether a sale may be refunded, show the plan, ask, and mark the refund
///
/// The desk marks and the platform pays: carry the refund out there, then say `retour refunds submit`.
///
/// On a terminal, words that are no transaction ID are searched for, and without any the desk asks for everything.
#[derive(Args)]
pub struct Refund {
    /// The transaction ID, whole and exact
    #[arg(value_name = "SALE")]
    pub sale: Vec<String>,
    /// The payment of this order that can be refunded
    #[arg(long, value_name = "ORDER", conflicts_with = "sale")]
    pub order: Option<OrderId>,
    /// How much: 12.50 or 12,50, a currency code may follow (default: all that is left)
    #[arg(long, value_name = "AMOUNT", allow_hyphen_values = true)]
    pub amount: Option<TypedAmount>,
    #[arg(long, value_parser = word::<Reason>(), help = "Why the customer gets the money back")]
    pub reason: Option<Reason>,
    /// Kept with the refund
    #[arg(long, value_name = "TEXT")]
    pub note: Option<String>,
    /// The day the customer asked: the return period is judged on it, and the legal deadline runs from it
    #[arg(long, value_name = "DATE", value_parser = day)]
    pub asked_on: Option<NaiveDate>,
    /// Set aside a return period that is over or disabled; needs --note
    #[arg(long, requires = "note")]
    pub goodwill: bool,
    #[arg(long, value_name = "CODE", value_parser = word::<CautionCode>(), hide_possible_values = true,
          help = "Take on a weighty caution: debit_may_still_bounce, dispute_open")]
    pub accept: Vec<CautionCode>,
    /// Names this one intention: the same key again gives the same answer and pays nobody twice
    #[arg(long, value_name = "KEY")]
    pub key: Option<Key>,
    /// A refund that looks like an earlier one is meant
    #[arg(long)]
    pub again: bool,
    /// Show the plan, and do nothing
    #[arg(long)]
    pub dry_run: bool,
    #[command(flatten)]
    pub batch: BatchArgs,
}

#[derive(Args)]
#[command(next_help_heading = "Batches")]
pub struct BatchArgs {
    /// Refund what this file lists: IDs one a line, CSV with a header, or JSON Lines; - is stdin
    #[arg(long, value_name = "FILE", conflicts_with_all = ["sale", "order", "amount", "key"], requires = "reference")]
    pub from_file: Option<PathBuf>,
    /// All payments of the order that can be refunded
    #[arg(long, requires = "order", conflicts_with_all = ["amount", "key"])]
    pub all_payments: bool,
    /// Names the batch: the same lines under the same name pay nobody twice
    #[arg(long, value_name = "NAME")]
    pub reference: Option<Reference>,
    /// What the batch comes to, "431.50 EUR", one for each currency: recorded plus replayed
    #[arg(long, value_name = "AMOUNT")]
    pub expect_total: Vec<TypedAmount>,
    /// How many lines the batch has
    #[arg(long, value_name = "N")]
    pub expect_count: Option<u64>,
    /// Record what can be, name the rest, and exit 3; the expected total is a ceiling then
    #[arg(long)]
    pub skip_refused: bool,
    /// Write one JSON line for each item to this file
    #[arg(long, value_name = "FILE")]
    pub results: Option<PathBuf>,
}

impl Refund {
    /// The sales that were named.
    pub fn sales(&self) -> Result<Vec<TransactionId>, Failure> {
        let id = |text: &String| TransactionId::new(text).map_err(|error| Failure::usage(error.to_string()));
        self.sale.iter().map(id).collect()
    }

    pub fn reason(&self, context: &mut Context) -> Result<Reason, Failure> {
        if let Some(reason) = self.reason.or(context.policy.default_reason) {
            return Ok(reason);
        }
        if context.prompt.is_somebody() {
            return interactive::ask_reason(context);
        }
        let words: Vec<&str> = Reason::ALL.iter().map(|reason| reason.word()).collect();
        Err(Failure::usage("a refund needs a reason, and there is nobody to ask")
            .hint(format!("--reason {}", words.join("|"))))
    }
}

impl BatchArgs {
    /// Something was typed that only a batch has.
    pub fn is_used(&self) -> bool {
        let states = !self.expect_total.is_empty() || self.expect_count.is_some();
        let names = self.from_file.is_some() || self.reference.is_some() || self.results.is_some();
        states || names || self.all_payments || self.skip_refused
    }
}
