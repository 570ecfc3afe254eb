//! The settings: the key, the meaning and the kind of each, in the order of the example.

use super::document::Section;
use super::kind::{Kind, number, quoted, text, whole_number, words, yes_or_no};
use super::{Color, Config, NoticeSettings};
use crate::domain::batch::BatchLimits;
use crate::domain::ids::ProductId;
use crate::domain::money::{Money, Totals, TypedAmount};
use crate::domain::notice::{Language, Mailbox};
use crate::domain::refund::Reason;
use crate::domain::return_period::{LONGEST_DAYS, ReturnPeriod};
use crate::domain::rules::calendar::LegalHolidays;
use crate::domain::rules::period::{PeriodStarts, Periods};
use crate::domain::rules::policy::DueDays;
use crate::domain::rules::window::{Settlement, SettlementRule};
use crate::domain::sale::transaction::{Method, SaleStatus};
use crate::domain::time::Zone;
use crate::import::settings::{CsvSettings, DateForm, DecimalSign, Encoding, ORDER_AND_RATE};
use crate::import::{Column, signers};
use crate::output::ui::Format;
use chrono::NaiveDate;
use std::collections::BTreeMap;
use toml::de::DeValue;

/// The longest time to wait for another desk, in seconds.
const LONGEST_WAIT_SECONDS: u32 = 600;

/// The highest limit for the lines of a batch.
const LONGEST_BATCH: u32 = 1_000_000;

/// The most days that `refunds due` can look ahead or back.
const LONGEST_DUE_DAYS: u32 = 366;

/// The latest end of a settlement window, in business days.
const LONGEST_SETTLEMENT_DAYS: u32 = 60;

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

/// The reasons that need nothing else. One that overrides every return period is never a default.
const DEFAULT_REASONS: [Reason; 3] = [Reason::CustomerRequest, Reason::Returned, Reason::Dissatisfied];

/// Changes `config` to what a file sets, whose page then shows all settings.
pub(super) fn read(root: &Section<'_>, config: &mut Config) {
    root.optional("store", &mut config.store, text("a file's path"));
    root.setting("format", &mut config.format, words(Format::ALL, Format::word));
    root.setting("color", &mut config.color, words(Color::ALL, Color::word));
    root.setting("ascii", &mut config.ascii, yes_or_no());
    root.optional("actor", &mut config.actor, Kind::text("a name", |name| Some(name.to_owned()), String::clone));
    // An empty name means the name of the user, as the example says.
    config.actor.take_if(|name| name.trim().is_empty());
    root.setting("time_zone", &mut config.time_zone, zone());
    root.optional("default_reason", &mut config.default_reason, words(&DEFAULT_REASONS, Reason::word));
    returns(&root.section("returns"), &mut config.periods);
    products(&root.section("products"), &mut config.periods);
    settlement(&root.section("settlement"), &mut config.settlement);
    let calendar = root.section("calendar");
    let holidays = config.holidays.iter().copied().collect();
    config.holidays = calendar.list("holidays", holidays, day()).into_iter().collect();
    calendar.setting("legal_holidays", &mut config.legal_holidays, legal_holidays());
    due(&root.section("due"), &mut config.due);
    import(&root.section("import"), config);
    let signatures = root.section("signatures");
    for signer in signers() {
        in_map(&signatures, signer.config_key, &mut config.secret_files, signer.config_key, "a file's path");
    }
    notice(&root.section("notice"), &mut config.notice);
    limits(&root.section("limits"), &mut config.limits);
    root.section("locks").setting("wait_seconds", &mut config.wait_seconds, number(LONGEST_WAIT_SECONDS));
}

/// A text in a map, which has no entry without it.
fn in_map<K: Ord>(section: &Section<'_>, key: &str, map: &mut BTreeMap<K, String>, entry: K, expected: &str) {
    let mut value = map.remove(&entry);
    section.optional(key, &mut value, text(expected));
    map.extend(value.map(|value| (entry, value)));
}

fn zone() -> Kind<Zone> {
    let read = |text: &str| text.parse().ok();
    let zone = Kind::text("a time zone such as \"Europe/Berlin\"", read, |zone: &Zone| zone.name().to_owned());
    zone.knowing(Zone::names().collect())
}

fn returns(section: &Section<'_>, periods: &mut Periods) {
    section.setting("period", &mut periods.default, return_period());
    section.setting("period_starts", &mut periods.starts, words(PeriodStarts::ALL, PeriodStarts::word));
    section.setting("roll_over", &mut periods.roll_over, yes_or_no());
}

fn return_period() -> Kind<ReturnPeriod> {
    let read = |value: &DeValue<'_>| match value {
        DeValue::String(text) if text == "none" => Some(ReturnPeriod::Disabled),
        value => whole_number(value, LONGEST_DAYS).map(ReturnPeriod::Days),
    };
    Kind::new(format!("a number of days from 0 to {LONGEST_DAYS}, or \"none\""), read, |period| match period {
        ReturnPeriod::Disabled => quoted("none"),
        ReturnPeriod::Days(days) => days.to_string(),
    })
}

/// A product is named by its ID, or by its name if the exports have no ID.
fn products(section: &Section<'_>, periods: &mut Periods) {
    let names: Vec<String> = periods.by_product.keys().cloned().chain(section.keys()).collect();
    for name in names {
        let product = section.section(&name);
        let (mut period, mut withdrawal) = (periods.by_product.remove(&name), !periods.waived.remove(&name));
        product.optional("return_period", &mut period, return_period());
        product.need("return_period");
        product.setting("withdrawal", &mut withdrawal, yes_or_no());
        periods.waived.extend((!withdrawal).then(|| name.clone()));
        // Names follow the rules of IDs: not empty, not overlong, no control characters.
        match ProductId::new(&name) {
            Ok(id) if id.as_str() == name => periods.by_product.extend(period.map(|period| (name, period))),
            Ok(_) => product.report("begins or ends with a space"),
            Err(error) => product.report(&format!("cannot be a product: {error}")),
        }
    }
}

fn settlement(section: &Section<'_>, settlement: &mut Settlement) {
    // Test payments move no money, so they have no window.
    for method in Method::ALL.iter().filter(|method| **method != Method::Test) {
        let rule = settlement.by_method.remove(method);
        let section = section.section(method.word());
        if section.is_there() || rule.is_some() {
            settlement.by_method.extend(settlement_rule(&section, rule).map(|rule| (*method, rule)));
        }
    }
}

fn settlement_rule(section: &Section<'_>, rule: Option<SettlementRule>) -> Option<SettlementRule> {
    let (mut from, mut by) = (rule.map(|rule| rule.from), rule.map(|rule| rule.by));
    section.optional("from", &mut from, number(LONGEST_SETTLEMENT_DAYS));
    section.optional("by", &mut by, number(LONGEST_SETTLEMENT_DAYS));
    section.need("from");
    section.need("by");
    let rule = SettlementRule { from: from?, by: by? };
    if rule.from > rule.by {
        section.report(&format!("has from = {}, which is later than by = {}", rule.from, rule.by));
    }
    Some(rule)
}

/// A string or a TOML date; `2026-3-5` and times are refused.
fn day() -> Kind<NaiveDate> {
    let read = |value: &DeValue<'_>| {
        let text = match value {
            DeValue::String(text) => text.to_string(),
            DeValue::Datetime(date) => date.to_string(),
            _ => return None,
        };
        text.parse().ok().filter(|day: &NaiveDate| day.to_string() == text)
    };
    Kind::new("a day such as \"2026-12-24\"", read, |day| quoted(&day.to_string()))
}

/// A country's holidays, or a list of days.
fn legal_holidays() -> Kind<LegalHolidays> {
    let read = |value: &DeValue<'_>| match (value.as_str(), value.as_array()) {
        (Some("DE"), _) => Some(LegalHolidays::Germany),
        (Some("FR"), _) => Some(LegalHolidays::France),
        (_, Some(days)) => {
            let days: Option<_> = days.iter().map(|each| (day().read)(each.get_ref())).collect();
            days.map(LegalHolidays::Days)
        }
        _ => None,
    };
    let expected = "\"DE\", \"FR\" or a list of days such as [\"2026-10-03\"]";
    let kind = Kind::new(expected, read, |holidays| match holidays {
        LegalHolidays::Germany => quoted("DE"),
        LegalHolidays::France => quoted("FR"),
        LegalHolidays::Days(days) => {
            let days: Vec<String> = days.iter().map(|day| quoted(&day.to_string())).collect();
            format!("[{}]", days.join(", "))
        }
    });
    kind.knowing(vec!["DE", "FR"])
}

fn due(section: &Section<'_>, due: &mut DueDays) {
    section.setting("legal_days", &mut due.legal, number(LONGEST_DUE_DAYS));
    section.setting("chargeback_days", &mut due.chargeback, number(LONGEST_DUE_DAYS));
    section.setting("failed_days", &mut due.failed, number(LONGEST_DUE_DAYS));
}

fn import(section: &Section<'_>, config: &mut Config) {
    let currency = Kind::text("a currency code such as \"EUR\"", |text| text.parse().ok(), ToString::to_string);
    section.optional("currency", &mut config.currency, currency);
    section.optional("status", &mut config.status, words(&STATUSES, SaleStatus::word));
    csv(&section.section("csv"), &mut config.csv);
}

fn csv(section: &Section<'_>, csv: &mut CsvSettings) {
    let columns = section.section("columns");
    section.optional("delimiter", &mut csv.delimiter, words(b",;\t|", delimiter));
    section.optional("decimal", &mut csv.decimal, words(DecimalSign::ALL, DecimalSign::word));
    section.optional("dates", &mut csv.dates, words(DateForm::ALL, DateForm::word));
    section.optional("encoding", &mut csv.encoding, words(Encoding::ALL, Encoding::word));
    section.setting("make_ids", &mut csv.make_ids, made_ids());
    for column in Column::of_exports() {
        in_map(&columns, column.word(), &mut csv.columns, column, "the header of a column");
    }
}

/// The columns of a made-up ID; the order's is always one of them.
fn made_ids() -> Kind<Vec<Column>> {
    let column = |value: &DeValue<'_>| {
        let word = value.as_str()?;
        Column::of_exports().find(|column| column.word() == word)
    };
    let read = move |value: &DeValue<'_>| {
        if let Some(is_on) = value.as_bool() {
            return Some(if is_on { ORDER_AND_RATE.to_vec() } else { Vec::new() });
        }
        let columns: Option<Vec<Column>> = value.as_array()?.iter().map(|each| column(each.get_ref())).collect();
        columns.filter(|all| all.contains(&Column::OrderId) && !all.contains(&Column::TransactionId))
    };
    let expected = "true, false, or a list of columns such as [\"order_id\", \"rate_number\", \"kind\"]";
    Kind::new(expected, read, |columns: &Vec<Column>| match columns.as_slice() {
        [] => "false".to_owned(),
        columns if columns == ORDER_AND_RATE => "true".to_owned(),
        columns => {
            let columns: Vec<String> = columns.iter().map(|column| quoted(column.word())).collect();
            format!("[{}]", columns.join(", "))
        }
    })
}

fn delimiter(sign: u8) -> &'static str {
    match sign {
        b'\t' => "tab",
        b';' => ";",
        b'|' => "|",
        _ => ",",
    }
}

fn notice(section: &Section<'_>, notice: &mut NoticeSettings) {
    let from = "an address such as \"Yoga at home <hello@example.com>\"";
    section.optional("language", &mut notice.language, words(Language::ALL, Language::word));
    section.optional("from", &mut notice.from, Kind::text(from, Mailbox::parse, Mailbox::to_string));
    section.optional("templates", &mut notice.templates, text("a folder's path"));
}

/// One amount for each currency. A second one would be added to the first, so it is refused.
fn limits(section: &Section<'_>, limits: &mut BatchLimits) {
    section.setting("batch_lines", &mut limits.lines, number(LONGEST_BATCH));
    let expected = "a list of amounts such as [\"5000.00 EUR\"], one for each currency";
    let sums = section.list("batch_total", limits.totals.iter().collect(), Kind::text(expected, sum, Money::to_string));
    limits.totals = Totals::default();
    for sum in sums {
        let is_known = limits.totals.iter().any(|known| known.currency() == sum.currency());
        if is_known || limits.totals.add(sum).is_err() {
            section.report(&format!("batch_total names {} twice", sum.currency()));
        }
    }
}

fn sum(text: &str) -> Option<Money> {
    let typed: TypedAmount = text.parse().ok()?;
    typed.in_currency(typed.currency()?).ok()
}
