//! What a vendor sees of an order: who bought what, what was paid, what went back, and each payment.

use chrono::NaiveDate;
use serde::Serialize;

use crate::domain::money::{Money, MoneyError, Totals};
use crate::domain::rules::policy::Policy;
use crate::domain::sale::record::SaleRecord;
use crate::domain::sale::transaction::{Product, SaleStatus, Transaction};
use crate::domain::time::Now;
use crate::output::json::{self, Amount};
use crate::output::listing;
use crate::output::sentences;
use crate::output::table::{Cell, Style, Tone, facts};
use crate::output::ui::{Ui, Undelivered};
use crate::output::views::transaction::TransactionView;

/// An order as its payments tell it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OrderView {
    /// The earliest payment, which names the order, the customer and the plan.
    first: Transaction,
    products: Vec<Product>,
    ordered_on: Option<NaiveDate>,
    plan_is_cancelled: bool,
    sums: Sums,
    payments: Vec<TransactionView>,
}

/// The order's money, each kind a sum per currency. Test payments moved none.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
struct Sums {
    paid: Totals,
    refunded: Totals,
    charged_back: Totals,
    left: Totals,
}

impl OrderView {
    /// The order of these payments, oldest first; `None` without any.
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

    fn object(&self) -> impl Serialize + '_ {
        OrderJson {
            order_id: self.first.order.as_str(),
            customer: json::Customer::from(&self.first.customer),
            products: self.products.iter().map(json::Product::from).collect(),
            ordered_on: self.ordered_on.map(json::on),
            plan: self.first.plan.word(),
            plan_cancelled: self.plan_is_cancelled,
            totals: TotalsJson::from(&self.sums),
            transactions: self.payments.iter().map(TransactionView::object).collect(),
        }
    }

    fn text(&self, style: &Style) -> String {
        let mut pairs = vec![
            ("order", Cell::new(self.first.order.as_str(), Tone::Strong)),
            ("customer", Cell::plain(sentences::customer(&self.first.customer))),
            ("product", Cell::plain(sentences::products(&self.products))),
            ("ordered", Cell::plain(self.ordered_on.map(sentences::weekday).unwrap_or_default())),
            ("plan", Cell::plain(sentences::plan(self.first.plan, self.plan_is_cancelled))),
            ("paid", Cell::plain(sum_text(&self.sums.paid))),
            ("refunded or marked", Cell::plain(unless_zero(&self.sums.refunded))),
            ("charged back", Cell::plain(unless_zero(&self.sums.charged_back))),
            ("left", Cell::plain(sum_text(&self.sums.left))),
        ];
        pairs.retain(|(_, cell)| !cell.text.is_empty());
        let columns = ["paid_on", "transaction_id", "amount", "method", "status", "refundable", "flags"];
        format!("{}\n{}", facts(&pairs, style), listing::table_of(&self.payments, &columns, style))
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

/// What was refunded and what the bank took back. Where only the sale's status tells of it, that is all of it.
fn gone(record: &SaleRecord) -> Result<(Money, Money), MoneyError> {
    let (refunded, charged_back) = (record.refunded()?, record.charged_back()?);
    let rest = record.payment.paid().minus(refunded)?.minus(charged_back)?;
    match record.payment.sale_status() {
        Some(SaleStatus::Refunded) if rest.minor() > 0 => Ok((refunded.plus(rest)?, charged_back)),
        Some(SaleStatus::ChargedBack) if charged_back.is_zero() && rest.minor() > 0 => Ok((refunded, rest)),
        _ => Ok((refunded, charged_back)),
    }
}

/// `49.00 EUR, 10.00 USD`
fn sum_text(sum: &Totals) -> String {
    sum.iter().map(|sum| sum.to_string()).collect::<Vec<_>>().join(", ")
}

fn unless_zero(sum: &Totals) -> String {
    if sum.iter().all(Money::is_zero) { String::new() } else { sum_text(sum) }
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

#[derive(Serialize)]
struct OrderJson<'a, T> {
    order_id: &'a str,
    customer: json::Customer<'a>,
    products: Vec<json::Product<'a>>,
    ordered_on: Option<String>,
    plan: &'static str,
    plan_cancelled: bool,
    totals: TotalsJson,
    transactions: Vec<T>,
}

/// Each kind of sum as a list with one amount per currency.
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

#[derive(Serialize)]
struct Document<O> {
    order: O,
}

/// One order with its payments; in CSV it is its payments.
pub fn show(ui: &mut Ui, view: &OrderView) -> Result<(), Undelivered> {
    let document = Document { order: view.object() };
    listing::show(ui, |style| view.text(style), document, &view.payments)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::ids::TransactionId;
    use crate::domain::refund::RefundState;
    use crate::domain::sale::transaction::KindAndStatus;
    use crate::output::ui::Format;
    use crate::output::ui::tests::ui;
    use crate::output::views::fixtures::{instant, policy, product, refund, sale, today};

    fn order() -> OrderView {
        let mut second = sale();
        second.payment.id = TransactionId::new("77b1e0a9c3d2f410").unwrap();
        second.payment.paid_at = instant("2026-03-24T10:00:00Z");
        second.payment.rate_number = Some(2);
        second.payment.products.push(product("", "Chess"));
        second.refunds = vec![refund(RefundState::Marked)];
        let mut third = sale();
        third.payment.id = TransactionId::new("0000000000000003").unwrap();
        third.payment.amount = Money::new(1000, "USD".parse().unwrap());
        let mut test = third.clone();
        test.payment.is_test = true;
        OrderView::of(vec![sale(), second, third, test], &policy(), &today()).unwrap().unwrap()
    }

    fn shown(format: Format) -> String {
        let (mut ui, out, _) = ui(format, None);
        show(&mut ui, &order()).unwrap();
        out.text()
    }

    #[test]
    fn an_order_sums_each_currency_alone_and_lists_its_payments() {
        insta::assert_snapshot!(shown(Format::Table), @"
        order               Zk3xY81a
        customer            Anna Beispiel <anna@example.org>
        product             Yoga for Beginners (e232d769), Chess
        ordered             Fri 2026-03-20
        plan                one payment
        paid                98.00 EUR, 10.00 USD
        refunded or marked  49.00 EUR, 0.00 USD
        left                49.00 EUR, 10.00 USD

        PAID        TRANSACTION          AMOUNT  METHOD  STATUS  REFUNDABLE             FLAGS
        ───────────────────────────────────────────────────────────────────────────────────────────
        2026-03-20  3f9a0c11d2e4b567  49.00 EUR  sepa    paid    yes, until 2026-04-19
        2026-03-24  77b1e0a9c3d2f410  49.00 EUR  sepa    paid    no (already_refunded)  refund_open
        2026-03-20  0000000000000003  10.00 USD  sepa    paid    yes, until 2026-04-19
        2026-03-20  0000000000000003  10.00 USD  sepa    paid    no (test_payment)
        ");
    }

    #[test]
    fn json_has_the_payments_inside_the_order_and_csv_has_them_alone() {
        insta::assert_snapshot!(shown(Format::Json), @r#"{"schema_version":1,"order":{"order_id":"Zk3xY81a","customer":{"name":"Anna Beispiel","email":"anna@example.org","country":"DE"},"products":[{"product_id":"e232d769","name":"Yoga for Beginners"},{"product_id":null,"name":"Chess"}],"ordered_on":"2026-03-20","plan":"one_time","plan_cancelled":false,"totals":{"paid":[{"minor":9800,"currency":"EUR","text":"98.00 EUR"},{"minor":1000,"currency":"USD","text":"10.00 USD"}],"refunded":[{"minor":4900,"currency":"EUR","text":"49.00 EUR"},{"minor":0,"currency":"USD","text":"0.00 USD"}],"charged_back":[{"minor":0,"currency":"EUR","text":"0.00 EUR"},{"minor":0,"currency":"USD","text":"0.00 USD"}],"left":[{"minor":4900,"currency":"EUR","text":"49.00 EUR"},{"minor":1000,"currency":"USD","text":"10.00 USD"}]},"transactions":[{"transaction_id":"3f9a0c11d2e4b567","order_id":"Zk3xY81a","products":[{"product_id":"e232d769","name":"Yoga for Beginners"}],"product_id":"e232d769","product_name":"Yoga for Beginners","customer":{"name":"Anna Beispiel","email":"anna@example.org","country":"DE"},"amount":{"minor":4900,"currency":"EUR","text":"49.00 EUR"},"method":"sepa","plan":"one_time","kind":"sale","status":"paid","ordered_at":"2026-03-20T10:00:00Z","ordered_on":"2026-03-20","paid_at":"2026-03-20T10:00:05.500Z","paid_on":"2026-03-20","rate_number":1,"test":false,"refundable":{"verdict":"yes","code":null,"until":"2026-04-19","left":{"minor":4900,"currency":"EUR","text":"49.00 EUR"}},"flags":[]},{"transaction_id":"77b1e0a9c3d2f410","order_id":"Zk3xY81a","products":[{"product_id":"e232d769","name":"Yoga for Beginners"},{"product_id":null,"name":"Chess"}],"product_id":"e232d769","product_name":"Yoga for Beginners","customer":{"name":"Anna Beispiel","email":"anna@example.org","country":"DE"},"amount":{"minor":4900,"currency":"EUR","text":"49.00 EUR"},"method":"sepa","plan":"one_time","kind":"sale","status":"paid","ordered_at":"2026-03-20T10:00:00Z","ordered_on":"2026-03-20","paid_at":"2026-03-24T10:00:00Z","paid_on":"2026-03-24","rate_number":2,"test":false,"refundable":{"verdict":"no","code":"already_refunded","until":null,"left":{"minor":0,"currency":"EUR","text":"0.00 EUR"}},"flags":["refund_open"]},{"transaction_id":"0000000000000003","order_id":"Zk3xY81a","products":[{"product_id":"e232d769","name":"Yoga for Beginners"}],"product_id":"e232d769","product_name":"Yoga for Beginners","customer":{"name":"Anna Beispiel","email":"anna@example.org","country":"DE"},"amount":{"minor":1000,"currency":"USD","text":"10.00 USD"},"method":"sepa","plan":"one_time","kind":"sale","status":"paid","ordered_at":"2026-03-20T10:00:00Z","ordered_on":"2026-03-20","paid_at":"2026-03-20T10:00:05.500Z","paid_on":"2026-03-20","rate_number":1,"test":false,"refundable":{"verdict":"yes","code":null,"until":"2026-04-19","left":{"minor":1000,"currency":"USD","text":"10.00 USD"}},"flags":[]},{"transaction_id":"0000000000000003","order_id":"Zk3xY81a","products":[{"product_id":"e232d769","name":"Yoga for Beginners"}],"product_id":"e232d769","product_name":"Yoga for Beginners","customer":{"name":"Anna Beispiel","email":"anna@example.org","country":"DE"},"amount":{"minor":1000,"currency":"USD","text":"10.00 USD"},"method":"sepa","plan":"one_time","kind":"sale","status":"paid","ordered_at":"2026-03-20T10:00:00Z","ordered_on":"2026-03-20","paid_at":"2026-03-20T10:00:05.500Z","paid_on":"2026-03-20","rate_number":1,"test":true,"refundable":{"verdict":"no","code":"test_payment","until":null,"left":{"minor":1000,"currency":"USD","text":"10.00 USD"}},"flags":[]}]}}"#);
        assert_eq!(shown(Format::Csv).lines().count(), 5);
    }

    #[test]
    fn a_sale_that_only_its_status_calls_refunded_adds_up() {
        let sums = |status| {
            let mut record = sale();
            record.payment.entry = KindAndStatus::Sale(status);
            let sums = Sums::of(&[record]).unwrap();
            [sums.paid, sums.refunded, sums.charged_back, sums.left].map(|sum| sum_text(&sum)).join(", ")
        };
        assert_eq!(sums(SaleStatus::Paid), "49.00 EUR, 0.00 EUR, 0.00 EUR, 49.00 EUR");
        assert_eq!(sums(SaleStatus::Refunded), "49.00 EUR, 49.00 EUR, 0.00 EUR, 0.00 EUR");
        assert_eq!(sums(SaleStatus::ChargedBack), "49.00 EUR, 0.00 EUR, 49.00 EUR, 0.00 EUR");
        assert_eq!(sums(SaleStatus::Pending), "0.00 EUR, 0.00 EUR, 0.00 EUR, 0.00 EUR");
    }

    #[test]
    fn without_payments_there_is_no_order() {
        assert_eq!(OrderView::of(Vec::new(), &policy(), &today()), Ok(None));
    }
}
