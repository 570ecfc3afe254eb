//! The layout of a message: ours, or one of the vendor's own in its place.
//!
//! A template is text with `{{ variables }}`. Its first line may be `Subject: …`. What it says is given as values,
//! which are never read as a template again.

use super::phrases::{ArrivalText, DateText, Days, Facts, Phrases};
use crate::domain::notice::{Arrival, Notice};
use crate::domain::suggestion::nearest;
use minijinja::value::Kwargs;
use minijinja::{Environment, Error, ErrorKind, UndefinedBehavior, Value};

/// Ours, the same for every language: the sentences are the language's.
const STANDARD: &str = include_str!("standard.txt");

/// What a template can say: the name, and what it stands for. Sentences first, then the facts that they are made of.
pub const VARIABLES: &[(&str, &str)] = &[
    ("subject", "the subject"),
    ("greeting", "the greeting, with the name where it is known"),
    ("refund", "sum, product and order, and how far the refund is"),
    ("way", "how it was paid, and that the money goes back so"),
    ("arrival", "when the money comes; if carried out today, while marked"),
    ("bank", "that banks may take longer"),
    ("debit", "not to have the bank take the debit back; else empty"),
    ("closing", "the last words"),
    ("sender", "the name in [notice] from"),
    ("customer", "the customer's name"),
    ("email", "the customer's e-mail"),
    ("product", "the products' names"),
    ("order_id", "the order"),
    ("transaction_id", "the sale"),
    ("refund_id", "the refund's number, or the platform's ID"),
    ("amount", "the refund's sum"),
    ("paid", "what was paid"),
    ("paid_on", "the day of the payment"),
    ("method", "how it was paid: card, sepa, paypal, ..."),
    ("status", "marked, submitted or succeeded"),
    ("today", "the day of the message"),
    ("carried_out_on", "the day it was carried out; empty while marked"),
    ("from", "the window's first day, with arrival's condition; empty later"),
    ("by", "the window's last day, with the same condition"),
    ("chargeback_until", "the last day for taking a debit back; else empty"),
    ("is_partial", "true where less than was paid is refunded"),
    ("is_late", "true where the window is over"),
];

/// A template that was read and understood.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Template<'t> {
    subject: Option<&'t str>,
    /// As many empty lines before it as were taken off for the subject.
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
    /// Every variable must be one that is known.
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
        facts: &Facts,
        phrases: &Phrases,
    ) -> Result<(String, String), BadTemplate> {
        let values = Value::from(Kwargs::from_iter(values(notice, facts, phrases)));
        let environment = environment();
        let render =
            |source: &str| environment.render_str(source, values.clone()).map_err(|error| not_rendered(&error));
        let subject = match self.subject {
            Some(subject) => render(subject)?,
            None => phrases.subject.clone(),
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

/// The first line on which the name stands as a whole word in braces.
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
        ErrorKind::SyntaxError => "this cannot be read as a template",
        ErrorKind::UnknownFilter => "there are no filters here",
        ErrorKind::UnknownFunction | ErrorKind::UnknownMethod => "there are no functions here",
        ErrorKind::UnknownTest => "there are no tests here",
        _ => "this cannot be filled in",
    };
    let detail = error.detail().map(|detail| format!(": {detail}")).unwrap_or_default();
    BadTemplate { line: error.line(), message: format!("{what}{detail}") }
}

fn values(notice: &Notice, facts: &Facts, phrases: &Phrases) -> Vec<(&'static str, Value)> {
    let text = |text: &str| Value::from(super::one_line(text));
    let (from, by) = window(facts);
    vec![
        ("subject", text(&phrases.subject)),
        ("greeting", text(&phrases.greeting)),
        ("refund", text(&phrases.refund)),
        ("way", text(&phrases.way)),
        ("arrival", text(&phrases.arrival)),
        ("bank", text(&phrases.bank)),
        ("debit", text(&phrases.debit)),
        ("closing", text(&phrases.closing)),
        ("sender", text(&facts.sender)),
        ("customer", text(&facts.customer)),
        ("email", text(&facts.email)),
        ("product", text(&facts.product)),
        ("order_id", text(&facts.order)),
        ("transaction_id", text(notice.refund.sale.as_str())),
        ("refund_id", text(&notice.refund.id.to_string())),
        ("amount", text(&facts.amount)),
        ("paid", text(&facts.paid)),
        ("paid_on", text(&facts.paid_on)),
        ("method", text(notice.method.word())),
        ("status", text(notice.refund.status().word())),
        ("today", text(&facts.today)),
        ("carried_out_on", text(carried_out_on(facts))),
        ("from", text(from)),
        ("by", text(by)),
        ("chargeback_until", text(facts.debit.as_ref().map_or("", |debit| &debit.until))),
        ("is_partial", Value::from(notice.is_partial())),
        ("is_late", Value::from(matches!(notice.arrival, Arrival::Late(_)))),
    ]
}

fn carried_out_on(facts: &Facts) -> &str {
    match &facts.progress {
        DateText::Marked => "",
        DateText::Submitted { on } | DateText::CarriedOut { on } => on,
        DateText::Confirmed { carried_out_on, .. } => carried_out_on,
    }
}

/// Both days. Of a window that has begun only the last one is said.
fn window(facts: &Facts) -> (&str, &str) {
    match &facts.arrival {
        ArrivalText::IfToday(Days::One(day)) | ArrivalText::Expected(Days::One(day)) => (day, day),
        ArrivalText::IfToday(Days::Between(from, by)) | ArrivalText::Expected(Days::Between(from, by)) => (from, by),
        ArrivalText::Until(by) | ArrivalText::Late(by) => ("", by),
    }
}
