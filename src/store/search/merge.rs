//! The rows of several sources as one sequence: in the order of listings, each row once.

use crate::store::columns::RowNumber;
use crate::store::search::candidate::Candidate;
use crate::store::search::filter::Direction;
use crate::store::search::source::Reader;

/// A k-way merge.
pub(super) struct Merge<'r, 'c> {
    inputs: Vec<Input<'r, 'c>>,
    direction: Direction,
}

struct Input<'r, 'c> {
    reader: Reader<'r, 'c>,
    head: Option<Candidate>,
}

impl<'r, 'c> Merge<'r, 'c> {
    pub fn of(readers: Vec<Reader<'r, 'c>>, direction: Direction) -> rusqlite::Result<Self> {
        let inputs = readers.into_iter().map(|mut reader| Ok(Input { head: reader.next()?, reader }));
        Ok(Self { inputs: inputs.collect::<rusqlite::Result<_>>()?, direction })
    }

    /// The rows of the next second, by payment time and then by ID; none at the end.
    pub fn next_second(&mut self) -> rusqlite::Result<Vec<Candidate>> {
        let mut rows: Vec<Candidate> = Vec::new();
        while let Some(first) = self.first()
            && rows.first().is_none_or(|row| row.row.second() == first.second())
        {
            rows.extend(self.take(first)?);
        }
        rows.sort_by(|one, other| other.paid_at.cmp(&one.paid_at).then_with(|| one.id.cmp(&other.id)));
        if self.direction == Direction::Reversed {
            rows.reverse();
        }
        Ok(rows)
    }

    pub fn steps(&self) -> u64 {
        self.inputs.iter().map(|input| input.reader.steps()).sum()
    }

    fn first(&self) -> Option<RowNumber> {
        let heads = self.inputs.iter().filter_map(|input| input.head.as_ref()).map(|head| head.row);
        match self.direction {
            Direction::Usual => heads.max(),
            Direction::Reversed => heads.min(),
        }
    }

    fn take(&mut self, row: RowNumber) -> rusqlite::Result<Option<Candidate>> {
        let mut taken = None;
        for Input { reader, head } in &mut self.inputs {
            // A source may yield a row more than once.
            while let Some(candidate) = head.take_if(|head| head.row == row) {
                taken = Some(candidate);
                *head = reader.next()?;
            }
        }
        Ok(taken)
    }
}
