//! CopeCart's transactions CSV (facts §3): what its headers and cells may be called in German, English, French.
//!
//! Nobody has published a whole one. So headers are recognised leniently, and a status that nobody knows is
//! unknown rather than a guess.

use crate::domain::names::searchable;
use crate::domain::sale::transaction::{Kind, KindAndStatus, Method, PaymentPlan, PlatformStatus, SaleStatus};
use crate::import::csv::columns::Column;
use crate::import::words::{self, StatusWord};

/// What each column may be called, beside its own name. Case, accents, punctuation and blanks are forgiven.
const HEADERS: &[(Column, &[&str])] = &[
    (
        Column::TransactionId,
        &["Transaktions-ID", "Transaktionsnummer", "Transaction number", "ID de transaction", "ID transaction"],
    ),
    (
        Column::OrderId,
        &["Bestell-ID", "Bestellnummer", "Order number", "ID de commande", "ID commande", "Numéro de commande"],
    ),
    (Column::ProductId, &["Produkt-ID", "ID du produit", "ID produit"]),
    (Column::ProductName, &["Produktname", "Produkt", "Product", "Nom du produit", "Produit"]),
    (
        Column::CustomerName,
        &["Kundenname", "Kunde", "Name", "Käufer", "Customer", "Buyer", "Buyer name", "Nom du client", "Client", "Nom"],
    ),
    (
        Column::CustomerEmail,
        &[
            "E-Mail",
            "E-Mail-Adresse",
            "Kunden-E-Mail",
            "E-Mail des Kunden",
            "E-Mail address",
            "Buyer e-mail",
            "E-mail du client",
            "Adresse e-mail",
            "Courriel",
        ],
    ),
    (Column::Country, &["Land", "Kundenland", "Pays"]),
    (
        Column::Amount,
        &[
            "Bruttopreis",
            "Betrag",
            "Bruttobetrag",
            "Gross price",
            "Gross amount",
            "Prix brut",
            "Montant brut",
            "Montant",
        ],
    ),
    (Column::Currency, &["Währung", "Devise", "Monnaie"]),
    (
        Column::Method,
        &[
            "Zahlungsart",
            "Zahlungsmethode",
            "Zahlungsmittel",
            "Payment method",
            "Méthode de paiement",
            "Mode de paiement",
            "Moyen de paiement",
        ],
    ),
    (Column::Plan, &["Zahlungsplan", "Payment plan", "Plan de paiement"]),
    (Column::Kind, &["Transaktionstyp", "Transaktionsart", "Transaction type", "Type de transaction"]),
    (
        Column::Status,
        &[
            "Transaktionsstatus",
            "Zahlungsstatus",
            "Transaction status",
            "Payment status",
            "Statut",
            "Statut de la transaction",
            "Statut du paiement",
        ],
    ),
    (Column::OrderedAt, &["Bestelldatum", "Order date", "Date de commande", "Date de la commande"]),
    (
        Column::PaidAt,
        &[
            "Datum",
            "Transaktionsdatum",
            "Zahlungsdatum",
            "Date",
            "Transaction date",
            "Payment date",
            "Date de transaction",
            "Date de la transaction",
            "Date de paiement",
            "Date du paiement",
        ],
    ),
    (
        Column::RateNumber,
        &["Anzahl der Rate", "Rate Nr.", "Ratennummer", "Installment number", "Instalment number", "Numéro d'échéance"],
    ),
];

/// The column that a header names.
pub fn column(header: &str) -> Option<Column> {
    let wanted = keys(header);
    let is_it = |name: &str| keys(name).iter().any(|key| wanted.contains(key));
    let is_column = |column: &Column| is_it(column.word()) || names(*column).iter().any(|name| is_it(name));
    Column::ALL.iter().copied().find(is_column)
}

fn names(column: Column) -> &'static [&'static str] {
    HEADERS.iter().find(|(known, _)| *known == column).map_or(&[], |(_, names)| names)
}

/// A header's letters and digits, in each spelling of its umlauts.
fn keys(header: &str) -> Vec<String> {
    let letters = |line: &str| line.chars().filter(|c| c.is_alphanumeric()).collect::<String>();
    searchable(header).lines().map(letters).filter(|key| !key.is_empty()).collect()
}

/// A row's kind; `None` for a word that nobody knows.
pub fn kind(cell: &str) -> Option<Kind> {
    words::kind(cell).or_else(|| {
        let says = saying(cell);
        if says(&["ruckbuchung", "chargeback", "retrofacturation"]) {
            Some(Kind::Chargeback)
        } else if says(&["erstattung", "refund", "return", "rembours", "ruckzahlung", "ruckgabe", "retour"]) {
            Some(Kind::Refund)
        } else {
            says(&["verkauf", "sale", "vente", "zahlung"]).then_some(Kind::Sale)
        }
    })
}

/// What a status cell means for a row of this kind. A word that nobody knows is an unknown status.
pub fn entry(cell: &str, kind: Kind) -> KindAndStatus {
    let known = StatusWord::new(cell).entry(kind);
    known.unwrap_or_else(|| match kind {
        Kind::Sale => KindAndStatus::Sale(sale_status(cell)),
        Kind::Refund => KindAndStatus::Refund(reported_status(cell)),
        Kind::Chargeback => KindAndStatus::Chargeback(reported_status(cell)),
    })
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

fn reported_status(cell: &str) -> PlatformStatus {
    let says = saying(cell);
    if says(&["fehlgeschlagen", "failed", "echoue"]) {
        PlatformStatus::Failed
    } else if says(&["erstattet", "refunded", "rembourse", "erfolgreich", "succeeded", "reussi"]) {
        PlatformStatus::Succeeded
    } else {
        PlatformStatus::Unknown
    }
}

/// A payment method; a word that nobody knows is another method.
pub fn method(cell: &str) -> Method {
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
    words::method(cell).unwrap_or_else(|| {
        table.into_iter().find(|(pieces, _)| says(pieces)).map_or(Method::Other, |(_, method)| method)
    })
}

/// A payment plan; a word that nobody knows is an unknown plan.
pub fn plan(cell: &str) -> PaymentPlan {
    let says = saying(cell);
    words::plan(cell).unwrap_or_else(|| {
        if says(&["abo", "subscription"]) {
            PaymentPlan::Subscription
        } else if says(&["raten", "instal", "breakdown", "echelonne", "plusieurs fois"]) {
            PaymentPlan::Installments
        } else if says(&["einmal", "one time", "unique"]) {
            PaymentPlan::OneTime
        } else {
            PaymentPlan::Unknown
        }
    })
}

/// Whether a cell says one of these pieces, case and accents forgiven.
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
    fn headers_are_recognised_in_three_languages_whatever_their_case_and_signs() {
        for (header, expected) in [
            ("Bestell-ID", Column::OrderId),
            ("bestell id", Column::OrderId),
            ("Order ID", Column::OrderId),
            ("ID de commande", Column::OrderId),
            ("Transaktions-ID", Column::TransactionId),
            ("Transaction ID", Column::TransactionId),
            ("Status", Column::Status),
            ("Transaktionsstatus", Column::Status),
            ("Statut", Column::Status),
            ("KUNDENNAME", Column::CustomerName),
            ("Bruttopreis", Column::Amount),
            ("Betrag", Column::Amount),
            ("Produktname", Column::ProductName),
            ("Anzahl der Rate", Column::RateNumber),
            ("Rate Nr.", Column::RateNumber),
            ("Datum", Column::PaidAt),
            ("Transaktionsdatum", Column::PaidAt),
            ("Bestelldatum", Column::OrderedAt),
            ("Zahlungsplan", Column::Plan),
            ("Währung", Column::Currency),
            ("Waehrung", Column::Currency),
            ("WAHRUNG", Column::Currency),
            ("Méthode de paiement", Column::Method),
            ("methode de paiement", Column::Method),
            ("Kunden E-Mail", Column::CustomerEmail),
        ] {
            assert_eq!(column(header), Some(expected), "{header}");
        }
        for header in ["Nettopreis", "Gesamtrate", "Raten gesamt", "", "-", "Bestell"] {
            assert_eq!(column(header), None, "{header}");
        }
    }

    #[test]
    fn no_header_names_two_columns() {
        let all: Vec<_> =
            Column::ALL.iter().flat_map(|column| names(*column).iter().map(move |name| (*column, *name))).collect();
        for (expected, name) in all {
            assert_eq!(column(name), Some(expected), "{name}");
        }
    }

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
            assert_eq!(entry(cell, Kind::Sale), KindAndStatus::Sale(status), "{cell}");
        }
        assert_eq!(entry("Erstattet", Kind::Refund), KindAndStatus::Refund(PlatformStatus::Succeeded));
        assert_eq!(entry("Fehlgeschlagen", Kind::Refund), KindAndStatus::Refund(PlatformStatus::Failed));
        assert_eq!(entry("Bezahlt", Kind::Chargeback), KindAndStatus::Chargeback(PlatformStatus::Unknown));
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
            assert_eq!(kind(cell), expected, "{cell}");
        }
        for (cell, expected) in [
            ("Kreditkarte", Method::Card),
            ("SEPA-Lastschrift", Method::Sepa),
            ("PayPal", Method::Paypal),
            ("Prélèvement SEPA", Method::Sepa),
            ("Rechnung", Method::Invoice),
            ("Muscheln", Method::Other),
        ] {
            assert_eq!(method(cell), expected, "{cell}");
        }
        for (cell, expected) in [
            ("Einmalzahlung", PaymentPlan::OneTime),
            ("One-time payment", PaymentPlan::OneTime),
            ("Ratenzahlung", PaymentPlan::Installments),
            ("Abonnement", PaymentPlan::Subscription),
            ("Abo", PaymentPlan::Subscription),
            ("?", PaymentPlan::Unknown),
        ] {
            assert_eq!(plan(cell), expected, "{cell}");
        }
    }
}
