//! The message in European English: amounts as `1,249.00 €`, days as `Monday 23 November 2026`.

use super::phrases::{
    ArrivalText, Days, DebitText, Facts, Locale, Phrases, ProgressText, amount_before_currency, greeting, nth,
};
use crate::domain::money::Money;
use crate::domain::sale::transaction::Method;
use chrono::{Datelike, NaiveDate};

pub(super) const LOCALE: Locale = Locale { day, amount, quotes: ("“", "”"), phrases };

const MONTHS: &str = "January February March April May June July August September October November December";

const WEEKDAYS: &str = "Monday Tuesday Wednesday Thursday Friday Saturday Sunday";

fn day(day: NaiveDate) -> String {
    let weekday = nth(WEEKDAYS, day.weekday().num_days_from_monday());
    format!("{weekday} {} {} {}", day.day(), nth(MONTHS, day.month0()), day.year())
}

fn amount(sum: Money) -> String {
    amount_before_currency(sum, ",", ".")
}

fn phrases(facts: &Facts) -> Phrases {
    let Facts { amount, order, paid, paid_on, .. } = facts;
    Phrases {
        subject: format!("Your refund of {amount} for order {order}"),
        greeting: greeting("Hello", facts),
        refund: format!("Your refund of {amount} {} {}.", thing(facts), progress(facts)),
        way: match method(facts.method) {
            Some(method) => {
                format!("You paid {paid} {method} on {paid_on}; the money goes back the same way.")
            }
            None => format!("You paid {paid} on {paid_on}; the money goes back the way you paid."),
        },
        arrival: arrival(facts),
        bank: match facts.arrival {
            ArrivalText::Late(_) => String::new(),
            _ => "Depending on your bank or payment provider, it may take a few days longer.".to_owned(),
        },
        debit: facts.debit.as_ref().map(debit).unwrap_or_default(),
        closing: "Kind regards".to_owned(),
    }
}

fn thing(facts: &Facts) -> String {
    match facts.products.as_str() {
        "" => format!("for order {}", facts.order),
        products => format!("for {products} (order {})", facts.order),
    }
}

fn progress(facts: &Facts) -> String {
    match &facts.progress {
        ProgressText::Marked => "has been approved, but not carried out yet".to_owned(),
        ProgressText::Submitted { on } => format!("was initiated on {on}"),
        ProgressText::CarriedOut { on } => format!("was carried out on {on}"),
        ProgressText::Confirmed { carried_out_on, on } => {
            format!("was initiated on {carried_out_on} and confirmed on {on}")
        }
    }
}

fn method(method: Method) -> Option<&'static str> {
    Some(match method {
        Method::Card => "by card",
        Method::Sepa => "by SEPA direct debit",
        Method::Paypal => "with PayPal",
        Method::Sofort => "with SOFORT",
        Method::Klarna => "with Klarna",
        Method::Invoice => "by invoice",
        Method::Sequra => "with SeQura",
        Method::Test | Method::Other | Method::Unknown => return None,
    })
}

fn arrival(facts: &Facts) -> String {
    match &facts.arrival {
        ArrivalText::IfToday(days) => {
            format!("If the refund is carried out on {}, you can expect the money {}.", facts.today, within(days))
        }
        ArrivalText::Expected(days) => format!("You can expect the money {}.", within(days)),
        ArrivalText::Until(by) => format!("You can expect the money by {by}."),
        ArrivalText::Late(by) => format!(
            "The money should have reached you by {by}. If it has not, please ask your bank or payment provider, and \
             let us know."
        ),
    }
}

fn within(days: &Days) -> String {
    match days {
        Days::One(day) => format!("on {day}"),
        Days::Between(from, by) => format!("between {from} and {by}"),
    }
}

fn debit(DebitText { is_certain, until }: &DebitText) -> String {
    let please = if *is_certain { "Please" } else { "If you paid by SEPA direct debit, please" };
    format!(
        "{please} do not also have your bank return the direct debit, or you would be refunded twice. A debit can be \
         returned in this way, without giving a reason, until {until}."
    )
}
