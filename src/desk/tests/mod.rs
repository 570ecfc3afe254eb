//! The use cases on a real store, with a scripted clock and scripted answers.

mod cope;
mod find;
mod flags;
mod money_back;
mod notice;

use super::*;
use crate::desk::refund::{Consent, Outcome, RefundError, RefundInstruction, SaleSnapshot, refund};
use crate::domain::audit_log::Signature;
use crate::domain::fixtures::{at, cents, noon, request, sale};
use crate::domain::ids::{Key, TransactionId};
use crate::domain::refund::RefundStatus;
use crate::domain::request::Request;
use crate::domain::rules::cautions::CautionCode;
use crate::domain::rules::plan::Refusal;
use crate::domain::sale::incoming::PaymentReport;
use crate::domain::sale::transaction::{Method, Transaction};
use crate::domain::time::{Timestamp, Zone};
use crate::store::EventFilter;
use std::cell::{Cell, RefCell};
use std::time::Duration;
use tempfile::TempDir;

/// A clock that returns these times one after the other, and then the last one again.
struct Script {
    times: Vec<Now>,
    read: Cell<usize>,
}

impl Clock for Script {
    fn now(&self) -> Timestamp {
        let read = self.read.replace(self.read.get() + 1);
        self.times[read.min(self.times.len() - 1)].at
    }
}

/// Never interrupted.
struct Open;

impl InterruptGuard for Open {
    fn close(&self) {}
}

/// A store with one sale of 49.00 EUR, paid on Monday 2 March 2026.
struct Bench {
    store: Store,
    policy: Policy,
    /// The sale that is refunded.
    sale: TransactionId,
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
        writer.take_report(&PaymentReport::undated(change(sale().payment), None), None).unwrap();
        writer.finish_import(|_| None).unwrap();
        writer.commit().unwrap();
        Self { store, policy: Policy::default(), sale: sale().payment.id, folder }
    }

    /// The same file, opened by another process.
    fn other(&self) -> Self {
        let store = Store::open(self.store.path(), Duration::ZERO).unwrap();
        let folder = tempfile::tempdir().unwrap();
        Self { store, policy: Policy::default(), sale: self.sale.clone(), folder }
    }

    /// Refunds the sale while the clock returns these times; the question is answered with yes after `meanwhile`.
    fn refund(
        &self,
        instruction: &RefundInstruction,
        times: &[Now],
        meanwhile: impl FnOnce(),
    ) -> Result<Outcome, RefundError<()>> {
        self.refund_as_read(self.read(), instruction, times, meanwhile)
    }

    fn read(&self) -> SaleSnapshot {
        SaleSnapshot::read(&self.store, self.sale.clone(), Zone::BERLIN).unwrap()
    }

    fn refund_as_read(
        &self,
        sale: SaleSnapshot,
        instruction: &RefundInstruction,
        times: &[Now],
        meanwhile: impl FnOnce(),
    ) -> Result<Outcome, RefundError<()>> {
        let meanwhile = RefCell::new(Some(meanwhile));
        let session = Session {
            store: &self.store,
            policy: &self.policy,
            actor: "tester",
            clock: &Script { times: times.to_vec(), read: Cell::new(0) },
            guard: &Open,
            observer: &Unobserved,
        };
        refund(&session, sale, instruction, &mut |_, _| {
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

fn instruction(request: Request) -> RefundInstruction {
    RefundInstruction { request, key: None, accepted: vec![], consent: Consent::Asked }
}

fn noon_of(day: &str) -> Now {
    at(noon(day))
}

#[test]
fn a_confirmed_refund_is_marked_with_one_event_and_its_dates() {
    let bench = Bench::new();
    let outcome = bench.refund(&instruction(request()), &[noon_of("2026-03-03")], || {}).unwrap();
    let Outcome::Recorded(stored) = outcome else { panic!("{outcome:?}") };
    assert_eq!((stored.refund.amount, stored.refund.status()), (cents(4900), RefundStatus::Marked));
    assert_eq!(stored.refund.on().to_string(), "2026-03-03");
    assert_eq!(bench.events(), 2);
}

#[test]
fn a_dry_run_takes_no_lock_and_writes_nothing() {
    let bench = Bench::new();
    let other = bench.other();
    let writer = other.store.write(Signature { actor: "other".into(), at: noon("2026-03-03") }).unwrap();
    let dry = RefundInstruction { consent: Consent::DryRun, ..instruction(request()) };
    assert!(matches!(bench.refund(&dry, &[noon_of("2026-03-03")], || {}), Ok(Outcome::DryRun(_))));
    drop(writer);
    assert_eq!((bench.refunds(), bench.events()), (0, 1));
}

#[test]
fn over_midnight_the_plan_is_made_again_and_can_change() {
    let bench = Bench::new();
    let evening = Now::new("2026-03-03T23:59:50+01:00".parse().unwrap(), Zone::BERLIN);
    let morning = Now::new("2026-03-04T00:00:10+01:00".parse().unwrap(), Zone::BERLIN);
    let error = bench.refund(&instruction(request()), &[evening, morning], || {}).unwrap_err();
    let RefundError::PlanChanged { before, now } = error else { panic!("{error:?}") };
    assert_eq!(before.window.unwrap().by.to_string(), "2026-03-17");
    assert_eq!(now.unwrap().window.unwrap().by.to_string(), "2026-03-18");
    assert_eq!(bench.refunds(), 0);
}

#[test]
fn over_midnight_the_return_period_can_end_during_the_question() {
    let bench = Bench::new();
    let last_day = Now::new("2026-03-16T23:59:50+01:00".parse().unwrap(), Zone::BERLIN);
    let day_after = Now::new("2026-03-17T00:00:10+01:00".parse().unwrap(), Zone::BERLIN);
    let error = bench.refund(&instruction(request()), &[last_day, day_after], || {}).unwrap_err();
    let RefundError::PlanChanged { now, .. } = error else { panic!("{error:?}") };
    assert_eq!(now.unwrap_err().code(), "period_expired");
}

#[test]
fn a_question_answered_on_the_same_day_keeps_its_plan() {
    let bench = Bench::new();
    let morning = Now::new("2026-03-03T00:00:10+01:00".parse().unwrap(), Zone::BERLIN);
    let evening = Now::new("2026-03-03T23:59:50+01:00".parse().unwrap(), Zone::BERLIN);
    assert!(matches!(bench.refund(&instruction(request()), &[morning, evening], || {}), Ok(Outcome::Recorded(_))));
}

#[test]
fn a_refund_by_another_process_during_the_question_changes_the_plan() {
    let bench = Bench::new();
    let times = [noon_of("2026-03-03")];
    let meanwhile = || {
        let part = instruction(request().of("10.00"));
        bench.other().refund(&part, &[noon_of("2026-03-03")], || {}).unwrap();
    };
    let error = bench.refund(&instruction(request()), &times, meanwhile).unwrap_err();
    let RefundError::PlanChanged { now, .. } = error else { panic!("{error:?}") };
    assert_eq!(now.unwrap().amount, cents(3900));
    assert_eq!(bench.refunds(), 1);
}

#[test]
fn a_sale_that_changed_after_it_was_read_is_read_again() {
    let bench = Bench::new();
    let times = [noon_of("2026-03-03")];
    let stale = bench.read();
    bench.other().refund(&instruction(request().of("10.00")), &times, || {}).unwrap();
    let outcome = bench.refund_as_read(stale, &instruction(request()), &times, || {}).unwrap();
    let Outcome::Recorded(stored) = outcome else { panic!("{outcome:?}") };
    assert_eq!(stored.refund.amount, cents(3900));
}

#[test]
fn a_write_to_another_order_does_not_change_the_plan() {
    let bench = Bench::new();
    let meanwhile = || {
        let other = bench.other();
        let signature = Signature { actor: "other".into(), at: noon("2026-03-03") };
        let mut writer = other.store.write(signature).unwrap();
        let mut elsewhere = sale().payment;
        elsewhere.id = "bbbb000000000001".parse().unwrap();
        elsewhere.order = "Order002".parse().unwrap();
        writer.take_report(&PaymentReport::undated(elsewhere, None), None).unwrap();
        writer.commit().unwrap();
    };
    let outcome = bench.refund(&instruction(request()), &[noon_of("2026-03-03")], meanwhile);
    assert!(matches!(outcome, Ok(Outcome::Recorded(_))));
}

#[test]
fn a_locked_store_records_nothing_and_says_so() {
    let bench = Bench::new();
    let other = bench.other();
    let _writer = other.store.write(Signature { actor: "other".into(), at: noon("2026-03-03") }).unwrap();
    let error = bench.refund(&instruction(request()), &[noon_of("2026-03-03")], || {}).unwrap_err();
    assert!(matches!(error, RefundError::Store(StoreError::Locked)));
}

fn with_key(key: &str, request: Request) -> RefundInstruction {
    RefundInstruction { key: Some(Key::new(key).unwrap()), ..instruction(request) }
}

#[test]
fn the_same_key_with_the_same_request_replays_the_refund() {
    let bench = Bench::new();
    let part = with_key("k1", request().of("10.00"));
    bench.refund(&part, &[noon_of("2026-03-03")], || {}).unwrap();
    // A month later the period is over, and the answer is still the recorded one.
    let again = bench.refund(&part, &[noon_of("2026-04-20")], || {}).unwrap();
    assert!(matches!(again, Outcome::Replayed(_)));
    assert_eq!((bench.refunds(), bench.events()), (1, 2));
}

#[test]
fn another_request_with_the_same_key_is_a_conflict_even_for_the_same_amount() {
    let bench = Bench::new();
    bench.refund(&with_key("k1", request()), &[noon_of("2026-03-03")], || {}).unwrap();
    for other in [request().of("49.00"), request().of("10.00")] {
        let error = bench.refund(&with_key("k1", other), &[noon_of("2026-03-03")], || {}).unwrap_err();
        let RefundError::Refused { refusal, .. } = error else { panic!("{error:?}") };
        assert_eq!(refusal.code(), "key_conflict");
    }
}

#[test]
fn with_its_own_key_a_similar_refund_is_not_a_duplicate() {
    let bench = Bench::new();
    let times = [noon_of("2026-03-03")];
    bench.refund(&with_key("k1", request().of("10.00")), &times, || {}).unwrap();
    let like = bench.refund(&instruction(request().of("10.00")), &times, || {}).unwrap_err();
    assert!(matches!(like, RefundError::Refused { refusal: Refusal::LooksRepeated { .. }, .. }));
    assert!(bench.refund(&with_key("k2", request().of("10.00")), &times, || {}).is_ok());
}

#[test]
fn a_key_recorded_during_the_question_replays_the_other_refund() {
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
fn without_a_question_a_serious_caution_must_be_accepted_by_name() {
    let bench = Bench::with(|payment| Transaction { method: Method::Sepa, ..payment });
    let given = RefundInstruction { consent: Consent::Given, ..instruction(request()) };
    let times = [noon_of("2026-03-03")];
    let error = bench.refund(&given, &times, || {}).unwrap_err();
    let RefundError::Refused { refusal, .. } = error else { panic!("{error:?}") };
    assert_eq!(refusal.code(), "debit_may_still_bounce");
    let accepted = RefundInstruction { accepted: vec![CautionCode::DebitMayStillBounce], ..given };
    assert!(bench.refund(&accepted, &times, || {}).is_ok());
}

#[test]
fn another_process_can_write_during_the_question() {
    let bench = Bench::new();
    let meanwhile = || {
        let other = bench.other();
        drop(other.store.write(Signature { actor: "other".into(), at: noon("2026-03-03") }).unwrap());
        assert!(other.folder.path().exists());
    };
    assert!(bench.refund(&instruction(request()), &[noon_of("2026-03-03")], meanwhile).is_ok());
    assert!(bench.folder.path().exists());
}
