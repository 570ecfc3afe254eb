//! Which batch files were recorded under which reference.

use crate::domain::batch::SameFile;
use crate::domain::ids::Reference;
use crate::domain::refund::RefundStatus;
use crate::domain::time::Zone;
use crate::store::{RefundFilter, Store, StoreError, columns};
use rusqlite::Connection;

impl Store {
    /// The batch that was recorded from a file of the same bytes under another reference, if any of its refunds has not
    /// failed and was not cancelled. `sha256` is in hex.
    pub fn same_file(&self, sha256: &str, reference: &Reference, zone: Zone) -> Result<Option<SameFile>, StoreError> {
        let mut others = self.connection.prepare_cached(
            "SELECT reference FROM batch_files WHERE sha256 = ?1 AND reference <> ?2 ORDER BY reference",
        )?;
        let others = others.query_map((sha256, reference.as_str()), |row| columns::id(row, "reference"))?;
        for other in others {
            let other: Reference = other?;
            let filter = RefundFilter { reference: Some(other.clone()), ..RefundFilter::default() };
            let mut refunds = self.refunds(&filter, zone)?;
            refunds.retain(|each| !matches!(each.status(), RefundStatus::Failed | RefundStatus::Cancelled));
            if let Some(mark) = refunds.last().and_then(|newest| newest.mark()) {
                return Ok(Some(SameFile { reference: other, on: mark.on }));
            }
        }
        Ok(None)
    }
}

pub(in crate::store) fn insert(connection: &Connection, sha256: &str, reference: &Reference) -> Result<(), StoreError> {
    let sql = "INSERT OR IGNORE INTO batch_files (sha256, reference) VALUES (?1, ?2)";
    connection.execute(sql, (sha256, reference.as_str()))?;
    Ok(())
}
