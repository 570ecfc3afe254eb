//! The use cases on a real store, with a clock and a person that follow a script.

mod cope;
mod find;
mod notice;

use super::*;
use crate::desk::refund::{Consent, Order, Outcome, RefundError, refund};
use crate::domain::audit_log::Signature;
use crate::domain::fixtures::{at, cents, noon, request, sale};
use crate::domain::ids::Key;
use crate::domain::refund::RefundStatus;
use crate::domain::rules::plan::{CautionCode, Refusal, Request};
use crate::domain::sale::incoming::Report;
use crate::domain::sale::transaction::{Method, Transaction};
use crate::domain::time::{Timestamp, Zone};
use crate::store::EventFilter;
use std::cell::{Cell, RefCell};
use std::time::Duration;
use tempfile::TempDir;

/// A clock that tells these moments one after the other, and the last one from then on.
struct Script {
    moments: Vec<Now>,
    told: Cell<usize>,
}

impl Clock for Script {
    fn now(&self) -> Timestamp {
        let told = self.told.replace(self.told.get() + 1);
        self.moments[told.min(self.moments.len() - 1)].at
    }
}

/// Nobody interrupts.
struct Open;

impl InterruptGuard for Open {
    fn close(&self) {}
}

/// A store with one sale of 49.00 EUR, paid on Monday 2 March 2026.
struct Bench {
    store: Store,
    policy: Policy,
    folder: TempDir,
}

impl Bench {
    fn new() -> Self {
        Self::with(|payment| payment)
    }

    fn with(change: fn(Transaction) -> Transaction) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("store.db");
        let signature = Signature { actor: "tester".into(), at: noon("2026-03-02") };
        Store::create(&path, &signature, false, Duration::ZERO).unwrap();
        let store = Store::open(&path, Duration::ZERO).unwrap();
        let mut writer = store.write(signature).unwrap();
        writer.take_report(&Report { transaction: change(sale().payment), as_of: None }).unwrap();
        writer.settle_import(|_| None).unwrap();
        writer.commit().unwrap();
        Self { store, policy: Policy::default(), folder }
    }

    /// The same file, opened by another desk.
    fn other(&self) -> Self {
        let store = Store::open(self.store.path(), Duration::ZERO).unwrap();
        let folder = tempfile::tempdir().unwrap();
        Self { store, policy: Policy::default(), folder }
    }

    /// Refunds while the clock tells these moments, one after the other; the person says yes, after `meanwhile`.
    fn refund(&self, order: &Order, moments: &[Now], meanwhile: impl FnOnce()) -> Result<Outcome, RefundError<()>> {
        let meanwhile = RefCell::new(Some(meanwhile));
        let session = Session {
            store: &self.store,
            policy: &self.policy,
            actor: "tester",
            clock: &Script { moments: moments.to_vec(), told: Cell::new(0) },
            guard: &Open,
            observer: &Unobserved,
        };
        refund(&session, order, &mut |_, _| {
            if let Some(meanwhile) = meanwhile.borrow_mut().take() {
                meanwhile();
            }
            Ok(())
        })
    }

    fn refunds(&self) -> usize {
        self.store.record(&sale().payment.id, Zone::BERLIN).unwrap().unwrap().refunds.len()
    }

    fn events(&self) -> usize {
        self.store.events(&EventFilter::default()).unwrap().len()
    }
}

fn order(request: Request) -> Order {
    Order { sale: sale().payment.id, request, key: None, accepted: vec![], consent: Consent::Asked }
}

fn noon_of(day: &str) -> Now {
    at(noon(day))
}

#[test]
fn a_confirmed_refund_is_marked_with_one_event_and_its_dates() {
    let bench = Bench::new();
    let outcome = bench.refund(&order(request()), &[noon_of("2026-03-03")], || {}).unwrap();
    let Outcome::Recorded(filed) = outcome else { panic!("{outcome:?}") };
    assert_eq!((filed.refund.amount, filed.refund.status()), (cents(4900), RefundStatus::Marked));
    assert_eq!(filed.refund.on().to_string(), "2026-03-03");
    assert_eq!(bench.events(), 2);
}

#[test]
fn a_dry_run_takes_no_lock_and_writes_nothing() {
    let bench = Bench::new();
    let other = bench.other();
    let writer = other.store.write(Signature { actor: "other".into(), at: noon("2026-03-03") }).unwrap();
    let dry = Order { consent: Consent::DryRun, ..order(request()) };
    assert!(matches!(bench.refund(&dry, &[noon_of("2026-03-03")], || {}), Ok(Outcome::DryRun(_))));
    drop(writer);
    assert_eq!((bench.refunds(), bench.events()), (0, 1));
}

#[test]
fn a_question_left_open_over_midnight_is_asked_again() {
    let bench = Bench::new();
    let evening = Now::new("2026-03-03T23:59:50+01:00".parse().unwrap(), Zone::BERLIN);
    let morning = Now::new("2026-03-04T00:00:10+01:00".parse().unwrap(), Zone::BERLIN);
    let error = bench.refund(&order(request()), &[evening, morning], || {}).unwrap_err();
    let RefundError::PlanChanged { before, now } = error else { panic!("{error:?}") };
    assert_eq!(before.window.by.to_string(), "2026-03-17");
    assert_eq!(now.unwrap().window.by.to_string(), "2026-03-18");
    assert_eq!(bench.refunds(), 0);
}

#[test]
fn over_midnight_the_return_period_can_end_under_the_question() {
    let bench = Bench::new();
    let last_day = Now::new("2026-03-16T23:59:50+01:00".parse().unwrap(), Zone::BERLIN);
    let day_after = Now::new("2026-03-17T00:00:10+01:00".parse().unwrap(), Zone::BERLIN);
    let error = bench.refund(&order(request()), &[last_day, day_after], || {}).unwrap_err();
    let RefundError::PlanChanged { now, .. } = error else { panic!("{error:?}") };
    assert_eq!(now.unwrap_err().code(), "period_expired");
}

#[test]
fn a_question_answered_on_the_same_day_holds() {
    let bench = Bench::new();
    let morning = Now::new("2026-03-03T00:00:10+01:00".parse().unwrap(), Zone::BERLIN);
    let evening = Now::new("2026-03-03T23:59:50+01:00".parse().unwrap(), Zone::BERLIN);
    assert!(matches!(bench.refund(&order(request()), &[morning, evening], || {}), Ok(Outcome::Recorded(_))));
}

#[test]
fn what_another_desk_did_under_the_question_changes_the_plan() {
    let bench = Bench::new();
    let moments = [noon_of("2026-03-03")];
    let meanwhile = || {
        let part = order(request().of("10.00"));
        bench.other().refund(&part, &[noon_of("2026-03-03")], || {}).unwrap();
    };
    let error = bench.refund(&order(request()), &moments, meanwhile).unwrap_err();
    let RefundError::PlanChanged { now, .. } = error else { panic!("{error:?}") };
    assert_eq!(now.unwrap().amount, cents(3900));
    assert_eq!(bench.refunds(), 1);
}

#[test]
fn what_another_desk_did_elsewhere_does_not() {
    let bench = Bench::new();
    let meanwhile = || {
        let other = bench.other();
        let signature = Signature { actor: "other".into(), at: noon("2026-03-03") };
        let mut writer = other.store.write(signature).unwrap();
        let mut elsewhere = sale().payment;
        elsewhere.id = "bbbb000000000001".parse().unwrap();
        elsewhere.order = "Order002".parse().unwrap();
        writer.take_report(&Report { transaction: elsewhere, as_of: None }).unwrap();
        writer.commit().unwrap();
    };
    let outcome = bench.refund(&order(request()), &[noon_of("2026-03-03")], meanwhile);
    assert!(matches!(outcome, Ok(Outcome::Recorded(_))));
}

#[test]
fn a_locked_store_records_nothing_and_says_so() {
    let bench = Bench::new();
    let other = bench.other();
    let _writer = other.store.write(Signature { actor: "other".into(), at: noon("2026-03-03") }).unwrap();
    let error = bench.refund(&order(request()), &[noon_of("2026-03-03")], || {}).unwrap_err();
    assert!(matches!(error, RefundError::Store(StoreError::Locked)));
}

fn with_key(key: &str, request: Request) -> Order {
    Order { key: Some(Key::new(key).unwrap()), ..order(request) }
}

#[test]
fn the_same_key_with_the_same_request_is_answered_again_and_pays_nobody() {
    let bench = Bench::new();
    let part = with_key("k1", request().of("10.00"));
    bench.refund(&part, &[noon_of("2026-03-03")], || {}).unwrap();
    // A month later the period is over, and the answer is still the recorded one.
    let again = bench.refund(&part, &[noon_of("2026-04-20")], || {}).unwrap();
    assert!(matches!(again, Outcome::Replayed(_)));
    assert_eq!((bench.refunds(), bench.events()), (1, 2));
}

#[test]
fn another_request_under_a_key_is_a_conflict_even_when_it_comes_to_the_same_sum() {
    let bench = Bench::new();
    bench.refund(&with_key("k1", request()), &[noon_of("2026-03-03")], || {}).unwrap();
    for other in [request().of("49.00"), request().of("10.00")] {
        let error = bench.refund(&with_key("k1", other), &[noon_of("2026-03-03")], || {}).unwrap_err();
        let RefundError::Refused { refusal, .. } = error else { panic!("{error:?}") };
        assert_eq!(refusal.code(), "key_conflict");
    }
}

#[test]
fn a_key_of_one_s_own_tells_two_like_refunds_apart() {
    let bench = Bench::new();
    let moments = [noon_of("2026-03-03")];
    bench.refund(&with_key("k1", request().of("10.00")), &moments, || {}).unwrap();
    let like = bench.refund(&order(request().of("10.00")), &moments, || {}).unwrap_err();
    assert!(matches!(like, RefundError::Refused { refusal: Refusal::LooksRepeated { .. }, .. }));
    assert!(bench.refund(&with_key("k2", request().of("10.00")), &moments, || {}).is_ok());
}

#[test]
fn a_key_that_comes_while_it_is_asked_for_is_answered_with_the_other_s_refund() {
    let bench = Bench::new();
    let keyed = with_key("k1", request());
    let meanwhile = || {
        bench.other().refund(&keyed, &[noon_of("2026-03-03")], || {}).unwrap();
    };
    let outcome = bench.refund(&keyed, &[noon_of("2026-03-03")], meanwhile).unwrap();
    assert!(matches!(outcome, Outcome::Replayed(_)));
    assert_eq!(bench.refunds(), 1);
}

#[test]
fn a_weighty_caution_is_accepted_by_name_where_nobody_is_asked() {
    let bench = Bench::with(|payment| Transaction { method: Method::Sepa, ..payment });
    let given = Order { consent: Consent::Given, ..order(request()) };
    let moments = [noon_of("2026-03-03")];
    let error = bench.refund(&given, &moments, || {}).unwrap_err();
    let RefundError::Refused { refusal, .. } = error else { panic!("{error:?}") };
    assert_eq!(refusal.code(), "debit_may_still_bounce");
    let accepted = Order { accepted: vec![CautionCode::DebitMayStillBounce], ..given };
    assert!(bench.refund(&accepted, &moments, || {}).is_ok());
}

#[test]
fn a_write_waits_for_nobody_s_answer() {
    let bench = Bench::new();
    let meanwhile = || {
        // While the question stands open, another desk can write.
        let other = bench.other();
        drop(other.store.write(Signature { actor: "other".into(), at: noon("2026-03-03") }).unwrap());
        assert!(other.folder.path().exists());
    };
    assert!(bench.refund(&order(request()), &[noon_of("2026-03-03")], meanwhile).is_ok());
    assert!(bench.folder.path().exists());
}
