//! A payment in every format.

mod show;

use super::columns::{flags_tone, refundable_cell};
use super::*;
use crate::domain::ids::TransactionId;
use crate::domain::refund::RefundState;
use crate::domain::sale::record::Unmatched;
use crate::domain::sale::transaction::{KindAndStatus, Method, PlatformStatus};
use crate::output::table::Tone;
use crate::output::ui::Format;
use crate::output::views::fixtures::{customer, day, euros, instant, listed, policy, product, refund, sale, today};

fn view(record: SaleRecord) -> TransactionView {
    TransactionView::of(record, &policy(), &today())
}

fn id(text: &str) -> TransactionId {
    TransactionId::new(text).unwrap()
}

/// A plain sale, one past its period with two products and a formula for a name, a test payment with control characters
/// in the name, and a refund row.
fn views() -> Vec<TransactionView> {
    let (mut late, mut test, mut back) = (sale(), sale(), sale());
    late.payment.id = id("77b1e0a9c3d2f410");
    late.payment.products = vec![product("aaaa0000", "Chess"), product("e232d769", "Yoga for Beginners")];
    late.payment.customer = customer("=HYPERLINK(\"http://example.org\")");
    late.payment.amount = euros(129_000);
    late.payment.paid_at = instant("2026-02-01T10:00:00Z");
    late.payment.method = Method::Card;
    late.order.payments.clear();
    late.payment.ordered_at = None;
    late.plan_is_cancelled = true;
    test.payment.id = id("0000000000000003");
    test.payment.is_test = true;
    test.payment.customer = customer("Eve\x1b[2J\u{202e}");
    back.payment.id = id("dda4378643f3115d");
    back.payment.entry = KindAndStatus::Refund(PlatformStatus::Succeeded);
    [sale(), late, test, back].map(view).into()
}

#[test]
fn a_wide_table_shows_every_usual_column() {
    insta::assert_snapshot!(listed(Format::Table, None, &views()), @r#"
    PAID        TRANSACTION       ORDER     PRODUCT             CUSTOMER                               AMOUNT  METHOD  STATUS            REFUNDABLE                 FLAGS
    ──────────────────────────────────────────────────────────────────────────────────────────────────────────────────────────────────────────────────────────────────────────────
    2026-03-20  3f9a0c11d2e4b567  Zk3xY81a  Yoga for Beginners  Anna Beispiel                       49.00 EUR  sepa    paid              yes, until 2026-04-20
    2026-02-01  77b1e0a9c3d2f410  Zk3xY81a  Chess +1            =HYPERLINK("http://example.org")  1290.00 EUR  card    paid              goodwill (period_expired)  plan_cancelled
    2026-03-20  0000000000000003  Zk3xY81a  Yoga for Beginners  Eve\u{1b}[2J\u{202e}                49.00 EUR  sepa    paid              no (test_payment)
    2026-03-20  dda4378643f3115d  Zk3xY81a  Yoga for Beginners  Anna Beispiel                       49.00 EUR  sepa    refund succeeded  no (not_a_sale)
    "#);
}

#[test]
fn a_narrower_table_keeps_what_decides_and_a_narrow_one_turns_to_cards() {
    insta::assert_snapshot!(listed(Format::Table, Some(80), &views()), @r"
    PAID        TRANSACTION       CUSTOMER         AMOUNT  REFUNDABLE
    ────────────────────────────────────────────────────────────────────────────────
    2026-03-20  3f9a0c11d2e4b567  Anna Beis…    49.00 EUR  yes, until 2026-04-20
    2026-02-01  77b1e0a9c3d2f410  =HYPERLIN…  1290.00 EUR  goodwill (period_expired)
    2026-03-20  0000000000000003  Eve\u{1b}…    49.00 EUR  no (test_payment)
    2026-03-20  dda4378643f3115d  Anna Beis…    49.00 EUR  no (not_a_sale)
    ");
    insta::assert_snapshot!(listed(Format::Table, Some(60), &views()[..2]), @r#"
    PAID         2026-03-20
    TRANSACTION  3f9a0c11d2e4b567
    ORDER        Zk3xY81a
    PRODUCT      Yoga for Beginners
    CUSTOMER     Anna Beispiel
    AMOUNT       49.00 EUR
    METHOD       sepa
    STATUS       paid
    REFUNDABLE   yes, until 2026-04-20

    PAID         2026-02-01
    TRANSACTION  77b1e0a9c3d2f410
    ORDER        Zk3xY81a
    PRODUCT      Chess +1
    CUSTOMER     =HYPERLINK("http://example.org")
    AMOUNT       1290.00 EUR
    METHOD       card
    STATUS       paid
    REFUNDABLE   goodwill (period_expired)
    FLAGS        plan_cancelled
    "#);
    insta::assert_snapshot!(listed(Format::Table, Some(40), &views()[1..2]), @r#"
    PAID         2026-02-01
    TRANSACTION  77b1e0a9c3d2f410
    ORDER        Zk3xY81a
    PRODUCT      Chess +1
    CUSTOMER     =HYPERLINK("http://example.org")
    AMOUNT       1290.00 EUR
    METHOD       card
    STATUS       paid
    REFUNDABLE   goodwill (period_expired)
    FLAGS        plan_cancelled
    "#);
}

#[test]
fn json_has_the_stable_keys() {
    insta::assert_snapshot!(listed(Format::Json, None, &views()), @r#"
    {"schema_version":1,"transactions":[
    {"transaction_id":"3f9a0c11d2e4b567","order_id":"Zk3xY81a","products":[{"product_id":"e232d769","name":"Yoga for Beginners"}],"product_id":"e232d769","product_name":"Yoga for Beginners","customer":{"name":"Anna Beispiel","email":"anna@example.org","country":"DE"},"amount":{"minor":4900,"currency":"EUR","text":"49.00 EUR"},"method":"sepa","plan":"one_time","kind":"sale","status":"paid","ordered_at":"2026-03-20T10:00:00Z","ordered_on":"2026-03-20","paid_at":"2026-03-20T10:00:05.500Z","paid_on":"2026-03-20","rate_number":1,"test":false,"refundable":{"verdict":"yes","code":null,"until":"2026-04-20","left":{"minor":4900,"currency":"EUR","text":"49.00 EUR"}},"flags":[]},
    {"transaction_id":"77b1e0a9c3d2f410","order_id":"Zk3xY81a","products":[{"product_id":"aaaa0000","name":"Chess"},{"product_id":"e232d769","name":"Yoga for Beginners"}],"product_id":"aaaa0000","product_name":"Chess","customer":{"name":"=HYPERLINK(\"http://example.org\")","email":"anna@example.org","country":"DE"},"amount":{"minor":129000,"currency":"EUR","text":"1290.00 EUR"},"method":"card","plan":"one_time","kind":"sale","status":"paid","ordered_at":null,"ordered_on":null,"paid_at":"2026-02-01T10:00:00Z","paid_on":"2026-02-01","rate_number":1,"test":false,"refundable":{"verdict":"goodwill","code":"period_expired","until":"2026-02-16","left":{"minor":129000,"currency":"EUR","text":"1290.00 EUR"}},"flags":["plan_cancelled"]},
    {"transaction_id":"0000000000000003","order_id":"Zk3xY81a","products":[{"product_id":"e232d769","name":"Yoga for Beginners"}],"product_id":"e232d769","product_name":"Yoga for Beginners","customer":{"name":"Eve\u001b[2J\u202e","email":"anna@example.org","country":"DE"},"amount":{"minor":4900,"currency":"EUR","text":"49.00 EUR"},"method":"sepa","plan":"one_time","kind":"sale","status":"paid","ordered_at":"2026-03-20T10:00:00Z","ordered_on":"2026-03-20","paid_at":"2026-03-20T10:00:05.500Z","paid_on":"2026-03-20","rate_number":1,"test":true,"refundable":{"verdict":"no","code":"test_payment","until":null,"left":{"minor":4900,"currency":"EUR","text":"49.00 EUR"}},"flags":[]},
    {"transaction_id":"dda4378643f3115d","order_id":"Zk3xY81a","products":[{"product_id":"e232d769","name":"Yoga for Beginners"}],"product_id":"e232d769","product_name":"Yoga for Beginners","customer":{"name":"Anna Beispiel","email":"anna@example.org","country":"DE"},"amount":{"minor":4900,"currency":"EUR","text":"49.00 EUR"},"method":"sepa","plan":"one_time","kind":"refund","status":"succeeded","ordered_at":"2026-03-20T10:00:00Z","ordered_on":"2026-03-20","paid_at":"2026-03-20T10:00:05.500Z","paid_on":"2026-03-20","rate_number":1,"test":false,"refundable":{"verdict":"no","code":"not_a_sale","until":null,"left":{"minor":0,"currency":"EUR","text":"0.00 EUR"}},"flags":[]}
    ]}
    "#);
    insta::assert_snapshot!(listed(Format::Jsonl, None, &views()[..1]), @r#"{"schema_version":1,"transaction_id":"3f9a0c11d2e4b567","order_id":"Zk3xY81a","products":[{"product_id":"e232d769","name":"Yoga for Beginners"}],"product_id":"e232d769","product_name":"Yoga for Beginners","customer":{"name":"Anna Beispiel","email":"anna@example.org","country":"DE"},"amount":{"minor":4900,"currency":"EUR","text":"49.00 EUR"},"method":"sepa","plan":"one_time","kind":"sale","status":"paid","ordered_at":"2026-03-20T10:00:00Z","ordered_on":"2026-03-20","paid_at":"2026-03-20T10:00:05.500Z","paid_on":"2026-03-20","rate_number":1,"test":false,"refundable":{"verdict":"yes","code":null,"until":"2026-04-20","left":{"minor":4900,"currency":"EUR","text":"49.00 EUR"}},"flags":[]}"#);
}

#[test]
fn csv_and_tsv_are_flat_and_safe() {
    insta::assert_snapshot!(listed(Format::Csv, None, &views()), @r#"
    paid_on,transaction_id,order_id,product_id,product_name,customer_name,customer_email,country,amount,currency,method,plan,kind,status,ordered_at,ordered_on,paid_at,rate_number,test,refundable,refundable_code,refundable_until,left,flags
    2026-03-20,3f9a0c11d2e4b567,Zk3xY81a,e232d769,Yoga for Beginners,Anna Beispiel,anna@example.org,DE,49.00,EUR,sepa,one_time,sale,paid,2026-03-20T10:00:00Z,2026-03-20,2026-03-20T10:00:05.500Z,1,false,yes,,2026-04-20,49.00,
    2026-02-01,77b1e0a9c3d2f410,Zk3xY81a,aaaa0000,Chess,"'=HYPERLINK(""http://example.org"")",anna@example.org,DE,1290.00,EUR,card,one_time,sale,paid,,,2026-02-01T10:00:00Z,1,false,goodwill,period_expired,2026-02-16,1290.00,plan_cancelled
    2026-03-20,0000000000000003,Zk3xY81a,e232d769,Yoga for Beginners,Eve\u{1b}[2J\u{202e},anna@example.org,DE,49.00,EUR,sepa,one_time,sale,paid,2026-03-20T10:00:00Z,2026-03-20,2026-03-20T10:00:05.500Z,1,true,no,test_payment,,49.00,
    2026-03-20,dda4378643f3115d,Zk3xY81a,e232d769,Yoga for Beginners,Anna Beispiel,anna@example.org,DE,49.00,EUR,sepa,one_time,refund,succeeded,2026-03-20T10:00:00Z,2026-03-20,2026-03-20T10:00:05.500Z,1,false,no,not_a_sale,,0.00,
    "#);
    insta::assert_snapshot!(listed(Format::Tsv, None, &views()[1..3]), @r#"
    paid_on	transaction_id	order_id	product_id	product_name	customer_name	customer_email	country	amount	currency	method	plan	kind	status	ordered_at	ordered_on	paid_at	rate_number	test	refundable	refundable_code	refundable_until	left	flags
    2026-02-01	77b1e0a9c3d2f410	Zk3xY81a	aaaa0000	Chess	'=HYPERLINK("http://example.org")	anna@example.org	DE	1290.00	EUR	card	one_time	sale	paid			2026-02-01T10:00:00Z	1	false	goodwill	period_expired	2026-02-16	1290.00	plan_cancelled
    2026-03-20	0000000000000003	Zk3xY81a	e232d769	Yoga for Beginners	Eve\u{1b}[2J\u{202e}	anna@example.org	DE	49.00	EUR	sepa	one_time	sale	paid	2026-03-20T10:00:00Z	2026-03-20	2026-03-20T10:00:05.500Z	1	true	no	test_payment		49.00
    "#);
}

#[test]
fn the_most_urgent_flag_comes_first() {
    let mut record = sale();
    record.refunds = vec![refund(RefundState::Marked)];
    record.unmatched = vec![Unmatched { id: id("dda4378643f3115d"), amount: euros(4900), on: day("2026-03-24") }];
    let view = view(record);
    assert_eq!(view.flag_words(), "unmatched_refund refund_open");
    assert_eq!(refundable_cell(&view).text, "no (already_refunded)");
    assert_eq!(flags_tone(&view.flags), Tone::Warn);
}
