//! What the benchmarks share: arguments, [`shop`]s that are made once, [`side`]s that are timed, [`row`]s of a table.
//!
//! Nothing here is a test: a machine has other work, too, and a figure means something beside its rival's of the same
//! minute only.

pub mod row;
pub mod rows;
pub mod shop;
pub mod side;

use std::env;

/// What a benchmark was asked for.
pub struct Wanted {
    /// How many sales the stores have, one table each.
    pub sizes: Vec<u64>,
    /// How often each command runs; the median counts.
    pub runs: usize,
    /// Words of which a row's name has one; none of them, and all rows are run.
    only: Vec<String>,
}

impl Wanted {
    /// `--sales 1000000`, repeatable, `--runs 9`, and `--only search`, repeatable. `cargo bench` adds `--bench`, which
    /// says nothing.
    pub fn or(sizes: &[u64], runs: usize) -> Self {
        let mut wanted = Self { sizes: Vec::new(), runs, only: Vec::new() };
        let mut arguments = env::args().skip(1);
        while let Some(argument) = arguments.next() {
            let mut value = || arguments.next().expect("an option needs a value");
            let mut number = || value().replace('_', "").parse::<u64>().expect("an option needs a number");
            match argument.as_str() {
                "--bench" => {}
                "--sales" => wanted.sizes.push(number()),
                "--runs" => wanted.runs = number().max(1) as usize,
                "--only" => wanted.only.push(value()),
                other => panic!("what is {other}? --sales N and --only WORD, repeatable, and --runs N"),
            }
        }
        if wanted.sizes.is_empty() {
            wanted.sizes = sizes.to_vec();
        }
        wanted
    }

    /// Whether the row with this name was asked for.
    pub fn has(&self, what: &str) -> bool {
        self.only.is_empty() || self.only.iter().any(|word| what.contains(word))
    }
}
