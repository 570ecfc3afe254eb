//! Finds the sales that may need attention, by index, so the many completed refunds cost nothing. The domain's rules
//! decide which of them are due.

use crate::domain::ids::{OrderId, TransactionId};
use crate::domain::sale::record::SaleRecord;
use crate::domain::time::Zone;
use crate::domain::unread::UnreadReport;
use crate::store::columns::{self, RowNumber};
use crate::store::{Store, StoreError, sale_records, transactions, unread};
use chrono::NaiveDate;
use rusqlite::Connection;

/// First, sales with a refund that has no result yet, or that failed on ?1 (a day; its start is ?2) or later. What the
/// platform reports about a refund takes precedence over what the desk recorded.
///
/// Then sales that may be paid back twice: charged back and refunded; or refunded beyond what was paid, by several
/// refunds or by one that is larger than the sale; or refunded, and then the payment failed. Last, sales in which an
/// unread report counts. `+refund` keeps SQLite from reading all links without a refund instead of those of one sale,
/// and `INDEXED BY` from reading every payment in the order of the rows.
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
    SELECT t.row FROM transactions t INDEXED BY transactions_unusual
     WHERE t.is_test IN (0, 1) AND t.kind = 'sale'
       AND t.status <> 'paid' AND t.status IN ('failed', 'pending', 'trial', 'upcoming')
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
     WHERE l.sale IS NOT NULL AND l.refund IS NULL AND p.kind = 'refund' AND p.amount_minor > t.amount_minor
    UNION
    SELECT coalesce(u.settled_sale, r.sale) FROM unread_reports u LEFT JOIN refunds r ON r.number = u.settled_refund
     WHERE u.settled_as IN ('sale', 'refund')";

impl Store {
    /// The sales that may be due. Refunds that failed before `failed_since` are not.
    pub fn sales_possibly_due(&self, failed_since: NaiveDate, zone: Zone) -> Result<Vec<SaleRecord>, StoreError> {
        let (day, at) = (failed_since.to_string(), zone.start_of(failed_since).timestamp_millis());
        let mut statement = self.connection.prepare(SALES)?;
        let rows = statement.query_map((day, at), |row| row.get(0))?;
        let rows = rows.collect::<rusqlite::Result<Vec<RowNumber>>>()?;
        rows.into_iter().map(|row| self.record_of_row(row, zone)).collect()
    }

    /// The live platform refunds and chargebacks that took money and are matched to no sale, with the sales that they
    /// block.
    pub fn unmatched(&self, zone: Zone) -> Result<Vec<(SaleRecord, Vec<TransactionId>)>, StoreError> {
        let mut statement = self.connection.prepare(
            "SELECT p.row FROM links l JOIN transactions p ON p.row = l.platform
              WHERE l.sale IS NULL AND l.is_set_aside = 0 AND p.status IN ('succeeded', 'unknown', 'refunded', 'charged_back')
                AND p.is_test = 0",
        )?;
        let rows = statement.query_map([], |row| row.get(0))?;
        let rows = rows.collect::<rusqlite::Result<Vec<RowNumber>>>()?;
        rows.into_iter().map(|row| Ok((self.record_of_row(row, zone)?, candidates(&self.connection, row)?))).collect()
    }

    /// Every open unread report, with the sales that it blocks.
    pub fn open_unread_reports(&self, zone: Zone) -> Result<Vec<(UnreadReport, Vec<TransactionId>)>, StoreError> {
        let with_blocked = |report: UnreadReport| {
            let blocked = self.blocked_by(&report, zone)?;
            Ok((report, blocked))
        };
        unread::open(&self.connection)?.into_iter().map(with_blocked).collect()
    }

    /// The sales that an open report blocks: those whose records have it.
    fn blocked_by(&self, report: &UnreadReport, zone: Zone) -> Result<Vec<TransactionId>, StoreError> {
        let mut statement = self.connection.prepare_cached(
            "SELECT row FROM transactions WHERE order_id = ?1 AND kind = 'sale'
             UNION
             SELECT row FROM transactions WHERE transaction_id = ?2 AND kind = 'sale'
             UNION
             SELECT payment FROM former_ids WHERE transaction_id = ?2
             UNION
             SELECT l.sale FROM transactions p JOIN links l ON l.platform = p.row
              WHERE p.transaction_id = ?2 AND l.sale IS NOT NULL",
        )?;
        let order = report.order.as_ref().map(OrderId::as_str);
        let transaction = report.transaction.as_ref().map(TransactionId::as_str);
        let rows = statement.query_map((order, transaction), |row| row.get(0))?;
        let mut blocked = Vec::new();
        for row in rows.collect::<rusqlite::Result<Vec<RowNumber>>>()? {
            let record = self.record_of_row(row, zone)?;
            if record.unread.iter().any(|each| each.id == report.id) {
                blocked.push(record.payment.id);
            }
        }
        Ok(blocked)
    }

    fn record_of_row(&self, row: RowNumber, zone: Zone) -> Result<SaleRecord, StoreError> {
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
