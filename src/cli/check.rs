//! `riverd check`: validates the configuration, and tells everything that is wrong with it.

use serde::Serialize;

use super::args::{Check, Global};
use super::{Outcome, output};
use crate::config::{Config, ConfigError, ConfigErrors};

/// What `check --json` prints.
#[derive(Serialize)]
struct Answer<'c> {
    ok: bool,
    config: String,
    sources: usize,
    errors: &'c [ConfigError],
}

/// Exit code 0 if all is well; errors go to stderr, or with `--json` to stdout, and the exit code is 78.
pub(super) fn run(global: &Global, args: &Check) -> anyhow::Result<Outcome> {
    let loaded = global.load_config();
    if args.output.json {
        output::print_json(&answer(&loaded))?;
    } else if let Ok(config) = &loaded {
        output::print_line(&summary(config))?;
    }
    loaded?;
    Ok(Outcome::Done)
}

fn answer(loaded: &Result<Config, ConfigErrors>) -> Answer<'_> {
    match loaded {
        Ok(config) => Answer {
            ok: true,
            config: config.path.display().to_string(),
            sources: config.sources.len(),
            errors: &[],
        },
        Err(errors) => Answer {
            ok: false,
            config: errors.file().display().to_string(),
            sources: 0,
            errors: errors.errors(),
        },
    }
}

fn summary(config: &Config) -> String {
    let enabled = config.sources.iter().filter(|source| source.enabled).count();
    let sources = match (config.sources.len(), enabled) {
        (1, 1) => "1 source".to_owned(),
        (all, enabled) if all == enabled => format!("{all} sources"),
        (all, enabled) => format!("{all} sources, {} of them disabled", all - enabled),
    };
    format!("{} is valid: {sources}", config.path.display())
}
