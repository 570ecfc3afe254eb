//! The refund report: how much of what was paid went back, by group and currency.
//!
//! It counts live, paid sales by payment date, with everything that happened to them since. Amounts of different
//! currencies are never added, and everything is computed in whole numbers: a rate is rounded half up to a hundredth of
//! a per cent.

use crate::domain::money::{Currency, Money, MoneyError};
use crate::domain::string_enum::string_enum;
use std::collections::BTreeMap;
use std::fmt;

string_enum! {
    /// What the sales are grouped by.
    By, "grouping" {
        /// The main product of the payment.
        Product = "product",
        /// Why it was refunded. Sales have no reason, so each group is measured against all sales.
        Reason = "reason",
        /// By which right the customer got the money back. Like reasons, grounds are measured against all sales.
        Ground = "ground",
        Method = "method",
        Plan = "plan",
        /// The month of the payment in the desk's time zone.
        Month = "month",
        /// As the export spells it.
        Country = "country",
    }
}

impl By {
    /// Groups refunds and not their sales.
    pub fn is_of_refunds(self) -> bool {
        matches!(self, Self::Reason | Self::Ground)
    }
}

/// What the store counts. Several entries may belong to one group, each with some of its amounts.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Counts {
    /// Sales, their chargebacks, and the refunds that are known only from the status of a sale.
    pub sales: Vec<Group>,
    /// The refunds in the store, and how long they took.
    pub refunds: Vec<Group>,
}

/// The counts and amounts of one group in one currency.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct GroupAmounts {
    pub sales: u64,
    pub paid: Money,
    /// Succeeded refunds, the platform's own included.
    pub refunds: u64,
    /// Sales with at least one of them.
    pub refunded_sales: u64,
    pub refunded: Money,
    /// Marked or submitted refunds: not paid yet.
    pub open: u64,
    pub open_sum: Money,
    /// Sales with a chargeback in force.
    pub charged_back_sales: u64,
    pub charged_back: Money,
    /// The days that the desk's refunds took from marked to succeeded; ascending in a report.
    pub waits: Vec<u32>,
}

/// A group in one currency.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Group {
    /// Empty if it is unknown.
    pub key: String,
    /// If it differs from the key.
    pub name: String,
    pub amounts: GroupAmounts,
}

/// The groups, those with the most refunded sales first (months in their order), and the totals of each currency.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RefundReport {
    pub by: By,
    pub groups: Vec<Group>,
    pub totals: Vec<GroupAmounts>,
}

/// A share in hundredths of a per cent, rounded half up.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Rate(pub u64);

/// A median in half days: of an even number of values it is the mean of the middle two.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Median(u32);

impl GroupAmounts {
    pub fn none(currency: Currency) -> Self {
        let nothing = Money::zero(currency);
        Self {
            sales: 0,
            paid: nothing,
            refunds: 0,
            refunded_sales: 0,
            refunded: nothing,
            open: 0,
            open_sum: nothing,
            charged_back_sales: 0,
            charged_back: nothing,
            waits: Vec::new(),
        }
    }

    pub fn currency(&self) -> Currency {
        self.paid.currency()
    }

    /// The share of sales that were refunded; `None` if nothing was sold.
    pub fn rate_by_count(&self) -> Option<Rate> {
        Rate::of(self.refunded_sales.into(), self.sales.into())
    }

    /// The share of the paid amount that was refunded.
    pub fn rate_by_value(&self) -> Option<Rate> {
        Rate::of(self.refunded.minor().into(), self.paid.minor().into())
    }

    /// `None` if no refund of the desk has succeeded.
    pub fn median_days(&self) -> Option<Median> {
        let upper = *self.waits.get(self.waits.len() / 2)?;
        let lower = *self.waits.get((self.waits.len() - 1) / 2)?;
        Some(Median(lower.saturating_add(upper)))
    }

    fn is_of_interest(&self) -> bool {
        self.sales > 0 || self.refunds > 0 || self.open > 0
    }

    fn add(&mut self, other: &Self) -> Result<(), MoneyError> {
        self.sales += other.sales;
        self.paid = self.paid.plus(other.paid)?;
        self.refunds += other.refunds;
        self.refunded_sales += other.refunded_sales;
        self.refunded = self.refunded.plus(other.refunded)?;
        self.open += other.open;
        self.open_sum = self.open_sum.plus(other.open_sum)?;
        self.charged_back_sales += other.charged_back_sales;
        self.charged_back = self.charged_back.plus(other.charged_back)?;
        self.waits.extend(&other.waits);
        Ok(())
    }
}

/// Builds the report from the store's counts.
///
/// By reason or ground, `counts.sales` is not grouped, and `all` holds the ungrouped refunds: a sale that was refunded
/// for two reasons is one sale in the total. Otherwise `all` is empty, and the totals are the sums of the groups.
pub fn assemble(by: By, counts: Counts, all: Vec<Group>) -> Result<RefundReport, MoneyError> {
    let refunds = if by.is_of_refunds() { &all } else { &counts.refunds };
    let totals = total(counts.sales.iter().chain(refunds))?;
    let mut groups = if by.is_of_refunds() { by_reason(&counts, &totals)? } else { named(&counts)? };
    groups.retain(|group| group.amounts.is_of_interest());
    groups.iter_mut().for_each(|group| group.amounts.waits.sort_unstable());
    match by {
        By::Month => groups.sort_by(|a, b| (&a.key, a.amounts.currency()).cmp(&(&b.key, b.amounts.currency()))),
        _ => groups.sort_by_cached_key(rank),
    }
    let mut totals: Vec<GroupAmounts> = totals.into_values().collect();
    totals.iter_mut().for_each(|amounts| amounts.waits.sort_unstable());
    totals.retain(GroupAmounts::is_of_interest);
    Ok(RefundReport { by, groups, totals })
}

/// Most refunded sales first, then fewest sales, so that the higher rate comes first.
fn rank(group: &Group) -> impl Ord + use<> {
    let amounts = &group.amounts;
    let most_refunded = std::cmp::Reverse(amounts.refunded_sales);
    (most_refunded, std::cmp::Reverse(amounts.open), amounts.sales, group.key.clone(), amounts.currency())
}

fn total<'a>(entries: impl Iterator<Item = &'a Group>) -> Result<BTreeMap<Currency, GroupAmounts>, MoneyError> {
    let mut totals = BTreeMap::new();
    for Group { amounts, .. } in entries {
        let currency = amounts.currency();
        totals.entry(currency).or_insert_with(|| GroupAmounts::none(currency)).add(amounts)?;
    }
    Ok(totals)
}

fn grouped<'a>(entries: impl Iterator<Item = &'a Group>) -> Result<Vec<Group>, MoneyError> {
    let mut groups = BTreeMap::new();
    for Group { key, amounts, .. } in entries {
        let currency = amounts.currency();
        let empty = || Group { key: key.clone(), name: String::new(), amounts: GroupAmounts::none(currency) };
        groups.entry((key, currency)).or_insert_with(empty).amounts.add(amounts)?;
    }
    Ok(groups.into_values().collect())
}

/// The groups with their names, which are the same in every currency.
fn named(counts: &Counts) -> Result<Vec<Group>, MoneyError> {
    let with_name = counts.sales.iter().filter(|group| !group.name.is_empty());
    let names: BTreeMap<&String, &String> = with_name.map(|group| (&group.key, &group.name)).collect();
    let mut groups = grouped(counts.sales.iter().chain(&counts.refunds))?;
    for group in &mut groups {
        group.name = names.get(&group.key).copied().cloned().unwrap_or_default();
    }
    Ok(groups)
}

/// Each reason or ground beside all sales of the currency. Chargebacks have none; neither has a refund that is known
/// only from its sale's status, which counts with the platform's own refunds.
fn by_reason(counts: &Counts, totals: &BTreeMap<Currency, GroupAmounts>) -> Result<Vec<Group>, MoneyError> {
    let of_status = counts.sales.iter().filter(|group| group.amounts.refunded_sales > 0).map(|group| {
        let GroupAmounts { refunds, refunded_sales, refunded, .. } = group.amounts;
        let none = GroupAmounts::none(refunded.currency());
        let amounts = GroupAmounts { refunds, refunded_sales, refunded, ..none };
        Group { key: String::new(), name: String::new(), amounts }
    });
    let of_status: Vec<Group> = of_status.collect();
    let mut groups = grouped(of_status.iter().chain(&counts.refunds))?;
    for Group { amounts, .. } in &mut groups {
        let Some(all) = totals.get(&amounts.currency()) else { continue };
        (amounts.sales, amounts.paid) = (all.sales, all.paid);
    }
    Ok(groups)
}

impl Rate {
    /// `None` if the whole is zero.
    fn of(part: i128, whole: i128) -> Option<Self> {
        const WHOLE: i128 = 10_000;
        let twice = part.checked_mul(2 * WHOLE)?.checked_add(whole)?;
        u64::try_from(twice.checked_div(whole.checked_mul(2)?)?).ok().map(Self)
    }

    /// In per cent with two decimals, `4.17`.
    pub fn percent(self) -> String {
        format!("{}.{:02}", self.0 / 100, self.0 % 100)
    }
}

impl fmt::Display for Median {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let half = if self.0.is_multiple_of(2) { "" } else { ".5" };
        f.pad(&format!("{}{half}", self.0 / 2))
    }
}

#[cfg(test)]
mod tests;
