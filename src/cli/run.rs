//! `riverd run`: the daemon, in the foreground.

use std::any::Any;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::time::Duration;

use tokio::runtime::Runtime;

use super::args::{GlobalArgs, LogFormat};
use super::{SetupError, UsageError, VerbOutcome, runtime, terminal, time_zone};
use crate::service::{self, listen, logging};
use crate::text::panics::panic_message;
use crate::time::Timestamp;

/// Maximum number of threads for work that blocks, such as parsing and rendering. More threads would only use more memory.
const MAX_BLOCKING_THREADS: usize = 32;

/// Maximum number of threads that run polls, and of those that answer subscribers. Both mostly wait for the network, so four
/// threads handle thousands of them, and each further thread would only use more memory.
const MAX_WORKER_THREADS: usize = 4;

/// How many files and connections the daemon must be able to open: it always has 21 open, and a poll, a subscriber and a search
/// take one each.
const NEEDED_FILES: usize = 24;

/// How long threads that still work may take to end after everything is stored.
const LAST_THREADS: Duration = Duration::from_millis(500);

fn worker_threads() -> usize {
    std::thread::available_parallelism().map_or(1, std::num::NonZero::get).min(MAX_WORKER_THREADS)
}

fn start_runtime() -> anyhow::Result<Runtime> {
    runtime::start(
        tokio::runtime::Builder::new_multi_thread()
            .worker_threads(worker_threads())
            .max_blocking_threads(MAX_BLOCKING_THREADS),
    )
}

/// Starts logging, finds the configuration file, and runs the daemon until a signal stops it.
pub(super) fn run(global: &GlobalArgs) -> anyhow::Result<VerbOutcome> {
    let format = match global.log_format {
        Some(LogFormat::Text) => logging::Format::Text,
        Some(LogFormat::Json) => logging::Format::Json,
        Some(LogFormat::Journald) => logging::Format::Journald,
        None => logging::Format::detect(),
    };
    logging::start(&global.log_level, format, terminal::colours_stderr()).map_err(|error| match error {
        logging::LoggingError::Filter { .. } => UsageError(error.to_string()).into(),
        logging::LoggingError::NoThread(_) => SetupError(error.to_string()).into(),
        other => anyhow::Error::from(other),
    })?;
    if let Some(problem) = Timestamp::now().clock_problem() {
        return Err(SetupError(problem.to_owned()).into());
    }
    time_zone::check()?;
    runtime::check_file_limit(NEEDED_FILES)?;
    let config = global.config_path_or_vanished()?;
    let database = global.database_path()?;
    // If systemd holds the sockets, riverd waits until it can use its state.
    if !listen::are_sockets_inherited() {
        global.database()?;
        global.create_state_dir()?;
    }
    let runtime = start_runtime()?;
    let polls = start_runtime()?;
    let daemon = || runtime.block_on(service::run(&config, &database, polls.handle()));
    let ran = catch_unwind(AssertUnwindSafe(daemon));
    // A document that is still being read, or a thread that hangs, must not hold up the end of the process.
    polls.shutdown_background();
    runtime.shutdown_timeout(LAST_THREADS);
    ran.unwrap_or_else(|panic| Err(crashed(panic.as_ref())))?;
    Ok(VerbOutcome::Succeeded)
}

/// Returns the error of a panic that ended the daemon.
fn crashed(panic: &(dyn Any + Send)) -> anyhow::Error {
    // The scheduler panics if such a clock is set between two ticks, before riverd looks at it.
    if let Some(problem) = Timestamp::now().clock_problem() {
        return anyhow::anyhow!("riverd can't go on: {problem}");
    }
    let message = panic_message(panic);
    anyhow::anyhow!("riverd crashed: {message}\nhint: please report this with the lines above it")
}
