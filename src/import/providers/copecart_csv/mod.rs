//! CopeCart's transactions CSV, in German, English or French.
//!
//! No complete file is published, so headers are recognised leniently, and an unknown word is an unknown status or plan
//! rather than a guess.

mod headers;

use crate::domain::names::searchable;
use crate::domain::sale::transaction::{Kind, KindAndStatus, Method, PaymentPlan, PlatformStatus, SaleStatus};
use crate::import::column::Column;
use crate::import::provider::TableProvider;
use crate::import::words::{self, StatusWord};

pub struct CopecartCsv;

impl TableProvider for CopecartCsv {
    fn word(&self) -> &'static str {
        "copecart-csv"
    }

    fn column(&self, header: &str) -> Option<Column> {
        headers::column(header)
    }

    /// Some of its files have one date only, under one name or the other.
    fn fallback(&self, column: Column) -> Option<Column> {
        (column == Column::PaidAt).then_some(Column::OrderedAt)
    }

    fn kind(&self, cell: &str) -> Option<Kind> {
        words::kind(cell).or_else(|| kind_in_words(cell))
    }

    fn entry(&self, cell: &str, kind: Kind) -> Option<KindAndStatus> {
        Some(StatusWord::new(cell).entry(kind).unwrap_or_else(|| match kind {
            Kind::Sale => KindAndStatus::Sale(sale_status(cell)),
            Kind::Refund => KindAndStatus::Refund(platform_status(cell)),
            Kind::Chargeback => KindAndStatus::Chargeback(platform_status(cell)),
        }))
    }

    fn method(&self, cell: &str) -> Option<Method> {
        Some(words::method(cell).unwrap_or_else(|| method_in_words(cell)))
    }

    fn plan(&self, cell: &str) -> Option<PaymentPlan> {
        Some(words::plan(cell).unwrap_or_else(|| plan_in_words(cell)))
    }
}

fn kind_in_words(cell: &str) -> Option<Kind> {
    let says = saying(cell);
    if says(&["ruckbuchung", "chargeback", "retrofacturation"]) {
        Some(Kind::Chargeback)
    } else if says(&["erstattung", "refund", "return", "rembours", "ruckzahlung", "ruckgabe", "retour"]) {
        Some(Kind::Refund)
    } else {
        says(&["verkauf", "sale", "vente", "zahlung"]).then_some(Kind::Sale)
    }
}

fn sale_status(cell: &str) -> SaleStatus {
    let says = saying(cell);
    let table: [(&[&str], SaleStatus); 7] = [
        (&["ruckbuchung", "chargeback"], SaleStatus::ChargedBack),
        (&["erstattet", "refunded", "rembourse"], SaleStatus::Refunded),
        (&["ausstehend", "pending", "en attente"], SaleStatus::Pending),
        (&["fehlgeschlagen", "failed", "echoue"], SaleStatus::Failed),
        (&["testphase", "trial", "essai"], SaleStatus::Trial),
        (&["bevorstehend", "upcoming", "a venir"], SaleStatus::Upcoming),
        (&[], SaleStatus::Unknown),
    ];
    if says_only(cell, &["bezahlt", "paid", "paye", "payee"]) {
        return SaleStatus::Paid;
    }
    table.into_iter().find(|(pieces, _)| says(pieces)).map_or(SaleStatus::Unknown, |(_, status)| status)
}

fn platform_status(cell: &str) -> PlatformStatus {
    let says = saying(cell);
    if says(&["fehlgeschlagen", "failed", "echoue"]) {
        PlatformStatus::Failed
    } else if says(&["erstattet", "refunded", "rembourse", "erfolgreich", "succeeded", "reussi"]) {
        PlatformStatus::Succeeded
    } else {
        PlatformStatus::Unknown
    }
}

/// An unknown word is another method.
fn method_in_words(cell: &str) -> Method {
    let says = saying(cell);
    let table: [(&[&str], Method); 7] = [
        (&["kreditkarte", "credit card", "carte"], Method::Card),
        (&["sepa", "lastschrift", "direct debit", "prelevement"], Method::Sepa),
        (&["paypal"], Method::Paypal),
        (&["sofort"], Method::Sofort),
        (&["klarna"], Method::Klarna),
        (&["sequra"], Method::Sequra),
        (&["rechnung", "invoice", "facture"], Method::Invoice),
    ];
    table.into_iter().find(|(pieces, _)| says(pieces)).map_or(Method::Other, |(_, method)| method)
}

fn plan_in_words(cell: &str) -> PaymentPlan {
    let says = saying(cell);
    if says(&["abo", "subscription"]) {
        PaymentPlan::Subscription
    } else if says(&["raten", "instal", "breakdown", "echelonne", "plusieurs fois"]) {
        PaymentPlan::Installments
    } else if says(&["einmal", "one time", "unique"]) {
        PaymentPlan::OneTime
    } else {
        PaymentPlan::Unknown
    }
}

/// Whether a cell contains one of these texts; case and accents are ignored.
fn saying(cell: &str) -> impl Fn(&[&str]) -> bool {
    let folded = searchable(cell);
    move |pieces| pieces.iter().any(|piece| folded.contains(piece) || folded.contains(&piece.replace("ruck", "rueck")))
}

fn says_only(cell: &str, words: &[&str]) -> bool {
    words.contains(&searchable(cell).as_str())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn status_cells_are_read_in_three_languages_and_unknown_ones_stay_unknown() {
        for (cell, status) in [
            ("Bezahlt", SaleStatus::Paid),
            ("Paid", SaleStatus::Paid),
            ("Payé", SaleStatus::Paid),
            ("Erstattet", SaleStatus::Refunded),
            ("Teilweise erstattet", SaleStatus::Refunded),
            ("Bezahlt (erstattet)", SaleStatus::Refunded),
            ("Remboursé", SaleStatus::Refunded),
            ("Ausstehend", SaleStatus::Pending),
            ("En attente", SaleStatus::Pending),
            ("Fehlgeschlagen", SaleStatus::Failed),
            ("Échoué", SaleStatus::Failed),
            ("Testphase", SaleStatus::Trial),
            ("Essai", SaleStatus::Trial),
            ("Rückbuchung", SaleStatus::ChargedBack),
            ("Rueckbuchung", SaleStatus::ChargedBack),
            ("Nicht bezahlt", SaleStatus::Unknown),
            ("Unpaid", SaleStatus::Unknown),
            ("Impayé", SaleStatus::Unknown),
            ("Storniert", SaleStatus::Unknown),
        ] {
            assert_eq!(CopecartCsv.entry(cell, Kind::Sale), Some(KindAndStatus::Sale(status)), "{cell}");
        }
        assert_eq!(
            CopecartCsv.entry("Erstattet", Kind::Refund),
            Some(KindAndStatus::Refund(PlatformStatus::Succeeded))
        );
        assert_eq!(
            CopecartCsv.entry("Fehlgeschlagen", Kind::Refund),
            Some(KindAndStatus::Refund(PlatformStatus::Failed))
        );
        assert_eq!(
            CopecartCsv.entry("Bezahlt", Kind::Chargeback),
            Some(KindAndStatus::Chargeback(PlatformStatus::Unknown))
        );
    }

    #[test]
    fn kinds_methods_and_plans_are_read_in_three_languages() {
        for (cell, expected) in [
            ("Verkauf", Some(Kind::Sale)),
            ("Vente", Some(Kind::Sale)),
            ("Teilrückerstattung", Some(Kind::Refund)),
            ("Remboursement", Some(Kind::Refund)),
            ("partial refund", Some(Kind::Refund)),
            ("Rückbuchung", Some(Kind::Chargeback)),
            ("Rückzahlung", Some(Kind::Refund)),
            ("Payout", None),
        ] {
            assert_eq!(CopecartCsv.kind(cell), expected, "{cell}");
        }
        for (cell, expected) in [
            ("Kreditkarte", Method::Card),
            ("SEPA-Lastschrift", Method::Sepa),
            ("PayPal", Method::Paypal),
            ("Prélèvement SEPA", Method::Sepa),
            ("Rechnung", Method::Invoice),
            ("Muscheln", Method::Other),
        ] {
            assert_eq!(CopecartCsv.method(cell), Some(expected), "{cell}");
        }
        for (cell, expected) in [
            ("Einmalzahlung", PaymentPlan::OneTime),
            ("One-time payment", PaymentPlan::OneTime),
            ("Ratenzahlung", PaymentPlan::Installments),
            ("Abonnement", PaymentPlan::Subscription),
            ("Abo", PaymentPlan::Subscription),
            ("?", PaymentPlan::Unknown),
        ] {
            assert_eq!(CopecartCsv.plan(cell), Some(expected), "{cell}");
        }
    }
}
