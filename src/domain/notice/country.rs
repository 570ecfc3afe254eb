//! The language of a country. Exports name a country by its ISO code, or by its name in one of the platform's
//! languages.

use super::Language;

/// Codes and names in lower case. Switzerland, Belgium, Luxembourg and Canada are left out because they have several
/// languages.
const COUNTRIES: &[(Language, &[&str])] = &[
    (
        Language::German,
        &[
            "de",
            "deu",
            "germany",
            "deutschland",
            "allemagne",
            "at",
            "aut",
            "austria",
            "österreich",
            "autriche",
            "li",
            "lie",
            "liechtenstein",
        ],
    ),
    (
        Language::French,
        &[
            "fr",
            "fra",
            "france",
            "frankreich",
            "mc",
            "mco",
            "monaco",
            // overseas
            "gp",
            "guadeloupe",
            "mq",
            "martinique",
            "gf",
            "re",
            "réunion",
            "la réunion",
            "yt",
            "mayotte",
            "nc",
            "pf",
            "pm",
            "bl",
            "mf",
            "wf",
        ],
    ),
    (
        Language::English,
        &[
            "gb",
            "uk",
            "gbr",
            "united kingdom",
            "great britain",
            "england",
            "scotland",
            "wales",
            "vereinigtes königreich",
            "großbritannien",
            "royaume-uni",
            "ie",
            "irl",
            "ireland",
            "irland",
            "irlande",
            "us",
            "usa",
            "united states",
            "united states of america",
            "vereinigte staaten",
            "états-unis",
            "au",
            "aus",
            "australia",
            "australien",
            "australie",
            "nz",
            "nzl",
            "new zealand",
            "neuseeland",
            "nouvelle-zélande",
        ],
    ),
];

pub(super) fn language(country: &str) -> Option<Language> {
    let country = country.trim().to_lowercase();
    let speaks = |(_, names): &&(Language, &[&str])| names.contains(&country.as_str());
    COUNTRIES.iter().find(speaks).map(|(language, _)| *language)
}

/// Switzerland and Liechtenstein.
pub(super) fn has_swiss_forms(country: &str) -> bool {
    let country = country.trim().to_lowercase();
    let names = ["ch", "che", "switzerland", "schweiz", "suisse", "li", "lie", "liechtenstein"];
    names.contains(&country.as_str())
}
