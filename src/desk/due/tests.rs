//! The index finds the same items as reading every sale.

use super::*;
use crate::desk::random::RandomStore;
use crate::domain::dice::Dice;
use crate::domain::due::DueCode;
use crate::domain::time::Zone;
use std::collections::BTreeSet;

#[test]
fn everything_due_is_found_and_less_than_half_of_the_sales_are_read() {
    let mut dice = Dice(0xd0e_5eed);
    let (policy, mut seen, mut read, mut all) = (Policy::default(), BTreeSet::new(), 0, 0);
    for _ in 0..6 {
        let random = RandomStore::new(&mut dice);
        for today in ["2026-03-01", "2026-03-20", "2026-04-25"] {
            let now = Now::new(crate::domain::fixtures::noon(today), Zone::BERLIN);
            let found = due(&random.store, &policy, &now).unwrap();
            let found: Vec<_> = found.into_iter().filter(|item| item.first.code != DueCode::Unmatched).collect();
            let mut expected: Vec<DueItem> = Vec::new();
            for sale in random.sales() {
                let record = random.store.record(&sale, Zone::BERLIN).unwrap().unwrap();
                expected.extend(due::items_of_sale(&record, &policy, &now));
            }
            expected.sort_by_cached_key(DueItem::urgency);
            seen.extend(found.iter().map(|item| item.first.code));
            assert_eq!(found, expected);
        }
        let days = days_before("2026-04-25".parse().unwrap(), policy.due.failed);
        read += random.store.sales_possibly_due(days, Zone::BERLIN).unwrap().len();
        all += random.sales().count();
    }
    assert!(seen.len() >= 6, "too few kinds of items occurred: {seen:?}");
    assert!(read * 2 < all, "{read} of {all} sales were read");
}
