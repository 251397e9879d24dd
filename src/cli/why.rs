//! `riverd why URL|KEY`: explains what happened to an article, and by which rule.

use serde::Serialize;

use super::args::{GlobalArgs, WhyArgs};
use super::state_dir::print_no_database;
use super::why_text::{report_text, unknown_message};
use super::{VerbOutcome, output, runtime};
use crate::store::{History, Store, StoreError};
use crate::time::Timestamp;

/// Output of `why --json`.
#[derive(Serialize)]
struct WhyReport<'a> {
    /// Address, key or guid that was asked for.
    asked: &'a str,
    #[serde(flatten)]
    history: &'a History,
}

/// Reads the store, even while a daemon is running, and prints what happened to the article.
pub(super) fn run(global: &GlobalArgs, args: &WhyArgs) -> anyhow::Result<VerbOutcome> {
    let config = global.load_config_or_last_good()?;
    global.note_state_of_other_config(&config.path)?;
    let path = global.database()?;
    let query = args.article.trim();
    if let Some(other) = &args.other {
        return super::why_two::run(&config, &path, (query, other.trim()), args.output);
    }
    let history = if path.exists() {
        let store = Store::open_read_only(&path, &config.sources, &config.dedup)?;
        runtime::start_small()?.block_on(async {
            let history = store.history(query).await?;
            store.close().await?;
            Ok::<_, StoreError>(history)
        })?
    } else {
        History::default()
    };
    if args.output.json {
        output::print_json(&WhyReport { asked: query, history: &history })?;
    } else {
        output::print(&report_text(&history, Timestamp::now()))?;
    }
    if !path.exists() {
        print_no_database(&path);
        return Ok(VerbOutcome::Failed);
    }
    if history.is_unknown() {
        output::print_message(&unknown_message(query, &history));
        return Ok(VerbOutcome::Failed);
    }
    Ok(VerbOutcome::Succeeded)
}
