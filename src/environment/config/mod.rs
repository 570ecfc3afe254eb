//! The configuration. Every mistake in the file is named, with its line.

mod document;
mod read;
mod show;

use crate::domain::batch::BatchLimits;
use crate::domain::money::Currency;
use crate::domain::notice::{Language, Mailbox};
use crate::domain::refund::Reason;
use crate::domain::rules::calendar::Calendar;
use crate::domain::rules::period::Periods;
use crate::domain::rules::policy::{DueDays, Policy};
use crate::domain::rules::window::Settlement;
use crate::domain::sale::transaction::SaleStatus;
use crate::domain::string_enum::string_enum;
use crate::domain::time::Zone;
use crate::import::settings::{CsvSettings, ImportSettings};
use crate::import::signature::Signer;
use crate::output::ui::Format;
use chrono::NaiveDate;
use document::Document;
use std::collections::{BTreeMap, BTreeSet};
use std::fmt;
use std::path::{Path, PathBuf};

/// The commented file that `retour init` writes. It sets exactly the defaults.
pub const EXAMPLE: &str = include_str!("../../../config.example.toml");

/// The longest time to wait for another desk, in seconds.
pub const LONGEST_WAIT_SECONDS: u32 = 600;

/// The highest limit for the lines of a batch.
pub const LONGEST_BATCH: u32 = 1_000_000;

/// The most days that `refunds due` can look ahead or back.
pub const LONGEST_DUE_DAYS: u32 = 366;

/// The latest end of a settlement window, in business days.
pub const LONGEST_SETTLEMENT_DAYS: u32 = 60;

string_enum! {
    /// When output is coloured.
    Color, "choice of colour" {
        /// On a terminal, unless it asks for no colour.
        Auto = "auto",
        Always = "always",
        Never = "never",
    }
}

/// The whole configuration: what the file does not set has its default.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Config {
    /// As written; [`Self::store_path`] resolves it.
    pub store: Option<String>,
    pub format: Format,
    pub color: Color,
    pub ascii: bool,
    /// `None` for the name of the user.
    pub actor: Option<String>,
    pub time_zone: Zone,
    pub default_reason: Option<Reason>,
    /// `[returns]` and `[products."…"]`.
    pub periods: Periods,
    pub settlement: Settlement,
    /// Further days that are not business days, beside TARGET's.
    pub holidays: BTreeSet<NaiveDate>,
    /// `[due]`: how many days `refunds due` looks ahead or back.
    pub due: DueDays,
    /// `[import] currency`
    pub currency: Option<Currency>,
    /// `[import] status`
    pub status: Option<SaleStatus>,
    pub csv: CsvSettings,
    /// `[signatures]`: the file of each platform's secret, as written, by its key; [`Self::secret_file`] finds it.
    pub secret_files: BTreeMap<&'static str, String>,
    pub notice: NoticeSettings,
    /// `[limits]`: how large a batch may be.
    pub limits: BatchLimits,
    /// How long a command waits while another one writes.
    pub wait_seconds: u32,
}

/// `[notice]`: the message to the customer.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct NoticeSettings {
    /// For customers whose country does not determine it.
    pub language: Option<Language>,
    pub from: Option<Mailbox>,
    /// The folder of the vendor's own templates, as written; [`Config::templates_path`] resolves it.
    pub templates: Option<String>,
}

impl Default for Config {
    fn default() -> Self {
        let Policy { zone, periods, settlement, calendar: _, default_reason, due } = Policy::default();
        Self {
            store: None,
            format: Format::Table,
            color: Color::Auto,
            ascii: false,
            actor: None,
            time_zone: zone,
            default_reason,
            periods,
            settlement,
            holidays: BTreeSet::new(),
            due,
            currency: None,
            status: None,
            csv: CsvSettings::default(),
            secret_files: BTreeMap::new(),
            notice: NoticeSettings::default(),
            limits: BatchLimits::default(),
            wait_seconds: 5,
        }
    }
}

/// A path starts with `~/`, and the user has no home directory.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{0}` is in the home directory, but this user has none")]
pub struct NoHome(pub String);

impl Config {
    /// Reads a configuration; errors call the file `path_shown`.
    pub fn parse(text: &str, path_shown: &str) -> Result<Self, ConfigError> {
        let document = Document::new(text);
        let config = read::config(&document);
        let problems = document.into_problems();
        if problems.is_empty() { Ok(config) } else { Err(ConfigError { path: path_shown.into(), problems }) }
    }

    /// What the rules ask of the configuration.
    pub fn policy(&self) -> Policy {
        Policy {
            zone: self.time_zone,
            periods: self.periods.clone(),
            settlement: self.settlement.clone(),
            calendar: Calendar::new(self.holidays.iter().copied()),
            default_reason: self.default_reason,
            due: self.due,
        }
    }

    /// What imports ask of the configuration.
    pub fn import_settings(&self) -> ImportSettings {
        ImportSettings { zone: self.time_zone, currency: self.currency, status: self.status, csv: self.csv.clone() }
    }

    /// The configured store. `~/` is the home directory, and a relative path is relative to the configuration's folder,
    /// so that a command uses the same store in every folder.
    pub fn store_path(&self, home: Option<&Path>, folder: &Path) -> Result<Option<PathBuf>, NoHome> {
        self.store.as_deref().map(|store| resolved(store, home, folder)).transpose()
    }

    /// The configured file with the secret of a platform, found as the store is.
    pub fn secret_file(&self, signer: &Signer, home: Option<&Path>, folder: &Path) -> Result<Option<PathBuf>, NoHome> {
        self.secret_files.get(signer.config_key).map(|file| resolved(file, home, folder)).transpose()
    }

    /// The folder of the vendor's own templates, resolved as the store is.
    pub fn templates_path(&self, home: Option<&Path>, folder: &Path) -> Result<Option<PathBuf>, NoHome> {
        self.notice.templates.as_deref().map(|templates| resolved(templates, home, folder)).transpose()
    }

    /// The whole configuration as a file that reads back as the same configuration.
    pub fn show(&self) -> String {
        show::page(self)
    }
}

fn resolved(file: &str, home: Option<&Path>, folder: &Path) -> Result<PathBuf, NoHome> {
    match (file.strip_prefix("~/"), home) {
        (Some(inside), Some(home)) => Ok(home.join(inside)),
        (Some(_), None) => Err(NoHome(file.to_owned())),
        (None, _) => Ok(folder.join(file)),
    }
}

/// All mistakes in a configuration file, in the order of their lines. There is at least one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ConfigError {
    /// As given to [`Config::parse`].
    pub path: String,
    pub problems: Vec<Problem>,
}

/// One mistake.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Problem {
    /// From 1.
    pub line: usize,
    /// In characters, from 1.
    pub column: usize,
    pub message: String,
}

impl fmt::Display for ConfigError {
    /// One line for each problem: `config.toml:12: unknown key …`
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (n, problem) in self.problems.iter().enumerate() {
            let new_line = if n > 0 { "\n" } else { "" };
            write!(f, "{new_line}{}:{}: {}", self.path, problem.line, problem.message)?;
        }
        Ok(())
    }
}

impl std::error::Error for ConfigError {}

#[cfg(test)]
mod tests;
