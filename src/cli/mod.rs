//! The command line, with one file for each verb. No other module prints.
//!
//! Data goes to stdout, messages to stderr. Exit codes: 0 success; 1 the verb or one of the sources failed; 2 wrong usage;
//! 78 (`EX_CONFIG` of sysexits.h) the configuration or the system needs a change before riverd can work.

mod add;
pub mod args;
mod check;
mod check_online;
mod export;
mod find_feed;
mod generate;
mod import;
mod list;
pub mod output;
mod poll;
mod preview;
mod remove;
mod run;
mod search;
mod status;
mod why;
mod why_text;
mod why_two;

use std::ffi::OsString;
use std::path::PathBuf;
use std::process::ExitCode;

use anyhow::Context as _;
use clap::Parser as _;

use crate::config::{self, Config, ConfigErrors};
use crate::service::listen::ListenError;
use crate::store::{Store, StoreError};
use args::{Cli, Command, GlobalArgs};

/// How a verb ended that ran without an error of its own.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum VerbOutcome {
    /// Exit code 0.
    Succeeded,
    /// Exit code 1: a source failed, or the verb did not do or find what was asked.
    Failed,
}

/// A wrong usage that clap can't detect, such as an unknown source: exit code 2.
#[derive(Debug, thiserror::Error)]
#[error("{0}")]
pub struct UsageError(pub String);

/// A problem of the system that a restart does not solve, such as a directory that is not writable: exit code 78.
#[derive(Debug, thiserror::Error)]
#[error("{0}")]
pub struct SetupError(pub String);

/// Parses the arguments, runs the verb, and returns its exit code.
pub fn main() -> ExitCode {
    let cli = match Cli::try_parse_from(std::env::args_os()) {
        Ok(cli) => cli,
        Err(error) => {
            // If stdout or stderr is closed, nobody can read the message, but the exit code is still clap's.
            drop(error.print());
            return ExitCode::from(u8::try_from(error.exit_code()).unwrap_or(2));
        }
    };
    match dispatch(cli) {
        Ok(VerbOutcome::Succeeded) => ExitCode::SUCCESS,
        Ok(VerbOutcome::Failed) => ExitCode::from(1),
        Err(error) if output::is_closed_pipe(&error) => ExitCode::SUCCESS,
        Err(error) => {
            output::print_error(&error);
            ExitCode::from(exit_code_of(&error))
        }
    }
}

fn dispatch(cli: Cli) -> anyhow::Result<VerbOutcome> {
    let global = cli.global;
    match cli.command {
        Command::Run => run::run(&global),
        Command::Poll(args) => poll::run(&global, &args),
        Command::Check(args) => check::run(&global, &args),
        Command::Add(args) => add::run(&global, &args),
        Command::Remove(args) => remove::run(&global, &args),
        Command::Import(args) => import::run(&global, &args),
        Command::Export(args) => export::run(&global, &args),
        Command::List(args) => list::run(&global, args),
        Command::Status(args) => status::run(&global, &args),
        Command::Preview(args) => preview::run(&global, &args),
        Command::Search(args) => search::run(&global, &args),
        Command::Why(args) => why::run(&global, &args),
        Command::Completions(args) => generate::completions(&args),
        Command::Man(args) => generate::manual(&args),
        Command::Schema => generate::schema(),
    }
}

/// Returns 2 for wrong usage, 78 for a problem of the configuration or the system, else 1.
fn exit_code_of(error: &anyhow::Error) -> u8 {
    let is_setup_error = error.chain().any(|cause| {
        cause.is::<ConfigErrors>()
            || cause.is::<SetupError>()
            || cause.is::<ListenError>()
            || cause.downcast_ref::<StoreError>().is_some_and(StoreError::is_permanent)
    });
    if error.is::<UsageError>() {
        2
    } else if is_setup_error {
        78
    } else {
        1
    }
}

impl GlobalArgs {
    /// Returns the path of the configuration file: the one given, or the first of the usual places that has one.
    pub fn config_path(&self) -> Result<PathBuf, ConfigErrors> {
        config::find_config_file(self.config.as_deref(), &environment)
    }

    /// Reads and checks the configuration.
    pub fn load_config(&self) -> Result<Config, ConfigErrors> {
        config::load(&self.config_path()?)
    }

    /// Returns the directory of `riverd.db`: the one given, else the one that systemd set, else the user's own.
    pub fn state_dir(&self) -> anyhow::Result<PathBuf> {
        if let Some(dir) = &self.state_dir {
            return Ok(dir.clone());
        }
        let not_empty = |variable: &str| environment(variable).filter(|value| !value.is_empty());
        // systemd separates several StateDirectory= entries with colons. Our database is in the first.
        if let Some(dir) = not_empty("STATE_DIRECTORY") {
            let first = dir.to_string_lossy().split(':').next().unwrap_or_default().to_owned();
            return Ok(PathBuf::from(first));
        }
        if let Some(dir) = not_empty("XDG_STATE_HOME") {
            return Ok(PathBuf::from(dir).join("riverd"));
        }
        let home = not_empty("HOME").ok_or_else(|| {
            SetupError(
                "there is no state directory, because `HOME` is not set\nhint: give a directory with `--state-dir DIR`".to_owned(),
            )
        })?;
        Ok(PathBuf::from(home).join(".local/state/riverd"))
    }

    /// Returns the directory of `riverd.db`, and creates it if it does not exist.
    pub fn create_state_dir(&self) -> anyhow::Result<PathBuf> {
        let dir = self.state_dir()?;
        std::fs::create_dir_all(&dir).map_err(|error| {
            SetupError(format!(
                "can't create the state directory `{}`: {error}\nhint: give a writable directory with `--state-dir DIR`",
                dir.display()
            ))
        })?;
        Ok(dir)
    }

    /// Opens the store for writing, and creates it if it does not exist.
    pub fn open_store(&self, config: &Config) -> anyhow::Result<Store> {
        Ok(Store::open(&self.create_state_dir()?.join("riverd.db"), &config.dedup)?)
    }
}

/// Returns a variable of the process environment. `config` takes this as a function, so that tests need not change the
/// real environment.
fn environment(variable: &str) -> Option<OsString> {
    std::env::var_os(variable)
}

/// Returns a runtime for a verb that does a little I/O and ends.
pub(crate) fn small_runtime() -> anyhow::Result<tokio::runtime::Runtime> {
    tokio::runtime::Builder::new_multi_thread()
        .worker_threads(2)
        .enable_all()
        .build()
        .context("can't start the async runtime")
}
