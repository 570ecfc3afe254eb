//! Writing what the desk decides about refunds: recorded, advanced, notified, matched by hand.

use crate::domain::audit_log::{EventKind, EventSubject, NewEvent};
use crate::domain::ids::{OrderId, Reference, RefundId, RefundNumber, TransactionId};
use crate::domain::refund::{Ground, Refund, RefundStatus, Step};
use crate::domain::rules::plan::RefundPlan;
use crate::domain::sale::matching::Pin;
use crate::store::columns::RowNumber;
use crate::store::{
    NewNotice, NewRefund, StatusChange, StoreError, Writer, batch_files, links, notices, refunds, transactions,
};
use chrono::NaiveDate;
use serde_json::json;
use std::collections::BTreeSet;

impl Writer<'_> {
    /// Records a planned refund as marked.
    pub fn record_refund(&mut self, new: &NewRefund<'_>) -> Result<RefundNumber, StoreError> {
        let numbers = self.record_refunds(std::slice::from_ref(new), &mut |_| {})?;
        numbers.first().copied().ok_or_else(|| StoreError::Unusable("the refund was not numbered".to_owned()))
    }

    /// Records planned refunds as marked and numbers them in their order. `progress` receives how many are recorded.
    pub fn record_refunds(
        &mut self,
        refunds: &[NewRefund<'_>],
        progress: &mut dyn FnMut(u64),
    ) -> Result<Vec<RefundNumber>, StoreError> {
        let sales = refunds::rows_of_sales(&self.tx, refunds)?;
        let mut numbers = Vec::with_capacity(refunds.len());
        for (done, (new, sale)) in (0..).zip(refunds.iter().zip(sales)) {
            progress(done);
            numbers.push(self.insert_refund(new, sale)?);
        }
        Ok(numbers)
    }

    /// Records that a batch of this reference came from a file with this digest, in hex.
    pub fn record_batch_file(&mut self, sha256: &str, reference: &Reference) -> Result<(), StoreError> {
        batch_files::insert(&self.tx, sha256, reference)
    }

    fn insert_refund(&mut self, new: &NewRefund<'_>, sale: RowNumber) -> Result<RefundNumber, StoreError> {
        let at = self.signature.at.timestamp_millis();
        let number = refunds::insert(&self.tx, new, sale, &self.signature.actor, at)?;
        self.append(NewEvent {
            kind: EventKind::RefundMarked,
            subject: EventSubject {
                transaction: Some(new.plan.sale.clone()),
                order: None,
                refund: Some(RefundId::Desk(number)),
                reference: new.reference.cloned(),
            },
            facts: marked_facts(new.plan),
        })?;
        Ok(number)
    }

    /// Moves a desk refund to the status that the vendor reports. The refund's status must allow the step.
    pub fn advance_refund(
        &mut self,
        refund: &Refund,
        number: RefundNumber,
        step: Step,
        on: NaiveDate,
        note: Option<&str>,
    ) -> Result<(), StoreError> {
        let from = refund.status();
        let to = from.after(step).map_err(|error| StoreError::MoneyRule(error.to_string()))?;
        refunds::advance(&self.tx, number, step, to, on, note)?;
        // A failed or cancelled refund can no longer be what the platform reported; a reopened one can be again.
        links::rematch(&self.tx, &refund.order)?;
        let kind = match step {
            Step::Submit => EventKind::RefundSubmitted,
            Step::Confirm => EventKind::RefundConfirmed,
            Step::Fail => EventKind::RefundFailed,
            Step::Cancel => EventKind::RefundCancelled,
            Step::Reopen => EventKind::RefundReopened,
            Step::Reverse => EventKind::RefundMoved,
        };
        let facts = json!({ "from": from.word(), "to": to.word(), "on": on.to_string(), "by": "hand" });
        self.append(NewEvent { kind, subject: subject_of(refund), facts: facts.to_string() })
    }

    /// Records that the customer was notified of a refund.
    pub fn record_notice(&mut self, new: &NewNotice<'_>) -> Result<(), StoreError> {
        notices::insert(&self.tx, new, self.signature.at)?;
        let NewNotice { refund, language, digest } = new;
        let facts = json!({ "language": language.word(), "status": refund.status().word(), "sha256": digest });
        let subject = subject_of(refund);
        self.append(NewEvent { kind: EventKind::NoticeWritten, subject, facts: facts.to_string() })
    }

    /// Pins a platform row to what a person decided, or removes its pin, and matches its order again. Returns the
    /// refunds whose status changed.
    pub fn pin(
        &mut self,
        platform: &TransactionId,
        order: &OrderId,
        pin: Option<&Pin>,
    ) -> Result<Vec<StatusChange>, StoreError> {
        let stored = transactions::by_id(&self.tx, platform)?;
        // Without a decision it belongs to the sale that it names, which can be of another order.
        let named =
            stored.map(|stored| transactions::order_it_takes_from(&self.tx, &stored.transaction)).transpose()?;
        let orders: BTreeSet<OrderId> = named.flatten().into_iter().chain([order.clone()]).collect();
        let before = orders.iter().map(|order| refunds::statuses(&self.tx, order)).collect::<Result<Vec<_>, _>>()?;
        links::pin(&self.tx, platform, pin)?;
        let mut changes = Vec::new();
        for (order, before) in orders.iter().zip(before) {
            links::rematch(&self.tx, order)?;
            changes.extend(refunds::status_changes(order, &before, &refunds::statuses(&self.tx, order)?));
        }
        let (to, sale, refund) = match pin {
            None => ("computed", None, None),
            Some(Pin::Nothing) => ("nothing", None, None),
            Some(Pin::Sale(sale)) => ("sale", Some(sale.as_str()), None),
            Some(Pin::Refund(number)) => ("refund", None, Some(number.to_string())),
        };
        self.append(NewEvent {
            kind: EventKind::Matched,
            subject: EventSubject {
                transaction: Some(platform.clone()),
                order: Some(order.clone()),
                ..EventSubject::default()
            },
            facts: json!({ "to": to, "sale": sale, "refund": refund }).to_string(),
        })?;
        self.append_status_changes(&changes, "match")?;
        Ok(changes)
    }

    /// An event for each change. `by` says what caused them.
    pub(super) fn append_status_changes(&mut self, changes: &[StatusChange], by: &str) -> Result<(), StoreError> {
        for StatusChange { order, refund, from, to } in changes {
            let facts = json!({ "from": from.map(RefundStatus::word), "to": to.map(RefundStatus::word), "by": by });
            let subject =
                EventSubject { order: Some(order.clone()), refund: Some(refund.clone()), ..EventSubject::default() };
            self.append(NewEvent { kind: EventKind::RefundMoved, subject, facts: facts.to_string() })?;
        }
        Ok(())
    }
}

fn subject_of(refund: &Refund) -> EventSubject {
    EventSubject {
        transaction: Some(refund.sale.clone()),
        order: None,
        refund: Some(refund.id.clone()),
        reference: refund.mark().and_then(|mark| mark.reference.clone()),
    }
}

fn marked_facts(plan: &RefundPlan) -> String {
    json!({
        "amount_minor": plan.amount.minor(),
        "cautions": plan.cautions.iter().map(|caution| caution.code.word()).collect::<Vec<_>>(),
        "currency": plan.amount.currency().code(),
        "goodwill": plan.ground == Ground::Goodwill,
        "ground": plan.ground.word(),
        "left_minor": plan.left_after.minor(),
        "reason": plan.reason.word(),
    })
    .to_string()
}
