//! A payment as JSON, alone and with its refunds and disputes.

use serde::Serialize;

use super::{BankCase, TransactionView};
use crate::output::json::{self, Amount, CustomerJson, ProductJson};

#[derive(Serialize)]
struct TransactionJson<'a> {
    transaction_id: &'a str,
    order_id: &'a str,
    products: Vec<ProductJson<'a>>,
    product_id: Option<&'a str>,
    product_name: &'a str,
    customer: CustomerJson<'a>,
    amount: Amount,
    method: &'static str,
    plan: &'static str,
    kind: &'static str,
    status: &'static str,
    ordered_at: Option<String>,
    ordered_on: Option<String>,
    paid_at: String,
    paid_on: String,
    rate_number: Option<u32>,
    test: bool,
    refundable: RefundableJson,
    flags: Vec<&'static str>,
}

#[derive(Serialize)]
struct RefundableJson {
    verdict: &'static str,
    code: Option<&'static str>,
    until: Option<String>,
    left: Amount,
}

/// The document of `transactions show`.
#[derive(Serialize)]
pub(super) struct TransactionDocument<T, R> {
    pub transaction: T,
    pub refunds: Vec<R>,
    pub disputes: Vec<BankCaseJson>,
}

#[derive(Serialize)]
pub(super) struct BankCaseJson {
    kind: &'static str,
    id: String,
    amount: Option<Amount>,
    status: &'static str,
    on: String,
}

impl From<&BankCase> for BankCaseJson {
    fn from(case: &BankCase) -> Self {
        let BankCase { kind, id, amount, status, on } = case;
        Self { kind, id: id.clone(), amount: amount.map(Amount::from), status, on: json::on(*on) }
    }
}

impl TransactionView {
    pub(in crate::output::views) fn object(&self) -> impl Serialize + '_ {
        let payment = &self.record.payment;
        let first = payment.products.first();
        TransactionJson {
            transaction_id: payment.id.as_str(),
            order_id: payment.order.as_str(),
            products: payment.products.iter().map(ProductJson::from).collect(),
            product_id: first.and_then(|product| product.id.as_ref()).map(|id| id.as_str()),
            product_name: first.map_or("", |product| &product.name),
            customer: CustomerJson::from(&payment.customer),
            amount: payment.amount.into(),
            method: payment.method.word(),
            plan: payment.plan.word(),
            kind: payment.entry.kind().word(),
            status: payment.entry.shown(),
            ordered_at: payment.ordered_at.map(json::at),
            ordered_on: self.ordered_on.map(json::on),
            paid_at: json::at(payment.paid_at),
            paid_on: json::on(self.paid_on),
            rate_number: payment.rate_number,
            test: payment.is_test,
            refundable: RefundableJson {
                verdict: self.verdict_word(),
                code: self.verdict_code(),
                until: self.until().map(json::on),
                left: self.left.into(),
            },
            flags: self.flags.iter().map(|flag| flag.word()).collect(),
        }
    }
}
