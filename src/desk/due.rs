//! The refunds that need a person today.

use crate::desk::Filed;
use crate::domain::due::{self, Due};
use crate::domain::moment::Moment;
use crate::domain::policy::Policy;
use crate::domain::refund::RefundStatus;
use crate::store::{RefundFilter, Store, StoreError};

/// A refund and why it is due.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DueRefund {
    pub filed: Filed,
    pub due: Due,
}

/// Every refund that is due, the most urgent first, then the one that waits longest.
pub fn due(store: &Store, policy: &Policy, moment: &Moment) -> Result<Vec<DueRefund>, StoreError> {
    let held = [RefundStatus::Marked, RefundStatus::Submitted, RefundStatus::Succeeded];
    let filter = RefundFilter { statuses: held.to_vec(), ..RefundFilter::default() };
    let mut all = Vec::new();
    for refund in store.refunds(&filter, policy.zone)? {
        let Some(dossier) = store.dossier(&refund.sale, policy.zone)? else { continue };
        if let Some(due) = due::due(&refund, &dossier, policy, moment) {
            all.push(DueRefund { filed: Filed { refund, dossier }, due });
        }
    }
    all.sort_by_key(|each| each.due);
    Ok(all)
}
