//! A file's header → the desk's columns: what the configuration maps, then the desk's own names, then CopeCart's.

use crate::import::SourceFormat;
use crate::import::copecart_csv;
use crate::import::csv::columns::Column;
use crate::import::error::ImportError;
use std::collections::BTreeMap;

/// Where each of the desk's columns stands in a file.
#[derive(Debug, Clone)]
pub struct Header {
    pub format: SourceFormat,
    /// The file's own names.
    pub cells: Vec<String>,
    at: [Option<usize>; Column::ALL.len()],
}

impl Header {
    /// Recognises the columns. Without a `wanted` format it is the desk's own, unless a name has to be forgiven
    /// for the desk to know it.
    pub fn read(
        cells: Vec<String>,
        mapping: &BTreeMap<String, String>,
        wanted: Option<SourceFormat>,
    ) -> Result<Self, ImportError> {
        let mapping = mapped_columns(mapping)?;
        let is_free = |cell: &&String| !mapping.values().any(|header| *header == cell.as_str());
        let is_forgiven = |cell: &String| own(cell).is_none() && copecart_csv::column(cell).is_some();
        let has_forgiven = cells.iter().filter(is_free).any(is_forgiven);
        let recognised = if has_forgiven { SourceFormat::CopecartCsv } else { SourceFormat::Csv };
        let format = wanted.unwrap_or(recognised);
        let mut header = Self { format, cells, at: [None; Column::ALL.len()] };
        for column in Column::ALL.iter().copied() {
            let place = header.place(column, &mapping)?;
            header.set(column, place);
        }
        if format == SourceFormat::CopecartCsv && header.at(Column::PaidAt).is_none() {
            // CopeCart's files have had one date, under one name or another: an order's day is the best there is.
            header.set(Column::PaidAt, header.at(Column::OrderedAt));
        }
        Ok(header)
    }

    fn place(&self, column: Column, mapping: &BTreeMap<Column, &str>) -> Result<Option<usize>, ImportError> {
        let mapped = mapping.get(&column).copied();
        let is_it = |cell: &str| match mapped {
            Some(header) => cell == header,
            None => !mapping.values().any(|header| *header == cell) && self.meaning_of(cell) == Some(column),
        };
        let found: Vec<_> = self.cells.iter().enumerate().filter(|(_, cell)| is_it(cell)).collect();
        match (found.as_slice(), mapped) {
            ([(place, _)], _) => Ok(Some(*place)),
            ([], None) => Ok(None),
            ([], Some(header)) => Err(ImportError::UnknownHeader { column, header: header.to_owned() }),
            (several, _) => {
                let headers = several.iter().map(|(_, cell)| (*cell).clone()).collect();
                Err(ImportError::AmbiguousColumn { column, headers })
            }
        }
    }

    fn meaning_of(&self, cell: &str) -> Option<Column> {
        own(cell).or_else(|| (self.format == SourceFormat::CopecartCsv).then(|| copecart_csv::column(cell)).flatten())
    }

    fn set(&mut self, column: Column, place: Option<usize>) {
        if let Some(slot) = self.at.get_mut(column as usize) {
            *slot = place;
        }
    }

    /// Where the column's cells are, from 0.
    pub fn at(&self, column: Column) -> Option<usize> {
        self.at.get(column as usize).copied().flatten()
    }

    /// The file's own name of a column that it has, else the desk's.
    pub fn name(&self, column: Column) -> &str {
        self.at(column).and_then(|at| self.cells.get(at)).map_or(column.word(), String::as_str)
    }

    /// What the file's columns are read as, in their order; one can serve as two, or as none.
    pub fn meanings(&self) -> impl Iterator<Item = (&str, Vec<Column>)> {
        self.cells.iter().enumerate().map(|(at, cell)| {
            let columns = Column::ALL.iter().copied().filter(|column| self.at(*column) == Some(at));
            (cell.as_str(), columns.collect())
        })
    }

    /// The columns that the file does not have.
    pub fn missing(&self) -> Vec<Column> {
        Column::ALL.iter().copied().filter(|column| self.at(*column).is_none()).collect()
    }
}

/// A name that the desk would read as a column, the configuration's included.
pub fn is_known(cell: &str, mapping: &BTreeMap<String, String>) -> bool {
    own(cell).is_some() || copecart_csv::column(cell).is_some() || mapping.values().any(|header| header.trim() == cell)
}

fn own(cell: &str) -> Option<Column> {
    Column::ALL.iter().copied().find(|column| column.word().eq_ignore_ascii_case(cell))
}

fn mapped_columns(mapping: &BTreeMap<String, String>) -> Result<BTreeMap<Column, &str>, ImportError> {
    let column = |word: &String| word.parse().map_err(|_| ImportError::UnknownColumn(word.clone()));
    mapping.iter().map(|(word, header)| Ok((column(word)?, header.trim()))).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn header(text: &str, mapping: &[(&str, &str)]) -> Result<Header, ImportError> {
        let cells = text.split(',').map(str::to_owned).collect();
        let mapping = mapping.iter().map(|(column, header)| ((*column).to_owned(), (*header).to_owned()));
        Header::read(cells, &mapping.collect(), None)
    }

    #[test]
    fn the_desk_s_own_names_are_exact_but_for_case() {
        let header = header("Transaction_ID,order_id,extra,AMOUNT", &[]).unwrap();
        assert_eq!(header.format, SourceFormat::Csv);
        assert_eq!((header.at(Column::TransactionId), header.at(Column::Amount)), (Some(0), Some(3)));
        let meanings: Vec<_> = header.meanings().map(|(_, columns)| columns).collect();
        assert_eq!(meanings, [vec![Column::TransactionId], vec![Column::OrderId], vec![], vec![Column::Amount]]);
    }

    #[test]
    fn a_name_that_has_to_be_forgiven_makes_it_copecart_s() {
        let header = header("Bestell-ID,Status,Bruttopreis,Nettopreis,Datum", &[]).unwrap();
        assert_eq!(header.format, SourceFormat::CopecartCsv);
        assert_eq!((header.at(Column::Amount), header.at(Column::PaidAt)), (Some(2), Some(4)));
        assert_eq!(header.name(Column::PaidAt), "Datum");
    }

    #[test]
    fn a_mapping_wins_over_recognition() {
        let header = header("order_id,amount,Betrag", &[("amount", "Betrag")]).unwrap();
        assert_eq!((header.format, header.at(Column::Amount)), (SourceFormat::Csv, Some(2)));
        // A header that is mapped to one column is no longer recognised as another.
        let mapped = self::header("Betrag,Preis,Datum", &[("amount", "Preis"), ("country", "Betrag")]).unwrap();
        assert_eq!((mapped.at(Column::Amount), mapped.at(Column::Country)), (Some(1), Some(0)));
    }

    #[test]
    fn a_mapping_to_a_header_that_is_not_there_is_named() {
        let missing = header("order_id,amount", &[("paid_at", "Tag")]).unwrap_err();
        assert_eq!(missing, ImportError::UnknownHeader { column: Column::PaidAt, header: "Tag".into() });
        let unknown = header("order_id,amount", &[("price", "amount")]).unwrap_err();
        assert_eq!(unknown, ImportError::UnknownColumn("price".into()));
    }

    #[test]
    fn two_headers_for_one_column_are_ambiguous_and_unknown_ones_are_not() {
        for text in ["amount,order_id,amount", "Betrag,Bruttopreis,Bestell-ID"] {
            assert_eq!(header(text, &[]).unwrap_err().code(), "ambiguous_columns", "{text}");
        }
        assert!(header("order_id,x,x,,", &[]).is_ok());
    }

    #[test]
    fn an_order_s_day_serves_as_the_payment_s_only_where_there_is_no_other() {
        let at = |text| header(text, &[]).map(|header| (header.at(Column::OrderedAt), header.at(Column::PaidAt)));
        assert_eq!(at("Bestell-ID,Bestelldatum"), Ok((Some(1), Some(1))));
        assert_eq!(at("Bestell-ID,Bestelldatum,Datum"), Ok((Some(1), Some(2))));
        assert_eq!(at("order_id,ordered_at"), Ok((Some(1), None)));
    }
}
