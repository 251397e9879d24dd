//! `riverd check`: validates the configuration and reports every error in it, and with `--online` fetches every enabled
//! source.

use serde::Serialize;

use super::args::{CheckArgs, GlobalArgs};
use super::check_online::{self, OnlineResult, Progress};
use super::daemon_connection::DaemonConnection;
use super::{VerbOutcome, output};
use crate::config::{Config, ConfigError, ConfigErrors};
use crate::model::Source;
use crate::service::notices::BROKEN_CONFIG;
use crate::text::words::counted;

/// Output of `check --json`. It has `online` only with `--online`.
#[derive(Serialize)]
struct CheckReport<'c> {
    ok: bool,
    config: String,
    sources: usize,
    errors: &'c [ConfigError],
    #[serde(skip_serializing_if = "Option::is_none")]
    online: Option<Vec<OnlineResult>>,
}

/// Checks the file, and with `--online` fetches every enabled source. The hint about a missing contact is printed only
/// without `--json`.
///
/// The exit code is 78 if the file has errors, which go to stderr and with `--json` also to stdout. It is 1 if a source
/// could not be fetched as a feed, else 0.
pub(super) fn run(global: &GlobalArgs, args: &CheckArgs) -> anyhow::Result<VerbOutcome> {
    let config = match global.load_config() {
        Ok(config) => config,
        Err(errors) => {
            if args.output.json {
                output::print_json(&error_report(&errors))?;
            }
            return Err(errors.into());
        }
    };
    if !args.output.json {
        output::print_line(&summary(&config))?;
        if lacks_contact(&config) {
            output::print_message(
                "hint: publishers can't reach you, because your requests name no contact: set `contact` in `[polling]` or `base_url` in `[river]`",
            );
        }
    }
    warn_of_unreadable_file(global);
    let progress = if args.output.json { Progress::Silent } else { Progress::Printed };
    let online = if args.online { Some(check_online::check_all(global, &config, progress)?) } else { None };
    let is_ok = online.iter().flatten().all(OnlineResult::is_ok);
    if args.output.json {
        let (path, sources) = (config.path.display().to_string(), config.sources.len());
        output::print_json(&CheckReport { ok: is_ok, config: path, sources, errors: &[], online })?;
    }
    Ok(if is_ok { VerbOutcome::Succeeded } else { VerbOutcome::Failed })
}

/// Warns if a running daemon can't use the file that this user found valid, because its own user may not read something.
pub(super) fn warn_of_unreadable_file(global: &GlobalArgs) {
    let Ok(state) = global.state_dir() else { return };
    let warnings = DaemonConnection::warnings(&state);
    // The daemon may not have noticed yet that another error was mended.
    for warning in warnings
        .iter()
        .filter(|warning| warning.starts_with(BROKEN_CONFIG) && warning.contains("can't be read"))
    {
        output::print_message(&format!("warning: for the running daemon, {warning}"));
    }
}

/// Returns whether requests go out that name no contact: neither `contact` nor `base_url` is set, and an enabled source has a
/// host, public or private.
fn lacks_contact(config: &Config) -> bool {
    let sends_requests = |source: &Source| source.enabled && source.location.host().is_some();
    config.contact().is_none() && config.sources.iter().any(|source| sends_requests(source))
}

fn error_report(errors: &ConfigErrors) -> CheckReport<'_> {
    let file = errors.file();
    let config = std::path::absolute(file).unwrap_or_else(|_| file.to_owned()).display().to_string();
    CheckReport { ok: false, config, sources: 0, errors: errors.errors(), online: None }
}

fn summary(config: &Config) -> String {
    let enabled = config.sources.iter().filter(|source| source.enabled).count();
    let disabled = match config.sources.len() - enabled {
        0 => String::new(),
        disabled => format!(", {disabled} of them disabled"),
    };
    let sources = counted(config.sources.len() as u64, "source");
    format!("{} is valid: {sources}{disabled}", config.path.display())
}
