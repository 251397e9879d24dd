//! Finds the versions of one entry that a document lists side by side (RFC 4287 §4.1.1): they have one id and differ in
//! the time of their last change.

use std::collections::HashMap;

use super::{EntryIdentity, Identity};
use crate::model::Key;

/// Returns for each entry that is an older version of another one the position of the newest version.
///
/// Two entries are versions of one if they have the same id and page, different times of their last change, and the same
/// publication date, or the same title if they have no publication date.
pub(super) fn older(entries: &[EntryIdentity<'_>]) -> HashMap<usize, usize> {
    let mut by_id: HashMap<(&str, Option<&str>), Vec<usize>> = HashMap::new();
    for (at, entry) in entries.iter().enumerate() {
        if let Some(guid) = entry.guid.filter(|_| entry.updated_at.is_some()) {
            by_id.entry((guid, entry.page())).or_default().push(at);
        }
    }
    let mut older = HashMap::new();
    for positions in by_id.into_values().filter(|positions| positions.len() > 1) {
        let newest = positions.iter().copied().max_by_key(|at| {
            // Of two versions with the same time, the first one in the document counts as the newest.
            (entries.get(*at).and_then(|entry| entry.updated_at), std::cmp::Reverse(*at))
        });
        let Some((newest_at, newest)) = newest.and_then(|at| Some((at, entries.get(at)?))) else { continue };
        for at in positions {
            if entries.get(at).is_some_and(|entry| is_older_version(entry, newest)) {
                older.insert(at, newest_at);
            }
        }
    }
    older
}

fn is_older_version(entry: &EntryIdentity<'_>, newest: &EntryIdentity<'_>) -> bool {
    let same_date = entry.published_at == newest.published_at;
    let is_dated = entry.published_at.is_some();
    entry.updated_at < newest.updated_at && same_date && (is_dated || entry.title == newest.title)
}

/// Returns the identities of all entries of a document. `None` in `assigned` stands for an older version, which repeats the
/// newest one.
pub(super) fn with_repeats(assigned: &[Option<Identity>], older: &HashMap<usize, usize>) -> Vec<Identity> {
    let newest = |at: usize| {
        let key = older.get(&at).and_then(|newest| assigned.get(*newest)).and_then(Option::as_ref);
        Identity::RepeatOf(match key {
            Some(Identity::Own(key) | Identity::RepeatOf(key)) => key.clone(),
            None => Key::default(),
        })
    };
    (0..).zip(assigned).map(|(at, one)| one.clone().unwrap_or_else(|| newest(at))).collect()
}
