//! `riverd export [FILE]`: writes the sources of feeds.toml as OPML.

use std::collections::HashMap;
use std::fs::File;
use std::io::Read as _;
use std::path::Path;

use anyhow::Context as _;

use super::args::{ExportArgs, GlobalArgs};
use super::{UsageError, VerbOutcome, output, runtime};
use crate::config::Config;
use crate::model::SubscriptionInfo;
use crate::render::opml;
use crate::store::{Store, StoreError};
use crate::text::words::counted;

/// Within so many bytes from its start, a list has its first element, also behind a long comment.
const LIST_START: u64 = 4096;

/// Writes the list to the file or to stdout, and says what is left out.
pub(super) fn run(global: &GlobalArgs, args: &ExportArgs) -> anyhow::Result<VerbOutcome> {
    let config = global.load_config_or_last_good()?;
    let links = links(global, &config);
    let subscriptions = opml::subscriptions(&config.sources, &links, args.private);
    let document = opml::opml(&config.river.title, &subscriptions);
    match args.file.as_deref().filter(|file| *file != Path::new("-")) {
        Some(file) => {
            refuse_other_file(file)?;
            std::fs::write(file, document).with_context(|| format!("can't write `{}`", file.display()))?;
            let written = counted(subscriptions.len() as u64, "source");
            output::print_line(&format!("wrote {written} to {}", file.display()))?;
        }
        None => output::print(&document)?,
    }
    let left_out = config.sources.len() - subscriptions.len();
    if left_out > 0 {
        let why = if args.private {
            "local files"
        } else {
            "local files, and addresses that are private or hold a secret; `--private` writes those too"
        };
        output::print_message(&format!("left out {}: {why}", counted(left_out as u64, "source")));
    }
    Ok(VerbOutcome::Succeeded)
}

/// Refuses to write over a file that is no list of subscriptions, because a wrong name could be that of feeds.toml or of the
/// database.
fn refuse_other_file(file: &Path) -> Result<(), UsageError> {
    // A pipe or a device holds nothing, and opening it could wait for ever.
    if !std::fs::metadata(file).is_ok_and(|found| found.is_file() && found.len() > 0) {
        return Ok(());
    }
    let mut start = Vec::new();
    let read = File::open(file).and_then(|found| found.take(LIST_START).read_to_end(&mut start));
    if read.is_ok() && String::from_utf8_lossy(&start).contains("<opml") {
        return Ok(());
    }
    Err(UsageError(format!(
        "`{}` exists, and is no list of subscriptions\nhint: name another file, or delete this one first",
        file.display()
    )))
}

/// Returns the titles and sites of the feeds, as far as the store knows them. Without them, the list still has every source.
fn links(global: &GlobalArgs, config: &Config) -> HashMap<String, SubscriptionInfo> {
    let read = || -> anyhow::Result<HashMap<String, SubscriptionInfo>> {
        let path = global.database()?;
        if !path.exists() {
            return Ok(HashMap::new());
        }
        let store = Store::open_read_only(&path, &config.sources, &config.dedup)?;
        let links = runtime::start_small()?.block_on(async {
            let links = store.feed_links().await?;
            store.close().await?;
            Ok::<_, StoreError>(links)
        })?;
        Ok(links)
    };
    read().unwrap_or_else(|error| {
        output::print_message(&format!("note: titles and sites of the feeds are left out: {error:#}"));
        HashMap::new()
    })
}
