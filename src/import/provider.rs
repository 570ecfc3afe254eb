//! The contract of a provider: how one platform's exports or notifications are recognised and read.
//!
//! A provider is a folder in `providers/` and its line in the list there; no other file asks which platform it is. The
//! outer error of an import is the file's ([`crate::import::ImportError`]), the inner one the row's ([`Fault`]).

use crate::domain::sale::incoming::{Identity, Row};
use crate::import::column::Column;
use crate::import::container::json::Object;
use crate::import::fault::Fault;
use crate::import::notes::Notes;
use crate::import::settings::ImportSettings;
use crate::import::signature::Signer;

/// A platform by the form in which its data comes.
#[derive(Clone, Copy)]
pub enum Provider {
    Table(&'static dyn TableProvider),
    Documents(&'static dyn DocumentProvider),
}

impl Provider {
    /// The word of `--from`, which `--explain` prints as the format.
    pub fn word(self) -> &'static str {
        match self {
            Self::Table(table) => table.word(),
            Self::Documents(documents) => documents.word(),
        }
    }
}

/// A platform's tables: what its headers are called.
///
/// The desk's own column names and the configured mapping work in every table, and so do the words of every platform.
pub trait TableProvider: Sync {
    /// Its word of `--from`.
    fn word(&self) -> &'static str;

    /// The column that a header names, apart from the desk's own names.
    fn column(&self, header: &str) -> Option<Column>;

    /// The column whose cells are used if the file does not have this one.
    fn fallback(&self, _column: Column) -> Option<Column> {
        None
    }
}

/// A platform's notifications: JSON objects, each about one event.
pub trait DocumentProvider: Sync {
    /// Its word of `--from`.
    fn word(&self) -> &'static str;

    /// The object has fields or an event type that only this platform's have.
    fn recognises(&self, object: &Object) -> bool;

    /// The event's type as the platform writes it.
    fn event_type<'a>(&self, object: &'a Object) -> Option<&'a str>;

    /// What identifies the event if it is sent again.
    fn identity(&self, _object: &Object) -> Option<Identity> {
        None
    }

    /// What the object is understood as.
    fn row(&self, object: &Object, settings: &ImportSettings, notes: &Notes) -> Result<Row, Fault>;

    /// How it signs its notifications, if it does.
    fn signer(&self) -> Option<&'static Signer> {
        None
    }
}
