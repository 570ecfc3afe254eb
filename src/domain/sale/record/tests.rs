//! What is left of a sale, what listings flag, and the first day of an order.

use super::*;
use crate::domain::fixtures::{cents, day, instant, noon, sale};
use crate::domain::refund::RefundStatus;
use crate::domain::sale::dispute::DisputeState;
use crate::domain::sale::transaction::{KindAndStatus, PlatformStatus};

fn payment(paid_on: &str, rate_number: Option<u32>, has_money: bool) -> OrderPayment {
    OrderPayment { paid_on: day(paid_on), rate_number, has_money }
}

fn first(payments: &[OrderPayment]) -> Option<String> {
    OrderPayments { payments: payments.to_vec() }.first_with_money().map(|day| day.to_string())
}

fn left(record: &SaleRecord) -> i64 {
    record.left().minor()
}

fn flags(record: &SaleRecord) -> Vec<&'static str> {
    record.flags().into_iter().map(Flag::word).collect()
}

#[test]
fn the_first_payment_is_the_first_that_took_money() {
    let trial = payment("2026-01-01", Some(1), false);
    let real = payment("2026-01-15", Some(2), true);
    let next = payment("2026-02-15", Some(3), true);
    assert_eq!(first(&[next, trial, real]).as_deref(), Some("2026-01-15"));
    assert_eq!(first(&[payment("2026-01-15", None, true)]).as_deref(), Some("2026-01-15"));
}

#[test]
fn a_missing_first_payment_is_not_guessed() {
    assert_eq!(first(&[payment("2026-02-15", Some(3), true)]), None);
    assert_eq!(first(&[payment("2026-01-01", Some(1), true), payment("2026-02-15", Some(3), true)]), {
        Some("2026-01-01".to_owned())
    });
    assert_eq!(first(&[payment("2026-01-01", Some(1), false), payment("2026-03-01", Some(3), true)]), None);
    assert_eq!(first(&[payment("2026-01-01", Some(1), false)]), None);
    assert_eq!(first(&[]), None);
}

#[test]
fn the_order_s_first_day_is_the_earliest_known() {
    assert_eq!(sale().first_day(Zone::BERLIN), day("2026-03-02"));
    let trial = sale().beside("2026-02-20", Some(1), false);
    assert_eq!(trial.first_day(Zone::BERLIN), day("2026-02-20"));
    let mut ordered = sale();
    ordered.payment.ordered_at = Some(noon("2026-03-01"));
    assert_eq!(ordered.first_day(Zone::BERLIN), day("2026-03-01"));
    // The platform's order time can be after the payment.
    ordered.payment.ordered_at = Some(noon("2026-03-03"));
    assert_eq!(ordered.first_day(Zone::BERLIN), day("2026-03-02"));
}

#[test]
fn near_midnight_a_payment_s_day_is_that_of_the_desk_s_time_zone() {
    let late = sale().paid_at(instant("2026-03-02T23:30:00Z"));
    assert_eq!(late.paid_on(Zone::BERLIN), day("2026-03-03"));
    assert_eq!(late.paid_on("America/New_York".parse().unwrap()), day("2026-03-02"));
}

#[test]
fn only_failed_cancelled_and_reversed_refunds_give_money_back() {
    let after = |status| left(&sale().with_refund(status, 1000));
    for status in [RefundStatus::Marked, RefundStatus::Submitted, RefundStatus::Succeeded] {
        assert_eq!(after(status), 3900, "{status}");
    }
    for status in [RefundStatus::Failed, RefundStatus::Cancelled, RefundStatus::Reversed] {
        assert_eq!(after(status), 4900, "{status}");
    }
}

#[test]
fn refunds_of_the_desk_and_of_the_platform_add_up() {
    let both = sale().with_refund(RefundStatus::Marked, 1000);
    assert_eq!(left(&both.with_platform_refund_at(900, noon("2026-03-04"))), 3000);
}

#[test]
fn a_chargeback_in_force_takes_money_and_a_lifted_one_gives_it_back() {
    let after = |status| left(&sale().with_chargeback(status, 1000));
    assert_eq!(after(PlatformStatus::Succeeded), 3900);
    assert_eq!(after(PlatformStatus::Unknown), 3900);
    assert_eq!(after(PlatformStatus::Failed), 4900);
    assert_eq!(after(PlatformStatus::Reversed), 4900);
}

#[test]
fn what_is_left_is_never_below_zero() {
    let beyond = sale().with_refund(RefundStatus::Succeeded, 4900);
    let beyond = beyond.with_platform_refund_at(4900, noon("2026-03-04"));
    assert_eq!(left(&beyond), 0);
    assert_eq!(left(&sale().with_chargeback(PlatformStatus::Succeeded, 6400)), 0);
}

#[test]
fn a_sale_imported_as_refunded_or_charged_back_has_nothing_left() {
    assert_eq!(left(&sale().with_status(SaleStatus::Refunded)), 0);
    assert_eq!(left(&sale().with_status(SaleStatus::Refunded).with_refund(RefundStatus::Failed, 4900)), 0);
    assert_eq!(left(&sale().with_status(SaleStatus::ChargedBack)), 0);
    assert!(sale().with_status(SaleStatus::ChargedBack).is_charged_back());
}

#[test]
fn a_payment_that_took_no_money_has_nothing_left() {
    for status in [SaleStatus::Trial, SaleStatus::Pending, SaleStatus::Failed, SaleStatus::Upcoming] {
        assert_eq!(left(&sale().with_status(status)), 0, "{status}");
    }
    let mut refund = sale();
    refund.payment.entry = KindAndStatus::Refund(PlatformStatus::Succeeded);
    assert_eq!(left(&refund), 0);
}

#[test]
fn with_an_amount_in_another_currency_nothing_is_left() {
    let mut mixed = sale().with_refund(RefundStatus::Succeeded, 100);
    mixed.refunds[0].amount = Money::new(100, "USD".parse().unwrap());
    assert_eq!((left(&mixed), mixed.is_paid_twice()), (0, true));
    let huge = sale().with_refund(RefundStatus::Succeeded, i64::MAX).with_refund(RefundStatus::Marked, 1);
    assert_eq!((left(&huge), huge.is_paid_twice()), (0, true));
}

#[test]
fn a_customer_is_paid_twice_once_more_than_the_sale_goes_back() {
    let full = sale().with_refund(RefundStatus::Succeeded, 4900);
    assert!(!full.is_paid_twice());
    assert!(full.clone().with_platform_refund_at(1, noon("2026-03-04")).is_paid_twice());
    assert!(full.clone().with_chargeback(PlatformStatus::Succeeded, 4900).is_paid_twice());
    assert!(!full.clone().with_chargeback(PlatformStatus::Failed, 4900).is_paid_twice());
    assert!(full.with_status(SaleStatus::ChargedBack).is_paid_twice());
    assert!(!sale().is_paid_twice());
    assert!(!sale().with_chargeback(PlatformStatus::Succeeded, 4900).is_paid_twice());
    assert!(!sale().with_status(SaleStatus::Refunded).is_paid_twice());
    let failed = sale().with_refund(RefundStatus::Failed, 4900);
    assert!(!failed.with_chargeback(PlatformStatus::Succeeded, 4900).is_paid_twice());
}

#[test]
fn a_sale_imported_as_refunded_and_charged_back_was_paid_twice() {
    let refunded = sale().with_status(SaleStatus::Refunded);
    assert!(refunded.with_chargeback(PlatformStatus::Succeeded, 4900).is_paid_twice());
}

#[test]
fn a_partial_refund_has_its_own_flag() {
    assert!(flags(&sale()).is_empty());
    assert_eq!(flags(&sale().with_refund(RefundStatus::Succeeded, 4899)), ["partly_refunded"]);
    assert_eq!(flags(&sale().with_refund(RefundStatus::Succeeded, 4900)), ["refunded"]);
    assert_eq!(flags(&sale().with_refund(RefundStatus::Failed, 4900)), Vec::<&str>::new());
    assert_eq!(flags(&sale().with_status(SaleStatus::Refunded)), ["refunded"]);
}

#[test]
fn an_open_refund_is_not_called_refunded() {
    for open in [RefundStatus::Marked, RefundStatus::Submitted] {
        assert_eq!(flags(&sale().with_refund(open, 4900)), ["refund_open"]);
        let rest = sale().with_refund(RefundStatus::Succeeded, 1000).with_refund(open, 3900);
        assert_eq!(flags(&rest), ["refund_open", "partly_refunded"]);
    }
}

#[test]
fn a_partial_refund_stays_partial_beside_a_chargeback() {
    let both = sale().with_refund(RefundStatus::Succeeded, 1000).with_chargeback(PlatformStatus::Succeeded, 4900);
    assert_eq!(flags(&both), ["paid_twice", "charged_back", "partly_refunded"]);
}

#[test]
fn the_most_urgent_flag_comes_first() {
    let mut all = sale().with_refund(RefundStatus::Succeeded, 4900).with_unmatched(4900);
    all = all.with_chargeback(PlatformStatus::Succeeded, 4900).with_dispute(DisputeState::Open);
    all.plan_is_cancelled = true;
    all.payment.id_is_made_up = true;
    let urgent = ["paid_twice", "charged_back", "unmatched_refund", "dispute_open", "refunded"];
    assert_eq!(flags(&all), [&urgent[..], &["plan_cancelled", "id_made_up"]].concat());
    assert_eq!(all.refunded(), Ok(cents(4900)));
    assert_eq!(all.charged_back(), Ok(cents(4900)));
}
