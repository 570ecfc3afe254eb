//! The options of every listing: how many rows, which columns, and whether an empty list is a failure.

use crate::commands::Done;
use crate::commands::failure::Failure;
use crate::output::listing::{Layout, Listed, Listing};
use crate::output::ui::{Format, Ui};
use clap::Args;

/// The default limit of tables, in rows.
const TABLE_LIMIT: u64 = 50;

#[derive(Args)]
#[command(next_help_heading = "Listing")]
pub struct ListingArgs {
    /// Show at most N rows [default: 50 in tables, all in data formats]
    #[arg(long, value_name = "N", conflicts_with = "all")]
    limit: Option<u64>,
    /// Show all rows
    #[arg(long)]
    all: bool,
    /// Show these columns, in this order
    #[arg(long, value_name = "A,B,C")]
    columns: Option<String>,
    /// Omit the header
    #[arg(long)]
    no_header: bool,
    /// Exit with 5 if there is nothing to list
    #[arg(long)]
    fail_if_empty: bool,
}

impl ListingArgs {
    /// How many rows to show; data formats are only cut by `--limit`.
    pub fn limit(&self, format: Format) -> Option<u64> {
        match (self.limit, format) {
            (Some(limit), _) => Some(limit),
            (None, Format::Table) if !self.all => Some(TABLE_LIMIT),
            (None, _) => None,
        }
    }

    /// Whether the columns were chosen.
    pub fn has_columns(&self) -> bool {
        self.columns.is_some()
    }

    pub fn layout<R: Listed>(&self) -> Result<Layout<R>, Failure> {
        Ok(Layout::new(self.columns.as_deref(), !self.no_header)?)
    }

    /// How a listing with this number of rows ended.
    pub fn done(&self, rows: u64) -> Done {
        if rows == 0 && self.fail_if_empty { Done::Empty } else { Done::Fully }
    }

    /// Lists rows that are all in memory.
    pub fn list<R: Listed>(&self, ui: &mut Ui, rows: &[R], nothing: &str) -> Result<Done, Failure> {
        let limit = self.limit(ui.format).map_or(usize::MAX, |limit| usize::try_from(limit).unwrap_or(usize::MAX));
        let mut listing = Listing::begin(ui, self.layout()?)?;
        for row in rows.iter().take(limit) {
            listing.row(row)?;
        }
        let is_cut = rows.len() > limit;
        let shown = listing.finish(is_cut)?;
        note_the_rest(ui, shown, is_cut, nothing);
        Ok(self.done(shown))
    }
}

/// Notes what a table does not show: that there is nothing, or more.
pub fn note_the_rest(ui: &mut Ui, shown: u64, is_cut: bool, nothing: &str) {
    if shown == 0 && !is_cut && ui.format == Format::Table {
        ui.note(nothing);
    }
    if is_cut && ui.format != Format::Json {
        ui.note(&format!("note: only the first {shown} are shown; there are more: --limit N or --all"));
    }
}
