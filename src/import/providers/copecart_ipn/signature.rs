//! `X-Copecart-Signature`: the base64 of HMAC-SHA256 over the raw body, without a timestamp (IPN documentation 1.6.7).

use crate::import::signature::{BadSignature, Secret, SignedAt, Signer};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;

pub static SIGNER: Signer = Signer {
    word: "copecart",
    header: HEADER,
    variable: "RETOUR_COPECART_SECRET",
    config_key: "copecart_secret_file",
    has_timestamp: false,
    check,
};

const HEADER: &str = "X-Copecart-Signature";

fn check(secret: &Secret, signature: &str, body: &[u8]) -> Result<SignedAt, BadSignature> {
    let malformed = |_| BadSignature::Malformed { header: HEADER, form: "base64" };
    let signature = STANDARD.decode(signature.trim()).map_err(malformed)?;
    if secret.has_signed(&signature, &[body]) { Ok(None) } else { Err(BadSignature::Wrong) }
}

#[cfg(test)]
mod tests {
    use super::*;

    const BODY: &[u8] = br#"{"event_type":"payment.made"}"#;

    // Calculated by openssl: openssl dgst -sha256 -hmac SECRET -binary | base64.
    const BASE64: &str = "j77FjKOPGZCqnewZRZbOXF2YrZXRWqbq8f7XR/vD/qo=";

    fn checked(signature: &str, body: &[u8]) -> Result<SignedAt, BadSignature> {
        check(&Secret::new(b"whsec_made_up\n").unwrap(), signature, body)
    }

    #[test]
    fn only_a_signature_of_this_body_and_secret_is_accepted() {
        assert_eq!(checked(BASE64, BODY), Ok(None));
        assert_eq!(checked(BASE64, &[BODY, b"\n"].concat()), Err(BadSignature::Wrong));
        let other = Secret::new(b"other").unwrap();
        assert_eq!(check(&other, BASE64, BODY), Err(BadSignature::Wrong));
    }

    #[test]
    fn the_beginning_of_a_signature_is_not_accepted() {
        for signature in ["", &BASE64[..8]] {
            assert_eq!(checked(signature, BODY), Err(BadSignature::Wrong), "{signature}");
        }
    }

    #[test]
    fn a_value_of_another_form_says_what_the_form_is() {
        let error = checked("t=1774429200,v1=00", BODY).unwrap_err();
        let message = "this is not a value of X-Copecart-Signature, which has the form base64";
        assert_eq!((error.to_string().as_str(), error.code()), (message, "bad_signature"));
    }
}
