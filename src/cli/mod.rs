//! The command line: one file a verb. The only module that prints.
//!
//! Data goes to stdout, talk to stderr. Exit codes: 0 done; 1 it failed, or some source did; 2 wrong usage;
//! 78 (`EX_CONFIG` of sysexits.h) a configuration or state that only a person can mend.

mod add;
pub mod args;
mod check;
mod check_online;
mod choose;
mod list;
pub mod output;
mod poll;
mod preview;
mod remove;
mod run;
mod status;
mod why;

use std::ffi::OsString;
use std::path::PathBuf;
use std::process::ExitCode;

use anyhow::Context as _;
use clap::Parser as _;

use crate::config::{self, Config, ConfigErrors};
use crate::service::listen::ListenError;
use crate::store::{Store, StoreError};
use args::{Cli, Command, Global};

/// How a verb ended, when nothing went wrong with the verb itself.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Outcome {
    /// Exit code 0.
    Done,
    /// Some source failed: exit code 1.
    SomeFailed,
}

/// The command was used wrongly in a way that clap can't see (an unknown source, say): exit code 2.
#[derive(Debug, thiserror::Error)]
#[error("{0}")]
pub struct UsageError(pub String);

/// A state of the machine that a restart can't mend (a port in use, an unwritable directory): exit code 78.
#[derive(Debug, thiserror::Error)]
#[error("{0}")]
pub struct NeedsPerson(pub String);

/// Parses the arguments, runs the verb, and maps what happened to an exit code.
pub fn main() -> ExitCode {
    let cli = match Cli::try_parse_from(std::env::args_os()) {
        Ok(cli) => cli,
        Err(error) => {
            // A closed stdout or stderr leaves nobody to tell; clap's own exit code still stands.
            drop(error.print());
            return ExitCode::from(u8::try_from(error.exit_code()).unwrap_or(2));
        }
    };
    match dispatch(cli) {
        Ok(Outcome::Done) => ExitCode::SUCCESS,
        Ok(Outcome::SomeFailed) => ExitCode::from(1),
        Err(error) if output::is_closed_pipe(&error) => ExitCode::SUCCESS,
        Err(error) => {
            output::complain(&error);
            ExitCode::from(exit_code_of(&error))
        }
    }
}

fn dispatch(cli: Cli) -> anyhow::Result<Outcome> {
    let global = cli.global;
    match cli.command {
        Command::Run => run::run(&global),
        Command::Poll(args) => poll::run(&global, &args),
        Command::Check(args) => check::run(&global, &args),
        Command::Add(args) => add::run(&global, &args),
        Command::Remove(args) => remove::run(&global, &args),
        Command::List(args) => list::run(&global, args),
        Command::Status(args) => status::run(&global, &args),
        Command::Preview(args) => preview::run(&global, &args),
        Command::Why(args) => why::run(&global, &args),
    }
}

/// 2 for wrong usage, 78 for what only a person can mend, else 1.
fn exit_code_of(error: &anyhow::Error) -> u8 {
    let needs_person = error.chain().any(|cause| {
        cause.is::<ConfigErrors>()
            || cause.is::<NeedsPerson>()
            || cause.is::<ListenError>()
            || cause.downcast_ref::<StoreError>().is_some_and(StoreError::is_permanent)
    });
    if error.is::<UsageError>() {
        2
    } else if needs_person {
        78
    } else {
        1
    }
}

impl Global {
    /// The configuration file: the one named, or the first that exists of the usual places.
    pub fn config_path(&self) -> Result<PathBuf, ConfigErrors> {
        config::find(self.config.as_deref(), &environment)
    }

    /// Reads and checks the configuration.
    pub fn load_config(&self) -> Result<Config, ConfigErrors> {
        config::load(&self.config_path()?)
    }

    /// The directory of `riverd.db`: the one named, systemd's, or the user's own.
    pub fn state_dir(&self) -> anyhow::Result<PathBuf> {
        if let Some(dir) = &self.state_dir {
            return Ok(dir.clone());
        }
        let named = |variable: &str| environment(variable).filter(|value| !value.is_empty());
        // systemd separates several StateDirectory= entries with colons; the first is ours.
        if let Some(dir) = named("STATE_DIRECTORY") {
            let first = dir.to_string_lossy().split(':').next().unwrap_or_default().to_owned();
            return Ok(PathBuf::from(first));
        }
        if let Some(dir) = named("XDG_STATE_HOME") {
            return Ok(PathBuf::from(dir).join("riverd"));
        }
        let home = named("HOME").ok_or_else(|| {
            NeedsPerson(
                "no state directory: `HOME` is not set\nhint: give one with `--state-dir DIR`".to_owned(),
            )
        })?;
        Ok(PathBuf::from(home).join(".local/state/riverd"))
    }

    /// The directory of `riverd.db`, made where it is absent.
    pub fn make_state_dir(&self) -> anyhow::Result<PathBuf> {
        let dir = self.state_dir()?;
        std::fs::create_dir_all(&dir).map_err(|error| {
            NeedsPerson(format!(
                "can't create the state directory `{}`: {error}\nhint: give a writable one with `--state-dir DIR`",
                dir.display()
            ))
        })?;
        Ok(dir)
    }

    /// Opens the store for writing, creating it where it is absent.
    pub fn open_store(&self, config: &Config) -> anyhow::Result<Store> {
        Ok(Store::open(&self.make_state_dir()?.join("riverd.db"), &config.dedup)?)
    }
}

/// The process environment as the configuration layer wants it: a function, so that tests need not change the real one.
fn environment(variable: &str) -> Option<OsString> {
    std::env::var_os(variable)
}

/// A runtime for verbs that do a little I/O and end.
pub(crate) fn small_runtime() -> anyhow::Result<tokio::runtime::Runtime> {
    tokio::runtime::Builder::new_multi_thread()
        .worker_threads(2)
        .enable_all()
        .build()
        .context("can't start the async runtime")
}
