//! What the words, the event and the sign of a row together say about its kind, which is decided here and nowhere else.

use crate::domain::sale::incoming::Taking;
use crate::domain::sale::transaction::{Kind, KindAndStatus, PlatformStatus, SaleStatus};
use crate::import::statement::{Outcome, Statement, Subject};
use std::rc::Rc;

/// Why a row is set aside that is about a fee or the vendor's own money.
pub const ASIDE: &str = "a fee, or a payout, transfer or hold of the vendor's money";

/// What a row says about its kind: the words of its columns, the event's type, and the sign of its amount.
#[derive(Debug, Clone, Default)]
pub struct Claims {
    pub kind: Option<Rc<Statement>>,
    pub status: Option<Rc<Statement>>,
    /// What the event's type says.
    pub event: Option<KindAndStatus>,
    pub is_negative: bool,
    /// The configured status of sales without one.
    pub sales: Option<SaleStatus>,
}

/// What the claims together mean.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Decision {
    Entry(KindAndStatus),
    /// A sale of which a part may have gone back: the words do not say how much.
    OpenSale(SaleStatus),
    /// Not a customer's payment, whatever its sign.
    Aside,
    /// The kind is unknown.
    UnknownKind,
    /// A negative amount that nothing calls a refund: as a sale it could be refunded, which would pay the customer
    /// twice.
    Negative,
}

impl Decision {
    /// The kind and status of a row that is a payment.
    pub fn entry(self) -> Option<KindAndStatus> {
        match self {
            Self::Entry(entry) => Some(entry),
            Self::OpenSale(status) => Some(KindAndStatus::Sale(status)),
            Self::Aside | Self::UnknownKind | Self::Negative => None,
        }
    }
}

impl Claims {
    /// A cell that says nothing counts as empty.
    pub fn statement(text: Option<&str>) -> Option<Rc<Statement>> {
        text.map(Statement::of).filter(|statement| !statement.is_blank())
    }

    /// The kind is decided here and nowhere else.
    pub fn decide(&self) -> Decision {
        match self.kind.as_ref().map(|kind| kind.subject) {
            Some(Subject::Aside) => Decision::Aside,
            Some(Subject::Taking(taking)) => Decision::Entry(self.taken(taking)),
            Some(Subject::Sale) if !self.kind.as_ref().is_some_and(|kind| kind.is_undone()) => self.sale(),
            Some(_) => Decision::UnknownKind,
            None => self.without_kind(),
        }
    }

    fn without_kind(&self) -> Decision {
        let status = self.status.as_deref();
        let of_event = self.event.map(KindAndStatus::kind);
        match (status.map(|status| status.subject), of_event) {
            (Some(Subject::Aside), None) if status.is_some_and(|status| status.outcome == Outcome::Nothing) => {
                Decision::Aside
            }
            _ if let Some(taking) = status.and_then(Statement::implies) => Decision::Entry(self.taken(taking)),
            (_, Some(Kind::Refund)) => Decision::Entry(self.taken(Taking::Refund)),
            (_, Some(Kind::Chargeback)) => Decision::Entry(self.taken(Taking::Chargeback)),
            (Some(Subject::Taking(taking)), _) if self.is_negative => Decision::Entry(self.taken(taking)),
            (_, None) if self.is_negative => Decision::Negative,
            _ => self.sale(),
        }
    }

    /// A sale with a minus is a refund, or the chargeback that its status names.
    fn sale(&self) -> Decision {
        if self.is_negative {
            return match self.status.as_ref().map(|status| status.subject) {
                Some(Subject::Taking(taking)) => Decision::Entry(self.taken(taking)),
                _ => Decision::Entry(KindAndStatus::Refund(PlatformStatus::Unknown)),
            };
        }
        let of_kind = self.kind.as_ref().map_or(SaleStatus::Unknown, |kind| kind.of_sale());
        let status = match (&self.status, self.event) {
            // A payment that failed or is still to come was not paid.
            (Some(status), _) if of_kind.is_unpaid() && status.of_sale() == SaleStatus::Paid => SaleStatus::Unknown,
            (None, _) if of_kind.is_unpaid() => of_kind,
            (Some(status), _) => status.of_sale(),
            (None, Some(KindAndStatus::Sale(status))) => status,
            (None, Some(KindAndStatus::Refund(_))) => SaleStatus::Refunded,
            (None, Some(KindAndStatus::Chargeback(_))) => SaleStatus::ChargedBack,
            (None, None) => self.sales.unwrap_or(SaleStatus::Unknown),
        };
        match &self.status {
            Some(said) if said.leaves_open() => Decision::OpenSale(status),
            _ => Decision::Entry(KindAndStatus::Sale(status)),
        }
    }

    fn taken(&self, taking: Taking) -> KindAndStatus {
        let of_kind = self.kind.as_ref().map(|kind| kind.of_taking(taking));
        let voided = of_kind.filter(|status| matches!(status, PlatformStatus::Failed | PlatformStatus::Reversed));
        let of_event = match (self.event, taking) {
            (Some(KindAndStatus::Refund(status)), Taking::Refund) => Some(status),
            (Some(KindAndStatus::Chargeback(status)), Taking::Chargeback) => Some(status),
            _ => None,
        };
        let status = match (&self.status, voided) {
            // Whether the failure failed is not certain.
            (Some(status), Some(_)) if status.of_taking(taking) == PlatformStatus::Failed => PlatformStatus::Unknown,
            (_, Some(voided)) => voided,
            (Some(status), None) => status.of_taking(taking),
            (None, None) => of_event.unwrap_or(PlatformStatus::Unknown),
        };
        match taking {
            Taking::Refund => KindAndStatus::Refund(status),
            Taking::Chargeback => KindAndStatus::Chargeback(status),
        }
    }

    /// The word by which the row speaks of money that goes back, if it does.
    pub fn spoken(&self) -> Option<String> {
        let is_test = [&self.kind, &self.status].into_iter().flatten().any(|said| said.is_test);
        match self.decide() {
            _ if is_test => None,
            Decision::Aside => None,
            Decision::Entry(entry) => entry.takes_money().then(|| self.word()),
            Decision::OpenSale(_) | Decision::Negative => Some(self.word()),
            Decision::UnknownKind => {
                let is_voided = [&self.kind, &self.status].into_iter().flatten().any(|said| said.is_voided());
                let is_undone = self.kind.as_ref().is_some_and(|kind| kind.is_undone());
                let speaks = is_undone || [&self.kind, &self.status].into_iter().flatten().any(|said| said.speaks());
                (!is_voided && (speaks || self.is_negative || self.event.is_some_and(KindAndStatus::takes_money)))
                    .then(|| self.word())
            }
        }
    }

    fn word(&self) -> String {
        let said = [&self.kind, &self.status].into_iter().flatten().find(|said| said.speaks());
        match (said, &self.kind, self.event) {
            (Some(said), ..) => said.word.clone(),
            (None, _, Some(event)) if event.kind() != Kind::Sale => event.kind().word().to_owned(),
            (None, Some(kind), _) => kind.word.clone(),
            (None, None, _) => "negative amount".to_owned(),
        }
    }

    /// The status is a word that is not understood.
    pub fn has_unknown_status(&self, entry: KindAndStatus) -> bool {
        let is_unknown = match entry {
            KindAndStatus::Sale(status) => status == SaleStatus::Unknown,
            KindAndStatus::Refund(status) | KindAndStatus::Chargeback(status) => status == PlatformStatus::Unknown,
        };
        is_unknown && self.status.as_ref().is_some_and(|status| !status.is_silent)
    }
}

#[cfg(test)]
mod tests;
