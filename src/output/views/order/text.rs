//! An order as text.

use super::OrderView;
use crate::domain::money::{Money, Totals};
use crate::output::listing;
use crate::output::sentences;
use crate::output::table::{Cell, Style, Tone, facts};

impl OrderView {
    pub(super) fn text(&self, style: &Style) -> String {
        let mut pairs = vec![
            ("order", Cell::new(self.first.order.as_str(), Tone::Strong)),
            ("customer", Cell::plain(sentences::customer(&self.first.customer))),
            ("product", Cell::plain(sentences::products(&self.products))),
            ("ordered", Cell::plain(self.ordered_on.map(sentences::weekday).unwrap_or_default())),
            ("plan", Cell::plain(sentences::plan(self.first.plan, self.plan_is_cancelled))),
            ("paid", Cell::plain(sum_text(&self.sums.paid))),
            ("refunded or marked", Cell::plain(unless_zero(&self.sums.refunded))),
            ("charged back", Cell::plain(unless_zero(&self.sums.charged_back))),
            ("left", Cell::plain(sum_text(&self.sums.left))),
        ];
        pairs.retain(|(_, cell)| !cell.text.is_empty());
        let columns = ["paid_on", "transaction_id", "amount", "method", "status", "refundable", "flags"];
        format!("{}\n{}", facts(&pairs, style), listing::table_of(&self.payments, &columns, style))
    }
}

/// `49.00 EUR, 10.00 USD`
pub(super) fn sum_text(sum: &Totals) -> String {
    sum.iter().map(|sum| sum.to_string()).collect::<Vec<_>>().join(", ")
}

fn unless_zero(sum: &Totals) -> String {
    if sum.iter().all(Money::is_zero) { String::new() } else { sum_text(sum) }
}
