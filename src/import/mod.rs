//! Somebody's export → our rows. Importers yield rows and rejects; the desk stores them.
//!
//! The outer error is the file's, the inner one the row's. Nothing is guessed: what could be read in two ways is
//! an error that names the setting which decides it. A file's bytes are held, its rows are made one at a time.

pub mod batch_file;
mod cope;
mod copecart_csv;
mod csv;
mod error;
mod explanation;
mod fault;
mod fields;
mod ipn;
mod json;
mod lines;
mod moments;
pub mod settings;
pub mod signature;
mod words;

pub use error::{ImportError, delimiter_name};
pub use explanation::{Content, Events, Explanation, FileColumn, Table};
pub use json::Shape;

use crate::domain::sale::incoming::{Located, Reject};
use crate::domain::string_enum::string_enum;
use crate::import::csv::OpenTable;
use crate::import::explanation::becomes;
use crate::import::fault::Fault;
use crate::import::json::{Documents, Object};
use crate::import::lines::LineCounter;
use crate::import::settings::ImportSettings;
use std::collections::BTreeMap;

string_enum! {
    /// Where a file comes from: the words of `--from`.
    SourceFormat, "format of an import" {
        /// The desk's own columns.
        Csv = "csv",
        /// CopeCart's transactions CSV.
        CopecartCsv = "copecart-csv",
        /// CopeCart's notifications, as JSON.
        CopecartIpn = "copecart-ipn",
        /// COPE's webhooks, as JSON.
        Cope = "cope",
    }
}

/// A file with what is in it.
#[derive(Debug, Clone, Default)]
pub struct File {
    pub name: String,
    pub bytes: Vec<u8>,
}

impl File {
    pub fn source(&self) -> Source<'_> {
        Source { name: &self.name, bytes: &self.bytes }
    }
}

/// A file to be read.
#[derive(Debug, Clone, Copy)]
pub struct Source<'a> {
    /// As shown in rejects: a path, or `-`.
    pub name: &'a str,
    pub bytes: &'a [u8],
}

/// The rows of a file, in its order.
pub type Rows<'a> = Box<dyn Iterator<Item = Result<Located, Reject>> + Send + 'a>;

/// Reads a file; without a format it is recognised.
pub fn read<'a>(
    source: Source<'a>,
    format: Option<SourceFormat>,
    settings: &'a ImportSettings,
) -> Result<Rows<'a>, ImportError> {
    match open(source.bytes, format, settings)? {
        Opened::Notifications(documents, _) => Ok(Box::new(documents.map(move |(line, object)| {
            let located = object.and_then(|object| located(&object, line, format, settings));
            located.map_err(|fault| fault.at(source.name, line))
        }))),
        Opened::Table(table) => Ok(Box::new(table.rows(source.name, settings)?)),
    }
}

/// Each notification is read as what it is, since a file may hold those of both platforms; unless a format is given.
fn located(
    object: &Object,
    line: u64,
    format: Option<SourceFormat>,
    settings: &ImportSettings,
) -> Result<Located, Fault> {
    let is_cope = format.map_or_else(|| cope::recognises(object), |format| format == SourceFormat::Cope);
    match is_cope {
        true => cope::row(object, settings).map(|row| Located { line, identity: cope::identity(object), row }),
        false => ipn::row(object, settings).map(|row| Located { line, identity: None, row }),
    }
}

/// Says how a file would be read. What makes it unreadable altogether is an error; what is ambiguous or missing
/// is part of the answer.
pub fn explain(
    source: Source<'_>,
    format: Option<SourceFormat>,
    settings: &ImportSettings,
) -> Result<Explanation, ImportError> {
    Ok(match open(source.bytes, format, settings)? {
        Opened::Notifications(documents, found) => {
            Explanation { format: found, content: notifications(documents, format, settings), problems: Vec::new() }
        }
        Opened::Table(table) => {
            let (content, problems) = table.explain(settings);
            Explanation { format: table.format(), content: Content::Table(content), problems }
        }
    })
}

fn notifications(documents: Documents<'_>, format: Option<SourceFormat>, settings: &ImportSettings) -> Content {
    let (shape, mut count) = (documents.shape(), 0);
    let mut events: BTreeMap<(String, String), u64> = BTreeMap::new();
    for (line, object) in documents {
        let event = object.as_ref().ok().and_then(cope::event_type).unwrap_or_default().to_owned();
        let becomes = becomes(&object.and_then(|object| located(&object, line, format, settings)));
        *events.entry((event, becomes)).or_default() += 1;
        count += 1;
    }
    let events = events.into_iter().map(|((event, becomes), count)| Events { event, becomes, count });
    Content::Notifications { shape, count, events: events.collect() }
}

/// A file that is understood as far as its beginning and its syntax tell.
enum Opened<'a> {
    Notifications(Documents<'a>, SourceFormat),
    Table(Box<OpenTable<'a>>),
}

fn open<'a>(
    bytes: &'a [u8],
    format: Option<SourceFormat>,
    settings: &ImportSettings,
) -> Result<Opened<'a>, ImportError> {
    let bytes = readable(bytes)?;
    let is_json = matches!(bytes.trim_ascii_start().first(), Some(b'{' | b'['));
    match format {
        Some(format @ (SourceFormat::CopecartIpn | SourceFormat::Cope)) => {
            Documents::open(bytes).map(|documents| Opened::Notifications(documents, format))
        }
        None if is_json => {
            let documents = Documents::open(bytes)?;
            let format = recognised(documents.clone())?;
            Ok(Opened::Notifications(documents, format))
        }
        _ => OpenTable::open(bytes, format, &settings.csv).map(|table| Opened::Table(Box::new(table))),
    }
}

/// The file without its byte order mark, if it can be a text at all.
fn readable(bytes: &[u8]) -> Result<&[u8], ImportError> {
    if bytes.starts_with(b"\xff\xfe") || bytes.starts_with(b"\xfe\xff") {
        return Err(ImportError::Utf16);
    }
    let bytes = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes);
    if bytes.trim_ascii().is_empty() {
        return Err(ImportError::Empty);
    }
    match bytes.iter().position(|byte| *byte == 0) {
        Some(at) => Err(ImportError::Nul { line: LineCounter::default().line_at(bytes, at) }),
        None => Ok(bytes),
    }
}

/// The first object with something in it tells what all of them are; empty ones are notifications without a
/// body, which the platform's own test button may send.
fn recognised(documents: Documents<'_>) -> Result<SourceFormat, ImportError> {
    let mut has_others = false;
    for (_, object) in documents {
        match object {
            Ok(object) if object.is_empty() => {}
            Ok(object) if cope::recognises(&object) => return Ok(SourceFormat::Cope),
            Ok(object) if ipn::recognises(&object) => return Ok(SourceFormat::CopecartIpn),
            Ok(_) => return Err(ImportError::UnknownJson),
            Err(_) => has_others = true,
        }
    }
    if has_others { Err(ImportError::UnknownJson) } else { Ok(SourceFormat::CopecartIpn) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::money::Currency;
    use crate::domain::sale::incoming::{Report, Row};
    use crate::domain::time::Zone;
    use crate::import::csv::columns::Column;
    use crate::import::settings::{CsvSettings, Encoding};
    use SourceFormat::{Cope, CopecartCsv, CopecartIpn, Csv};

    pub fn settings() -> ImportSettings {
        ImportSettings { zone: Zone::BERLIN, currency: None, status: None, csv: CsvSettings::default() }
    }

    fn rows(bytes: &[u8], settings: &ImportSettings) -> Vec<Result<Located, Reject>> {
        read(Source { name: "export", bytes }, None, settings).map(Iterator::collect).unwrap()
    }

    fn code(bytes: &[u8], format: Option<SourceFormat>) -> &'static str {
        match read(Source { name: "export", bytes }, format, &settings()) {
            Ok(rows) => panic!("{} rows", rows.count()),
            Err(error) => error.code(),
        }
    }

    fn format(bytes: &[u8]) -> SourceFormat {
        explain(Source { name: "export", bytes }, None, &settings()).unwrap().format
    }

    const IPN: &str = r#"{"event_type":"payment.made","transaction_id":"a1","order_id":"o1","payment_status":"paid","transaction_amount":"5.0","transaction_currency":"EUR","transaction_date":"2026-03-25"}"#;

    #[test]
    fn each_format_is_recognised() {
        assert_eq!(format(b"transaction_id,order_id,amount,currency,paid_at\n"), Csv);
        assert_eq!(format("Bestell-ID;Status;Bruttopreis;Datum\n".as_bytes()), CopecartCsv);
        assert_eq!(format(IPN.as_bytes()), CopecartIpn);
        assert_eq!(format(format!("\u{feff}\r\n[{IPN},{{}}]").as_bytes()), CopecartIpn);
        assert_eq!(format(format!("{{}}\nx\n{IPN}\n").as_bytes()), CopecartIpn);
        assert_eq!(format(b"{}"), CopecartIpn);
        assert_eq!(format(b"[]"), CopecartIpn);
        assert_eq!(format(br#"{"event_type":"payment.sale.succeeded","order":{"uuid":"o"}}"#), Cope);
        assert_eq!(format(br#"{"specversion":"1.0","type":"payment.dispute.won","data":{}}"#), Cope);
    }

    #[test]
    fn what_nobody_recognises_is_an_unknown_format() {
        for text in [
            "hello",
            "a;b;c\n1;2;3\n",
            "{\"a\":1}",
            "[1,2]",
            r#"{"event_type":"payment.unheard_of","order":{"uuid":"o"}}"#,
        ] {
            assert_eq!(code(text.as_bytes(), None), "unknown_format", "{text}");
        }
    }

    #[test]
    fn what_is_no_text_is_refused_as_a_whole() {
        for empty in ["", "\u{feff}", " \r\n\n"] {
            assert_eq!(code(empty.as_bytes(), None), "empty_file", "{empty:?}");
        }
        assert_eq!(code(b"order_id,amount\n1,\0\n", None), "bad_encoding");
        assert_eq!(code(b"\xff\xfeo\0r\0", None), "bad_encoding");
        assert_eq!(code(b"{\"order_id\":", None), "bad_json");
        assert_eq!(code(b"order_id,amount", Some(CopecartIpn)), "bad_json");
        let nul = read(Source { name: "-", bytes: b"a\r\nb\0" }, None, &settings()).err();
        assert_eq!(nul, Some(ImportError::Nul { line: 2 }));
    }

    #[test]
    fn notifications_are_read_one_a_line_and_a_reject_has_its_place() {
        let text = format!("{IPN}\n{{\"event_type\":\"payment.made\"}}\nnull\n{{}}\n");
        let settings = settings();
        let rows = rows(text.as_bytes(), &settings);
        assert!(matches!(&rows[0], Ok(Located { line: 1, row: Row::Payment(_), .. })));
        let reject = rows[1].clone().unwrap_err();
        assert_eq!((reject.file.as_str(), reject.line, reject.code), ("export", 2, "missing_field"));
        assert_eq!(reject.column.as_deref(), Some("transaction_id"));
        assert_eq!(rows[2].clone().unwrap_err().code, "bad_json");
        assert!(matches!(&rows[3], Ok(Located { line: 4, row: Row::SetAside(_), .. })));
    }

    #[test]
    fn a_table_and_its_notification_give_the_same_payment() {
        let table =
            "transaction_id,order_id,amount,currency,paid_at,status,as_of\na1,o1,5.00,EUR,2026-03-25,paid,2026-03-25\n";
        let settings = settings();
        let payment = |text: &str| -> Report {
            match rows(text.as_bytes(), &settings).remove(0) {
                Ok(Located { row: Row::Payment(report), .. }) => *report,
                other => panic!("{other:?}"),
            }
        };
        assert_eq!(payment(table), payment(IPN));
    }

    #[test]
    fn an_explanation_names_all_that_is_ambiguous_or_missing_at_once() {
        let text = b"Bestell-ID;Betrag;Datum;Gesamtrate\no1;1.250;01/02/2026;1\n";
        let explanation = explain(Source { name: "-", bytes: text }, None, &settings()).unwrap();
        let codes: Vec<_> = explanation.problems.iter().map(ImportError::code).collect();
        assert_eq!(codes, ["missing_columns", "ambiguous_decimal", "ambiguous_dates"]);
        let Content::Table(table) = &explanation.content else { panic!("no table") };
        assert_eq!((table.rows, table.delimiter, table.encoding), (1, b';', Encoding::Utf8));
        let read_as: Vec<_> = table.columns.iter().map(|each| each.read_as.as_slice()).collect();
        assert_eq!(read_as, [&[Column::OrderId][..], &[Column::Amount], &[Column::PaidAt], &[]]);
        let lacks: Vec<_> = explanation.lacks().into_iter().map(|lack| lack.column).collect();
        assert!(lacks.contains(&Column::Method) && !lacks.contains(&Column::Amount));
        let settings = explanation.settings();
        assert_eq!(settings[..2], ["[import.csv]\ndecimal = \",\"", "[import.csv]\ndates = \"day-first\""]);
        assert!(settings[2].contains("make_ids = true") && settings[2].contains("currency = \"EUR\""));
        assert!(settings[2].contains("method = \"…\""));
    }

    #[test]
    fn an_explanation_of_notifications_counts_them() {
        let text = format!("[{IPN},{{}}]");
        let explanation = explain(Source { name: "-", bytes: text.as_bytes() }, None, &settings()).unwrap();
        let event = |event: &str, becomes: &str| Events { event: event.into(), becomes: becomes.into(), count: 1 };
        let events = vec![event("", "set aside: the body is empty"), event("payment.made", "sale")];
        assert_eq!(explanation.content, Content::Notifications { shape: Shape::Array, count: 2, events });
        assert_eq!((explanation.lacks(), explanation.settings()), (vec![], vec![]));
    }

    #[test]
    fn a_setting_that_stands_in_is_not_asked_for_again() {
        let text = b"transaction_id,order_id,amount,paid_at\n";
        let settings = ImportSettings { currency: Some(Currency::EUR), ..settings() };
        let explanation = explain(Source { name: "-", bytes: text }, None, &settings).unwrap();
        assert_eq!(explanation.problems, []);
        assert!(!explanation.settings().concat().contains("currency"));
    }
}
