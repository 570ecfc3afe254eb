//! Finds the same sale under two IDs: the platform's and one that the desk made up.
//!
//! An export without transaction IDs and the platform's notifications report the same sales. They are recognised by
//! order, product, instalment, amount and currency, and by the day if one of them names no product. A sale is
//! recognised once: two rows of an export are two sales. If several sales match, none is chosen.

use crate::domain::ids::{OrderId, TransactionId};
use crate::domain::sale::matching::products_agree;
use crate::domain::sale::transaction::{SaleStatus, Transaction};
use crate::domain::time::Zone;

/// A reported payment without a platform ID matches several sales.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("this row has no ID and matches {} sales of order {order}: {}", .sales.len(), named(.sales))]
pub struct AmbiguousSale {
    pub order: OrderId,
    pub sales: Vec<TransactionId>,
}

fn named(sales: &[TransactionId]) -> String {
    sales.iter().map(TransactionId::as_str).collect::<Vec<_>>().join(", ")
}

/// A sale of the order.
#[derive(Debug, Clone, Copy)]
pub struct KnownSale<'a> {
    pub sale: &'a Transaction,
    /// It was recognised under another ID before.
    pub is_recognised: bool,
}

/// The sale of the order that the reported one is, known by the other kind of ID; `None` if there is none.
pub fn same_sale<'a>(
    reported: &Transaction,
    order: impl IntoIterator<Item = KnownSale<'a>>,
    zone: Zone,
) -> Result<Option<&'a Transaction>, AmbiguousSale> {
    let is_same_day = |known: &KnownSale<'_>| zone.day_of(known.sale.paid_at) == zone.day_of(reported.paid_at);
    let is_twin = |known: &KnownSale<'_>| {
        let names_both = !known.sale.products.is_empty() && !reported.products.is_empty();
        are_same(reported, known.sale, is_same_day(known)) && (names_both || is_same_day(known))
    };
    let twins: Vec<KnownSale<'a>> = order.into_iter().filter(is_twin).collect();
    let free: Vec<&KnownSale<'a>> = twins.iter().filter(|twin| !twin.is_recognised).collect();
    let has_one_of_the_day = twins.iter().any(is_same_day);
    match free.as_slice() {
        [] if !has_one_of_the_day => Ok(None),
        [only] if is_same_day(only) || !has_one_of_the_day => Ok(Some(only.sale)),
        // As another sale it could be refunded twice.
        _ => Err(ambiguous(reported, &twins)),
    }
}

fn ambiguous(reported: &Transaction, twins: &[KnownSale<'_>]) -> AmbiguousSale {
    let sales = twins.iter().map(|twin| twin.sale.id.clone()).collect();
    AmbiguousSale { order: reported.order.clone(), sales }
}

/// Only sales are compared: two equal refunds of one instalment are two refunds.
fn are_same(one: &Transaction, other: &Transaction, is_same_day: bool) -> bool {
    let (Some(status), Some(other_status)) = (one.sale_status(), other.sale_status()) else { return false };
    one.id_is_made_up != other.id_is_made_up
        && one.order == other.order
        && instalments_agree(one, other, is_same_day)
        && one.amount == other.amount
        && one.is_test == other.is_test
        && products_agree(&one.products, &other.products)
        && !statuses_contradict(status, other_status)
}

/// A payment without a number is the order's first; a made-up ID says the same. On the same day it can be any: its
/// number may be unreadable, and as another sale it could be refunded twice.
fn instalments_agree(one: &Transaction, other: &Transaction, is_same_day: bool) -> bool {
    let is_unnumbered = one.rate_number.is_none() || other.rate_number.is_none();
    one.rate_number.unwrap_or(1) == other.rate_number.unwrap_or(1) || is_unnumbered && is_same_day
}

/// A failed attempt is not the payment that succeeded.
fn statuses_contradict(one: SaleStatus, other: SaleStatus) -> bool {
    let failed_and_paid = |one, other: SaleStatus| one == SaleStatus::Failed && other.has_money();
    failed_and_paid(one, other) || failed_and_paid(other, one)
}

#[cfg(test)]
mod tests;
