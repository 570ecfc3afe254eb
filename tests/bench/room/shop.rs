//! A made-up vendor's sales as a CSV and as a store, made once and kept under `target/bench/`, one folder for each size
//! and schema.

use crate::room::side::retour;
use std::fs::{self, File};
use std::path::{Path, PathBuf};
use std::process::Command;

/// The day after the newest of the made-up payments, in the desk's time zone.
pub const NOW: &str = "2026-03-02T10:00:00+01:00";

/// So many sales, with what is reported of them.
pub struct Shop {
    pub sales: u64,
    folder: PathBuf,
}

impl Shop {
    /// Made where it is not there yet, which takes a while for many.
    pub fn of(sales: u64) -> Self {
        let folder = bench_folder().join(format!("{sales}-sales-schema-{}", retour::NEWEST_SCHEMA));
        let shop = Self { sales, folder };
        if !shop.path("done").exists() {
            _ = fs::remove_dir_all(&shop.folder);
            fs::create_dir_all(shop.path("home")).expect("a folder under target");
            shop.make();
            File::create(shop.path("done")).expect("a file under target");
        }
        shop
    }

    fn make(&self) {
        fs::write(self.path("plain.toml"), "").expect("a configuration");
        let wide = "[returns]\nperiod = 3650\n[limits]\nbatch_lines = 1000000\n";
        fs::write(self.path("wide.toml"), wide).expect("a configuration");
        generate(self.sales, 1, &self.csv());
        generate(10_000, 7, &self.path("ten-thousand-more.csv"));
        retour(self, "empty.db", "init").run();
        copy(&self.folder, "empty.db", "store.db");
        retour(self, "store.db", "import sales.csv").run();
    }

    pub fn path(&self, name: &str) -> PathBuf {
        self.folder.join(name)
    }

    pub fn folder(&self) -> &Path {
        &self.folder
    }

    /// Newest first, as exports are.
    pub fn csv(&self) -> PathBuf {
        self.path("sales.csv")
    }

    /// The rows of the CSV as their fields.
    pub fn each(&self, mut each: impl FnMut(&[&str])) {
        let mut rows = csv::Reader::from_path(self.csv()).expect("the shop's CSV");
        let mut row = csv::StringRecord::new();
        while rows.read_record(&mut row).expect("a row of the shop's CSV") {
            each(&row.iter().collect::<Vec<_>>());
        }
    }

    /// A row so many hundredths down the file.
    pub fn row_at(&self, hundredths: u64) -> Vec<String> {
        let (mut place, mut found) = (0, Vec::new());
        self.each(|fields| {
            if place == self.sales * hundredths / 100 {
                found = fields.iter().map(|field| (*field).to_owned()).collect();
            }
            place += 1;
        });
        found
    }
}

/// A fresh copy of a store; what SQLite keeps beside the old one goes.
pub fn copy(folder: &Path, from: &str, to: &str) {
    for beside in ["-wal", "-shm"] {
        _ = fs::remove_file(folder.join(format!("{to}{beside}")));
    }
    fs::copy(folder.join(from), folder.join(to)).expect("room for a copy of the store");
}

fn bench_folder() -> PathBuf {
    Path::new(env!("CARGO_TARGET_TMPDIR")).with_file_name("bench")
}

fn generate(sales: u64, seed: u64, csv: &Path) {
    let target = Path::new(env!("CARGO_TARGET_TMPDIR")).with_file_name("");
    let made = Command::new(env!("CARGO"))
        .current_dir(env!("CARGO_MANIFEST_DIR"))
        .args(["run", "--quiet", "--release", "--locked", "--example", "generate", "--target-dir"])
        .arg(target)
        .args(["--", "--sales", &sales.to_string(), "--seed", &seed.to_string()])
        .stdout(File::create(csv).expect("a file under target"))
        .status();
    assert!(made.is_ok_and(|status| status.success()), "examples/generate.rs made no sales");
}
