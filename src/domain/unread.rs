//! Reports that money of an order went back which cannot be read as a payment. An open one blocks the sales that it may
//! belong to, until the platform's row is read or a person decides.

use crate::domain::ids::{OrderId, RefundNumber, TransactionId};
use crate::domain::money::Money;
use crate::domain::sale::incoming::{Evidence, Reject};
use crate::domain::time::Timestamp;
use chrono::NaiveDate;
use std::fmt;

/// The store's number of an unread report, short enough for the phone: `U-000003`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct UnreadId(pub i64);

impl UnreadId {
    /// Reads `U-000003` or `u-3`; `None` for any other text.
    pub fn parse(text: &str) -> Option<Self> {
        let digits = text.strip_prefix(['U', 'u'])?.strip_prefix('-')?;
        let is_number = !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit());
        is_number.then(|| digits.parse().ok().map(Self)).flatten()
    }
}

impl fmt::Display for UnreadId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&format!("U-{:06}", self.0))
    }
}

/// What settles an unread report.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Settlement {
    /// A person said that it is a platform refund of this sale, of this amount.
    Sale { sale: TransactionId, amount: Money },
    /// A person said that it confirms this refund.
    Refund(RefundNumber),
    /// A person said that it belongs to no sale in the store.
    NoSale,
    /// The platform's row was read later, and counts instead.
    Row,
}

impl Settlement {
    /// The sale, the refund, or the stable word.
    pub fn target(&self) -> String {
        match self {
            Self::Sale { sale, .. } => sale.to_string(),
            Self::Refund(number) => number.to_string(),
            Self::NoSale => "none".to_owned(),
            Self::Row => "row".to_owned(),
        }
    }
}

/// A report that money went back, as far as it can be read. It quotes no cell and names no person.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UnreadReport {
    pub id: UnreadId,
    /// The name of its file, without the folder.
    pub file: String,
    /// From 1; 0 for the whole file.
    pub line: u64,
    pub code: String,
    pub message: String,
    pub order: Option<OrderId>,
    pub transaction: Option<TransactionId>,
    pub amount: Option<Money>,
    pub on: Option<NaiveDate>,
    /// When it was first imported.
    pub found_at: Timestamp,
    /// `None` while it is open.
    pub settlement: Option<Settlement>,
}

impl UnreadReport {
    pub fn is_open(&self) -> bool {
        self.settlement.is_none()
    }

    /// The row was read, but contradicts what the store has: reading it again would not settle it.
    pub fn is_contradiction(&self) -> bool {
        is_contradiction(&self.code)
    }

    /// `49.00 EUR on 2026-03-04, order SeQr8812 (export.csv:7)`, as far as it is known.
    pub fn summary(&self) -> String {
        let amount = self.amount.map_or_else(|| "an unknown amount".to_owned(), |amount| amount.to_string());
        let on = self.on.map(|on| format!(" on {on}")).unwrap_or_default();
        let order = self.order.as_ref().map(|order| format!(", order {order}")).unwrap_or_default();
        format!("{amount}{on}{order} ({}:{})", self.file, self.line)
    }
}

/// A report that is new to the store, or known by its identity.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewUnread {
    pub identity: String,
    pub file: String,
    pub line: u64,
    pub code: &'static str,
    pub message: String,
    pub evidence: Evidence,
}

impl NewUnread {
    /// The report of a rejected row. `ordinal` is the row's number, from 0, among the rows of its file that are
    /// [`alike`].
    pub fn of(reject: &Reject, evidence: &Evidence, ordinal: u64) -> Self {
        Self {
            identity: identity(evidence, ordinal),
            file: base_name(&reject.file).to_owned(),
            line: reject.line,
            code: reject.code,
            message: message(reject),
            evidence: evidence.clone(),
        }
    }

    /// The row was read, but contradicts what the store has. A row of the same ID is then no answer to it.
    pub fn is_contradiction(&self) -> bool {
        is_contradiction(self.code)
    }
}

fn is_contradiction(code: &str) -> bool {
    matches!(code, "conflicts" | "ambiguous_sale")
}

/// A rejected row, and the unread report that was made of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Rejected {
    pub reject: Reject,
    pub unread: Option<UnreadId>,
}

/// Says the same of two rows if they are the same report, apart from their number among like rows of a file.
pub fn alike(evidence: &Evidence) -> String {
    let Evidence { source, word, order, transaction, amount, on, refund_of: _ } = evidence;
    let order = order.as_ref().map(OrderId::as_str).unwrap_or_default();
    if let Some(transaction) = transaction {
        return format!("{source}\nid\n{transaction}\n{order}");
    }
    let (minor, currency) =
        amount.map_or_else(Default::default, |amount| (amount.minor().to_string(), amount.currency().code()));
    let on = on.map(|on| on.to_string()).unwrap_or_default();
    format!("{source}\nrow\n{order}\n{word}\n{minor}\n{currency}\n{on}")
}

/// What the same report has in common every time it is imported: the source, the transaction ID and the order, which
/// says what it blocks and may have been unreadable at first. Without an ID it is the order, word, amount, currency,
/// day and ordinal. Never the bytes of the row, which differ between exports.
fn identity(evidence: &Evidence, ordinal: u64) -> String {
    match evidence.transaction {
        Some(_) => alike(evidence),
        None => format!("{}\n{ordinal}", alike(evidence)),
    }
}

/// Names the column at fault, and quotes no cell.
fn message(reject: &Reject) -> String {
    match (&reject.column, reject.code) {
        (Some(column), "conflicts") => format!("`{column}` differs from what the store has"),
        (_, "ambiguous_sale") => "the row may be one of several payments".to_owned(),
        (Some(column), _) => format!("`{column}` cannot be read"),
        (None, _) => "the row cannot be read".to_owned(),
    }
}

fn base_name(file: &str) -> &str {
    file.rsplit(['/', '\\']).next().unwrap_or(file)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::fixtures::{cents, day, id, order};

    fn evidence() -> Evidence {
        Evidence {
            source: "table",
            word: "refund".into(),
            order: Some(order()),
            transaction: None,
            amount: Some(cents(1000)),
            on: Some(day("2026-03-04")),
            refund_of: None,
        }
    }

    fn reject(column: Option<&str>) -> Reject {
        Reject {
            file: "exports/march/sales.csv".into(),
            line: 7,
            column: column.map(str::to_owned),
            code: "bad_amount",
            message: "`Anna` is not an amount".into(),
            evidence: None,
            notes: Vec::new(),
        }
    }

    #[test]
    fn an_unread_report_has_a_number_like_a_refund() {
        assert_eq!(UnreadId::parse("u-3"), Some(UnreadId(3)));
        assert_eq!(UnreadId(3).to_string(), "U-000003");
        for text in ["U-", "R-3", "U-3x", "3"] {
            assert_eq!(UnreadId::parse(text), None, "{text}");
        }
    }

    #[test]
    fn a_report_with_an_id_is_the_same_whatever_else_changes() {
        let named = Evidence { transaction: Some(id("p1")), ..evidence() };
        let later = Evidence { amount: None, on: None, word: "reversal".into(), ..named.clone() };
        assert_eq!(identity(&named, 0), identity(&later, 5));
        assert_ne!(identity(&named, 0), identity(&Evidence { source: "cope", ..named.clone() }, 0));
        assert_ne!(identity(&named, 0), identity(&Evidence { order: None, ..named.clone() }, 0));
    }

    #[test]
    fn without_an_id_every_fact_and_the_ordinal_count() {
        let first = identity(&evidence(), 0);
        assert_eq!(first, identity(&evidence(), 0));
        let others = [
            Evidence { order: None, ..evidence() },
            Evidence { word: "chargeback".into(), ..evidence() },
            Evidence { amount: Some(cents(1001)), ..evidence() },
            Evidence { on: None, ..evidence() },
        ];
        assert!(others.iter().all(|other| identity(other, 0) != first));
        assert_ne!(identity(&evidence(), 1), first);
    }

    #[test]
    fn neither_the_folder_nor_a_cell_is_kept() {
        let kept = |column| {
            let new = NewUnread::of(&reject(column), &evidence(), 0);
            format!("{}:{}: {}", new.file, new.line, new.message)
        };
        assert_eq!(kept(Some("amount")), "sales.csv:7: `amount` cannot be read");
        assert_eq!(kept(None), "sales.csv:7: the row cannot be read");
    }
}
