//! A search for a flag finds what a look at every record finds.

use super::*;
use crate::desk::find::{Screen, Search};
use crate::desk::random::RandomStore;
use crate::domain::dice::Dice;
use crate::domain::sale::record::{Flag, SaleRecord};
use crate::store::TransactionFilter;
use std::collections::BTreeSet;
use std::ops::ControlFlow;

fn found_in(
    store: &Store,
    filter: &TransactionFilter,
    screen: Screen,
    is_wanted: &dyn Fn(&SaleRecord) -> bool,
) -> Vec<String> {
    let now = at(noon("2026-04-05"));
    let search = Search { store, filter, screen, policy: &Policy::default(), now: &now };
    let mut found = Vec::new();
    let mut each = |record: SaleRecord| {
        found.extend(is_wanted(&record).then(|| record.payment.id.to_string()));
        ControlFlow::Continue(())
    };
    search.run(None, &mut each).unwrap();
    found
}

#[test]
fn a_flag_finds_the_payments_whose_records_have_it() {
    let mut dice = Dice(7);
    let mut found = BTreeSet::new();
    for round in 0..12 {
        let random = RandomStore::new(&mut dice);
        random.take_cases(&mut dice);
        let store = &random.store;
        let filter = TransactionFilter { test: round % 4 == 0, ..TransactionFilter::default() };
        for flag in Flag::ALL {
            let expected = found_in(store, &filter, Screen::default(), &|record| record.flags().contains(flag));
            let screen = Screen { flags: vec![*flag], ..Screen::default() };
            assert_eq!(found_in(store, &filter, screen, &|_| true), expected, "{flag}");
            found.extend((!expected.is_empty()).then_some(*flag));
        }
    }
    // The random stores have no generated IDs.
    let missing: Vec<&Flag> = Flag::ALL.iter().filter(|flag| !found.contains(flag)).collect();
    assert_eq!(missing, [&Flag::IdMadeUp]);
}
