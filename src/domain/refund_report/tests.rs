//! Rates and medians at their edges, and groups built from counts.

use super::*;

fn key(group: &str) -> GroupKey {
    GroupKey { group: group.to_owned(), currency: Currency::EUR }
}

fn sold(group: &str, sales: u64, paid: i64) -> Sold {
    Sold {
        key: key(group),
        name: format!("the {group}"),
        sales,
        paid,
        arrived_refunded: 0,
        arrived_refunded_minor: 0,
        arrived_charged_back: 0,
        arrived_charged_back_minor: 0,
    }
}

fn refunded(group: &str, refunds: u64, sales: u64, minor: i64) -> Refunded {
    Refunded { key: key(group), refunds, sales, minor, open: 0, open_minor: 0 }
}

fn waits(days: &[u32]) -> GroupAmounts {
    GroupAmounts { waits: days.to_vec(), ..GroupAmounts::none(Currency::EUR) }
}

#[test]
fn a_rate_is_rounded_half_up_to_a_hundredth_of_a_per_cent() {
    let rate = |part, whole| Rate::of(part, whole).map(Rate::percent);
    assert_eq!(rate(1, 3).as_deref(), Some("33.33"));
    assert_eq!(rate(2, 3).as_deref(), Some("66.67"));
    assert_eq!(rate(1, 20_000).as_deref(), Some("0.01"));
    assert_eq!(rate(1, 20_001).as_deref(), Some("0.00"));
    assert_eq!(rate(0, 7).as_deref(), Some("0.00"));
    assert_eq!(rate(14, 7).as_deref(), Some("200.00"));
    assert_eq!(rate(0, 0), None);
    let most = i128::from(i64::MAX);
    assert_eq!(rate(most, most).as_deref(), Some("100.00"));
}

#[test]
fn a_median_of_an_even_number_lies_between_the_middle_two() {
    let median = |days: &[u32]| waits(days).median_days().map(|median| median.to_string());
    assert_eq!(median(&[]), None);
    assert_eq!(median(&[3]).as_deref(), Some("3"));
    assert_eq!(median(&[1, 2]).as_deref(), Some("1.5"));
    assert_eq!(median(&[0, 2, 9]).as_deref(), Some("2"));
    assert_eq!(median(&[0, 2, 4, 90]).as_deref(), Some("3"));
}

fn shown(report: &RefundReport) -> String {
    let line = |name: &str, amounts: &GroupAmounts| {
        let rate = |rate: Option<Rate>| rate.map_or("-".to_owned(), Rate::percent);
        let GroupAmounts { sales, paid, refunds, refunded_sales, refunded, .. } = amounts;
        let back = format!("{} charged back {}", amounts.charged_back_sales, amounts.charged_back);
        let rates = format!("{} {}", rate(amounts.rate_by_count()), rate(amounts.rate_by_value()));
        format!("{name}: {sales} {paid}, {refunds} of {refunded_sales} {refunded}, {rates}, {back}\n")
    };
    let groups = report.groups.iter().map(|group| line(&format!("{} ({})", group.key, group.name), &group.amounts));
    groups.chain(report.totals.iter().map(|amounts| line("total", amounts))).collect()
}

#[test]
fn groups_add_up_to_their_total() {
    let arrived = Sold { arrived_refunded: 1, arrived_refunded_minor: 500, ..sold("b", 4, 2000) };
    let counts = Counts {
        sold: vec![sold("a", 10, 10_000), arrived, sold("c", 3, 3000)],
        refunded: vec![refunded("a", 3, 2, 1500)],
        charged_back: vec![ChargedBack { key: key("c"), sales: 1, minor: 1000 }],
        waits: vec![Wait { key: key("a"), days: 4 }, Wait { key: key("a"), days: 1 }],
    };
    let report = assemble(By::Product, counts, Vec::new()).unwrap();
    insta::assert_snapshot!(shown(&report), @"
    a (the a): 10 100.00 EUR, 3 of 2 15.00 EUR, 20.00 15.00, 0 charged back 0.00 EUR
    b (the b): 4 20.00 EUR, 1 of 1 5.00 EUR, 25.00 25.00, 0 charged back 0.00 EUR
    c (the c): 3 30.00 EUR, 0 of 0 0.00 EUR, 0.00 0.00, 1 charged back 10.00 EUR
    total: 17 150.00 EUR, 4 of 3 20.00 EUR, 17.65 13.33, 1 charged back 10.00 EUR
    ");
    assert_eq!(report.totals[0].median_days().unwrap().to_string(), "2.5");
}

#[test]
fn each_reason_is_measured_against_all_sales_and_a_sale_with_two_reasons_counts_once_in_the_total() {
    let arrived = Sold {
        arrived_refunded: 1,
        arrived_refunded_minor: 500,
        arrived_charged_back: 1,
        arrived_charged_back_minor: 700,
        ..sold("", 10, 10_000)
    };
    let counts = Counts {
        sold: vec![arrived],
        refunded: vec![refunded("returned", 2, 2, 1500), refunded("dissatisfied", 1, 1, 300)],
        ..Counts::default()
    };
    let report = assemble(By::Reason, counts, vec![refunded("", 3, 2, 1800)]).unwrap();
    insta::assert_snapshot!(shown(&report), @"
    returned (): 10 100.00 EUR, 2 of 2 15.00 EUR, 20.00 15.00, 0 charged back 0.00 EUR
     (): 10 100.00 EUR, 1 of 1 5.00 EUR, 10.00 5.00, 0 charged back 0.00 EUR
    dissatisfied (): 10 100.00 EUR, 1 of 1 3.00 EUR, 10.00 3.00, 0 charged back 0.00 EUR
    total: 10 100.00 EUR, 4 of 3 23.00 EUR, 30.00 23.00, 1 charged back 7.00 EUR
    ");
}

#[test]
fn without_sales_there_is_no_group_and_no_total() {
    let report = assemble(By::Month, Counts::default(), Vec::new()).unwrap();
    assert_eq!((report.groups.len(), report.totals.len()), (0, 0));
}
