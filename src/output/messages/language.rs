//! A language of messages: its sentences, and how it writes days, amounts and names. All of it is read from one file.

use crate::domain::money::Money;
use crate::domain::notice::Language;
use crate::domain::string_enum::string_enum;
use chrono::{Datelike, NaiveDate};
use std::collections::BTreeMap;

string_enum! {
    /// The texts of a language's file, by section and name.
    Key, "text of a message" {
        Months = "writing.months",
        Weekdays = "writing.weekdays",
        FirstOfMonth = "writing.first_of_month",
        Day = "writing.day",
        DayOfSameYear = "writing.day_of_same_year",
        Group = "writing.group",
        Decimal = "writing.decimal",
        Euro = "writing.euro",
        Currency = "writing.currency",
        SwissGroup = "writing.swiss_group",
        SwissDecimal = "writing.swiss_decimal",
        SwissCurrency = "writing.swiss_currency",
        Quotes = "writing.quotes",
        InnerQuotes = "writing.inner_quotes",
        SubjectWhole = "subject.whole",
        SubjectPartial = "subject.partial",
        GreetingNamed = "greeting.named",
        GreetingUnnamed = "greeting.unnamed",
        OpeningAsked = "opening.asked",
        OpeningLate = "opening.late",
        OpeningAskedLate = "opening.asked_late",
        RefundWhole = "refund.whole",
        RefundPartial = "refund.partial",
        ForProducts = "for.products",
        ForOrder = "for.order",
        ProgressMarked = "progress.marked",
        ProgressSubmitted = "progress.submitted",
        ProgressSucceeded = "progress.succeeded",
        ProgressConfirmed = "progress.confirmed",
        Goodwill = "goodwill.text",
        WayCard = "way.card",
        WaySepa = "way.sepa",
        WayPaypal = "way.paypal",
        WaySofort = "way.sofort",
        WayKlarna = "way.klarna",
        WaySequra = "way.sequra",
        WayInvoice = "way.invoice",
        WayUnclear = "way.unclear",
        WayOther = "way.other",
        ArrivalMarked = "arrival.marked",
        ArrivalMarkedBill = "arrival.marked_bill",
        ArrivalRange = "arrival.range",
        ArrivalDay = "arrival.day",
        ArrivalUntil = "arrival.until",
        ArrivalLate = "arrival.late",
        DaysRange = "days.range",
        DaysUpTo = "days.up_to",
        DaysExactly = "days.exactly",
        DaysOne = "days.one",
        DaysNone = "days.none",
        Bank = "bank.text",
        Statement = "statement.text",
        StatementBill = "statement.bill",
        DebitWhole = "debit.whole",
        DebitPartial = "debit.partial",
        DebitUntil = "debit.until",
        DebitLate = "debit.late",
        DebitIfDebit = "debit.if_debit",
        Questions = "questions.text",
        Closing = "closing.text",
    }
}

/// What the words in braces stand for.
pub(super) type Values = BTreeMap<&'static str, String>;

/// A language as it is written for one customer.
pub(super) struct Writing {
    texts: toml::Table,
    is_swiss: bool,
}

impl Writing {
    /// `is_swiss`: with the amounts of Switzerland, and without ß.
    pub fn of(language: Language, is_swiss: bool) -> Result<Self, toml::de::Error> {
        Ok(Self { texts: source(language).parse()?, is_swiss })
    }

    /// The text as it is in the file.
    pub(super) fn text(&self, key: Key) -> String {
        let (section, name) = key.word().split_once('.').unwrap_or_default();
        let text = self.texts.get(section).and_then(|section| section.get(name)).and_then(toml::Value::as_str);
        let text = text.unwrap_or_default();
        if self.is_swiss { text.replace('ß', "ss") } else { text.to_owned() }
    }

    /// The sentence with its values, which are not read as texts again.
    pub fn say(&self, key: Key, values: &Values) -> String {
        filled(&self.text(key), |name| values.get(name).cloned())
    }

    /// A day with its year.
    pub fn day(&self, day: NaiveDate) -> String {
        self.day_as(Key::Day, day)
    }

    /// The first day of a range, without the year if the last day has the same.
    pub fn day_before(&self, day: NaiveDate, last: NaiveDate) -> String {
        self.day_as(if day.year() == last.year() { Key::DayOfSameYear } else { Key::Day }, day)
    }

    fn day_as(&self, key: Key, day: NaiveDate) -> String {
        let number = if day.day() == 1 { self.text(Key::FirstOfMonth) } else { day.day().to_string() };
        filled(&self.text(key), |name| match name {
            "weekday" => Some(self.nth(Key::Weekdays, day.weekday().num_days_from_monday())),
            "day" => Some(number.clone()),
            "month" => Some(self.nth(Key::Months, day.month0())),
            "year" => Some(day.year().to_string()),
            _ => None,
        })
    }

    /// The word of a list, counted from 0.
    fn nth(&self, list: Key, index: u32) -> String {
        let list = self.text(list);
        let word = usize::try_from(index).ok().and_then(|index| list.split(' ').nth(index));
        word.unwrap_or_default().to_owned()
    }

    /// An amount with its currency. The euro has its sign, except in Switzerland.
    pub fn amount(&self, sum: Money) -> String {
        let (group, decimal, pattern) = match (self.is_swiss, sum.currency().code()) {
            (true, _) => (Key::SwissGroup, Key::SwissDecimal, Key::SwissCurrency),
            (false, "EUR") => (Key::Group, Key::Decimal, Key::Euro),
            (false, _) => (Key::Group, Key::Decimal, Key::Currency),
        };
        let number = number(sum, &self.text(group), &self.text(decimal));
        filled(&self.text(pattern), |name| match name {
            "number" => Some(number.clone()),
            "code" => Some(sum.currency().code().to_owned()),
            _ => None,
        })
    }

    /// A name in quotes. The same quotes inside it become inner ones.
    pub fn quoted(&self, name: &str) -> String {
        let (outer, inner) = (self.text(Key::Quotes), self.text(Key::InnerQuotes));
        let pairs = outer.split(' ').zip(inner.split(' '));
        let name = pairs.fold(name.to_owned(), |name, (outer, inner)| {
            name.replace(outer, inner).replace(outer.trim_matches('\u{a0}'), inner)
        });
        let (open, close) = outer.split_once(' ').unwrap_or_default();
        format!("{open}{name}{close}")
    }
}

/// The file of a language.
pub(super) fn source(language: Language) -> &'static str {
    match language {
        Language::French => include_str!("french.toml"),
        Language::German => include_str!("german.toml"),
        Language::English => include_str!("english.toml"),
    }
}

/// The text with each `{name}` replaced; an unknown one stays.
fn filled(text: &str, value: impl Fn(&str) -> Option<String>) -> String {
    let mut pieces = text.split('{');
    let mut whole = pieces.next().unwrap_or_default().to_owned();
    for piece in pieces {
        let (name, rest) = piece.split_once('}').unwrap_or((piece, ""));
        whole.push_str(&value(name).unwrap_or_else(|| format!("{{{name}}}")));
        whole.push_str(rest);
    }
    whole
}

/// The number in groups of three, with the decimals of its currency.
fn number(sum: Money, group: &str, decimal: &str) -> String {
    let major = sum.major();
    let (whole, fraction) = major.split_once('.').unwrap_or((&major, ""));
    let letters: Vec<char> = whole.chars().collect();
    let groups: Vec<String> = letters.rchunks(3).rev().map(|group| group.iter().collect()).collect();
    let whole = groups.join(group);
    if fraction.is_empty() { whole } else { format!("{whole}{decimal}{fraction}") }
}
