//! Notifications as CopeCart sends them, made up.

use super::*;
use crate::domain::sale::incoming::RowNote;
use crate::domain::sale::transaction::{PlatformStatus, SaleStatus};
use crate::domain::time::Zone;
use crate::import::settings::CsvSettings;
use chrono::DateTime;

const SALE: &str = r#"{
    "event_type": "payment.made", "transaction_type": "sale", "payment_status": "paid",
    "transaction_id": "a1b2c3d4e5f60718", "order_id": "aB3dE5fG", "rate_number": 1,
    "transaction_amount": "49.0", "transaction_currency": "EUR",
    "transaction_date": "2026-03-25T12:57:27.631+01:00",
    "transaction_processed_at": "2026-03-25T12:57:30.000+01:00",
    "order_date": "2026-03-25", "order_time": "2026-03-25T12:57:00.000+00:00",
    "payment_method": "credit_card", "payment_plan": "one_time_payment",
    "product_id": "e0010203", "product_name": "Kurs",
    "buyer_firstname": "Anna", "buyer_lastname": "Müller", "buyer_email": "anna@example.org",
    "buyer_country": "Deutschland", "buyer_country_code": "DE",
    "tags": [], "metadata": {"a": [{}]}, "affiliate": null, "test_payment": false
}"#;

fn settings() -> ImportSettings {
    ImportSettings { zone: Zone::BERLIN, currency: None, status: None, csv: CsvSettings::default() }
}

/// The sale with some fields changed; null takes a field out.
fn changed(changes: &str) -> Object {
    let mut object: Object = serde_json::from_str(SALE).unwrap();
    let changes: Object = serde_json::from_str(changes).unwrap();
    object.extend(changes);
    object
}

fn read(changes: &str) -> Result<Row, Fault> {
    CopecartIpn.row(&changed(changes), &settings(), &Notes::default())
}

fn report(changes: &str) -> PaymentReport {
    match read(changes) {
        Ok(Row::Payment(report)) => *report,
        other => panic!("{changes}: {other:?}"),
    }
}

fn payment(changes: &str) -> Transaction {
    report(changes).transaction
}

fn fault(changes: &str) -> (&'static str, Option<String>) {
    match read(changes) {
        Err(fault) => (fault.code.word(), fault.column),
        other => panic!("{changes}: {other:?}"),
    }
}

fn at(text: &str) -> Timestamp {
    DateTime::parse_from_rfc3339(text).unwrap().to_utc()
}

#[test]
fn every_field_of_a_sale_is_read() {
    let PaymentReport { transaction, as_of, .. } = report("{}");
    assert_eq!(transaction.id.as_str(), "a1b2c3d4e5f60718");
    assert_eq!(transaction.order.as_str(), "aB3dE5fG");
    assert_eq!(transaction.amount, Money::new(4900, Currency::EUR));
    assert_eq!(transaction.entry, KindAndStatus::Sale(SaleStatus::Paid));
    assert_eq!((transaction.method, transaction.plan), (Method::Card, PaymentPlan::OneTime));
    assert_eq!((transaction.rate_number, transaction.return_period), (Some(1), None));
    assert_eq!(transaction.customer.name, "Anna Müller");
    assert_eq!(transaction.customer.country, "DE");
    assert!(!transaction.is_test && !transaction.id_is_made_up);
    assert_eq!(transaction.paid_at, at("2026-03-25T11:57:27.631Z"));
    assert_eq!(as_of, Some(at("2026-03-25T11:57:30Z")));
}

#[test]
fn the_report_is_as_new_as_its_processing_or_else_its_payment() {
    let unprocessed = report(r#"{"transaction_processed_at": null}"#);
    assert_eq!(unprocessed.as_of, Some(unprocessed.transaction.paid_at));
}

#[test]
fn an_order_time_may_be_after_the_payment() {
    assert_eq!(payment("{}").ordered_at, Some(at("2026-03-25T12:57:00Z")));
}

#[test]
fn the_order_date_counts_if_the_time_disagrees_or_has_no_offset() {
    let midnight = Some(at("2026-03-25T00:00:00+01:00"));
    for time in ["2026-03-25T23:30:00Z", "2026-03-25T12:00:00", "12:57", "", "soon"] {
        assert_eq!(payment(&format!(r#"{{"order_time": "{time}"}}"#)).ordered_at, midnight, "{time}");
    }
    let dayless = payment(r#"{"order_date": null}"#).ordered_at;
    assert_eq!(dayless, Some(at("2026-03-25T12:57:00Z")));
    assert_eq!(payment(r#"{"order_date": null, "order_time": null}"#).ordered_at, None);
    let at_time = Some(at("2026-03-25T12:57:00Z"));
    assert_eq!(payment(r#"{"order_date": "25.3.26"}"#).ordered_at, at_time, "an unreadable day is left out");
}

#[test]
fn amounts_are_exact_from_strings_and_numbers_and_lose_their_sign() {
    for amount in ["\"100.0\"", "100.0", "100", "-100.00", "\"-100\"", "\" 100.000 \""] {
        let read = payment(&format!(r#"{{"transaction_amount": {amount}}}"#)).amount;
        assert_eq!(read, Money::new(10_000, Currency::EUR), "{amount}");
    }
    let exact = payment(r#"{"transaction_amount": 90071992.55}"#).amount;
    assert_eq!(exact.minor(), 9_007_199_255);
    let huge = "9".repeat(400);
    for amount in ["1e2", "1E2", "\"1e2\"", "\"100,0\"", "0.005", &huge, "\"NaN\"", "\"€ 5\""] {
        let fault = fault(&format!(r#"{{"transaction_amount": {amount}}}"#));
        assert_eq!(fault, ("bad_amount", Some("transaction_amount".into())), "{amount}");
    }
}

#[test]
fn every_status_of_the_platform_is_known() {
    use PlatformStatus as Reported;
    let refund = |status| KindAndStatus::Refund(status);
    let chargeback = |status| KindAndStatus::Chargeback(status);
    for (kind, status, entry, is_test) in [
        ("sale", "paid", KindAndStatus::Sale(SaleStatus::Paid), false),
        ("sale", "pending", KindAndStatus::Sale(SaleStatus::Pending), false),
        ("sale", "trial", KindAndStatus::Sale(SaleStatus::Trial), false),
        ("sale", "failed", KindAndStatus::Sale(SaleStatus::Failed), false),
        ("sale", "upcoming", KindAndStatus::Sale(SaleStatus::Upcoming), false),
        ("sale", "failed_as_chargeback", KindAndStatus::Sale(SaleStatus::ChargedBack), false),
        ("sale", "test_paid", KindAndStatus::Sale(SaleStatus::Paid), true),
        ("sale", "test_trial", KindAndStatus::Sale(SaleStatus::Trial), true),
        ("sale", "frozen", KindAndStatus::Sale(SaleStatus::Unknown), false),
        ("refund", "successed_refunded", refund(Reported::Succeeded), false),
        ("refund", "failed_refunded", refund(Reported::Failed), false),
        ("refund", "test_successed_refunded", refund(Reported::Succeeded), true),
        ("refund", "frozen", refund(Reported::Unknown), false),
        ("chargeback", "chargeback_succeeded", chargeback(Reported::Succeeded), false),
        ("chargeback", "chargeback_failed", chargeback(Reported::Failed), false),
    ] {
        let changes = format!(r#"{{"transaction_type": "{kind}", "payment_status": "{status}"}}"#);
        let payment = payment(&changes);
        assert_eq!((payment.entry, payment.is_test), (entry, is_test), "{kind} {status}");
    }
}

#[test]
fn a_missing_kind_follows_from_the_status_or_the_event_else_it_is_a_sale() {
    let entry = |event: &str, status: &str| {
        let changes = format!(r#"{{"transaction_type": null, "event_type": {event}, "payment_status": {status}}}"#);
        payment(&changes).entry
    };
    let refunded = KindAndStatus::Refund(PlatformStatus::Succeeded);
    let charged_back = KindAndStatus::Chargeback(PlatformStatus::Succeeded);
    assert_eq!(entry("\"payment.refunded\"", "null"), refunded);
    assert_eq!(entry("\"payment.refunded\"", "\"failed_refunded\""), KindAndStatus::Refund(PlatformStatus::Failed));
    assert_eq!(entry("\"payment.charged_back\"", "null"), charged_back);
    assert_eq!(entry("\"payment.charge_back\"", "null"), charged_back);
    assert_eq!(entry("\"payment.made\"", "\"successed_refunded\""), refunded);
    assert_eq!(entry("null", "\"paid\""), KindAndStatus::Sale(SaleStatus::Paid));
    assert_eq!(entry("null", "null"), KindAndStatus::Sale(SaleStatus::Unknown));
}

#[test]
fn the_status_precedes_the_event_and_the_event_the_setting() {
    let status = |changes: &str, setting| {
        let settings = ImportSettings { status: Some(setting), ..settings() };
        match CopecartIpn.row(&changed(changes), &settings, &Notes::default()) {
            Ok(Row::Payment(report)) => report.transaction.entry,
            other => panic!("{other:?}"),
        }
    };
    let disagreeing = r#"{"event_type": "payment.failed", "payment_status": "paid"}"#;
    assert_eq!(status(disagreeing, SaleStatus::Trial), KindAndStatus::Sale(SaleStatus::Paid));
    let untold = r#"{"event_type": "payment.failed", "payment_status": null}"#;
    assert_eq!(status(untold, SaleStatus::Paid), KindAndStatus::Sale(SaleStatus::Failed));
    let silent = r#"{"event_type": null, "payment_status": ""}"#;
    assert_eq!(status(silent, SaleStatus::Paid), KindAndStatus::Sale(SaleStatus::Paid));
    let unknown = r#"{"payment_status": "frozen"}"#;
    assert_eq!(status(unknown, SaleStatus::Paid), KindAndStatus::Sale(SaleStatus::Unknown));
}

#[test]
fn a_test_is_marked_by_its_flag_or_its_status() {
    for changes in [r#"{"test_payment": true}"#, r#"{"test_payment": "true"}"#, r#"{"test_payment": 1}"#] {
        assert!(payment(changes).is_test, "{changes}");
    }
    assert!(!payment(r#"{"test_payment": null, "payment_method": "test"}"#).is_test);
    assert!(!payment(r#"{"test_payment": "maybe"}"#).is_test);
}

#[test]
fn unknown_methods_and_plans_are_not_faults() {
    let method = |word: &str| payment(&format!(r#"{{"payment_method": {word}}}"#)).method;
    assert_eq!((method("\"sepa\""), method("\"barter\"")), (Method::Sepa, Method::Unknown));
    assert_eq!((method("null"), method("\" \"")), (Method::Unknown, Method::Unknown));
    let plan = |word: &str| payment(&format!(r#"{{"payment_plan": {word}}}"#)).plan;
    assert_eq!((plan("\"abonnement\""), plan("\"x\"")), (PaymentPlan::Subscription, PaymentPlan::Unknown));
}

#[test]
fn each_product_of_a_payment_is_kept_once_the_main_one_first() {
    let parts = r#"{"transaction_amount_per_product": [
        {"slug": "e0010205", "name": "Buch", "is_addon": true, "amount": "9.0"},
        {"slug": "e0010203", "name": "Kurs", "is_addon": false},
        {"slug": 12345678, "name": "Heft"},
        {"slug": "12345e67", "name": "Heft"},
        {}
    ]}"#;
    let products = payment(parts).products;
    let shown: Vec<_> =
        products.iter().map(|each| (each.id.as_ref().map_or("", ProductId::as_str), each.name.as_str())).collect();
    assert_eq!(shown, [("e0010203", "Kurs"), ("12345678", "Heft"), ("12345e67", "Heft"), ("e0010205", "Buch")]);
    let none = r#"{"product_id": null, "product_name": "", "transaction_amount_per_product": []}"#;
    assert_eq!(payment(none).products, []);
    for junk in ["\"x\"", "[1]", "{}", "[{\"slug\": {}}]"] {
        let products = payment(&format!(r#"{{"transaction_amount_per_product": {junk}}}"#)).products;
        assert_eq!(products.len(), 1, "{junk}");
    }
}

#[test]
fn each_needed_field_is_named_when_it_is_missing() {
    for field in ["transaction_id", "order_id", "transaction_amount", "transaction_currency"] {
        for nothing in ["null", "\"\"", "\"  \""] {
            let fault = fault(&format!(r#"{{"{field}": {nothing}}}"#));
            assert_eq!(fault, ("missing_field", Some(field.into())), "{nothing}");
        }
    }
}

#[test]
fn the_configured_currency_applies_to_notifications_without_one() {
    let settings = ImportSettings { currency: Some(Currency::EUR), ..settings() };
    let read = CopecartIpn.row(&changed(r#"{"transaction_currency": null}"#), &settings, &Notes::default());
    assert!(matches!(read, Ok(Row::Payment(report)) if report.transaction.amount.minor() == 4900));
}

#[test]
fn nested_junk_and_numbers_that_are_not_ids_are_faults_of_their_field() {
    for (changes, code, field) in [
        (r#"{"order_id": {"a": 1}}"#, "bad_value", "order_id"),
        (r#"{"order_id": 12345e67}"#, "bad_id", "order_id"),
        (r#"{"order_id": 1.5}"#, "bad_id", "order_id"),
        (r#"{"order_id": "a\u0007b"}"#, "bad_id", "order_id"),
        (r#"{"transaction_id": []}"#, "bad_value", "transaction_id"),
        (r#"{"event_type": {}}"#, "bad_value", "event_type"),
        (r#"{"transaction_type": "barter"}"#, "bad_value", "transaction_type"),
        (r#"{"transaction_currency": "EURO"}"#, "bad_currency", "transaction_currency"),
        (r#"{"transaction_date": "25.03.2026"}"#, "bad_date", "transaction_date"),
        (r#"{"transaction_date": "1969-03-25"}"#, "bad_date", "transaction_date"),
    ] {
        assert_eq!(fault(changes), (code, Some(field.into())), "{changes}");
    }
    assert_eq!(payment(r#"{"order_id": 12345678}"#).order.as_str(), "12345678");
}

#[test]
fn an_optional_field_that_cannot_be_read_is_left_out() {
    for (changes, column) in [
        (r#"{"rate_number": "1/3"}"#, "rate_number"),
        (r#"{"order_date": "25.3.26"}"#, "order_date"),
        (r#"{"transaction_processed_at": "soon"}"#, "transaction_processed_at"),
        (r#"{"buyer_email": ["x"]}"#, "buyer_email"),
        (r#"{"product_id": {}}"#, "product_id"),
        (r#"{"transaction_amount_per_product": "x"}"#, ITEMS),
        (r#"{"test_payment": "maybe"}"#, "test_payment"),
        (r#"{"transaction_date": null}"#, "transaction_date"),
    ] {
        let notes = Notes::default();
        let row = CopecartIpn.row(&changed(changes), &settings(), &notes);
        assert!(matches!(row, Ok(Row::Payment(_))), "{changes}: {row:?}");
        let columns: Vec<String> = notes
            .into_all()
            .into_iter()
            .map(|note| match note {
                RowNote::LeftOut { column, .. } | RowNote::UnknownWord { column, .. } => column,
            })
            .collect();
        assert_eq!(columns, [column], "{changes}");
    }
}

#[test]
fn without_the_payment_s_day_the_processing_s_or_the_order_s_is_used() {
    assert_eq!(payment(r#"{"transaction_date": null}"#).paid_at, at("2026-03-25T11:57:30Z"));
    let ordered = payment(r#"{"transaction_date": null, "transaction_processed_at": ""}"#).paid_at;
    assert_eq!(ordered, at("2026-03-25T12:57:00Z"));
    let none =
        r#"{"transaction_date": null, "transaction_processed_at": null, "order_date": null, "order_time": null}"#;
    assert_eq!(fault(none), ("missing_field", Some("transaction_date".into())));
}

#[test]
fn a_notification_that_speaks_of_money_back_and_cannot_be_read_carries_evidence() {
    let evidence = |changes: &str| read(changes).unwrap_err().evidence;
    for changes in [
        r#"{"event_type": "payment.refunded", "transaction_type": "refund", "payment_status": null, "transaction_id": null}"#,
        r#"{"event_type": "payment.refunded", "transaction_type": "refund", "transaction_amount": "x"}"#,
        r#"{"event_type": "payment.partially_refunded", "transaction_type": "refund"}"#,
        r#"{"transaction_type": "barter", "payment_status": "chargeback_succeeded"}"#,
        r#"{"transaction_type": null, "event_type": null, "transaction_amount": "-49.0"}"#,
        r#"{"payment_status": "partially refunded"}"#,
    ] {
        assert_eq!(evidence(changes).unwrap().order.unwrap().as_str(), "aB3dE5fG", "{changes}");
    }
    for changes in [
        r#"{"transaction_id": null}"#,
        r#"{"transaction_id": null, "transaction_type": "refund", "payment_status": "failed_refunded"}"#,
        r#"{"transaction_id": null, "transaction_type": "refund", "payment_status": null, "test_payment": true}"#,
    ] {
        assert_eq!(evidence(changes), None, "{changes}");
    }
}

#[test]
fn a_plan_s_cancellation_needs_only_its_order() {
    let cancelled = r#"{"event_type": "payment.recurring.cancelled", "order_id": "aB3dE5fG"}"#;
    let body: Object = serde_json::from_str(cancelled).unwrap();
    let order = OrderId::new("aB3dE5fG").unwrap();
    let expected = PlanCancellation { order: order.clone(), product: None, at: None };
    assert_eq!(CopecartIpn.row(&body, &settings(), &Notes::default()), Ok(Row::PlanCancelled(expected)));
    let product = Some(ProductId::new("e0010203").unwrap());
    let expected = PlanCancellation { order, product, at: Some(at("2026-03-25T11:57:30Z")) };
    assert_eq!(read(r#"{"event_type": "payment.recurring.cancelled"}"#), Ok(Row::PlanCancelled(expected)));
}

#[test]
fn a_notification_that_is_not_a_payment_is_set_aside() {
    for changes in [
        r#"{"event_type": "payment.recurring.upcoming", "transaction_id": null}"#,
        r#"{"event_type": "payment.sale.succeeded"}"#,
        r#"{"transaction_type": "payout", "transaction_amount": "-49.0"}"#,
    ] {
        assert!(matches!(read(changes), Ok(Row::SetAside(_))), "{changes}");
    }
    assert!(matches!(CopecartIpn.row(&Object::new(), &settings(), &Notes::default()), Ok(Row::SetAside(_))));
    let upcoming = payment(r#"{"event_type": "payment.recurring.upcoming", "payment_status": null}"#);
    assert_eq!(upcoming.entry, KindAndStatus::Sale(SaleStatus::Upcoming));
}

#[test]
fn the_processing_of_a_paid_debit_dates_it() {
    let confirmed = |changes: &str| report(changes).confirmed_at;
    assert_eq!(confirmed(r#"{"payment_method": "sepa"}"#), Some(at("2026-03-25T11:57:30Z")));
    assert_eq!(confirmed("{}"), None, "a card payment is no debit");
    let pending = r#"{"payment_method": "sepa", "payment_status": "pending", "event_type": "payment.pending"}"#;
    assert_eq!(confirmed(pending), None);
    // The payment's own day does not date the debit.
    assert_eq!(confirmed(r#"{"payment_method": "sepa", "transaction_processed_at": null}"#), None);
}
