//! The sentences of a message: which of a language's texts are true of a notice.
//!
//! While a refund is only marked, nothing says that it is approved or owed: that could be read as acknowledging a
//! claim. A refund without a settlement window promises no money, and neither does one of a bill that may be unpaid.

use super::language::{Key, Values, Writing};
use crate::domain::notice::{Arrival, Mailbox, Notice, Progress};
use crate::domain::refund::Ground;
use crate::domain::rules::window::SettlementRule;
use crate::domain::sale::transaction::Method;
use crate::output::sanitize::one_line;

/// The facts in the words of the language, each as one safe line; empty if unknown.
pub(super) fn facts(notice: &Notice, writing: &Writing, sender: Option<&Mailbox>) -> Values {
    let names = notice.products.iter().map(|product| one_line(&product.name)).filter(|name| !name.is_empty());
    let names: Vec<String> = names.collect();
    let quoted: Vec<String> = names.iter().map(|name| writing.quoted(name)).collect();
    let day = |day: Option<_>| day.map(|day| writing.day(day)).unwrap_or_default();
    let (carried_out_on, confirmed_on) = match notice.progress {
        Progress::Marked => (None, None),
        Progress::Submitted { on } => (Some(on), None),
        Progress::Succeeded { carried_out_on, on } => (Some(carried_out_on), Some(on)),
    };
    let (from, by) = match notice.arrival {
        Some(Arrival::IfCarriedOutToday(span) | Arrival::Expected(span)) => (Some(span.from), Some(span.by)),
        Some(Arrival::Until(by) | Arrival::Late(by)) => (None, Some(by)),
        None => (None, None),
    };
    let SettlementRule { from: min, by: max } = notice.settlement;
    let mut values = Values::from([
        ("customer", one_line(&notice.customer.name)),
        ("email", one_line(&notice.customer.email)),
        ("order", one_line(notice.refund.order.as_str())),
        ("products", quoted.join(", ")),
        ("product", names.join(", ")),
        ("amount", writing.amount(notice.refund.amount)),
        ("paid", writing.amount(notice.paid)),
        ("paid_on", writing.day(notice.paid_on)),
        ("today", writing.day(notice.today)),
        ("asked_on", day(asked_on(notice))),
        ("carried_out_on", day(carried_out_on)),
        ("confirmed_on", day(confirmed_on)),
        ("first_day", day(from)),
        ("from", from.zip(by).map(|(from, by)| writing.day_before(from, by)).unwrap_or_default()),
        ("by", day(by)),
        ("chargeback_until", day(notice.debit.map(|debit| debit.until))),
        ("min", min.to_string()),
        ("max", max.to_string()),
        ("sender", sender.map(|sender| one_line(&sender.name)).unwrap_or_default()),
    ]);
    let things = if quoted.is_empty() { Key::ForOrder } else { Key::ForProducts };
    for (name, key) in [("for", things), ("progress", progress(notice)), ("days", days(notice.settlement))] {
        values.insert(name, writing.say(key, &values));
    }
    values
}

/// The sentences, under the names that templates use. Each is complete on its own, or empty.
pub(super) fn sentences(notice: &Notice, facts: &Values, writing: &Writing) -> Vec<(&'static str, String)> {
    let is_named = facts.get("customer").is_some_and(|name| !name.is_empty());
    let by_extent = |whole, partial| if notice.is_partial() { partial } else { whole };
    let is_goodwill = notice.refund.mark().is_some_and(|mark| mark.ground == Ground::Goodwill);
    let statement = if is_bill(notice.method) { Key::StatementBill } else { Key::Statement };
    let keys = [
        ("subject", vec![by_extent(Key::SubjectWhole, Key::SubjectPartial)]),
        ("greeting", vec![if is_named { Key::GreetingNamed } else { Key::GreetingUnnamed }]),
        ("opening", Vec::from_iter(opening(notice))),
        ("refund", vec![by_extent(Key::RefundWhole, Key::RefundPartial)]),
        ("goodwill", Vec::from_iter(is_goodwill.then_some(Key::Goodwill))),
        ("way", vec![way(notice)]),
        ("arrival", Vec::from_iter(arrival(notice))),
        ("bank", Vec::from_iter(may_take_longer(notice).then_some(Key::Bank))),
        ("statement", vec![statement]),
        ("debit", debit(notice)),
        ("questions", vec![Key::Questions]),
        ("closing", vec![Key::Closing]),
    ];
    keys.map(|(name, keys)| {
        let texts: Vec<String> = keys.iter().map(|key| writing.say(*key, facts)).collect();
        (name, texts.join(" "))
    })
    .into()
}

fn asked_on(notice: &Notice) -> Option<chrono::NaiveDate> {
    notice.refund.mark().and_then(|mark| mark.asked_on)
}

/// The customer may not have paid yet: then the bill shrinks, and no money arrives.
fn is_bill(method: Method) -> bool {
    matches!(method, Method::Klarna | Method::Sequra | Method::Invoice)
}

/// Money that should have arrived.
fn is_late(notice: &Notice) -> bool {
    matches!(notice.arrival, Some(Arrival::Late(_))) && !is_bill(notice.method)
}

fn opening(notice: &Notice) -> Option<Key> {
    match (asked_on(notice).is_some(), is_late(notice)) {
        (true, true) => Some(Key::OpeningAskedLate),
        (true, false) => Some(Key::OpeningAsked),
        (false, true) => Some(Key::OpeningLate),
        (false, false) => None,
    }
}

fn progress(notice: &Notice) -> Key {
    match notice.progress {
        Progress::Marked => Key::ProgressMarked,
        Progress::Submitted { .. } => Key::ProgressSubmitted,
        Progress::Succeeded { carried_out_on, on } if carried_out_on < on => Key::ProgressConfirmed,
        Progress::Succeeded { .. } => Key::ProgressSucceeded,
    }
}

fn days(SettlementRule { from, by }: SettlementRule) -> Key {
    match (from, by) {
        (_, 0) => Key::DaysNone,
        (_, 1) => Key::DaysOne,
        (0, _) => Key::DaysUpTo,
        (from, by) if from == by => Key::DaysExactly,
        (_, _) => Key::DaysRange,
    }
}

fn way(notice: &Notice) -> Key {
    // The platform may have no way left to pay it back as it was paid.
    if notice.arrival.is_none() && !matches!(notice.progress, Progress::Succeeded { .. }) {
        return Key::WayUnclear;
    }
    match notice.method {
        Method::Card => Key::WayCard,
        Method::Sepa => Key::WaySepa,
        Method::Paypal => Key::WayPaypal,
        Method::Sofort => Key::WaySofort,
        Method::Klarna => Key::WayKlarna,
        Method::Invoice => Key::WayInvoice,
        Method::Sequra => Key::WaySequra,
        Method::Test | Method::Other | Method::Unknown => Key::WayOther,
    }
}

fn arrival(notice: &Notice) -> Option<Key> {
    match notice.arrival? {
        Arrival::IfCarriedOutToday(_) if is_bill(notice.method) => Some(Key::ArrivalMarkedBill),
        _ if is_bill(notice.method) => None,
        Arrival::IfCarriedOutToday(_) => Some(Key::ArrivalMarked),
        Arrival::Expected(span) if span.from == span.by => Some(Key::ArrivalDay),
        Arrival::Expected(_) => Some(Key::ArrivalRange),
        Arrival::Until(_) => Some(Key::ArrivalUntil),
        Arrival::Late(_) => Some(Key::ArrivalLate),
    }
}

fn may_take_longer(notice: &Notice) -> bool {
    notice.arrival.is_some() && !is_bill(notice.method) && !is_late(notice)
}

/// A customer who still waits for the money does not read until when the bank would give it back.
fn debit(notice: &Notice) -> Vec<Key> {
    let Some(debit) = notice.debit else { return Vec::new() };
    let mut keys = match (is_late(notice), notice.is_partial()) {
        (true, _) => vec![Key::DebitLate],
        (false, true) => vec![Key::DebitPartial, Key::DebitUntil],
        (false, false) => vec![Key::DebitWhole, Key::DebitUntil],
    };
    keys.extend((!debit.is_certain).then_some(Key::DebitIfDebit));
    keys
}
