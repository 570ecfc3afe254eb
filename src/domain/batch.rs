//! Many refunds as one: the lines, their outcomes, and the totals that a person or a script confirms.

use crate::domain::digest::hex;
use crate::domain::ids::{BadId, Key, Reference, RefundNumber, TransactionId};
use crate::domain::money::{Money, MoneyError, Totals};
use crate::domain::refund::{Refund, RefundKey};
use crate::domain::request::Request;
use crate::domain::rules::cautions::{Caution, CautionCode};
use crate::domain::rules::plan::{RefundPlan, Refusal};
use crate::domain::sale::record::SaleRecord;
use crate::domain::sale::transaction::{Method, Transaction};
use crate::domain::time::Now;
use chrono::NaiveDate;
use sha2::{Digest, Sha256};
use std::collections::BTreeMap;

/// A line of a batch: a request for one refund.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BatchLine {
    /// Its line in the file, from 1; without a file, its position among the sales on the command line.
    pub line: u64,
    pub sale: TransactionId,
    pub request: Request,
    /// The key that the line gives.
    pub key: Option<Key>,
}

/// A line with its outcome.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BatchItem {
    pub line: u64,
    pub sale: TransactionId,
    pub key: Option<RefundKey>,
    pub outcome: ItemOutcome,
}

/// What becomes of a line.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ItemOutcome {
    /// It may be recorded, and has not been yet.
    Planned(Box<PlannedItem>),
    Recorded {
        number: RefundNumber,
        at: Now,
        planned: Box<PlannedItem>,
    },
    /// Its key already names this refund.
    Replayed {
        refund: Box<Refund>,
        record: Box<SaleRecord>,
    },
    Refused(Refusal),
}

/// A refund that may be recorded, with its payment. The sale record is not kept, since a batch can be long.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PlannedItem {
    pub plan: RefundPlan,
    pub payment: Transaction,
}

impl ItemOutcome {
    /// The stable word.
    pub fn word(&self) -> &'static str {
        match self {
            Self::Planned(_) => "planned",
            Self::Recorded { .. } => "recorded",
            Self::Replayed { .. } => "replayed",
            Self::Refused(_) => "refused",
        }
    }

    /// The amount that counts towards the batch's total.
    pub fn amount(&self) -> Option<Money> {
        match self {
            Self::Planned(planned) | Self::Recorded { planned, .. } => Some(planned.plan.amount),
            Self::Replayed { refund, .. } => Some(refund.amount),
            Self::Refused(_) => None,
        }
    }

    pub fn refusal(&self) -> Option<&Refusal> {
        match self {
            Self::Refused(refusal) => Some(refusal),
            _ => None,
        }
    }

    /// The plan that was or may be recorded.
    pub fn plan(&self) -> Option<&RefundPlan> {
        match self {
            Self::Planned(planned) | Self::Recorded { planned, .. } => Some(&planned.plan),
            Self::Replayed { .. } | Self::Refused(_) => None,
        }
    }
}

/// The number of lines, and of each outcome.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct BatchCounts {
    pub lines: u64,
    /// Planned or recorded.
    pub recorded: u64,
    pub replayed: u64,
    pub refused: u64,
}

/// A batch as planned or recorded.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Batch {
    pub reference: Option<Reference>,
    /// In the order of the lines.
    pub items: Vec<BatchItem>,
    /// Its file was recorded before, and this batch would record more.
    pub same_file: Option<SameFile>,
}

/// The earlier batch that was recorded from the same bytes, and has a refund that has not failed and was not cancelled.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SameFile {
    pub reference: Reference,
    /// The day of its newest refund.
    pub on: NaiveDate,
}

/// The days between which the money of a method's refunds arrives.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct MethodWindow {
    pub refunds: u64,
    pub from: NaiveDate,
    pub by: NaiveDate,
}

impl Batch {
    pub fn counts(&self) -> BatchCounts {
        let mut counts = BatchCounts { lines: self.items.len() as u64, ..BatchCounts::default() };
        for item in &self.items {
            match item.outcome {
                ItemOutcome::Planned(_) | ItemOutcome::Recorded { .. } => counts.recorded += 1,
                ItemOutcome::Replayed { .. } => counts.replayed += 1,
                ItemOutcome::Refused(_) => counts.refused += 1,
            }
        }
        counts
    }

    /// The total per currency, replays included.
    pub fn totals(&self) -> Result<Totals, MoneyError> {
        self.sum(|_| true)
    }

    /// The total per currency without the replays.
    pub fn new_totals(&self) -> Result<Totals, MoneyError> {
        self.sum(|outcome| !matches!(outcome, ItemOutcome::Replayed { .. }))
    }

    fn sum(&self, counts: impl Fn(&ItemOutcome) -> bool) -> Result<Totals, MoneyError> {
        let mut totals = Totals::default();
        let counted = self.items.iter().map(|item| &item.outcome).filter(|outcome| counts(outcome));
        for amount in counted.filter_map(ItemOutcome::amount) {
            totals.add(amount)?;
        }
        Ok(totals)
    }

    /// When the money arrives, by payment method.
    pub fn windows(&self) -> BTreeMap<Method, MethodWindow> {
        let mut windows: BTreeMap<Method, MethodWindow> = BTreeMap::new();
        for window in self.items.iter().filter_map(|item| item.outcome.plan()?.window) {
            let each =
                windows.entry(window.method).or_insert(MethodWindow { refunds: 0, from: window.from, by: window.by });
            each.refunds += 1;
            each.from = each.from.min(window.from);
            each.by = each.by.max(window.by);
        }
        windows
    }

    /// How many refunds have each caution.
    pub fn cautions(&self) -> BTreeMap<CautionCode, u64> {
        let plans = self.items.iter().filter_map(|item| item.outcome.plan());
        let mut counts = BTreeMap::new();
        for Caution { code, .. } in plans.flat_map(|plan| &plan.cautions) {
            *counts.entry(*code).or_insert(0) += 1;
        }
        counts
    }

    /// The refused items.
    pub fn refused(&self) -> impl Iterator<Item = (&BatchItem, &Refusal)> {
        self.items.iter().filter_map(|item| item.outcome.refusal().map(|refusal| (item, refusal)))
    }
}

/// The key of a line that gives none, derived from the batch's reference, the sale, and the line's ordinal among the
/// lines of that sale, from 1. The same file, or a longer copy of it, yields the same keys.
pub fn derived_key(reference: &Reference, sale: &TransactionId, ordinal: u64) -> Result<Key, BadId> {
    let mut hash = Sha256::new();
    for part in [reference.as_str(), sale.as_str(), &ordinal.to_string()] {
        // With its length in front, no part can run into the next one.
        hash.update(format!("{}:{part}", part.len()));
    }
    Key::new(&hex(&hash.finalize()))
}

/// The total that a script expects, per currency. A currency that is not listed must not occur.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ControlTotal(pub Totals);

/// The batch has another total than expected.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("expected a total of {expected}, found {found}")]
pub struct OffTotal {
    pub expected: Money,
    pub found: Money,
}

impl ControlTotal {
    /// Compares with the batch's total, replays included. A ceiling must only not be exceeded.
    pub fn check(&self, found: &Totals, is_ceiling: bool) -> Result<(), OffTotal> {
        let currencies = self.0.iter().chain(found.iter()).map(Money::currency);
        for currency in currencies {
            let of =
                |totals: &Totals| totals.iter().find(|sum| sum.currency() == currency).unwrap_or(Money::zero(currency));
            let (expected, found) = (of(&self.0), of(found));
            let is_off = if is_ceiling { found.minor() > expected.minor() } else { found != expected };
            if is_off {
                return Err(OffTotal { expected, found });
            }
        }
        Ok(())
    }
}

/// `[limits]`: how large a batch may be.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BatchLimits {
    pub lines: u64,
    /// Per currency; a currency that is not listed has no limit.
    pub totals: Totals,
}

/// The default limit of lines.
pub const MOST_LINES: u64 = 100_000;

impl Default for BatchLimits {
    fn default() -> Self {
        Self { lines: MOST_LINES, totals: Totals::default() }
    }
}

/// The batch is larger than the configuration allows.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum OverLimit {
    #[error("the batch has {lines} lines, more than the limit of {most}")]
    Lines { lines: u64, most: u64 },
    #[error("the batch has a total of {total}, more than the limit of {most}")]
    Total { total: Money, most: Money },
}

impl BatchLimits {
    pub fn check_lines(&self, lines: u64) -> Result<(), OverLimit> {
        if lines > self.lines { Err(OverLimit::Lines { lines, most: self.lines }) } else { Ok(()) }
    }

    /// Checks the total without the replays: a replay records nothing.
    pub fn check_totals(&self, totals: &Totals) -> Result<(), OverLimit> {
        for total in totals.iter() {
            let most = self.totals.iter().find(|most| most.currency() == total.currency());
            if let Some(most) = most.filter(|most| total.minor() > most.minor()) {
                return Err(OverLimit::Total { total, most });
            }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::fixtures::{cents, id};

    fn totals(sums: &[Money]) -> Totals {
        let mut totals = Totals::default();
        for sum in sums {
            totals.add(*sum).unwrap();
        }
        totals
    }

    fn reference(text: &str) -> Reference {
        Reference::new(text).unwrap()
    }

    #[test]
    fn a_derived_key_depends_on_reference_sale_and_ordinal() {
        let key = |name: &str, sale: &str, ordinal| derived_key(&reference(name), &id(sale), ordinal).unwrap();
        assert_eq!(key("march", "a", 1), key("march", "a", 1));
        let others = [key("april", "a", 1), key("march", "b", 1), key("march", "a", 2), key("mar", "cha", 1)];
        assert!(others.iter().all(|other| *other != key("march", "a", 1)));
    }

    #[test]
    fn a_control_total_is_exact_and_other_currencies_must_not_occur() {
        let dollars = Money::new(1, "USD".parse().unwrap());
        let expected = ControlTotal(totals(&[cents(4900)]));
        assert_eq!(expected.check(&totals(&[cents(4900)]), false), Ok(()));
        assert!(expected.check(&totals(&[cents(4899)]), false).is_err());
        assert!(expected.check(&totals(&[cents(4900), dollars]), false).is_err());
        assert!(expected.check(&totals(&[]), false).is_err());
        assert_eq!(ControlTotal::default().check(&totals(&[]), false), Ok(()));
    }

    #[test]
    fn a_ceiling_must_only_not_be_exceeded() {
        let expected = ControlTotal(totals(&[cents(4900)]));
        assert_eq!(expected.check(&totals(&[cents(4800)]), true), Ok(()));
        let off = expected.check(&totals(&[cents(4901)]), true).unwrap_err();
        assert_eq!(off.to_string(), "expected a total of 49.00 EUR, found 49.01 EUR");
    }

    #[test]
    fn lines_and_totals_are_limited() {
        let limits = BatchLimits { lines: 2, totals: totals(&[cents(100)]) };
        assert_eq!(limits.check_lines(2), Ok(()));
        assert_eq!(limits.check_lines(3), Err(OverLimit::Lines { lines: 3, most: 2 }));
        assert_eq!(limits.check_totals(&totals(&[cents(100)])), Ok(()));
        assert!(limits.check_totals(&totals(&[cents(101)])).is_err());
    }
}
