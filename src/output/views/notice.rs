//! Messages to customers, as text to be sent, as a list of files, and as data.

use crate::domain::ids::{OrderId, RefundId, TransactionId};
use crate::domain::notice::{Mailbox, Notice};
use crate::domain::sale::record::SaleRecord;
use crate::domain::sale::transaction::Customer;
use crate::output::json;
use crate::output::listing::{Column, Flat, Layout, Listed, Listing, Shown};
use crate::output::messages::{Message, one_line};
use crate::output::sanitize::width;
use crate::output::table::{self, Style, wrap};
use crate::output::ui::{Format, Ui, Undelivered};
use chrono::NaiveDate;
use serde::Serialize;

/// A message with whom it is to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NoticeView {
    refund: RefundId,
    sale: TransactionId,
    order: OrderId,
    customer: Customer,
    message: Message,
    /// `None` where the customer's e-mail is not plainly one address.
    to: Option<Mailbox>,
    /// The file it was written into.
    path: Option<String>,
    told_on: Option<NaiveDate>,
}

impl NoticeView {
    /// The customer counts as told since the record's day.
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
            told_on: record.customer_notified_on,
        }
    }

    pub fn told(self, on: NaiveDate) -> Self {
        Self { told_on: Some(on), ..self }
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

    /// To whom, about what, and the text: to be pasted into a mail.
    pub fn text(&self) -> String {
        let to = self.to.as_ref().map(|to| format!("To: {}\n", pasted(to))).unwrap_or_default();
        format!("{to}Subject: {}\n\n{}", self.message.subject, self.message.body)
    }

    /// The text for a screen. A customer reads no plain characters because a terminal wants them.
    fn text_on(&self, style: &Style) -> String {
        let style = Style { ascii: false, ..*style };
        let fits = |line: &str| style.width.is_none_or(|columns| width(line) <= columns);
        let shown = |line: &str| if fits(line) { format!("{line}\n") } else { wrap(line, 0, &style) };
        self.text().lines().map(shown).collect()
    }
}

/// As a mail program takes it from the clipboard: a comma in a name does not begin another address.
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
struct Object<'a> {
    refund_id: String,
    transaction_id: &'a str,
    order_id: &'a str,
    customer: json::Customer<'a>,
    language: &'static str,
    to: Option<&'a str>,
    subject: &'a str,
    body: &'a str,
    path: Option<&'a str>,
    told_on: Option<String>,
}

impl Listed for NoticeView {
    const NAME: &'static str = "notices";
    const COLUMNS: &'static [Column<Self>] = &[
        Column::plain("refund_id", table::Column::whole("REFUND"), Shown::Always, |row| Flat::outside(&row.refund)),
        Column::plain("transaction_id", table::Column::whole("SALE"), Shown::Wide(1), |row| Flat::outside(&row.sale)),
        Column::plain("order_id", table::Column::whole("ORDER"), Shown::Asked, |row| Flat::outside(&row.order)),
        Column::plain("language", table::Column::whole("LANGUAGE"), Shown::Always, |row| {
            Flat::own(row.message.language)
        }),
        Column::plain("to", table::Column::words("TO", 12), Shown::Always, |row| {
            Flat::maybe_outside(row.to.as_ref().map(|to| &to.address))
        }),
        Column::plain("subject", table::Column::words("SUBJECT", 12), Shown::Asked, |row| {
            Flat::outside(&row.message.subject)
        }),
        Column::plain("body", table::Column::words("BODY", 12), Shown::Asked, |row| Flat::outside(&row.message.body)),
        Column::plain("path", table::Column::whole("FILE"), Shown::Always, |row| {
            Flat::maybe_outside(row.path.as_ref())
        }),
        Column::plain("told_on", table::Column::whole("TOLD"), Shown::Asked, |row| Flat::maybe(row.told_on)),
    ];

    fn json(&self) -> impl Serialize + '_ {
        Object {
            refund_id: self.refund.to_string(),
            transaction_id: self.sale.as_str(),
            order_id: self.order.as_str(),
            customer: (&self.customer).into(),
            language: self.message.language.word(),
            to: self.to.as_ref().map(|to| to.address.as_str()),
            subject: &self.message.subject,
            body: &self.message.body,
            path: self.path.as_deref(),
            told_on: self.told_on.map(json::on),
        }
    }
}

/// The messages themselves for people, unless they are in files; else which they are, and where.
pub fn answer(ui: &mut Ui, views: &[NoticeView]) -> Result<(), Undelivered> {
    let are_files = views.iter().any(|view| view.path.is_some());
    if ui.format == Format::Table && !are_files {
        let texts: Vec<String> = views.iter().map(|view| view.text_on(&ui.style)).collect();
        return ui.answer(&texts.join(&format!("\n{}\n\n", "-".repeat(40))));
    }
    let mut listing = Listing::begin(ui, Layout::default())?;
    views.iter().try_for_each(|view| listing.row(view))?;
    listing.finish(false).map(drop)
}
