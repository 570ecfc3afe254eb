//! Every sentence of every language, for native speakers to read: the pages are in `snapshots/`. No-break spaces are
//! shown as `~`.

mod layout;

use super::language::{Key, source};
use super::*;
use crate::domain::money::Money;
use crate::domain::refund::{Author, Ground, Mark, Refund, RefundState};
use crate::domain::rules::policy::Policy;
use crate::domain::rules::window::{Settlement, SettlementRule};
use crate::domain::sale::record::SaleRecord;
use crate::domain::sale::transaction::Method;
use crate::output::table::{Style, wrap};
use crate::output::views::fixtures::{day, product, refund, sale};
use std::collections::BTreeSet;
use toml::Table;

/// A notice of a refund of 49.00 EUR, paid by SEPA on Friday 20 March 2026. The day of the request is unknown.
fn notice_of(record: &SaleRecord, refund: &Refund, policy: &Policy, today: &str) -> Notice {
    let mut notice = Notice::of(refund, record, policy, day(today)).unwrap();
    mark(&mut notice).asked_on = None;
    notice
}

fn mark(notice: &mut Notice) -> &mut Mark {
    match &mut notice.refund.author {
        Author::Desk(mark) => mark,
        Author::Platform { .. } => panic!("a refund of the platform"),
    }
}

fn notice(state: RefundState, today: &str) -> Notice {
    notice_of(&sale(), &refund(state), &Policy::default(), today)
}

fn by(method: Method, state: RefundState, today: &str) -> Notice {
    let mut record = sale();
    record.payment.method = method;
    notice_of(&record, &refund(state), &Policy::default(), today)
}

fn partial(mut notice: Notice) -> Notice {
    notice.refund.amount = Money::new(1250, notice.paid.currency());
    notice
}

fn written(notice: &Notice, language: Language) -> Message {
    Message::new(notice, language, &Template::standard().unwrap(), None).unwrap()
}

fn seen(text: &str) -> String {
    text.replace(['\u{a0}', '\u{202f}'], "~")
}

const MARKED: RefundState = RefundState::Marked;

fn submitted(on: &str) -> RefundState {
    RefundState::Submitted { on: day(on) }
}

fn succeeded(on: &str, carried_out_on: &str) -> RefundState {
    RefundState::Succeeded { on: day(on), carried_out_on: day(carried_out_on) }
}

/// The subject and the body, without the lines that are the same in every message.
fn core(notice: &Notice, language: Language) -> String {
    let message = written(notice, language);
    let lines: Vec<&str> = message.body.lines().filter(|line| !line.is_empty()).collect();
    let kept = [message.subject.as_str()].into_iter().chain(lines.get(1..lines.len() - 2).unwrap().iter().copied());
    let style = Style { width: Some(100), ..Style::default() };
    kept.map(|line| wrap(&seen(line), 2, &style)).collect()
}

/// Every state and day for a method, whole and partial.
fn of_method(method: Method, language: Language) -> String {
    let states = [
        ("marked", MARKED, "2026-03-25"),
        ("submitted, the window ahead", submitted("2026-03-25"), "2026-03-25"),
        ("submitted, the window begun", submitted("2026-03-25"), "2026-03-27"),
        ("submitted, late", submitted("2026-03-25"), "2026-04-20"),
        ("succeeded, the window ahead", succeeded("2026-03-25", "2026-03-25"), "2026-03-25"),
        ("succeeded and confirmed later, the window begun", succeeded("2026-03-27", "2026-03-25"), "2026-03-27"),
        ("succeeded, late", succeeded("2026-03-27", "2026-03-25"), "2026-04-20"),
    ];
    let mut text = String::new();
    for (name, state, today) in states {
        let whole = by(method, state, today);
        text.push_str(&format!("[{method}, {name}]\n{}", core(&whole, language)));
        text.push_str(&format!("[{method}, {name}, partial]\n{}", core(&partial(whole), language)));
    }
    text
}

fn asked(mut notice: Notice, goodwill: bool) -> Notice {
    let mark = mark(&mut notice);
    mark.asked_on = Some(day("2026-03-23"));
    mark.ground = if goodwill { Ground::Goodwill } else { Ground::Policy };
    notice
}

/// What does not depend on the method and the state.
fn others(language: Language) -> String {
    let rule = |from, by| Policy {
        settlement: Settlement { by_method: [(Method::Sepa, SettlementRule { from, by })].into() },
        ..Policy::default()
    };
    let configured = |state, from, by| notice_of(&sale(), &refund(state), &rule(from, by), "2026-03-25");
    let mut swiss = asked(partial(notice(MARKED, "2026-03-25")), true);
    swiss.customer.country = "CH".into();
    (swiss.paid, swiss.refund.amount) =
        (Money::new(124_990, "CHF".parse().unwrap()), Money::new(124_900, "CHF".parse().unwrap()));
    let mut nameless = notice(MARKED, "2026-03-25");
    nameless.products.clear();
    let mut quoted = notice(MARKED, "2026-03-25");
    quoted.products =
        ["Yoga „zu Hause“", "Le «\u{a0}grand\u{a0}» bain", "A “better” day"].map(|name| product("", name)).into();
    let cases = [
        ("asked", asked(notice(MARKED, "2026-03-25"), false)),
        ("asked, goodwill", asked(notice(submitted("2026-03-25"), "2026-03-25"), true)),
        ("asked, late", asked(notice(submitted("2026-03-25"), "2026-04-20"), false)),
        ("marked, one business day", configured(MARKED, 1, 1)),
        ("marked, two business days", configured(MARKED, 2, 2)),
        ("marked, at once", configured(MARKED, 0, 0)),
        ("submitted, a single day", configured(submitted("2026-03-25"), 2, 2)),
        ("a range over the turn of the year", by(Method::Card, submitted("2026-12-21"), "2026-12-21")),
        ("PayPal past its days, succeeded", by(Method::Paypal, succeeded("2026-09-17", "2026-09-17"), "2026-09-17")),
        ("no product known", nameless),
        ("quotes in names", quoted),
        ("Switzerland", swiss),
    ];
    cases.map(|(name, notice)| format!("[{name}]\n{}", core(&notice, language))).concat()
}

fn page(language: Language) -> String {
    let methods = Method::ALL.iter().filter(|method| **method != Method::Test);
    let methods: String = methods.map(|method| of_method(*method, language)).collect();
    let whole = written(&asked(by(Method::Card, submitted("2026-03-25"), "2026-03-25"), true), language);
    let style = Style { width: Some(100), ..Style::default() };
    let body: String = whole.body.lines().map(|line| wrap(&seen(line), 0, &style)).collect();
    format!("{}\n{body}\n{}{methods}", seen(&whole.subject), others(language))
}

#[test]
fn every_message_in_german() {
    insta::assert_snapshot!("german", page(Language::German));
}

#[test]
fn every_message_in_french() {
    insta::assert_snapshot!("french", page(Language::French));
}

#[test]
fn every_message_in_english() {
    insta::assert_snapshot!("english", page(Language::English));
}

/// The texts of a language by section and name, each with its words in braces.
fn texts(language: Language) -> Vec<(String, BTreeSet<String>)> {
    let file: Table = source(language).parse().unwrap();
    let names = |text: &str| text.split('{').skip(1).map(|piece| piece.split('}').next().unwrap().to_owned()).collect();
    let section = |(section, texts): (&String, &toml::Value)| {
        let texts = texts.as_table().unwrap().iter();
        let text = |(name, text): (&String, &toml::Value)| (format!("{section}.{name}"), names(text.as_str().unwrap()));
        texts.map(text).collect::<Vec<_>>()
    };
    let mut all: Vec<_> = file.iter().flat_map(section).collect();
    all.sort();
    all
}

#[test]
fn each_language_has_every_text_and_no_other_and_the_same_words_in_braces() {
    let mut keys: Vec<&str> = Key::ALL.iter().map(|key| key.word()).collect();
    keys.sort_unstable();
    for language in Language::ALL {
        let found = texts(*language);
        assert_eq!(found.iter().map(|(key, _)| key.as_str()).collect::<Vec<_>>(), keys, "{language}");
        for ((key, found), (_, german)) in found.iter().zip(texts(Language::German)) {
            // Only a language that writes weekdays has them.
            let found: BTreeSet<_> = found.iter().filter(|name| *name != "weekday").cloned().collect();
            assert_eq!(found, german, "{language}: {key}");
        }
    }
}

#[test]
fn no_message_has_an_unfilled_word_a_gap_or_a_space_too_many() {
    for language in Language::ALL {
        let page = page(*language);
        for wrong in ["{", "}", " \n", " .", " ,", ".."] {
            assert!(!page.contains(wrong), "{language}: {wrong:?} in\n{page}");
        }
        let doubled = page.lines().find(|line| line.trim_start().contains("  "));
        assert_eq!(doubled, None, "{language}");
    }
}

#[test]
fn sums_and_days_as_their_readers_write_them() {
    let shown = |language, is_swiss| {
        let writing = Writing::of(language, is_swiss).unwrap();
        let sum = |minor, code: &str| seen(&writing.amount(Money::new(minor, code.parse().unwrap())));
        let sums = [sum(124_900, "EUR"), sum(5, "EUR"), sum(123_456_789, "JPY"), sum(124_990, "CHF")];
        format!("{}, {}", sums.join(", "), seen(&writing.day(day("2026-04-01"))))
    };
    assert_eq!(shown(Language::German, false), "1.249,00~€, 0,05~€, 123.456.789~JPY, 1.249,90~CHF, 1.~April 2026");
    assert_eq!(
        shown(Language::French, false),
        "1~249,00~€, 0,05~€, 123~456~789~JPY, 1~249,90~CHF, mercredi 1er avril 2026"
    );
    assert_eq!(
        shown(Language::English, false),
        "€1,249.00, €0.05, JPY~123,456,789, CHF~1,249.90, Wednesday 1 April 2026"
    );
    assert_eq!(shown(Language::German, true), "EUR~1’249.00, EUR~0.05, JPY~123’456’789, CHF~1’249.90, 1.~April 2026");
}
