//! What the headers of CopeCart's transactions CSV may be called in German, English and French.

use crate::domain::names::searchable;
use crate::import::column::Column;

/// What each column may be called besides its own name. Case, accents, punctuation and blanks are ignored.
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
    Column::of_exports().find(is_column)
}

fn names(column: Column) -> &'static [&'static str] {
    HEADERS.iter().find(|(known, _)| *known == column).map_or(&[], |(_, names)| names)
}

/// A header's letters and digits, in each spelling of its umlauts.
fn keys(header: &str) -> Vec<String> {
    let letters = |line: &str| line.chars().filter(|c| c.is_alphanumeric()).collect::<String>();
    searchable(header).lines().map(letters).filter(|key| !key.is_empty()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn headers_are_recognised_in_three_languages_in_any_case_and_punctuation() {
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
            Column::of_exports().flat_map(|column| names(column).iter().map(move |name| (column, *name))).collect();
        for (expected, name) in all {
            assert_eq!(column(name), Some(expected), "{name}");
        }
    }
}
