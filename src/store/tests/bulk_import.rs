//! A bulk import leaves the same store as an import row by row.

use super::*;
use crate::store::TransactionFilter;
use std::ops::ControlFlow;

/// Payments in the same second, each with another name.
fn sales(numbers: std::ops::Range<u32>) -> Vec<PaymentReport> {
    let sale = |number: u32| {
        let mut report = report(SaleStatus::Paid, DAY_2);
        report.transaction.id = id(&format!("pay-{:03}", number * 7 % 100));
        report.transaction.customer.name = format!("Zoé Müller-{number:03}");
        report
    };
    numbers.map(sale).collect()
}

fn import(bench: &Bench, reports: &[PaymentReport]) -> Vec<RowOutcome> {
    let mut writer = bench.store.write(signature(noon("2026-03-21"))).unwrap();
    writer.begin_import(u64::MAX, Zone::BERLIN).unwrap();
    let outcomes = reports.iter().map(|report| writer.take_report(report, None).unwrap()).collect();
    writer.finish_import(|_| Some("{}".into())).unwrap();
    writer.commit().unwrap();
    outcomes
}

fn count_of(bench: &Bench, query: &str) -> u32 {
    let mut count = 0;
    let filter = TransactionFilter { query: Some(query.to_owned()), ..TransactionFilter::default() };
    let each = &mut |_| {
        count += 1;
        ControlFlow::Continue(())
    };
    bench.store.search(&filter, Zone::BERLIN, each).unwrap();
    count
}

/// FTS5 compares its index with every row.
fn index_is_complete(bench: &Bench) -> bool {
    let compare = "INSERT INTO names (names, rank) VALUES ('integrity-check', 1)";
    bench.store.connection.execute_batch(compare).is_ok()
}

/// The SQL of everything in the schema that `condition` selects.
fn schema(bench: &Bench, condition: &str) -> Vec<String> {
    let sql = format!("SELECT sql FROM sqlite_schema WHERE sql IS NOT NULL AND {condition} ORDER BY sql");
    let mut statement = bench.store.connection.prepare(&sql).unwrap();
    statement.query_map([], |row| row.get(0)).unwrap().map(Result::unwrap).collect()
}

#[test]
fn a_first_import_builds_every_index_of_payments_afterwards_even_one_it_has_never_heard_of() {
    let bench = Bench::new();
    bench.store.connection.execute_batch("CREATE INDEX another ON transactions (currency)").unwrap();
    let before = schema(&bench, "1");
    let mut writer = bench.store.write(signature(noon("2026-03-21"))).unwrap();
    writer.begin_import(u64::MAX, Zone::BERLIN).unwrap();
    assert_eq!(schema(&bench, "type = 'index' AND tbl_name IN ('transactions', 'products')"), [""; 0]);
    writer.take_report(&sales(0..1)[0], None).unwrap();
    writer.finish_import(|_| None).unwrap();
    writer.commit().unwrap();
    assert_eq!(schema(&bench, "1"), before);
}

#[test]
fn every_name_is_found_even_by_a_connection_that_searched_the_empty_store() {
    let bench = Bench::new();
    assert_eq!(count_of(&bench, "muller"), 0);
    import(&bench, &sales(0..30));
    assert_eq!((count_of(&bench, "muller"), count_of(&bench, "mueller 029")), (30, 1));
    assert!(index_is_complete(&bench));
    import(&bench, &sales(20..50));
    assert_eq!((count_of(&bench, "muller"), count_of(&bench, "mueller 049")), (50, 1));
    assert!(index_is_complete(&bench));
    assert!(bench.findings().is_empty(), "{:?}", bench.findings());
}

#[test]
fn an_interrupted_first_import_leaves_the_store_empty_and_complete() {
    let bench = Bench::new();
    let mut writer = bench.store.write(signature(noon("2026-03-21"))).unwrap();
    writer.begin_import(u64::MAX, Zone::BERLIN).unwrap();
    writer.take_report(&sales(0..1)[0], None).unwrap();
    drop(writer);
    assert_eq!((count_of(&bench, "muller"), bench.findings()), (0, vec![]));
    import(&bench, &sales(0..1));
    assert_eq!(count_of(&bench, "muller"), 1);
}

#[test]
fn repeated_payments_are_recognised_among_many_in_the_same_second() {
    let bench = Bench::new();
    import(&bench, &sales(0..40));
    let mut again = sales(0..41);
    again[39].transaction.paid_at = noon("2026-03-04");
    again[39].as_of = Some(noon("2026-03-20"));
    let outcomes = import(&bench, &again);
    assert!(outcomes[..39].iter().all(|outcome| *outcome == RowOutcome::Unchanged), "{outcomes:?}");
    assert_eq!(outcomes[39..], [RowOutcome::Updated, RowOutcome::Added]);
    assert!(index_is_complete(&bench));
}
