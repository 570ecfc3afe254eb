//! Reports of an order that arrive in any sequence, once or repeatedly, end in the same state.

use super::*;
use crate::domain::refund::RefundState;
use crate::domain::sale::transaction::Method;

/// Every sequence of the items.
fn permutations<T: Clone>(items: &[T]) -> Vec<Vec<T>> {
    if items.is_empty() {
        return vec![vec![]];
    }
    let mut all = Vec::new();
    for (index, first) in items.iter().enumerate() {
        let mut rest = items.to_vec();
        rest.remove(index);
        for mut tail in permutations(&rest) {
            tail.insert(0, first.clone());
            all.push(tail);
        }
    }
    all
}

fn notifications() -> Vec<PaymentReport> {
    vec![
        report(SaleStatus::Pending, "2026-03-01T12:00:00+01:00"),
        report(SaleStatus::Paid, DAY_2),
        platform("p", Kind::Refund, PlatformStatus::Succeeded, 1000, DAY_4),
        platform("c", Kind::Chargeback, PlatformStatus::Succeeded, 3900, DAY_4),
        platform("c", Kind::Chargeback, PlatformStatus::Failed, 3900, DAY_9),
    ]
}

#[test]
fn every_sequence_of_an_orders_notifications_ends_in_the_same_state() {
    let in_sequence = Bench::new();
    in_sequence.take(&notifications());
    let expected = in_sequence.state();
    insta::assert_snapshot!(expected, @"
    aaaa000000000001 sale paid 1772449200000  1772449200000 - -
    c chargeback failed 1772622000000  1773054000000 - -
    p refund succeeded 1772622000000  1772622000000 - -
    c -> aaaa000000000001 
    p -> aaaa000000000001 
    aaaa000000000001 p succeeded
    ");
    for sequence in permutations(&notifications()) {
        let bench = Bench::new();
        for report in &sequence {
            bench.take(std::slice::from_ref(report));
        }
        assert_eq!(bench.state(), expected);
        assert!(bench.take(&sequence).iter().all(|outcome| *outcome == RowOutcome::Unchanged));
        assert_eq!(bench.findings(), Vec::<String>::new());
    }
}

#[test]
fn a_reported_refund_completes_the_desks_refund_and_is_not_counted_twice() {
    let bench = Bench::new();
    bench.take(&[report(SaleStatus::Paid, DAY_2)]);
    let number = bench.mark(&plain_sale(), "10.00", "2026-03-03");
    bench.take(&[platform("p", Kind::Refund, PlatformStatus::Succeeded, 1000, DAY_4)]);
    assert_eq!(bench.status(number), RefundStatus::Succeeded);
    let record = bench.store.record(&plain_sale(), Zone::BERLIN).unwrap().unwrap();
    assert_eq!(record.left(), cents(3900));
    assert_eq!(record.refunds.len(), 1);
}

#[test]
fn a_platform_refund_known_before_the_mark_is_another_refund() {
    let bench = Bench::new();
    bench.take(&[report(SaleStatus::Paid, DAY_2), platform("p", Kind::Refund, PlatformStatus::Succeeded, 1000, DAY_4)]);
    let number = bench.mark(&plain_sale(), "10.00", "2026-03-05");
    assert_eq!(bench.status(number), RefundStatus::Marked);
    bench.take(&[platform("q", Kind::Refund, PlatformStatus::Succeeded, 1000, DAY_9)]);
    assert_eq!(bench.status(number), RefundStatus::Succeeded);
    let record = bench.store.record(&plain_sale(), Zone::BERLIN).unwrap().unwrap();
    assert_eq!(record.left(), cents(2900));
}

#[test]
fn a_refund_that_failed_at_the_platform_can_be_marked_again_and_succeeds() {
    let bench = Bench::new();
    bench.take(&[report(SaleStatus::Paid, DAY_2)]);
    let first = bench.mark(&plain_sale(), "49.00", "2026-03-03");
    bench.take(&[platform("p", Kind::Refund, PlatformStatus::Failed, 4900, DAY_4)]);
    assert_eq!(bench.status(first), RefundStatus::Failed);
    let second = bench.mark(&plain_sale(), "49.00", "2026-03-05");
    bench.take(&[platform("q", Kind::Refund, PlatformStatus::Succeeded, 4900, DAY_9)]);
    assert_eq!((bench.status(first), bench.status(second)), (RefundStatus::Failed, RefundStatus::Succeeded));
    assert_eq!(bench.findings(), Vec::<String>::new());
}

#[test]
fn a_cancelled_refund_that_the_platform_paid_counts_as_the_platforms() {
    let bench = Bench::new();
    bench.take(&[report(SaleStatus::Paid, DAY_2)]);
    let number = bench.mark(&plain_sale(), "49.00", "2026-03-03");
    bench.step(number, Step::Cancel, "2026-03-03");
    bench.take(&[platform("p", Kind::Refund, PlatformStatus::Succeeded, 4900, DAY_4)]);
    assert_eq!(bench.status(number), RefundStatus::Cancelled);
    let record = bench.store.record(&plain_sale(), Zone::BERLIN).unwrap().unwrap();
    assert_eq!((record.refunds.len(), record.left()), (2, cents(0)));
}

#[test]
fn cancelling_one_of_two_equal_refunds_decides_which_one_the_platform_paid() {
    let bench = Bench::new();
    bench.take(&[report(SaleStatus::Paid, DAY_2)]);
    let first = bench.mark(&plain_sale(), "10.00", "2026-03-03");
    let second = bench.mark(&plain_sale(), "10.00", "2026-03-03");
    bench.take(&[platform("p", Kind::Refund, PlatformStatus::Succeeded, 1000, DAY_4)]);
    let unmatched = bench.store.record(&plain_sale(), Zone::BERLIN).unwrap().unwrap().unmatched;
    assert_eq!(unmatched.len(), 1);
    bench.step(second, Step::Cancel, "2026-03-05");
    assert_eq!((bench.status(first), bench.status(second)), (RefundStatus::Succeeded, RefundStatus::Cancelled));
}

#[test]
fn when_a_payment_time_changes_everything_that_refers_to_its_row_follows() {
    let bench = Bench::new();
    bench.take(&[report(SaleStatus::Paid, DAY_2), platform("p", Kind::Refund, PlatformStatus::Succeeded, 1000, DAY_4)]);
    let number = bench.mark(&plain_sale(), "5.00", "2026-03-05");
    let mut later = report(SaleStatus::Paid, DAY_9);
    later.transaction.paid_at = noon("2026-03-03");
    later.transaction.products = vec![product("e232d769"), product("ffff0000")];
    assert_eq!(bench.take(&[later]), [RowOutcome::Updated]);
    let record = bench.store.record(&plain_sale(), Zone::BERLIN).unwrap().unwrap();
    assert_eq!(record.paid_on(Zone::BERLIN).to_string(), "2026-03-03");
    assert_eq!((record.refunds.len(), record.payment.products.len()), (2, 2));
    assert_eq!(bench.status(number), RefundStatus::Marked);
    assert_eq!(bench.findings(), Vec::<String>::new());
}

#[test]
fn an_import_returns_the_status_changes_and_appends_an_event_for_each() {
    let bench = Bench::new();
    bench.take(&[report(SaleStatus::Paid, DAY_2)]);
    let number = bench.mark(&plain_sale(), "10.00", "2026-03-03");
    let mut writer = bench.store.write(signature(noon("2026-03-05"))).unwrap();
    let paid = platform("p", Kind::Refund, PlatformStatus::Succeeded, 1000, DAY_4);
    writer.take_report(&paid, None).unwrap();
    let reconciliation = writer.finish_import(|_| Some("{}".into())).unwrap();
    writer.commit().unwrap();
    let change = &reconciliation.status_changes[0];
    assert_eq!(change.refund, RefundId::Desk(number));
    assert_eq!((change.from, change.to), (Some(RefundStatus::Marked), Some(RefundStatus::Succeeded)));
    let kinds: Vec<_> = bench.store.events(&crate::store::EventFilter::default()).unwrap();
    let kinds: Vec<_> = kinds.iter().map(|event| event.what.kind.word()).collect();
    assert_eq!(kinds, ["refund_moved", "imported", "refund_marked", "imported", "store_made"]);
    assert_eq!(order(), change.order);
}

/// Money that went back twice is the platform's doing: the desk's own refunds are within the sale.
#[test]
fn a_refund_that_is_confirmed_after_it_was_replaced_leaves_a_sound_store() {
    let bench = Bench::new();
    bench.take(&[report(SaleStatus::Paid, DAY_2)]);
    let first = bench.mark(&plain_sale(), "49.00", "2026-03-03");
    bench.step(first, Step::Submit, "2026-03-03");
    bench.take(&[platform("p", Kind::Refund, PlatformStatus::Failed, 4900, DAY_4)]);
    bench.mark(&plain_sale(), "49.00", "2026-03-05");
    bench.take(&[platform("p", Kind::Refund, PlatformStatus::Succeeded, 4900, DAY_9)]);
    let findings = bench.store.check().unwrap();
    let codes: Vec<_> = findings.iter().map(|finding| (finding.code, finding.is_wrong)).collect();
    assert_eq!(codes, [("paid_twice", false)]);
}

#[test]
fn a_window_that_was_told_does_not_move_when_the_confirmation_comes_later() {
    let carried_out = |reported: &str| {
        let bench = Bench::new();
        bench.take(&[report(SaleStatus::Paid, DAY_2)]);
        let number = bench.mark(&plain_sale(), "49.00", "2026-03-03");
        bench.step(number, Step::Submit, "2026-03-04");
        let mut refund = platform("p1", Kind::Refund, PlatformStatus::Succeeded, 4900, DAY_9);
        refund.transaction.paid_at = noon(reported);
        bench.take(&[refund]);
        match bench.store.refund(&RefundId::Desk(number), Zone::BERLIN).unwrap().unwrap().state {
            RefundState::Succeeded { on, carried_out_on } => format!("{on} {carried_out_on}"),
            other => panic!("{other:?}"),
        }
    };
    assert_eq!(carried_out("2026-03-06"), "2026-03-06 2026-03-04");
    assert_eq!(carried_out("2026-03-04"), "2026-03-04 2026-03-04");
    // Without a submission that was told, the report alone counts; an earlier report wins.
    assert_eq!(carried_out("2026-03-03"), "2026-03-03 2026-03-03");
}

#[test]
fn the_confirmation_of_a_debit_is_stored_in_any_order_of_its_notifications() {
    let notified = |status, at: &str| {
        let PaymentReport { mut transaction, as_of, .. } = report(status, at);
        transaction.method = Method::Sepa;
        PaymentReport::notified(transaction, as_of, as_of)
    };
    let pending = notified(SaleStatus::Pending, DAY_2);
    let (paid, again) = (notified(SaleStatus::Paid, DAY_4), notified(SaleStatus::Paid, DAY_9));
    for reports in permutations(&[pending, paid, again]) {
        let bench = Bench::new();
        bench.take(&reports);
        bench.take(&reports);
        let record = bench.store.record(&plain_sale(), Zone::BERLIN).unwrap().unwrap();
        assert_eq!(record.confirmed_at, Some(instant(DAY_9)));
    }
    let bench = Bench::new();
    bench.take(&[report(SaleStatus::Paid, DAY_9)]);
    assert_eq!(bench.store.record(&plain_sale(), Zone::BERLIN).unwrap().unwrap().confirmed_at, None);
}
