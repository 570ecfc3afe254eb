//! A table's row → a report of a payment.

use crate::domain::ids::{ProductId, TransactionId};
use crate::domain::sale::incoming::{Evidence, PaymentReport, Row};
use crate::domain::sale::transaction::{Customer, Kind, KindAndStatus, Method, PaymentPlan, Product, Transaction};
use crate::import::claims::{ASIDE, Claims, Decision};
use crate::import::column::Column;
use crate::import::fault::{Fault, FaultCode, shown};
use crate::import::table::cells::RowCells;
use crate::import::table::refunded::{RefundedSale, partly_refunded};
use crate::import::words;
use std::borrow::Cow;

impl RowCells<'_> {
    /// What the row says: usually one payment. A sale of which a part went back is followed by that refund, or by a
    /// reject if the row does not say how much.
    pub fn read(&self) -> Vec<Result<Row, Fault>> {
        let claims = self.claims();
        let decision = claims.decide();
        if self.is_whole() && decision == Decision::Aside {
            return vec![Ok(Row::SetAside(ASIDE.to_owned()))];
        }
        self.payments(&claims, decision).unwrap_or_else(|fault| vec![Err(fault.with(self.evidence(&claims)))])
    }

    fn payments(&self, claims: &Claims, decision: Decision) -> Result<Vec<Result<Row, Fault>>, Fault> {
        self.header.check_count(self.record)?;
        let entry = self.entry(decision)?;
        let report = self.report(entry)?;
        if claims.has_unknown_status(entry) {
            self.note_word(Column::Status);
        }
        let is_open = matches!(decision, Decision::OpenSale(_));
        let doubt = is_open.then(|| partly_refunded(Column::Status, self));
        let RefundedSale { sale, refund, doubt } = RefundedSale::of(report, doubt, self);
        let payment = |report| Ok(Row::Payment(Box::new(report)));
        let unknown_amount = |evidence| Evidence { amount: None, ..evidence };
        let doubt = doubt.map(|fault| Err(fault.with(self.evidence(claims).map(unknown_amount))));
        Ok([payment(sale)].into_iter().chain(refund.map(payment)).chain(doubt).collect())
    }

    fn entry(&self, decision: Decision) -> Result<KindAndStatus, Fault> {
        match decision {
            Decision::Entry(entry) => Ok(entry),
            Decision::OpenSale(status) => Ok(KindAndStatus::Sale(status)),
            Decision::Negative => {
                let amount = shown(self.cell(Column::Amount).unwrap_or_default());
                let message = format!("`{amount}` is negative, and no word says that the row is a refund");
                Err(self.fault(FaultCode::BadAmount, Column::Amount, message))
            }
            Decision::Aside | Decision::UnknownKind => {
                self.note_word(Column::Kind);
                let word = shown(self.cell(Column::Kind).unwrap_or_default());
                let message = format!("`{word}` is not a kind: sale, refund or chargeback");
                Err(self.fault(FaultCode::BadValue, Column::Kind, message))
            }
        }
    }

    fn report(&self, entry: KindAndStatus) -> Result<PaymentReport, Fault> {
        let (id, id_is_made_up) = self.transaction_id()?;
        let paid_at = self.time(Column::PaidAt)?.ok_or_else(|| self.missing(Column::PaidAt))?;
        let days = "a return period: a number of days, or none";
        let return_period = self.value(Column::ReturnPeriod, days, |cell| cell.to_lowercase().parse().ok());
        let transaction = Transaction {
            id,
            id_is_made_up,
            order: self.order()?,
            products: self.products(),
            customer: Customer {
                name: self.text(Column::CustomerName),
                email: self.text(Column::CustomerEmail),
                country: self.text(Column::Country),
            },
            amount: self.amount(Column::Amount)?,
            // An unknown word stays an unknown method, so that the cautions of a direct debit are not lost.
            method: self.word(Column::Method, words::method).unwrap_or(Method::Unknown),
            plan: self.word(Column::Plan, words::plan).unwrap_or(PaymentPlan::Unknown),
            entry,
            ordered_at: self.notes.optional(self.time(Column::OrderedAt)),
            paid_at,
            rate_number: self.notes.optional(self.rate_number()),
            return_period: self.notes.optional(return_period),
            is_test: self.is_test(),
            refund_of: self.refund_of(entry),
        };
        _ = self.notes.optional(self.value(Column::Test, "true or false", words::yes_or_no));
        Ok(PaymentReport::undated(transaction, self.notes.optional(self.time(Column::AsOf))))
    }

    fn transaction_id(&self) -> Result<(TransactionId, bool), Fault> {
        if self.header.position(Column::TransactionId).is_some() {
            return Ok((self.id(Column::TransactionId, TransactionId::new)?, false));
        }
        let made_up = self.made_up()?;
        let id = TransactionId::new(&made_up).map_err(|bad| self.bad_id(Column::OrderId, &bad, &made_up))?;
        Ok((id, true))
    }

    /// Other rows than refunds and chargebacks refer to payments, too; that says nothing about money that went back.
    fn refund_of(&self, entry: KindAndStatus) -> Option<TransactionId> {
        self.cell(Column::RefundOf).filter(|_| entry.kind() != Kind::Sale)?;
        self.notes.optional(self.id(Column::RefundOf, TransactionId::new).map(Some))
    }

    pub fn products(&self) -> Vec<Product> {
        let id = self.cell(Column::ProductId).map(|_| self.id(Column::ProductId, ProductId::new)).transpose();
        let (id, name) = (self.notes.optional(id), self.text(Column::ProductName));
        let is_named = id.is_some() || !name.is_empty();
        is_named.then_some(Product { is_addon: false, id, name }).into_iter().collect()
    }

    /// The row's words by column, each with what it means; `None` for a word without a known meaning.
    pub fn words(&self) -> Vec<(Column, Option<&'static str>)> {
        if !self.is_whole() {
            return Vec::new();
        }
        let claims = self.claims();
        let decision = claims.decide();
        let entry = decision.entry();
        let aside = (decision == Decision::Aside).then_some("set aside");
        let kind = claims.kind.as_ref().map(|_| (Column::Kind, aside.or(entry.map(|entry| entry.kind().word()))));
        let status = claims.status.as_ref().filter(|_| aside.is_some() || entry.is_some()).map(|_| {
            let known = entry.filter(|entry| !claims.has_unknown_status(*entry));
            (Column::Status, aside.or(known.map(KindAndStatus::status_word)))
        });
        let method = self.cell(Column::Method).map(|cell| (Column::Method, words::method(cell).map(Method::word)));
        let plan = self.cell(Column::Plan).map(|cell| (Column::Plan, words::plan(cell).map(PaymentPlan::word)));
        [kind, status, method, plan].into_iter().flatten().collect()
    }

    pub fn is_payment(&self) -> bool {
        self.is_whole() && self.claims().decide().entry().is_some()
    }

    /// The file has no IDs, and the row's is made up.
    pub fn makes_id(&self) -> bool {
        self.header.position(Column::TransactionId).is_none()
    }

    /// The ID that the row has if it is a payment; `None` if it has none, or if the row says how new it is.
    pub fn id_of_payment(&self) -> Option<Cow<'_, str>> {
        if self.makes_id() {
            return self.made_up().ok().filter(|id| !id.is_empty()).map(Cow::Owned);
        }
        let is_dated = self.cell(Column::AsOf).is_some();
        self.cell(Column::TransactionId).filter(|_| !is_dated).map(Cow::Borrowed)
    }

    /// What tells the row apart from others: kind and status as they are decided, and any other cell as it is written.
    pub fn telling(&self, column: Column) -> String {
        let entry = self.claims().decide().entry();
        match column {
            Column::Kind => entry.map_or(Kind::Sale, KindAndStatus::kind).word().to_owned(),
            Column::Status => entry.map(KindAndStatus::status_word).unwrap_or_default().to_owned(),
            column => self.text(column),
        }
    }

    fn made_up(&self) -> Result<String, Fault> {
        let value = |column: &Column| match column {
            Column::OrderId => Ok(self.order()?.to_string()),
            Column::RateNumber => Ok(self.rate_number()?.unwrap_or(1).to_string()),
            column => Ok(self.telling(*column)),
        };
        Ok(self.settings.csv.make_ids.iter().map(value).collect::<Result<Vec<String>, Fault>>()?.join("-"))
    }
}
