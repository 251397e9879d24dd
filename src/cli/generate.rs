//! `riverd completions`, `riverd man` and `riverd schema`: files for shells, manuals and editors.

use std::fs;
use std::path::Path;

use anyhow::Context as _;
use clap::{Command, CommandFactory as _};

use super::args::{Cli, CompletionsArgs, ManArgs};
use super::{VerbOutcome, output};
use crate::config;

/// Prints the completions for a shell.
pub(super) fn completions(args: &CompletionsArgs) -> anyhow::Result<VerbOutcome> {
    let mut script = Vec::new();
    clap_complete::generate(args.shell, &mut Cli::command(), "riverd", &mut script);
    output::print(&String::from_utf8_lossy(&script))?;
    Ok(VerbOutcome::Succeeded)
}

/// Prints the manual page of riverd, or writes the pages of all commands to a directory.
pub(super) fn manual(args: &ManArgs) -> anyhow::Result<VerbOutcome> {
    let mut command = Cli::command().name("riverd").disable_help_subcommand(true);
    command.build();
    let command = with_usage(command);
    let Some(directory) = args.directory.as_ref().filter(|directory| *directory != Path::new("-")) else {
        let mut page = Vec::new();
        clap_mangen::Man::new(command).render(&mut page)?;
        output::print(&String::from_utf8_lossy(&page))?;
        return Ok(VerbOutcome::Succeeded);
    };
    fs::create_dir_all(directory)
        .and_then(|()| clap_mangen::generate_to(command, directory))
        .with_context(|| format!("can't write to `{}`", directory.display()))?;
    output::print_message(&format!("wrote the pages of all commands to `{}`", directory.display()));
    Ok(VerbOutcome::Succeeded)
}

/// Gives each command the line of usage that `--help` prints, because clap_mangen's own leaves out the values of options.
fn with_usage(mut command: Command) -> Command {
    let usage = command.render_usage().to_string();
    let usage = usage.trim_start_matches("Usage: ").to_owned();
    command.mut_subcommands(with_usage).override_usage(usage)
}

/// Prints the JSON Schema of feeds.toml.
pub(super) fn schema() -> anyhow::Result<VerbOutcome> {
    output::print(config::JSON_SCHEMA)?;
    Ok(VerbOutcome::Succeeded)
}
