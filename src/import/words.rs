//! The platform's words and the desk's; a row may use either.
//!
//! An unknown word is `None`; the provider decides whether that is a fault or an unknown value.

use crate::domain::sale::transaction::{Kind, KindAndStatus, Method, PaymentPlan, PlatformStatus, SaleStatus};

/// A status as it was written, in lower case and without `test_`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StatusWord {
    pub word: String,
    /// It began with `test_`.
    pub is_test: bool,
}

impl StatusWord {
    pub fn new(text: &str) -> Self {
        let lower = text.trim().to_lowercase();
        match lower.strip_prefix("test_") {
            Some(word) => Self { word: word.to_owned(), is_test: true },
            None => Self { word: lower, is_test: false },
        }
    }

    /// The kind of a row without a kind, if only that kind has this status.
    pub fn implies(&self) -> Option<Kind> {
        match self.word.as_str() {
            "successed_refunded" | "failed_refunded" => Some(Kind::Refund),
            "chargeback_succeeded" | "chargeback_failed" => Some(Kind::Chargeback),
            _ => None,
        }
    }

    /// What the word means for a row of this kind.
    pub fn entry(&self, kind: Kind) -> Option<KindAndStatus> {
        match kind {
            Kind::Sale => self.of_sale().map(KindAndStatus::Sale),
            Kind::Refund if self.word == "refunded" => Some(KindAndStatus::Refund(PlatformStatus::Succeeded)),
            Kind::Refund => self.of_reported().map(KindAndStatus::Refund),
            Kind::Chargeback => self.of_reported().map(KindAndStatus::Chargeback),
        }
    }

    fn of_sale(&self) -> Option<SaleStatus> {
        match self.word.as_str() {
            "failed_as_chargeback" | "chargeback_succeeded" => Some(SaleStatus::ChargedBack),
            "successed_refunded" => Some(SaleStatus::Refunded),
            word => word.parse().ok(),
        }
    }

    fn of_reported(&self) -> Option<PlatformStatus> {
        match self.word.as_str() {
            "successed_refunded" | "chargeback_succeeded" => Some(PlatformStatus::Succeeded),
            "failed_refunded" | "chargeback_failed" => Some(PlatformStatus::Failed),
            word => word.parse().ok(),
        }
    }
}

/// The kind and status of a row that has no status.
pub fn without_status(kind: Kind, sales: Option<SaleStatus>) -> KindAndStatus {
    match kind {
        Kind::Sale => KindAndStatus::Sale(sales.unwrap_or(SaleStatus::Unknown)),
        Kind::Refund => KindAndStatus::Refund(PlatformStatus::Unknown),
        Kind::Chargeback => KindAndStatus::Chargeback(PlatformStatus::Unknown),
    }
}

pub fn kind(text: &str) -> Option<Kind> {
    text.trim().to_lowercase().parse().ok()
}

pub fn method(text: &str) -> Option<Method> {
    match text.trim().to_lowercase().as_str() {
        "credit_card" => Some(Method::Card),
        word => word.parse().ok(),
    }
}

pub fn plan(text: &str) -> Option<PaymentPlan> {
    match text.trim().to_lowercase().as_str() {
        "one_time_payment" => Some(PaymentPlan::OneTime),
        "breakdown_payment" => Some(PaymentPlan::Installments),
        "abonnement" => Some(PaymentPlan::Subscription),
        word => word.parse().ok(),
    }
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

    fn entry(text: &str, kind: Kind) -> Option<KindAndStatus> {
        StatusWord::new(text).entry(kind)
    }

    #[test]
    fn a_status_is_read_in_either_vocabulary_and_as_its_kind_means_it() {
        for (text, status) in [
            ("paid", SaleStatus::Paid),
            (" Paid ", SaleStatus::Paid),
            ("test_paid", SaleStatus::Paid),
            ("pending", SaleStatus::Pending),
            ("trial", SaleStatus::Trial),
            ("failed", SaleStatus::Failed),
            ("upcoming", SaleStatus::Upcoming),
            ("refunded", SaleStatus::Refunded),
            ("unknown", SaleStatus::Unknown),
            ("failed_as_chargeback", SaleStatus::ChargedBack),
        ] {
            assert_eq!(entry(text, Kind::Sale), Some(KindAndStatus::Sale(status)), "{text}");
        }
        for (text, status) in [
            ("succeeded", PlatformStatus::Succeeded),
            ("successed_refunded", PlatformStatus::Succeeded),
            ("test_successed_refunded", PlatformStatus::Succeeded),
            ("chargeback_succeeded", PlatformStatus::Succeeded),
            ("failed", PlatformStatus::Failed),
            ("failed_refunded", PlatformStatus::Failed),
            ("chargeback_failed", PlatformStatus::Failed),
        ] {
            assert_eq!(entry(text, Kind::Refund), Some(KindAndStatus::Refund(status)), "{text}");
            assert_eq!(entry(text, Kind::Chargeback), Some(KindAndStatus::Chargeback(status)), "{text}");
        }
        assert_eq!(entry("refunded", Kind::Refund), Some(KindAndStatus::Refund(PlatformStatus::Succeeded)));
        assert_eq!(entry("refunded", Kind::Chargeback), None, "given back by whom?");
        assert_eq!(entry("succeeded", Kind::Sale), None);
        assert_eq!(entry("paid", Kind::Refund), None);
        assert_eq!(entry("chargeback_failed", Kind::Sale), None);
    }

    #[test]
    fn a_test_s_status_is_the_same_status() {
        assert!(StatusWord::new("test_trial").is_test && !StatusWord::new("trial").is_test);
    }

    #[test]
    fn a_status_that_only_refunds_have_implies_a_refund() {
        assert_eq!(StatusWord::new("test_successed_refunded").implies(), Some(Kind::Refund));
        assert_eq!(StatusWord::new("chargeback_failed").implies(), Some(Kind::Chargeback));
        for word in ["refunded", "failed", "failed_as_chargeback", ""] {
            assert_eq!(StatusWord::new(word).implies(), None, "{word}");
        }
    }

    #[test]
    fn methods_and_plans_are_read_in_either_vocabulary() {
        assert_eq!((method("credit_card"), method("Card")), (Some(Method::Card), Some(Method::Card)));
        assert_eq!((method("sequra"), method("barter")), (Some(Method::Sequra), None));
        assert_eq!(plan("breakdown_payment"), Some(PaymentPlan::Installments));
        assert_eq!(plan("abonnement"), plan("subscription"));
        assert_eq!((plan("one_time_payment"), plan("barter")), (Some(PaymentPlan::OneTime), None));
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
