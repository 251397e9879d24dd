//! `riverd check`: validates the configuration, and tells everything that is wrong with it.

use serde::Serialize;

use super::args::{Check, Global};
use super::check_online::{self, OnlineResult, Talk};
use super::{Outcome, output};
use crate::config::{Config, ConfigError, ConfigErrors};
use crate::model::Source;

/// What `check --json` prints; `online` only with `--online`.
#[derive(Serialize)]
struct CheckReport<'c> {
    ok: bool,
    config: String,
    sources: usize,
    errors: &'c [ConfigError],
    #[serde(skip_serializing_if = "Option::is_none")]
    online: Option<Vec<OnlineResult>>,
}

/// Exit code 0 if all is well. Errors go to stderr, or with `--json` to stdout, and the exit code is 78; where a source
/// that is tried gives no feed, it is 1.
pub(super) fn run(global: &Global, args: &Check) -> anyhow::Result<Outcome> {
    let config = match global.load_config() {
        Ok(config) => config,
        Err(errors) => {
            if args.output.json {
                output::print_json(&refusal(&errors))?;
            }
            return Err(errors.into());
        }
    };
    if !args.output.json {
        output::print_line(&summary(&config))?;
        if is_nameless(&config) {
            output::say(
                "hint: a publisher who wants to reach you finds no address in our requests: set `contact` in `[polling]`",
            );
        }
    }
    let talk = if args.output.json { Talk::Silent } else { Talk::Lines };
    // Where there is no folder for a database, nothing is known of pauses.
    let database = global.state_dir().ok().map(|folder| folder.join("riverd.db"));
    let online =
        if args.online { Some(check_online::try_all(&config, database.as_deref(), talk)?) } else { None };
    let all_well = online.iter().flatten().all(OnlineResult::is_ok);
    if args.output.json {
        let (path, sources) = (config.path.display().to_string(), config.sources.len());
        output::print_json(&CheckReport { ok: all_well, config: path, sources, errors: &[], online })?;
    }
    Ok(if all_well { Outcome::Done } else { Outcome::SomeFailed })
}

/// Whether servers are asked without a word of who asks.
fn is_nameless(config: &Config) -> bool {
    let is_asked = |source: &Source| source.enabled && source.location.host().is_some();
    config.contact().is_none() && config.sources.iter().any(|source| is_asked(source))
}

fn refusal(errors: &ConfigErrors) -> CheckReport<'_> {
    let config = errors.file().display().to_string();
    CheckReport { ok: false, config, sources: 0, errors: errors.errors(), online: None }
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
