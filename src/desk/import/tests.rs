//! Rejected rows that say that money went back, on a real store.

use super::*;
use crate::desk::unread::{BadSettlement, SettleError, Verdict, settle};
use crate::desk::{InterruptGuard, Unobserved, due};
use crate::domain::audit_log::{EventKind, Signature};
use crate::domain::due::DueCode;
use crate::domain::fixtures::{cents, day, id, noon, request, sale};
use crate::domain::ids::OrderId;
use crate::domain::refund::RefundStatus;
use crate::domain::rules::plan::plan;
use crate::domain::rules::policy::Policy;
use crate::domain::sale::record::SaleRecord;
use crate::domain::sale::transaction::{KindAndStatus, PlatformStatus, Transaction};
use crate::domain::time::{Clock, Now, Timestamp};
use crate::domain::unread::Settlement;
use crate::store::{EventFilter, NewRefund, Store};
use std::time::Duration;
use tempfile::TempDir;

struct Fixed;

impl Clock for Fixed {
    fn now(&self) -> Timestamp {
        noon("2026-03-05")
    }
}

impl InterruptGuard for Fixed {
    fn close(&self) {}
}

/// A store with the plain sale of 49.00 EUR.
struct Bench {
    store: Store,
    policy: Policy,
    _folder: TempDir,
}

impl Bench {
    fn new() -> Self {
        let bench = Self::empty();
        bench.import(vec![Ok(payment(sale().payment))]);
        bench
    }

    fn empty() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("store.db");
        Store::create(&path, &signature(), false, Duration::ZERO).unwrap();
        let store = Store::open(&path, Duration::ZERO).unwrap();
        Self { store, policy: Policy::default(), _folder: folder }
    }

    fn session(&self) -> Session<'_> {
        let Self { store, policy, .. } = self;
        Session { store, policy, actor: "tester", clock: &Fixed, guard: &Fixed, observer: &Unobserved }
    }

    /// Imports the rows as one file.
    fn import(&self, rows: PreparedChunk) -> Imported {
        let session = self.session();
        let mut writer = self.store.write(signature()).unwrap();
        writer.begin_import(0, Zone::BERLIN).unwrap();
        let imported = Imported::default();
        let mut run = Run { writer: &mut writer, imported, observer: &Unobserved, total: 0, zone: Zone::BERLIN };
        let mut rejects = Rejects::default();
        run.take_chunk(rows, "exports/a.csv", &mut rejects).unwrap();
        let mut imported = run.imported;
        imported.rejects.extend(rejects.by_line.into_values().flatten());
        let has_news = writer.has_new_unread() || writer.has_settled_unread();
        writer.finish_import(|reconciliation| facts(&imported, reconciliation, has_news, &[], &[])).unwrap();
        imported.unread = reports_of(&session, &imported.rejects).unwrap();
        writer.commit().unwrap();
        imported
    }

    fn record(&self) -> SaleRecord {
        self.store.record(&sale().payment.id, Zone::BERLIN).unwrap().unwrap()
    }

    fn refusal(&self) -> Option<&'static str> {
        plan(&request(), &self.record(), &self.policy, &today()).err().map(|refusal| refusal.code())
    }

    fn settle(&self, number: i64, verdict: &Verdict) -> Result<Option<Settlement>, BadSettlement> {
        match settle(&self.session(), UnreadId(number), verdict, Some("why")) {
            Ok(settled) => Ok(settled.report.settlement),
            Err(SettleError::Bad(bad)) => Err(bad),
            Err(error) => panic!("{error}"),
        }
    }

    fn events(&self, kind: EventKind) -> usize {
        self.store.events(&EventFilter { kind: Some(kind), ..EventFilter::default() }).unwrap().len()
    }

    fn is_due(&self) -> bool {
        let due = due::due(&self.store, &self.policy, &today()).unwrap();
        due.iter().any(|item| item.first.code == DueCode::Unread)
    }

    /// Marks a refund of all of the sale.
    fn mark(&self) {
        let plan = plan(&request(), &self.record(), &self.policy, &today()).unwrap();
        let mut writer = self.store.write(signature()).unwrap();
        let new = NewRefund { plan: &plan, key: None, reference: None, marked_on: today().today };
        writer.record_refund(&new).unwrap();
        writer.commit().unwrap();
    }

    fn is_sound(&self) -> bool {
        self.store.check().unwrap().is_empty()
    }
}

fn signature() -> Signature {
    Signature { actor: "tester".into(), at: noon("2026-03-05") }
}

fn today() -> Now {
    Now::new(noon("2026-03-05"), Zone::BERLIN)
}

fn payment(transaction: Transaction) -> PreparedRow {
    let report = Box::new(PaymentReport::undated(transaction, None));
    PreparedRow {
        located: Located { line: 2, identity: None, row: Row::Payment(report), notes: Vec::new() },
        search_text: None,
    }
}

/// A readable refund in the plain sale's order, on 4 March.
fn refund(name: &str, minor: i64) -> Transaction {
    let entry = KindAndStatus::Refund(PlatformStatus::Succeeded);
    Transaction { id: id(name), entry, amount: cents(minor), paid_at: noon("2026-03-04"), ..sale().payment }
}

/// Evidence on the plain sale's order, of 4 March, without a readable amount.
fn evidence() -> Evidence {
    Evidence {
        refund_of: None,
        source: "table",
        word: "refund".into(),
        order: Some(sale().payment.order),
        transaction: None,
        amount: None,
        on: Some(day("2026-03-04")),
    }
}

fn unread(line: u64, evidence: Evidence) -> Result<PreparedRow, Reject> {
    Err(Reject {
        file: "exports/a.csv".into(),
        line,
        column: Some("amount".into()),
        code: "bad_amount",
        message: "`x` is not an amount".into(),
        evidence: Some(Box::new(evidence)),
        notes: Vec::new(),
    })
}

fn named(transaction: &str) -> Evidence {
    Evidence { transaction: Some(id(transaction)), ..evidence() }
}

fn to(target: &str, amount: Option<&str>) -> Verdict {
    Verdict::BelongsTo { target: target.into(), amount: amount.map(|amount| amount.parse().unwrap()) }
}

fn plain() -> String {
    sale().payment.id.to_string()
}

#[test]
fn an_open_report_blocks_the_sales_of_its_order_and_is_due() {
    let bench = Bench::new();
    let imported = bench.import(vec![unread(3, evidence())]);
    assert_eq!((imported.open_rejects(), imported.unread[0].file.as_str()), (1, "a.csv"));
    assert_eq!(bench.refusal(), Some("unmatched_refund"));
    assert!(bench.is_due());
    let other = Evidence { order: Some(OrderId::new("other").unwrap()), ..evidence() };
    let free = Bench::new();
    free.import(vec![unread(3, other), unread(4, Evidence { order: None, ..evidence() })]);
    assert_eq!(free.refusal(), None);
    assert!(free.is_due());
}

#[test]
fn a_report_blocks_an_order_that_comes_later() {
    let bench = Bench::empty();
    bench.import(vec![unread(3, evidence()), Ok(payment(sale().payment))]);
    assert_eq!(bench.refusal(), Some("unmatched_refund"));
}

#[test]
fn a_report_that_names_a_payment_blocks_that_one_only() {
    let bench = Bench::new();
    let second = Transaction { id: id("second"), rate_number: Some(2), ..sale().payment };
    bench.import(vec![Ok(payment(second)), unread(3, named("second"))]);
    assert_eq!(bench.refusal(), None);
    let open = bench.store.open_unread_reports(Zone::BERLIN).unwrap();
    assert_eq!(open[0].1, [id("second")]);
}

#[test]
fn a_payment_is_blocked_by_its_former_id_and_by_its_refund() {
    let bench = Bench::new();
    bench.import(vec![Ok(payment(refund("p", 1000)))]);
    let contradicts = Transaction { amount: cents(2000), ..refund("p", 1000) };
    let imported = bench.import(vec![Ok(payment(contradicts))]);
    assert_eq!((imported.unread[0].amount, imported.unread[0].code.as_str()), (Some(cents(2000)), "conflicts"));
    assert_eq!(bench.refusal(), Some("unmatched_refund"));
}

#[test]
fn the_same_file_again_reports_nothing_twice() {
    let bench = Bench::new();
    let file = || vec![unread(3, evidence()), unread(4, evidence()), unread(5, named("p"))];
    let first = bench.import(file());
    assert_eq!(first.unread.len(), 3);
    let again = bench.import(file());
    assert_eq!((again.open_rejects(), again.unread), (3, first.unread));
    assert_eq!((bench.events(EventKind::UnreadReported), bench.events(EventKind::Imported)), (3, 2));
    for number in 1..=3 {
        bench.settle(number, &Verdict::NoSale).unwrap();
    }
    assert_eq!(bench.import(file()).open_rejects(), 0);
    assert_eq!((bench.refusal(), bench.is_due()), (None, false));
    assert_eq!(bench.events(EventKind::Imported), 2);
}

#[test]
fn settled_to_a_sale_it_counts_as_a_platform_refund() {
    let bench = Bench::new();
    bench.import(vec![unread(3, evidence())]);
    bench.settle(1, &to(&plain(), Some("10.00"))).unwrap();
    assert_eq!(bench.record().left(), cents(3900));
    // A second decision replaces the first: without an amount it is all that is left.
    let all = Settlement::Sale { sale: sale().payment.id, amount: cents(4900) };
    assert_eq!(bench.settle(1, &to(&plain(), None)), Ok(Some(all)));
    assert_eq!((bench.refusal(), bench.is_sound()), (Some("already_refunded"), true));
    assert_eq!(bench.settle(1, &Verdict::Undone), Ok(None));
    assert_eq!((bench.refusal(), bench.record().left()), (Some("unmatched_refund"), cents(4900)));
    assert_eq!(bench.events(EventKind::UnreadSettled), 3);
}

#[test]
fn settled_to_a_refund_it_confirms_it_once() {
    let bench = Bench::new();
    bench.mark();
    bench.import(vec![unread(3, evidence()), unread(4, evidence())]);
    assert_eq!(bench.settle(1, &to("R-1", Some("10.00"))), Err(BadSettlement::AmountOfRefund("R-000001".into())));
    bench.settle(1, &to("R-1", None)).unwrap();
    let record = bench.record();
    assert_eq!((record.refunds[0].status(), record.left()), (RefundStatus::Succeeded, cents(0)));
    assert_eq!(bench.settle(2, &to("R-1", None)), Err(BadSettlement::ConfirmedAlready("R-000001".into())));
    assert_eq!(bench.settle(2, &to(&plain(), None)), Err(BadSettlement::AmountNeeded(sale().payment.id)));
    bench.settle(1, &Verdict::Undone).unwrap();
    assert_eq!((bench.record().refunds[0].status(), bench.is_sound()), (RefundStatus::Marked, true));
}

#[test]
fn a_decision_that_contradicts_the_report_is_refused() {
    let bench = Bench::new();
    bench.mark();
    let other = Evidence { order: Some(OrderId::new("other").unwrap()), ..evidence() };
    bench.import(vec![unread(3, other), unread(4, Evidence { amount: Some(cents(1000)), ..evidence() })]);
    let code = |number, target: &str| bench.settle(number, &to(target, None)).unwrap_err().code();
    assert_eq!((code(1, &plain()), code(1, "R-1"), code(2, "R-1")), ("other_order", "other_order", "other_sum"));
    assert_eq!((code(2, "missing"), code(9, &plain())), ("unknown_target", "unknown_report"));
}

#[test]
fn the_readable_row_with_the_same_id_replaces_the_settlement() {
    let bench = Bench::new();
    bench.import(vec![unread(3, named("p"))]);
    bench.settle(1, &to(&plain(), Some("10.00"))).unwrap();
    bench.import(vec![Ok(payment(refund("p", 1000)))]);
    let record = bench.record();
    assert_eq!((record.left(), record.refunds.len(), bench.refusal()), (cents(3900), 1, None));
    assert_eq!(bench.settle(1, &Verdict::Undone), Err(BadSettlement::Replaced(UnreadId(1))));
    assert_eq!(bench.import(vec![unread(3, named("p"))]).open_rejects(), 0);
    assert!(bench.is_sound());
}

#[test]
fn a_report_whose_row_is_read_in_the_same_file_is_settled() {
    for is_first in [true, false] {
        let bench = Bench::new();
        let mut rows = vec![unread(3, named("p")), Ok(payment(refund("p", 1000)))];
        if is_first {
            rows.reverse();
        }
        assert_eq!(bench.import(rows).open_rejects(), 0, "{is_first}");
        assert_eq!((bench.refusal(), bench.record().left()), (None, cents(3900)));
    }
}

#[test]
fn the_corrected_row_of_a_report_without_an_id_settles_it() {
    let bench = Bench::new();
    // The first row of the file is another refund of the day: it settles nothing.
    bench.import(vec![unread(3, evidence()), Ok(payment(refund("q", 500)))]);
    assert_eq!(bench.refusal(), Some("unmatched_refund"));
    bench.import(vec![Ok(payment(Transaction { paid_at: noon("2026-03-03"), ..refund("r", 500) }))]);
    assert_eq!(bench.refusal(), Some("unmatched_refund"));
    bench.import(vec![Ok(payment(refund("p", 1000)))]);
    assert_eq!((bench.refusal(), bench.record().left()), (None, cents(2900)));
}

#[test]
fn a_row_that_says_nothing_of_money_back_settles_nothing() {
    let bench = Bench::new();
    bench.import(vec![unread(3, named(&plain()))]);
    let later = Transaction { rate_number: Some(1), ..sale().payment };
    bench.import(vec![Ok(payment(later))]);
    assert_eq!(bench.refusal(), Some("unmatched_refund"));
    let failed = KindAndStatus::Refund(PlatformStatus::Failed);
    let imported = bench.import(vec![
        Ok(payment(refund("p", 1000))),
        Ok(payment(Transaction { entry: failed, amount: cents(900), ..refund("p", 1000) })),
    ]);
    assert_eq!((imported.rejects.len(), imported.unread.len()), (1, 0));
}
