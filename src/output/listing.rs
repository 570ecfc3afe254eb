//! Listings: a noun declares its columns and its JSON once, and every format follows from that.
//!
//! Rows are taken one at a time. Data formats are written row by row; a table waits for its last row, because its
//! widths depend on all of them. JSON has every field, whatever columns were chosen.

use std::io::{self, Write};

use csv::{QuoteStyle, WriterBuilder};
use serde::Serialize;

use crate::output::json::{self, Keyed, SCHEMA_VERSION, Versioned};
use crate::output::sanitize::{spreadsheet_safe, visible};
use crate::output::table::{self, Cell, ColumnLayout, Style};
use crate::output::ui::{Answers, Format, Ui, Undelivered};

/// A noun that can be listed.
pub trait Listed: Sized + 'static {
    /// The key of the list in a JSON document, `transactions`.
    const NAME: &'static str;
    /// In the order of CSV.
    const COLUMNS: &'static [ListColumn<Self>];

    /// The row as a JSON object.
    fn json(&self) -> impl Serialize + '_;
}

/// One column of a noun.
pub struct ListColumn<R> {
    /// The name in `--columns` and in the header of CSV. Stable.
    key: &'static str,
    layout: ColumnLayout,
    shown: Shown,
    flat: fn(&R) -> Flat,
    /// `None` shows the flat value.
    cell: Option<fn(&R) -> Cell>,
}

/// When a table shows a column.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Shown {
    Always,
    /// If there is room: 1 is dropped first.
    Wide(u8),
    /// Only with `--columns`.
    Asked,
}

/// A value of CSV: amounts in major units without a currency, ISO days, `true` and `false`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Flat {
    /// The program's own words and numbers.
    Own(String),
    /// Text from customers and files, which a spreadsheet might run.
    Outside(String),
}

impl Flat {
    pub fn own(value: impl ToString) -> Self {
        Self::Own(value.to_string())
    }

    pub fn outside(text: impl ToString) -> Self {
        Self::Outside(text.to_string())
    }

    /// Empty without a value.
    pub fn maybe(value: Option<impl ToString>) -> Self {
        Self::Own(value.map(|value| value.to_string()).unwrap_or_default())
    }

    /// Text from outside, or empty.
    pub fn maybe_outside(text: Option<impl ToString>) -> Self {
        Self::Outside(text.map(|text| text.to_string()).unwrap_or_default())
    }

    fn text(self) -> String {
        match self {
            Self::Own(text) | Self::Outside(text) => text,
        }
    }

    /// A field of CSV, or of TSV, which has no quotes: there a tab or a line break becomes a blank.
    fn field(self, delimiter: u8) -> String {
        let text = match self {
            Self::Own(text) => return text,
            Self::Outside(text) if delimiter == b'\t' => text.replace(['\t', '\r', '\n'], " "),
            Self::Outside(text) => text,
        };
        visible(&spreadsheet_safe(&text)).into_owned()
    }
}

impl<R> ListColumn<R> {
    /// IDs, dates, statuses.
    pub const fn whole(key: &'static str, title: &'static str, shown: Shown, flat: fn(&R) -> Flat) -> Self {
        Self { key, layout: ColumnLayout::whole(title), shown, flat, cell: None }
    }

    /// Amounts and counts.
    pub const fn number(key: &'static str, title: &'static str, shown: Shown, flat: fn(&R) -> Flat) -> Self {
        Self { key, layout: ColumnLayout::number(title), shown, flat, cell: None }
    }

    /// Names and other words, not shortened below `at_least` columns of the terminal.
    pub const fn words(
        key: &'static str,
        title: &'static str,
        at_least: usize,
        shown: Shown,
        flat: fn(&R) -> Flat,
    ) -> Self {
        Self { key, layout: ColumnLayout::words(title, at_least), shown, flat, cell: None }
    }

    /// The same column with a cell that says more in a table than the flat value.
    pub const fn shown_as(self, cell: fn(&R) -> Cell) -> Self {
        Self { cell: Some(cell), ..self }
    }

    fn cell_of(&self, row: &R) -> Cell {
        match self.cell {
            Some(cell) => cell(row),
            None => Cell::plain((self.flat)(row).text()),
        }
    }
}

/// A noun has no such column.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{name}` is not a column: it is one of {known}")]
pub struct UnknownColumn {
    pub name: String,
    pub known: String,
}

/// The columns of a listing, and whether they have a header.
pub struct Layout<R: Listed> {
    /// `None` is the noun's default.
    columns: Option<Vec<&'static ListColumn<R>>>,
    has_header: bool,
}

impl<R: Listed> Default for Layout<R> {
    fn default() -> Self {
        Self { columns: None, has_header: true }
    }
}

impl<R: Listed> Layout<R> {
    /// `--columns a,b,c` and `--no-header`, as typed.
    pub fn new(columns: Option<&str>, has_header: bool) -> Result<Self, UnknownColumn> {
        let chosen = |names: &str| names.split(',').map(|name| column_called(name.trim())).collect();
        Ok(Self { columns: columns.map(chosen).transpose()?, has_header })
    }

    fn columns_of_data(&self) -> Vec<&'static ListColumn<R>> {
        self.columns.clone().unwrap_or_else(|| R::COLUMNS.iter().collect())
    }

    fn columns_of_table(&self) -> Vec<&'static ListColumn<R>> {
        let usual = || R::COLUMNS.iter().filter(|column| column.shown != Shown::Asked).collect();
        self.columns.clone().unwrap_or_else(usual)
    }
}

fn column_called<R: Listed>(name: &str) -> Result<&'static ListColumn<R>, UnknownColumn> {
    R::COLUMNS.iter().find(|column| column.key == name).ok_or_else(|| UnknownColumn {
        name: name.to_owned(),
        known: R::COLUMNS.iter().map(|column| column.key).collect::<Vec<_>>().join(", "),
    })
}

/// A listing that is being written. If an error drops it before [`Listing::finish`], its JSON is incomplete.
pub struct Listing<'ui, R: Listed> {
    form: Form<'ui, R>,
    rows: u64,
}

enum Form<'ui, R: Listed> {
    Table { ui: &'ui mut Ui, layout: Layout<R>, cells: Vec<Vec<Cell>> },
    Json(&'ui mut Answers),
    JsonLines(&'ui mut Answers),
    Separated { out: Box<csv::Writer<&'ui mut Answers>>, columns: Vec<&'static ListColumn<R>>, delimiter: u8 },
}

impl<'ui, R: Listed> Listing<'ui, R> {
    pub fn begin(ui: &'ui mut Ui, layout: Layout<R>) -> Result<Self, Undelivered> {
        let form = match ui.format {
            Format::Table => Form::Table { ui, layout, cells: Vec::new() },
            Format::Json => Form::json(ui.answers())?,
            Format::Jsonl => Form::JsonLines(ui.answers()),
            Format::Csv => Form::separated(ui.answers(), &layout, b',')?,
            Format::Tsv => Form::separated(ui.answers(), &layout, b'\t')?,
        };
        Ok(Self { form, rows: 0 })
    }

    pub fn row(&mut self, row: &R) -> Result<(), Undelivered> {
        match &mut self.form {
            Form::Table { layout, cells, .. } => {
                cells.push(layout.columns_of_table().iter().map(|column| column.cell_of(row)).collect());
            }
            Form::Json(out) => {
                out.write_all(if self.rows == 0 { b"\n" } else { b",\n" })?;
                json::write(out, &row.json())?;
            }
            Form::JsonLines(out) => json::write_line(out, &Versioned::of(row.json()))?,
            Form::Separated { out, columns, delimiter } => {
                let fields = columns.iter().map(|column| (column.flat)(row).field(*delimiter));
                out.write_record(fields).map_err(delivery)?;
            }
        }
        self.rows += 1;
        Ok(())
    }

    /// Ends the listing and returns the number of rows. `more` says that a limit cut it; only a JSON document shows
    /// that. A table without rows is empty.
    pub fn finish(self, more: bool) -> Result<u64, Undelivered> {
        match self.form {
            Form::Table { ui, layout, cells } => {
                let text = table_text(&layout, cells, &ui.style);
                ui.answer(&text)?;
            }
            Form::Json(out) => {
                let end_of_rows = if self.rows == 0 { "]" } else { "\n]" };
                let cut = if more { ",\"more\":true" } else { "" };
                writeln!(out, "{end_of_rows}{cut}}}")?;
                out.flush()?;
            }
            Form::JsonLines(out) => out.flush()?,
            Form::Separated { mut out, .. } => out.flush()?,
        }
        Ok(self.rows)
    }
}

impl<'ui, R: Listed> Form<'ui, R> {
    /// The frame is written by hand so that rows can be streamed.
    fn json(out: &'ui mut Answers) -> Result<Self, Undelivered> {
        write!(out, "{{\"schema_version\":{SCHEMA_VERSION},\"{}\":[", R::NAME)?;
        Ok(Self::Json(out))
    }

    fn separated(out: &'ui mut Answers, layout: &Layout<R>, delimiter: u8) -> Result<Self, Undelivered> {
        let quotes = if delimiter == b'\t' { QuoteStyle::Never } else { QuoteStyle::Necessary };
        let mut out = WriterBuilder::new().delimiter(delimiter).quote_style(quotes).from_writer(out);
        let columns = layout.columns_of_data();
        if layout.has_header {
            out.write_record(columns.iter().map(|column| column.key)).map_err(delivery)?;
        }
        Ok(Self::Separated { out: Box::new(out), columns, delimiter })
    }
}

fn delivery(error: csv::Error) -> Undelivered {
    Undelivered(match error.into_kind() {
        csv::ErrorKind::Io(error) => error,
        kind => io::Error::other(format!("{kind:?}")),
    })
}

/// `rows` as a table of these columns, for a part of a `show`. Unknown keys are left out.
pub fn table_of<R: Listed>(rows: &[R], keys: &[&str], style: &Style) -> String {
    let columns: Vec<_> = keys.iter().filter_map(|key| column_called::<R>(key).ok()).collect();
    let cells = rows.iter().map(|row| columns.iter().map(|column| column.cell_of(row)).collect()).collect();
    table_text(&Layout { columns: Some(columns), has_header: true }, cells, style)
}

/// The answer of a `show`: text for people, a document for programs, rows for spreadsheets.
pub fn show<R: Listed>(
    ui: &mut Ui,
    text: impl FnOnce(&Style) -> String,
    document: impl Serialize,
    rows: &[R],
) -> Result<(), Undelivered> {
    match ui.format {
        Format::Table => ui.answer(&text(&ui.style)),
        Format::Json | Format::Jsonl => ui.document(document),
        Format::Csv | Format::Tsv => list(ui, rows),
    }
}

/// All `rows` in the Ui's format.
pub fn list<R: Listed>(ui: &mut Ui, rows: &[R]) -> Result<(), Undelivered> {
    let mut listing = Listing::begin(ui, Layout::default())?;
    rows.iter().try_for_each(|row| listing.row(row))?;
    listing.finish(false).map(drop)
}

/// The number of rows, for `--count`.
pub fn count(ui: &mut Ui, count: u64) -> Result<(), Undelivered> {
    match ui.format {
        Format::Json | Format::Jsonl => ui.document(Keyed("count", count)),
        Format::Table | Format::Csv | Format::Tsv => ui.answer(&format!("{count}\n")),
    }
}

fn table_text<R: Listed>(layout: &Layout<R>, cells: Vec<Vec<Cell>>, style: &Style) -> String {
    if cells.is_empty() {
        return String::new();
    }
    let is_chosen = layout.columns.is_some();
    let ranked = |column: &ListColumn<R>| match column.shown {
        Shown::Wide(rank) if !is_chosen => ColumnLayout { rank: Some(rank), ..column.layout },
        _ => column.layout,
    };
    let columns: Vec<ColumnLayout> = layout.columns_of_table().into_iter().map(ranked).collect();
    table::table(&columns, cells, layout.has_header, style)
}

#[cfg(test)]
mod tests;
