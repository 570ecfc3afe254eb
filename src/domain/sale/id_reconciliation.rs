//! Which payment a report is of, where the one has the platform's ID and the other an ID that the desk made up.
//!
//! An export without transaction IDs and the platform's notifications report the same sales. They are told to be the
//! same by what both name: order, product, rate number, amount and currency. Two that could be meant are never
//! guessed between.

use crate::domain::ids::{OrderId, TransactionId};
use crate::domain::sale::matching::products_agree;
use crate::domain::sale::transaction::{SaleStatus, Transaction};

/// Several sales that a report equals.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{} sales of order {order} equal this row, which has no ID of its own: {}", .sales.len(), named(.sales))]
pub struct AmbiguousSale {
    pub order: OrderId,
    pub sales: Vec<TransactionId>,
}

fn named(sales: &[TransactionId]) -> String {
    sales.iter().map(TransactionId::as_str).collect::<Vec<_>>().join(", ")
}

/// The one payment of the order that the reported one is, under an ID of the other sort; `None` where there is none.
pub fn twin<'a>(
    reported: &Transaction,
    order: impl IntoIterator<Item = &'a Transaction>,
) -> Result<Option<&'a Transaction>, AmbiguousSale> {
    let twins: Vec<&Transaction> = order.into_iter().filter(|known| are_one(reported, known)).collect();
    match twins.as_slice() {
        [] => Ok(None),
        [only] => Ok(Some(only)),
        several => Err(AmbiguousSale {
            order: reported.order.clone(),
            sales: several.iter().map(|each| each.id.clone()).collect(),
        }),
    }
}

/// Only sales: two equal partial refunds of one rate are two.
fn are_one(one: &Transaction, other: &Transaction) -> bool {
    let (Some(status), Some(other_status)) = (one.sale_status(), other.sale_status()) else { return false };
    one.id_is_made_up != other.id_is_made_up
        && one.order == other.order
        && rate(one) == rate(other)
        && one.amount == other.amount
        && one.is_test == other.is_test
        && products_agree(&one.products, &other.products)
        && !contradict(status, other_status)
}

/// A payment without a number is the order's first, as the ID that was made up for it says.
fn rate(of: &Transaction) -> u32 {
    of.rate_number.unwrap_or(1)
}

/// An attempt that failed is not the payment that was made.
fn contradict(one: SaleStatus, other: SaleStatus) -> bool {
    let failed_and_paid = |one, other: SaleStatus| one == SaleStatus::Failed && other.has_money();
    failed_and_paid(one, other) || failed_and_paid(other, one)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::fixtures::{cents, id, product, sale};
    use crate::domain::money::Money;
    use crate::domain::product::Product;
    use crate::domain::sale::transaction::{KindAndStatus, PlatformStatus};

    /// Of the export: no ID, and the product by its name alone.
    fn row() -> Transaction {
        let mut row = sale().payment;
        row.id = id("Order001-1");
        row.id_is_made_up = true;
        row.rate_number = Some(1);
        row.products = vec![Product { id: None, name: "Yoga".into() }];
        row
    }

    fn notified(name: &str) -> Transaction {
        let mut notified = row();
        notified.id = id(name);
        notified.id_is_made_up = false;
        notified.products = vec![Product { name: "Yoga".into(), ..product("e232d769") }];
        notified
    }

    fn is_one(known: &Transaction) -> bool {
        let (forth, back) = (twin(&row(), [known]).unwrap().is_some(), twin(known, [&row()]).unwrap().is_some());
        assert_eq!(forth, back, "whichever came first");
        forth
    }

    #[test]
    fn equal_order_product_rate_amount_and_currency_are_one_sale() {
        assert!(is_one(&notified("a")));
        let with = |change: fn(&mut Transaction)| {
            let mut other = notified("a");
            change(&mut other);
            is_one(&other)
        };
        assert!(!with(|other| other.order = "order001".parse().unwrap()));
        assert!(!with(|other| other.rate_number = Some(2)));
        assert!(!with(|other| other.amount = cents(4901)));
        assert!(!with(|other| other.amount = Money::new(4900, "USD".parse().unwrap())));
        assert!(!with(|other| other.products = vec![Product { id: None, name: "Chess".into() }]));
        assert!(!with(|other| other.is_test = true));
        assert!(with(|other| other.products.clear()), "what one side does not name speaks not against it");
    }

    #[test]
    fn a_payment_without_a_number_is_the_first() {
        let mut unnumbered = notified("a");
        unnumbered.rate_number = None;
        assert!(is_one(&unnumbered));
    }

    #[test]
    fn a_failed_attempt_is_not_the_payment_that_was_made() {
        let mut failed = notified("a");
        failed.entry = KindAndStatus::Sale(SaleStatus::Failed);
        assert!(!is_one(&failed));
        failed.entry = KindAndStatus::Sale(SaleStatus::Pending);
        assert!(is_one(&failed), "what is pending can be paid by now");
    }

    #[test]
    fn refunds_are_never_told_to_be_one() {
        let mut refund = notified("a");
        refund.entry = KindAndStatus::Refund(PlatformStatus::Succeeded);
        assert!(!is_one(&refund));
    }

    #[test]
    fn two_that_have_ids_of_one_sort_are_two() {
        assert_eq!(twin(&notified("a"), [&notified("b")]), Ok(None));
        assert_eq!(twin(&row(), [&row()]), Ok(None));
    }

    #[test]
    fn several_are_named_and_none_is_chosen() {
        let error = twin(&row(), [&notified("a"), &notified("b")]).unwrap_err();
        let said = "2 sales of order Order001 equal this row, which has no ID of its own: a, b";
        assert_eq!(error.to_string(), said);
    }
}
