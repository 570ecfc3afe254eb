//! The file of `--results`.

use crate::commands::context::{Context, protected};
use crate::commands::failure::Failure;
use crate::domain::batch::Batch;
use crate::environment::output_file::{IfThere, OutputFile};
use crate::output::views::batch::{self as view, Showing};
use std::io::{BufWriter, Result as IoResult};
use std::path::Path;

pub struct Results(OutputFile);

impl Results {
    /// Fails before anything is recorded if the file cannot be written. The file of an earlier run is gone then.
    pub fn begin(path: &Path, input: Option<&Path>, context: &Context) -> Result<Self, Failure> {
        let file = OutputFile::begin(path, IfThere::Replace, &protected(context, input))?;
        Ok(Self(file))
    }

    /// Writes one line per item, and puts the file in place.
    pub fn end(mut self, batch: &Batch, showing: Showing<'_>) -> IoResult<()> {
        view::result_lines(&mut BufWriter::new(&mut self.0), batch, showing)?;
        self.0.finish()
    }
}
