//! Writing an import: begin, take row by row, finish. Matching and the search index follow at the end, once for all
//! rows.

use crate::domain::audit_log::{EventKind, EventSubject, NewEvent};
use crate::domain::ids::{OrderId, TransactionId};
use crate::domain::sale::dispute::Dispute;
use crate::domain::sale::incoming::{Identity, PaymentReport, PlanCancellation, Reversal};
use crate::domain::sale::merge::Sources;
use crate::domain::sale::transaction::{Kind, SaleStatus, Transaction};
use crate::domain::time::Zone;
use crate::store::bulk_import::{self, DeferredNames, FirstImport, NamesIndex};
use crate::store::incoming::{self, Change, LaterTotal};
use crate::store::past_ids::{self, Known};
use crate::store::refunds::{self, Statuses};
use crate::store::transactions::{self, Stored};
use crate::store::writer::unread::UnreadState;
use crate::store::{RowError, RowOutcome, SearchText, StatusChange, StoreError, Writer, links};
use serde_json::json;
use std::collections::BTreeMap;

/// An import of this many bytes or more is a bulk import.
const BULK_BYTES: u64 = if cfg!(test) { 500 } else { 1 << 20 };

/// What an import keeps until it is finished.
#[derive(Default)]
pub(super) struct ImportState<'s> {
    /// The orders with refunds or chargebacks that the import changed, with the status of each refund before.
    changed_orders: BTreeMap<OrderId, Statuses>,
    /// Set during a bulk import into an empty store.
    first: Option<FirstImport<'s>>,
    /// Set during a bulk import into any other store.
    names: Option<DeferredNames>,
    replaced_ids: Vec<ReplacedId>,
    pub(super) unread: UnreadState,
    /// The desk's time zone.
    pub(super) zone: Zone,
}

/// The generated ID of a sale, and the platform's ID that replaced it.
struct ReplacedId {
    generated: TransactionId,
    real: TransactionId,
    order: OrderId,
}

/// What matching decided in the orders that an import changed.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Reconciliation {
    pub status_changes: Vec<StatusChange>,
    /// Refund and chargeback rows that belong to one sale, or that a person decided on.
    pub matched: u64,
    /// Refund and chargeback rows that could belong to several sales, or to none in the store.
    pub unmatched: u64,
}

impl Writer<'_> {
    /// Prepares for an import of about this many bytes. End it with [`Writer::finish_import`].
    pub fn begin_import(&mut self, bytes: u64, zone: Zone) -> Result<(), StoreError> {
        self.import.zone = zone;
        if bytes < BULK_BYTES {
            return Ok(());
        }
        if bulk_import::is_empty(&self.tx)? {
            self.import.first = Some(FirstImport::begin(&self.store.connection)?);
        } else {
            self.import.names = Some(DeferredNames::begin(&self.tx)?);
        }
        Ok(())
    }

    /// This is a bulk import into an empty store, where almost every payment is new.
    pub fn is_first_import(&self) -> bool {
        self.import.first.is_some()
    }

    /// Takes in a payment. `search_text` is the payment's, if another thread has made it already.
    pub fn take_report(
        &mut self,
        report: &PaymentReport,
        search_text: Option<&SearchText>,
    ) -> Result<RowOutcome, RowError> {
        if self.is_inserted_in_bulk(report, search_text)? {
            return Ok(RowOutcome::Added);
        }
        match incoming::later_total(&self.tx, report)? {
            Some(LaterTotal::Known) => return Ok(RowOutcome::Unchanged),
            Some(LaterTotal::Grown(rest)) => return self.take_report(&rest, None),
            None => {}
        }
        match incoming::change(&self.tx, report)? {
            Change::Nothing => Ok(RowOutcome::Unchanged),
            Change::Insert(sources) => match past_ids::known(&self.tx, report, self.import.zone)? {
                Some(known) => self.take_under_known_id(report, &known),
                None => self.insert(report, search_text, &sources),
            },
            Change::Update(known, transaction, sources) => Ok(self.update(&known, &transaction, &sources)?),
        }
    }

    fn insert(
        &mut self,
        report: &PaymentReport,
        search_text: Option<&SearchText>,
        sources: &Sources,
    ) -> Result<RowOutcome, RowError> {
        let payment = &report.transaction;
        self.remember_statuses(payment)?;
        let search_text = SearchText::or_of(search_text, payment);
        let row = transactions::insert(&self.tx, payment, &search_text, sources)?;
        if let Some(names) = &mut self.import.names {
            names.inserted(row);
        }
        self.replace_unread(payment, true)?;
        self.apply_known_reversal(payment)?;
        Ok(RowOutcome::Added)
    }

    fn update(
        &mut self,
        known: &Stored,
        transaction: &Transaction,
        sources: &Sources,
    ) -> Result<RowOutcome, StoreError> {
        self.remember_statuses(transaction)?;
        if let Some(names) = &mut self.import.names {
            names.index(&self.tx)?;
        }
        transactions::update(&self.tx, known, transaction, sources)?;
        if let Some(first) = &mut self.import.first {
            first.moved(transaction.paid_at);
        }
        self.replace_unread(transaction, false)?;
        Ok(RowOutcome::Updated)
    }

    /// Inserts the payment, if this is the first import and the payment is new to it.
    fn is_inserted_in_bulk(
        &mut self,
        report: &PaymentReport,
        search_text: Option<&SearchText>,
    ) -> Result<bool, RowError> {
        let payment = &report.transaction;
        if payment.id_is_made_up && self.is_first_import() {
            // Whether it is new depends on its order, which is found by the indexes only.
            if let Some(names) = self.end_first_import()? {
                names.finish(&self.tx)?;
            }
            self.import.names = Some(DeferredNames::begin(&self.tx)?);
        }
        let Some(first) = &mut self.import.first else { return Ok(false) };
        let search_text = SearchText::or_of(search_text, payment);
        if !first.insert(payment, &search_text, &Sources::of(report))? {
            return Ok(false);
        }
        self.replace_unread(payment, true)?;
        self.apply_known_reversal(payment)?;
        Ok(true)
    }

    /// Afterwards the store is like any other, except that the index of names is still being built. The store was
    /// empty, so there are no statuses before.
    fn end_first_import(&mut self) -> Result<Option<NamesIndex>, StoreError> {
        let Some(first) = self.import.first.take() else { return Ok(None) };
        let names = first.end()?;
        let orders = links::orders_with_platform_rows(&self.tx)?;
        self.import.changed_orders.extend(orders.into_iter().map(|order| (order, Statuses::new())));
        Ok(Some(names))
    }

    /// Takes in a report of a payment that the store has under another ID. Of the two IDs, the platform's is kept.
    fn take_under_known_id(&mut self, report: &PaymentReport, known: &Known) -> Result<RowOutcome, RowError> {
        let (Known::ByPastId(stored) | Known::Adopts(stored) | Known::Joins(stored)) = known;
        self.remember_statuses(&stored.transaction)?;
        let mut report = report.clone();
        let (reported, stored_id) = (report.transaction.id.clone(), stored.transaction.id.clone());
        match known {
            Known::ByPastId(_) => {}
            Known::Adopts(_) => {
                past_ids::adopt(&self.tx, stored, &reported)?;
                self.replaced(stored_id.clone(), reported, stored);
            }
            Known::Joins(_) => {
                past_ids::remember(&self.tx, &reported, stored.row)?;
                self.replaced(reported, stored_id.clone(), stored);
            }
        }
        if report.transaction.id_is_made_up {
            report.transaction.id = stored_id;
            report.transaction.id_is_made_up = false;
        }
        let outcome = self.take_report(&report, None)?;
        Ok(if matches!(known, Known::ByPastId(_)) { outcome } else { RowOutcome::Updated })
    }

    fn replaced(&mut self, generated: TransactionId, real: TransactionId, stored: &Stored) {
        let order = stored.transaction.order.clone();
        self.import.replaced_ids.push(ReplacedId { generated, real, order });
    }

    pub fn take_cancellation(&mut self, cancellation: &PlanCancellation) -> Result<RowOutcome, StoreError> {
        Ok(incoming::take_cancellation(&self.tx, cancellation)?)
    }

    pub fn take_dispute(&mut self, dispute: &Dispute) -> Result<RowOutcome, StoreError> {
        Ok(incoming::take_dispute(&self.tx, dispute)?)
    }

    /// Takes in that a refund or chargeback was undone. If the store does not have it yet, the reversal is applied when
    /// it arrives.
    pub fn take_reversal(&mut self, reversal: &Reversal) -> Result<RowOutcome, RowError> {
        let outcome = incoming::take_reversal(&self.tx, reversal)?;
        match transactions::by_id(&self.tx, &reversal.id)? {
            Some(known) if outcome != RowOutcome::Unchanged && reversal.concerns(&known.transaction) => {
                self.take_report(&reversal.of_known(&known.transaction), None)
            }
            _ => Ok(outcome),
        }
    }

    fn apply_known_reversal(&mut self, payment: &Transaction) -> Result<(), RowError> {
        if payment.entry.kind() != Kind::Sale
            && let Some(reversal) = incoming::reversal_of(&self.tx, &payment.id)?
            && reversal.concerns(payment)
        {
            self.take_report(&reversal.of_known(payment), None)?;
        }
        Ok(())
    }

    /// An earlier row, in this import or before, was the same event of the platform.
    pub fn has_taken(&self, event: &Identity) -> Result<bool, StoreError> {
        Ok(incoming::has_taken(&self.tx, event)?)
    }

    /// Makes [`Writer::has_taken`] true for the event.
    pub fn remember_event(&mut self, event: &Identity) -> Result<(), StoreError> {
        Ok(incoming::remember_event(&self.tx, event)?)
    }

    /// Matches every order that the import changed. Appends the import's event with the facts that `facts` returns, or
    /// none for `None`, and then an event for each replaced ID and each refund whose status changed.
    pub fn finish_import(
        &mut self,
        facts: impl FnOnce(&Reconciliation) -> Option<String>,
    ) -> Result<Reconciliation, StoreError> {
        let names = self.end_first_import()?;
        if let Some(names) = self.import.names.take() {
            names.end(&self.tx)?;
        }
        let reconciliation = self.reconcile()?;
        if let Some(facts) = facts(&reconciliation) {
            self.append(NewEvent { kind: EventKind::Imported, subject: EventSubject::default(), facts })?;
            self.append_unread(self.log_head.number())?;
        }
        for ReplacedId { generated, real, order } in std::mem::take(&mut self.import.replaced_ids) {
            let facts = json!({ "made_up": generated.as_str(), "real": real.as_str() }).to_string();
            let subject = EventSubject { transaction: Some(real), order: Some(order), ..EventSubject::default() };
            self.append(NewEvent { kind: EventKind::Adopted, subject, facts })?;
        }
        self.append_status_changes(&reconciliation.status_changes, "import")?;
        if let Some(names) = names {
            names.finish(&self.tx)?;
        }
        Ok(reconciliation)
    }

    fn reconcile(&mut self) -> Result<Reconciliation, StoreError> {
        let mut reconciliation = Reconciliation::default();
        for (order, before) in std::mem::take(&mut self.import.changed_orders) {
            let (matched, unmatched) = links::rematch(&self.tx, &order)?;
            reconciliation.matched += matched;
            reconciliation.unmatched += unmatched;
            let after = refunds::statuses(&self.tx, &order)?;
            reconciliation.status_changes.extend(refunds::status_changes(&order, &before, &after));
        }
        Ok(reconciliation)
    }

    /// An order has to be matched again only if it has a refund or chargeback, or a refunded sale.
    fn remember_statuses(&mut self, incoming: &Transaction) -> Result<(), StoreError> {
        if !self.is_first_import()
            && let Some(order) = transactions::order_it_takes_from(&self.tx, incoming)?
        {
            self.remember_statuses_of(&order)?;
        }
        let order = &incoming.order;
        if self.is_first_import() || self.import.changed_orders.contains_key(order) {
            return Ok(());
        }
        let may_be_taking = matches!(incoming.sale_status(), Some(SaleStatus::Refunded | SaleStatus::ChargedBack));
        let is_paid_sale = incoming.entry.kind() == Kind::Sale && !may_be_taking;
        if !is_paid_sale
            || links::is_named_by_refunds(&self.tx, &incoming.id)?
            || links::has_platform_rows(&self.tx, order)?
        {
            self.remember_statuses_of(order)?;
        }
        Ok(())
    }

    /// Call it before the order's refunds change.
    pub(super) fn remember_statuses_of(&mut self, order: &OrderId) -> Result<(), StoreError> {
        if !self.import.changed_orders.contains_key(order) {
            let before = refunds::statuses(&self.tx, order)?;
            self.import.changed_orders.insert(order.clone(), before);
        }
        Ok(())
    }
}
