//! Why a file cannot be read, and the setting that would decide it.

use crate::import::column::Column;
use crate::import::fault::shown;

/// A cell that shows something about all cells of its kind.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Seen {
    /// From 1, where its row begins.
    pub line: u64,
    pub cell: String,
}

impl Seen {
    pub fn new(line: u64, cell: &str) -> Self {
        Self { line, cell: shown(cell.trim()) }
    }
}

/// A file that cannot be read, or that could be read in two ways: nothing is guessed.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ImportError {
    #[error("the file is empty")]
    Empty,
    #[error("line {line} has a NUL byte: this is not a text file")]
    Nul { line: u64 },
    #[error("the file is UTF-16: save it as UTF-8")]
    Utf16,
    #[error("line {line} is not UTF-8")]
    NotUtf8 { line: u64 },
    #[error("line {line} is not UTF-8, which JSON requires")]
    JsonNotUtf8 { line: u64 },
    #[error("line {line} is neither UTF-8 nor Windows-1252, which has no character {byte:02X}")]
    NotWindows1252 { line: u64, byte: u8 },
    #[error("line {utf8} is UTF-8 but line {other} is not: the file's encoding is unclear")]
    MixedEncodings { utf8: u64, other: u64 },
    #[error("the file is neither JSON nor a table with a column that the desk knows: its first line is `{first_line}`")]
    UnknownTable { first_line: String },
    #[error("the file is JSON, but not a notification that the desk knows: it has none of the expected fields")]
    UnknownJson,
    #[error("line {line} is not valid JSON: {reason}")]
    NotJson { line: u64, reason: String },
    #[error("the quoted field that starts on line {line} is not closed properly")]
    UnclosedQuote { line: u64 },
    #[error("line {line} is longer than {most} bytes")]
    RowTooLong { line: u64, most: usize },
    #[error("both `{}` and `{}` could be the delimiter", delimiter_name(*.0), delimiter_name(*.1))]
    AmbiguousDelimiter(u8, u8),
    #[error("the file has no column for {}", words(.0))]
    MissingColumns(Vec<Column>),
    #[error("{} could each be the column {column}", quoted(.headers))]
    AmbiguousColumn { column: Column, headers: Vec<String> },
    #[error(
        "line {line}, column `{}`: a spreadsheet rewrote the ID as `{}`, and its digits are lost; export the file again, and do not save it with a spreadsheet", shown(.column), shown(.cell)
    )]
    SpreadsheetId { line: u64, column: String, cell: String },
    #[error(
        "transactions in the store have IDs made of {}, and make_ids is now {}: under other IDs they would be imported a second time", words(.before), words(.now)
    )]
    OtherMakeIds { before: Vec<Column>, now: Vec<Column> },
    #[error("the configuration maps {column} to `{}`, but the file has no such column", shown(.header))]
    UnknownHeader { column: Column, header: String },
    #[error(
        "`{}` on line {} can be read with a thousands sign or a decimal sign, and no amount in the file decides it", .0.cell, .0.line
    )]
    AmbiguousDecimal(Seen),
    #[error(
        "`{}` on line {} has a decimal comma, but `{}` on line {} has a decimal point", .comma.cell, .comma.line, .point.cell, .point.line
    )]
    ContradictoryDecimals { comma: Seen, point: Seen },
    #[error(
        "`{}` on line {} can be read day first or month first, and no date in the file decides it", .0.cell, .0.line
    )]
    AmbiguousDates(Seen),
    #[error(
        "`{}` on line {} has the day first, but `{}` on line {} has the month first", .day_first.cell, .day_first.line, .month_first.cell, .month_first.line
    )]
    ContradictoryDates { day_first: Seen, month_first: Seen },
}

impl ImportError {
    /// Stable.
    pub fn code(&self) -> &'static str {
        match self {
            Self::Empty => "empty_file",
            Self::Nul { .. }
            | Self::Utf16
            | Self::NotUtf8 { .. }
            | Self::JsonNotUtf8 { .. }
            | Self::NotWindows1252 { .. }
            | Self::MixedEncodings { .. } => "bad_encoding",
            Self::UnknownTable { .. } | Self::UnknownJson => "unknown_format",
            Self::NotJson { .. } => "bad_json",
            Self::UnclosedQuote { .. } => "unclosed_quote",
            Self::RowTooLong { .. } => "line_too_long",
            Self::AmbiguousDelimiter(..) => "ambiguous_delimiter",
            Self::MissingColumns(_) => "missing_columns",
            Self::AmbiguousColumn { .. } => "ambiguous_columns",
            Self::UnknownHeader { .. } => "bad_mapping",
            Self::SpreadsheetId { .. } => "spreadsheet_id",
            Self::OtherMakeIds { .. } => "make_ids_changed",
            Self::AmbiguousDecimal(_) | Self::ContradictoryDecimals { .. } => "ambiguous_decimal",
            Self::AmbiguousDates(_) | Self::ContradictoryDates { .. } => "ambiguous_dates",
        }
    }

    /// The lines of the configuration that would decide it; `…` is for the vendor to fill in.
    pub fn setting(&self) -> Option<String> {
        let csv = |line: &str| Some(format!("[import.csv]\n{line}"));
        match self {
            Self::NotUtf8 { .. } | Self::MixedEncodings { .. } => csv("encoding = \"windows-1252\""),
            Self::AmbiguousDelimiter(first, _) => csv(&format!("delimiter = \"{}\"", delimiter_name(*first))),
            Self::AmbiguousDecimal(_) | Self::ContradictoryDecimals { .. } => csv("decimal = \",\""),
            Self::AmbiguousDates(_) | Self::ContradictoryDates { .. } => csv("dates = \"day-first\""),
            Self::AmbiguousColumn { column, headers } => {
                let header = headers.first().map(String::as_str).unwrap_or("…");
                Some(format!("[import.csv.columns]\n{column} = {}", toml_text(header)))
            }
            Self::MissingColumns(columns) => Some(settings_for(columns)),
            Self::OtherMakeIds { before, .. } => csv(&format!("make_ids = {}", list(before))),
            Self::UnknownHeader { column, .. } => Some(format!("[import.csv.columns]\n{column} = \"…\"")),
            Self::UnknownTable { .. } => Some("[import.csv.columns]\ntransaction_id = \"…\"".to_owned()),
            _ => None,
        }
    }
}

/// The lines that replace columns which a file does not have.
pub fn settings_for(columns: &[Column]) -> String {
    let sections = [
        ("[import]", columns.iter().filter_map(|column| column.default_setting()).collect::<Vec<_>>()),
        ("[import.csv]", columns.iter().filter_map(|column| column.csv_setting()).collect()),
    ];
    let mapped: Vec<String> = columns
        .iter()
        .filter(|column| column.default_setting().is_none() && column.csv_setting().is_none())
        .map(|column| format!("{column} = \"…\""))
        .collect();
    let mapped = ("[import.csv.columns]", mapped.iter().map(String::as_str).collect());
    let sections = sections.into_iter().chain([mapped]).filter(|(_, lines)| !lines.is_empty());
    let texts: Vec<String> = sections.map(|(name, lines)| format!("{name}\n{}", lines.join("\n"))).collect();
    texts.join("\n\n")
}

/// A delimiter as the configuration writes it.
pub fn delimiter_name(delimiter: u8) -> String {
    if delimiter == b'\t' { "tab".to_owned() } else { char::from(delimiter).to_string() }
}

fn toml_text(text: &str) -> String {
    format!("\"{}\"", text.replace('\\', "\\\\").replace('"', "\\\""))
}

/// Columns as the configuration lists them.
pub fn list(columns: &[Column]) -> String {
    let quoted: Vec<String> = columns.iter().map(|column| format!("\"{column}\"")).collect();
    format!("[{}]", quoted.join(", "))
}

fn words(columns: &[Column]) -> String {
    let words: Vec<_> = columns.iter().map(|column| column.word()).collect();
    words.join(", ")
}

fn quoted(headers: &[String]) -> String {
    let quoted: Vec<_> = headers.iter().map(|header| format!("`{}`", shown(header))).collect();
    quoted.join(" and ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_setting_names_every_missing_column_in_its_section() {
        let error = ImportError::MissingColumns(vec![Column::TransactionId, Column::PaidAt, Column::Currency]);
        assert_eq!(error.to_string(), "the file has no column for transaction_id, paid_at, currency");
        assert_eq!(
            error.setting().unwrap(),
            "[import]\ncurrency = \"EUR\"\n\n[import.csv]\nmake_ids = true\n\n[import.csv.columns]\npaid_at = \"…\""
        );
    }

    #[test]
    fn an_ambiguity_names_its_cells_and_the_setting_that_decides_it() {
        let error = ImportError::ContradictoryDates {
            day_first: Seen::new(2, "25/03/2026"),
            month_first: Seen::new(9, "03/25/2026"),
        };
        assert_eq!(
            error.to_string(),
            "`25/03/2026` on line 2 has the day first, but `03/25/2026` on line 9 has the month first"
        );
        assert_eq!(error.setting().unwrap(), "[import.csv]\ndates = \"day-first\"");
        assert_eq!(
            ImportError::AmbiguousDelimiter(b'\t', b';').setting().unwrap(),
            "[import.csv]\ndelimiter = \"tab\""
        );
    }
}
