//! The command-line arguments as clap parses them. The doc comments here are the text of `--help`.

use std::path::PathBuf;

use clap::builder::NonEmptyStringValueParser;
use clap::{Args, Parser, Subcommand, ValueEnum};

/// Polls feeds politely, stores each article once, and serves one merged feed: the river.
#[derive(Parser, Debug)]
#[command(
    version,
    max_term_width = 100,
    after_help = "Exit codes: 0 success; 1 the command or one of the sources failed; \
2 wrong usage; 78 the configuration or the system needs a change before riverd can work."
)]
pub struct Cli {
    /// Options that every command takes.
    #[command(flatten)]
    pub global: GlobalArgs,
    /// The command.
    #[command(subcommand)]
    pub command: Command,
}

/// Options that every command takes.
#[derive(Args, Debug)]
#[command(next_help_heading = "Options of every command")]
pub struct GlobalArgs {
    /// Configuration file [default: ./feeds.toml, $XDG_CONFIG_HOME/riverd/feeds.toml, /etc/riverd/feeds.toml]
    #[arg(long, global = true, value_name = "FILE", env = "RIVERD_CONFIG")]
    pub config: Option<PathBuf>,
    /// Directory of riverd.db [default: $STATE_DIRECTORY; /var/lib/riverd with the configuration /etc/riverd/feeds.toml;
    /// $XDG_STATE_HOME/riverd; ~/.local/state/riverd]
    #[arg(long, global = true, value_name = "DIR", env = "RIVERD_STATE_DIR")]
    pub state_dir: Option<PathBuf>,
    /// Log level: error, warn, info, debug, trace, or a filter such as `riverd::poll=debug,info`
    #[arg(long, global = true, value_name = "LEVEL", default_value = "info")]
    pub log_level: String,
    /// Log format [default: journald under systemd, else text]
    #[arg(long, global = true, value_name = "FORMAT")]
    pub log_format: Option<LogFormat>,
    /// When to use colours
    #[arg(long, global = true, value_name = "WHEN", default_value = "auto")]
    pub color: ColorChoice,
}

/// Format of the log.
#[derive(Clone, Copy, PartialEq, Eq, Debug, ValueEnum)]
pub enum LogFormat {
    /// Lines for people to read.
    Text,
    /// One JSON object per line.
    Json,
    /// The native protocol of the systemd journal, which keeps the fields of each event.
    Journald,
}

/// When to use colours.
#[derive(Clone, Copy, PartialEq, Eq, Debug, ValueEnum)]
pub enum ColorChoice {
    /// On a terminal, unless `NO_COLOR` is set.
    Auto,
    /// Always.
    Always,
    /// Never.
    Never,
}

/// The commands, called verbs in the documentation.
#[derive(Subcommand, Debug)]
pub enum Command {
    /// Run the daemon in the foreground: poll, store, serve
    Run,
    /// Poll the due sources once, and exit
    Poll(PollArgs),
    /// Validate the configuration
    Check(CheckArgs),
    /// Add a source to feeds.toml; given a web page, find the feeds of that page
    Add(AddArgs),
    /// Remove a source from feeds.toml
    Remove(RemoveArgs),
    /// Add the feeds of an OPML file to feeds.toml; folders become tags
    Import(ImportArgs),
    /// Write the sources as OPML
    Export(ExportArgs),
    /// List the sources
    List(OutputArgs),
    /// Show the health of the sources: last and next poll, failures, repairs
    Status(StatusArgs),
    /// Fetch or read one feed and show the articles that it would add; stores nothing
    Preview(PreviewArgs),
    /// Search the stored articles
    Search(SearchArgs),
    /// Explain what happened to an article: what kept, grouped, filtered or dropped it, and when
    Why(WhyArgs),
    /// Copy the database to a new file, even while a daemon runs, and check the copy
    Backup(BackupArgs),
    /// Put a backup in the place of the database, which is set aside
    Restore(BackupArgs),
    /// Save what can be read of a damaged database into a new one; the old one is set aside
    Recover(OutputArgs),
    /// Print completions for a shell
    Completions(CompletionsArgs),
    /// Print or write the manual pages
    Man(ManArgs),
    /// Print the JSON Schema of feeds.toml
    Schema,
}

/// Arguments of `riverd poll`.
#[derive(Args, Debug)]
pub struct PollArgs {
    /// Names or addresses of sources [default: all sources that are due]
    #[arg(value_name = "SOURCE", value_parser = NonEmptyStringValueParser::new())]
    pub sources: Vec<String>,
    /// Poll every enabled source, due or not, except those whose server said that they are gone or asked for a pause
    #[arg(long)]
    pub all: bool,
    /// Options for the output.
    #[command(flatten)]
    pub output: OutputArgs,
}

/// Arguments of `riverd check`.
#[derive(Args, Debug)]
pub struct CheckArgs {
    /// Also fetch every source, and print what was found
    #[arg(long)]
    pub online: bool,
    /// Options for the output.
    #[command(flatten)]
    pub output: OutputArgs,
}

/// Arguments of `riverd add`.
#[derive(Args, Debug)]
pub struct AddArgs {
    /// Address of a feed or of a web page
    #[arg(value_parser = NonEmptyStringValueParser::new())]
    pub url: String,
    /// Unique name of the source: letters, digits, `.`, `_`, `-`
    #[arg(long, value_parser = NonEmptyStringValueParser::new())]
    pub name: Option<String>,
    /// Title to show instead of the feed's own
    #[arg(long, value_parser = NonEmptyStringValueParser::new())]
    pub title: Option<String>,
    /// Tag of the source; may be given several times
    #[arg(long = "tag", value_name = "TAG", value_parser = NonEmptyStringValueParser::new())]
    pub tags: Vec<String>,
    /// Fixed interval between polls, such as `30m`
    #[arg(long, value_name = "INTERVAL", value_parser = NonEmptyStringValueParser::new())]
    pub every: Option<String>,
    /// Options for the output.
    #[command(flatten)]
    pub output: OutputArgs,
}

/// Arguments of `riverd remove`.
#[derive(Args, Debug)]
pub struct RemoveArgs {
    /// Name or address of the source
    #[arg(value_name = "SOURCE", value_parser = NonEmptyStringValueParser::new())]
    pub source: String,
    /// Delete the articles of the source now instead of when their retention ends
    #[arg(long)]
    pub purge: bool,
    /// Options for the output.
    #[command(flatten)]
    pub output: OutputArgs,
}

/// Arguments of `riverd status`.
#[derive(Args, Debug)]
pub struct StatusArgs {
    /// Name or address of a source [default: all sources]
    #[arg(value_name = "SOURCE", value_parser = NonEmptyStringValueParser::new())]
    pub source: Option<String>,
    /// Show only the sources that fail or are gone
    #[arg(long, conflicts_with = "source")]
    pub failing: bool,
    /// Options for the output.
    #[command(flatten)]
    pub output: OutputArgs,
}

/// Arguments of `riverd preview`.
#[derive(Args, Debug)]
pub struct PreviewArgs {
    /// Address of a feed, path of a file, or name of a source
    #[arg(value_name = "URL|FILE", value_parser = NonEmptyStringValueParser::new())]
    pub target: String,
    /// Options for the output.
    #[command(flatten)]
    pub output: OutputArgs,
}

/// Arguments of `riverd backup` and `riverd restore`.
#[derive(Args, Debug)]
pub struct BackupArgs {
    /// Path of the backup
    #[arg(value_name = "FILE")]
    pub file: PathBuf,
    /// Options for the output.
    #[command(flatten)]
    pub output: OutputArgs,
}

/// Arguments of `riverd search`.
#[derive(Args, Debug)]
#[command(after_help = SEARCH_HELP)]
pub struct SearchArgs {
    /// Words to look for; quote a query with special characters, so that the shell does not change it
    #[arg(value_name = "QUERY", required = true)]
    pub query: Vec<String>,
    /// Maximum number of articles to print; the newest come first
    #[arg(long, value_name = "N", default_value_t = 20, value_parser = clap::value_parser!(u16).range(1..=1000))]
    pub limit: u16,
    /// Options for the output.
    #[command(flatten)]
    pub output: OutputArgs,
}

/// Arguments of `riverd import`.
#[derive(Args, Debug)]
#[command(after_help = "\
The names of the folders around a feed become its tags. feeds.toml keeps its comments and is written once, \
or not at all. Feeds that it has already are left out, and each line that can't be used is reported.")]
pub struct ImportArgs {
    /// OPML file, or a text file with one address a line; `-` is stdin
    #[arg(value_name = "FILE")]
    pub file: PathBuf,
    /// Options for the output.
    #[command(flatten)]
    pub output: OutputArgs,
}

/// Arguments of `riverd export`.
#[derive(Args, Debug)]
#[command(after_help = "\
`riverd import` reads the file back: addresses, names, titles, tags, fixed intervals, schedules, and which sources are \
disabled or private. Filters, headers and passwords are not part of it, and local files are left out.")]
pub struct ExportArgs {
    /// File to write [default: stdout]
    #[arg(value_name = "FILE")]
    pub file: Option<PathBuf>,
    /// Also write addresses that hold a secret or are private
    #[arg(long)]
    pub private: bool,
}

/// Arguments of `riverd completions`.
#[derive(Args, Debug)]
#[command(after_help = "\
Bash:  riverd completions bash > ~/.local/share/bash-completion/completions/riverd
Zsh:   riverd completions zsh > a directory of $fpath, as _riverd
Fish:  riverd completions fish > ~/.config/fish/completions/riverd.fish")]
pub struct CompletionsArgs {
    /// The shell
    #[arg(value_name = "SHELL")]
    pub shell: clap_complete::Shell,
}

/// Arguments of `riverd man`.
#[derive(Args, Debug)]
pub struct ManArgs {
    /// Directory for the pages of all commands [default, and with `-`: the page of riverd itself goes to stdout]
    #[arg(value_name = "DIR")]
    pub directory: Option<PathBuf>,
}

/// Explains the queries in `riverd search --help`.
const SEARCH_HELP: &str = "\
Queries:
  rust compiler        both words, in title, text, author or source
  '\"borrow checker\"'   these words next to each other
  'rust*'              a word that begins with rust
  'rust OR zig'        one of the words
  'rust -crypto'       without that word
  title:rust           in the title; also text: and author:
  tag:news source:lwn  of a source with this tag, of this source

Case and accents make no difference. Chinese, Japanese and Korean are found without spaces.
Exit code 1: no article matches.";

/// Arguments of `riverd why`.
#[derive(Args, Debug)]
pub struct WhyArgs {
    /// Address, key or guid of an article
    #[arg(value_name = "URL|KEY", value_parser = NonEmptyStringValueParser::new())]
    pub article: String,
    /// Address, key or guid of another article: shows which rule joins the two or keeps them apart
    #[arg(value_name = "OTHER", value_parser = NonEmptyStringValueParser::new())]
    pub other: Option<String>,
    /// Options for the output.
    #[command(flatten)]
    pub output: OutputArgs,
}

/// Format of what a command prints.
#[derive(Args, Clone, Copy, Debug)]
pub struct OutputArgs {
    /// Print JSON with the documented, stable fields
    #[arg(long)]
    pub json: bool,
}
