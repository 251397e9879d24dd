//! Logging: text for people, JSON for collectors, the journal's own protocol under systemd.

use std::io::IsTerminal as _;

use tracing_subscriber::layer::SubscriberExt as _;
use tracing_subscriber::util::SubscriberInitExt as _;
use tracing_subscriber::{EnvFilter, fmt};

/// Where log lines go and how they look.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Format {
    /// Lines for people, to stderr.
    Text,
    /// One JSON object a line, to stderr.
    Json,
    /// The journal's native protocol: every field stays a field.
    Journald,
}

/// Why logging can't start.
#[derive(Debug, thiserror::Error)]
pub enum LoggingError {
    /// `--log-level` is no level and no filter.
    #[error(
        "`{filter}` is no log level: {why}\nhint: use error, warn, info, debug or trace, or a filter such as `riverd::poll=debug,info`"
    )]
    Filter {
        /// As given.
        filter: String,
        /// What is wrong with it.
        why: String,
    },
    /// There is no journal to write to.
    #[error("can't reach the journal: {0}\nhint: use `--log-format text`")]
    Journal(#[source] std::io::Error),
    /// A test or an embedding program has set one.
    #[error("a logger is installed already")]
    Installed,
}

impl Format {
    /// What suits the place we run in: systemd sets `JOURNAL_STREAM` where stderr is the journal.
    pub fn by_itself() -> Self {
        if std::env::var_os("JOURNAL_STREAM").is_some() && !std::io::stderr().is_terminal() {
            Self::Journald
        } else {
            Self::Text
        }
    }
}

/// Installs the process's logger. `filter` is a level or a filter in the syntax of `tracing_subscriber::EnvFilter`.
pub fn start(filter: &str, format: Format, colour: bool) -> Result<(), LoggingError> {
    let wrong = |why: String| LoggingError::Filter { filter: filter.to_owned(), why };
    // A lone word that is no level would otherwise be read as the name of a target and silence everything.
    let is_word = filter.chars().all(char::is_alphanumeric);
    if is_word && filter.parse::<tracing::level_filters::LevelFilter>().is_err() {
        return Err(wrong("no such level".to_owned()));
    }
    // A level is meant for us: what the libraries say below a warning is about their insides.
    let directives = match filter {
        _ if !is_word => filter.to_owned(),
        "error" | "off" => filter.to_owned(),
        level => format!("warn,riverd={level}"),
    };
    let filter = EnvFilter::try_new(directives).map_err(|error| wrong(error.to_string()))?;
    let registry = tracing_subscriber::registry().with(filter);
    let installed = match format {
        Format::Text => registry
            .with(fmt::layer().with_writer(std::io::stderr).with_ansi(colour).with_target(false))
            .try_init(),
        Format::Json => {
            registry.with(fmt::layer().json().flatten_event(true).with_writer(std::io::stderr)).try_init()
        }
        Format::Journald => {
            registry.with(tracing_journald::layer().map_err(LoggingError::Journal)?).try_init()
        }
    };
    installed.map_err(|_| LoggingError::Installed)
}
