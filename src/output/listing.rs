//! Listings: a noun declares its columns and its JSON once, and every format follows from that.
//!
//! Rows are taken one at a time. Data formats go out as they come, however many there are; a table waits for
//! its last row, since its widths depend on all of them. JSON says everything, whatever columns were chosen.

use std::borrow::Cow;
use std::io::{self, Write};

use csv::{QuoteStyle, WriterBuilder};
use serde::Serialize;

use crate::output::json::{self, SCHEMA_VERSION};
use crate::output::sanitize::{spreadsheet_safe, visible};
use crate::output::table::{self, Cell, Sheet, Style};
use crate::output::ui::{Answers, Format, Ui, Undelivered};

/// A noun that is listed.
pub trait Listed: Sized + 'static {
    /// What the list is called in a JSON document, `transactions`.
    const NAME: &'static str;
    /// In the order of CSV.
    const COLUMNS: &'static [Column<Self>];

    /// The row as an object.
    fn json(&self) -> impl Serialize + '_;
}

/// One column of a noun.
pub struct Column<R> {
    /// What `--columns` and the headers of CSV call it. Stable.
    pub key: &'static str,
    pub shape: table::Column,
    pub shown: Shown,
    pub flat: fn(&R) -> Flat,
    /// `None` shows the flat value.
    pub cell: Option<fn(&R) -> Cell>,
}

/// Whether a table shows a column that nobody asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Shown {
    Always,
    /// Where there is room: 1 is given up first.
    Wide(u8),
    Asked,
}

/// A value of CSV: amounts in major units without a currency, ISO days, `true` and `false`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Flat {
    /// The program's own words and figures.
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

    /// Empty where there is no value.
    pub fn maybe(value: Option<impl ToString>) -> Self {
        Self::Own(value.map(|value| value.to_string()).unwrap_or_default())
    }

    /// Text from outside, empty where there is none.
    pub fn maybe_outside(text: Option<impl ToString>) -> Self {
        Self::Outside(text.map(|text| text.to_string()).unwrap_or_default())
    }

    fn text(self) -> String {
        match self {
            Self::Own(text) | Self::Outside(text) => text,
        }
    }

    /// As a field of CSV, or of TSV, where a tab or a line break in a text can only be a blank.
    fn field(self, separator: Separator) -> String {
        let text = match self {
            Self::Own(text) => return text,
            Self::Outside(text) if separator == Separator::Tab => text.replace(['\t', '\r', '\n'], " "),
            Self::Outside(text) => text,
        };
        let safe: Cow<str> = spreadsheet_safe(&text);
        visible(&safe).into_owned()
    }
}

impl<R> Column<R> {
    /// A column whose cell in a table is more than its flat value.
    pub const fn new(
        key: &'static str,
        shape: table::Column,
        shown: Shown,
        flat: fn(&R) -> Flat,
        cell: fn(&R) -> Cell,
    ) -> Self {
        Self { key, shape, shown, flat, cell: Some(cell) }
    }

    /// A column that shows its flat value in tables too.
    pub const fn plain(key: &'static str, shape: table::Column, shown: Shown, flat: fn(&R) -> Flat) -> Self {
        Self { key, shape, shown, flat, cell: None }
    }

    fn cell_of(&self, row: &R) -> Cell {
        match self.cell {
            Some(cell) => cell(row),
            None => Cell::plain((self.flat)(row).text()),
        }
    }
}

/// A column that a noun does not have, with those that it has.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{name}` is not a column: it is one of {known}")]
pub struct UnknownColumn {
    pub name: String,
    pub known: String,
}

/// Which columns a listing has, and whether it names them.
pub struct Layout<R: Listed> {
    /// `None` is the noun's own choice.
    columns: Option<Vec<&'static Column<R>>>,
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

    fn columns_of_data(&self) -> Vec<&'static Column<R>> {
        self.columns.clone().unwrap_or_else(|| R::COLUMNS.iter().collect())
    }

    fn columns_of_table(&self) -> Vec<&'static Column<R>> {
        let usual = || R::COLUMNS.iter().filter(|column| column.shown != Shown::Asked).collect();
        self.columns.clone().unwrap_or_else(usual)
    }
}

fn column_called<R: Listed>(name: &str) -> Result<&'static Column<R>, UnknownColumn> {
    R::COLUMNS.iter().find(|column| column.key == name).ok_or_else(|| UnknownColumn {
        name: name.to_owned(),
        known: R::COLUMNS.iter().map(|column| column.key).collect::<Vec<_>>().join(", "),
    })
}

/// A listing on its way out. One that is dropped unfinished was cut by an error, and its JSON shows it.
pub struct Listing<'ui, R: Listed> {
    form: Form<'ui, R>,
    rows: u64,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Separator {
    Comma,
    Tab,
}

enum Form<'ui, R: Listed> {
    Table { ui: &'ui mut Ui, layout: Layout<R>, cells: Vec<Vec<Cell>> },
    Json(&'ui mut Answers),
    JsonLines(&'ui mut Answers),
    Separated { out: Box<csv::Writer<&'ui mut Answers>>, columns: Vec<&'static Column<R>>, by: Separator },
}

impl<'ui, R: Listed> Listing<'ui, R> {
    pub fn begin(ui: &'ui mut Ui, layout: Layout<R>) -> Result<Self, Undelivered> {
        let form = match ui.format {
            Format::Table => Form::Table { ui, layout, cells: Vec::new() },
            Format::Json => Form::json(ui.answers())?,
            Format::Jsonl => Form::JsonLines(ui.answers()),
            Format::Csv => Form::separated(ui.answers(), &layout, Separator::Comma)?,
            Format::Tsv => Form::separated(ui.answers(), &layout, Separator::Tab)?,
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
            Form::JsonLines(out) => json::write_line(out, &json::Document::of(row.json()))?,
            Form::Separated { out, columns, by } => {
                let fields = columns.iter().map(|column| (column.flat)(row).field(*by));
                out.write_record(fields).map_err(delivery)?;
            }
        }
        self.rows += 1;
        Ok(())
    }

    /// Ends the listing. `more` says that a limit cut it, which only a JSON document has a place for; without
    /// rows a table is nothing at all. Gives the number of rows.
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
    /// The frame is written by hand so that the rows need not wait for each other.
    fn json(out: &'ui mut Answers) -> Result<Self, Undelivered> {
        write!(out, "{{\"schema_version\":{SCHEMA_VERSION},\"{}\":[", R::NAME)?;
        Ok(Self::Json(out))
    }

    fn separated(out: &'ui mut Answers, layout: &Layout<R>, by: Separator) -> Result<Self, Undelivered> {
        let (delimiter, quotes) = match by {
            Separator::Comma => (b',', QuoteStyle::Necessary),
            Separator::Tab => (b'\t', QuoteStyle::Never),
        };
        let mut out = WriterBuilder::new().delimiter(delimiter).quote_style(quotes).from_writer(out);
        let columns = layout.columns_of_data();
        if layout.has_header {
            out.write_record(columns.iter().map(|column| column.key)).map_err(delivery)?;
        }
        Ok(Self::Separated { out: Box::new(out), columns, by })
    }
}

fn delivery(error: csv::Error) -> Undelivered {
    Undelivered(match error.into_kind() {
        csv::ErrorKind::Io(error) => error,
        kind => io::Error::other(format!("{kind:?}")),
    })
}

/// `rows` as a table of these columns alone, for a part of a `show`. Keys that the noun lacks are left out.
pub fn table_of<R: Listed>(rows: &[R], keys: &[&str], style: &Style) -> String {
    let columns: Vec<_> = keys.iter().filter_map(|key| column_called::<R>(key).ok()).collect();
    let cells = rows.iter().map(|row| columns.iter().map(|column| column.cell_of(row)).collect()).collect();
    table_text(&Layout { columns: Some(columns), has_header: true }, cells, style)
}

/// One thing, as `show` has it: text for people, a document for programs, its rows for spreadsheets.
pub fn show<R: Listed>(
    ui: &mut Ui,
    text: impl FnOnce(&Style) -> String,
    document: impl Serialize,
    rows: &[R],
) -> Result<(), Undelivered> {
    match ui.format {
        Format::Table => ui.answer(&text(&ui.style)),
        Format::Json | Format::Jsonl => ui.document(document),
        Format::Csv | Format::Tsv => {
            let mut listing = Listing::begin(ui, Layout::default())?;
            rows.iter().try_for_each(|row| listing.row(row))?;
            listing.finish(false).map(drop)
        }
    }
}

/// How many there are, for `--count`.
pub fn count(ui: &mut Ui, count: u64) -> Result<(), Undelivered> {
    #[derive(Serialize)]
    struct Count {
        count: u64,
    }
    match ui.format {
        Format::Json | Format::Jsonl => ui.document(Count { count }),
        Format::Table | Format::Csv | Format::Tsv => ui.answer(&format!("{count}\n")),
    }
}

fn table_text<R: Listed>(layout: &Layout<R>, cells: Vec<Vec<Cell>>, style: &Style) -> String {
    if cells.is_empty() {
        return String::new();
    }
    let columns = layout.columns_of_table();
    let keeps_all = layout.columns.is_some();
    let sheet = Sheet::of(columns.iter().map(|column| column.shape).collect(), cells, style);
    let sheet = narrowed(&columns, sheet, style, keeps_all);
    if layout.has_header { sheet.text(style) } else { sheet.body(style) }
}

/// The columns that fit, those given up first that matter least; all of them where not even the rest would
/// fit, since cards have room for each.
fn narrowed<R>(columns: &[&Column<R>], sheet: Sheet, style: &Style, keeps_all: bool) -> Sheet {
    let mut order: Vec<u8> = columns.iter().filter_map(|column| given_up(column.shown)).collect();
    order.sort_unstable();
    let tries = if keeps_all { Vec::new() } else { order };
    for last_given_up in std::iter::once(0).chain(tries) {
        let keeps = |column: &&Column<R>| given_up(column.shown).is_none_or(|rank| rank > last_given_up);
        let kept: Vec<bool> = columns.iter().map(keeps).collect();
        if sheet.fits(&kept, style) {
            return sheet.only(&kept);
        }
    }
    sheet
}

fn given_up(shown: Shown) -> Option<u8> {
    match shown {
        Shown::Wide(rank) => Some(rank),
        Shown::Always | Shown::Asked => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::output::ui::tests::{on, ui};
    use std::io::ErrorKind;

    struct Guest {
        name: &'static str,
        nights: u32,
    }

    #[derive(Serialize)]
    struct GuestJson {
        name: &'static str,
        nights: u32,
    }

    impl Listed for Guest {
        const NAME: &'static str = "guests";
        const COLUMNS: &'static [Column<Self>] = &[
            Column::plain("name", table::Column::words("NAME", 4), Shown::Always, |guest| Flat::outside(guest.name)),
            Column::plain("nights", table::Column::number("NIGHTS"), Shown::Wide(2), |guest| Flat::own(guest.nights)),
            Column::new(
                "long",
                table::Column::whole("LONG"),
                Shown::Wide(1),
                |guest| Flat::own(guest.nights > 6),
                |guest| Cell::plain(if guest.nights > 6 { "a week or more" } else { "" }),
            ),
            Column::plain("twice", table::Column::number("TWICE"), Shown::Asked, |guest| Flat::own(guest.nights * 2)),
        ];

        fn json(&self) -> impl Serialize + '_ {
            GuestJson { name: self.name, nights: self.nights }
        }
    }

    const GUESTS: [Guest; 4] = [
        Guest { name: "Anna, \"the\" Guest", nights: 7 },
        Guest { name: "=HYPERLINK(\"http://example.org\")", nights: 1 },
        Guest { name: "Eve\x1b[2J\u{202e}", nights: 2 },
        Guest { name: "two\tor\nmore", nights: 3 },
    ];

    fn listed(format: Format, width: Option<usize>, guests: &[Guest], layout: Layout<Guest>) -> String {
        let (mut ui, out, _) = ui(format, width);
        let mut listing = Listing::begin(&mut ui, layout).unwrap();
        for guest in guests {
            listing.row(guest).unwrap();
        }
        assert_eq!(listing.finish(guests.len() == 2).unwrap(), guests.len() as u64);
        out.text()
    }

    fn all(format: Format) -> String {
        listed(format, None, &GUESTS, Layout::default())
    }

    #[test]
    fn csv_runs_in_no_spreadsheet_and_steers_no_terminal() {
        insta::assert_snapshot!(all(Format::Csv), @r#"
        name,nights,long,twice
        "Anna, ""the"" Guest",7,true,14
        "'=HYPERLINK(""http://example.org"")",1,false,2
        Eve\u{1b}[2J\u{202e},2,false,4
        two\tor\nmore,3,false,6
        "#);
    }

    #[test]
    fn tsv_has_blanks_for_tabs_and_line_breaks_and_no_quotes() {
        insta::assert_snapshot!(all(Format::Tsv), @r#"
        name	nights	long	twice
        Anna, "the" Guest	7	true	14
        '=HYPERLINK("http://example.org")	1	false	2
        Eve\u{1b}[2J\u{202e}	2	false	4
        two or more	3	false	6
        "#);
    }

    #[test]
    fn json_is_one_document_with_a_row_a_line() {
        insta::assert_snapshot!(all(Format::Json), @r#"
        {"schema_version":1,"guests":[
        {"name":"Anna, \"the\" Guest","nights":7},
        {"name":"=HYPERLINK(\"http://example.org\")","nights":1},
        {"name":"Eve\u001b[2J\u202e","nights":2},
        {"name":"two\tor\nmore","nights":3}
        ]}
        "#);
        serde_json::from_str::<serde_json::Value>(&all(Format::Json)).unwrap();
    }

    #[test]
    fn json_says_that_it_was_cut_and_that_it_is_empty() {
        let cut = listed(Format::Json, None, &GUESTS[..2], Layout::default());
        assert!(cut.ends_with("}\n],\"more\":true}\n"), "{cut}");
        let empty = listed(Format::Json, None, &[], Layout::default());
        assert_eq!(empty, "{\"schema_version\":1,\"guests\":[]}\n");
    }

    #[test]
    fn json_lines_are_documents_of_their_own() {
        insta::assert_snapshot!(all(Format::Jsonl), @r#"
        {"schema_version":1,"name":"Anna, \"the\" Guest","nights":7}
        {"schema_version":1,"name":"=HYPERLINK(\"http://example.org\")","nights":1}
        {"schema_version":1,"name":"Eve\u001b[2J\u202e","nights":2}
        {"schema_version":1,"name":"two\tor\nmore","nights":3}
        "#);
    }

    #[test]
    fn without_rows_a_table_is_nothing_and_csv_its_header() {
        assert_eq!(listed(Format::Table, None, &[], Layout::default()), "");
        assert_eq!(listed(Format::Jsonl, None, &[], Layout::default()), "");
        assert_eq!(listed(Format::Csv, None, &[], Layout::default()), "name,nights,long,twice\n");
    }

    #[test]
    fn a_count_is_a_figure_or_a_document() {
        let counted = |format| {
            let (mut ui, out, _) = ui(format, None);
            count(&mut ui, 3).unwrap();
            out.text()
        };
        assert_eq!(counted(Format::Table), "3\n");
        assert_eq!(counted(Format::Json), "{\"schema_version\":1,\"count\":3}\n");
    }

    #[test]
    fn a_full_disk_is_told_and_a_closed_pipe_is_not() {
        for format in Format::ALL {
            let written = |kind| {
                let mut ui = on(kind);
                ui.format = *format;
                let mut listing = Listing::begin(&mut ui, Layout::default())?;
                // More than any buffer on the way holds.
                for _ in 0..5_000 {
                    listing.row(&GUESTS[0])?;
                }
                listing.finish(false)
            };
            let told = written(ErrorKind::StorageFull).unwrap_err();
            assert_eq!(told.0.kind(), ErrorKind::StorageFull, "{format}");
            assert_eq!(written(ErrorKind::BrokenPipe).unwrap(), 5_000, "{format}");
        }
    }

    #[test]
    fn chosen_columns_come_in_the_order_in_which_they_were_chosen() {
        let layout = |header| Layout::new(Some("twice, name"), header).unwrap();
        assert_eq!(listed(Format::Csv, None, &GUESTS[3..], layout(true)), "twice,name\n6,two\\tor\\nmore\n");
        assert_eq!(listed(Format::Csv, None, &GUESTS[3..], layout(false)), "6,two\\tor\\nmore\n");
        let table = listed(Format::Table, None, &GUESTS[3..], layout(true));
        assert_eq!(table, "TWICE  NAME\n────────────────────\n    6  two\\tor\\nmore\n");
        assert_eq!(listed(Format::Table, None, &GUESTS[3..], layout(false)), "    6  two\\tor\\nmore\n");
    }

    #[test]
    fn an_unknown_column_is_named_with_those_there_are() {
        let error = Layout::<Guest>::new(Some("name,age"), true).err().unwrap();
        assert_eq!(error.to_string(), "`age` is not a column: it is one of name, nights, long, twice");
    }

    #[test]
    fn a_narrow_table_gives_up_what_matters_least_and_cards_have_everything() {
        let at = |width| listed(Format::Table, Some(width), &GUESTS[..1], Layout::default());
        insta::assert_snapshot!([80, 30, 20, 6, 3].map(at).join("\n"), @r#"
        NAME               NIGHTS  LONG
        ─────────────────────────────────────────
        Anna, "the" Guest       7  a week or more

        NAME    NIGHTS  LONG
        ──────────────────────────────
        Anna,…       7  a week or more

        NAME          NIGHTS
        ────────────────────
        Anna, "the"…       7

        NAME
        ──────
        Anna,…

        NAME    Anna,
                "the"
                Guest
        NIGHTS  7
        LONG    a week or more
        "#);
    }

    #[test]
    fn chosen_columns_are_never_given_up() {
        let layout = Layout::new(Some("name,nights,long"), true).unwrap();
        let table = listed(Format::Table, Some(20), &GUESTS[..1], layout);
        assert!(table.contains("LONG") && table.contains("NIGHTS"), "{table}");
    }
}
