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

/// The title of a column, and how it is laid out.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ColumnLayout {
    pub title: &'static str,
    pub align: CellAlignment,
    /// The width to which names can be shortened, if the title is not wider. `None` is never broken or shortened.
    pub at_least: Option<usize>,
    /// The column is dropped from a narrow table, 1 first. `None` always stays.
    pub rank: Option<u8>,
}

impl ColumnLayout {
    /// IDs, dates, statuses.
    pub const fn whole(title: &'static str) -> Self {
        Self { title, align: CellAlignment::Left, at_least: None, rank: None }
    }

    /// Amounts and counts.
    pub const fn number(title: &'static str) -> Self {
        Self { align: CellAlignment::Right, ..Self::whole(title) }
    }

    /// Names and other words.
    pub const fn words(title: &'static str, at_least: usize) -> Self {
        Self { at_least: Some(at_least), ..Self::whole(title) }
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

/// A table with a header and a rule, without its lowest-ranked columns if there is no room for them; cards with all
/// columns if it does not fit. A row may be shorter than the header; cells beyond the header are not shown.
pub fn table(columns: &[ColumnLayout], rows: Vec<Vec<Cell>>, has_header: bool, style: &Style) -> String {
    let rows: Vec<Vec<Cell>> = rows.into_iter().map(|row| columns_of(row, columns.len())).collect();
    let natural = natural_widths(columns, &rows, style);
    let mut ranks: Vec<u8> = columns.iter().filter_map(|column| column.rank).chain([0]).collect();
    ranks.sort_unstable();
    for last_dropped in ranks {
        let kept: Vec<bool> = columns.iter().map(|column| column.rank.is_none_or(|rank| rank > last_dropped)).collect();
        let columns = only(&kept, columns.iter().copied());
        if let Some(widths) = fitted_widths(&columns, only(&kept, natural.iter().copied()), style) {
            let lines = grid(&columns, rows.into_iter().map(|row| only(&kept, row)), &widths, style);
            return lines.skip(if has_header { 0 } else { 2 }).collect();
        }
    }
    cards(columns, &rows, style)
}

fn only<T>(kept: &[bool], all: impl IntoIterator<Item = T>) -> Vec<T> {
    all.into_iter().zip(kept).filter_map(|(each, kept)| kept.then_some(each)).collect()
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
    match TONES.iter().find(|(known, ..)| *known == tone) {
        Some((_, escape, _)) if color && !text.is_empty() => format!("{escape}{text}{RESET}"),
        _ => text.to_owned(),
    }
}

/// The escape sequence of each tone, and the mark that [`marked`] uses in its place.
const TONES: [(Tone, &str, char); 5] = [
    (Tone::Dim, "\x1b[2m", '\u{206a}'),
    (Tone::Good, "\x1b[32m", '\u{206b}'),
    (Tone::Warn, "\x1b[33m", '\u{206c}'),
    (Tone::Bad, "\x1b[31m", '\u{206d}'),
    (Tone::Strong, "\x1b[1m", '\u{206e}'),
];
const RESET: &str = "\x1b[0m";
const END_MARK: char = '\u{206f}';

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
    if style.ascii { Cow::Owned(ascii(&text)) } else { text }
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
    let of_words = |at_least: usize| at_least.max(width(&own_words(column.title, style))).max(1);
    column.at_least.map_or(usize::MAX, of_words)
}

/// The lines of a table: a header, a rule, and the rows.
fn grid(
    columns: &[ColumnLayout],
    rows: impl Iterator<Item = Vec<Cell>>,
    widths: &[usize],
    style: &Style,
) -> impl Iterator<Item = String> {
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
        shape.set_cell_alignment(column.align);
    }
    let lines: Vec<String> = grid.lines().collect();
    let color = style.color;
    lines.into_iter().enumerate().map(move |(at, line)| match at {
        1 => paint(&line, Tone::Dim, color) + "\n",
        _ => painted(line.trim_end()) + "\n",
    })
}

/// comfy-table would count an escape sequence as text, so a tone passes through it as a mark without width. Text from
/// outside cannot contain such a mark, because [`visible`] escapes it.
fn marked(text: &str, tone: Tone, style: &Style) -> String {
    match TONES.iter().find(|(known, ..)| *known == tone) {
        Some((_, _, mark)) if style.color && !text.is_empty() => format!("{mark}{text}{END_MARK}"),
        _ => text.to_owned(),
    }
}

/// A line of the grid with its marks replaced by colours.
fn painted(line: &str) -> String {
    TONES.iter().fold(line.replace(END_MARK, RESET), |line, (_, escape, mark)| line.replace(*mark, escape))
}

/// Each row as a block of titles and values, without empty values.
fn cards(columns: &[ColumnLayout], rows: &[Vec<Cell>], style: &Style) -> String {
    let titles: Vec<Cow<str>> = columns.iter().map(|column| own_words(column.title, style)).collect();
    let indent = indent_under(&titles);
    let card = |row: &Vec<Cell>| -> String {
        let filled = columns.iter().zip(&titles).zip(row).filter(|(_, cell)| !cell.text.is_empty());
        let limit = |column: &ColumnLayout| style.width.filter(|_| column.at_least.is_some());
        filled.map(|((column, title), cell)| fact(title, indent, cell, limit(column), style)).collect()
    };
    rows.iter().map(card).filter(|card| !card.is_empty()).collect::<Vec<_>>().join("\n")
}

/// The column in which the values beside these labels start.
fn indent_under(labels: &[Cow<str>]) -> usize {
    let widest = labels.iter().map(|label| width(label)).max().unwrap_or_default();
    if widest == 0 { 0 } else { widest + GAP }
}

/// One label with its value, wrapped at the limit.
fn fact(label: &str, indent: usize, value: &Cell, limit: Option<usize>, style: &Style) -> String {
    let lines = wrapped(&value.text, limit.map(|columns| columns.saturating_sub(indent)));
    let shown = lines.iter().enumerate().map(|(at, line)| {
        let label = if at == 0 { label } else { "" };
        let gap = if line.is_empty() { 0 } else { indent.saturating_sub(width(label)) };
        let (label, line) = (paint(label, Tone::Dim, style.color), paint(line, value.tone, style.color));
        format!("{label}{:gap$}{line}\n", "")
    });
    shown.collect()
}

/// The lines of a text, at least one, broken only between words.
fn wrapped(text: &str, limit: Option<usize>) -> Vec<String> {
    let Some(limit) = limit.filter(|&limit| width(text) > limit) else {
        return vec![text.to_owned()];
    };
    let mut lines: Vec<String> = Vec::new();
    for word in text.split(' ').filter(|word| !word.is_empty()) {
        match lines.last_mut() {
            Some(line) if width(line) + 1 + width(word) <= limit => line.extend([" ", word]),
            _ => lines.push(word.to_owned()),
        }
    }
    lines
}

#[cfg(test)]
mod tests;
