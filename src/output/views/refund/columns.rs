//! The columns of a listing of refunds.

use serde::Serialize;

use super::RefundView;
use crate::output::json;
use crate::output::listing::{Flat, ListColumn, Listed, Shown};
use crate::output::table::Cell;

impl Listed for RefundView {
    const NAME: &'static str = "refunds";
    const COLUMNS: &'static [ListColumn<Self>] = &[
        ListColumn::whole("refund_id", "REFUND", Shown::Always, |row| Flat::maybe_outside(row.id.as_ref())),
        ListColumn::whole("transaction_id", "SALE", Shown::Wide(6), |row| Flat::outside(&row.sale)),
        ListColumn::whole("order_id", "ORDER", Shown::Wide(5), |row| Flat::outside(&row.order)),
        ListColumn::words("customer_name", "CUSTOMER", 10, Shown::Always, |row| Flat::outside(&row.customer.name)),
        ListColumn::words("customer_email", "E-MAIL", 12, Shown::Asked, |row| Flat::outside(&row.customer.email)),
        ListColumn::words("country", "COUNTRY", 7, Shown::Asked, |row| Flat::outside(&row.customer.country)),
        ListColumn::number("amount", "AMOUNT", Shown::Always, |row: &Self| Flat::own(row.amount.major()))
            .shown_as(|row| Cell::plain(row.amount.to_string())),
        ListColumn::whole("currency", "CURRENCY", Shown::Asked, |row| Flat::own(row.amount.currency())),
        ListColumn::whole("status", "STATUS", Shown::Always, |row: &Self| Flat::own(row.state.status()))
            .shown_as(status_cell),
        ListColumn::whole("status_on", "SINCE", Shown::Asked, |row| Flat::maybe(row.status_on())),
        ListColumn::whole("origin", "ORIGIN", Shown::Asked, |row| Flat::own(row.origin)),
        ListColumn::words("actor", "ACTOR", 6, Shown::Asked, |row| {
            Flat::maybe_outside(row.mark.as_ref().map(|mark| &mark.actor))
        }),
        ListColumn::whole("marked_at", "MARKED AT", Shown::Asked, |row| {
            Flat::maybe(row.mark.as_ref().map(|mark| json::at(mark.at)))
        }),
        ListColumn::whole("marked_on", "MARKED", Shown::Wide(4), |row| {
            Flat::maybe(row.mark.as_ref().map(|mark| mark.on))
        }),
        ListColumn::whole("asked_on", "ASKED", Shown::Asked, |row| {
            Flat::maybe(row.mark.as_ref().and_then(|mark| mark.asked_on))
        }),
        ListColumn::whole("settlement_from", "ARRIVES FROM", Shown::Wide(3), |row| {
            Flat::maybe(row.window.map(|window| window.from))
        }),
        ListColumn::whole("settlement_by", "ARRIVES BY", Shown::Always, |row| {
            Flat::maybe(row.window.map(|window| window.by))
        }),
        ListColumn::whole("settlement_basis", "BASIS", Shown::Asked, |row| {
            Flat::maybe(row.window.map(|window| window.basis))
        }),
        ListColumn::whole("overdue", "OVERDUE", Shown::Asked, |row| Flat::own(row.is_overdue)),
        ListColumn::whole("reason", "REASON", Shown::Wide(2), |row| Flat::maybe(row.reason())),
        ListColumn::words("note", "NOTE", 12, Shown::Asked, |row| Flat::maybe_outside(row.note())),
        ListColumn::whole("goodwill", "GOODWILL", Shown::Asked, |row| Flat::own(row.is_goodwill())),
        ListColumn::whole("ground", "GROUND", Shown::Wide(1), |row| Flat::maybe(row.ground())),
        ListColumn::words("cautions", "CAUTIONS", 20, Shown::Asked, |row| {
            let codes: Vec<_> = row.cautions.iter().map(|caution| caution.code.word()).collect();
            Flat::own(codes.join(" "))
        }),
        ListColumn::words("key", "KEY", 8, Shown::Asked, |row| Flat::maybe_outside(row.key())),
        ListColumn::words("reference", "REFERENCE", 9, Shown::Asked, |row| Flat::maybe_outside(row.reference())),
        ListColumn::whole("platform_transaction_id", "REPORTED AS", Shown::Asked, |row| {
            Flat::maybe_outside(row.reported_as.as_ref())
        }),
        ListColumn::whole("replayed", "REPLAYED", Shown::Asked, |row| Flat::own(row.is_replayed)),
        ListColumn::whole("dry_run", "DRY RUN", Shown::Asked, |row| Flat::own(row.id.is_none())),
    ];

    fn json(&self) -> impl Serialize + '_ {
        self.object()
    }
}

fn status_cell(row: &RefundView) -> Cell {
    let late = if row.is_overdue { ", overdue" } else { "" };
    Cell::new(format!("{}{late}", row.state.status()), row.tone())
}
