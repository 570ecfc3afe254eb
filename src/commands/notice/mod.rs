//! `retour notice`: the message to the customer, for the vendor to send.
//!
//! Everything that can fail is done before the notice is recorded: the files are written beside their final places, and
//! renamed afterwards.

mod files;
mod letter;
pub mod templates;

use crate::commands::context::{self, Context, protected};
use crate::commands::error::notice_but_undelivered;
use crate::commands::failure::{Exit, Failure};
use crate::commands::{CommandResult, Done, word};
use crate::desk::notice::{self as desk, WrittenNotice};
use crate::desk::{StoredRefund, Unobserved};
use crate::domain::ids::{Reference, RefundId};
use crate::domain::notice::{self as domain, Language, NoNotice};
use crate::environment::output_file::IfThere;
use crate::output::messages::template::VARIABLES;
use crate::output::sentences;
use crate::output::ui::{Format, Undelivered};
use crate::output::views::notice::{self as view, NoticeView};
use crate::store::Store;
use clap::Args;
use files::{Files, PlacedFiles};
use letter::{Letter, Writing};
use std::path::PathBuf;

/// Write the message to the customer of a refund, for you to send
///
/// It states the amount, the product, the order and when the money arrives; for a refund that is only marked, how long
/// it takes once it is carried out. SEPA customers are asked not to reverse the debit as well. The desk sends nothing.
/// It records that the customer was told, and no longer reminds you.
#[derive(Args)]
#[command(after_long_help = variables())]
pub struct Notice {
    /// A refund's number or platform ID, or a sale with only one active refund
    #[arg(value_name = "SALE|REFUND", required_unless_present = "reference")]
    refunds: Vec<RefundId>,
    /// All refunds of this batch; failed and cancelled ones are left out
    #[arg(long, value_name = "NAME", conflicts_with = "refunds")]
    reference: Option<Reference>,
    #[arg(
        long,
        value_name = "LANGUAGE",
        value_parser = word::<Language>(),
        help = "The language [default: by the customer's country, else [notice] language]"
    )]
    lang: Option<Language>,
    /// Write one file per message to this folder, named after the refund
    #[arg(long, value_name = "DIR")]
    out: Option<PathBuf>,
    /// Overwrite existing files in the folder
    #[arg(long, requires = "out")]
    force: bool,
    /// Write drafts that a mail program can open
    #[arg(long)]
    eml: bool,
    /// Show the message without recording it
    #[arg(long)]
    preview: bool,
}

fn variables() -> String {
    let longest = VARIABLES.iter().map(|(name, _)| name.len()).max().unwrap_or_default();
    let lines = VARIABLES.iter().map(|(name, what)| format!("  {name:longest$}  {what}\n"));
    format!(
        "Your own message templates:\n  \
         Files fr.txt, de.txt and en.txt in the folder that [notice] templates names\n  \
         in the configuration: text with {{{{ variable }}}} and {{% if variable %}} ... {{% endif %}}.\n  \
         The first line may be `Subject: ...`. Unknown values are empty.\n\n{}",
        lines.collect::<String>().trim_end()
    )
}

impl Notice {
    pub fn run(self, context: &mut Context) -> CommandResult {
        let store = self.open(context)?;
        let found = self.found(&store, context)?;
        if self.eml && self.out.is_none() && (found.len() > 1 || context.ui.format != Format::Table) {
            return Err(Failure::usage("drafts are files, one per message").again("give a folder: ", "--out drafts"));
        }
        let (notices, without_notice) = notices(found, context);
        if !without_notice.is_empty() && (self.reference.is_none() || notices.is_empty()) {
            return Err(no_notice(&without_notice));
        }
        let mut writing = Writing { context, language: self.lang, eml: self.eml };
        let letters = writing.letters(notices)?;
        let files = self.files(&letters, context)?;
        if !self.preview
            && let Err(failure) = record(&store, &letters, context)
        {
            // What may be recorded after all keeps its message.
            if failure.is_recorded == Some(false) {
                files.into_iter().for_each(PlacedFiles::remove);
            }
            return Err(failure);
        }
        self.hand_over(letters, files, context)?;
        for each in &without_notice {
            context.ui.error(&format!("left out: {each}"));
        }
        Ok(if without_notice.is_empty() { Done::Fully } else { Done::Partly })
    }

    /// A preview only reads, so it works with a fixed clock too.
    fn open(&self, context: &mut Context) -> Result<Store, Failure> {
        if self.preview {
            return context::open(context);
        }
        context::open_to_write(context).map_err(|failure| match failure.code.as_str() {
            "clock_stands" => failure.again("or only show the message: ", "--preview"),
            _ => failure,
        })
    }

    fn found(&self, store: &Store, context: &Context) -> Result<Vec<StoredRefund>, Failure> {
        let zone = context.policy.zone;
        if let Some(reference) = &self.reference {
            return Ok(desk::of_batch(store, reference, zone)?);
        }
        let mut found: Vec<StoredRefund> = Vec::new();
        for name in &self.refunds {
            let stored = desk::find(store, name, zone)?;
            if !found.iter().any(|known| known.refund.id == stored.refund.id) {
                found.push(stored);
            }
        }
        Ok(found)
    }

    /// The files are in place before anything is recorded.
    fn files(&self, letters: &[Letter], context: &Context) -> Result<Option<PlacedFiles>, Failure> {
        let Some(folder) = &self.out else { return Ok(None) };
        let if_there = if self.force { IfThere::Replace } else { IfThere::Keep };
        let extension = if self.eml { "eml" } else { "txt" };
        let files = Files::begin(folder, extension, letters, if_there, &protected(context, []))?;
        Ok(Some(files.put_in_place()?))
    }

    /// The notices are recorded: from now on every failure must say so.
    fn hand_over(
        &self,
        letters: Vec<Letter>,
        files: Option<PlacedFiles>,
        context: &mut Context,
    ) -> Result<(), Failure> {
        let undelivered = |error: Undelivered| match self.preview {
            true => error.into(),
            false => notice_but_undelivered(&error),
        };
        let earlier: Vec<String> = letters.iter().filter_map(note_of_earlier).collect();
        let today = context.now.today;
        let draft = letters.first().and_then(|letter| letter.draft.clone()).filter(|_| files.is_none());
        let mut views: Vec<NoticeView> = letters.into_iter().map(|letter| letter.view).collect();
        if !self.preview {
            views = views.into_iter().map(|view| view.notified(today)).collect();
        }
        if let Some(files) = files {
            let written = |(view, path): (NoticeView, PathBuf)| view.written_to(path.display().to_string());
            views = views.into_iter().zip(files.paths).map(written).collect();
        }
        match draft {
            Some(draft) => context.ui.answer(&draft),
            None => view::answer(&mut context.ui, &views),
        }
        .map_err(undelivered)?;
        earlier.iter().for_each(|note| context.ui.note(note));
        self.note_next_steps(&views, context);
        Ok(())
    }

    fn note_next_steps(&self, views: &[NoticeView], context: &mut Context) {
        for view in views.iter().filter(|view| view.to().is_none()) {
            let note = format!(
                "note: the message of {} has no recipient: the customer's e-mail is missing, or not a single plain address",
                view.refund()
            );
            context.ui.note(&note);
        }
        let note = match (self.preview, views) {
            (true, _) => "note: a preview, nothing was recorded".to_owned(),
            (false, [only]) => format!(
                "note: recorded that the customer of {} was told; the desk sends nothing, so send the message now",
                only.refund()
            ),
            (false, several) => format!(
                "note: recorded that the customers of {} were told; the desk sends nothing, so send the messages now",
                sentences::counted(several.len() as u64, "refund", "refunds")
            ),
        };
        context.ui.note(&note);
    }
}

fn note_of_earlier(letter: &Letter) -> Option<String> {
    let on = sentences::weekday(letter.notified_on?);
    Some(format!("note: the customer of {} was already told on {on}", letter.notice.refund.id))
}

type Notices = Vec<(StoredRefund, domain::Notice)>;

/// The notices of the refunds, and why the other refunds have none.
fn notices(found: Vec<StoredRefund>, context: &Context) -> (Notices, Vec<NoNotice>) {
    let (mut notices, mut without) = (Vec::new(), Vec::new());
    for stored in found {
        match domain::Notice::of(&stored.refund, &stored.record, &context.policy, context.now.today) {
            Ok(notice) => notices.push((stored, notice)),
            Err(why) => without.push(why),
        }
    }
    (notices, without)
}

fn no_notice(all: &[NoNotice]) -> Failure {
    let Some(first) = all.first() else { return Failure::usage("no refund was given") };
    let mut failure = Failure::new(Exit::Refused, first.code(), first.to_string());
    if all.len() > 1 {
        failure.message = format!("{} of these refunds have no message to send", all.len());
        failure.facts = all.iter().map(ToString::to_string).collect();
    }
    match first {
        // It is only marked.
        NoNotice::ChargedBack { refund, .. } => failure.hint(format!("retour refunds cancel {refund}")),
        NoNotice::NoLongerRight { .. } | NoNotice::Ended { .. } | NoNotice::TestPayment { .. } => {
            failure.hint(format!("retour refunds show {}", first.refund()))
        }
    }
}

fn record(store: &Store, letters: &[Letter], context: &mut Context) -> Result<(), Failure> {
    let (session, ..) = context::session(context, store, &Unobserved);
    let written: Vec<WrittenNotice<'_>> = letters
        .iter()
        .map(|letter| WrittenNotice {
            notice: &letter.notice,
            language: letter.view.message().language,
            digest: &letter.digest,
        })
        .collect();
    Ok(desk::record(&session, &written)?)
}
