//! What needs attention today.

use crate::domain::done::DisputeCase;
use crate::domain::due::{self, DueItem};
use crate::domain::rules::policy::Policy;
use crate::domain::time::{Now, days_before};
use crate::store::{Store, StoreError};

/// Everything that is due, most urgent first, then longest waiting first.
pub fn due(store: &Store, policy: &Policy, now: &Now) -> Result<Vec<DueItem>, StoreError> {
    let failed_since = days_before(now.today, policy.due.failed);
    let sales = store.sales_possibly_due(failed_since, policy.zone)?;
    let mut all: Vec<DueItem> = sales.iter().flat_map(|sale| due::items_of_sale(sale, policy, now)).collect();
    let unmatched = store.unmatched(policy.zone)?;
    all.extend(unmatched.into_iter().map(|(row, candidates)| DueItem::unmatched(row, candidates, policy)));
    let disputes = store.disputes(true, policy.zone)?.into_iter().filter(DisputeCase::is_due);
    all.extend(disputes.map(|case| DueItem::dispute(case, policy)));
    let unread = store.open_unread_reports(policy.zone)?;
    all.extend(unread.into_iter().map(|(report, candidates)| DueItem::unread(report, candidates, policy)));
    all.sort_by_cached_key(DueItem::urgency);
    Ok(all)
}

#[cfg(test)]
mod tests;
