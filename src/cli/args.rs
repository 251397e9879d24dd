//! The arguments, as clap reads them. What each verb does is said here, in its help.

use std::path::PathBuf;

use clap::{Args, Parser, Subcommand, ValueEnum};

/// Polls feeds politely, stores each article once, and serves one merged feed: the river.
#[derive(Parser, Debug)]
#[command(
    version,
    max_term_width = 100,
    after_help = "Exit codes: 0 done; 1 it failed, or some source failed; \
2 wrong usage; 78 a configuration or state that only a person can mend."
)]
pub struct Cli {
    /// Options of every verb.
    #[command(flatten)]
    pub global: Global,
    /// The verb.
    #[command(subcommand)]
    pub command: Command,
}

/// Options of every verb.
#[derive(Args, Debug)]
pub struct Global {
    /// The configuration [default: ./feeds.toml, $XDG_CONFIG_HOME/riverd/feeds.toml, /etc/riverd/feeds.toml]
    #[arg(long, global = true, value_name = "FILE", env = "RIVERD_CONFIG")]
    pub config: Option<PathBuf>,
    /// Where riverd.db lies [default: $STATE_DIRECTORY, $XDG_STATE_HOME/riverd, ~/.local/state/riverd]
    #[arg(long, global = true, value_name = "DIR", env = "RIVERD_STATE_DIR")]
    pub state_dir: Option<PathBuf>,
    /// How much to log: error, warn, info, debug, trace, or a filter such as `riverd::poll=debug,info`
    #[arg(long, global = true, value_name = "LEVEL", default_value = "info")]
    pub log_level: String,
    /// How to log [default: journald under systemd, else text]
    #[arg(long, global = true, value_name = "FORMAT")]
    pub log_format: Option<LogFormat>,
    /// When to colour
    #[arg(long, global = true, value_name = "WHEN", default_value = "auto")]
    pub color: Color,
}

/// How to log.
#[derive(Clone, Copy, PartialEq, Eq, Debug, ValueEnum)]
pub enum LogFormat {
    /// Lines for people.
    Text,
    /// One JSON object a line.
    Json,
    /// The journal's native protocol, fields kept.
    Journald,
}

/// When to colour.
#[derive(Clone, Copy, PartialEq, Eq, Debug, ValueEnum)]
pub enum Color {
    /// On a terminal, unless `NO_COLOR` is set.
    Auto,
    /// Always.
    Always,
    /// Never.
    Never,
}

/// The verbs.
#[derive(Subcommand, Debug)]
pub enum Command {
    /// Run the daemon in the foreground: poll, store, serve
    Run,
    /// Poll the due sources once, and exit
    Poll(Poll),
    /// Validate the configuration
    Check(Check),
    /// Add a source to feeds.toml; the address may be a web page whose feeds are then found
    Add(Add),
    /// Take a source out of feeds.toml
    Remove(Remove),
    /// List the sources
    List(Json),
    /// Show the health of the sources: last and next poll, failures, repairs
    Status(Status),
    /// Fetch or read one feed and show what would be stored; stores nothing
    Preview(Preview),
    /// Tell what became of an article: what kept, grouped, filtered or dropped it, and when
    Why(Why),
}

/// `riverd poll`
#[derive(Args, Debug)]
pub struct Poll {
    /// Names or addresses; all due ones if none is given
    #[arg(value_name = "SOURCE")]
    pub sources: Vec<String>,
    /// Every enabled source, due or not; none before its Retry-After, none that is gone
    #[arg(long)]
    pub all: bool,
    /// How to print.
    #[command(flatten)]
    pub output: Json,
}

/// `riverd check`
#[derive(Args, Debug)]
pub struct Check {
    /// Also try every source, and print what is found there
    #[arg(long)]
    pub online: bool,
    /// How to print.
    #[command(flatten)]
    pub output: Json,
}

/// `riverd add`
#[derive(Args, Debug)]
pub struct Add {
    /// The address of a feed or of a web page
    pub url: String,
    /// The source's name: unique; letters, digits, `.`, `_`, `-`
    #[arg(long)]
    pub name: Option<String>,
    /// A title in place of the feed's own
    #[arg(long)]
    pub title: Option<String>,
    /// A tag; may be given several times
    #[arg(long = "tag", value_name = "TAG")]
    pub tags: Vec<String>,
    /// A fixed interval, such as `30m`
    #[arg(long, value_name = "INTERVAL")]
    pub every: Option<String>,
    /// How to print.
    #[command(flatten)]
    pub output: Json,
}

/// `riverd remove`
#[derive(Args, Debug)]
pub struct Remove {
    /// Name or address
    #[arg(value_name = "SOURCE")]
    pub source: String,
    /// Delete its articles at once, not when retention would
    #[arg(long)]
    pub purge: bool,
}

/// `riverd status`
#[derive(Args, Debug)]
pub struct Status {
    /// Name or address; all sources if none is given
    #[arg(value_name = "SOURCE")]
    pub source: Option<String>,
    /// How to print.
    #[command(flatten)]
    pub output: Json,
}

/// `riverd preview`
#[derive(Args, Debug)]
pub struct Preview {
    /// An address, or a file
    #[arg(value_name = "URL|FILE")]
    pub target: String,
    /// How to print.
    #[command(flatten)]
    pub output: Json,
}

/// `riverd why`
#[derive(Args, Debug)]
pub struct Why {
    /// The address of an article, its key or its guid
    #[arg(value_name = "URL|KEY")]
    pub article: String,
    /// How to print.
    #[command(flatten)]
    pub output: Json,
}

/// The shape of what is printed.
#[derive(Args, Clone, Copy, Debug)]
pub struct Json {
    /// Print JSON, with fields that stay as they are documented
    #[arg(long)]
    pub json: bool,
}
