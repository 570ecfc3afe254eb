//! Recording that the vendor has dealt with something.

use crate::domain::audit_log::{EventKind, EventSubject, NewEvent};
use crate::domain::done::{DisputeCase, Matter};
use crate::domain::ids::{OrderId, TransactionId};
use crate::domain::sale::done_mark::DoneMark;
use crate::store::{StoreError, Writer, done, transactions};
use serde_json::json;

impl Writer<'_> {
    /// The vendor has dealt with a sale that was paid back twice; `None` takes that back.
    pub fn paid_twice_done(
        &mut self,
        sale: &TransactionId,
        order: &OrderId,
        mark: Option<&DoneMark>,
    ) -> Result<(), StoreError> {
        let row = transactions::existing_row(&self.tx, sale)?;
        done::replace(&self.tx, Some(row), None, mark)?;
        let facts = json!({ "matter": Matter::PaidTwice.word(), "done": mark.is_some() });
        self.append(event(Some(sale), order, facts.to_string()))
    }

    /// The vendor has dealt with a dispute; `None` takes that back.
    pub fn dispute_done(&mut self, case: &DisputeCase, mark: Option<&DoneMark>) -> Result<(), StoreError> {
        let dispute = &case.dispute;
        done::replace(&self.tx, None, Some(&dispute.id), mark)?;
        let facts = json!({
            "matter": Matter::Dispute.word(),
            "dispute": dispute.id.as_str(),
            "done": mark.is_some(),
        });
        let sale = case.sale.as_ref().map(|sale| &sale.payment.id);
        self.append(event(sale, &dispute.order, facts.to_string()))
    }
}

fn event(sale: Option<&TransactionId>, order: &OrderId, facts: String) -> NewEvent {
    let subject = EventSubject { transaction: sale.cloned(), order: Some(order.clone()), ..EventSubject::default() };
    NewEvent { kind: EventKind::DueDone, subject, facts }
}
