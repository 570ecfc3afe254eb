//! `X-Cope-Signature`: `t=<unix seconds>,v1=<hex of HMAC-SHA256 over "<t>.<raw body>">`, with the secret as it is,
//! `whsec_` included (copecart/integration-samples, `lib/verify-webhook.ts`).

use crate::import::signature::{BadSignature, Secret, SignedAt, Signer};

pub static SIGNER: Signer = Signer {
    word: "cope",
    header: HEADER,
    variable: "RETOUR_COPE_SECRET",
    config_key: "cope_secret_file",
    has_timestamp: true,
    check,
};

const HEADER: &str = "X-Cope-Signature";

fn check(secret: &Secret, signature: &str, body: &[u8]) -> Result<SignedAt, BadSignature> {
    let malformed = || BadSignature::Malformed { header: HEADER, form: "t=<unix seconds>,v1=<hex>" };
    let (time, signed_at, signatures) = fields(signature).ok_or_else(malformed)?;
    // While a secret is being changed, there can be a signature for each.
    let is_any = |signature: &Vec<u8>| secret.has_signed(signature, &[time.as_bytes(), b".", body]);
    if signatures.iter().any(is_any) { Ok(Some(signed_at)) } else { Err(BadSignature::Wrong) }
}

/// The time as written and as a number, and at least one signature.
fn fields(signature: &str) -> Option<(&str, i64, Vec<Vec<u8>>)> {
    let pairs: Vec<(&str, &str)> = signature.split(',').filter_map(|pair| pair.trim().split_once('=')).collect();
    let named = |name| pairs.iter().filter(move |(found, _)| *found == name).map(|(_, value)| *value);
    let is_number = |text: &&str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    let time = named("t").next().filter(is_number)?;
    let signatures = named("v1").map(unhex).collect::<Option<Vec<_>>>().filter(|all| !all.is_empty())?;
    Some((time, time.parse().ok()?, signatures))
}

fn unhex(text: &str) -> Option<Vec<u8>> {
    let digit = |byte: &u8| char::from(*byte).to_digit(16).and_then(|digit| u8::try_from(digit).ok());
    let pair = |pair: &[u8]| match pair {
        [high, low] => Some(digit(high)? << 4 | digit(low)?),
        _ => None,
    };
    text.as_bytes().chunks(2).map(pair).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::fixtures::instant;
    use crate::import::signature::{Freshness, verify};

    const BODY: &[u8] = br#"{"event_type":"payment.made"}"#;

    // Calculated by openssl: openssl dgst -sha256 -hmac SECRET, of "1774429200." with the body.
    const HEX: &str = "ca33563c9e54fba050198d5872faa782ee8c090d7cd1ffb71cfaff962412bbd0";

    fn secret() -> Secret {
        Secret::new(b"whsec_made_up\n").unwrap()
    }

    fn checked(signature: &str, body: &[u8]) -> Result<SignedAt, BadSignature> {
        check(&secret(), signature, body)
    }

    fn signed(time: &str) -> String {
        format!("t={time},v1={HEX}")
    }

    #[test]
    fn only_a_signature_of_this_body_secret_and_time_is_accepted() {
        let signed_at = Ok(Some(1_774_429_200));
        assert_eq!(checked(&signed("1774429200"), BODY), signed_at);
        assert_eq!(checked(&format!(" v1={} , t=1774429200", HEX.to_uppercase()), BODY), signed_at);
        assert_eq!(checked(&signed("1774429200"), &[BODY, b"\n"].concat()), Err(BadSignature::Wrong));
        assert_eq!(checked(&signed("1774429201"), BODY), Err(BadSignature::Wrong));
        assert_eq!(checked(&signed("01774429200"), BODY), Err(BadSignature::Wrong));
        let other = Secret::new(b"other").unwrap();
        assert_eq!(check(&other, &signed("1774429200"), BODY), Err(BadSignature::Wrong));
    }

    #[test]
    fn the_beginning_of_a_signature_is_not_accepted() {
        assert_eq!(checked(&format!("t=1774429200,v1={}", &HEX[..2]), BODY), Err(BadSignature::Wrong));
        assert_eq!(checked("t=1774429200,v1=", BODY), Err(BadSignature::Wrong));
    }

    #[test]
    fn one_of_several_signatures_is_enough() {
        let both = format!("t=1774429200,v1={},v1={HEX}", "00".repeat(32));
        assert!(checked(&both, BODY).is_ok());
    }

    #[test]
    fn a_value_of_another_form_says_what_the_form_is() {
        let v1 = format!("v1={HEX}");
        for text in ["", "j77FjKOP", "t=1774429200", &v1, "t=,v1=00", "t=x,v1=00", "t=1,v1=0", "t=1,v1=zz"] {
            assert!(matches!(checked(text, BODY), Err(BadSignature::Malformed { .. })), "{text}");
        }
        let error = checked("", BODY).unwrap_err();
        let message = "this is not a value of X-Cope-Signature, which has the form t=<unix seconds>,v1=<hex>";
        assert_eq!((error.to_string().as_str(), error.code()), (message, "bad_signature"));
    }

    #[test]
    fn a_signature_may_be_at_most_so_far_from_now_as_was_asked() {
        let at = |now: &str| {
            let freshness = Freshness { now: instant(now), seconds: 300 };
            verify(&SIGNER, &secret(), &signed("1774429200"), BODY, Some(freshness))
        };
        assert_eq!(at("2026-03-25T09:05:00Z"), Ok(()));
        assert_eq!(at("2026-03-25T08:55:00Z"), Ok(()));
        assert_eq!(at("2026-03-25T09:05:01Z"), Err(BadSignature::Stale { age: 301, most: 300 }));
        assert_eq!(at("2026-03-25T08:54:59Z").unwrap_err().code(), "stale_signature");
    }
}
