//! Random stores for tests: everything that can happen to sales, and the same in every run.

use crate::domain::audit_log::Signature;
use crate::domain::dice::Dice;
use crate::domain::fixtures::{cents, id, noon, request, sale};
use crate::domain::ids::{OrderId, RefundId, RefundNumber, TransactionId};
use crate::domain::money::{Currency, Money};
use crate::domain::product::Product;
use crate::domain::refund::{Reason, Step};
use crate::domain::request::Request;
use crate::domain::rules::plan::plan;
use crate::domain::rules::policy::Policy;
use crate::domain::sale::dispute::{Dispute, DisputeState};
use crate::domain::sale::incoming::{Evidence, PaymentReport, PlanCancellation, Reject};
use crate::domain::sale::transaction::{
    Customer, Kind, KindAndStatus, Method, PaymentPlan, PlatformStatus, SaleStatus, Transaction,
};
use crate::domain::time::{Now, Timestamp, Zone};
use crate::domain::unread::NewUnread;
use crate::store::{NewRefund, Store};
use chrono::TimeDelta;
use std::time::Duration;
use tempfile::TempDir;

impl Dice {
    /// A quarter of an hour from February to April 2026, so that midnights and ends of months occur.
    fn quarter_of_an_hour(&mut self) -> Timestamp {
        let quarters = i64::try_from(self.below(4 * 24 * 80)).unwrap();
        noon("2026-02-02") + TimeDelta::minutes(15 * quarters)
    }
}

/// A store in its own temporary folder.
pub struct RandomStore {
    pub store: Store,
    sales: Vec<Transaction>,
    _folder: TempDir,
}

fn signature() -> Signature {
    Signature { actor: "tester".into(), at: noon("2026-05-01") }
}

impl RandomStore {
    /// Sixty sales with their refunds, in a possible order of events.
    pub fn new(dice: &mut Dice) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("store.db");
        Store::create(&path, &signature(), false, Duration::ZERO).unwrap();
        let store = Store::open(&path, Duration::ZERO).unwrap();
        let mut random = Self { store, sales: Vec::new(), _folder: folder };
        random.sales = (0..60).map(|number| one_sale(dice, number)).collect();
        random.take(random.sales.clone());
        random.take_reported(dice, "before");
        for sale in random.sales.clone() {
            for _ in 0..dice.below(3) {
                random.mark(dice, &sale);
            }
        }
        random.take_reported(dice, "after");
        random
    }

    fn take(&self, transactions: Vec<Transaction>) {
        let mut writer = self.store.write(signature()).unwrap();
        for transaction in transactions {
            _ = writer.take_report(&PaymentReport::undated(transaction, None), None);
        }
        writer.finish_import(|_| None).unwrap();
        writer.commit().unwrap();
    }

    /// Reports refunds and chargebacks of some sales, of their full amount or another.
    fn take_reported(&self, dice: &mut Dice, when: &str) {
        let mut rows = Vec::new();
        for (number, of) in self.sales.iter().enumerate() {
            if !dice.once_in(3) {
                continue;
            }
            let status = dice.one_of(&[
                PlatformStatus::Succeeded,
                PlatformStatus::Succeeded,
                PlatformStatus::Failed,
                PlatformStatus::Unknown,
                PlatformStatus::Reversed,
            ]);
            let is_refund = !dice.once_in(3);
            let entry = if is_refund { KindAndStatus::Refund(status) } else { KindAndStatus::Chargeback(status) };
            let amount = if dice.once_in(2) { of.amount } else { small_amount(dice, of.amount.currency()) };
            let paid_at = of.paid_at + TimeDelta::days(i64::try_from(dice.below(20)).unwrap());
            let id = id(&format!("{when}{number}"));
            rows.push(Transaction { id, entry, amount, paid_at, ..of.clone() });
        }
        self.take(rows);
    }

    /// Reports disputes, cancelled plans and rows that cannot be read about some of the orders.
    pub fn take_cases(&self, dice: &mut Dice) {
        let mut writer = self.store.write(signature()).unwrap();
        for (number, of) in self.sales.iter().enumerate() {
            if dice.once_in(9) {
                let state = dice.one_of(DisputeState::ALL);
                let sale = dice.once_in(2).then(|| of.id.clone());
                let case = id(&format!("case-{number}"));
                let order = of.order.clone();
                writer.take_dispute(&Dispute { id: case, order, sale, amount: None, state, at: of.paid_at }).unwrap();
            }
            if dice.once_in(9) {
                let product = of.products.first().and_then(|product| product.id.clone());
                let cancelled = PlanCancellation { order: of.order.clone(), product, at: None };
                writer.take_cancellation(&cancelled).unwrap();
            }
            if dice.once_in(9) {
                let evidence = Evidence {
                    source: "csv",
                    word: "refund".to_owned(),
                    order: dice.once_in(2).then(|| of.order.clone()),
                    transaction: dice.once_in(2).then(|| of.id.clone()),
                    amount: None,
                    on: None,
                    refund_of: None,
                };
                let reject = Reject {
                    file: "export.csv".to_owned(),
                    line: number as u64,
                    column: None,
                    code: "bad_amount",
                    message: "unreadable".to_owned(),
                    evidence: None,
                    notes: Vec::new(),
                };
                writer.take_unread(&NewUnread::of(&reject, &evidence, number as u64)).unwrap();
            }
        }
        writer.finish_import(|_| None).unwrap();
        writer.commit().unwrap();
    }

    /// Marks a refund if the rules allow it, and advances it by up to two steps.
    fn mark(&self, dice: &mut Dice, sale: &Transaction) {
        let at = sale.paid_at + TimeDelta::hours(i64::try_from(dice.below(24 * 20)).unwrap());
        let now = Now::new(at, Zone::BERLIN);
        let request = Request {
            reason: dice.one_of(Reason::ALL),
            asked_on: dice.once_in(3).then_some(now.today),
            ..request().with_goodwill().once_more()
        };
        let request = if dice.once_in(2) { request } else { request.of(&format!("{}.00", 1 + dice.below(3))) };
        let record = self.store.record(&sale.id, Zone::BERLIN).unwrap().unwrap();
        let Ok(plan) = plan(&request, &record, &Policy::default(), &now) else { return };
        let mut writer = self.store.write(Signature { actor: "tester".into(), at }).unwrap();
        let new = NewRefund { plan: &plan, key: None, reference: None, marked_on: now.today };
        let number = writer.record_refund(&new).unwrap();
        writer.commit().unwrap();
        for step in [Step::Submit, dice.one_of(&[Step::Confirm, Step::Fail, Step::Cancel])] {
            if dice.once_in(2) {
                self.step(number, step, now.today + TimeDelta::days(i64::try_from(dice.below(9)).unwrap()));
            }
        }
    }

    fn step(&self, number: RefundNumber, step: Step, on: chrono::NaiveDate) {
        let refund = self.store.refund(&RefundId::Desk(number), Zone::BERLIN).unwrap().unwrap();
        if refund.status().after(step).is_ok() {
            let mut writer = self.store.write(signature()).unwrap();
            writer.advance_refund(&refund, number, step, on, None).unwrap();
            writer.commit().unwrap();
        }
    }

    /// Every sale of the store.
    pub fn sales(&self) -> impl Iterator<Item = TransactionId> + '_ {
        let sales = self.sales.iter().filter(|sale| sale.entry.kind() == Kind::Sale);
        sales.map(|sale| sale.id.clone())
    }
}

/// From 1.00 to 4.00: few and small, so that equal amounts are common.
fn small_amount(dice: &mut Dice, currency: Currency) -> Money {
    Money::new(100 + 100 * i64::try_from(dice.below(4)).unwrap(), currency)
}

fn one_sale(dice: &mut Dice, number: usize) -> Transaction {
    let product = |id: &str, name: &str| Product { is_addon: false, id: id.parse().ok(), name: name.to_owned() };
    let products = [
        vec![product("e232d769", "Yoga")],
        vec![product("e232d769", "Yoga for all"), product("00000001", "A book")],
        vec![product("00000001", "A book")],
        vec![product("", "Chess")],
        vec![],
    ];
    let status = match dice.once_in(2) {
        true => SaleStatus::Paid,
        false => dice.one_of(SaleStatus::ALL),
    };
    let order = if dice.once_in(3) { number / 3 } else { 1000 + number };
    let currency = if dice.once_in(4) { "USD".parse().unwrap() } else { Currency::EUR };
    let country = dice.one_of(&["DE", "FR", ""]).to_owned();
    Transaction {
        id: id(&format!("sale{number:04}")),
        order: OrderId::new(&format!("Order{order:04}")).unwrap(),
        products: dice.one_of(&products),
        customer: Customer { country, ..Customer::default() },
        amount: if dice.once_in(9) { cents(0) } else { small_amount(dice, currency) },
        method: dice.one_of(&[Method::Card, Method::Sepa, Method::Unknown]),
        plan: dice.one_of(PaymentPlan::ALL),
        entry: KindAndStatus::Sale(status),
        paid_at: dice.quarter_of_an_hour(),
        is_test: dice.once_in(9),
        ..sale().payment
    }
}
