//! Exports and notifications → the desk's rows, and batch files → the lines of a batch.
//!
//! `container` turns a file's bytes into text or JSON documents, `table` reads tables, and a provider says what a
//! platform's columns, words and events mean. The outer error is the file's, the inner one the row's. An ambiguous
//! file is an error that names the setting which decides it. A file's bytes are held in memory; its rows are made in
//! chunks.

pub mod batch;
mod claims;
mod column;
mod container;
mod error;
mod explanation;
mod fault;
mod fields;
mod notes;
mod order;
mod provider;
mod providers;
pub mod settings;
pub mod signature;
mod statement;
mod table;
#[cfg(test)]
mod tests;
mod vocabulary;
mod words;
mod written_time;

pub use column::Column;
pub use container::json::Layout;
pub use error::{ImportError, delimiter_name};
pub use explanation::{Content, EventCount, Explanation, FileColumn, TableSummary, Word};
pub use order::Chunk;
pub use provider::Provider;
pub use providers::{signed_by, signers};

use crate::domain::sale::incoming::{Located, Reject, Row, RowNote};
use crate::import::container::json::{Documents, Object};
use crate::import::container::{is_json, readable};
use crate::import::explanation::{WordCounts, becomes};
use crate::import::fault::Fault;
use crate::import::notes::Notes;
use crate::import::provider::{DocumentProvider, TableProvider};
use crate::import::settings::ImportSettings;
use crate::import::table::OpenTable;
use std::collections::BTreeMap;

/// A file with its content.
#[derive(Debug, Clone, Default)]
pub struct File {
    /// As rejects show it: a path, or `-`.
    pub name: String,
    pub bytes: Vec<u8>,
}

/// The rows of a file in chunks, in the order that `order` describes.
pub struct FileRows<'a> {
    /// The number of rows; 0 if it is unknown.
    pub count: u64,
    /// The columns of which the transaction IDs are made; none if the file has IDs.
    pub ids_made_of: &'a [Column],
    pub chunks: Box<dyn Iterator<Item = Chunk> + Send + 'a>,
}

/// Reads a file; without a provider it is recognised.
pub fn read<'a>(
    file: &'a File,
    from: Option<Provider>,
    settings: &'a ImportSettings,
) -> Result<FileRows<'a>, ImportError> {
    match open(&file.bytes, from, settings)? {
        Opened::Documents(documents, _) => {
            let rows = documents.map(move |(line, object)| document(object, &file.name, line, from, settings));
            Ok(FileRows { count: 0, ids_made_of: &[], chunks: Box::new(order::in_chunks(rows)) })
        }
        Opened::Table(table) => {
            let ids_made_of = table.ids_made_of(settings);
            let (count, chunks) = table.rows(&file.name, settings)?;
            Ok(FileRows { count, ids_made_of, chunks: Box::new(chunks) })
        }
    }
}

/// Each object is read by the provider that recognises it, because a file may hold those of several platforms, unless
/// the provider is given.
fn document(
    object: Result<Object, Fault>,
    file: &str,
    line: u64,
    from: Option<Provider>,
    settings: &ImportSettings,
) -> Result<Located, Reject> {
    let notes = Notes::default();
    match object {
        Ok(object) => {
            let provider = reader_of(&object, from);
            let row = provider.row(&object, settings, &notes);
            located(row, file, line, notes).map(|row| Located { identity: provider.identity(&object), ..row })
        }
        Err(fault) => Err(fault.at(file, line, Vec::new())),
    }
}

/// A row with its place and with what was not understood in it.
fn located(row: Result<Row, Fault>, file: &str, line: u64, notes: Notes) -> Result<Located, Reject> {
    match row {
        Ok(row) => Ok(Located { line, identity: None, row, notes: notes.into_all() }),
        Err(fault) => Err(fault.at(file, line, notes.into_words())),
    }
}

fn reader_of(object: &Object, from: Option<Provider>) -> &'static dyn DocumentProvider {
    match from {
        Some(Provider::Documents(provider)) => provider,
        _ => providers::reader_of(object),
    }
}

/// Says how a file would be read. An error means that it cannot be read at all; anything ambiguous or missing is part
/// of the answer. A table without a known column is explained as a table of the desk's own: the answer is a mapping.
pub fn explain(file: &File, from: Option<Provider>, settings: &ImportSettings) -> Result<Explanation, ImportError> {
    match open(&file.bytes, from, settings) {
        Ok(Opened::Documents(documents, provider)) => {
            let content = notifications(documents, file, from, settings);
            Ok(Explanation { format: provider.word(), content, problems: Vec::new() })
        }
        Ok(Opened::Table(table)) => Ok(explain_table(&table, settings)),
        Err(ImportError::UnknownTable { .. }) => {
            let own = providers::tables().first().copied();
            Ok(explain_table(&open_table(readable(&file.bytes)?, own, settings)?, settings))
        }
        Err(error) => Err(error),
    }
}

fn explain_table(table: &OpenTable<'_>, settings: &ImportSettings) -> Explanation {
    let (summary, problems) = table.explain(settings);
    Explanation { format: table.format(), content: Content::Table(summary), problems }
}

fn notifications(documents: Documents<'_>, file: &File, from: Option<Provider>, settings: &ImportSettings) -> Content {
    let (layout, mut count, mut words) = (documents.layout(), 0, WordCounts::default());
    let mut events: BTreeMap<(String, String), u64> = BTreeMap::new();
    for (line, object) in documents {
        let event = object.as_ref().ok().and_then(|object| reader_of(object, from).event_type(object));
        let event = event.unwrap_or_default().to_owned();
        let row = document(object, &file.name, line, from, settings);
        let notes = row.as_ref().map_or_else(|reject| &reject.notes, |located| &located.notes);
        for note in notes {
            if let RowNote::UnknownWord { column, word } = note {
                words.add(column, word, None);
            }
        }
        *events.entry((event, becomes(&row))).or_default() += 1;
        count += 1;
    }
    let events = events.into_iter().map(|((event, becomes), count)| EventCount { event, becomes, count });
    Content::Notifications { layout, count, events: events.collect(), words }
}

/// A file that is understood as far as its beginning and its syntax show.
enum Opened<'a> {
    Documents(Documents<'a>, &'static dyn DocumentProvider),
    Table(Box<OpenTable<'a>>),
}

fn open<'a>(bytes: &'a [u8], from: Option<Provider>, settings: &ImportSettings) -> Result<Opened<'a>, ImportError> {
    let bytes = readable(bytes)?;
    match from {
        Some(Provider::Documents(provider)) => Ok(Opened::Documents(Documents::open(bytes)?, provider)),
        None if is_json(bytes) => {
            let documents = Documents::open(bytes)?;
            let provider = recognised(documents.clone())?;
            Ok(Opened::Documents(documents, provider))
        }
        None => Ok(Opened::Table(Box::new(open_table(bytes, None, settings)?))),
        Some(Provider::Table(provider)) => Ok(Opened::Table(Box::new(open_table(bytes, Some(provider), settings)?))),
    }
}

fn open_table<'a>(
    bytes: &'a [u8],
    wanted: Option<&'static dyn TableProvider>,
    settings: &ImportSettings,
) -> Result<OpenTable<'a>, ImportError> {
    OpenTable::open(bytes, wanted, &providers::tables(), &settings.csv)
}

/// The provider of the first object that one recognises. Empty objects and a platform's test messages say nothing: they
/// can be anywhere in a file, also alone.
fn recognised(documents: Documents<'_>) -> Result<&'static dyn DocumentProvider, ImportError> {
    let mut has_others = false;
    for (_, object) in documents {
        match object {
            Ok(object) => match providers::recognise(&object) {
                Some(provider) => return Ok(provider),
                None => has_others |= !object.is_empty() && !is_test_message(&object),
            },
            Err(_) => has_others = true,
        }
    }
    if has_others { Err(ImportError::UnknownJson) } else { Ok(providers::reader_of(&Object::new())) }
}

/// A message such as COPE's `This is a test webhook`.
fn is_test_message(object: &Object) -> bool {
    let message = object.get("message").and_then(|message| message.as_str()).unwrap_or_default().to_lowercase();
    message.split(|c: char| !c.is_alphanumeric()).any(|word| word == "test")
}
