//! The configuration. Every mistake in the file is named, with its line.

mod document;
mod kind;
mod settings;

use crate::domain::batch::BatchLimits;
use crate::domain::money::Currency;
use crate::domain::notice::{Language, Mailbox};
use crate::domain::refund::Reason;
use crate::domain::rules::calendar::{Calendar, LegalHolidays};
use crate::domain::rules::period::Periods;
use crate::domain::rules::policy::{DueDays, Policy};
use crate::domain::rules::window::Settlement;
use crate::domain::sale::transaction::SaleStatus;
use crate::domain::string_enum::string_enum;
use crate::domain::time::Zone;
use crate::import::settings::{CsvSettings, ImportSettings};
use crate::output::ui::Format;
use chrono::NaiveDate;
use document::Document;
use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

/// The commented file that `retour init` writes. It sets exactly the defaults.
pub const EXAMPLE: &str = include_str!("../../../config.example.toml");

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
    /// As written; [`resolved`] finds it.
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
    /// `[calendar] legal_holidays`: those on which no return period ends.
    pub legal_holidays: LegalHolidays,
    /// `[due]`: how many days `refunds due` looks ahead or back.
    pub due: DueDays,
    /// `[import] currency`
    pub currency: Option<Currency>,
    /// `[import] status`
    pub status: Option<SaleStatus>,
    pub csv: CsvSettings,
    /// `[signatures]`: the file of each platform's secret, as written, by its key; [`resolved`] finds it.
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
    /// The folder of the vendor's own templates, as written; [`resolved`] finds it.
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
            legal_holidays: LegalHolidays::default(),
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
        let (document, mut config) = (Document::new(text), Self::default());
        settings::read(&document.root(), &mut config);
        let problems = document.into_problems();
        let lines: Vec<String> =
            problems.iter().map(|(line, message)| format!("{path_shown}:{line}: {message}")).collect();
        if lines.is_empty() { Ok(config) } else { Err(ConfigError(lines.join("\n"))) }
    }

    /// The whole configuration as a file that reads back as the same configuration.
    pub fn show(&self) -> String {
        let document = Document::new("");
        settings::read(&document.root(), &mut self.clone());
        document.into_page()
    }

    /// What the rules ask of the configuration.
    pub fn policy(&self) -> Policy {
        Policy {
            zone: self.time_zone,
            periods: self.periods.clone(),
            settlement: self.settlement.clone(),
            calendar: Calendar::new(self.holidays.iter().copied()).with_legal_holidays(self.legal_holidays.clone()),
            default_reason: self.default_reason,
            due: self.due,
        }
    }

    /// What imports ask of the configuration.
    pub fn import_settings(&self) -> ImportSettings {
        ImportSettings { zone: self.time_zone, currency: self.currency, status: self.status, csv: self.csv.clone() }
    }
}

/// A configured path as a file or a folder. `~/` is the home directory, and a relative path is relative to the
/// configuration's folder, so that a command uses the same store in every folder.
pub fn resolved(path: Option<&String>, home: Option<&Path>, folder: &Path) -> Result<Option<PathBuf>, NoHome> {
    let Some(path) = path else { return Ok(None) };
    match (path.strip_prefix("~/"), home) {
        (Some(inside), Some(home)) => Ok(Some(home.join(inside))),
        (Some(_), None) => Err(NoHome(path.clone())),
        (None, _) => Ok(Some(folder.join(path))),
    }
}

/// All mistakes in a configuration file, in the order of their lines, one a line: `config.toml:12: unknown key …`
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct ConfigError(String);

#[cfg(test)]
mod tests;
