//! The vendor's own message templates: where they are, and what is wrong with one.

use crate::commands::context::{Context, configured_path};
use crate::commands::failure::{Exit, Failure};
use crate::domain::notice::Language;
use crate::output::messages::template::{BadTemplate, Template};
use std::fs;
use std::io::ErrorKind;
use std::path::PathBuf;

/// One of the vendor's own templates.
pub(super) struct Source {
    path: PathBuf,
    pub text: String,
}

/// The vendor's template of a language; `None` if the built-in one applies.
pub(super) fn source(context: &Context, language: Language) -> Result<Option<Source>, Failure> {
    let configured = context.config.notice.templates.as_ref();
    let templates = configured_path(configured, &context.environment, context.config_file.as_deref())?;
    let Some(templates) = templates else { return Ok(None) };
    let bad = |message: String| Failure::new(Exit::Usage, "bad_template", message);
    if !templates.is_dir() {
        return Err(bad(format!("[notice] templates: folder {} does not exist", templates.display())));
    }
    let path = templates.join(format!("{language}.txt"));
    match fs::read_to_string(&path) {
        Ok(text) => Ok(Some(Source { path, text })),
        Err(error) if error.kind() == ErrorKind::NotFound => Ok(None),
        Err(error) => Err(bad(format!("{} cannot be read: {error}", path.display()))),
    }
}

/// What is wrong with a template, with its file and line.
pub(super) fn bad(source: Option<&Source>, bad: &BadTemplate) -> Failure {
    let shown = source.map_or_else(|| "the message".to_owned(), |source| source.path.display().to_string());
    let line = bad.line.map(|line| format!(":{line}")).unwrap_or_default();
    Failure::new(Exit::Usage, "bad_template", format!("{shown}{line}: {bad}"))
        .hint("see the template variables: retour notice --help")
}

/// Checks that every template can be read and uses only known variables.
pub fn check(context: &Context) -> Result<(), Failure> {
    for language in Language::ALL {
        let Some(source) = source(context, *language)? else { continue };
        Template::parse(&source.text).map_err(|error| bad(Some(&source), &error))?;
    }
    Ok(())
}
