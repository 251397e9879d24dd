//! `riverd run`: the daemon, in the foreground.

use anyhow::Context as _;

use super::args::{Global, LogFormat};
use super::{Outcome, UsageError, output};
use crate::service::{self, logging};

/// A poll needs little stack and waits most of the time; parsing and rendering are what blocks. More threads than this only
/// cost memory.
const BLOCKING_THREADS: usize = 32;

/// Polls wait for the network and subscribers for bytes; four threads serve thousands of both, and every further one costs
/// an idle machine memory.
const MOST_WORKERS: usize = 4;

fn workers() -> usize {
    std::thread::available_parallelism().map_or(1, std::num::NonZero::get).min(MOST_WORKERS)
}

/// Starts logging, loads the configuration, and serves until told to stop.
pub(super) fn run(global: &Global) -> anyhow::Result<Outcome> {
    let format = match global.log_format {
        Some(LogFormat::Text) => logging::Format::Text,
        Some(LogFormat::Json) => logging::Format::Json,
        Some(LogFormat::Journald) => logging::Format::Journald,
        None => logging::Format::detect(),
    };
    logging::start(&global.log_level, format, output::talk_colours(global.color)).map_err(
        |error| match error {
            logging::LoggingError::Filter { .. } => UsageError(error.to_string()).into(),
            other => anyhow::Error::from(other),
        },
    )?;
    let config = global.config_path()?;
    let database = global.make_state_dir()?.join("riverd.db");
    tokio::runtime::Builder::new_multi_thread()
        .worker_threads(workers())
        .max_blocking_threads(BLOCKING_THREADS)
        .enable_all()
        .build()
        .context("can't start the async runtime")?
        .block_on(service::run(&config, &database))?;
    Ok(Outcome::Done)
}
