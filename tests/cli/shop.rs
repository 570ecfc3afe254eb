//! The made-up shop of most tests: one sale for each verdict of the desk.

use std::fs;
use std::path::PathBuf;

use crate::harness::{Desk, Outcome};

/// By card, five days ago: refundable.
pub const CARD: &str = "5a1e000000000001";
/// By SEPA debit, two days ago: refundable, and the debit may still bounce.
pub const SEPA: &str = "5a1e000000000002";
/// Its return period is over.
pub const LATE: &str = "5a1e000000000003";

/// A file of `tests/data`.
pub fn data(name: &str) -> Vec<u8> {
    fs::read(PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests/data").join(name)).expect("a file of tests/data")
}

/// A desk with a rehearsal store that has imported `shop.csv`.
pub fn shop() -> Desk {
    let desk = rehearsal();
    desk.write("shop.csv", data("shop.csv"));
    desk.retour("import shop.csv").ok();
    desk
}

/// A desk with an empty rehearsal store.
pub fn rehearsal() -> Desk {
    let desk = Desk::new();
    desk.retour("init").ok();
    desk
}

impl Desk {
    /// Runs `retour` with the words of a line.
    pub fn retour(&self, line: &str) -> Outcome {
        self.run(line.split_whitespace())
    }

    /// The same with `-q`: errors and answers only.
    pub fn quietly(&self, line: &str) -> Outcome {
        self.run(line.split_whitespace().chain(["-q"]))
    }

    /// Marks a refund and returns its number.
    pub fn mark(&self, line: &str) -> String {
        let outcome = self.retour(&format!("refund {line} --reason customer-request --yes --json"));
        outcome.ok().json()["refund"]["refund_id"].as_str().expect("a refund's number").to_owned()
    }

    /// The number of events in the audit log.
    pub fn events(&self) -> usize {
        self.retour("events list --format jsonl").ok().json_lines().len()
    }

    /// Everything that can be read from the store, for comparison.
    pub fn everything(&self) -> String {
        ["transactions search --json", "transactions search --test --json", "refunds list --json", "events list --json"]
            .map(|line| self.retour(line).ok().stdout().to_owned())
            .join("")
    }
}
