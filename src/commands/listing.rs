//! What every listing knows: how much, which columns, and whether nothing is a failure.

use crate::commands::Done;
use crate::commands::error::Failure;
use crate::output::listing::{Layout, Listed, Listing};
use crate::output::ui::{Format, Ui};
use clap::Args;

/// Rows of a table where nobody says how many.
const ROWS_OF_A_TABLE: u64 = 50;

#[derive(Args)]
#[command(next_help_heading = "Listing")]
pub struct ListingArgs {
    /// At most so many rows (default: 50 in a table, all in data formats)
    #[arg(long, value_name = "N", conflicts_with = "all")]
    limit: Option<u64>,
    /// Every row
    #[arg(long)]
    all: bool,
    /// These columns, in this order
    #[arg(long, value_name = "A,B,C")]
    columns: Option<String>,
    /// No headings
    #[arg(long)]
    no_header: bool,
    /// Exit 5 when there is nothing to list
    #[arg(long)]
    fail_if_empty: bool,
}

impl ListingArgs {
    /// How many rows to show; data formats are never cut unless somebody says so.
    pub fn limit(&self, format: Format) -> Option<u64> {
        match (self.limit, format) {
            (Some(limit), _) => Some(limit),
            (None, Format::Table) if !self.all => Some(ROWS_OF_A_TABLE),
            (None, _) => None,
        }
    }

    /// Somebody chose the columns, and wants nothing but them.
    pub fn has_columns(&self) -> bool {
        self.columns.is_some()
    }

    pub fn layout<R: Listed>(&self) -> Result<Layout<R>, Failure> {
        Ok(Layout::new(self.columns.as_deref(), !self.no_header)?)
    }

    /// How a listing of so many rows ended.
    pub fn done(&self, rows: u64) -> Done {
        if rows == 0 && self.fail_if_empty { Done::Empty } else { Done::Fully }
    }

    /// Lists rows that are all at hand.
    pub fn list<R: Listed>(&self, ui: &mut Ui, rows: &[R], nothing: &str) -> Result<Done, Failure> {
        let limit = self.limit(ui.format).map_or(usize::MAX, |limit| usize::try_from(limit).unwrap_or(usize::MAX));
        let mut listing = Listing::begin(ui, self.layout()?)?;
        for row in rows.iter().take(limit) {
            listing.row(row)?;
        }
        let is_cut = rows.len() > limit;
        let shown = listing.finish(is_cut)?;
        tell_the_rest(ui, shown, is_cut, nothing);
        Ok(self.done(shown))
    }
}

/// What a table cannot say: that there is nothing, or more.
pub fn tell_the_rest(ui: &mut Ui, shown: u64, is_cut: bool, nothing: &str) {
    if shown == 0 && !is_cut && ui.format == Format::Table {
        ui.note(nothing);
    }
    if is_cut && ui.format != Format::Json {
        ui.note(&format!("note: the first {shown} are shown, and there are more: --limit N or --all"));
    }
}
