//! From the facts to the text: the language and the template.

use super::templates::{self, Source};
use crate::commands::context::Context;
use crate::commands::failure::{Exit, Failure};
use crate::desk::StoredRefund;
use crate::domain::digest::sha256;
use crate::domain::notice::{Language, Notice};
use crate::output::messages::Message;
use crate::output::messages::mail::{Envelope, eml};
use crate::output::messages::template::Template;
use crate::output::views::notice::NoticeView;
use chrono::NaiveDate;
use std::collections::BTreeMap;

/// A message that is ready to send.
pub(super) struct Letter {
    pub notice: Notice,
    /// Hex SHA-256 of subject and body.
    pub digest: String,
    /// The day the customer was last told.
    pub notified_on: Option<NaiveDate>,
    pub view: NoticeView,
    /// The same for a mail program, with `--eml`.
    pub draft: Option<String>,
}

/// How messages are written.
pub(super) struct Writing<'a> {
    pub context: &'a Context,
    /// The value of `--lang`.
    pub language: Option<Language>,
    pub eml: bool,
}

/// The vendor's own templates; `None` for a language without one.
type Sources = BTreeMap<Language, Option<Source>>;

impl Writing<'_> {
    /// All messages, or every fact that is missing for them.
    pub fn letters(&mut self, notices: Vec<(StoredRefund, Notice)>) -> Result<Vec<Letter>, Failure> {
        let languages = self.languages(&notices)?;
        let mut sources = Sources::new();
        for language in &languages {
            if !sources.contains_key(language) {
                sources.insert(*language, templates::source(self.context, *language)?);
            }
        }
        let each = notices.into_iter().zip(languages);
        each.map(|((stored, notice), language)| self.letter(&stored, notice, language, &sources)).collect()
    }

    fn letter(
        &self,
        stored: &StoredRefund,
        notice: Notice,
        language: Language,
        sources: &Sources,
    ) -> Result<Letter, Failure> {
        let own = sources.get(&language).and_then(Option::as_ref);
        let sender = self.context.config.notice.from.as_ref();
        let template = match own {
            Some(own) => Template::parse(&own.text),
            None => Template::standard(),
        };
        let message = template
            .and_then(|template| Message::new(&notice, language, &template, sender))
            .map_err(|bad| templates::bad(own, &bad))?;
        let digest = sha256(format!("{}\n\n{}", message.subject, message.body).as_bytes());
        let view = NoticeView::new(&notice, &stored.record, message);
        let draft = self.eml.then(|| self.draft(&view, &digest));
        Ok(Letter { digest, notified_on: stored.record.customer_notified_on, notice, view, draft })
    }

    fn draft(&self, view: &NoticeView, digest: &str) -> String {
        let now = self.context.now.at;
        let id = sha256(format!("{}{}{digest}", view.refund(), now.timestamp_millis()).as_bytes());
        let envelope = Envelope {
            from: self.context.config.notice.from.as_ref(),
            to: view.to(),
            at: now,
            id: id.get(..32).unwrap_or(&id),
        };
        String::from_utf8_lossy(&eml(view.message(), envelope)).into_owned()
    }

    /// The option, or else the customer's country, or else the configuration.
    fn languages(&self, notices: &[(StoredRefund, Notice)]) -> Result<Vec<Language>, Failure> {
        let configured = self.context.config.notice.language;
        let of =
            |notice: &Notice| self.language.or_else(|| Language::of_country(&notice.customer.country)).or(configured);
        let unknown: Vec<String> = notices
            .iter()
            .filter(|(_, notice)| of(notice).is_none())
            .map(|(_, notice)| match notice.customer.country.as_str() {
                "" => format!("{}: the customer's country is unknown", notice.refund.id),
                country => format!("{}: the customer's country is {country}", notice.refund.id),
            })
            .collect();
        let message = match unknown.as_slice() {
            [] => return Ok(notices.iter().filter_map(|(_, notice)| of(notice)).collect()),
            [only] => format!("the language is unknown; {only}"),
            several => format!("the language of {} messages is unknown", several.len()),
        };
        let mut failure = Failure::new(Exit::Usage, "language_unknown", message);
        failure.facts = if unknown.len() > 1 { unknown } else { Vec::new() };
        Err(failure
            .again("choose one: ", "--lang en")
            .hint("or set it for all such customers in the configuration: [notice] language = \"en\""))
    }
}
