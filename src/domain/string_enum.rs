//! Enums whose variants each have one stable word, used in the store, in JSON and on the command line.

/// Declares an enum with its words, and derives `ALL`, `word()`, `Display` and `FromStr` from that one list.
macro_rules! string_enum {
    ($(#[$meta:meta])* $name:ident, $what:literal { $($(#[$doc:meta])* $variant:ident = $word:literal),+ $(,)? }) => {
        $(#[$meta])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
        pub enum $name { $($(#[$doc])* $variant),+ }

        impl $name {
            /// Every variant, in order of declaration.
            pub const ALL: &[Self] = &[$(Self::$variant),+];

            /// The stable word.
            pub const fn word(self) -> &'static str {
                match self { $(Self::$variant => $word),+ }
            }
        }

        impl $crate::domain::string_enum::StringEnum for $name {
            fn words() -> Vec<&'static str> {
                Self::ALL.iter().map(|each| each.word()).collect()
            }
        }

        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.pad(self.word())
            }
        }

        impl std::str::FromStr for $name {
            type Err = $crate::domain::string_enum::UnknownWord;
            fn from_str(text: &str) -> Result<Self, Self::Err> {
                Self::ALL.iter().copied().find(|known| known.word() == text).ok_or_else(|| {
                    $crate::domain::string_enum::UnknownWord {
                        what: $what,
                        text: text.to_owned(),
                        known: Self::ALL.iter().map(|known| known.word()).collect::<Vec<_>>().join(", "),
                    }
                })
            }
        }
    };
}
pub(crate) use string_enum;

/// An enum with a stable word for each variant.
pub trait StringEnum {
    /// All words, in order of declaration.
    fn words() -> Vec<&'static str>;
}

/// A word that is none of the enum's.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{text}` is not a {what}; expected one of {known}")]
pub struct UnknownWord {
    pub what: &'static str,
    pub text: String,
    pub known: String,
}
