//! Finds the same sale under two IDs: the platform's and one that the desk made up.
//!
//! An export without transaction IDs and the platform's notifications report the same sales. They are recognised by
//! order, product, instalment, amount and currency. If several sales match, none is chosen.

use crate::domain::ids::{OrderId, TransactionId};
use crate::domain::sale::matching::products_agree;
use crate::domain::sale::transaction::{SaleStatus, Transaction};

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

/// The sale of the order that the reported one is, known by the other kind of ID; `None` if there is none.
pub fn same_sale<'a>(
    reported: &Transaction,
    order: impl IntoIterator<Item = &'a Transaction>,
) -> Result<Option<&'a Transaction>, AmbiguousSale> {
    let twins: Vec<&Transaction> = order.into_iter().filter(|known| are_same(reported, known)).collect();
    match twins.as_slice() {
        [] => Ok(None),
        [only] => Ok(Some(only)),
        several => Err(AmbiguousSale {
            order: reported.order.clone(),
            sales: several.iter().map(|each| each.id.clone()).collect(),
        }),
    }
}

/// Only sales are compared: two equal refunds of one instalment are two refunds.
fn are_same(one: &Transaction, other: &Transaction) -> bool {
    let (Some(status), Some(other_status)) = (one.sale_status(), other.sale_status()) else { return false };
    one.id_is_made_up != other.id_is_made_up
        && one.order == other.order
        && instalment(one) == instalment(other)
        && one.amount == other.amount
        && one.is_test == other.is_test
        && products_agree(&one.products, &other.products)
        && !statuses_contradict(status, other_status)
}

/// A payment without a number is the order's first; a made-up ID says the same.
fn instalment(of: &Transaction) -> u32 {
    of.rate_number.unwrap_or(1)
}

/// A failed attempt is not the payment that succeeded.
fn statuses_contradict(one: SaleStatus, other: SaleStatus) -> bool {
    let failed_and_paid = |one, other: SaleStatus| one == SaleStatus::Failed && other.has_money();
    failed_and_paid(one, other) || failed_and_paid(other, one)
}

#[cfg(test)]
mod tests;
