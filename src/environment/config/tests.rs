//! Each mistake in a configuration is named with its line, and a key that is left out has its default.

use super::*;
use crate::domain::money::{Money, Totals};
use crate::domain::return_period::ReturnPeriod;
use crate::domain::rules::period::PeriodStarts;
use crate::domain::rules::policy::DueDays;
use crate::domain::rules::window::SettlementRule;
use crate::domain::sale::transaction::Method;
use crate::import::Column;
use crate::import::settings::{DateForm, DecimalSign, Encoding, ORDER_AND_RATE};

fn day(text: &str) -> NaiveDate {
    text.parse().unwrap()
}

fn errors(text: &str) -> String {
    Config::parse(text, "config.toml").unwrap_err().to_string()
}

/// The example with everything switched on.
fn uncommented() -> String {
    let is_setting = |line: &str| {
        let key = line.split_once(" = ").map(|(key, _)| key);
        line.starts_with('[') || key.is_some_and(|key| key.chars().all(|c| c == '_' || c.is_ascii_lowercase()))
    };
    let switched_on = |line: &'static str| line.strip_prefix("# ").filter(|rest| is_setting(rest)).unwrap_or(line);
    EXAMPLE.lines().map(switched_on).collect::<Vec<_>>().join("\n")
}

/// A configuration that changes every default.
const ALL: &str = r#"
store = "~/desk/store.db"
format = "jsonl"
color = "never"
ascii = true
actor = "Anna \"the\" vendor"
time_zone = "Europe/Paris"
default_reason = "returned"

[returns]
period = "none"
period_starts = "payment"
roll_over = false

[products.e232d769]
return_period = 30
[products."Yoga für alle"]
return_period = "none"
withdrawal = false

[settlement.paypal]
from = 0
by = 3

[calendar]
holidays = ["2026-12-24", 2026-12-31]
legal_holidays = ["2026-10-03", 2026-06-04]

[due]
legal_days = 7
chargeback_days = 0
failed_days = 366

[import]
currency = "usd"
status = "paid"

[import.csv]
delimiter = "tab"
decimal = ","
dates = "day-first"
encoding = "windows-1252"
make_ids = true
columns.transaction_id = "Transaktions-ID"

[signatures]
copecart_secret_file = "~/desk/copecart"
cope_secret_file = "cope"

[notice]
language = "fr"
from = "Yoga für alle <hello@example.com>"
templates = "~/desk/notices"

[locks]
wait_seconds = 600

[limits]
batch_lines = 12
batch_total = ["5000,00 EUR"]
"#;

#[test]
fn every_key_is_read() {
    let products = [("Yoga für alle", ReturnPeriod::Disabled), ("e232d769", ReturnPeriod::Days(30))];
    let mut totals = Totals::default();
    totals.add(Money::new(500_000, Currency::EUR)).unwrap();
    let config = Config {
        store: Some("~/desk/store.db".into()),
        format: Format::Jsonl,
        color: Color::Never,
        ascii: true,
        actor: Some("Anna \"the\" vendor".into()),
        time_zone: "Europe/Paris".parse().unwrap(),
        default_reason: Some(Reason::Returned),
        periods: Periods {
            by_product: products.map(|(name, period)| (name.to_owned(), period)).into(),
            default: ReturnPeriod::Disabled,
            starts: PeriodStarts::Payment,
            roll_over: false,
            waived: ["Yoga für alle".to_owned()].into(),
        },
        settlement: Settlement { by_method: [(Method::Paypal, SettlementRule { from: 0, by: 3 })].into() },
        holidays: [day("2026-12-24"), day("2026-12-31")].into(),
        legal_holidays: LegalHolidays::Days([day("2026-10-03"), day("2026-06-04")].into()),
        due: DueDays { legal: 7, chargeback: 0, failed: 366 },
        currency: Some("USD".parse().unwrap()),
        status: Some(SaleStatus::Paid),
        csv: CsvSettings {
            columns: [(Column::TransactionId, "Transaktions-ID".to_owned())].into(),
            delimiter: Some(b'\t'),
            decimal: Some(DecimalSign::Comma),
            dates: Some(DateForm::DayFirst),
            encoding: Some(Encoding::Windows1252),
            make_ids: ORDER_AND_RATE.to_vec(),
        },
        secret_files: [("copecart_secret_file", "~/desk/copecart"), ("cope_secret_file", "cope")]
            .map(|(key, file)| (key, file.to_owned()))
            .into(),
        notice: NoticeSettings {
            language: Some(Language::French),
            from: Mailbox::parse("Yoga für alle <hello@example.com>"),
            templates: Some("~/desk/notices".into()),
        },
        limits: BatchLimits { lines: 12, totals },
        wait_seconds: 600,
    };
    assert_eq!(Config::parse(ALL, "config.toml").unwrap(), config);
}

#[test]
fn an_empty_file_gives_the_defaults_and_they_are_the_policy_s() {
    for text in ["", "\u{feff}# nothing\r\n", "[returns]\n[import.csv.columns]\n"] {
        assert_eq!(Config::parse(text, "config.toml"), Ok(Config::default()));
    }
    assert_eq!(Config::default().policy(), Policy::default());
}

#[test]
fn the_rules_and_the_import_get_what_is_configured() {
    let config = Config::parse(ALL, "config.toml").unwrap();
    let policy = config.policy();
    assert!(!policy.calendar.is_business_day(day("2026-12-24")));
    assert_eq!(policy.settlement.rule(Method::Paypal).by, 3);
    assert_eq!((policy.zone, policy.periods), (config.time_zone, config.periods.clone()));
    assert_eq!((policy.default_reason, policy.due), (Some(Reason::Returned), config.due));
    let import = config.import_settings();
    assert_eq!((import.zone, import.currency, import.csv), (config.time_zone, config.currency, config.csv));
}

#[test]
fn the_example_sets_exactly_the_defaults() {
    assert_eq!(Config::parse(EXAMPLE, "config.example.toml"), Ok(Config::default()));
}

#[test]
fn the_example_with_everything_switched_on_is_valid_and_has_every_key() {
    let text = uncommented();
    let parsed: toml::Table = text.parse().unwrap();
    let document = Document::new(&text);
    settings::read(&document.root(), &mut Config::default());
    for (section, key) in document.asked.borrow().iter() {
        let mut names = section.split('.').map(|name| name.trim_matches('"')).filter(|name| !name.is_empty());
        let table = names.try_fold(&parsed, |table, name| table.get(name)?.as_table());
        let is_there = table.is_some_and(|table| table.contains_key(key));
        // Of the names in a table a few are examples, and the comments list all.
        let is_listed = ["settlement", "import.csv.columns"].contains(&section.as_str())
            && EXAMPLE.split(|c: char| c != '_' && !c.is_alphanumeric()).any(|word| word == key);
        assert!(is_there || is_listed, "config.example.toml lacks {key} in [{section}]");
    }
    assert_eq!(document.into_problems(), []);
}

#[test]
fn what_is_shown_reads_back_as_the_same_configuration() {
    let countries = ["DE", "FR"].map(|country| format!("[calendar]\nlegal_holidays = \"{country}\""));
    let [germany, france] = countries;
    for text in ["", ALL, &uncommented(), &germany, &france] {
        let config = Config::parse(text, "config.toml").unwrap();
        assert_eq!(Config::parse(&config.show(), "shown").unwrap(), config);
    }
    insta::assert_snapshot!(Config::default().show(), @r#"
    format = "table"
    color = "auto"
    ascii = false
    time_zone = "Europe/Berlin"

    [returns]
    period = 14
    period_starts = "order"
    roll_over = true

    [calendar]
    holidays = []
    legal_holidays = []

    [due]
    legal_days = 3
    chargeback_days = 3
    failed_days = 30

    [import.csv]
    make_ids = false

    [limits]
    batch_lines = 100000
    batch_total = []

    [locks]
    wait_seconds = 5
    "#);
}

#[test]
fn an_unknown_key_is_named_with_its_line_and_a_suggestion() {
    let text = r#"
formatt = "json"
colour = "auto"
wait_seconds = 5
xyz = 1

[products."e232d769"]
retrun_period = 30

[retruns]
period = 14

[returns]
return_period = 14
default_reason = "returned"

[settlement.test]
from = 0
by = 1

[import.csv.columns]
transactionid = "ID"
buyer = "Käufer"
"#;
    insta::assert_snapshot!(errors(text), @r#"
    config.toml:2: unknown key `formatt`; did you mean `format`?
    config.toml:3: unknown key `colour`; did you mean `color`?
    config.toml:4: unknown key `wait_seconds`; it belongs in [locks]
    config.toml:5: unknown key `xyz`; known are store, format, color, ascii, actor, time_zone, default_reason, returns, products, settlement, calendar, due, import, signatures, notice, limits, locks
    config.toml:8: unknown key `retrun_period` in [products."e232d769"]; did you mean `return_period`?
    config.toml:10: unknown table [retruns]; did you mean [returns]?
    config.toml:14: unknown key `return_period` in [returns]; did you mean `period`?
    config.toml:15: unknown key `default_reason` in [returns]; it belongs at the top, before the first [table]
    config.toml:17: unknown table [test] in [settlement]; known are card, sepa, paypal, sofort, klarna, invoice, sequra, other, unknown
    config.toml:22: unknown key `transactionid` in [import.csv.columns]; did you mean `transaction_id`?
    config.toml:23: unknown key `buyer` in [import.csv.columns]; known are transaction_id, order_id, product_id, product_name, customer_name, customer_email, country, amount, currency, method, plan, kind, status, ordered_at, paid_at, rate_number, return_period, refund_of, refunded_amount, refunded, disputed, test, as_of
    "#);
}

#[test]
fn a_wrong_value_at_the_top_is_named_with_its_line_and_what_is_expected() {
    let text = r#"
store = ""
format = "jsno"
ascii = "true"
time_zone = "Berlin"
default_reason = "customer request"
actor = 7
"#;
    insta::assert_snapshot!(errors(text), @r#"
    config.toml:2: store = "" is not a file's path
    config.toml:3: format = "jsno" is not one of "table", "json", "jsonl", "csv", "tsv"
    config.toml:4: ascii = "true" is not true or false; leave out the quotes
    config.toml:5: time_zone = "Berlin" is not a time zone such as "Europe/Berlin"; did you mean "Europe/Berlin"?
    config.toml:6: default_reason = "customer request" is not one of "customer-request", "returned", "dissatisfied"; did you mean "customer-request"?
    config.toml:7: actor = 7 is not a name
    "#);
}

#[test]
fn a_wrong_rule_is_named_with_its_line_and_what_is_expected() {
    let text = r#"
[returns]
period = "14 days"
period_starts = 1

[products]
00000001 = 30
[products."e232d769"]
return_period = "30"
[products."ffff0000"]
[products." Yoga"]
return_period = 3
[products.""]
return_period = 3

[settlement.paypal]
from = 4
by = 3
[settlement.card]
by = 61

[calendar]
holidays = ["2026-12-24", "24.12.2026", "2026-3-5", 2026-12-31T00:00:00, 3]
"#;
    insta::assert_snapshot!(errors(text), @r#"
    config.toml:3: [returns] period = "14 days" is not a number of days from 0 to 3650, or "none"
    config.toml:4: [returns] period_starts = 1 is not one of "order", "payment"
    config.toml:7: [products] 00000001 = 30 is not a table: write [products."00000001"] and its keys below
    config.toml:9: [products."e232d769"] return_period = "30" is not a number of days from 0 to 3650, or "none"; leave out the quotes
    config.toml:10: [products."ffff0000"] needs `return_period`
    config.toml:11: [products." Yoga"] begins or ends with a space
    config.toml:13: [products.""] cannot be a product: the product ID is empty
    config.toml:16: [settlement.paypal] has from = 4, which is later than by = 3
    config.toml:19: [settlement.card] needs `from`
    config.toml:20: [settlement.card] by = 61 is not a whole number from 0 to 60
    config.toml:23: [calendar] holidays = "24.12.2026" is not a day such as "2026-12-24"
    config.toml:23: [calendar] holidays = "2026-3-5" is not a day such as "2026-12-24"
    config.toml:23: [calendar] holidays = 2026-12-31T00:00:00 is not a day such as "2026-12-24"
    config.toml:23: [calendar] holidays = 3 is not a day such as "2026-12-24"
    "#);
    insta::assert_snapshot!(errors("default_reason = \"out-of-stock\""), @r#"config.toml:1: default_reason = "out-of-stock" is not one of "customer-request", "returned", "dissatisfied""#);
    insta::assert_snapshot!(errors("[calendar]\nlegal_holidays = \"fr\""), @r#"config.toml:2: [calendar] legal_holidays = "fr" is not "DE", "FR" or a list of days such as ["2026-10-03"]; did you mean "FR"?"#);
    insta::assert_snapshot!(errors("[calendar]\nlegal_holidays = [\"3.10.\"]"), @r#"config.toml:2: [calendar] legal_holidays = ["3.10."] is not "DE", "FR" or a list of days such as ["2026-10-03"]"#);
    insta::assert_snapshot!(errors("[calendar]\nholidays = \"2026-12-24\"\n[returns]\nperiod = 3651\n[products]\n\"Yoga 2\" = 1"), @r#"
    config.toml:2: [calendar] holidays = "2026-12-24" is not a list in brackets, each a day such as "2026-12-24"
    config.toml:4: [returns] period = 3651 is not a number of days from 0 to 3650, or "none"
    config.toml:6: [products] "Yoga 2" = 1 is not a table: write [products."Yoga 2"] and its keys below
    "#);
}

#[test]
fn a_wrong_import_setting_is_named_with_its_line_and_what_is_expected() {
    let text = r#"
[import]
currency = "EURO"
status = "charged_back"

[import.csv]
delimiter = "\t"
decimal = "'"
dates = "day_first"
encoding = "utf8"
make_ids = "no"
columns = [
    "transaction_id",
]

[locks]
wait_seconds = -1
"#;
    insta::assert_snapshot!(errors(text), @r#"
    config.toml:3: [import] currency = "EURO" is not a currency code such as "EUR"
    config.toml:4: [import] status = "charged_back" is not one of "paid", "pending", "trial", "failed", "upcoming", "refunded"
    config.toml:7: [import.csv] delimiter = "\t" is not one of ",", ";", "tab", "|"
    config.toml:8: [import.csv] decimal = "'" is not one of ".", ","
    config.toml:9: [import.csv] dates = "day_first" is not one of "iso", "day-first", "month-first"; did you mean "day-first"?
    config.toml:10: [import.csv] encoding = "utf8" is not one of "utf-8", "windows-1252"; did you mean "utf-8"?
    config.toml:11: [import.csv] make_ids = "no" is not true, false, or a list of columns such as ["order_id", "rate_number", "kind"]
    config.toml:12: [import.csv] columns = [… is not a table: write [import.csv.columns] and its keys below
    config.toml:17: [locks] wait_seconds = -1 is not a whole number from 0 to 600
    "#);
}

#[test]
fn a_file_that_is_not_toml_has_one_problem_with_its_line() {
    insta::assert_snapshot!(errors("ascii = true\nstore = ~/x\nformat = json"), @r#"
    config.toml:2: this is not TOML: string values must be quoted, expected literal string
    "#);
    insta::assert_snapshot!(errors("[returns]\nperiod = 1\nperiod = 2\n"), @r#"
    config.toml:3: this is not TOML: duplicate key
    "#);
    insta::assert_snapshot!(errors("[returns\nperiod = 1"), @r#"
    config.toml:1: this is not TOML: unclosed table, expected `]`
    "#);
    insta::assert_snapshot!(errors("format = \"json\n"), @r#"
    config.toml:1: this is not TOML: invalid basic string, expected `"`
    "#);
}

#[test]
fn a_file_that_is_cut_anywhere_is_read_or_refused_with_a_line_in_it() {
    for (end, _) in ALL.char_indices() {
        let text = ALL.get(..end).unwrap();
        if let Err(error) = Config::parse(text, "config.toml") {
            let lines = text.matches('\n').count() + 1;
            let line = |problem: &str| problem.split(':').nth(1).and_then(|line| line.parse().ok());
            let error = error.to_string();
            assert!(
                error.lines().all(|problem| line(problem).is_some_and(|line| (1..=lines).contains(&line))),
                "{text}"
            );
            assert!(!error.is_empty());
        }
    }
}

#[test]
fn a_byte_order_mark_and_line_ends_of_windows_do_not_move_lines() {
    let text = "\u{feff}ascii = 1\r\n[import.csv.columns]\r\n\"Käufer\" = 1\r\n";
    insta::assert_snapshot!(errors(text), @"
    config.toml:1: ascii = 1 is not true or false
    config.toml:3: unknown key `Käufer` in [import.csv.columns]; known are transaction_id, order_id, product_id, product_name, customer_name, customer_email, country, amount, currency, method, plan, kind, status, ordered_at, paid_at, rate_number, return_period, refund_of, refunded_amount, refunded, disputed, test, as_of
    ");
}

#[test]
fn the_store_is_in_the_home_directory_or_relative_to_the_configuration() {
    let path = |store: &str, home: Option<&str>| {
        resolved(Some(&store.to_owned()), home.map(Path::new), Path::new("/etc/retour"))
    };
    assert_eq!(path("~/desk.db", Some("/users/anna")), Ok(Some("/users/anna/desk.db".into())));
    assert_eq!(path("desk.db", None), Ok(Some("/etc/retour/desk.db".into())));
    assert_eq!(path("/srv/desk.db", None), Ok(Some("/srv/desk.db".into())));
    assert_eq!(path("~/desk.db", None), Err(NoHome("~/desk.db".into())));
    assert_eq!(resolved(None, None, Path::new("/etc/retour")), Ok(None));
}
