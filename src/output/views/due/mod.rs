//! What a vendor sees of whatever needs a person today: why, what to do, and the command for it.

use chrono::NaiveDate;
use serde::Serialize;

use crate::domain::due::{Due, DueCode, Item, Subject};
use crate::domain::ids::TransactionId;
use crate::domain::money::Money;
use crate::domain::paid_twice::PaidTwice;
use crate::domain::rules::policy::Policy;
use crate::domain::sale::transaction::Transaction;
use crate::domain::time::Now;
use crate::output::json;
use crate::output::listing::{Column, Flat, Listed, Shown};
use crate::output::table::{self, Cell, Tone};
use crate::output::views::refund::RefundView;

mod advice;
mod block;
mod object;

pub use block::blocks;

/// One thing that is due, in words.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DueView {
    item: Item,
    /// The refund that it is about, if it is about one.
    refund: Option<RefundView>,
    advice: String,
    next: String,
    paid_on: NaiveDate,
}

impl DueView {
    pub fn of(item: Item, policy: &Policy, now: &Now) -> Self {
        let refund = item.refund().map(|refund| RefundView::recorded(refund, item.record(), policy, now));
        let paid_on = item.record().paid_on(policy.zone);
        Self { advice: advice::advice(&item), next: advice::next(&item), refund, paid_on, item }
    }

    /// It is told in a block of its own: money is going out twice.
    pub fn is_paid_twice(&self) -> bool {
        self.twice().is_some()
    }

    fn twice(&self) -> Option<&PaidTwice> {
        match &self.item.subject {
            Subject::Sale { twice, .. } => Some(twice),
            Subject::Refund { .. } | Subject::Row { .. } => None,
        }
    }

    fn payment(&self) -> &Transaction {
        &self.item.record().payment
    }

    /// The refund's sum; of a row its own, of a sale without a refund the whole.
    fn amount(&self) -> Money {
        self.refund.as_ref().map_or(self.payment().amount, RefundView::amount)
    }

    /// The refund's number, or the platform's ID of the row.
    fn id(&self) -> Option<String> {
        let row = match &self.item.subject {
            Subject::Row { row, .. } => Some(row.payment.id.to_string()),
            Subject::Refund { .. } | Subject::Sale { .. } => None,
        };
        self.refund.as_ref().and_then(RefundView::id).or(row)
    }

    /// The sale it is about; nobody knows that of a row which is matched to none.
    fn sale(&self) -> Option<&TransactionId> {
        match &self.item.subject {
            Subject::Row { .. } => None,
            Subject::Refund { .. } | Subject::Sale { .. } => Some(&self.payment().id),
        }
    }

    fn tone(&self) -> Tone {
        match self.item.first.code {
            DueCode::PaidTwice => Tone::Bad,
            DueCode::ToSubmit => Tone::Plain,
            _ => Tone::Warn,
        }
    }
}

/// A reason as people read it.
fn shown(code: DueCode) -> &'static str {
    match code {
        DueCode::PaidTwice => "paid twice",
        DueCode::Unmatched => "unmatched",
        DueCode::Failed => "failed",
        DueCode::Overdue => "overdue",
        DueCode::LegalDeadline => "legal deadline",
        DueCode::ToTell => "to tell",
        DueCode::ToSubmit => "to carry out",
        DueCode::ChargebackCloses => "debit at risk",
    }
}

impl Listed for DueView {
    const NAME: &'static str = "refunds";
    const COLUMNS: &'static [Column<Self>] = &[
        Column::new(
            "due",
            table::Column::whole("DUE"),
            Shown::Always,
            |row| Flat::own(row.item.first.code),
            |row| Cell::new(shown(row.item.first.code), row.tone()),
        ),
        Column::plain("due_on", table::Column::whole("SINCE OR BY"), Shown::Wide(4), |row| {
            Flat::own(json::on(row.item.first.on))
        }),
        Column::plain("refund_id", table::Column::whole("REFUND"), Shown::Wide(2), |row| Flat::maybe_outside(row.id())),
        Column::plain("customer_name", table::Column::words("CUSTOMER", 10), Shown::Always, |row| {
            Flat::outside(&row.payment().customer.name)
        }),
        Column::new(
            "amount",
            table::Column::number("AMOUNT"),
            Shown::Always,
            |row| Flat::own(row.amount().major()),
            |row| Cell::plain(row.amount().to_string()),
        ),
        Column::plain("currency", table::Column::whole("CURRENCY"), Shown::Asked, |row| {
            Flat::own(row.amount().currency())
        }),
        Column::new(
            "next",
            table::Column::whole("NEXT"),
            Shown::Always,
            |row| Flat::outside(&row.next),
            // Who reads a table is asked for the reason anyway, and the line is long enough.
            |row| Cell::plain(row.next.split(" --reason ").next().unwrap_or_default()),
        ),
        Column::new(
            "also",
            table::Column::whole("ALSO"),
            Shown::Wide(3),
            |row| Flat::own(codes(&row.item.also, DueCode::word, " ")),
            |row| Cell::plain(codes(&row.item.also, shown, ", ")),
        ),
        Column::plain("advice", table::Column::words("WHAT TO DO", 76), Shown::Wide(1), |row| Flat::own(&row.advice)),
        Column::plain("transaction_id", table::Column::whole("SALE"), Shown::Asked, |row| {
            Flat::maybe_outside(row.sale())
        }),
        Column::plain("order_id", table::Column::whole("ORDER"), Shown::Asked, |row| {
            Flat::outside(&row.payment().order)
        }),
        Column::plain("at_stake", table::Column::number("AT STAKE"), Shown::Asked, |row| {
            Flat::maybe(row.twice().map(|twice| twice.at_stake.major()))
        }),
        Column::plain("refunds", table::Column::whole("REFUNDS"), Shown::Asked, |row| {
            let twice = row.twice().map(|twice| twice.refunds.iter());
            Flat::outside(twice.map(|all| joined(all.map(|refund| refund.id.to_string()))).unwrap_or_default())
        }),
        Column::plain("chargebacks", table::Column::whole("CHARGEBACKS"), Shown::Asked, |row| {
            let twice = row.twice().map(|twice| twice.chargebacks.iter());
            Flat::outside(twice.map(|all| joined(all.map(|each| each.id.to_string()))).unwrap_or_default())
        }),
    ];

    fn json(&self) -> impl Serialize + '_ {
        self.object()
    }
}

fn codes(all: &[Due], word: fn(DueCode) -> &'static str, between: &str) -> String {
    all.iter().map(|due| word(due.code)).collect::<Vec<_>>().join(between)
}

fn joined(ids: impl Iterator<Item = String>) -> String {
    ids.collect::<Vec<_>>().join(" ")
}
