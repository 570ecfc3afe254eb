//! A notice is recorded with its refund, and is never changed or deleted.

use super::*;
use crate::domain::audit_log::EventKind;
use crate::domain::ids::RefundId;
use crate::domain::notice::Language;
use crate::domain::sale::record::SaleRecord;
use crate::store::{EventFilter, NewNotice};

impl Bench {
    fn notify(&self, refund: &RefundId, at: &str) {
        let refund = self.store.refund(refund, Zone::BERLIN).unwrap().unwrap();
        let mut writer = self.store.write(signature(instant(at))).unwrap();
        writer.record_notice(&NewNotice { refund: &refund, language: Language::German, digest: "abc" }).unwrap();
        writer.commit().unwrap();
    }

    fn record(&self, zone: Zone) -> SaleRecord {
        self.store.record(&plain_sale(), zone).unwrap().unwrap()
    }

    fn notified_on(&self) -> Option<String> {
        self.record(Zone::BERLIN).customer_notified_on.map(|day| day.to_string())
    }
}

fn with_a_marked_refund() -> (Bench, RefundId) {
    let bench = Bench::new();
    bench.take(&[report(SaleStatus::Paid, DAY_2)]);
    let number = bench.mark(&plain_sale(), "49.00", "2026-03-03");
    (bench, RefundId::Desk(number))
}

#[test]
fn the_latest_notice_counts_by_its_day_in_the_desks_time_zone() {
    let (bench, refund) = with_a_marked_refund();
    assert_eq!(bench.notified_on(), None);
    bench.notify(&refund, "2026-03-03T12:00:00+01:00");
    bench.notify(&refund, "2026-03-04T23:30:00Z");
    assert_eq!(bench.notified_on().as_deref(), Some("2026-03-05"));
    let elsewhere = bench.record("America/New_York".parse().unwrap());
    assert_eq!(elsewhere.customer_notified_on, Some("2026-03-04".parse().unwrap()));
}

#[test]
fn a_notice_appends_an_event_of_ids_codes_and_a_digest() {
    let (bench, refund) = with_a_marked_refund();
    bench.notify(&refund, "2026-03-03T12:00:00+01:00");
    let filter = EventFilter { kind: Some(EventKind::NoticeWritten), ..EventFilter::default() };
    let events = bench.store.events(&filter).unwrap();
    let [event] = events.as_slice() else { panic!("{events:?}") };
    assert_eq!(event.what.subject.transaction, Some(plain_sale()));
    assert_eq!(event.what.subject.refund, Some(refund));
    assert_eq!(event.what.facts, r#"{"language":"de","sha256":"abc","status":"marked"}"#);
    assert!(bench.findings().is_empty());
}

#[test]
fn customers_can_be_notified_of_a_platform_refund_too() {
    let bench = Bench::new();
    bench.take(&[report(SaleStatus::Paid, DAY_2)]);
    bench.take(&[platform("r", Kind::Refund, PlatformStatus::Succeeded, 4900, DAY_4)]);
    bench.notify(&RefundId::Platform(id("r")), "2026-03-05T12:00:00+01:00");
    assert_eq!(bench.notified_on().as_deref(), Some("2026-03-05"));
}

#[test]
fn a_notice_follows_its_sale_and_its_refund_when_a_payment_time_changes() {
    let bench = Bench::new();
    bench.take(&[report(SaleStatus::Paid, DAY_2)]);
    bench.take(&[platform("r", Kind::Refund, PlatformStatus::Succeeded, 4900, DAY_4)]);
    bench.notify(&RefundId::Platform(id("r")), "2026-03-05T12:00:00+01:00");
    let mut sale = report(SaleStatus::Paid, DAY_9);
    sale.transaction.paid_at = noon("2026-03-01");
    let mut refund = platform("r", Kind::Refund, PlatformStatus::Succeeded, 4900, DAY_9);
    refund.transaction.paid_at = noon("2026-03-05");
    bench.take(&[sale, refund]);
    assert_eq!(bench.record(Zone::BERLIN).payment.paid_at, noon("2026-03-01"));
    assert_eq!(bench.notified_on().as_deref(), Some("2026-03-05"));
    assert!(bench.findings().is_empty());
}

#[test]
fn a_notice_is_never_changed_and_never_deleted() {
    let (bench, refund) = with_a_marked_refund();
    bench.notify(&refund, "2026-03-03T12:00:00+01:00");
    assert!(bench.refuses("UPDATE notices SET told_at = 0").contains("never changed"));
    assert!(bench.refuses("DELETE FROM notices").contains("never deleted"));
    let of_nothing = "INSERT INTO notices (sale, told_at, language) SELECT row, 0, 'de' FROM transactions";
    assert!(bench.refuses(of_nothing).contains("CHECK"));
}
