//! Dates as spreadsheets and people write them. Whether the day or the month comes first is decided for the whole file.

use crate::domain::time::{Timestamp, Zone};
use crate::import::error::{ImportError, Seen};
use crate::import::settings::DateForm;
use crate::import::written_time::{WrittenTime, day_of, split};

/// What the cells of a file show about dates with slashes. Dots always separate day, month and year, and hyphens year,
/// month and day, so those show nothing.
#[derive(Debug, Clone, Default)]
pub struct DateSurvey {
    day_first: Option<Seen>,
    month_first: Option<Seen>,
    undecided: Option<Seen>,
}

impl DateSurvey {
    pub fn see(&mut self, line: u64, cell: &str) {
        let Some((first, second, year)) = three(split(cell).0, '/') else {
            return;
        };
        let slot = match (day_of(year, second, first), day_of(year, first, second)) {
            (Some(_), None) => &mut self.day_first,
            (None, Some(_)) => &mut self.month_first,
            (Some(day), Some(month)) if day != month => &mut self.undecided,
            _ => return,
        };
        slot.get_or_insert_with(|| Seen::new(line, cell));
    }

    /// `None` if no cell has slashes that matter.
    pub fn decide(self, wanted: Option<DateForm>) -> Result<Option<DateForm>, ImportError> {
        match (wanted, self.day_first, self.month_first, self.undecided) {
            (Some(form), ..) => Ok(Some(form)),
            (None, Some(day_first), Some(month_first), _) => {
                Err(ImportError::ContradictoryDates { day_first, month_first })
            }
            (None, Some(_), None, _) => Ok(Some(DateForm::DayFirst)),
            (None, None, Some(_), _) => Ok(Some(DateForm::MonthFirst)),
            (None, None, None, Some(cell)) => Err(ImportError::AmbiguousDates(cell)),
            (None, None, None, None) => Ok(None),
        }
    }
}

/// Reads `2026-03-25 14:30`, `25.03.2026`, and `25/03/2026` or `03/25/2026` as the file's form says; without a
/// form only dates that are the same either way.
pub fn read(cell: &str, form: Option<DateForm>, zone: Zone) -> Option<Timestamp> {
    let (text, time) = split(cell);
    let written = if let Some((day, month, year)) = three(text, '.') {
        WrittenTime::new(day_of(year, month, day)?, time)
    } else if let Some((first, second, year)) = three(text, '/') {
        let (day, month) = match form {
            Some(DateForm::DayFirst) => (first, second),
            Some(DateForm::MonthFirst) => (second, first),
            None if first == second => (first, second),
            Some(DateForm::Iso) | None => return None,
        };
        WrittenTime::new(day_of(year, month, day)?, time)
    } else {
        WrittenTime::iso(cell)
    };
    written?.instant(zone)
}

fn three(text: &str, sign: char) -> Option<(&str, &str, &str)> {
    let mut parts = text.split(sign);
    let three = (parts.next()?, parts.next()?, parts.next()?);
    parts.next().is_none().then_some(three)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn decided(cells: &[&str]) -> Result<Option<DateForm>, &'static str> {
        let mut survey = DateSurvey::default();
        for (cell, line) in cells.iter().zip(2..) {
            survey.see(line, cell);
        }
        survey.decide(None).map_err(|error| error.code())
    }

    fn day(cell: &str, form: Option<DateForm>) -> Option<String> {
        read(cell, form, Zone::BERLIN).map(|at| Zone::BERLIN.day_of(at).to_string())
    }

    #[test]
    fn one_cell_beyond_12_decides_for_the_file() {
        assert_eq!(decided(&["01/02/2026", "25/03/2026 14:30"]), Ok(Some(DateForm::DayFirst)));
        assert_eq!(decided(&["01/02/2026", "03/25/2026"]), Ok(Some(DateForm::MonthFirst)));
        assert_eq!(decided(&["25.03.2026", "2026-03-25", "", "3/3/2026", "99/99/2026"]), Ok(None));
    }

    #[test]
    fn a_file_of_days_up_to_12_is_ambiguous_and_the_setting_decides() {
        assert_eq!(decided(&["01/02/2026", "25.03.2026"]), Err("ambiguous_dates"));
        let mut survey = DateSurvey::default();
        survey.see(2, "01/02/2026");
        assert_eq!(survey.decide(Some(DateForm::MonthFirst)), Ok(Some(DateForm::MonthFirst)));
        assert_eq!(day("01/02/2026", Some(DateForm::DayFirst)).as_deref(), Some("2026-02-01"));
        assert_eq!(day("01/02/2026", Some(DateForm::MonthFirst)).as_deref(), Some("2026-01-02"));
    }

    #[test]
    fn a_file_that_contradicts_itself_names_both_lines() {
        let mut survey = DateSurvey::default();
        survey.see(2, "25/03/2026");
        survey.see(3, "03/25/2026");
        let expected = ImportError::ContradictoryDates {
            day_first: Seen::new(2, "25/03/2026"),
            month_first: Seen::new(3, "03/25/2026"),
        };
        assert_eq!(survey.decide(None), Err(expected));
    }

    #[test]
    fn points_have_the_day_first_and_dashes_the_year_whatever_the_form() {
        for form in [None, Some(DateForm::Iso), Some(DateForm::DayFirst), Some(DateForm::MonthFirst)] {
            assert_eq!(day("05.03.2026", form).as_deref(), Some("2026-03-05"));
            assert_eq!(day("5.3.2026 23:59", form).as_deref(), Some("2026-03-05"));
            assert_eq!(day("2026-03-05T23:59:59.999", form).as_deref(), Some("2026-03-05"));
            assert_eq!(day("3/3/2026", form).is_some(), form != Some(DateForm::Iso));
        }
    }

    #[test]
    fn what_is_no_full_date_is_none() {
        for cell in ["", "25.03.26", "25/03/26", "31.02.2026", "25.03.", "25. März 2026", "25-03-2026", "01.01.1969"] {
            assert_eq!(day(cell, Some(DateForm::DayFirst)), None, "{cell}");
        }
    }
}
