//! The message to the customer: which refund it is about, and recording that it was written.
//!
//! The desk sends nothing. It records that the vendor was given the message.

use crate::desk::{Session, StoredRefund, refund};
use crate::domain::ids::{OrderId, Reference, RefundId, TransactionId};
use crate::domain::notice::{Language, Notice};
use crate::domain::refund::Refund;
use crate::domain::sale::transaction::Kind;
use crate::domain::time::Zone;
use crate::domain::unread::UnreadId;
use crate::store::{NewNotice, RefundFilter, Store, StoreError};

/// Why an ID does not identify one refund.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Unclear {
    #[error("there is no refund {0} in the store")]
    UnknownRefund(RefundId),
    #[error("there is no sale or refund {0} in the store")]
    Unknown(TransactionId),
    #[error("there is no batch {0} in the store")]
    UnknownBatch(Reference),
    #[error("{0} is a chargeback: customers are only told of refunds")]
    Chargeback(TransactionId),
    #[error("{0} is a platform refund that is not matched to a sale yet")]
    Unmatched(TransactionId),
    #[error("{0} is a report that could not be read: there is no refund to write a message about")]
    Unread(RefundId),
    #[error("{sale} has no refund that is marked or carried out{}", list_ended(.ended))]
    NoRefund {
        sale: TransactionId,
        /// Refunds that failed, or were cancelled or reversed.
        ended: Vec<Refund>,
    },
    #[error("{sale} has {} refunds", .refunds.len())]
    Several { sale: TransactionId, refunds: Vec<Refund> },
}

fn list_ended(refunds: &[Refund]) -> String {
    let each = refunds.iter().map(|refund| format!("; {} is {}", refund.id, refund.status()));
    each.collect()
}

impl Unclear {
    /// The stable code.
    pub fn code(&self) -> &'static str {
        match self {
            Self::UnknownRefund(_) => "unknown_refund",
            Self::Unknown(_) => "unknown_sale",
            Self::UnknownBatch(_) => "unknown_batch",
            Self::Chargeback(_) => "not_a_sale",
            Self::Unmatched(_) => "unmatched_refund",
            Self::Unread(_) => "unread_report",
            Self::NoRefund { .. } => "no_refund",
            Self::Several { .. } => "several_refunds",
        }
    }

    /// No refund, or more than one, has this ID.
    pub fn is_not_found(&self) -> bool {
        matches!(self, Self::UnknownRefund(_) | Self::Unknown(_) | Self::UnknownBatch(_) | Self::Several { .. })
    }
}

/// Why no refund was found, or no notice recorded.
#[derive(Debug, thiserror::Error)]
pub enum NoticeError {
    #[error(transparent)]
    Unclear(#[from] Unclear),
    /// The refund or its sale changed after the message was written.
    #[error("{0} changed while its message was written")]
    Changed(RefundId),
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// Finds a refund by its own ID, by the platform's ID, or by its sale if no other refund of the sale holds money.
pub fn find(store: &Store, id: &RefundId, zone: Zone) -> Result<StoredRefund, NoticeError> {
    if let Some(stored) = refund::find(store, id, zone)? {
        return read(stored);
    }
    let RefundId::Platform(id) = id else { return Err(Unclear::UnknownRefund(id.clone()).into()) };
    let record = store.record(id, zone)?.ok_or_else(|| Unclear::Unknown(id.clone()))?;
    match record.payment.entry.kind() {
        Kind::Chargeback => return Err(Unclear::Chargeback(id.clone()).into()),
        Kind::Refund => return reported_as(store, id, &record.payment.order, zone),
        Kind::Sale => {}
    }
    let (mut active, ended): (Vec<Refund>, Vec<Refund>) = record.refunds.iter().cloned().partition(Refund::holds_money);
    match (active.pop(), active.is_empty()) {
        (None, _) => Err(Unclear::NoRefund { sale: id.clone(), ended }.into()),
        (Some(refund), true) => read(StoredRefund { refund, record }),
        (Some(last), false) => {
            active.push(last);
            Err(Unclear::Several { sale: id.clone(), refunds: active }.into())
        }
    }
}

/// A platform refund that is known only from an unread report has no row to tell the customer of.
fn read(stored: StoredRefund) -> Result<StoredRefund, NoticeError> {
    match &stored.refund.id {
        RefundId::Platform(id) if UnreadId::parse(id.as_str()).is_some() => {
            Err(Unclear::Unread(stored.refund.id.clone()).into())
        }
        _ => Ok(stored),
    }
}

/// The desk's refund that the platform reported under this ID.
fn reported_as(store: &Store, id: &TransactionId, order: &OrderId, zone: Zone) -> Result<StoredRefund, NoticeError> {
    for record in store.order(order, zone)? {
        let reported = record.refunds.iter().find(|refund| refund.reported_as.as_ref() == Some(id));
        if let Some(refund) = reported.cloned() {
            return Ok(StoredRefund { refund, record });
        }
    }
    Err(Unclear::Unmatched(id.clone()).into())
}

/// Every refund of a batch, in the order in which they were marked.
pub fn of_batch(store: &Store, reference: &Reference, zone: Zone) -> Result<Vec<StoredRefund>, NoticeError> {
    let filter = RefundFilter { reference: Some(reference.clone()), ..RefundFilter::default() };
    let mut all = Vec::new();
    for refund in store.refunds(&filter, zone)? {
        if let Some(record) = store.record(&refund.sale, zone)? {
            all.push(StoredRefund { refund, record });
        }
    }
    if all.is_empty() { Err(Unclear::UnknownBatch(reference.clone()).into()) } else { Ok(all) }
}

/// A message that was written.
#[derive(Debug, Clone, Copy)]
pub struct WrittenNotice<'a> {
    pub notice: &'a Notice,
    pub language: Language,
    /// Hex SHA-256 of its text.
    pub digest: &'a str,
}

/// Records that the customers were told, all or none. What the messages say must still be true.
pub fn record(session: &Session<'_>, written: &[WrittenNotice<'_>]) -> Result<(), NoticeError> {
    let now = session.now();
    let mut writer = session.store.write(session.signature(now))?;
    for WrittenNotice { notice, language, digest } in written {
        let refund = &notice.refund;
        let found = refund::find(session.store, &refund.id, session.policy.zone)?;
        let current = found.and_then(|found| Notice::of(&found.refund, &found.record, session.policy, now.today).ok());
        if current.as_ref() != Some(*notice) {
            return Err(NoticeError::Changed(refund.id.clone()));
        }
        writer.record_notice(&NewNotice { refund, language: *language, digest })?;
    }
    session.guard.close();
    writer.commit()?;
    Ok(())
}
