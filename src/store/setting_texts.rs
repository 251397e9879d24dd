//! Writes settings of a source as texts, which the store keeps to notice when feeds.toml changes them.

use xxhash_rust::xxh3::xxh3_64;

use super::state::as_json;
use crate::model::{Cadence, EntryFilter, Pattern, Source};

/// Returns when feeds.toml wants a source polled, as text.
pub(super) fn cadence_text(source: &Source) -> String {
    match &source.cadence {
        Cadence::Adaptive { start, min } => {
            format!("adaptive {} {} {}", start.as_secs(), min.as_secs(), source.max_every.as_secs())
        }
        Cadence::Every(every) => format!("every {} {}", every.as_secs(), source.max_every.as_secs()),
        Cadence::Schedule(cron) => format!("schedule {cron}"),
    }
}

/// Returns a filter as text, to notice when it changes.
pub(super) fn filters_text(filter: &EntryFilter) -> String {
    let written = |patterns: &[Pattern]| -> Vec<String> {
        patterns
            .iter()
            .map(|pattern| match pattern {
                Pattern::Word(word) => word.clone(),
                Pattern::Regex { text, .. } => text.clone(),
            })
            .collect()
    };
    let own = (written(&filter.keep), written(&filter.drop));
    match &filter.river {
        None => as_json(&own),
        // The filter of the river may be long, and every source has it. Its hash shows when it changes.
        Some(river) => as_json(&(own, format!("{:016x}", xxh3_64(filters_text(river).as_bytes())))),
    }
}
