//! What a vendor sees of an order: the customer, the amounts paid and refunded, and each payment.

use chrono::NaiveDate;

use crate::domain::money::{Money, MoneyError, Totals};
use crate::domain::rules::policy::Policy;
use crate::domain::sale::record::SaleRecord;
use crate::domain::sale::transaction::{Product, SaleStatus, Transaction};
use crate::domain::time::Now;
use crate::output::json::Keyed;
use crate::output::listing;
use crate::output::ui::{Ui, Undelivered};
use crate::output::views::transaction::TransactionView;

mod json;
#[cfg(test)]
mod tests;
mod text;

/// An order, summed up from its payments.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OrderView {
    /// The earliest payment. Order, customer and plan are taken from it.
    first: Transaction,
    products: Vec<Product>,
    ordered_on: Option<NaiveDate>,
    plan_is_cancelled: bool,
    sums: Sums,
    payments: Vec<TransactionView>,
}

/// The amounts of an order, per currency. Test payments do not count.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
struct Sums {
    paid: Totals,
    refunded: Totals,
    charged_back: Totals,
    left: Totals,
}

impl OrderView {
    /// The order of these payments, oldest first; `None` without payments.
    pub fn of(records: Vec<SaleRecord>, policy: &Policy, now: &Now) -> Result<Option<Self>, MoneyError> {
        let Some(first) = records.first().map(|record| record.payment.clone()) else { return Ok(None) };
        let sums = Sums::of(&records)?;
        let plan_is_cancelled = records.iter().any(|record| record.plan_is_cancelled);
        let products = distinct_products(&records);
        let judged = records.into_iter().map(|record| TransactionView::of(record, policy, now));
        let payments: Vec<_> = judged.collect();
        let ordered_on = payments.iter().filter_map(TransactionView::ordered_on).min();
        Ok(Some(Self { first, products, ordered_on, plan_is_cancelled, sums, payments }))
    }
}

impl Sums {
    fn of(records: &[SaleRecord]) -> Result<Self, MoneyError> {
        let mut sums = Self::default();
        let live = |record: &&SaleRecord| !record.payment.is_test && record.payment.sale_status().is_some();
        for record in records.iter().filter(live) {
            sums.paid.add(record.payment.paid())?;
            let (refunded, charged_back) = gone(record)?;
            sums.refunded.add(refunded)?;
            sums.charged_back.add(charged_back)?;
            sums.left.add(record.left())?;
        }
        Ok(sums)
    }
}

/// The amounts refunded and charged back. If only the status of the sale says so, it is the whole amount.
fn gone(record: &SaleRecord) -> Result<(Money, Money), MoneyError> {
    let (refunded, charged_back) = (record.refunded()?, record.charged_back()?);
    let rest = record.payment.paid().minus(refunded)?.minus(charged_back)?;
    match record.payment.sale_status() {
        Some(SaleStatus::Refunded) if rest.minor() > 0 => Ok((refunded.plus(rest)?, charged_back)),
        Some(SaleStatus::ChargedBack) if charged_back.is_zero() && rest.minor() > 0 => Ok((refunded, rest)),
        _ => Ok((refunded, charged_back)),
    }
}

fn distinct_products(records: &[SaleRecord]) -> Vec<Product> {
    let mut distinct: Vec<Product> = Vec::new();
    for product in records.iter().flat_map(|record| &record.payment.products) {
        if !distinct.contains(product) {
            distinct.push(product.clone());
        }
    }
    distinct
}

/// One order with its payments; CSV has the payments only.
pub fn show(ui: &mut Ui, view: &OrderView) -> Result<(), Undelivered> {
    listing::show(ui, |style| view.text(style), Keyed("order", view.object()), &view.payments)
}
