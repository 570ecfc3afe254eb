//! Writing unread reports: found by an import, settled by a person or by the platform's row.

use crate::domain::audit_log::{EventKind, EventSubject, NewEvent};
use crate::domain::ids::{OrderId, RefundId};
use crate::domain::money::Money;
use crate::domain::sale::transaction::Transaction;
use crate::domain::unread::{NewUnread, Settlement, UnreadId, UnreadReport};
use crate::store::refunds::{self, Statuses};
use crate::store::{StatusChange, StoreError, Writer, transactions, unread};
use chrono::NaiveDate;
use serde_json::json;
use std::collections::BTreeMap;

/// What an import did with unread reports, for its events.
#[derive(Default)]
pub(super) struct UnreadState {
    /// Whether the store has any, once it was asked.
    exist: Option<bool>,
    found: Vec<UnreadId>,
    settled: Vec<UnreadId>,
}

impl Writer<'_> {
    /// Stores a report, unless the store has it. A report whose row the store has read is settled at once.
    pub fn take_unread(&mut self, new: &NewUnread) -> Result<UnreadId, StoreError> {
        if let Some(known) = unread::known(&self.tx, new)? {
            return Ok(known);
        }
        let id = unread::insert(&self.tx, &self.with_order(new)?, self.signature.at)?;
        self.import.unread.exist = Some(true);
        self.import.unread.found.push(id);
        let is_read = match &new.evidence.transaction {
            Some(transaction) if !new.is_contradiction() => unread::is_read(&self.tx, transaction)?,
            _ => false,
        };
        if is_read {
            self.settle_by_row(id)?;
        }
        Ok(id)
    }

    /// A report that names the payment it takes money from is about the order of that payment, if the store has it.
    fn with_order(&self, new: &NewUnread) -> Result<NewUnread, StoreError> {
        let mut new = new.clone();
        if let Some(sale) = &new.evidence.refund_of
            && let Some(stored) = transactions::by_id(&self.tx, sale)?
        {
            new.evidence.order = Some(stored.transaction.order);
        }
        Ok(new)
    }

    /// The import found reports that are new to the store.
    pub fn has_new_unread(&self) -> bool {
        !self.import.unread.found.is_empty()
    }

    /// The import settled reports: the platform's row came after them.
    pub fn has_settled_unread(&self) -> bool {
        !self.import.unread.settled.is_empty()
    }

    /// Settles what the row replaces. `is_new`: the store did not have the row.
    pub(super) fn replace_unread(&mut self, payment: &Transaction, is_new: bool) -> Result<(), StoreError> {
        if !unread::is_money_back(payment) || payment.is_test || !self.has_unread()? {
            return Ok(());
        }
        let on = self.import.zone.day_of(payment.paid_at);
        for id in unread::replaced_by(&self.tx, payment, on, is_new)? {
            self.settle_by_row(id)?;
        }
        Ok(())
    }

    fn has_unread(&mut self) -> Result<bool, StoreError> {
        let exist = match self.import.unread.exist {
            Some(exist) => exist,
            None => unread::exists(&self.tx)?,
        };
        self.import.unread.exist = Some(exist);
        Ok(exist)
    }

    fn settle_by_row(&mut self, id: UnreadId) -> Result<(), StoreError> {
        // It no longer counts in the sale that a person named.
        if let Some(order) = unread::counted_in(&self.tx, id)? {
            self.remember_statuses_of(&order)?;
        }
        let on = self.import.zone.day_of(self.signature.at);
        unread::settle(&self.tx, id, Some(&Settlement::Row), on, None)?;
        self.import.unread.settled.push(id);
        Ok(())
    }

    /// The events of the reports that the import found and settled. `import` is the number of its event.
    pub(super) fn append_unread(&mut self, import: i64) -> Result<(), StoreError> {
        let UnreadState { found, settled, .. } = std::mem::take(&mut self.import.unread);
        if !found.is_empty() {
            unread::belong_to_import(&self.tx, import)?;
        }
        for id in found {
            let report = self.existing_unread(id)?;
            self.append(reported(&report))?;
        }
        for id in settled {
            let report = self.existing_unread(id)?;
            self.append(settled_as(&report, Some(&Settlement::Row)))?;
        }
        Ok(())
    }

    fn existing_unread(&self, id: UnreadId) -> Result<UnreadReport, StoreError> {
        unread::by_number(&self.tx, id)?.ok_or_else(|| StoreError::Damaged(format!("there is no report {id}")))
    }

    /// Records what a person decides about a report; `None` opens it again. Returns the refunds whose status changed.
    pub fn settle_unread(
        &mut self,
        report: &UnreadReport,
        settlement: Option<&Settlement>,
        on: NaiveDate,
        note: Option<&str>,
    ) -> Result<Vec<StatusChange>, StoreError> {
        let before = unread::counted_in(&self.tx, report.id)?;
        let mut orders = BTreeMap::new();
        self.add_statuses(before, &mut orders)?;
        self.add_statuses(self.order_of(settlement)?, &mut orders)?;
        unread::settle(&self.tx, report.id, settlement, on, note)?;
        self.append(settled_as(report, settlement))?;
        let mut changes = Vec::new();
        for (order, before) in orders {
            let after = refunds::statuses(&self.tx, &order)?;
            changes.extend(refunds::status_changes(&order, &before, &after));
        }
        self.append_status_changes(&changes, "match")?;
        Ok(changes)
    }

    fn add_statuses(&self, order: Option<OrderId>, to: &mut BTreeMap<OrderId, Statuses>) -> Result<(), StoreError> {
        if let Some(order) = order {
            let statuses = refunds::statuses(&self.tx, &order)?;
            to.insert(order, statuses);
        }
        Ok(())
    }

    /// The order in which the settlement counts.
    fn order_of(&self, settlement: Option<&Settlement>) -> Result<Option<OrderId>, StoreError> {
        Ok(match settlement {
            Some(Settlement::Sale { sale, .. }) => {
                transactions::by_id(&self.tx, sale)?.map(|stored| stored.transaction.order)
            }
            Some(Settlement::Refund(number)) => {
                refunds::sale_of(&self.tx, *number)?.map(|stored| stored.transaction.order)
            }
            Some(Settlement::NoSale | Settlement::Row) | None => None,
        })
    }
}

fn reported(report: &UnreadReport) -> NewEvent {
    let facts = json!({
        "unread": report.id.to_string(),
        "code": report.code,
        "amount_minor": report.amount.map(Money::minor),
        "currency": report.amount.map(|amount| amount.currency().code()),
    });
    NewEvent { kind: EventKind::UnreadReported, subject: subject_of(report, None), facts: facts.to_string() }
}

fn settled_as(report: &UnreadReport, settlement: Option<&Settlement>) -> NewEvent {
    let (to, amount) = match settlement {
        None => ("open", None),
        Some(Settlement::Sale { amount, .. }) => ("sale", Some(*amount)),
        Some(Settlement::Refund(_)) => ("refund", None),
        Some(Settlement::NoSale) => ("nothing", None),
        Some(Settlement::Row) => ("row", None),
    };
    let facts = json!({
        "unread": report.id.to_string(),
        "to": to,
        "amount_minor": amount.map(Money::minor),
        "currency": amount.map(|amount| amount.currency().code()),
    });
    NewEvent { kind: EventKind::UnreadSettled, subject: subject_of(report, settlement), facts: facts.to_string() }
}

/// The sale or refund that it was settled to, else the transaction that it names.
fn subject_of(report: &UnreadReport, settlement: Option<&Settlement>) -> EventSubject {
    let mut subject = EventSubject {
        transaction: report.transaction.clone(),
        order: report.order.clone(),
        ..EventSubject::default()
    };
    match settlement {
        Some(Settlement::Sale { sale, .. }) => subject.transaction = Some(sale.clone()),
        Some(Settlement::Refund(number)) => subject.refund = Some(RefundId::Desk(*number)),
        Some(Settlement::NoSale | Settlement::Row) | None => {}
    }
    subject
}
