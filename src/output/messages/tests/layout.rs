//! Templates, hostile names and mail drafts.

use super::*;
use crate::domain::sale::transaction::Customer;
use crate::output::messages::mail::{Envelope, eml};
use crate::output::messages::template::VARIABLES;
use crate::output::views::fixtures::instant;

fn named(name: &str) -> Notice {
    let mut notice = notice(MARKED, "2026-03-25");
    notice.customer = Customer { name: name.to_owned(), ..notice.customer };
    notice
}

#[test]
fn a_name_cannot_control_hide_start_a_header_or_be_a_template() {
    for (name, greeting) in [
        ("", "Hello,"),
        ("Zoë\r\nBcc: max@example.com", "Dear Zoë Bcc: max@example.com,"),
        ("\u{202e}nimda\u{1b}[2J\u{7}", "Dear nimda [2J,"),
        ("{{ refund_id }}{% if %}", "Dear {{ refund_id }}{% if %},"),
        ("An\u{200b}na \t Li", "Dear Anna Li,"),
        ("山田\u{2028}太郎", "Dear 山田太郎,"),
    ] {
        let message = written(&named(name), Language::English);
        assert_eq!(message.body.lines().next(), Some(greeting), "{name:?}");
    }
    let template = Template::parse("{{ customer }}\n\n{{ greeting }}").unwrap();
    let subject = named("Subject: you have won");
    let message = Message::new(&subject, Language::English, &template, None).unwrap();
    assert_eq!(seen(&message.subject), "Your refund of €49.00 for order Zk3xY81a");
}

fn with(source: &str) -> String {
    let template = Template::parse(source).unwrap();
    let sender = Mailbox::parse("Yoga Studio <hello@example.com>");
    let notice = by(Method::Sepa, succeeded("2026-03-27", "2026-03-25"), "2026-03-27");
    let message = Message::new(&notice, Language::German, &template, sender.as_ref()).unwrap();
    seen(&format!("{}\n--\n{}", message.subject, message.body))
}

#[test]
fn a_template_can_use_every_variable() {
    let all: String = VARIABLES.iter().map(|(name, _)| format!("{name}: {{{{ {name} }}}}\n")).collect();
    insta::assert_snapshot!(with(&all), @"
    Ihre Erstattung von 49,00~€ zur Bestellung Zk3xY81a
    --
    subject: Ihre Erstattung von 49,00~€ zur Bestellung Zk3xY81a
    greeting: Guten Tag Anna Beispiel,
    opening:
    refund: Ihre Erstattung von 49,00~€ für „Yoga for Beginners“ (Bestellung Zk3xY81a) wurde am 25.~März 2026 veranlasst und am 27.~März 2026 bestätigt.
    goodwill:
    way: Sie haben am 20.~März 2026 per SEPA-Lastschrift 49,00~€ bezahlt; die Erstattung geht auf das Konto, von dem abgebucht wurde.
    arrival: Das Geld sollte spätestens am 1.~April 2026 bei Ihnen sein.
    bank: Je nach Bank oder Zahlungsanbieter kann es einige Tage länger dauern.
    statement: Verkäufer Ihrer Bestellung ist CopeCart: Auf Ihrem Kontoauszug steht deshalb dieser Name.
    debit: Bitte lassen Sie die Lastschrift nicht zusätzlich von Ihrer Bank zurückbuchen, sonst würde der Betrag doppelt erstattet. Ohne Angabe von Gründen ist eine solche Rückbuchung mindestens bis zum 15.~Mai 2026 möglich.
    questions: Bei Fragen sind wir gern für Sie da.
    closing: Mit freundlichen Grüßen
    sender: Yoga Studio
    customer: Anna Beispiel
    email: anna@example.org
    product: Yoga for Beginners
    order_id: Zk3xY81a
    transaction_id: 3f9a0c11d2e4b567
    refund_id: R-000042
    amount: 49,00~€
    paid: 49,00~€
    paid_on: 20.~März 2026
    method: sepa
    status: succeeded
    today: 27.~März 2026
    asked_on:
    carried_out_on: 25.~März 2026
    from:
    by: 1.~April 2026
    chargeback_until: 15.~Mai 2026
    is_goodwill: False
    is_partial: False
    is_late: False
    ");
}

#[test]
fn a_template_has_its_own_or_the_standard_subject_and_leaves_no_gaps() {
    insta::assert_snapshot!(
        with("\u{feff}Subject: {{ amount }}, {{ order_id }}\r\n\r\n{% if is_late %}late{% endif %}\r\n\r\nA \r\n\r\n{{ debit }}"),
        @"
    49,00~€, Zk3xY81a
    --
    A

    Bitte lassen Sie die Lastschrift nicht zusätzlich von Ihrer Bank zurückbuchen, sonst würde der Betrag doppelt erstattet. Ohne Angabe von Gründen ist eine solche Rückbuchung mindestens bis zum 15.~Mai 2026 möglich.
    "
    );
    insta::assert_snapshot!(with("{{ closing }}\n{{ sender }}"), @"
    Ihre Erstattung von 49,00~€ zur Bestellung Zk3xY81a
    --
    Mit freundlichen Grüßen
    Yoga Studio
    ");
}

#[test]
fn a_broken_template_is_named_with_its_line() {
    let broken = [
        "Subject: {{ amuont }}\n\nHello",
        "Subject: x\n\nHello {{ custmer }},\n",
        "Hello\n\n{{ greeting }}\n{{ 'x' if whatever }}",
        "Hello\n{% if debit %}\n{{ debit }}",
        "Hello\n{{ customer | upper }}",
        "Hello\n\n{{ customer",
        "Hello {{ customer() }}",
        "{% include 'other.txt' %}",
    ];
    let said = broken.map(|source| {
        let bad = Template::parse(source)
            .and_then(|template| Message::new(&named("Anna"), Language::English, &template, None));
        let bad = bad.unwrap_err();
        format!("{}: {}\n", bad.line.map_or("?".to_owned(), |line| line.to_string()), bad.message)
    });
    insta::assert_snapshot!(said.concat(), @"
    1: there is no variable `amuont`; did you mean `amount`?
    3: there is no variable `custmer`; did you mean `customer`?
    4: there is no variable `whatever`; known are subject, greeting, opening, refund, goodwill, way, arrival, bank, statement, debit, questions, closing, sender, customer, email, product, order_id, transaction_id, refund_id, amount, paid, paid_on, method, status, today, asked_on, carried_out_on, from, by, chargeback_until, is_goodwill, is_partial, is_late
    3: the template cannot be parsed: unexpected end of input, expected end of block
    2: filters are not supported: filter upper is unknown
    3: the template cannot be parsed: unexpected end of input, expected end of variable block
    1: the template cannot be rendered: value of type string is not callable
    1: the template cannot be parsed: unknown statement include
    ");
}

fn draft(name: &str, address: &str, from: Option<&str>) -> String {
    let message = written(&named(name), Language::French);
    let (to, from) = (Mailbox::new(name, address), from.and_then(Mailbox::parse));
    let envelope =
        Envelope { from: from.as_ref(), to: to.as_ref(), at: instant("2026-03-25T09:00:00Z"), id: "0123456789abcdef" };
    String::from_utf8(eml(&message, envelope)).unwrap().replace("\r\n", "\n")
}

#[test]
fn a_draft_opens_in_a_mail_program() {
    insta::assert_snapshot!(
        draft("Zoë Lefèvre", "zoe@example.com", Some("Atelier, Yoga & Cie <bonjour@example.com>")),
        @r#"
    From: "Atelier, Yoga & Cie" <bonjour@example.com>
    To: =?utf-8?B?Wm/DqyBMZWbDqHZyZQ==?= <zoe@example.com>
    Subject: =?utf-8?Q?Votre_remboursement_de_49,00=C2=A0=E2=82=AC_pour_la_com?=
     =?utf-8?Q?mande_Zk3xY81a?=
    Date: Wed, 25 Mar 2026 09:00:00 +0000
    Message-ID: <0123456789abcdef@retour.invalid>
    X-Unsent: 1
    MIME-Version: 1.0
    Content-Type: text/plain; charset="utf-8"
    Content-Transfer-Encoding: quoted-printable

    Bonjour Zo=C3=AB Lef=C3=A8vre,

    Votre remboursement de 49,00=C2=A0=E2=82=AC pour =C2=AB=C2=A0Yoga for Begin=
    ners=C2=A0=C2=BB (commande Zk3xY81a) est enregistr=C3=A9, mais n=E2=80=99a =
    pas encore =C3=A9t=C3=A9 effectu=C3=A9.

    Vous avez r=C3=A9gl=C3=A9 49,00=C2=A0=E2=82=AC par pr=C3=A9l=C3=A8vement SE=
    PA le vendredi 20 mars 2026=E2=80=AF; le remboursement est vers=C3=A9 sur l=
    e compte qui a =C3=A9t=C3=A9 d=C3=A9bit=C3=A9. Nous effectuerons le rembour=
    sement sous peu=E2=80=AF; la somme vous parvient ensuite en g=C3=A9n=C3=A9r=
    al en 1 =C3=A0 5 jours ouvr=C3=A9s bancaires. Selon votre banque ou votre p=
    restataire de paiement, il faut parfois compter quelques jours de plus.

    Merci de ne pas contester en parall=C3=A8le le pr=C3=A9l=C3=A8vement aupr=
    =C3=A8s de votre banque=C2=A0: la somme vous serait rembours=C3=A9e deux fo=
    is. Une telle contestation est possible, sans avoir =C3=A0 donner de motif,=
     au moins jusqu=E2=80=99au vendredi 15 mai 2026.

    Le vendeur de votre commande est CopeCart=C2=A0: c=E2=80=99est ce nom qui f=
    igure sur votre relev=C3=A9. Nous restons =C3=A0 votre disposition pour tou=
    te question.

    Cordialement
    "#
    );
}

#[test]
fn a_draft_has_no_injected_header() {
    let headers = |name, address| {
        let text = draft(name, address, None);
        text.split_once("\n\n")
            .unwrap()
            .0
            .lines()
            .filter(|line| !line.starts_with(' '))
            .map(str::to_owned)
            .collect::<Vec<_>>()
    };
    let hostile = headers("Zoë\r\nBcc: max@example.com", "zoe@example.com");
    assert!(hostile.iter().all(|line| !line.to_lowercase().starts_with("bcc")), "{hostile:?}");
    assert!(
        headers("Max, <max@example.com>", "zoe@example.com").iter().any(|line| line.ends_with("<zoe@example.com>"))
    );
    let unaddressed = headers("Zoë", "zoe@example.com, max@example.com");
    assert!(unaddressed.iter().all(|line| !line.starts_with("To:") && !line.starts_with("From:")), "{unaddressed:?}");
}
