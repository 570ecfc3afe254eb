//! An empty store that is filled at once is like one that was filled row by row.

use super::*;
use crate::store::Filter;
use std::ops::ControlFlow;

/// So many payments in one second, each with a name of its own.
fn sales(numbers: std::ops::Range<u32>) -> Vec<Report> {
    let sale = |number: u32| {
        let mut report = report(SaleStatus::Paid, DAY_2);
        report.transaction.id = id(&format!("pay-{:03}", number * 7 % 100));
        report.transaction.customer.name = format!("Zoé Müller-{number:03}");
        report
    };
    numbers.map(sale).collect()
}

fn import(bench: &Bench, reports: &[Report]) -> Vec<Taken> {
    let mut writer = bench.store.write(signature(noon("2026-03-21"))).unwrap();
    writer.begin_import(u64::MAX).unwrap();
    let taken = reports.iter().map(|report| writer.take_report(report).unwrap()).collect();
    writer.settle_import(|_| Some("{}".into())).unwrap();
    writer.commit().unwrap();
    taken
}

fn count_of(bench: &Bench, query: &str) -> u32 {
    let mut count = 0;
    let filter = Filter { query: Some(query.to_owned()), ..Filter::default() };
    let each = &mut |_| {
        count += 1;
        ControlFlow::Continue(())
    };
    bench.store.search(&filter, Zone::BERLIN, each).unwrap();
    count
}

/// FTS5 compares its index with every row.
fn index_is_whole(bench: &Bench) -> bool {
    let compare = "INSERT INTO names (names, rank) VALUES ('integrity-check', 1)";
    bench.store.connection.execute_batch(compare).is_ok()
}

#[test]
fn every_name_is_found_also_by_who_had_looked_before() {
    let bench = Bench::new();
    assert_eq!(count_of(&bench, "muller"), 0);
    import(&bench, &sales(0..30));
    assert_eq!((count_of(&bench, "muller"), count_of(&bench, "mueller 029")), (30, 1));
    assert!(index_is_whole(&bench));
    import(&bench, &sales(20..50));
    assert_eq!((count_of(&bench, "muller"), count_of(&bench, "mueller 049")), (50, 1));
    assert!(index_is_whole(&bench));
    assert!(bench.findings().is_empty(), "{:?}", bench.findings());
}

#[test]
fn what_is_broken_off_leaves_the_empty_store_as_it_was() {
    let bench = Bench::new();
    let mut writer = bench.store.write(signature(noon("2026-03-21"))).unwrap();
    writer.begin_import(u64::MAX).unwrap();
    writer.take_report(&sales(0..1)[0]).unwrap();
    drop(writer);
    assert_eq!((count_of(&bench, "muller"), bench.findings()), (0, vec![]));
    import(&bench, &sales(0..1));
    assert_eq!(count_of(&bench, "muller"), 1);
}

#[test]
fn what_comes_again_is_known_however_many_payments_its_second_has() {
    let bench = Bench::new();
    import(&bench, &sales(0..40));
    let mut again = sales(0..41);
    again[39].transaction.paid_at = noon("2026-03-04");
    again[39].as_of = Some(noon("2026-03-20"));
    let taken = import(&bench, &again);
    assert!(taken[..39].iter().all(|taken| *taken == Taken::Unchanged), "{taken:?}");
    assert_eq!(taken[39..], [Taken::Updated, Taken::Added]);
    assert!(index_is_whole(&bench));
}
