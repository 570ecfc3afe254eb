//! Whether a captured notification was signed with the secret that the platform and the vendor share.
//!
//! Providers say how they sign ([`Signer`]); signatures are compared in constant time.

use crate::domain::time::Timestamp;
use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;
use std::fmt;

/// How a platform signs its notifications.
pub struct Signer {
    /// The word of `--verify`.
    pub word: &'static str,
    /// The HTTP header with the signature.
    pub header: &'static str,
    /// The environment variable with the secret.
    pub variable: &'static str,
    /// The key of `[signatures]` with the secret's file.
    pub config_key: &'static str,
    pub has_timestamp: bool,
    /// Checks the header's value against a secret and a body.
    pub check: fn(&Secret, &str, &[u8]) -> Result<SignedAt, BadSignature>,
}

/// When a signature was made, in Unix seconds, if it carries a timestamp.
pub type SignedAt = Option<i64>;

/// What only the platform and the vendor know. It is never shown.
#[derive(Clone, PartialEq, Eq)]
pub struct Secret(Vec<u8>);

impl Secret {
    /// Without the line break that editors put at the end of a file; `None` if nothing is left.
    pub fn new(bytes: &[u8]) -> Option<Self> {
        let bytes = bytes.strip_suffix(b"\n").unwrap_or(bytes);
        let bytes = bytes.strip_suffix(b"\r").unwrap_or(bytes);
        (!bytes.is_empty()).then(|| Self(bytes.to_vec()))
    }

    /// The signature is HMAC-SHA256 over the parts of the message, one after the other.
    pub fn has_signed(&self, signature: &[u8], message: &[&[u8]]) -> bool {
        // HMAC takes keys of any length, so this cannot fail.
        let Ok(mut mac) = Hmac::<Sha256>::new_from_slice(&self.0) else { return false };
        for part in message {
            mac.update(part);
        }
        mac.verify_slice(signature).is_ok()
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Secret")
    }
}

/// Why a notification is not trusted.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum BadSignature {
    #[error("this is not a value of {header}, which has the form {form}")]
    Malformed { header: &'static str, form: &'static str },
    #[error("the signature does not match this body and this secret")]
    Wrong,
    #[error("the signature is {age} seconds away from now, more than the {most} allowed")]
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

/// The greatest distance between now and the timestamp of a signature.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Freshness {
    pub now: Timestamp,
    pub seconds: u64,
}

/// Checks that `signature`, the value of the signer's header, was made from this body and secret.
pub fn verify(
    signer: &Signer,
    secret: &Secret,
    signature: &str,
    body: &[u8],
    freshness: Option<Freshness>,
) -> Result<(), BadSignature> {
    let signed_at = (signer.check)(secret, signature, body)?;
    let (Some(signed_at), Some(Freshness { now, seconds: most })) = (signed_at, freshness) else { return Ok(()) };
    let age = now.timestamp().abs_diff(signed_at);
    if age > most { Err(BadSignature::Stale { age, most }) } else { Ok(()) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_secret_is_not_empty_and_is_never_shown() {
        for empty in [&b""[..], b"\n", b"\r\n"] {
            assert_eq!(Secret::new(empty), None);
        }
        let secret = Secret::new(b"whsec_made_up\n").unwrap();
        assert_eq!(format!("{secret:?}"), "Secret");
        assert_eq!(Some(secret), Secret::new(b"whsec_made_up\r\n"));
    }
}
