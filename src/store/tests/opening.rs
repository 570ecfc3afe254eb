//! A file that is not a usable store is refused with the reason, and stays unchanged.

use super::*;
use crate::store::{Created, StoreError};
use std::fs;
use std::path::Path;

fn open(path: &Path) -> StoreError {
    Store::open(path, Duration::ZERO).unwrap_err()
}

#[test]
fn opening_never_creates_a_missing_store() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("store.db");
    assert!(matches!(open(&path), StoreError::Missing(_)));
    assert!(!path.exists());
}

#[test]
fn a_file_that_is_not_a_store_is_refused_and_stays_unchanged() {
    let folder = tempfile::tempdir().unwrap();
    for (name, content) in [("empty", &b""[..]), ("text", b"not a database at all, but long enough to look like one")] {
        let path = folder.path().join(name);
        fs::write(&path, content).unwrap();
        assert!(matches!(open(&path), StoreError::NotAStore(_)), "{name}");
        assert!(matches!(
            Store::create(&path, &signature(noon("2026-03-01")), false, Duration::ZERO),
            Err(StoreError::NotAStore(_))
        ));
        assert_eq!(fs::read(&path).unwrap(), content);
    }
    let foreign = folder.path().join("foreign.db");
    rusqlite::Connection::open(&foreign).unwrap().execute_batch("CREATE TABLE t (x)").unwrap();
    assert!(matches!(open(&foreign), StoreError::NotAStore(_)));
    assert!(matches!(open(folder.path()), StoreError::NotAStore(_)));
}

#[test]
fn a_newer_store_is_refused() {
    let bench = Bench::new();
    bench.store.connection.pragma_update(None, "user_version", 99).unwrap();
    assert!(matches!(open(bench.store.path()), StoreError::Newer { found: 99, .. }));
}

#[test]
fn a_store_that_another_program_writes_to_is_locked() {
    let bench = Bench::new();
    let other = Store::open(bench.store.path(), Duration::ZERO).unwrap();
    let writer = bench.store.write(signature(noon("2026-03-01"))).unwrap();
    assert!(matches!(other.write(signature(noon("2026-03-01"))), Err(StoreError::Locked)));
    assert_eq!(other.products().unwrap().len(), 0);
    drop(writer);
    assert!(other.write(signature(noon("2026-03-01"))).is_ok());
}

#[test]
fn a_damaged_store_is_not_taken_for_another_kind_of_file() {
    let bench = Bench::new();
    bench.take(&[report(SaleStatus::Paid, DAY_2)]);
    let path = bench.store.path().to_owned();
    bench.store.connection.execute_batch("PRAGMA wal_checkpoint(TRUNCATE)").unwrap();
    let mut bytes = fs::read(&path).unwrap();
    for byte in bytes.iter_mut().skip(100) {
        *byte = 0xA5;
    }
    fs::write(&path, bytes).unwrap();
    assert!(matches!(open(&path), StoreError::Damaged(_)));
}

#[test]
fn creating_an_existing_store_leaves_it_unchanged() {
    let bench = Bench::new();
    bench.take(&[report(SaleStatus::Paid, DAY_2)]);
    let created = Store::create(bench.store.path(), &signature(noon("2026-03-01")), true, Duration::ZERO);
    assert!(matches!(created, Ok(Created::Existing)));
    assert_eq!(bench.store.facts().unwrap().sales, 1);
    assert!(!Store::open(bench.store.path(), Duration::ZERO).unwrap().is_rehearsal());
}

#[cfg(unix)]
#[test]
fn only_the_owner_can_read_a_store() {
    use std::os::unix::fs::MetadataExt;
    let bench = Bench::new();
    assert_eq!(fs::metadata(bench.store.path()).unwrap().mode() & 0o777, 0o600);
}
