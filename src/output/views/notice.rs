//! Messages to customers: as text to send, as a list of files, and as data.

use crate::domain::ids::{OrderId, RefundId, TransactionId};
use crate::domain::notice::{Mailbox, Notice};
use crate::domain::sale::record::SaleRecord;
use crate::domain::sale::transaction::Customer;
use crate::output::json::{self, CustomerJson};
use crate::output::listing::{self, Flat, ListColumn, Listed, Shown};
use crate::output::messages::Message;
use crate::output::sanitize::{one_line, width};
use crate::output::table::{Style, wrap};
use crate::output::ui::{Format, Ui, Undelivered};
use chrono::NaiveDate;
use serde::Serialize;

/// A message with its recipient.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NoticeView {
    refund: RefundId,
    sale: TransactionId,
    order: OrderId,
    customer: Customer,
    message: Message,
    /// `None` if the customer's e-mail is not exactly one address.
    to: Option<Mailbox>,
    /// The file it was written to.
    path: Option<String>,
    notified_on: Option<NaiveDate>,
}

impl NoticeView {
    pub fn new(notice: &Notice, record: &SaleRecord, message: Message) -> Self {
        let customer = notice.customer.clone();
        Self {
            refund: notice.refund.id.clone(),
            sale: notice.refund.sale.clone(),
            order: notice.refund.order.clone(),
            to: Mailbox::new(&one_line(&customer.name), &customer.email),
            customer,
            message,
            path: None,
            notified_on: record.customer_notified_on,
        }
    }

    pub fn notified(self, on: NaiveDate) -> Self {
        Self { notified_on: Some(on), ..self }
    }

    pub fn written_to(self, path: String) -> Self {
        Self { path: Some(path), ..self }
    }

    pub fn message(&self) -> &Message {
        &self.message
    }

    pub fn to(&self) -> Option<&Mailbox> {
        self.to.as_ref()
    }

    pub fn refund(&self) -> &RefundId {
        &self.refund
    }

    /// Recipient, subject and text, to paste into a mail.
    pub fn text(&self) -> String {
        let to = self.to.as_ref().map(|to| format!("To: {}\n", pasted(to))).unwrap_or_default();
        format!("{to}Subject: {}\n\n{}", self.message.subject, self.message.body)
    }

    /// The text for a terminal. `--ascii` does not change what the customer reads.
    fn text_on(&self, style: &Style) -> String {
        let style = Style { ascii: false, ..*style };
        let fits = |line: &str| style.width.is_none_or(|columns| width(line) <= columns);
        let shown = |line: &str| if fits(line) { format!("{line}\n") } else { wrap(line, 0, &style) };
        self.text().lines().map(shown).collect()
    }
}

/// As mail programs parse it: a comma in a name does not start another address.
fn pasted(to: &Mailbox) -> String {
    let is_special = |sign: char| "()<>[]:;@\\,.\"".contains(sign);
    match to.name.as_str() {
        "" => to.address.clone(),
        name if name.contains(is_special) => {
            format!("\"{}\" <{}>", name.replace(['"', '\\'], "'"), to.address)
        }
        name => format!("{name} <{}>", to.address),
    }
}

#[derive(Serialize)]
struct NoticeJson<'a> {
    refund_id: String,
    transaction_id: &'a str,
    order_id: &'a str,
    customer: CustomerJson<'a>,
    language: &'static str,
    to: Option<&'a str>,
    subject: &'a str,
    body: &'a str,
    path: Option<&'a str>,
    notified_on: Option<String>,
}

impl Listed for NoticeView {
    const NAME: &'static str = "notices";
    const COLUMNS: &'static [ListColumn<Self>] = &[
        ListColumn::whole("refund_id", "REFUND", Shown::Always, |row| Flat::outside(&row.refund)),
        ListColumn::whole("transaction_id", "SALE", Shown::Wide(1), |row| Flat::outside(&row.sale)),
        ListColumn::whole("order_id", "ORDER", Shown::Asked, |row| Flat::outside(&row.order)),
        ListColumn::whole("language", "LANGUAGE", Shown::Always, |row| Flat::own(row.message.language)),
        ListColumn::words("to", "TO", 12, Shown::Always, |row| {
            Flat::maybe_outside(row.to.as_ref().map(|to| &to.address))
        }),
        ListColumn::words("subject", "SUBJECT", 12, Shown::Asked, |row| Flat::outside(&row.message.subject)),
        ListColumn::words("body", "BODY", 12, Shown::Asked, |row| Flat::outside(&row.message.body)),
        ListColumn::whole("path", "FILE", Shown::Always, |row| Flat::maybe_outside(row.path.as_ref())),
        ListColumn::whole("notified_on", "NOTIFIED", Shown::Asked, |row| Flat::maybe(row.notified_on)),
    ];

    fn json(&self) -> impl Serialize + '_ {
        NoticeJson {
            refund_id: self.refund.to_string(),
            transaction_id: self.sale.as_str(),
            order_id: self.order.as_str(),
            customer: (&self.customer).into(),
            language: self.message.language.word(),
            to: self.to.as_ref().map(|to| to.address.as_str()),
            subject: &self.message.subject,
            body: &self.message.body,
            path: self.path.as_deref(),
            notified_on: self.notified_on.map(json::on),
        }
    }
}

/// The messages for people, or the list of them if they were written to files or are data.
pub fn answer(ui: &mut Ui, views: &[NoticeView]) -> Result<(), Undelivered> {
    let are_files = views.iter().any(|view| view.path.is_some());
    if ui.format == Format::Table && !are_files {
        let texts: Vec<String> = views.iter().map(|view| view.text_on(&ui.style)).collect();
        return ui.answer(&texts.join(&format!("\n{}\n\n", "-".repeat(40))));
    }
    listing::list(ui, views)
}
