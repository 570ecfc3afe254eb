//! The columns of a listing of payments.

use serde::Serialize;

use super::TransactionView;
use crate::domain::rules::plan::Verdict;
use crate::domain::sale::record::Flag;
use crate::domain::sale::transaction::Kind;
use crate::output::json;
use crate::output::listing::{Flat, ListColumn, Listed, Shown};
use crate::output::sentences;
use crate::output::table::{Cell, Tone};

impl Listed for TransactionView {
    const NAME: &'static str = "transactions";
    const COLUMNS: &'static [ListColumn<Self>] = &[
        ListColumn::whole("paid_on", "PAID", Shown::Always, |row| Flat::own(row.paid_on)),
        ListColumn::whole("transaction_id", "TRANSACTION", Shown::Always, |row| Flat::outside(&row.record.payment.id)),
        ListColumn::whole("order_id", "ORDER", Shown::Wide(2), |row| Flat::outside(&row.record.payment.order)),
        ListColumn::whole("product_id", "PRODUCT ID", Shown::Asked, |row| {
            let first = row.record.payment.products.first();
            Flat::maybe_outside(first.and_then(|product| product.id.as_ref()))
        }),
        ListColumn::words("product_name", "PRODUCT", 10, Shown::Wide(1), |row: &Self| {
            Flat::maybe_outside(row.record.payment.products.first().map(|product| &product.name))
        })
        .shown_as(product_cell),
        ListColumn::words("customer_name", "CUSTOMER", 10, Shown::Always, |row| {
            Flat::outside(&row.record.payment.customer.name)
        }),
        ListColumn::words("customer_email", "E-MAIL", 12, Shown::Asked, |row| {
            Flat::outside(&row.record.payment.customer.email)
        }),
        ListColumn::words("country", "COUNTRY", 7, Shown::Asked, |row| {
            Flat::outside(&row.record.payment.customer.country)
        }),
        ListColumn::number("amount", "AMOUNT", Shown::Always, |row: &Self| {
            Flat::own(row.record.payment.amount.major())
        })
        .shown_as(|row| Cell::plain(row.record.payment.amount.to_string())),
        ListColumn::whole("currency", "CURRENCY", Shown::Asked, |row| Flat::own(row.record.payment.amount.currency())),
        ListColumn::whole("method", "METHOD", Shown::Wide(3), |row| Flat::own(row.record.payment.method)),
        ListColumn::whole("plan", "PLAN", Shown::Asked, |row| Flat::own(row.record.payment.plan)),
        ListColumn::whole("kind", "KIND", Shown::Asked, |row| Flat::own(row.record.payment.entry.kind())),
        ListColumn::whole("status", "STATUS", Shown::Wide(4), |row: &Self| Flat::own(row.record.payment.entry.shown()))
            .shown_as(|row| Cell::plain(status(row))),
        ListColumn::whole("ordered_at", "ORDERED AT", Shown::Asked, |row| {
            Flat::maybe(row.record.payment.ordered_at.map(json::at))
        }),
        ListColumn::whole("ordered_on", "ORDERED", Shown::Asked, |row| Flat::maybe(row.ordered_on)),
        ListColumn::whole("paid_at", "PAID AT", Shown::Asked, |row| Flat::own(json::at(row.record.payment.paid_at))),
        ListColumn::number("rate_number", "INSTALMENT", Shown::Asked, |row| {
            Flat::maybe(row.record.payment.rate_number)
        }),
        ListColumn::whole("test", "TEST", Shown::Asked, |row| Flat::own(row.record.payment.is_test)),
        ListColumn::whole("refundable", "REFUNDABLE", Shown::Always, |row: &Self| Flat::own(row.verdict_word()))
            .shown_as(refundable_cell),
        ListColumn::whole("refundable_code", "CODE", Shown::Asked, |row| Flat::maybe(row.verdict_code())),
        ListColumn::whole("refundable_until", "UNTIL", Shown::Asked, |row| Flat::maybe(row.until())),
        ListColumn::number("left", "LEFT", Shown::Asked, |row: &Self| Flat::own(row.left.major()))
            .shown_as(|row| Cell::plain(row.left.to_string())),
        ListColumn::words("flags", "FLAGS", 14, Shown::Wide(5), |row: &Self| Flat::own(row.flag_words()))
            .shown_as(|row| Cell::new(row.flag_words(), flags_tone(&row.flags))),
    ];

    fn json(&self) -> impl Serialize + '_ {
        self.object()
    }
}

fn product_cell(row: &TransactionView) -> Cell {
    let products = &row.record.payment.products;
    let first = products.first().map(|product| match product.name.as_str() {
        "" => sentences::product(product),
        name => name.to_owned(),
    });
    let name = first.unwrap_or_default();
    match products.len() {
        0 | 1 => Cell::plain(name),
        several => Cell::plain(format!("{name} +{}", several - 1)),
    }
}

/// `paid` for a sale, `refund succeeded` for the rest.
pub(super) fn status(row: &TransactionView) -> String {
    let entry = row.record.payment.entry;
    match entry.kind() {
        Kind::Sale => entry.shown().to_owned(),
        kind => format!("{kind} {}", entry.shown()),
    }
}

/// `yes, until 2026-04-08`, `goodwill (period_expired)`, `no (test_payment)`
pub(super) fn refundable_cell(row: &TransactionView) -> Cell {
    match (&row.verdict, row.until()) {
        (Verdict::Yes, Some(until)) => Cell::new(format!("yes, until {until}"), Tone::Good),
        (Verdict::Yes, None) => Cell::new("yes", Tone::Good),
        (Verdict::Goodwill(refusal), _) => Cell::new(format!("goodwill ({})", refusal.code()), Tone::Warn),
        (Verdict::No(refusal), _) => Cell::new(format!("no ({})", refusal.code()), Tone::Dim),
    }
}

pub(super) fn flags_tone(flags: &[Flag]) -> Tone {
    match flags.first() {
        Some(Flag::PaidTwice) => Tone::Bad,
        Some(Flag::ChargedBack | Flag::UnmatchedRefund | Flag::DisputeOpen) => Tone::Warn,
        _ => Tone::Dim,
    }
}
