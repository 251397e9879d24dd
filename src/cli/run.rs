//! `riverd run`: the daemon, in the foreground.

use anyhow::Context as _;

use super::args::{GlobalArgs, LogFormat};
use super::{UsageError, VerbOutcome, output};
use crate::service::{self, logging};

/// Maximum number of threads for work that blocks, such as parsing and rendering. More threads would only use more memory.
const MAX_BLOCKING_THREADS: usize = 32;

/// Maximum number of threads that run polls and answer subscribers. Both mostly wait for the network, so four threads handle
/// thousands of them, and each further thread would only use more memory.
const MAX_WORKER_THREADS: usize = 4;

fn worker_threads() -> usize {
    std::thread::available_parallelism().map_or(1, std::num::NonZero::get).min(MAX_WORKER_THREADS)
}

/// Starts logging, loads the configuration, and runs the daemon until a signal stops it.
pub(super) fn run(global: &GlobalArgs) -> anyhow::Result<VerbOutcome> {
    let format = match global.log_format {
        Some(LogFormat::Text) => logging::Format::Text,
        Some(LogFormat::Json) => logging::Format::Json,
        Some(LogFormat::Journald) => logging::Format::Journald,
        None => logging::Format::detect(),
    };
    logging::start(&global.log_level, format, output::colours_stderr(global.color)).map_err(|error| {
        match error {
            logging::LoggingError::Filter { .. } => UsageError(error.to_string()).into(),
            other => anyhow::Error::from(other),
        }
    })?;
    let config = global.config_path()?;
    let database = global.database()?;
    global.create_state_dir()?;
    tokio::runtime::Builder::new_multi_thread()
        .worker_threads(worker_threads())
        .max_blocking_threads(MAX_BLOCKING_THREADS)
        .enable_all()
        .build()
        .context("can't start the async runtime")?
        .block_on(service::run(&config, &database))?;
    Ok(VerbOutcome::Succeeded)
}
