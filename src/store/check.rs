//! `store check`: the file, the schema, the trail, and the money rules over all rows.

use crate::domain::ids::OrderId;
use crate::domain::store_health::Finding;
use crate::store::migrate::{self, migrate};
use crate::store::{Store, StoreError, links};
use rusqlite::Connection;
use std::path::Path;

/// Where a store's file lies, as far as it matters.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::store) enum Place {
    Local,
    /// A network share: its locks cannot be trusted, and two desks would overwrite each other.
    Network,
}

impl Store {
    /// Everything that is wrong with the store, or worth knowing of it.
    pub fn check(&self) -> Result<Vec<Finding>, StoreError> {
        let mut findings = self.file_is_sound()?;
        findings.extend(self.keys_point_somewhere()?);
        findings.extend(self.schema_is_ours()?);
        findings.extend(self.refunds_stay_within_their_sales()?);
        findings.extend(self.links_are_what_matching_says()?);
        findings.extend(self.trail_is_whole()?);
        findings.extend(self.file_lies_well());
        Ok(findings)
    }

    fn file_is_sound(&self) -> Result<Vec<Finding>, StoreError> {
        let mut statement = self.connection.prepare("PRAGMA integrity_check")?;
        let lines = statement.query_map([], |row| row.get::<_, String>(0))?;
        let lines = lines.collect::<rusqlite::Result<Vec<_>>>()?;
        Ok(lines.into_iter().filter(|line| line != "ok").map(|line| Finding::wrong("integrity", line)).collect())
    }

    fn keys_point_somewhere(&self) -> Result<Vec<Finding>, StoreError> {
        let mut statement = self.connection.prepare("PRAGMA foreign_key_check")?;
        let dangling = statement.query_map([], |row| {
            let (table, parent): (String, String) = (row.get(0)?, row.get(2)?);
            Ok(Finding::wrong("foreign_keys", format!("a row of {table} points at nothing in {parent}")))
        })?;
        Ok(dangling.collect::<rusqlite::Result<_>>()?)
    }

    /// Every table, trigger and view is there, letter by letter as this program makes it.
    fn schema_is_ours(&self) -> Result<Vec<Finding>, StoreError> {
        let mut fresh = Connection::open_in_memory()?;
        migrate(&mut fresh)?;
        let (ours, found) = (schema_of(&fresh)?, schema_of(&self.connection)?);
        let missing = ours.iter().filter(|each| !found.contains(each));
        let missing = missing.map(|(name, _)| Finding::wrong("schema", format!("{name} is missing or changed")));
        let foreign = found.iter().filter(|(name, _)| !ours.iter().any(|(known, _)| known == name));
        let foreign = foreign.map(|(name, _)| Finding::note("schema", format!("{name} is not the desk's")));
        let version = migrate::version(&self.connection)?;
        let version = (version != migrate::NEWEST)
            .then(|| Finding::wrong("schema", format!("the schema version is {version}, not {}", migrate::NEWEST)));
        Ok(missing.chain(foreign).chain(version).collect())
    }

    /// What the desk holds of a sale is never more than was paid; what the platform adds can be, and is named.
    fn refunds_stay_within_their_sales(&self) -> Result<Vec<Finding>, StoreError> {
        let mut statement = self.connection.prepare(
            "SELECT t.transaction_id, t.amount_minor, t.currency, b.refunded_minor, b.charged_back_minor,
                    (SELECT coalesce(sum(r.amount_minor), 0) FROM refund_book r
                      WHERE r.sale = t.row AND r.origin = 'desk'
                        AND r.status IN ('marked', 'submitted', 'succeeded')) AS desk_minor
               FROM balances b JOIN transactions t ON t.row = b.sale
              WHERE b.refunded_minor + b.charged_back_minor > t.amount_minor",
        )?;
        let findings = statement.query_map([], |row| {
            let id: String = row.get("transaction_id")?;
            let paid: i64 = row.get("amount_minor")?;
            let currency: String = row.get("currency")?;
            let (refunded, charged_back): (i64, i64) = (row.get("refunded_minor")?, row.get("charged_back_minor")?);
            let figures = format!(
                "{id}: {refunded} refunded and {charged_back} charged back of {paid} (minor units of {currency})"
            );
            Ok(match row.get::<_, i64>("desk_minor")? > paid {
                true => Finding::wrong("money_rule", format!("the desk refunds more than was paid, {figures}")),
                false => Finding::note("paid_twice", figures),
            })
        })?;
        Ok(findings.collect::<rusqlite::Result<_>>()?)
    }

    fn links_are_what_matching_says(&self) -> Result<Vec<Finding>, StoreError> {
        let mut findings = Vec::new();
        for order in links::orders_with_platform_rows(&self.connection)? {
            let (computed, kept) = links::computed_and_kept(&self.connection, &order)?;
            if computed != kept {
                findings.push(mismatch(&order));
            }
        }
        Ok(findings)
    }

    fn trail_is_whole(&self) -> Result<Vec<Finding>, StoreError> {
        Ok(match self.verify_trail()? {
            Ok(_) => Vec::new(),
            Err(number) => {
                vec![Finding::wrong("trail", format!("the audit trail is broken at event {number}"))]
            }
        })
    }

    fn file_lies_well(&self) -> Vec<Finding> {
        let network = (place(&self.path) == Place::Network).then(|| {
            let says = "the file lies on a network share: its locks cannot be trusted, and two desks would collide";
            Finding::wrong("place", says)
        });
        let open = is_open_to_others(&self.path)
            .then(|| Finding::note("mode", "others on this machine can read the file: `chmod 600` it"));
        network.into_iter().chain(open).collect()
    }
}

fn mismatch(order: &OrderId) -> Finding {
    Finding::wrong("links", format!("the links of order {order} are not what matching computes"))
}

fn schema_of(connection: &Connection) -> rusqlite::Result<Vec<(String, String)>> {
    let mut statement = connection.prepare(
        "SELECT type || ' ' || name, sql FROM sqlite_schema
          WHERE sql IS NOT NULL AND name NOT LIKE 'sqlite~_%' ESCAPE '~' ORDER BY 1",
    )?;
    statement.query_map([], |row| Ok((row.get(0)?, row.get(1)?)))?.collect()
}

/// File systems whose locks work over a network, or pretend to (statfs(2)).
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
fn place(path: &Path) -> Place {
    // The field's width differs between platforms; the lower 32 bits carry the number.
    let kind = rustix::fs::statfs(path).map(|stat| (stat.f_type as u64) & 0xFFFF_FFFF);
    if kind.is_ok_and(|kind| NETWORK.contains(&kind)) { Place::Network } else { Place::Local }
}

#[cfg(not(target_os = "linux"))]
fn place(_: &Path) -> Place {
    Place::Local
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
