//! Which sale and which desk refund each row is matched to.

use super::*;
use crate::domain::fixtures::noon;
use crate::domain::money::Currency;

fn id(text: &str) -> TransactionId {
    TransactionId::new(text).unwrap()
}

fn row(name: &str, kind: Kind, minor: i64) -> MatchKey {
    MatchKey {
        id: id(name),
        kind,
        products: vec![],
        rate_number: None,
        amount: Money::new(minor, Currency::EUR),
        at: noon("2026-03-02"),
        is_test: false,
        takes_money: kind != Kind::Sale,
        was_paid: kind == Kind::Sale,
        is_refunded: false,
        is_charged_back: false,
        refund_of: None,
    }
}

fn sale(name: &str, rate: u32) -> MatchKey {
    MatchKey { rate_number: Some(rate), ..row(name, Kind::Sale, 4900) }
}

fn of_product(row: MatchKey, product: &str) -> MatchKey {
    let product = Product { is_addon: false, id: Some(ProductId::new(product).unwrap()), name: String::new() };
    MatchKey { products: vec![product], ..row }
}

fn marked(number: i64, sale: &str, minor: i64) -> DeskRefund {
    DeskRefund {
        number: RefundNumber(number),
        sale: id(sale),
        amount: Money::new(minor, Currency::EUR),
        is_given_up: false,
        known_before: BTreeSet::new(),
    }
}

fn matches(payments: &[MatchKey], refunds: &[DeskRefund]) -> String {
    let rows = OrderRows { payments: payments.to_vec(), refunds: refunds.to_vec(), pins: BTreeMap::new() };
    said(&match_order(&rows))
}

fn said(matches: &BTreeMap<TransactionId, MatchOutcome>) -> String {
    let each = matches.iter().map(|(id, found)| match found {
        MatchOutcome::Linked { sale, refund: None } => format!("{id}→{sale}"),
        MatchOutcome::Linked { sale, refund: Some(number) } => format!("{id}→{sale}/{}", number.0),
        MatchOutcome::Unmatched { candidates } => {
            format!("{id}?{}", candidates.iter().map(|id| id.as_str()).collect::<Vec<_>>().join("+"))
        }
        MatchOutcome::NoSale => format!("{id}-"),
    });
    each.collect::<Vec<_>>().join(" ")
}

#[test]
fn one_sale_links_and_its_one_equal_desk_refund_too() {
    let rows = [sale("s", 1), row("p", Kind::Refund, 1000)];
    assert_eq!(matches(&rows, &[]), "p→s");
    assert_eq!(matches(&rows, &[marked(1, "s", 1000)]), "p→s/1");
    assert_eq!(matches(&rows, &[marked(1, "s", 999)]), "p→s");
}

#[test]
fn instalment_and_product_identify_the_payment_of_an_order() {
    let rate_two = MatchKey { rate_number: Some(2), ..row("p", Kind::Refund, 4900) };
    assert_eq!(matches(&[sale("a", 1), sale("b", 2), rate_two], &[]), "p→b");
    let sales = [of_product(sale("a", 1), "aaaa0000"), of_product(sale("b", 1), "bbbb0000")];
    let refund = of_product(row("p", Kind::Refund, 4900), "bbbb0000");
    assert_eq!(matches(&[sales[0].clone(), sales[1].clone(), refund], &[]), "p→b");
}

#[test]
fn an_amount_that_only_one_sale_covers_decides() {
    let small = MatchKey { amount: Money::new(500, Currency::EUR), ..sale("a", 1) };
    assert_eq!(matches(&[small, sale("b", 1), row("p", Kind::Refund, 4900)], &[]), "p→b");
}

#[test]
fn a_refund_larger_than_the_order_s_only_sale_is_still_matched_to_it() {
    assert_eq!(matches(&[sale("s", 1), row("p", Kind::Refund, 4901)], &[]), "p→s");
    assert_eq!(matches(&[sale("a", 1), sale("b", 2), row("p", Kind::Refund, 9900)], &[]), "p?a+b");
}

#[test]
fn with_several_candidates_nothing_is_guessed() {
    assert_eq!(matches(&[sale("a", 1), sale("b", 2), row("p", Kind::Refund, 4900)], &[]), "p?a+b");
    let twins = [marked(1, "s", 1000), marked(2, "s", 1000)];
    assert_eq!(matches(&[sale("s", 1), row("p", Kind::Refund, 1000)], &twins), "p?s");
}

#[test]
fn a_chargeback_that_includes_a_fee_still_finds_its_sale_and_never_a_desk_refund() {
    let rows = [sale("s", 1), row("c", Kind::Chargeback, 6400)];
    assert_eq!(matches(&rows, &[marked(1, "s", 6400)]), "c→s");
}

#[test]
fn a_chargeback_that_includes_a_fee_is_not_matched_to_a_more_expensive_sale() {
    let expensive = MatchKey { amount: Money::new(9900, Currency::EUR), ..sale("b", 1) };
    assert_eq!(matches(&[sale("a", 1), expensive, row("c", Kind::Chargeback, 6400)], &[]), "c?a+b");
}

#[test]
fn a_row_in_another_currency_blocks_the_sales_it_may_belong_to() {
    let yen = Money::new(4900, "JPY".parse().unwrap());
    assert_eq!(matches(&[sale("s", 1), MatchKey { amount: yen, ..row("p", Kind::Refund, 1) }], &[]), "p?s");
    assert_eq!(matches(&[row("p", Kind::Refund, 100)], &[]), "p?");
}

#[test]
fn a_row_known_before_the_refund_was_marked_is_not_its_outcome() {
    let mut second = marked(2, "s", 1000);
    second.known_before.insert(id("p1"));
    let refunds = [marked(1, "s", 1000), second];
    let rows = [sale("s", 1), row("p1", Kind::Refund, 1000), row("p2", Kind::Refund, 1000)];
    assert_eq!(matches(&rows, &refunds), "p1→s/1 p2→s/2");
    assert_eq!(matches(&rows, &refunds[1..]), "p1→s p2→s/2");
}

#[test]
fn of_a_failed_attempt_and_a_success_the_success_is_the_outcome() {
    let failed = MatchKey { takes_money: false, ..row("p1", Kind::Refund, 1000) };
    let rows = [sale("s", 1), failed, row("p2", Kind::Refund, 1000)];
    assert_eq!(matches(&rows, &[marked(1, "s", 1000)]), "p1→s p2→s/1");
}

#[test]
fn a_refund_that_was_given_up_gets_no_outcome() {
    let given_up = DeskRefund { is_given_up: true, ..marked(1, "s", 1000) };
    assert_eq!(matches(&[sale("s", 1), row("p", Kind::Refund, 1000)], &[given_up]), "p→s");
}

#[test]
fn a_pin_decides_what_matching_could_not() {
    let mut rows = OrderRows {
        payments: vec![sale("a", 1), sale("b", 2), row("p", Kind::Refund, 4900)],
        refunds: vec![marked(7, "b", 4900)],
        pins: [(id("p"), Pin::Sale(id("a")))].into(),
    };
    assert_eq!(said(&match_order(&rows)), "p→a");
    rows.pins.insert(id("p"), Pin::Refund(RefundNumber(7)));
    assert_eq!(said(&match_order(&rows)), "p→b/7");
    rows.pins.insert(id("p"), Pin::Nothing);
    assert_eq!(said(&match_order(&rows)), "p-");
}

#[test]
fn of_two_rows_pinned_to_one_refund_the_second_counts_as_another_refund() {
    let failed = MatchKey { takes_money: false, ..row("p1", Kind::Refund, 4900) };
    let paid = |name| row(name, Kind::Refund, 4900);
    let rows = OrderRows {
        payments: vec![sale("a", 1), failed, paid("p2"), paid("p3")],
        refunds: vec![marked(7, "a", 4900)],
        pins: ["p1", "p2", "p3"].map(|row| (id(row), Pin::Refund(RefundNumber(7)))).into(),
    };
    assert_eq!(said(&match_order(&rows)), "p1→a p2→a/7 p3→a");
}

#[test]
fn only_a_payment_that_took_money_by_that_day_is_a_candidate() {
    let refund = MatchKey { at: noon("2026-03-10"), ..row("p", Kind::Refund, 4900) };
    let of = |other: MatchKey| matches(&[sale("a", 1), MatchKey { rate_number: None, ..other }, refund.clone()], &[]);
    let other = sale("b", 1);
    assert_eq!(of(other.clone()), "p?a+b");
    assert_eq!(of(MatchKey { was_paid: false, ..other.clone() }), "p→a");
    assert_eq!(of(MatchKey { at: noon("2026-03-12"), ..other.clone() }), "p→a");
    assert_eq!(of(MatchKey { at: noon("2026-03-10") + TimeDelta::hours(9), ..other.clone() }), "p?a+b");
    assert_eq!(of(MatchKey { is_test: true, ..other }), "p→a");
}

#[test]
fn a_refund_before_every_payment_of_its_order_still_blocks_one() {
    let refund = row("p", Kind::Refund, 4900);
    let later = |name| MatchKey { at: noon("2026-03-12"), ..sale(name, 1) };
    assert_eq!(matches(&[later("a"), refund.clone()], &[]), "p?a");
    assert_eq!(matches(&[later("a"), later("b"), refund.clone()], &[]), "p?a+b");
    assert_eq!(matches(&[MatchKey { was_paid: false, ..later("a") }, refund], &[]), "p?");
}

fn refunded(name: &str, minor: i64) -> MatchKey {
    MatchKey { is_refunded: true, takes_money: true, was_paid: true, ..row(name, Kind::Sale, minor) }
}

#[test]
fn a_charged_back_row_beside_a_paid_sale_may_be_its_chargeback_and_is_no_refund_s_outcome() {
    let charged_back = |minor| MatchKey { is_refunded: false, is_charged_back: true, ..refunded("c", minor) };
    assert_eq!(matches(&[charged_back(4900)], &[]), "");
    assert_eq!(matches(&[sale("a", 1), charged_back(4900)], &[]), "c?a");
    // With the bank's fee.
    assert_eq!(matches(&[sale("a", 1), charged_back(6400)], &[]), "c?a");
    assert_eq!(matches(&[sale("a", 1), charged_back(4900)], &[marked(1, "a", 4900)]), "c?a");
    let second = MatchKey { rate_number: Some(2), ..charged_back(4900) };
    assert_eq!(matches(&[sale("a", 1), second], &[]), "");
}

#[test]
fn a_refunded_row_beside_a_paid_sale_may_be_its_refund() {
    assert_eq!(matches(&[refunded("r", 4900)], &[]), "");
    assert_eq!(matches(&[sale("a", 1), refunded("r", 1000)], &[]), "r?a");
    assert_eq!(matches(&[sale("a", 1), refunded("r", 4901)], &[]), "");
    let second = MatchKey { rate_number: Some(2), ..refunded("r", 4900) };
    assert_eq!(matches(&[sale("a", 1), second], &[]), "");
    let named = |row: MatchKey, name: &str| {
        let product = Product { is_addon: false, id: None, name: name.into() };
        MatchKey { products: vec![product], ..row }
    };
    let of = |name| matches(&[named(sale("a", 1), "Yoga-Kurs"), named(refunded("r", 4900), name)], &[]);
    assert_eq!((of("YOGA KURS"), of("Tee")), ("r?a".to_owned(), String::new()));
    assert_eq!(matches(&[sale("a", 1), refunded("r", 1000)], &[marked(1, "a", 1000)]), "r→a/1");
}

#[test]
fn a_person_decides_what_a_refunded_row_is() {
    let rows = |pin| OrderRows {
        payments: vec![sale("a", 1), refunded("r", 1000)],
        refunds: vec![],
        pins: [(id("r"), pin)].into(),
    };
    assert_eq!(said(&match_order(&rows(Pin::Sale(id("a"))))), "r→a");
    assert_eq!(said(&match_order(&rows(Pin::Nothing))), "r-");
}

#[test]
fn the_sale_that_a_row_names_is_its_sale_whatever_else_it_says() {
    let named = |sale: &str| MatchKey { refund_of: Some(id(sale)), ..row("p", Kind::Refund, 4900) };
    let sales = [sale("a", 1), sale("b", 2), MatchKey { was_paid: false, ..sale("c", 3) }];
    let of = |row: MatchKey| matches(&[&sales[..], &[row]].concat(), &[marked(7, "b", 4900)]);
    assert_eq!((of(named("a")), of(named("b"))), ("p→a".to_owned(), "p→b/7".to_owned()));
    assert_eq!(of(MatchKey { rate_number: Some(1), ..named("c") }), "p→c");
    assert_eq!(of(named("gone")), "p?a+b");
    let yen = Money::new(4900, "JPY".parse().unwrap());
    assert_eq!(of(MatchKey { amount: yen, ..named("b") }), "p?b");
    let rows = OrderRows {
        payments: [&sales[..], &[named("a")]].concat(),
        refunds: vec![],
        pins: [(id("p"), Pin::Sale(id("b")))].into(),
    };
    assert_eq!(said(&match_order(&rows)), "p→b", "a person's decision wins");
}

#[test]
fn the_order_of_the_rows_does_not_matter() {
    let mut rows = vec![sale("a", 1), sale("b", 2), row("p", Kind::Refund, 1000), row("q", Kind::Chargeback, 4900)];
    rows[2].rate_number = Some(1);
    let expected = matches(&rows, &[marked(1, "a", 1000)]);
    for _ in 0..rows.len() {
        rows.rotate_left(1);
        assert_eq!(matches(&rows, &[marked(1, "a", 1000)]), expected);
    }
}
