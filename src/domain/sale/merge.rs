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
mod tests {
    use super::*;
    use crate::domain::dice::Dice;
    use crate::domain::ids::{OrderId, ProductId, TransactionId};
    use crate::domain::money::{Currency, Money};
    use crate::domain::sale::transaction::Customer;
    use chrono::{DateTime, TimeDelta};

    fn instant(minute: i64) -> Timestamp {
        DateTime::from_timestamp(1_770_000_000, 0).unwrap() + TimeDelta::minutes(minute)
    }

    fn report(status: SaleStatus, minute: Option<i64>) -> PaymentReport {
        let transaction = Transaction {
            id: TransactionId::new("aaaa000000000001").unwrap(),
            id_is_made_up: false,
            order: OrderId::new("Order001").unwrap(),
            products: vec![],
            customer: Customer::default(),
            amount: Money::new(4900, Currency::EUR),
            method: Method::Unknown,
            plan: PaymentPlan::Unknown,
            entry: KindAndStatus::Sale(status),
            ordered_at: None,
            paid_at: instant(minute.unwrap_or(0)),
            rate_number: None,
            return_period: None,
            is_test: false,
        };
        PaymentReport::undated(transaction, minute.map(instant))
    }

    fn named(name: &str, status: SaleStatus, minute: Option<i64>) -> PaymentReport {
        let mut report = report(status, minute);
        report.transaction.customer.name = name.into();
        report
    }

    fn of_product(id: &str, name: &str, minute: i64) -> PaymentReport {
        let mut report = report(SaleStatus::Paid, Some(minute));
        report.transaction.products = vec![Product { is_addon: false, id: ProductId::new(id).ok(), name: name.into() }];
        report
    }

    /// What the store knows after these reports, one after the other.
    fn after(reports: &[PaymentReport]) -> (Transaction, Sources) {
        let (first, rest) = reports.split_first().unwrap();
        let mut known = (first.transaction.clone(), Sources::of(first));
        for report in rest {
            if let Merged::Updated(transaction, sources) = merge(&known.0, &known.1, report).unwrap() {
                known = (*transaction, sources);
            }
        }
        known
    }

    fn permutations(reports: &[PaymentReport]) -> Vec<Vec<PaymentReport>> {
        if reports.is_empty() {
            return vec![vec![]];
        }
        let mut all = vec![];
        for (index, first) in reports.iter().enumerate() {
            let mut rest = reports.to_vec();
            rest.remove(index);
            all.extend(permutations(&rest).into_iter().map(|mut tail| {
                tail.insert(0, first.clone());
                tail
            }));
        }
        all
    }

    fn same_in_any_order(reports: &[PaymentReport]) -> Transaction {
        let expected = after(reports);
        for report in reports {
            assert_eq!(merge(&expected.0, &expected.1, report), Ok(Merged::Unchanged));
        }
        for order in permutations(reports) {
            let twice: Vec<PaymentReport> = order.iter().chain(&order).cloned().collect();
            assert_eq!(after(&order), expected);
            assert_eq!(after(&twice), expected);
        }
        expected.0
    }

    #[test]
    fn the_newest_status_wins_in_any_order() {
        let reports = [
            report(SaleStatus::Pending, Some(0)),
            report(SaleStatus::ChargedBack, Some(9)),
            report(SaleStatus::Paid, Some(5)),
            report(SaleStatus::Paid, Some(20)),
        ];
        assert_eq!(same_in_any_order(&reports).entry, KindAndStatus::Sale(SaleStatus::Paid));
    }

    #[test]
    fn of_equally_new_reports_the_higher_status_wins() {
        let reports = [report(SaleStatus::Paid, Some(5)), report(SaleStatus::Pending, Some(5))];
        assert_eq!(same_in_any_order(&reports).entry, KindAndStatus::Sale(SaleStatus::Paid));
    }

    #[test]
    fn a_report_without_a_time_stamp_can_only_raise_the_status() {
        let reports = [
            report(SaleStatus::Paid, Some(5)),
            report(SaleStatus::Refunded, None),
            report(SaleStatus::Pending, None),
            report(SaleStatus::Paid, Some(9)),
        ];
        assert_eq!(same_in_any_order(&reports).entry, KindAndStatus::Sale(SaleStatus::Refunded));
    }

    #[test]
    fn an_unknown_status_changes_nothing() {
        let reports = [report(SaleStatus::Paid, Some(5)), report(SaleStatus::Unknown, Some(9))];
        assert_eq!(same_in_any_order(&reports).entry, KindAndStatus::Sale(SaleStatus::Paid));
    }

    #[test]
    fn each_field_is_from_the_newest_report_that_has_it() {
        let reports = [
            named("Old", SaleStatus::Pending, Some(0)),
            named("New", SaleStatus::Paid, Some(5)),
            named("", SaleStatus::Paid, Some(9)),
            named("Nameless", SaleStatus::Unknown, None),
        ];
        assert_eq!(same_in_any_order(&reports).customer.name, "New");
    }

    #[test]
    fn the_newest_notification_that_says_paid_dates_the_debit() {
        let notified = |status, minute, method| {
            let PaymentReport { mut transaction, as_of, .. } = report(status, Some(minute));
            transaction.method = method;
            PaymentReport::notified(transaction, as_of, as_of)
        };
        let reports = [
            notified(SaleStatus::Pending, 0, Method::Sepa),
            notified(SaleStatus::Paid, 5, Method::Unknown),
            notified(SaleStatus::Paid, 9, Method::Sepa),
            notified(SaleStatus::Refunded, 20, Method::Sepa),
            report(SaleStatus::Paid, Some(30)),
        ];
        same_in_any_order(&reports);
        assert_eq!(after(&reports).1.confirmed_at, Some(instant(9)));
        assert_eq!(notified(SaleStatus::Paid, 5, Method::Card).confirmed_at, None);
    }

    #[test]
    fn of_equally_new_reports_neither_wins_by_coming_first() {
        let mut earlier = named("Ann", SaleStatus::Paid, Some(5));
        let later = named("Anna", SaleStatus::Paid, Some(5));
        earlier.transaction.paid_at = instant(-60);
        earlier.transaction.method = Method::Sepa;
        let merged = same_in_any_order(&[earlier, later, named("", SaleStatus::Pending, Some(0))]);
        assert_eq!((merged.customer.name.as_str(), merged.paid_at), ("Ann", instant(-60)));
        assert_eq!(merged.method, Method::Sepa);
    }

    #[test]
    fn a_report_without_a_time_stamp_fills_empty_fields_and_replaces_none() {
        let reports = [named("", SaleStatus::Paid, None), named("First", SaleStatus::Paid, None)];
        assert_eq!(same_in_any_order(&reports).customer.name, "First");
        let known = after(&reports);
        let later = named("Second", SaleStatus::Paid, None);
        assert_eq!(merge(&known.0, &known.1, &later), Ok(Merged::Unchanged));
    }

    #[test]
    fn notifications_of_one_payment_s_products_are_joined() {
        let reports =
            [of_product("bbbb0000", "Add-on", 0), of_product("aaaa0000", "Course", 0), of_product("aaaa0000", "", 3)];
        let merged = same_in_any_order(&reports);
        let names: Vec<_> = merged.products.iter().map(|product| product.name.as_str()).collect();
        assert_eq!(names, ["Course", "Add-on"]);
    }

    #[test]
    fn the_products_of_a_payment_have_the_same_order_in_any_order_of_reports() {
        let mut both = of_product("bbbb0000", "Add-on", 0);
        both.transaction.products.extend(of_product("aaaa0000", "Course", 0).transaction.products);
        same_in_any_order(&[both, of_product("aaaa0000", "Course", 3)]);
        let mut nameless = of_product("aaaa0000", "Yoga", 0);
        nameless.transaction.products[0].id = None;
        let others = [of_product("cccc0000", "Yoga", 1), of_product("bbbb0000", "Zen", 2), nameless];
        assert_eq!(same_in_any_order(&others).products.len(), 2);
    }

    /// With or without an ID, and one of a few names.
    fn some_product(dice: &mut Dice) -> Product {
        let id = dice.one_of(&["aaaa0000", "bbbb0000", ""]);
        let names: &[&str] = if id.is_empty() { &["Yoga", "Zen"] } else { &["", "Yoga", "Yoga Zen", "Zen"] };
        Product { is_addon: dice.one_of(&[false, true]), id: ProductId::new(id).ok(), name: dice.one_of(names).into() }
    }

    /// Four reports of one payment with few different values, so that ties and gaps are common. Reports without a time
    /// stamp have only a status, since the first of them would fill empty fields.
    fn some_reports(seed: u64) -> Vec<PaymentReport> {
        let mut dice = Dice(seed.wrapping_mul(0x9e37_79b9_7f4a_7c15) | 1);
        let mut some_report = || {
            let minute = dice.one_of(&[None, Some(1), Some(2), Some(3)]);
            let mut report = report(dice.one_of(SaleStatus::ALL), minute);
            report.transaction.paid_at = instant(0);
            if minute.is_none() {
                return report;
            }
            let transaction = &mut report.transaction;
            transaction.customer.name = dice.one_of(&["", "Ann", "Bo"]).into();
            transaction.method = dice.one_of(&[Method::Unknown, Method::Sepa, Method::Card]);
            transaction.rate_number = dice.one_of(&[None, Some(1), Some(2)]);
            transaction.ordered_at = dice.one_of(&[None, Some(instant(7)), Some(instant(8))]);
            transaction.paid_at = instant(dice.one_of(&[0, 1]));
            transaction.products = (0..dice.one_of(&[0, 1, 1, 2])).map(|_| some_product(&mut dice)).collect();
            report
        };
        (0..4).map(|_| some_report()).collect()
    }

    #[test]
    fn reports_in_any_order_and_any_repetition_end_in_the_same_state() {
        for seed in 1..=400 {
            same_in_any_order(&some_reports(seed));
        }
    }

    #[test]
    fn a_report_that_differs_in_a_field_that_never_changes_is_a_conflict() {
        let (known, sources) = after(&[report(SaleStatus::Paid, Some(0))]);
        let conflict = |change: fn(&mut Transaction)| {
            let mut later = report(SaleStatus::Paid, Some(5));
            change(&mut later.transaction);
            merge(&known, &sources, &later).unwrap_err().field
        };
        assert_eq!(conflict(|t| t.amount = Money::new(4901, Currency::EUR)), "amount");
        assert_eq!(conflict(|t| t.amount = Money::new(4900, "USD".parse().unwrap())), "currency");
        assert_eq!(conflict(|t| t.order = OrderId::new("order001").unwrap()), "order_id");
        assert_eq!(conflict(|t| t.entry = KindAndStatus::Refund(PlatformStatus::Succeeded)), "kind");
        assert_eq!(conflict(|t| t.is_test = true), "test");
    }
}
