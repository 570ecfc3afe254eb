//! The keys of the configuration, and what they mean.

use super::document::{Document, Section, whole_number};
use super::{
    Color, Config, LONGEST_BATCH, LONGEST_DUE_DAYS, LONGEST_SETTLEMENT_DAYS, LONGEST_WAIT_SECONDS, NoticeSettings,
};
use crate::domain::ids::ProductId;
use crate::domain::money::{Money, TypedAmount};
use crate::domain::notice::{Language, Mailbox};
use crate::domain::refund::Reason;
use crate::domain::return_period::{LONGEST_DAYS, ReturnPeriod};
use crate::domain::rules::period::{PeriodStarts, Periods};
use crate::domain::rules::policy::DueDays;
use crate::domain::rules::window::{Settlement, SettlementRule};
use crate::domain::sale::transaction::{Method, SaleStatus};
use crate::domain::suggestion::nearest;
use crate::domain::time::Zone;
use crate::import::settings::{CsvSettings, DateForm, DecimalSign, Encoding};
use crate::import::{Column, signers};
use crate::output::ui::Format;
use chrono::NaiveDate;
use std::collections::{BTreeMap, BTreeSet};
use toml::de::DeValue;

/// The words of a setting, each with its meaning.
pub(super) type Words<T, const N: usize> = [(&'static str, T); N];

pub(super) const STARTS: Words<PeriodStarts, 2> = [("order", PeriodStarts::Order), ("payment", PeriodStarts::Payment)];
pub(super) const DELIMITERS: Words<u8, 4> = [(",", b','), (";", b';'), ("tab", b'\t'), ("|", b'|')];
pub(super) const DECIMALS: Words<DecimalSign, 2> = [(".", DecimalSign::Point), (",", DecimalSign::Comma)];
pub(super) const DATES: Words<DateForm, 3> =
    [("iso", DateForm::Iso), ("day-first", DateForm::DayFirst), ("month-first", DateForm::MonthFirst)];
pub(super) const ENCODINGS: Words<Encoding, 2> = [("utf-8", Encoding::Utf8), ("windows-1252", Encoding::Windows1252)];

/// The statuses that can be set for a whole file. "unknown" is what no setting means, and "charged_back" needs a
/// chargeback.
const STATUSES: [SaleStatus; 6] = [
    SaleStatus::Paid,
    SaleStatus::Pending,
    SaleStatus::Trial,
    SaleStatus::Failed,
    SaleStatus::Upcoming,
    SaleStatus::Refunded,
];

/// The configuration in a document, which collects the problems.
pub(super) fn config(document: &Document<'_>) -> Config {
    let root = document.root();
    let usual = Config::default();
    let mut config = Config {
        store: root.text("store", "a file's path"),
        format: root.word("format", &words(Format::ALL, Format::word)).unwrap_or(usual.format),
        color: root.word("color", &words(Color::ALL, Color::word)).unwrap_or(usual.color),
        ascii: root.yes_or_no("ascii").unwrap_or(usual.ascii),
        actor: actor(&root),
        time_zone: root
            .name("time_zone", "a time zone such as \"Europe/Berlin\"", |text| text.parse().ok(), near_zone)
            .unwrap_or(usual.time_zone),
        default_reason: root.word("default_reason", &words(Reason::ALL, Reason::word)),
        ..usual
    };
    returns(root.section("returns"), &mut config.periods);
    config.periods.by_product = products(&root.section("products"));
    config.settlement = settlement(root.section("settlement"));
    config.holidays = holidays(root.section("calendar"));
    due(root.section("due"), &mut config.due);
    import(root.section("import"), &mut config);
    signatures(root.section("signatures"), &mut config);
    config.notice = notice(root.section("notice"));
    limits(root.section("limits"), &mut config);
    locks(root.section("locks"), &mut config);
    root.close();
    config
}

/// Every variant of an enum, with its word.
pub(super) fn words<T: Copy>(all: &[T], word: fn(T) -> &'static str) -> Vec<(&'static str, T)> {
    all.iter().map(|value| (word(*value), *value)).collect()
}

/// The word for a meaning.
pub(super) fn word_of<T: PartialEq>(words: &[(&'static str, T)], meaning: &T) -> Option<&'static str> {
    words.iter().find(|(_, known)| known == meaning).map(|(word, _)| *word)
}

/// An empty name means the name of the user, as the example says.
fn actor(root: &Section<'_>) -> Option<String> {
    let named = root.value("actor", "a name", |value| value.as_str().map(str::to_owned));
    named.filter(|name| !name.trim().is_empty())
}

fn near_zone(text: &str) -> Option<&'static str> {
    let known: Vec<&str> = Zone::names().collect();
    nearest(text, &known)
}

fn returns(section: Section<'_>, periods: &mut Periods) {
    if let Some(period) = return_period(&section, "period") {
        periods.default = period;
    }
    if let Some(starts) = section.word("period_starts", &STARTS) {
        periods.starts = starts;
    }
    section.close();
}

fn return_period(section: &Section<'_>, key: &'static str) -> Option<ReturnPeriod> {
    let expected = format!("a number of days from 0 to {LONGEST_DAYS}, or \"none\"");
    section.value(key, &expected, |value| match value {
        DeValue::String(text) if text == "none" => Some(ReturnPeriod::Disabled),
        value => whole_number(value, LONGEST_DAYS).map(ReturnPeriod::Days),
    })
}

/// A product is named by its ID, or by its name if the exports have no ID.
fn products(section: &Section<'_>) -> BTreeMap<String, ReturnPeriod> {
    let mut periods = BTreeMap::new();
    for (name, product) in section.sections() {
        let period = return_period(&product, "return_period");
        product.need("return_period");
        // Names follow the rules of IDs: not empty, not overlong, no control characters.
        match ProductId::new(name) {
            Ok(id) if id.as_str() == name => {
                periods.extend(period.map(|period| (name.to_owned(), period)));
            }
            Ok(_) => product.report("begins or ends with a space"),
            Err(error) => product.report(&format!("cannot be a product: {error}")),
        }
        product.close();
    }
    periods
}

fn settlement(section: Section<'_>) -> Settlement {
    let mut by_method = BTreeMap::new();
    // Test payments move no money, so they have no window.
    for method in Method::ALL.iter().filter(|method| **method != Method::Test) {
        let rule = section.section(method.word());
        if rule.is_there() {
            by_method.extend(settlement_rule(&rule).map(|rule| (*method, rule)));
            rule.close();
        }
    }
    section.close();
    Settlement { by_method }
}

fn settlement_rule(section: &Section<'_>) -> Option<SettlementRule> {
    let from = section.number("from", LONGEST_SETTLEMENT_DAYS);
    let by = section.number("by", LONGEST_SETTLEMENT_DAYS);
    section.need("from");
    section.need("by");
    let rule = SettlementRule { from: from?, by: by? };
    if rule.from > rule.by {
        section.report(&format!("has from = {}, which is later than by = {}", rule.from, rule.by));
    }
    Some(rule)
}

fn holidays(section: Section<'_>) -> BTreeSet<NaiveDate> {
    let days = section.list("holidays", "a day such as \"2026-12-24\"", day);
    section.close();
    days.into_iter().collect()
}

fn due(section: Section<'_>, due: &mut DueDays) {
    let days =
        [("legal_days", &mut due.legal), ("chargeback_days", &mut due.chargeback), ("failed_days", &mut due.failed)];
    for (key, days) in days {
        *days = section.number(key, LONGEST_DUE_DAYS).unwrap_or(*days);
    }
    section.close();
}

/// A string or a TOML date; `2026-3-5` and times are refused.
fn day(value: &DeValue<'_>) -> Option<NaiveDate> {
    let text = match value {
        DeValue::String(text) => text.to_string(),
        DeValue::Datetime(date) => date.to_string(),
        _ => return None,
    };
    text.parse().ok().filter(|day: &NaiveDate| day.to_string() == text)
}

fn import(section: Section<'_>, config: &mut Config) {
    let statuses = words(&STATUSES, SaleStatus::word);
    config.currency = section.name("currency", "a currency code such as \"EUR\"", |text| text.parse().ok(), |_| None);
    config.status = section.word("status", &statuses);
    config.csv = csv(section.section("csv"));
    section.close();
}

fn csv(section: Section<'_>) -> CsvSettings {
    let settings = CsvSettings {
        columns: columns(section.section("columns")),
        delimiter: section.word("delimiter", &DELIMITERS),
        decimal: section.word("decimal", &DECIMALS),
        dates: section.word("dates", &DATES),
        encoding: section.word("encoding", &ENCODINGS),
        make_ids: section.yes_or_no("make_ids").unwrap_or_default(),
    };
    section.close();
    settings
}

fn columns(section: Section<'_>) -> BTreeMap<Column, String> {
    let names: Vec<&str> = Column::of_exports().map(Column::word).collect();
    let columns = section.mapped(&names, "the header of a column");
    section.close();
    columns.into_iter().filter_map(|(column, header)| Some((column.parse().ok()?, header))).collect()
}

fn signatures(section: Section<'_>, config: &mut Config) {
    let file = |key| Some((key, section.text(key, "a file's path")?));
    config.secret_files = signers().filter_map(|signer| file(signer.config_key)).collect();
    section.close();
}

fn notice(section: Section<'_>) -> NoticeSettings {
    let settings = NoticeSettings {
        language: section.word("language", &words(Language::ALL, Language::word)),
        from: section.value("from", "an address such as \"Yoga at home <hello@example.com>\"", |value| {
            Mailbox::parse(value.as_str()?)
        }),
        templates: section.text("templates", "a folder's path"),
    };
    section.close();
    settings
}

/// One amount for each currency. A second one would be added to the first, so it is refused.
fn limits(section: Section<'_>, config: &mut Config) {
    if let Some(lines) = section.number("batch_lines", LONGEST_BATCH) {
        config.limits.lines = u64::from(lines);
    }
    let expected = "a list of amounts such as [\"5000.00 EUR\"], one for each currency";
    let sums = section.list("batch_total", expected, |value| sum(value.as_str()?));
    for sum in sums {
        let is_known = config.limits.totals.iter().any(|known| known.currency() == sum.currency());
        if is_known || config.limits.totals.add(sum).is_err() {
            section.report(&format!("batch_total names {} twice", sum.currency()));
        }
    }
    section.close();
}

fn sum(text: &str) -> Option<Money> {
    let typed: TypedAmount = text.parse().ok()?;
    typed.in_currency(typed.currency()?).ok()
}

fn locks(section: Section<'_>, config: &mut Config) {
    if let Some(seconds) = section.number("wait_seconds", LONGEST_WAIT_SECONDS) {
        config.wait_seconds = seconds;
    }
    section.close();
}
