//! A file's header → the desk's columns: first what the configuration maps, then the desk's own names, then the
//! provider's.

use crate::import::column::Column;
use crate::import::error::ImportError;
use crate::import::fault::{Fault, FaultCode};
use crate::import::provider::TableProvider;
use crate::import::vocabulary::folded;
use csv::StringRecord;
use std::collections::BTreeMap;

/// The configured headers of columns.
pub type Mapping = BTreeMap<Column, String>;

/// Where each of the desk's columns is in a file.
#[derive(Debug, Clone)]
pub struct Header {
    /// The file's own names.
    pub cells: Vec<String>,
    positions: [Option<usize>; Column::ALL.len()],
}

impl Header {
    /// A header without any column yet.
    pub fn new(cells: Vec<String>) -> Self {
        Self { cells, positions: [None; Column::ALL.len()] }
    }

    /// The columns that the mapping, the desk or the provider names.
    pub fn of_export(cells: Vec<String>, mapping: &Mapping, provider: &dyn TableProvider) -> Result<Self, ImportError> {
        let mut header = Self::new(cells);
        for column in Column::of_exports() {
            let position = match mapping.get(&column) {
                Some(name) => header.mapped(column, name.trim())?,
                None => header.named(column, mapping, provider)?,
            };
            header.set(column, position);
        }
        for column in Column::of_exports().filter(|column| header.position(*column).is_none()).collect::<Vec<_>>() {
            let fallback = provider.fallback(column).and_then(|fallback| header.position(fallback));
            header.set(column, fallback);
        }
        Ok(header)
    }

    fn mapped(&self, column: Column, name: &str) -> Result<Option<usize>, ImportError> {
        let unknown = || ImportError::UnknownHeader { column, header: name.to_owned() };
        self.only(column, |cell| cell == name)?.map(Some).ok_or_else(unknown)
    }

    fn named(
        &self,
        column: Column,
        mapping: &Mapping,
        provider: &dyn TableProvider,
    ) -> Result<Option<usize>, ImportError> {
        self.only(column, |cell| !is_mapped(cell, mapping) && meaning(cell, provider) == Some(column))
    }

    /// The position of the one cell that matches, if there is one.
    fn only(&self, column: Column, matches: impl Fn(&str) -> bool) -> Result<Option<usize>, ImportError> {
        let found: Vec<(usize, &String)> = self.cells.iter().enumerate().filter(|(_, cell)| matches(cell)).collect();
        if found.len() > 1 {
            let headers = found.into_iter().map(|(_, cell)| cell.clone()).collect();
            return Err(ImportError::AmbiguousColumn { column, headers });
        }
        Ok(found.first().map(|(position, _)| *position))
    }

    pub fn set(&mut self, column: Column, position: Option<usize>) {
        if let Some(slot) = self.positions.get_mut(column as usize) {
            *slot = position;
        }
    }

    /// The position of the column's cells, from 0.
    pub fn position(&self, column: Column) -> Option<usize> {
        self.positions.get(column as usize).copied().flatten()
    }

    /// The column's cell in a row, if the file has the column.
    pub fn cell<'r>(&self, record: &'r StringRecord, column: Column) -> Option<&'r str> {
        record.get(self.position(column)?)
    }

    /// The file's own name for a column that it has, else the desk's.
    pub fn name(&self, column: Column) -> &str {
        self.position(column).and_then(|position| self.cells.get(position)).map_or(column.word(), String::as_str)
    }

    /// What each of the file's columns is read as; one can serve as two, or as none.
    pub fn meanings(&self) -> impl Iterator<Item = (&str, Vec<Column>)> {
        self.cells.iter().enumerate().map(|(position, cell)| {
            let columns = Column::of_exports().filter(|column| self.position(*column) == Some(position));
            (cell.as_str(), columns.collect())
        })
    }

    /// The columns of an export that the file does not have.
    pub fn missing(&self) -> Vec<Column> {
        Column::of_exports().filter(|column| self.position(*column).is_none()).collect()
    }

    /// The row only adds to the order above it, as Shopify writes an order's further products: it has no sum and no
    /// status.
    pub fn continues(&self, record: &StringRecord, order_above: &str) -> bool {
        let cell = |column| self.cell(record, column).unwrap_or_default().trim();
        let sums = [Column::Amount, Column::RefundedAmount, Column::Refunded];
        let words = [Column::Status, Column::Kind, Column::TransactionId];
        !order_above.is_empty()
            && record.len() == self.cells.len()
            && cell(Column::OrderId) == order_above
            && sums.into_iter().chain(words).all(|column| cell(column).is_empty())
    }

    /// A row has as many cells as the header.
    pub fn check_count(&self, record: &StringRecord) -> Result<(), Fault> {
        let (found, expected) = (record.len(), self.cells.len());
        if found == expected {
            return Ok(());
        }
        Err(Fault::of_row(FaultCode::BadRow, format!("the row has {found} cells, the header has {expected}")))
    }
}

/// A name that one of the providers, the desk or the mapping knows.
pub fn is_known(cell: &str, mapping: &Mapping, providers: &[&'static dyn TableProvider]) -> bool {
    is_mapped(cell, mapping) || providers.iter().any(|provider| meaning(cell, *provider).is_some())
}

/// The provider that knows the most of the names that are not mapped; of several the first.
pub fn recognise(
    cells: &[String],
    mapping: &Mapping,
    providers: &[&'static dyn TableProvider],
) -> Option<&'static dyn TableProvider> {
    let known = |provider: &&'static dyn TableProvider| {
        let free = cells.iter().filter(|cell| !is_mapped(cell, mapping));
        free.filter(|cell| meaning(cell, *provider).is_some()).count()
    };
    providers.iter().rev().copied().max_by_key(known)
}

fn is_mapped(cell: &str, mapping: &Mapping) -> bool {
    mapping.values().any(|header| header.trim() == cell)
}

fn meaning(cell: &str, provider: &dyn TableProvider) -> Option<Column> {
    let own = Column::of_exports().find(|column| column.word().eq_ignore_ascii_case(cell));
    own.or_else(|| provider.column(cell)).or_else(|| money_back(cell))
}

/// What Stripe, Shopify, Gumroad and others call the total that went back, and the flags for it. They are read in every
/// file: ignoring them would leave a refunded sale refundable.
fn money_back(cell: &str) -> Option<Column> {
    const SUMS: &[&str] = &[
        "partial refund",
        "refund total",
        "amount refunded",
        "refunded amount",
        "refund amount",
        "total refunded",
        "erstatteter betrag",
        "erstattungsbetrag",
        "ruckerstattungsbetrag",
        "ruckerstatteter betrag",
        "montant rembourse",
        "montant du remboursement",
    ];
    const COLUMNS: [(Column, &[&str]); 3] = [
        (Column::RefundedAmount, SUMS),
        (Column::Refunded, &["refunded", "is refunded", "erstattet", "ruckerstattet", "rembourse"]),
        (Column::Disputed, &["disputed", "is disputed", "chargeback", "charged back"]),
    ];
    let folded = folded(cell);
    let is_it = |(_, names): &(_, &[&str])| folded.first().is_some_and(|form| names.contains(&form.as_str()));
    COLUMNS.into_iter().find(is_it).map(|(column, _)| column)
}

#[cfg(test)]
mod tests {
    use super::*;

    use crate::import::providers;

    /// The provider's word, and the header.
    fn recognised(text: &str, mapping: &[(Column, &str)]) -> Result<(&'static str, Header), ImportError> {
        let cells: Vec<String> = text.split(',').map(str::to_owned).collect();
        let mapping = mapping.iter().map(|(column, header)| (*column, (*header).to_owned())).collect();
        let provider = recognise(&cells, &mapping, &providers::tables()).unwrap();
        Header::of_export(cells, &mapping, provider).map(|header| (provider.word(), header))
    }

    fn header(text: &str, mapping: &[(Column, &str)]) -> Result<Header, ImportError> {
        recognised(text, mapping).map(|(_, header)| header)
    }

    #[test]
    fn the_desk_s_own_names_are_exact_but_for_case() {
        let (word, header) = recognised("Transaction_ID,order_id,extra,AMOUNT", &[]).unwrap();
        assert_eq!(word, "csv");
        assert_eq!((header.position(Column::TransactionId), header.position(Column::Amount)), (Some(0), Some(3)));
        let meanings: Vec<_> = header.meanings().map(|(_, columns)| columns).collect();
        assert_eq!(meanings, [vec![Column::TransactionId], vec![Column::OrderId], vec![], vec![Column::Amount]]);
    }

    #[test]
    fn a_name_that_only_copecart_has_makes_it_copecart_s_table() {
        let (word, header) = recognised("Bestell-ID,Status,Bruttopreis,Nettopreis,Datum", &[]).unwrap();
        assert_eq!(word, "copecart-csv");
        assert_eq!((header.position(Column::Amount), header.position(Column::PaidAt)), (Some(2), Some(4)));
        assert_eq!(header.name(Column::PaidAt), "Datum");
    }

    #[test]
    fn a_mapping_wins_over_recognition() {
        let (word, header) = recognised("order_id,amount,Betrag", &[(Column::Amount, "Betrag")]).unwrap();
        assert_eq!((word, header.position(Column::Amount)), ("csv", Some(2)));
        // A header that is mapped to one column is no longer recognised as another.
        let mapping = [(Column::Amount, "Preis"), (Column::Country, "Betrag")];
        let (_, mapped) = recognised("Betrag,Preis,Datum", &mapping).unwrap();
        assert_eq!((mapped.position(Column::Amount), mapped.position(Column::Country)), (Some(1), Some(0)));
    }

    #[test]
    fn the_total_that_went_back_is_read_in_every_file() {
        for name in
            ["refunded_amount", "Amount Refunded", "Refunded Amount", "Rückerstattungsbetrag", "Montant remboursé"]
        {
            let header = header(&format!("order_id,amount,{name}"), &[]).unwrap();
            assert_eq!(header.position(Column::RefundedAmount), Some(2), "{name}");
        }
        let gumroad = header("Purchase ID,Refunded?,Partial Refund ($),Disputed?,Dispute Won?", &[]).unwrap();
        let at = [Column::Refunded, Column::RefundedAmount, Column::Disputed].map(|column| gumroad.position(column));
        assert_eq!(at, [Some(1), Some(2), Some(3)]);
    }

    #[test]
    fn a_mapping_to_a_header_that_the_file_lacks_is_named() {
        let missing = header("order_id,amount", &[(Column::PaidAt, "Tag")]).unwrap_err();
        assert_eq!(missing, ImportError::UnknownHeader { column: Column::PaidAt, header: "Tag".into() });
    }

    #[test]
    fn two_headers_for_one_column_are_ambiguous_and_unknown_ones_are_not() {
        for text in ["amount,order_id,amount", "Betrag,Bruttopreis,Bestell-ID"] {
            assert_eq!(header(text, &[]).unwrap_err().code(), "ambiguous_columns", "{text}");
        }
        assert!(header("order_id,x,x,,", &[]).is_ok());
    }

    #[test]
    fn the_order_date_is_used_as_the_payment_date_only_if_there_is_no_other() {
        let at = |text| {
            header(text, &[]).map(|header| (header.position(Column::OrderedAt), header.position(Column::PaidAt)))
        };
        assert_eq!(at("Bestell-ID,Bestelldatum"), Ok((Some(1), Some(1))));
        assert_eq!(at("Bestell-ID,Bestelldatum,Datum"), Ok((Some(1), Some(2))));
        assert_eq!(at("order_id,ordered_at"), Ok((Some(1), None)));
    }
}
