//! Rates and medians at their edges, and groups built from counts.

use super::*;

fn eur(minor: i64) -> Money {
    Money::new(minor, Currency::EUR)
}

fn none() -> GroupAmounts {
    GroupAmounts::none(Currency::EUR)
}

fn group(key: &str, amounts: GroupAmounts) -> Group {
    Group { key: key.to_owned(), name: String::new(), amounts }
}

fn sold(key: &str, amounts: GroupAmounts) -> Group {
    Group { name: format!("the {key}"), ..group(key, amounts) }
}

fn refunded(key: &str, refunds: u64, refunded_sales: u64, minor: i64) -> Group {
    group(key, GroupAmounts { refunds, refunded_sales, refunded: eur(minor), ..none() })
}

fn waits(days: &[u32]) -> GroupAmounts {
    GroupAmounts { waits: days.to_vec(), ..none() }
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
    let (a, c) =
        (GroupAmounts { sales: 10, paid: eur(10_000), ..none() }, GroupAmounts { sales: 3, paid: eur(3000), ..none() });
    let of_status = GroupAmounts { refunds: 1, refunded_sales: 1, refunded: eur(500), ..none() };
    let b = GroupAmounts { sales: 4, paid: eur(2000), ..of_status };
    let charged_back = GroupAmounts { charged_back_sales: 1, charged_back: eur(1000), ..none() };
    let counts = Counts {
        sales: vec![sold("a", a), sold("b", b), sold("c", c), group("c", charged_back)],
        refunds: vec![refunded("a", 3, 2, 1500), group("a", waits(&[4, 1]))],
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
    let of_status = GroupAmounts { refunds: 1, refunded_sales: 1, refunded: eur(500), ..none() };
    let charged_back = GroupAmounts { charged_back_sales: 1, charged_back: eur(700), ..of_status };
    let counts = Counts {
        sales: vec![sold("", GroupAmounts { sales: 10, paid: eur(10_000), ..charged_back })],
        refunds: vec![refunded("returned", 2, 2, 1500), refunded("dissatisfied", 1, 1, 300)],
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
