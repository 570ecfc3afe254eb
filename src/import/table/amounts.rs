//! Amounts as spreadsheets and people write them. The decimal sign is decided for a whole column.

use crate::domain::money::{AmountProblem, Currency, Money};
use crate::import::error::{ImportError, Seen};
use crate::import::fault::shown;
use crate::import::settings::DecimalSign;
use crate::import::words::yes_or_no;

/// What the cells of an amount column show about the decimal sign.
#[derive(Debug, Clone, Default)]
pub struct DecimalSurvey {
    comma: Option<Seen>,
    point: Option<Seen>,
    undecided: Option<Seen>,
}

impl DecimalSurvey {
    pub fn see(&mut self, line: u64, cell: &str) {
        let parts = split(cell);
        let slot = match evidence(parts.number) {
            _ if !could_be_marker(parts.marker) => return,
            Evidence::None => return,
            Evidence::Decimal(DecimalSign::Comma) => &mut self.comma,
            Evidence::Decimal(DecimalSign::Point) => &mut self.point,
            Evidence::Undecided => &mut self.undecided,
        };
        slot.get_or_insert_with(|| Seen::new(line, cell));
    }

    /// `None` if no cell has a sign that matters.
    pub fn decide(self, wanted: Option<DecimalSign>) -> Result<Option<DecimalSign>, ImportError> {
        match (wanted, self.comma, self.point, self.undecided) {
            (Some(sign), ..) => Ok(Some(sign)),
            (None, Some(comma), Some(point), _) => Err(ImportError::ContradictoryDecimals { comma, point }),
            (None, Some(_), None, _) => Ok(Some(DecimalSign::Comma)),
            (None, None, Some(_), _) => Ok(Some(DecimalSign::Point)),
            (None, None, None, Some(cell)) => Err(ImportError::AmbiguousDecimal(cell)),
            (None, None, None, None) => Ok(None),
        }
    }
}

/// What one cell shows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Evidence {
    None,
    Decimal(DecimalSign),
    /// One sign with three digits after it could group thousands or begin decimals.
    Undecided,
}

fn evidence(number: &str) -> Evidence {
    let is_digit = |c: char| c.is_ascii_digit();
    let is_number = number.starts_with(is_digit) && number.ends_with(is_digit);
    if !is_number || number.contains(|c| !is_digit(c) && !is_thousands_sign(c)) {
        return Evidence::None;
    }
    let Some((last, sign)) = number.char_indices().rev().find_map(|(at, c)| Some((at, decimal_sign(c)?))) else {
        return Evidence::None;
    };
    let (before, after) = (number.get(..last).unwrap_or_default(), number.get(last + 1..).unwrap_or_default());
    let is_repeated = before.contains(sign.sign());
    let has_groups = before.contains(|c| c != sign.sign() && is_thousands_sign(c));
    let could_be_group = after.len() == 3 && (1..=3).contains(&before.len()) && !before.starts_with('0');
    match (is_repeated, has_groups) {
        // `1.234,567.890` is not an amount and shows nothing.
        (true, true) => Evidence::None,
        (true, false) => Evidence::Decimal(sign.other()),
        (false, true) => Evidence::Decimal(sign),
        (false, false) if could_be_group => Evidence::Undecided,
        (false, false) => Evidence::Decimal(sign),
    }
}

fn decimal_sign(letter: char) -> Option<DecimalSign> {
    [DecimalSign::Point, DecimalSign::Comma].into_iter().find(|sign| sign.sign() == letter)
}

fn is_thousands_sign(letter: char) -> bool {
    matches!(letter, '.' | ',' | '\'' | '’' | ' ' | '\u{a0}' | '\u{202f}')
}

/// Why a cell is not an amount.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum BadAmount {
    Amount(String),
    /// The currency next to the number is not the row's.
    Currency(String),
}

/// Reads `1.234,50 €`, `EUR -49,00`, `(49.00)` and `49,-` without their sign. Thousands signs must form proper groups,
/// and a currency must be the row's own.
pub fn read(cell: &str, sign: DecimalSign, currency: Currency) -> Result<Money, BadAmount> {
    let parts = split(cell);
    let example = if sign == DecimalSign::Comma { "1.250,00" } else { "1,250.00" };
    let shown = shown(cell.trim());
    let no_amount = || BadAmount::Amount(format!("`{shown}` is not an amount such as {example}"));
    if !could_be_marker(parts.marker) {
        return Err(no_amount());
    }
    if !parts.marker.is_empty() && !is_marker_of(parts.marker, currency) {
        return Err(BadAmount::Currency(format!("`{shown}` is not in {currency}")));
    }
    let plain = plain(parts.number, sign).ok_or_else(no_amount)?;
    exact(&plain, currency).map_err(BadAmount::Amount)
}

/// An amount above zero with a minus before or behind it, or in parentheses. `49,-` is a price without cents.
pub fn is_negative(cell: &str) -> bool {
    let has_sum = cell.bytes().any(|byte| matches!(byte, b'1'..=b'9'));
    let mut before = ' ';
    let mut is_minus = |letter: char| {
        let is_minus = MINUS.contains(&letter) && !matches!(before, ',' | '.');
        before = if MINUS.contains(&letter) { before } else { letter };
        is_minus
    };
    has_sum && (cell.chars().any(&mut is_minus) || cell.contains('(') && cell.contains(')'))
}

/// Zero, an empty cell, `-` and words such as `no`.
pub fn says_nothing(cell: &str) -> bool {
    !cell.chars().any(|letter| letter.is_alphanumeric() && letter != '0') || yes_or_no(cell) == Some(false)
}

const MINUS: [char; 4] = ['-', '−', '–', '—'];

fn in_parentheses(cell: &str) -> Option<&str> {
    cell.trim().strip_prefix('(')?.strip_suffix(')')
}

/// Reads a number as machines write it, `-100.0`, without its sign; the error says what is wrong with it.
pub fn exact(text: &str, currency: Currency) -> Result<Money, String> {
    Money::from_decimal(text, currency).map_err(|problem| match problem {
        AmountProblem::TooFine { decimals, .. } => {
            format!("`{}` has too many decimals: {currency} has {decimals}", shown(text))
        }
        AmountProblem::TooLarge(_) => format!("`{}` is above the largest supported amount", shown(text)),
        _ => format!("`{}` is not an amount such as 12.50", shown(text)),
    })
}

/// The parts of a cell: `1.234,50` and `€`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct SplitCell<'a> {
    /// Without its sign.
    number: &'a str,
    /// The currency's sign or code; empty if there is none.
    marker: &'a str,
}

fn split(cell: &str) -> SplitCell<'_> {
    let cell = in_parentheses(cell).unwrap_or(cell).trim();
    let rest = without_sign(cell);
    let is_number = |c: char| c.is_ascii_digit() || c == '+' || MINUS.contains(&c) || is_thousands_sign(c);
    let behind = rest.trim_start_matches(is_number);
    let (marker, number) = if behind.len() == rest.len() {
        let number = rest.trim_start_matches(|c| !is_number(c));
        (rest.get(..rest.len() - number.len()).unwrap_or_default(), number)
    } else {
        (behind, rest.get(..rest.len() - behind.len()).unwrap_or_default())
    };
    let number = number.trim();
    let number = if rest == cell { without_sign(number) } else { number };
    SplitCell { number: without_dashes(number), marker: marker.trim() }
}

fn without_sign(text: &str) -> &str {
    text.strip_prefix('+').or(text.strip_prefix(MINUS)).map_or(text, str::trim_start)
}

/// `5` of `5-`, which is negative, and of `5,-`, which is a price.
fn without_dashes(number: &str) -> &str {
    match number.trim_end_matches(MINUS) {
        same if same == number => number,
        rest => rest.strip_suffix([',', '.']).unwrap_or(rest),
    }
}

/// The number with a decimal point and no thousands signs; `None` if the signs do not form groups.
fn plain(number: &str, sign: DecimalSign) -> Option<String> {
    let (whole, fraction) = match number.split_once(sign.sign()) {
        Some((whole, fraction)) => (whole, Some(fraction)),
        None => (number, None),
    };
    let whole = ungrouped(whole)?;
    Some(fraction.map_or(whole.clone(), |fraction| format!("{whole}.{fraction}")))
}

fn ungrouped(whole: &str) -> Option<String> {
    let Some(separator) = whole.chars().find(|c| !c.is_ascii_digit()) else {
        return Some(whole.to_owned());
    };
    let mut groups = whole.split(separator);
    let is_first = groups.next().is_some_and(|first| (1..=3).contains(&first.len()) && all_digits(first));
    let is_grouped = is_first && groups.all(|group| group.len() == 3 && all_digits(group));
    (is_thousands_sign(separator) && is_grouped).then(|| whole.replace(separator, ""))
}

fn all_digits(text: &str) -> bool {
    text.bytes().all(|byte| byte.is_ascii_digit())
}

/// A currency's code, or a sign that can mean it.
fn is_marker_of(marker: &str, currency: Currency) -> bool {
    marker.eq_ignore_ascii_case(currency.code()) || codes_of_sign(marker).contains(&currency.code())
}

fn could_be_marker(marker: &str) -> bool {
    marker.is_empty() || !codes_of_sign(marker).is_empty() || marker.parse::<Currency>().is_ok()
}

/// The currencies that a sign is used for.
pub fn codes_of_sign(sign: &str) -> &'static [&'static str] {
    match sign {
        "€" => &["EUR"],
        "£" => &["GBP"],
        "$" => &["USD", "AUD", "CAD", "NZD", "SGD", "HKD", "MXN"],
        "¥" => &["JPY", "CNY"],
        "zł" => &["PLN"],
        _ => &[],
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use DecimalSign::{Comma, Point};

    fn decided(cells: &[&str]) -> Result<Option<DecimalSign>, &'static str> {
        let mut survey = DecimalSurvey::default();
        for (cell, line) in cells.iter().zip(2..) {
            survey.see(line, cell);
        }
        survey.decide(None).map_err(|error| error.code())
    }

    fn minor(cell: &str, sign: DecimalSign) -> Option<i64> {
        read(cell, sign, Currency::EUR).ok().map(Money::minor)
    }

    #[test]
    fn one_unambiguous_cell_decides_for_the_column() {
        for (cells, expected) in [
            (&["1.250", "12,5"][..], Comma),
            (&["1,250", "12.50"], Point),
            (&["1.250,00"], Comma),
            (&["1,250.00"], Point),
            (&["1.250.000"], Comma),
            (&["1'250.500"], Point),
            (&["1 250,500"], Comma),
            (&["1\u{202f}250,500 €"], Comma),
            (&["0,500"], Comma),
            (&["1250.500"], Point),
            (&["-49,00 EUR", "49"], Comma),
            (&["€49.00"], Point),
        ] {
            assert_eq!(decided(cells), Ok(Some(expected)), "{cells:?}");
        }
        assert_eq!(decided(&["49", "", "x", "v1.2", "1.2,3.4", ",50"]), Ok(None));
    }

    #[test]
    fn a_column_of_possible_thousands_is_ambiguous_and_the_setting_decides() {
        assert_eq!(decided(&["1.250", "49"]), Err("ambiguous_decimal"));
        assert_eq!(decided(&["1.250", "1,250"]), Err("ambiguous_decimal"));
        let mut survey = DecimalSurvey::default();
        survey.see(2, "1.250");
        assert_eq!(survey.decide(Some(Point)), Ok(Some(Point)));
    }

    #[test]
    fn a_column_that_contradicts_itself_names_both_lines() {
        let mut survey = DecimalSurvey::default();
        survey.see(2, "12,50");
        survey.see(3, "12.50");
        let expected =
            ImportError::ContradictoryDecimals { comma: Seen::new(2, "12,50"), point: Seen::new(3, "12.50") };
        assert_eq!(survey.decide(None), Err(expected));
    }

    #[test]
    fn thousands_signs_must_form_proper_groups() {
        for cell in ["1.234.567,80", "1'234'567,80", "1 234 567,80", "1\u{a0}234\u{a0}567,8", "1234567,80"] {
            assert_eq!(minor(cell, Comma), Some(123_456_780), "{cell}");
        }
        assert_eq!(minor("1,234.50", Point), Some(123_450));
        for cell in ["1.23,00", "1.2345,00", ".123,00", "1.234'567,00", "1..234", "12,34,56", "1_000", "1234.567"] {
            assert_eq!(minor(cell, Comma), None, "{cell}");
        }
    }

    #[test]
    fn a_currency_next_to_the_number_must_be_the_row_s() {
        for cell in ["49,00 €", "€49,00", "EUR 49,00", "49,00EUR", "49,00 eur", "-49,00 €", "€ -49,00", "−€49,00"]
        {
            assert_eq!(minor(cell, Comma), Some(4900), "{cell}");
        }
        let other = |cell| matches!(read(cell, Comma, Currency::EUR), Err(BadAmount::Currency(_)));
        assert!(other("49,00 $") && other("USD 49,00") && !other("49,00 EURO"));
        let dollars = "CAD".parse().unwrap();
        assert_eq!(read("$49.00", Point, dollars).unwrap(), Money::new(4900, dollars));
    }

    #[test]
    fn a_cell_that_is_not_a_number_is_refused() {
        for cell in ["", "-", "1e2", "EUR", "12,", ",5", "--1", "1-2", "٣", "1,005", "10000000000", "EUR 49 EUR"] {
            assert_eq!(minor(cell, Comma), None, "{cell}");
        }
    }

    #[test]
    fn the_minus_is_separate_from_the_amount() {
        for cell in ["-49,00 €", "EUR -49", "−49", "–49,00", "49,00-", "49- €", "(49,00)", "(49,00 €)", "€ (49)"]
        {
            assert!(is_negative(cell), "{cell}");
        }
        for cell in ["+49,00", "49", "49,-", "49,-- €", "49.–", "-", "-0,00", "0,00-"] {
            assert!(!is_negative(cell), "{cell}");
        }
        for cell in ["–49,00", "49,00-", "49- €", "(49,00 €)", "49,-", "49,-- €"] {
            assert_eq!(minor(cell, Comma), Some(4900), "{cell}");
        }
    }
}
