//! `retour import`: what is imported, what is rejected and why, and that importing again changes nothing.

use std::fs;

use insta::assert_snapshot;
use serde_json::{Value, json};

use crate::harness::Desk;
use crate::shop::{data, rehearsal, shop};

/// A desk with an empty store and this file of `tests/data` in its home.
fn with(name: &str) -> Desk {
    let desk = rehearsal();
    desk.write(name, data(name));
    desk
}

/// A desk with an empty store and this text in `sales.csv`.
fn with_sales(text: &str) -> Desk {
    let desk = rehearsal();
    desk.write("sales.csv", text);
    desk
}

/// A notification as the platform would send it, with some fields changed.
fn notification(changes: Value) -> Value {
    let mut whole: Value = serde_json::from_slice(&data("ipn-object.json")).unwrap();
    let (Value::Object(fields), Value::Object(changes)) = (&mut whole, changes) else { panic!("objects") };
    fields.extend(changes);
    whole
}

#[test]
fn one_notification_is_one_payment() {
    let desk = with("ipn-object.json");

    assert_snapshot!(desk.retour("import ipn-object.json").snapshot(), @"
    $ retour import ipn-object.json
    status: 0
    -- stdout --
    1 row read: 1 added.
    -- stderr --
    note: the clock is fixed at 2026-03-25T09:00:00Z (RETOUR_NOW): today is 2026-03-25
    ");
    assert_snapshot!(desk.quietly("transactions search --format csv").snapshot(), @"
    $ retour transactions search --format csv -q
    status: 0
    -- stdout --
    paid_on,transaction_id,order_id,product_id,product_name,customer_name,customer_email,country,amount,currency,method,plan,kind,status,ordered_at,ordered_on,paid_at,rate_number,test,refundable,refundable_code,refundable_until,left,flags
    2026-03-20,1d00000000000001,Ipn00001,e232d769,Yoga for Beginners,Anna Beispiel,anna@example.org,DE,119.00,EUR,sepa,one_time,sale,paid,2026-03-20T10:00:00Z,2026-03-20,2026-03-20T09:00:12.345Z,1,false,yes,,2026-04-07,119.00,
    -- stderr --
    ");
}

#[test]
fn an_array_of_notifications_is_imported_and_its_refund_is_matched() {
    let desk = with("ipn-array.json");

    assert_snapshot!(desk.quietly("import ipn-array.json").snapshot(), @"
    $ retour import ipn-array.json -q
    status: 0
    -- stdout --
    4 rows read: 3 added, 1 updated.
    1 refund or chargeback matched to a sale, 0 unmatched.
    -- stderr --
    ");
    assert_snapshot!(desk.quietly("transactions search").snapshot(), @"
    $ retour transactions search -q
    status: 0
    -- stdout --
    PAID        TRANSACTION       ORDER     PRODUCT                CUSTOMER             AMOUNT  METHOD  STATUS            REFUNDABLE             FLAGS
    ─────────────────────────────────────────────────────────────────────────────────────────────────────────────────────────────────────────────────────
    2026-03-22  1dbac00000000002  Ipn00002  Yoga for Beginners     Anna Beispiel     59.90 EUR  sepa    refund succeeded  no (not_a_sale)
    2026-03-20  1d00000000000003  Ipn00003  Yoga for Beginners +1  François Lefèvre  68.00 EUR  sepa    paid              yes, until 2026-04-07
    2026-03-18  1d00000000000002  Ipn00002  Yoga for Beginners     Anna Beispiel     59.90 EUR  sepa    paid              no (already_refunded)  refunded
    -- stderr --
    ");
    assert_snapshot!(desk.quietly("refunds list").snapshot(), @"
    $ retour refunds list -q
    status: 0
    -- stdout --
    REFUND            SALE              ORDER     CUSTOMER          AMOUNT  STATUS     MARKED  ARRIVES FROM  ARRIVES BY  REASON  GROUND
    ───────────────────────────────────────────────────────────────────────────────────────────────────────────────────────────────────
    1dbac00000000002  1d00000000000002  Ipn00002  Anna Beispiel  59.90 EUR  succeeded          2026-03-23    2026-03-27
    -- stderr --
    ");
}

#[test]
fn a_payment_keeps_all_its_products() {
    let desk = with("ipn-array.json");
    desk.retour("import ipn-array.json").ok();

    let shown = desk.retour("transactions show 1d00000000000003 --json").ok().json();

    let names: Vec<&str> =
        shown["transaction"]["products"].as_array().unwrap().iter().map(|p| p["name"].as_str().unwrap()).collect();
    assert_eq!(names, ["Yoga for Beginners", "Choir Club"]);
    assert_eq!(shown["transaction"]["amount"]["minor"], 6800);
}

#[test]
fn notifications_that_are_not_payments_are_set_aside_and_a_cancelled_plan_is_recorded() {
    let desk = with("ipn.jsonl");

    assert_snapshot!(desk.quietly("import ipn.jsonl").snapshot(), @"
    $ retour import ipn.jsonl -q
    status: 0
    -- stdout --
    4 rows read: 1 added, 3 set aside.
    -- stderr --
    ");
    let flags = desk.retour("transactions search --json").json()["transactions"][0]["flags"].clone();
    assert_eq!(flags, json!(["plan_cancelled"]));
}

#[test]
fn notifications_come_from_stdin_too() {
    let desk = rehearsal();

    let outcome = desk.run_with(["import", "-", "-q"], |call| {
        call.stdin(data("ipn-object.json"));
    });

    assert_snapshot!(outcome.snapshot(), @"
    $ retour import - -q
    status: 0
    -- stdout --
    1 row read: 1 added.
    -- stderr --
    ");
    assert_eq!(desk.retour("transactions search --count").stdout(), "1\n");
}

#[cfg(target_os = "linux")]
#[test]
fn an_answer_that_cannot_be_delivered_says_that_the_import_was_recorded() {
    let desk = with("ipn-object.json");
    let full = fs::OpenOptions::new().write(true).open("/dev/full").unwrap();

    let ended = desk.command(["import", "ipn-object.json", "-q"]).stdout(full).output().unwrap();

    assert_eq!(ended.status.code(), Some(8));
    assert_snapshot!(String::from_utf8_lossy(&ended.stderr), @"
    error[undelivered]: the import was recorded, but the answer could not be delivered: No space left on device (os error 28)
    hint: see the import: retour events list --kind imported
    ");
    assert_eq!(desk.retour("transactions search --count").stdout(), "1\n");
}

#[test]
fn several_files_are_one_run_with_one_event() {
    let desk = with("ipn-object.json");
    desk.write("shop.csv", data("shop.csv"));
    let before = desk.events();

    assert_snapshot!(desk.quietly("import ipn-object.json shop.csv").snapshot(), @"
    $ retour import ipn-object.json shop.csv -q
    status: 0
    -- stdout --
    20 rows read: 20 added.
    2 refunds and chargebacks matched to a sale, 1 unmatched.
    -- stderr --
    ");
    // One for the run, one for the platform's refund that moved.
    assert_eq!(desk.events() - before, 2);
}

#[test]
fn the_same_file_again_changes_nothing_and_leaves_no_event() {
    let desk = shop();
    let before = desk.everything();

    assert_snapshot!(desk.quietly("import shop.csv").snapshot(), @"
    $ retour import shop.csv -q
    status: 0
    -- stdout --
    19 rows read: 19 unchanged.
    -- stderr --
    ");
    assert_eq!(desk.everything(), before);
}

#[test]
fn a_dry_run_shows_the_result_and_keeps_nothing() {
    let desk = with("ipn-array.json");
    let before = desk.everything();

    assert_snapshot!(desk.quietly("import ipn-array.json --dry-run").snapshot(), @"
    $ retour import ipn-array.json --dry-run -q
    status: 0
    -- stdout --
    Nothing was kept; it would have been: 4 rows read: 3 added, 1 updated.
    1 refund or chargeback matched to a sale, 0 unmatched.
    -- stderr --
    ");
    assert_eq!(desk.everything(), before);
}

#[test]
fn copecart_s_headers_are_known_in_three_languages() {
    let tables = ["de", "en", "fr"].map(|language| {
        let file = format!("copecart-{language}.csv");
        let desk = with(&file);
        desk.retour(&format!("import {file}")).ok();
        desk.retour("transactions search --json").ok().stdout().to_owned()
    });

    assert_eq!(tables[0], tables[1]);
    assert_eq!(tables[0], tables[2]);
    let desk = with("copecart-de.csv");
    desk.retour("import copecart-de.csv").ok();
    assert_snapshot!(desk.quietly("transactions search").snapshot(), @"
    $ retour transactions search -q
    status: 0
    -- stdout --
    PAID        TRANSACTION       ORDER     PRODUCT             CUSTOMER            AMOUNT  METHOD   STATUS    REFUNDABLE             FLAGS
    ──────────────────────────────────────────────────────────────────────────────────────────────────────────────────────────────────────────
    2026-03-24  c0de000000000001  CoDe0001  Yoga for Beginners  Anna Beispiel    49.00 EUR  sepa     paid      yes, until 2026-04-07
    2026-03-23  c0de000000000003  CoDe0003  Recipes (PDF)       Zoë O’Connor     19.90 EUR  invoice  pending   no (not_paid)
    2026-03-13  c0de000000000002  CoDe0002  Choir Club          Jörg Müller    1190.00 EUR  card     refunded  no (already_refunded)  refunded
    -- stderr --
    ");
}

#[test]
fn an_explanation_says_what_is_recognised_and_what_is_missing() {
    let desk = with("copecart-fr.csv");

    assert_snapshot!(desk.quietly("import --explain copecart-fr.csv").snapshot(), @r#"
    $ retour import --explain copecart-fr.csv -q
    status: 0
    -- stdout --
    file          copecart-fr.csv
    format        copecart-csv
    content       3 rows
    encoding      utf-8
    delimiter     ;
    decimal sign  a comma
    dates         day first

    Columns, and what they are read as:

    ID de transaction    transaction_id
    ID de commande       order_id
    Statut               status
    Nom du client        customer_name
    Prix net             (ignored)
    Prix brut            amount
    Devise               currency
    Nom du produit       product_name
    Numéro d'échéance    rate_number
    Date de transaction  paid_at
    Plan de paiement     plan
    Mode de paiement     method

    Words, and what they mean:

    Mode de paiement: Carte bancaire      card (1 row)
    Mode de paiement: Facture             invoice (1 row)
    Mode de paiement: Prélèvement SEPA    sepa (1 row)
    Plan de paiement: Abonnement          subscription (1 row)
    Plan de paiement: Paiement unique     one_time (1 row)
    Plan de paiement: Paiement échelonné  installments (1 row)
    Statut: En attente                    pending (1 row)
    Statut: Payé                          paid (1 row)
    Statut: Remboursé                     refunded (1 row)

    Missing columns, and what the desk cannot do without them:

    product_id      payments cannot be searched by product ID, and return periods go by the product's name
    customer_email  payments cannot be searched by e-mail
    kind            every row counts as a sale, unless only refunds or chargebacks can have its status
    ordered_at      if an order's first payment is not in the store, the return period starts with the payment
    test            a test payment counts as a live one, unless its status says that it is a test
    as_of           a row that is imported again can only fill empty fields and raise a status

    Settings that would help:

    [import.csv.columns]
    product_id = "…"
    customer_email = "…"
    kind = "…"
    ordered_at = "…"
    test = "…"
    as_of = "…"
    -- stderr --
    "#);
    assert_eq!(desk.retour("transactions search --count").stdout(), "0\n");
}

#[test]
fn an_explanation_needs_no_store_and_can_be_json() {
    let desk = Desk::new();
    desk.write("sales.csv", "Auftrag;Brutto EUR;Tag\nA1;49,00;24.03.2026\n");

    assert_snapshot!(desk.quietly("import --explain sales.csv --json").snapshot(), @r#"
    $ retour import --explain sales.csv --json -q
    status: 0
    -- stdout --
    {"schema_version":1,"explanation":{"columns":[{"header":"Auftrag","read_as":[]},{"header":"Brutto EUR","read_as":[]},{"header":"Tag","read_as":[]}],"delimiter":";","encoding":"utf-8","file":"sales.csv","format":"csv","missing":[{"column":"transaction_id","message":"payments have no ID to find and refund them by"},{"column":"order_id","message":"payments belong to no order"},{"column":"product_id","message":"payments cannot be searched by product ID, and return periods go by the product's name"},{"column":"product_name","message":"products are shown by their ID only"},{"column":"customer_name","message":"payments cannot be searched by the customer's name"},{"column":"customer_email","message":"payments cannot be searched by e-mail"},{"column":"amount","message":"the amount paid is unknown"},{"column":"currency","message":"amounts have no currency"},{"column":"method","message":"settlement windows and cautions that depend on the method are unknown"},{"column":"plan","message":"the desk cannot warn about a plan that continues"},{"column":"kind","message":"every row counts as a sale, unless only refunds or chargebacks can have its status"},{"column":"status","message":"nothing can be refunded, because it is unknown what was paid"},{"column":"ordered_at","message":"if an order's first payment is not in the store, the return period starts with the payment"},{"column":"paid_at","message":"return periods and deadlines cannot be calculated"},{"column":"rate_number","message":"a refund for a plan with equal payments may match several of them"},{"column":"test","message":"a test payment counts as a live one, unless its status says that it is a test"},{"column":"as_of","message":"a row that is imported again can only fill empty fields and raise a status"}],"problems":[{"code":"missing_columns","message":"the file has no column for transaction_id, order_id, amount, currency, paid_at"}],"rows":1,"settings":["[import]\ncurrency = \"EUR\"\nstatus = \"paid\"\n\n[import.csv]\nmake_ids = true\n\n[import.csv.columns]\norder_id = \"…\"\nproduct_id = \"…\"\nproduct_name = \"…\"\ncustomer_name = \"…\"\ncustomer_email = \"…\"\namount = \"…\"\nmethod = \"…\"\nplan = \"…\"\nkind = \"…\"\nordered_at = \"…\"\npaid_at = \"…\"\nrate_number = \"…\"\ntest = \"…\"\nas_of = \"…\""],"words":[]}}
    -- stderr --
    "#);
    desk.write("empty.csv", "");
    assert_snapshot!(desk.quietly("import --explain empty.csv").snapshot(), @"
    $ retour import --explain empty.csv -q
    status: 2
    -- stdout --
    -- stderr --
    error[empty_file]: empty.csv: the file is empty
    ");
}

#[test]
fn an_unknown_table_is_mapped_by_the_configuration() {
    let desk = with_sales("Auftrag;Posten;Brutto EUR;Tag;Wer\nA1;X1;49,00;24.03.2026;Anna Beispiel\n");

    assert_snapshot!(desk.quietly("import sales.csv").snapshot(), @r#"
    $ retour import sales.csv -q
    status: 2
    -- stdout --
    -- stderr --
    error[unknown_format]: sales.csv: the file is neither JSON nor a table with a column that the desk knows: its first line is `Auftrag;Posten;Brutto EUR;Tag;Wer`
    hint: set it in the configuration:
    [import.csv.columns]
    transaction_id = "…"
    hint: see what was recognised: retour import --explain sales.csv
    "#);
    desk.config(concat!(
        "[import]\ncurrency = \"EUR\"\nstatus = \"paid\"\n",
        "[import.csv.columns]\ntransaction_id = \"Posten\"\norder_id = \"Auftrag\"\namount = \"Brutto EUR\"\n",
        "paid_at = \"Tag\"\ncustomer_name = \"Wer\"\n",
    ));
    assert_snapshot!(desk.quietly("import sales.csv").snapshot(), @"
    $ retour import sales.csv -q
    status: 0
    -- stdout --
    1 row read: 1 added.
    -- stderr --
    ");
    assert_snapshot!(desk.quietly("transactions search --format tsv").snapshot(), @"
    $ retour transactions search --format tsv -q
    status: 0
    -- stdout --
    paid_on	transaction_id	order_id	product_id	product_name	customer_name	customer_email	country	amount	currency	method	plan	kind	status	ordered_at	ordered_on	paid_at	rate_number	test	refundable	refundable_code	refundable_until	left	flags
    2026-03-24	X1	A1			Anna Beispiel			49.00	EUR	unknown	unknown	sale	paid			2026-03-23T23:00:00Z		false	yes		2026-04-07	49.00	
    -- stderr --
    ");
}

#[test]
fn an_id_is_made_from_order_and_instalment_only_if_the_configuration_says_so() {
    let desk = with_sales(
        "order_id,amount,currency,paid_at,rate_number,status\nA1,49.00,EUR,2026-03-24,1,paid\nA1,49.00,EUR,2026-03-25,2,paid\n",
    );

    assert_snapshot!(desk.quietly("import sales.csv").snapshot(), @"
    $ retour import sales.csv -q
    status: 2
    -- stdout --
    -- stderr --
    error[missing_columns]: sales.csv: the file has no column for transaction_id
    hint: set it in the configuration:
    [import.csv]
    make_ids = true
    hint: see what was recognised: retour import --explain sales.csv
    ");
    desk.config("[import.csv]\nmake_ids = true\n");
    assert_snapshot!(desk.quietly("import sales.csv").snapshot(), @"
    $ retour import sales.csv -q
    status: 0
    -- stdout --
    2 rows read: 2 added.
    -- stderr --
    ");
    assert_snapshot!(desk.quietly("transactions search --format csv --columns transaction_id,order_id,rate_number").snapshot(), @"
    $ retour transactions search --format csv --columns transaction_id,order_id,rate_number -q
    status: 0
    -- stdout --
    transaction_id,order_id,rate_number
    A1-2,A1,2
    A1-1,A1,1
    -- stderr --
    ");
}

const MIXED: &str = concat!(
    "transaction_id,order_id,amount,currency,paid_at,status\n",
    "b1,O1,49.00,EUR,2026-03-24,paid\n",
    "b2,O2,forty,EUR,2026-03-24,paid\n",
    "b3,O3,49.00,XXL,2026-03-24,paid\n",
    "b4,O4,49.00,EUR,2026-02-30,paid\n",
    "b5,,49.00,EUR,2026-03-24,paid\n",
    "b6,O6,49.001,EUR,2026-03-24,paid\n",
    "b7,O7,49.00,EUR\n",
);

#[test]
fn rejected_rows_are_listed_and_the_others_are_kept() {
    let desk = with_sales(MIXED);

    assert_snapshot!(desk.quietly("import sales.csv").snapshot(), @"
    $ retour import sales.csv -q
    status: 3
    -- stdout --
    7 rows read: 1 added, 6 rejected.
      sales.csv:3: amount: `forty` is not an amount such as 1,250.00 (bad_amount)
      sales.csv:4: currency: `XXL` is not a currency code such as EUR (bad_currency)
      sales.csv:5: paid_at: `2026-02-30` is not a date such as 2026-03-25 or 25.03.2026 between 1970 and 9999 (bad_date)
      sales.csv:6: order_id: `order_id` is missing or empty (missing_field)
      sales.csv:7: amount: `49.001` has too many decimals: EUR has 2 (bad_amount)
      sales.csv:8: the row has 4 cells, the header has 6 (bad_row)
    -- stderr --
    ");
    assert_eq!(desk.retour("transactions search --count").stdout(), "1\n");
}

#[test]
fn strict_keeps_nothing_when_a_row_is_rejected() {
    let desk = with_sales(MIXED);

    assert_snapshot!(desk.quietly("import sales.csv --strict").snapshot(), @"
    $ retour import sales.csv --strict -q
    status: 4
    -- stdout --
    -- stderr --
    error[rejected]: 6 of 7 rows were rejected, and nothing was kept (--strict)
      sales.csv:3: amount: `forty` is not an amount such as 1,250.00 (bad_amount)
      sales.csv:4: currency: `XXL` is not a currency code such as EUR (bad_currency)
      sales.csv:5: paid_at: `2026-02-30` is not a date such as 2026-03-25 or 25.03.2026 between 1970 and 9999 (bad_date)
      sales.csv:6: order_id: `order_id` is missing or empty (missing_field)
      sales.csv:7: amount: `49.001` has too many decimals: EUR has 2 (bad_amount)
      sales.csv:8: the row has 4 cells, the header has 6 (bad_row)
    ");
    assert_eq!(desk.retour("transactions search --count").stdout(), "0\n");
}

#[test]
fn rejects_are_data_in_json_and_in_a_file() {
    let desk = with_sales(MIXED);

    let outcome = desk.retour("import sales.csv --json --rejects rejects.jsonl");

    let answer = outcome.exit(3).json();
    let lines = fs::read_to_string(desk.path("rejects.jsonl")).unwrap();
    assert_eq!(lines.lines().count(), answer["rejects"].as_array().unwrap().len());
    assert_snapshot!(lines.lines().next().unwrap(), @r#"{"schema_version":1,"file":"sales.csv","line":3,"column":"amount","code":"bad_amount","message":"`forty` is not an amount such as 1,250.00","unread":null}"#);
    assert_snapshot!(answer["import"].to_string(), @r#"{"added":1,"matched":0,"read":7,"rejected":6,"set_aside":0,"unchanged":0,"unknown_words":[],"unmatched":0,"updated":0}"#);
}

#[test]
fn an_unwritable_rejects_file_is_reported_before_anything_is_kept() {
    let desk = with_sales(MIXED);

    let outcome = desk.quietly("import sales.csv --rejects no/such/folder/rejects.jsonl");

    assert_snapshot!(outcome.snapshot(), @"
    $ retour import sales.csv --rejects no/such/folder/rejects.jsonl -q
    status: 1
    -- stdout --
    -- stderr --
    error[unwritable]: no/such/folder/rejects.jsonl cannot be written: entity not found
    ");
    assert_eq!(desk.retour("transactions search --count").stdout(), "0\n");
}

#[test]
fn the_facts_of_a_known_payment_never_change() {
    let desk = with_sales("transaction_id,order_id,amount,currency,paid_at,status\nb1,O1,49.00,EUR,2026-03-24,paid\n");
    desk.retour("import sales.csv").ok();
    let before = desk.everything();
    desk.write(
        "other.csv",
        concat!(
            "transaction_id,order_id,amount,currency,paid_at,status,kind,test\n",
            "b1,O1,48.00,EUR,2026-03-24,paid,sale,false\n",
            "b1,O1,49.00,USD,2026-03-24,paid,sale,false\n",
            "b1,O2,49.00,EUR,2026-03-24,paid,sale,false\n",
            "b1,O1,49.00,EUR,2026-03-24,succeeded,refund,false\n",
            "b1,O1,49.00,EUR,2026-03-24,paid,sale,true\n",
        ),
    );

    assert_snapshot!(desk.quietly("import other.csv").snapshot(), @"
    $ retour import other.csv -q
    status: 3
    -- stdout --
    5 rows read: 5 rejected.
      other.csv:2: amount: amount is 49.00 EUR in the store and 48.00 EUR here; it never changes (conflicts)
      other.csv:3: currency: currency is EUR in the store and USD here; it never changes (conflicts)
      other.csv:4: order_id: order_id is O1 in the store and O2 here; it never changes (conflicts)
      other.csv:5: kind: kind is sale in the store and refund here; it never changes (conflicts)
      other.csv:6: test: test is false in the store and true here; it never changes (conflicts)
    1 unread report: money may have gone back, and the sales it may belong to are blocked until it is matched.
      U-000001: 49.00 EUR on 2026-03-24, order O1 (other.csv:5)
      decide: retour refunds match U-000001
    -- stderr --
    ");
    // The refund of b1 may be one: a person says that it is none.
    desk.retour("refunds match U-000001 --none --note typo").ok();
    let without_events = |everything: String| everything.split("\"events\"").next().map(str::to_owned);
    assert_eq!(without_events(desk.everything()), without_events(before));
}

#[test]
fn a_format_that_is_not_recognised_is_not_guessed() {
    let desk = rehearsal();
    desk.write("letter.txt", "Dear desk, please refund Anna.\n");
    desk.write("other.json", "{\"hello\": \"world\"}\n");
    desk.write("empty.csv", "");

    assert_snapshot!(desk.quietly("import letter.txt").snapshot(), @r#"
    $ retour import letter.txt -q
    status: 2
    -- stdout --
    -- stderr --
    error[unknown_format]: letter.txt: the file is neither JSON nor a table with a column that the desk knows: its first line is `Dear desk, please refund Anna.`
    hint: set it in the configuration:
    [import.csv.columns]
    transaction_id = "…"
    hint: see what was recognised: retour import --explain letter.txt
    "#);
    assert_snapshot!(desk.quietly("import other.json").snapshot(), @"
    $ retour import other.json -q
    status: 2
    -- stdout --
    -- stderr --
    error[unknown_format]: other.json: the file is JSON, but not a notification that the desk knows: it has none of the expected fields
    hint: see what was recognised: retour import --explain other.json
    ");
    assert_snapshot!(desk.quietly("import empty.csv").snapshot(), @"
    $ retour import empty.csv -q
    status: 2
    -- stdout --
    -- stderr --
    error[empty_file]: empty.csv: the file is empty
    hint: see what was recognised: retour import --explain empty.csv
    ");
    assert_snapshot!(desk.quietly("import missing.csv").snapshot(), @"
    $ retour import missing.csv -q
    status: 1
    -- stdout --
    -- stderr --
    error[unreadable]: missing.csv cannot be read: No such file or directory (os error 2)
    ");
}

#[test]
fn an_amount_that_can_be_read_in_two_ways_is_refused_with_the_setting_that_decides_it() {
    let desk = with_sales("transaction_id;order_id;amount;currency;paid_at;status\nb1;O1;1.250;EUR;2026-03-24;paid\n");

    assert_snapshot!(desk.quietly("import sales.csv").snapshot(), @r#"
    $ retour import sales.csv -q
    status: 2
    -- stdout --
    -- stderr --
    error[ambiguous_decimal]: sales.csv: `1.250` on line 2 can be read with a thousands sign or a decimal sign, and no amount in the file decides it
    hint: set it in the configuration:
    [import.csv]
    decimal = ","
    hint: see what was recognised: retour import --explain sales.csv
    "#);
    desk.config("[import.csv]\ndecimal = \",\"\n");
    desk.retour("import sales.csv").ok();
    let amount = desk.retour("transactions search --json").json()["transactions"][0]["amount"]["text"].clone();
    assert_eq!(amount, "1250.00 EUR");
}

#[test]
fn a_date_that_can_be_read_in_two_ways_is_refused_with_the_setting_that_decides_it() {
    let desk = with_sales("transaction_id,order_id,amount,currency,paid_at,status\nb1,O1,12.50,EUR,03/04/2026,paid\n");

    assert_snapshot!(desk.quietly("import sales.csv").snapshot(), @r#"
    $ retour import sales.csv -q
    status: 2
    -- stdout --
    -- stderr --
    error[ambiguous_dates]: sales.csv: `03/04/2026` on line 2 can be read day first or month first, and no date in the file decides it
    hint: set it in the configuration:
    [import.csv]
    dates = "day-first"
    hint: see what was recognised: retour import --explain sales.csv
    "#);
    desk.config("[import.csv]\ndates = \"month-first\"\n");
    desk.retour("import sales.csv").ok();
    assert_eq!(desk.retour("transactions search --json").json()["transactions"][0]["paid_on"], "2026-03-04");
}

#[test]
fn cells_that_contradict_each_other_are_named_with_their_lines() {
    let desk = with_sales(concat!(
        "transaction_id;order_id;amount;currency;paid_at;status\n",
        "b1;O1;12,50;EUR;25/03/2026;paid\nb2;O2;12.50;EUR;03/25/2026;paid\n",
    ));

    assert_snapshot!(desk.quietly("import sales.csv").snapshot(), @r#"
    $ retour import sales.csv -q
    status: 2
    -- stdout --
    -- stderr --
    error[ambiguous_decimal]: sales.csv: `12,50` on line 2 has a decimal comma, but `12.50` on line 3 has a decimal point
    hint: set it in the configuration:
    [import.csv]
    decimal = ","
    hint: see what was recognised: retour import --explain sales.csv
    "#);
}

#[test]
fn windows_1252_is_recognised() {
    let desk = with("windows-1252.csv");

    assert_snapshot!(desk.quietly("import windows-1252.csv").snapshot(), @"
    $ retour import windows-1252.csv -q
    status: 0
    -- stdout --
    2 rows read: 2 added.
    -- stderr --
    ");
    assert_snapshot!(desk.quietly("transactions search müller --columns transaction_id,customer_name,amount").snapshot(), @"
    $ retour transactions search müller --columns transaction_id,customer_name,amount -q
    status: 0
    -- stdout --
    TRANSACTION       CUSTOMER             AMOUNT
    ─────────────────────────────────────────────
    1252000000000001  Jörg Müller–Weiß  49.00 EUR
    -- stderr --
    ");
}

#[test]
fn if_the_newest_of_several_duplicates_comes_first_it_is_kept() {
    let desk = with_sales(concat!(
        "transaction_id,order_id,amount,currency,paid_at,status,customer_name,as_of\n",
        "b1,O1,49.00,EUR,2026-03-20,paid,Anna New,2026-03-22T10:00:00Z\n",
        "b1,O1,49.00,EUR,2026-03-20,pending,Anna Old,2026-03-20T10:00:00Z\n",
    ));

    assert_snapshot!(desk.quietly("import sales.csv").snapshot(), @"
    $ retour import sales.csv -q
    status: 0
    -- stdout --
    2 rows read: 1 added, 1 unchanged.
    -- stderr --
    ");
    assert_snapshot!(desk.quietly("transactions search --format csv --columns transaction_id,status,customer_name").snapshot(), @"
    $ retour transactions search --format csv --columns transaction_id,status,customer_name -q
    status: 0
    -- stdout --
    transaction_id,status,customer_name
    b1,paid,Anna New
    -- stderr --
    ");
}

#[test]
fn amounts_are_read_exactly_from_numbers_and_strings() {
    let desk = rehearsal();
    let amounts = [json!("0.1"), json!(0.1), json!("100.0"), json!(59.90), json!(1e2), json!("99999999.99")];
    let lines: Vec<String> = (1..)
        .zip(amounts)
        .map(|(number, amount)| {
            let id = format!("ee0000000000000{number}");
            notification(
                json!({"transaction_id": id, "order_id": format!("Exact{number}"), "transaction_amount": amount}),
            )
            .to_string()
        })
        .collect();
    desk.write("exact.jsonl", lines.join("\n"));

    desk.retour("import exact.jsonl").ok();

    assert_snapshot!(desk.retour("transactions search --format csv --columns transaction_id,amount").ok().stdout(), @"
    transaction_id,amount
    ee00000000000001,0.10
    ee00000000000002,0.10
    ee00000000000003,100.00
    ee00000000000004,59.90
    ee00000000000005,100.00
    ee00000000000006,99999999.99
    ");
}

#[test]
fn any_order_and_repetition_of_an_order_s_notifications_ends_in_the_same_state() {
    let at = |day: u32| format!("2026-03-{day}T10:00:00+01:00");
    let told = |event: &str, kind: &str, status: &str, id: &str, day: u32| {
        notification(
            json!({"event_type": event, "transaction_type": kind, "payment_status": status, "transaction_id": id,
            "transaction_processed_at": at(day), "transaction_date": at(day)}),
        )
        .to_string()
    };
    let notifications = [
        told("payment.pending", "sale", "pending", "aa00000000000001", 10),
        told("payment.made", "sale", "paid", "aa00000000000001", 12),
        told("payment.refunded", "refund", "successed_refunded", "aa00000000000002", 14),
        told("payment.charged_back", "chargeback", "chargeback_succeeded", "aa00000000000003", 16),
        told("payment.charged_back", "chargeback", "chargeback_failed", "aa00000000000003", 18),
    ];
    let seen = |order: &[usize]| {
        let desk = rehearsal();
        let files: Vec<String> = order
            .iter()
            .map(|index| {
                desk.write(format!("{index}.json"), &notifications[*index]);
                format!("{index}.json")
            })
            .collect();
        desk.retour(&format!("import {}", files.join(" "))).ok();
        let paid = desk.retour("transactions search --json").ok().stdout().to_owned();
        paid + desk.retour("refunds list --json").ok().stdout()
    };

    let expected = seen(&[0, 1, 2, 3, 4]);
    for order in [[4, 3, 2, 1, 0], [2, 0, 4, 1, 3], [3, 4, 0, 2, 1], [1, 3, 2, 4, 0], [4, 0, 3, 1, 2]] {
        assert_eq!(seen(&order), expected, "{order:?}");
    }
    assert_eq!(seen(&[0, 1, 2, 3, 4, 0, 3, 2, 1]), expected);
}

#[test]
fn a_missing_file_and_an_unknown_format_are_errors() {
    let desk = rehearsal();

    assert_snapshot!(desk.quietly("import").exit(2).stderr(), @"
    error: the following required arguments were not provided:
      <FILE>...

    Usage: retour import --quiet <FILE>...

    For more information, try '--help'.
    ");
    desk.write("sales.csv", MIXED);
    assert_snapshot!(desk.quietly("import sales.csv --from copecart-ipn").snapshot(), @"
    $ retour import sales.csv --from copecart-ipn -q
    status: 2
    -- stdout --
    -- stderr --
    error[bad_json]: sales.csv: line 1 is not valid JSON: expected ident
    hint: see what was recognised: retour import --explain sales.csv
    ");
    assert_snapshot!(desk.quietly("import sales.csv --from xml").snapshot(), @"
    $ retour import sales.csv --from xml -q
    status: 2
    -- stdout --
    -- stderr --
    error: invalid value 'xml' for '--from <FORMAT>'
      [possible values: csv, copecart-csv, cope, copecart-ipn]

    For more information, try '--help'.
    ");
}
