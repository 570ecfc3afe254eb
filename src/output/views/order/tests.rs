//! An order with several payments and currencies.

use super::text::sum_text;
use super::*;
use crate::domain::ids::TransactionId;
use crate::domain::refund::RefundState;
use crate::domain::sale::transaction::KindAndStatus;
use crate::output::ui::Format;
use crate::output::ui::tests::ui;
use crate::output::views::fixtures::{instant, policy, product, refund, sale, today};

fn order() -> OrderView {
    let mut second = sale();
    second.payment.id = TransactionId::new("77b1e0a9c3d2f410").unwrap();
    second.payment.paid_at = instant("2026-03-24T10:00:00Z");
    second.payment.rate_number = Some(2);
    second.payment.products.push(product("", "Chess"));
    second.refunds = vec![refund(RefundState::Marked)];
    let mut third = sale();
    third.payment.id = TransactionId::new("0000000000000003").unwrap();
    third.payment.amount = Money::new(1000, "USD".parse().unwrap());
    let mut test = third.clone();
    test.payment.is_test = true;
    OrderView::of(vec![sale(), second, third, test], &policy(), &today()).unwrap().unwrap()
}

fn shown(format: Format) -> String {
    let (mut ui, out, _) = ui(format, None);
    show(&mut ui, &order()).unwrap();
    out.text()
}

#[test]
fn an_order_has_one_sum_per_currency_and_lists_its_payments() {
    insta::assert_snapshot!(shown(Format::Table), @"
    order               Zk3xY81a
    customer            Anna Beispiel <anna@example.org>
    product             Yoga for Beginners (e232d769), Chess
    ordered             Fri 2026-03-20
    plan                one payment
    paid                98.00 EUR, 10.00 USD
    refunded or marked  49.00 EUR, 0.00 USD
    left                49.00 EUR, 10.00 USD

    PAID        TRANSACTION          AMOUNT  METHOD  STATUS  REFUNDABLE             FLAGS
    ───────────────────────────────────────────────────────────────────────────────────────────
    2026-03-20  3f9a0c11d2e4b567  49.00 EUR  sepa    paid    yes, until 2026-04-20
    2026-03-24  77b1e0a9c3d2f410  49.00 EUR  sepa    paid    no (already_refunded)  refund_open
    2026-03-20  0000000000000003  10.00 USD  sepa    paid    yes, until 2026-04-20
    2026-03-20  0000000000000003  10.00 USD  sepa    paid    no (test_payment)
    ");
}

#[test]
fn json_has_the_payments_inside_the_order_and_csv_has_only_them() {
    insta::assert_snapshot!(shown(Format::Json), @r#"{"schema_version":1,"order":{"order_id":"Zk3xY81a","customer":{"name":"Anna Beispiel","email":"anna@example.org","country":"DE"},"products":[{"product_id":"e232d769","name":"Yoga for Beginners"},{"product_id":null,"name":"Chess"}],"ordered_on":"2026-03-20","plan":"one_time","plan_cancelled":false,"totals":{"paid":[{"minor":9800,"currency":"EUR","text":"98.00 EUR"},{"minor":1000,"currency":"USD","text":"10.00 USD"}],"refunded":[{"minor":4900,"currency":"EUR","text":"49.00 EUR"},{"minor":0,"currency":"USD","text":"0.00 USD"}],"charged_back":[{"minor":0,"currency":"EUR","text":"0.00 EUR"},{"minor":0,"currency":"USD","text":"0.00 USD"}],"left":[{"minor":4900,"currency":"EUR","text":"49.00 EUR"},{"minor":1000,"currency":"USD","text":"10.00 USD"}]},"transactions":[{"transaction_id":"3f9a0c11d2e4b567","order_id":"Zk3xY81a","products":[{"product_id":"e232d769","name":"Yoga for Beginners"}],"product_id":"e232d769","product_name":"Yoga for Beginners","customer":{"name":"Anna Beispiel","email":"anna@example.org","country":"DE"},"amount":{"minor":4900,"currency":"EUR","text":"49.00 EUR"},"method":"sepa","plan":"one_time","kind":"sale","status":"paid","ordered_at":"2026-03-20T10:00:00Z","ordered_on":"2026-03-20","paid_at":"2026-03-20T10:00:05.500Z","paid_on":"2026-03-20","rate_number":1,"test":false,"refundable":{"verdict":"yes","code":null,"until":"2026-04-20","left":{"minor":4900,"currency":"EUR","text":"49.00 EUR"}},"flags":[]},{"transaction_id":"77b1e0a9c3d2f410","order_id":"Zk3xY81a","products":[{"product_id":"e232d769","name":"Yoga for Beginners"},{"product_id":null,"name":"Chess"}],"product_id":"e232d769","product_name":"Yoga for Beginners","customer":{"name":"Anna Beispiel","email":"anna@example.org","country":"DE"},"amount":{"minor":4900,"currency":"EUR","text":"49.00 EUR"},"method":"sepa","plan":"one_time","kind":"sale","status":"paid","ordered_at":"2026-03-20T10:00:00Z","ordered_on":"2026-03-20","paid_at":"2026-03-24T10:00:00Z","paid_on":"2026-03-24","rate_number":2,"test":false,"refundable":{"verdict":"no","code":"already_refunded","until":null,"left":{"minor":0,"currency":"EUR","text":"0.00 EUR"}},"flags":["refund_open"]},{"transaction_id":"0000000000000003","order_id":"Zk3xY81a","products":[{"product_id":"e232d769","name":"Yoga for Beginners"}],"product_id":"e232d769","product_name":"Yoga for Beginners","customer":{"name":"Anna Beispiel","email":"anna@example.org","country":"DE"},"amount":{"minor":1000,"currency":"USD","text":"10.00 USD"},"method":"sepa","plan":"one_time","kind":"sale","status":"paid","ordered_at":"2026-03-20T10:00:00Z","ordered_on":"2026-03-20","paid_at":"2026-03-20T10:00:05.500Z","paid_on":"2026-03-20","rate_number":1,"test":false,"refundable":{"verdict":"yes","code":null,"until":"2026-04-20","left":{"minor":1000,"currency":"USD","text":"10.00 USD"}},"flags":[]},{"transaction_id":"0000000000000003","order_id":"Zk3xY81a","products":[{"product_id":"e232d769","name":"Yoga for Beginners"}],"product_id":"e232d769","product_name":"Yoga for Beginners","customer":{"name":"Anna Beispiel","email":"anna@example.org","country":"DE"},"amount":{"minor":1000,"currency":"USD","text":"10.00 USD"},"method":"sepa","plan":"one_time","kind":"sale","status":"paid","ordered_at":"2026-03-20T10:00:00Z","ordered_on":"2026-03-20","paid_at":"2026-03-20T10:00:05.500Z","paid_on":"2026-03-20","rate_number":1,"test":true,"refundable":{"verdict":"no","code":"test_payment","until":null,"left":{"minor":1000,"currency":"USD","text":"10.00 USD"}},"flags":[]}]}}"#);
    assert_eq!(shown(Format::Csv).lines().count(), 5);
}

#[test]
fn a_sale_refunded_only_by_its_status_adds_up() {
    let sums = |status| {
        let mut record = sale();
        record.payment.entry = KindAndStatus::Sale(status);
        let sums = Sums::of(&[record]).unwrap();
        [sums.paid, sums.refunded, sums.charged_back, sums.left].map(|sum| sum_text(&sum)).join(", ")
    };
    assert_eq!(sums(SaleStatus::Paid), "49.00 EUR, 0.00 EUR, 0.00 EUR, 49.00 EUR");
    assert_eq!(sums(SaleStatus::Refunded), "49.00 EUR, 49.00 EUR, 0.00 EUR, 0.00 EUR");
    assert_eq!(sums(SaleStatus::ChargedBack), "49.00 EUR, 0.00 EUR, 49.00 EUR, 0.00 EUR");
    assert_eq!(sums(SaleStatus::Pending), "0.00 EUR, 0.00 EUR, 0.00 EUR, 0.00 EUR");
}

#[test]
fn without_payments_there_is_no_order() {
    assert_eq!(OrderView::of(Vec::new(), &policy(), &today()), Ok(None));
}
