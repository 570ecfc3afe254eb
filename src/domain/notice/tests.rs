//! A notice is true on the day of the message, in every state and for every method.

use super::*;
use crate::domain::fixtures::{cents, day, noon, sale};
use crate::domain::rules::calendar::Calendar;
use crate::domain::rules::window::{Settlement, SettlementRule};
use crate::domain::sale::transaction::PlatformStatus;

/// The notice about the refund of a record, as of a day.
fn notice(record: &SaleRecord, policy: &Policy, today: &str) -> Result<Notice, NoNotice> {
    Notice::of(record.refunds.first().unwrap(), record, policy, day(today))
}

fn notice_on(record: &SaleRecord, today: &str) -> Notice {
    notice(record, &Policy::default(), today).unwrap()
}

/// 49.00 EUR paid on Monday 2 March; the refund was marked, and has reached its state, on Tuesday 3 March.
fn refunded(status: RefundStatus, method: Method) -> SaleRecord {
    sale().by(method).with_refund(status, 4900)
}

fn span(from: &str, by: &str) -> Span {
    Span { from: day(from), by: day(by) }
}

#[test]
fn a_marked_refund_arrives_if_it_is_carried_out_on_the_day_of_the_message() {
    let marked = refunded(RefundStatus::Marked, Method::Sepa);
    for (today, from, by) in [
        ("2026-03-03", "2026-03-04", "2026-03-10"),
        // Marked long ago; the message is written before Easter.
        ("2026-04-02", "2026-04-07", "2026-04-13"),
    ] {
        let notice = notice_on(&marked, today);
        assert_eq!(notice.progress, Progress::Marked);
        assert_eq!(notice.arrival, Some(Arrival::IfCarriedOutToday(span(from, by))));
    }
}

#[test]
fn of_a_window_only_what_is_still_ahead_is_told() {
    let submitted = refunded(RefundStatus::Submitted, Method::Sepa);
    let arrival = |today: &str| notice_on(&submitted, today).arrival;
    assert_eq!(arrival("2026-03-03"), Some(Arrival::Expected(span("2026-03-04", "2026-03-10"))));
    assert_eq!(arrival("2026-03-04"), Some(Arrival::Expected(span("2026-03-04", "2026-03-10"))));
    assert_eq!(arrival("2026-03-05"), Some(Arrival::Until(day("2026-03-10"))));
    assert_eq!(arrival("2026-03-10"), Some(Arrival::Until(day("2026-03-10"))));
    assert_eq!(arrival("2026-03-11"), Some(Arrival::Late(day("2026-03-10"))));
}

#[test]
fn a_confirmed_refund_is_counted_from_the_day_it_was_carried_out() {
    let mut record = refunded(RefundStatus::Succeeded, Method::Sepa);
    let (on, carried_out_on) = (day("2026-03-05"), day("2026-03-03"));
    record.refunds[0].state = RefundState::Succeeded { on, carried_out_on };
    let notice = notice_on(&record, "2026-03-05");
    assert_eq!(notice.progress, Progress::Succeeded { carried_out_on, on });
    assert_eq!(notice.arrival, Some(Arrival::Until(day("2026-03-10"))));
}

#[test]
fn a_refund_of_the_platform_has_a_notice_like_any_other() {
    let record = sale().with_platform_refund_at(4900, noon("2026-03-03"));
    let notice = notice_on(&record, "2026-03-03");
    assert_eq!(notice.arrival, Some(Arrival::Expected(span("2026-03-03", "2026-03-17"))));
}

#[test]
fn a_configured_window_is_told_and_can_be_a_single_day() {
    let rule = SettlementRule { from: 2, by: 2 };
    let settlement = Settlement { by_method: [(Method::Card, rule)].into() };
    let calendar = Calendar::new([day("2026-03-04")]);
    let policy = Policy { settlement, calendar, ..Policy::default() };
    let arrival = |status, today| notice(&refunded(status, Method::Card), &policy, today).unwrap().arrival;
    let friday = span("2026-03-06", "2026-03-06");
    assert_eq!(arrival(RefundStatus::Marked, "2026-03-03"), Some(Arrival::IfCarriedOutToday(friday)));
    assert_eq!(arrival(RefundStatus::Submitted, "2026-03-06"), Some(Arrival::Expected(friday)));
    assert_eq!(arrival(RefundStatus::Submitted, "2026-03-07"), Some(Arrival::Late(day("2026-03-06"))));
}

#[test]
fn a_payment_that_paypal_no_longer_refunds_has_no_window() {
    let arrival = |status, today| notice_on(&refunded(status, Method::Paypal), today).arrival;
    assert!(arrival(RefundStatus::Marked, "2026-08-29").is_some());
    assert!(arrival(RefundStatus::Submitted, "2026-08-30").is_some());
    let mut late = refunded(RefundStatus::Succeeded, Method::Paypal);
    let on = day("2026-08-30");
    late.refunds[0].state = RefundState::Succeeded { on, carried_out_on: on };
    assert_eq!(notice_on(&late, "2026-08-30").arrival, None);
}

#[test]
fn switzerland_and_liechtenstein_have_their_own_forms() {
    let swiss = ["CH", " Schweiz", "suisse", "LI", "Liechtenstein"];
    assert!(swiss.iter().all(|country| has_swiss_forms(country)));
    assert!(!["", "DE", "AT", "FR"].iter().any(|country| has_swiss_forms(country)));
}

#[test]
fn a_debit_is_mentioned_while_it_can_be_reversed_without_a_reason() {
    let until = day("2026-04-27");
    for status in [RefundStatus::Marked, RefundStatus::Submitted, RefundStatus::Succeeded] {
        let debit = |method, today: &str| notice_on(&refunded(status, method), today).debit;
        assert_eq!(debit(Method::Sepa, "2026-04-27"), Some(Debit { is_certain: true, until }));
        assert_eq!(debit(Method::Sepa, "2026-04-28"), None);
        assert_eq!(debit(Method::Unknown, "2026-04-27"), Some(Debit { is_certain: false, until }));
        assert_eq!(debit(Method::Unknown, "2026-04-28"), None);
        for method in Method::ALL.iter().copied() {
            let may_be = matches!(method, Method::Sepa | Method::Unknown);
            assert_eq!(debit(method, "2026-03-03").is_some(), may_be, "{method}");
        }
    }
}

#[test]
fn after_a_chargeback_no_debit_is_mentioned_and_a_marked_refund_has_no_notice() {
    let charged_back = |status| refunded(status, Method::Sepa).with_chargeback(PlatformStatus::Succeeded, 4900);
    assert_eq!(notice_on(&charged_back(RefundStatus::Submitted), "2026-03-05").debit, None);
    let refused = notice(&charged_back(RefundStatus::Marked), &Policy::default(), "2026-03-05").unwrap_err();
    assert_eq!(refused.code(), "charged_back");
    let lifted = refunded(RefundStatus::Marked, Method::Sepa).with_chargeback(PlatformStatus::Failed, 4900);
    assert!(notice(&lifted, &Policy::default(), "2026-03-05").is_ok());
}

#[test]
fn a_refund_that_pays_nothing_has_no_notice() {
    let refused = |status| notice(&refunded(status, Method::Card), &Policy::default(), "2026-03-05").unwrap_err();
    for status in [RefundStatus::Failed, RefundStatus::Cancelled, RefundStatus::Reversed] {
        assert_eq!(refused(status).code(), "nothing_to_tell", "{status}");
    }
    let mut test = refunded(RefundStatus::Succeeded, Method::Card);
    test.payment.is_test = true;
    assert_eq!(notice(&test, &Policy::default(), "2026-03-05").unwrap_err().code(), "test_payment");
}

#[test]
fn a_refund_of_less_than_was_paid_is_partial() {
    let mut record = refunded(RefundStatus::Marked, Method::Card);
    assert!(!notice_on(&record, "2026-03-03").is_partial());
    record.refunds[0].amount = cents(4899);
    assert!(notice_on(&record, "2026-03-03").is_partial());
}

#[test]
fn a_country_with_one_known_language_has_it() {
    let of = |country| Language::of_country(country).map(Language::word);
    for country in ["DE", "de", " Deutschland ", "Allemagne", "AT", "Österreich", "ÖSTERREICH", "LI"] {
        assert_eq!(of(country), Some("de"), "{country}");
    }
    for country in ["FR", "France", "Frankreich", "MC", "RE"] {
        assert_eq!(of(country), Some("fr"), "{country}");
    }
    for country in ["GB", "IE", "US", "United Kingdom", "Royaume-Uni"] {
        assert_eq!(of(country), Some("en"), "{country}");
    }
    for country in ["", "CH", "BE", "LU", "CA", "NL", "PL", "Atlantis"] {
        assert_eq!(of(country), None, "{country}");
    }
}

#[test]
fn a_mailbox_is_one_plain_address() {
    let parsed = |text| Mailbox::parse(text).map(|mailbox| (mailbox.name, mailbox.address));
    let zoe = "zoe@example.com".to_owned();
    assert_eq!(parsed("zoe@example.com"), Some((String::new(), zoe.clone())));
    assert_eq!(parsed(" Zoë Müller <zoe@example.com>"), Some(("Zoë Müller".into(), zoe.clone())));
    assert_eq!(parsed("<zoe@example.com>"), Some((String::new(), zoe)));
    for text in [
        "",
        "zoe",
        "zoe@",
        "@example.com",
        "zoe@example.com, max@example.com",
        "zoe@example.com max@example.com",
        "zoe@example.com\r\nBcc: max@example.com",
        "zoe@exa@mple.com",
        "zoe@example.",
        "zoë@example.com",
        "a\nb <zoe@example.com>",
        "zoe@example.com>",
    ] {
        assert_eq!(parsed(text), None, "{text:?}");
    }
}

#[test]
fn a_paypal_refund_that_comes_too_late_has_no_notice() {
    let on = |status, today| notice(&refunded(status, Method::Paypal), &Policy::default(), today);
    assert!(on(RefundStatus::Marked, "2026-08-29").is_ok());
    assert_eq!(on(RefundStatus::Marked, "2026-08-30").unwrap_err().code(), "no_longer_right");
    assert!(on(RefundStatus::Submitted, "2026-08-30").is_ok());
    assert!(on(RefundStatus::Succeeded, "2026-08-30").is_ok());
}

#[test]
fn a_debit_is_mentioned_until_eight_weeks_after_its_confirmation() {
    let debit =
        |today: &str| notice_on(&refunded(RefundStatus::Marked, Method::Sepa).confirmed("2026-03-10"), today).debit;
    assert_eq!(debit("2026-05-05"), Some(Debit { is_certain: true, until: day("2026-05-05") }));
    assert_eq!(debit("2026-05-06"), None);
}
