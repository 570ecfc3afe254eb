//! What a vendor sees of the refunds that need a person today.

use serde::Serialize;

use crate::domain::due::{Due, DueCode};
use crate::output::json;
use crate::output::listing::{Column, Flat, Listed, Shown};
use crate::output::table::{self, Cell, Tone};
use crate::output::views::refund::RefundView;

/// A refund, why it is due, and the command for it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DueView {
    refund: RefundView,
    due: Due,
}

#[derive(Serialize)]
struct DueJson<R> {
    #[serde(flatten)]
    refund: R,
    due: Reason,
}

#[derive(Serialize)]
struct Reason {
    code: &'static str,
    on: String,
    next: String,
}

impl DueView {
    pub fn new(refund: RefundView, due: Due) -> Self {
        Self { refund, due }
    }

    /// The command to look closer with, or to say that it is done.
    fn next(&self) -> String {
        let id = self.refund.id().unwrap_or_default();
        match self.due.code {
            DueCode::PaidTwice => format!("retour transactions show {}", self.refund.sale()),
            // What was never carried out cannot arrive: that comes first, however late it is.
            _ if self.refund.is_marked() => format!("carry it out, then: retour refunds submit {id}"),
            _ => format!("retour refunds show {id}"),
        }
    }

    fn tone(&self) -> Tone {
        match self.due.code {
            DueCode::PaidTwice => Tone::Bad,
            DueCode::Overdue | DueCode::LegalDeadline => Tone::Warn,
            DueCode::ToSubmit => Tone::Plain,
        }
    }
}

impl Listed for DueView {
    const NAME: &'static str = "refunds";
    const COLUMNS: &'static [Column<Self>] = &[
        Column::new(
            "due",
            table::Column::whole("DUE"),
            Shown::Always,
            |row| Flat::own(row.due.code),
            |row| Cell::new(row.due.code.word(), row.tone()),
        ),
        Column::plain("due_on", table::Column::whole("SINCE OR BY"), Shown::Wide(2), |row| {
            Flat::own(json::on(row.due.on))
        }),
        Column::plain("refund_id", table::Column::whole("REFUND"), Shown::Always, |row| {
            Flat::maybe_outside(row.refund.id())
        }),
        Column::plain("customer_name", table::Column::words("CUSTOMER", 10), Shown::Always, |row| {
            Flat::outside(&row.refund.customer().name)
        }),
        Column::new(
            "amount",
            table::Column::number("AMOUNT"),
            Shown::Always,
            |row| Flat::own(row.refund.amount().major()),
            |row| Cell::plain(row.refund.amount().to_string()),
        ),
        Column::plain("currency", table::Column::whole("CURRENCY"), Shown::Asked, |row| {
            Flat::own(row.refund.amount().currency())
        }),
        Column::plain("next", table::Column::whole("NEXT"), Shown::Wide(1), |row| Flat::outside(row.next())),
    ];

    fn json(&self) -> impl Serialize + '_ {
        let due = Reason { code: self.due.code.word(), on: json::on(self.due.on), next: self.next() };
        DueJson { refund: self.refund.object(), due }
    }
}
