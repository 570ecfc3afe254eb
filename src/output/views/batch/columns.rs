//! The columns of the items of a batch.

use serde::Serialize;

use super::ItemView;
use crate::domain::rules::plan::Refusal;
use crate::output::json;
use crate::output::listing::{Flat, ListColumn, Listed, Shown};
use crate::output::table::Cell;
use crate::output::views::refund::RefundView;

impl Listed for ItemView {
    const NAME: &'static str = "items";
    const COLUMNS: &'static [ListColumn<Self>] = &[
        ListColumn::number("line", "LINE", Shown::Always, |row| Flat::own(row.line)),
        ListColumn::whole("transaction_id", "SALE", Shown::Always, |row| Flat::outside(&row.sale)),
        ListColumn::whole("outcome", "OUTCOME", Shown::Always, |row: &Self| Flat::own(row.outcome))
            .shown_as(|row| Cell::new(row.outcome, row.tone())),
        ListColumn::whole("code", "CODE", Shown::Wide(3), |row| Flat::maybe(row.refusal.as_ref().map(Refusal::code))),
        ListColumn::whole("refund_id", "REFUND", Shown::Wide(4), |row| {
            Flat::maybe(row.refund.as_ref().and_then(RefundView::id))
        }),
        ListColumn::words("customer_name", "CUSTOMER", 10, Shown::Wide(1), |row| {
            Flat::maybe_outside(row.refund.as_ref().map(|refund| &refund.customer().name))
        }),
        ListColumn::number("amount", "AMOUNT", Shown::Always, |row: &Self| {
            Flat::maybe(row.refund.as_ref().map(|refund| refund.amount().major()))
        })
        .shown_as(|row| Cell::plain(row.refund.as_ref().map(|refund| refund.amount().to_string()).unwrap_or_default())),
        ListColumn::whole("currency", "CURRENCY", Shown::Asked, |row| {
            Flat::maybe(row.refund.as_ref().map(|refund| refund.amount().currency()))
        }),
        ListColumn::whole("settlement_from", "FROM", Shown::Wide(2), |row| {
            Flat::maybe(row.refund.as_ref().and_then(RefundView::window).map(|window| json::on(window.from)))
        }),
        ListColumn::whole("settlement_by", "BY", Shown::Wide(2), |row| {
            Flat::maybe(row.refund.as_ref().and_then(RefundView::window).map(|window| json::on(window.by)))
        }),
        ListColumn::whole("ground", "GROUND", Shown::Asked, |row| {
            Flat::maybe(row.refund.as_ref().and_then(RefundView::ground))
        }),
        ListColumn::words("message", "MESSAGE", 20, Shown::Asked, |row| Flat::maybe_outside(row.refusal.as_ref())),
    ];

    fn json(&self) -> impl Serialize + '_ {
        self.object()
    }
}
