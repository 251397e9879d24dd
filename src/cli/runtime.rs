//! Starts the async runtime of the daemon and of the verbs, if the system lets riverd start enough threads.

use std::panic::{self, PanicHookInfo};
use std::{process, thread};

use anyhow::Context as _;
use tokio::runtime::{Builder, Runtime};

use super::{SetupError, output};

/// How many threads riverd needs to work at all: those that run polls, read and render documents, write the database, and
/// look up names.
const NEEDED_THREADS: usize = 16;

const HINT: &str = "hint: raise the limit on tasks (`TasksMax=` in the unit, `ulimit -u`)";

/// Starts the runtime that `builder` describes.
pub(super) fn start(builder: &mut Builder) -> anyhow::Result<Runtime> {
    check_thread_limit()?;
    let hook = panic::take_hook();
    panic::set_hook(Box::new(end_process));
    let started = builder.enable_all().build();
    panic::set_hook(hook);
    started.context("can't start the async runtime")
}

/// Ends the process after a panic. tokio panics if one of its first threads can't be started, and then waits for ever for those
/// that were.
#[expect(clippy::disallowed_methods, reason = "no code can run: `main` would wait for ever, too")]
fn end_process(panic: &PanicHookInfo<'_>) {
    let why = panic.payload_as_str().unwrap_or("tokio crashed");
    output::print_error(&SetupError(format!("can't start the async runtime: {why}\n{HINT}")).into());
    process::exit(78);
}

/// Starts a runtime for a verb that does a little I/O and ends.
pub(super) fn start_small() -> anyhow::Result<Runtime> {
    start(Builder::new_multi_thread().worker_threads(2))
}

/// Starts as many threads as riverd needs, and ends them again. Libraries panic if they can't start a thread, and a process
/// without some of its threads would wait for ever.
fn check_thread_limit() -> anyhow::Result<()> {
    let mut threads = Vec::new();
    let mut refusal = None;
    for _ in 0..NEEDED_THREADS {
        match thread::Builder::new().name("probe".to_owned()).spawn(thread::park) {
            Ok(started) => threads.push(started),
            Err(error) => {
                refusal = Some(error);
                break;
            }
        }
    }
    let started = threads.len();
    for probe in threads {
        probe.thread().unpark();
        // A thread that only waited can't have panicked.
        drop(probe.join());
    }
    let Some(error) = refusal else { return Ok(()) };
    Err(SetupError(format!("only {started} of {NEEDED_THREADS} threads can be started: {error}\n{HINT}"))
        .into())
}
