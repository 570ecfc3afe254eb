//! The arguments of `retour refund`.

use crate::commands::context::Context;
use crate::commands::failure::Failure;
use crate::commands::refund::interactive;
use crate::commands::{day, word};
use crate::domain::ids::{Key, OrderId, Reference, TransactionId};
use crate::domain::money::TypedAmount;
use crate::domain::refund::Reason;
use crate::domain::request::Request;
use crate::domain::rules::cautions::CautionCode;
use chrono::NaiveDate;
use clap::Args;
use std::path::PathBuf;

/// Check whether a sale may be refunded, show the plan, ask, and mark the refund
///
/// The desk marks refunds; the platform pays them. Carry the refund out on the platform, then run `retour refunds
/// submit`.
///
/// On a terminal, words that are not a transaction ID are searched for. Without arguments, the desk asks for all it
/// needs.
#[derive(Args)]
pub struct Refund {
    /// The complete transaction ID
    #[arg(value_name = "SALE")]
    pub sale: Vec<String>,
    /// Refund the only refundable payment of this order
    #[arg(long, value_name = "ORDER", conflicts_with = "sale")]
    pub order: Option<OrderId>,
    /// The amount, such as 12.50, 12,50 or "12.50 EUR" [default: all that is left]
    #[arg(long, value_name = "AMOUNT", allow_hyphen_values = true)]
    pub amount: Option<TypedAmount>,
    #[arg(long, value_parser = word::<Reason>(),
          help = "Why the customer gets the money back; out-of-stock needs --note, and no return period applies")]
    pub reason: Option<Reason>,
    /// A note stored with the refund
    #[arg(long, value_name = "TEXT")]
    pub note: Option<String>,
    /// The day the customer asked, for the return period and the legal deadline
    #[arg(long, value_name = "DATE", value_parser = day)]
    pub asked_on: Option<NaiveDate>,
    /// Refund although the return period is over or disabled; needs --note
    #[arg(long, requires = "note")]
    pub goodwill: bool,
    #[arg(long, value_name = "CODE", value_parser = word::<CautionCode>(), hide_possible_values = true,
          help = "Accept a serious caution: debit_may_still_bounce, dispute_open, paypal_too_late or same_file")]
    pub accept: Vec<CautionCode>,
    /// Idempotency key: the same key again gives the same answer and never pays twice
    #[arg(long, value_name = "KEY")]
    pub key: Option<Key>,
    /// Allow a refund that looks like a duplicate
    #[arg(long)]
    pub again: bool,
    /// Show the plan without recording anything
    #[arg(long)]
    pub dry_run: bool,
    #[command(flatten)]
    pub batch: BatchArgs,
}

#[derive(Args)]
#[command(next_help_heading = "Batches")]
pub struct BatchArgs {
    /// Refund the sales in FILE: one ID per line, CSV with a header, or JSON Lines; - is stdin
    #[arg(long, value_name = "FILE", conflicts_with_all = ["sale", "order", "amount", "key"], requires = "reference")]
    pub from_file: Option<PathBuf>,
    /// Refund all refundable payments of the order
    #[arg(long, requires = "order", conflicts_with_all = ["amount", "key"])]
    pub all_payments: bool,
    /// The name of the batch: the same lines under the same name never pay twice
    #[arg(long, value_name = "NAME")]
    pub reference: Option<Reference>,
    /// The expected total, recorded plus replayed, such as "431.50 EUR"; one per currency
    #[arg(long, value_name = "AMOUNT")]
    pub expect_total: Vec<TypedAmount>,
    /// The expected number of lines
    #[arg(long, value_name = "N")]
    pub expect_count: Option<u64>,
    /// Record what is allowed, report the rest and exit with 3; --expect-total becomes a ceiling
    #[arg(long)]
    pub skip_refused: bool,
    /// Write one JSON line per item to this file
    #[arg(long, value_name = "FILE")]
    pub results: Option<PathBuf>,
}

impl Refund {
    /// The sales that were given.
    pub fn sales(&self) -> Result<Vec<TransactionId>, Failure> {
        let id = |text: &String| TransactionId::new(text).map_err(|error| Failure::usage(error.to_string()));
        self.sale.iter().map(id).collect()
    }

    /// What the customer is to get, with the options that all refunds of the command share.
    pub fn request(&self, amount: Option<TypedAmount>, reason: Reason) -> Request {
        let Self { asked_on, goodwill, again, .. } = *self;
        Request { amount, reason, note: self.note.clone(), asked_on, goodwill, again }
    }

    pub fn reason(&self, context: &mut Context) -> Result<Reason, Failure> {
        if let Some(reason) = self.reason.or(context.policy.default_reason) {
            return Ok(reason);
        }
        if context.prompt.can_ask() {
            return interactive::ask_reason(context);
        }
        let failure = Failure::usage("a refund needs a reason, and prompting is not possible");
        Err(Reason::ALL.iter().fold(failure, |failure, reason| failure.again("", format!("--reason {reason}"))))
    }
}

impl BatchArgs {
    /// Whether an option for batches was given.
    pub fn is_used(&self) -> bool {
        let states = !self.expect_total.is_empty() || self.expect_count.is_some();
        let names = self.from_file.is_some() || self.reference.is_some() || self.results.is_some();
        states || names || self.all_payments || self.skip_refused
    }
}
