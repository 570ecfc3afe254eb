//! What the languages share: the facts as a customer reads them, and the sentences that a language makes of them.

use crate::domain::money::Money;
use crate::domain::notice::{Arrival, Debit, Mailbox, Notice, Progress};
use crate::domain::sale::transaction::Method;
use crate::output::sanitize::one_line;
use chrono::NaiveDate;

/// The facts with the numbers and dates of a language, each text as one safe line.
pub(super) struct Facts {
    /// Empty if unknown.
    pub customer: String,
    pub email: String,
    pub order: String,
    /// Names, quoted and joined; empty if unknown.
    pub products: String,
    /// Names, joined.
    pub product: String,
    pub amount: String,
    pub paid: String,
    pub paid_on: String,
    pub method: Method,
    pub today: String,
    pub progress: ProgressText,
    pub arrival: ArrivalText,
    pub debit: Option<DebitText>,
    pub sender: String,
}

/// [`Progress`] with its days in words.
pub(super) enum ProgressText {
    Marked,
    Submitted { on: String },
    CarriedOut { on: String },
    Confirmed { carried_out_on: String, on: String },
}

/// [`Arrival`] with its days in words.
pub(super) enum ArrivalText {
    IfToday(Days),
    Expected(Days),
    Until(String),
    Late(String),
}

/// A span in words.
pub(super) enum Days {
    One(String),
    Between(String, String),
}

/// [`Debit`] with its day in words.
pub(super) struct DebitText {
    pub is_certain: bool,
    pub until: String,
}

/// The sentences of a message. Each is complete on its own, or empty.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Phrases {
    pub subject: String,
    pub greeting: String,
    /// Amount, product, order and progress of the refund.
    pub refund: String,
    /// How it was paid, and that it is paid back the same way.
    pub way: String,
    /// When the money arrives.
    pub arrival: String,
    /// Banks may take longer.
    pub bank: String,
    /// A request not to reverse the debit as well.
    pub debit: String,
    pub closing: String,
}

/// How a language writes days, amounts, names and sentences.
pub(super) struct Locale {
    pub day: fn(NaiveDate) -> String,
    pub amount: fn(Money) -> String,
    /// Around the name of a product.
    pub quotes: (&'static str, &'static str),
    pub phrases: fn(&Facts) -> Phrases,
}

impl Facts {
    pub fn new(notice: &Notice, locale: &Locale, sender: Option<&Mailbox>) -> Self {
        let Locale { day, amount, quotes: (open, close), .. } = *locale;
        let names = notice.products.iter().map(|product| one_line(&product.name));
        let names: Vec<String> = names.filter(|name| !name.is_empty()).collect();
        let quoted: Vec<String> = names.iter().map(|name| format!("{open}{name}{close}")).collect();
        Self {
            customer: one_line(&notice.customer.name),
            email: one_line(&notice.customer.email),
            order: one_line(notice.refund.order.as_str()),
            products: quoted.join(", "),
            product: names.join(", "),
            amount: amount(notice.refund.amount),
            paid: amount(notice.paid),
            paid_on: day(notice.paid_on),
            method: notice.method,
            today: day(notice.today),
            progress: match notice.progress {
                Progress::Marked => ProgressText::Marked,
                Progress::Submitted { on } => ProgressText::Submitted { on: day(on) },
                Progress::Succeeded { carried_out_on, on } if carried_out_on < on => {
                    ProgressText::Confirmed { carried_out_on: day(carried_out_on), on: day(on) }
                }
                Progress::Succeeded { on, .. } => ProgressText::CarriedOut { on: day(on) },
            },
            arrival: match notice.arrival {
                Arrival::IfCarriedOutToday(span) => ArrivalText::IfToday(days(span.from, span.by, day)),
                Arrival::Expected(span) => ArrivalText::Expected(days(span.from, span.by, day)),
                Arrival::Until(by) => ArrivalText::Until(day(by)),
                Arrival::Late(by) => ArrivalText::Late(day(by)),
            },
            debit: notice.debit.map(|Debit { is_certain, until }| DebitText { is_certain, until: day(until) }),
            sender: sender.map(|sender| one_line(&sender.name)).unwrap_or_default(),
        }
    }
}

fn days(from: NaiveDate, by: NaiveDate, day: fn(NaiveDate) -> String) -> Days {
    if from == by { Days::One(day(by)) } else { Days::Between(day(from), day(by)) }
}

/// A greeting with the name, if known.
pub(super) fn greeting(hello: &str, facts: &Facts) -> String {
    if facts.customer.is_empty() { format!("{hello},") } else { format!("{hello} {},", facts.customer) }
}

/// The digits of an amount in groups of three, with the decimals of its currency.
fn digits(sum: Money, group: &str, decimal: &str) -> String {
    let major = sum.major();
    let (whole, fraction) = major.split_once('.').unwrap_or((&major, ""));
    let letters: Vec<char> = whole.chars().collect();
    let groups: Vec<String> = letters.rchunks(3).rev().map(|group| group.iter().collect()).collect();
    let whole = groups.join(group);
    if fraction.is_empty() { whole } else { format!("{whole}{decimal}{fraction}") }
}

/// The amount, a no-break space, and the currency.
pub(super) fn amount_before_currency(sum: Money, group: &str, decimal: &str) -> String {
    let currency = match sum.currency().code() {
        "EUR" => "€",
        code => code,
    };
    format!("{}\u{a0}{currency}", digits(sum, group, decimal))
}

/// The word at this index, counted from 0.
pub(super) fn nth(words: &'static str, index: u32) -> &'static str {
    usize::try_from(index).ok().and_then(|index| words.split(' ').nth(index)).unwrap_or_default()
}
