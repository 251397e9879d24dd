//! Sets up logging: text for people, JSON for log collectors, the journal's own protocol under systemd.

use std::io::IsTerminal as _;
use std::path::Path;
use std::sync::{Mutex, PoisonError};

use tracing::level_filters::LevelFilter;
use tracing_subscriber::layer::SubscriberExt as _;
use tracing_subscriber::util::SubscriberInitExt as _;
use tracing_subscriber::{EnvFilter, fmt};

use super::journal::{JOURNAL, JournalLayer, JournalSocket};
use super::log_queue::{LastLines, LogQueue};

/// Waits for the lines of the logger that is installed. A process has one logger, so there is one of these.
static LAST_LINES: Mutex<Option<LastLines>> = Mutex::new(None);

/// Where log lines go and in which format.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Format {
    /// Lines of text on stderr.
    Text,
    /// One JSON object per line on stderr.
    Json,
    /// The journal's native protocol, which keeps the fields.
    Journald,
}

/// Why logging can't start.
#[derive(Debug, thiserror::Error)]
pub enum LoggingError {
    /// `--log-level` is neither a level nor a filter.
    #[error(
        "`{filter}` is not a log level: {why}\nhint: use error, warn, info, debug or trace, or a filter such as `riverd::poll=debug,info`"
    )]
    Filter {
        /// Value of `--log-level`.
        filter: String,
        /// What is wrong with it.
        why: String,
    },
    /// The journal can't be reached.
    #[error("can't reach the journal: {0}\nhint: use `--log-format text`")]
    Journal(#[source] std::io::Error),
    /// The thread that writes the log can't be started.
    #[error(
        "can't start a thread for the log: {0}\nhint: raise the limit on tasks (`TasksMax=` in the unit, `ulimit -u`)"
    )]
    NoThread(#[source] std::io::Error),
    /// A logger is already installed, by a test or an embedding program.
    #[error("a logger is installed already")]
    Installed,
}

impl Format {
    /// Returns the format for the current environment: the journal's if systemd sends stderr to the journal, otherwise text. In
    /// the first case systemd sets `JOURNAL_STREAM`. If stderr is a terminal, this variable was only inherited.
    pub fn detect() -> Self {
        if std::env::var_os("JOURNAL_STREAM").is_some() && !std::io::stderr().is_terminal() {
            Self::Journald
        } else {
            Self::Text
        }
    }
}

/// Installs the logger of the process. `filter` is a level, or a filter in the syntax of
/// `tracing_subscriber::EnvFilter`. The process must call [`finish`] before it ends.
pub fn start(filter: &str, format: Format, colour: bool) -> Result<(), LoggingError> {
    let invalid = |why: String| LoggingError::Filter { filter: filter.to_owned(), why };
    let directives = directives(filter).ok_or_else(|| invalid("no such level".to_owned()))?;
    let filter = EnvFilter::try_new(directives).map_err(|error| invalid(error.to_string()))?;
    let registry = tracing_subscriber::registry().with(filter);
    let (queue, last_lines) = match format {
        Format::Journald => {
            LogQueue::start(JournalSocket::to(Path::new(JOURNAL)).map_err(LoggingError::Journal)?)
        }
        Format::Text | Format::Json => LogQueue::start(std::io::stderr()),
    }
    .map_err(LoggingError::NoThread)?;
    let lines = || {
        let queue = queue.clone();
        fmt::layer().with_writer(move || queue.clone())
    };
    let installed = match format {
        Format::Text => registry.with(lines().with_ansi(colour).with_target(false)).try_init(),
        Format::Json => registry.with(lines().json().flatten_event(true)).try_init(),
        Format::Journald => registry.with(JournalLayer(queue)).try_init(),
    };
    installed.map_err(|_| LoggingError::Installed)?;
    *LAST_LINES.lock().unwrap_or_else(PoisonError::into_inner) = Some(last_lines);
    Ok(())
}

/// Waits until what was logged is written, for a limited time.
pub fn finish() {
    drop(LAST_LINES.lock().unwrap_or_else(PoisonError::into_inner).take());
}

/// Returns whether a log was started that takes errors of riverd.
pub fn logs_errors() -> bool {
    tracing::enabled!(tracing::Level::ERROR)
}

/// Returns the filter that `filter` stands for: a level in upper or lower case, or a filter. Returns `None` for a single word
/// that is no level, because `EnvFilter` would read it as the name of a target, and then log nothing else.
fn directives(filter: &str) -> Option<String> {
    if !filter.chars().all(char::is_alphanumeric) {
        return Some(filter.to_owned());
    }
    filter.parse::<LevelFilter>().ok().filter(|_| !filter.is_empty()).map(|level| match level {
        // These two levels apply to everything. Other levels apply to riverd only. Of libraries, only warnings and errors are
        // logged, because below that they log their internals.
        LevelFilter::ERROR | LevelFilter::OFF => level.to_string(),
        level => format!("warn,riverd={level}"),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_level_may_be_written_in_any_case() {
        for (filter, expected) in [
            ("info", Some("warn,riverd=info")),
            ("INFO", Some("warn,riverd=info")),
            ("Debug", Some("warn,riverd=debug")),
            ("error", Some("error")),
            ("ERROR", Some("error")),
            ("OFF", Some("off")),
            ("riverd::poll=debug,info", Some("riverd::poll=debug,info")),
            ("inof", None),
            ("", None),
        ] {
            assert_eq!(directives(filter).as_deref(), expected, "{filter}");
        }
    }
}
