//! A table → rows. One pass over the whole file decides what could be read in two ways, a second one reads.

pub mod amounts;
mod cells;
mod dates;
pub mod dialect;
mod evidence;
pub mod headers;
mod ids;
pub mod records;
mod refunded;
mod row;
#[cfg(test)]
mod tests;

use crate::domain::product::Product;
use crate::domain::sale::incoming::{Located, Reject, Row};
use crate::import::column::Column;
use crate::import::container::text::{Decoded, decode};
use crate::import::error::ImportError;
use crate::import::explanation::{FileColumn, TableSummary, WordCounts};
use crate::import::fault::shown;
use crate::import::located;
use crate::import::notes::Notes;
use crate::import::order::{self, CHUNK_ROWS, Chunk};
use crate::import::provider::TableProvider;
use crate::import::settings::{CsvSettings, DecimalSign, Encoding, ImportSettings};
use amounts::DecimalSurvey;
use cells::{Notation, RowCells};
use csv::StringRecord;
use dates::DateSurvey;
use headers::{Header, is_known, recognise};
use ids::{IdSurvey, SharedIds};
use records::{RecordPosition, Records};
use std::borrow::Cow;
use std::collections::HashSet;
use std::iter;

/// A table whose encoding, delimiter and columns are known.
pub struct OpenTable<'a> {
    text: Cow<'a, [u8]>,
    encoding: Encoding,
    delimiter: u8,
    provider: &'static dyn TableProvider,
    header: Header,
}

/// What the first pass over the rows found.
#[derive(Default)]
struct Survey {
    rows: u64,
    decimals: DecimalSurvey,
    dates: DateSurvey,
    /// Where each chunk of rows begins and how many it has, with the payment time of its first row as it is written.
    chunks: Vec<((RecordPosition, usize), String)>,
    ids: IdSurvey,
}

impl<'a> OpenTable<'a> {
    /// `bytes` are without a byte order mark. Without a `wanted` provider the one that knows the header best is chosen.
    pub fn open(
        bytes: &'a [u8],
        wanted: Option<&'static dyn TableProvider>,
        providers: &[&'static dyn TableProvider],
        settings: &CsvSettings,
    ) -> Result<Self, ImportError> {
        let Decoded { text, encoding } = decode(bytes, settings.encoding)?;
        let known = |cell: &str| is_known(cell, &settings.columns, providers);
        let delimiter = dialect::delimiter(&text, settings.delimiter, known)?;
        dialect::check_quotes(&text, delimiter)?;
        let cells = Records::new(&*text, delimiter).header();
        let has_known = || cells.iter().any(|cell| known(cell));
        let recognised = || recognise(&cells, &settings.columns, providers).filter(|_| has_known());
        let Some(provider) = wanted.or_else(recognised) else {
            let first_line = String::from_utf8_lossy(text.split(|byte| *byte == b'\n').next().unwrap_or_default());
            return Err(ImportError::UnknownTable { first_line: shown(first_line.trim()) });
        };
        let header = Header::of_export(cells, &settings.columns, provider)?;
        Ok(Self { text, encoding, delimiter, provider, header })
    }

    /// The provider's word.
    pub fn format(&self) -> &'static str {
        self.provider.word()
    }

    /// The number of rows and the rows in chunks, as soon as nothing about the file is ambiguous. `name` is the file's.
    pub fn rows(
        self,
        name: &'a str,
        settings: &'a ImportSettings,
    ) -> Result<(u64, impl Iterator<Item = Chunk> + Send + 'a), ImportError> {
        let missing = self.needed(settings);
        if !missing.is_empty() {
            return Err(ImportError::MissingColumns(missing));
        }
        let Survey { rows, decimals, dates, chunks, ids } = self.survey(settings);
        let shared_ids = self.shared_ids(&ids.decide()?, settings);
        let notation = Notation::decide(decimals, dates, &settings.csv)?;
        let chunks = order::oldest_chunk_first(chunks, |cell| dates::read(cell, notation.dates, settings.zone));
        let Self { text, delimiter, provider, header, .. } = self;
        let source = provider.word();
        let mut records = Records::new(text, delimiter);
        let read = move |(start, count): (RecordPosition, usize)| {
            records.go_to(&start);
            let mut chunk = Chunk::with_capacity(count);
            // The order of the row above, and where the chunk has its sale.
            let mut above: (String, usize) = (String::new(), 0);
            for _ in 0..count {
                let Some((line, record)) = records.advance() else { break };
                let notes = Notes::default();
                let row = RowCells { record, header: &header, source, notation, settings, notes: &notes };
                if header.continues(record, &above.0) {
                    add_products(chunk.get_mut(above.1), row.products());
                    continue;
                }
                above = (header.cell(record, Column::OrderId).unwrap_or_default().trim().to_owned(), chunk.len());
                let read = match shared_ids.fault(&row, line) {
                    Some(fault) => vec![Err(fault)],
                    None => row.read(),
                };
                // The row's notes go with the first of what it says.
                let rows = iter::once(notes).chain(iter::repeat_with(Notes::default)).zip(read);
                chunk.extend(rows.map(|(notes, row)| located(row, name, line, notes)));
            }
            order::oldest_payment_first(chunk)
        };
        Ok((rows, chunks.into_iter().map(read)))
    }

    /// The answer of `--explain`: everything about the file that is ambiguous or missing, at once.
    pub fn explain(&self, settings: &ImportSettings) -> (TableSummary, Vec<ImportError>) {
        let mut problems = Vec::new();
        let needed = self.needed(settings);
        if !needed.is_empty() {
            problems.push(ImportError::MissingColumns(needed));
        }
        let Survey { rows, decimals, dates, ids, .. } = self.survey(settings);
        _ = ids.decide().map_err(|error| problems.push(error));
        let decimal = decimals.decide(settings.csv.decimal).map_err(|error| problems.push(error));
        let dates = dates.decide(settings.csv.dates).map_err(|error| problems.push(error));
        let columns = self.header.meanings();
        let summary = TableSummary {
            rows,
            encoding: self.encoding,
            delimiter: self.delimiter,
            decimal: decimal.ok().flatten(),
            dates: dates.ok().flatten(),
            columns: columns.map(|(header, read_as)| FileColumn { header: header.to_owned(), read_as }).collect(),
            missing: self.missing(settings),
            words: self.words(settings),
        };
        (summary, problems)
    }

    /// The words of the rows, as far as they have a vocabulary.
    fn words(&self, settings: &ImportSettings) -> WordCounts {
        let (mut records, mut words) = (self.records(), WordCounts::default());
        while let Some((_, record)) = records.advance() {
            let notes = Notes::default();
            let row = self.row(record, settings, &notes);
            for (column, meaning) in row.words() {
                words.add(self.header.name(column), row.cell(column).unwrap_or_default(), meaning);
            }
        }
        words
    }

    /// A row before it is decided how the file writes amounts and dates.
    fn row<'r>(&'r self, record: &'r StringRecord, settings: &'r ImportSettings, notes: &'r Notes) -> RowCells<'r> {
        let notation = Notation { decimal: DecimalSign::Point, dates: None };
        RowCells { record, header: &self.header, source: self.format(), notation, settings, notes }
    }

    /// The columns that the file does not have and no setting replaces.
    fn missing(&self, settings: &ImportSettings) -> Vec<Column> {
        let is_replaced = |column: &Column| match column {
            Column::TransactionId => !settings.csv.make_ids.is_empty(),
            Column::Currency => settings.currency.is_some(),
            Column::Status => settings.status.is_some(),
            _ => false,
        };
        self.header.missing().into_iter().filter(|column| !is_replaced(column)).collect()
    }

    /// Those of them without which nothing can be imported.
    fn needed(&self, settings: &ImportSettings) -> Vec<Column> {
        self.missing(settings).into_iter().filter(|column| column.is_needed()).collect()
    }

    /// The columns of which the file's IDs are made; none if it has IDs.
    pub fn ids_made_of<'s>(&self, settings: &'s ImportSettings) -> &'s [Column] {
        let has_ids = self.header.position(Column::TransactionId).is_some();
        if has_ids { &[] } else { &settings.csv.make_ids }
    }

    /// `repeated` are the digests of the IDs that several rows have.
    fn shared_ids(&self, repeated: &HashSet<u64>, settings: &ImportSettings) -> SharedIds {
        let mut shared = SharedIds::default();
        if repeated.is_empty() {
            return shared;
        }
        let (mut records, mut above) = (self.records(), String::new());
        while let Some((line, record)) = records.advance() {
            if !self.continues(record, &mut above) {
                shared.see(line, &self.row(record, settings, &Notes::default()), repeated);
            }
        }
        shared
    }

    /// The rows below the header.
    fn records(&self) -> Records<&[u8]> {
        let mut records = Records::new(&*self.text, self.delimiter);
        records.advance();
        records
    }

    /// Whether the row only adds to the order `above`, which becomes the row's otherwise.
    fn continues(&self, record: &StringRecord, above: &mut String) -> bool {
        let continues = self.header.continues(record, above);
        if !continues {
            above.clear();
            above.push_str(self.header.cell(record, Column::OrderId).unwrap_or_default().trim());
        }
        continues
    }

    fn survey(&self, settings: &ImportSettings) -> Survey {
        let mut survey = Survey::default();
        let (mut records, mut above) = (self.records(), String::new());
        while let Some((line, record)) = records.advance() {
            let continues = self.continues(record, &mut above);
            if !continues {
                survey.ids.see(line, &self.row(record, settings, &Notes::default()));
            }
            // It is unclear which cell is the amount in a row with a cell too few or too many, which is rejected later.
            if record.len() == self.header.cells.len() {
                let amounts = [Column::Amount, Column::RefundedAmount, Column::Refunded];
                for amount in amounts.into_iter().filter_map(|column| self.header.cell(record, column)) {
                    survey.decimals.see(line, amount);
                }
                for date in Column::DATES.into_iter().filter_map(|column| self.header.cell(record, column)) {
                    survey.dates.see(line, date);
                }
            }
            match survey.chunks.last_mut() {
                // A row that continues an order stays with it.
                Some(((_, count), _)) if *count < CHUNK_ROWS || continues => *count += 1,
                _ => {
                    let paid_at = self.header.cell(record, Column::PaidAt).unwrap_or_default().trim().to_owned();
                    survey.chunks.push(((records.position(), 1), paid_at));
                }
            }
            survey.rows += 1;
        }
        survey
    }
}

/// Adds what a row that continues an order says to the order's sale; a sale that was rejected takes nothing.
fn add_products(sale: Option<&mut Result<Located, Reject>>, products: Vec<Product>) {
    if let Some(Ok(Located { row: Row::Payment(report), .. })) = sale {
        let known = &mut report.transaction.products;
        let new: Vec<Product> = products.into_iter().filter(|product| !known.contains(product)).collect();
        known.extend(new);
    }
}

impl Notation {
    fn decide(decimals: DecimalSurvey, dates: DateSurvey, settings: &CsvSettings) -> Result<Self, ImportError> {
        let decimal = decimals.decide(settings.decimal)?.unwrap_or(DecimalSign::Point);
        Ok(Self { decimal, dates: dates.decide(settings.dates)? })
    }
}
