//! `retour notice`: the message to the customer, written, remembered, and handed to the vendor to be sent.
//!
//! Everything that can go wrong goes wrong before it is remembered: the files are written beside their places, and
//! only put there afterwards.

mod files;
mod letter;
pub mod templates;

use crate::commands::context::{self, Context};
use crate::commands::error::{Exit, Failure, told_but_undelivered};
use crate::commands::{Answer, Done, word};
use crate::desk::notice::{self as desk, Written};
use crate::desk::{Filed, Session, Unobserved};
use crate::domain::ids::{Reference, RefundId};
use crate::domain::notice::{self as domain, Language, Untellable};
use crate::output::messages::template::VARIABLES;
use crate::output::sentences;
use crate::output::ui::{Format, Undelivered};
use crate::output::views::notice::{self as view, NoticeView};
use crate::store::Store;
use clap::Args;
use files::Files;
use letter::{Letter, Writing};
use std::path::PathBuf;

/// Write the message to the customer of a refund, for you to send
///
/// It says the sum, the product and the order, and when the money arrives; of a refund that is only marked, when it
/// would if carried out today. Whoever paid by SEPA debit is asked not to have the bank take it back as well. The desk
/// sends nothing. It remembers that the customer was told, and no longer reminds you to.
#[derive(Args)]
#[command(after_long_help = variables())]
pub struct Notice {
    /// A refund's number or the platform's ID of it; or a sale, where one refund of it is meant
    #[arg(value_name = "SALE|REFUND", required_unless_present = "reference")]
    refunds: Vec<RefundId>,
    /// All refunds of this batch; those that failed or were cancelled are left out
    #[arg(long, value_name = "NAME", conflicts_with = "refunds")]
    reference: Option<Reference>,
    #[arg(
        long,
        value_name = "LANGUAGE",
        value_parser = word::<Language>(),
        help = "The language; else that of the customer's country, else [notice] language"
    )]
    lang: Option<Language>,
    /// A file for each message into this folder, named by the refund; none is overwritten
    #[arg(long, value_name = "DIR")]
    out: Option<PathBuf>,
    /// As drafts that a mail program opens
    #[arg(long)]
    eml: bool,
    /// Remember nothing
    #[arg(long)]
    preview: bool,
}

fn variables() -> String {
    let longest = VARIABLES.iter().map(|(name, _)| name.len()).max().unwrap_or_default();
    let lines = VARIABLES.iter().map(|(name, what)| format!("  {name:longest$}  {what}\n"));
    format!(
        "Messages of your own:\n  \
         Files fr.txt, de.txt, en.txt in the folder [notice] templates of the\n  \
         configuration: text with {{{{ variable }}}} and {{% if variable %}} ... {{% endif %}}.\n  \
         The first line may be `Subject: ...`. What is not known is empty.\n\n{}",
        lines.collect::<String>().trim_end()
    )
}

impl Notice {
    pub fn run(self, context: &mut Context) -> Answer {
        let store = self.open(context)?;
        let found = self.found(&store, context)?;
        if self.eml && self.out.is_none() && (found.len() > 1 || context.ui.format != Format::Table) {
            return Err(
                Failure::usage("drafts are files, one for each message").hint("say where to put them: --eml --out DIR")
            );
        }
        let (tellable, untellable) = told_apart(found, context);
        if !untellable.is_empty() && (self.reference.is_none() || tellable.is_empty()) {
            return Err(nothing_to_tell(&untellable));
        }
        let mut writing = Writing { context, language: self.lang, eml: self.eml };
        let letters = writing.letters(tellable)?;
        let files = self.out.as_deref().map(|folder| Files::begin(folder, self.eml, &letters)).transpose()?;
        if !self.preview {
            remember(&store, &letters, context)?;
        }
        self.hand_over(letters, files, context)?;
        for each in &untellable {
            context.ui.error(&format!("left out: {each}"));
        }
        Ok(if untellable.is_empty() { Done::Fully } else { Done::Partly })
    }

    /// A preview is free, whatever the clock says.
    fn open(&self, context: &mut Context) -> Result<Store, Failure> {
        if self.preview {
            return context::open(context);
        }
        context::open_to_write(context).map_err(|failure| match failure.code.as_str() {
            "clock_stands" => failure.hint("or only look at the message: --preview"),
            _ => failure,
        })
    }

    fn found(&self, store: &Store, context: &Context) -> Result<Vec<Filed>, Failure> {
        let zone = context.policy.zone;
        if let Some(reference) = &self.reference {
            return Ok(desk::of_batch(store, reference, zone)?);
        }
        let mut found: Vec<Filed> = Vec::new();
        for name in &self.refunds {
            let filed = desk::meant(store, name, zone)?;
            if !found.iter().any(|known| known.refund.id == filed.refund.id) {
                found.push(filed);
            }
        }
        Ok(found)
    }

    /// The messages are remembered: from now on everything that goes wrong has to say so.
    fn hand_over(&self, letters: Vec<Letter>, files: Option<Files>, context: &mut Context) -> Result<(), Failure> {
        let undelivered = |error: Undelivered| match self.preview {
            true => error.into(),
            false => told_but_undelivered(&error),
        };
        let earlier: Vec<String> = letters.iter().filter_map(told_earlier).collect();
        let today = context.now.today;
        let draft = letters.first().and_then(|letter| letter.draft.clone()).filter(|_| files.is_none());
        let mut views: Vec<NoticeView> = letters.into_iter().map(|letter| letter.view).collect();
        if !self.preview {
            views = views.into_iter().map(|view| view.told(today)).collect();
        }
        if let Some(files) = files {
            views = files.put_in_place(views).map_err(|error| undelivered(Undelivered(error)))?;
        }
        match draft {
            Some(draft) => context.ui.answer(&draft),
            None => view::answer(&mut context.ui, &views),
        }
        .map_err(undelivered)?;
        earlier.iter().for_each(|note| context.ui.note(note));
        self.say_what_follows(&views, context);
        Ok(())
    }

    fn say_what_follows(&self, views: &[NoticeView], context: &mut Context) {
        for view in views.iter().filter(|view| view.to().is_none()) {
            let note = format!(
                "note: {} is to nobody: the customer's e-mail is missing, or is not one plain address",
                view.refund()
            );
            context.ui.note(&note);
        }
        let note = match (self.preview, views) {
            (true, _) => "note: a preview, nothing was recorded".to_owned(),
            (false, [only]) => format!(
                "note: recorded that the customer of {} was told; the desk sends nothing, so send it now",
                only.refund()
            ),
            (false, several) => format!(
                "note: recorded that the customers of {} were told; the desk sends nothing, so send them now",
                sentences::counted(several.len() as u64, "refund", "refunds")
            ),
        };
        context.ui.note(&note);
    }
}

fn told_earlier(letter: &Letter) -> Option<String> {
    let on = sentences::weekday(letter.told_on?);
    Some(format!("note: the customer of {} was told already, on {on}", letter.notice.refund.id))
}

type Tellable = Vec<(Filed, domain::Notice)>;

fn told_apart(found: Vec<Filed>, context: &Context) -> (Tellable, Vec<Untellable>) {
    let (mut tellable, mut untellable) = (Vec::new(), Vec::new());
    for filed in found {
        match domain::Notice::of(&filed.refund, &filed.record, &context.policy, context.now.today) {
            Ok(notice) => tellable.push((filed, notice)),
            Err(why) => untellable.push(why),
        }
    }
    (tellable, untellable)
}

fn nothing_to_tell(all: &[Untellable]) -> Failure {
    let Some(first) = all.first() else { return Failure::usage("no refund is named") };
    let mut failure = Failure::new(Exit::Refused, first.code(), first.to_string());
    if all.len() > 1 {
        failure.message = format!("{} of the refunds named have nothing to tell", all.len());
        failure.facts = all.iter().map(ToString::to_string).collect();
    }
    match first {
        Untellable::ChargedBack { refund, .. } => failure.hint(format!("retour refunds cancel {refund}")),
        Untellable::Ended { .. } | Untellable::TestPayment { .. } => {
            failure.hint(format!("retour refunds show {}", first.refund()))
        }
    }
}

fn remember(store: &Store, letters: &[Letter], context: &Context) -> Result<(), Failure> {
    let session = Session {
        store,
        policy: &context.policy,
        actor: &context.actor,
        clock: &*context.clock,
        guard: &context.guard,
        observer: &Unobserved,
    };
    let written: Vec<Written<'_>> = letters
        .iter()
        .map(|letter| Written {
            notice: &letter.notice,
            language: letter.view.message().language,
            digest: &letter.digest,
        })
        .collect();
    Ok(desk::record(&session, &written)?)
}
