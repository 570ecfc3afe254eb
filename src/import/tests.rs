//! Whole files in, rows, errors and explanations out.

use super::*;
use crate::domain::money::Currency;
use crate::domain::sale::incoming::{PaymentReport, Reject, Row};
use crate::domain::time::Zone;
use crate::import::settings::{CsvSettings, Encoding};

fn settings() -> ImportSettings {
    ImportSettings { zone: Zone::BERLIN, currency: None, status: None, csv: CsvSettings::default() }
}

fn file(bytes: &[u8]) -> File {
    File { name: "export".into(), bytes: bytes.to_vec() }
}

fn rows(bytes: &[u8], settings: &ImportSettings) -> Vec<Result<Located, Reject>> {
    read(&file(bytes), None, settings).map(|rows| rows.chunks.flatten().collect()).unwrap()
}

fn code(bytes: &[u8], from: Option<&str>) -> &'static str {
    match read(&file(bytes), from.map(|word| word.parse().unwrap()), &settings()) {
        Ok(rows) => panic!("{} rows", rows.chunks.flatten().count()),
        Err(error) => error.code(),
    }
}

fn format(bytes: &[u8]) -> &'static str {
    explain(&file(bytes), None, &settings()).unwrap().format
}

const IPN: &str = r#"{"event_type":"payment.made","transaction_id":"a1","order_id":"o1","payment_status":"paid","transaction_amount":"5.0","transaction_currency":"EUR","transaction_date":"2026-03-25"}"#;

#[test]
fn each_format_is_recognised() {
    assert_eq!(format(b"transaction_id,order_id,amount,currency,paid_at\n"), "csv");
    assert_eq!(format("Bestell-ID;Status;Bruttopreis;Datum\n".as_bytes()), "copecart-csv");
    assert_eq!(format(IPN.as_bytes()), "copecart-ipn");
    assert_eq!(format(format!("\u{feff}\r\n[{IPN},{{}}]").as_bytes()), "copecart-ipn");
    assert_eq!(format(format!("{{}}\nx\n{IPN}\n").as_bytes()), "copecart-ipn");
    assert_eq!(format(b"{}"), "copecart-ipn");
    assert_eq!(format(b"[]"), "copecart-ipn");
    assert_eq!(format(br#"{"event_type":"payment.sale.succeeded","order":{"uuid":"o"}}"#), "cope");
    assert_eq!(format(br#"{"specversion":"1.0","type":"payment.dispute.won","data":{}}"#), "cope");
}

#[test]
fn a_file_that_is_not_recognised_is_an_unknown_format() {
    for text in
        ["hello", "a;b;c\n1;2;3\n", "{\"a\":1}", "[1,2]", r#"{"event_type":"payment.unheard_of","order":{"uuid":"o"}}"#]
    {
        assert_eq!(code(text.as_bytes(), None), "unknown_format", "{text}");
    }
}

#[test]
fn a_file_that_is_not_text_is_refused() {
    for empty in ["", "\u{feff}", " \r\n\n"] {
        assert_eq!(code(empty.as_bytes(), None), "empty_file", "{empty:?}");
    }
    assert_eq!(code(b"order_id,amount\n1,\0\n", None), "bad_encoding");
    assert_eq!(code(b"\xff\xfeo\0r\0", None), "bad_encoding");
    assert_eq!(code(b"{\"order_id\":", None), "bad_json");
    assert_eq!(code(b"order_id,amount", Some("copecart-ipn")), "bad_json");
    let nul = read(&file(b"a\r\nb\0"), None, &settings()).err();
    assert_eq!(nul, Some(ImportError::Nul { line: 2 }));
}

#[test]
fn notifications_are_read_one_per_line_and_a_reject_has_its_place() {
    let text = format!("{IPN}\n{{\"event_type\":\"payment.made\"}}\nnull\n{{}}\n");
    let settings = settings();
    let mut rows = rows(text.as_bytes(), &settings);
    rows.sort_by_key(|row| row.as_ref().map_or_else(|reject| reject.line, |located| located.line));
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
    let payment = |text: &str| -> PaymentReport {
        match rows(text.as_bytes(), &settings).remove(0) {
            Ok(Located { row: Row::Payment(report), .. }) => *report,
            other => panic!("{other:?}"),
        }
    };
    assert_eq!(payment(table), payment(IPN));
}

#[test]
fn an_explanation_names_everything_ambiguous_or_missing_at_once() {
    let text = b"Bestell-ID;Betrag;Datum;Gesamtrate\no1;1.250;01/02/2026;1\n";
    let explanation = explain(&file(text), None, &settings()).unwrap();
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
    let explanation = explain(&file(text.as_bytes()), None, &settings()).unwrap();
    let event = |event: &str, becomes: &str| EventCount { event: event.into(), becomes: becomes.into(), count: 1 };
    let events = vec![event("", "set aside: the body is empty"), event("payment.made", "sale")];
    assert_eq!(
        explanation.content,
        Content::Notifications { layout: Layout::Array, count: 2, events, words: WordCounts::default() }
    );
    assert_eq!((explanation.lacks(), explanation.settings()), (vec![], vec![]));
}

#[test]
fn an_explanation_counts_the_words_the_unknown_ones_first() {
    let text = "transaction_id,order_id,amount,currency,paid_at,kind,status,method\n\
        a1,o1,1,EUR,2026-03-25,Verkauf,Bezahlt,card\na2,o2,1,EUR,2026-03-25,Verkauf,Fertig,barter\n\
        a3,o3,1,EUR,2026-03-25,Muscheln,Bezahlt,\na4,o4,1,EUR,2026-03-25,Auszahlung,,\n\
        a5,o5,1,EUR,2026-03-25,Verkauf,Fertig,\n";
    let words = explain(&file(text.as_bytes()), None, &settings()).unwrap().words();
    let words: Vec<String> = words
        .into_iter()
        .map(|(word, count)| format!("{} {} {} {count}", word.column, word.word, word.meaning.unwrap_or("?")))
        .collect();
    let unknown = ["kind Muscheln ? 1", "method barter ? 1", "status Fertig ? 2"];
    let known = ["kind Verkauf sale 3", "kind Auszahlung set aside 1", "method card card 1", "status Bezahlt paid 1"];
    assert_eq!(words, [&unknown[..], &known].concat());
    let ipn = IPN.replace("\"payment_status\":\"paid\"", "\"transaction_type\":\"gift\"");
    let words = explain(&file(ipn.as_bytes()), None, &settings()).unwrap().words();
    assert_eq!((words[0].0.column.as_str(), words[0].0.word.as_str(), words[0].1), ("transaction_type", "gift", 1));
}

#[test]
fn a_setting_that_replaces_a_column_is_not_asked_for_again() {
    let text = b"transaction_id,order_id,amount,paid_at\n";
    let settings = ImportSettings { currency: Some(Currency::EUR), ..settings() };
    let explanation = explain(&file(text), None, &settings).unwrap();
    assert_eq!(explanation.problems, []);
    assert!(!explanation.settings().concat().contains("currency"));
}
