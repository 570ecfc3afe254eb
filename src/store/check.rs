//! `store check`: the file, the schema, the audit log, and the money rules over all rows.

use crate::domain::ids::OrderId;
use crate::domain::money::Money;
use crate::domain::store_health::Finding;
use crate::store::migrate::{self, NEWEST, migrate};
use crate::store::{Store, StoreError, columns, links};
use rusqlite::Connection;
use std::path::Path;

impl Store {
    /// Everything that is wrong with the store, or worth knowing about it.
    pub fn check(&self) -> Result<Vec<Finding>, StoreError> {
        let mut findings = self.check_file()?;
        findings.extend(self.check_foreign_keys()?);
        findings.extend(self.check_schema()?);
        findings.extend(self.check_refunded_amounts()?);
        findings.extend(self.check_links()?);
        findings.extend(self.check_audit_log()?);
        findings.extend(self.check_location());
        Ok(findings)
    }

    fn check_file(&self) -> Result<Vec<Finding>, StoreError> {
        let mut statement = self.connection.prepare("PRAGMA integrity_check")?;
        let lines = statement.query_map([], |row| row.get::<_, String>(0))?;
        let lines = lines.collect::<rusqlite::Result<Vec<_>>>()?;
        Ok(lines.into_iter().filter(|line| line != "ok").map(|line| Finding::wrong("integrity", line)).collect())
    }

    fn check_foreign_keys(&self) -> Result<Vec<Finding>, StoreError> {
        let mut statement = self.connection.prepare("PRAGMA foreign_key_check")?;
        let dangling = statement.query_map([], |row| {
            let (table, parent): (String, String) = (row.get(0)?, row.get(2)?);
            Ok(Finding::wrong("foreign_keys", format!("a row of {table} refers to a missing row of {parent}")))
        })?;
        Ok(dangling.collect::<rusqlite::Result<_>>()?)
    }

    /// Every table, index, trigger and view exists exactly as this program creates it.
    fn check_schema(&self) -> Result<Vec<Finding>, StoreError> {
        let mut fresh = Connection::open_in_memory()?;
        migrate(&mut fresh, NEWEST, || Ok(()))?;
        let (ours, found) = (schema_of(&fresh)?, schema_of(&self.connection)?);
        let missing = ours.iter().filter(|each| !found.contains(each));
        let missing = missing.map(|(name, _)| Finding::wrong("schema", format!("{name} is missing or changed")));
        let foreign = found.iter().filter(|(name, _)| !ours.iter().any(|(known, _)| known == name));
        let foreign =
            foreign.map(|(name, _)| Finding::note("schema", format!("{name} is not part of the desk's schema")));
        let version = migrate::version(&self.connection)?;
        let version = (version != NEWEST)
            .then(|| Finding::wrong("schema", format!("the schema version is {version}, not {}", NEWEST)));
        Ok(missing.chain(foreign).chain(version).collect())
    }

    /// The desk never refunds more of a sale than was paid. Together with what the platform reports it can be more,
    /// which is a note: a refund that the platform reported as failed can succeed after the desk has replaced it.
    fn check_refunded_amounts(&self) -> Result<Vec<Finding>, StoreError> {
        let mut statement = self.connection.prepare(
            "SELECT t.transaction_id, t.amount_minor, t.currency, b.refunded_minor, b.charged_back_minor,
                    (SELECT coalesce(sum(r.amount_minor), 0) FROM refunds r
                      WHERE r.sale = t.row AND r.status IN ('marked', 'submitted', 'succeeded')
                        AND NOT EXISTS (SELECT 1 FROM links WHERE refund = r.number)
                        AND NOT EXISTS (SELECT 1 FROM unread_reports WHERE settled_refund = r.number)) AS desk_minor
               FROM balances b JOIN transactions t ON t.row = b.sale
              WHERE b.refunded_minor + b.charged_back_minor > t.amount_minor",
        )?;
        let findings = statement.query_map([], |row| {
            let id: String = row.get("transaction_id")?;
            let currency = columns::parsed(row, "currency")?;
            let sum = |column| Ok::<_, rusqlite::Error>(Money::new(row.get(column)?, currency));
            let (paid, refunded, charged_back) =
                (sum("amount_minor")?, sum("refunded_minor")?, sum("charged_back_minor")?);
            let amounts = format!("{id}: {refunded} refunded and {charged_back} charged back of {paid}");
            Ok(match sum("desk_minor")?.minor() > paid.minor() {
                true => Finding::wrong("money_rule", format!("the desk refunds more than was paid, {amounts}")),
                false => Finding::note("paid_twice", amounts),
            })
        })?;
        Ok(findings.collect::<rusqlite::Result<_>>()?)
    }

    fn check_links(&self) -> Result<Vec<Finding>, StoreError> {
        let mut findings = Vec::new();
        for order in links::orders_with_platform_rows(&self.connection)? {
            let (computed, stored) = links::computed_and_stored(&self.connection, &order)?;
            if computed != stored {
                findings.push(mismatch(&order));
            }
        }
        Ok(findings)
    }

    fn check_audit_log(&self) -> Result<Vec<Finding>, StoreError> {
        let damaged = self.verify_audit_log()?.err();
        let finding = |number| Finding::wrong("trail", format!("the audit log is damaged at event {number}"));
        Ok(damaged.map(finding).into_iter().collect())
    }

    fn check_location(&self) -> Vec<Finding> {
        let network = is_on_network(&self.path).then(|| {
            let message = "the file is on a network share, where locks are unreliable: two desks can damage it";
            Finding::wrong("place", message)
        });
        let open = is_open_to_others(&self.path)
            .then(|| Finding::note("mode", "other users of this machine can read the file: `chmod 600` it"));
        network.into_iter().chain(open).collect()
    }
}

fn mismatch(order: &OrderId) -> Finding {
    Finding::wrong("links", format!("the links of order {order} differ from what matching computes"))
}

fn schema_of(connection: &Connection) -> rusqlite::Result<Vec<(String, String)>> {
    let mut statement = connection.prepare(
        "SELECT type || ' ' || name, sql FROM sqlite_schema
          WHERE sql IS NOT NULL AND name NOT LIKE 'sqlite~_%' ESCAPE '~' ORDER BY 1",
    )?;
    statement.query_map([], |row| Ok((row.get(0)?, row.get(1)?)))?.collect()
}

/// Network file systems, by the number that statfs(2) gives them.
#[cfg(target_os = "linux")]
const NETWORK: &[u64] = &[
    0x6969,      // NFS
    0x517B,      // SMB
    0xFF53_4D42, // CIFS
    0xFE53_4D42, // SMB2
    0x0102_1997, // 9P
    0x5346_414F, // AFS
    0x6573_5546, // FUSE: sshfs and the like
];

#[cfg(target_os = "linux")]
fn is_on_network(path: &Path) -> bool {
    // The width of the field differs between platforms; the lower 32 bits hold the number.
    let kind = rustix::fs::statfs(path).map(|stat| (stat.f_type as u64) & 0xFFFF_FFFF);
    kind.is_ok_and(|kind| NETWORK.contains(&kind))
}

#[cfg(not(target_os = "linux"))]
fn is_on_network(_: &Path) -> bool {
    false
}

#[cfg(unix)]
fn is_open_to_others(path: &Path) -> bool {
    use std::os::unix::fs::MetadataExt;
    std::fs::metadata(path).is_ok_and(|metadata| metadata.mode() & 0o077 != 0)
}

#[cfg(not(unix))]
fn is_open_to_others(_: &Path) -> bool {
    false
}
