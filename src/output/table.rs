//! Tables, cards, facts and prose for a terminal of any width, or for a pipe.
//!
//! No text from outside controls the terminal: every text passes through [`visible`], and colour is added afterwards.
//! IDs, dates and amounts are never broken or shortened; names are, and if that is not enough, a table turns to cards.
//! Without a width nothing is shortened or wrapped. Every block ends with a line break, and no line ends with a blank.

use std::borrow::Cow;

use comfy_table::{CellAlignment, LineStyle, TableStyle};

use crate::output::sanitize::{ascii, shorten, visible, width};

/// The blanks between two columns, and between a label and its value.
const GAP: usize = 2;

/// The side that the cells of a column are aligned to.
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
    /// Names: shortened, but not below this many columns of the terminal or the width of the title.
    Shorten { at_least: usize },
}

/// The title of a column, and how it is laid out.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ColumnLayout {
    pub title: &'static str,
    pub align: Align,
    pub fit: Fit,
}

impl ColumnLayout {
    /// IDs, dates, statuses.
    pub const fn whole(title: &'static str) -> ColumnLayout {
        ColumnLayout { title, align: Align::Left, fit: Fit::Whole }
    }

    /// Amounts and counts.
    pub const fn number(title: &'static str) -> ColumnLayout {
        ColumnLayout { title, align: Align::Right, fit: Fit::Whole }
    }

    /// Names and other words.
    pub const fn words(title: &'static str, at_least: usize) -> ColumnLayout {
        ColumnLayout { title, align: Align::Left, fit: Fit::Shorten { at_least } }
    }
}

/// What a text means, shown by its colour.
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

/// A value to show. The text may come from outside; `--ascii` does not change it.
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

/// What the terminal can show.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Style {
    /// In columns; `None` is unlimited.
    pub width: Option<usize>,
    pub color: bool,
    /// Rules, `...`, titles, labels and prose in ASCII.
    pub ascii: bool,
}

/// Rows that are safe to show, and the natural width of each column, measured once. A row may be shorter than the
/// header; cells beyond the header are not shown.
#[derive(Debug, Clone)]
pub struct Sheet {
    columns: Vec<ColumnLayout>,
    rows: Vec<Vec<Cell>>,
    widths: Vec<usize>,
}

impl Sheet {
    pub fn of(columns: Vec<ColumnLayout>, rows: Vec<Vec<Cell>>, style: &Style) -> Self {
        let rows: Vec<Vec<Cell>> = rows.into_iter().map(|row| columns_of(row, columns.len())).collect();
        let widths = natural_widths(&columns, &rows, style);
        Self { columns, rows, widths }
    }

    /// Whether the kept columns fit as a table; otherwise they turn to cards.
    pub fn fits(&self, kept: &[bool], style: &Style) -> bool {
        let columns: Vec<ColumnLayout> = only(kept, self.columns.iter().copied());
        fitted_widths(&columns, only(kept, self.widths.iter().copied()), style).is_some()
    }

    /// Only the kept columns.
    pub fn only(self, kept: &[bool]) -> Self {
        Self {
            columns: only(kept, self.columns),
            rows: self.rows.into_iter().map(|row| only(kept, row)).collect(),
            widths: only(kept, self.widths),
        }
    }

    /// A table with a header and a rule, or cards if a table does not fit.
    pub fn text(&self, style: &Style) -> String {
        match fitted_widths(&self.columns, self.widths.clone(), style) {
            Some(widths) => grid(&self.columns, &self.rows, &widths, style),
            None => cards(&self.columns, &self.rows, style),
        }
    }

    /// [`Sheet::text`] without header and rule; cards are unchanged.
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
pub fn table(columns: &[ColumnLayout], rows: &[Vec<Cell>], style: &Style) -> String {
    Sheet::of(columns.to_vec(), rows.to_vec(), style).text(style)
}

/// Labels with their values, as in `show` commands. A long value is wrapped in its own column.
pub fn facts(pairs: &[(&str, Cell)], style: &Style) -> String {
    let labels: Vec<Cow<str>> = pairs.iter().map(|(label, _)| own_words(label, style)).collect();
    let indent = indent_under(&labels);
    let values = pairs.iter().map(|(_, cell)| Cell::new(shown_text(cell.text.clone()), cell.tone));
    labels.iter().zip(values).map(|(label, value)| fact(label, indent, &value, style.width, style)).collect()
}

/// A paragraph of prose, indented and wrapped between words. A word longer than a line, such as an ID or a path, stays
/// whole.
pub fn wrap(text: &str, indent: usize, style: &Style) -> String {
    let text = own_words(text, style);
    let limit = style.width.map(|columns| columns.saturating_sub(indent));
    let lines = wrapped(text.trim(), limit);
    lines.iter().map(|line| format!("{}\n", format!("{:indent$}{line}", "").trim_end())).collect()
}

/// `text` in the colour of its tone, or unchanged without colour.
///
/// The text must be the program's own or [`visible`].
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

/// The width of each column, the widest names shortened first; `None` if the table cannot fit.
fn fitted_widths(columns: &[ColumnLayout], mut widths: Vec<usize>, style: &Style) -> Option<Vec<usize>> {
    let gaps = GAP * columns.len().saturating_sub(1);
    let mut total = widths.iter().sum::<usize>() + gaps;
    while style.width.is_some_and(|limit| total > limit) {
        let shortenable = columns.iter().zip(&mut widths).filter(|(column, width)| **width > floor(column, style));
        let (_, widest) = shortenable.max_by_key(|(_, width)| **width)?;
        *widest -= 1;
        total -= 1;
    }
    // comfy-table counts in u16 and would break wider cells.
    widths.iter().all(|&width| u16::try_from(width).is_ok()).then_some(widths)
}

fn natural_widths(columns: &[ColumnLayout], rows: &[Vec<Cell>], style: &Style) -> Vec<usize> {
    let mut widths: Vec<usize> = columns.iter().map(|column| width(&own_words(column.title, style)).max(1)).collect();
    for row in rows {
        for (widest, cell) in widths.iter_mut().zip(row) {
            *widest = width(&cell.text).max(*widest);
        }
    }
    widths
}

/// The width below which a column is not shortened.
fn floor(column: &ColumnLayout, style: &Style) -> usize {
    match column.fit {
        Fit::Whole => usize::MAX,
        Fit::Shorten { at_least } => at_least.max(width(&own_words(column.title, style))).max(1),
    }
}

fn grid(columns: &[ColumnLayout], rows: &[Vec<Cell>], widths: &[usize], style: &Style) -> String {
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

/// comfy-table would count an escape sequence as text, so a tone passes through it as a mark without width. Text from
/// outside cannot contain such a mark, because [`visible`] escapes it.
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

/// A line of the grid with its marks replaced by colours.
fn painted(line: &str) -> String {
    MARKS.iter().fold(line.replace(END, RESET), |line, (mark, tone)| match escape(*tone) {
        Some(escape) => line.replace(*mark, escape),
        None => line,
    })
}

/// Each row as a block of titles and values, without empty values.
fn cards(columns: &[ColumnLayout], rows: &[Vec<Cell>], style: &Style) -> String {
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

/// The column in which the values beside these labels start.
fn indent_under(labels: &[Cow<str>]) -> usize {
    match labels.iter().map(|label| width(label)).max() {
        None | Some(0) => 0,
        Some(widest) => widest + GAP,
    }
}

/// One label with its value, wrapped at the limit.
fn fact(label: &str, indent: usize, value: &Cell, limit: Option<usize>, style: &Style) -> String {
    let limit = limit.map(|columns| columns.saturating_sub(indent));
    let mut label = Some(label);
    let mut lines = String::new();
    for line in wrapped(&value.text, limit) {
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

/// The lines of a text, at least one, broken only between words.
fn wrapped(text: &str, limit: Option<usize>) -> Vec<String> {
    let Some(limit) = limit.filter(|&limit| width(text) > limit) else {
        return vec![text.to_owned()];
    };
    let mut lines = Vec::new();
    let mut line = String::new();
    for word in text.split(' ').filter(|word| !word.is_empty()) {
        if !line.is_empty() && width(&line) + 1 + width(word) > limit {
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
mod tests;
