//! Joins what several reports say about the products of one payment.
//!
//! The join is the same in any order, split or repetition of the reports: for each ID the set of its names, and the
//! names that were reported without an ID. What is shown is derived from these sets.

use crate::domain::ids::ProductId;
use crate::domain::product::Product;
use std::collections::{BTreeMap, BTreeSet};

/// The products of a payment.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct JoinedProducts {
    /// One for each ID, and one for each name that belongs to no ID; the main ones first, then the add-ons.
    pub shown: Vec<Product>,
    /// The other names that were reported. They have to be kept: the name of an ID can come with or without it.
    pub other_names: BTreeSet<Product>,
}

#[derive(Default)]
struct Reported<'p> {
    is_main: bool,
    names: BTreeSet<&'p str>,
}

/// Joins products of any reports, or of earlier joins.
pub fn join<'p>(products: impl IntoIterator<Item = &'p Product>) -> JoinedProducts {
    let mut by_id: BTreeMap<&ProductId, Reported<'p>> = BTreeMap::new();
    let mut without_id: BTreeMap<&str, bool> = BTreeMap::new();
    for product in products {
        let name = Some(product.name.as_str()).filter(|name| !name.is_empty());
        match &product.id {
            Some(id) => {
                let reported = by_id.entry(id).or_default();
                reported.is_main |= !product.is_addon;
                reported.names.extend(name);
            }
            None => {
                if let Some(name) = name {
                    *without_id.entry(name).or_default() |= !product.is_addon;
                }
            }
        }
    }
    shown(by_id, without_id)
}

/// The last name of an ID in the order of the alphabet is shown, and names that no ID ever had.
fn shown(by_id: BTreeMap<&ProductId, Reported<'_>>, without_id: BTreeMap<&str, bool>) -> JoinedProducts {
    let product = |id: Option<&ProductId>, name: &str, is_main: bool| Product {
        is_addon: !is_main,
        id: id.cloned(),
        name: name.to_owned(),
    };
    let mut joined = JoinedProducts::default();
    for (id, Reported { is_main, names }) in &by_id {
        let last = names.last().copied().unwrap_or_default();
        joined.shown.push(product(Some(id), last, *is_main));
        let others = names.iter().filter(|name| **name != last);
        joined.other_names.extend(others.map(|name| product(Some(id), name, false)));
    }
    for (name, is_main) in without_id {
        if by_id.values().any(|reported| reported.names.contains(name)) {
            joined.other_names.insert(product(None, name, false));
        } else {
            joined.shown.push(product(None, name, is_main));
        }
    }
    joined.shown.sort();
    joined
}

#[cfg(test)]
mod tests {
    use super::*;

    fn product(id: &str, name: &str) -> Product {
        Product { is_addon: false, id: ProductId::new(id).ok(), name: name.to_owned() }
    }

    fn said(products: &[Product]) -> String {
        let each = join(products).shown.into_iter().map(|product| {
            let id = product.id.map_or_else(String::new, |id| id.to_string());
            format!("{id}:{}{}", product.name, if product.is_addon { "+" } else { "" })
        });
        each.collect::<Vec<_>>().join(" ")
    }

    #[test]
    fn a_name_that_an_id_ever_had_is_not_another_product() {
        let reports = [product("px", "Yoga"), product("", "Yoga"), product("px", "Yoga Zen")];
        assert_eq!(said(&reports), "px:Yoga Zen");
        assert_eq!(said(&[product("px", ""), product("", "Yoga")]), ":Yoga px:");
    }

    #[test]
    fn an_add_on_never_comes_before_the_main_product() {
        let addon = Product { is_addon: true, ..product("aa", "Book") };
        assert_eq!(said(&[addon.clone(), product("zz", "Course")]), "zz:Course aa:Book+");
        assert_eq!(said(&[addon.clone(), product("aa", "")]), "aa:Book");
        assert_eq!(said(&[addon]), "aa:Book+");
    }

    #[test]
    fn joining_what_was_joined_changes_nothing() {
        let reports = [product("px", "Yoga"), product("", "Yoga"), product("px", "Zen"), product("", "Tea")];
        let joined = join(&reports);
        assert_eq!(join(joined.shown.iter().chain(&joined.other_names)), joined);
        assert_eq!(joined.other_names.len(), 2);
    }
}
