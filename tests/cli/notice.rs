//! `retour notice`: the message to the customer, in files and on screens, and what is recorded about it.

use std::fs;

use insta::assert_snapshot;
use retour::TEMPLATE_VARIABLES as VARIABLES;
use serde_json::Value;

use crate::harness::{Desk, Outcome};
use crate::shop::{CARD, SEPA, rehearsal, shop};

/// Paid by PayPal, by a customer whose country implies no language.
const POLAND: &str = "5a1e000000000005";
/// A platform refund that succeeded.
const PLATFORM: &str = "4ef0000000000013";

/// The shop with R-000001 marked for the debit, without a notice.
fn debit() -> Desk {
    let desk = shop();
    desk.mark(&format!("{SEPA} --accept debit_may_still_bounce"));
    desk
}

/// Three refunds under one reference: R-000001 to France, R-000002 to Germany, R-000003 to Poland.
fn batch() -> Desk {
    let desk = shop();
    let line = format!(
        "refund {SEPA} {CARD} {POLAND} --reference course --reason returned --yes --accept \
         debit_may_still_bounce --expect-total 197.00EUR"
    );
    desk.retour(&line).ok();
    desk
}

fn cautions(desk: &Desk, refund: &str) -> String {
    let shown = desk.retour(&format!("refunds show {refund} --json"));
    let shown = shown.ok().json();
    let codes = shown["refund"]["cautions"].as_array().unwrap().iter().map(|each| each["code"].to_string());
    codes.collect::<Vec<_>>().join(" ")
}

fn notices(outcome: &Outcome) -> Vec<Value> {
    outcome.ok().json()["notices"].as_array().unwrap().clone()
}

fn files(desk: &Desk, folder: &str) -> Vec<String> {
    let Ok(entries) = fs::read_dir(desk.path(folder)) else { return Vec::new() };
    let mut names: Vec<String> = entries.map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
    names.sort();
    names
}

#[test]
fn the_message_is_on_stdout_and_the_notice_is_recorded() {
    let desk = debit();
    assert!(cautions(&desk, "R-000001").contains("notify_customer_first"));

    assert_snapshot!(desk.retour("notice R-000001").snapshot(), @"
    $ retour notice R-000001
    status: 0
    -- stdout --
    To: François Lefèvre <lefevre@example.com>
    Subject: Votre remboursement de 119,00 € pour la commande Sepa0002

    Bonjour François Lefèvre,

    Votre remboursement de 119,00 € pour « Yoga for Beginners » (commande Sepa0002) est enregistré, mais n’a pas encore été effectué.

    Vous avez réglé 119,00 € par prélèvement SEPA le lundi 23 mars 2026 ; le remboursement est versé sur le compte qui a été débité. Nous effectuerons le remboursement sous peu ; la somme vous parvient ensuite en général en 1 à 5 jours ouvrés bancaires. Selon votre banque ou votre prestataire de paiement, il faut parfois compter quelques jours de plus.

    Merci de ne pas contester en parallèle le prélèvement auprès de votre banque : la somme vous serait remboursée deux fois. Une telle contestation est possible, sans avoir à donner de motif, au moins jusqu’au lundi 18 mai 2026.

    Le vendeur de votre commande est CopeCart : c’est ce nom qui figure sur votre relevé. Nous restons à votre disposition pour toute question.

    Cordialement
    -- stderr --
    note: the clock is fixed at 2026-03-25T09:00:00Z (RETOUR_NOW): today is 2026-03-25
    note: recorded that the customer of R-000001 was told; the desk sends nothing, so send the message now
    ");
    assert!(!cautions(&desk, "R-000001").contains("notify_customer_first"));
    assert!(cautions(&desk, "R-000001").contains("chargeback_until"));
    let shown = desk.retour("refunds show R-000001");
    assert!(shown.ok().stdout().contains("notified on  Wed 2026-03-25\n"), "{}", shown.snapshot());
    assert_snapshot!(
        desk.quietly("events list --kind notice_written --format csv").ok().stdout(),
        @r#"
    number,at,actor,kind,transaction_id,order_id,refund_id,reference,facts,digest
    5,2026-03-25T09:00:00Z,tester,notice_written,5a1e000000000002,,R-000001,,"{""language"":""fr"",""sha256"":""e6383379daf7b9aaba82d35b1e162e7c8f4c2a3e892a40e14ee45b7545bc61f1"",""status"":""marked""}",51139dc7cd99b75e281819c34c72272bafc311eda5e49f2014a0fdb55cc4f6ef
    "#
    );
    desk.retour("events verify").ok();
    desk.retour("store check").ok();
}

#[test]
fn a_notice_ends_the_caution_of_the_sale_and_of_its_plan() {
    let desk = shop();
    let plan = format!("refund {SEPA} --amount 10 --reason returned --dry-run");
    assert!(desk.retour(&plan).ok().stdout().contains("notify_customer_first"));
    desk.mark(&format!("{SEPA} --amount 20 --accept debit_may_still_bounce"));
    desk.retour(&format!("notice {SEPA}")).ok();

    assert!(!desk.retour(&plan).ok().stdout().contains("notify_customer_first"));
    assert!(!desk.retour(&format!("transactions show {SEPA}")).ok().stdout().contains("notify_customer_first"));
}

#[test]
fn a_preview_shows_the_same_message_and_records_nothing() {
    let desk = debit();
    let before = desk.everything();
    let preview = desk.retour("notice R-000001 --preview");

    assert!(preview.ok().stderr().contains("note: a preview, nothing was recorded"));
    assert_eq!(desk.everything(), before);
    assert!(cautions(&desk, "R-000001").contains("notify_customer_first"));
    assert_eq!(preview.stdout(), desk.retour("notice R-000001").ok().stdout());
}

#[test]
fn an_earlier_notice_is_noted_with_its_day() {
    let desk = debit();
    desk.retour("notice R-000001").ok();
    let later = desk.at("2026-03-27T10:00:00+01:00");

    let again = later.retour("notice R-000001 --preview --json");
    assert!(again.ok().stderr().contains("note: the customer of R-000001 was already told on Wed 2026-03-25"));
    assert_eq!(notices(&again)[0]["notified_on"], "2026-03-25");
    assert_eq!(notices(&later.retour("notice R-000001 --json"))[0]["notified_on"], "2026-03-27");
}

#[test]
fn programs_get_every_field() {
    let desk = debit();

    assert_snapshot!(desk.quietly("notice R-000001 --json").snapshot(), @r#"
    $ retour notice R-000001 --json -q
    status: 0
    -- stdout --
    {"schema_version":1,"notices":[
    {"refund_id":"R-000001","transaction_id":"5a1e000000000002","order_id":"Sepa0002","customer":{"name":"François Lefèvre","email":"lefevre@example.com","country":"FR"},"language":"fr","to":"lefevre@example.com","subject":"Votre remboursement de 119,00 € pour la commande Sepa0002","body":"Bonjour François Lefèvre,\n\nVotre remboursement de 119,00 € pour « Yoga for Beginners » (commande Sepa0002) est enregistré, mais n’a pas encore été effectué.\n\nVous avez réglé 119,00 € par prélèvement SEPA le lundi 23 mars 2026 ; le remboursement est versé sur le compte qui a été débité. Nous effectuerons le remboursement sous peu ; la somme vous parvient ensuite en général en 1 à 5 jours ouvrés bancaires. Selon votre banque ou votre prestataire de paiement, il faut parfois compter quelques jours de plus.\n\nMerci de ne pas contester en parallèle le prélèvement auprès de votre banque : la somme vous serait remboursée deux fois. Une telle contestation est possible, sans avoir à donner de motif, au moins jusqu’au lundi 18 mai 2026.\n\nLe vendeur de votre commande est CopeCart : c’est ce nom qui figure sur votre relevé. Nous restons à votre disposition pour toute question.\n\nCordialement\n","path":null,"notified_on":"2026-03-25"}
    ]}
    -- stderr --
    "#);
    assert_snapshot!(desk.quietly("notice R-000001 --lang en --format csv").snapshot(), @r#"
    $ retour notice R-000001 --lang en --format csv -q
    status: 0
    -- stdout --
    refund_id,transaction_id,order_id,language,to,subject,body,path,notified_on
    R-000001,5a1e000000000002,Sepa0002,en,lefevre@example.com,Your refund of €119.00 for order Sepa0002,"Dear François Lefèvre,\n\nYour refund of €119.00 for “Yoga for Beginners” (order Sepa0002) has been noted but not yet issued.\n\nYou paid €119.00 by SEPA direct debit on Monday 23 March 2026; the refund goes to the account that was debited. We will issue the refund shortly; after that, it usually takes 1 to 5 business days for the money to arrive. Depending on your bank or payment provider, it may take a few days longer.\n\nPlease do not ask your bank to reverse the direct debit as well, or you will be refunded twice. A debit can be reversed without giving a reason at least until Monday 18 May 2026.\n\nCopeCart is the seller of your order, so this is the name on your statement. If you have any questions, we are happy to help.\n\nKind regards\n",,2026-03-25
    -- stderr --
    "#);
}

#[test]
fn a_narrow_terminal_wraps_between_words_and_a_pipe_does_not_wrap() {
    let desk = debit();

    let narrow = desk.quietly("notice R-000001 --preview --lang de --width 60 --ascii");
    assert!(narrow.ok().stdout().lines().all(|line| line.chars().count() <= 60), "{}", narrow.snapshot());
    assert_snapshot!(narrow.snapshot(), @"
    $ retour notice R-000001 --preview --lang de --width 60 --ascii -q
    status: 0
    -- stdout --
    To: François Lefèvre <lefevre@example.com>
    Subject: Ihre Erstattung von 119,00 € zur Bestellung
    Sepa0002

    Guten Tag François Lefèvre,

    Ihre Erstattung von 119,00 € für „Yoga for Beginners“
    (Bestellung Sepa0002) ist bei uns vorgemerkt, aber noch
    nicht ausgeführt.

    Sie haben am 23. März 2026 per SEPA-Lastschrift 119,00 €
    bezahlt; die Erstattung geht auf das Konto, von dem
    abgebucht wurde. Wir führen die Erstattung in Kürze aus;
    danach dauert es in der Regel 1 bis 5 Bankarbeitstage, bis
    das Geld eintrifft. Je nach Bank oder Zahlungsanbieter kann
    es einige Tage länger dauern.

    Bitte lassen Sie die Lastschrift nicht zusätzlich von Ihrer
    Bank zurückbuchen, sonst würde der Betrag doppelt erstattet.
    Ohne Angabe von Gründen ist eine solche Rückbuchung
    mindestens bis zum 18. Mai 2026 möglich.

    Verkäufer Ihrer Bestellung ist CopeCart: Auf Ihrem
    Kontoauszug steht deshalb dieser Name. Bei Fragen sind wir
    gern für Sie da.

    Mit freundlichen Grüßen
    -- stderr --
    ");
    let mut session = desk.terminal(60, 40).spawn(["notice", "R-000001", "--lang", "fr", "-q"]);
    session.wait_for("Cordialement");
    session.finish().exit(0);
}

#[test]
fn the_language_comes_from_the_option_the_country_or_the_configuration() {
    let desk = batch();
    let language = |desk: &Desk, line: &str| {
        let outcome = desk.quietly(&format!("notice {line} --preview --json"));
        notices(&outcome)[0]["language"].clone()
    };
    assert_eq!(language(&desk, "R-000001"), "fr");
    assert_eq!(language(&desk, "R-000002"), "de");
    assert_eq!(language(&desk, "R-000002 --lang en"), "en");

    assert_snapshot!(desk.quietly("notice R-000003").snapshot(), @r#"
    $ retour notice R-000003 -q
    status: 2
    -- stdout --
    -- stderr --
    error[language_unknown]: the language is unknown; R-000003: the customer's country is PL
    hint: choose one: retour notice R-000003 -q --lang en
    hint: or set it for all such customers in the configuration: [notice] language = "en"
    "#);
    desk.config("[notice]\nlanguage = \"en\"\n");
    assert_eq!(language(&desk, "R-000003"), "en");
    assert_eq!(language(&desk, "R-000001"), "fr");
}

#[test]
fn the_language_of_the_system_does_not_matter() {
    let desk = debit();
    let outcome = desk.run_with(["notice", "R-000001", "--preview", "-q"], |call| {
        call.env("LANG", "de_DE.UTF-8").env("LC_ALL", "de_DE.UTF-8");
    });
    assert!(outcome.ok().stdout().contains("Bonjour"));
}

#[test]
fn a_batch_has_a_file_for_each_refund() {
    let desk = batch();

    assert_snapshot!(desk.retour("notice --reference course --lang en --out out/mail").snapshot(), @"
    $ retour notice --reference course --lang en --out out/mail
    status: 0
    -- stdout --
    REFUND    SALE              LANGUAGE  TO                   FILE
    ────────────────────────────────────────────────────────────────────────────────
    R-000001  5a1e000000000002  en        lefevre@example.com  out/mail/R-000001.txt
    R-000002  5a1e000000000001  en        anna@example.org     out/mail/R-000002.txt
    R-000003  5a1e000000000005  en        lukasz@example.org   out/mail/R-000003.txt
    -- stderr --
    note: the clock is fixed at 2026-03-25T09:00:00Z (RETOUR_NOW): today is 2026-03-25
    note: recorded that the customers of 3 refunds were told; the desk sends nothing, so send the messages now
    ");
    assert_eq!(files(&desk, "out/mail"), ["R-000001.txt", "R-000002.txt", "R-000003.txt"]);
    let text = fs::read_to_string(desk.path("out/mail/R-000002.txt")).unwrap();
    assert!(text.starts_with("To: Anna Beispiel <anna@example.org>\nSubject: Your refund of €49.00"), "{text}");
    assert_eq!(desk.retour("events list --kind notice_written --format jsonl").ok().json_lines().len(), 3);
    let json = desk.quietly("notice --reference course --lang en --out again --json");
    assert_eq!(notices(&json)[2]["path"], "again/R-000003.txt");
}

#[test]
fn several_messages_on_a_screen_are_separated() {
    let desk = batch();
    let outcome = desk.quietly("notice R-000002 R-000001 R-000002");
    let heads: Vec<&str> =
        outcome.ok().stdout().lines().filter(|line| line.starts_with("To:") || line.starts_with("---")).collect();
    assert_eq!(
        heads,
        [
            "To: Anna Beispiel <anna@example.org>",
            "----------------------------------------",
            "To: François Lefèvre <lefevre@example.com>"
        ]
    );
}

#[test]
fn a_file_is_never_overwritten() {
    let desk = batch();
    desk.write("out/R-000002.txt", "mine");

    assert_snapshot!(desk.quietly("notice --reference course --lang en --out out").snapshot(), @"
    $ retour notice --reference course --lang en --out out -q
    status: 1
    -- stdout --
    -- stderr --
    error[file_exists]: out/R-000002.txt already exists and is not overwritten
    hint: nothing was written or recorded; move the files, or choose another folder: --out DIR
    ");
    assert_eq!(files(&desk, "out"), ["R-000002.txt"]);
    assert_eq!(fs::read_to_string(desk.path("out/R-000002.txt")).unwrap(), "mine");
    assert!(desk.retour("events list --kind notice_written --format jsonl").ok().stdout().is_empty());
    let into_a_file = desk.quietly("notice R-000001 --out shop.csv");
    assert_eq!(into_a_file.exit(1).stderr(), "error[unwritable]: shop.csv cannot be written: not a directory\n");
}

#[test]
fn drafts_open_in_a_mail_program() {
    let desk = debit();
    desk.config("[notice]\nfrom = \"Yoga at home <hello@example.com>\"\n");

    assert_snapshot!(desk.quietly("notice R-000001 --eml").ok().stdout().replace("\r\n", "\n"), @r#"
    From: "Yoga at home" <hello@example.com>
    To: =?utf-8?B?RnJhbsOnb2lzIExlZsOodnJl?= <lefevre@example.com>
    Subject: =?utf-8?Q?Votre_remboursement_de_119,00=C2=A0=E2=82=AC_pour_la_co?=
     =?utf-8?Q?mmande_Sepa0002?=
    Date: Wed, 25 Mar 2026 09:00:00 +0000
    Message-ID: <97508baa69e6e50995f4d04967f91276@retour.invalid>
    X-Unsent: 1
    MIME-Version: 1.0
    Content-Type: text/plain; charset="utf-8"
    Content-Transfer-Encoding: quoted-printable

    Bonjour Fran=C3=A7ois Lef=C3=A8vre,

    Votre remboursement de 119,00=C2=A0=E2=82=AC pour =C2=AB=C2=A0Yoga for Begi=
    nners=C2=A0=C2=BB (commande Sepa0002) est enregistr=C3=A9, mais n=E2=80=99a=
     pas encore =C3=A9t=C3=A9 effectu=C3=A9.

    Vous avez r=C3=A9gl=C3=A9 119,00=C2=A0=E2=82=AC par pr=C3=A9l=C3=A8vement S=
    EPA le lundi 23 mars 2026=E2=80=AF; le remboursement est vers=C3=A9 sur le =
    compte qui a =C3=A9t=C3=A9 d=C3=A9bit=C3=A9. Nous effectuerons le rembourse=
    ment sous peu=E2=80=AF; la somme vous parvient ensuite en g=C3=A9n=C3=A9ral=
     en 1 =C3=A0 5 jours ouvr=C3=A9s bancaires. Selon votre banque ou votre pre=
    stataire de paiement, il faut parfois compter quelques jours de plus.

    Merci de ne pas contester en parall=C3=A8le le pr=C3=A9l=C3=A8vement aupr=
    =C3=A8s de votre banque=C2=A0: la somme vous serait rembours=C3=A9e deux fo=
    is. Une telle contestation est possible, sans avoir =C3=A0 donner de motif,=
     au moins jusqu=E2=80=99au lundi 18 mai 2026.

    Le vendeur de votre commande est CopeCart=C2=A0: c=E2=80=99est ce nom qui f=
    igure sur votre relev=C3=A9. Nous restons =C3=A0 votre disposition pour tou=
    te question.

    Cordialement
    Yoga at home
    "#);
    desk.quietly("notice R-000001 --eml --out out").ok();
    assert_eq!(files(&desk, "out"), ["R-000001.eml"]);
    let bytes = fs::read(desk.path("out/R-000001.eml")).unwrap();
    assert!(bytes.is_ascii() && bytes.ends_with(b"\r\n"));
    for line in ["notice R-000001 --eml --json", "notice R-000001 4ef0000000000013 --lang en --eml"] {
        let refused = desk.quietly(line);
        assert!(
            refused.exit(2).stderr().contains("--eml") && refused.stderr().contains("--out drafts"),
            "{}",
            refused.snapshot()
        );
    }
}

#[test]
fn a_refund_that_pays_nothing_has_no_message() {
    let desk = batch();
    desk.retour("refunds cancel R-000001").ok();
    desk.retour("refunds fail R-000003").ok();

    assert_snapshot!(desk.quietly("notice R-000001 R-000002").snapshot(), @"
    $ retour notice R-000001 R-000002 -q
    status: 4
    -- stdout --
    -- stderr --
    error[nothing_to_tell]: R-000001 was cancelled, so there is no refund to notify the customer of
    hint: retour refunds show R-000001
    ");
    assert_snapshot!(desk.quietly("notice R-000001 R-000003").snapshot(), @"
    $ retour notice R-000001 R-000003 -q
    status: 4
    -- stdout --
    -- stderr --
    error[nothing_to_tell]: 2 of these refunds have no message to send
      R-000001 was cancelled, so there is no refund to notify the customer of
      R-000003 has failed, so there is no refund to notify the customer of
    hint: retour refunds show R-000001
    ");
    assert_snapshot!(desk.quietly("notice --reference course --out out").snapshot(), @"
    $ retour notice --reference course --out out -q
    status: 3
    -- stdout --
    REFUND    SALE              LANGUAGE  TO                FILE
    ────────────────────────────────────────────────────────────────────────
    R-000002  5a1e000000000001  de        anna@example.org  out/R-000002.txt
    -- stderr --
    left out: R-000001 was cancelled, so there is no refund to notify the customer of
    left out: R-000003 has failed, so there is no refund to notify the customer of
    ");
    desk.retour("refunds cancel R-000002").ok();
    desk.quietly("notice --reference course").exit(4);
}

#[test]
fn a_sale_identifies_its_only_active_refund() {
    let desk = shop();
    assert_snapshot!(desk.quietly(&format!("notice {CARD}")).snapshot(), @"
    $ retour notice 5a1e000000000001 -q
    status: 4
    -- stdout --
    -- stderr --
    error[no_refund]: 5a1e000000000001 has no refund that is marked or carried out
    hint: mark a refund first: retour refund 5a1e000000000001
    ");
    desk.mark(&format!("{CARD} --amount 10"));
    desk.retour("refunds cancel R-000001").ok();
    assert_snapshot!(desk.quietly(&format!("notice {CARD}")).snapshot(), @"
    $ retour notice 5a1e000000000001 -q
    status: 4
    -- stdout --
    -- stderr --
    error[no_refund]: 5a1e000000000001 has no refund that is marked or carried out; R-000001 is cancelled
    hint: mark a refund first: retour refund 5a1e000000000001
    ");
    desk.mark(&format!("{CARD} --amount 20"));
    let one = desk.quietly(&format!("notice {CARD} --json"));
    assert_eq!(notices(&one)[0]["refund_id"], "R-000002");
    desk.mark(&format!("{CARD} --amount 5"));
    assert_snapshot!(desk.quietly(&format!("notice {CARD}")).snapshot(), @"
    $ retour notice 5a1e000000000001 -q
    status: 5
    -- stdout --
    -- stderr --
    error[several_refunds]: 5a1e000000000001 has 2 refunds
      R-000002: 20.00 EUR, marked
      R-000003: 5.00 EUR, marked
    hint: choose one: retour notice R-000002
    ");
}

#[test]
fn a_platform_refund_is_found_by_its_own_id_or_by_the_sale() {
    let desk = shop();
    for name in [PLATFORM, "5a1e000000000013"] {
        let outcome = desk.quietly(&format!("notice {name} --lang en --json"));
        let notice = notices(&outcome)[0].clone();
        assert_eq!((&notice["refund_id"], &notice["notified_on"]), (&PLATFORM.into(), &"2026-03-25".into()));
    }
    let unmatched = desk.quietly("notice 4ef0000000000014 --lang en");
    assert!(unmatched.exit(4).stderr().contains("retour refunds match 4ef0000000000014"));
    desk.quietly("notice cba0000000000012").exit(4);
}

#[test]
fn a_desk_refund_is_found_by_its_platform_id_too() {
    let desk = shop();
    desk.mark(CARD);
    let header = "transaction_id,order_id,product_id,customer_name,amount,currency,method,kind,status,paid_at\n";
    let row = "4ef0000000000001,Card0001,e232d769,Anna Beispiel,49.00,EUR,card,refund,succeeded,2026-03-26\n";
    desk.write("back.csv", format!("{header}{row}"));
    let later = desk.at("2026-03-26T10:00:00+01:00");
    later.retour("import back.csv").ok();

    let outcome = later.quietly("notice 4ef0000000000001 --json");
    assert_eq!(notices(&outcome)[0]["refund_id"], "R-000001");
}

#[test]
fn an_unknown_refund_sale_or_batch_is_not_found() {
    let desk = shop();
    for (line, code) in [
        ("notice R-000009", "unknown_refund"),
        ("notice nobody", "unknown_sale"),
        ("notice --reference nothing", "unknown_batch"),
    ] {
        let outcome = desk.quietly(&format!("{line} --json"));
        let error: Value = serde_json::from_str(outcome.exit(5).stderr()).unwrap();
        assert_eq!(error["error"]["code"], code);
    }
    desk.quietly("notice").exit(2);
    desk.quietly(&format!("notice {CARD} --reference course")).exit(2);
    desk.quietly(&format!("notice {CARD} --lang it")).exit(2);
}

#[test]
fn with_a_fixed_clock_a_store_of_real_refunds_allows_only_previews() {
    let desk = Desk::new();
    desk.with_running_clock().retour("init").ok();
    desk.write("shop.csv", crate::shop::data("shop.csv"));
    desk.with_running_clock().retour("import shop.csv").ok();

    assert_snapshot!(desk.quietly(&format!("notice {PLATFORM} --lang en")).snapshot(), @"
    $ retour notice 4ef0000000000013 --lang en -q
    status: 2
    -- stdout --
    -- stderr --
    error[clock_stands]: RETOUR_NOW is set, but [HOME]/data/retour/store.db holds real refunds
    hint: unset RETOUR_NOW, or rehearse in a store that `retour init` creates while it is set
    hint: or only show the message: retour notice 4ef0000000000013 --lang en -q --preview
    ");
    let preview = desk.quietly(&format!("notice {PLATFORM} --lang en --preview"));
    assert!(preview.ok().stdout().contains("Kind regards"));
    assert_eq!(desk.events(), 3);
}

#[test]
fn the_vendor_s_own_template_replaces_the_built_in_one() {
    let desk = batch();
    desk.config("[notice]\ntemplates = \"notices\"\nlanguage = \"en\"\n");
    let missing = desk.quietly("notice R-000001");
    assert!(missing.exit(2).stderr().contains("does not exist"), "{}", missing.snapshot());

    desk.write(
        "config/retour/notices/fr.txt",
        "Subject: {{ amount }} pour vous\n\nSalut {{ customer }} !\n\n{% if debit %}{{ debit }}{% endif %}\n",
    );
    assert_snapshot!(desk.quietly("notice R-000001").ok().stdout(), @"
    To: François Lefèvre <lefevre@example.com>
    Subject: 119,00 € pour vous

    Salut François Lefèvre !

    Merci de ne pas contester en parallèle le prélèvement auprès de votre banque : la somme vous serait remboursée deux fois. Une telle contestation est possible, sans avoir à donner de motif, au moins jusqu’au lundi 18 mai 2026.
    ");
    // A language without its own template uses the built-in one.
    assert!(desk.quietly("notice R-000002").ok().stdout().contains("Mit freundlichen Grüßen"));

    desk.write("config/retour/notices/fr.txt", "Salut\n\n{{ custommer }}\n");
    let before = desk.events();
    assert_snapshot!(desk.quietly("notice R-000001").snapshot(), @"
    $ retour notice R-000001 -q
    status: 2
    -- stdout --
    -- stderr --
    error[bad_template]: [HOME]/config/retour/notices/fr.txt:3: there is no variable `custommer`; did you mean `customer`?
    hint: see the template variables: retour notice --help
    ");
    assert!(desk.quietly("config check").exit(2).stderr().contains("notices/fr.txt:3: "));
    desk.write("config/retour/notices/fr.txt", b"\xff\xfe");
    desk.quietly("notice R-000001").exit(2);
    assert_eq!(desk.events(), before);
}

#[test]
fn every_variable_is_in_the_help() {
    let help = Desk::new().retour("notice --help");
    for (name, _) in VARIABLES {
        assert!(help.ok().stdout().contains(&format!("\n  {name} ")), "{name}");
    }
    assert!(help.stdout().lines().all(|line| line.chars().count() <= 100));
}

#[test]
fn every_variable_is_in_the_readme() {
    let readme = fs::read_to_string(concat!(env!("CARGO_MANIFEST_DIR"), "/README.md")).unwrap();
    let table = readme.split("| variable | what it says |").nth(1).unwrap().split("\n\n").next().unwrap();
    for (name, _) in VARIABLES {
        assert!(table.contains(&format!("`{name}`")), "{name}");
    }
}

#[test]
fn a_customer_s_text_stays_text() {
    let desk = rehearsal();
    let header = "transaction_id,order_id,product_name,customer_name,customer_email,country,amount,currency,paid_at\n";
    let name = "\"{{ email }}\u{202e}\nBcc: max@example.com\"";
    let mail = "\"eve@example.com, max@example.com\"";
    let row = format!("aa01,Eve00001,\"{{% if %}}\u{1b}[2J\",{name},{mail},GB,9.00,EUR,2026-03-24\n");
    desk.write("eve.csv", format!("{header}{row}"));
    desk.config("[import]\nstatus = \"paid\"\n");
    desk.retour("import eve.csv").ok();
    desk.mark("aa01");

    assert_snapshot!(desk.retour("notice R-000001").snapshot(), @"
    $ retour notice R-000001
    status: 0
    -- stdout --
    Subject: Your refund of €9.00 for order Eve00001

    Dear {{ email }} Bcc: max@example.com,

    Your refund of €9.00 for “{% if %} [2J” (order Eve00001) has been noted but not yet issued.

    It concerns the charge of €9.00 on Tuesday 24 March 2026 and is made to your original payment method. If you have not paid yet, it reduces the amount due instead. We will issue the refund shortly; after that, it usually takes up to 10 business days for the money to arrive. Depending on your bank or payment provider, it may take a few days longer.

    Please do not ask your bank to reverse the direct debit as well, or you will be refunded twice. A debit can be reversed without giving a reason at least until Tuesday 19 May 2026. This applies only if you paid by SEPA direct debit.

    CopeCart is the seller of your order, so this is the name on your statement. If you have any questions, we are happy to help.

    Kind regards
    -- stderr --
    note: the clock is fixed at 2026-03-25T09:00:00Z (RETOUR_NOW): today is 2026-03-25
    note: the message of R-000001 has no recipient: the customer's e-mail is missing, or not a single plain address
    note: recorded that the customer of R-000001 was told; the desk sends nothing, so send the message now
    ");
    let draft = desk.quietly("notice R-000001 --eml");
    let headers = draft.ok().stdout().split("\r\n\r\n").next().unwrap().to_lowercase();
    assert!(!headers.contains("\nbcc:") && !headers.contains("\nto:"), "{headers}");
}

#[cfg(target_os = "linux")]
#[test]
fn an_undelivered_message_says_that_it_was_recorded_and_an_undelivered_preview_does_not() {
    let desk = debit();
    let lost = |args: &[&str]| {
        let full = fs::OpenOptions::new().write(true).open("/dev/full").unwrap();
        let ended = desk.command(args).stdout(full).output().unwrap();
        (ended.status.code(), String::from_utf8(ended.stderr).unwrap())
    };
    let (code, said) = lost(&["notice", "R-000001", "-q", "--preview"]);
    assert_eq!((code, said.starts_with("error[undelivered]: the answer could not be written")), (Some(1), true));
    assert!(cautions(&desk, "R-000001").contains("notify_customer_first"));

    let (code, said) = lost(&["notice", "R-000001", "-q"]);
    assert_eq!(code, Some(8));
    assert_snapshot!(said, @"
    error[undelivered]: the notice was recorded, but the message could not be delivered: No space left on device (os error 28)
    hint: write it again: retour notice R-000001 -q --preview
    ");
    assert!(!cautions(&desk, "R-000001").contains("notify_customer_first"));
}

#[test]
fn a_mistake_in_the_configuration_is_reported() {
    let desk = debit();
    desk.config("[notice]\nlanguage = \"it\"\nfrom = \"nobody\"\ntemplate = \"x\"\n");
    assert_snapshot!(desk.quietly("notice R-000001").snapshot(), @r#"
    $ retour notice R-000001 -q
    status: 2
    -- stdout --
    -- stderr --
    error[bad_config]: [HOME]/config/retour/config.toml:2: [notice] language = "it" is not one of "fr", "de", "en"
      [HOME]/config/retour/config.toml:3: [notice] from = "nobody" is not an address such as "Yoga at home <hello@example.com>"
      [HOME]/config/retour/config.toml:4: unknown key `template` in [notice]; did you mean `templates`?
    "#);
}
