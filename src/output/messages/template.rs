//! The layout of a message: the standard template, or one of the vendor's.
//!
//! A template is text with `{{ variables }}`. Its first line may be `Subject: …`. Values are never parsed as templates.

use super::language::Values;
use crate::domain::notice::{Arrival, Notice};
use crate::domain::refund::Ground;
use crate::domain::suggestion::nearest;
use crate::output::sanitize::one_line;
use minijinja::value::Kwargs;
use minijinja::{Environment, Error, ErrorKind, UndefinedBehavior, Value};

/// The same for every language.
const STANDARD: &str = include_str!("standard.txt");

/// The variables of a template with their descriptions: sentences first, then the facts in them.
pub const VARIABLES: &[(&str, &str)] = &[
    ("subject", "the subject"),
    ("greeting", "the greeting, with the name if known"),
    ("opening", "thanks for the request, an apology for a late refund, or empty"),
    ("refund", "amount, product, order and progress of the refund"),
    ("goodwill", "that it is goodwill and no legal obligation, or empty"),
    ("way", "how it was paid, and where the money goes"),
    ("arrival", "when the money arrives, or empty if that is unknown"),
    ("bank", "that banks may take longer, or empty"),
    ("statement", "that CopeCart is the name on the statement"),
    ("debit", "a request not to reverse the debit as well, or empty"),
    ("questions", "that questions are welcome"),
    ("closing", "the closing line"),
    ("sender", "the name in [notice] from"),
    ("customer", "the customer's name"),
    ("email", "the customer's e-mail"),
    ("product", "the products' names"),
    ("order_id", "the order"),
    ("transaction_id", "the sale"),
    ("refund_id", "the refund's number, or the platform's ID"),
    ("amount", "the amount of the refund"),
    ("paid", "the amount paid"),
    ("paid_on", "the day of the payment"),
    ("method", "how it was paid: card, sepa, paypal, ..."),
    ("status", "marked, submitted or succeeded"),
    ("today", "the day of the message"),
    ("asked_on", "the day the customer asked, or empty"),
    ("carried_out_on", "the day it was carried out; empty while marked"),
    ("from", "the first day of the window, as in arrival; empty later"),
    ("by", "the last day of the window, as in arrival"),
    ("chargeback_until", "the last day to reverse a debit, or empty"),
    ("is_goodwill", "true if the refund is goodwill, which no period and no law asks for"),
    ("is_partial", "true if less than was paid is refunded"),
    ("is_late", "true if the window is over"),
];

/// A valid template.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Template<'t> {
    subject: Option<&'t str>,
    /// An empty line replaces the subject, so that line numbers stay.
    body: String,
}

/// What is wrong with a template.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{message}")]
pub struct BadTemplate {
    /// From 1.
    pub line: Option<usize>,
    pub message: String,
}

impl Template<'static> {
    pub fn standard() -> Result<Self, BadTemplate> {
        Template::parse(STANDARD)
    }
}

impl<'t> Template<'t> {
    /// Refuses unknown variables.
    pub fn parse(source: &'t str) -> Result<Self, BadTemplate> {
        let source = source.strip_prefix('\u{feff}').unwrap_or(source);
        let (first, rest) = source.split_once('\n').unwrap_or((source, ""));
        let subject = first.strip_prefix("Subject:").map(str::trim);
        let body = if subject.is_some() { format!("\n{rest}") } else { source.to_owned() };
        let template = Self { subject, body };
        for part in template.parts() {
            check(part)?;
        }
        Ok(template)
    }

    fn parts(&self) -> impl Iterator<Item = &str> {
        self.subject.into_iter().chain([self.body.as_str()])
    }

    /// The subject and the body.
    pub(super) fn render(
        &self,
        notice: &Notice,
        facts: &Values,
        sentences: Vec<(&'static str, String)>,
    ) -> Result<(String, String), BadTemplate> {
        let values = Value::from(Kwargs::from_iter(values(notice, facts, sentences)));
        let environment = environment();
        let render =
            |source: &str| environment.render_str(source, values.clone()).map_err(|error| not_rendered(&error));
        let subject = match self.subject {
            Some(subject) => render(subject)?,
            None => render("{{ subject }}")?,
        };
        Ok((subject, render(&self.body)?))
    }
}

fn environment() -> Environment<'static> {
    let mut environment = Environment::empty();
    environment.set_undefined_behavior(UndefinedBehavior::Strict);
    environment
}

fn check(source: &str) -> Result<(), BadTemplate> {
    let environment = environment();
    let template = environment.template_from_str(source).map_err(|error| not_rendered(&error))?;
    let known: Vec<&str> = VARIABLES.iter().map(|(name, _)| *name).collect();
    let unknown = template.undeclared_variables(false).into_iter().filter(|name| !known.contains(&name.as_str()));
    let unknown = unknown.map(|name| (line_of(source, &name), name));
    let Some((line, name)) = unknown.min() else { return Ok(()) };
    let message = match nearest(&name, &known) {
        Some(near) => format!("there is no variable `{name}`; did you mean `{near}`?"),
        None => format!("there is no variable `{name}`; known are {}", known.join(", ")),
    };
    Err(BadTemplate { line, message })
}

/// The first line with the name as a whole word in braces.
fn line_of(source: &str, name: &str) -> Option<usize> {
    let is_name = |sign: char| sign.is_alphanumeric() || sign == '_';
    let holds = |line: &str| {
        line.match_indices(name).any(|(at, _)| {
            let (before, after) = (line.get(..at).unwrap_or(""), line.get(at + name.len()..).unwrap_or(""));
            before.contains('{') && !before.ends_with(is_name) && !after.starts_with(is_name)
        })
    };
    source.lines().position(holds).map(|index| index + 1)
}

fn not_rendered(error: &Error) -> BadTemplate {
    let what = match error.kind() {
        ErrorKind::SyntaxError => "the template cannot be parsed",
        ErrorKind::UnknownFilter => "filters are not supported",
        ErrorKind::UnknownFunction | ErrorKind::UnknownMethod => "functions are not supported",
        ErrorKind::UnknownTest => "tests are not supported",
        _ => "the template cannot be rendered",
    };
    let detail = error.detail().map(|detail| format!(": {detail}")).unwrap_or_default();
    BadTemplate { line: error.line(), message: format!("{what}{detail}") }
}

fn values(
    notice: &Notice,
    facts: &Values,
    sentences: Vec<(&'static str, String)>,
) -> impl Iterator<Item = (&'static str, Value)> {
    let text = |text: &str| Value::from(one_line(text));
    let is_goodwill = notice.refund.mark().is_some_and(|mark| mark.ground == Ground::Goodwill);
    let fact = |(variable, fact)| (variable, text(facts.get(fact).map_or("", String::as_str)));
    let same =
        ["customer", "email", "product", "amount", "paid", "paid_on", "today", "asked_on", "carried_out_on", "by"];
    let same = same.into_iter().chain(["chargeback_until", "sender"]).map(|name| (name, name));
    let facts = same.chain([("order_id", "order"), ("from", "first_day")]).map(fact);
    let others = [
        ("transaction_id", text(notice.refund.sale.as_str())),
        ("refund_id", text(&notice.refund.id.to_string())),
        ("method", text(notice.method.word())),
        ("status", text(notice.refund.status().word())),
        ("is_goodwill", Value::from(is_goodwill)),
        ("is_partial", Value::from(notice.is_partial())),
        ("is_late", Value::from(matches!(notice.arrival, Some(Arrival::Late(_))))),
    ];
    let sentences = sentences.into_iter().map(|(name, sentence)| (name, Value::from(sentence)));
    sentences.chain(facts.collect::<Vec<_>>()).chain(others)
}
