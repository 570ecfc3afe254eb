//! What the words of methods, plans and flags mean, whichever platform wrote them.

use crate::domain::sale::transaction::{Method, PaymentPlan};
use crate::import::vocabulary::{METHOD_WORDS, PLAN_WORDS, folded};

/// `None` for a word that is not known, or for words that contradict each other.
pub fn method(text: &str) -> Option<Method> {
    if let Ok(own) = text.trim().to_lowercase().parse() {
        return Some(own);
    }
    METHOD_WORDS.whole(text).flatten().or_else(|| folded(text).iter().find_map(|form| method_in_words(form)))
}

/// A wallet hides the method behind it. A word that is not known could be a debit.
fn method_in_words(folded: &str) -> Option<Method> {
    let known: Option<Vec<Option<Method>>> = METHOD_WORDS.each(folded).into_iter().collect();
    let mut named: Vec<Method> = known?.into_iter().flatten().collect();
    named.sort();
    named.dedup();
    match named.as_slice() {
        [only] => Some(*only),
        several if several.contains(&Method::Paypal) => Some(Method::Paypal),
        [Method::Sofort, Method::Klarna] => Some(Method::Sofort),
        [Method::Klarna, Method::Invoice] => Some(Method::Klarna),
        _ => None,
    }
}

pub fn plan(text: &str) -> Option<PaymentPlan> {
    text.trim().to_lowercase().parse().ok().or_else(|| PLAN_WORDS.whole(text))
}

pub fn yes_or_no(text: &str) -> Option<bool> {
    match text.trim().to_lowercase().as_str() {
        "true" | "1" | "yes" | "ja" | "oui" => Some(true),
        "false" | "0" | "no" | "nein" | "non" => Some(false),
        _ => None,
    }
}

/// The number of an instalment. Some exports write 0 if there is no plan: then there is no number.
pub fn rate_number(text: &str) -> Option<Option<u32>> {
    let text = text.trim();
    let is_number = !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    let number: u32 = is_number.then(|| text.parse().ok()).flatten()?;
    Some(Some(number).filter(|number| *number > 0))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_debit_is_recognised_by_all_its_names_and_a_wallet_hides_it() {
        for cell in [
            "sepa",
            "sepa_debit",
            "direct_debit",
            "Lastschrift",
            "SEPA-Lastschrift",
            "Bankeinzug",
            "Débit direct",
            "Prélèvement",
            "Prélèvement SEPA",
            "Zahlung per Lastschrift",
        ] {
            assert_eq!(method(cell), Some(Method::Sepa), "{cell}");
        }
        for (cell, known) in [
            ("Lastschrift via PayPal", Some(Method::Paypal)),
            ("credit_card", Some(Method::Card)),
            ("Kreditkarte (Visa)", Some(Method::Card)),
            ("Sofortüberweisung", Some(Method::Sofort)),
            ("Klarna Rechnung", Some(Method::Klarna)),
            ("Klarna Lastschrift", None),
            ("Rechnung", Some(Method::Invoice)),
            ("sequra", Some(Method::Sequra)),
            ("barter", None),
        ] {
            assert_eq!(method(cell), known, "{cell}");
        }
    }

    #[test]
    fn plans_are_read_in_three_languages() {
        for (cell, known) in [
            ("breakdown_payment", Some(PaymentPlan::Installments)),
            ("Ratenzahlung", Some(PaymentPlan::Installments)),
            ("abonnement", Some(PaymentPlan::Subscription)),
            ("Abo", Some(PaymentPlan::Subscription)),
            ("one_time_payment", Some(PaymentPlan::OneTime)),
            ("Einmalzahlung", Some(PaymentPlan::OneTime)),
            ("barter", None),
        ] {
            assert_eq!(plan(cell), known, "{cell}");
        }
    }

    #[test]
    fn a_rate_number_counts_from_1() {
        assert_eq!(rate_number(" 3 "), Some(Some(3)));
        assert_eq!(rate_number("0"), Some(None));
        for text in ["", "-1", "1/12", "1.0", "99999999999"] {
            assert_eq!(rate_number(text), None, "{text}");
        }
    }
}
