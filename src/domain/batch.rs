//! Many refunds as one: its lines, what becomes of each, and the figures that a person or a script confirms.

use crate::domain::audit_log::hex;
use crate::domain::ids::{BadId, Key, Reference, RefundNumber, TransactionId};
use crate::domain::money::{Money, MoneyError, Totals};
use crate::domain::refund::{Refund, RefundKey};
use crate::domain::rules::plan::{Caution, CautionCode, RefundPlan, Refusal, Request};
use crate::domain::sale::record::SaleRecord;
use crate::domain::sale::transaction::{Method, Transaction};
use crate::domain::time::Now;
use chrono::NaiveDate;
use sha2::{Digest, Sha256};
use std::collections::BTreeMap;

/// A line of a batch: a refund that is asked for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BatchLine {
    /// Where it stands in the file, from 1; without a file, its place among the sales that were named.
    pub line: u64,
    pub sale: TransactionId,
    pub request: Request,
    /// The line's own key.
    pub key: Option<Key>,
}

/// What becomes of a line.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Item {
    pub line: u64,
    pub sale: TransactionId,
    pub key: Option<RefundKey>,
    pub outcome: ItemOutcome,
}

/// See [`Item`].
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ItemOutcome {
    /// It may be recorded, and is not yet.
    Planned(Box<PlannedItem>),
    Recorded {
        number: RefundNumber,
        at: Now,
        planned: Box<PlannedItem>,
    },
    /// Its key stands for this refund already.
    Replayed {
        refund: Box<Refund>,
        record: Box<SaleRecord>,
    },
    Refused(Refusal),
}

/// A refund that may be recorded, with what the answer tells of its sale: the sale's record is not kept, since a batch
/// can be long.
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

    /// The sum that counts towards the batch's total.
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

    /// What is recorded, or may be.
    pub fn plan(&self) -> Option<&RefundPlan> {
        match self {
            Self::Planned(planned) | Self::Recorded { planned, .. } => Some(&planned.plan),
            Self::Replayed { .. } | Self::Refused(_) => None,
        }
    }
}

/// How many lines of each kind.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct BatchCounts {
    pub lines: u64,
    /// Recorded, or to be recorded.
    pub recorded: u64,
    pub replayed: u64,
    pub refused: u64,
}

/// A batch as it is planned, or was recorded.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Batch {
    pub reference: Option<Reference>,
    /// In the order of the lines.
    pub items: Vec<Item>,
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

    /// What is recorded plus what is replayed, per currency.
    pub fn totals(&self) -> Result<Totals, MoneyError> {
        self.sum(|_| true)
    }

    /// What moves now: without the replays.
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

    /// When the money arrives, by method.
    pub fn windows(&self) -> BTreeMap<Method, MethodWindow> {
        let mut windows: BTreeMap<Method, MethodWindow> = BTreeMap::new();
        for plan in self.items.iter().filter_map(|item| item.outcome.plan()) {
            let window = plan.window;
            let each =
                windows.entry(window.method).or_insert(MethodWindow { refunds: 0, from: window.from, by: window.by });
            each.refunds += 1;
            each.from = each.from.min(window.from);
            each.by = each.by.max(window.by);
        }
        windows
    }

    /// How often each caution stands.
    pub fn cautions(&self) -> BTreeMap<CautionCode, u64> {
        let plans = self.items.iter().filter_map(|item| item.outcome.plan());
        let mut counts = BTreeMap::new();
        for Caution { code, .. } in plans.flat_map(|plan| &plan.cautions) {
            *counts.entry(*code).or_insert(0) += 1;
        }
        counts
    }

    /// The refused items.
    pub fn refused(&self) -> impl Iterator<Item = (&Item, &Refusal)> {
        self.items.iter().filter_map(|item| item.outcome.refusal().map(|refusal| (item, refusal)))
    }
}

/// The key of a line that has none of its own: of the batch's reference, the sale, and the line's ordinal among the
/// lines of that sale, from 1. The same file, or a longer copy of it, gives the same keys.
pub fn derived_key(reference: &Reference, sale: &TransactionId, ordinal: u64) -> Result<Key, BadId> {
    let mut hash = Sha256::new();
    for part in [reference.as_str(), sale.as_str(), &ordinal.to_string()] {
        // The length in front keeps two parts from passing for two others.
        hash.update(format!("{}:{part}", part.len()));
    }
    Key::new(&hex(&hash.finalize()))
}

/// What a script says that a batch comes to; a currency that is not named expects nothing.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ControlTotal(pub Totals);

/// The batch comes to something else.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the batch comes to {found}, and {expected} was expected")]
pub struct OffTotal {
    pub expected: Money,
    pub found: Money,
}

impl ControlTotal {
    /// Compares with what is recorded plus what is replayed. As a ceiling it only must not be exceeded.
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

/// The most that a batch may be, as configured.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BatchLimits {
    pub lines: u64,
    /// Per currency; a currency that is not named has no limit.
    pub totals: Totals,
}

/// So many lines where the configuration says nothing.
pub const MOST_LINES: u64 = 100_000;

impl Default for BatchLimits {
    fn default() -> Self {
        Self { lines: MOST_LINES, totals: Totals::default() }
    }
}

/// The batch is larger than the configuration allows.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum OverLimit {
    #[error("the batch has {lines} lines, and at most {most} are allowed")]
    Lines { lines: u64, most: u64 },
    #[error("the batch comes to {total}, and at most {most} is allowed")]
    Total { total: Money, most: Money },
}

impl BatchLimits {
    pub fn check_lines(&self, lines: u64) -> Result<(), OverLimit> {
        if lines > self.lines { Err(OverLimit::Lines { lines, most: self.lines }) } else { Ok(()) }
    }

    /// What is newly recorded counts; a replay moves nothing.
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
    fn a_derived_key_is_of_its_reference_sale_and_ordinal() {
        let key = |name: &str, sale: &str, ordinal| derived_key(&reference(name), &id(sale), ordinal).unwrap();
        assert_eq!(key("march", "a", 1), key("march", "a", 1));
        let others = [key("april", "a", 1), key("march", "b", 1), key("march", "a", 2), key("mar", "cha", 1)];
        assert!(others.iter().all(|other| *other != key("march", "a", 1)));
    }

    #[test]
    fn a_control_total_is_exact_and_a_currency_that_is_not_named_expects_nothing() {
        let dollars = Money::new(1, "USD".parse().unwrap());
        let expected = ControlTotal(totals(&[cents(4900)]));
        assert_eq!(expected.check(&totals(&[cents(4900)]), false), Ok(()));
        assert!(expected.check(&totals(&[cents(4899)]), false).is_err());
        assert!(expected.check(&totals(&[cents(4900), dollars]), false).is_err());
        assert!(expected.check(&totals(&[]), false).is_err());
        assert_eq!(ControlTotal::default().check(&totals(&[]), false), Ok(()));
    }

    #[test]
    fn as_a_ceiling_a_control_total_only_must_not_be_exceeded() {
        let expected = ControlTotal(totals(&[cents(4900)]));
        assert_eq!(expected.check(&totals(&[cents(4800)]), true), Ok(()));
        let off = expected.check(&totals(&[cents(4901)]), true).unwrap_err();
        assert_eq!(off.to_string(), "the batch comes to 49.01 EUR, and 49.00 EUR was expected");
    }

    #[test]
    fn limits_are_of_lines_and_of_totals() {
        let limits = BatchLimits { lines: 2, totals: totals(&[cents(100)]) };
        assert_eq!(limits.check_lines(2), Ok(()));
        assert_eq!(limits.check_lines(3), Err(OverLimit::Lines { lines: 3, most: 2 }));
        assert_eq!(limits.check_totals(&totals(&[cents(100)])), Ok(()));
        assert!(limits.check_totals(&totals(&[cents(101)])).is_err());
    }
}
