//! That the vendor has dealt with a sale or a dispute outside the desk.

use chrono::NaiveDate;

/// A matter that is done, with what was known of it then.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DoneMark {
    pub on: NaiveDate,
    pub note: Option<String>,
    /// The refunds and chargebacks of the sale, or the report of the dispute. What is not listed here is new.
    pub covers: Vec<String>,
}

impl DoneMark {
    /// Whether nothing was reported since.
    pub fn covers_all(&self, known: &[String]) -> bool {
        known.iter().all(|each| self.covers.contains(each))
    }
}
