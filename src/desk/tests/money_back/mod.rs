//! Money that went back is never overlooked: random orders with random reports of refunds and chargebacks, some of them
//! damaged, imported in random order, split over files and repeated. However they come, the desk lets no more be
//! refunded than was paid less what the rows together say, and the same rows in another order end in the same state.
//!
//! `cargo test` tries a thousand orders. Set `RETOUR_ROUNDS` for more:
//! `RETOUR_ROUNDS=100000 cargo test --release --lib money_back`. Failing cases are kept in `tests/money_back.txt`, and
//! are tried first.

mod rows;
mod world;

use super::Open;
use crate::desk::import::{ImportOptions, import};
use crate::desk::{Session, Unobserved};
use crate::domain::audit_log::Signature;
use crate::domain::fixtures::{noon, request};
use crate::domain::ids::OrderId;
use crate::domain::rules::plan::plan;
use crate::domain::rules::policy::Policy;
use crate::domain::sale::record::SaleRecord;
use crate::domain::time::{Clock, Now, Timestamp, Zone};
use crate::import::settings::{CsvSettings, DateForm, DecimalSign, ImportSettings};
use crate::import::{Column, File};
use crate::store::{NewRefund, Store};
use proptest::prelude::*;
use proptest::test_runner::{FileFailurePersistence, RngAlgorithm, TestRng, TestRunner};
use rows::{HEADER, Line, Says, lines, sale_id};
use std::cell::{Cell, RefCell};
use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;
use tempfile::TempDir;
use world::{World, world};

/// Orders in one store, so that the bulk import and the import into a store with rows both occur.
const ORDERS_PER_STORE: u64 = 100;

struct Fixed;

impl Clock for Fixed {
    fn now(&self) -> Timestamp {
        noon("2026-03-25")
    }
}

/// A store that several worlds share, each with its own order.
struct Bench {
    store: Store,
    policy: Policy,
    settings: ImportSettings,
    _folder: TempDir,
}

fn signature() -> Signature {
    Signature { actor: "tester".into(), at: noon("2026-03-25") }
}

impl Bench {
    fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("store.db");
        Store::create(&path, &signature(), false, Duration::ZERO).unwrap();
        let store = Store::open(&path, Duration::ZERO).unwrap();
        let make_ids =
            vec![Column::OrderId, Column::ProductId, Column::RateNumber, Column::Kind, Column::Amount, Column::PaidAt];
        let csv = CsvSettings {
            decimal: Some(DecimalSign::Point),
            dates: Some(DateForm::Iso),
            delimiter: Some(b','),
            make_ids,
            ..CsvSettings::default()
        };
        let settings = ImportSettings { zone: Zone::BERLIN, currency: None, status: None, csv };
        Self { store, policy: Policy::default(), settings, _folder: folder }
    }

    /// Imports the rows with a transaction ID, or those without one, as one file.
    fn import(&self, lines: &[&Line], has_id: bool) {
        let rows: Vec<String> = lines.iter().filter(|line| line.has_id == has_id).map(|line| line.text()).collect();
        if rows.is_empty() {
            return;
        }
        let header = if has_id { &HEADER[..] } else { &HEADER[1..] };
        let bytes = format!("{}\n{}\n", header.join(","), rows.join("\n")).into_bytes();
        let Self { store, policy, settings, .. } = self;
        let session = Session { store, policy, actor: "tester", clock: &Fixed, guard: &Open, observer: &Unobserved };
        let files = vec![File { name: "rows.csv".into(), bytes }];
        import(&session, files, ImportOptions::default(), settings).unwrap();
    }

    fn records(&self, order: &str) -> Vec<SaleRecord> {
        self.store.order(&OrderId::new(order).unwrap(), Zone::BERLIN).unwrap()
    }

    /// The most that could be refunded now.
    fn most(&self, record: &SaleRecord) -> i64 {
        let request = request().with_goodwill().once_more();
        plan(&request, record, &self.policy, &today()).map_or(0, |plan| plan.amount.minor())
    }

    /// Everything that is known of the order, without the order's name and the numbers and places of its reports.
    fn state(&self, order: &str) -> Vec<String> {
        let state = |mut record: SaleRecord| {
            // Of two reports with one ID the first is kept, and it blocks the same.
            let reports: BTreeSet<String> =
                record.unread.drain(..).map(|report| format!("{:?} {:?}", report.order, report.transaction)).collect();
            let (most, left, flags) = (self.most(&record), record.left(), record.flags());
            format!("{most} {left} {flags:?} {reports:#?} {record:#?}").replace(order, "ORDER")
        };
        let mut states: Vec<String> = self.records(order).into_iter().map(state).collect();
        states.sort();
        states
    }

    /// Marks a refund if the desk lets it; returns its amount.
    fn mark(&self, sale: &str, minor: i64) -> Option<i64> {
        let record = self.store.record(&sale.parse().unwrap(), Zone::BERLIN).unwrap()?;
        let request = request().with_goodwill().once_more();
        let request = if minor == 0 { request } else { request.of(&format!("{}.{:02}", minor / 100, minor % 100)) };
        let plan = plan(&request, &record, &self.policy, &today()).ok()?;
        let mut writer = self.store.write(signature()).unwrap();
        let new = NewRefund { plan: &plan, key: None, reference: None, marked_on: today().today };
        writer.record_refund(&new).unwrap();
        writer.commit().unwrap();
        Some(plan.amount.minor())
    }
}

fn today() -> Now {
    Now::new(Fixed.now(), Zone::BERLIN)
}

/// What is known of a world's rows so far, independently of the desk.
#[derive(Default)]
struct Known {
    sales: BTreeSet<usize>,
    /// The money that went back, with whether the desk had marked its refund before it was reported.
    backs: BTreeMap<usize, bool>,
    /// The refund that the desk marked, and its sale.
    mark: Option<(usize, i64)>,
}

impl Known {
    fn take(&mut self, line: &Line) {
        self.sales.extend(line.of_sale);
        if let Says::Back(back) = line.says {
            self.backs.entry(back).or_insert(self.mark.is_some());
        }
    }

    /// What of the sale may still be refunded. A refund of the desk and a later report of the same amount can be the
    /// same money.
    fn bound(&self, world: &World, sale: usize, taken: &[i64]) -> i64 {
        let of_sale = || self.backs.iter().filter(|(back, _)| world.sale_of(&world.backs[**back]) == sale);
        let back: i64 = of_sale().map(|(back, _)| taken[*back]).sum();
        let marked = match self.mark {
            Some((marked, amount)) if marked == sale => {
                let is_reported =
                    of_sale().any(|(back, is_later)| *is_later && amounts(world, *back, taken).contains(&amount));
                if is_reported { 0 } else { amount }
            }
            _ => 0,
        };
        (world.sales[sale].minor - back - marked).max(0)
    }
}

/// The amounts with which rows can report this money: its own, and the total that went back so far.
fn amounts(world: &World, back: usize, taken: &[i64]) -> [i64; 2] {
    let sale = world.sale_of(&world.backs[back]);
    let so_far = (0..=back).filter(|each| world.sale_of(&world.backs[*each]) == sale);
    [taken[back], so_far.map(|each| taken[each]).sum()]
}

/// Imports the world's rows under this order and checks the bound after every file.
fn run(bench: &Bench, world: &World, order: &str, files: &[Vec<usize>]) -> Result<(), TestCaseError> {
    let lines = lines(world, order);
    let taken = world.taken();
    let mut known = Known::default();
    for (number, file) in files.iter().enumerate() {
        let file: Vec<&Line> = file.iter().map(|row| &lines[*row]).collect();
        for has_id in [true, false] {
            bench.import(&file, has_id);
            file.iter().filter(|line| line.has_id == has_id).for_each(|line| known.take(line));
        }
        check(bench, world, order, &known, &taken)
            .map_err(|error| TestCaseError::fail(format!("{error} after file {number}\n{}", shown(&lines, files))))?;
        if let Some(mark) = world.mark.as_ref().filter(|mark| usize::from(mark.after_file) == number) {
            let sale = mark.sale % world.sales.len();
            known.mark = bench.mark(&sale_id(order, sale), mark.minor).map(|amount| (sale, amount));
        }
    }
    Ok(())
}

fn shown(lines: &[Line], files: &[Vec<usize>]) -> String {
    let file = |file: &Vec<usize>| file.iter().map(|row| format!("{}\n", lines[*row].text())).collect::<String>();
    files.iter().map(file).collect::<Vec<_>>().join("--\n")
}

fn check(bench: &Bench, world: &World, order: &str, known: &Known, taken: &[i64]) -> Result<(), String> {
    let records = bench.records(order);
    let bounds: Vec<i64> = (0..world.sales.len()).map(|sale| known.bound(world, sale, taken)).collect();
    for (sale, bound) in bounds.iter().enumerate() {
        let id = sale_id(order, sale);
        let Some(record) = records.iter().find(|record| record.payment.id.as_str() == id) else { continue };
        let most = bench.most(record);
        if most > *bound {
            return Err(format!("{most} of {id} could be refunded, at most {bound} may"));
        }
    }
    let all: i64 = records.iter().map(|record| bench.most(record)).sum();
    let bound: i64 = known.sales.iter().map(|sale| bounds[*sale]).sum();
    if all > bound {
        return Err(format!("{all} of the order could be refunded, at most {bound} may"));
    }
    if known.backs.is_empty() && known.mark.is_none() && world.backs.is_empty() {
        let unblocked = records.iter().all(|record| {
            let is_paid = record.payment.paid().minor() > 0;
            bench.most(record) == if is_paid { record.payment.amount.minor() } else { 0 }
        });
        if !unblocked {
            return Err("nothing went back, and a sale is blocked".to_owned());
        }
    }
    Ok(())
}

thread_local! {
    static BENCH: RefCell<Option<Bench>> = const { RefCell::new(None) };
    static ORDERS: Cell<u64> = const { Cell::new(0) };
}

fn with_bench<T>(act: impl FnOnce(&Bench, u64) -> T) -> T {
    let number = ORDERS.replace(ORDERS.get() + 1);
    BENCH.with_borrow_mut(|bench| {
        if number.is_multiple_of(ORDERS_PER_STORE) {
            *bench = None;
        }
        act(bench.get_or_insert_with(Bench::new), number)
    })
}

/// `share`: the part of the rounds, in tenths.
fn runner(share: u32) -> TestRunner {
    let rounds: Option<u32> = option_env!("RETOUR_ROUNDS").and_then(|rounds| rounds.parse().ok());
    let config = ProptestConfig {
        cases: (rounds.unwrap_or(1_000) / 10).max(1) * share,
        failure_persistence: Some(Box::new(FileFailurePersistence::Direct("tests/money_back.txt"))),
        max_shrink_iters: 500,
        ..ProptestConfig::default()
    };
    // The same orders in every run of `cargo test`; others in each long run.
    match rounds {
        Some(_) => TestRunner::new(config),
        None => TestRunner::new_with_rng(config, TestRng::deterministic_rng(RngAlgorithm::ChaCha)),
    }
}

#[test]
fn no_more_is_refundable_than_was_paid_less_what_rows_say_went_back() {
    let outcome = runner(7).run(&world(), |world| {
        with_bench(|bench, number| {
            let order = format!("A{number:08}");
            let files = world.schedule.files(lines(&world, &order).len());
            run(bench, &world, &order, &files)
        })
    });
    outcome.unwrap();
}

#[test]
fn the_same_rows_in_any_order_and_split_end_in_the_same_state() {
    let outcome = runner(3).run(&world(), |world| {
        let world = world.comparable();
        with_bench(|bench, number| {
            let [one, other] = [format!("A{number:08}"), format!("B{number:08}")];
            let rows = lines(&world, &one).len();
            let (files, other_files) = (world.schedule.files(rows), world.other.files(rows));
            run(bench, &world, &one, &files)?;
            run(bench, &world, &other, &other_files)?;
            let (one_state, other_state) = (bench.state(&one), bench.state(&other));
            let place = one_state.iter().zip(&other_state).find(|(one, other)| one != other);
            let rows = || [&files, &other_files].map(|files| shown(&lines(&world, &one), files)).join("==\n");
            prop_assert!(one_state == other_state, "{place:#?}\n{}", rows());
            Ok(())
        })
    });
    outcome.unwrap();
}
