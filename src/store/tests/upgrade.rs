//! An older store is upgraded only after a whole copy of it is beside it, and stays as it is if anything fails.

use super::*;
use crate::domain::digest::sha256;
use crate::store::migrate::{APPLICATION_ID, MIGRATIONS, NEWEST, migrate, version};
use crate::store::{Created, StoreError, TransactionFilter};
use rusqlite::Connection;
use std::fs;
use std::path::{Path, PathBuf};

/// A store of an older schema version with one sale, as a program of that version left it.
struct OldStore {
    path: PathBuf,
    folder: TempDir,
}

impl OldStore {
    fn of_version(version: i64) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().canonicalize().unwrap().join("store.db");
        let mut old = Connection::open(&path).unwrap();
        migrate(&mut old, version, || Ok(())).unwrap();
        let row = noon("2026-03-02").timestamp() << 24;
        let millis = noon("2026-03-02").timestamp_millis();
        old.execute_batch(&format!(
            "INSERT INTO desk VALUES (1, {millis}, 0);
             INSERT INTO transactions (row, transaction_id, id_is_made_up, order_id, kind, status, amount_minor, currency,
                 method, plan, customer_name, customer_email, customer_country, searchable, ordered_at, paid_at,
                 rate_number, return_period, is_test, as_of, sources)
             VALUES ({row}, 'a1', 0, 'o1', 'sale', 'paid', 4900, 'EUR', 'sepa', 'one_time',
                 'Anna Müller', 'anna@example.org', 'DE', 'anna muller anna@example.org' || char(10, 10), NULL,
                 {millis}, NULL, NULL, 0, NULL, NULL);
             PRAGMA application_id = {APPLICATION_ID};
             PRAGMA journal_mode = WAL;"
        ))
        .unwrap();
        drop(old);
        Self { path, folder }
    }

    fn copy(&self) -> PathBuf {
        self.path.with_file_name("store.db.before-upgrade")
    }

    fn upgrade(&self) -> Result<(Store, Option<crate::store::Upgrade>), StoreError> {
        Store::locate(&self.path, Duration::ZERO)?.upgraded(Duration::ZERO)
    }

    /// The names of all files in the folder.
    fn files(&self) -> Vec<String> {
        let names = fs::read_dir(self.folder.path()).unwrap();
        let mut names: Vec<String> = names.map(|file| file.unwrap().file_name().into_string().unwrap()).collect();
        names.sort();
        names
    }
}

fn version_of(path: &Path) -> i64 {
    version(&Connection::open(path).unwrap()).unwrap()
}

#[test]
fn a_store_of_each_older_schema_is_upgraded_with_its_content() {
    for from in 1..NEWEST {
        let old = OldStore::of_version(from);
        let (store, upgrade) = old.upgrade().unwrap();
        assert_eq!(upgrade, Some(crate::store::Upgrade { from, copy: old.copy() }));
        assert!(store.check().unwrap().iter().all(|finding| !finding.is_wrong), "{:?}", store.check());
        for text in ["muller", "rg", "a1"] {
            let filter = TransactionFilter { query: Some(text.into()), ..TransactionFilter::default() };
            assert_eq!(store.count(&filter, Zone::BERLIN).unwrap(), 1, "{text}");
        }
    }
}

#[test]
fn a_refund_of_an_older_schema_is_goodwill_if_it_was_and_policy_otherwise() {
    let old = OldStore::of_version(6);
    Connection::open(&old.path)
        .unwrap()
        .execute_batch(
            "INSERT INTO refunds (sale, amount_minor, reason, goodwill, actor, marked_at, marked_on)
             SELECT row, 1000, 'returned', 1, 'x', 0, '2026-03-03' FROM transactions
             UNION ALL SELECT row, 1000, 'out-of-stock', 0, 'x', 0, '2026-03-03' FROM transactions;",
        )
        .unwrap();
    let (store, _) = old.upgrade().unwrap();
    assert!(store.check().unwrap().iter().all(|finding| !finding.is_wrong));
    let refunds = store.refunds(&crate::store::RefundFilter::default(), Zone::BERLIN).unwrap();
    let grounds: Vec<_> = refunds.iter().map(|refund| refund.mark().unwrap().ground.word()).collect();
    assert_eq!(grounds, ["goodwill", "policy"]);
}

#[test]
fn reading_an_older_store_is_refused_and_changes_nothing() {
    let old = OldStore::of_version(3);
    let before = fs::read(&old.path).unwrap();
    let refused = Store::open(&old.path, Duration::ZERO).unwrap_err();
    assert!(matches!(refused, StoreError::Older { found: 3, needed: NEWEST }));
    let created = Store::create(&old.path, &signature(noon("2026-03-01")), true, Duration::ZERO);
    assert!(matches!(created, Ok(Created::Existing)));
    assert_eq!(fs::read(&old.path).unwrap(), before);
    assert_eq!(old.files(), ["store.db"]);
}

#[test]
fn the_copy_is_the_store_as_it_was_and_can_be_upgraded_itself() {
    let old = OldStore::of_version(3);
    old.upgrade().unwrap();
    assert_eq!(version_of(&old.copy()), 3);
    let copy = OldStore { path: old.copy(), folder: tempfile::tempdir().unwrap() };
    assert_eq!(copy.upgrade().unwrap().0.facts().unwrap().sales, 1);
}

#[cfg(unix)]
#[test]
fn only_the_owner_can_read_the_copy() {
    use std::os::unix::fs::MetadataExt;
    let old = OldStore::of_version(3);
    old.upgrade().unwrap();
    assert_eq!(fs::metadata(old.copy()).unwrap().mode() & 0o777, 0o600);
}

#[test]
fn a_store_of_this_version_is_not_upgraded_and_keeps_its_copy() {
    let old = OldStore::of_version(3);
    drop(old.upgrade().unwrap());
    let copy = fs::read(old.copy()).unwrap();
    assert_eq!(old.upgrade().unwrap().1, None);
    assert_eq!(fs::read(old.copy()).unwrap(), copy);
}

#[test]
fn the_next_upgrade_replaces_the_copy_and_the_rest_of_a_killed_one() {
    let old = OldStore::of_version(3);
    fs::write(old.copy(), "the copy of the upgrade before").unwrap();
    fs::write(old.path.with_file_name("store.db.before-upgrade.unfinished"), "half a copy").unwrap();
    drop(old.upgrade().unwrap());
    assert_eq!(version_of(&old.copy()), 3);
    assert_eq!(old.files(), ["store.db", "store.db.before-upgrade"]);
}

#[test]
fn without_a_copy_nothing_is_upgraded() {
    let old = OldStore::of_version(3);
    let before = fs::read(&old.path).unwrap();
    // The copy cannot replace a folder.
    fs::create_dir(old.copy()).unwrap();
    assert!(matches!(old.upgrade(), Err(StoreError::Unusable(_))));
    assert_eq!(fs::read(&old.path).unwrap(), before);
    assert_eq!(old.files(), ["store.db", "store.db.before-upgrade"]);
}

#[test]
fn a_migration_that_fails_leaves_the_old_store_and_its_copy() {
    let old = OldStore::of_version(3);
    let connection = Connection::open(&old.path).unwrap();
    connection.execute_batch("CREATE TABLE unread_reports (number INTEGER)").unwrap();
    drop(connection);
    assert!(old.upgrade().is_err());
    assert_eq!(version_of(&old.path), 3);
    assert_eq!(version_of(&old.copy()), 3);
    Connection::open(&old.path).unwrap().execute_batch("DROP TABLE unread_reports").unwrap();
    assert_eq!(old.upgrade().unwrap().0.facts().unwrap().sales, 1);
}

#[test]
fn a_store_that_another_program_writes_to_is_not_upgraded() {
    let old = OldStore::of_version(3);
    let other = Connection::open(&old.path).unwrap();
    other.execute_batch("BEGIN IMMEDIATE").unwrap();
    assert!(matches!(old.upgrade(), Err(StoreError::Locked)));
    assert!(!old.copy().exists());
}

#[test]
fn of_two_programs_that_upgrade_at_once_one_does_it() {
    let old = OldStore::of_version(3);
    let second = Store::locate(&old.path, Duration::ZERO).unwrap();
    let (_first, upgrade) = old.upgrade().unwrap();
    assert!(upgrade.is_some());
    let copy = fs::read(old.copy()).unwrap();
    let (store, upgrade) = second.upgraded(Duration::ZERO).unwrap();
    assert_eq!(upgrade, None);
    assert_eq!(store.facts().unwrap().sales, 1);
    assert_eq!(fs::read(old.copy()).unwrap(), copy);
}

/// Stores were made with these. An edited migration is never applied to them.
#[test]
fn the_migrations_of_existing_stores_never_change() {
    let digests: Vec<String> = MIGRATIONS.iter().map(|sql| sha256(sql.as_bytes())[..16].to_owned()).collect();
    insta::assert_snapshot!(digests.join("\n"), @"
    6fe2837b009434dc
    6c6f49aba8755d1b
    95ae4b6cd30779d2
    dfea3c7d54e6441b
    96ad07067a942d2a
    2fdc427efa143a80
    b2bb8a74ba9f36ff
    cd997fdaecbf15f7
    14b091109b3b7285
    7f74c268282003cc
    1d57d84ace184a88
    6fe7b89a28f5a132
    ");
}
