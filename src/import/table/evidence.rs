//! What a row says about money that went back, if it cannot be taken as a payment.

use crate::domain::ids::TransactionId;
use crate::domain::sale::incoming::Evidence;
use crate::import::claims::Claims;
use crate::import::column::Column;
use crate::import::statement::Statement;
use crate::import::table::amounts::{is_negative, says_nothing};
use crate::import::table::cells::RowCells;

impl RowCells<'_> {
    /// `None` if the row does not speak of money that went back. Test rows say nothing about money.
    pub fn evidence(&self, claims: &Claims) -> Option<Evidence> {
        if self.is_test() {
            return None;
        }
        let word = if self.is_whole() { self.spoken(claims) } else { self.scattered_word() };
        Some(Evidence {
            source: self.source,
            word: word?,
            order: self.order().ok(),
            transaction: self.id(Column::TransactionId, TransactionId::new).ok(),
            amount: self.amount(Column::Amount).ok(),
            refund_of: self.id(Column::RefundOf, TransactionId::new).ok(),
            on: self.time(Column::PaidAt).ok().flatten().map(|at| self.settings.zone.day_of(at)),
        })
    }

    /// The word by which the row speaks.
    fn spoken(&self, claims: &Claims) -> Option<String> {
        claims.spoken().or_else(|| self.refunded_word())
    }

    /// The columns of a sale's refunds have more than zero or `no`.
    fn refunded_word(&self) -> Option<String> {
        let mut columns = [Column::RefundedAmount, Column::Refunded, Column::Disputed].into_iter();
        let says_so = columns.any(|column| self.cell(column).is_some_and(|cell| !says_nothing(cell)));
        says_so.then(|| "refunded".to_owned())
    }

    /// The same in a row with a cell too few or too many, in which a word can be in any column.
    fn scattered_word(&self) -> Option<String> {
        let statements = self.record.iter().map(Statement::new);
        let spoken = statements.filter(|said| said.speaks() && said.is_certain()).map(|said| said.word).next();
        let is_negative = self.cell(Column::Amount).is_some_and(is_negative);
        spoken.or_else(|| is_negative.then(|| "negative amount".to_owned())).or_else(|| self.refunded_word())
    }
}
