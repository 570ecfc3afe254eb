//! SQL counts the same figures as a loop over the sales.

use super::*;
use crate::desk::random::RandomStore;
use crate::domain::dice::Dice;
use crate::domain::ids::TransactionId;
use crate::domain::refund::{Refund, RefundStatus};
use crate::domain::refund_report::GroupAmounts;
use crate::domain::sale::dispute::Chargeback;
use crate::domain::sale::record::SaleRecord;
use crate::domain::sale::transaction::SaleStatus;
use std::collections::{BTreeMap, BTreeSet};

const ZONE: Zone = Zone::BERLIN;

/// A group that is counted by hand; it shares only the key's words with the report.
#[derive(Default)]
struct Hand {
    sales: i64,
    paid: i64,
    refunds: i64,
    refunded_sales: BTreeSet<TransactionId>,
    refunded: i64,
    open: i64,
    open_sum: i64,
    charged_back_sales: i64,
    charged_back: i64,
    waits: Vec<i64>,
}

type Hands = BTreeMap<(String, &'static str), Hand>;

fn records(store: &RandomStore, range: Range) -> Vec<SaleRecord> {
    let lies_within =
        |day: NaiveDate| range.since.is_none_or(|since| since <= day) && range.until.is_none_or(|until| day <= until);
    // A row that may be the refund or chargeback of another sale is not counted as a sale.
    let unmatched: BTreeSet<TransactionId> =
        store.store.unmatched(ZONE).unwrap().into_iter().map(|(row, _)| row.payment.id).collect();
    let all = store.sales().map(|sale| store.store.record(&sale, ZONE).unwrap().unwrap());
    let counts = |record: &SaleRecord| {
        let has_money = record.payment.sale_status().is_some_and(SaleStatus::has_money);
        !unmatched.contains(&record.payment.id)
            && !record.payment.is_test
            && has_money
            && lies_within(record.paid_on(ZONE))
    };
    all.filter(counts).collect()
}

fn key_of(by: By, record: &SaleRecord) -> String {
    let payment = &record.payment;
    match by {
        By::Product => payment
            .products
            .first()
            .map_or(String::new(), |product| product.id.as_ref().map_or(product.name.clone(), ToString::to_string)),
        By::Method => payment.method.to_string(),
        By::Plan => payment.plan.to_string(),
        By::Country => payment.customer.country.clone(),
        By::Month => record.paid_on(ZONE).format("%Y-%m").to_string(),
        By::Reason | By::Ground => String::new(),
    }
}

/// The groups, and their sum under the key `total`.
fn by_hand(by: By, records: &[SaleRecord]) -> Hands {
    let mut hands = Hands::new();
    for record in records {
        let currency = record.payment.amount.currency().code();
        for key in [key_of(by, record), "total".to_owned()] {
            let is_group = key != "total";
            if is_group && by.is_of_refunds() {
                continue;
            }
            count_sale(hands.entry((key.clone(), currency)).or_default(), record);
            for refund in &record.refunds {
                count_refund(hands.entry((key.clone(), currency)).or_default(), refund);
            }
            count_arrived(hands.entry((key, currency)).or_default(), record);
        }
        if by.is_of_refunds() {
            count_reasons(by, &mut hands, record, currency);
        }
    }
    if by.is_of_refunds() {
        measure_against_all(&mut hands);
    }
    hands
}

fn count_reasons(by: By, hands: &mut Hands, record: &SaleRecord, currency: &'static str) {
    for refund in record.refunds.iter().filter(|refund| refund.holds_money()) {
        let reason = refund.mark().map_or(String::new(), |mark| match by {
            By::Ground => mark.ground.to_string(),
            _ => mark.reason.to_string(),
        });
        count_refund(hands.entry((reason, currency)).or_default(), refund);
    }
    if has_only_arrived_refunded(record) {
        count_arrived(hands.entry((String::new(), currency)).or_default(), record);
    }
}

fn measure_against_all(hands: &mut Hands) {
    let totals: BTreeMap<&str, (i64, i64)> = hands
        .iter()
        .filter(|((key, _), _)| key == "total")
        .map(|((_, currency), hand)| (*currency, (hand.sales, hand.paid)))
        .collect();
    for ((_, currency), hand) in hands {
        (hand.sales, hand.paid) = totals[currency];
    }
}

fn count_sale(hand: &mut Hand, record: &SaleRecord) {
    hand.sales += 1;
    hand.paid += record.payment.amount.minor();
    let standing: Vec<&Chargeback> = record.chargebacks.iter().filter(|each| each.is_in_force()).collect();
    hand.charged_back += standing.iter().map(|each| each.amount.minor()).sum::<i64>();
    if standing.is_empty() && record.is_charged_back() {
        hand.charged_back += record.payment.amount.minor();
    }
    hand.charged_back_sales += i64::from(record.is_charged_back());
}

fn count_refund(hand: &mut Hand, refund: &Refund) {
    match refund.status() {
        RefundStatus::Succeeded => {
            hand.refunds += 1;
            hand.refunded += refund.amount.minor();
            hand.refunded_sales.insert(refund.sale.clone());
            let succeeded_on = refund.state.on().unwrap();
            hand.waits.extend(refund.mark().map(|mark| (succeeded_on - mark.on).num_days().max(0)));
        }
        status if status.is_open() => {
            hand.open += 1;
            hand.open_sum += refund.amount.minor();
        }
        _ => {}
    }
}

fn has_only_arrived_refunded(record: &SaleRecord) -> bool {
    record.payment.sale_status() == Some(SaleStatus::Refunded)
        && record.refunds.iter().all(|refund| refund.status() != RefundStatus::Succeeded)
}

fn count_arrived(hand: &mut Hand, record: &SaleRecord) {
    if has_only_arrived_refunded(record) {
        hand.refunds += 1;
        hand.refunded += record.payment.amount.minor();
        hand.refunded_sales.insert(record.payment.id.clone());
    }
}

impl Hand {
    fn line(mut self, by: By, key: &str, currency: &str) -> String {
        self.waits.sort_unstable();
        let middle = |at: usize| self.waits.get(at).copied();
        let upper = middle(self.waits.len() / 2);
        let lower = middle(self.waits.len().saturating_sub(1) / 2);
        let median = upper.zip(lower).map(|(upper, lower)| match (upper + lower) % 2 {
            0 => ((upper + lower) / 2).to_string(),
            _ => format!("{}.5", (upper + lower) / 2),
        });
        let has_chargebacks = !by.is_of_refunds() || key == "total";
        let charged_back = if has_chargebacks { (self.charged_back_sales, self.charged_back) } else { (0, 0) };
        format!(
            "{key} {currency}: {} {}, {} of {} {}, {} open {}, {charged_back:?} back, {median:?} days",
            self.sales,
            self.paid,
            self.refunds,
            self.refunded_sales.len(),
            self.refunded,
            self.open,
            self.open_sum
        )
    }
}

fn line(key: &str, figures: &GroupAmounts) -> String {
    format!(
        "{key} {}: {} {}, {} of {} {}, {} open {}, {:?} back, {:?} days",
        figures.currency(),
        figures.sales,
        figures.paid.minor(),
        figures.refunds,
        figures.refunded_sales,
        figures.refunded.minor(),
        figures.open,
        figures.open_sum.minor(),
        (figures.charged_back_sales, figures.charged_back.minor()),
        figures.median_days().map(|median| median.to_string()),
    )
}

#[test]
fn sql_counts_the_same_as_a_loop_over_the_sales() {
    let mut dice = Dice(0x5eed_0f4e_70a4);
    let mut refunds = 0;
    let day = |text: &str| text.parse::<NaiveDate>().ok();
    let ranges = [
        Range::default(),
        Range { since: day("2026-02-28"), until: day("2026-03-31") },
        Range { since: None, until: day("2026-02-20") },
        Range { since: day("2026-06-01"), until: None },
    ];
    for _ in 0..6 {
        let store = RandomStore::new(&mut dice);
        for range in ranges {
            let records = records(&store, range);
            for by in By::ALL.iter().copied() {
                let report = report(&store.store, by, range, ZONE).unwrap();
                let groups = report.groups.iter().map(|group| line(&group.key, &group.amounts));
                let totals = report.totals.iter().map(|figures| line("total", figures));
                let mut found: Vec<String> = groups.chain(totals).collect();
                let hands = by_hand(by, &records).into_iter();
                let mut expected: Vec<String> =
                    hands.map(|((key, currency), hand)| hand.line(by, &key, currency)).collect();
                found.sort();
                expected.sort();
                assert_eq!(found, expected, "by {by} in {range:?}");
                refunds += report.totals.iter().map(|figures| figures.refunds).sum::<u64>();
            }
        }
    }
    assert!(refunds > 500, "too few random refunds: {refunds}");
}
