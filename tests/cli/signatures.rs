//! `retour import --verify`: only what the platform signed is read. Bodies and secrets are made up; the signatures were
//! calculated by openssl.

use insta::assert_snapshot;

use crate::harness::{Desk, Outcome};
use crate::shop::rehearsal;

const COPECART: &str = r#"{"event_type":"payment.made","transaction_type":"sale","payment_status":"paid","transaction_id":"5161000000000001","order_id":"Signed01","transaction_amount":"49.00","transaction_currency":"EUR","transaction_date":"2026-03-20T10:00:00Z"}"#;
/// `openssl dgst -sha256 -hmac "made-up secret" -binary | base64`
const BASE64: &str = "IRHDMsPjgFYCNaURIDxqzXHNEV837Tk0dR3UAP6cWXc=";

const COPE: &str = r#"{"event_type":"payment.sale.succeeded","idempotency_key":"k-1","occurred_at":"2026-03-20T10:00:00Z","payment_uuid":"pay-1","order":{"uuid":"ord-1","currency":"EUR"},"totals":{"total":{"gross_cents":4900}}}"#;
/// `openssl dgst -sha256 -hmac whsec_made_up -hex`, of `1774429200.` (the harness' now) and the body.
const SIGNED: &str = "t=1774429200,v1=d9ba83cbb591b9bfb7c151423c8d43efaabe63744cabcac40cae01c407f136f6";

/// An empty desk with both bodies as they were captured.
fn captured() -> Desk {
    let desk = rehearsal();
    desk.write("copecart.json", COPECART);
    desk.write("cope.json", COPE);
    desk
}

/// Imports with these arguments and the secrets in the environment.
fn import(desk: &Desk, words: &[&str]) -> Outcome {
    desk.run_with(["import", "-q"].iter().chain(words), |call| {
        call.env("RETOUR_COPECART_SECRET", "made-up secret").env("RETOUR_COPE_SECRET", "whsec_made_up");
    })
}

fn count(desk: &Desk) -> String {
    desk.retour("transactions search --count").ok().stdout().to_owned()
}

#[test]
fn a_notification_that_the_platform_signed_is_imported() {
    let desk = captured();
    import(&desk, &["copecart.json", "--verify", "copecart", "--signature", BASE64]).ok();
    import(&desk, &["cope.json", "--verify", "cope", "--signature", SIGNED]).ok();
    assert_eq!(count(&desk), "2\n");
}

#[test]
fn a_body_on_stdin_is_checked_byte_for_byte() {
    let desk = captured();
    let take = |body: &str| {
        desk.run_with(["import", "-", "-q", "--verify", "copecart", "--signature", BASE64], |call| {
            call.stdin(body).env("RETOUR_COPECART_SECRET", "made-up secret");
        })
    };
    take(&format!("{COPECART}\n")).exit(4);
    assert_eq!(count(&desk), "0\n");
    take(COPECART).ok();
    assert_eq!(count(&desk), "1\n");
}

#[test]
fn a_wrong_signature_is_refused_and_nothing_is_read() {
    let desk = captured();
    let before = desk.everything();

    assert_snapshot!(import(&desk, &["cope.json", "--verify", "copecart", "--signature", BASE64]).snapshot(), @"
    $ RETOUR_COPECART_SECRET='made-up secret' RETOUR_COPE_SECRET=whsec_made_up retour import -q cope.json --verify copecart --signature IRHDMsPjgFYCNaURIDxqzXHNEV837Tk0dR3UAP6cWXc=
    status: 4
    -- stdout --
    -- stderr --
    error[bad_signature]: cope.json: the signature does not match this body and this secret; nothing was read
    hint: the file must contain the body byte for byte, and the secret must be this endpoint's
    ");
    let late = SIGNED.replace("t=1774429200", "t=1774429201");
    assert_snapshot!(import(&desk, &["cope.json", "--json", "--verify", "cope", "--signature", &late]).snapshot(), @r#"
    $ RETOUR_COPECART_SECRET='made-up secret' RETOUR_COPE_SECRET=whsec_made_up retour import -q cope.json --json --verify cope --signature t=1774429201,v1=d9ba83cbb591b9bfb7c151423c8d43efaabe63744cabcac40cae01c407f136f6
    status: 4
    -- stdout --
    -- stderr --
    {"error":{"code":"bad_signature","hints":["the file must contain the body byte for byte, and the secret must be this endpoint's"],"message":"cope.json: the signature does not match this body and this secret; nothing was read","recorded":false}}
    "#);
    assert_snapshot!(import(&desk, &["cope.json", "--verify", "cope", "--signature", BASE64]).snapshot(), @"
    $ RETOUR_COPECART_SECRET='made-up secret' RETOUR_COPE_SECRET=whsec_made_up retour import -q cope.json --verify cope --signature IRHDMsPjgFYCNaURIDxqzXHNEV837Tk0dR3UAP6cWXc=
    status: 4
    -- stdout --
    -- stderr --
    error[bad_signature]: cope.json: this is not a value of X-Cope-Signature, which has the form t=<unix seconds>,v1=<hex>; nothing was read
    hint: give the header's value, without its name
    ");
    // Not even by --explain.
    import(&desk, &["cope.json", "--explain", "--verify", "cope", "--signature", &late]).exit(4);
    assert_eq!(desk.everything(), before);
}

#[test]
fn a_broken_file_with_a_wrong_signature_is_not_read() {
    let desk = captured();
    desk.write("broken.json", "{\"a\":");
    let refused = import(&desk, &["broken.json", "--json", "--verify", "cope", "--signature", SIGNED]);
    assert!(refused.exit(4).stderr().contains(r#""code":"bad_signature""#), "{}", refused.snapshot());
}

#[test]
fn the_secret_comes_from_a_file_the_environment_or_the_configuration_and_is_never_shown() {
    let desk = captured();
    let line = ["import", "cope.json", "--verify", "cope", "--signature", SIGNED];
    assert_snapshot!(desk.run(line.iter().chain(&["-q"])).snapshot(), @"
    $ retour import cope.json --verify cope --signature t=1774429200,v1=d9ba83cbb591b9bfb7c151423c8d43efaabe63744cabcac40cae01c407f136f6 -q
    status: 2
    -- stdout --
    -- stderr --
    error[no_secret]: there is no secret to check X-Cope-Signature with
    hint: put it into RETOUR_COPE_SECRET, or into a file: --secret-file FILE, or cope_secret_file in the configuration
    ");
    desk.write("config/retour/secret", "whsec_made_up\n");
    desk.config("[signatures]\ncope_secret_file = \"secret\"\n");
    desk.run(line).ok();

    desk.write("wrong", "whsec_other\n");
    desk.run(line.iter().chain(&["--secret-file", "wrong"])).exit(4);
    let refused = desk.run_with(line, |call| {
        call.env("RETOUR_COPE_SECRET", "whsec_other").env("RETOUR_LOG", "debug");
    });
    assert!(!refused.exit(4).stderr().contains("whsec"), "{}", refused.snapshot());
    desk.write("empty", "\n");
    assert_snapshot!(desk.run(line.iter().chain(&["-q", "--secret-file", "empty"])).snapshot(), @"
    $ retour import cope.json --verify cope --signature t=1774429200,v1=d9ba83cbb591b9bfb7c151423c8d43efaabe63744cabcac40cae01c407f136f6 -q --secret-file empty
    status: 2
    -- stdout --
    -- stderr --
    error[no_secret]: the secret file empty is empty
    ");
}

#[test]
fn a_signature_belongs_to_one_notification_of_one_platform() {
    let desk = captured();
    let words = ["cope.json", "copecart.json", "--verify", "cope", "--signature", SIGNED];
    assert_snapshot!(import(&desk, &words).snapshot(), @"
    $ RETOUR_COPECART_SECRET='made-up secret' RETOUR_COPE_SECRET=whsec_made_up retour import -q cope.json copecart.json --verify cope --signature t=1774429200,v1=d9ba83cbb591b9bfb7c151423c8d43efaabe63744cabcac40cae01c407f136f6
    status: 2
    -- stdout --
    -- stderr --
    error: a signature belongs to one notification: name one file, or -
    ");
    let words = ["cope.json", "--from", "csv", "--verify", "cope", "--signature", SIGNED];
    assert_snapshot!(import(&desk, &words).snapshot(), @"
    $ RETOUR_COPECART_SECRET='made-up secret' RETOUR_COPE_SECRET=whsec_made_up retour import -q cope.json --from csv --verify cope --signature t=1774429200,v1=d9ba83cbb591b9bfb7c151423c8d43efaabe63744cabcac40cae01c407f136f6
    status: 2
    -- stdout --
    -- stderr --
    error: notifications signed by cope are read as cope, not as csv
    ");
    import(&desk, &["cope.json", "--verify", "cope"]).exit(2);
    import(&desk, &["cope.json", "--signature", SIGNED]).exit(2);
    import(&desk, &["copecart.json", "--verify", "copecart", "--signature", BASE64, "--max-age", "300"]).exit(2);
}

#[test]
fn the_age_of_a_signature_is_checked_only_with_max_age() {
    let desk = captured();
    let words = ["cope.json", "--verify", "cope", "--signature", SIGNED];
    let later = desk.at("2026-03-25T10:05:01+01:00");
    assert_snapshot!(import(&later, &[&words[..], &["--max-age", "300"]].concat()).snapshot(), @"
    $ RETOUR_NOW=2026-03-25T10:05:01+01:00 RETOUR_COPECART_SECRET='made-up secret' RETOUR_COPE_SECRET=whsec_made_up retour import -q cope.json --verify cope --signature t=1774429200,v1=d9ba83cbb591b9bfb7c151423c8d43efaabe63744cabcac40cae01c407f136f6 --max-age 300
    status: 4
    -- stdout --
    -- stderr --
    error[stale_signature]: cope.json: the signature is 301 seconds away from now, more than the 300 allowed; nothing was read
    hint: a captured notification is old: leave --max-age out
    ");
    import(&later, &[&words[..], &["--max-age", "301"]].concat()).ok();
    import(&desk.at("2026-06-01T10:00:00+02:00"), &words).ok();
}
