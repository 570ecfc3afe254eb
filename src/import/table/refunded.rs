//! What a sale's own row says about the refunds of the sale: a total that went back, or a flag.

use crate::domain::money::Money;
use crate::domain::sale::incoming::{PaymentReport, id_of_total};
use crate::domain::sale::transaction::{KindAndStatus, PlatformStatus, SaleStatus, Transaction};
use crate::import::column::Column;
use crate::import::fault::{Fault, FaultCode};
use crate::import::table::amounts::says_nothing;
use crate::import::table::cells::RowCells;
use crate::import::words;

/// A sale with what its own row says about its refunds.
pub struct RefundedSale {
    pub sale: PaymentReport,
    /// The refunds of the sale, as one platform refund.
    pub refund: Option<PaymentReport>,
    /// Money went back, but not certainly how much.
    pub doubt: Option<Fault>,
}

impl RefundedSale {
    /// `doubt` is what the row's words leave open; a sum decides it.
    pub fn of(sale: PaymentReport, doubt: Option<Fault>, row: &RowCells<'_>) -> Self {
        let mut all = Self { sale, refund: None, doubt };
        let transaction = &all.sale.transaction;
        if transaction.sale_status().is_none() || transaction.is_test || transaction.entry.takes_money() {
            return all;
        }
        all.add(row);
        let is_refunded = all.sale.transaction.entry.takes_money();
        if !is_refunded && row.cell(Column::Disputed).is_some_and(|cell| !says_nothing(cell)) {
            all.doubt.get_or_insert_with(|| partly_refunded(Column::Disputed, row));
        }
        all
    }

    fn add(&mut self, row: &RowCells<'_>) {
        let column = Column::RefundedAmount;
        let sum = row.cell(column).filter(|cell| !says_nothing(cell)).map(|_| row.amount(column));
        match sum {
            Some(sum) if !matches!(sum, Ok(sum) if sum.is_zero()) => self.add_sum(sum, column, row),
            _ => self.add_flag(row),
        }
    }

    fn add_sum(&mut self, sum: Result<Money, Fault>, column: Column, row: &RowCells<'_>) {
        let paid = self.sale.transaction.amount;
        match sum {
            Err(_) => self.doubt = Some(partly_refunded(column, row)),
            Ok(sum) if sum.is_zero() => {}
            Ok(sum) if sum != paid && sum.exceeds(paid) == Ok(false) => self.add_refund(sum, row),
            Ok(_) => self.set_refunded(),
        }
    }

    /// `refunded` is yes for the whole sale, or a sum.
    fn add_flag(&mut self, row: &RowCells<'_>) {
        let Some(cell) = row.cell(Column::Refunded).filter(|cell| !says_nothing(cell)) else { return };
        match words::yes_or_no(cell) {
            Some(_) => self.set_refunded(),
            None => self.add_sum(row.amount(Column::Refunded), Column::Refunded, row),
        }
    }

    fn set_refunded(&mut self) {
        self.sale.transaction.entry = KindAndStatus::Sale(SaleStatus::Refunded);
        self.doubt = None;
    }

    /// The day is the report's, since the row has no other.
    fn add_refund(&mut self, sum: Money, row: &RowCells<'_>) {
        let sale = &self.sale.transaction;
        let Ok(id) = id_of_total(&sale.id) else {
            self.doubt = Some(partly_refunded(Column::RefundedAmount, row));
            return;
        };
        let transaction = Transaction {
            id,
            id_is_made_up: true,
            amount: sum,
            entry: KindAndStatus::Refund(PlatformStatus::Succeeded),
            paid_at: self.sale.as_of.unwrap_or(sale.paid_at),
            // A made-up ID can give way to a real one.
            refund_of: Some(sale.id.clone()).filter(|_| !sale.id_is_made_up),
            ..sale.clone()
        };
        self.refund = Some(PaymentReport::undated(transaction, self.sale.as_of));
        self.doubt = None;
    }
}

pub fn partly_refunded(column: Column, row: &RowCells<'_>) -> Fault {
    let message = "money of this sale went back or may go back, and the row does not say how much";
    row.fault(FaultCode::PartlyRefunded, column, message)
}
