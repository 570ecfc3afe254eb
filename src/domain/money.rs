//! Exact amounts of money: whole minor units of one currency, never a float, never a total across currencies.

use std::collections::BTreeMap;
use std::fmt;
use std::str::FromStr;

/// The largest supported amount, in minor units: a billion units of a currency with cents.
pub const MOST_MINOR: i64 = 100_000_000_000;

/// The most decimals that any currency has.
const MOST_DECIMALS: usize = 4;

/// An ISO 4217 currency with minor units.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Currency(iso_currency::Currency);

/// A text that is not the code of a currency.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{0}` is not a currency code such as EUR")]
pub struct UnknownCurrency(pub String);

impl Currency {
    /// The euro, which most tests use.
    #[cfg(test)]
    pub const EUR: Self = Self(iso_currency::Currency::EUR);

    /// Three letters, `EUR`.
    pub fn code(self) -> &'static str {
        self.0.code()
    }

    /// The number of decimals: 2 for EUR, 0 for JPY, 3 for BHD.
    pub fn exponent(self) -> u32 {
        u32::from(self.0.exponent().unwrap_or(0))
    }
}

impl FromStr for Currency {
    type Err = UnknownCurrency;

    /// Case is ignored. Metals and test codes, which have no minor unit, are refused.
    fn from_str(text: &str) -> Result<Self, UnknownCurrency> {
        iso_currency::Currency::from_code(&text.to_ascii_uppercase())
            .filter(|currency| currency.exponent().is_some())
            .map(Self)
            .ok_or_else(|| UnknownCurrency(text.to_owned()))
    }
}

impl fmt::Display for Currency {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.code())
    }
}

/// An amount: `minor` units of `currency`. It has no `+` and no order, since two amounts may differ in currency.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Money {
    minor: i64,
    currency: Currency,
}

/// Why two amounts cannot be combined.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum MoneyError {
    #[error("{0} and {1} are different currencies")]
    Currencies(Currency, Currency),
    #[error("the total is above the largest supported amount")]
    Overflow,
}

impl Money {
    pub const fn new(minor: i64, currency: Currency) -> Self {
        Self { minor, currency }
    }

    pub const fn zero(currency: Currency) -> Self {
        Self { minor: 0, currency }
    }

    /// Whole minor units: cents for EUR.
    pub const fn minor(self) -> i64 {
        self.minor
    }

    pub const fn currency(self) -> Currency {
        self.currency
    }

    pub const fn is_zero(self) -> bool {
        self.minor == 0
    }

    pub fn plus(self, other: Self) -> Result<Self, MoneyError> {
        self.with(other, i64::checked_add)
    }

    pub fn minus(self, other: Self) -> Result<Self, MoneyError> {
        self.with(other, i64::checked_sub)
    }

    /// Whether `self` is more than `other`; an error if the currencies differ.
    pub fn exceeds(self, other: Self) -> Result<bool, MoneyError> {
        Ok(self.minus(other)?.minor > 0)
    }

    fn with(self, other: Self, operation: fn(i64, i64) -> Option<i64>) -> Result<Self, MoneyError> {
        if self.currency != other.currency {
            return Err(MoneyError::Currencies(self.currency, other.currency));
        }
        let minor = operation(self.minor, other.minor).ok_or(MoneyError::Overflow)?;
        Ok(Self { minor, ..self })
    }

    /// The number in major units, with a decimal point: `49.00`, `4900` for JPY.
    pub fn major(self) -> String {
        let decimals = self.currency.exponent() as usize;
        let sign = if self.minor < 0 { "-" } else { "" };
        let digits = format!("{:0>width$}", self.minor.unsigned_abs(), width = decimals + 1);
        match digits.split_at_checked(digits.len().saturating_sub(decimals)) {
            Some((whole, fraction)) if decimals > 0 => format!("{sign}{whole}.{fraction}"),
            _ => format!("{sign}{digits}"),
        }
    }

    /// Reads a decimal number as programs write it (`100`, `100.0`, `-4.90`): a point, no thousands separators. The
    /// sign is dropped, since some exports write refunds as negative amounts and others as positive ones.
    pub fn from_decimal(text: &str, currency: Currency) -> Result<Self, AmountProblem> {
        let magnitude = text.strip_prefix(['-', '+']).unwrap_or(text);
        let (whole, fraction) = magnitude.split_once('.').unwrap_or((magnitude, ""));
        let has_digits = !whole.is_empty() && (magnitude.len() == whole.len() || !fraction.is_empty());
        if !has_digits || !all_digits(whole) || !all_digits(fraction) {
            return Err(AmountProblem::NotANumber(text.to_owned()));
        }
        minor_units(whole, fraction, currency).map(|minor| Self { minor, currency })
    }
}

impl fmt::Display for Money {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&format!("{} {}", self.major(), self.currency))
    }
}

/// What is wrong with an amount.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum AmountProblem {
    #[error("`{0}` is not an amount such as 12.50")]
    NotANumber(String),
    #[error("the amount is zero")]
    Zero,
    #[error("the amount is negative; write the refund as a positive amount")]
    Negative,
    #[error("`{text}` has too many decimals: {currency} has {decimals}")]
    TooFine { text: String, currency: Currency, decimals: u32 },
    #[error("`{0}` has too many decimals: no currency has more than {MOST_DECIMALS}")]
    FinerThanAny(String),
    #[error("`{text}` is ambiguous: the separator could mark thousands or decimals")]
    Ambiguous { text: String, readings: Vec<Money> },
    #[error("`{0}` is above the largest supported amount")]
    TooLarge(String),
    #[error("the amount is in {asked}, the sale in {sale}")]
    OtherCurrency { asked: Currency, sale: Currency },
}

fn all_digits(text: &str) -> bool {
    text.bytes().all(|byte| byte.is_ascii_digit())
}

/// `whole.fraction` in minor units. Behind the currency's decimals only zeros are allowed.
fn minor_units(whole: &str, fraction: &str, currency: Currency) -> Result<i64, AmountProblem> {
    let decimals = currency.exponent() as usize;
    let as_typed = || if fraction.is_empty() { whole.to_owned() } else { format!("{whole}.{fraction}") };
    let (kept, finer) = fraction.split_at_checked(decimals).unwrap_or((fraction, ""));
    if finer.bytes().any(|digit| digit != b'0') {
        return Err(AmountProblem::TooFine { text: as_typed(), currency, decimals: currency.exponent() });
    }
    format!("{whole}{kept:0<decimals$}")
        .parse()
        .ok()
        .filter(|minor| *minor <= MOST_MINOR)
        .ok_or_else(|| AmountProblem::TooLarge(as_typed()))
}

/// An amount as typed: `12.50`, `12,50`, `12.50 EUR`. What it means depends on the sale's currency.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TypedAmount {
    text: String,
    negative: bool,
    whole: String,
    fraction: Option<String>,
    currency: Option<Currency>,
}

/// A text that is not an amount in any currency.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{0}` is not an amount: write 12.50, 12,50 or 12.50 EUR")]
pub struct NotAnAmount(pub String);

impl FromStr for TypedAmount {
    type Err = NotAnAmount;

    fn from_str(text: &str) -> Result<Self, NotAnAmount> {
        let no = || NotAnAmount(text.to_owned());
        let trimmed = text.trim();
        let number_end = trimmed.trim_end_matches(|c: char| c.is_ascii_alphabetic()).len();
        let (number, code) = trimmed.split_at_checked(number_end).ok_or_else(no)?;
        let currency = if code.is_empty() { None } else { Some(code.parse().map_err(|_| no())?) };
        let number = number.trim_end();
        let (negative, magnitude) = number.strip_prefix('-').map_or((false, number), |rest| (true, rest));
        let (whole, fraction) = match magnitude.split_once(['.', ',']) {
            Some((whole, fraction)) => (whole, Some(fraction)),
            None => (magnitude, None),
        };
        let is_number = !whole.is_empty() && all_digits(whole);
        if !is_number || fraction.is_some_and(|digits| digits.is_empty() || !all_digits(digits)) {
            return Err(no());
        }
        let fraction = fraction.map(str::to_owned);
        Ok(Self { text: trimmed.to_owned(), negative, whole: whole.to_owned(), fraction, currency })
    }
}

impl TypedAmount {
    /// The currency, if one was typed.
    pub fn currency(&self) -> Option<Currency> {
        self.currency
    }

    /// The same number in this currency; `None` if another currency was typed.
    pub fn of_currency(self, currency: Currency) -> Option<Self> {
        let agrees = self.currency.is_none_or(|typed| typed == currency);
        agrees.then_some(Self { currency: Some(currency), ..self })
    }

    /// Finds what is wrong whatever the sale's currency is: in the currency that was typed, else in every currency.
    pub fn check(&self) -> Result<(), AmountProblem> {
        if let Some(currency) = self.currency {
            return self.checked_in(currency).map(|_| ());
        }
        let fraction = self.fraction.as_deref().unwrap_or("");
        let is_nothing = |digits: &str| digits.bytes().all(|digit| digit == b'0');
        if self.negative {
            Err(AmountProblem::Negative)
        } else if is_nothing(&self.whole) && is_nothing(fraction) {
            Err(AmountProblem::Zero)
        } else if !self.whole.parse().is_ok_and(|units: i64| units <= MOST_MINOR) {
            Err(AmountProblem::TooLarge(self.text.clone()))
        } else if !is_nothing(fraction.get(MOST_DECIMALS..).unwrap_or("")) {
            Err(AmountProblem::FinerThanAny(self.text.clone()))
        } else {
            Ok(())
        }
    }

    /// The amount in the sale's currency. Three digits behind the separator are refused as ambiguous, unless it is a
    /// point in a currency with three decimals: so the desk writes them itself. An amount that is wrong in its typed
    /// currency is reported as such, not as a wrong currency.
    pub fn in_currency(&self, sale: Currency) -> Result<Money, AmountProblem> {
        match self.checked_in(self.currency.unwrap_or(sale))? {
            sum if sum.currency() == sale => Ok(sum),
            sum => Err(AmountProblem::OtherCurrency { asked: sum.currency(), sale }),
        }
    }

    fn checked_in(&self, currency: Currency) -> Result<Money, AmountProblem> {
        if self.negative {
            return Err(AmountProblem::Negative);
        }
        let fraction = self.fraction.as_deref().unwrap_or("");
        let is_point = self.text.contains('.');
        if fraction.len() == 3 && !(currency.exponent() == 3 && is_point) && !self.whole.starts_with('0') {
            return Err(AmountProblem::Ambiguous { text: self.text.clone(), readings: self.readings(currency) });
        }
        match minor_units(&self.whole, fraction, currency)? {
            0 => Err(AmountProblem::Zero),
            minor => Ok(Money::new(minor, currency)),
        }
    }

    /// The separator as a mark of thousands, and as a decimal sign.
    fn readings(&self, currency: Currency) -> Vec<Money> {
        let fraction = self.fraction.as_deref().unwrap_or("");
        let grouped = format!("{}{fraction}", self.whole);
        let both = [(grouped.as_str(), ""), (self.whole.as_str(), fraction)];
        let exact = both.into_iter().filter_map(|(whole, fraction)| minor_units(whole, fraction, currency).ok());
        exact.map(|minor| Money::new(minor, currency)).collect()
    }
}

/// One total per currency, in the order of the currency codes.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Totals(BTreeMap<&'static str, Money>);

impl Totals {
    pub fn add(&mut self, sum: Money) -> Result<(), MoneyError> {
        let total = self.0.entry(sum.currency().code()).or_insert(Money::zero(sum.currency()));
        *total = total.plus(sum)?;
        Ok(())
    }

    pub fn iter(&self) -> impl Iterator<Item = Money> + '_ {
        self.0.values().copied()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn currency(code: &str) -> Currency {
        code.parse().unwrap()
    }

    fn typed(text: &str, code: &str) -> Result<i64, AmountProblem> {
        text.parse::<TypedAmount>().unwrap().in_currency(currency(code)).map(Money::minor)
    }

    #[test]
    fn either_decimal_separator_and_a_currency_code_are_understood() {
        for text in ["12.50", "12,50", "12.5", "12,5 EUR", "12.50EUR", " 12.50 eur "] {
            assert_eq!(typed(text, "EUR"), Ok(1250), "{text}");
        }
        assert_eq!(typed("1250", "JPY"), Ok(1250));
        assert_eq!(typed("1.250", "BHD"), Ok(1250));
    }

    #[test]
    fn a_separator_that_could_mark_thousands_is_ambiguous() {
        for text in ["1.250", "1,250", "12.000"] {
            assert!(matches!(typed(text, "EUR"), Err(AmountProblem::Ambiguous { .. })), "{text}");
        }
        assert!(matches!(typed("1.049", "JPY"), Err(AmountProblem::Ambiguous { .. })));
        assert!(matches!(typed("1,234", "KWD"), Err(AmountProblem::Ambiguous { .. })));
    }

    #[test]
    fn an_ambiguous_amount_has_the_readings_that_its_currency_allows() {
        let readings = |text, code| -> Vec<String> {
            match typed(text, code) {
                Err(AmountProblem::Ambiguous { readings, .. }) => readings.iter().map(|sum| sum.major()).collect(),
                other => panic!("{other:?}"),
            }
        };
        let none: [String; 0] = [];
        assert_eq!(readings("1,250", "EUR"), ["1250.00", "1.25"]);
        assert_eq!(readings("1.234", "EUR"), ["1234.00"]);
        assert_eq!(readings("1,234", "KWD"), ["1234.000", "1.234"]);
        assert_eq!(readings("1,234", "JPY"), ["1234"]);
        assert_eq!(readings("999999999999,999", "EUR"), none);
    }

    #[test]
    fn zero_negative_and_too_many_decimals_are_named() {
        assert_eq!(typed("0", "EUR"), Err(AmountProblem::Zero));
        assert_eq!(typed("-1", "EUR"), Err(AmountProblem::Negative));
        assert!(matches!(typed("0.001", "EUR"), Err(AmountProblem::TooFine { decimals: 2, .. })));
        assert!(matches!(typed("12.5", "JPY"), Err(AmountProblem::TooFine { decimals: 0, .. })));
        assert!(matches!(typed("9223372036854775807.99", "EUR"), Err(AmountProblem::TooLarge(_))));
        assert!(matches!(typed("5 USD", "EUR"), Err(AmountProblem::OtherCurrency { .. })));
    }

    #[test]
    fn a_bad_number_is_named_before_its_other_currency() {
        assert_eq!(typed("-5 USD", "EUR"), Err(AmountProblem::Negative));
        assert_eq!(typed("0 USD", "EUR"), Err(AmountProblem::Zero));
        assert!(matches!(typed("12.5 JPY", "EUR"), Err(AmountProblem::TooFine { .. })));
        assert!(matches!(typed("1.250 BHD", "EUR"), Err(AmountProblem::OtherCurrency { .. })));
    }

    #[test]
    fn a_text_that_is_not_a_number_is_not_an_amount() {
        for text in ["", "1e3", "NaN", "inf", "12.", ".5", "1.2.3", "1 000", "12.50 XXX", "--1", "٣", "EUR"] {
            assert!(text.parse::<TypedAmount>().is_err(), "{text}");
        }
    }

    #[test]
    fn numbers_of_programs_are_exact_and_their_sign_is_dropped() {
        let read = |text| Money::from_decimal(text, Currency::EUR).map(Money::minor);
        assert_eq!(read("100.0"), Ok(10_000));
        assert_eq!(read("100.000"), Ok(10_000));
        assert_eq!(read("-4.90"), Ok(490));
        assert_eq!(read("1000000000.00"), Ok(MOST_MINOR));
        assert!(matches!(read("1000000000.01"), Err(AmountProblem::TooLarge(_))));
        assert!(matches!(read("100.005"), Err(AmountProblem::TooFine { .. })));
        for text in ["", "-", "1e2", "1.", "1,5", ".5", "--1"] {
            assert!(matches!(read(text), Err(AmountProblem::NotANumber(_))), "{text}");
        }
    }

    #[test]
    fn without_a_currency_only_what_is_wrong_in_every_currency_is_an_error() {
        let check = |text: &str| text.parse::<TypedAmount>().unwrap().check();
        for text in ["0.001", "1.049", "1.250", "0,0001", "1.00000", "100000000000", "12.50", "1"] {
            assert_eq!(check(text), Ok(()), "{text}");
        }
        assert_eq!(check("-1"), Err(AmountProblem::Negative));
        assert_eq!(check("0"), Err(AmountProblem::Zero));
        assert_eq!(check("0.0000000"), Err(AmountProblem::Zero));
        for text in ["100000000001", "9223372036854775807.99", "99999999999999999999999"] {
            assert_eq!(check(text), Err(AmountProblem::TooLarge(text.into())), "{text}");
        }
        assert_eq!(check("0.00001"), Err(AmountProblem::FinerThanAny("0.00001".into())));
        let most = iso_currency::Currency::CLF.exponent().map(usize::from);
        assert_eq!(most, Some(MOST_DECIMALS));
    }

    #[test]
    fn a_number_with_a_currency_is_checked_in_that_currency() {
        let check = |text: &str| text.parse::<TypedAmount>().unwrap().check();
        assert!(matches!(check("0.001 EUR"), Err(AmountProblem::TooFine { .. })));
        assert!(matches!(check("1.250 EUR"), Err(AmountProblem::Ambiguous { .. })));
        assert_eq!(check("1.250 BHD"), Ok(()));
    }

    #[test]
    fn a_number_takes_a_currency_that_does_not_contradict_it() {
        let of = |text: &str| text.parse::<TypedAmount>().unwrap().of_currency(Currency::EUR);
        assert_eq!(of("12.50").and_then(|amount| amount.currency()), Some(Currency::EUR));
        assert!(of("12.50 eur").is_some());
        assert_eq!(of("12.50 USD"), None);
    }

    #[test]
    fn an_amount_is_written_with_its_currency_s_decimals() {
        assert_eq!(Money::new(4900, Currency::EUR).to_string(), "49.00 EUR");
        assert_eq!(Money::new(5, Currency::EUR).to_string(), "0.05 EUR");
        assert_eq!(Money::new(-5, Currency::EUR).to_string(), "-0.05 EUR");
        assert_eq!(Money::new(4900, currency("JPY")).to_string(), "4900 JPY");
        assert_eq!(Money::new(4900, currency("BHD")).to_string(), "4.900 BHD");
    }

    #[test]
    fn amounts_of_two_currencies_do_not_combine() {
        let (euro, yen) = (Money::new(1, Currency::EUR), Money::new(1, currency("JPY")));
        assert!(matches!(euro.plus(yen), Err(MoneyError::Currencies(..))));
        assert_eq!(Money::new(i64::MAX, Currency::EUR).plus(euro), Err(MoneyError::Overflow));
        let mut totals = Totals::default();
        for sum in [euro, yen, euro] {
            totals.add(sum).unwrap();
        }
        let shown: Vec<_> = totals.iter().map(|sum| sum.to_string()).collect();
        assert_eq!(shown, ["0.02 EUR", "1 JPY"]);
    }

    #[test]
    fn metals_and_test_codes_are_not_currencies() {
        for code in ["XXX", "XAU", "XTS", "EURO", ""] {
            assert!(code.parse::<Currency>().is_err(), "{code}");
        }
        assert_eq!(currency("eur"), Currency::EUR);
    }
}
