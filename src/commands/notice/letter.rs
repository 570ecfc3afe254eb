//! From the facts to the text: which language, whose template.

use super::templates::{self, Source};
use crate::commands::context::Context;
use crate::commands::error::{Exit, Failure};
use crate::desk::Filed;
use crate::domain::notice::{Language, Notice};
use crate::output::messages::Message;
use crate::output::messages::mail::{Envelope, eml};
use crate::output::messages::template::Template;
use crate::output::views::notice::NoticeView;
use chrono::NaiveDate;
use sha2::{Digest, Sha256};
use std::collections::BTreeMap;

/// A message that is ready to be handed over.
pub(super) struct Letter {
    pub notice: Notice,
    /// Hex SHA-256 of subject and body.
    pub digest: String,
    /// The day the customer was told before.
    pub told_on: Option<NaiveDate>,
    pub view: NoticeView,
    /// The same for a mail program, where that was asked for.
    pub draft: Option<String>,
}

/// How messages are written in this run.
pub(super) struct Writing<'a> {
    pub context: &'a Context,
    /// As asked for.
    pub language: Option<Language>,
    pub eml: bool,
}

/// The vendor's own templates, where there are some.
type Sources = BTreeMap<Language, Option<Source>>;

impl Writing<'_> {
    /// All messages, or everything that is missing for them.
    pub fn letters(&mut self, tellable: Vec<(Filed, Notice)>) -> Result<Vec<Letter>, Failure> {
        let languages = self.languages(&tellable)?;
        let mut sources = Sources::new();
        for language in &languages {
            if !sources.contains_key(language) {
                sources.insert(*language, templates::source(self.context, *language)?);
            }
        }
        let each = tellable.into_iter().zip(languages);
        each.map(|((filed, notice), language)| self.letter(&filed, notice, language, &sources)).collect()
    }

    fn letter(&self, filed: &Filed, notice: Notice, language: Language, sources: &Sources) -> Result<Letter, Failure> {
        let own = sources.get(&language).and_then(Option::as_ref);
        let sender = self.context.config.notice.from.as_ref();
        let template = match own {
            Some(own) => Template::parse(&own.text),
            None => Template::standard(),
        };
        let message = template
            .and_then(|template| Message::new(&notice, language, &template, sender))
            .map_err(|bad| templates::bad(own, &bad))?;
        let digest = hex(&[&message.subject, "\n\n", &message.body]);
        let view = NoticeView::new(&notice, &filed.record, message);
        let draft = self.eml.then(|| self.draft(&view, &digest));
        Ok(Letter { digest, told_on: filed.record.customer_notified_on, notice, view, draft })
    }

    fn draft(&self, view: &NoticeView, digest: &str) -> String {
        let now = self.context.now.at;
        let id = hex(&[&view.refund().to_string(), &now.timestamp_millis().to_string(), digest]);
        let envelope = Envelope {
            from: self.context.config.notice.from.as_ref(),
            to: view.to(),
            at: now,
            id: id.get(..32).unwrap_or(&id),
        };
        String::from_utf8_lossy(&eml(view.message(), envelope)).into_owned()
    }

    /// The option, else the customer's country, else the configuration.
    fn languages(&self, tellable: &[(Filed, Notice)]) -> Result<Vec<Language>, Failure> {
        let configured = self.context.config.notice.language;
        let of =
            |notice: &Notice| self.language.or_else(|| Language::of_country(&notice.customer.country)).or(configured);
        let unknown: Vec<String> = tellable
            .iter()
            .filter(|(_, notice)| of(notice).is_none())
            .map(|(_, notice)| match notice.customer.country.as_str() {
                "" => format!("{}: the customer's country is not known", notice.refund.id),
                country => format!("{}: the customer's country is {country}", notice.refund.id),
            })
            .collect();
        let message = match unknown.as_slice() {
            [] => return Ok(tellable.iter().filter_map(|(_, notice)| of(notice)).collect()),
            [only] => format!("nobody said in which language; {only}"),
            several => format!("nobody said in which language {} messages are to be", several.len()),
        };
        let mut failure = Failure::new(Exit::Usage, "language_unknown", message);
        failure.facts = if unknown.len() > 1 { unknown } else { Vec::new() };
        Err(failure
            .hint("say it: --lang fr, --lang de or --lang en")
            .hint("or for every such customer, in the configuration: [notice] language = \"en\""))
    }
}

fn hex(parts: &[&str]) -> String {
    let mut hash = Sha256::new();
    parts.iter().for_each(|part| hash.update(part.as_bytes()));
    hash.finalize().iter().map(|byte| format!("{byte:02x}")).collect()
}
