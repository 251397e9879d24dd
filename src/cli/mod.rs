//! The command line. Each verb, or group of similar verbs, has a file. Nothing outside this module prints.
//!
//! Data goes to stdout, messages to stderr. Exit codes: 0 success; 1 the verb or one of the sources failed; 2 wrong usage;
//! 78 (`EX_CONFIG` of sysexits.h) the configuration or the system needs a change before riverd can work.

mod add;
pub mod args;
mod arguments;
mod backup;
mod check;
mod check_online;
mod daemon_connection;
mod earlier_answers;
mod export;
mod find_feed;
mod generate;
mod import;
mod known_sources;
mod list;
pub mod output;
mod poll;
mod preview;
mod remove;
mod removed;
mod run;
mod runtime;
mod search;
mod state_dir;
mod status;
mod status_table;
mod stdout;
mod terminal;
mod time_zone;
mod why;
mod why_not_compared;
mod why_text;
mod why_two;

use std::ffi::OsString;
use std::io;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use clap::{CommandFactory as _, FromArgMatches as _};

use crate::config::{self, Config, ConfigErrors};
use crate::model::Failure;
use crate::service::last_good::{LastGoodConfig, UsableConfig};
use crate::service::listen::ListenError;
use crate::service::logging;
use crate::store::StoreError;
use args::{Cli, Command, GlobalArgs, LogFormat};

/// How a verb ended, if it did not return an error.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum VerbOutcome {
    /// Exit code 0.
    Succeeded,
    /// Exit code 1: a source failed, or the verb did not do or find what it was asked for.
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

/// Returns the error for a failed fetch or parse, with its hint.
fn failure_error(failure: &Failure) -> anyhow::Error {
    let hint = failure.hint.as_deref().map(|hint| format!("\nhint: {hint}")).unwrap_or_default();
    anyhow::Error::msg(format!("{}{hint}", failure.message))
}

/// Parses the arguments, runs the verb, and returns its exit code.
pub fn main() -> ExitCode {
    let command = arguments::without_empty_variables(Cli::command());
    let arguments = arguments::with_excluded_words_last(&command, std::env::args_os().collect());
    let shown = arguments.iter().map(|argument| argument.to_string_lossy().into_owned());
    let command = command.color(terminal::color_of_arguments(shown));
    let parsed = command.try_get_matches_from(arguments).and_then(|matches| Cli::from_arg_matches(&matches));
    let cli = match parsed {
        Ok(cli) => cli,
        Err(error) => {
            return match error.print() {
                // A text that was asked for goes to stdout. Nobody reads it behind a closed pipe, and that is no failure.
                Err(why) if !error.use_stderr() && why.kind() != io::ErrorKind::BrokenPipe => {
                    output::print_error(&anyhow::anyhow!("can't write the output: {why}"));
                    ExitCode::from(1)
                }
                _ => ExitCode::from(u8::try_from(error.exit_code()).unwrap_or(2)),
            };
        }
    };
    // The daemon reports in the format of its log, also why it ends. Verbs and text logs are read by people.
    let log_format = cli.global.log_format.filter(|_| matches!(cli.command, Command::Run));
    let exit_code = match dispatch(cli) {
        Ok(VerbOutcome::Succeeded) => ExitCode::SUCCESS,
        Ok(VerbOutcome::Failed) => ExitCode::from(1),
        Err(error) if output::is_closed_pipe(&error) => ExitCode::SUCCESS,
        Err(error) => {
            match log_format {
                Some(LogFormat::Json | LogFormat::Journald) if logging::logs_errors() => {
                    output::log_error(&error);
                }
                _ => output::print_error(&error),
            }
            ExitCode::from(exit_code_of(&error))
        }
    };
    logging::finish();
    exit_code
}

fn dispatch(cli: Cli) -> anyhow::Result<VerbOutcome> {
    let global = cli.global;
    terminal::set_color(global.color);
    if !matches!(cli.command, Command::Run) {
        config::let_credentials_be_unknown();
        // The daemon checks it when its log has begun.
        time_zone::check()?;
    }
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
        Command::Backup(args) => backup::back_up(&global, &args),
        Command::Restore(args) => backup::restore(&global, &args),
        Command::Recover(args) => backup::recover(&global, args),
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

    /// Returns the path of the configuration file as [`Self::config_path`] does. If there is none although riverd ran with one
    /// before, returns the path of the file that vanished, so that the last good one can stand in for it.
    pub fn config_path_or_vanished(&self) -> Result<PathBuf, ConfigErrors> {
        match (self.config_path(), self.last_good()) {
            (Err(errors), Some(last_good)) if last_good.exists() => {
                // If the file exists, it is one that only `--config` names.
                let vanished = last_good.origin().filter(|path| !config::is_there(path));
                Ok(vanished.unwrap_or_else(|| errors.file().to_owned()))
            }
            (path, _) => path,
        }
    }

    /// Reads and checks the configuration. A file that lost its contents since a daemon used it counts as broken.
    pub fn load_config(&self) -> Result<Config, ConfigErrors> {
        let path = self.config_path_or_vanished()?;
        self.last_good().map_or_else(|| config::load(&path), |kept| kept.load_replacement(&path))
    }

    /// Returns the path of the configuration file to edit, and its configuration if the file exists. The path is `./feeds.toml`
    /// if no file exists and none is given. Fails if the file lost its contents or vanished since a daemon used it.
    pub fn load_config_to_edit(&self) -> Result<(PathBuf, Option<Config>), ConfigErrors> {
        let path = match self.config_path() {
            Err(errors) if self.config.is_none() => errors.file().to_owned(),
            path => path?,
        };
        if config::is_there(&path) || self.last_good().is_some_and(|last_good| last_good.exists()) {
            return Ok((path, Some(self.load_config()?)));
        }
        Ok((path, None))
    }

    /// Reads the configuration for a verb that only shows something. If feeds.toml is broken, prints a warning and returns the
    /// last configuration that was in force.
    pub fn load_config_or_last_good(&self) -> anyhow::Result<Config> {
        Ok(self.load_usable_config()?.config)
    }

    /// Does the same as [`Self::load_config_or_last_good`], and returns the errors of feeds.toml, too.
    pub fn load_usable_config(&self) -> anyhow::Result<UsableConfig> {
        let last_good = LastGoodConfig::in_state_dir(&self.state_dir()?);
        let usable = last_good.load_or_last_good(&self.config_path_or_vanished()?)?;
        if let Err(errors) = &usable.file {
            let what = "this shows the last configuration that was in force; feeds.toml is broken:";
            terminal::print_labelled("warning:", terminal::Paint::Yellow, &format!("{what}\n{errors}"));
        }
        Ok(usable)
    }

    /// Notes that the state is that of another feeds.toml, because a verb then speaks of the sources of one and the articles of
    /// the other. A file that is gone was probably moved to `config`.
    pub fn note_state_of_other_config(&self, config: &Path) -> anyhow::Result<()> {
        let state = self.state_dir()?;
        let Some(origin) = LastGoodConfig::in_state_dir(&state).origin() else { return Ok(()) };
        let real = |path: &Path| path.canonicalize();
        if real(&origin).is_ok_and(|origin| real(config).is_ok_and(|config| config != origin)) {
            output::print_message(&format!(
                "note: the state in `{}` is that of `{}`, and of `{}` it has only what both name\n\
                 hint: `--state-dir DIR` names the state of this file",
                state.display(),
                origin.display(),
                config.display()
            ));
        }
        Ok(())
    }

    /// Returns the copy of the last good feeds.toml, or `None` without a state directory.
    fn last_good(&self) -> Option<LastGoodConfig> {
        self.state_dir().ok().map(|dir| LastGoodConfig::in_state_dir(&dir))
    }
}

/// Returns a variable of the process environment. `config` takes this as a function, so that tests need not change the
/// real environment.
fn environment(variable: &str) -> Option<OsString> {
    std::env::var_os(variable)
}
