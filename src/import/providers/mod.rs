//! Every provider, one folder each. A new one adds its folder, its `mod` and its entry in [`ALL`].

mod cope;
mod copecart_csv;
mod copecart_ipn;
mod table;

use crate::domain::string_enum::{StringEnum, UnknownWord};
use crate::import::container::json::Object;
use crate::import::provider::{DocumentProvider, Provider, TableProvider};
use crate::import::signature::Signer;
use std::fmt;
use std::str::FromStr;

/// In the order in which they are tried. The last one reads documents that none recognises, such as the empty body
/// that CopeCart's test button sends.
pub const ALL: &[Provider] = &[
    Provider::Table(&table::Table),
    Provider::Table(&copecart_csv::CopecartCsv),
    Provider::Documents(&cope::Cope),
    Provider::Documents(FALLBACK),
];

const FALLBACK: &dyn DocumentProvider = &copecart_ipn::CopecartIpn;

/// Those that read tables, the desk's own first.
pub fn tables() -> Vec<&'static dyn TableProvider> {
    let table = |provider: &Provider| match provider {
        Provider::Table(table) => Some(*table),
        Provider::Documents(_) => None,
    };
    ALL.iter().filter_map(table).collect()
}

fn documents() -> impl Iterator<Item = &'static dyn DocumentProvider> {
    ALL.iter().filter_map(|provider| match provider {
        Provider::Documents(documents) => Some(*documents),
        Provider::Table(_) => None,
    })
}

/// The provider that recognises the object.
pub fn recognise(object: &Object) -> Option<&'static dyn DocumentProvider> {
    documents().find(|provider| provider.recognises(object))
}

/// The provider that recognises the object, else the last one.
pub fn reader_of(object: &Object) -> &'static dyn DocumentProvider {
    recognise(object).unwrap_or(FALLBACK)
}

/// Those that sign their notifications, each with its signer.
fn signing() -> impl Iterator<Item = (&'static dyn DocumentProvider, &'static Signer)> {
    documents().filter_map(|provider| Some((provider, provider.signer()?)))
}

/// Every way in which notifications are signed.
pub fn signers() -> impl Iterator<Item = &'static Signer> {
    signing().map(|(_, signer)| signer)
}

/// The provider whose notifications are signed in this way.
pub fn signed_by(signer: &Signer) -> Option<Provider> {
    let is_it = |(_, other): &(_, &Signer)| other.word == signer.word;
    signing().find(is_it).map(|(provider, _)| Provider::Documents(provider))
}

impl fmt::Debug for Provider {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.word())
    }
}

impl StringEnum for Provider {
    fn words() -> Vec<&'static str> {
        ALL.iter().map(|provider| provider.word()).collect()
    }
}

impl FromStr for Provider {
    type Err = UnknownWord;

    fn from_str(text: &str) -> Result<Self, UnknownWord> {
        let unknown =
            || UnknownWord { what: "format of an import", text: text.into(), known: Self::words().join(", ") };
        ALL.iter().copied().find(|provider| provider.word() == text).ok_or_else(unknown)
    }
}

impl StringEnum for &'static Signer {
    fn words() -> Vec<&'static str> {
        signers().map(|signer| signer.word).collect()
    }
}

impl FromStr for &'static Signer {
    type Err = UnknownWord;

    fn from_str(text: &str) -> Result<Self, UnknownWord> {
        let unknown =
            || UnknownWord { what: "platform that signs", text: text.into(), known: Self::words().join(", ") };
        signers().find(|signer| signer.word == text).ok_or_else(unknown)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_provider_and_signer_is_found_by_its_word() {
        for provider in ALL {
            assert_eq!(provider.word().parse::<Provider>().unwrap().word(), provider.word());
        }
        for signer in signers() {
            assert_eq!(signer.word.parse::<&Signer>().unwrap().header, signer.header);
            assert!(signed_by(signer).is_some());
        }
        let unknown = "xml".parse::<Provider>().unwrap_err().to_string();
        assert!(unknown.starts_with("`xml` is not a format of an import; expected one of csv, "), "{unknown}");
    }
}
