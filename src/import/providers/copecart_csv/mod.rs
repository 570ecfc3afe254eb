//! CopeCart's transactions CSV, in German, English or French.
//!
//! No complete file is published, so headers are recognised leniently.

mod headers;

use crate::import::column::Column;
use crate::import::provider::TableProvider;

pub struct CopecartCsv;

impl TableProvider for CopecartCsv {
    fn word(&self) -> &'static str {
        "copecart-csv"
    }

    fn column(&self, header: &str) -> Option<Column> {
        headers::column(header)
    }

    /// Some of its files have one date only, under one name or the other.
    fn fallback(&self, column: Column) -> Option<Column> {
        (column == Column::PaidAt).then_some(Column::OrderedAt)
    }
}
