//! Merges reports of one payment, so that any order and any repetition of them ends in the same state.
//!
//! Each field keeps the value of the newest report that has one, or the smaller of two that are equally new, which is
//! the stricter for days and periods. Reports without a time stamp fill empty fields and can only raise the status.
//! Amount, currency, order, kind and test never change: a report that differs there is a conflict.

use crate::domain::sale::incoming::PaymentReport;
use crate::domain::sale::products::{self, JoinedProducts};
use crate::domain::sale::transaction::{
    KindAndStatus, Method, PaymentPlan, PlatformStatus, Product, SaleStatus, Transaction,
};
use crate::domain::string_enum::string_enum;
use crate::domain::time::Timestamp;
use std::cmp::Ordering;
use std::collections::{BTreeMap, BTreeSet};

string_enum! {
    /// A field that a newer report may change.
    Field, "field" {
        CustomerName = "customer_name",
        CustomerEmail = "customer_email",
        Country = "country",
        Method = "method",
        Plan = "plan",
        OrderedAt = "ordered_at",
        PaidAt = "paid_at",
        RateNumber = "rate_number",
        ReturnPeriod = "return_period",
        RefundOf = "refund_of",
    }
}

/// Which reports a stored payment's fields come from.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Sources {
    /// The newest time stamp of any report.
    pub as_of: Option<Timestamp>,
    /// The fields whose value is not from the newest report, with the time stamps of theirs.
    pub older: BTreeMap<Field, Option<Timestamp>>,
    /// The newest status with a time stamp.
    pub stamped_status: Option<(KindAndStatus, Timestamp)>,
    /// The highest status of the reports without a time stamp.
    pub unstamped_status: Option<KindAndStatus>,
    /// A report said that money was taken, even if a newer one says that it failed.
    pub was_paid: bool,
    /// Names of products that were reported and are not shown.
    pub other_names: BTreeSet<Product>,
    /// How many products are add-ons: the last ones.
    pub addons: usize,
    /// The newest time at which a notification says that the money of a debit was taken: a debit that bounced and was
    /// repeated has several.
    pub confirmed_at: Option<Timestamp>,
}

impl Sources {
    /// The sources of a payment with one report.
    pub fn of(report: &PaymentReport) -> Self {
        let plain = Self::plain(report.as_of, report.transaction.entry);
        let plain = Self { confirmed_at: report.confirmed_at, ..plain };
        match report.transaction.products.as_slice() {
            [] => plain,
            [only] => Self { addons: usize::from(only.is_addon), ..plain },
            several => plain.with_products(products::join(several)).0,
        }
    }

    fn with_products(self, joined: JoinedProducts) -> (Self, Vec<Product>) {
        let addons = joined.shown.iter().filter(|product| product.is_addon).count();
        (Self { other_names: joined.other_names, addons, ..self }, joined.shown)
    }

    /// Everything is from one report with this time stamp.
    pub fn plain(as_of: Option<Timestamp>, entry: KindAndStatus) -> Self {
        let said = Some(entry).filter(|entry| rank(*entry) > 0);
        Self {
            as_of,
            older: BTreeMap::new(),
            stamped_status: said.zip(as_of),
            unstamped_status: said.filter(|_| as_of.is_none()),
            was_paid: has_money(entry),
            other_names: BTreeSet::new(),
            addons: 0,
            confirmed_at: None,
        }
    }

    /// All fields and the status are from the newest report.
    pub fn is_plain(&self, entry: KindAndStatus) -> bool {
        *self == Self { confirmed_at: self.confirmed_at, ..Self::plain(self.as_of, entry) }
    }

    /// The newest or the highest status says that money was taken.
    pub fn status_says_paid(&self) -> bool {
        let stamped = self.stamped_status.map(|(entry, _)| entry);
        [stamped, self.unstamped_status].into_iter().flatten().any(has_money)
    }

    fn stamp(&self, field: Field) -> Option<Timestamp> {
        self.older.get(&field).copied().unwrap_or(self.as_of)
    }
}

/// What a further report does to a known payment.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Merged {
    Unchanged,
    Updated(Box<Transaction>, Sources),
}

/// The report differs in a field that never changes.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{field} is {known} in the store and {reported} here; it never changes")]
pub struct Conflict {
    /// A column of the desk's own format.
    pub field: &'static str,
    pub known: String,
    pub reported: String,
}

/// Merges a further report into a known payment.
pub fn merge(known: &Transaction, sources: &Sources, report: &PaymentReport) -> Result<Merged, Conflict> {
    // The usual case: the same report again.
    let is_same = report.as_of == sources.as_of && report.confirmed_at <= sources.confirmed_at;
    if report.transaction == *known && is_same && sources.is_plain(known.entry) {
        return Ok(Merged::Unchanged);
    }
    no_conflict(known, &report.transaction)?;
    let mut merge = Merge {
        transaction: known.clone(),
        stamps: Field::ALL.iter().map(|field| (*field, sources.stamp(*field))).collect(),
        stamp: report.as_of,
    };
    merge.take_fields(&report.transaction);
    let mut merged_sources = status_sources(sources, report);
    let mut merged = merge.transaction;
    let reported = known.products.iter().chain(&sources.other_names).chain(&report.transaction.products);
    (merged_sources, merged.products) = merged_sources.with_products(products::join(reported));
    merged_sources.confirmed_at = sources.confirmed_at.max(report.confirmed_at);
    merged_sources.was_paid |= has_money(report.transaction.entry);
    merged.entry = effective(&merged_sources, known.entry);
    merged_sources.as_of = sources.as_of.max(report.as_of);
    merged_sources.older = merge
        .stamps
        .into_iter()
        .filter(|(field, stamp)| *stamp != merged_sources.as_of && !is_empty(*field, &merged))
        .collect();
    if merged == *known && merged_sources == *sources {
        return Ok(Merged::Unchanged);
    }
    Ok(Merged::Updated(Box::new(merged), merged_sources))
}

fn no_conflict(known: &Transaction, reported: &Transaction) -> Result<(), Conflict> {
    let conflict = |field, known: &dyn std::fmt::Display, reported: &dyn std::fmt::Display| {
        Err(Conflict { field, known: known.to_string(), reported: reported.to_string() })
    };
    if known.amount.currency() != reported.amount.currency() {
        return conflict("currency", &known.amount.currency(), &reported.amount.currency());
    }
    if known.amount != reported.amount {
        return conflict("amount", &known.amount, &reported.amount);
    }
    if known.order != reported.order {
        return conflict("order_id", &known.order, &reported.order);
    }
    if known.entry.kind() != reported.entry.kind() {
        return conflict("kind", &known.entry.kind(), &reported.entry.kind());
    }
    if known.is_test != reported.is_test {
        return conflict("test", &known.is_test, &reported.is_test);
    }
    Ok(())
}

struct Merge {
    transaction: Transaction,
    stamps: BTreeMap<Field, Option<Timestamp>>,
    stamp: Option<Timestamp>,
}

impl Merge {
    fn take_fields(&mut self, reported: &Transaction) {
        for field in Field::ALL.iter().copied().filter(|field| !is_empty(*field, reported)) {
            let known_stamp = self.stamps.get(&field).copied().flatten();
            let is_newer = self.stamp > known_stamp;
            // The result must not depend on which of two equally new reports came first.
            let wins_the_tie = self.stamp.is_some()
                && self.stamp == known_stamp
                && compare(field, reported, &self.transaction).is_lt();
            if is_empty(field, &self.transaction) || is_newer || wins_the_tie {
                copy(field, reported, &mut self.transaction);
                self.stamps.insert(field, self.stamp);
            }
        }
    }
}

fn is_empty(field: Field, of: &Transaction) -> bool {
    match field {
        Field::CustomerName => of.customer.name.is_empty(),
        Field::CustomerEmail => of.customer.email.is_empty(),
        Field::Country => of.customer.country.is_empty(),
        Field::Method => of.method == Method::Unknown,
        Field::Plan => of.plan == PaymentPlan::Unknown,
        Field::OrderedAt => of.ordered_at.is_none(),
        Field::PaidAt => false,
        Field::RateNumber => of.rate_number.is_none(),
        Field::ReturnPeriod => of.return_period.is_none(),
        Field::RefundOf => of.refund_of.is_none(),
    }
}

fn copy(field: Field, from: &Transaction, to: &mut Transaction) {
    match field {
        Field::CustomerName => to.customer.name.clone_from(&from.customer.name),
        Field::CustomerEmail => to.customer.email.clone_from(&from.customer.email),
        Field::Country => to.customer.country.clone_from(&from.customer.country),
        Field::Method => to.method = from.method,
        Field::Plan => to.plan = from.plan,
        Field::OrderedAt => to.ordered_at = from.ordered_at,
        Field::PaidAt => to.paid_at = from.paid_at,
        Field::RateNumber => to.rate_number = from.rate_number,
        Field::ReturnPeriod => to.return_period = from.return_period,
        Field::RefundOf => to.refund_of.clone_from(&from.refund_of),
    }
}

fn compare(field: Field, one: &Transaction, other: &Transaction) -> Ordering {
    match field {
        Field::CustomerName => one.customer.name.cmp(&other.customer.name),
        Field::CustomerEmail => one.customer.email.cmp(&other.customer.email),
        Field::Country => one.customer.country.cmp(&other.customer.country),
        Field::Method => one.method.cmp(&other.method),
        Field::Plan => one.plan.cmp(&other.plan),
        Field::OrderedAt => one.ordered_at.cmp(&other.ordered_at),
        Field::PaidAt => one.paid_at.cmp(&other.paid_at),
        Field::RateNumber => one.rate_number.cmp(&other.rate_number),
        Field::ReturnPeriod => one.return_period.cmp(&other.return_period),
        Field::RefundOf => one.refund_of.cmp(&other.refund_of),
    }
}

fn status_sources(known: &Sources, report: &PaymentReport) -> Sources {
    let entry = report.transaction.entry;
    let mut sources = known.clone();
    if rank(entry) == 0 {
        return sources;
    }
    match (report.as_of, sources.stamped_status) {
        (None, _) => {
            sources.unstamped_status = Some(sources.unstamped_status.map_or(entry, |held| higher(held, entry)));
        }
        (Some(at), Some((held, stamp))) if stamp == at => {
            sources.stamped_status = Some((higher(held, entry), at));
        }
        (Some(at), Some((_, stamp))) if stamp > at => {}
        (Some(at), _) => sources.stamped_status = Some((entry, at)),
    }
    sources
}

fn effective(sources: &Sources, fallback: KindAndStatus) -> KindAndStatus {
    match (sources.stamped_status, sources.unstamped_status) {
        (Some((stamped, _)), Some(unstamped)) => higher(stamped, unstamped),
        (Some((entry, _)), None) | (None, Some(entry)) => entry,
        (None, None) => fallback,
    }
}

fn has_money(entry: KindAndStatus) -> bool {
    matches!(entry, KindAndStatus::Sale(status) if status.has_money())
}

fn higher(one: KindAndStatus, other: KindAndStatus) -> KindAndStatus {
    if rank(other) > rank(one) { other } else { one }
}

/// The rank of a status among those of its kind; 0 for unknown.
fn rank(entry: KindAndStatus) -> usize {
    fn place<T: PartialEq>(all: &[T], status: T) -> usize {
        all.iter().position(|each| *each == status).unwrap_or(0)
    }
    match entry {
        KindAndStatus::Sale(status) => place(SaleStatus::ALL, status),
        KindAndStatus::Refund(status) | KindAndStatus::Chargeback(status) => place(PlatformStatus::ALL, status),
    }
}

#[cfg(test)]
mod tests;
