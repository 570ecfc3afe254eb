//! The one way to write: by intent, under one lock, each with its event.

use crate::domain::audit_log::{EventKind, NewEvent, Signature, Subject};
use crate::domain::ids::{OrderId, RefundId, RefundNumber, TransactionId};
use crate::domain::refund::{Refund, RefundStatus, Step};
use crate::domain::rules::plan::RefundPlan;
use crate::domain::sale::dispute::Dispute;
use crate::domain::sale::incoming::{Identity, PlanCancellation, Report, Reversal};
use crate::domain::sale::matching::Pin;
use crate::domain::sale::merge::Sources;
use crate::domain::sale::transaction::{Kind, Transaction as Payment};
use crate::store::bulk_import::{self, Filling, Learning, NamesApart};
use crate::store::columns::RowNumber;
use crate::store::incoming::{self, Change};
use crate::store::past_ids::{self, Known};
use crate::store::{
    NewNotice, NewRefund, Searchable, Store, StoreError, TakeError, Taken, chain, columns, links, notices, refunds,
    transactions,
};
use chrono::NaiveDate;
use rusqlite::{Row, Transaction, TransactionBehavior};
use serde::Serialize;
use serde_json::json;
use std::collections::BTreeMap;

/// From so many bytes on, an import is a large one.
const MUCH: u64 = if cfg!(test) { 1 } else { 1 << 20 };

type Statuses = BTreeMap<RefundId, RefundStatus>;

/// A write in progress. Dropped without [`Writer::commit`], nothing of it was.
pub struct Writer<'s> {
    /// For reading under the lock.
    pub store: &'s Store,
    tx: Transaction<'s>,
    signature: Signature,
    trail: chain::End,
    /// The orders with refunds or chargebacks that an import touched, with where their refunds stood before.
    touched: BTreeMap<OrderId, Statuses>,
    /// An import into an empty store.
    filling: Option<Filling<'s>>,
    /// A large import into any other.
    learning: Option<Learning>,
    /// The sales whose made-up ID gave way to a real one.
    adopted: Vec<Adopted>,
}

/// A made-up ID and the real one of the same sale.
struct Adopted {
    made_up: TransactionId,
    real: TransactionId,
    order: OrderId,
}

/// A refund that stands elsewhere than before an import.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Moved {
    pub order: OrderId,
    pub refund: RefundId,
    /// `None` where the platform reported a refund that the desk had not heard of.
    pub from: Option<RefundStatus>,
    /// `None` where a platform refund turned out to be a desk refund's outcome, or nobody's.
    pub to: Option<RefundStatus>,
}

/// What matching made of the orders that an import touched.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Settled {
    pub moved: Vec<Moved>,
    /// Refund and chargeback rows that belong to one sale, or that a person decided on.
    pub matched: u64,
    /// Those that could belong to several, or to none in the store.
    pub unmatched: u64,
}

impl Store {
    /// Takes the write lock, waiting for another desk as long as the store was told to.
    pub fn write(&self, signature: Signature) -> Result<Writer<'_>, StoreError> {
        let tx = Transaction::new_unchecked(&self.connection, TransactionBehavior::Immediate)?;
        let trail = chain::End::found(&tx)?;
        let (touched, adopted) = (BTreeMap::new(), Vec::new());
        Ok(Writer { store: self, tx, signature, trail, touched, adopted, filling: None, learning: None })
    }
}

impl Writer<'_> {
    /// Makes everything durable.
    pub fn commit(self) -> Result<(), StoreError> {
        Ok(self.tx.commit()?)
    }

    /// Undoes everything.
    pub fn roll_back(self) -> Result<(), StoreError> {
        Ok(self.tx.rollback()?)
    }

    /// Records a planned refund as marked.
    pub fn record_refund(&mut self, new: &NewRefund<'_>) -> Result<RefundNumber, StoreError> {
        let numbers = self.record_refunds(std::slice::from_ref(new), &mut |_| {})?;
        numbers.first().copied().ok_or_else(|| StoreError::Unusable("the refund got no number".to_owned()))
    }

    /// Records planned refunds as marked, numbered in their order. `tell` hears how many are done.
    pub fn record_refunds(
        &mut self,
        refunds: &[NewRefund<'_>],
        tell: &mut dyn FnMut(u64),
    ) -> Result<Vec<RefundNumber>, StoreError> {
        let sales = refunds::rows_of_sales(&self.tx, refunds)?;
        let mut numbers = Vec::with_capacity(refunds.len());
        for (done, (new, sale)) in (0..).zip(refunds.iter().zip(sales)) {
            tell(done);
            numbers.push(self.insert_refund(new, sale)?);
        }
        Ok(numbers)
    }

    fn insert_refund(&mut self, new: &NewRefund<'_>, sale: RowNumber) -> Result<RefundNumber, StoreError> {
        let at = self.signature.at.timestamp_millis();
        let number = refunds::insert(&self.tx, new, sale, &self.signature.actor, at)?;
        let plan = new.plan;
        self.append(NewEvent {
            kind: EventKind::RefundMarked,
            subject: Subject {
                transaction: Some(plan.sale.clone()),
                order: None,
                refund: Some(RefundId::Desk(number)),
                reference: new.reference.cloned(),
            },
            facts: facts_of(plan)?,
        })?;
        Ok(number)
    }

    /// Moves a desk refund by the vendor's own word. The step must be one that the refund can take.
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
        // What the desk gives up can no longer be what the platform reported, and the other way round.
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
        let subject = Subject {
            transaction: Some(refund.sale.clone()),
            order: None,
            refund: Some(RefundId::Desk(number)),
            reference: refund.mark().and_then(|mark| mark.reference.clone()),
        };
        self.append(NewEvent { kind, subject, facts: facts.to_string() })
    }

    /// Remembers that the customer was told of a refund.
    pub fn record_notice(&mut self, new: &NewNotice<'_>) -> Result<(), StoreError> {
        notices::insert(&self.tx, new, self.signature.at)?;
        let NewNotice { refund, language, digest } = new;
        self.append(NewEvent {
            kind: EventKind::NoticeWritten,
            subject: Subject {
                transaction: Some(refund.sale.clone()),
                order: None,
                refund: Some(refund.id.clone()),
                reference: refund.mark().and_then(|mark| mark.reference.clone()),
            },
            facts: json!({ "language": language.word(), "status": refund.status().word(), "sha256": digest })
                .to_string(),
        })
    }

    /// Makes ready for an import of about so many bytes. [`Writer::settle_import`] ends it.
    pub fn begin_import(&mut self, bytes: u64) -> Result<(), StoreError> {
        if bytes < MUCH {
            return Ok(());
        }
        if bulk_import::is_empty(&self.tx)? {
            self.filling = Some(Filling::begin(&self.store.connection)?);
        } else {
            self.learning = Some(Learning::begin(&self.tx)?);
        }
        Ok(())
    }

    /// Takes it for granted that payments are new, until it meets one that is not.
    pub fn is_filling(&self) -> bool {
        self.filling.is_some()
    }

    /// Takes a payment's report.
    pub fn take_report(&mut self, report: &Report) -> Result<Taken, TakeError> {
        self.take_folded(report, None)
    }

    /// The same with the customer's name folded already, as another thread can do it.
    pub fn take_folded(&mut self, report: &Report, searchable: Option<&Searchable>) -> Result<Taken, TakeError> {
        if self.fill(report, searchable)? {
            return Ok(Taken::Added);
        }
        match incoming::change(&self.tx, report)? {
            Change::Nothing => Ok(Taken::Unchanged),
            Change::Insert(sources) => {
                if let Some(known) = past_ids::known(&self.tx, report)? {
                    return self.take_under_its_name(report, &known);
                }
                self.touch(&report.transaction)?;
                let searchable = Searchable::or_of(searchable, &report.transaction);
                let row = transactions::insert(&self.tx, &report.transaction, &searchable, &sources)?;
                if let Some(learning) = &mut self.learning {
                    learning.inserted(row);
                }
                self.undo_what_was_undone(&report.transaction)?;
                Ok(Taken::Added)
            }
            Change::Update(known, transaction, sources) => {
                self.touch(&transaction)?;
                if let Some(learning) = &mut self.learning {
                    learning.learn(&self.tx)?;
                }
                transactions::update(&self.tx, &known, &transaction, &sources)?;
                if let Some(filling) = &mut self.filling {
                    filling.moved(transaction.paid_at);
                }
                Ok(Taken::Updated)
            }
        }
    }

    /// Whether the payment is a new one of a store that is being filled.
    fn fill(&mut self, report: &Report, searchable: Option<&Searchable>) -> Result<bool, TakeError> {
        if report.transaction.id_is_made_up && self.filling.is_some() {
            // Whether it is new is a question to its order, which has to be findable.
            if let Some(names) = self.end_filling()? {
                names.bring_over(&self.tx)?;
            }
            self.learning = Some(Learning::begin(&self.tx)?);
        }
        let Some(filling) = &mut self.filling else { return Ok(false) };
        let searchable = Searchable::or_of(searchable, &report.transaction);
        if !filling.insert(&report.transaction, &searchable, &Sources::of(report))? {
            return Ok(false);
        }
        self.undo_what_was_undone(&report.transaction)?;
        Ok(true)
    }

    /// From here on the store is like any other, once it has its names. In an empty one no refund stood anywhere.
    fn end_filling(&mut self) -> Result<Option<NamesApart>, StoreError> {
        let Some(filling) = self.filling.take() else { return Ok(None) };
        let names = filling.end()?;
        let orders = links::orders_with_platform_rows(&self.tx)?;
        self.touched.extend(orders.into_iter().map(|order| (order, Statuses::new())));
        Ok(Some(names))
    }

    pub fn take_cancellation(&mut self, cancellation: &PlanCancellation) -> Result<Taken, StoreError> {
        Ok(incoming::take_cancellation(&self.tx, cancellation)?)
    }

    pub fn take_dispute(&mut self, dispute: &Dispute) -> Result<Taken, StoreError> {
        Ok(incoming::take_dispute(&self.tx, dispute)?)
    }

    /// Takes a report of a payment that is known under another ID, the real one in the end.
    fn take_under_its_name(&mut self, report: &Report, known: &Known) -> Result<Taken, TakeError> {
        let (Known::Formerly(stored) | Known::Adopts(stored) | Known::Joins(stored)) = known;
        let order = stored.transaction.order.clone();
        self.touch(&stored.transaction)?;
        let mut report = report.clone();
        match known {
            Known::Formerly(_) => {}
            Known::Adopts(_) => {
                past_ids::adopt(&self.tx, stored, &report.transaction.id)?;
                let (made_up, real) = (stored.transaction.id.clone(), report.transaction.id.clone());
                self.adopted.push(Adopted { made_up, real, order });
            }
            Known::Joins(_) => {
                past_ids::remember(&self.tx, &report.transaction.id, stored.row)?;
                let (made_up, real) = (report.transaction.id.clone(), stored.transaction.id.clone());
                self.adopted.push(Adopted { made_up, real, order });
            }
        }
        if report.transaction.id_is_made_up {
            report.transaction.id = stored.transaction.id.clone();
            report.transaction.id_is_made_up = false;
        }
        let taken = self.take_report(&report)?;
        Ok(if matches!(known, Known::Formerly(_)) { taken } else { Taken::Updated })
    }

    /// Takes the news that a refund or chargeback was undone; one that is not known yet will be when it comes.
    pub fn take_reversal(&mut self, reversal: &Reversal) -> Result<Taken, TakeError> {
        let taken = incoming::take_reversal(&self.tx, reversal)?;
        match transactions::by_id(&self.tx, &reversal.id)? {
            Some(known) if taken != Taken::Unchanged && reversal.concerns(&known.transaction) => {
                self.take_report(&reversal.of_known(&known.transaction))
            }
            _ => Ok(taken),
        }
    }

    fn undo_what_was_undone(&mut self, payment: &Payment) -> Result<(), TakeError> {
        if payment.entry.kind() != Kind::Sale
            && let Some(reversal) = incoming::reversal_of(&self.tx, &payment.id)?
            && reversal.concerns(payment)
        {
            self.take_report(&reversal.of_known(payment))?;
        }
        Ok(())
    }

    /// The same event was taken before.
    pub fn has_taken(&self, event: &Identity) -> Result<bool, StoreError> {
        Ok(incoming::is_taken(&self.tx, event)?)
    }

    /// From now on the event is one that was taken.
    pub fn remember(&mut self, event: &Identity) -> Result<(), StoreError> {
        Ok(incoming::remember(&self.tx, event)?)
    }

    /// Matches every order that the import touched, and tells which refunds moved by it. An event for each is
    /// appended after the import's own, whose facts `imported` makes of them; `None` where nothing changed.
    pub fn settle_import(&mut self, imported: impl FnOnce(&Settled) -> Option<String>) -> Result<Settled, StoreError> {
        let mut settled = Settled::default();
        let names = self.end_filling()?;
        if let Some(learning) = self.learning.take() {
            learning.end(&self.tx)?;
        }
        for (order, before) in std::mem::take(&mut self.touched) {
            let (matched, unmatched) = links::rematch(&self.tx, &order)?;
            settled.matched += matched;
            settled.unmatched += unmatched;
            let after = self.statuses(&order)?;
            settled.moved.extend(differences(&order, &before, &after));
        }
        if let Some(facts) = imported(&settled) {
            self.append(NewEvent { kind: EventKind::Imported, subject: Subject::default(), facts })?;
        }
        for each in std::mem::take(&mut self.adopted) {
            self.append_adoption(each)?;
        }
        for each in &settled.moved {
            self.append_move(each, "import")?;
        }
        if let Some(names) = names {
            names.bring_over(&self.tx)?;
        }
        Ok(settled)
    }

    /// Pins a platform row to what a person decided, or takes the pin away, and matches its order anew. Returns the
    /// refunds that stand elsewhere now.
    pub fn pin(
        &mut self,
        platform: &TransactionId,
        order: &OrderId,
        pin: Option<&Pin>,
    ) -> Result<Vec<Moved>, StoreError> {
        let before = self.statuses(order)?;
        links::pin(&self.tx, platform, pin)?;
        links::rematch(&self.tx, order)?;
        let moved = differences(order, &before, &self.statuses(order)?);
        let (to, sale, refund) = match pin {
            None => ("computed", None, None),
            Some(Pin::Nothing) => ("nothing", None, None),
            Some(Pin::Sale(sale)) => ("sale", Some(sale.as_str()), None),
            Some(Pin::Refund(number)) => ("refund", None, Some(number.to_string())),
        };
        self.append(NewEvent {
            kind: EventKind::Matched,
            subject: Subject { transaction: Some(platform.clone()), order: Some(order.clone()), ..Subject::default() },
            facts: json!({ "to": to, "sale": sale, "refund": refund }).to_string(),
        })?;
        for each in &moved {
            self.append_move(each, "match")?;
        }
        Ok(moved)
    }

    fn append_adoption(&mut self, adopted: Adopted) -> Result<(), StoreError> {
        let Adopted { made_up, real, order } = adopted;
        let facts = json!({ "made_up": made_up.as_str(), "real": real.as_str() }).to_string();
        let subject = Subject { transaction: Some(real), order: Some(order), ..Subject::default() };
        self.append(NewEvent { kind: EventKind::Adopted, subject, facts })
    }

    fn append_move(&mut self, moved: &Moved, by: &str) -> Result<(), StoreError> {
        let facts = json!({
            "from": moved.from.map(RefundStatus::word),
            "to": moved.to.map(RefundStatus::word),
            "by": by,
        });
        let subject =
            Subject { order: Some(moved.order.clone()), refund: Some(moved.refund.clone()), ..Subject::default() };
        self.append(NewEvent { kind: EventKind::RefundMoved, subject, facts: facts.to_string() })
    }

    fn append(&mut self, what: NewEvent) -> Result<(), StoreError> {
        chain::append(&self.tx, &mut self.trail, &self.signature, &what)?;
        Ok(())
    }

    /// Only refunds and chargebacks make an order one that is to be matched.
    fn touch(&mut self, incoming: &Payment) -> Result<(), StoreError> {
        let order = &incoming.order;
        if self.filling.is_some() || self.touched.contains_key(order) {
            return Ok(());
        }
        if incoming.entry.kind() != Kind::Sale || links::has_platform_rows(&self.tx, order)? {
            let before = self.statuses(order)?;
            self.touched.insert(order.clone(), before);
        }
        Ok(())
    }

    fn statuses(&self, order: &OrderId) -> Result<Statuses, StoreError> {
        let mut sales = self.tx.prepare_cached(
            "SELECT row FROM transactions
              WHERE order_id = ?1 COLLATE NOCASE AND order_id = ?1 COLLATE BINARY AND kind = 'sale'",
        )?;
        let mut book =
            self.tx.prepare_cached("SELECT number, platform_id, origin, status FROM refund_book WHERE sale = ?1")?;
        let mut statuses = Statuses::new();
        let mut rows = sales.query([order.as_str()])?;
        while let Some(row) = rows.next()? {
            let sale: i64 = row.get(0)?;
            for refund in book.query_map([sale], read_status)? {
                let (id, status) = refund?;
                statuses.insert(id, status);
            }
        }
        Ok(statuses)
    }
}

/// Its fields are in the order of their names.
#[derive(Serialize)]
struct MarkedFacts {
    amount_minor: i64,
    cautions: Vec<&'static str>,
    currency: &'static str,
    goodwill: bool,
    left_minor: i64,
    reason: &'static str,
}

fn facts_of(plan: &RefundPlan) -> Result<String, StoreError> {
    let facts = MarkedFacts {
        amount_minor: plan.amount.minor(),
        cautions: plan.cautions.iter().map(|caution| caution.code.word()).collect(),
        currency: plan.amount.currency().code(),
        goodwill: plan.goodwill,
        left_minor: plan.left_after.minor(),
        reason: plan.reason.word(),
    };
    serde_json::to_string(&facts).map_err(|error| StoreError::Unusable(error.to_string()))
}

fn read_status(row: &Row<'_>) -> rusqlite::Result<(RefundId, RefundStatus)> {
    let number: Option<i64> = row.get("number")?;
    let id = match number {
        Some(number) => RefundId::Desk(RefundNumber(number)),
        None => RefundId::Platform(columns::id(row, "platform_id")?),
    };
    Ok((id, columns::parsed(row, "status")?))
}

fn differences(order: &OrderId, before: &Statuses, after: &Statuses) -> Vec<Moved> {
    let all: BTreeMap<&RefundId, ()> = before.keys().chain(after.keys()).map(|id| (id, ())).collect();
    let moved = all.into_keys().map(|refund| Moved {
        order: order.clone(),
        refund: refund.clone(),
        from: before.get(refund).copied(),
        to: after.get(refund).copied(),
    });
    moved.filter(|moved| moved.from != moved.to).collect()
}
