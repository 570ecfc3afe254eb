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
        Method = "method",
        Plan = "plan",
        /// The month of the payment in the desk's time zone.
        Month = "month",
        /// As the export spells it.
        Country = "country",
    }
}

/// A group in one currency. The group is empty if it is unknown.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct GroupKey {
    pub group: String,
    pub currency: Currency,
}

/// Sales of one group.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sold {
    pub key: GroupKey,
    /// The group's name, if it differs from the key.
    pub name: String,
    pub sales: u64,
    pub paid: i64,
    /// Those whose refund is known only from their status: no succeeded refund of theirs is in the store.
    pub arrived_refunded: u64,
    pub arrived_refunded_minor: i64,
    /// Those whose chargeback is known only from their status.
    pub arrived_charged_back: u64,
    pub arrived_charged_back_minor: i64,
}

/// The refunds of the sales of one group.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Refunded {
    pub key: GroupKey,
    pub refunds: u64,
    pub sales: u64,
    pub minor: i64,
    /// Marked or submitted.
    pub open: u64,
    pub open_minor: i64,
}

/// The chargebacks in force against the sales of one group.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ChargedBack {
    pub key: GroupKey,
    pub sales: u64,
    pub minor: i64,
}

/// The days that one refund took from marked to succeeded.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Wait {
    pub key: GroupKey,
    pub days: u32,
}

/// What the store counts.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Counts {
    pub sold: Vec<Sold>,
    pub refunded: Vec<Refunded>,
    pub charged_back: Vec<ChargedBack>,
    pub waits: Vec<Wait>,
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
    /// The days that the desk's refunds took from marked to succeeded, ascending.
    waits: Vec<u32>,
}

/// A group with its counts and amounts.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Group {
    pub key: String,
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
    fn none(currency: Currency) -> Self {
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

    fn add_sold(&mut self, sold: &Sold) -> Result<(), MoneyError> {
        let of = |minor| Money::new(minor, sold.key.currency);
        self.sales += sold.sales;
        self.paid = self.paid.plus(of(sold.paid))?;
        self.refunds += sold.arrived_refunded;
        self.refunded_sales += sold.arrived_refunded;
        self.refunded = self.refunded.plus(of(sold.arrived_refunded_minor))?;
        self.charged_back_sales += sold.arrived_charged_back;
        self.charged_back = self.charged_back.plus(of(sold.arrived_charged_back_minor))?;
        Ok(())
    }

    fn add_refunded(&mut self, refunded: &Refunded) -> Result<(), MoneyError> {
        let of = |minor| Money::new(minor, refunded.key.currency);
        self.refunds += refunded.refunds;
        self.refunded_sales += refunded.sales;
        self.refunded = self.refunded.plus(of(refunded.minor))?;
        self.open += refunded.open;
        self.open_sum = self.open_sum.plus(of(refunded.open_minor))?;
        Ok(())
    }

    fn add_charged_back(&mut self, back: &ChargedBack) -> Result<(), MoneyError> {
        self.charged_back_sales += back.sales;
        self.charged_back = self.charged_back.plus(Money::new(back.minor, back.key.currency))?;
        Ok(())
    }
}

/// Builds the report from the store's counts.
///
/// By reason, `counts.sold` and `counts.charged_back` are not grouped, and `all` holds the ungrouped refunds: a sale
/// that was refunded for two reasons is one sale in the total. Otherwise `all` is empty, and the totals are the sums of
/// the groups.
pub fn assemble(by: By, counts: Counts, all: Vec<Refunded>) -> Result<RefundReport, MoneyError> {
    let mut totals = BTreeMap::new();
    let is_by_reason = by == By::Reason;
    total(&mut totals, &counts, if is_by_reason { &all } else { &counts.refunded })?;
    let mut groups = if is_by_reason { by_reason(&counts, &totals)? } else { grouped(&counts)? };
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

fn total(
    totals: &mut BTreeMap<Currency, GroupAmounts>,
    counts: &Counts,
    refunded: &[Refunded],
) -> Result<(), MoneyError> {
    fn of(totals: &mut BTreeMap<Currency, GroupAmounts>, currency: Currency) -> &mut GroupAmounts {
        totals.entry(currency).or_insert_with(|| GroupAmounts::none(currency))
    }
    for sold in &counts.sold {
        of(totals, sold.key.currency).add_sold(sold)?;
    }
    for refunded in refunded {
        of(totals, refunded.key.currency).add_refunded(refunded)?;
    }
    for back in &counts.charged_back {
        of(totals, back.key.currency).add_charged_back(back)?;
    }
    for wait in &counts.waits {
        of(totals, wait.key.currency).waits.push(wait.days);
    }
    Ok(())
}

fn grouped(counts: &Counts) -> Result<Vec<Group>, MoneyError> {
    let mut groups: BTreeMap<GroupKey, Group> = BTreeMap::new();
    let mut names: BTreeMap<&str, &str> = BTreeMap::new();
    for sold in &counts.sold {
        names.insert(&sold.key.group, &sold.name);
        group_of(&mut groups, &sold.key).amounts.add_sold(sold)?;
    }
    for refunded in &counts.refunded {
        group_of(&mut groups, &refunded.key).amounts.add_refunded(refunded)?;
    }
    for back in &counts.charged_back {
        group_of(&mut groups, &back.key).amounts.add_charged_back(back)?;
    }
    for wait in &counts.waits {
        group_of(&mut groups, &wait.key).amounts.waits.push(wait.days);
    }
    let name = |group: &Group| names.get(group.key.as_str()).map(|name| (*name).to_owned());
    let named = |group: Group| Group { name: name(&group).unwrap_or_default(), ..group };
    Ok(groups.into_values().map(named).collect())
}

/// Each reason beside all sales of the currency. Chargebacks have no reason; neither has a refund that is known only
/// from its sale's status, which counts with the platform's own refunds.
fn by_reason(counts: &Counts, totals: &BTreeMap<Currency, GroupAmounts>) -> Result<Vec<Group>, MoneyError> {
    let mut groups: BTreeMap<GroupKey, Group> = BTreeMap::new();
    for sold in counts.sold.iter().filter(|sold| sold.arrived_refunded > 0) {
        let key = GroupKey { group: String::new(), currency: sold.key.currency };
        let bare = Sold { arrived_charged_back: 0, arrived_charged_back_minor: 0, ..sold.clone() };
        group_of(&mut groups, &key).amounts.add_sold(&bare)?;
    }
    for refunded in &counts.refunded {
        group_of(&mut groups, &refunded.key).amounts.add_refunded(refunded)?;
    }
    for wait in &counts.waits {
        group_of(&mut groups, &wait.key).amounts.waits.push(wait.days);
    }
    for (key, group) in &mut groups {
        let Some(all) = totals.get(&key.currency) else { continue };
        (group.amounts.sales, group.amounts.paid) = (all.sales, all.paid);
    }
    Ok(groups.into_values().collect())
}

fn group_of<'a>(groups: &'a mut BTreeMap<GroupKey, Group>, key: &GroupKey) -> &'a mut Group {
    groups.entry(key.clone()).or_insert_with(|| Group {
        key: key.group.clone(),
        name: String::new(),
        amounts: GroupAmounts::none(key.currency),
    })
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
