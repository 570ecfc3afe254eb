//! The columns of the worklist.

use serde::Serialize;

use super::DueView;
use crate::domain::due::Due;
use crate::domain::money::Money;
use crate::output::json;
use crate::output::listing::{Flat, ListColumn, Listed, Shown};
use crate::output::table::Cell;

impl Listed for DueView {
    const NAME: &'static str = "refunds";
    const COLUMNS: &'static [ListColumn<Self>] = &[
        ListColumn::whole("code", "DUE", Shown::Always, |row: &Self| Flat::own(row.item.first.code))
            .shown_as(|row| Cell::new(row.label(), row.tone())),
        ListColumn::whole("due_on", "SINCE OR BY", Shown::Wide(4), |row| Flat::own(json::on(row.item.first.on))),
        ListColumn::whole("refund_id", "REFUND", Shown::Wide(2), |row| Flat::maybe_outside(row.id())),
        ListColumn::words("customer_name", "CUSTOMER", 10, Shown::Always, |row| {
            Flat::maybe_outside(row.payment().map(|payment| &payment.customer.name))
        }),
        ListColumn::number("amount", "AMOUNT", Shown::Always, |row: &Self| Flat::maybe(row.amount().map(Money::major)))
            .shown_as(|row| {
                Cell::plain(row.amount().map_or_else(|| "unknown".to_owned(), |amount| amount.to_string()))
            }),
        ListColumn::whole("currency", "CURRENCY", Shown::Asked, |row| Flat::maybe(row.amount().map(Money::currency))),
        // `retour refund` asks for the reason, and the line is long already.
        ListColumn::whole("next", "NEXT", Shown::Always, |row: &Self| Flat::outside(&row.next))
            .shown_as(|row| Cell::plain(row.next.split(" --reason ").next().unwrap_or_default())),
        ListColumn::whole("also", "ALSO", Shown::Wide(3), |row: &Self| Flat::own(codes(&row.item.also, " ")))
            .shown_as(|row| Cell::plain(codes(&row.item.also, ", ").replace('_', " "))),
        ListColumn::words("advice", "WHAT TO DO", 76, Shown::Wide(1), |row| Flat::own(&row.advice)),
        ListColumn::whole("transaction_id", "SALE", Shown::Asked, |row| Flat::maybe_outside(row.sale())),
        ListColumn::whole("order_id", "ORDER", Shown::Asked, |row| Flat::maybe_outside(row.order())),
        ListColumn::number("at_stake", "AT STAKE", Shown::Asked, |row| {
            Flat::maybe(row.twice().map(|twice| twice.at_stake.major()))
        }),
        ListColumn::whole("refunds", "REFUNDS", Shown::Asked, |row| {
            let twice = row.twice().map(|twice| twice.refunds.iter());
            Flat::outside(twice.map(|all| joined(all.map(|refund| refund.id.to_string()))).unwrap_or_default())
        }),
        ListColumn::whole("chargebacks", "CHARGEBACKS", Shown::Asked, |row| {
            let twice = row.twice().map(|twice| twice.chargebacks.iter());
            Flat::outside(twice.map(|all| joined(all.map(|each| each.id.to_string()))).unwrap_or_default())
        }),
    ];

    fn json(&self) -> impl Serialize + '_ {
        self.object()
    }
}

fn codes(all: &[Due], between: &str) -> String {
    all.iter().map(|due| due.code.word()).collect::<Vec<_>>().join(between)
}

fn joined(ids: impl Iterator<Item = String>) -> String {
    ids.collect::<Vec<_>>().join(" ")
}
