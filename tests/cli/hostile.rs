//! Malformed batch files: each ends with a named error and a documented exit code, and records nothing.

use crate::harness::{Desk, Outcome};
use insta::assert_snapshot;
use std::fs;

/// By card, refundable, 49.00 EUR.
const SALE: &str = "90b4e7d2136fa58c";

/// A rehearsal with the made-up sales of `examples/`.
fn desk() -> Desk {
    let desk = Desk::new();
    let examples = concat!(env!("CARGO_MANIFEST_DIR"), "/examples");
    desk.config(&fs::read_to_string(format!("{examples}/desk.toml")).unwrap());
    desk.run(["init"]).ok();
    desk.run(["import", &format!("{examples}/sales.csv")]).ok();
    desk
}

/// Refunds the lines of the file `batch`, with every option that a script needs.
fn refund(desk: &Desk) -> Outcome {
    let line = "refund --from-file batch --reference hostile --reason returned --yes --json -q";
    desk.run(line.split(' ').chain(["--expect-total", "49.00 EUR"]))
}

/// The error code; the file has left no event in the audit log.
#[track_caller]
fn refused(desk: &Desk, bytes: impl AsRef<[u8]>, exit: i32) -> String {
    let before = desk.retour("events list --json -q").ok().stdout().to_owned();
    desk.write("batch", bytes);
    let outcome = refund(desk);
    code(desk, &outcome, exit, &before)
}

#[track_caller]
fn code(desk: &Desk, outcome: &Outcome, exit: i32, before: &str) -> String {
    assert_eq!(desk.retour("events list --json -q").ok().stdout(), before);
    assert_eq!(desk.retour("refunds list --format tsv --no-header -q").ok().stdout(), "");
    let error: serde_json::Value = serde_json::from_str(outcome.exit(exit).stderr()).unwrap();
    assert_eq!(error["error"]["recorded"], false);
    error["error"]["code"].as_str().unwrap().to_owned()
}

/// A batch of one line with this amount.
fn table(amount: &str) -> String {
    format!("transaction_id,amount\n{SALE},{amount}\n")
}

#[test]
fn files_that_are_not_a_batch_are_named() {
    let desk = desk();
    let cases: [(&str, Vec<u8>); 9] = [
        ("empty_file", Vec::new()),
        ("empty_file", b"\xef\xbb\xbf# nobody yet\n\n".to_vec()),
        ("bad_encoding", [SALE.as_bytes(), b"\n\xff\xfe\n"].concat()),
        ("bad_encoding", format!("{SALE}\n\0\n").into_bytes()),
        ("bad_encoding", b"\xff\xfe9\x000\0\n\0".to_vec()),
        ("unclosed_quote", format!("transaction_id,note\n{SALE},\"he said\n").into_bytes()),
        ("missing_columns", format!("transaktion_id,amount\n{SALE},1.00\n").into_bytes()),
        ("bad_batch_file", format!("transaction_id,amuont\n{SALE},1.00\n").into_bytes()),
        ("bad_json", format!("[{{\"transaction_id\":\"{SALE}\"}}]\n").into_bytes()),
    ];
    for (expected, bytes) in cases {
        assert_eq!(refused(&desk, &bytes, 2), expected, "{}", String::from_utf8_lossy(&bytes));
    }
}

#[test]
fn a_missing_file_and_a_folder_cannot_be_read() {
    let desk = desk();
    let before = desk.retour("events list --json -q").ok().stdout().to_owned();
    assert_eq!(code(&desk, &refund(&desk), 1, &before), "unreadable");
    fs::create_dir(desk.path("batch")).unwrap();
    assert_eq!(code(&desk, &refund(&desk), 1, &before), "unreadable");
}

/// 8 MB keep an unoptimized build fast; a line is too long from 64 KiB on.
#[test]
fn an_endless_line_is_refused() {
    let desk = desk();
    let long = "x".repeat(8 << 20);
    for text in [
        long.clone(),
        format!("{SALE}\n{long}"),
        format!("transaction_id,note\n{SALE},{long}\n"),
        format!("transaction_id,note\n{SALE},\"{long}\"\n"),
        format!("{{\"transaction_id\":\"{SALE}\",\"note\":\"{long}\"}}\n"),
    ] {
        assert_eq!(refused(&desk, &text, 2), "line_too_long", "{}", &text[..60]);
    }
    let outcome = refund(&desk);
    assert!(outcome.stderr().len() < 1000, "the line is not repeated: {} bytes", outcome.stderr().len());
}

#[test]
fn malformed_amounts_are_errors_in_the_file() {
    let desk = desk();
    let sums = [
        "1e3",
        "NaN",
        "inf",
        "-1",
        "0",
        "0.00",
        "0 EUR",
        "0x10",
        "0.001 EUR",
        "1.049 EUR",
        "1 000",
        "٣",
        "½",
        "alles",
        "12.50 XXQ",
        "9223372036854775807.99",
        "92233720368547758.08",
    ];
    for sum in sums {
        assert_eq!(refused(&desk, table(sum), 2), "bad_batch_file", "{sum}");
    }
}

/// Whether these amounts are valid depends on the currency of the sale.
#[test]
fn amounts_that_do_not_fit_their_sale_are_refused() {
    let desk = desk();
    let sums = [
        ("0.001", "bad_amount"),
        ("1.049", "bad_amount"),
        ("\"1,049\"", "bad_amount"),
        ("49.01", "exceeds_refundable"),
        ("1.00 USD", "currency_mismatch"),
    ];
    for (sum, expected) in sums {
        assert_eq!(refused(&desk, table(sum), 4), "batch_refused", "{sum}");
        assert_eq!(refund(&desk).exit(4).json()["items"][0]["code"], expected, "{sum}");
    }
}

#[test]
fn a_bom_and_other_line_endings_are_accepted() {
    for text in [
        format!("\u{feff}{SALE}\r\n"),
        format!("\u{feff}transaction_id;amount\r\n{SALE};49,00\r\n\r\n"),
        format!("{SALE}\r"),
        format!("\u{feff}{{\"transaction_id\":\"{SALE}\"}}"),
    ] {
        let desk = desk();
        desk.write("batch", &text);
        refund(&desk).ok();
    }
}

#[test]
fn all_errors_in_a_file_are_named_at_once_with_line_and_column() {
    let desk = desk();
    let text = "transaction_id,amount,reason,asked_on,goodwill,colour\n\
                90b4e7d2136fa58c,1e3,because,2026-13-01,perhaps,red\n\
                ,-1,returned,2026-04-01,,\n\
                # a comment\n\
                2f6c1b9a04d7e358,,returned,,yes,\n\
                2f6c1b9a04d7e358,1.00\n";
    desk.write("batch", text);
    let before = desk.events();
    let outcome = desk.retour("refund --from-file batch --reference hostile --dry-run -q");

    assert_snapshot!(outcome.exit(2).stderr(), @"
    error[bad_batch_file]: batch: the file has 11 mistakes
      line 1, colour: `colour` is not a column of a batch file: the columns are transaction_id, amount, currency, reason, note, asked_on, goodwill, key
      line 2, amount: `1e3` is not an amount: write 12.50, 12,50, 12.50 EUR or all
      line 2, reason: `because` is not a reason: use one of customer-request, out-of-stock, returned, dissatisfied
      line 2, asked_on: `2026-13-01` is not a day such as 2026-03-25
      line 2, goodwill: `perhaps` is neither true nor false
      line 3, transaction_id: it is missing or empty
      line 3, amount: the amount is negative; write the refund as a positive amount
      line 3, asked_on: 2026-04-01 is in the future: today is 2026-03-25
      line 5, amount: it is missing or empty: write an amount, or `all` for all that is left
      line 5, goodwill: goodwill needs a note that says why
      line 6: the row has 2 cells, the header has 6
    hint: nothing was recorded; fix the file and run the same command again
    ");
    assert_eq!(desk.events(), before);
}

#[test]
fn json_lists_every_error_too() {
    let desk = desk();
    desk.write("batch", table("1e3"));

    assert_snapshot!(refund(&desk).exit(2).stderr(), @r#"{"error":{"code":"bad_batch_file","facts":["line 2, amount: `1e3` is not an amount: write 12.50, 12,50, 12.50 EUR or all"],"hints":["nothing was recorded; fix the file and run the same command again"],"message":"batch: the file has 1 mistake","mistakes":[{"code":"bad_amount","column":"amount","line":2,"message":"`1e3` is not an amount: write 12.50, 12,50, 12.50 EUR or all"}],"recorded":false}}"#);
}

#[test]
fn more_lines_than_the_configuration_allows_are_over_its_limit() {
    let desk = desk();
    desk.config("[limits]\nbatch_lines = 500\n");
    let lines: String = (0..501).map(|n| format!("{n:016x}\n")).collect();

    assert_eq!(refused(&desk, lines, 4), "over_limit");
}

#[test]
fn too_many_errors_are_counted_and_not_all_listed() {
    let desk = desk();
    let lines = format!("transaction_id,amount\n{}", "x,1e3\n".repeat(5_000));

    assert_eq!(refused(&desk, lines, 2), "bad_batch_file");
    let told = desk.retour("refund --from-file batch --reference hostile --reason returned -q");
    assert_eq!(
        told.exit(2).stderr().lines().next().unwrap(),
        "error[bad_batch_file]: batch: the file has 5000 mistakes"
    );
    assert!(told.stderr().contains("\n  and 4000 more\nhint: "), "{}", &told.stderr()[..200]);
}
