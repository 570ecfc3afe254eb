//! `retour transactions search` and `show`, `orders show`, `products list`: what a vendor finds.

use insta::assert_snapshot;

use crate::harness::Desk;
use crate::shop::{rehearsal, shop};

/// The last two digits of the IDs that a search finds, in order.
fn found(desk: &Desk, line: &str) -> String {
    let outcome = desk.retour(&format!("transactions search {line} --format csv --columns transaction_id --no-header"));
    let ends: Vec<String> = outcome.ok().stdout().lines().map(|id| id[id.len() - 2..].to_owned()).collect();
    ends.join(" ")
}

#[test]
fn a_search_shows_the_newest_payments_first() {
    assert_snapshot!(shop().retour("transactions search").snapshot(), @"
    $ retour transactions search
    status: 0
    -- stdout --
    PAID        TRANSACTION       ORDER     PRODUCT             CUSTOMER              AMOUNT  METHOD   STATUS                REFUNDABLE                  FLAGS
    ─────────────────────────────────────────────────────────────────────────────────────────────────────────────────────────────────────────────────────────────────────
    2026-03-24  5a1e000000000004  None0004  Recipes (PDF)       Zoë O’Connor       19.90 EUR  card     paid                  goodwill (period_disabled)
    2026-03-24  5a1e000000000007  Tria0007  Choir Club          Maria Rossi         0.00 EUR  card     trial                 no (trial_period)
    2026-03-24  5a1e000000000008  Pend0008  Yoga for Beginners  Ole Jensen         49.00 EUR  sepa     pending               no (not_paid)
    2026-03-24  5a1e000000000009  Fail0009  Yoga for Beginners  Ole Jensen         49.00 EUR  card     failed                no (not_paid)
    2026-03-24  5a1e000000000010  Unkn0010  Yoga for Beginners  Nele Vries         49.00 EUR  unknown  unknown               no (status_unknown)
    2026-03-23  5a1e000000000002  Sepa0002  Yoga for Beginners  François Lefèvre  119.00 EUR  sepa     paid                  yes, until 2026-04-07
    2026-03-22  4ef0000000000014  Twin0014  Yoga for Beginners  Pia Novak          49.00 EUR  card     refund succeeded      no (not_a_sale)
    2026-03-22  5a1e000000000006  Subs0005  Choir Club          Łukasz Żak         29.00 EUR  paypal   paid                  yes, until 2026-04-23
    2026-03-22  5a1e000000000016  Yens0016  Yoga for Beginners  山田 太郎           5000 JPY  card     paid                  yes, until 2026-04-07
    2026-03-21  5a1e000000000014  Twin0014  Yoga for Beginners  Pia Novak          49.00 EUR  card     paid                  no (unmatched_refund)       unmatched_refund
    2026-03-21  5a1e000000000015  Twin0014  Yoga for Beginners  Pia Novak          49.00 EUR  card     paid                  no (unmatched_refund)       unmatched_refund
    2026-03-20  5a1e000000000001  Card0001  Yoga for Beginners  Anna Beispiel      49.00 EUR  card     paid                  yes, until 2026-04-07
    2026-03-18  4ef0000000000013  Back0013  Yoga for Beginners  Ines Duarte        49.00 EUR  card     refund succeeded      no (not_a_sale)
    2026-03-18  cba0000000000012  Char0012  Yoga for Beginners  Karl Weiß          49.00 EUR  sepa     chargeback succeeded  no (not_a_sale)
    2026-03-16  5a1e000000000013  Back0013  Yoga for Beginners  Ines Duarte        49.00 EUR  card     paid                  no (already_refunded)       refunded
    2026-03-02  5a1e000000000012  Char0012  Yoga for Beginners  Karl Weiß          49.00 EUR  sepa     paid                  no (charged_back)           charged_back
    2026-02-22  5a1e000000000005  Subs0005  Choir Club          Łukasz Żak         29.00 EUR  paypal   paid                  yes, until 2026-04-23
    2026-02-02  5a1e000000000003  Late0003  Yoga for Beginners  Jörg Müller        49.00 EUR  card     paid                  goodwill (period_expired)
    -- stderr --
    note: the clock is fixed at 2026-03-25T09:00:00Z (RETOUR_NOW): today is 2026-03-25
    ");
}

#[test]
fn test_payments_are_shown_instead_of_live_ones() {
    assert_snapshot!(shop().quietly("transactions search --test").snapshot(), @"
    $ retour transactions search --test -q
    status: 0
    -- stdout --
    PAID        TRANSACTION       ORDER     PRODUCT             CUSTOMER        AMOUNT  METHOD  STATUS  REFUNDABLE         FLAGS
    ────────────────────────────────────────────────────────────────────────────────────────────────────────────────────────────
    2026-03-24  5a1e000000000011  Test0011  Yoga for Beginners  Test Person  49.00 EUR  test    paid    no (test_payment)
    -- stderr --
    ");
}

#[test]
fn the_search_field_finds_ids_names_and_products() {
    let desk = shop();
    let queries = [
        "5a1e000000000001",
        "5A1E000000000001",
        "Subs0005",
        "subs0005",
        "e232",
        "12345e67",
        "beispiel",
        "anna beispiel",
        "beispiel anna",
        "LEFÈVRE",
        "lefevre",
        "muller",
        "mueller",
        "MÜLLER",
        "weiss",
        "zak",
        "oconnor",
        "o'connor",
        "山田",
        "jensen ole",
        "example.com",
        "nobody",
        "100%",
        "*",
        "\"",
        "anna -ole",
        "a:b",
    ];
    let lines: Vec<String> = queries
        .iter()
        .map(|query| {
            let args = [
                "transactions",
                "search",
                "--format",
                "csv",
                "--columns",
                "transaction_id",
                "--no-header",
                "--",
                query,
            ];
            let outcome = desk.run(args);
            let ids: Vec<&str> = outcome.ok().stdout().lines().map(|id| &id[id.len() - 2..]).collect();
            format!("{query:<18} {}", ids.join(" "))
        })
        .collect();

    assert_snapshot!(lines.join("\n"), @r#"
    5a1e000000000001   01
    5A1E000000000001   01
    Subs0005           06 05
    subs0005           06 05
    e232               08 09 10 02 14 16 14 15 01 13 12 13 12 03
    12345e67           04
    beispiel           01
    anna beispiel      01
    beispiel anna      01
    LEFÈVRE            02
    lefevre            02
    muller             03
    mueller            03
    MÜLLER             03
    weiss              12 12
    zak                06 05
    oconnor            04
    o'connor           04
    山田                 16
    jensen ole         08 09
    example.com        04 02
    nobody             
    100%               
    *                  
    "                  
    anna -ole          
    a:b
    "#);
}

#[test]
fn every_filter_narrows() {
    let desk = shop();
    let filters = [
        "--transaction 5a1e000000000002",
        "--order Twin0014",
        "--product 0badcafe",
        "--customer jensen",
        "--email ole@example.org",
        "--kind refund",
        "--kind refund --kind chargeback",
        "--method sepa",
        "--method paypal --method sepa",
        "--plan subscription",
        "--status pending",
        "--status paid --method paypal",
        "--since 2026-03-23",
        "--until 2026-03-02",
        "--since 2026-03-22 --until 2026-03-22",
        "--min 100 --currency EUR",
        "--max 20EUR",
        "--currency JPY",
        "--refundable",
        "--period-ends-within 14d",
        "--test",
        "--refundable --method paypal",
    ];
    let lines: Vec<String> = filters.iter().map(|filter| format!("{filter:<40} {}", found(&desk, filter))).collect();

    assert_snapshot!(lines.join("\n"), @"
    --transaction 5a1e000000000002           02
    --order Twin0014                         14 14 15
    --product 0badcafe                       07 06 05
    --customer jensen                        08 09
    --email ole@example.org                  08 09
    --kind refund                            14 13
    --kind refund --kind chargeback          14 13 12
    --method sepa                            08 02 12 12
    --method paypal --method sepa            08 02 06 12 12 05
    --plan subscription                      07 06 05
    --status pending                         08
    --status paid --method paypal            06 05
    --since 2026-03-23                       04 07 08 09 10 02
    --until 2026-03-02                       12 05 03
    --since 2026-03-22 --until 2026-03-22    14 06 16
    --min 100 --currency EUR                 02
    --max 20EUR                              04 07
    --currency JPY                           16
    --refundable                             02 06 16 01 05
    --period-ends-within 14d                 02 16 01
    --test                                   11
    --refundable --method paypal             06 05
    ");
}

#[test]
fn the_order_of_rows_can_be_chosen() {
    let desk = shop();
    let orders = [
        "--sort amount",
        "--sort amount --reverse",
        "--sort customer",
        "--sort customer --reverse",
        "--sort paid --reverse",
    ];
    let lines: Vec<String> =
        orders.iter().map(|order| format!("{order:<24} {}", found(&desk, &format!("{order} --kind sale")))).collect();

    assert_snapshot!(lines.join("\n"), @"
    --sort amount            02 10 09 08 15 14 01 13 12 03 06 05 04 07 16
    --sort amount --reverse  07 04 05 06 03 12 13 01 14 15 08 09 10 02 16
    --sort customer          01 02 13 03 12 06 05 07 10 09 08 15 14 04 16
    --sort customer --reverse 16 04 14 15 08 09 10 07 05 06 12 03 13 02 01
    --sort paid --reverse    03 05 12 13 01 15 14 16 06 02 10 09 08 07 04
    ");
}

#[test]
fn amounts_in_different_currencies_are_not_compared() {
    assert_snapshot!(shop().quietly("transactions search --min 20").snapshot(), @"
    $ retour transactions search --min 20 -q
    status: 2
    -- stdout --
    -- stderr --
    error: --min and --max need a currency: the store has EUR, JPY
    hint: retour transactions search --min 20 -q --currency EUR
    ");
}

#[test]
fn payments_can_be_counted() {
    let desk = shop();

    assert_eq!(desk.retour("transactions search --count").ok().stdout(), "18\n");
    assert_snapshot!(desk.retour("transactions search --count --json --refundable").ok().stdout(), @r#"{"schema_version":1,"count":5}"#);
    assert_snapshot!(desk.quietly("transactions search nobody --count --fail-if-empty").snapshot(), @"
    $ retour transactions search nobody --count --fail-if-empty -q
    status: 5
    -- stdout --
    0
    -- stderr --
    ");
}

#[test]
fn an_empty_result_is_an_error_only_on_request() {
    let desk = shop();

    assert_snapshot!(desk.retour("transactions search nobody").snapshot(), @"
    $ retour transactions search nobody
    status: 0
    -- stdout --
    -- stderr --
    note: the clock is fixed at 2026-03-25T09:00:00Z (RETOUR_NOW): today is 2026-03-25
    nothing found
    ");
    assert_eq!(desk.retour("transactions search nobody --fail-if-empty").status, 5);
    assert_snapshot!(desk.quietly("transactions search nobody --json").snapshot(), @r#"
    $ retour transactions search nobody --json -q
    status: 0
    -- stdout --
    {"schema_version":1,"transactions":[]}
    -- stderr --
    "#);
    assert_snapshot!(desk.quietly("transactions search nobody --format jsonl").snapshot(), @"
    $ retour transactions search nobody --format jsonl -q
    status: 0
    -- stdout --
    -- stderr --
    ");
}

#[test]
fn a_limit_says_that_there_is_more() {
    let desk = shop();

    assert_snapshot!(desk.retour("transactions search --limit 2").snapshot(), @"
    $ retour transactions search --limit 2
    status: 0
    -- stdout --
    PAID        TRANSACTION       ORDER     PRODUCT        CUSTOMER         AMOUNT  METHOD  STATUS  REFUNDABLE                  FLAGS
    ─────────────────────────────────────────────────────────────────────────────────────────────────────────────────────────────────
    2026-03-24  5a1e000000000004  None0004  Recipes (PDF)  Zoë O’Connor  19.90 EUR  card    paid    goodwill (period_disabled)
    2026-03-24  5a1e000000000007  Tria0007  Choir Club     Maria Rossi    0.00 EUR  card    trial   no (trial_period)
    -- stderr --
    note: the clock is fixed at 2026-03-25T09:00:00Z (RETOUR_NOW): today is 2026-03-25
    note: only the first 2 are shown; there are more: --limit N or --all
    ");
    let limited = desk.retour("transactions search --limit 2 --json").ok().json();
    assert_eq!((&limited["more"], limited["transactions"].as_array().unwrap().len()), (&true.into(), 2));
    assert!(desk.retour("transactions search --json").ok().json().get("more").is_none());
    assert_eq!(desk.retour("transactions search --all --format csv").ok().stdout().lines().count(), 19);
}

#[test]
fn columns_can_be_chosen_and_an_unknown_one_is_named() {
    let desk = shop();

    assert_snapshot!(desk.quietly("transactions search anna --columns amount,customer_name").snapshot(), @"
    $ retour transactions search anna --columns amount,customer_name -q
    status: 0
    -- stdout --
       AMOUNT  CUSTOMER
    ────────────────────────
    49.00 EUR  Anna Beispiel
    -- stderr --
    ");
    assert_snapshot!(desk.quietly("transactions search anna --columns amount,customer_name --no-header --format tsv").snapshot(), @"
    $ retour transactions search anna --columns amount,customer_name --no-header --format tsv -q
    status: 0
    -- stdout --
    49.00	Anna Beispiel
    -- stderr --
    ");
    assert_snapshot!(desk.quietly("transactions search --columns amount,colour").snapshot(), @"
    $ retour transactions search --columns amount,colour -q
    status: 2
    -- stdout --
    -- stderr --
    error: `colour` is not a column: it is one of paid_on, transaction_id, order_id, product_id, product_name, customer_name, customer_email, country, amount, currency, method, plan, kind, status, ordered_at, ordered_on, paid_at, rate_number, test, refundable, refundable_code, refundable_until, left, flags
    ");
}

#[test]
fn every_format_has_the_same_payment() {
    let desk = shop();
    let line = "transactions search 5a1e000000000002";

    assert_snapshot!(desk.quietly(&format!("{line} --json")).snapshot(), @r#"
    $ retour transactions search 5a1e000000000002 --json -q
    status: 0
    -- stdout --
    {"schema_version":1,"transactions":[
    {"transaction_id":"5a1e000000000002","order_id":"Sepa0002","products":[{"product_id":"e232d769","name":"Yoga for Beginners"}],"product_id":"e232d769","product_name":"Yoga for Beginners","customer":{"name":"François Lefèvre","email":"lefevre@example.com","country":"FR"},"amount":{"minor":11900,"currency":"EUR","text":"119.00 EUR"},"method":"sepa","plan":"one_time","kind":"sale","status":"paid","ordered_at":"2026-03-23T17:30:00Z","ordered_on":"2026-03-23","paid_at":"2026-03-23T17:30:00Z","paid_on":"2026-03-23","rate_number":null,"test":false,"refundable":{"verdict":"yes","code":null,"until":"2026-04-07","left":{"minor":11900,"currency":"EUR","text":"119.00 EUR"}},"flags":[]}
    ]}
    -- stderr --
    "#);
    assert_snapshot!(desk.quietly(&format!("{line} --format jsonl")).snapshot(), @r#"
    $ retour transactions search 5a1e000000000002 --format jsonl -q
    status: 0
    -- stdout --
    {"schema_version":1,"transaction_id":"5a1e000000000002","order_id":"Sepa0002","products":[{"product_id":"e232d769","name":"Yoga for Beginners"}],"product_id":"e232d769","product_name":"Yoga for Beginners","customer":{"name":"François Lefèvre","email":"lefevre@example.com","country":"FR"},"amount":{"minor":11900,"currency":"EUR","text":"119.00 EUR"},"method":"sepa","plan":"one_time","kind":"sale","status":"paid","ordered_at":"2026-03-23T17:30:00Z","ordered_on":"2026-03-23","paid_at":"2026-03-23T17:30:00Z","paid_on":"2026-03-23","rate_number":null,"test":false,"refundable":{"verdict":"yes","code":null,"until":"2026-04-07","left":{"minor":11900,"currency":"EUR","text":"119.00 EUR"}},"flags":[]}
    -- stderr --
    "#);
    assert_snapshot!(desk.quietly(&format!("{line} --format csv")).snapshot(), @"
    $ retour transactions search 5a1e000000000002 --format csv -q
    status: 0
    -- stdout --
    paid_on,transaction_id,order_id,product_id,product_name,customer_name,customer_email,country,amount,currency,method,plan,kind,status,ordered_at,ordered_on,paid_at,rate_number,test,refundable,refundable_code,refundable_until,left,flags
    2026-03-23,5a1e000000000002,Sepa0002,e232d769,Yoga for Beginners,François Lefèvre,lefevre@example.com,FR,119.00,EUR,sepa,one_time,sale,paid,2026-03-23T17:30:00Z,2026-03-23,2026-03-23T17:30:00Z,,false,yes,,2026-04-07,119.00,
    -- stderr --
    ");
    assert_snapshot!(desk.quietly(&format!("{line} --format tsv")).snapshot(), @"
    $ retour transactions search 5a1e000000000002 --format tsv -q
    status: 0
    -- stdout --
    paid_on	transaction_id	order_id	product_id	product_name	customer_name	customer_email	country	amount	currency	method	plan	kind	status	ordered_at	ordered_on	paid_at	rate_number	test	refundable	refundable_code	refundable_until	left	flags
    2026-03-23	5a1e000000000002	Sepa0002	e232d769	Yoga for Beginners	François Lefèvre	lefevre@example.com	FR	119.00	EUR	sepa	one_time	sale	paid	2026-03-23T17:30:00Z	2026-03-23	2026-03-23T17:30:00Z		false	yes		2026-04-07	119.00	
    -- stderr --
    ");
}

#[test]
fn a_narrow_table_becomes_cards_and_breaks_no_amount() {
    let desk = shop();

    assert_snapshot!(desk.quietly("transactions search --limit 4 --width 100").snapshot(), @"
    $ retour transactions search --limit 4 --width 100 -q
    status: 0
    -- stdout --
    PAID        TRANSACTION       CUSTOMER         AMOUNT  STATUS   REFUNDABLE                  FLAGS
    ─────────────────────────────────────────────────────────────────────────────────────────────────
    2026-03-24  5a1e000000000004  Zoë O’Connor  19.90 EUR  paid     goodwill (period_disabled)
    2026-03-24  5a1e000000000007  Maria Rossi    0.00 EUR  trial    no (trial_period)
    2026-03-24  5a1e000000000008  Ole Jensen    49.00 EUR  pending  no (not_paid)
    2026-03-24  5a1e000000000009  Ole Jensen    49.00 EUR  failed   no (not_paid)
    -- stderr --
    ");
    assert_snapshot!(desk.quietly("transactions search --limit 4 --width 60").snapshot(), @"
    $ retour transactions search --limit 4 --width 60 -q
    status: 0
    -- stdout --
    PAID         2026-03-24
    TRANSACTION  5a1e000000000004
    ORDER        None0004
    PRODUCT      Recipes (PDF)
    CUSTOMER     Zoë O’Connor
    AMOUNT       19.90 EUR
    METHOD       card
    STATUS       paid
    REFUNDABLE   goodwill (period_disabled)

    PAID         2026-03-24
    TRANSACTION  5a1e000000000007
    ORDER        Tria0007
    PRODUCT      Choir Club
    CUSTOMER     Maria Rossi
    AMOUNT       0.00 EUR
    METHOD       card
    STATUS       trial
    REFUNDABLE   no (trial_period)

    PAID         2026-03-24
    TRANSACTION  5a1e000000000008
    ORDER        Pend0008
    PRODUCT      Yoga for Beginners
    CUSTOMER     Ole Jensen
    AMOUNT       49.00 EUR
    METHOD       sepa
    STATUS       pending
    REFUNDABLE   no (not_paid)

    PAID         2026-03-24
    TRANSACTION  5a1e000000000009
    ORDER        Fail0009
    PRODUCT      Yoga for Beginners
    CUSTOMER     Ole Jensen
    AMOUNT       49.00 EUR
    METHOD       card
    STATUS       failed
    REFUNDABLE   no (not_paid)
    -- stderr --
    ");
    assert_snapshot!(desk.quietly("transactions search --limit 4 --width 40").snapshot(), @"
    $ retour transactions search --limit 4 --width 40 -q
    status: 0
    -- stdout --
    PAID         2026-03-24
    TRANSACTION  5a1e000000000004
    ORDER        None0004
    PRODUCT      Recipes (PDF)
    CUSTOMER     Zoë O’Connor
    AMOUNT       19.90 EUR
    METHOD       card
    STATUS       paid
    REFUNDABLE   goodwill (period_disabled)

    PAID         2026-03-24
    TRANSACTION  5a1e000000000007
    ORDER        Tria0007
    PRODUCT      Choir Club
    CUSTOMER     Maria Rossi
    AMOUNT       0.00 EUR
    METHOD       card
    STATUS       trial
    REFUNDABLE   no (trial_period)

    PAID         2026-03-24
    TRANSACTION  5a1e000000000008
    ORDER        Pend0008
    PRODUCT      Yoga for Beginners
    CUSTOMER     Ole Jensen
    AMOUNT       49.00 EUR
    METHOD       sepa
    STATUS       pending
    REFUNDABLE   no (not_paid)

    PAID         2026-03-24
    TRANSACTION  5a1e000000000009
    ORDER        Fail0009
    PRODUCT      Yoga for Beginners
    CUSTOMER     Ole Jensen
    AMOUNT       49.00 EUR
    METHOD       card
    STATUS       failed
    REFUNDABLE   no (not_paid)
    -- stderr --
    ");
}

#[test]
fn ascii_output_has_no_other_characters() {
    assert_snapshot!(shop().quietly("transactions search anna --ascii").snapshot(), @"
    $ retour transactions search anna --ascii -q
    status: 0
    -- stdout --
    PAID        TRANSACTION       ORDER     PRODUCT             CUSTOMER          AMOUNT  METHOD  STATUS  REFUNDABLE             FLAGS
    ----------------------------------------------------------------------------------------------------------------------------------
    2026-03-20  5a1e000000000001  Card0001  Yoga for Beginners  Anna Beispiel  49.00 EUR  card    paid    yes, until 2026-04-07
    -- stderr --
    ");
}

#[test]
fn colour_is_only_used_on_request() {
    let desk = shop();

    let plain = desk.quietly("transactions search anna").stdout().to_owned();
    let coloured = desk.quietly("transactions search anna --color always").stdout().to_owned();

    assert!(!plain.contains('\u{1b}') && coloured.contains('\u{1b}'), "{coloured}");
    let forced = desk.run_with(["transactions", "search", "anna"], |call| {
        call.env("CLICOLOR_FORCE", "1");
    });
    assert_eq!(forced.stdout(), coloured);
    let never = desk.run_with(["transactions", "search", "anna"], |call| {
        call.env("CLICOLOR_FORCE", "1").env("NO_COLOR", "1");
    });
    assert_eq!(never.stdout(), plain);
}

#[test]
fn text_from_outside_cannot_control_the_terminal_or_a_spreadsheet() {
    let desk = rehearsal();
    desk.write(
        "hostile.csv",
        concat!(
            "transaction_id,order_id,product_name,customer_name,amount,currency,paid_at,status\n",
            "h1,O1,\"\u{1b}]0;owned\u{7}Yoga\",\"\u{1b}[31mAnna\u{202e}gro\",49.00,EUR,2026-03-24,paid\n",
            "h2,O2,=1+1,\"=HYPERLINK(\"\"http://example.com\"\")\",49.00,EUR,2026-03-24,paid\n",
            "h3,O3,\"two\nlines\",\"@SUM(A1)\",49.00,EUR,2026-03-24,paid\n",
        ),
    );
    desk.retour("import hostile.csv").ok();

    assert_snapshot!(desk.quietly("transactions search --color never").snapshot(), @r#"
    $ retour transactions search --color never -q
    status: 0
    -- stdout --
    PAID        TRANSACTION  ORDER  PRODUCT                  CUSTOMER                             AMOUNT  METHOD   STATUS  REFUNDABLE             FLAGS
    ───────────────────────────────────────────────────────────────────────────────────────────────────────────────────────────────────────────────────
    2026-03-24  h1           O1     \u{1b}]0;owned\u{7}Yoga  \u{1b}[31mAnna\u{202e}gro         49.00 EUR  unknown  paid    yes, until 2026-04-07
    2026-03-24  h2           O2     =1+1                     =HYPERLINK("http://example.com")  49.00 EUR  unknown  paid    yes, until 2026-04-07
    2026-03-24  h3           O3     two\nlines               @SUM(A1)                          49.00 EUR  unknown  paid    yes, until 2026-04-07
    -- stderr --
    "#);
    assert_snapshot!(desk.quietly("transactions search --format csv --columns transaction_id,product_name,customer_name").snapshot(), @r#"
    $ retour transactions search --format csv --columns transaction_id,product_name,customer_name -q
    status: 0
    -- stdout --
    transaction_id,product_name,customer_name
    h1,\u{1b}]0;owned\u{7}Yoga,\u{1b}[31mAnna\u{202e}gro
    h2,'=1+1,"'=HYPERLINK(""http://example.com"")"
    h3,two\nlines,'@SUM(A1)
    -- stderr --
    "#);
    assert_snapshot!(desk.quietly("transactions show h1").snapshot(), @r"
    $ retour transactions show h1 -q
    status: 0
    -- stdout --
    transaction       h1
    order             O1
    product           \u{1b}]0;owned\u{7}Yoga
    customer          \u{1b}[31mAnna\u{202e}gro
    amount            49.00 EUR
    left              49.00 EUR
    method            unknown
    plan              unknown
    status            paid
    paid              Tue 2026-03-24
    chargeback until  unknown, because the method is unknown

    Refundable: 49.00 EUR is left; the return period of 14 days started with the order's first payment on 2026-03-24 and ends on 2026-04-07.
    caution  notify_customer_first: notify the customer first; otherwise they may also ask their bank to reverse the payment if it was a SEPA debit
    caution  method_unknown: the import does not say how it was paid, so the dates are those of an unknown method
    -- stderr --
    ");
    assert_eq!(
        desk.retour("transactions show h1 --json").json()["transaction"]["customer"]["name"],
        "\u{1b}[31mAnna\u{202e}gro"
    );
}

#[test]
fn a_payment_is_shown_with_its_verdict_and_cautions() {
    let desk = shop();

    assert_snapshot!(desk.quietly("transactions show 5a1e000000000002").snapshot(), @"
    $ retour transactions show 5a1e000000000002 -q
    status: 0
    -- stdout --
    transaction       5a1e000000000002
    order             Sepa0002
    product           Yoga for Beginners (e232d769)
    customer          François Lefèvre <lefevre@example.com>
    country           FR
    amount            119.00 EUR
    left              119.00 EUR
    method            SEPA direct debit
    plan              one payment
    status            paid
    ordered           Mon 2026-03-23
    paid              Mon 2026-03-23
    chargeback until  Mon 2026-05-18

    Refundable: 119.00 EUR is left; the return period of 14 days started with the order's first payment on 2026-03-23 and ends on Tue 2026-04-07; the 14 days end on Mon 2026-04-06.
    caution  notify_customer_first: notify the customer first; otherwise they may also ask their bank to reverse the debit
    CAUTION  debit_may_still_bounce: the debit can still bounce before Wed 2026-04-01; if it does after a refund, the money goes back twice; the import does not date the debit, so this may be up to 14 days later
    -- stderr --
    ");
    assert_snapshot!(desk.quietly("transactions show 5a1e000000000012").snapshot(), @"
    $ retour transactions show 5a1e000000000012 -q
    status: 0
    -- stdout --
    transaction       5a1e000000000012
    order             Char0012
    product           Yoga for Beginners (e232d769)
    customer          Karl Weiß <karl@example.org>
    country           AT
    amount            49.00 EUR
    left              0.00 EUR
    method            SEPA direct debit
    plan              one payment
    status            paid
    ordered           Mon 2026-03-02
    paid              Mon 2026-03-02
    flags             charged_back
    chargeback until  Mon 2026-04-27

    Not refundable (charged_back): 49.00 EUR of 5a1e000000000012 was charged back; refunding it too would pay the customer twice.

    CASE        ID                   AMOUNT  STATUS  ON
    ───────────────────────────────────────────────────────────
    chargeback  cba0000000000012  49.00 EUR  stands  2026-03-18
    -- stderr --
    ");
    assert_snapshot!(desk.quietly("transactions show 5a1e000000000006 --width 60").snapshot(), @"
    $ retour transactions show 5a1e000000000006 --width 60 -q
    status: 0
    -- stdout --
    transaction           5a1e000000000006
    order                 Subs0005
    product               Choir Club (0badcafe)
    customer              Łukasz Żak <lukasz@example.org>
    country               PL
    amount                29.00 EUR
    left                  29.00 EUR
    method                PayPal
    plan                  subscription, not known to be
                          cancelled, instalment 2
    status                paid
    ordered               Sun 2026-02-22
    paid                  Sun 2026-03-22
    PayPal refunds until  Fri 2026-09-18

    Refundable: 29.00 EUR is left; the return period of 60 days
    started with the order's first payment on 2026-02-22 and
    ends on 2026-04-23.
    caution  plan_continues: the subscription is not known to be
             cancelled, and a refund may not stop it: check on
             the platform
    -- stderr --
    ");
    assert_snapshot!(desk.quietly("transactions show 5a1e000000000013 --json").snapshot(), @r#"
    $ retour transactions show 5a1e000000000013 --json -q
    status: 0
    -- stdout --
    {"schema_version":1,"transaction":{"transaction_id":"5a1e000000000013","order_id":"Back0013","products":[{"product_id":"e232d769","name":"Yoga for Beginners"}],"product_id":"e232d769","product_name":"Yoga for Beginners","customer":{"name":"Ines Duarte","email":"ines@example.org","country":"PT"},"amount":{"minor":4900,"currency":"EUR","text":"49.00 EUR"},"method":"card","plan":"one_time","kind":"sale","status":"paid","ordered_at":"2026-03-15T23:00:00Z","ordered_on":"2026-03-16","paid_at":"2026-03-15T23:00:00Z","paid_on":"2026-03-16","rate_number":null,"test":false,"refundable":{"verdict":"no","code":"already_refunded","until":null,"left":{"minor":0,"currency":"EUR","text":"0.00 EUR"}},"flags":["refunded"]},"refunds":[{"refund_id":"4ef0000000000013","transaction_id":"5a1e000000000013","order_id":"Back0013","customer":{"name":"Ines Duarte","email":"ines@example.org","country":"PT"},"amount":{"minor":4900,"currency":"EUR","text":"49.00 EUR"},"reason":null,"note":null,"goodwill":false,"ground":null,"status":"succeeded","status_on":"2026-03-18","origin":"platform","actor":null,"marked_at":null,"marked_on":null,"asked_on":null,"settlement":{"from":"2026-03-18","by":"2026-04-01","basis":"succeeded","rule":"card 0-10"},"overdue":false,"cautions":[],"key":null,"reference":null,"platform_transaction_id":"4ef0000000000013","replayed":false,"dry_run":false}],"disputes":[]}
    -- stderr --
    "#);
    assert_snapshot!(desk.quietly("transactions show nobody").snapshot(), @"
    $ retour transactions show nobody -q
    status: 5
    -- stdout --
    -- stderr --
    error[unknown_sale]: there is no transaction nobody in the store
    hint: retour transactions search nobody
    ");
}

#[test]
fn an_order_is_shown_with_its_payments() {
    let desk = shop();

    assert_snapshot!(desk.quietly("orders show Subs0005").snapshot(), @"
    $ retour orders show Subs0005 -q
    status: 0
    -- stdout --
    order     Subs0005
    customer  Łukasz Żak <lukasz@example.org>
    product   Choir Club (0badcafe)
    ordered   Sun 2026-02-22
    plan      subscription, not known to be cancelled
    paid      58.00 EUR
    left      58.00 EUR

    PAID        TRANSACTION          AMOUNT  METHOD  STATUS  REFUNDABLE             FLAGS
    ─────────────────────────────────────────────────────────────────────────────────────
    2026-02-22  5a1e000000000005  29.00 EUR  paypal  paid    yes, until 2026-04-23
    2026-03-22  5a1e000000000006  29.00 EUR  paypal  paid    yes, until 2026-04-23
    -- stderr --
    ");
    assert_snapshot!(desk.quietly("orders show Back0013 --json").snapshot(), @r#"
    $ retour orders show Back0013 --json -q
    status: 0
    -- stdout --
    {"schema_version":1,"order":{"order_id":"Back0013","customer":{"name":"Ines Duarte","email":"ines@example.org","country":"PT"},"products":[{"product_id":"e232d769","name":"Yoga for Beginners"}],"ordered_on":"2026-03-16","plan":"one_time","plan_cancelled":false,"totals":{"paid":[{"minor":4900,"currency":"EUR","text":"49.00 EUR"}],"refunded":[{"minor":4900,"currency":"EUR","text":"49.00 EUR"}],"charged_back":[{"minor":0,"currency":"EUR","text":"0.00 EUR"}],"left":[{"minor":0,"currency":"EUR","text":"0.00 EUR"}]},"transactions":[{"transaction_id":"5a1e000000000013","order_id":"Back0013","products":[{"product_id":"e232d769","name":"Yoga for Beginners"}],"product_id":"e232d769","product_name":"Yoga for Beginners","customer":{"name":"Ines Duarte","email":"ines@example.org","country":"PT"},"amount":{"minor":4900,"currency":"EUR","text":"49.00 EUR"},"method":"card","plan":"one_time","kind":"sale","status":"paid","ordered_at":"2026-03-15T23:00:00Z","ordered_on":"2026-03-16","paid_at":"2026-03-15T23:00:00Z","paid_on":"2026-03-16","rate_number":null,"test":false,"refundable":{"verdict":"no","code":"already_refunded","until":null,"left":{"minor":0,"currency":"EUR","text":"0.00 EUR"}},"flags":["refunded"]},{"transaction_id":"4ef0000000000013","order_id":"Back0013","products":[{"product_id":"e232d769","name":"Yoga for Beginners"}],"product_id":"e232d769","product_name":"Yoga for Beginners","customer":{"name":"Ines Duarte","email":"ines@example.org","country":"PT"},"amount":{"minor":4900,"currency":"EUR","text":"49.00 EUR"},"method":"card","plan":"one_time","kind":"refund","status":"succeeded","ordered_at":"2026-03-15T23:00:00Z","ordered_on":"2026-03-16","paid_at":"2026-03-17T23:00:00Z","paid_on":"2026-03-18","rate_number":null,"test":false,"refundable":{"verdict":"no","code":"not_a_sale","until":null,"left":{"minor":0,"currency":"EUR","text":"0.00 EUR"}},"flags":[]}]}}
    -- stderr --
    "#);
    assert_snapshot!(desk.quietly("orders show subs0005").snapshot(), @"
    $ retour orders show subs0005 -q
    status: 5
    -- stdout --
    -- stderr --
    error[unknown_order]: there is no order subs0005 in the store
    hint: retour transactions search subs0005
    ");
}

#[test]
fn products_are_listed_with_their_return_period() {
    let desk = shop();

    assert_snapshot!(desk.retour("products list").snapshot(), @"
    $ retour products list
    status: 0
    -- stdout --
    PRODUCT   NAME                SALES  LAST SOLD   RETURN PERIOD
    ──────────────────────────────────────────────────────────────────
    12345e67  Recipes (PDF)           1  2026-03-24  14 days (default)
    e232d769  Yoga for Beginners      9  2026-03-24  14 days (default)
    0badcafe  Choir Club              2  2026-03-22  14 days (default)
    -- stderr --
    note: the clock is fixed at 2026-03-25T09:00:00Z (RETOUR_NOW): today is 2026-03-25
    ");
    desk.config("[products.\"e232d769\"]\nreturn_period = 30\n[products.\"12345e67\"]\nreturn_period = \"none\"\n");
    assert_snapshot!(desk.quietly("products list").snapshot(), @"
    $ retour products list -q
    status: 0
    -- stdout --
    PRODUCT   NAME                SALES  LAST SOLD   RETURN PERIOD
    ──────────────────────────────────────────────────────────────────
    12345e67  Recipes (PDF)           1  2026-03-24  none
    e232d769  Yoga for Beginners      9  2026-03-24  30 days
    0badcafe  Choir Club              2  2026-03-22  14 days (default)
    -- stderr --
    ");
    assert_snapshot!(desk.quietly("products list --unconfigured --json").snapshot(), @r#"
    $ retour products list --unconfigured --json -q
    status: 0
    -- stdout --
    {"schema_version":1,"products":[
    {"product_id":"0badcafe","name":"Choir Club","sales":2,"last_sold_on":"2026-03-22","return_period":14,"source":"default"}
    ]}
    -- stderr --
    "#);
    assert_snapshot!(desk.quietly("products list --format csv").snapshot(), @"
    $ retour products list --format csv -q
    status: 0
    -- stdout --
    product_id,name,sales,last_sold_on,return_period,source
    12345e67,Recipes (PDF),1,2026-03-24,none,product
    e232d769,Yoga for Beginners,9,2026-03-24,30,product
    0badcafe,Choir Club,2,2026-03-22,14,default
    -- stderr --
    ");
}

#[test]
fn days_in_the_wrong_order_are_an_error() {
    assert_snapshot!(shop().quietly("transactions search --since 2026-03-25 --until 2026-03-20").snapshot(), @"
    $ retour transactions search --since 2026-03-25 --until 2026-03-20 -q
    status: 2
    -- stdout --
    -- stderr --
    error: --until 2026-03-20 is before --since 2026-03-25
    ");
}
