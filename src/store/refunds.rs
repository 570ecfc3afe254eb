//! The refund book: what the desk recorded about each refund, joined with what the platform reported.

use crate::domain::ids::{Key, OrderId, Reference, RefundId, RefundNumber, TransactionId};
use crate::domain::money::Money;
use crate::domain::refund::{Author, Ground, Mark, Origin, Refund, RefundKey, RefundState, RefundStatus, Step};
use crate::domain::rules::plan::RefundPlan;
use crate::domain::time::Zone;
use crate::store::columns::{self, RowNumber};
use crate::store::transactions::{self, Stored};
use crate::store::{Store, StoreError};
use chrono::NaiveDate;
use rusqlite::{Connection, OptionalExtension, Row, ToSql};
use std::collections::{BTreeMap, BTreeSet};

/// A refund to record: its plan, and how it was requested.
#[derive(Debug, Clone, Copy)]
pub struct NewRefund<'a> {
    pub plan: &'a RefundPlan,
    pub key: Option<&'a RefundKey>,
    pub reference: Option<&'a Reference>,
    /// The day it is marked, in the desk's zone.
    pub marked_on: NaiveDate,
}

/// The refund recorded under a key.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RecordedRefund {
    pub refund: Refund,
    pub mark: Mark,
}

/// Which refunds `refunds list` shows. Empty lists and `None` do not filter.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct RefundFilter {
    pub statuses: Vec<RefundStatus>,
    pub origin: Option<Origin>,
    pub reference: Option<Reference>,
    pub sale: Option<TransactionId>,
}

/// A refund whose status changed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StatusChange {
    pub order: OrderId,
    pub refund: RefundId,
    /// `None` for a platform refund that is new to the desk.
    pub from: Option<RefundStatus>,
    /// `None` for a platform refund that is no longer a refund by itself: it is the outcome of a desk refund, or is
    /// matched to no sale.
    pub to: Option<RefundStatus>,
}

/// The refunds of an order with their statuses.
pub(in crate::store) type Statuses = BTreeMap<RefundId, RefundStatus>;

const COLUMNS: &str = "b.number, b.origin, b.status, b.amount_minor, t.currency, t.transaction_id, t.order_id, \
     b.reported_at, b.platform_id, b.at, b.marked_on, b.submitted_on, b.ended_on, b.asked_minor, b.reason, b.note, \
     (SELECT ground FROM refunds WHERE number = b.number) AS ground, b.asked_on, b.actor, b.key, b.key_is_derived, \
     b.reference";

impl Store {
    /// One refund, by its number or by the platform's ID.
    pub fn refund(&self, id: &RefundId, zone: Zone) -> Result<Option<Refund>, StoreError> {
        let (condition, value): (&str, &dyn ToSql) = match id {
            RefundId::Desk(number) => ("b.number = ?1", &number.0),
            RefundId::Platform(id) => ("b.origin = 'platform' AND b.platform_id = ?1", &id.as_str()),
        };
        let found = select(&self.connection, condition, &[value], zone)?;
        Ok(found.into_iter().next())
    }

    /// Refunds in the order in which they were marked or reported, oldest first.
    pub fn refunds(&self, filter: &RefundFilter, zone: Zone) -> Result<Vec<Refund>, StoreError> {
        let statuses = filter.statuses.iter().map(|status| format!("'{status}'")).collect::<Vec<_>>().join(", ");
        let mut condition = if statuses.is_empty() { "1".to_owned() } else { format!("b.status IN ({statuses})") };
        let origin = filter.origin.map(Origin::word);
        let reference = filter.reference.as_ref().map(Reference::as_str);
        let sale = filter.sale.as_ref().map(TransactionId::as_str);
        condition.push_str(
            " AND (?1 IS NULL OR b.origin = ?1) AND (?2 IS NULL OR b.reference = ?2)
              AND (?3 IS NULL OR t.transaction_id = ?3
                   OR t.row = (SELECT payment FROM former_ids WHERE transaction_id = ?3))",
        );
        select(&self.connection, &condition, &[&origin, &reference, &sale], zone)
    }

    /// The refund that was recorded under a key.
    pub fn recorded(&self, key: &RefundKey, zone: Zone) -> Result<Option<RecordedRefund>, StoreError> {
        let number = number_of_key(&self.connection, key)?;
        let refund = match number {
            Some(number) => self.refund(&RefundId::Desk(number), zone)?,
            None => None,
        };
        Ok(refund.and_then(|refund| {
            let mark = refund.mark()?.clone();
            Some(RecordedRefund { refund, mark })
        }))
    }
}

pub(in crate::store) fn of_sale(
    connection: &Connection,
    sale: RowNumber,
    zone: Zone,
) -> Result<Vec<Refund>, StoreError> {
    select(connection, "b.sale = ?1", &[&sale], zone)
}

fn select(
    connection: &Connection,
    condition: &str,
    values: &[&dyn ToSql],
    zone: Zone,
) -> Result<Vec<Refund>, StoreError> {
    let sql = format!(
        "SELECT {COLUMNS} FROM refund_book b JOIN transactions t ON t.row = b.sale
          WHERE {condition} ORDER BY b.at, b.number, b.platform_id"
    );
    let mut statement = connection.prepare_cached(&sql)?;
    let rows = statement.query_map(values, |row| read(row, zone))?;
    Ok(rows.collect::<rusqlite::Result<_>>()?)
}

/// The sale of a desk refund.
pub(in crate::store) fn sale_of(connection: &Connection, number: RefundNumber) -> Result<Option<Stored>, StoreError> {
    let mut statement = connection.prepare_cached("SELECT sale FROM refunds WHERE number = ?1")?;
    let row = statement.query_row([number.0], |row| row.get(0)).optional()?;
    row.map(|row| transactions::by_row(connection, row)).transpose()
}

fn number_of_key(connection: &Connection, key: &RefundKey) -> Result<Option<RefundNumber>, StoreError> {
    let mut statement =
        connection.prepare_cached("SELECT number FROM refunds WHERE key = ?1 AND key_is_derived = ?2")?;
    let number = statement.query_row((key.key.as_str(), key.is_derived), |row| row.get(0)).optional()?;
    Ok(number.map(RefundNumber))
}

fn read(row: &Row<'_>, zone: Zone) -> rusqlite::Result<Refund> {
    let origin: Origin = columns::parsed(row, "origin")?;
    let platform_id: Option<TransactionId> = columns::parsed_if_any(row, "platform_id")?;
    let at = columns::instant(row, "at")?;
    let amount = columns::money(row, "amount_minor", "currency")?;
    let (id, author) = match (origin, platform_id.clone()) {
        (Origin::Platform, Some(id)) => (RefundId::Platform(id), Author::Platform { at, on: zone.day_of(at) }),
        _ => (RefundId::Desk(RefundNumber(row.get("number")?)), Author::Desk(read_mark(row, amount)?)),
    };
    Ok(Refund {
        id,
        sale: columns::id(row, "transaction_id")?,
        order: columns::id(row, "order_id")?,
        amount,
        state: read_state(row, zone)?,
        author,
        reported_as: platform_id,
    })
}

fn read_mark(row: &Row<'_>, amount: Money) -> rusqlite::Result<Mark> {
    let key: Option<Key> = columns::parsed_if_any(row, "key")?;
    let is_derived: Option<bool> = row.get("key_is_derived")?;
    let asked: Option<i64> = row.get("asked_minor")?;
    Ok(Mark {
        actor: row.get("actor")?,
        at: columns::instant(row, "at")?,
        on: columns::day(row, "marked_on")?,
        reason: columns::parsed(row, "reason")?,
        note: row.get("note")?,
        ground: columns::parsed(row, "ground")?,
        asked_on: columns::parsed_if_any(row, "asked_on")?,
        asked: asked.map(|minor| Money::new(minor, amount.currency())),
        key: key.map(|key| RefundKey { key, is_derived: is_derived.unwrap_or(false) }),
        reference: columns::parsed_if_any(row, "reference")?,
    })
}

/// The day that the platform reports takes precedence over the desk's. The settlement window does not move with it: it
/// is counted from the earlier day, because that one was told to the customer.
fn read_state(row: &Row<'_>, zone: Zone) -> rusqlite::Result<RefundState> {
    let reported_on = columns::instant_if_any(row, "reported_at")?.map(|at| zone.day_of(at));
    let submitted_on: Option<NaiveDate> = columns::parsed_if_any(row, "submitted_on")?;
    let own = |column| columns::day(row, column);
    let on = |column| reported_on.map_or_else(|| own(column), Ok);
    Ok(match columns::parsed(row, "status")? {
        RefundStatus::Marked => RefundState::Marked,
        RefundStatus::Submitted => RefundState::Submitted { on: on("submitted_on")? },
        RefundStatus::Succeeded => {
            let on = on("ended_on")?;
            RefundState::Succeeded { on, carried_out_on: submitted_on.map_or(on, |submitted_on| submitted_on.min(on)) }
        }
        RefundStatus::Failed => RefundState::Failed { on: on("ended_on")? },
        RefundStatus::Cancelled => RefundState::Cancelled { on: own("ended_on")? },
        RefundStatus::Reversed => RefundState::Reversed { on: on("ended_on")? },
    })
}

/// The row of each refund's sale, in the order of the refunds.
pub(in crate::store) fn rows_of_sales(
    connection: &Connection,
    refunds: &[NewRefund<'_>],
) -> Result<Vec<RowNumber>, StoreError> {
    let mut rows = Vec::with_capacity(refunds.len());
    // Looking up many IDs is faster in their order.
    let mut sales: Vec<(usize, &TransactionId)> =
        refunds.iter().enumerate().map(|(index, new)| (index, &new.plan.sale)).collect();
    sales.sort_unstable_by_key(|(_, sale)| *sale);
    for (index, sale) in sales {
        rows.push((index, transactions::existing_row(connection, sale)?));
    }
    rows.sort_unstable();
    Ok(rows.into_iter().map(|(_, row)| row).collect())
}

/// Records a refund. The schema refuses more than is left of the sale.
pub(in crate::store) fn insert(
    connection: &Connection,
    new: &NewRefund<'_>,
    sale: RowNumber,
    actor: &str,
    at_millis: i64,
) -> Result<RefundNumber, StoreError> {
    let plan = new.plan;
    let mut statement = connection.prepare_cached(
        "INSERT INTO refunds (sale, amount_minor, asked_minor, reason, note, goodwill, asked_on, actor, marked_at,
                              marked_on, key, key_is_derived, reference, ground)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14)",
    )?;
    statement.execute(rusqlite::params![
        sale,
        plan.amount.minor(),
        plan.asked.map(Money::minor),
        plan.reason.word(),
        plan.note,
        plan.ground == Ground::Goodwill,
        plan.asked_on.map(|day| day.to_string()),
        actor,
        at_millis,
        new.marked_on.to_string(),
        new.key.map(|key| key.key.as_str()),
        new.key.is_some_and(|key| key.is_derived),
        new.reference.map(Reference::as_str),
        plan.ground.word(),
    ])?;
    let number = RefundNumber(connection.last_insert_rowid());
    let mut known = connection.prepare_cached(
        "INSERT OR IGNORE INTO known_before (refund, platform)
         SELECT ?1, platform FROM links WHERE sale = ?2 UNION ALL SELECT ?1, platform FROM candidates WHERE sale = ?2",
    )?;
    known.execute((number.0, sale))?;
    Ok(number)
}

/// Records the status that the vendor reports, and its day.
pub(in crate::store) fn advance(
    connection: &Connection,
    number: RefundNumber,
    step: Step,
    to: RefundStatus,
    on: NaiveDate,
    note: Option<&str>,
) -> Result<(), StoreError> {
    let day = on.to_string();
    let sql = match step {
        Step::Submit => "UPDATE refunds SET status = ?2, submitted_on = ?3, step_note = ?4 WHERE number = ?1",
        Step::Reopen => "UPDATE refunds SET status = ?2, submitted_on = NULL, step_note = ?4 WHERE number = ?1",
        Step::Confirm | Step::Fail | Step::Cancel | Step::Reverse => {
            "UPDATE refunds SET status = ?2, ended_on = ?3, step_note = ?4 WHERE number = ?1"
        }
    };
    connection.prepare_cached(sql)?.execute((number.0, to.word(), day, note))?;
    Ok(())
}

/// The status of each refund of an order, the desk's and the platform's.
pub(in crate::store) fn statuses(connection: &Connection, order: &OrderId) -> Result<Statuses, StoreError> {
    let mut sales = connection.prepare_cached(
        "SELECT row FROM transactions
          WHERE order_id = ?1 COLLATE NOCASE AND order_id = ?1 COLLATE BINARY AND kind = 'sale'",
    )?;
    let mut book = connection.prepare_cached("SELECT number, platform_id, status FROM refund_book WHERE sale = ?1")?;
    let mut statuses = Statuses::new();
    let mut rows = sales.query([order.as_str()])?;
    while let Some(row) = rows.next()? {
        for refund in book.query_map([row.get::<_, RowNumber>(0)?], read_status)? {
            let (id, status) = refund?;
            statuses.insert(id, status);
        }
    }
    Ok(statuses)
}

fn read_status(row: &Row<'_>) -> rusqlite::Result<(RefundId, RefundStatus)> {
    let number: Option<i64> = row.get("number")?;
    let id = match number {
        Some(number) => RefundId::Desk(RefundNumber(number)),
        None => RefundId::Platform(columns::id(row, "platform_id")?),
    };
    Ok((id, columns::parsed(row, "status")?))
}

/// The refunds of an order whose status differs, in the order of their IDs.
pub(in crate::store) fn status_changes(order: &OrderId, before: &Statuses, after: &Statuses) -> Vec<StatusChange> {
    let all: BTreeSet<&RefundId> = before.keys().chain(after.keys()).collect();
    let changes = all.into_iter().map(|refund| StatusChange {
        order: order.clone(),
        refund: refund.clone(),
        from: before.get(refund).copied(),
        to: after.get(refund).copied(),
    });
    changes.filter(|change| change.from != change.to).collect()
}
