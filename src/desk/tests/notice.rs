//! A notice is recorded only if its message is still true.

use super::*;
use crate::desk::notice::{NoticeError, WrittenNotice, find, record};
use crate::domain::ids::RefundId;
use crate::domain::notice::{Language, Notice};
use crate::domain::refund::Step;

/// A marked refund, and the message about it on 3 March.
fn written(bench: &Bench) -> Notice {
    bench.refund(&instruction(request()), &[noon_of("2026-03-03")], || {}).unwrap();
    let stored = find(&bench.store, &RefundId::Platform(sale().payment.id), Zone::BERLIN).unwrap();
    Notice::of(&stored.refund, &stored.record, &bench.policy, noon_of("2026-03-03").today).unwrap()
}

fn recorded(bench: &Bench, notices: &[&Notice], now: Now) -> Result<(), NoticeError> {
    let session = Session {
        store: &bench.store,
        policy: &bench.policy,
        actor: "tester",
        clock: &Script { times: vec![now], read: Cell::new(0) },
        guard: &Open,
        observer: &Unobserved,
    };
    let written = |notice| WrittenNotice { notice, language: Language::German, digest: "abc" };
    let written: Vec<_> = notices.iter().copied().map(written).collect();
    record(&session, &written)
}

#[test]
fn a_message_that_is_still_true_is_recorded_even_if_the_customer_was_told_meanwhile() {
    let bench = Bench::new();
    let notice = written(&bench);
    recorded(&bench.other(), &[&notice], noon_of("2026-03-03")).unwrap();
    recorded(&bench, &[&notice], noon_of("2026-03-03")).unwrap();
    assert_eq!(bench.events(), 4);
}

#[test]
fn nothing_is_recorded_if_the_refund_changed_or_a_new_day_began() {
    let bench = Bench::new();
    let notice = written(&bench);
    let next_day = recorded(&bench, &[&notice], noon_of("2026-03-04"));
    assert!(matches!(next_day, Err(NoticeError::Changed(_))), "{next_day:?}");

    let signature = Signature { actor: "other".into(), at: noon("2026-03-03") };
    let RefundId::Desk(number) = notice.refund.id else { panic!("{notice:?}") };
    let other = bench.other();
    let mut writer = other.store.write(signature).unwrap();
    writer.advance_refund(&notice.refund, number, Step::Cancel, notice.today, None).unwrap();
    writer.commit().unwrap();
    let cancelled = recorded(&bench, &[&notice], noon_of("2026-03-03"));
    assert!(matches!(cancelled, Err(NoticeError::Changed(_))), "{cancelled:?}");
    assert_eq!(bench.events(), 3);
}

#[test]
fn several_notices_are_recorded_together_or_not_at_all() {
    let bench = Bench::new();
    let notice = written(&bench);
    let mut untrue = notice.clone();
    untrue.paid = cents(1);
    assert!(recorded(&bench, &[&notice, &untrue], noon_of("2026-03-03")).is_err());
    assert_eq!(bench.events(), 2);
}
