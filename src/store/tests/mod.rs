//! The store on real files: it refuses what the domain refuses, and any order of reports ends in the same state.

mod bulk_import;
mod notices;
mod opening;
mod report_order;
mod rules;
mod search;
mod upgrade;

use crate::domain::audit_log::Signature;
use crate::domain::fixtures::{cents, id, instant, noon, order, product, request, sale};
use crate::domain::ids::{RefundId, RefundNumber, TransactionId};
use crate::domain::refund::{RefundStatus, Step};
use crate::domain::rules::plan::plan;
use crate::domain::rules::policy::Policy;
use crate::domain::sale::incoming::PaymentReport;
use crate::domain::sale::transaction::{Kind, KindAndStatus, PlatformStatus, SaleStatus, Transaction};
use crate::domain::time::{Timestamp, Zone};
use crate::store::{NewRefund, RowOutcome, Store};
use std::time::Duration;
use tempfile::TempDir;

/// A store in a temporary folder, with shortcuts to fill it.
pub(in crate::store) struct Bench {
    pub store: Store,
    _folder: TempDir,
}

fn signature(at: Timestamp) -> Signature {
    Signature { actor: "tester".into(), at }
}

impl Bench {
    pub fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("store.db");
        Store::create(&path, &signature(noon("2026-03-01")), false, Duration::ZERO).unwrap();
        let store = Store::open(&path, Duration::ZERO).unwrap();
        Self { store, _folder: folder }
    }

    /// Takes in the reports in one import. Panics if one is rejected.
    pub fn take(&self, reports: &[PaymentReport]) -> Vec<RowOutcome> {
        let mut writer = self.store.write(signature(noon("2026-03-05"))).unwrap();
        let outcomes = reports.iter().map(|report| writer.take_report(report, None).unwrap()).collect();
        writer.finish_import(|_| Some("{}".into())).unwrap();
        writer.commit().unwrap();
        outcomes
    }

    /// Marks a refund of the sale on a day.
    fn mark(&self, sale: &TransactionId, amount: &str, on: &str) -> RefundNumber {
        let record = self.store.record(sale, Zone::BERLIN).unwrap().unwrap();
        let now = crate::domain::fixtures::at(noon(on));
        let request = request().of(amount).once_more();
        let plan = plan(&request, &record, &Policy::default(), &now).unwrap();
        let mut writer = self.store.write(signature(now.at)).unwrap();
        let new = NewRefund { plan: &plan, key: None, reference: None, marked_on: now.today };
        let number = writer.record_refund(&new).unwrap();
        writer.commit().unwrap();
        number
    }

    fn step(&self, number: RefundNumber, step: Step, on: &str) {
        let refund = self.store.refund(&RefundId::Desk(number), Zone::BERLIN).unwrap().unwrap();
        let mut writer = self.store.write(signature(noon(on))).unwrap();
        writer.advance_refund(&refund, number, step, on.parse().unwrap(), None).unwrap();
        writer.commit().unwrap();
    }

    fn status(&self, number: RefundNumber) -> RefundStatus {
        self.store.refund(&RefundId::Desk(number), Zone::BERLIN).unwrap().unwrap().status()
    }

    /// The schema's error for a statement that another program could run.
    fn refuses(&self, sql: &str) -> String {
        self.store.connection.execute(sql, []).unwrap_err().to_string()
    }

    /// The payments, links and refunds as text, without the times of their import.
    fn state(&self) -> String {
        let mut state = String::new();
        for sql in [
            "SELECT transaction_id || ' ' || kind || ' ' || status || ' ' || paid_at || ' ' || customer_name || ' '
                    || coalesce(as_of, '-') || ' ' || coalesce(confirmed_at, '-') || ' ' || coalesce(sources, '-') FROM transactions ORDER BY 1",
            "SELECT p.transaction_id || ' -> ' || coalesce(s.transaction_id, '?') || ' ' || coalesce(l.refund, '')
               FROM links l JOIN transactions p ON p.row = l.platform LEFT JOIN transactions s ON s.row = l.sale
              ORDER BY 1",
            "SELECT transaction_id || ' ' || refund_id || ' ' || status FROM v_refunds ORDER BY 1",
        ] {
            let mut statement = self.store.connection.prepare(sql).unwrap();
            let lines = statement.query_map([], |row| row.get::<_, String>(0)).unwrap();
            for line in lines {
                state.push_str(&format!("{}\n", line.unwrap()));
            }
        }
        state
    }

    fn findings(&self) -> Vec<String> {
        let findings = self.store.check().unwrap();
        findings.into_iter().map(|finding| format!("{}: {}", finding.code, finding.message)).collect()
    }
}

/// A report of the plain sale, as new as its payment.
pub(in crate::store) fn report(status: SaleStatus, as_of: &str) -> PaymentReport {
    let transaction = Transaction { entry: KindAndStatus::Sale(status), ..sale().payment };
    PaymentReport::undated(transaction, Some(instant(as_of)))
}

/// A report of a refund or chargeback in the plain sale's order.
fn platform(name: &str, kind: Kind, status: PlatformStatus, minor: i64, as_of: &str) -> PaymentReport {
    let entry = if kind == Kind::Refund { KindAndStatus::Refund(status) } else { KindAndStatus::Chargeback(status) };
    let transaction =
        Transaction { id: id(name), entry, amount: cents(minor), paid_at: noon("2026-03-04"), ..sale().payment };
    PaymentReport::undated(transaction, Some(instant(as_of)))
}

fn plain_sale() -> TransactionId {
    sale().payment.id
}

const DAY_2: &str = "2026-03-02T12:00:00+01:00";
const DAY_4: &str = "2026-03-04T12:00:00+01:00";
const DAY_9: &str = "2026-03-09T12:00:00+01:00";
