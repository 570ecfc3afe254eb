//! What is at the place decides how a file is written.

use super::*;
use std::os::unix::fs::{PermissionsExt, symlink};
use tempfile::{TempDir, tempdir};

struct Bench {
    folder: TempDir,
}

impl Bench {
    fn new() -> Self {
        let bench = Self { folder: tempdir().unwrap() };
        bench.put("s.db", "store");
        bench.put("in.csv", "input");
        bench.put("c.toml", "configuration");
        bench
    }

    fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    fn put(&self, name: &str, text: &str) {
        fs::write(self.path(name), text).unwrap();
    }

    fn text(&self, name: &str) -> Option<String> {
        fs::read_to_string(self.path(name)).ok()
    }

    fn names(&self) -> Vec<String> {
        let entries = fs::read_dir(self.folder.path()).unwrap();
        let mut names: Vec<_> = entries.map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
        names.sort();
        names
    }

    fn begin(&self, name: &str, if_there: IfThere) -> Result<OutputFile, OutputError> {
        let mut protected = Protected::default();
        protected.store(&self.path("s.db"));
        protected.configuration(&self.path("c.toml"));
        protected.input(&self.path("in.csv"));
        protected.input(Path::new("-"));
        OutputFile::begin(&self.path(name), if_there, &protected)
    }

    fn write(&self, name: &str, if_there: IfThere) -> Result<(), OutputError> {
        let mut file = self.begin(name, if_there)?;
        file.write_all(b"new").unwrap();
        file.finish().unwrap();
        Ok(())
    }

    fn code(&self, name: &str) -> &'static str {
        self.write(name, IfThere::Replace).unwrap_err().code()
    }
}

#[test]
fn the_store_its_siblings_the_configuration_and_inputs_are_never_written_over() {
    let bench = Bench::new();
    symlink("s.db", bench.path("link")).unwrap();
    symlink("s.db-wal", bench.path("dangling")).unwrap();
    fs::hard_link(bench.path("in.csv"), bench.path("other-name")).unwrap();
    fs::create_dir(bench.path("sub")).unwrap();
    let names = [
        "s.db",
        "s.db-wal",
        "s.db-shm",
        "s.db-journal",
        "c.toml",
        "in.csv",
        "link",
        "dangling",
        "other-name",
        "sub/../s.db",
    ];
    for name in names {
        assert_eq!(bench.code(name), "protected_file", "{name}");
    }
    let texts = ["s.db", "in.csv", "c.toml"].map(|name| bench.text(name).unwrap());
    assert_eq!(texts, ["store", "input", "configuration"]);
    assert_eq!(bench.text("s.db-wal"), None);
}

#[test]
fn an_old_file_is_gone_once_the_run_begins_and_the_new_one_comes_whole_with_its_mode() {
    let bench = Bench::new();
    bench.put("r.jsonl", "old");
    fs::set_permissions(bench.path("r.jsonl"), Permissions::from_mode(0o664)).unwrap();
    let mut file = bench.begin("r.jsonl", IfThere::Replace).unwrap();
    assert_eq!(bench.text("r.jsonl"), None);
    file.write_all(b"new").unwrap();
    assert_eq!(bench.text("r.jsonl"), None);
    file.finish().unwrap();
    assert_eq!(bench.text("r.jsonl").as_deref(), Some("new"));
    let mode = fs::metadata(bench.path("r.jsonl")).unwrap().permissions().mode();
    assert_eq!(mode & 0o777, 0o664);
}

#[test]
fn a_file_of_ones_own_is_private() {
    let bench = Bench::new();
    bench.write("r.jsonl", IfThere::Replace).unwrap();
    let mode = fs::metadata(bench.path("r.jsonl")).unwrap().permissions().mode();
    assert_eq!(mode & 0o777, 0o600);
}

#[test]
fn a_run_that_is_refused_leaves_neither_the_old_file_nor_a_new_one() {
    let bench = Bench::new();
    bench.put("r.jsonl", "old");
    drop(bench.begin("r.jsonl", IfThere::Replace).unwrap());
    assert_eq!(bench.names(), ["c.toml", "in.csv", "s.db"]);
}

#[test]
fn what_is_kept_is_kept() {
    let bench = Bench::new();
    bench.put("letter.txt", "old");
    assert_eq!(bench.write("letter.txt", IfThere::Keep).unwrap_err().code(), "file_exists");
    assert_eq!(bench.text("letter.txt").as_deref(), Some("old"));
    let file = bench.begin("late.txt", IfThere::Keep).unwrap();
    bench.put("late.txt", "another program's");
    assert_eq!(file.finish().unwrap_err().kind(), io::ErrorKind::AlreadyExists);
    assert_eq!(bench.text("late.txt").as_deref(), Some("another program's"));
}

#[test]
fn a_link_is_followed_and_stays_a_link() {
    let bench = Bench::new();
    bench.put("target", "old");
    symlink("target", bench.path("link")).unwrap();
    symlink("made", bench.path("to-nothing")).unwrap();
    bench.write("link", IfThere::Replace).unwrap();
    bench.write("to-nothing", IfThere::Replace).unwrap();
    assert!(fs::symlink_metadata(bench.path("link")).unwrap().is_symlink());
    assert_eq!((bench.text("target").as_deref(), bench.text("made").as_deref()), (Some("new"), Some("new")));
}

#[test]
fn a_device_is_written_into() {
    let bench = Bench::new();
    symlink("/dev/null", bench.path("null")).unwrap();
    bench.write("null", IfThere::Replace).unwrap();
    bench.write("null", IfThere::Keep).unwrap();
    assert!(!fs::metadata("/dev/null").unwrap().is_file());
    let mut full = OutputFile::begin(Path::new("/dev/full"), IfThere::Replace, &Protected::default()).unwrap();
    assert_eq!(full.write_all(b"new").unwrap_err().kind(), io::ErrorKind::StorageFull);
}

#[test]
fn a_folder_and_a_folder_that_is_missing_are_errors_before_anything_is_written() {
    let bench = Bench::new();
    fs::create_dir(bench.path("sub")).unwrap();
    assert_eq!((bench.code("sub"), bench.code("none/r.jsonl")), ("unwritable", "unwritable"));
}
