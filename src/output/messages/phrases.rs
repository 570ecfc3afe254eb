//! What the languages have in common: the facts as a customer reads them, and the sentences that each makes of them.

use super::one_line;
use super::{english, french, german};
use crate::domain::money::Money;
use crate::domain::notice::{Arrival, Debit, Language, Mailbox, Notice, Progress};
use crate::domain::sale::transaction::Method;
use chrono::NaiveDate;

/// The facts in a language's figures and dates, and each text as one harmless line.
pub(super) struct Facts {
    /// Empty where nobody knows.
    pub customer: String,
    pub email: String,
    pub order: String,
    /// Names, already quoted and joined; empty where none is known.
    pub products: String,
    /// The names alone.
    pub product: String,
    pub amount: String,
    pub paid: String,
    pub paid_on: String,
    pub method: Method,
    pub today: String,
    pub progress: DateText,
    pub arrival: ArrivalText,
    pub debit: Option<DebitText>,
    pub sender: String,
}

/// [`Progress`] with its days in words.
pub(super) enum DateText {
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

/// The sentences of a message. Each is whole and true by itself, or empty.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Phrases {
    pub subject: String,
    pub greeting: String,
    /// The sum, the product and the order, and how far the refund is.
    pub refund: String,
    /// How it was paid, and that it goes back the same way.
    pub way: String,
    /// When the money comes.
    pub arrival: String,
    /// Banks may take longer.
    pub bank: String,
    /// Not to have the bank take the debit back as well.
    pub debit: String,
    pub closing: String,
}

/// How a language writes what the facts are made of.
pub(super) struct Locale {
    pub day: fn(NaiveDate) -> String,
    pub amount: fn(Money) -> String,
    /// Around the name of a product.
    pub quotes: (&'static str, &'static str),
}

fn locale(language: Language) -> &'static Locale {
    match language {
        Language::French => &french::TONGUE,
        Language::German => &german::TONGUE,
        Language::English => &english::TONGUE,
    }
}

impl Facts {
    pub fn new(notice: &Notice, language: Language, sender: Option<&Mailbox>) -> Self {
        let Locale { day, amount, quotes: (open, close) } = *locale(language);
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
                Progress::Marked => DateText::Marked,
                Progress::Submitted { on } => DateText::Submitted { on: day(on) },
                Progress::Succeeded { carried_out_on, on } if carried_out_on < on => {
                    DateText::Confirmed { carried_out_on: day(carried_out_on), on: day(on) }
                }
                Progress::Succeeded { on, .. } => DateText::CarriedOut { on: day(on) },
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

/// A greeting with the name, where there is one.
pub(super) fn greeting(hello: &str, facts: &Facts) -> String {
    if facts.customer.is_empty() { format!("{hello},") } else { format!("{hello} {},", facts.customer) }
}

/// A sum's figures: its digits in groups of three, and its own number of decimals.
fn figures(sum: Money, group: &str, decimal: &str) -> String {
    let major = sum.major();
    let (whole, fraction) = major.split_once('.').unwrap_or((&major, ""));
    let digits: Vec<char> = whole.chars().collect();
    let groups: Vec<String> = digits.rchunks(3).rev().map(|group| group.iter().collect()).collect();
    let whole = groups.join(group);
    if fraction.is_empty() { whole } else { format!("{whole}{decimal}{fraction}") }
}

/// Figures, a blank that does not break, and the currency.
pub(super) fn amount_before_currency(sum: Money, group: &str, decimal: &str) -> String {
    let currency = match sum.currency().code() {
        "EUR" => "€",
        code => code,
    };
    format!("{}\u{a0}{currency}", figures(sum, group, decimal))
}

/// The name out of a table by a number that counts from zero.
pub(super) fn named(names: &[&'static str], index: u32) -> &'static str {
    usize::try_from(index).ok().and_then(|index| names.get(index)).copied().unwrap_or_default()
}
