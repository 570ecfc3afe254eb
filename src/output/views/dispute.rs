//! What a vendor sees of the disputes.

use serde::Serialize;

use crate::domain::done::DisputeCase;
use crate::domain::ids::TransactionId;
use crate::domain::money::Money;
use crate::domain::time::Zone;
use crate::output::json::{self, Amount, CustomerJson};
use crate::output::listing::{Flat, ListColumn, Listed, Shown};
use crate::output::table::{Cell, Tone};

/// A dispute as JSON. `evidence_due_on` is null: no report says until when evidence is due.
#[derive(Debug, Serialize)]
pub struct DisputeJson<'a> {
    dispute_id: &'a str,
    order_id: &'a str,
    transaction_id: Option<&'a str>,
    customer: CustomerJson<'a>,
    amount: Option<Amount>,
    status: &'static str,
    reported_at: String,
    evidence_due_on: Option<String>,
    done_on: Option<String>,
    note: Option<&'a str>,
}

impl<'a> From<&'a DisputeCase> for DisputeJson<'a> {
    fn from(case: &'a DisputeCase) -> Self {
        let dispute = &case.dispute;
        let done = case.done.as_ref().filter(|_| case.is_done());
        Self {
            dispute_id: dispute.id.as_str(),
            order_id: dispute.order.as_str(),
            transaction_id: transaction(case).map(TransactionId::as_str),
            customer: case.sale.as_ref().map(|sale| CustomerJson::from(&sale.payment.customer)).unwrap_or_default(),
            amount: dispute.amount.map(Amount::from),
            status: dispute.state.word(),
            reported_at: json::at(dispute.at),
            evidence_due_on: None,
            done_on: done.map(|done| json::on(done.on)),
            note: done.and_then(|done| done.note.as_deref()),
        }
    }
}

/// The sale in the store, or else the payment that the platform names.
fn transaction(case: &DisputeCase) -> Option<&TransactionId> {
    case.sale.as_ref().map(|sale| &sale.payment.id).or(case.dispute.sale.as_ref())
}

/// A line of `disputes list`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DisputeView {
    pub case: DisputeCase,
    pub zone: Zone,
}

impl DisputeView {
    fn tone(&self) -> Tone {
        if self.case.is_due() { Tone::Warn } else { Tone::Plain }
    }

    fn done_on(&self) -> Option<String> {
        self.case.done.as_ref().filter(|_| self.case.is_done()).map(|done| json::on(done.on))
    }
}

impl Listed for DisputeView {
    const NAME: &'static str = "disputes";
    const COLUMNS: &'static [ListColumn<Self>] = &[
        ListColumn::whole("dispute_id", "DISPUTE", Shown::Always, |row| Flat::outside(&row.case.dispute.id)),
        ListColumn::whole("status", "STATUS", Shown::Always, |row: &Self| Flat::own(row.case.dispute.state))
            .shown_as(|row| Cell::new(row.case.dispute.state.word(), row.tone())),
        ListColumn::whole("reported_on", "REPORTED", Shown::Always, |row| {
            Flat::own(json::on(row.zone.day_of(row.case.dispute.at)))
        }),
        ListColumn::number("amount", "AMOUNT", Shown::Always, |row: &Self| {
            Flat::maybe(row.case.dispute.amount.map(Money::major))
        })
        .shown_as(|row| Cell::plain(row.case.dispute.amount.map(|amount| amount.to_string()).unwrap_or_default())),
        ListColumn::whole("currency", "CURRENCY", Shown::Asked, |row| {
            Flat::maybe(row.case.dispute.amount.map(Money::currency))
        }),
        ListColumn::whole("transaction_id", "SALE", Shown::Wide(3), |row| Flat::maybe_outside(transaction(&row.case))),
        ListColumn::whole("order_id", "ORDER", Shown::Wide(4), |row| Flat::outside(&row.case.dispute.order)),
        ListColumn::words("customer_name", "CUSTOMER", 10, Shown::Wide(1), |row| {
            Flat::maybe_outside(row.case.sale.as_ref().map(|sale| &sale.payment.customer.name))
        }),
        ListColumn::whole("done_on", "DONE", Shown::Wide(2), |row| Flat::maybe(row.done_on())),
    ];

    fn json(&self) -> impl Serialize + '_ {
        DisputeJson::from(&self.case)
    }
}
