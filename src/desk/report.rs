//! The refund report: which sales it covers, and the counts of each group.

use crate::domain::money::MoneyError;
use crate::domain::refund_report::{self, By, Counts, RefundReport};
use crate::domain::time::{Zone, days_after};
use crate::store::{PaidBetween, Store, StoreError};
use chrono::{Datelike, Days, Months, NaiveDate};

/// Days on which payments were made, in the desk's time zone, both ends included.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Range {
    pub since: Option<NaiveDate>,
    pub until: Option<NaiveDate>,
}

/// Why there is no report.
#[derive(Debug, thiserror::Error)]
pub enum ReportError {
    #[error(transparent)]
    Store(#[from] StoreError),
    #[error(transparent)]
    Money(#[from] MoneyError),
}

/// Reports on the sales that were paid in the range.
pub fn report(store: &Store, by: By, range: Range, zone: Zone) -> Result<RefundReport, ReportError> {
    store.expect_many()?;
    let all = match by {
        // Reasons and grounds are compared with all sales. The store does not group by month: this counts all together.
        By::Reason | By::Ground => store.refund_groups(By::Month, range.paid(zone), zone)?,
        _ => Vec::new(),
    };
    let counts = match by {
        By::Month => by_month(store, range, zone)?,
        _ => store.refund_counts(by, range.paid(zone), zone)?,
    };
    Ok(refund_report::assemble(by, counts, all)?)
}

/// Months are in the desk's time zone, which SQLite does not know: each one is read by its first and last instant.
fn by_month(store: &Store, range: Range, zone: Zone) -> Result<Counts, StoreError> {
    let Some((oldest, newest)) = store.first_and_last_payment()? else { return Ok(Counts::default()) };
    let first = zone.day_of(oldest).max(range.since.unwrap_or(NaiveDate::MIN));
    let last = zone.day_of(newest).min(range.until.unwrap_or(NaiveDate::MAX));
    let mut all = Counts::default();
    let mut month = Range { since: Some(first), until: end_of_month(first) };
    while let Some(since) = month.since.filter(|since| *since <= last) {
        let until = month.until.map_or(last, |until| until.min(last));
        let month_of = Range { since: Some(since), until: Some(until) };
        let name = since.format("%Y-%m").to_string();
        add(&mut all, store.refund_counts(By::Month, month_of.paid(zone), zone)?, &name);
        let next = until.checked_add_days(Days::new(1));
        month = Range { since: next, until: next.and_then(end_of_month) };
    }
    Ok(all)
}

fn end_of_month(day: NaiveDate) -> Option<NaiveDate> {
    day.with_day(1)?.checked_add_months(Months::new(1))?.pred_opt()
}

/// Adds the counts of a month under its name.
fn add(all: &mut Counts, month: Counts, name: &str) {
    let Counts { mut sales, mut refunds } = month;
    sales.iter_mut().chain(&mut refunds).for_each(|group| name.clone_into(&mut group.key));
    all.sales.append(&mut sales);
    all.refunds.append(&mut refunds);
}

impl Range {
    fn paid(self, zone: Zone) -> PaidBetween {
        PaidBetween {
            since: self.since.map(|day| zone.start_of(day)),
            before: self.until.map(|day| zone.start_of(days_after(day, 1))),
        }
    }
}

#[cfg(test)]
mod tests;
