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
}

impl Wanted {
    /// `--sales 1000000`, repeatable, and `--runs 9`. `cargo bench` adds `--bench`, which says nothing.
    pub fn or(sizes: &[u64], runs: usize) -> Self {
        let mut wanted = Self { sizes: Vec::new(), runs };
        let mut arguments = env::args().skip(1);
        while let Some(argument) = arguments.next() {
            let mut number = || arguments.next().and_then(|value| value.replace('_', "").parse::<u64>().ok());
            match argument.as_str() {
                "--bench" => {}
                "--sales" => wanted.sizes.push(number().expect("--sales needs a number")),
                "--runs" => wanted.runs = number().expect("--runs needs a number").max(1) as usize,
                other => panic!("what is {other}? --sales N, repeatable, and --runs N"),
            }
        }
        if wanted.sizes.is_empty() {
            wanted.sizes = sizes.to_vec();
        }
        wanted
    }
}
