//! `retour report …`: numbers that a vendor follows.

use crate::commands::context::{self, Context};
use crate::commands::failure::Failure;
use crate::commands::listing::{ListingArgs, note_the_rest};
use crate::commands::{CommandResult, day, word};
use crate::desk::report::{self, Range};
use crate::domain::refund_report::By;
use crate::output::json;
use crate::output::sentences;
use crate::output::views::report::{self as view, Heading, ReportRows};
use chrono::NaiveDate;
use clap::{Args, Subcommand};

#[derive(Subcommand)]
pub enum Report {
    Refunds(Refunds),
}

/// Report how much is refunded, for which sales and why, as a table with bars or as data
///
/// Counts live, paid sales by payment date, with everything that happened to them since. Test payments do not count.
/// Each currency has its own rows and its own total.
///
/// SALES and PAID are the number and the amount of these sales. REFUNDED is the number of sales with a succeeded
/// refund, including platform refunds; a sale that was imported as refunded counts with its full amount. SUM is the
/// amount of these refunds. RATE is REFUNDED divided by SALES and BY VALUE is SUM divided by PAID, in per cent, rounded
/// half up to two decimals. OPEN is the number of marked and submitted refunds; no rate includes them. CHARGEBACKS is
/// the number of sales that are charged back. DAYS is the median number of days from marking a refund to its success;
/// of two middle values it is the mean. Bars show RATE; the highest one has the full length.
///
/// By product, a payment counts for its main product. By reason or ground, each is compared with all sales; chargebacks
/// have neither, so only the total includes them. By month, the month of the payment counts, in the desk's time zone.
#[derive(Args)]
pub struct Refunds {
    #[arg(long, value_parser = word::<By>(), default_value = "product", help = "What to group by")]
    by: By,
    /// Only sales paid on or after this day
    #[arg(long, value_name = "DATE", value_parser = day)]
    since: Option<NaiveDate>,
    /// Only sales paid on or before this day
    #[arg(long, value_name = "DATE", value_parser = day)]
    until: Option<NaiveDate>,
    #[command(flatten)]
    listing: ListingArgs,
}

impl Report {
    pub fn run(self, context: &mut Context) -> CommandResult {
        let Self::Refunds(refunds) = self;
        refunds.run(context)
    }
}

impl Refunds {
    fn run(self, context: &mut Context) -> CommandResult {
        if let (Some(since), Some(until)) = (self.since, self.until)
            && until < since
        {
            return Err(Failure::usage(format!("--until {until} is before --since {since}")));
        }
        let layout = self.listing.layout()?;
        let store = context::open(context)?;
        let range = Range { since: self.since, until: self.until };
        let report = report::report(&store, self.by, range, context.policy.zone)?;
        let unmatched = store.count_unmatched()?;
        let heading =
            Heading { by: self.by.word(), since: self.since.map(json::on), until: self.until.map(json::on), unmatched };
        let ui = &mut context.ui;
        let rows = ReportRows::of(report, &ui.style);
        let (shown, is_cut) = view::show(ui, heading, &rows, layout, self.listing.limit(ui.format))?;
        note_the_rest(ui, shown, is_cut, "no paid sales found");
        if unmatched > 0 {
            let counted = sentences::counted(
                unmatched,
                "platform refund or chargeback is",
                "platform refunds and chargebacks are",
            );
            ui.note(&format!("note: {counted} not matched to a sale, and not counted: retour refunds due"));
        }
        Ok(self.listing.done(shown))
    }
}
