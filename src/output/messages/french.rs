//! The message in French: with *vous*, no-break spaces before `€ ; :` and inside `« »`, amounts as `1 249,00 €`, and
//! days as `lundi 23 novembre 2026`.

use super::phrases::{ArrivalText, Days, DebitText, Facts, Locale, Phrases, ProgressText, amount_before_currency};
use super::phrases::{greeting, nth};
use crate::domain::sale::transaction::Method;
use chrono::{Datelike, NaiveDate};

pub(super) const LOCALE: Locale =
    Locale {
        day, amount: |sum| amount_before_currency(sum, "\u{202f}", ","), quotes: ("«\u{a0}", "\u{a0}»"), phrases
    };

const MONTHS: &str = "janvier février mars avril mai juin juillet août septembre octobre novembre décembre";

const WEEKDAYS: &str = "lundi mardi mercredi jeudi vendredi samedi dimanche";

fn day(day: NaiveDate) -> String {
    let weekday = nth(WEEKDAYS, day.weekday().num_days_from_monday());
    let first = if day.day() == 1 { "er" } else { "" };
    format!("{weekday} {}{first} {} {}", day.day(), nth(MONTHS, day.month0()), day.year())
}

fn phrases(facts: &Facts) -> Phrases {
    let Facts { amount, order, paid, paid_on, .. } = facts;
    Phrases {
        subject: format!("Votre remboursement de {amount} pour la commande {order}"),
        greeting: greeting("Bonjour", facts),
        refund: format!("Votre remboursement de {amount} {} {}.", thing(facts), progress(facts)),
        way: match method(facts.method) {
            Some(method) => format!(
                "Vous aviez payé {paid} {method} le {paid_on}\u{202f}; le remboursement se fait par le même moyen de \
                 paiement."
            ),
            None => format!(
                "Vous aviez payé {paid} le {paid_on}\u{202f}; le remboursement se fait par le moyen de paiement que \
                 vous aviez utilisé."
            ),
        },
        arrival: arrival(facts),
        bank: match facts.arrival {
            ArrivalText::Late(_) => String::new(),
            _ => "Selon votre banque ou votre prestataire de paiement, il faut parfois compter quelques jours de plus."
                .to_owned(),
        },
        debit: facts.debit.as_ref().map(debit).unwrap_or_default(),
        closing: "Cordialement".to_owned(),
    }
}

fn thing(facts: &Facts) -> String {
    match facts.products.as_str() {
        "" => format!("pour la commande {}", facts.order),
        products => format!("pour {products} (commande {})", facts.order),
    }
}

fn progress(facts: &Facts) -> String {
    match &facts.progress {
        ProgressText::Marked => "a été validé, mais n’a pas encore été effectué".to_owned(),
        ProgressText::Submitted { on } => format!("a été lancé le {on}"),
        ProgressText::CarriedOut { on } => format!("a été effectué le {on}"),
        ProgressText::Confirmed { carried_out_on, on } => {
            format!("a été lancé le {carried_out_on} et confirmé le {on}")
        }
    }
}

fn method(method: Method) -> Option<&'static str> {
    Some(match method {
        Method::Card => "par carte bancaire",
        Method::Sepa => "par prélèvement SEPA",
        Method::Paypal => "avec PayPal",
        Method::Sofort => "avec SOFORT",
        Method::Klarna => "avec Klarna",
        Method::Invoice => "sur facture",
        Method::Sequra => "avec SeQura",
        Method::Test | Method::Other | Method::Unknown => return None,
    })
}

fn arrival(facts: &Facts) -> String {
    match &facts.arrival {
        ArrivalText::IfToday(days) => {
            let today = &facts.today;
            format!("Si le remboursement est effectué le {today}, la somme devrait vous parvenir {}.", within(days))
        }
        ArrivalText::Expected(days) => format!("La somme devrait vous parvenir {}.", within(days)),
        ArrivalText::Until(by) => format!("La somme devrait vous parvenir au plus tard le {by}."),
        ArrivalText::Late(by) => format!(
            "La somme aurait dû vous parvenir au plus tard le {by}. Si ce n’est pas le cas, merci de vous renseigner \
             auprès de votre banque ou de votre prestataire de paiement et de nous prévenir."
        ),
    }
}

fn within(days: &Days) -> String {
    match days {
        Days::One(day) => format!("le {day}"),
        Days::Between(from, by) => format!("entre le {from} et le {by}"),
    }
}

fn debit(DebitText { is_certain, until }: &DebitText) -> String {
    let please = if *is_certain { "Merci" } else { "Si vous avez payé par prélèvement SEPA, merci" };
    format!(
        "{please} de ne pas demander en plus à votre banque le remboursement du prélèvement\u{a0}: la somme vous \
         serait versée deux fois. Une telle demande est possible, sans avoir à donner de motif, jusqu’au {until}."
    )
}
