//! Amounts as spreadsheets and people write them: which sign is the decimal one is decided over a whole column.

use crate::domain::money::{AmountProblem, Currency, Money};
use crate::import::error::{ImportError, Seen};
use crate::import::fault::shown;
use crate::import::settings::DecimalSign;

/// What the cells of an amount column say about the decimal sign.
#[derive(Debug, Clone, Default)]
pub struct DecimalSurvey {
    comma: Option<Seen>,
    point: Option<Seen>,
    undecided: Option<Seen>,
}

impl DecimalSurvey {
    pub fn see(&mut self, line: u64, cell: &str) {
        let parts = parts_of(cell);
        let slot = match evidence(parts.figure) {
            _ if !could_be_marker(parts.marker) => return,
            Evidence::None => return,
            Evidence::Decimal(DecimalSign::Comma) => &mut self.comma,
            Evidence::Decimal(DecimalSign::Point) => &mut self.point,
            Evidence::Undecided => &mut self.undecided,
        };
        slot.get_or_insert_with(|| Seen::new(line, cell));
    }

    /// `None` where no cell has a sign that matters.
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

/// What one cell says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Evidence {
    None,
    Decimal(DecimalSign),
    /// One sign, with three digits behind it: thousands as easily as decimals.
    Undecided,
}

fn evidence(figure: &str) -> Evidence {
    let is_digit = |c: char| c.is_ascii_digit();
    let is_figure = figure.starts_with(is_digit) && figure.ends_with(is_digit);
    if !is_figure || figure.contains(|c| !is_digit(c) && !is_thousands_sign(c)) {
        return Evidence::None;
    }
    let Some((last, sign)) = figure.char_indices().rev().find_map(|(at, c)| Some((at, decimal_sign(c)?))) else {
        return Evidence::None;
    };
    let (before, after) = (figure.get(..last).unwrap_or_default(), figure.get(last + 1..).unwrap_or_default());
    let is_repeated = before.contains(sign.sign());
    let has_groups = before.contains(|c| c != sign.sign() && is_thousands_sign(c));
    let could_be_group = after.len() == 3 && (1..=3).contains(&before.len()) && !before.starts_with('0');
    match (is_repeated, has_groups) {
        // `1.234,567.890` is no figure, and says nothing.
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

/// An amount, and whether a minus stood before it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Figure {
    /// In magnitude.
    pub amount: Money,
    pub is_negative: bool,
}

/// Why a cell is no amount.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum FigureProblem {
    Amount(String),
    /// The currency beside the figure is not the row's.
    Currency(String),
}

/// Reads `1.234,50 €`, `EUR -49,00`: thousands signs only in proper groups, a currency only the row's own.
pub fn read(cell: &str, sign: DecimalSign, currency: Currency) -> Result<Figure, FigureProblem> {
    let parts = parts_of(cell);
    let example = if sign == DecimalSign::Comma { "1.250,00" } else { "1,250.00" };
    let shown = shown(cell.trim());
    let no_amount = || FigureProblem::Amount(format!("`{shown}` is not an amount such as {example}"));
    if !could_be_marker(parts.marker) {
        return Err(no_amount());
    }
    if !parts.marker.is_empty() && !is_marker_of(parts.marker, currency) {
        return Err(FigureProblem::Currency(format!("`{shown}` is not in {currency}")));
    }
    let plain = plain(parts.figure, sign).ok_or_else(no_amount)?;
    let amount = exact(&plain, currency).map_err(FigureProblem::Amount)?;
    Ok(Figure { amount, is_negative: parts.is_negative })
}

/// Reads a figure as machines write it, `-100.0`, in magnitude; else says what is wrong with it.
pub fn exact(text: &str, currency: Currency) -> Result<Money, String> {
    Money::from_decimal(text, currency).map_err(|problem| match problem {
        AmountProblem::TooFine { decimals, .. } => {
            format!("`{}` is finer than {currency} can be: it has {decimals} decimals", shown(text))
        }
        AmountProblem::TooLarge(_) => format!("`{}` is more than the desk counts", shown(text)),
        _ => format!("`{}` is not an amount such as 12.50", shown(text)),
    })
}

/// A cell taken apart: `-`, `1.234,50` and `€`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Parts<'a> {
    is_negative: bool,
    figure: &'a str,
    /// The currency's sign or code; empty where there is none.
    marker: &'a str,
}

fn parts_of(cell: &str) -> Parts<'_> {
    let (outer, rest) = without_minus(cell.trim());
    let is_figure = |c: char| c.is_ascii_digit() || matches!(c, '-' | '−' | '+') || is_thousands_sign(c);
    let behind = rest.trim_start_matches(is_figure);
    let (marker, figure) = if behind.len() == rest.len() {
        let figure = rest.trim_start_matches(|c| !is_figure(c));
        (rest.get(..rest.len() - figure.len()).unwrap_or_default(), figure)
    } else {
        (behind, rest.get(..rest.len() - behind.len()).unwrap_or_default())
    };
    let (inner, figure) = if outer.is_some() { (None, figure.trim()) } else { without_minus(figure.trim()) };
    Parts { is_negative: outer.or(inner) == Some(true), figure, marker: marker.trim() }
}

/// Whether a minus stood before it (`None`: no sign at all), and what is left.
fn without_minus(text: &str) -> (Option<bool>, &str) {
    match text.strip_prefix(['-', '−']) {
        Some(rest) => (Some(true), rest.trim_start()),
        None => text.strip_prefix('+').map_or((None, text), |rest| (Some(false), rest.trim_start())),
    }
}

/// The figure with a decimal point and no thousands signs; `None` where they group nothing.
fn plain(figure: &str, sign: DecimalSign) -> Option<String> {
    let (whole, fraction) = match figure.split_once(sign.sign()) {
        Some((whole, fraction)) => (whole, Some(fraction)),
        None => (figure, None),
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
        read(cell, sign, Currency::EUR).ok().map(|figure| figure.amount.minor())
    }

    #[test]
    fn one_cell_that_cannot_be_read_otherwise_decides_for_the_column() {
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
    fn thousands_signs_stand_only_in_proper_groups() {
        for cell in ["1.234.567,80", "1'234'567,80", "1 234 567,80", "1\u{a0}234\u{a0}567,8", "1234567,80"] {
            assert_eq!(minor(cell, Comma), Some(123_456_780), "{cell}");
        }
        assert_eq!(minor("1,234.50", Point), Some(123_450));
        for cell in ["1.23,00", "1.2345,00", ".123,00", "1.234'567,00", "1..234", "12,34,56", "1_000", "1234.567"] {
            assert_eq!(minor(cell, Comma), None, "{cell}");
        }
    }

    #[test]
    fn a_currency_beside_the_figure_has_to_be_the_row_s() {
        for cell in ["49,00 €", "€49,00", "EUR 49,00", "49,00EUR", "49,00 eur", "-49,00 €", "€ -49,00", "−€49,00"]
        {
            assert_eq!(minor(cell, Comma), Some(4900), "{cell}");
        }
        let other = |cell| matches!(read(cell, Comma, Currency::EUR), Err(FigureProblem::Currency(_)));
        assert!(other("49,00 $") && other("USD 49,00") && !other("49,00 EURO"));
        let dollars = "CAD".parse().unwrap();
        assert_eq!(read("$49.00", Point, dollars).unwrap().amount, Money::new(4900, dollars));
    }

    #[test]
    fn what_is_no_figure_is_refused() {
        for cell in ["", "-", "1e2", "EUR", "12,", ",5", "--1", "1-2", "٣", "1,005", "10000000000", "EUR 49 EUR"] {
            assert_eq!(minor(cell, Comma), None, "{cell}");
        }
    }

    #[test]
    fn the_minus_is_told_apart_from_the_magnitude() {
        let negative = |cell| read(cell, Comma, Currency::EUR).map(|figure| figure.is_negative);
        assert_eq!((negative("-49,00 €"), negative("EUR -49")), (Ok(true), Ok(true)));
        assert_eq!((negative("+49,00"), negative("49")), (Ok(false), Ok(false)));
    }
}
