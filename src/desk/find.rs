//! Finds payments: the store applies the filter, and the vendor's rules decide about the payments it finds.

use crate::domain::rules::plan::{self, Verdict};
use crate::domain::rules::policy::Policy;
use crate::domain::sale::record::{Flag, SaleRecord};
use crate::domain::time::{Now, days_after, days_before};
use crate::store::{OpenPeriod, Store, StoreError, TransactionFilter};
use std::ops::ControlFlow;

/// A search and what its payments are judged by.
#[derive(Debug, Clone)]
pub struct Search<'a> {
    pub store: &'a Store,
    pub filter: &'a TransactionFilter,
    pub screen: Screen,
    pub policy: &'a Policy,
    pub now: &'a Now,
}

/// What only the rules can decide about a payment that the store found, from its whole record.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Screen {
    /// Verdict `yes` only.
    pub refundable: bool,
    /// Verdict `yes`, and the return period ends within this many days.
    pub period_ends_within: Option<u32>,
    /// One of these flags; empty does not filter.
    pub flags: Vec<Flag>,
}

impl Screen {
    /// It asks for a verdict.
    fn judges(&self) -> bool {
        self.refundable || self.period_ends_within.is_some()
    }
}

impl Search<'_> {
    /// Calls `each` with the first `limit` payments, or with all. Returns whether there are more.
    pub fn run(
        &self,
        limit: Option<u64>,
        each: &mut dyn FnMut(SaleRecord) -> ControlFlow<()>,
    ) -> Result<bool, StoreError> {
        if limit.is_none() {
            self.store.expect_many()?;
        }
        let (mut shown, mut more) = (0, false);
        self.store.search(&self.narrowed(), self.policy.zone, &mut |record| {
            if !self.lets_through(&record) {
                return ControlFlow::Continue(());
            }
            if limit.is_some_and(|limit| shown >= limit) {
                more = true;
                return ControlFlow::Break(());
            }
            shown += 1;
            each(record)
        })?;
        Ok(more)
    }

    /// How many payments there are.
    pub fn count(&self) -> Result<u64, StoreError> {
        if self.screen == Screen::default() {
            return self.store.count(self.filter, self.policy.zone);
        }
        let mut count = 0;
        self.run(None, &mut |_| {
            count += 1;
            ControlFlow::Continue(())
        })?;
        Ok(count)
    }

    /// The filter, with a condition that rules out most payments before their records are read.
    fn narrowed(&self) -> TransactionFilter {
        let Now { today, zone, .. } = *self.now;
        // A period that was counted to an earlier day is still open if the days since are no working days.
        let counted_to = self.policy.calendar.earliest_open_on(today);
        let longest = self.policy.periods.longest();
        let since = longest.map(|days| zone.start_of(days_before(counted_to, days)));
        let open_period = OpenPeriod { counted_to: zone.start_of(counted_to), since };
        let open_period = self.screen.judges().then_some(open_period);
        TransactionFilter { open_period, flags: self.screen.flags.clone(), ..self.filter.clone() }
    }

    fn lets_through(&self, record: &SaleRecord) -> bool {
        let Screen { flags, period_ends_within, .. } = &self.screen;
        if !flags.is_empty() && !record.flags().iter().any(|flag| flags.contains(flag)) {
            return false;
        }
        if !self.screen.judges() {
            return true;
        }
        if plan::verdict(record, self.policy, self.now.today) != Verdict::Yes {
            return false;
        }
        period_ends_within.is_none_or(|days| {
            let last_day = self.policy.period_of(record).last_day();
            last_day.is_some_and(|last_day| last_day <= days_after(self.now.today, days))
        })
    }
}
