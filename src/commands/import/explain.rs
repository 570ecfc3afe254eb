//! `retour import --explain`: how a file would be read, what it lacks, and which settings would help.

use crate::import::settings::{DateForm, DecimalSign};
use crate::import::{Content, EventCount, Explanation, FileColumn, Layout, TableSummary, Word, delimiter_name};
use crate::output::sentences::counted;
use crate::output::table::{Cell, Style, facts, wrap};
use crate::output::ui::{Format, Ui, Undelivered};
use serde_json::{Value, json};

/// The words that a table of the terminal names; data formats name all.
const NAMED: usize = 40;

/// One file's explanation.
pub fn answer(ui: &mut Ui, file: &str, explanation: &Explanation) -> Result<(), Undelivered> {
    match ui.format {
        Format::Table => ui.answer(&text(file, explanation, &ui.style)),
        _ => ui.document(json!({ "explanation": object(file, explanation) })),
    }
}

fn text(file: &str, explanation: &Explanation, style: &Style) -> String {
    let mut pairs = vec![("file", Cell::plain(file)), ("format", Cell::plain(explanation.format))];
    let inside = match &explanation.content {
        Content::Notifications { layout, count, events, .. } => {
            let notifications = counted(*count, "notification", "notifications");
            pairs.push(("content", Cell::plain(format!("{notifications}, {}", layout_words(*layout)))));
            events_text(events, style)
        }
        Content::Table(table) => {
            pairs.extend(dialect(table, explanation));
            columns_text(table, style)
        }
    };
    let mut text = facts(&pairs, style) + &inside + &words_text(&explanation.words(), style);
    let lacks = explanation.lacks();
    if !lacks.is_empty() {
        text.push_str("\nMissing columns, and what the desk cannot do without them:\n\n");
        let pairs: Vec<(&str, Cell)> =
            lacks.iter().map(|lack| (lack.column.word(), Cell::plain(lack.sentence))).collect();
        text.push_str(&facts(&pairs, style));
    }
    for problem in &explanation.problems {
        text.push_str(&format!("\n{}", wrap(&format!("The file cannot be imported as it is: {problem}."), 0, style)));
    }
    let settings = explanation.settings();
    if !settings.is_empty() {
        text.push_str("\nSettings that would help:\n\n");
        text.push_str(&settings.join("\n\n"));
        text.push('\n');
    }
    text
}

fn columns_text(table: &TableSummary, style: &Style) -> String {
    let read_as = |column: &FileColumn| {
        let words: Vec<&str> = column.read_as.iter().map(|column| column.word()).collect();
        if words.is_empty() { "(ignored)".to_owned() } else { words.join(", ") }
    };
    let pairs: Vec<(&str, Cell)> =
        table.columns.iter().map(|column| (column.header.as_str(), Cell::plain(read_as(column)))).collect();
    format!("\nColumns, and what they are read as:\n\n{}", facts(&pairs, style))
}

/// The types of the notifications, each with what it becomes.
fn events_text(events: &[EventCount], style: &Style) -> String {
    if events.is_empty() {
        return String::new();
    }
    let times = |each: &EventCount| if each.count > 1 { format!(" ({} times)", each.count) } else { String::new() };
    let name = |each: &EventCount| match each.event.as_str() {
        "" => "(no type)".to_owned(),
        event => event.to_owned(),
    };
    let named: Vec<(String, String)> =
        events.iter().map(|each| (name(each), each.becomes.clone() + &times(each))).collect();
    let pairs: Vec<(&str, Cell)> = named.iter().map(|(name, becomes)| (name.as_str(), Cell::plain(becomes))).collect();
    format!("\nNotifications, and what they become:\n\n{}", facts(&pairs, style))
}

/// The words, the unknown ones first, each with its meaning and the number of its rows.
fn words_text(words: &[(Word, u64)], style: &Style) -> String {
    let pair = |(word, count): &(Word, u64)| {
        let meaning = word.meaning.unwrap_or("unknown");
        (format!("{}: {}", word.column, word.word), format!("{meaning} ({})", counted(*count, "row", "rows")))
    };
    let mut named: Vec<(String, String)> = words.iter().take(NAMED).map(pair).collect();
    if words.len() > NAMED {
        named.push((format!("{} more", words.len() - NAMED), "--json lists them all".to_owned()));
    }
    let pairs: Vec<(&str, Cell)> = named.iter().map(|(word, meaning)| (word.as_str(), Cell::plain(meaning))).collect();
    if pairs.is_empty() { String::new() } else { format!("\nWords, and what they mean:\n\n{}", facts(&pairs, style)) }
}

fn dialect(table: &TableSummary, explanation: &Explanation) -> Vec<(&'static str, Cell)> {
    // If nothing is ambiguous, nothing had to be decided.
    let undecided = if explanation.problems.is_empty() { "clear in every cell" } else { "undecided" };
    let decimal = match table.decimal {
        Some(DecimalSign::Point) => "a point",
        Some(DecimalSign::Comma) => "a comma",
        None => undecided,
    };
    // Only dates with slashes can be ambiguous.
    let dates = table.dates.map(|form| match form {
        DateForm::Iso => "year first",
        DateForm::DayFirst => "day first",
        DateForm::MonthFirst => "month first",
    });
    let mut dialect = vec![
        ("content", Cell::plain(counted(table.rows, "row", "rows"))),
        ("encoding", Cell::plain(table.encoding.word())),
        ("delimiter", Cell::plain(delimiter_name(table.delimiter))),
        ("decimal sign", Cell::plain(decimal)),
    ];
    dialect.extend(dates.map(|dates| ("dates", Cell::plain(dates))));
    dialect
}

fn layout_words(layout: Layout) -> &'static str {
    match layout {
        Layout::One => "one object",
        Layout::Array => "an array",
        Layout::Lines => "one per line",
    }
}

fn object(file: &str, explanation: &Explanation) -> Value {
    let lacks = explanation.lacks();
    let missing: Vec<Value> =
        lacks.iter().map(|lack| json!({ "column": lack.column.word(), "message": lack.sentence })).collect();
    let problems: Vec<Value> = explanation
        .problems
        .iter()
        .map(|problem| json!({ "code": problem.code(), "message": problem.to_string() }))
        .collect();
    let mut object = json!({
        "file": file,
        "format": explanation.format,
        "missing": missing,
        "problems": problems,
        "settings": explanation.settings(),
        "words": explanation.words().iter().map(|(word, count)| json!({
            "column": word.column,
            "word": word.word,
            "meaning": word.meaning,
            "count": count,
        })).collect::<Vec<_>>(),
    });
    let content = match &explanation.content {
        Content::Notifications { count, events, .. } => json!({
            "rows": count,
            "events": events.iter().map(|each| json!({
                "event": each.event,
                "becomes": each.becomes,
                "count": each.count,
            })).collect::<Vec<_>>(),
        }),
        Content::Table(table) => json!({
            "rows": table.rows,
            "encoding": table.encoding.word(),
            "delimiter": delimiter_name(table.delimiter),
            "columns": table.columns.iter().map(|column| json!({
                "header": column.header,
                "read_as": column.read_as.iter().map(|column| column.word()).collect::<Vec<_>>(),
            })).collect::<Vec<_>>(),
        }),
    };
    if let (Value::Object(object), Value::Object(content)) = (&mut object, content) {
        object.extend(content);
    }
    object
}
