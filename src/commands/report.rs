//! `retour report …`: what the vendor watches.

use crate::commands::context::{self, Context};
use crate::commands::error::{Exit, Failure};
use crate::commands::listing::{ListingArgs, tell_the_rest};
use crate::commands::{Answer, day, word};
use crate::desk::report::{self, Range, ReportError};
use crate::domain::refund_report::By;
use crate::output::json;
use crate::output::sentences;
use crate::output::views::report::{self as view, Heading, Rows};
use chrono::NaiveDate;
use clap::{Args, Subcommand};

#[derive(Subcommand)]
pub enum Report {
    Refunds(Refunds),
}

/// How much is refunded, of which sales and why, as a table with bars or as data
///
/// Counted are live sales in which money was taken and whose payment lies in the days, and what has happened to them
/// since, whenever that was. Test payments never count. Each currency has rows and a total of its own.
///
/// SALES and PAID are all of these sales. REFUNDED are those with a refund that succeeded, the platform's own
/// included; a sale that only says of itself that it is refunded counts with its whole sum. SUM is what these refunds
/// come to. RATE is REFUNDED of SALES and BY VALUE is SUM of PAID, in per cent, rounded half up to two decimals. OPEN
/// are refunds that are marked or submitted: they are in no rate. CHARGEBACKS are the sales that one stands against.
/// DAYS is the median from the day a refund was marked here to the day it succeeded; of two middle values it is the
/// mean. A bar is as long as its RATE, and the highest one fills the room.
///
/// By product a payment counts for its main product; by reason each reason is measured against all sales, and
/// chargebacks, which have no reason, are in the total only; a month is that of the payment, in the desk's time zone.
#[derive(Args)]
pub struct Refunds {
    #[arg(long, value_parser = word::<By>(), default_value = "product", help = "What a row is")]
    by: By,
    /// Paid on this day or later
    #[arg(long, value_name = "DATE", value_parser = day)]
    since: Option<NaiveDate>,
    /// Paid on this day or earlier
    #[arg(long, value_name = "DATE", value_parser = day)]
    until: Option<NaiveDate>,
    #[command(flatten)]
    listing: ListingArgs,
}

impl Report {
    pub fn run(self, context: &mut Context) -> Answer {
        let Self::Refunds(refunds) = self;
        refunds.run(context)
    }
}

impl Refunds {
    fn run(self, context: &mut Context) -> Answer {
        if let (Some(since), Some(until)) = (self.since, self.until)
            && until < since
        {
            return Err(Failure::usage(format!("--until {until} is before --since {since}")));
        }
        let layout = self.listing.layout()?;
        let store = context::open(context)?;
        let range = Range { since: self.since, until: self.until };
        let report = report::report(&store, self.by, range, context.policy.zone).map_err(failure)?;
        let unmatched = store.count_unmatched()?;
        let heading =
            Heading { by: self.by.word(), since: self.since.map(json::on), until: self.until.map(json::on), unmatched };
        let ui = &mut context.ui;
        let rows = Rows::of(report, &ui.style);
        let (shown, is_cut) = view::show(ui, heading, &rows, layout, self.listing.limit(ui.format))?;
        tell_the_rest(ui, shown, is_cut, "no paid sale lies in these days");
        if unmatched > 0 {
            let counted = sentences::counted(
                unmatched,
                "refund or chargeback of the platform is",
                "refunds and chargebacks of the platform are",
            );
            ui.note(&format!("note: {counted} matched to no sale, and counted nowhere: retour refunds due"));
        }
        Ok(self.listing.done(shown))
    }
}

fn failure(error: ReportError) -> Failure {
    match error {
        ReportError::Store(error) => error.into(),
        ReportError::Money(error) => Failure::new(Exit::Failed, "overflow", error.to_string()),
    }
}
