//! Tables, cards, facts and prose for a terminal of any width, or for none.
//!
//! Nothing from outside steers the terminal: every text passes through [`visible`] here, and colour is put on
//! afterwards. IDs, dates and amounts are never broken or shortened; names are, and where even that does not
//! help, a table turns to cards. Without a width nothing is shortened or wrapped. Every block ends its last
//! line, and no line ends in blanks.

use std::borrow::Cow;

use comfy_table::{CellAlignment, LineStyle, TableStyle};

use crate::output::sanitize::{ascii, shorten, visible, width};

/// The blanks between two columns, and between a label and its value.
const GAP: usize = 2;

/// The side of a column its cells stand on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Align {
    Left,
    Right,
}

/// How a column behaves when the terminal is narrow.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fit {
    /// IDs, dates, amounts: never broken or shortened.
    Whole,
    /// Names: shortened down to so many columns of the terminal, though never below the title's width.
    Shorten { at_least: usize },
}

/// A column of a table. The title is the program's own words.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Column {
    pub title: &'static str,
    pub align: Align,
    pub fit: Fit,
}

impl Column {
    /// IDs, dates, states.
    pub const fn whole(title: &'static str) -> Column {
        Column { title, align: Align::Left, fit: Fit::Whole }
    }

    /// Amounts and counts.
    pub const fn number(title: &'static str) -> Column {
        Column { title, align: Align::Right, fit: Fit::Whole }
    }

    /// Names and other words.
    pub const fn words(title: &'static str, at_least: usize) -> Column {
        Column { title, align: Align::Left, fit: Fit::Shorten { at_least } }
    }
}

/// What a text means, said in colour where there is colour.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Tone {
    #[default]
    Plain,
    Dim,
    Good,
    Warn,
    Bad,
    Strong,
}

/// A value to show. The text may come from anywhere, and `--ascii` leaves it as it is.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Cell {
    pub text: String,
    pub tone: Tone,
}

impl Cell {
    pub fn new(text: impl Into<String>, tone: Tone) -> Cell {
        Cell { text: text.into(), tone }
    }

    pub fn plain(text: impl Into<String>) -> Cell {
        Cell::new(text, Tone::Plain)
    }
}

/// What there is to show things on.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Style {
    /// In columns of the terminal; `None` is unlimited.
    pub width: Option<usize>,
    pub color: bool,
    /// The program's own signs in ASCII: rules, `...`, titles, labels and prose.
    pub ascii: bool,
}

/// Rows that are safe to show, and how wide each column is by nature: measured once, however many columns are given
/// up then. A row may be shorter than the header; what it has beyond the header is not shown.
#[derive(Debug, Clone)]
pub struct Sheet {
    columns: Vec<Column>,
    rows: Vec<Vec<Cell>>,
    widths: Vec<usize>,
}

impl Sheet {
    pub fn of(columns: Vec<Column>, rows: Vec<Vec<Cell>>, style: &Style) -> Self {
        let rows: Vec<Vec<Cell>> = rows.into_iter().map(|row| columns_of(row, columns.len())).collect();
        let widths = natural_widths(&columns, &rows, style);
        Self { columns, rows, widths }
    }

    /// Whether the columns that are kept make a table; otherwise they turn to cards.
    pub fn fits(&self, kept: &[bool], style: &Style) -> bool {
        let columns: Vec<Column> = only(kept, self.columns.iter().copied());
        fitted_widths(&columns, only(kept, self.widths.iter().copied()), style).is_some()
    }

    /// The columns that are kept.
    pub fn only(self, kept: &[bool]) -> Self {
        Self {
            columns: only(kept, self.columns),
            rows: self.rows.into_iter().map(|row| only(kept, row)).collect(),
            widths: only(kept, self.widths),
        }
    }

    /// A table under a header and one rule, or cards where the width does not allow a table.
    pub fn text(&self, style: &Style) -> String {
        match fitted_widths(&self.columns, self.widths.clone(), style) {
            Some(widths) => grid(&self.columns, &self.rows, &widths, style),
            None => cards(&self.columns, &self.rows, style),
        }
    }

    /// The lines of [`Sheet::text`] below its header and rule; cards as they are.
    pub fn body(&self, style: &Style) -> String {
        let text = self.text(style);
        let is_table = fitted_widths(&self.columns, self.widths.clone(), style).is_some();
        text.split_inclusive('\n').skip(if is_table { 2 } else { 0 }).collect()
    }
}

fn only<T>(kept: &[bool], all: impl IntoIterator<Item = T>) -> Vec<T> {
    all.into_iter().zip(kept).filter_map(|(each, kept)| kept.then_some(each)).collect()
}

/// These rows as [`Sheet::text`] shows them.
pub fn table(columns: &[Column], rows: &[Vec<Cell>], style: &Style) -> String {
    Sheet::of(columns.to_vec(), rows.to_vec(), style).text(style)
}

/// Labels and their values, as `show` commands have them. A value too long for the width goes on under itself.
pub fn facts(pairs: &[(&str, Cell)], style: &Style) -> String {
    let labels: Vec<Cow<str>> = pairs.iter().map(|(label, _)| own_words(label, style)).collect();
    let indent = indent_under(&labels);
    let values = pairs.iter().map(|(_, cell)| Cell::new(shown_text(cell.text.clone()), cell.tone));
    labels.iter().zip(values).map(|(label, value)| fact(label, indent, &value, style.width, style)).collect()
}

/// One paragraph of the program's prose, each of its lines indented, wrapped between words. A word longer than
/// a line, such as an ID or a path, stays whole.
pub fn wrap(text: &str, indent: usize, style: &Style) -> String {
    let text = own_words(text, style);
    let session = style.width.map(|columns| columns.saturating_sub(indent));
    let lines = wrapped(text.trim(), session);
    lines.iter().map(|line| format!("{}\n", format!("{:indent$}{line}", "").trim_end())).collect()
}

/// `text` in the colour of its tone, as a terminal reads it; without colour, or plain, just `text`.
///
/// The text must be safe already, the program's own or [`visible`].
pub fn paint(text: &str, tone: Tone, color: bool) -> String {
    match escape(tone) {
        Some(escape) if color && !text.is_empty() => format!("{escape}{text}{RESET}"),
        _ => text.to_owned(),
    }
}

const RESET: &str = "\x1b[0m";

fn escape(tone: Tone) -> Option<&'static str> {
    match tone {
        Tone::Plain => None,
        Tone::Strong => Some("\x1b[1m"),
        Tone::Dim => Some("\x1b[2m"),
        Tone::Bad => Some("\x1b[31m"),
        Tone::Good => Some("\x1b[32m"),
        Tone::Warn => Some("\x1b[33m"),
    }
}

fn columns_of(row: Vec<Cell>, count: usize) -> Vec<Cell> {
    let cells = row.into_iter().map(|cell| Cell::new(shown_text(cell.text), cell.tone));
    cells.chain(std::iter::repeat_with(Cell::default)).take(count).collect()
}

fn shown_text(mut text: String) -> String {
    if let Cow::Owned(visible) = visible(&text) {
        text = visible;
    }
    text.truncate(text.trim_end().len());
    text
}

fn own_words<'a>(text: &'a str, style: &Style) -> Cow<'a, str> {
    let text = visible(text);
    if style.ascii { Cow::Owned(ascii(&text).into_owned()) } else { text }
}

/// The width of each column, the widest names shortened first; `None` when no shortening makes the table fit.
fn fitted_widths(columns: &[Column], mut widths: Vec<usize>, style: &Style) -> Option<Vec<usize>> {
    let gaps = GAP * columns.len().saturating_sub(1);
    let mut total = widths.iter().sum::<usize>() + gaps;
    while style.width.is_some_and(|limit| total > limit) {
        let shortenable = columns.iter().zip(&mut widths).filter(|(column, width)| **width > floor(column, style));
        let (_, widest) = shortenable.max_by_key(|(_, width)| **width)?;
        *widest -= 1;
        total -= 1;
    }
    // The grid counts in u16, and would break what is wider.
    widths.iter().all(|&width| u16::try_from(width).is_ok()).then_some(widths)
}

fn natural_widths(columns: &[Column], rows: &[Vec<Cell>], style: &Style) -> Vec<usize> {
    let mut widths: Vec<usize> = columns.iter().map(|column| width(&own_words(column.title, style)).max(1)).collect();
    for row in rows {
        for (widest, cell) in widths.iter_mut().zip(row) {
            *widest = width(&cell.text).max(*widest);
        }
    }
    widths
}

/// The width below which a column is not shortened.
fn floor(column: &Column, style: &Style) -> usize {
    match column.fit {
        Fit::Whole => usize::MAX,
        Fit::Shorten { at_least } => at_least.max(width(&own_words(column.title, style))).max(1),
    }
}

fn grid(columns: &[Column], rows: &[Vec<Cell>], widths: &[usize], style: &Style) -> String {
    let mut grid = comfy_table::Table::new();
    let rule = if style.ascii { '-' } else { '─' };
    grid.load_style(TableStyle::new().header_separator(LineStyle::none().fill(rule)));
    grid.set_header(columns.iter().map(|column| marked(&own_words(column.title, style), Tone::Strong, style)));
    for row in rows {
        let fitted = row.iter().zip(widths).map(|(cell, &width)| (shorten(&cell.text, width, style.ascii), cell));
        grid.add_row(fitted.map(|(text, cell)| marked(&text, cell.tone, style)));
    }
    for (at, (column, shape)) in columns.iter().zip(grid.column_iter_mut()).enumerate() {
        let is_last = at + 1 == columns.len();
        shape.set_padding((0, if is_last { 0 } else { GAP as u16 }));
        shape.set_cell_alignment(match column.align {
            Align::Left => CellAlignment::Left,
            Align::Right => CellAlignment::Right,
        });
    }
    let lines = grid.lines().enumerate().map(|(at, line)| match at {
        1 => paint(&line, Tone::Dim, style.color),
        _ => painted(line.trim_end()),
    });
    lines.map(|line| line + "\n").collect()
}

/// The grid measures what it is given, and would count an escape sequence as text. So a tone goes through it
/// as a mark without width, one that [`visible`] lets no text from outside contain.
fn marked(text: &str, tone: Tone, style: &Style) -> String {
    match MARKS.iter().find(|(_, marked)| *marked == tone) {
        Some((mark, _)) if style.color && !text.is_empty() => format!("{mark}{text}{END}"),
        _ => text.to_owned(),
    }
}

const MARKS: [(char, Tone); 5] = [
    ('\u{206a}', Tone::Dim),
    ('\u{206b}', Tone::Good),
    ('\u{206c}', Tone::Warn),
    ('\u{206d}', Tone::Bad),
    ('\u{206e}', Tone::Strong),
];
const END: char = '\u{206f}';

/// A line of the grid with its marks turned into colour.
fn painted(line: &str) -> String {
    MARKS.iter().fold(line.replace(END, RESET), |line, (mark, tone)| match escape(*tone) {
        Some(escape) => line.replace(*mark, escape),
        None => line,
    })
}

/// Each row as a block of titles and values, without the empty ones.
fn cards(columns: &[Column], rows: &[Vec<Cell>], style: &Style) -> String {
    let titles: Vec<Cow<str>> = columns.iter().map(|column| own_words(column.title, style)).collect();
    let indent = indent_under(&titles);
    let card = |row: &Vec<Cell>| -> String {
        let filled = columns.iter().zip(&titles).zip(row).filter(|(_, cell)| !cell.text.is_empty());
        filled
            .map(|((column, title), cell)| {
                let limit = if column.fit == Fit::Whole { None } else { style.width };
                fact(title, indent, cell, limit, style)
            })
            .collect()
    };
    rows.iter().map(card).filter(|card| !card.is_empty()).collect::<Vec<_>>().join("\n")
}

/// Where the values begin that stand beside these labels.
fn indent_under(labels: &[Cow<str>]) -> usize {
    match labels.iter().map(|label| width(label)).max() {
        None | Some(0) => 0,
        Some(widest) => widest + GAP,
    }
}

/// One label with its value, wrapped where there is a limit.
fn fact(label: &str, indent: usize, value: &Cell, limit: Option<usize>, style: &Style) -> String {
    let session = limit.map(|columns| columns.saturating_sub(indent));
    let mut label = Some(label);
    let mut lines = String::new();
    for line in wrapped(&value.text, session) {
        let label = label.take().unwrap_or_default();
        lines.push_str(&paint(label, Tone::Dim, style.color));
        if !line.is_empty() {
            lines.push_str(&" ".repeat(indent.saturating_sub(width(label))));
            lines.push_str(&paint(&line, value.tone, style.color));
        }
        lines.push('\n');
    }
    lines
}

/// The lines of a text, at least one; only the blanks between words are broken.
fn wrapped(text: &str, session: Option<usize>) -> Vec<String> {
    let Some(session) = session.filter(|&session| width(text) > session) else {
        return vec![text.to_owned()];
    };
    let mut lines = Vec::new();
    let mut line = String::new();
    for word in text.split(' ').filter(|word| !word.is_empty()) {
        if !line.is_empty() && width(&line) + 1 + width(word) > session {
            lines.push(std::mem::take(&mut line));
        }
        if !line.is_empty() {
            line.push(' ');
        }
        line.push_str(word);
    }
    lines.push(line);
    lines
}

#[cfg(test)]
mod tests {
    use super::*;

    const COLUMNS: [Column; 4] = [
        Column::whole("TRANSACTION"),
        Column::words("CUSTOMER", 10),
        Column::number("AMOUNT"),
        Column::whole("REFUNDABLE"),
    ];

    fn sale(id: &str, customer: &str, amount: &str, refundable: Cell) -> Vec<Cell> {
        vec![Cell::plain(id), Cell::plain(customer), Cell::plain(amount), refundable]
    }

    fn sales() -> Vec<Vec<Cell>> {
        let yes = Cell::new("until 2026-03-16", Tone::Good);
        vec![
            sale("3f9a0c11d2e4b567", "Anne-Marie Lefèvre-Beauchamp", "49.00 EUR", yes),
            sale("77b1e0a9c3d2f410", "王小明", "1290.00 EUR", Cell::new("no", Tone::Bad)),
        ]
    }

    fn style(width: impl Into<Option<usize>>) -> Style {
        Style { width: width.into(), color: false, ascii: false }
    }

    #[track_caller]
    fn same(shown: &str, expected: &[&str]) {
        assert_eq!(shown.lines().collect::<Vec<_>>(), expected, "\n{shown}");
        assert!(shown.ends_with('\n') && shown.lines().all(|line| line.trim_end() == line));
    }

    #[test]
    fn without_a_width_everything_is_whole() {
        let expected = [
            "TRANSACTION       CUSTOMER                           AMOUNT  REFUNDABLE",
            "─────────────────────────────────────────────────────────────────────────────",
            "3f9a0c11d2e4b567  Anne-Marie Lefèvre-Beauchamp    49.00 EUR  until 2026-03-16",
            "77b1e0a9c3d2f410  王小明                        1290.00 EUR  no",
        ];
        same(&table(&COLUMNS, &sales(), &style(None)), &expected);
        same(&table(&COLUMNS, &sales(), &style(77)), &expected);
        let long = "word ".repeat(20_000);
        let shown = table(&COLUMNS, &[sale("a", &long, "1.00 EUR", Cell::default())], &style(None));
        assert!(shown.contains(long.trim_end()), "nor is what the grid cannot measure broken");
    }

    #[test]
    fn names_are_shortened_and_nothing_else() {
        same(
            &table(&COLUMNS, &sales(), &style(60)),
            &[
                "TRANSACTION       CUSTOMER          AMOUNT  REFUNDABLE",
                "────────────────────────────────────────────────────────────",
                "3f9a0c11d2e4b567  Anne-Marie…    49.00 EUR  until 2026-03-16",
                "77b1e0a9c3d2f410  王小明       1290.00 EUR  no",
            ],
        );
    }

    #[test]
    fn the_widest_name_gives_way_first() {
        let columns = [Column::words("CUSTOMER", 4), Column::words("PRODUCT", 4)];
        let rows = [vec![Cell::plain("Anna Beispiel"), Cell::plain("A Course in Seven Long Parts")]];
        let rule = "──────────────────────────────";
        let row = "Anna Beispiel  A Course in Se…";
        same(&table(&columns, &rows, &style(30)), &["CUSTOMER       PRODUCT", rule, row]);
        let both = ["CUSTOMER  PRODUCT", "──────────────────", "Anna Be…  A Cours…"];
        same(&table(&columns, &rows, &style(18)), &both);
        let titles = ["CUSTOMER  PRODUCT", "─────────────────", "Anna Be…  A Cour…"];
        same(&table(&columns, &rows, &style(17)), &titles);
        assert!(table(&columns, &rows, &style(16)).starts_with("CUSTOMER  Anna\n"), "titles are not cut");
    }

    #[test]
    fn a_table_that_cannot_fit_turns_to_cards() {
        same(
            &table(&COLUMNS, &sales(), &style(40)),
            &[
                "TRANSACTION  3f9a0c11d2e4b567",
                "CUSTOMER     Anne-Marie",
                "             Lefèvre-Beauchamp",
                "AMOUNT       49.00 EUR",
                "REFUNDABLE   until 2026-03-16",
                "",
                "TRANSACTION  77b1e0a9c3d2f410",
                "CUSTOMER     王小明",
                "AMOUNT       1290.00 EUR",
                "REFUNDABLE   no",
            ],
        );
        let shown = table(&COLUMNS, &sales(), &style(0));
        assert!(shown.contains("1290.00 EUR") && shown.contains("until 2026-03-16"), "{shown}");
    }

    #[test]
    fn a_name_cannot_steer_the_terminal() {
        let rows = [sale("a1", "Eve\x1b[2J\n\u{202e}\u{206d}", "1.00 EUR", Cell::plain("no\r"))];
        let name = r"Eve\u{1b}[2J\n\u{202e}\u{206d}";
        for width in [None, Some(20)] {
            let shown = table(&COLUMNS, &rows, &Style { color: true, ..style(width) });
            assert!(shown.contains(name) && shown.contains(r"no\r"), "{shown}");
            assert!(!shown.contains("\x1b[2J") && !shown.contains("\x1b[31m"), "{shown:?}");
        }
        let shown = facts(&[("customer", rows[0][1].clone())], &style(None));
        same(&shown, &[&format!("customer  {name}")]);
        same(&wrap("for Eve\x1b[2J\nerror", 0, &style(None)), &[r"for Eve\u{1b}[2J\nerror"]);
    }

    #[test]
    fn ascii_spells_the_programs_signs_and_leaves_the_customers() {
        let rows = [sale("3f9a0c11d2e4b567", "Zoë O’Connor-Fitzgerald", "49.00 EUR", Cell::plain("no"))];
        same(
            &table(&COLUMNS, &rows, &Style { ascii: true, ..style(57) }),
            &[
                "TRANSACTION       CUSTOMER             AMOUNT  REFUNDABLE",
                "---------------------------------------------------------",
                "3f9a0c11d2e4b567  Zoë O’Connor-...  49.00 EUR  no",
            ],
        );
        same(&wrap("marked → paid", 0, &Style { ascii: true, ..style(None) }), &["marked -> paid"]);
    }

    #[test]
    fn colour_changes_nothing_but_the_colour() {
        let colored = Style { color: true, ..style(60) };
        let shown = table(&COLUMNS, &sales(), &colored);
        let mut lines = shown.lines();
        let header = "\x1b[1mTRANSACTION\x1b[0m       \x1b[1mCUSTOMER\x1b[0m          \x1b[1mAMOUNT\x1b[0m  \x1b[1mREFUNDABLE\x1b[0m";
        assert_eq!(lines.next(), Some(header));
        assert!(lines.next().is_some_and(|rule| rule.starts_with("\x1b[2m──") && rule.ends_with("──\x1b[0m")));
        let row = "3f9a0c11d2e4b567  Anne-Marie…    49.00 EUR  \x1b[32muntil 2026-03-16\x1b[0m";
        assert_eq!(lines.next(), Some(row));
        for tone in [Tone::Plain, Tone::Dim, Tone::Good, Tone::Warn, Tone::Bad, Tone::Strong] {
            let rows = [sale("a1", "王", "1.00 EUR", Cell::new("x", tone))];
            for width in [None, Some(20)] {
                let shown = table(&COLUMNS, &rows, &Style { width, ..colored });
                assert!(shown.contains(&paint("x", tone, true)), "{shown:?}");
                let plain = ["1", "2", "31", "32", "33", "0"]
                    .iter()
                    .fold(shown, |text, code| text.replace(&format!("\x1b[{code}m"), ""));
                assert_eq!(plain, table(&COLUMNS, &rows, &style(width)));
            }
        }
    }

    #[test]
    fn no_text_from_outside_can_hold_a_mark_of_the_grid() {
        for mark in MARKS.iter().map(|(mark, _)| *mark).chain([END]) {
            assert_eq!(width(&mark.to_string()), 0);
            assert!(!visible(&format!("é{mark}")).contains(mark));
        }
    }

    #[test]
    fn a_table_without_rows_is_its_header_and_a_short_row_is_filled() {
        let columns = [Column::whole("A"), Column::number("B")];
        same(&table(&columns, &[], &style(None)), &["A  B", "────"]);
        same(&table(&columns, &[vec![Cell::plain("x")]], &style(None)), &["A  B", "────", "x"]);
        assert_eq!(table(&columns, &[], &style(1)), "");
    }

    #[test]
    fn a_table_without_its_header_is_its_rows_and_cards_stay_cards() {
        let sheet = Sheet::of(COLUMNS.to_vec(), sales(), &style(None));
        let shown = sheet.body(&style(60));
        assert!(shown.starts_with("3f9a0c11d2e4b567  Anne-Marie…"), "{shown}");
        assert!(sheet.fits(&[true; 4], &style(60)) && !sheet.fits(&[true; 4], &style(40)));
        assert_eq!(sheet.body(&style(40)), table(&COLUMNS, &sales(), &style(40)));
        let kept = [true, false, true, false];
        assert!(sheet.fits(&kept, &style(40)));
        let shown = sheet.only(&kept).text(&style(40));
        assert!(shown.starts_with("TRANSACTION            AMOUNT\n"), "{shown}");
    }

    #[test]
    fn facts_stand_beside_their_labels_and_go_on_under_themselves() {
        let pairs = [
            ("sale", Cell::plain("3f9a0c11d2e4b567")),
            ("note", Cell::new("the customer wrote twice before the course began", Tone::Warn)),
            ("reference", Cell::default()),
        ];
        let wide = "note       the customer wrote twice before the course began";
        same(&facts(&pairs, &style(None)), &["sale       3f9a0c11d2e4b567", wide, "reference"]);
        let narrow = [
            "sale       3f9a0c11d2e4b567",
            "note       the customer",
            "           wrote twice",
            "           before the",
            "           course began",
            "reference",
        ];
        same(&facts(&pairs, &style(24)), &narrow);
        let colored = facts(&pairs[..1], &Style { color: true, ..style(24) });
        assert_eq!(colored, "\x1b[2msale\x1b[0m  3f9a0c11d2e4b567\n");
        assert_eq!(facts(&[], &style(24)), "");
    }

    #[test]
    fn prose_is_wrapped_between_words_only() {
        let text = "run retour transactions show 3f9a0c11d2e4b567 first";
        same(&wrap(text, 2, &style(None)), &[&format!("  {text}")]);
        same(
            &wrap(text, 2, &style(16)),
            &["  run retour", "  transactions", "  show", "  3f9a0c11d2e4b567", "  first"],
        );
        same(&wrap("王小明 王小明 王小明", 0, &style(13)), &["王小明 王小明", "王小明"]);
    }

    #[test]
    fn without_colour_there_is_no_escape() {
        assert_eq!(paint("x", Tone::Bad, false), "x");
        assert_eq!(paint("x", Tone::Plain, true), "x");
        assert_eq!(paint("", Tone::Bad, true), "");
        assert_eq!(paint("x", Tone::Bad, true), "\x1b[31mx\x1b[0m");
    }
}
