//! A row of the table as data: what is measured, beside whom, and what it has to reach.

use crate::room::side::Side;
use std::collections::BTreeSet;
use std::fs;
use std::path::PathBuf;
use std::time::Duration;

pub struct Row {
    pub what: String,
    pub goal: Goal,
    pub ours: Side,
    pub rivals: Vec<Side>,
}

/// What our figure has to reach.
pub enum Goal {
    /// At most so long.
    Within(Duration),
    /// At most so long, and never longer than the best rival.
    WithinAndRival(Duration),
    /// At most so many hundredths of the best rival's time, and so much on top.
    OfRival { hundredths: u128, and: Duration },
    /// At most so many MiB of memory.
    Memory(u64),
    /// At most so many MiB on the disk.
    Size(PathBuf, u64),
}

impl Row {
    pub fn new(what: impl Into<String>, goal: Goal, ours: Side, rivals: Vec<Side>) -> Self {
        Self { what: what.into(), goal, ours, rivals }
    }

    /// It is a time, and not a size.
    pub fn is_timed(&self) -> bool {
        !matches!(self.goal, Goal::Memory(_) | Goal::Size(..))
    }

    /// Runs both sides in turn, prints the row, and gives what they took.
    pub fn print(&self, runs: usize) -> (Duration, Vec<(&str, Duration)>) {
        let (ours, rivals) = if self.is_timed() { self.medians(runs) } else { Default::default() };
        let [figure, goal, met] = match &self.goal {
            Goal::Within(most) => [millis(ours), millis(*most), yes(Some(ours <= *most))],
            Goal::WithinAndRival(most) => {
                let most_of_all = best(&rivals).map_or(*most, |best| best.min(*most));
                [millis(ours), format!("{}, 1.00×", millis(*most)), yes(Some(ours <= most_of_all))]
            }
            Goal::OfRival { hundredths, and } => {
                let plus = if and.is_zero() { String::new() } else { format!(" + {}", millis(*and)) };
                let most = best(&rivals).map(|best| best.as_nanos() * hundredths / 100 + and.as_nanos());
                [millis(ours), format!("{}{plus}", times(*hundredths)), yes(most.map(|most| ours.as_nanos() <= most))]
            }
            Goal::Memory(most) => sized(self.ours.peak_kib(), *most),
            Goal::Size(file, most) => sized(fs::metadata(file).ok().map(|file| file.len() / 1024), *most),
        };
        let ratio = best(&rivals).map(|best| times(ours.as_nanos() * 100 / best.as_nanos().max(1)));
        let beside = rivals.iter().map(|(name, taken)| format!("{}: {name}", millis(*taken)));
        let missing: BTreeSet<&str> = self.rivals.iter().filter_map(Side::missing).collect();
        let missing = missing.iter().map(|program| format!("{program} is not installed"));
        let beside: Vec<String> = beside.chain(missing).collect();
        let (what, ratio) = (&self.what, ratio.unwrap_or_default());
        println!("{what:<44} {figure:>11} {ratio:>7} {goal:>15} {met:<3} {}", beside.join("; "));
        (ours, rivals)
    }

    /// Ours, and that of each rival that is installed. All of them run once before, uncounted, and then in turn.
    pub fn medians(&self, runs: usize) -> (Duration, Vec<(&str, Duration)>) {
        let rivals: Vec<&Side> = self.rivals.iter().filter(|rival| rival.missing().is_none()).collect();
        let sides: Vec<&Side> = [&self.ours].into_iter().chain(rivals).collect();
        let mut taken: Vec<Vec<Duration>> = vec![Vec::new(); sides.len()];
        for run in 0..=runs {
            for (side, taken) in sides.iter().zip(&mut taken) {
                let time = side.run();
                if run > 0 {
                    taken.push(time);
                }
            }
        }
        let mut medians = sides.iter().map(|side| side.name.as_str()).zip(taken.into_iter().map(median));
        let ours = medians.next().map(|(_, taken)| taken).unwrap_or_default();
        (ours, medians.collect())
    }
}

/// The names of the columns.
pub fn print_header() {
    println!("{:<44} {:>11} {:>7} {:>15} met beside", "what", "ours", "ratio", "goal");
}

fn best(rivals: &[(&str, Duration)]) -> Option<Duration> {
    rivals.iter().map(|(_, taken)| *taken).min()
}

fn yes(is_met: Option<bool>) -> String {
    is_met.map_or("?", |is_met| if is_met { "yes" } else { "NO" }).to_owned()
}

fn median(mut all: Vec<Duration>) -> Duration {
    all.sort();
    all[all.len() / 2]
}

/// Where memory cannot be read, GNU time is not installed.
fn sized(kib: Option<u64>, most: u64) -> [String; 3] {
    let figure = kib.map(|kib| format!("{}.{} MiB", kib / 1024, kib % 1024 * 10 / 1024));
    [figure.unwrap_or_else(|| "?".into()), format!("{most} MiB"), yes(kib.map(|kib| kib <= most * 1024))]
}

/// `12.3 ms`, `4560 ms`.
pub fn millis(taken: Duration) -> String {
    let micros = taken.as_micros();
    if micros < 1_000_000 {
        format!("{}.{} ms", micros / 1000, micros % 1000 / 100)
    } else {
        format!("{} ms", micros / 1000)
    }
}

fn times(hundredths: u128) -> String {
    format!("{}.{:02}×", hundredths / 100, hundredths % 100)
}
