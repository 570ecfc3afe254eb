//! What the program reads from its environment, once: variables, default paths, terminals.

use crate::import::signature::{Secret, Signer};
use crate::import::signers;
use crate::output::ui::Format;
use directories::{BaseDirs, ProjectDirs};
use std::collections::BTreeMap;
use std::ffi::OsString;
use std::io::{IsTerminal, stderr, stdin, stdout};
use std::path::PathBuf;

/// The environment of the process.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Environment {
    pub variables: Variables,
    pub default_paths: DefaultPaths,
    pub stdin_is_terminal: bool,
    pub stdout_is_terminal: bool,
    pub stderr_is_terminal: bool,
    /// The width of the terminal on stdout in columns; `None` if it is unknown or stdout is not a terminal.
    pub terminal_width: Option<usize>,
}

/// The environment variables that the program knows. An empty one counts as unset.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Variables {
    /// `RETOUR_STORE`
    pub store: Option<PathBuf>,
    /// `RETOUR_CONFIG`
    pub config: Option<PathBuf>,
    /// `RETOUR_FORMAT`
    pub format: Option<Format>,
    /// `RETOUR_WIDTH`, in columns, from 1.
    pub width: Option<usize>,
    /// `NO_COLOR`
    pub no_color: bool,
    /// `CLICOLOR_FORCE`
    pub clicolor_force: bool,
    /// `RETOUR_NO_INPUT`
    pub no_input: bool,
    /// `RETOUR_ACTOR`
    pub actor: Option<String>,
    /// `RETOUR_NOW`, which [`crate::environment::clock::from_setting`] reads.
    pub now: Option<String>,
    /// `RETOUR_LOG`
    pub log: Option<String>,
    /// The secrets of the platforms that sign, by variable: `RETOUR_COPE_SECRET` …
    pub secrets: BTreeMap<&'static str, Secret>,
    /// `USER`, else `LOGNAME`.
    pub user: Option<String>,
    /// `COLUMNS`, which is ignored unless stdout is a terminal.
    pub columns: Option<usize>,
}

/// The default paths. All `None` for a user without a home directory.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct DefaultPaths {
    pub home: Option<PathBuf>,
    /// `config.toml` in the user's configuration folder.
    pub config_file: Option<PathBuf>,
    /// `store.db` in the user's data folder.
    pub store_file: Option<PathBuf>,
}

/// A variable of the program with an invalid value.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("the environment variable {name} is {problem}")]
pub struct BadVariable {
    pub name: &'static str,
    pub problem: String,
}

impl Environment {
    /// Reads the environment. An invalid value is an error.
    #[expect(clippy::disallowed_methods, reason = "the only place that reads the environment")]
    pub fn read() -> Result<Self, BadVariable> {
        let variables = Variables::of(|name| std::env::var_os(name))?;
        let size = || rustix::termios::tcgetwinsize(stdout()).ok().map(|size| size.ws_col);
        let stdout_is_terminal = stdout().is_terminal();
        let terminal_width = stdout_is_terminal.then(|| width(size(), variables.columns)).flatten();
        Ok(Self {
            variables,
            default_paths: DefaultPaths::of_user(),
            stdin_is_terminal: stdin().is_terminal(),
            stdout_is_terminal,
            stderr_is_terminal: stderr().is_terminal(),
            terminal_width,
        })
    }
}

impl Variables {
    /// Reads each variable with `value_of`.
    pub fn of(value_of: impl Fn(&str) -> Option<OsString>) -> Result<Self, BadVariable> {
        let set = |name| value_of(name).filter(|value| !value.is_empty());
        let ours = |name| set(name).map(|value| utf8(name, value)).transpose();
        let secret = |signer: &Signer| {
            let text = ours(signer.variable)?;
            Ok(text.and_then(|text| Secret::new(text.as_bytes())).map(|secret| (signer.variable, secret)))
        };
        let theirs = |name| set(name).and_then(|value| value.into_string().ok());
        let is_on = |name| set(name).is_some_and(|value| value != "0");
        Ok(Self {
            store: ours("RETOUR_STORE")?.map(PathBuf::from),
            config: ours("RETOUR_CONFIG")?.map(PathBuf::from),
            format: ours("RETOUR_FORMAT")?.map(|text| format(&text)).transpose()?,
            width: ours("RETOUR_WIDTH")?.map(|text| configured_width(&text)).transpose()?,
            // Any value counts: https://no-color.org
            no_color: set("NO_COLOR").is_some(),
            clicolor_force: is_on("CLICOLOR_FORCE"),
            no_input: is_on("RETOUR_NO_INPUT"),
            actor: ours("RETOUR_ACTOR")?,
            now: ours("RETOUR_NOW")?,
            log: ours("RETOUR_LOG")?,
            secrets: signers().filter_map(|signer| secret(signer).transpose()).collect::<Result<_, _>>()?,
            user: theirs("USER").or_else(|| theirs("LOGNAME")),
            columns: theirs("COLUMNS").and_then(|text| columns(&text)),
        })
    }
}

impl DefaultPaths {
    fn of_user() -> Self {
        let folders = ProjectDirs::from("", "", "retour");
        Self {
            home: BaseDirs::new().map(|user| user.home_dir().to_owned()),
            config_file: folders.as_ref().map(|folders| folders.config_dir().join("config.toml")),
            store_file: folders.as_ref().map(|folders| folders.data_dir().join("store.db")),
        }
    }
}

fn utf8(name: &'static str, value: OsString) -> Result<String, BadVariable> {
    let problem = |value: OsString| format!("`{}`, which is not UTF-8 text", value.display());
    value.into_string().map_err(|value| BadVariable { name, problem: problem(value) })
}

fn format(text: &str) -> Result<Format, BadVariable> {
    let words = || Format::ALL.iter().map(|format| format.word()).collect::<Vec<_>>().join(", ");
    let problem = || format!("`{text}`, not one of {}", words());
    let meant = Format::ALL.iter().copied().find(|format| format.word() == text);
    meant.ok_or_else(|| BadVariable { name: "RETOUR_FORMAT", problem: problem() })
}

fn configured_width(text: &str) -> Result<usize, BadVariable> {
    let problem = || format!("`{text}`, not a number of columns such as 100");
    columns(text).ok_or_else(|| BadVariable { name: "RETOUR_WIDTH", problem: problem() })
}

fn columns(text: &str) -> Option<usize> {
    text.parse().ok().filter(|columns| *columns > 0)
}

/// The terminal's size, else `COLUMNS`. A terminal that does not know its size reports 0.
fn width(size: Option<u16>, columns: Option<usize>) -> Option<usize> {
    size.filter(|size| *size > 0).map(usize::from).or(columns)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn variables(variables: &[(&str, &str)]) -> Result<Variables, BadVariable> {
        let find = |name: &str| variables.iter().find(|(known, _)| *known == name);
        Variables::of(|name| find(name).map(|(_, value)| OsString::from(value)))
    }

    #[test]
    fn every_variable_is_read() {
        let read = variables(&[
            ("RETOUR_STORE", "/srv/desk.db"),
            ("RETOUR_CONFIG", "/srv/desk.toml"),
            ("RETOUR_FORMAT", "jsonl"),
            ("RETOUR_WIDTH", "72"),
            ("NO_COLOR", "0"),
            ("CLICOLOR_FORCE", "1"),
            ("RETOUR_NO_INPUT", "1"),
            ("RETOUR_ACTOR", "Anna"),
            ("RETOUR_NOW", "2026-03-25T10:00:00Z"),
            ("RETOUR_LOG", "debug"),
            ("RETOUR_COPECART_SECRET", "made up"),
            ("RETOUR_COPE_SECRET", "whsec_made_up"),
            ("LOGNAME", "anna"),
            ("COLUMNS", "120"),
        ]);
        let expected = Variables {
            store: Some("/srv/desk.db".into()),
            config: Some("/srv/desk.toml".into()),
            format: Some(Format::Jsonl),
            width: Some(72),
            no_color: true,
            clicolor_force: true,
            no_input: true,
            actor: Some("Anna".into()),
            now: Some("2026-03-25T10:00:00Z".into()),
            log: Some("debug".into()),
            secrets: [("RETOUR_COPECART_SECRET", "made up"), ("RETOUR_COPE_SECRET", "whsec_made_up")]
                .map(|(variable, secret)| (variable, Secret::new(secret.as_bytes()).unwrap()))
                .into(),
            user: Some("anna".into()),
            columns: Some(120),
        };
        assert_eq!(read.unwrap(), expected);
    }

    #[test]
    fn an_empty_variable_counts_as_unset_and_0_as_off() {
        let settings = ["STORE", "CONFIG", "FORMAT", "WIDTH", "NO_INPUT", "ACTOR", "NOW", "LOG"];
        let ours = [&settings[..], &["COPECART_SECRET", "COPE_SECRET"]].concat();
        let ours: Vec<String> = ours.iter().map(|name| format!("RETOUR_{name}")).collect();
        let others = ["NO_COLOR", "CLICOLOR_FORCE", "USER", "LOGNAME", "COLUMNS"];
        let empty: Vec<(&str, &str)> = ours.iter().map(String::as_str).chain(others).map(|name| (name, "")).collect();
        assert_eq!(variables(&empty).unwrap(), Variables::default());
        let off = variables(&[("CLICOLOR_FORCE", "0"), ("RETOUR_NO_INPUT", "0")]);
        assert_eq!(off.unwrap(), Variables::default());
    }

    #[test]
    fn an_invalid_value_is_named_with_its_variable() {
        let error = |name, value| variables(&[(name, value)]).unwrap_err().to_string();
        assert_eq!(
            error("RETOUR_FORMAT", "xml"),
            "the environment variable RETOUR_FORMAT is `xml`, not one of table, json, jsonl, csv, tsv"
        );
        for width in ["0", "-1", "wide", "80.5"] {
            assert_eq!(
                error("RETOUR_WIDTH", width),
                format!("the environment variable RETOUR_WIDTH is `{width}`, not a number of columns such as 100")
            );
        }
        assert_eq!(variables(&[("COLUMNS", "wide")]).unwrap().columns, None);
    }

    #[cfg(unix)]
    #[test]
    fn our_variables_must_be_utf8_and_others_are_ignored_if_they_are_not() {
        use std::os::unix::ffi::OsStringExt;
        let value = || Some(OsString::from_vec(vec![b'x', 0xff]));
        let error = Variables::of(|name| (name == "RETOUR_STORE").then(value).flatten()).unwrap_err();
        assert_eq!(error.to_string(), "the environment variable RETOUR_STORE is `x\u{fffd}`, which is not UTF-8 text");
        let others = Variables::of(|name| if name.starts_with("RETOUR_") { None } else { value() });
        assert_eq!(others.unwrap().user, None);
    }

    #[test]
    fn columns_counts_only_if_the_terminal_does_not_know_its_width() {
        assert_eq!(width(Some(80), Some(120)), Some(80));
        assert_eq!(width(Some(0), Some(120)), Some(120));
        assert_eq!(width(None, None), None);
    }
}
