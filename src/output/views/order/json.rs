//! An order as JSON.

use serde::Serialize;

use super::{OrderView, Sums};
use crate::domain::money::Totals;
use crate::output::json::{self, Amount, CustomerJson, ProductJson};
use crate::output::views::transaction::TransactionView;

#[derive(Serialize)]
struct OrderJson<'a, T> {
    order_id: &'a str,
    customer: CustomerJson<'a>,
    products: Vec<ProductJson<'a>>,
    ordered_on: Option<String>,
    plan: &'static str,
    plan_cancelled: bool,
    totals: TotalsJson,
    transactions: Vec<T>,
}

/// Each sum is a list with one amount per currency.
#[derive(Serialize)]
struct TotalsJson {
    paid: Vec<Amount>,
    refunded: Vec<Amount>,
    charged_back: Vec<Amount>,
    left: Vec<Amount>,
}

impl From<&Sums> for TotalsJson {
    fn from(sums: &Sums) -> Self {
        let amounts = |sums: &Totals| sums.iter().map(Amount::from).collect();
        Self {
            paid: amounts(&sums.paid),
            refunded: amounts(&sums.refunded),
            charged_back: amounts(&sums.charged_back),
            left: amounts(&sums.left),
        }
    }
}

impl OrderView {
    pub(super) fn object(&self) -> impl Serialize + '_ {
        OrderJson {
            order_id: self.first.order.as_str(),
            customer: CustomerJson::from(&self.first.customer),
            products: self.products.iter().map(ProductJson::from).collect(),
            ordered_on: self.ordered_on.map(json::on),
            plan: self.first.plan.word(),
            plan_cancelled: self.plan_is_cancelled,
            totals: TotalsJson::from(&self.sums),
            transactions: self.payments.iter().map(TransactionView::object).collect(),
        }
    }
}
