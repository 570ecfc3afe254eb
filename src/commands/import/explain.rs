//! `retour import --explain`: how a file would be read, what it lacks, and which settings would help.

use crate::import::settings::{DateForm, DecimalSign, Encoding};
use crate::import::{Content, Explanation, Shape, Table, delimiter_name};
use crate::output::table::{Cell, Look, facts, wrap};
use crate::output::ui::{Format, Ui, Undelivered};
use crate::output::words::counted;
use serde_json::{Value, json};

/// One file's explanation.
pub fn answer(ui: &mut Ui, file: &str, explanation: &Explanation) -> Result<(), Undelivered> {
    match ui.format {
        Format::Table => ui.answer(&text(file, explanation, &ui.look)),
        _ => ui.document(json!({ "explanation": object(file, explanation) })),
    }
}

fn text(file: &str, explanation: &Explanation, look: &Look) -> String {
    let mut pairs = vec![("file", Cell::plain(file)), ("format", Cell::plain(explanation.format.word()))];
    let mut columns = String::new();
    match &explanation.content {
        Content::Notifications { shape, count } => {
            let notifications = counted(*count, "notification", "notifications");
            pairs.push(("content", Cell::plain(format!("{notifications}, {}", shape_words(*shape)))));
        }
        Content::Table(table) => {
            pairs.extend(dialect(table, explanation));
            let pairs: Vec<(&str, Cell)> = table
                .columns
                .iter()
                .map(|column| {
                    let read_as: Vec<&str> = column.read_as.iter().map(|column| column.word()).collect();
                    let read_as =
                        if read_as.is_empty() { "(ignored)".to_owned() } else { read_as.join(", ") };
                    (column.header.as_str(), Cell::plain(read_as))
                })
                .collect();
            columns = format!("\nIts columns, and what they are read as:\n\n{}", facts(&pairs, look));
        }
    }
    let mut text = facts(&pairs, look) + &columns;
    let lacks = explanation.lacks();
    if !lacks.is_empty() {
        text.push_str("\nWhat is missing, and what the desk therefore cannot do:\n\n");
        let pairs: Vec<(&str, Cell)> =
            lacks.iter().map(|lack| (lack.column.word(), Cell::plain(lack.sentence))).collect();
        text.push_str(&facts(&pairs, look));
    }
    for problem in &explanation.problems {
        text.push_str(&format!(
            "\n{}",
            wrap(&format!("It cannot be imported as it is: {problem}."), 0, look)
        ));
    }
    let settings = explanation.settings();
    if !settings.is_empty() {
        text.push_str("\nSettings of the configuration that would help:\n\n");
        text.push_str(&settings.join("\n\n"));
        text.push('\n');
    }
    text
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
        Content::Notifications { count, .. } => json!({ "rows": count }),
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
