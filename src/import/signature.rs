//! Whether a captured notification is the platform's own: its signature against the shared secret.
//!
//! *CopeCart*: `X-Copecart-Signature` is the base64 of HMAC-SHA256 over the raw body; no time is signed (IPN
//! documentation 1.6.7). *COPE*: `X-Cope-Signature` is `t=<unix seconds>,v1=<hex of HMAC-SHA256 over "<t>.<raw
//! body>">`, the secret with its `whsec_` as it is (copecart/integration-samples, `lib/verify-webhook.ts`). Both are
//! compared in constant time.

use crate::domain::string_enum::string_enum;
use crate::domain::time::Timestamp;
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;
use std::fmt;

string_enum! {
    /// Who signs: the words of `--verify`.
    Signer, "platform that signs" {
        Copecart = "copecart",
        Cope = "cope",
    }
}

impl Signer {
    /// The header that carries its signature.
    pub fn header(self) -> &'static str {
        match self {
            Self::Copecart => "X-Copecart-Signature",
            Self::Cope => "X-Cope-Signature",
        }
    }
}

/// What only the platform and the vendor know. Nothing shows it.
#[derive(Clone, PartialEq, Eq)]
pub struct Secret(Vec<u8>);

impl Secret {
    /// Without the line break that an editor puts at the end of a file; `None` where nothing is left.
    pub fn new(bytes: &[u8]) -> Option<Self> {
        let bytes = bytes.strip_suffix(b"\n").unwrap_or(bytes);
        let bytes = bytes.strip_suffix(b"\r").unwrap_or(bytes);
        (!bytes.is_empty()).then(|| Self(bytes.to_vec()))
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Secret")
    }
}

/// Why a notification is not believed.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum BadSignature {
    #[error("the signature is not what {} carries: {expected}", .signer.header())]
    Malformed { signer: Signer, expected: &'static str },
    #[error("the signature is not of this body and this secret")]
    Wrong,
    #[error("the signature is {age} seconds away from now, and at most {most} are allowed")]
    Stale { age: u64, most: u64 },
}

impl BadSignature {
    /// Stable.
    pub fn code(&self) -> &'static str {
        match self {
            Self::Malformed { .. } | Self::Wrong => "bad_signature",
            Self::Stale { .. } => "stale_signature",
        }
    }
}

/// How far from now the time that COPE signs may be.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Freshness {
    pub now: Timestamp,
    pub seconds: u64,
}

/// The body is the signer's: `signature` is the value of its header.
pub fn verify(
    signer: Signer,
    secret: &Secret,
    signature: &str,
    body: &[u8],
    freshness: Option<Freshness>,
) -> Result<(), BadSignature> {
    match signer {
        Signer::Copecart => copecart(secret, signature, body),
        Signer::Cope => cope(secret, signature, body, freshness),
    }
}

fn copecart(secret: &Secret, signature: &str, body: &[u8]) -> Result<(), BadSignature> {
    let malformed = |_| BadSignature::Malformed { signer: Signer::Copecart, expected: "base64" };
    let signature = STANDARD.decode(signature.trim()).map_err(malformed)?;
    if is_of(&signature, secret, &[body]) { Ok(()) } else { Err(BadSignature::Wrong) }
}

fn cope(secret: &Secret, signature: &str, body: &[u8], freshness: Option<Freshness>) -> Result<(), BadSignature> {
    let expected = "t=<unix seconds>,v1=<hex>";
    let malformed = BadSignature::Malformed { signer: Signer::Cope, expected };
    let parts: Vec<(&str, &str)> = signature.split(',').filter_map(|part| part.trim().split_once('=')).collect();
    let named = |name| parts.iter().filter(move |(found, _)| *found == name).map(|(_, value)| *value);
    let is_number = |text: &&str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    let Some(time) = named("t").next().filter(is_number) else { return Err(malformed) };
    let Some(signed_at) = time.parse::<i64>().ok() else { return Err(malformed) };
    let Some(signatures) = named("v1").map(unhex).collect::<Option<Vec<_>>>() else { return Err(malformed) };
    if signatures.is_empty() {
        return Err(malformed);
    }
    // While a secret is changed, there can be a signature for each.
    let is_any = |signature: &Vec<u8>| is_of(signature, secret, &[time.as_bytes(), b".", body]);
    if !signatures.iter().any(is_any) {
        return Err(BadSignature::Wrong);
    }
    match freshness {
        Some(Freshness { now, seconds: most }) => {
            let age = now.timestamp().abs_diff(signed_at);
            if age > most { Err(BadSignature::Stale { age, most }) } else { Ok(()) }
        }
        None => Ok(()),
    }
}

fn is_of(signature: &[u8], secret: &Secret, parts: &[&[u8]]) -> bool {
    // A key of any length is one: this cannot fail.
    let Ok(mut mac) = Hmac::<Sha256>::new_from_slice(&secret.0) else { return false };
    for part in parts {
        mac.update(part);
    }
    mac.verify_slice(signature).is_ok()
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

    const BODY: &[u8] = br#"{"event_type":"payment.made"}"#;

    // Reckoned by openssl: openssl dgst -sha256 -hmac SECRET, of the body and of "1774429200." with the body.
    const BASE64: &str = "j77FjKOPGZCqnewZRZbOXF2YrZXRWqbq8f7XR/vD/qo=";
    const HEX: &str = "ca33563c9e54fba050198d5872faa782ee8c090d7cd1ffb71cfaff962412bbd0";

    fn secret() -> Secret {
        Secret::new(b"whsec_made_up\n").unwrap()
    }

    fn of_copecart(signature: &str, body: &[u8]) -> Result<(), BadSignature> {
        verify(Signer::Copecart, &secret(), signature, body, None)
    }

    fn of_cope(signature: &str, body: &[u8], freshness: Option<Freshness>) -> Result<(), BadSignature> {
        verify(Signer::Cope, &secret(), signature, body, freshness)
    }

    fn signed(time: &str) -> String {
        format!("t={time},v1={HEX}")
    }

    #[test]
    fn a_body_that_the_platform_signed_is_its_own() {
        assert_eq!(of_copecart(BASE64, BODY), Ok(()));
        assert_eq!(of_cope(&signed("1774429200"), BODY, None), Ok(()));
        assert_eq!(of_cope(&format!(" v1={} , t=1774429200", HEX.to_uppercase()), BODY, None), Ok(()));
    }

    #[test]
    fn another_body_secret_or_time_is_not() {
        let with_line_break = [BODY, b"\n"].concat();
        assert_eq!(of_copecart(BASE64, &with_line_break), Err(BadSignature::Wrong));
        assert_eq!(of_cope(&signed("1774429200"), &with_line_break, None), Err(BadSignature::Wrong));
        assert_eq!(of_cope(&signed("1774429201"), BODY, None), Err(BadSignature::Wrong));
        assert_eq!(of_cope(&signed("01774429200"), BODY, None), Err(BadSignature::Wrong));
        let other = Secret::new(b"other").unwrap();
        assert_eq!(verify(Signer::Copecart, &other, BASE64, BODY, None), Err(BadSignature::Wrong));
        assert_eq!(verify(Signer::Cope, &other, &signed("1774429200"), BODY, None), Err(BadSignature::Wrong));
    }

    #[test]
    fn a_part_of_a_signature_is_none() {
        for signature in ["", &BASE64[..8]] {
            assert_eq!(of_copecart(signature, BODY), Err(BadSignature::Wrong), "{signature}");
        }
        assert_eq!(of_cope(&format!("t=1774429200,v1={}", &HEX[..2]), BODY, None), Err(BadSignature::Wrong));
        assert_eq!(of_cope("t=1774429200,v1=", BODY, None), Err(BadSignature::Wrong));
    }

    #[test]
    fn while_a_secret_is_changed_one_of_several_signatures_is_enough() {
        let both = format!("t=1774429200,v1={},v1={HEX}", "00".repeat(32));
        assert_eq!(of_cope(&both, BODY, None), Ok(()));
    }

    #[test]
    fn what_is_no_signature_at_all_says_what_one_looks_like() {
        let malformed = |result: Result<(), BadSignature>| matches!(result, Err(BadSignature::Malformed { .. }));
        assert!(malformed(of_copecart(&signed("1774429200"), BODY)));
        let v1 = format!("v1={HEX}");
        for text in ["", BASE64, "t=1774429200", &v1, "t=,v1=00", "t=x,v1=00", "t=1,v1=0", "t=1,v1=zz"] {
            assert!(malformed(of_cope(text, BODY, None)), "{text}");
        }
        let error = of_cope("", BODY, None).unwrap_err();
        let said = "the signature is not what X-Cope-Signature carries: t=<unix seconds>,v1=<hex>";
        assert_eq!((error.to_string().as_str(), error.code()), (said, "bad_signature"));
    }

    #[test]
    fn how_old_a_signature_may_be_is_said_by_whoever_asks() {
        let at = |now: &str| {
            let freshness = Freshness { now: instant(now), seconds: 300 };
            of_cope(&signed("1774429200"), BODY, Some(freshness))
        };
        assert_eq!(at("2026-03-25T09:05:00Z"), Ok(()));
        assert_eq!(at("2026-03-25T08:55:00Z"), Ok(()));
        assert_eq!(at("2026-03-25T09:05:01Z"), Err(BadSignature::Stale { age: 301, most: 300 }));
        assert_eq!(at("2026-03-25T08:54:59Z").unwrap_err().code(), "stale_signature");
    }

    #[test]
    fn a_secret_has_something_in_it_and_shows_nothing() {
        for empty in [&b""[..], b"\n", b"\r\n"] {
            assert_eq!(Secret::new(empty), None);
        }
        assert_eq!(format!("{:?}", secret()), "Secret");
        assert_eq!(secret(), Secret::new(b"whsec_made_up\r\n").unwrap());
    }
}
