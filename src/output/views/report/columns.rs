//! The columns of the refund report.

use serde::Serialize;

use super::ReportRow;
use crate::domain::refund_report::Rate;
use crate::output::listing::{Flat, ListColumn, Listed, Shown};
use crate::output::table::Cell;

impl Listed for ReportRow {
    const NAME: &'static str = "groups";
    const COLUMNS: &'static [ListColumn<Self>] = &[
        ListColumn::words("group", "GROUP", 12, Shown::Always, |row: &Self| Flat::maybe_outside(row.key.as_ref()))
            .shown_as(|row| Cell::new(row.label(), row.tone())),
        ListColumn::words("name", "NAME", 12, Shown::Asked, |row| Flat::outside(&row.name)),
        ListColumn::whole("currency", "CURRENCY", Shown::Asked, |row| Flat::own(row.amounts.currency())),
        ListColumn::number("sales", "SALES", Shown::Always, |row| Flat::own(row.amounts.sales)),
        ListColumn::number("paid", "PAID", Shown::Wide(3), |row: &Self| Flat::own(row.amounts.paid.major()))
            .shown_as(|row| Cell::plain(row.amounts.paid.to_string())),
        ListColumn::number("refunded_sales", "REFUNDED", Shown::Always, |row| Flat::own(row.amounts.refunded_sales)),
        ListColumn::whole("rate_by_count", "RATE", Shown::Always, |row: &Self| {
            Flat::maybe(row.amounts.rate_by_count().map(Rate::percent))
        })
        .shown_as(rate_cell),
        ListColumn::number("refunds", "REFUNDS", Shown::Asked, |row| Flat::own(row.amounts.refunds)),
        ListColumn::number("refunded", "SUM", Shown::Always, |row: &Self| Flat::own(row.amounts.refunded.major()))
            .shown_as(|row| Cell::plain(row.amounts.refunded.to_string())),
        ListColumn::number("rate_by_value", "BY VALUE", Shown::Wide(5), |row: &Self| {
            Flat::maybe(row.amounts.rate_by_value().map(Rate::percent))
        })
        .shown_as(|row| Cell::plain(row.amounts.rate_by_value().map(percent).unwrap_or_default())),
        ListColumn::number("open", "OPEN", Shown::Wide(2), |row| Flat::own(row.amounts.open)),
        ListColumn::number("open_amount", "OPEN SUM", Shown::Asked, |row| Flat::own(row.amounts.open_sum.major())),
        ListColumn::number("chargebacks", "CHARGEBACKS", Shown::Wide(4), |row| {
            Flat::maybe(row.has_chargebacks().then_some(row.amounts.charged_back_sales))
        }),
        ListColumn::number("charged_back", "CHARGED BACK", Shown::Asked, |row| {
            Flat::maybe(row.has_chargebacks().then(|| row.amounts.charged_back.major()))
        }),
        ListColumn::number("median_days", "DAYS", Shown::Wide(1), |row| Flat::maybe(row.amounts.median_days())),
    ];

    fn json(&self) -> impl Serialize + '_ {
        self.object()
    }
}

fn percent(rate: Rate) -> String {
    format!("{} %", rate.percent())
}

/// The rate, right-aligned, with its bar.
fn rate_cell(row: &ReportRow) -> Cell {
    let rate = row.amounts.rate_by_count().map(percent).unwrap_or_default();
    Cell::new(format!("{rate:>8} {}", row.bar).trim_end().to_owned(), row.tone())
}
