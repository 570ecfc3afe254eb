//! The message in German: with *Sie*, amounts as `1.249,00 €`, days as `23. November 2026`.

use super::phrases::{ArrivalText, Days, DebitText, Facts, Locale, Phrases, ProgressText, amount_before_currency};
use super::phrases::{greeting, nth};
use crate::domain::sale::transaction::Method;
use chrono::{Datelike, NaiveDate};

pub(super) const LOCALE: Locale =
    Locale { day, amount: |sum| amount_before_currency(sum, ".", ","), quotes: ("„", "“"), phrases };

const MONTHS: &str = "Januar Februar März April Mai Juni Juli August September Oktober November Dezember";

fn day(day: NaiveDate) -> String {
    format!("{}.\u{a0}{} {}", day.day(), nth(MONTHS, day.month0()), day.year())
}

fn phrases(facts: &Facts) -> Phrases {
    let Facts { amount, order, paid, paid_on, .. } = facts;
    Phrases {
        subject: format!("Ihre Erstattung von {amount} zur Bestellung {order}"),
        greeting: greeting("Guten Tag", facts),
        refund: format!("Ihre Erstattung von {amount} {} {}.", thing(facts), progress(facts)),
        way: match method(facts.method) {
            Some(method) => {
                format!("Sie hatten am {paid_on} {method} {paid} bezahlt; das Geld geht auf demselben Weg zurück.")
            }
            None => format!(
                "Ihre Zahlung vom {paid_on} betrug {paid}; das Geld geht auf dem Weg zurück, auf dem Sie bezahlt haben."
            ),
        },
        arrival: arrival(facts),
        bank: match facts.arrival {
            ArrivalText::Late(_) => String::new(),
            _ => "Je nach Bank oder Zahlungsanbieter kann es einige Tage länger dauern.".to_owned(),
        },
        debit: facts.debit.as_ref().map(debit).unwrap_or_default(),
        closing: "Mit freundlichen Grüßen".to_owned(),
    }
}

fn thing(facts: &Facts) -> String {
    match facts.products.as_str() {
        "" => format!("zur Bestellung {}", facts.order),
        products => format!("für {products} (Bestellung {})", facts.order),
    }
}

fn progress(facts: &Facts) -> String {
    match &facts.progress {
        ProgressText::Marked => "ist freigegeben, aber noch nicht ausgeführt".to_owned(),
        ProgressText::Submitted { on } => format!("wurde am {on} veranlasst"),
        ProgressText::CarriedOut { on } => format!("wurde am {on} ausgeführt"),
        ProgressText::Confirmed { carried_out_on, on } => {
            format!("wurde am {carried_out_on} veranlasst und am {on} bestätigt")
        }
    }
}

fn method(method: Method) -> Option<&'static str> {
    Some(match method {
        Method::Card => "per Karte",
        Method::Sepa => "per SEPA-Lastschrift",
        Method::Paypal => "per PayPal",
        Method::Sofort => "per Sofortüberweisung",
        Method::Klarna => "über Klarna",
        Method::Invoice => "per Rechnung",
        Method::Sequra => "über SeQura",
        Method::Test | Method::Other | Method::Unknown => return None,
    })
}

fn arrival(facts: &Facts) -> String {
    match &facts.arrival {
        ArrivalText::IfToday(days) => format!(
            "Wird die Erstattung am {} ausgeführt, ist das Geld voraussichtlich {} bei Ihnen.",
            facts.today,
            within(days)
        ),
        ArrivalText::Expected(days) => format!("Das Geld ist voraussichtlich {} bei Ihnen.", within(days)),
        ArrivalText::Until(by) => format!("Das Geld ist voraussichtlich spätestens am {by} bei Ihnen."),
        ArrivalText::Late(by) => format!(
            "Das Geld sollte spätestens am {by} bei Ihnen eingegangen sein. Falls nicht, fragen Sie bitte bei Ihrer \
             Bank oder Ihrem Zahlungsanbieter nach und geben Sie uns Bescheid."
        ),
    }
}

fn within(days: &Days) -> String {
    match days {
        Days::One(day) => format!("am {day}"),
        Days::Between(from, by) => format!("zwischen dem {from} und dem {by}"),
    }
}

fn debit(DebitText { is_certain, until }: &DebitText) -> String {
    let please =
        if *is_certain { "Bitte lassen Sie" } else { "Falls Sie per SEPA-Lastschrift bezahlt haben: Bitte lassen Sie" };
    format!(
        "{please} die Lastschrift nicht zusätzlich von Ihrer Bank zurückbuchen, sonst würde der Betrag doppelt erstattet. Ohne \
         Angabe von Gründen ist eine solche Rückbuchung bis zum {until} möglich."
    )
}
