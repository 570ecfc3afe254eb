//! `retour import --explain`: how a file would be read, what it lacks, and which settings would help.

use crate::import::settings::{DateForm, DecimalSign, Encoding};
use crate::import::{Content, Events, Explanation, FileColumn, Shape, Table, delimiter_name};
use crate::output::sentences::counted;
use crate::output::table::{Cell, Style, facts, wrap};
use crate::output::ui::{Format, Ui, Undelivered};
use serde_json::{Value, json};

/// One file's explanation.
pub fn answer(ui: &mut Ui, file: &str, explanation: &Explanation) -> Result<(), Undelivered> {
    match ui.format {
        Format::Table => ui.answer(&text(file, explanation, &ui.style)),
        _ => ui.document(json!({ "explanation": object(file, explanation) })),
    }
}

fn text(file: &str, explanation: &Explanation, style: &Style) -> String {
    let mut pairs = vec![("file", Cell::plain(file)), ("format", Cell::plain(explanation.format.word()))];
    let inside = match &explanation.content {
        Content::Notifications { shape, count, events } => {
            let notifications = counted(*count, "notification", "notifications");
            pairs.push(("content", Cell::plain(format!("{notifications}, {}", shape_words(*shape)))));
            events_text(events, style)
        }
        Content::Table(table) => {
            pairs.extend(dialect(table, explanation));
            columns_text(table, style)
        }
    };
    let mut text = facts(&pairs, style) + &inside;
    let lacks = explanation.lacks();
    if !lacks.is_empty() {
        text.push_str("\nWhat is missing, and what the desk therefore cannot do:\n\n");
        let pairs: Vec<(&str, Cell)> =
            lacks.iter().map(|lack| (lack.column.word(), Cell::plain(lack.sentence))).collect();
        text.push_str(&facts(&pairs, style));
    }
    for problem in &explanation.problems {
        text.push_str(&format!("\n{}", wrap(&format!("It cannot be imported as it is: {problem}."), 0, style)));
    }
    let settings = explanation.settings();
    if !settings.is_empty() {
        text.push_str("\nSettings of the configuration that would help:\n\n");
        text.push_str(&settings.join("\n\n"));
        text.push('\n');
    }
    text
}

fn columns_text(table: &Table, style: &Style) -> String {
    let read_as = |column: &FileColumn| {
        let words: Vec<&str> = column.read_as.iter().map(|column| column.word()).collect();
        if words.is_empty() { "(ignored)".to_owned() } else { words.join(", ") }
    };
    let pairs: Vec<(&str, Cell)> =
        table.columns.iter().map(|column| (column.header.as_str(), Cell::plain(read_as(column)))).collect();
    format!("\nIts columns, and what they are read as:\n\n{}", facts(&pairs, style))
}

/// The types that the notifications have, each with what it becomes.
fn events_text(events: &[Events], style: &Style) -> String {
    if events.is_empty() {
        return String::new();
    }
    let times = |each: &Events| if each.count > 1 { format!(" ({} times)", each.count) } else { String::new() };
    let name = |each: &Events| match each.event.as_str() {
        "" => "(no type)".to_owned(),
        event => event.to_owned(),
    };
    let named: Vec<(String, String)> =
        events.iter().map(|each| (name(each), each.becomes.clone() + &times(each))).collect();
    let pairs: Vec<(&str, Cell)> = named.iter().map(|(name, becomes)| (name.as_str(), Cell::plain(becomes))).collect();
    format!("\nIts notifications, and what they become:\n\n{}", facts(&pairs, style))
}

fn dialect(table: &Table, explanation: &Explanation) -> Vec<(&'static str, Cell)> {
    // Nothing to decide is not the same as nothing that decides it.
    let undecided = if explanation.problems.is_empty() { "clear in every cell" } else { "nothing tells" };
    let decimal = match table.decimal {
        Some(DecimalSign::Point) => "a point",
        Some(DecimalSign::Comma) => "a comma",
        None => undecided,
    };
    // Only dates with strokes need to be told: points and dashes say it themselves.
    let dates = table.dates.map(|form| match form {
        DateForm::Iso => "year first",
        DateForm::DayFirst => "day first",
        DateForm::MonthFirst => "month first",
    });
    let mut dialect = vec![
        ("content", Cell::plain(counted(table.rows, "row", "rows"))),
        ("encoding", Cell::plain(encoding(table.encoding))),
        ("delimiter", Cell::plain(delimiter_name(table.delimiter))),
        ("decimal sign", Cell::plain(decimal)),
    ];
    dialect.extend(dates.map(|dates| ("dates", Cell::plain(dates))));
    dialect
}

fn encoding(encoding: Encoding) -> &'static str {
    match encoding {
        Encoding::Utf8 => "utf-8",
        Encoding::Windows1252 => "windows-1252",
    }
}

fn shape_words(shape: Shape) -> &'static str {
    match shape {
        Shape::One => "one object",
        Shape::Array => "an array",
        Shape::Lines => "one a line",
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
        "format": explanation.format.word(),
        "missing": missing,
        "problems": problems,
        "settings": explanation.settings(),
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
            "encoding": encoding(table.encoding),
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
