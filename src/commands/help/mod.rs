//! `retour help`: topics, and the help of the commands.
//!
//! A topic is a Markdown file of this folder and one line of [`TOPICS`]. The tests run the commands in it.

use crate::commands::failure::Failure;
use crate::commands::options::Options;
use crate::commands::{CommandLine, CommandResult, Done};
use crate::domain::suggestion::nearest;
use crate::environment::variables::{DefaultPaths, Environment, Variables};
use crate::output::table::{Style, Tone, paint, wrap};
use crate::output::ui::{Format, Ui};
use clap::error::ErrorKind;
use clap::{Args, CommandFactory, Parser};
use serde_json::json;

/// Each topic with its summary and its page.
const TOPICS: &[(&str, &str, &str)] = &[
    ("rules", "When a refund is allowed, and when the money arrives, with the sources", include_str!("rules.md")),
    ("codes", "The codes of errors, cautions, what is due and imports", include_str!("codes.md")),
    ("exit-codes", "What the exit code says", include_str!("exit-codes.md")),
];

/// The widest line of prose.
const WIDEST: usize = 100;

/// Explain a topic or a command; without one, list them
#[derive(Args)]
pub struct Help {
    /// A topic such as rules, or a command such as refunds match
    #[arg(value_name = "TOPIC|COMMAND")]
    words: Vec<String>,
}

/// Help needs no configuration and no store.
pub fn isolated(options: Options, environment: Environment) -> (Options, Environment) {
    let variables = Variables { config: None, ..environment.variables };
    let environment = Environment { variables, default_paths: DefaultPaths::default(), ..environment };
    (Options { config: None, ..options }, environment)
}

impl Help {
    pub fn run(self, ui: &mut Ui) -> CommandResult {
        let name = self.words.join(" ");
        let topic = TOPICS.iter().find(|(topic, ..)| *topic == name);
        let text = match topic {
            _ if name.is_empty() => overview(),
            Some((_, _, page)) => on_screen(page, &ui.style),
            None => of_command(&self.words)?,
        };
        match ui.format {
            Format::Table => ui.answer(&text)?,
            Format::Json | Format::Jsonl => {
                let text = topic.map_or(text.as_str(), |(_, _, page)| page);
                ui.document(json!({ "help": { "topic": name, "text": text } }))?;
            }
            Format::Csv | Format::Tsv => {
                return Err(Failure::usage(format!("help is text: it has no {}", ui.format)).again("", "--format json"));
            }
        }
        Ok(Done::Fully)
    }
}

/// What `--help` of the command says.
fn of_command(words: &[String]) -> Result<String, Failure> {
    let typed = ["retour"].into_iter().chain(words.iter().map(String::as_str)).chain(["--help"]);
    match CommandLine::try_parse_from(typed).map(|_| ()) {
        Err(error) if error.kind() == ErrorKind::DisplayHelp => Ok(error.to_string()),
        _ => Err(unknown(&words.join(" "))),
    }
}

fn unknown(name: &str) -> Failure {
    let command = CommandLine::command();
    let commands = command.get_subcommands().flat_map(|parent| {
        let below = parent.get_subcommands().map(|below| format!("{} {}", parent.get_name(), below.get_name()));
        [parent.get_name().to_owned()].into_iter().chain(below)
    });
    let known: Vec<String> = TOPICS.iter().map(|(topic, ..)| (*topic).to_owned()).chain(commands).collect();
    let known: Vec<&str> = known.iter().map(String::as_str).collect();
    let failure = Failure::usage(format!("there is no topic or command `{name}`"));
    match nearest(name, &known) {
        Some(near) => failure.hint(format!("did you mean this: retour help {near}")),
        None => failure.hint("see all of them: retour help"),
    }
}

fn overview() -> String {
    let command = CommandLine::command();
    let about = |command: &clap::Command| command.get_about().map(ToString::to_string).unwrap_or_default();
    let commands: Vec<_> = command.get_subcommands().map(|each| (each.get_name().to_owned(), about(each))).collect();
    let topics = TOPICS.iter().map(|(topic, summary, _)| ((*topic).to_owned(), (*summary).to_owned())).collect();
    format!(
        "Topics, for `retour help TOPIC`:\n{}\nCommands, for `retour help COMMAND`:\n{}",
        listed(topics),
        listed(commands)
    )
}

fn listed(entries: Vec<(String, String)>) -> String {
    let longest = entries.iter().map(|(name, _)| name.len()).max().unwrap_or_default();
    entries.iter().map(|(name, summary)| format!("  {name:longest$}  {summary}\n")).collect()
}

/// A page for a terminal: paragraphs and list items are wrapped, headings stand out. Without a width, the page itself.
fn on_screen(page: &str, style: &Style) -> String {
    let Some(width) = style.width else { return page.to_owned() };
    let style = Style { width: Some(width.min(WIDEST)), ..*style };
    let mut is_code = false;
    let block = |block: &str| {
        let fences = block.lines().filter(|line| line.starts_with("```")).count();
        let has_code = is_code || fences > 0;
        is_code ^= fences % 2 == 1;
        if has_code { commands(block) } else { prose(block.trim_end(), &style) }
    };
    let blocks = page.split("\n\n").map(block).filter(|block| !block.is_empty());
    blocks.collect::<Vec<_>>().join("\n")
}

fn commands(block: &str) -> String {
    let lines = block.lines().filter(|line| !line.starts_with("```"));
    lines.map(|line| format!("  {line}\n")).collect()
}

/// A heading, a paragraph or a list.
fn prose(block: &str, style: &Style) -> String {
    if block.starts_with('#') {
        let heading = block.trim_start_matches('#').trim();
        return wrap(&paint(heading, Tone::Strong, style.color), 0, style);
    }
    let mut items: Vec<String> = Vec::new();
    for line in block.lines() {
        match items.last_mut() {
            Some(item) if marker(line).is_empty() => item.extend([" ", line.trim_start()]),
            _ => items.push(line.to_owned()),
        }
    }
    items.iter().map(|item| hanging(item, style)).collect()
}

/// `- ` or `2. ` at the start of a list item; empty for other lines.
fn marker(line: &str) -> &str {
    let number = line.trim_start_matches(|sign: char| sign.is_ascii_digit());
    let end = match (line.len() - number.len(), number) {
        (0, text) if text.starts_with("- ") => 2,
        (digits, text) if digits > 0 && text.starts_with(". ") => digits + 2,
        _ => 0,
    };
    line.get(..end).unwrap_or_default()
}

fn hanging(item: &str, style: &Style) -> String {
    let marker = marker(item);
    let text = item.get(marker.len()..).unwrap_or_default();
    format!("{marker}{}", wrap(text, marker.len(), style).trim_start())
}
