//! Which sales to look at when somebody asks what is due: found by index, so that the many refunds that are done
//! cost nothing. The rules decide; what is handed out here only may be due.

use crate::domain::ids::TransactionId;
use crate::domain::sale::record::SaleRecord;
use crate::domain::time::Zone;
use crate::store::columns::{self, RowNumber};
use crate::store::{Store, StoreError, sale_records, transactions};
use chrono::NaiveDate;
use rusqlite::Connection;

/// Sales with a refund that nothing has come of yet, or that failed on ?1 (a day; its first instant is ?2) or later.
/// What the platform says of a refund goes before the desk's own word.
///
/// Then those that may be paid back twice: charged back and refunded; beyond what was paid, by several refunds or
/// by one that is larger than the sale. The plus keeps SQLite from looking through all links without a refund, where
/// those of one sale are meant.
const SALES: &str = "
    SELECT r.sale FROM refunds r
     WHERE (r.status IN ('marked', 'submitted') OR r.status = 'failed' AND r.ended_on >= ?1)
       AND NOT EXISTS (SELECT 1 FROM links WHERE refund = r.number)
    UNION
    SELECT l.sale FROM transactions p JOIN links l ON l.platform = p.row
     WHERE p.kind <> 'sale' AND p.kind = 'refund' AND p.status = 'unknown' AND l.sale IS NOT NULL
    UNION
    SELECT l.sale FROM transactions p JOIN links l ON l.platform = p.row
     WHERE p.kind <> 'sale' AND p.kind = 'refund' AND p.status = 'failed' AND p.paid_at >= ?2
       AND l.sale IS NOT NULL
    UNION
    SELECT t.row FROM transactions c JOIN links l ON l.platform = c.row JOIN transactions t ON t.row = l.sale
     WHERE c.kind <> 'sale' AND c.kind = 'chargeback' AND c.status IN ('succeeded', 'unknown')
       AND (t.status = 'refunded' OR EXISTS (SELECT 1 FROM refunds WHERE sale = t.row)
            OR (SELECT count(*) FROM links WHERE sale = t.row AND +refund IS NULL) > 1)
    UNION
    SELECT t.row FROM transactions t
     WHERE t.status = 'charged_back' AND t.kind = 'sale'
       AND (EXISTS (SELECT 1 FROM refunds WHERE sale = t.row) OR EXISTS (SELECT 1 FROM links WHERE sale = t.row))
    UNION
    SELECT sale FROM balances
     WHERE refunded_minor + charged_back_minor > paid_minor
       AND sale IN (SELECT sale FROM (SELECT sale FROM refunds
                                      UNION ALL
                                      SELECT sale FROM links WHERE sale IS NOT NULL AND refund IS NULL)
                     GROUP BY sale HAVING count(*) > 1)
    UNION
    SELECT t.row FROM links l JOIN transactions p ON p.row = l.platform JOIN transactions t ON t.row = l.sale
     WHERE l.sale IS NOT NULL AND l.refund IS NULL AND p.kind = 'refund' AND p.amount_minor > t.amount_minor";

impl Store {
    /// The sales of which something may be due; refunds that failed before `failed_since` no longer are.
    pub fn sales_to_look_at(&self, failed_since: NaiveDate, zone: Zone) -> Result<Vec<SaleRecord>, StoreError> {
        let (day, at) = (failed_since.to_string(), zone.start_of(failed_since).timestamp_millis());
        let mut statement = self.connection.prepare(SALES)?;
        let rows = statement.query_map((day, at), |row| row.get(0))?;
        let rows = rows.collect::<rusqlite::Result<Vec<RowNumber>>>()?;
        rows.into_iter().map(|row| self.dossier_of_row(row, zone)).collect()
    }

    /// The live refunds and chargebacks of the platform that are matched to no sale, with the sales they block. One
    /// that took no money waits for nobody.
    pub fn unmatched(&self, zone: Zone) -> Result<Vec<(SaleRecord, Vec<TransactionId>)>, StoreError> {
        let mut statement = self.connection.prepare(
            "SELECT p.row FROM links l JOIN transactions p ON p.row = l.platform
              WHERE l.sale IS NULL AND l.is_set_aside = 0 AND p.status IN ('succeeded', 'unknown')
                AND p.is_test = 0",
        )?;
        let rows = statement.query_map([], |row| row.get(0))?;
        let rows = rows.collect::<rusqlite::Result<Vec<RowNumber>>>()?;
        rows.into_iter().map(|row| Ok((self.dossier_of_row(row, zone)?, candidates(&self.connection, row)?))).collect()
    }

    fn dossier_of_row(&self, row: RowNumber, zone: Zone) -> Result<SaleRecord, StoreError> {
        sale_records::of(&self.connection, transactions::by_row(&self.connection, row)?, zone)
    }
}

fn candidates(connection: &Connection, platform: RowNumber) -> Result<Vec<TransactionId>, StoreError> {
    let mut statement = connection.prepare_cached(
        "SELECT s.transaction_id FROM candidates c JOIN transactions s ON s.row = c.sale
          WHERE c.platform = ?1 ORDER BY 1",
    )?;
    let sales = statement.query_map([platform], |row| columns::id(row, "transaction_id"))?;
    Ok(sales.collect::<rusqlite::Result<_>>()?)
}
