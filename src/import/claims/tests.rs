//! What single cells and whole rows of claims mean.

use super::*;
use crate::import::statement::event_speaks;

fn decided(kind: &str, status: &str, is_negative: bool) -> Decision {
    let statement = |text: &str| Claims::statement(Some(text));
    Claims { kind: statement(kind), status: statement(status), is_negative, ..Claims::default() }.decide()
}

fn sale_status(cell: &str) -> SaleStatus {
    match decided("", cell, false) {
        Decision::Entry(KindAndStatus::Sale(status)) | Decision::OpenSale(status) => status,
        other => panic!("{cell}: {other:?}"),
    }
}

fn refund(status: PlatformStatus) -> Decision {
    Decision::Entry(KindAndStatus::Refund(status))
}

fn chargeback(status: PlatformStatus) -> Decision {
    Decision::Entry(KindAndStatus::Chargeback(status))
}

#[test]
fn a_status_of_a_sale_is_read_in_three_languages() {
    for (cells, status) in [
        (&["paid", "test_paid", "Bezahlt", "Payé", "payée", "Réglé", "PAID."][..], SaleStatus::Paid),
        (&["Ausstehend", "pending", "En attente", "in Bearbeitung", "Zahlung ausstehend"], SaleStatus::Pending),
        (
            &["Fehlgeschlagen", "failed", "Échoué", "Échec", "Lastschrift fehlgeschlagen", "declined"],
            SaleStatus::Failed,
        ),
        (&["Testphase", "trial", "Essai"], SaleStatus::Trial),
        (&["Bevorstehend", "upcoming", "À venir"], SaleStatus::Upcoming),
        (
            &["Erstattet", "Erfolgreich erstattet", "refunded", "Remboursé", "Fully refunded", "Bezahlt (erstattet)"],
            SaleStatus::Refunded,
        ),
        (
            &[
                "Rückbuchung",
                "Rueckbuchung erfolgreich",
                "charged_back",
                "failed_as_chargeback",
                "Charged back",
                "Rücklastschrift",
                "Lastschriftrückgabe",
                "Rejet de prélèvement",
                "Prélèvement rejeté",
                "Dispute lost",
                "Lastschrift zurückgegeben",
                "returned direct debit",
                "Rétrofacturation",
                "Lastschrift geplatzt",
                "Prélèvement impayé",
                "Lastschriftwiderspruch",
                "payment_failure_refund",
            ],
            SaleStatus::ChargedBack,
        ),
    ] {
        for cell in cells {
            assert_eq!(sale_status(cell), status, "{cell}");
        }
    }
}

#[test]
fn a_refund_or_chargeback_that_failed_or_was_lifted_leaves_the_sale_paid() {
    for cell in [
        "Stornierung der Rückbuchung",
        "Chargeback storniert",
        "Rückbuchung fehlgeschlagen",
        "Erstattung fehlgeschlagen",
        "Refund failed",
        "Chargeback reversed",
        "Remboursement échoué",
        "Annulation du remboursement",
        "Rétrofacturation annulée",
        "Dispute won",
        "Rückbuchung gewonnen",
        "Streitfall gewonnen",
        "Rückbuchung nicht erfolgreich",
        "Erstattung abgelehnt",
    ] {
        assert_eq!(decided("", cell, false), Decision::Entry(KindAndStatus::Sale(SaleStatus::Paid)), "{cell}");
    }
}

#[test]
fn a_kind_that_says_that_the_payment_was_undone_is_no_sale_and_speaks() {
    for kind in ["Storno", "Zahlung storniert", "Annulation de paiement", "Cancelled payment"] {
        let claims = Claims {
            kind: Claims::statement(Some(kind)),
            status: Claims::statement(Some("paid")),
            ..Claims::default()
        };
        assert_eq!(claims.decide(), Decision::UnknownKind, "{kind}");
        assert!(claims.spoken().is_some(), "{kind}");
    }
}

#[test]
fn a_kind_that_contradicts_a_paid_status_makes_the_status_unknown() {
    let sale = |status| Decision::Entry(KindAndStatus::Sale(status));
    for (kind, alone) in [("charge_failure", SaleStatus::Failed), ("Zahlung ausstehend", SaleStatus::Pending)] {
        assert_eq!(decided(kind, "", false), sale(alone), "{kind}");
        assert_eq!(decided(kind, "paid", false), sale(SaleStatus::Unknown), "{kind}");
        assert_eq!(decided(kind, "refunded", false), sale(SaleStatus::Refunded), "{kind}");
    }
    assert_eq!(decided("Zahlung erfolgreich", "", false), sale(SaleStatus::Unknown), "a kind is no status");
}

#[test]
fn a_text_that_is_not_understood_for_certain_never_means_its_opposite() {
    for cell in
        ["Nicht bezahlt", "Unpaid", "Impayé", "Storniert", "Abgeschlossen", "Completed", "voided", "not refunded"]
    {
        assert_eq!(decided("", cell, false), Decision::Entry(KindAndStatus::Sale(SaleStatus::Unknown)), "{cell}");
    }
    for cell in [
        "Stornierung der Rückbuchung fehlgeschlagen",
        "Erstattung beantragt",
        "Rückbuchung wegen Betrugs",
        "disputed",
        "Gutschrift",
        "Chargeback refunded",
        "reversed",
    ] {
        assert_eq!(decided("", cell, false), Decision::OpenSale(SaleStatus::Unknown), "{cell}");
    }
}

#[test]
fn a_sale_that_was_refunded_in_part_is_paid_and_stays_open() {
    for cell in
        ["Teilweise erstattet", "partially_refunded", "Partly refunded", "Partiellement remboursé", "Teilerstattung"]
    {
        assert_eq!(decided("", cell, false), Decision::OpenSale(SaleStatus::Paid), "{cell}");
    }
}

#[test]
fn a_kind_word_decides_in_three_languages_and_the_status_is_the_kind_s() {
    for kind in
        ["refund", "Erstattung", "Teilrückerstattung", "partial_refund", "Remboursement", "return", "Rückzahlung"]
    {
        assert_eq!(decided(kind, "", false), refund(PlatformStatus::Unknown), "{kind}");
        assert_eq!(decided(kind, "failed", true), refund(PlatformStatus::Failed), "{kind}");
    }
    for kind in ["chargeback", "Rückbuchung", "Rücklastschrift", "Rejet de prélèvement"] {
        assert_eq!(decided(kind, "successful", false), chargeback(PlatformStatus::Succeeded), "{kind}");
        assert_eq!(decided(kind, "won", false), chargeback(PlatformStatus::Reversed), "{kind}");
    }
    assert_eq!(decided("Chargeback storniert", "Erfolgreich", false), chargeback(PlatformStatus::Reversed));
    assert_eq!(decided("chargeback", "refunded", false), chargeback(PlatformStatus::Unknown), "given back by whom?");
    assert_eq!(decided("sale", "succeeded", false), Decision::Entry(KindAndStatus::Sale(SaleStatus::Unknown)));
}

#[test]
fn a_minus_with_a_word_is_a_refund_or_a_chargeback_and_alone_it_is_neither() {
    assert_eq!(decided("", "Erfolgreich erstattet", true), refund(PlatformStatus::Succeeded));
    assert_eq!(decided("", "Erfolgreich erstattet", false), Decision::Entry(KindAndStatus::Sale(SaleStatus::Refunded)));
    assert_eq!(decided("", "Rückbuchung erfolgreich", true), chargeback(PlatformStatus::Succeeded));
    assert_eq!(decided("Verkauf", "Bezahlt", true), refund(PlatformStatus::Unknown));
    assert_eq!(decided("sale", "failed_as_chargeback", true), chargeback(PlatformStatus::Succeeded));
    assert_eq!(decided("", "paid", true), Decision::Negative);
}

#[test]
fn fees_payouts_transfers_conversions_holds_and_reserves_are_no_customer_s_payment() {
    for kind in [
        "Payout",
        "Auszahlung",
        "Versement",
        "Chargeback fee",
        "Rückbuchungsgebühr",
        "Frais",
        "Transfer",
        "Virement",
        "General Currency Conversion",
        "Account Hold for Open Authorization",
        "Reserve",
        "Rücklage",
        "Einbehalt",
        "Dispute fee",
        "Frais de litige",
        "Gebührenrückerstattung",
        "Payment Hold",
        "Freigabe",
        "Von Nutzer eingeleitete Abbuchung",
    ] {
        assert_eq!(decided(kind, "refunded", true), Decision::Aside, "{kind}");
    }
    assert_eq!(decided("", "Auszahlung", true), Decision::Aside);
    assert_eq!(decided("", "Überweisung ausstehend", false), Decision::Entry(KindAndStatus::Sale(SaleStatus::Unknown)));
    for kind in ["Zahlung", "Abozahlung", "Erste Zahlung", "Vente", "Verkauf (Abo)", "Einmalzahlung"] {
        assert_eq!(decided(kind, "Bezahlt", false), Decision::Entry(KindAndStatus::Sale(SaleStatus::Paid)), "{kind}");
    }
    for kind in ["Muscheln", "Refund (bank transfer)", "Zahlung per Überweisung", "Storno"] {
        assert_eq!(decided(kind, "", true), Decision::UnknownKind, "{kind}");
    }
}

#[test]
fn a_row_speaks_by_its_words_or_its_sign() {
    let spoken = |kind: &str, status: &str, is_negative| {
        let statement = |text: &str| Claims::statement(Some(text));
        Claims { kind: statement(kind), status: statement(status), is_negative, ..Claims::default() }.spoken()
    };
    assert_eq!(spoken("refund", "", false).as_deref(), Some("refund"));
    assert_eq!(spoken("Muscheln", "Erfolgreich erstattet", false).as_deref(), Some("erfolgreich erstattet"));
    assert_eq!(spoken("", "paid", true).as_deref(), Some("negative amount"));
    assert_eq!(spoken("Muscheln", "paid", true).as_deref(), Some("muscheln"));
    for (kind, status, is_negative) in [
        ("Muscheln", "paid", false),
        ("refund", "failed", true),
        ("", "Chargeback storniert", true),
        ("Payout", "", true),
        ("refund", "test_successed_refunded", true),
        ("sale", "paid", false),
        ("-", "no", false),
    ] {
        assert_eq!(spoken(kind, status, is_negative), None, "{kind} {status}");
    }
}

#[test]
fn the_type_of_an_event_speaks_whatever_its_other_words_are() {
    for word in [
        "payment.refund.updated",
        "charge.refunded",
        "payment.partially_refunded",
        "payment.charge_back",
        "x.dispute.lost",
    ] {
        assert!(event_speaks(word), "{word}");
    }
    for word in
        ["payment.refund.failed", "payment.refund.reversed", "payment.made", "chargeback.fee.created", "x.dispute.won"]
    {
        assert!(!event_speaks(word), "{word}");
    }
}
