//! Which sale and which desk refund a platform refund or chargeback belongs to.
//!
//! The platform names only the order. So the match is a pure function of the order's rows, recomputed whenever they
//! change, and the order in which they arrived does not matter. A row with one candidate is matched; a row with several
//! is not, and blocks the sales it may belong to. Nothing is guessed.

use crate::domain::ids::{ProductId, RefundNumber, TransactionId};
use crate::domain::money::Money;
use crate::domain::names;
use crate::domain::sale::transaction::{Kind, Product};
use crate::domain::time::Timestamp;
use chrono::TimeDelta;
use std::collections::{BTreeMap, BTreeSet};

/// What matching compares of a payment.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MatchKey {
    pub id: TransactionId,
    pub kind: Kind,
    /// With every name that was reported.
    pub products: Vec<Product>,
    pub rate_number: Option<u32>,
    pub amount: Money,
    pub at: Timestamp,
    pub is_test: bool,
    /// Whether it is a refund or chargeback that takes money from its sale.
    pub takes_money: bool,
    /// Whether it is a sale for which money was taken at some time, or may have been.
    pub was_paid: bool,
    /// It is a sale with the status refunded: the row may be a refund of another sale of the order.
    pub is_refunded: bool,
    /// Likewise for a sale with the status charged back.
    pub is_charged_back: bool,
}

impl MatchKey {
    /// The row is a sale by its kind, and may be the refund or chargeback of another one.
    fn may_be_taking(&self) -> bool {
        self.is_refunded || self.is_charged_back
    }
}

/// A refund that the desk marked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DeskRefund {
    pub number: RefundNumber,
    pub sale: TransactionId,
    pub amount: Money,
    /// The vendor said that it failed or was cancelled, so a platform row is not its outcome.
    pub is_given_up: bool,
    /// Platform rows that were matched to the sale before this refund was marked: they cannot be its outcome.
    pub known_before: BTreeSet<TransactionId>,
}

/// What the vendor decided with `refunds match`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Pin {
    /// The row belongs to no sale in the store.
    Nothing,
    Sale(TransactionId),
    Refund(RefundNumber),
}

/// All rows of one order.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct OrderRows {
    pub payments: Vec<MatchKey>,
    pub refunds: Vec<DeskRefund>,
    pub pins: BTreeMap<TransactionId, Pin>,
}

/// Which sale and desk refund a platform row belongs to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum MatchOutcome {
    /// To this sale, and as its outcome to this desk refund, if any.
    Linked { sale: TransactionId, refund: Option<RefundNumber> },
    /// To one of these sales, or to none in the store.
    Unmatched { candidates: BTreeSet<TransactionId> },
    /// To none, as the vendor decided.
    NoSale,
}

/// The match of every platform row of the order.
pub fn match_order(rows: &OrderRows) -> BTreeMap<TransactionId, MatchOutcome> {
    let mut matches = BTreeMap::new();
    let mut open = BTreeMap::new();
    let mut pinned = vec![];
    for row in rows.payments.iter().filter(|row| row.kind != Kind::Sale || row.may_be_taking()) {
        match rows.pins.get(&row.id) {
            Some(Pin::Nothing) => _ = matches.insert(row.id.clone(), MatchOutcome::NoSale),
            Some(Pin::Sale(sale)) => _ = open.insert(row.id.clone(), (row, sale.clone())),
            Some(Pin::Refund(number)) => pinned.push((row, *number)),
            None if row.kind == Kind::Sale => match beside_a_paid_sale(row, rows) {
                Refunded::Alone => {}
                Refunded::OutcomeOf(sale) => _ = open.insert(row.id.clone(), (row, sale)),
                Refunded::RowOf(candidates) => {
                    _ = matches.insert(row.id.clone(), MatchOutcome::Unmatched { candidates });
                }
            },
            None => match one_sale(row, rows) {
                Ok(sale) => _ = open.insert(row.id.clone(), (row, sale)),
                Err(candidates) => _ = matches.insert(row.id.clone(), MatchOutcome::Unmatched { candidates }),
            },
        }
    }
    let mut taken = BTreeSet::new();
    pinned.sort_by_key(|(row, _)| (!row.takes_money, row.id.clone()));
    for (row, number) in pinned {
        matches.insert(row.id.clone(), to_pinned_refund(number, rows, taken.insert(number)));
    }
    matches.extend(with_refunds(open, rows, taken));
    matches
}

/// A refund has one outcome. A second row pinned to it counts as another refund of the sale, or its money would not be
/// counted at all.
fn to_pinned_refund(number: RefundNumber, rows: &OrderRows, is_first: bool) -> MatchOutcome {
    match rows.refunds.iter().find(|refund| refund.number == number) {
        Some(refund) => MatchOutcome::Linked { sale: refund.sale.clone(), refund: Some(number).filter(|_| is_first) },
        None => MatchOutcome::Unmatched { candidates: BTreeSet::new() },
    }
}

/// The one sale the row can belong to, or all that it may.
fn one_sale(row: &MatchKey, rows: &OrderRows) -> Result<TransactionId, BTreeSet<TransactionId>> {
    let paid = paid_sales(row, rows);
    let possible: Vec<&MatchKey> = paid.iter().copied().filter(|sale| is_paid_by(row, sale)).collect();
    if possible.is_empty() {
        // A day may be wrong, and a sale blocked by mistake is safer than one that is refunded twice.
        return Err(paid.iter().map(|sale| sale.id.clone()).collect());
    }
    let payable = possible.iter().filter(|sale| sale.amount.currency() == row.amount.currency());
    // A chargeback can include the bank's fee, so no sale is too small for it.
    let is_chargeback = row.kind == Kind::Chargeback;
    let large_enough = |sale: &&&MatchKey| is_chargeback || !row.amount.exceeds(sale.amount).unwrap_or(true);
    // An amount that no sale covers rules none of them out.
    let mut fitting: Vec<&&MatchKey> = payable.clone().filter(large_enough).collect();
    if fitting.is_empty() {
        fitting = payable.collect();
    }
    match fitting.as_slice() {
        [only] => Ok(only.id.clone()),
        [] => Err(possible.iter().map(|sale| sale.id.clone()).collect()),
        several => Err(several.iter().map(|sale| sale.id.clone()).collect()),
    }
}

/// The sales that took money and agree with the row, on any day.
fn paid_sales<'r>(row: &MatchKey, rows: &'r OrderRows) -> Vec<&'r MatchKey> {
    let is_possible = |sale: &&MatchKey| {
        let is_paid_sale = sale.kind == Kind::Sale && sale.was_paid && sale.id != row.id;
        is_paid_sale && sale.is_test == row.is_test && products_and_instalments_agree(row, sale)
    };
    rows.payments.iter().filter(is_possible).collect()
}

/// The sale was paid by the day of the row. Matching does not depend on a time zone, so within 24 hours is the same
/// day.
fn is_paid_by(row: &MatchKey, sale: &MatchKey) -> bool {
    sale.at < row.at + TimeDelta::hours(24)
}

/// What a sale with the status refunded or charged back can be.
enum Refunded {
    /// A sale that was refunded or charged back.
    Alone,
    /// The refund of this sale: the desk has one of the same amount that waits for its outcome.
    OutcomeOf(TransactionId),
    /// That, or a refund or chargeback of one of these sales.
    RowOf(BTreeSet<TransactionId>),
}

/// A file can report a refund or a chargeback as a row of its sale's kind, with the status refunded or charged back.
/// Beside a paid sale of the same order, product and instalment, both readings hold.
fn beside_a_paid_sale(row: &MatchKey, rows: &OrderRows) -> Refunded {
    // A chargeback can include the bank's fee, so no sale is too small for it.
    let large_enough = |sale: &MatchKey| row.is_charged_back || !row.amount.exceeds(sale.amount).unwrap_or(true);
    let covers = |sale: &&MatchKey| !sale.may_be_taking() && is_paid_by(row, sale) && large_enough(sale);
    let sales: BTreeSet<TransactionId> =
        paid_sales(row, rows).into_iter().filter(covers).map(|sale| sale.id.clone()).collect();
    match sales.first() {
        None => Refunded::Alone,
        Some(only) if sales.len() == 1 && possible_refunds(row, only, rows).len() == 1 => {
            Refunded::OutcomeOf(only.clone())
        }
        Some(_) => Refunded::RowOf(sales),
    }
}

/// Compares what both sides name; a field that one side leaves empty does not count.
fn products_and_instalments_agree(row: &MatchKey, sale: &MatchKey) -> bool {
    let instalments_agree = match (row.rate_number, sale.rate_number) {
        (Some(row), Some(sale)) => row == sale,
        _ => true,
    };
    instalments_agree && products_agree(&row.products, &sale.products)
}

/// Whether they have a product in common, by ID or else by name. If one side names none, they agree.
pub fn products_agree(row: &[Product], sale: &[Product]) -> bool {
    fn ids(products: &[Product]) -> Vec<&ProductId> {
        products.iter().filter_map(|product| product.id.as_ref()).collect()
    }
    fn names(products: &[Product]) -> Vec<String> {
        let names = products.iter().map(|product| product.name.as_str()).filter(|name| !name.is_empty());
        names.map(names::searchable).collect()
    }
    fn overlap<T: PartialEq>(row: &[T], sale: &[T]) -> bool {
        row.iter().any(|each| sale.contains(each))
    }
    let (row_ids, sale_ids) = (ids(row), ids(sale));
    if !row_ids.is_empty() && !sale_ids.is_empty() {
        return overlap(&row_ids, &sale_ids);
    }
    let (row_names, sale_names) = (names(row), names(sale));
    row_names.is_empty() || sale_names.is_empty() || overlap(&row_names, &sale_names)
}

/// A row whose sale is known, and the desk refunds whose outcome it may be.
struct Waiting {
    sale: TransactionId,
    takes_money: bool,
    possible: BTreeSet<RefundNumber>,
}

/// Finds the desk refund whose outcome each row is. A row with one possible desk refund takes it, which may leave
/// another row with only one; a row that is left with several is not matched. If a failed attempt and a successful one
/// could both be the outcome of a refund, it is the successful one.
fn with_refunds(
    open: BTreeMap<TransactionId, (&MatchKey, TransactionId)>,
    rows: &OrderRows,
    mut taken: BTreeSet<RefundNumber>,
) -> BTreeMap<TransactionId, MatchOutcome> {
    let mut matches = BTreeMap::new();
    let mut waiting: BTreeMap<TransactionId, Waiting> = open
        .into_iter()
        .map(|(id, (row, sale))| {
            let possible = possible_refunds(row, &sale, rows);
            (id, Waiting { sale, takes_money: row.takes_money, possible })
        })
        .collect();
    loop {
        for row in waiting.values_mut() {
            row.possible.retain(|number| !taken.contains(number));
        }
        let decided = waiting.iter().filter(|(_, row)| row.possible.len() == 1);
        let Some(id) = decided.min_by_key(|(id, row)| (!row.takes_money, *id)).map(|(id, _)| id.clone()) else {
            break;
        };
        if let Some(row) = waiting.remove(&id) {
            let refund = row.possible.into_iter().next();
            taken.extend(refund);
            matches.insert(id, MatchOutcome::Linked { sale: row.sale, refund });
        }
    }
    matches.extend(waiting.into_iter().map(|(id, row)| match row.possible.len() {
        0 => (id, MatchOutcome::Linked { sale: row.sale, refund: None }),
        _ => (id, MatchOutcome::Unmatched { candidates: [row.sale].into() }),
    }));
    matches
}

fn possible_refunds(row: &MatchKey, sale: &TransactionId, rows: &OrderRows) -> BTreeSet<RefundNumber> {
    let fits = |refund: &&DeskRefund| {
        row.kind != Kind::Chargeback
            && !row.is_charged_back
            && refund.sale == *sale
            && refund.amount == row.amount
            && !refund.is_given_up
            && !refund.known_before.contains(&row.id)
    };
    rows.refunds.iter().filter(fits).map(|refund| refund.number).collect()
}

#[cfg(test)]
mod tests {
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
        let of =
            |other: MatchKey| matches(&[sale("a", 1), MatchKey { rate_number: None, ..other }, refund.clone()], &[]);
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
    fn the_order_of_the_rows_does_not_matter() {
        let mut rows = vec![sale("a", 1), sale("b", 2), row("p", Kind::Refund, 1000), row("q", Kind::Chargeback, 4900)];
        rows[2].rate_number = Some(1);
        let expected = matches(&rows, &[marked(1, "a", 1000)]);
        for _ in 0..rows.len() {
            rows.rotate_left(1);
            assert_eq!(matches(&rows, &[marked(1, "a", 1000)]), expected);
        }
    }
}
