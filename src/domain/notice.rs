//! What a customer is told of a refund.

use crate::domain::vocabulary::vocabulary;

vocabulary! {
    /// The languages that a message can be written in: those of the platform's markets.
    Language, "language" {
        French = "fr",
        German = "de",
        English = "en",
    }
}
