//! Whole files in, lines or mistakes out.

use super::*;
use crate::import::ImportError;

fn day(text: &str) -> NaiveDate {
    text.parse().unwrap()
}

fn on_demand() -> Defaults {
    Defaults { reason: Some(Reason::CustomerRequest), ..Defaults::default() }
}

fn try_read(bytes: &[u8], defaults: &Defaults) -> Result<BatchFile, BatchFileError> {
    read(bytes, defaults, day("2026-03-25"))
}

fn file(text: &str) -> BatchFile {
    try_read(text.as_bytes(), &on_demand()).unwrap_or_else(|error| panic!("{text}: {error:?}"))
}

/// Line and sale of each line.
fn sales(text: &str) -> Vec<(u64, String)> {
    file(text).lines.into_iter().map(|line| (line.line, line.sale.to_string())).collect()
}

fn line(number: u64, sale: &str) -> (u64, String) {
    (number, sale.to_owned())
}

fn error(bytes: &[u8]) -> BatchFileError {
    try_read(bytes, &on_demand()).unwrap_err()
}

fn mistakes_under(text: &str, defaults: &Defaults) -> Mistakes {
    match try_read(text.as_bytes(), defaults) {
        Err(BatchFileError::Mistakes(mistakes)) => mistakes,
        other => panic!("{text}: {other:?}"),
    }
}

/// The mistakes as people and programs see them.
fn shown(text: &str) -> Vec<String> {
    let mistakes = mistakes_under(text, &on_demand()).listed;
    mistakes.iter().map(|mistake| format!("{mistake} [{}]", mistake.fault.code)).collect()
}

/// Line, column and code of each mistake.
fn places(text: &str) -> Vec<(u64, String, &'static str)> {
    let mistakes = mistakes_under(text, &on_demand()).listed.into_iter();
    mistakes
        .map(|mistake| (mistake.line, mistake.fault.column.unwrap_or_default(), mistake.fault.code.word()))
        .collect()
}

fn place(line: u64, column: &str, code: &'static str) -> (u64, String, &'static str) {
    (line, column.to_owned(), code)
}

fn amount(text: &str) -> Option<crate::domain::money::TypedAmount> {
    Some(text.parse().unwrap())
}

#[test]
fn plain_ids_are_one_per_line_and_numbers_count_comments_and_blank_lines() {
    for end in ["\n", "\r\n", "\r"] {
        let text = ["\u{feff}# cancelled course", "", "a1f0", "  b2 ", "# c3", "d#4", ""].join(end);
        assert_eq!(sales(&text), [line(3, "a1f0"), line(4, "b2"), line(6, "d#4")], "{end:?}");
    }
    let file = file("a\nb");
    assert_eq!((file.has_amounts, file.has_currency), (false, true));
    assert_eq!(file.lines[0].request.amount, None);
}

#[test]
fn the_command_line_has_the_defaults_of_every_line() {
    let defaults = Defaults {
        reason: Some(Reason::OutOfStock),
        note: Some("gone".into()),
        asked_on: Some(day("2026-03-20")),
        goodwill: true,
        again: true,
    };
    let text = "transaction_id,reason,note,asked_on,goodwill,key\na,,,,,\nb,returned,broken,2026-03-25,nein,k1\n";
    let lines = try_read(text.as_bytes(), &defaults).unwrap().lines;
    let request = &lines[0].request;
    assert_eq!((request.reason, request.note.as_deref()), (Reason::OutOfStock, Some("gone")));
    assert_eq!((request.asked_on, request.goodwill, request.again), (defaults.asked_on, true, true));
    assert_eq!(lines[0].key, None);
    let request = &lines[1].request;
    assert_eq!((request.reason, request.note.as_deref()), (Reason::Returned, Some("broken")));
    assert_eq!((request.asked_on, request.goodwill), (Some(day("2026-03-25")), false));
    assert_eq!(lines[1].key.as_ref().map(|key| key.as_str()), Some("k1"));
}

#[test]
fn what_is_out_of_stock_needs_a_note_from_the_line_or_the_command_line() {
    assert_eq!(
        shown("transaction_id,reason,note\na,out-of-stock,gone\nb,out-of-stock,\nc,returned,\n"),
        ["line 3, note: out-of-stock needs a note that says what could not be delivered [missing_note]"]
    );
    let gone = Defaults { reason: Some(Reason::OutOfStock), ..Defaults::default() };
    assert_eq!(mistakes_under("a\n", &gone).listed[0].fault.code.word(), "missing_note");
    let noted = Defaults { note: Some("gone".into()), ..gone };
    assert_eq!(try_read(b"a\n", &noted).unwrap().lines[0].request.note.as_deref(), Some("gone"));
}

#[test]
fn a_table_is_separated_by_commas_semicolons_or_tabs() {
    for delimiter in [",", ";", "\t"] {
        let text = ["amount", "transaction_id", "note\n\"12,50\"", "a", "\"x,y;z\tw\"\n"].join(delimiter);
        let file = file(&text);
        assert_eq!(file.lines[0].request.amount, amount("12,50"), "{delimiter:?}");
        assert_eq!(file.lines[0].request.note.as_deref(), Some("x,y;z\tw"), "{delimiter:?}");
        assert!(file.has_amounts && !file.has_currency);
    }
    assert_eq!(sales("transaction_id\na\nb\n"), [line(2, "a"), line(3, "b")]);
}

#[test]
fn comments_blank_lines_and_blank_rows_of_a_table_are_skipped() {
    let text = "# \"refunds\", \"march\n\n \"transaction_id\" , note \n# a,\"b\na,x\n,\n ; # c\n";
    assert_eq!(places(text), [place(7, "", "bad_row")]);
    let text = text.replace(" ; # c\n", "   # c\n\n\"#b\",y\n");
    assert_eq!(sales(&text), [line(5, "a"), line(9, "#b")]);
}

#[test]
fn a_quoted_cell_may_contain_line_breaks_and_quotes() {
    let text = "transaction_id,note\na,\"one\r\n# two\n\"\"three\"\"\" \nb,\"\"\nc,5\" disk\n";
    let lines = file(text).lines;
    assert_eq!(lines[0].request.note.as_deref(), Some("one\r\n# two\n\"three\""));
    assert_eq!((lines[1].line, lines[1].request.note.as_deref()), (5, None));
    assert_eq!((lines[2].line, lines[2].request.note.as_deref()), (6, Some("5\" disk")));
}

#[test]
fn a_quote_that_does_not_close_is_named_where_it_opens() {
    for text in [
        "transaction_id,note\na,x\nb,\"y\nc,z\n",
        "transaction_id,note\na,x\nb,\"y\nc,\"z\"\n",
        "transaction_id,note\na,x\nb, \"y\" z\n",
        "#\n#\n\"transaction_id,note\na,x\n",
        "#\n#\ntransaction_id,\"note\na,x\n",
    ] {
        assert_eq!(error(text.as_bytes()), ImportError::UnclosedQuote { line: 3 }.into(), "{text}");
    }
    assert_eq!(error(b"transaction_id,note\na,\"x\ny\",\"z\n").code(), "unclosed_quote");
    let later = error(b"transaction_id,note\n\"a\na\",\"x\n");
    assert_eq!(later, ImportError::UnclosedQuote { line: 3 }.into());
}

#[test]
fn json_lines_have_amounts_as_strings_or_as_exact_numbers() {
    let text = "# x\n{\"transaction_id\":\"a\",\"amount\":\"12,50 EUR\",\"goodwill\":true,\"note\":\"n\\n\\u00fc\"}\r\n\n\
                {\"amount\": 12.30, \"transaction_id\":\"b\",\"goodwill\":0}\n{\"transaction_id\":\"c\",\"amount\":\"all\"}\n";
    let file = file(text);
    let sums: Vec<_> = file.lines.iter().map(|line| (line.line, line.request.amount.clone())).collect();
    assert_eq!(sums, [(2, amount("12,50 EUR")), (4, amount("12.30")), (5, None)]);
    assert_eq!(file.lines[0].request.note.as_deref(), Some("n\nü"));
    assert!(file.lines[0].request.goodwill && file.has_amounts && !file.has_currency);
}

#[test]
fn unknown_repeated_and_mistyped_fields_are_each_named() {
    let text = "{\"transaction_id\":1,\"amuont\":\"1\"}\n{\"transaction_id\":\"a\",\"transaction_id\":\"b\"}\n\
                {\"transaction_id\":\"a\",\"note\":{},\"key\":null,\"goodwill\":\"maybe\"}\n[]\n{\"transaction_id\":\"a\"\n{} {}\n";
    insta::assert_snapshot!(shown(text).join("\n"), @"
    line 1, transaction_id: `transaction_id` must be a string [bad_value]
    line 1, amuont: `amuont` is not a column of a batch file: did you mean `amount`? [unknown_column]
    line 2, transaction_id: the field `transaction_id` appears twice [duplicate_column]
    line 3, note: `note` must be a string [bad_value]
    line 3, key: it is null: leave the field out [bad_value]
    line 3, goodwill: `maybe` is neither true nor false [bad_value]
    line 4: this is not one JSON object: invalid type: sequence, expected an object [bad_json]
    line 5: this is not one JSON object: EOF while parsing an object [bad_json]
    line 6: this is not one JSON object: trailing characters [bad_json]
    ");
}

#[test]
fn json_that_is_not_on_lines_is_a_clear_mistake() {
    assert_eq!(error(b"#\n[\n{\"transaction_id\":\"a\"}\n]"), BatchFileError::JsonArray { line: 2 });
    let spread = places("{\n\"transaction_id\": \"a\"\n}\n");
    assert_eq!(spread, [1, 2, 3].map(|line| place(line, "", "bad_json")));
    let deep = format!("{{\"transaction_id\":\"a\",\"note\":{}1{}}}", "[".repeat(20_000), "]".repeat(20_000));
    assert_eq!(places(&deep), [place(1, "note", "bad_value")]);
}

#[test]
fn misspelt_unknown_and_repeated_columns_are_each_named() {
    let text = "transaction_id,amuont,Note,amount,amount,colour,\na,1,x,2,0,blue,\nb\n";
    insta::assert_snapshot!(shown(text).join("\n"), @"
    line 1, amuont: `amuont` is not a column of a batch file: did you mean `amount`? [unknown_column]
    line 1, Note: `Note` is not a column of a batch file: did you mean `note`? [unknown_column]
    line 1, amount: the column `amount` appears twice [duplicate_column]
    line 1, colour: `colour` is not a column of a batch file: the columns are transaction_id, amount, currency, reason, note, asked_on, goodwill, key [unknown_column]
    line 1: column 7 has no name [unknown_column]
    line 3: the row has 1 cells, the header has 7 [bad_row]
    ");
}

#[test]
fn a_table_without_the_id_column_is_not_a_list_of_ids() {
    let said = |text: &str| match error(text.as_bytes()) {
        no_id @ BatchFileError::NoIdColumn { .. } => no_id.to_string(),
        other => panic!("{text}: {other:?}"),
    };
    insta::assert_snapshot!(said("# x\ntransactionid;amount\na;1\n"), @"line 2 is neither an ID nor a header with the column `transaction_id`: it is `transactionid;amount` (is `transactionid` a misspelling?)");
    insta::assert_snapshot!(said("\"order_id\";\"amount\"\na;1\n"), @r#"line 1 is neither an ID nor a header with the column `transaction_id`: it is `"order_id";"amount"`"#);
    for text in ["Transaction_ID\na\n", "transaction id\na\n", "amount\n1\n", "a,12.50\nb,3\n", "a\t1"] {
        said(text);
    }
    // This could be an ID, so it is not a misspelt header.
    assert_eq!(sales("transaction_1\n"), [line(1, "transaction_1")]);
}

#[test]
fn a_list_of_ids_has_nothing_else_on_its_lines() {
    assert_eq!(places("a\nb,12.50\nc;d\n"), [place(2, "", "bad_row"), place(3, "", "bad_row")]);
}

#[test]
fn a_row_of_the_wrong_length_is_named_and_a_decimal_comma_explained() {
    insta::assert_snapshot!(shown("transaction_id,amount\na,12,50\nb\n").join("\n"), @"
    line 2: the row has 3 cells, the header has 2; an amount with a decimal comma needs quotes here [bad_row]
    line 3: the row has 1 cells, the header has 2 [bad_row]
    ");
}

#[test]
fn if_one_line_has_an_amount_every_line_needs_one() {
    let missing = |line| place(line, "amount", "missing_field");
    assert_eq!(places("transaction_id,amount\na,\nb,all\nc, \n"), [missing(2), missing(4)]);
    assert_eq!(places("{\"transaction_id\":\"a\"}\n{\"transaction_id\":\"b\",\"amount\":1}\n"), [missing(1)]);
    assert_eq!(
        places("{\"transaction_id\":\"a\",\"amount\":null}\n{\"transaction_id\":\"b\"}\n"),
        [place(1, "amount", "bad_value"), missing(2)]
    );
    assert!(!file("{\"transaction_id\":\"a\"}\n").has_amounts);
}

#[test]
fn if_one_line_has_a_currency_every_amount_needs_one() {
    let text = "transaction_id,amount,currency\na,1,EUR\nb,2 usd,USD\nc,all,\n";
    let file = file(text);
    assert!(file.has_currency);
    let currencies: Vec<_> =
        file.lines.iter().filter_map(|line| Some(line.request.amount.as_ref()?.currency()?.code())).collect();
    assert_eq!(currencies, ["EUR", "USD"]);
    let text = "transaction_id,amount,currency\na,1,\nb,2 EUR,USD\nc,3,XXX\nd,all,euro\n";
    let expected = [
        place(2, "currency", "missing_field"),
        place(3, "amount", "currency_mismatch"),
        place(4, "currency", "bad_currency"),
        place(5, "currency", "bad_currency"),
    ];
    assert_eq!(places(text), expected);
    assert!(self::file("transaction_id,amount\na,1 EUR\nb,all\n").has_currency);
}

#[test]
fn amounts_that_are_wrong_in_every_currency_are_named_each_with_its_line() {
    let wrong = ["1e3", "NaN", "-1", "0", "0.00", "9223372036854775807.99", "0.00001", "+1", "1.", "1 XXX", "ALL"];
    let table = format!("transaction_id;amount\n{}", wrong.map(|sum| format!("a;{sum}\n")).concat());
    let json = wrong.map(|sum| format!("{{\"transaction_id\":\"a\",\"amount\":\"{sum}\"}}\n")).concat();
    let expected = |first| (first..).map(|line| place(line, "amount", "bad_amount"));
    assert_eq!(places(&table), expected(2).take(wrong.len()).collect::<Vec<_>>());
    assert_eq!(places(&json), expected(1).take(wrong.len()).collect::<Vec<_>>());
    for number in ["1e3", "1E400", "-1", "0", "9223372036854775807.99"] {
        let json = format!("{{\"transaction_id\":\"a\",\"amount\":{number}}}\n");
        assert_eq!(places(&json), [place(1, "amount", "bad_amount")], "{number}");
    }
    let endless = format!("transaction_id;amount\na;{}\n", "1".repeat(60_000));
    assert!(shown(&endless)[0].len() < 200);
}

#[test]
fn checks_that_need_the_currency_wait_until_one_is_named() {
    for sum in ["0.001", "1.049", "1.250", "0,5", "007"] {
        assert_eq!(file(&format!("transaction_id;amount\na;{sum}\n")).lines.len(), 1, "{sum}");
    }
    for sum in ["0.001", "1.049", "1.250"] {
        let text = format!("transaction_id;amount;currency\na;{sum};EUR\nb;{sum} EUR;EUR\nc;{sum};BHD\n");
        let bad = |line| place(line, "amount", "bad_amount");
        assert_eq!(places(&text), [bad(2), bad(3)], "{sum}");
    }
}

#[test]
fn every_line_needs_a_reason_and_a_file_without_any_is_one_mistake() {
    let none = Defaults::default();
    let lines = |text: &str| {
        let mistakes = mistakes_under(text, &none).listed;
        assert!(mistakes.iter().all(|mistake| mistake.fault.code.word() == "missing_reason"), "{mistakes:?}");
        mistakes.iter().map(|mistake| mistake.line).collect::<Vec<_>>()
    };
    assert_eq!(lines("a\nb\n"), [0]);
    assert_eq!(lines("transaction_id,reason\na,\nb,\n"), [0]);
    assert_eq!(lines("transaction_id,reason\na,\nb,returned\nc,\n"), [2, 4]);
    assert_eq!(lines("{\"transaction_id\":\"a\"}\n{\"transaction_id\":\"b\",\"reason\":\"returned\"}\n"), [1]);
    // The misspelt column is the mistake, not its consequences.
    let misspelt = mistakes_under("transaction_id,reson\na,returned\n", &none).listed;
    assert_eq!(misspelt.iter().map(|mistake| mistake.fault.code.word()).collect::<Vec<_>>(), ["unknown_column"]);
    assert!(shown("transaction_id,reason\na,Returned\n")[0].contains("customer-request, out-of-stock"));
}

#[test]
fn goodwill_is_yes_or_no_and_needs_a_note() {
    for (word, is_goodwill) in [
        ("true", true),
        ("1", true),
        ("yes", true),
        ("ja", true),
        ("oui", true),
        ("false", false),
        ("0", false),
        ("no", false),
        ("nein", false),
        ("non", false),
        ("", false),
    ] {
        let text = format!("transaction_id,goodwill,note\na,{word},long-standing customer\n");
        assert_eq!(file(&text).lines[0].request.goodwill, is_goodwill, "{word}");
    }
    let text = "transaction_id,goodwill,note\na,ja,\nb,nein,\nc,perhaps,x\n";
    assert_eq!(places(text), [place(2, "goodwill", "missing_note"), place(4, "goodwill", "bad_value")]);
    let with_note = Defaults { note: Some("agreed".into()), ..on_demand() };
    assert!(try_read(b"transaction_id,goodwill\na,ja\n", &with_note).is_ok());
    let goodwill = Defaults { goodwill: true, ..on_demand() };
    assert_eq!(mistakes_under("a\n", &goodwill).listed[0].fault.code.word(), "missing_note");
}

#[test]
fn the_request_date_is_a_real_day_and_not_in_the_future() {
    assert_eq!(file("transaction_id,asked_on\na,2026-03-25\n").lines[0].request.asked_on, Some(day("2026-03-25")));
    for text in ["2026-03-26", "2026-3-5", "25.03.2026", "2026-02-30", "yesterday", "2026-03-25T10:00"] {
        let text = format!("transaction_id,asked_on\na,{text}\n");
        assert_eq!(places(&text), [place(2, "asked_on", "bad_date")], "{text}");
    }
}

#[test]
fn ids_and_keys_follow_the_rules_of_names() {
    let long = "x".repeat(201);
    let text = format!("transaction_id;key\n{long};k\n;k\na\u{7};k\nb;{long}\nc;k\u{7}\nd;\n");
    let expected = [
        place(2, "transaction_id", "bad_id"),
        place(3, "transaction_id", "missing_field"),
        place(4, "transaction_id", "bad_id"),
        place(5, "key", "bad_key"),
        place(6, "key", "bad_key"),
    ];
    assert_eq!(places(&text), expected);
    assert_eq!(places("{\"transaction_id\":\"a\\u0000\",\"note\":\"\\u0000\"}\n").len(), 2);
}

#[test]
fn every_mistake_of_a_line_is_named_one_per_column() {
    let text = "transaction_id,amount,currency,reason,asked_on,goodwill\n,1e3,XYZ,why,soon,perhaps\n";
    let columns: Vec<_> = places(text).into_iter().map(|(_, column, _)| column).collect();
    assert_eq!(columns, ["transaction_id", "currency", "amount", "reason", "asked_on", "goodwill"]);
}

#[test]
fn many_mistakes_are_cut_off_and_counted() {
    let text = format!("transaction_id,amount\n{}", "a,0\n".repeat(1_500));
    let mistakes = mistakes_under(&text, &on_demand());
    assert_eq!((mistakes.listed.len(), mistakes.more), (1000, 500));
    assert_eq!(BatchFileError::Mistakes(mistakes).to_string(), "the file has 1500 mistakes");
}

#[test]
fn a_file_that_is_not_text_is_refused() {
    for (bytes, code) in [
        (&b""[..], "empty_file"),
        (b"\xef\xbb\xbf \r\n", "empty_file"),
        (b"# nothing\n\n#\n", "empty_file"),
        (b"transaction_id,amount\n# a\n,\n", "empty_file"),
        (b"a\0b\n", "bad_encoding"),
        (b"\xff\xfea\0\n\0", "bad_encoding"),
        (b"a\n\xfcber\n", "bad_encoding"),
    ] {
        assert_eq!(error(bytes).code(), code, "{bytes:?}");
    }
    assert_eq!(error(b"a\n\xfcber\n"), ImportError::NotUtf8 { line: 2 }.into());
    assert_eq!(error(b"a\nb\0\n"), ImportError::Nul { line: 2 }.into());
    assert_eq!(error(b"# a\n").to_string(), "the file names no sale: it has only comments or a header");
}

#[test]
fn an_endless_line_is_refused_by_its_length() {
    let long = "a".repeat(5_000_000);
    for text in [
        format!("x\n{long}\n"),
        format!("transaction_id\n{long}\n"),
        format!("transaction_id\n\"{}\"\n", "\n".repeat(100_000)),
        format!("transaction_id\n{}\n", ",".repeat(1_000_000)),
        format!("#\n{{\"transaction_id\":\"{long}\"}}\n"),
    ] {
        let error = error(text.as_bytes());
        assert_eq!(error.code(), "line_too_long", "{error:?}");
        assert!(error.to_string().starts_with("line 2 is longer than"), "{error}");
    }
    assert_eq!(sales(&format!("#{long}\na\n")), [line(2, "a")]);
}

#[test]
fn a_hundred_thousand_lines_are_read() {
    assert_eq!(file(&"a1b2c3d4\n".repeat(100_000)).lines.len(), 100_000);
    let unclosed = format!("transaction_id,note\n{}b,\"\n", "a,\"x\"\"\n\"\n".repeat(20_000));
    assert_eq!(error(unclosed.as_bytes()), ImportError::UnclosedQuote { line: 40_002 }.into());
}

#[test]
fn truncated_and_damaged_files_never_crash_the_reader() {
    let text = "# ü\n\"transaction_id\";amount;\"no\"\"te\"\r\na;\"1,50\";\"ü\n\"\n{\"transaction_id\":\"\\ud800\"}\n";
    for end in 0..text.len() {
        let _ = try_read(&text.as_bytes()[..end], &on_demand());
        let _ = try_read(&text.as_bytes()[end..], &on_demand());
        let without = [&text.as_bytes()[..end], &text.as_bytes()[end + 1..]].concat();
        let _ = try_read(&without, &on_demand());
    }
}
