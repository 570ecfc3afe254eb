//! The disputes that the platform reported.

use crate::domain::done::DisputeCase;
use crate::domain::ids::TransactionId;
use crate::domain::sale::dispute::Dispute;
use crate::domain::sale::record::SaleRecord;
use crate::domain::time::Zone;
use crate::store::sale_records::read_dispute;
use crate::store::{Store, StoreError, done};
use rusqlite::OptionalExtension;

const COLUMNS: &str = "dispute_id, order_id, sale_id, amount_minor, currency, state, changed_at";

impl Store {
    /// The disputes, the one with the newest report first.
    pub fn disputes(&self, only_open: bool, zone: Zone) -> Result<Vec<DisputeCase>, StoreError> {
        let condition = if only_open { "state = 'open'" } else { "1" };
        let mut statement = self.connection.prepare(&format!(
            "SELECT {COLUMNS} FROM disputes WHERE {condition} ORDER BY changed_at DESC, dispute_id"
        ))?;
        let disputes = statement.query_map([], read_dispute)?.collect::<rusqlite::Result<Vec<_>>>()?;
        disputes.into_iter().map(|dispute| self.case(dispute, zone)).collect()
    }

    /// The dispute with this ID.
    pub fn dispute(&self, id: &TransactionId, zone: Zone) -> Result<Option<DisputeCase>, StoreError> {
        let mut statement =
            self.connection.prepare(&format!("SELECT {COLUMNS} FROM disputes WHERE dispute_id = ?1"))?;
        let dispute = statement.query_row([id.as_str()], read_dispute).optional()?;
        dispute.map(|dispute| self.case(dispute, zone)).transpose()
    }

    fn case(&self, dispute: Dispute, zone: Zone) -> Result<DisputeCase, StoreError> {
        let done = done::of_dispute(&self.connection, &dispute.id)?;
        Ok(DisputeCase { sale: self.disputed_sale(&dispute, zone)?, dispute, done })
    }

    /// The payment that the dispute names, or the only sale of its order.
    fn disputed_sale(&self, dispute: &Dispute, zone: Zone) -> Result<Option<SaleRecord>, StoreError> {
        if let Some(named) = &dispute.sale
            && let Some(record) = self.record(named, zone)?
        {
            return Ok(Some(record));
        }
        let mut sales = self.order(&dispute.order, zone)?;
        sales.retain(|record| record.payment.sale_status().is_some());
        Ok(sales.pop().filter(|_| sales.is_empty()))
    }
}
