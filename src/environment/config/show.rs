//! The configuration as a file, in the order of the example.

use super::Config;
use super::document::{bare_or_quoted, quoted};
use super::read::{DATES, DECIMALS, DELIMITERS, ENCODINGS, STARTS, word_of};
use crate::domain::return_period::ReturnPeriod;

/// A file that reads back as `config`. Settings without a value are left out.
pub(super) fn page(config: &Config) -> String {
    let mut page = Page::default();
    page.text("store", config.store.as_deref());
    page.text("format", Some(config.format.word()));
    page.text("color", Some(config.color.word()));
    page.line("ascii", config.ascii);
    page.text("actor", config.actor.as_deref());
    page.text("time_zone", Some(config.time_zone.name()));
    page.text("default_reason", config.default_reason.map(|reason| reason.word()));
    rules(&mut page, config);
    imports(&mut page, config);
    page.header("signatures");
    for (key, file) in &config.secret_files {
        page.text(key, Some(file));
    }
    page.header("notice");
    page.text("language", config.notice.language.map(|language| language.word()));
    page.text("from", config.notice.from.as_ref().map(ToString::to_string).as_deref());
    page.text("templates", config.notice.templates.as_deref());
    page.header("limits");
    page.line("batch_lines", config.limits.lines);
    let totals: Vec<String> = config.limits.totals.iter().map(|sum| quoted(&sum.to_string())).collect();
    page.line("batch_total", format!("[{}]", totals.join(", ")));
    page.header("locks");
    page.line("wait_seconds", config.wait_seconds);
    page.written
}

fn rules(page: &mut Page, config: &Config) {
    page.header("returns");
    page.line("period", days_or_none(config.periods.default));
    page.text("period_starts", word_of(&STARTS, &config.periods.starts));
    for (product, period) in &config.periods.by_product {
        page.header(&format!("products.{}", quoted(product)));
        page.line("return_period", days_or_none(*period));
    }
    for (method, rule) in &config.settlement.by_method {
        page.header(&format!("settlement.{method}"));
        page.line("from", rule.from);
        page.line("by", rule.by);
    }
    page.header("calendar");
    let holidays: Vec<String> = config.holidays.iter().map(|day| quoted(&day.to_string())).collect();
    page.line("holidays", format!("[{}]", holidays.join(", ")));
    page.header("due");
    page.line("legal_days", config.due.legal);
    page.line("chargeback_days", config.due.chargeback);
    page.line("failed_days", config.due.failed);
}

fn imports(page: &mut Page, config: &Config) {
    page.header("import");
    page.text("currency", config.currency.map(|currency| currency.code()));
    page.text("status", config.status.map(|status| status.word()));
    page.header("import.csv");
    page.text("delimiter", config.csv.delimiter.and_then(|sign| word_of(&DELIMITERS, &sign)));
    page.text("decimal", config.csv.decimal.and_then(|sign| word_of(&DECIMALS, &sign)));
    page.text("dates", config.csv.dates.and_then(|form| word_of(&DATES, &form)));
    page.text("encoding", config.csv.encoding.and_then(|encoding| word_of(&ENCODINGS, &encoding)));
    page.line("make_ids", config.csv.make_ids);
    page.header("import.csv.columns");
    for (column, header) in &config.csv.columns {
        page.text(column.word(), Some(header));
    }
}

fn days_or_none(period: ReturnPeriod) -> String {
    match period {
        ReturnPeriod::Disabled => quoted("none"),
        ReturnPeriod::Days(days) => days.to_string(),
    }
}

#[derive(Default)]
struct Page {
    written: String,
    /// Written before the next line, so that no table is empty.
    header: Option<String>,
}

impl Page {
    fn header(&mut self, name: &str) {
        self.header = Some(format!("\n[{name}]\n"));
    }

    fn line(&mut self, key: &str, value: impl std::fmt::Display) {
        let header = self.header.take().unwrap_or_default();
        self.written.push_str(&format!("{header}{} = {value}\n", bare_or_quoted(key)));
    }

    fn text(&mut self, key: &str, text: Option<&str>) {
        if let Some(text) = text {
            self.line(key, quoted(text));
        }
    }
}
