//! Whole tables in, payments and rejects out.

use super::*;
use crate::domain::money::{Currency, Money};
use crate::domain::return_period::ReturnPeriod;
use crate::domain::sale::incoming::{PaymentReport, Reject, RowNote};
use crate::domain::sale::transaction::{KindAndStatus, Method, PaymentPlan, PlatformStatus, SaleStatus, Transaction};
use crate::domain::time::Zone;
use crate::import::providers;
use crate::import::settings::{DateForm, ORDER_AND_RATE};

const HEADER: &str = "transaction_id,order_id,amount,currency,paid_at";

type Payment = Result<(u64, PaymentReport), Reject>;

fn settings() -> ImportSettings {
    ImportSettings { zone: Zone::BERLIN, currency: None, status: None, csv: CsvSettings::default() }
}

fn with(csv: CsvSettings) -> ImportSettings {
    ImportSettings { csv, ..settings() }
}

fn try_read(bytes: &[u8], settings: &ImportSettings) -> Result<Vec<Payment>, ImportError> {
    let payment = |located: Located| match located.row {
        Row::Payment(report) => (located.line, *report),
        other => panic!("{other:?}"),
    };
    let (count, chunks) =
        OpenTable::open(bytes, None, &providers::tables(), &settings.csv)?.rows("export.csv", settings)?;
    let mut rows: Vec<Payment> = chunks.flatten().map(|row| row.map(payment)).collect();
    rows.sort_by_key(|row| row.as_ref().map_or_else(|reject| reject.line, |(line, _)| *line));
    assert_eq!(rows.len() as u64, count);
    Ok(rows)
}

fn read(text: &str) -> Vec<Payment> {
    try_read(text.as_bytes(), &settings()).unwrap()
}

/// The one row of a table with these columns beside the needed ones.
fn row(columns: &str, cells: &str) -> Result<PaymentReport, Reject> {
    let text = format!("{HEADER},{columns}\nt1,o1,49.00,EUR,2026-03-25,{cells}\n");
    read(&text).remove(0).map(|(_, report)| report)
}

fn fault(columns: &str, cells: &str) -> (&'static str, Option<String>) {
    row(columns, cells).map(|report| panic!("{report:?}")).map_err(|reject| (reject.code, reject.column)).unwrap_err()
}

fn error(text: &str) -> ImportError {
    try_read(text.as_bytes(), &settings()).unwrap_err()
}

#[test]
fn the_needed_columns_alone_make_a_sale() {
    let rows = read(&format!("{HEADER}\nt1,o1,49.00,EUR,2026-03-25\n"));
    let [Ok((2, PaymentReport { transaction, as_of: None, confirmed_at: None }))] = rows.as_slice() else {
        panic!("{rows:?}")
    };
    assert_eq!(transaction.amount, Money::new(4900, Currency::EUR));
    assert_eq!(transaction.entry, KindAndStatus::Sale(SaleStatus::Unknown));
    assert_eq!((transaction.method, transaction.plan), (Method::Unknown, PaymentPlan::Unknown));
    assert_eq!(transaction.paid_at.to_rfc3339(), "2026-03-24T23:00:00+00:00");
    assert!(transaction.products.is_empty() && !transaction.is_test && !transaction.id_is_made_up);
}

#[test]
fn all_of_the_desk_s_columns_are_read() {
    let columns = "product_id,product_name,customer_name,customer_email,country,method,plan,kind,status,\
        ordered_at,rate_number,return_period,test,as_of";
    let cells = "12345e67,Kurs,Müller,m@example.org,DE,credit_card,abonnement,sale,test_paid,\
        2026-03-24 10:00,2,30,nein,2026-03-26T00:00:00Z";
    let PaymentReport { transaction, as_of, confirmed_at } = row(columns, cells).unwrap();
    assert_eq!(confirmed_at, None, "an export does not date a debit");
    assert_eq!(transaction.products[0].id.as_ref().unwrap().as_str(), "12345e67");
    assert_eq!(transaction.customer.name, "Müller");
    assert_eq!((transaction.method, transaction.plan), (Method::Card, PaymentPlan::Subscription));
    assert_eq!((transaction.entry, transaction.is_test), (KindAndStatus::Sale(SaleStatus::Paid), true));
    assert_eq!(transaction.ordered_at.unwrap().to_rfc3339(), "2026-03-24T09:00:00+00:00");
    assert_eq!((transaction.rate_number, transaction.return_period), (Some(2), Some(ReturnPeriod::Days(30))));
    assert_eq!(as_of.unwrap().to_rfc3339(), "2026-03-26T00:00:00+00:00");
}

#[test]
fn what_a_status_means_depends_on_the_kind() {
    let entry = |kind: &str, status: &str| row("kind,status", &format!("{kind},{status}")).unwrap().transaction.entry;
    assert_eq!(entry("sale", "refunded"), KindAndStatus::Sale(SaleStatus::Refunded));
    assert_eq!(entry("refund", "succeeded"), KindAndStatus::Refund(PlatformStatus::Succeeded));
    assert_eq!(entry("refund", "failed_refunded"), KindAndStatus::Refund(PlatformStatus::Failed));
    assert_eq!(entry("chargeback", ""), KindAndStatus::Chargeback(PlatformStatus::Unknown));
    assert_eq!(entry("", "paid"), KindAndStatus::Sale(SaleStatus::Paid));
    assert_eq!(entry("", "chargeback_failed"), KindAndStatus::Chargeback(PlatformStatus::Failed));
    assert_eq!(entry("sale", "succeeded"), KindAndStatus::Sale(SaleStatus::Unknown));
}

#[test]
fn the_configured_status_applies_only_to_sales_without_one() {
    let settings = ImportSettings { status: Some(SaleStatus::Paid), ..settings() };
    let text = format!(
        "{HEADER},kind,status\nt1,o1,1,EUR,2026-03-25,,\nt2,o1,1,EUR,2026-03-25,,trial\nt3,o1,1,EUR,2026-03-25,refund,\n"
    );
    let rows = try_read(text.as_bytes(), &settings).unwrap();
    let entries: Vec<_> = rows.into_iter().map(|row| row.unwrap().1.transaction.entry).collect();
    assert_eq!(
        entries,
        [
            KindAndStatus::Sale(SaleStatus::Paid),
            KindAndStatus::Sale(SaleStatus::Trial),
            KindAndStatus::Refund(PlatformStatus::Unknown)
        ]
    );
}

#[test]
fn a_cell_that_is_not_understood_is_a_reject_that_names_it() {
    for (columns, cells, code) in [("kind", "gift", "bad_value"), ("kind", "paid", "bad_value")] {
        assert_eq!(fault(columns, cells), (code, Some(columns.into())), "{cells}");
    }
}

#[test]
fn a_price_without_cents_and_a_refund_in_parentheses_are_read() {
    let of = |amount: &str, kind: &str| {
        let text = format!("{HEADER},kind,status\nt1,o1,\"{amount}\",EUR,2026-03-25,{kind},\n");
        let transaction = read(&text).remove(0).unwrap().1.transaction;
        (transaction.entry.kind().word(), transaction.amount.minor())
    };
    assert_eq!(of("49,-", "sale"), ("sale", 4900));
    for amount in ["(49.00)", "49.00-", "-49.00", "–49.00"] {
        assert_eq!(of(amount, "sale"), ("refund", 4900), "{amount}");
    }
}

/// Everything that the one row of a table gives, with what was not understood in it.
fn located(columns: &str, cells: &str) -> Vec<Result<Located, Reject>> {
    all_located(&format!("{HEADER},{columns}\nt1,o1,49.00,EUR,2026-03-25,{cells}\n"))
}

fn all_located(text: &str) -> Vec<Result<Located, Reject>> {
    let settings = settings();
    let table = OpenTable::open(text.as_bytes(), None, &providers::tables(), &settings.csv).unwrap();
    table.rows("export.csv", &settings).unwrap().1.flatten().collect()
}

#[test]
fn an_optional_cell_that_is_not_understood_is_noted_and_costs_no_row() {
    for (column, cell) in [
        ("method", "barter"),
        ("plan", "barter"),
        ("status", "frozen"),
        ("test", "maybe"),
        ("return_period", "14 days"),
        ("rate_number", "1/12"),
        ("as_of", "soon"),
        ("ordered_at", "1969-01-01"),
        ("product_id", "a\u{7}b"),
    ] {
        let rows = located(column, cell);
        let [Ok(Located { notes, .. })] = rows.as_slice() else { panic!("{rows:?}") };
        let [RowNote::UnknownWord { column: noted, .. } | RowNote::LeftOut { column: noted, .. }] = notes.as_slice()
        else {
            panic!("{column}: {notes:?}")
        };
        assert_eq!(noted, column);
    }
}

/// The payments of a row by ID, amount and status, and the word of its evidence.
fn taken(columns: &str, cells: &str) -> (Vec<String>, Option<String>) {
    let (mut payments, mut word) = (Vec::new(), None);
    for row in located(columns, cells) {
        match row {
            Ok(Located { row: Row::Payment(report), .. }) => {
                let Transaction { id, amount, entry, .. } = report.transaction;
                payments.push(format!("{id} {amount} {} {}", entry.kind(), entry.status_word()));
            }
            Ok(other) => panic!("{other:?}"),
            Err(reject) => word = reject.evidence.map(|evidence| evidence.word),
        }
    }
    (payments, word)
}

#[test]
fn what_went_back_is_read_from_the_sale_s_own_row() {
    let sale = |status: &str| format!("t1 49.00 EUR sale {status}");
    let part = "t1-refunded 10.00 EUR refund succeeded".to_owned();
    let columns = "status,refunded_amount";
    assert_eq!(taken(columns, "Paid,10.00"), (vec![sale("paid"), part.clone()], None));
    assert_eq!(taken(columns, "partially_refunded,10.00"), (vec![sale("paid"), part], None));
    assert_eq!(taken(columns, "Paid,49.00"), (vec![sale("refunded")], None));
    assert_eq!(taken(columns, "refunded,49.00"), (vec![sale("refunded")], None));
    for nothing in ["0.00", "", "-", "no"] {
        assert_eq!(taken(columns, &format!("paid,{nothing}")), (vec![sale("paid")], None), "{nothing}");
    }
    let open = |word: &str| (vec![sale("paid")], Some(word.to_owned()));
    assert_eq!(taken(columns, "paid,some"), open("refunded"));
    assert_eq!(taken("status", "Teilweise erstattet"), open("teilweise erstattet"));
    assert_eq!(taken("status,refunded", "paid,yes"), (vec![sale("refunded")], None));
    assert_eq!(taken("status,refunded", "paid,false"), (vec![sale("paid")], None));
    assert_eq!(taken("status,refunded", "paid,a bit"), open("refunded"));
    assert_eq!(
        taken("status,refunded", "paid,5.00"),
        (vec![sale("paid"), "t1-refunded 5.00 EUR refund succeeded".into()], None)
    );
    assert_eq!(taken("status,disputed", "paid,true"), open("refunded"));
    assert_eq!(taken("status,disputed", "paid,no"), (vec![sale("paid")], None));
    assert_eq!(taken("status,disputed", "refunded,true"), (vec![sale("refunded")], None));
}

#[test]
fn a_rejected_row_that_speaks_of_money_back_carries_evidence_and_other_rows_none() {
    let evidence = |row: &str| {
        let rows = try_read(format!("{HEADER},kind,status\n{row}\n").as_bytes(), &settings()).unwrap();
        rows.into_iter().next().unwrap().unwrap_err().evidence
    };
    for (row, word) in [
        ("t1,o1,49.00,EUR,soon,refund,", "refund"),
        ("t1,o1,49.00,EUR,soon,,Erfolgreich erstattet", "erfolgreich erstattet"),
        ("t1,o1,-49.00,EUR,2026-03-25,,paid", "negative amount"),
        ("t1,o1,\"49.00-\",EUR,2026-03-25,,paid", "negative amount"),
        ("t1,o1,(49.00),EUR,2026-03-25,,paid", "negative amount"),
        ("t1,o1,-49.00,EUR,2026-03-25,Muscheln,", "muscheln"),
        ("t1,o1,49,00,EUR,2026-03-25,chargeback,", "chargeback"),
    ] {
        let evidence = evidence(row).unwrap();
        assert_eq!((evidence.word.as_str(), evidence.order.unwrap().as_str()), (word, "o1"), "{row}");
    }
    for row in [
        "t1,o1,49.00,EUR,soon,sale,paid",
        "t1,o1,49.00,EUR,soon,refund,failed",
        "t1,o1,-49.00,EUR,soon,,Chargeback storniert",
        "t1,o1,-49.00,EUR,soon,refund,test_successed_refunded",
        "t1,o1,49.00,EUR,2026-03-25,Muscheln,paid",
    ] {
        assert_eq!(evidence(row), None, "{row}");
    }
}

#[test]
fn a_row_that_continues_the_order_above_it_adds_its_product() {
    let text = "order_id,transaction_id,amount,currency,paid_at,status,product_name\n\
        o1,t1,49.00,EUR,2026-03-25,paid,Kurs\n\
        o1,,,,,,Heft\n\
        o2,t2,9.00,EUR,2026-03-25,paid,Buch\n\
        o3,,,,,,Lose\n";
    let settings = settings();
    let table = OpenTable::open(text.as_bytes(), None, &providers::tables(), &settings.csv).unwrap();
    let rows: Vec<_> = table.rows("export.csv", &settings).unwrap().1.flatten().collect();
    let names: Vec<Vec<&str>> = rows
        .iter()
        .filter_map(|row| match row {
            Ok(Located { row: Row::Payment(report), .. }) => Some(&report.transaction.products),
            _ => None,
        })
        .map(|products| products.iter().map(|product| product.name.as_str()).collect())
        .collect();
    assert_eq!(names, [vec!["Kurs", "Heft"], vec!["Buch"]]);
    assert_eq!(rows.iter().filter(|row| row.is_err()).count(), 1, "nothing above names o3");
}

#[test]
fn an_id_that_a_spreadsheet_rewrote_stops_the_file() {
    let error = error(&format!("{HEADER}\nt1,1.23457E+15,1,EUR,2026-03-25\n"));
    assert_eq!(error.code(), "spreadsheet_id");
    assert!(error.to_string().starts_with("line 2, column `order_id`"), "{error}");
    assert_eq!(read(&format!("{HEADER}\nt1,12345e67,1,EUR,2026-03-25\n")).len(), 1);
}

const SAME_RATE: &str = "order_id,amount,currency,paid_at,status,rate_number\n\
    o1,49.00,EUR,2026-03-19,paid,1\n\
    o1,-10.00,EUR,2026-03-22,Erfolgreich erstattet,1\n\
    o2,49.00,EUR,2026-03-19,paid,1\n\
    o2,49.00,EUR,2026-03-19,paid,1\n";

#[test]
fn rows_of_one_id_that_differ_in_status_or_day_are_noted_unless_they_say_which_is_newer() {
    let noted = |columns: &str, rows: [&str; 2]| {
        let text = format!("{HEADER},{columns}\n{}\n", rows.join("\n"));
        let rows = all_located(&text).into_iter().map(|row| row.unwrap());
        let of_row = |row: Located| {
            let noted = row.notes.into_iter().map(move |note| match note {
                RowNote::LeftOut { column, .. } | RowNote::UnknownWord { column, .. } => {
                    format!("{} {column}", row.line)
                }
            });
            noted.collect::<Vec<_>>()
        };
        rows.flat_map(of_row).collect::<Vec<_>>()
    };
    let (paid, failed) = ("t1,o1,49.00,EUR,2026-03-20,paid", "t1,o1,49.00,EUR,2026-03-20,failed");
    assert_eq!(noted("status", [paid, failed]), ["2 status", "3 status"]);
    assert_eq!(noted("status", [paid, "t1,o1,49.00,EUR,2026-03-21,paid"]), ["2 paid_at", "3 paid_at"]);
    assert!(noted("status", [paid, "t1,o1,49.00,EUR,2026-03-20,Bezahlt"]).is_empty());
    let dated = [format!("{paid},2026-03-20"), format!("{failed},2026-03-22")];
    assert!(noted("status,as_of", [&dated[0], &dated[1]]).is_empty());
}

#[test]
fn different_rows_that_share_a_made_up_id_are_rejected_and_name_each_other() {
    let settings = with(CsvSettings { make_ids: ORDER_AND_RATE.to_vec(), ..CsvSettings::default() });
    let rows = try_read(SAME_RATE.as_bytes(), &settings).unwrap();
    let (sale, refund) = (rows[0].as_ref().unwrap_err(), rows[1].as_ref().unwrap_err());
    assert_eq!((sale.code, refund.code), ("same_made_up_id", "same_made_up_id"));
    let hint = "if they are two payments, set make_ids = [\"order_id\", \"rate_number\", \"kind\"]";
    assert_eq!(sale.message, format!("line 3 has the same made-up ID `o1-1`: {hint}"));
    assert_eq!(refund.message, format!("line 2 has the same made-up ID `o1-1`: {hint}"));
    assert!(sale.evidence.is_none() && refund.evidence.is_some());
    assert!(rows[2].is_ok() && rows[3].is_ok(), "the same facts twice are one payment");
}

#[test]
fn the_columns_of_made_up_ids_tell_rows_apart() {
    let columns = vec![Column::OrderId, Column::RateNumber, Column::Kind];
    let settings = with(CsvSettings { make_ids: columns, ..CsvSettings::default() });
    let rows = try_read(SAME_RATE.as_bytes(), &settings).unwrap();
    let ids: Vec<String> = rows.into_iter().map(|row| row.unwrap().1.transaction.id.to_string()).collect();
    assert_eq!(ids, ["o1-1-sale", "o1-1-refund", "o2-1-sale", "o2-1-sale"]);
}

#[test]
fn each_needed_cell_is_named_when_it_is_empty_or_bad() {
    let cells = ["t1", "o1", "49.00", "EUR", "2026-03-25"];
    let long = "x".repeat(201);
    let bad = [
        (long.as_str(), "bad_id"),
        (long.as_str(), "bad_id"),
        ("1e2", "bad_amount"),
        ("EURO", "bad_currency"),
        ("25.03.26", "bad_date"),
    ];
    for (place, (value, code)) in bad.into_iter().enumerate() {
        for (value, code) in [(value, code), (" ", "missing_field")] {
            let mut changed = cells;
            changed[place] = value;
            let rows = read(&format!("{HEADER}\n{}\n", changed.join(",")));
            let reject = rows[0].clone().unwrap_err();
            assert_eq!((reject.line, reject.code), (2, code), "{value}");
            assert_eq!(reject.column.as_deref(), HEADER.split(',').nth(place), "{value}");
            assert!(reject.message.chars().count() < 200, "{}", reject.message);
        }
    }
}

#[test]
fn a_row_with_too_few_or_too_many_cells_is_a_reject_and_the_others_are_kept() {
    let rows = read(&format!("{HEADER}\r\nt1,o1,1\r\nt2,o2,1,EUR,2026-03-25\r\nt3,o3,1,50,EUR,2026-03-25\r\n\r\n"));
    let read: Vec<_> = rows
        .iter()
        .map(|row| row.as_ref().map(|(line, _)| *line).map_err(|reject| (reject.line, reject.code)))
        .collect();
    assert_eq!(read, [Err((2, "bad_row")), Ok(3), Err((4, "bad_row"))]);
}

#[test]
fn a_header_alone_is_a_file_without_rows() {
    assert!(read(HEADER).is_empty() && read(&format!("{HEADER}\r\n\r\n")).is_empty());
}

#[test]
fn a_hundred_columns_and_unknown_duplicates_are_accepted() {
    let extra: Vec<_> = (0..100).map(|number| format!("x{}", number / 2)).collect();
    assert!(row(&extra.join(","), &"y,".repeat(99)).is_ok());
    assert_eq!(error("amount,order_id,amount\n").code(), "ambiguous_columns");
}

#[test]
fn a_windows_file_gives_the_same_names() {
    let bytes = b"transaction_id;order_id;amount;currency;paid_at;customer_name\nt1;o1;1,50;EUR;25.03.2026;M\xfcller\n";
    let rows = try_read(bytes, &settings()).unwrap();
    let transaction = &rows[0].as_ref().unwrap().1.transaction;
    assert_eq!((transaction.customer.name.as_str(), transaction.amount.minor()), ("Müller", 150));
}

#[test]
fn a_quote_that_does_not_close_stops_the_whole_file() {
    let text = format!("{HEADER}\nt1,o1,1,EUR,2026-03-25\n\"t2,o2,1,EUR,2026-03-25\nt3,o3,1,EUR,2026-03-25\n");
    assert_eq!(error(&text), ImportError::UnclosedQuote { line: 3 });
}

const COPECART: &str = "Bestell-ID,Status,Kundenname,Nettopreis,Bruttopreis,Produktname,Anzahl der Rate,Datum,Zahlungsplan,Gesamtrate\n\
    aB3dE5fG,Bezahlt,Anna Müller,\"41,18\",\"49,00\",Kurs,2,25.03.2026,Ratenzahlung,12\n\
    aB3dE5fH,Teilweise erstattet,Bert,\"41,18\",\"-49,00\",Kurs,,26.03.2026,Einmalzahlung,\n";

#[test]
fn copecart_s_table_is_read_with_generated_ids_and_a_configured_currency() {
    let missing = error(COPECART);
    assert_eq!(missing, ImportError::MissingColumns(vec![Column::TransactionId, Column::Currency]));
    assert_eq!(missing.setting().unwrap(), "[import]\ncurrency = \"EUR\"\n\n[import.csv]\nmake_ids = true");
    let csv = CsvSettings { make_ids: ORDER_AND_RATE.to_vec(), ..CsvSettings::default() };
    let settings = ImportSettings { currency: Some(Currency::EUR), ..with(csv) };
    let rows = try_read(COPECART.as_bytes(), &settings).unwrap();
    let payments: Vec<_> = rows.into_iter().map(|row| row.unwrap().1.transaction).collect();
    let read: Vec<_> =
        payments.iter().map(|each| (each.id.as_str(), each.id_is_made_up, each.amount.minor(), each.entry)).collect();
    assert_eq!(
        read,
        [
            ("aB3dE5fG-2", true, 4900, KindAndStatus::Sale(SaleStatus::Paid)),
            ("aB3dE5fH-1", true, 4900, KindAndStatus::Refund(PlatformStatus::Succeeded)),
        ]
    );
    assert_eq!(payments[0].plan, PaymentPlan::Installments);
    assert_eq!(payments[0].customer.name, "Anna Müller");
}

#[test]
fn a_negative_payment_that_is_not_called_a_refund_is_not_a_sale() {
    let amount = |columns: &str, cells: &str| {
        let text = format!("{HEADER},{columns}\nt1,o1,-49.00,EUR,2026-03-25,{cells}\n");
        read(&text).remove(0).map(|(_, report)| report.transaction.amount.minor()).map_err(|reject| reject.code)
    };
    assert_eq!(amount("kind,status", ",paid"), Err("bad_amount"));
    assert_eq!(amount("kind,status", "refund,"), Ok(4900));
    assert_eq!(amount("kind,status", "sale,paid"), Ok(4900), "a refund");
    assert_eq!(amount("kind,status", ",refunded"), Ok(4900));
    assert_eq!(amount("kind,status", ",failed_as_chargeback"), Ok(4900));
}

#[test]
fn the_mapping_names_columns_that_are_not_recognised() {
    let columns = HEADER.split(',').zip(["Nr", "Auftrag", "Summe", "W", "Tag"]);
    let columns = columns.map(|(column, header)| (column.parse().unwrap(), header.to_owned())).collect();
    let settings = with(CsvSettings { columns, ..CsvSettings::default() });
    let rows = try_read(b"Tag;W;Summe;Auftrag;Nr\n2026-03-25;EUR;1;o1;t1\n", &settings).unwrap();
    assert_eq!(rows[0].as_ref().unwrap().1.transaction.id.as_str(), "t1");
    let missing = try_read(b"Tag;W;Summe;Auftrag\n", &settings).unwrap_err();
    assert_eq!(missing, ImportError::UnknownHeader { column: Column::TransactionId, header: "Nr".into() });
}

#[test]
fn a_file_that_stays_ambiguous_is_refused_until_the_setting_decides() {
    let text = "transaction_id;order_id;amount;currency;paid_at\nt1;o1;1.250;EUR;01/02/2026\n";
    assert_eq!(error(text).code(), "ambiguous_decimal");
    let decided = |dates| CsvSettings { decimal: Some(DecimalSign::Comma), dates, ..CsvSettings::default() };
    let half = try_read(text.as_bytes(), &with(decided(None))).unwrap_err();
    assert_eq!(half, ImportError::AmbiguousDates(crate::import::error::Seen::new(2, "01/02/2026")));
    let rows = try_read(text.as_bytes(), &with(decided(Some(DateForm::MonthFirst)))).unwrap();
    let transaction = &rows[0].as_ref().unwrap().1.transaction;
    assert_eq!(transaction.amount.minor(), 125_000);
    assert_eq!(Zone::BERLIN.day_of(transaction.paid_at).to_string(), "2026-01-02");
}

#[test]
fn a_later_row_decides_how_an_earlier_one_is_read() {
    let text =
        "transaction_id;order_id;amount;currency;paid_at\nt1;o1;1.250;EUR;01/02/2026\nt2;o2;9,5;EUR;13/02/2026\n";
    let rows = read(text);
    let transaction = &rows[0].as_ref().unwrap().1.transaction;
    assert_eq!(transaction.amount.minor(), 125_000);
    assert_eq!(Zone::BERLIN.day_of(transaction.paid_at).to_string(), "2026-02-01");
}

#[test]
fn a_currency_sign_next_to_the_amount_must_agree_with_the_row() {
    let text = format!("{HEADER}\nt1,o1,49.00 €,€,2026-03-25\nt2,o2,$49.00,EUR,2026-03-25\n");
    let rows = read(&text);
    assert_eq!(rows[0].as_ref().unwrap().1.transaction.amount.to_string(), "49.00 EUR");
    assert_eq!(rows[1].as_ref().unwrap_err().code, "bad_currency");
}
