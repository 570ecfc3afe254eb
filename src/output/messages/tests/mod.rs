//! Every sentence of every language, for native speakers to read. No-break spaces are shown as `~`.

mod layout;

use super::phrases::Phrases;
use super::*;
use crate::domain::money::Money;
use crate::domain::refund::{Refund, RefundState};
use crate::domain::rules::calendar::Calendar;
use crate::domain::rules::policy::Policy;
use crate::domain::rules::window::{Settlement, SettlementRule};
use crate::domain::sale::record::SaleRecord;
use crate::domain::sale::transaction::Method;
use crate::output::views::fixtures::{day, refund, sale};

const ALL: [Language; 3] = [Language::French, Language::German, Language::English];

/// A notice of a refund of 49.00 EUR, paid by SEPA on Friday 20 March 2026.
fn notice_of(record: &SaleRecord, refund: &Refund, policy: &Policy, today: &str) -> Notice {
    Notice::of(refund, record, policy, day(today)).unwrap()
}

fn notice(state: RefundState, today: &str) -> Notice {
    notice_of(&sale(), &refund(state), &Policy::default(), today)
}

fn by(method: Method, state: RefundState, today: &str) -> Notice {
    let mut record = sale();
    record.payment.method = method;
    notice_of(&record, &refund(state), &Policy::default(), today)
}

fn written(notice: &Notice, language: Language) -> Message {
    Message::new(notice, language, &Template::standard().unwrap(), None).unwrap()
}

fn seen(text: &str) -> String {
    text.replace(['\u{a0}', '\u{202f}'], "~")
}

fn in_all(notice: &Notice) -> String {
    let text = |language| {
        let message = written(notice, language);
        format!("[{language}] {}\n\n{}", seen(&message.subject), seen(&message.body))
    };
    ALL.map(text).join("\n")
}

fn phrases(notice: &Notice, language: Language) -> Phrases {
    (locale(language).phrases)(&Facts::new(notice, locale(language), None))
}

/// One sentence of each case in all languages.
fn sentences(cases: &[(&str, Notice)], sentence: fn(&Phrases) -> &str) -> String {
    let mut text = String::new();
    for (name, notice) in cases {
        text.push_str(&format!("{name}\n"));
        for language in ALL {
            let phrases = phrases(notice, language);
            text.push_str(&format!("  {language}  {}\n", seen(sentence(&phrases))));
        }
    }
    text
}

const MARKED: RefundState = RefundState::Marked;

fn submitted(on: &str) -> RefundState {
    RefundState::Submitted { on: day(on) }
}

fn succeeded(on: &str, carried_out_on: &str) -> RefundState {
    RefundState::Succeeded { on: day(on), carried_out_on: day(carried_out_on) }
}

#[test]
fn a_debit_that_is_only_marked() {
    insta::assert_snapshot!(in_all(&notice(MARKED, "2026-03-25")), @"
    [fr] Votre remboursement de 49,00~€ pour la commande Zk3xY81a

    Bonjour Anna Beispiel,

    Votre remboursement de 49,00~€ pour «~Yoga for Beginners~» (commande Zk3xY81a) a été validé, mais n’a pas encore été effectué. Vous aviez payé 49,00~€ par prélèvement SEPA le vendredi 20 mars 2026~; le remboursement se fait par le même moyen de paiement.

    Si le remboursement est effectué le mercredi 25 mars 2026, la somme devrait vous parvenir entre le jeudi 26 mars 2026 et le mercredi 1er avril 2026. Selon votre banque ou votre prestataire de paiement, il faut parfois compter quelques jours de plus.

    Merci de ne pas demander en plus à votre banque le remboursement du prélèvement~: la somme vous serait versée deux fois. Une telle demande est possible, sans avoir à donner de motif, jusqu’au vendredi 15 mai 2026.

    Cordialement

    [de] Ihre Erstattung von 49,00~€ zur Bestellung Zk3xY81a

    Guten Tag Anna Beispiel,

    Ihre Erstattung von 49,00~€ für „Yoga for Beginners“ (Bestellung Zk3xY81a) ist freigegeben, aber noch nicht ausgeführt. Sie hatten am 20.~März 2026 per SEPA-Lastschrift 49,00~€ bezahlt; das Geld geht auf demselben Weg zurück.

    Wird die Erstattung am 25.~März 2026 ausgeführt, ist das Geld voraussichtlich zwischen dem 26.~März 2026 und dem 1.~April 2026 bei Ihnen. Je nach Bank oder Zahlungsanbieter kann es einige Tage länger dauern.

    Bitte lassen Sie die Lastschrift nicht zusätzlich von Ihrer Bank zurückbuchen, sonst würde der Betrag doppelt erstattet. Ohne Angabe von Gründen ist eine solche Rückbuchung bis zum 15.~Mai 2026 möglich.

    Mit freundlichen Grüßen

    [en] Your refund of 49.00~€ for order Zk3xY81a

    Hello Anna Beispiel,

    Your refund of 49.00~€ for “Yoga for Beginners” (order Zk3xY81a) has been approved, but not carried out yet. You paid 49.00~€ by SEPA direct debit on Friday 20 March 2026; the money goes back the same way.

    If the refund is carried out on Wednesday 25 March 2026, you can expect the money between Thursday 26 March 2026 and Wednesday 1 April 2026. Depending on your bank or payment provider, it may take a few days longer.

    Please do not also have your bank return the direct debit, or you would be refunded twice. A debit can be returned in this way, without giving a reason, until Friday 15 May 2026.

    Kind regards
    ");
}

#[test]
fn a_card_refund_that_was_carried_out() {
    insta::assert_snapshot!(in_all(&by(Method::Card, submitted("2026-03-25"), "2026-03-25")), @"
    [fr] Votre remboursement de 49,00~€ pour la commande Zk3xY81a

    Bonjour Anna Beispiel,

    Votre remboursement de 49,00~€ pour «~Yoga for Beginners~» (commande Zk3xY81a) a été lancé le mercredi 25 mars 2026. Vous aviez payé 49,00~€ par carte bancaire le vendredi 20 mars 2026~; le remboursement se fait par le même moyen de paiement.

    La somme devrait vous parvenir entre le mercredi 25 mars 2026 et le vendredi 10 avril 2026. Selon votre banque ou votre prestataire de paiement, il faut parfois compter quelques jours de plus.

    Cordialement

    [de] Ihre Erstattung von 49,00~€ zur Bestellung Zk3xY81a

    Guten Tag Anna Beispiel,

    Ihre Erstattung von 49,00~€ für „Yoga for Beginners“ (Bestellung Zk3xY81a) wurde am 25.~März 2026 veranlasst. Sie hatten am 20.~März 2026 per Karte 49,00~€ bezahlt; das Geld geht auf demselben Weg zurück.

    Das Geld ist voraussichtlich zwischen dem 25.~März 2026 und dem 10.~April 2026 bei Ihnen. Je nach Bank oder Zahlungsanbieter kann es einige Tage länger dauern.

    Mit freundlichen Grüßen

    [en] Your refund of 49.00~€ for order Zk3xY81a

    Hello Anna Beispiel,

    Your refund of 49.00~€ for “Yoga for Beginners” (order Zk3xY81a) was initiated on Wednesday 25 March 2026. You paid 49.00~€ by card on Friday 20 March 2026; the money goes back the same way.

    You can expect the money between Wednesday 25 March 2026 and Friday 10 April 2026. Depending on your bank or payment provider, it may take a few days longer.

    Kind regards
    ");
}

#[test]
fn a_late_refund() {
    insta::assert_snapshot!(in_all(&by(Method::Paypal, submitted("2026-03-02"), "2026-04-01")), @"
    [fr] Votre remboursement de 49,00~€ pour la commande Zk3xY81a

    Bonjour Anna Beispiel,

    Votre remboursement de 49,00~€ pour «~Yoga for Beginners~» (commande Zk3xY81a) a été lancé le lundi 2 mars 2026. Vous aviez payé 49,00~€ avec PayPal le vendredi 20 mars 2026~; le remboursement se fait par le même moyen de paiement.

    La somme aurait dû vous parvenir au plus tard le lundi 16 mars 2026. Si ce n’est pas le cas, merci de vous renseigner auprès de votre banque ou de votre prestataire de paiement et de nous prévenir.

    Cordialement

    [de] Ihre Erstattung von 49,00~€ zur Bestellung Zk3xY81a

    Guten Tag Anna Beispiel,

    Ihre Erstattung von 49,00~€ für „Yoga for Beginners“ (Bestellung Zk3xY81a) wurde am 2.~März 2026 veranlasst. Sie hatten am 20.~März 2026 per PayPal 49,00~€ bezahlt; das Geld geht auf demselben Weg zurück.

    Das Geld sollte spätestens am 16.~März 2026 bei Ihnen eingegangen sein. Falls nicht, fragen Sie bitte bei Ihrer Bank oder Ihrem Zahlungsanbieter nach und geben Sie uns Bescheid.

    Mit freundlichen Grüßen

    [en] Your refund of 49.00~€ for order Zk3xY81a

    Hello Anna Beispiel,

    Your refund of 49.00~€ for “Yoga for Beginners” (order Zk3xY81a) was initiated on Monday 2 March 2026. You paid 49.00~€ with PayPal on Friday 20 March 2026; the money goes back the same way.

    The money should have reached you by Monday 16 March 2026. If it has not, please ask your bank or payment provider, and let us know.

    Kind regards
    ");
}

#[test]
fn the_progress_of_a_refund() {
    let mut part = notice(MARKED, "2026-03-25");
    part.refund.amount = Money::new(1250, part.paid.currency());
    let mut nameless = notice(MARKED, "2026-03-25");
    nameless.products.clear();
    let mut several = notice(MARKED, "2026-03-25");
    several.products.push(crate::output::views::fixtures::product("12345e67", "Baking bread"));
    let cases = [
        ("marked", notice(MARKED, "2026-03-25")),
        ("marked, a part", part),
        ("marked, no product known", nameless),
        ("marked, two products", several),
        ("submitted", notice(submitted("2026-03-25"), "2026-03-25")),
        ("succeeded on the day", notice(succeeded("2026-03-25", "2026-03-25"), "2026-03-25")),
        ("succeeded later", notice(succeeded("2026-04-01", "2026-03-25"), "2026-04-01")),
    ];
    insta::assert_snapshot!(sentences(&cases, |phrases| &phrases.refund), @"
    marked
      fr  Votre remboursement de 49,00~€ pour «~Yoga for Beginners~» (commande Zk3xY81a) a été validé, mais n’a pas encore été effectué.
      de  Ihre Erstattung von 49,00~€ für „Yoga for Beginners“ (Bestellung Zk3xY81a) ist freigegeben, aber noch nicht ausgeführt.
      en  Your refund of 49.00~€ for “Yoga for Beginners” (order Zk3xY81a) has been approved, but not carried out yet.
    marked, a part
      fr  Votre remboursement de 12,50~€ pour «~Yoga for Beginners~» (commande Zk3xY81a) a été validé, mais n’a pas encore été effectué.
      de  Ihre Erstattung von 12,50~€ für „Yoga for Beginners“ (Bestellung Zk3xY81a) ist freigegeben, aber noch nicht ausgeführt.
      en  Your refund of 12.50~€ for “Yoga for Beginners” (order Zk3xY81a) has been approved, but not carried out yet.
    marked, no product known
      fr  Votre remboursement de 49,00~€ pour la commande Zk3xY81a a été validé, mais n’a pas encore été effectué.
      de  Ihre Erstattung von 49,00~€ zur Bestellung Zk3xY81a ist freigegeben, aber noch nicht ausgeführt.
      en  Your refund of 49.00~€ for order Zk3xY81a has been approved, but not carried out yet.
    marked, two products
      fr  Votre remboursement de 49,00~€ pour «~Yoga for Beginners~», «~Baking bread~» (commande Zk3xY81a) a été validé, mais n’a pas encore été effectué.
      de  Ihre Erstattung von 49,00~€ für „Yoga for Beginners“, „Baking bread“ (Bestellung Zk3xY81a) ist freigegeben, aber noch nicht ausgeführt.
      en  Your refund of 49.00~€ for “Yoga for Beginners”, “Baking bread” (order Zk3xY81a) has been approved, but not carried out yet.
    submitted
      fr  Votre remboursement de 49,00~€ pour «~Yoga for Beginners~» (commande Zk3xY81a) a été lancé le mercredi 25 mars 2026.
      de  Ihre Erstattung von 49,00~€ für „Yoga for Beginners“ (Bestellung Zk3xY81a) wurde am 25.~März 2026 veranlasst.
      en  Your refund of 49.00~€ for “Yoga for Beginners” (order Zk3xY81a) was initiated on Wednesday 25 March 2026.
    succeeded on the day
      fr  Votre remboursement de 49,00~€ pour «~Yoga for Beginners~» (commande Zk3xY81a) a été effectué le mercredi 25 mars 2026.
      de  Ihre Erstattung von 49,00~€ für „Yoga for Beginners“ (Bestellung Zk3xY81a) wurde am 25.~März 2026 ausgeführt.
      en  Your refund of 49.00~€ for “Yoga for Beginners” (order Zk3xY81a) was carried out on Wednesday 25 March 2026.
    succeeded later
      fr  Votre remboursement de 49,00~€ pour «~Yoga for Beginners~» (commande Zk3xY81a) a été lancé le mercredi 25 mars 2026 et confirmé le mercredi 1er avril 2026.
      de  Ihre Erstattung von 49,00~€ für „Yoga for Beginners“ (Bestellung Zk3xY81a) wurde am 25.~März 2026 veranlasst und am 1.~April 2026 bestätigt.
      en  Your refund of 49.00~€ for “Yoga for Beginners” (order Zk3xY81a) was initiated on Wednesday 25 March 2026 and confirmed on Wednesday 1 April 2026.
    ");
}

#[test]
fn when_the_money_arrives() {
    let rule = |from, by| Policy {
        settlement: Settlement { by_method: [(Method::Sepa, SettlementRule { from, by })].into() },
        calendar: Calendar::new([day("2026-03-26")]),
        ..Policy::default()
    };
    let configured = |state, from, by, today| notice_of(&sale(), &refund(state), &rule(from, by), today);
    let cases = [
        ("marked", notice(MARKED, "2026-03-25")),
        ("marked, written later, over Easter and May Day", by(Method::Card, MARKED, "2026-04-20")),
        ("marked, configured as one day, after a holiday", configured(MARKED, 2, 2, "2026-03-25")),
        ("marked, configured as at once", configured(MARKED, 0, 0, "2026-03-25")),
        ("submitted, the window ahead", notice(submitted("2026-03-25"), "2026-03-25")),
        ("submitted, its first day", notice(submitted("2026-03-25"), "2026-03-26")),
        ("submitted, begun", notice(submitted("2026-03-25"), "2026-03-27")),
        ("submitted, its last day", notice(submitted("2026-03-25"), "2026-04-01")),
        ("submitted, over", notice(submitted("2026-03-25"), "2026-04-02")),
        ("submitted, configured as one day", configured(submitted("2026-03-25"), 3, 3, "2026-03-25")),
        ("succeeded, the window ahead", notice(succeeded("2026-03-25", "2026-03-25"), "2026-03-25")),
        ("succeeded, begun", notice(succeeded("2026-03-27", "2026-03-25"), "2026-03-27")),
        ("succeeded, over", notice(succeeded("2026-03-27", "2026-03-25"), "2026-04-10")),
    ];
    insta::assert_snapshot!(sentences(&cases, |phrases| &phrases.arrival), @"
    marked
      fr  Si le remboursement est effectué le mercredi 25 mars 2026, la somme devrait vous parvenir entre le jeudi 26 mars 2026 et le mercredi 1er avril 2026.
      de  Wird die Erstattung am 25.~März 2026 ausgeführt, ist das Geld voraussichtlich zwischen dem 26.~März 2026 und dem 1.~April 2026 bei Ihnen.
      en  If the refund is carried out on Wednesday 25 March 2026, you can expect the money between Thursday 26 March 2026 and Wednesday 1 April 2026.
    marked, written later, over Easter and May Day
      fr  Si le remboursement est effectué le lundi 20 avril 2026, la somme devrait vous parvenir entre le lundi 20 avril 2026 et le mardi 5 mai 2026.
      de  Wird die Erstattung am 20.~April 2026 ausgeführt, ist das Geld voraussichtlich zwischen dem 20.~April 2026 und dem 5.~Mai 2026 bei Ihnen.
      en  If the refund is carried out on Monday 20 April 2026, you can expect the money between Monday 20 April 2026 and Tuesday 5 May 2026.
    marked, configured as one day, after a holiday
      fr  Si le remboursement est effectué le mercredi 25 mars 2026, la somme devrait vous parvenir le lundi 30 mars 2026.
      de  Wird die Erstattung am 25.~März 2026 ausgeführt, ist das Geld voraussichtlich am 30.~März 2026 bei Ihnen.
      en  If the refund is carried out on Wednesday 25 March 2026, you can expect the money on Monday 30 March 2026.
    marked, configured as at once
      fr  Si le remboursement est effectué le mercredi 25 mars 2026, la somme devrait vous parvenir le mercredi 25 mars 2026.
      de  Wird die Erstattung am 25.~März 2026 ausgeführt, ist das Geld voraussichtlich am 25.~März 2026 bei Ihnen.
      en  If the refund is carried out on Wednesday 25 March 2026, you can expect the money on Wednesday 25 March 2026.
    submitted, the window ahead
      fr  La somme devrait vous parvenir entre le jeudi 26 mars 2026 et le mercredi 1er avril 2026.
      de  Das Geld ist voraussichtlich zwischen dem 26.~März 2026 und dem 1.~April 2026 bei Ihnen.
      en  You can expect the money between Thursday 26 March 2026 and Wednesday 1 April 2026.
    submitted, its first day
      fr  La somme devrait vous parvenir entre le jeudi 26 mars 2026 et le mercredi 1er avril 2026.
      de  Das Geld ist voraussichtlich zwischen dem 26.~März 2026 und dem 1.~April 2026 bei Ihnen.
      en  You can expect the money between Thursday 26 March 2026 and Wednesday 1 April 2026.
    submitted, begun
      fr  La somme devrait vous parvenir au plus tard le mercredi 1er avril 2026.
      de  Das Geld ist voraussichtlich spätestens am 1.~April 2026 bei Ihnen.
      en  You can expect the money by Wednesday 1 April 2026.
    submitted, its last day
      fr  La somme devrait vous parvenir au plus tard le mercredi 1er avril 2026.
      de  Das Geld ist voraussichtlich spätestens am 1.~April 2026 bei Ihnen.
      en  You can expect the money by Wednesday 1 April 2026.
    submitted, over
      fr  La somme aurait dû vous parvenir au plus tard le mercredi 1er avril 2026. Si ce n’est pas le cas, merci de vous renseigner auprès de votre banque ou de votre prestataire de paiement et de nous prévenir.
      de  Das Geld sollte spätestens am 1.~April 2026 bei Ihnen eingegangen sein. Falls nicht, fragen Sie bitte bei Ihrer Bank oder Ihrem Zahlungsanbieter nach und geben Sie uns Bescheid.
      en  The money should have reached you by Wednesday 1 April 2026. If it has not, please ask your bank or payment provider, and let us know.
    submitted, configured as one day
      fr  La somme devrait vous parvenir le mardi 31 mars 2026.
      de  Das Geld ist voraussichtlich am 31.~März 2026 bei Ihnen.
      en  You can expect the money on Tuesday 31 March 2026.
    succeeded, the window ahead
      fr  La somme devrait vous parvenir entre le jeudi 26 mars 2026 et le mercredi 1er avril 2026.
      de  Das Geld ist voraussichtlich zwischen dem 26.~März 2026 und dem 1.~April 2026 bei Ihnen.
      en  You can expect the money between Thursday 26 March 2026 and Wednesday 1 April 2026.
    succeeded, begun
      fr  La somme devrait vous parvenir au plus tard le mercredi 1er avril 2026.
      de  Das Geld ist voraussichtlich spätestens am 1.~April 2026 bei Ihnen.
      en  You can expect the money by Wednesday 1 April 2026.
    succeeded, over
      fr  La somme aurait dû vous parvenir au plus tard le mercredi 1er avril 2026. Si ce n’est pas le cas, merci de vous renseigner auprès de votre banque ou de votre prestataire de paiement et de nous prévenir.
      de  Das Geld sollte spätestens am 1.~April 2026 bei Ihnen eingegangen sein. Falls nicht, fragen Sie bitte bei Ihrer Bank oder Ihrem Zahlungsanbieter nach und geben Sie uns Bescheid.
      en  The money should have reached you by Wednesday 1 April 2026. If it has not, please ask your bank or payment provider, and let us know.
    ");
    insta::assert_snapshot!(sentences(&cases[7..9], |phrases| &phrases.bank), @"
    submitted, its last day
      fr  Selon votre banque ou votre prestataire de paiement, il faut parfois compter quelques jours de plus.
      de  Je nach Bank oder Zahlungsanbieter kann es einige Tage länger dauern.
      en  Depending on your bank or payment provider, it may take a few days longer.
    submitted, over
      fr  
      de  
      en
    ");
}

#[test]
fn how_it_was_paid() {
    let cases: Vec<(&str, Notice)> =
        Method::ALL.iter().map(|method| (method.word(), by(*method, MARKED, "2026-03-25"))).collect();
    insta::assert_snapshot!(sentences(&cases, |phrases| &phrases.way), @"
    card
      fr  Vous aviez payé 49,00~€ par carte bancaire le vendredi 20 mars 2026~; le remboursement se fait par le même moyen de paiement.
      de  Sie hatten am 20.~März 2026 per Karte 49,00~€ bezahlt; das Geld geht auf demselben Weg zurück.
      en  You paid 49.00~€ by card on Friday 20 March 2026; the money goes back the same way.
    sepa
      fr  Vous aviez payé 49,00~€ par prélèvement SEPA le vendredi 20 mars 2026~; le remboursement se fait par le même moyen de paiement.
      de  Sie hatten am 20.~März 2026 per SEPA-Lastschrift 49,00~€ bezahlt; das Geld geht auf demselben Weg zurück.
      en  You paid 49.00~€ by SEPA direct debit on Friday 20 March 2026; the money goes back the same way.
    paypal
      fr  Vous aviez payé 49,00~€ avec PayPal le vendredi 20 mars 2026~; le remboursement se fait par le même moyen de paiement.
      de  Sie hatten am 20.~März 2026 per PayPal 49,00~€ bezahlt; das Geld geht auf demselben Weg zurück.
      en  You paid 49.00~€ with PayPal on Friday 20 March 2026; the money goes back the same way.
    sofort
      fr  Vous aviez payé 49,00~€ avec SOFORT le vendredi 20 mars 2026~; le remboursement se fait par le même moyen de paiement.
      de  Sie hatten am 20.~März 2026 per Sofortüberweisung 49,00~€ bezahlt; das Geld geht auf demselben Weg zurück.
      en  You paid 49.00~€ with SOFORT on Friday 20 March 2026; the money goes back the same way.
    klarna
      fr  Vous aviez payé 49,00~€ avec Klarna le vendredi 20 mars 2026~; le remboursement se fait par le même moyen de paiement.
      de  Sie hatten am 20.~März 2026 über Klarna 49,00~€ bezahlt; das Geld geht auf demselben Weg zurück.
      en  You paid 49.00~€ with Klarna on Friday 20 March 2026; the money goes back the same way.
    invoice
      fr  Vous aviez payé 49,00~€ sur facture le vendredi 20 mars 2026~; le remboursement se fait par le même moyen de paiement.
      de  Sie hatten am 20.~März 2026 per Rechnung 49,00~€ bezahlt; das Geld geht auf demselben Weg zurück.
      en  You paid 49.00~€ by invoice on Friday 20 March 2026; the money goes back the same way.
    sequra
      fr  Vous aviez payé 49,00~€ avec SeQura le vendredi 20 mars 2026~; le remboursement se fait par le même moyen de paiement.
      de  Sie hatten am 20.~März 2026 über SeQura 49,00~€ bezahlt; das Geld geht auf demselben Weg zurück.
      en  You paid 49.00~€ with SeQura on Friday 20 March 2026; the money goes back the same way.
    test
      fr  Vous aviez payé 49,00~€ le vendredi 20 mars 2026~; le remboursement se fait par le moyen de paiement que vous aviez utilisé.
      de  Ihre Zahlung vom 20.~März 2026 betrug 49,00~€; das Geld geht auf dem Weg zurück, auf dem Sie bezahlt haben.
      en  You paid 49.00~€ on Friday 20 March 2026; the money goes back the way you paid.
    other
      fr  Vous aviez payé 49,00~€ le vendredi 20 mars 2026~; le remboursement se fait par le moyen de paiement que vous aviez utilisé.
      de  Ihre Zahlung vom 20.~März 2026 betrug 49,00~€; das Geld geht auf dem Weg zurück, auf dem Sie bezahlt haben.
      en  You paid 49.00~€ on Friday 20 March 2026; the money goes back the way you paid.
    unknown
      fr  Vous aviez payé 49,00~€ le vendredi 20 mars 2026~; le remboursement se fait par le moyen de paiement que vous aviez utilisé.
      de  Ihre Zahlung vom 20.~März 2026 betrug 49,00~€; das Geld geht auf dem Weg zurück, auf dem Sie bezahlt haben.
      en  You paid 49.00~€ on Friday 20 March 2026; the money goes back the way you paid.
    ");
}

#[test]
fn what_a_debited_customer_is_asked() {
    let cases = [
        ("sepa", notice(MARKED, "2026-03-25")),
        ("sepa, the last day", notice(submitted("2026-05-15"), "2026-05-15")),
        ("sepa, the day after", notice(submitted("2026-05-15"), "2026-05-16")),
        ("unknown", by(Method::Unknown, MARKED, "2026-03-25")),
        ("card", by(Method::Card, MARKED, "2026-03-25")),
    ];
    insta::assert_snapshot!(sentences(&cases, |phrases| &phrases.debit), @"
    sepa
      fr  Merci de ne pas demander en plus à votre banque le remboursement du prélèvement~: la somme vous serait versée deux fois. Une telle demande est possible, sans avoir à donner de motif, jusqu’au vendredi 15 mai 2026.
      de  Bitte lassen Sie die Lastschrift nicht zusätzlich von Ihrer Bank zurückbuchen, sonst würde der Betrag doppelt erstattet. Ohne Angabe von Gründen ist eine solche Rückbuchung bis zum 15.~Mai 2026 möglich.
      en  Please do not also have your bank return the direct debit, or you would be refunded twice. A debit can be returned in this way, without giving a reason, until Friday 15 May 2026.
    sepa, the last day
      fr  Merci de ne pas demander en plus à votre banque le remboursement du prélèvement~: la somme vous serait versée deux fois. Une telle demande est possible, sans avoir à donner de motif, jusqu’au vendredi 15 mai 2026.
      de  Bitte lassen Sie die Lastschrift nicht zusätzlich von Ihrer Bank zurückbuchen, sonst würde der Betrag doppelt erstattet. Ohne Angabe von Gründen ist eine solche Rückbuchung bis zum 15.~Mai 2026 möglich.
      en  Please do not also have your bank return the direct debit, or you would be refunded twice. A debit can be returned in this way, without giving a reason, until Friday 15 May 2026.
    sepa, the day after
      fr  
      de  
      en  
    unknown
      fr  Si vous avez payé par prélèvement SEPA, merci de ne pas demander en plus à votre banque le remboursement du prélèvement~: la somme vous serait versée deux fois. Une telle demande est possible, sans avoir à donner de motif, jusqu’au vendredi 15 mai 2026.
      de  Falls Sie per SEPA-Lastschrift bezahlt haben: Bitte lassen Sie die Lastschrift nicht zusätzlich von Ihrer Bank zurückbuchen, sonst würde der Betrag doppelt erstattet. Ohne Angabe von Gründen ist eine solche Rückbuchung bis zum 15.~Mai 2026 möglich.
      en  If you paid by SEPA direct debit, please do not also have your bank return the direct debit, or you would be refunded twice. A debit can be returned in this way, without giving a reason, until Friday 15 May 2026.
    card
      fr  
      de  
      en
    ");
}

#[test]
fn sums_and_days_as_their_readers_write_them() {
    let mut text = String::new();
    for language in ALL {
        let sum = |minor, code: &str| Money::new(minor, code.parse().unwrap());
        let sums = [
            sum(4900, "EUR"),
            sum(5, "EUR"),
            sum(124900, "EUR"),
            sum(123456789, "EUR"),
            sum(4900, "GBP"),
            sum(4900, "CHF"),
            sum(123400, "USD"),
            sum(5000, "JPY"),
        ];
        for amount in sums {
            let mut notice = notice(MARKED, "2026-03-25");
            notice.refund.amount = amount;
            text.push_str(&format!("{} | ", seen(&Facts::new(&notice, locale(language), None).amount)));
        }
        text.push('\n');
        let days = (1..=12).map(|month| {
            Facts::new(&notice(MARKED, &format!("2026-{month:02}-{month:02}")), locale(language), None).today
        });
        text.push_str(&format!("{}\n", days.collect::<Vec<_>>().join(" | ")));
    }
    insta::assert_snapshot!(text, @"
    49,00~€ | 0,05~€ | 1~249,00~€ | 1~234~567,89~€ | 49,00~GBP | 49,00~CHF | 1~234,00~USD | 5~000~JPY | 
    jeudi 1er janvier 2026 | lundi 2 février 2026 | mardi 3 mars 2026 | samedi 4 avril 2026 | mardi 5 mai 2026 | samedi 6 juin 2026 | mardi 7 juillet 2026 | samedi 8 août 2026 | mercredi 9 septembre 2026 | samedi 10 octobre 2026 | mercredi 11 novembre 2026 | samedi 12 décembre 2026
    49,00~€ | 0,05~€ | 1.249,00~€ | 1.234.567,89~€ | 49,00~GBP | 49,00~CHF | 1.234,00~USD | 5.000~JPY | 
    1. Januar 2026 | 2. Februar 2026 | 3. März 2026 | 4. April 2026 | 5. Mai 2026 | 6. Juni 2026 | 7. Juli 2026 | 8. August 2026 | 9. September 2026 | 10. Oktober 2026 | 11. November 2026 | 12. Dezember 2026
    49.00~€ | 0.05~€ | 1,249.00~€ | 1,234,567.89~€ | 49.00~GBP | 49.00~CHF | 1,234.00~USD | 5,000~JPY | 
    Thursday 1 January 2026 | Monday 2 February 2026 | Tuesday 3 March 2026 | Saturday 4 April 2026 | Tuesday 5 May 2026 | Saturday 6 June 2026 | Tuesday 7 July 2026 | Saturday 8 August 2026 | Wednesday 9 September 2026 | Saturday 10 October 2026 | Wednesday 11 November 2026 | Saturday 12 December 2026
    ");
}
