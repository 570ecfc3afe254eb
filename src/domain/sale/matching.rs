//! Which sale and which desk refund a platform refund or chargeback belongs to.
//!
//! The platform names only the order. So the match is a pure function of the order's rows, recomputed whenever they
//! change, and the order in which they arrived does not matter. A row with one candidate is matched; a row with several
//! is not, and blocks the sales it may belong to. Nothing is guessed.

use crate::domain::ids::{ProductId, RefundNumber, TransactionId};
use crate::domain::money::Money;
use crate::domain::names;
use crate::domain::sale::transaction::{Kind, Product};
use crate::domain::time::Timestamp;
use chrono::TimeDelta;
use std::collections::{BTreeMap, BTreeSet};

/// What matching compares of a payment.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MatchKey {
    pub id: TransactionId,
    pub kind: Kind,
    /// With every name that was reported.
    pub products: Vec<Product>,
    pub rate_number: Option<u32>,
    pub amount: Money,
    pub at: Timestamp,
    pub is_test: bool,
    /// Whether it is a refund or chargeback that takes money from its sale.
    pub takes_money: bool,
    /// Whether it is a sale for which money was taken at some time, or may have been.
    pub was_paid: bool,
    /// It is a sale with the status refunded: the row may be a refund of another sale of the order.
    pub is_refunded: bool,
    /// Likewise for a sale with the status charged back.
    pub is_charged_back: bool,
    /// The payment that the row says it takes money from.
    pub refund_of: Option<TransactionId>,
}

impl MatchKey {
    /// The row is a sale by its kind, and may be the refund or chargeback of another one.
    fn may_be_taking(&self) -> bool {
        self.is_refunded || self.is_charged_back
    }
}

/// A refund that the desk marked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DeskRefund {
    pub number: RefundNumber,
    pub sale: TransactionId,
    pub amount: Money,
    /// The vendor said that it failed or was cancelled, so a platform row is not its outcome.
    pub is_given_up: bool,
    /// Platform rows that were matched to the sale before this refund was marked: they cannot be its outcome.
    pub known_before: BTreeSet<TransactionId>,
}

/// What the vendor decided with `refunds match`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Pin {
    /// The row belongs to no sale in the store.
    Nothing,
    Sale(TransactionId),
    Refund(RefundNumber),
}

/// All rows of one order.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct OrderRows {
    pub payments: Vec<MatchKey>,
    pub refunds: Vec<DeskRefund>,
    pub pins: BTreeMap<TransactionId, Pin>,
}

/// Which sale and desk refund a platform row belongs to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum MatchOutcome {
    /// To this sale, and as its outcome to this desk refund, if any.
    Linked { sale: TransactionId, refund: Option<RefundNumber> },
    /// To one of these sales, or to none in the store.
    Unmatched { candidates: BTreeSet<TransactionId> },
    /// To none, as the vendor decided.
    NoSale,
}

/// The match of every platform row of the order.
pub fn match_order(rows: &OrderRows) -> BTreeMap<TransactionId, MatchOutcome> {
    let mut matches = BTreeMap::new();
    let mut open = BTreeMap::new();
    let mut pinned = vec![];
    for row in rows.payments.iter().filter(|row| row.kind != Kind::Sale || row.may_be_taking()) {
        match rows.pins.get(&row.id) {
            Some(Pin::Nothing) => _ = matches.insert(row.id.clone(), MatchOutcome::NoSale),
            Some(Pin::Sale(sale)) => _ = open.insert(row.id.clone(), (row, sale.clone())),
            Some(Pin::Refund(number)) => pinned.push((row, *number)),
            None if row.kind == Kind::Sale => match beside_a_paid_sale(row, rows) {
                Refunded::Alone => {}
                Refunded::OutcomeOf(sale) => _ = open.insert(row.id.clone(), (row, sale)),
                Refunded::RowOf(candidates) => {
                    _ = matches.insert(row.id.clone(), MatchOutcome::Unmatched { candidates });
                }
            },
            None => match one_sale(row, rows) {
                Ok(sale) => _ = open.insert(row.id.clone(), (row, sale)),
                Err(candidates) => _ = matches.insert(row.id.clone(), MatchOutcome::Unmatched { candidates }),
            },
        }
    }
    let mut taken = BTreeSet::new();
    pinned.sort_by_key(|(row, _)| (!row.takes_money, row.id.clone()));
    for (row, number) in pinned {
        matches.insert(row.id.clone(), to_pinned_refund(number, rows, taken.insert(number)));
    }
    matches.extend(with_refunds(open, rows, taken));
    matches
}

/// A refund has one outcome. A second row pinned to it counts as another refund of the sale, or its money would not be
/// counted at all.
fn to_pinned_refund(number: RefundNumber, rows: &OrderRows, is_first: bool) -> MatchOutcome {
    match rows.refunds.iter().find(|refund| refund.number == number) {
        Some(refund) => MatchOutcome::Linked { sale: refund.sale.clone(), refund: Some(number).filter(|_| is_first) },
        None => MatchOutcome::Unmatched { candidates: BTreeSet::new() },
    }
}

/// The one sale the row can belong to, or all that it may.
fn one_sale(row: &MatchKey, rows: &OrderRows) -> Result<TransactionId, BTreeSet<TransactionId>> {
    if let Some(id) = &row.refund_of {
        return the_named_sale(row, id, rows);
    }
    let paid = paid_sales(row, rows);
    let possible: Vec<&MatchKey> = paid.iter().copied().filter(|sale| is_paid_by(row, sale)).collect();
    if possible.is_empty() {
        // A day or a product may be wrong, and a sale blocked by mistake is safer than one that is refunded twice.
        let all = if paid.is_empty() { all_paid_sales(row, rows) } else { paid };
        return Err(all.iter().map(|sale| sale.id.clone()).collect());
    }
    let payable = possible.iter().filter(|sale| sale.amount.currency() == row.amount.currency());
    // A chargeback can include the bank's fee, so no sale is too small for it.
    let is_chargeback = row.kind == Kind::Chargeback;
    let large_enough = |sale: &&&MatchKey| is_chargeback || !row.amount.exceeds(sale.amount).unwrap_or(true);
    // An amount that no sale covers rules none of them out, and can be that of several together.
    let mut fitting: Vec<&&MatchKey> = payable.clone().filter(large_enough).collect();
    if fitting.is_empty() {
        let all = all_paid_sales(row, rows);
        if all.len() > 1 {
            return Err(all.iter().map(|sale| sale.id.clone()).collect());
        }
        fitting = payable.collect();
    }
    match fitting.as_slice() {
        [only] => Ok(only.id.clone()),
        [] => Err(possible.iter().map(|sale| sale.id.clone()).collect()),
        several => Err(several.iter().map(|sale| sale.id.clone()).collect()),
    }
}

/// The row says which payment it takes money from. If the store does not have that sale, the row belongs to no other
/// one, but the platform can be wrong: the order's sales are blocked until it is known.
fn the_named_sale(
    row: &MatchKey,
    id: &TransactionId,
    rows: &OrderRows,
) -> Result<TransactionId, BTreeSet<TransactionId>> {
    match rows.payments.iter().find(|sale| sale.kind == Kind::Sale && sale.id == *id) {
        Some(sale) if sale.amount.currency() == row.amount.currency() => Ok(sale.id.clone()),
        Some(sale) => Err([sale.id.clone()].into()),
        None => Err(all_paid_sales(row, rows).into_iter().map(|sale| sale.id.clone()).collect()),
    }
}

/// The sales that took money and agree with the row, on any day.
fn paid_sales<'r>(row: &MatchKey, rows: &'r OrderRows) -> Vec<&'r MatchKey> {
    let mut sales = all_paid_sales(row, rows);
    sales.retain(|sale| products_and_instalments_agree(row, sale));
    sales
}

/// The sales that took money, whatever they cover.
fn all_paid_sales<'r>(row: &MatchKey, rows: &'r OrderRows) -> Vec<&'r MatchKey> {
    let is_paid = |sale: &&MatchKey| {
        let is_paid_sale = sale.kind == Kind::Sale && sale.was_paid && sale.id != row.id;
        is_paid_sale && sale.is_test == row.is_test
    };
    rows.payments.iter().filter(is_paid).collect()
}

/// The sale was paid by the day of the row. Matching does not depend on a time zone, so within 24 hours is the same
/// day.
fn is_paid_by(row: &MatchKey, sale: &MatchKey) -> bool {
    sale.at < row.at + TimeDelta::hours(24)
}

/// What a sale with the status refunded or charged back can be.
enum Refunded {
    /// A sale that was refunded or charged back.
    Alone,
    /// The refund of this sale: the desk has one of the same amount that waits for its outcome.
    OutcomeOf(TransactionId),
    /// That, or a refund or chargeback of one of these sales.
    RowOf(BTreeSet<TransactionId>),
}

/// A file can report a refund or a chargeback as a row of its sale's kind, with the status refunded or charged back.
/// Beside a paid sale of the same order, product and instalment, both readings hold.
fn beside_a_paid_sale(row: &MatchKey, rows: &OrderRows) -> Refunded {
    // A chargeback can include the bank's fee, so no sale is too small for it.
    let large_enough = |sale: &MatchKey| row.is_charged_back || !row.amount.exceeds(sale.amount).unwrap_or(true);
    let covers = |sale: &&MatchKey| !sale.may_be_taking() && is_paid_by(row, sale) && large_enough(sale);
    let sales: BTreeSet<TransactionId> =
        paid_sales(row, rows).into_iter().filter(covers).map(|sale| sale.id.clone()).collect();
    match sales.first() {
        None => Refunded::Alone,
        Some(only) if sales.len() == 1 && possible_refunds(row, only, rows).len() == 1 => {
            Refunded::OutcomeOf(only.clone())
        }
        Some(_) => Refunded::RowOf(sales),
    }
}

/// Compares what both sides name; a field that one side leaves empty does not count.
fn products_and_instalments_agree(row: &MatchKey, sale: &MatchKey) -> bool {
    let instalments_agree = match (row.rate_number, sale.rate_number) {
        (Some(row), Some(sale)) => row == sale,
        _ => true,
    };
    instalments_agree && products_agree(&row.products, &sale.products)
}

/// Whether they have a product in common, by ID or else by name. If one side names none, they agree.
pub fn products_agree(row: &[Product], sale: &[Product]) -> bool {
    fn ids(products: &[Product]) -> Vec<&ProductId> {
        products.iter().filter_map(|product| product.id.as_ref()).collect()
    }
    fn names(products: &[Product]) -> Vec<String> {
        let names = products.iter().map(|product| product.name.as_str()).filter(|name| !name.is_empty());
        names.map(names::searchable).collect()
    }
    fn overlap<T: PartialEq>(row: &[T], sale: &[T]) -> bool {
        row.iter().any(|each| sale.contains(each))
    }
    let (row_ids, sale_ids) = (ids(row), ids(sale));
    if !row_ids.is_empty() && !sale_ids.is_empty() {
        return overlap(&row_ids, &sale_ids);
    }
    let (row_names, sale_names) = (names(row), names(sale));
    row_names.is_empty() || sale_names.is_empty() || overlap(&row_names, &sale_names)
}

/// A row whose sale is known, and the desk refunds whose outcome it may be.
struct Waiting {
    sale: TransactionId,
    takes_money: bool,
    possible: BTreeSet<RefundNumber>,
}

/// Finds the desk refund whose outcome each row is. A row with one possible desk refund takes it, which may leave
/// another row with only one; a row that is left with several is not matched. If a failed attempt and a successful one
/// could both be the outcome of a refund, it is the successful one.
fn with_refunds(
    open: BTreeMap<TransactionId, (&MatchKey, TransactionId)>,
    rows: &OrderRows,
    mut taken: BTreeSet<RefundNumber>,
) -> BTreeMap<TransactionId, MatchOutcome> {
    let mut matches = BTreeMap::new();
    let mut waiting: BTreeMap<TransactionId, Waiting> = open
        .into_iter()
        .map(|(id, (row, sale))| {
            let possible = possible_refunds(row, &sale, rows);
            (id, Waiting { sale, takes_money: row.takes_money, possible })
        })
        .collect();
    loop {
        for row in waiting.values_mut() {
            row.possible.retain(|number| !taken.contains(number));
        }
        let decided = waiting.iter().filter(|(_, row)| row.possible.len() == 1);
        let Some(id) = decided.min_by_key(|(id, row)| (!row.takes_money, *id)).map(|(id, _)| id.clone()) else {
            break;
        };
        if let Some(row) = waiting.remove(&id) {
            let refund = row.possible.into_iter().next();
            taken.extend(refund);
            matches.insert(id, MatchOutcome::Linked { sale: row.sale, refund });
        }
    }
    matches.extend(waiting.into_iter().map(|(id, row)| match row.possible.len() {
        0 => (id, MatchOutcome::Linked { sale: row.sale, refund: None }),
        _ => (id, MatchOutcome::Unmatched { candidates: [row.sale].into() }),
    }));
    matches
}

fn possible_refunds(row: &MatchKey, sale: &TransactionId, rows: &OrderRows) -> BTreeSet<RefundNumber> {
    let fits = |refund: &&DeskRefund| {
        row.kind != Kind::Chargeback
            && !row.is_charged_back
            && refund.sale == *sale
            && refund.amount == row.amount
            && !refund.is_given_up
            && !refund.known_before.contains(&row.id)
    };
    rows.refunds.iter().filter(fits).map(|refund| refund.number).collect()
}

#[cfg(test)]
mod tests;
